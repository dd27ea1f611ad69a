//! A text classifier over sentence vectors and words, for any set of labels.

use super::linear::{LinearModel, LinearParams, Rows, TrainError, softmax};
use super::words::{SparseRow, Vocabulary};

/// Parts of the cross-validation that finds the temperature.
const FOLDS: usize = 4;
/// Temperatures that are looked at; below one the model is too modest, above too sure.
const TEMPERATURES: std::ops::RangeInclusive<f32> = 0.25..=4.0;

/// How to train.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TextParams {
    /// Length of the words' features beside the vector's 1; 0 leaves the words out.
    pub words: f32,
    /// Whether pairs of words that follow one another are features too.
    pub pairs: bool,
    /// How the linear model is trained.
    pub linear: LinearParams,
}

impl Default for TextParams {
    /// For a hundred examples a label and more; found on cross-validation of the built-in examples, where
    /// 0.7 to 1.4 for the words hardly differ.
    fn default() -> Self {
        Self { words: 1.0, pairs: false, linear: LinearParams::default() }
    }
}

impl TextParams {
    /// For about ten examples a label: fewer words recur, and the vectors have to be fitted closer. On
    /// CLINC150's development rows with ten a class (mean of three draws) 93.1 % with the labels' names as examples
    /// too, 92.2 % without names and pairs, 91 % with the default.
    pub fn few_per_label() -> Self {
        Self { words: 0.7, pairs: true, linear: LinearParams { fit: 100.0, max_iterations: 400 } }
    }
}

/// A text with its sentence vector and the number of its label.
#[derive(Debug, Clone, Copy)]
pub struct Sample<'a> {
    /// What was written.
    pub text: &'a str,
    /// Its sentence vector, of unit length.
    pub vector: &'a [f32],
    /// Index into the labels.
    pub label: usize,
}

/// Labels, what decides between them, and how sure to be.
#[derive(Debug, Clone, PartialEq)]
pub struct TextClassifier {
    pub(super) labels: Vec<String>,
    pub(super) vocabulary: Vocabulary,
    pub(super) words: f32,
    pub(super) model: LinearModel,
    pub(super) temperature: f32,
}

impl TextClassifier {
    /// Learns from samples; the temperature comes from cross-validation over them, so that a
    /// probability of 0.8 is right in about eight of ten cases.
    ///
    /// # Errors
    /// Fewer than two labels or no sample, vectors of different dimensions, labels out of range.
    pub fn train(
        samples: &[Sample<'_>],
        labels: Vec<String>,
        params: TextParams,
    ) -> Result<Self, TrainError> {
        let vocabulary = Vocabulary::learn(samples.iter().map(|s| s.text), params.pairs);
        let vectors: Vec<&[f32]> = samples.iter().map(|s| s.vector).collect();
        let words = samples.iter().map(|s| vocabulary.features(s.text, params.words)).collect();
        let rows = Rows::new(&vectors, words, vocabulary.len())?;
        let y: Vec<usize> = samples.iter().map(|s| s.label).collect();
        let model = LinearModel::train_rows(&rows, &y, labels.len(), params.linear)?;
        let held_out = cross_validate(&rows, &y, labels.len(), params.linear)?;
        let temperature = best_temperature(&held_out);
        Ok(Self { labels, vocabulary, words: params.words, model, temperature })
    }

    /// The labels, in the order of the scores.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// Dimensions of the vectors it was trained on.
    pub fn dimensions(&self) -> usize {
        self.model.dimensions()
    }

    /// Calibrated log-odds per label (up to a constant): [`softmax`] at temperature 1 makes
    /// probabilities of them, and evidence from elsewhere can be added before.
    pub fn scores(&self, text: &str, vector: &[f32]) -> Vec<f32> {
        let words: SparseRow = self.vocabulary.features(text, self.words);
        let mut scores = self.model.scores(vector, &words);
        for score in &mut scores {
            *score /= self.temperature;
        }
        scores
    }

    /// The most probable label and all probabilities.
    pub fn predict(&self, text: &str, vector: &[f32]) -> (usize, Vec<f32>) {
        let p = softmax(&self.scores(text, vector), 1.0);
        (largest(&p), p)
    }
}

/// Place of the largest value; the first of equals.
pub(super) fn largest(values: &[f32]) -> usize {
    let mut best = 0;
    for (i, value) in values.iter().enumerate() {
        if *value > values[best] {
            best = i;
        }
    }
    best
}

/// Scores of every row by a model that has not seen it, with its true class. Every class is spread over
/// the parts in turn, so none is missing from training while it has two examples.
fn cross_validate(
    rows: &Rows,
    y: &[usize],
    classes: usize,
    params: LinearParams,
) -> Result<Vec<(Vec<f32>, usize)>, TrainError> {
    let mut seen = vec![0_usize; classes];
    let fold_of: Vec<usize> = y
        .iter()
        .map(|&class| {
            seen[class] += 1;
            seen[class] % FOLDS
        })
        .collect();
    let mut judged = Vec::with_capacity(y.len());
    for fold in 0..FOLDS {
        let (inside, outside): (Vec<usize>, Vec<usize>) = (0..y.len()).partition(|&i| fold_of[i] != fold);
        if inside.is_empty() || outside.is_empty() {
            continue;
        }
        let labels: Vec<usize> = inside.iter().map(|&i| y[i]).collect();
        let model = LinearModel::train_rows(&rows.select(&inside), &labels, classes, params)?;
        let scores = model.score_rows(&rows.select(&outside));
        judged.extend(scores.rows().into_iter().zip(&outside).map(|(s, &i)| (s.to_vec(), y[i])));
    }
    Ok(judged)
}

/// The temperature under which the scores' probabilities fit the classes best (least cross-entropy, by
/// golden-section search over its logarithm; the function has one valley).
fn best_temperature(scored: &[(Vec<f32>, usize)]) -> f32 {
    if scored.is_empty() {
        return 1.0;
    }
    let surprise = |log: f32| -> f32 {
        let of = |(s, class): &(Vec<f32>, usize)| -softmax(s, log.exp())[*class].max(1e-12).ln();
        scored.iter().map(of).sum()
    };
    let golden = (5.0_f32.sqrt() - 1.0) / 2.0;
    let (mut low, mut high) = (TEMPERATURES.start().ln(), TEMPERATURES.end().ln());
    for _ in 0..16 {
        let (a, b) = (high - golden * (high - low), low + golden * (high - low));
        if surprise(a) < surprise(b) {
            high = b;
        } else {
            low = a;
        }
    }
    f32::midpoint(low, high).exp()
}

#[cfg(test)]
mod tests {
    use super::{LinearParams, Sample, TextClassifier, TextParams, best_temperature};
    use crate::nlu::intent::linear::{LinearModel, TrainError};

