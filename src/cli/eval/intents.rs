//! `tria eval --intents TRAIN TEST`: trains the intent classifier on any set of labelled lines and measures it on
//! another, with the same embedding model and the same classifier that answers customers.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, bail, ensure};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use super::rows::{self, Row};
use super::score::{self, Intents};
use crate::knowledge::{EmbedPool, ModelSource, PoolOptions};
use crate::nlu::intent::{Sample, TextClassifier, TextParams, label_in_words, softmax};

/// Rows with this label are to be recognised as belonging to no other.
pub const OUT_OF_SCOPE: &str = "out_of_scope";
/// With fewer examples a label than this the classifier is fitted closer to the vectors.
const FEW_PER_LABEL: usize = 30;
/// Texts that are on their way to the embedder at once: enough to keep two threads busy.
const BATCH: usize = 16;
/// Points of the curve of in-scope accuracy against out-of-scope recall.
const CURVE: [f64; 9] = [0.0, 0.25, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99];

/// What came of it.
#[derive(Debug, Serialize)]
pub struct IntentSet {
    /// Rows and labels that were learnt from.
    pub trained_on: usize,
    /// Labels, `out_of_scope` not counted.
    pub labels: usize,
    /// Of the rows in scope: accuracy, macro-F1, confusions. Nothing is rejected here.
    pub in_scope: Intents,
    /// Only when the test has rows out of scope.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub out_of_scope: Option<OutOfScope>,
}

/// How well rows that belong to no label are told apart.
#[derive(Debug, Serialize)]
pub struct OutOfScope {
    /// Rows out of scope.
    pub rows: usize,
    /// Probability that a row out of scope looks less sure than one in scope.
    pub auroc: f64,
    /// From rejecting nothing to rejecting nearly all.
    pub curve: Vec<CurvePoint>,
}

/// One threshold below which a row is held to be out of scope.
#[derive(Debug, Serialize)]
pub struct CurvePoint {
    /// Certainty below which a row is rejected.
    pub threshold: f32,
    /// Share of the rows out of scope that are rejected.
    pub out_of_scope_recall: f64,
    /// Share of the rows in scope that are kept and get the right label.
    pub in_scope_accuracy: f64,
    /// Share of the rows in scope that are kept.
    pub in_scope_kept: f64,
}

/// A row of a file, with its vector.
struct Line {
    text: String,
    label: String,
    vector: Vec<f32>,
}

/// A row of the test with what was found.
struct Judged {
    label: String,
    found: String,
    certainty: f32,
}

/// The labels as words: with few examples each, its name is one more ("card_arrival" says what it is about).
async fn names(pool: &EmbedPool, lines: &[Line]) -> anyhow::Result<Vec<Line>> {
    let mut labels: Vec<&str> = lines.iter().map(|line| line.label.as_str()).collect();
    labels.sort_unstable();
    labels.dedup();
    labels.retain(|label| *label != OUT_OF_SCOPE);
    if lines.len() >= FEW_PER_LABEL * labels.len() {
        return Ok(Vec::new());
    }
    let mut named = Vec::with_capacity(labels.len());
    for batch in labels.chunks(BATCH) {
        let texts: Vec<String> = batch.iter().map(|label| label_in_words(label)).collect();
        let vectors = pool.embed(texts.clone()).await?;
        named.extend(batch.iter().zip(texts).zip(vectors).map(|((label, text), vector)| Line {
            text,
            label: (*label).to_owned(),
            vector,
        }));
    }
    Ok(named)
}

/// Trains on the first file and measures on the second.
pub async fn evaluate(model: &ModelSource, train: &Path, test: &Path) -> anyhow::Result<IntentSet> {
    let pool = EmbedPool::start(model, PoolOptions { threads: 2, ..PoolOptions::default() })?;
    let train = lines(&pool, train).await?;
    let test = lines(&pool, test).await?;
    let named = names(&pool, &train).await?;
    let classifier = learn(&train, &named)?;
    let judged: Vec<Judged> = test.into_iter().map(|line| judge(&classifier, line)).collect();
    Ok(IntentSet {
        trained_on: train.len(),
        labels: classifier.labels().iter().filter(|l| *l != OUT_OF_SCOPE).count(),
        in_scope: in_scope(&judged),
        out_of_scope: out_of_scope(&judged),
    })
}

