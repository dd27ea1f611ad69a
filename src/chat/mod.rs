//! One turn of a conversation, as a straight line of stages.

pub mod ask;
pub mod reply;

use ask::Ask;
use reply::{OrderReply, Reply};

/// Why a turn gave no reply. Nothing was stored, nothing happened.
#[derive(Debug, thiserror::Error)]
pub enum TurnError {
    /// Too much is waiting: try again after a second.
    #[error("too many requests are waiting; try again in a moment")]
    Busy,
    /// The conversation belongs to somebody else, or does not exist.
    #[error("there is no such conversation")]
    NoSuchSession,
    /// An order that can not be placed as it stands.
    #[error("{detail}")]
    NotPlaceable {
        /// A sentence that says what to do.
        detail: String,
        /// The fields or pieces that are missing or wrong: `outlet`, `items`, `quantity: lids`.
        missing: Vec<String>,
    },
    /// The idempotency key was used while this turn ran: its stored reply is the answer.
    #[error("this request was carried out already")]
    AlreadyDone,
    /// The disk is full: nothing can be stored.
    #[error("the server can not store anything at the moment")]
    StorageFull,
    /// A fault of the server.
    #[error("internal error: {0}")]
    Internal(String),
}

/// Answers messages. One for the whole process; cheap to share behind an `Arc`.
pub struct Engine {}

impl Engine {
    /// Answers one chat message.
    pub async fn turn(&self, _ask: Ask) -> Result<Reply, TurnError> {
        Err(TurnError::Busy)
    }

    /// Takes an order from a trusted channel and places it at once, or says what is missing.
    pub async fn process_order(&self, _ask: Ask) -> Result<OrderReply, TurnError> {
        Err(TurnError::Busy)
    }

    /// Forgets what is kept in memory of a conversation that was erased.
    pub fn forget(&self, _session: &crate::domain::ids::SessionId) {}
}
