//! The nine-intent model on small made-up vectors.

use super::{DecodeError, Example, IntentContext, IntentModel, fingerprint};
use crate::domain::intent::Intent;

/// A vector that points along the axis of its intent.
fn axis(intent: Intent) -> Vec<f32> {
    Intent::ALL.map(|i| if i == intent { 1.0 } else { 0.0 }).to_vec()
}

fn toy_model() -> IntentModel {
    let vectors: Vec<(Intent, Vec<f32>)> = Intent::ALL.map(|i| (i, axis(i))).to_vec();
    let examples: Vec<Example<'_>> = (0..45)
        .map(|n| {
            let (intent, vector) = &vectors[n % vectors.len()];
            Example { text: "xyz", vector, label: intent.as_str() }
        })
        .collect();
    IntentModel::train(&examples).expect("trains")
}

#[test]
fn the_vector_decides_and_probabilities_sum_to_one() {
    let model = toy_model();
    for intent in Intent::ALL {
        let guess = model.predict("xyz abc", &axis(intent), &IntentContext::default());
        assert_eq!(guess.intent, intent);
        assert!((guess.probabilities.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        assert!((guess.probability(intent) - guess.confidence).abs() < f32::EPSILON);
    }
}

#[test]
fn what_the_engine_knows_tips_the_balance() {
    let model = toy_model();
    let between: Vec<f32> = axis(Intent::OrderPlacement)
        .iter()
        .zip(axis(Intent::ProductInquiry))
        .map(|(a, b)| (a + b) / 2.0)
        .collect();
    let check = |context: IntentContext, expected: Intent| {
        assert_eq!(model.predict("xyz abc", &between, &context).intent, expected, "{context:?}");
    };
    let found = IntentContext { mentions_product: true, ..IntentContext::default() };
    check(IntentContext { mentions_quantity: true, ..found }, Intent::OrderPlacement);
    check(IntentContext { question: true, ..found }, Intent::ProductInquiry);
    check(IntentContext { awaiting: true, ..IntentContext::default() }, Intent::OrderPlacement);
}

#[test]
fn bytes_come_back_as_the_same_model_and_nothing_else_does() {
    let model = toy_model();
    let key = fingerprint("toy", "examples");
    let bytes = model.to_bytes(&key);
    assert_eq!(IntentModel::from_bytes(&bytes, &key).as_ref(), Ok(&model));
    let check = |bytes: &[u8], expected: DecodeError| {
        assert_eq!(IntentModel::from_bytes(bytes, &key).err(), Some(expected));
    };
    check(&[], DecodeError::Format);
    check(&bytes[..bytes.len() - 1], DecodeError::Damaged);
    check(&bytes[..60], DecodeError::Damaged);
    let mut flipped = bytes.clone();
    flipped[100] ^= 1;
    check(&flipped, DecodeError::Damaged);
    check(&model.to_bytes(&fingerprint("toy", "others")), DecodeError::Outdated);
}

#[test]
fn a_missing_vector_is_survived() {
    let guess = toy_model().predict("xyz abc", &[], &IntentContext::default());
    assert!(guess.confidence < 0.5, "{}", guess.confidence);
}
