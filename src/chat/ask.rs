//! What comes in: one message with all that is known of its sender.

use crate::domain::ids::{IdempotencyKey, OutletId, SessionId};
use crate::domain::message::MessageText;
use crate::domain::principal::Principal;

/// A message to be answered.
#[derive(Debug, Clone)]
pub struct Ask {
    /// Who asks.
    pub principal: Principal,
    /// The conversation; a new one when absent.
    pub session: Option<SessionId>,
    /// What was written.
    pub text: MessageText,
    /// BCP 47 tag of the language the client says it speaks.
    pub language: Option<String>,
    /// The outlet the client says it writes for.
    pub outlet: OutletHint,
    /// Set when the client wants the same answer again for the same key.
    pub idempotency: Option<IdempotencyClaim>,
}

/// The outlet that a client names beside the message.
#[derive(Debug, Clone, Default)]
pub struct OutletHint {
    /// Its row.
    pub id: Option<OutletId>,
    /// Its name, as written by a person.
    pub name: Option<String>,
}

/// An idempotency key together with what it was used for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyClaim {
    /// Keeps the keys of callers apart.
    pub scope: String,
    /// The header's value.
    pub key: IdempotencyKey,
    /// SHA-256 of route and body: the same key with another body is a mistake of the client.
    pub body_hash: [u8; 32],
}
