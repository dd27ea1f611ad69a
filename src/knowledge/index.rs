//! An index of the policies: texts, their vectors, their words. Made once, never changed, swapped whole.

use std::collections::HashMap;
use std::sync::LazyLock;

use jiff::civil::Date;

use super::chunk::Texts;
use super::embedder::EmbedError;
use super::evidence;
use super::matrix::{Matrix, dot};
use super::near::Near;
use super::pool::EmbedPool;
use super::query::Query;
use super::retrieve::{self, Covers, Retrieval};
use super::terms;
use super::word_index::WordIndex;

/// Questions that no company's policies answer, or not all of them.
static TOPICS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    include_str!("topics.txt").lines().filter(|line| !line.starts_with('#') && !line.is_empty()).collect()
});

/// Vectors of everything that a search compares a question with.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Vectors {
    /// One a chunk.
    pub chunks: Matrix,
    /// One a chunk: its title and headings alone.
    pub headings: Matrix,
    /// One a line.
    pub lines: Matrix,
    /// One a word of the vocabulary; zero for those that are no words or tell nothing.
    pub words: Matrix,
    /// One a topic.
    pub topics: Matrix,
}

/// An index.
pub struct Index {
    pub(super) texts: Texts,
    pub(super) words: WordIndex,
    pub(super) vectors: Vectors,
    /// The chunk that each line is embedded with.
    pub(super) line_chunk: Vec<usize>,
    /// How near the nearest line comes to each topic.
    pub(super) topic_cover: Vec<f32>,
    /// Finds candidates when there are too many chunks to look at all.
    pub(super) near: Option<Near>,
    version: String,
}

