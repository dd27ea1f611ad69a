//! The JSON of the chat-completions protocol, to and from.
//!
//! Source: OpenAI API reference, "Chat completions". Fields that other servers leave out or fill with `null` are
//! optional here.

use std::borrow::Cow;

use reqwest::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::dialect::{Dialect, Format};
use super::error::{BadReply, Failure, LlmError, Rejection};
use super::request::{ChatRequest, FinishReason, Message, Role, Schema, Usage};

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    messages: Cow<'a, [Message]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_completion_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_format: Option<Value>,
    stream: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream_options: Option<Value>,
}

/// The request in the dialect of the server. Total: there is nothing in it that JSON cannot hold.
pub(super) fn encode(request: &ChatRequest, model: &str, dialect: Dialect, stream: bool) -> Vec<u8> {
    let in_words = request.schema.as_ref().filter(|_| dialect.format != Format::Schema);
    let limit = Some(request.max_tokens);
    let body = Body {
        model,
        messages: in_words.map_or(Cow::Borrowed(request.messages.as_slice()), |schema| {
            Cow::Owned(with_schema_in_words(&request.messages, schema))
        }),
        max_tokens: limit.filter(|_| !dialect.new_token_limit),
        max_completion_tokens: limit.filter(|_| dialect.new_token_limit),
        temperature: Some(request.temperature).filter(|_| dialect.temperature),
        response_format: request.schema.as_ref().and_then(|schema| response_format(schema, dialect.format)),
        stream,
        stream_options: (stream && dialect.stream_usage).then(|| json!({"include_usage": true})),
    };
    serde_json::to_vec(&body).unwrap_or_default()
}

fn response_format(schema: &Schema, format: Format) -> Option<Value> {
    match format {
        Format::Schema => Some(json!({
            "type": "json_schema",
            "json_schema": {"name": schema.name, "strict": true, "schema": schema.schema},
        })),
        Format::Object => Some(json!({"type": "json_object"})),
        Format::Words => None,
    }
}

/// The schema at the end of the first instructions. `json_object` demands that the word JSON is said, too.
fn with_schema_in_words(messages: &[Message], schema: &Schema) -> Vec<Message> {
    let words =
        format!("Answer with one JSON object and nothing else. It fits this JSON schema:\n{}", schema.schema);
    let mut messages = messages.to_vec();
    match messages.iter_mut().find(|message| message.role == Role::System) {
        Some(system) => {
            system.content.push_str("\n\n");
            system.content.push_str(&words);
        }
        None => messages.insert(0, Message::system(words)),
    }
    messages
}

/// An answer, or a part of one.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Part {
    pub text: String,
    pub finish: Option<FinishReason>,
    pub usage: Option<Usage>,
}

impl Part {
    /// Appends the next part of the same answer.
    pub fn add(&mut self, next: &Self) {
        self.text.push_str(&next.text);
        self.finish = next.finish.or(self.finish);
        self.usage = next.usage.or(self.usage);
    }
}

#[derive(Deserialize)]
struct Completion {
    #[serde(default)]
    choices: Option<Vec<Choice>>,
    #[serde(default)]
    usage: Option<WireUsage>,
    #[serde(default)]
    error: Option<Value>,
}

