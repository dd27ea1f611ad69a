//! The word half of retrieval: BM25 over the chunks, and the words that occur at all.
//!
//! It is made from the texts when an index is loaded (a millisecond for a hundred chunks), so that nothing of it
//! has to be kept on disk or in step.

use std::collections::{BTreeMap, HashMap};

use super::chunk::Texts;
use super::terms::{self, Term};

/// How fast a further occurrence counts less (Robertson's usual value).
const K1: f32 = 1.2;
/// How much long chunks are held back: less than the usual 0.75, as sections are short and a list is no padding.
const B: f32 = 0.5;
/// A word in a heading counts as this many in the text.
const HEADING_WEIGHT: f32 = 2.5;

/// Words of all chunks.
#[derive(Debug, Default)]
pub struct WordIndex {
    /// Chunks and weighted counts by stem.
    postings: HashMap<String, Vec<(usize, f32)>>,
    lengths: Vec<f32>,
    mean_length: f32,
    /// Distinct words in alphabetical order, with the number of chunks they are in.
    vocabulary: Vec<(String, usize)>,
    /// Places in the vocabulary of each chunk's words, ascending.
    chunk_words: Vec<Vec<usize>>,
    places: HashMap<String, usize>,
}

impl WordIndex {
    /// Reads all chunks.
    pub fn new(texts: &Texts) -> Self {
        let mut index = Self::default();
        let mut words: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (number, chunk) in texts.chunks.iter().enumerate() {
            let mut counts: BTreeMap<String, f32> = BTreeMap::new();
            let mut add = |text: &str, weight: f32| {
                for Term { word, stem } in terms::terms(text) {
                    *counts.entry(stem).or_default() += weight;
                    let chunks = words.entry(word).or_default();
                    if chunks.last() != Some(&number) {
                        chunks.push(number);
                    }
                }
            };
            add(&chunk.preamble(), HEADING_WEIGHT);
            texts.lines_of(chunk).iter().for_each(|line| add(&line.text, 1.0));
            index.lengths.push(counts.values().sum());
            for (stem, count) in counts {
                index.postings.entry(stem).or_default().push((number, count));
            }
        }
        index.mean_length = index.lengths.iter().sum::<f32>() / (index.lengths.len().max(1) as f32);
        index.chunk_words = vec![Vec::new(); texts.chunks.len()];
        for (place, (word, chunks)) in words.into_iter().enumerate() {
            for &chunk in &chunks {
                index.chunk_words[chunk].push(place);
            }
            index.places.insert(word.clone(), place);
            index.vocabulary.push((word, chunks.len()));
        }
        index
    }

    /// All words in alphabetical order, with the number of chunks they are in.
    pub fn vocabulary(&self) -> &[(String, usize)] {
        &self.vocabulary
    }

    /// Where a word stands in the vocabulary.
    pub fn place(&self, word: &str) -> Option<usize> {
        self.places.get(word).copied()
    }

    /// Places in the vocabulary of a chunk's words.
    pub fn words_of(&self, chunk: usize) -> &[usize] {
        self.chunk_words.get(chunk).map_or(&[], Vec::as_slice)
    }

    /// Whether a chunk holds a word with this stem.
    pub fn holds(&self, chunk: usize, stem: &str) -> bool {
        self.postings.get(stem).is_some_and(|found| found.binary_search_by_key(&chunk, |(c, _)| *c).is_ok())
    }

    /// Whether any chunk holds a word with this stem.
    pub fn knows(&self, stem: &str) -> bool {
        self.postings.contains_key(stem)
    }

    /// Inverse document frequency; highest for a stem that occurs nowhere.
    pub fn idf(&self, stem: &str) -> f32 {
        let all = self.lengths.len() as f32;
        let with = self.postings.get(stem).map_or(0, Vec::len) as f32;
        (1.0 + (all - with + 0.5) / (with + 0.5)).ln()
    }

    /// BM25 of every chunk for weighted stems; 0 where none occurs.
    pub fn bm25(&self, stems: &[(String, f32)]) -> Vec<f32> {
        let mut scores = vec![0.0; self.lengths.len()];
        for (stem, weight) in stems {
            let Some(found) = self.postings.get(stem) else { continue };
            let idf = self.idf(stem);
            for &(chunk, count) in found {
                let length = self.lengths[chunk] / self.mean_length.max(f32::EPSILON);
                let saturated = count * (K1 + 1.0) / (count + K1 * (1.0 - B + B * length));
                scores[chunk] += weight * idf * saturated;
            }
        }
        scores
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::placeholders::Placeholders;

    #[test]
    fn finds_by_stem_and_prefers_headings() {
        let mut texts = Texts::default();
        let markdown = "# Rules\n## Refunds\nWe pay back.\n## Delivery\nWe deliver. A refund may follow.\n## Hours\nNine.";
        texts.add("a.md", markdown, &Placeholders::new()).unwrap();
        let index = WordIndex::new(&texts);
        let scores = index.bm25(&[(terms::terms("refunded")[0].stem.clone(), 1.0)]);
        assert!(scores[0] > scores[1] && scores[1] > 0.0 && scores[2].abs() < f32::EPSILON);
        assert!(index.holds(1, "deliv") || index.holds(1, &terms::terms("delivery")[0].stem));
        assert!(index.idf("nowhere") > index.idf(&terms::terms("rules")[0].stem));
        assert!(index.place("nine").is_some() && index.place("ten").is_none());
    }
}
