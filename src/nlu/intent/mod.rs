//! What a message is for: a linear classifier over its sentence vector and its words, a few rules for
//! what these cannot see, and a probability that people can rely on.
//!
//! The sentence vector comes from outside (the knowledge floor makes it), so this stays pure.

mod classifier;
mod codec;
mod examples;
mod lbfgs;
mod linear;
mod rules;
mod words;

pub use classifier::{Sample, TextClassifier, TextParams};
pub use codec::{DecodeError, Fingerprint};
pub use examples::{EXAMPLES, ExampleError, OwnExamples, label_in_words, parse_examples};
pub use linear::{LinearModel, LinearParams, Rows, TrainError, softmax};
pub use rules::{IntentContext, Pleasantry, is_question, pleasantry};
pub use words::{SparseRow, Vocabulary, terms};

use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::domain::intent::{Intent, Purpose};

/// Trained on the examples by the integration test `write_the_trained_intent_model`: embedding all of them
/// would make every first start seconds longer.
const BUILT_IN: &[u8] = include_bytes!("../../../assets/intents.model");

/// Number of intents.
const INTENTS: usize = Intent::ALL.len();

/// An example with its sentence vector.
#[derive(Debug, Clone, Copy)]
pub struct Example<'a> {
    /// What a customer would write.
    pub text: &'a str,
    /// Its sentence vector, of unit length.
    pub vector: &'a [f32],
    /// What it is for: the name of one of the nine, or of a class of the operator's own.
    pub label: &'a str,
}

/// What a message is most probably for.
#[derive(Debug, Clone, PartialEq)]
pub struct IntentGuess {
    /// The most probable intent; [`Intent::GeneralQuery`] for a class of the operator's own.
    pub intent: Intent,
    /// The class of the operator's own, when that is the most probable.
    pub own: Option<Arc<str>>,
    /// Its probability, 0 to 1, calibrated by cross-validation over the examples.
    pub confidence: f32,
    /// The probabilities of the nine, in the order of [`Intent::ALL`].
    pub probabilities: [f32; INTENTS],
}

impl IntentGuess {
    /// The probability of an intent.
    pub fn probability(&self, intent: Intent) -> f32 {
        Intent::ALL.iter().zip(self.probabilities).find(|(i, _)| **i == intent).map_or(0.0, |(_, p)| p)
    }

    /// One intent for sure to a degree, the rest of the probability spread over the others.
    fn certain(intent: Intent, confidence: f32) -> Self {
        let rest = (1.0 - confidence) / (INTENTS - 1) as f32;
        let probabilities = Intent::ALL.map(|i| if i == intent { confidence } else { rest });
        Self { intent, own: None, confidence, probabilities }
    }

    /// The labels begin with the nine.
    fn from_scores(scores: &[f32], labels: &[Arc<str>]) -> Self {
        let p = softmax(scores, 1.0);
        let best = classifier::largest(&p);
        let mut probabilities = [0.0; INTENTS];
        probabilities.iter_mut().zip(&p).for_each(|(to, from)| *to = *from);
        let own = if best < INTENTS { None } else { labels.get(best).cloned() };
        let intent = Intent::ALL.get(best).copied().unwrap_or(Intent::GeneralQuery);
        Self { intent, own, confidence: p[best], probabilities }
    }

    /// What it comes down to.
    pub fn purpose(&self) -> Purpose {
        Purpose { intent: self.intent, own: self.own.clone(), confidence: self.confidence }
    }
}

/// The trained classifier of the nine intents and the operator's own classes.
#[derive(Debug, Clone, PartialEq)]
pub struct IntentModel {
    classifier: TextClassifier,
    /// The nine first.
    labels: Vec<Arc<str>>,
}

impl IntentModel {
    /// Learns from examples. Takes about a second for a thousand of them, so keep the bytes.
    ///
    /// # Errors
    /// No examples, or vectors of different dimensions.
    pub fn train(examples: &[Example<'_>]) -> Result<Self, TrainError> {
        let mut labels: Vec<String> = Intent::ALL.iter().map(|i| i.as_str().to_owned()).collect();
        let mut samples = Vec::with_capacity(examples.len());
        for e in examples {
            let known = labels.iter().position(|label| label == e.label);
            let label = known.unwrap_or_else(|| {
                labels.push(e.label.to_owned());
                labels.len() - 1
            });
            samples.push(Sample { text: e.text, vector: e.vector, label });
        }
        TextClassifier::train(&samples, labels, TextParams::default()).map(Self::of)
    }

    fn of(classifier: TextClassifier) -> Self {
        let labels = classifier.labels().iter().map(|label| Arc::from(label.as_str())).collect();
        Self { classifier, labels }
    }

    /// The classes of the operator's own.
    pub fn own_classes(&self) -> &[Arc<str>] {
        self.labels.get(INTENTS..).unwrap_or_default()
    }

    /// The model in the executable, trained on [`EXAMPLES`] with the built-in embedding model, whose name or
    /// hash must be given: with another one (or edited examples) it does not fit, and one has to be trained.
    ///
    /// # Errors
    /// [`DecodeError::Outdated`] for another embedding model.
    pub fn built_in(embedding_model: &str) -> Result<Self, DecodeError> {
        Self::from_bytes(BUILT_IN, &fingerprint(embedding_model, EXAMPLES))
    }

    /// What a text is for. The vector must come from the model that the examples' vectors came from; an
    /// empty one (the embedder is busy) leaves the words to decide.
    pub fn predict(&self, text: &str, vector: &[f32], context: &IntentContext) -> IntentGuess {
        if let Some((intent, confidence)) = rules::short_text(text, *context) {
            return IntentGuess::certain(intent, confidence);
        }
        let mut scores = self.classifier.scores(text, vector);
        rules::adjust(&mut scores, *context);
        IntentGuess::from_scores(&scores, &self.labels)
    }

    /// Dimensions of the vectors it takes.
    pub fn dimensions(&self) -> usize {
        self.classifier.dimensions()
    }

    /// The model as bytes, with what it was made from.
    pub fn to_bytes(&self, made_from: &Fingerprint) -> Vec<u8> {
        codec::encode(&self.classifier, made_from)
    }

    /// Reads what [`Self::to_bytes`] wrote.
    ///
    /// # Errors
    /// Another format, made from something else, or damaged: train again in each case.
    pub fn from_bytes(bytes: &[u8], made_from: &Fingerprint) -> Result<Self, DecodeError> {
        let model = codec::decode(bytes, made_from)?;
        let first = model.labels().iter().map(String::as_str).take(INTENTS);
        if first.eq(Intent::ALL.map(Intent::as_str)) { Ok(Self::of(model)) } else { Err(DecodeError::Format) }
    }
}

/// Names what a model is made from: the embedding model (its name or hash) and the text of the examples.
pub fn fingerprint(embedding_model: &str, examples: &str) -> Fingerprint {
    let mut hash = Sha256::new();
    hash.update((embedding_model.len() as u64).to_le_bytes());
    hash.update(embedding_model.as_bytes());
    hash.update(examples.as_bytes());
    hash.finalize().into()
}

#[cfg(test)]
mod tests;
