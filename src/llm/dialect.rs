//! Servers that call themselves compatible differ in what they take. What one refuses is left out or said otherwise
//! from then on.

use super::request::ChatRequest;

/// How a structured answer is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// `response_format: json_schema`.
    Schema,
    /// `response_format: json_object`, and the schema in words.
    Object,
    /// The schema in words only.
    Words,
}

/// What this server takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dialect {
    pub format: Format,
    /// `max_completion_tokens` instead of `max_tokens`: OpenAI's models that think first.
    pub new_token_limit: bool,
    /// Those models take no `temperature` either.
    pub temperature: bool,
    /// `stream_options: {include_usage: true}`.
    pub stream_usage: bool,
}

impl Dialect {
    /// What most take.
    pub fn usual() -> Self {
        Self { format: Format::Schema, new_token_limit: false, temperature: true, stream_usage: true }
    }

    /// What to try after the server has refused this request with a 400 and these words; `None` when they name
    /// nothing that could be said otherwise. Every step is taken once, so this ends.
    pub fn after_refusal(self, request: &ChatRequest, words: &str) -> Option<Self> {
        let words = words.to_lowercase();
        let named = |name: &str| words.contains(name);
        if request.schema.is_some() && (named("response_format") || named("json_schema")) {
            match self.format {
                Format::Schema => return Some(Self { format: Format::Object, ..self }),
                Format::Object => return Some(Self { format: Format::Words, ..self }),
                Format::Words => {}
            }
        }
        if !self.new_token_limit && named("max_completion_tokens") {
            return Some(Self { new_token_limit: true, ..self });
        }
        if self.temperature && named("temperature") && named("support") {
            return Some(Self { temperature: false, ..self });
        }
        (self.stream_usage && named("stream_options")).then_some(Self { stream_usage: false, ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::super::request::{Message, Schema};
    use super::*;

    #[test]
    fn steps() {
        let mut request = ChatRequest::new(vec![Message::user("hi")]);
        let usual = Dialect::usual();
        assert_eq!(usual.after_refusal(&request, "Unknown parameter: 'response_format'"), None, "not sent");
        request.schema = Some(Schema { name: "x".into(), schema: serde_json::json!({}) });
        let object = usual.after_refusal(&request, "Unknown value for response_format.type").unwrap();
        assert_eq!(object, Dialect { format: Format::Object, ..usual });
        let words = object.after_refusal(&request, "'response_format' is not known").unwrap();
        assert_eq!(words.format, Format::Words);
        assert_eq!(words.after_refusal(&request, "'response_format' is not known"), None, "it ends");

        let limit = "Unsupported parameter: 'max_tokens' is not supported with this model. Use \
                     'max_completion_tokens' instead.";
        assert!(usual.after_refusal(&request, limit).is_some_and(|d| d.new_token_limit));
        assert_eq!(usual.after_refusal(&request, "max_tokens is too large"), None);
        let temperature = "Unsupported value: 'temperature' does not support 0.7 with this model.";
        assert!(usual.after_refusal(&request, temperature).is_some_and(|d| !d.temperature));
        assert!(
            usual.after_refusal(&request, "stream_options: extra field").is_some_and(|d| !d.stream_usage)
        );
        assert_eq!(usual.after_refusal(&request, "bad request"), None);
    }
}
