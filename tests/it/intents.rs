//! The nine intents with the real embedding model: the trained model in `assets` fits the examples, and it
//! is right on lines that it was not trained on.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use tria::domain::intent::Intent;
use tria::knowledge::embedder::{BUILT_IN_SHA256, BuiltInModel, Embedder};
use tria::nlu::intent::{EXAMPLES, Example, IntentContext, IntentModel, fingerprint, parse_examples};

#[derive(Deserialize)]
struct Line {
    question: String,
    intent: String,
}

fn in_project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn lines(path: &Path) -> Vec<Line> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()));
    text.lines().map(|l| serde_json::from_str(l).expect("a line of the evaluation set")).collect()
}

/// Trains on the built-in examples.
fn train(embedder: &BuiltInModel) -> IntentModel {
    let examples = parse_examples(EXAMPLES).expect("the built-in examples");
    let texts: Vec<String> = examples.iter().map(|(text, _)| text.clone()).collect();
    let vectors = embedder.embed(&texts).expect("vectors");
    let examples: Vec<Example<'_>> = examples
        .iter()
        .zip(&vectors)
        .map(|((text, intent), vector)| Example { text, vector, label: intent.as_str() })
        .collect();
    let start = std::time::Instant::now();
    let model = IntentModel::train(&examples).expect("a model");
    eprintln!("trained on {} examples in {:?}", examples.len(), start.elapsed());
    model
}

/// Share of lines told right, and the expected calibration error over ten bins; prints what went wrong
/// unless the lines are to stay unseen.
fn measure(model: &IntentModel, embedder: &BuiltInModel, lines: &[Line], show: bool) -> (f64, f64) {
    let texts: Vec<String> = lines.iter().map(|l| l.question.clone()).collect();
    let vectors = embedder.embed(&texts).expect("vectors");
    let mut bins = [(0.0_f64, 0.0_f64); 10];
    let mut right = 0.0;
    for (line, vector) in lines.iter().zip(&vectors) {
        let guess = model.predict(&line.question, vector, &IntentContext::default());
        let hit = f64::from(u8::from(guess.intent.as_str() == line.intent));
        right += hit;
        let bin = (0..9).find(|i| guess.confidence < f32::from(*i + 1_u8) / 10.0).map_or(9, usize::from);
        bins[bin].0 += hit;
        bins[bin].1 += f64::from(guess.confidence);
        if show && hit == 0.0 {
            eprintln!(
                "{} -> {} {:.2} | {}",
                line.intent,
                guess.intent.as_str(),
                guess.confidence,
                line.question
            );
        }
    }
    let n = lines.len() as f64;
    let calibration = bins.iter().map(|(hits, claimed)| (hits - claimed).abs()).sum::<f64>() / n;
    (right / n, calibration)
}

/// Writes `assets/intents.model` anew after the examples were changed:
/// `cargo test --test it -- --ignored write_the_trained_intent_model`
#[test]
#[ignore = "changes a file of the project; run it after changing the examples"]
fn write_the_trained_intent_model() {
    let embedder = BuiltInModel::load().expect("the built-in model");
    let bytes = train(&embedder).to_bytes(&fingerprint(BUILT_IN_SHA256, EXAMPLES));
    std::fs::write(in_project("assets/intents.model"), bytes).expect("written");
}

#[test]
fn the_trained_model_fits_the_examples() {
    let model = IntentModel::built_in(BUILT_IN_SHA256);
    assert!(model.is_ok(), "{model:?}: run the ignored test write_the_trained_intent_model");
}

/// The threshold is two lines below what was reached, for another machine's rounding.
#[test]
fn unseen_lines_of_a_supplier_are_told_apart() {
    let embedder = BuiltInModel::load().expect("the built-in model");
    let model = IntentModel::built_in(BUILT_IN_SHA256).expect("the trained model");
    let (right, calibration) =
        measure(&model, &embedder, &lines(&in_project("tests/eval/intents_tune.jsonl")), true);
    assert!(right >= 0.93, "{right:.3}");
    assert!(calibration < 0.12, "{calibration:.3}");
}

/// For measuring on other files: `TRIA_INTENT_LINES=FILE cargo test --test it -- --ignored measure_intents`
#[test]
#[ignore = "needs a file of lines in TRIA_INTENT_LINES"]
fn measure_intents() {
    let Some(path) = std::env::var_os("TRIA_INTENT_LINES") else { return };
    let embedder = BuiltInModel::load().expect("the built-in model");
    let model = train(&embedder);
    let lines = lines(Path::new(&path));
    let (right, calibration) = measure(&model, &embedder, &lines, false);
    eprintln!("{} lines: {right:.3} right, calibration error {calibration:.3}", lines.len());
    for intent in Intent::ALL {
        let own: Vec<Line> = lines
            .iter()
            .filter(|l| l.intent == intent.as_str())
            .map(|l| Line { question: l.question.clone(), intent: l.intent.clone() })
            .collect();
        if !own.is_empty() {
            let (right, _) = measure(&model, &embedder, &own, false);
            eprintln!("  {:20} {:3} lines {right:.3}", intent.as_str(), own.len());
        }
    }
}
