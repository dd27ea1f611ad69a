//! The database: named operations, each one transaction. No type of `rusqlite` leaves this module, so
//! that another engine can stand behind the same face.
//!
//! One thread writes and commits whatever waits as one transaction (`writer`); others read (`readers`). What
//! [`Store::commit`] has answered survives a power cut, and happens once per idempotency key.

mod backup;
mod catalogue;
mod codec;
mod commit;
mod conversations;
mod curated;
mod documents;
mod error;
mod handover;
mod history;
mod migrations;
mod open;
mod order_changes;
mod order_checks;
mod orders;
mod outbox;
mod personal;
mod readers;
mod records;
mod spending;
mod tickets;
mod tokens;
mod writer;

pub use backup::{restore, verify};
pub use commit::Finish;
pub use documents::{DocumentBasis, DocumentRequest, IssuedDocument, MakeFacts};
pub use error::{OpenError, StoreError};
pub use open::Store;
pub use personal::{Conversation, Erased};
pub use records::*;

#[cfg(test)]
mod tests;
