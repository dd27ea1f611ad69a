//! A trained model as bytes, to be kept beside the index or in the program.
//!
//! Layout, little-endian: magic, format, key (32), counts (labels, terms, dense), temperature, the
//! words' scale, labels and terms as length and UTF-8, the terms' weights, the model's weights, SHA-256 of all before.

use sha2::{Digest, Sha256};

use super::classifier::TextClassifier;
use super::linear::{LinearModel, Shape};
use super::words::Vocabulary;

const MAGIC: &[u8; 8] = b"TRIAINTN";
/// Raise it when the layout or the meaning of a feature changes: an older file is then trained anew.
const FORMAT: u32 = 1;
const CHECKSUM: usize = 32;
/// Above any real model; keeps a forged count from asking for all memory.
const MAX_COUNT: u32 = 1_000_000;

/// What a stored model was made from; see [`super::fingerprint`].
pub type Fingerprint = [u8; 32];

/// Why bytes are no model that can be used. In every case: train again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Not a stored model, or of another format.
    #[error("not a stored intent model of this format")]
    Format,
    /// Made from other examples or with another embedding model.
    #[error("the stored intent model was made from other examples or with another embedding model")]
    Outdated,
    /// Cut off or changed.
    #[error("the stored intent model is damaged")]
    Damaged,
}

pub(super) fn encode(model: &TextClassifier, key: &Fingerprint) -> Vec<u8> {
    let mut out = Vec::new();
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&FORMAT.to_le_bytes());
    out.extend_from_slice(key);
    for count in [model.labels.len(), model.vocabulary.len(), model.model.shape.dense] {
        put_count(&mut out, count);
    }
    for number in [model.temperature, model.words] {
        out.extend_from_slice(&number.to_le_bytes());
    }
    let terms = model.vocabulary.entries().map(|(t, _)| t);
    for text in model.labels.iter().map(String::as_str).chain(terms) {
        put_count(&mut out, text.len());
        out.extend_from_slice(text.as_bytes());
    }
    let numbers = model.vocabulary.entries().map(|(_, w)| w).chain(model.model.weights.iter().copied());
    numbers.for_each(|n| out.extend_from_slice(&n.to_le_bytes()));
    let checksum = Sha256::digest(&out);
    out.extend_from_slice(&checksum);
    out
}

fn put_count(out: &mut Vec<u8>, count: usize) {
    // Counts are of labels, terms and bytes of one term: far below 2^32.
    out.extend_from_slice(&u32::try_from(count).unwrap_or(u32::MAX).to_le_bytes());
}

pub(super) fn decode(bytes: &[u8], key: &Fingerprint) -> Result<TextClassifier, DecodeError> {
    let mut reader = Reader(bytes);
    if reader.take(MAGIC.len()) != Ok(MAGIC) || reader.number() != Ok(FORMAT) {
        return Err(DecodeError::Format);
    }
    if reader.take(key.len())? != key {
        return Err(DecodeError::Outdated);
    }
    let body = bytes.len().checked_sub(CHECKSUM).ok_or(DecodeError::Damaged)?;
    if *Sha256::digest(&bytes[..body]) != bytes[body..] {
        return Err(DecodeError::Damaged);
    }
    let (labels, terms, dense) = (reader.count()?, reader.count()?, reader.count()?);
    let (temperature, words) = (reader.float()?, reader.float()?);
    let labels: Vec<String> = (0..labels).map(|_| reader.text()).collect::<Result<_, _>>()?;
    let terms: Vec<String> = (0..terms).map(|_| reader.text()).collect::<Result<_, _>>()?;
    let term_weights: Vec<f32> = (0..terms.len()).map(|_| reader.float()).collect::<Result<_, _>>()?;
    let shape = Shape { dense, sparse: terms.len(), classes: labels.len() };
    let weights: Vec<f32> = (0..shape.weights()).map(|_| reader.float()).collect::<Result<_, _>>()?;
    let sound =
        labels.len() >= 2 && temperature > 0.0 && words.is_finite() && weights.iter().all(|w| w.is_finite());
    if !sound || reader.0.len() != CHECKSUM {
        return Err(DecodeError::Damaged);
    }
    let model = LinearModel { shape, weights };
    let vocabulary = Vocabulary::from_parts(terms, term_weights);
    Ok(TextClassifier { labels, vocabulary, words, model, temperature })
}

/// What is left to read.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], DecodeError> {
        let (head, tail) = self.0.split_at_checked(length).ok_or(DecodeError::Damaged)?;
        self.0 = tail;
        Ok(head)
    }

    fn four(&mut self) -> Result<[u8; 4], DecodeError> {
        self.take(4)?.try_into().map_err(|_| DecodeError::Damaged)
    }

    fn number(&mut self) -> Result<u32, DecodeError> {
        self.four().map(u32::from_le_bytes)
    }

    fn float(&mut self) -> Result<f32, DecodeError> {
        self.four().map(f32::from_le_bytes)
    }

    fn count(&mut self) -> Result<usize, DecodeError> {
        match self.number()? {
            n if n <= MAX_COUNT => usize::try_from(n).map_err(|_| DecodeError::Damaged),
            _ => Err(DecodeError::Damaged),
        }
    }

    fn text(&mut self) -> Result<String, DecodeError> {
        let length = self.count()?;
        String::from_utf8(self.take(length)?.to_vec()).map_err(|_| DecodeError::Damaged)
    }
}