#[derive(Deserialize)]
struct Choice {
    /// Of a whole answer.
    #[serde(default)]
    message: Option<WireMessage>,
    /// Of a piece.
    #[serde(default)]
    delta: Option<WireMessage>,
    #[serde(default)]
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct WireMessage {
    #[serde(default)]
    content: Option<String>,
    #[serde(default)]
    refusal: Option<String>,
}

#[derive(Deserialize)]
struct WireUsage {
    #[serde(default)]
    prompt_tokens: Option<u64>,
    #[serde(default)]
    completion_tokens: Option<u64>,
}

/// A whole answer, or the data of one event of a stream. An error object in it is an error, whatever the status
/// was.
pub(super) fn decode(bytes: &[u8]) -> Result<Part, LlmError> {
    let bad = LlmError::BadReply(BadReply::NotJson);
    let Ok(found) = serde_json::from_slice::<Completion>(bytes) else { return Err(bad) };
    if let Some(error) = found.error.filter(|error| !error.is_null()) {
        return Err(error_object(&error));
    }
    let Some(choices) = found.choices else { return Err(bad) };
    let mut part = Part { usage: found.usage.and_then(usage), ..Part::default() };
    // Only one choice is ever asked for; the piece with the usage has none.
    if let Some(choice) = choices.into_iter().next() {
        part.finish = choice.finish_reason.as_deref().filter(|reason| !reason.is_empty()).map(finish);
        if let Some(message) = choice.message.or(choice.delta) {
            part.text = message.content.unwrap_or_default();
            if message.refusal.is_some_and(|words| !words.is_empty()) {
                part.finish = Some(FinishReason::ContentFilter);
            }
        }
    }
    Ok(part)
}

fn finish(reason: &str) -> FinishReason {
    match reason {
        "stop" | "eos" | "end_turn" => FinishReason::Stop,
        "length" | "max_tokens" => FinishReason::Length,
        "content_filter" => FinishReason::ContentFilter,
        _ => FinishReason::Other,
    }
}

/// Zeros are what a server sends that does not count.
fn usage(found: WireUsage) -> Option<Usage> {
    let (prompt_tokens, completion_tokens) =
        (found.prompt_tokens?, found.completion_tokens.unwrap_or_default());
    (prompt_tokens > 0).then_some(Usage { prompt_tokens, completion_tokens, estimated: false })
}

/// An error inside an answer that began well.
fn error_object(error: &Value) -> LlmError {
    let status = error["code"].as_u64().and_then(|code| u16::try_from(code).ok());
    let named = rejection_named(error);
    let unnumbered = if named.is_some() { 400 } else { 500 };
    refused(status.filter(|status| (400..600).contains(status)).unwrap_or(unnumbered), named)
}

/// What a status outside 2xx means, with the body that came with it.
pub(super) fn refusal(status: StatusCode, body: &[u8]) -> LlmError {
    let named = serde_json::from_slice(body).ok().and_then(|body: Value| rejection_named(&body["error"]));
    refused(status.as_u16(), named)
}

fn refused(status: u16, named: Option<Rejection>) -> LlmError {
    let unavailable = |why| LlmError::Unavailable { why, retry_after: None };
    let why = match (status, named) {
        (408 | 500.., _) => return unavailable(Failure::Server(status)),
        // An empty account is reported as 429, too; waiting does not fill it.
        (429, Some(Rejection::NoCredit)) => Rejection::NoCredit,
        (429, _) => return unavailable(Failure::RateLimited),
        (_, Some(why)) => why,
        (401 | 403, None) => Rejection::BadKey,
        (402, None) => Rejection::NoCredit,
        (300..=399 | 404 | 405 | 410, None) => Rejection::NotFound,
        (413, None) => Rejection::TooLong,
        (_, None) => Rejection::BadRequest,
    };
    LlmError::Rejected { status, why }
}

/// The reason by the name that the server gives. Only names known here count, and nothing of the body is kept:
/// servers repeat keys and prompts in their messages.
fn rejection_named(error: &Value) -> Option<Rejection> {
    ["code", "type"].into_iter().filter_map(|field| error[field].as_str()).find_map(|name| match name {
        "insufficient_quota" | "billing_hard_limit_reached" => Some(Rejection::NoCredit),
        "context_length_exceeded" | "string_above_max_length" => Some(Rejection::TooLong),
        "content_filter" | "content_policy_violation" => Some(Rejection::Content),
        "invalid_api_key" => Some(Rejection::BadKey),
        "model_not_found" => Some(Rejection::NotFound),
        _ => None,
    })
}

/// The names of the models in an answer of `GET /models`.
pub(super) fn models(bytes: &[u8]) -> Option<Vec<String>> {
    #[derive(Deserialize)]
    struct List {
        data: Vec<Model>,
    }
    #[derive(Deserialize)]
    struct Model {
        id: String,
    }
    let list: List = serde_json::from_slice(bytes).ok()?;
    Some(list.data.into_iter().map(|model| model.id).collect())
}

#[cfg(test)]
mod tests;
