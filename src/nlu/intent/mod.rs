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
pub use examples::{EXAMPLES, ExampleError, parse_examples};
pub use linear::{LinearModel, LinearParams, Rows, TrainError, softmax};
pub use rules::{IntentContext, Pleasantry, is_question, pleasantry};
pub use words::{SparseRow, Vocabulary, terms};

use sha2::{Digest, Sha256};

use crate::domain::intent::Intent;

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
    /// What it is for.
    pub intent: Intent,
}

/// What a message is most probably for.
#[derive(Debug, Clone, PartialEq)]
pub struct IntentGuess {
    /// The most probable intent.
    pub intent: Intent,
    /// Its probability, 0 to 1, calibrated by cross-validation over the examples.
    pub confidence: f32,
    /// All probabilities, in the order of [`Intent::ALL`].
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
        Self { intent, confidence, probabilities }
    }

    fn from_scores(scores: &[f32]) -> Self {
        let p = softmax(scores, 1.0);
        let best = classifier::largest(&p);
        let mut probabilities = [0.0; INTENTS];
        probabilities.iter_mut().zip(&p).for_each(|(to, from)| *to = *from);
        Self { intent: Intent::ALL[best.min(INTENTS - 1)], confidence: probabilities[best], probabilities }
    }
}

/// The trained classifier of the nine intents.
#[derive(Debug, Clone, PartialEq)]
pub struct IntentModel(TextClassifier);

impl IntentModel {
    /// Learns from examples. Takes about a second for a thousand of them, so keep the bytes.
    ///
    /// # Errors
    /// No examples, or vectors of different dimensions.
    pub fn train(examples: &[Example<'_>]) -> Result<Self, TrainError> {
        let place = |intent| Intent::ALL.iter().position(|i| *i == intent).unwrap_or_default();
        let samples: Vec<Sample<'_>> = examples
            .iter()
            .map(|e| Sample { text: e.text, vector: e.vector, label: place(e.intent) })
            .collect();
        let labels = Intent::ALL.iter().map(|i| i.as_str().to_owned()).collect();
        TextClassifier::train(&samples, labels, TextParams::default()).map(Self)
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
        let mut scores = self.0.scores(text, vector);
        rules::adjust(&mut scores, *context);
        IntentGuess::from_scores(&scores)
    }

    /// Dimensions of the vectors it takes.
    pub fn dimensions(&self) -> usize {
        self.0.dimensions()
    }

    /// The model as bytes, with what it was made from.
    pub fn to_bytes(&self, made_from: &Fingerprint) -> Vec<u8> {
        codec::encode(&self.0, made_from)
    }

    /// Reads what [`Self::to_bytes`] wrote.
    ///
    /// # Errors
    /// Another format, made from something else, or damaged: train again in each case.
    pub fn from_bytes(bytes: &[u8], made_from: &Fingerprint) -> Result<Self, DecodeError> {
        let model = codec::decode(bytes, made_from)?;
        let nine = model.labels().iter().map(String::as_str).eq(Intent::ALL.map(Intent::as_str));
        if nine { Ok(Self(model)) } else { Err(DecodeError::Format) }
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
