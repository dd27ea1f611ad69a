//! What is asked and what is answered.

use std::fmt;
use std::time::{Duration, Instant};

use jiff::civil::Date;
use serde::Serialize;

/// Who says a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The program.
    System,
    /// The customer.
    User,
    /// The model.
    Assistant,
}

/// One message of the conversation. Its text is not printed by `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Message {
    /// Who says it.
    pub role: Role,
    /// What.
    pub content: String,
}

impl Message {
    /// Instructions of the program.
    pub fn system(content: impl Into<String>) -> Self {
        Self { role: Role::System, content: content.into() }
    }

    /// What the customer says.
    pub fn user(content: impl Into<String>) -> Self {
        Self { role: Role::User, content: content.into() }
    }

    /// What the model said before.
    pub fn assistant(content: impl Into<String>) -> Self {
        Self { role: Role::Assistant, content: content.into() }
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}({} bytes)", self.role, self.content.len())
    }
}

/// The form that the answer must have.
#[derive(Debug, Clone, PartialEq)]
pub struct Schema {
    /// A name of letters, digits, `_` and `-`, at most 64.
    pub name: String,
    /// A JSON schema in which every property is required and no other allowed, as servers demand of strict ones.
    pub schema: serde_json::Value,
}

/// A question to the model.
#[derive(Debug, Clone)]
pub struct ChatRequest {
    /// The conversation, oldest first.
    pub messages: Vec<Message>,
    /// Length of the answer, in tokens.
    pub max_tokens: u32,
    /// 0 is always the likeliest word, 2 the wildest.
    pub temperature: f32,
    /// The JSON that the answer must be. A server that knows no schemas is asked for JSON and told the schema in
    /// words, so the caller still checks what it gets.
    pub schema: Option<Schema>,
}

impl ChatRequest {
    /// A plain question with the contract's defaults.
    pub fn new(messages: Vec<Message>) -> Self {
        Self { messages, max_tokens: 2000, temperature: 0.7, schema: None }
    }
}

/// Under which terms a call is made. They come from the caller, because nothing in here looks at a calendar.
#[derive(Debug, Clone, Copy)]
pub struct Terms {
    /// By when the call ends, one way or the other.
    pub deadline: Instant,
    /// The company's calendar day, for the budget.
    pub today: Date,
}

/// Tokens of one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    /// Sent.
    pub prompt_tokens: u64,
    /// Answered.
    pub completion_tokens: u64,
    /// Whether the server did not say and the numbers are guessed from the length of the texts.
    pub estimated: bool,
}

impl Usage {
    /// Four characters a token: what OpenAI gives as a rule of thumb for English.
    pub(super) fn estimate(prompt_chars: usize, completion_chars: usize) -> Self {
        let tokens = |chars: usize| chars.div_ceil(4) as u64;
        Self {
            prompt_tokens: tokens(prompt_chars),
            completion_tokens: tokens(completion_chars),
            estimated: true,
        }
    }
}

/// Why the model stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FinishReason {
    /// It had said everything.
    Stop,
    /// It was cut at `max_tokens`: the text ends in the middle.
    Length,
    /// The provider's filter took the answer or a part of it.
    ContentFilter,
    /// Another reason, such as a call of a tool that nobody offered.
    Other,
}

/// An answer. Its text is not printed by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct ChatResponse {
    /// What the model says.
    pub text: String,
    /// What it took.
    pub usage: Usage,
    /// Why it stopped.
    pub finish: FinishReason,
    /// From the call to the whole answer, waiting and retries included.
    pub latency: Duration,
    /// Tries that failed before.
    pub retries: u32,
}

impl fmt::Debug for ChatResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChatResponse")
            .field("bytes", &self.text.len())
            .field("usage", &self.usage)
            .field("finish", &self.finish)
            .field("latency", &self.latency)
            .field("retries", &self.retries)
            .finish()
    }
}
