//! Answers that the operator wrote: matched by meaning above everything else, and given word for word.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use arc_swap::ArcSwap;
use serde::Deserialize;
use tokio::sync::Mutex;

use super::TurnError;
use super::engine::{Engine, Turn};
use super::response::{Answered, Response};
use super::same_question::{Meaning, goods};
use super::understand::Understood;
use crate::domain::answer::{Action, Evidence};
use crate::domain::curated::{CuratedAnswer, MAX_ANSWERS};

/// Cosine from which on a message may ask one of the questions; the words must agree as well.
const NEAR_FROM: f32 = 0.7;
/// From here on single words that only one of the two has do not matter, if they turn nothing round.
const SURE_FROM: f32 = 0.88;
/// What is cited for those of the file, and for those written through the API.
const SOURCES: [&str; 2] = ["answers.toml", "answers"];

/// The answers of a file: `[[answer]]` with `questions` or `intent` (a class of the operator's own), `text` and, if
/// it ends, `until`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    answer: Vec<Pair>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pair {
    #[serde(default)]
    questions: Vec<String>,
    intent: Option<String>,
    text: String,
    until: Option<String>,
}

/// Reads the operator's file; says what is wrong, and in which answer.
pub fn read(text: &str) -> Result<Vec<CuratedAnswer>, String> {
    let file: File = toml::from_str(text).map_err(|fault| fault.to_string())?;
    if file.answer.len() > MAX_ANSWERS {
        return Err(format!("{} answers; at most {MAX_ANSWERS} are allowed", file.answer.len()));
    }
    let one = |(at, pair): (usize, Pair)| {
        let until = pair.until.map(|day| day.parse().map_err(|_| format!("{day} is no day (YYYY-MM-DD)")));
        until
            .transpose()
            .and_then(|until| CuratedAnswer::new(pair.questions, pair.intent, &pair.text, until))
            .map_err(|fault| format!("answer {}: {fault}", at + 1))
    };
    file.answer.into_iter().enumerate().map(one).collect()
}

/// All answers, ready to be compared with.
#[derive(Default)]
pub struct Curated {
    /// Those written through the API, with their numbers.
    rows: ArcSwap<Vec<(i64, CuratedAnswer)>>,
    /// Grows whenever they change.
    version: AtomicU64,
    prepared: ArcSwap<Prepared>,
    preparing: Mutex<()>,
}

#[derive(Default)]
struct Prepared {
    /// The versions of rules, of what the API wrote, and of the catalogue.
    made_from: (u64, u64, u64),
    goods: HashSet<String>,
    entries: Vec<Entry>,
}

struct Entry {
    name: String,
    source: &'static str,
    answer: CuratedAnswer,
    questions: Vec<Meaning>,
}

impl Engine {
    /// Takes what was written through the API, at the start and after each change.
    pub async fn reload_curated(&self) -> Result<(), TurnError> {
        self.curated.rows.store(Arc::new(self.store.curated_answers().await?));
        self.curated.version.fetch_add(1, Relaxed);
        Ok(())
    }

    /// Which answers a turn sees; part of the key of what is cached.
    pub(super) fn curated_version(&self) -> u64 {
        self.curated.version.load(Relaxed)
    }

    /// The operator's answer to a message, if there is one.
    pub(super) async fn curated_answer(
        &self,
        turn: &Turn<'_>,
        understood: &Understood,
    ) -> Result<Option<Response>, TurnError> {
        let prepared = self.prepared(turn).await?;
        let asked = Meaning::new(&understood.text, understood.vector.clone(), &prepared.goods);
        let today = turn.today();
        let mut best: Option<(f32, &Entry)> = None;
        let entries =
            || prepared.entries.iter().filter(|entry| entry.answer.until.is_none_or(|day| today <= day));
        for entry in entries() {
            for question in &entry.questions {
                let near = asked.near(question);
                let may =
                    near >= NEAR_FROM && asked.agrees(question) && best.is_none_or(|(score, _)| near > score);
                if may && (near >= SURE_FROM || asked.words_fit(question, &self.embedder).await?) {
                    best = Some((near, entry));
                }
            }
        }
        if best.is_none()
            && let Some(class) = understood.intent.own.as_deref()
            && let Some(entry) = entries().find(|entry| entry.answer.intent.as_deref() == Some(class))
        {
            best = Some((understood.intent.confidence, entry));
        }
        Ok(best.map(|(score, entry)| said(turn, understood, entry, score)))
    }

    async fn prepared(&self, turn: &Turn<'_>) -> Result<Arc<Prepared>, TurnError> {
        let made_from = (turn.rules.version, self.curated_version(), turn.catalogue.version());
        let known = self.curated.prepared.load_full();
        if known.made_from == made_from {
            return Ok(known);
        }
        // One maker at a time; who waited finds the work done.
        let _turn = self.curated.preparing.lock().await;
        let known = self.curated.prepared.load_full();
        if known.made_from == made_from {
            return Ok(known);
        }
        let goods = goods(turn.catalogue.products());
        let rows = self.curated.rows.load_full();
        let of_file = turn.rules.curated.iter().enumerate().map(|(at, answer)| (at + 1, SOURCES[0], answer));
        let of_api = rows.iter().map(|(id, answer)| (usize::try_from(*id).unwrap_or(0), SOURCES[1], answer));
        let mut entries = Vec::new();
        for (number, source, answer) in of_file.chain(of_api) {
            let vectors = self.embedder.embed_queries(&answer.questions).await?;
            let questions = answer.questions.iter().zip(vectors);
            entries.push(Entry {
                name: format!("{source}#{number}"),
                source,
                questions: questions.map(|(text, vector)| Meaning::new(text, vector, &goods)).collect(),
                answer: answer.clone(),
            });
        }
        let prepared = Arc::new(Prepared { made_from, goods, entries });
        self.curated.prepared.store(prepared.clone());
        Ok(prepared)
    }
}

fn said(turn: &Turn<'_>, understood: &Understood, entry: &Entry, score: f32) -> Response {
    let text = entry.answer.answer.clone();
    let intent = understood.intent.purpose();
    let evidence = Evidence {
        source: entry.source.to_owned(),
        heading: entry.answer.questions.first().or(entry.answer.intent.as_ref()).cloned().unwrap_or_default(),
        chunk_id: entry.name.clone(),
        score,
        excerpt: text.clone(),
    };
    let answer = Answered {
        tone: understood.tone(),
        evidence: vec![evidence],
        ..Answered::said(Action::Answer, text, intent)
    };
    let mut state = turn.state.clone();
    state.answered(&understood.text);
    let plain = turn.state.is_plain() && !understood.leans_on_context;
    let mut response = Response::answered(Arc::new(answer), state);
    if !plain {
        response.shareable = None;
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_or_its_fault_is_named() {
        let good =
            "[[answer]]\nquestions = [\"Do you have a showroom?\"]\ntext = \"No.\"\nuntil = \"2026-12-31\"\n";
        let read_one = read(good).unwrap();
        assert_eq!((read_one.len(), read_one[0].until), (1, Some(jiff::civil::date(2026, 12, 31))));
        assert!(read("").unwrap().is_empty());
        let check = |text: &str, says: &str| {
            let fault = read(text).unwrap_err();
            assert!(fault.contains(says), "{fault}");
        };
        check("[[answer]]\nquestions = []\ntext = \"a\"", "answer 1: questions");
        check("[[answer]]\nquestions = [\"q\"]\ntext = \"a\"\nuntil = \"soon\"", "soon is no day");
        check("[[answer]]\nquestion = [\"q\"]", "question");
    }
}