async fn lines(pool: &EmbedPool, file: &Path) -> anyhow::Result<Vec<Line>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("can not read {}", file.display()))?;
    let rows = rows::read(&text).with_context(|| file.display().to_string())?;
    let mut labelled: Vec<(String, String)> = Vec::with_capacity(rows.len());
    for row in rows {
        let Row::Intent { question, intent, .. } = row else {
            bail!("{}: only rows with \"kind\":\"intent\" are used here", file.display());
        };
        labelled.push((question, intent));
    }
    ensure!(!labelled.is_empty(), "{} has no rows", file.display());
    let bar = ProgressBar::new(labelled.len() as u64).with_style(
        ProgressStyle::with_template("{msg} [{bar:30}] {pos}/{len} {eta}")?.progress_chars("=> "),
    );
    bar.set_message(format!("embedding {}", file.display()));
    let mut lines = Vec::with_capacity(labelled.len());
    for batch in labelled.chunks(BATCH) {
        let (first, second) = batch.split_at(batch.len() / 2);
        let texts = |part: &[(String, String)]| part.iter().map(|(text, _)| text.clone()).collect();
        let (a, b) = tokio::try_join!(pool.embed(texts(first)), pool.embed(texts(second)))?;
        let vectors = a.into_iter().chain(b);
        lines.extend(batch.iter().zip(vectors).map(|((text, label), vector)| Line {
            text: text.clone(),
            label: label.clone(),
            vector,
        }));
        bar.inc(batch.len() as u64);
    }
    bar.finish_and_clear();
    Ok(lines)
}

fn learn(lines: &[Line], names: &[Line]) -> anyhow::Result<TextClassifier> {
    let mut labels: Vec<String> = lines.iter().map(|line| line.label.clone()).collect();
    labels.sort();
    labels.dedup();
    let per_label = lines.len() / labels.len().max(1);
    let params = if per_label < FEW_PER_LABEL { TextParams::few_per_label() } else { TextParams::default() };
    let samples: Vec<Sample<'_>> = lines
        .iter()
        .chain(names)
        .map(|line| Sample {
            text: &line.text,
            vector: &line.vector,
            label: labels.binary_search(&line.label).unwrap_or_default(),
        })
        .collect();
    Ok(TextClassifier::train(&samples, labels.clone(), params)?)
}

/// The best label in scope, and how certain it is: its probability, which a label for what is out of scope takes
/// its share of.
fn judge(classifier: &TextClassifier, line: Line) -> Judged {
    let probabilities = softmax(&classifier.scores(&line.text, &line.vector), 1.0);
    let best = classifier
        .labels()
        .iter()
        .zip(probabilities)
        .filter(|(label, _)| *label != OUT_OF_SCOPE)
        .max_by(|a, b| a.1.total_cmp(&b.1));
    let (found, certainty) = best.map_or((String::new(), 0.0), |(label, p)| (label.clone(), p));
    Judged { label: line.label, found, certainty }
}

fn in_scope(judged: &[Judged]) -> Intents {
    let mut confusion: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    for row in judged.iter().filter(|row| row.label != OUT_OF_SCOPE) {
        *confusion.entry(row.label.clone()).or_default().entry(row.found.clone()).or_default() += 1;
    }
    score::intents(confusion)
}

fn out_of_scope(judged: &[Judged]) -> Option<OutOfScope> {
    let (mut outside, inside): (Vec<&Judged>, Vec<&Judged>) =
        judged.iter().partition(|row| row.label == OUT_OF_SCOPE);
    if outside.is_empty() || inside.is_empty() {
        return None;
    }
    outside.sort_by(|a, b| a.certainty.total_cmp(&b.certainty));
    let curve = CURVE.iter().map(|recall| point(&outside, &inside, *recall)).collect();
    Some(OutOfScope { rows: outside.len(), auroc: auroc(&outside, &inside), curve })
}

