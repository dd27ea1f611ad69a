//! What a responder makes of a message: words, and what is to happen with them.

use std::sync::Arc;

use super::reply::{OrderView, Reply};
use super::state::SessionState;
use crate::domain::answer::{Action, Evidence};
use crate::domain::intent::Purpose;
use crate::domain::tone::Tone;
use crate::store::{Effect, Outcome};
use crate::telemetry::Mode;

/// An answer that depends on nobody: it may be given again to anybody who asks the same.
#[derive(Debug, Clone)]
pub struct Answered {
    /// For the customer.
    pub text: String,
    /// What the reply does.
    pub action: Action,
    /// How it is worded.
    pub tone: Tone,
    /// What it stands on, best first.
    pub evidence: Vec<Evidence>,
    /// The lines of the cited chunks that the text quotes.
    pub quoted: Vec<String>,
    /// Facts that code computed (prices, stock); with what is quoted, all that numbers may come from.
    pub facts: Vec<String>,
    /// How many chunks were looked at closely.
    pub chunks_retrieved: usize,
    /// What the message was taken for when the answer was made.
    pub intent: Purpose,
    /// Who worded it.
    pub mode: Mode,
    /// Whether it may be kept for whoever asks the same.
    pub shareable: bool,
}

impl Answered {
    /// Words of the program's own that depend on nobody.
    pub fn said(action: Action, text: String, intent: Purpose) -> Self {
        Self {
            facts: vec![text.clone()],
            text,
            action,
            tone: Tone::Efficient,
            evidence: Vec::new(),
            quoted: Vec::new(),
            chunks_retrieved: 0,
            intent,
            mode: Mode::Offline,
            shareable: true,
        }
    }

    /// The lines it is made of: what the policies say and what code computed.
    pub fn grounds(&self) -> Vec<String> {
        self.quoted.iter().chain(&self.facts).cloned().collect()
    }
}

/// Completes reply and state with what the database decided: numbers of orders and tickets, a status.
pub type Completion = Box<dyn FnOnce(&Outcome, &mut Reply, &mut SessionState) + Send>;

/// What a responder makes of a message.
pub struct Response {
    /// For the customer.
    pub text: String,
    /// What the reply does.
    pub action: Action,
    /// How it is worded.
    pub tone: Tone,
    /// What it stands on.
    pub evidence: Vec<Evidence>,
    /// The lines of the cited chunks that the text quotes.
    pub quoted: Vec<String>,
    /// Facts that code computed.
    pub facts: Vec<String>,
    /// How many chunks were looked at closely.
    pub chunks_retrieved: usize,
    /// The draft or order to show.
    pub order: Option<OrderView>,
    /// The order this is about.
    pub order_id: Option<i64>,
    /// What happens in the database, together with the turn.
    pub effect: Effect,
    /// What the conversation remembers from here on.
    pub state: SessionState,
    /// Completes text and state after the effect.
    pub complete: Option<Completion>,
    /// Who worded it.
    pub mode: Mode,
    /// Whether it was given before, to this question or to one that asks the same.
    pub from_cache: bool,
    /// Set when this answer may be given to others as well.
    pub shareable: Option<Arc<Answered>>,
}

impl Response {
    /// Words of the program's own: what they say is computed, so they support themselves.
    pub fn say(action: Action, tone: Tone, text: impl Into<String>, state: SessionState) -> Self {
        let text = text.into();
        Self {
            facts: vec![text.clone()],
            text,
            action,
            tone,
            evidence: Vec::new(),
            quoted: Vec::new(),
            chunks_retrieved: 0,
            order: None,
            order_id: None,
            effect: Effect::None,
            state,
            complete: None,
            mode: Mode::Offline,
            from_cache: false,
            shareable: None,
        }
    }

    /// Whether the words come from what the database stored, after it was stored.
    pub fn told_by_store(&self) -> bool {
        self.text.is_empty() && self.complete.is_some()
    }

    /// Adds words of the program's own after the text.
    pub fn append(&mut self, words: &str) {
        self.text = format!("{}\n\n{words}", self.text);
        self.facts.push(words.to_owned());
    }

    /// Adds words of the program's own before the text.
    pub fn prepend(&mut self, words: &str) {
        self.text = format!("{words}\n\n{}", self.text);
        self.facts.push(words.to_owned());
    }

    /// An answer that may be given to others as well.
    pub fn answered(answer: Arc<Answered>, state: SessionState) -> Self {
        Self {
            evidence: answer.evidence.clone(),
            quoted: answer.quoted.clone(),
            facts: answer.facts.clone(),
            chunks_retrieved: answer.chunks_retrieved,
            mode: answer.mode,
            shareable: (answer.shareable && matches!(answer.action, Action::Answer | Action::SmallTalk))
                .then(|| answer.clone()),
            ..Self::say(answer.action, answer.tone, answer.text.clone(), state)
        }
    }
}
