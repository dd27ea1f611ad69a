//! What comes in: one message with all that is known of its sender.

use std::net::IpAddr;

use sha2::{Digest as _, Sha256};

use crate::domain::ids::{IdempotencyKey, OutletId, SessionId};
use crate::domain::message::MessageText;
use crate::domain::principal::{Principal, Role};

/// A message to be answered.
#[derive(Debug, Clone)]
pub struct Ask {
    /// Who asks.
    pub principal: Principal,
    /// Where the request comes from; `None` on this machine's own command line.
    pub origin: Option<IpAddr>,
    /// The conversation; a new one when absent.
    pub session: Option<SessionId>,
    /// What was written.
    pub text: MessageText,
    /// BCP 47 tag of the language the client says it speaks.
    pub language: Option<String>,
    /// The outlet the client says it writes for.
    pub outlet: OutletHint,
    /// Whether the same order as a moment ago is meant to be a second one.
    pub allow_duplicate: bool,
    /// Set when the client wants the same answer again for the same key.
    pub idempotency: Option<IdempotencyClaim>,
}

impl Ask {
    /// Whose conversation this is.
    pub fn owner(&self) -> String {
        self.session
            .as_ref()
            .map_or_else(|| self.principal.scope(), |session| owner(self.principal, session, self.origin))
    }
}

/// Characters of a conversation's name from which on it is taken for one that nobody guesses: 64 bits in hexadecimal.
const UNGUESSABLE: usize = 16;

/// Who owns a conversation. Without a token its name is the key to it; a short one may be guessed, so it opens the
/// conversation only from where it was begun.
pub fn owner(principal: Principal, session: &SessionId, origin: Option<IpAddr>) -> String {
    let scope = principal.scope();
    match origin {
        Some(origin) if principal.role == Role::Anonymous && session.as_str().len() < UNGUESSABLE => {
            let hash =
                Sha256::new().chain_update(session.as_str()).chain_update(origin.to_string()).finalize();
            let hash = hash.iter().take(8).fold(0_u64, |n, byte| (n << 8) | u64::from(*byte));
            format!("{scope}:{hash:016x}")
        }
        _ => scope,
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_name_opens_a_conversation_from_where_it_was_begun_only() {
        let check = |id: &str, same: bool| {
            let id = SessionId::parse(id).unwrap();
            let of = |address: [u8; 4]| owner(Principal::ANONYMOUS, &id, Some(IpAddr::from(address)));
            assert_eq!(of([10, 0, 0, 1]), of([10, 0, 0, 1]));
            assert_eq!(of([10, 0, 0, 1]) == of([10, 0, 0, 2]), same, "{id}");
        };
        check("order-1", false);
        check("0c5a3f0e-6a39-4d43-8a52-92a8a1b2c3d4", true);
        let id = SessionId::parse("order-1").unwrap();
        assert_eq!(owner(Principal::LOCAL, &id, Some(IpAddr::from([1, 1, 1, 1]))), "local");
    }
}
