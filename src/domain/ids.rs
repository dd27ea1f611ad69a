//! Identifiers. Each is its own type, so that an outlet's id is never passed where a product's is due.

use std::fmt;

/// Why a text is not an identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Nothing was given.
    #[error("{what} is empty")]
    Empty {
        /// Which identifier.
        what: &'static str,
    },
    /// More characters than allowed.
    #[error("{what} is longer than {max} characters")]
    TooLong {
        /// Which identifier.
        what: &'static str,
        /// The limit, in characters.
        max: usize,
    },
    /// A character outside visible ASCII.
    #[error("{what} may hold visible ASCII characters only")]
    BadCharacter {
        /// Which identifier.
        what: &'static str,
    },
}

fn visible_ascii(what: &'static str, raw: &str, max: usize) -> Result<String, IdError> {
    if raw.is_empty() {
        return Err(IdError::Empty { what });
    }
    if raw.len() > max {
        return Err(IdError::TooLong { what, max });
    }
    if !raw.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(IdError::BadCharacter { what });
    }
    Ok(raw.to_owned())
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $what:literal, $max:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(String);

        impl $name {
            /// Longest accepted value, in characters.
            pub const MAX: usize = $max;

            /// Accepts 1 to [`Self::MAX`] visible ASCII characters.
            pub fn parse(raw: &str) -> Result<Self, IdError> {
                visible_ascii($what, raw, Self::MAX).map(Self)
            }

            /// The text as given.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_id!(
    /// One conversation. Made by the server when the client gives none.
    SessionId, "session_id", 128
);
text_id!(
    /// The value of an `Idempotency-Key` header.
    IdempotencyKey, "Idempotency-Key", 255
);
text_id!(
    /// A stock-keeping unit: the company's own name for a product.
    Sku, "sku", 64
);

macro_rules! number_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

number_id!(
    /// A product's row.
    ProductId
);
number_id!(
    /// An outlet's row.
    OutletId
);
number_id!(
    /// An order's number as customers and staff say it.
    OrderId
);
number_id!(
    /// A ticket of the escalation desk.
    TicketId
);
number_id!(
    /// An API token's row.
    TokenId
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn session_ids_are_visible_ascii() {
        assert!(SessionId::parse("abc-123").is_ok());
        assert!(SessionId::parse("").is_err());
        assert!(SessionId::parse("with space").is_err());
        assert!(SessionId::parse("é").is_err());
        assert!(SessionId::parse(&"x".repeat(128)).is_ok());
        assert!(SessionId::parse(&"x".repeat(129)).is_err());
    }
}
