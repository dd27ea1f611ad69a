//! One turn of a conversation, as a straight line of stages.

mod aloud;
pub mod ask;
mod cache;
mod calling_off;
mod confirming;
pub mod curated;
mod draft_edit;
pub mod engine;
mod escalate;
mod extraction;
mod finish;
mod guesses;
mod handover;
mod meaning;
mod merging;
mod open_items;
mod order_words;
mod ordering;
mod paraphrase;
pub mod phrases;
mod placed;
mod process_order;
mod product_question;
pub mod progress;
mod question;
pub mod reply;
mod respond;
mod response;
mod same_question;
mod sessions;
mod signals;
mod stages;
mod state;
mod status;
mod translate;
mod understand;
pub mod validate;
pub mod wording;

pub use engine::{Engine, Parts, VersionedRules};

use crate::knowledge::EmbedError;
use crate::store::StoreError;

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
    /// The same order was placed a moment ago: placed again only when that is meant.
    #[error(
        "order {0} with the same lines was placed for this outlet a few minutes ago; send \"allow_duplicate\": true to \
         place it once more"
    )]
    Duplicate(crate::domain::ids::OrderId),
    /// The order to be changed is not as it was shown.
    #[error("the order has changed meanwhile")]
    Moved,
    /// A change of an order asks for more than there is.
    #[error("not enough stock of {sku}: {available} available")]
    StockShort {
        /// The line that is short.
        sku: String,
        /// Units in the warehouse.
        available: u32,
    },
    /// A person took the conversation while the answer was made.
    #[error("a person answers in this conversation")]
    TakenOver,
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

impl From<StoreError> for TurnError {
    fn from(fault: StoreError) -> Self {
        match fault {
            // Closed: the server is stopping, and another try finds it started again.
            StoreError::Busy | StoreError::Closed => Self::Busy,
            StoreError::NotFound => Self::NoSuchSession,
            StoreError::TakenOver => Self::TakenOver,
            StoreError::AlreadyDone => Self::AlreadyDone,
            StoreError::DiskFull => Self::StorageFull,
            StoreError::Duplicate(order) => Self::Duplicate(order),
            // What was legal when it was shown and is not now has moved too.
            StoreError::Moved | StoreError::IllegalChange { .. } => Self::Moved,
            StoreError::StockShort { sku, available, .. } => Self::StockShort { sku, available },
            StoreError::NotIssued { .. } | StoreError::Refused(_) => {
                Self::NotPlaceable { detail: fault.to_string(), missing: Vec::new() }
            }
            StoreError::Internal(_) => Self::Internal(fault.to_string()),
        }
    }
}

impl From<EmbedError> for TurnError {
    fn from(fault: EmbedError) -> Self {
        match fault {
            EmbedError::Busy => Self::Busy,
            EmbedError::Model(_) | EmbedError::Closed | EmbedError::Failed(_) => {
                Self::Internal(fault.to_string())
            }
        }
    }
}