/// The lowest threshold that rejects at least this share of the rows out of scope (sorted by certainty).
fn point(outside: &[&Judged], inside: &[&Judged], recall: f64) -> CurvePoint {
    let rejected = (recall * outside.len() as f64).ceil() as usize;
    let threshold = match rejected.checked_sub(1).and_then(|last| outside.get(last)) {
        Some(row) => row.certainty.next_up(),
        None => 0.0,
    };
    let of = |wanted: &dyn Fn(&Judged) -> bool, rows: &[&Judged]| {
        score::share(rows.iter().filter(|row| wanted(row)).count(), rows.len())
    };
    CurvePoint {
        threshold,
        out_of_scope_recall: of(&|row| row.certainty < threshold, outside),
        in_scope_accuracy: of(&|row| row.certainty >= threshold && row.found == row.label, inside),
        in_scope_kept: of(&|row| row.certainty >= threshold, inside),
    }
}

/// Share of the pairs of a row out of scope and one in scope in which the first is less certain; ties count half.
fn auroc(outside: &[&Judged], inside: &[&Judged]) -> f64 {
    let mut sure: Vec<f32> = inside.iter().map(|row| row.certainty).collect();
    sure.sort_by(f32::total_cmp);
    let above = |row: &&Judged| {
        let not_above = sure.partition_point(|c| *c <= row.certainty);
        let below = sure.partition_point(|c| *c < row.certainty);
        (sure.len() - not_above) as f64 + (not_above - below) as f64 / 2.0
    };
    outside.iter().map(above).sum::<f64>() / (outside.len() * sure.len()) as f64
}

/// For people.
pub fn table(set: &IntentSet) -> String {
    let percent = |share: f64| format!("{:.1} %", share * 100.0);
    let mut lines = vec![
        format!("trained on {} rows of {} labels", set.trained_on, set.labels),
        String::new(),
        format!("in scope       {} rows", set.in_scope.rows),
        format!("accuracy       {}", percent(set.in_scope.accuracy)),
        format!("macro-F1       {}", percent(set.in_scope.macro_f1)),
    ];
    if let Some(outside) = &set.out_of_scope {
        let head = ["threshold", "out-of-scope recall", "in-scope accuracy", "in-scope kept"];
        lines.extend([
            String::new(),
            format!("out of scope   {} rows, AUROC {}", outside.rows, percent(outside.auroc)),
            String::new(),
            head.join("  "),
        ]);
        lines.extend(outside.curve.iter().map(|p| {
            format!(
                "{:>9.3}  {:>19}  {:>17}  {:>13}",
                p.threshold,
                percent(p.out_of_scope_recall),
                percent(p.in_scope_accuracy),
                percent(p.in_scope_kept)
            )
        }));
    }
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(label: &str, found: &str, certainty: f32) -> Judged {
        Judged { label: label.to_owned(), found: found.to_owned(), certainty }
    }

    #[test]
    fn a_curve_trades_one_for_the_other() {
        let judged = [
            row("a", "a", 0.9),
            row("a", "b", 0.6),
            row("b", "b", 0.4),
            row(OUT_OF_SCOPE, "a", 0.3),
            row(OUT_OF_SCOPE, "b", 0.5),
        ];
        let found = out_of_scope(&judged).expect("rows out of scope");
        assert!((found.auroc - 5.0 / 6.0).abs() < 1e-9);
        let (first, last) = (&found.curve[0], &found.curve[8]);
        assert!((first.in_scope_accuracy - 2.0 / 3.0).abs() < 1e-9 && first.out_of_scope_recall == 0.0);
        assert!((last.in_scope_accuracy - 1.0 / 3.0).abs() < 1e-9 && last.out_of_scope_recall == 1.0);
        assert!((in_scope(&judged).accuracy - 2.0 / 3.0).abs() < 1e-9);
        assert!(out_of_scope(&judged[..3]).is_none());
    }
}
