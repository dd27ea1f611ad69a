//! The same question in other words: an answer that a language model worded once is given again, when meaning, the
//! words that matter and the lines that answer are the same.

use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use super::TurnError;
use super::ask::Ask;
use super::cache::CacheKey;
use super::engine::{Engine, Turn, session_of};
use super::progress::Audience;
use super::response::Answered;
use super::same_question::{Meaning, goods};
use super::state::SessionState;
use super::understand::Understood;
use crate::knowledge::{EmbedPool, extract};

/// Cosine of two questions from which on they may ask the same: on `tests/eval/paraphrases.jsonl` lower values find
/// more and still nothing false, because words and lines must agree too; this keeps a distance.
const NEAR_FROM: f32 = 0.6;
/// Entries looked through: with 384 numbers each, less than a millisecond.
const MAX_ENTRIES: usize = 1_000;

/// A question and the lines that answer it, as code found them.
#[derive(Debug, Clone)]
pub struct Asked {
    meaning: Meaning,
    lines: Vec<String>,
}

impl Asked {
    /// Whether both have one answer.
    async fn is_same(&self, other: &Self, pool: &EmbedPool) -> Result<bool, TurnError> {
        let may = self.lines.iter().any(|line| other.lines.contains(line))
            && self.meaning.agrees(&other.meaning)
            && self.meaning.near(&other.meaning) >= NEAR_FROM;
        Ok(may && self.meaning.words_fit(&other.meaning, pool).await?)
    }
}

/// Answers of the language model by what was asked. All are of one version of everything they were made from.
#[derive(Default)]
pub struct Paraphrases {
    kept: Mutex<Kept>,
}

type Entry = (Asked, Arc<Answered>);

#[derive(Default)]
struct Kept {
    made_from: Option<CacheKey>,
    goods: Arc<HashSet<String>>,
    entries: VecDeque<Entry>,
}

impl Paraphrases {
    /// What is kept of this version of everything; what older ones made is dropped.
    fn of(&self, made_from: &CacheKey, turn: &Turn<'_>) -> (Arc<HashSet<String>>, Vec<Entry>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.made_from.as_ref() != Some(made_from) {
            let goods = Arc::new(goods(turn.catalogue.products()));
            *kept = Kept { made_from: Some(made_from.clone()), goods, entries: VecDeque::new() };
        }
        (kept.goods.clone(), kept.entries.iter().cloned().collect())
    }

    /// Keeps an answer for those who ask the same in other words.
    pub(super) fn keep(&self, question: Question, answer: Arc<Answered>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.made_from == Some(question.made_from) {
            if kept.entries.len() >= MAX_ENTRIES {
                kept.entries.pop_front();
            }
            kept.entries.push_back((question.asked, answer));
        }
    }
}

/// A question whose answer may be kept, with the version of everything it is made from.
pub struct Question {
    asked: Asked,
    made_from: CacheKey,
}

impl Engine {
    /// The answer that the model gave to somebody who asked the same; else the question, under which a new answer
    /// may be kept. `None` for both when the answer depends on who asks.
    pub(super) async fn said_before(
        &self,
        turn: &Turn<'_>,
        understood: &Understood,
        answer: &Answered,
    ) -> Result<(Option<Arc<Answered>>, Option<Question>), TurnError> {
        let Some(made_from) = self.cache_key(turn).map(|key| key.made_from()) else {
            return Ok((None, None));
        };
        let (goods, kept) = self.paraphrases.of(&made_from, turn);
        let meaning = Meaning::new(&understood.text, understood.vector.clone(), &goods);
        let asked = Asked { meaning, lines: answer.grounds() };
        for (other, known) in &kept {
            if asked.is_same(other, &self.embedder).await? {
                return Ok((Some(known.clone()), None));
            }
        }
        Ok((None, Some(Question { asked, made_from })))
    }

    /// Whether two questions are taken to ask the same, so that one answer does for both. For measuring.
    pub async fn asks_same(&self, ask: &Ask, other: &str) -> Result<bool, TurnError> {
        let nobody = Audience::default();
        let turn = self.begin(ask, &nobody, session_of(ask)?, SessionState::default()).await?;
        let goods = goods(turn.catalogue.products());
        let mut both = Vec::new();
        for text in [ask.text.as_str(), other] {
            let retrieval = turn.index.retrieve(&self.embedder, text, Some(turn.today())).await?;
            let lines = extract(&retrieval).passages.into_iter().map(|passage| passage.text).collect();
            let vector = self.embedder.embed_query(text).await?;
            both.push(Asked { meaning: Meaning::new(text, vector, &goods), lines });
        }
        let [a, b] = both.as_slice() else { return Ok(false) };
        a.is_same(b, &self.embedder).await
    }
}
