//! The database: named operations, each one transaction. No type of the SQLite binding leaves this module.

mod error;
mod records;

pub use error::{OpenError, StoreError};
pub use records::*;
