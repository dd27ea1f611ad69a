//! Conversations in memory: one turn at a time in each, with the state the last turn left.

use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::TurnError;
use super::state::SessionState;
use crate::domain::ids::SessionId;
use crate::store::Store;

/// Conversations kept in memory; an older one is read from the database again.
const MAX_SESSIONS: u64 = 10_000;
/// After this long without a turn a conversation leaves memory.
const IDLE: Duration = Duration::from_mins(30);

/// A conversation as the next turn finds it.
#[derive(Debug, Default)]
pub struct Session {
    /// Whether the database was asked.
    loaded: bool,
    /// Whose it is; `None` before its first turn was stored.
    owner: Option<String>,
    /// What it remembers.
    pub state: SessionState,
}

impl Session {
    /// Takes over what a turn left behind, once that is stored or on its way to be.
    pub fn settle(&mut self, scope: &str, state: SessionState) {
        self.owner.get_or_insert_with(|| scope.to_owned());
        self.state = state;
    }
}

/// All conversations in memory.
pub struct Sessions {
    store: Store,
    slots: Cache<SessionId, Arc<Mutex<Session>>>,
}

impl Sessions {
    /// None yet.
    pub fn new(store: Store) -> Self {
        let slots = Cache::builder().max_capacity(MAX_SESSIONS).time_to_idle(IDLE).build();
        Self { store, slots }
    }

    /// Waits for the turn before, and gives the conversation as that left it. `scope` is the caller's
    /// [`crate::domain::principal::Principal::scope`]: a conversation of somebody else is as good as none.
    pub async fn lock(&self, id: &SessionId, scope: &str) -> Result<OwnedMutexGuard<Session>, TurnError> {
        let slot = self.slots.get_with_by_ref(id, || Arc::new(Mutex::new(Session::default())));
        let mut session = slot.lock_owned().await;
        if !session.loaded {
            if let Some(record) = self.store.session(id).await? {
                session.owner = Some(record.owner);
                session.state = SessionState::from_json(&record.state_json);
            }
            session.loaded = true;
        }
        if session.owner.as_deref().is_some_and(|owner| owner != scope) {
            return Err(TurnError::NoSuchSession);
        }
        Ok(session)
    }

    /// Drops what is kept of a conversation that was erased.
    pub fn forget(&self, id: &SessionId) {
        self.slots.invalidate(id);
    }
}