/// What an index is made of cannot go together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("texts and vectors do not fit: {0}")]
pub struct Mismatch(pub &'static str);

impl Index {
    /// Puts an index together. `version` names its content.
    pub fn new(
        texts: Texts,
        vectors: Vectors,
        near: Option<Near>,
        version: String,
    ) -> Result<Self, Mismatch> {
        let words = WordIndex::new(&texts);
        let fits = [
            (vectors.chunks.len() == texts.chunks.len(), "chunks"),
            (vectors.headings.len() == texts.chunks.len(), "headings"),
            (vectors.lines.len() == texts.lines.len(), "lines"),
            (vectors.words.len() == words.vocabulary().len(), "words"),
            (vectors.topics.len() == TOPICS.len(), "topics"),
        ];
        if let Some((_, what)) = fits.into_iter().find(|(fits, _)| !fits) {
            return Err(Mismatch(what));
        }
        let line_chunk = line_chunks(&texts).ok_or(Mismatch("lines of chunks"))?;
        let cover = |topic| {
            (0..vectors.lines.len())
                .map(|line| dot(vectors.lines.row(line), vectors.topics.row(topic)))
                .fold(0.0, f32::max)
        };
        let topic_cover = (0..vectors.topics.len()).map(cover).collect();
        Ok(Self { texts, words, vectors, line_chunk, topic_cover, near, version })
    }

    /// An index of nothing, which declines every question.
    pub fn empty() -> Self {
        Self {
            texts: Texts::default(),
            words: WordIndex::default(),
            vectors: Vectors::default(),
            line_chunk: Vec::new(),
            topic_cover: Vec::new(),
            near: None,
            version: "empty".to_owned(),
        }
    }

    /// Names the content: the same policies, settings and model have the same version.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// How many chunks.
    pub fn chunk_count(&self) -> usize {
        self.texts.chunks.len()
    }

    /// The chunks and lines, for those who list them.
    pub fn texts(&self) -> &Texts {
        &self.texts
    }

    /// The names under which chunks are cited.
    pub fn chunk_ids(&self) -> impl Iterator<Item = String> {
        self.texts.chunks.iter().enumerate().map(|(number, chunk)| chunk.id(number))
    }

    /// A message as it is searched for.
    pub fn understand(&self, message: &str) -> Query {
        Query::new(message, &self.words)
    }

    /// Finds what answers a message. With `today`, only documents that hold on that day are looked at.
    pub async fn retrieve(
        &self,
        pool: &EmbedPool,
        message: &str,
        today: Option<Date>,
    ) -> Result<Retrieval, EmbedError> {
        let query = self.understand(message);
        let vectors = pool.embed_queries(&query.to_embed(&self.words)).await?;
        let rows: Vec<&[f32]> = vectors.iter().map(AsRef::as_ref).collect();
        Ok(self.search(query, &rows, today))
    }

    /// Finds what answers a question, given the vectors of [`Query::to_embed`].
    pub fn search(&self, query: Query, vectors: &[&[f32]], today: Option<Date>) -> Retrieval {
        let covers = Covers::new(self, &query, vectors);
        let found = retrieve::rank(self, &query, vectors, &covers, today);
        let answerable = evidence::answerable(&evidence::signs(self, &query, vectors, &covers, &found));
        retrieve::retrieval(self, query, vectors, found, answerable)
    }
}

/// For each line the first chunk that holds it; `None` when a chunk names lines that are not there.
fn line_chunks(texts: &Texts) -> Option<Vec<usize>> {
    let mut found = vec![usize::MAX; texts.lines.len()];
    for (number, chunk) in texts.chunks.iter().enumerate() {
        for slot in found.get_mut(chunk.first_line..chunk.end_line)? {
            *slot = (*slot).min(number);
        }
    }
    found.iter().all(|&chunk| chunk != usize::MAX).then_some(found)
}

/// All texts of an index that have to be embedded, each once.
pub struct ToEmbed {
    /// Distinct texts.
    pub texts: Vec<String>,
    chunks: Vec<usize>,
    headings: Vec<usize>,
    lines: Vec<usize>,
    words: Vec<Option<usize>>,
    topics: Vec<usize>,
}

impl ToEmbed {
    /// Collects them.
    pub fn new(texts: &Texts) -> Self {
        let mut all = Distinct::default();
        let chunks = texts.chunks.iter().map(|c| all.add(texts.embedded_chunk(c))).collect();
        let headings = texts.chunks.iter().map(|c| all.add(c.preamble())).collect();
        let owners = line_chunks(texts).unwrap_or_default();
        let lines = owners
            .iter()
            .enumerate()
            .map(|(line, &chunk)| all.add(texts.embedded_line(&texts.chunks[chunk], line)))
            .collect();
        let index = WordIndex::new(texts);
        let words =
            index.vocabulary().iter().map(|(word, _)| tells(word).then(|| all.add(word.clone()))).collect();
        let topics = TOPICS.iter().map(|topic| all.add((*topic).to_owned())).collect();
        Self { texts: all.texts, chunks, headings, lines, words, topics }
    }

    /// The vector of each of [`ToEmbed::texts`] out of an index made of them.
    pub fn rows(&self, vectors: &Vectors) -> Vec<Vec<f32>> {
        let mut rows = vec![Vec::new(); self.texts.len()];
        let places = [
            (&self.chunks, &vectors.chunks),
            (&self.headings, &vectors.headings),
            (&self.lines, &vectors.lines),
            (&self.topics, &vectors.topics),
        ];
        for (places, matrix) in places {
            for (number, &place) in places.iter().enumerate() {
                rows[place] = matrix.row(number).to_vec();
            }
        }
        for (number, place) in self.words.iter().enumerate() {
            if let Some(place) = *place {
                rows[place] = vectors.words.row(number).to_vec();
            }
        }
        rows
    }

    /// The vectors of an index out of those of [`ToEmbed::texts`]; `None` when one is missing or of another length.
    pub fn vectors(&self, dimensions: usize, embedded: &[Vec<f32>]) -> Option<Vectors> {
        let zero = vec![0.0; dimensions];
        let matrix = |places: &mut dyn Iterator<Item = Option<usize>>| {
            let mut matrix = Matrix::new(dimensions);
            for place in places {
                let row = match place {
                    Some(place) => embedded.get(place)?,
                    None => &zero,
                };
                if !matrix.push(row) {
                    return None;
                }
            }
            Some(matrix)
        };
        Some(Vectors {
            chunks: matrix(&mut self.chunks.iter().copied().map(Some))?,
            headings: matrix(&mut self.headings.iter().copied().map(Some))?,
            lines: matrix(&mut self.lines.iter().copied().map(Some))?,
            words: matrix(&mut self.words.iter().copied())?,
            topics: matrix(&mut self.topics.iter().copied().map(Some))?,
        })
    }
}

/// Whether a word of the vocabulary gets a vector.
fn tells(word: &str) -> bool {
    word.chars().count() > 2 && word.chars().all(char::is_alphabetic) && !terms::is_stopword(word)
}

#[derive(Default)]
struct Distinct {
    texts: Vec<String>,
    places: HashMap<String, usize>,
}

impl Distinct {
    fn add(&mut self, text: String) -> usize {
        if let Some(&place) = self.places.get(&text) {
            return place;
        }
        self.places.insert(text.clone(), self.texts.len());
        self.texts.push(text);
        self.texts.len() - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::extract::extract;
    use crate::knowledge::placeholders::Placeholders;
    use crate::knowledge::pool::PoolOptions;
    use crate::knowledge::{BuiltInModel, Embedder as _};
    use std::sync::Arc;

    const POLICIES: &str = "# House rules\n\n## Deliveries\n\nWe deliver on Tuesdays and Fridays.\n\n\
        ### Damaged goods\n\nTell us about damaged goods within 24 hours and send a photo.\n\n\
        ## Prices\n\n| Size | Price |\n|---|---|\n| 10 inch | SGD 0.45 |\n| 12 inch | SGD 0.65 |\n\n\
        ## Paying\n\nWe take bank transfers. Cash is not accepted.\n";
    const SUMMER: &str =
        "---\nvalid_until: 2026-08-31\n---\n# Summer\n\nIn summer we deliver on Sundays too.\n";

    /// The whole way with the real model: the right lines, in every wording, and a decline where nothing is said.
    #[tokio::test]
    async fn finds_quotes_and_declines() {
        let model = Arc::new(BuiltInModel::load().unwrap());
        let mut texts = Texts::default();
        texts.add("rules.md", POLICIES, &Placeholders::new()).unwrap();
        texts.add("summer.md", SUMMER, &Placeholders::new()).unwrap();
        let wanted = ToEmbed::new(&texts);
        let rows = model.embed(&wanted.texts).unwrap();
        let vectors = wanted.vectors(model.model().dimensions, &rows).unwrap();
        let index = Index::new(texts, vectors, None, "test".into()).unwrap();
        let pool = EmbedPool::with(model, PoolOptions::default()).unwrap();
        let (index, pool) = (&index, &pool);
        let ask = |text: &'static str, day: &'static str| async move {
            let found = index.retrieve(pool, text, Some(day.parse().unwrap())).await.unwrap();
            let again = index.retrieve(pool, text, Some(day.parse().unwrap())).await.unwrap();
            assert_eq!(found, again, "the same question has the same answer");
            (
                found.answerable,
                found.hits[0].evidence.heading.clone(),
                extract(&found).passages[0].text.clone(),
            )
        };
        for (text, heading, says) in [
            ("how much is a twelve inch box?", "House rules > Prices", "0.65"),
            ("my boxes came squashed", "House rules > Deliveries > Damaged goods", "photo"),
            ("whcih days do you delivr", "House rules > Deliveries", "Tuesdays"),
            ("can I pay with cash", "House rules > Paying", "not accepted"),
        ] {
            let (answerable, found, answer) = ask(text, "2026-11-23").await;
            assert_eq!(found, heading, "{text}");
            assert!(answer.contains(says) && answerable > 0.35, "{text}: {answerable} {answer}");
        }
        assert!(!ask("how much is a 12\" box", "2026-11-23").await.2.contains("0.45"));
        for text in ["who won the world cup?", "do you have jobs for students?", "can I bring my dog?"] {
            let (answerable, ..) = ask(text, "2026-11-23").await;
            assert!(answerable < 0.35, "{text}: {answerable}");
        }
        assert_eq!(ask("do you deliver on sundays in summer", "2026-07-01").await.1, "Summer");
        assert_ne!(ask("do you deliver on sundays in summer", "2026-11-23").await.1, "Summer");
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let mut texts = Texts::default();
        texts.add("rules.md", POLICIES, &Placeholders::new()).unwrap();
        assert!(Index::new(texts, Vectors::default(), None, String::new()).is_err());
    }
}
