//! What the last calls said about the server, for the health check.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use super::error::LlmError;

/// What the last call that reached a verdict said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// No call has been made yet.
    Untried,
    /// The last call was answered.
    Connected {
        /// When.
        at: Instant,
    },
    /// The last call failed.
    Unavailable {
        /// The first failure after the last answer.
        since: Instant,
        /// The last failure.
        at: Instant,
        /// What it was.
        why: LlmError,
    },
}

/// Keeps the status.
#[derive(Debug)]
pub(super) struct Health(Mutex<Status>);

impl Health {
    pub fn new() -> Self {
        Self(Mutex::new(Status::Untried))
    }

    pub fn status(&self) -> Status {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn answered(&self, at: Instant) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Status::Connected { at };
    }

    pub fn failed(&self, at: Instant, why: LlmError) {
        let mut status = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let since = match *status {
            Status::Unavailable { since, .. } => since,
            Status::Untried | Status::Connected { .. } => at,
        };
        *status = Status::Unavailable { since, at, why };
    }
}
