//! What a customer wrote.

/// Longest message, in characters (the contract's limit).
pub const MAX_MESSAGE_CHARS: usize = 5000;

/// A customer's message: 1 to 5,000 characters, not only blanks, no control characters but line ends and tabs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageText(String);

/// Why a text is not a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// Nothing, or only blanks.
    #[error("message is empty: write what you would like to ask or order")]
    Empty,
    /// Too long.
    #[error("message is longer than {MAX_MESSAGE_CHARS} characters: shorten it or send it in parts")]
    TooLong,
}

impl MessageText {
    /// Trims, drops control characters that no person types, and checks the length.
    pub fn parse(raw: &str) -> Result<Self, MessageError> {
        if raw.chars().count() > MAX_MESSAGE_CHARS {
            return Err(MessageError::TooLong);
        }
        let clean: String = raw.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
        let clean = clean.trim();
        if clean.is_empty() {
            return Err(MessageError::Empty);
        }
        Ok(Self(clean.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_counted_in_characters() {
        assert!(MessageText::parse(&"é".repeat(5000)).is_ok());
        assert_eq!(MessageText::parse(&"é".repeat(5001)), Err(MessageError::TooLong));
        assert_eq!(MessageText::parse(" \n\t "), Err(MessageError::Empty));
        assert_eq!(MessageText::parse("a\u{0}b").unwrap().as_str(), "ab");
    }
}