    fn corner(class: usize, wobble: f32) -> Vec<f32> {
        let mut v = vec![wobble, -wobble, wobble / 2.0];
        v[class] += 1.0;
        v
    }

    #[test]
    fn learns_classes_that_vectors_tell_apart() {
        let x: Vec<Vec<f32>> = (0..30_u8).map(|i| corner(usize::from(i) % 3, f32::from(i) / 100.0)).collect();
        let y: Vec<usize> = (0..30).map(|i| i % 3).collect();
        let model = LinearModel::train(&x, &y, 3, LinearParams::default()).expect("trains");
        for class in 0..3 {
            let scores = model.scores(&corner(class, 0.05), &Vec::new());
            assert_eq!(super::largest(&scores), class, "{scores:?}");
        }
        let again = LinearModel::train(&x, &y, 3, LinearParams::default()).expect("trains");
        assert_eq!(model, again, "the same examples make the same model");
    }

    #[test]
    fn words_decide_where_vectors_are_equal() {
        let texts = ["is this a box", "is this a cup", "send a box", "send a cup", "is it", "send it"];
        let samples: Vec<Sample<'_>> = texts
            .iter()
            .map(|t| Sample { text: t, vector: &[1.0, 0.0], label: usize::from(t.starts_with("send")) })
            .collect();
        let labels = vec!["ask".to_owned(), "order".to_owned()];
        let model = TextClassifier::train(&samples, labels, TextParams::default()).expect("trains");
        assert_eq!(model.predict("is the lid here", &[1.0, 0.0]).0, 0);
        assert_eq!(model.predict("send the lid", &[1.0, 0.0]).0, 1);
    }

    #[test]
    fn bad_input_is_named() {
        let check = |x: &[Vec<f32>], y: &[usize], classes: usize, expected: &TrainError| {
            assert_eq!(LinearModel::train(x, y, classes, LinearParams::default()).as_ref(), Err(expected));
        };
        check(&[], &[], 2, &TrainError::TooFew);
        check(&[vec![1.0]], &[0], 1, &TrainError::TooFew);
        check(&[vec![1.0], vec![1.0, 2.0]], &[0, 1], 2, &TrainError::Shape(1));
        check(&[vec![1.0], vec![2.0]], &[0, 2], 2, &TrainError::Label(1));
        check(&[vec![1.0], vec![f32::NAN]], &[0, 1], 2, &TrainError::NotFinite(1));
    }

    #[test]
    fn too_sure_a_model_is_cooled_down() {
        // Scores of four that claim 98 %, right in three of four cases.
        let scored: Vec<(Vec<f32>, usize)> =
            (0..40).map(|i| (vec![4.0, 0.0], usize::from(i % 4 == 0))).collect();
        let p = super::softmax(&[4.0, 0.0], best_temperature(&scored))[0];
        assert!((p - 0.75).abs() < 0.02, "{p}");
    }
}
