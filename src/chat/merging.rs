//! Several short messages are answered once: people on messengers send "hi", "do you have", "12 inch boxes?" within a
//! second. Each is stored and acknowledged; the last one is answered together with those before it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use super::ask::Ask;
use super::state::SessionState;
use crate::domain::ids::SessionId;
use crate::domain::message::MessageText;
use crate::domain::principal::Role;

/// Messages that are answered together at most: whoever goes on writing gets an answer in between.
const MAX_TOGETHER: usize = 6;
/// A longer message is whole in itself, in characters.
const SHORT: usize = 120;

#[derive(Default)]
struct Waiting {
    /// Grows with each message of the conversation.
    newest: u64,
    arrived: Arc<Notify>,
}

/// The conversations whose last message still waits for the next.
#[derive(Default)]
pub struct Merging(Mutex<HashMap<SessionId, Waiting>>);

/// Whether a message is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// It is the last of those that came together.
    Last,
    /// Another one came within the time.
    Earlier,
}

impl Merging {
    /// Waits for the next message of the conversation, no longer than the window.
    pub async fn wait(&self, session: &SessionId, window: Duration) -> Place {
        let (mine, arrived) = {
            let mut waiting = self.locked();
            let entry = waiting.entry(session.clone()).or_default();
            entry.newest += 1;
            entry.arrived.notify_waiters();
            (entry.newest, entry.arrived.clone())
        };
        let mut next = std::pin::pin!(arrived.notified());
        next.as_mut().enable();
        if self.locked().get(session).is_some_and(|entry| entry.newest != mine) {
            return Place::Earlier;
        }
        if tokio::time::timeout(window, next).await.is_ok() {
            return Place::Earlier;
        }
        let mut waiting = self.locked();
        if waiting.get(session).is_some_and(|entry| entry.newest != mine) {
            return Place::Earlier;
        }
        waiting.remove(session);
        Place::Last
    }

    /// Whether a message of the conversation still waits, and so will be answered with those before it.
    pub fn is_waiting(&self, session: &SessionId) -> bool {
        self.locked().contains_key(session)
    }

    fn locked(&self) -> MutexGuard<'_, HashMap<SessionId, Waiting>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether the next message of the conversation is waited for: on channels, where people write in pieces. A web page
/// sends what was written whole.
pub fn comes_in_pieces(ask: &Ask) -> bool {
    ask.principal.role == Role::Channel && ask.text.as_str().chars().count() <= SHORT
}

/// Keeps an earlier message for the one that is answered. `false`: there are enough, this one is answered itself.
pub fn keep(state: &mut SessionState, text: &str) -> bool {
    let fits = state.pending.len() + 1 < MAX_TOGETHER;
    if fits {
        state.pending.push(text.to_owned());
    }
    fits
}

/// The message with those that came before it, each a line. `None`: it came alone, or all are too long together.
pub fn together(state: &mut SessionState, text: &MessageText) -> Option<MessageText> {
    let mut lines = std::mem::take(&mut state.pending);
    if lines.is_empty() {
        return None;
    }
    lines.push(text.as_str().to_owned());
    MessageText::parse(&lines.join("\n")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_last_of_several_is_answered() {
        let merging = Merging::default();
        let session = SessionId::parse("s").unwrap();
        let other = SessionId::parse("t").unwrap();
        let window = Duration::from_millis(100);
        let late = async {
            tokio::time::sleep(Duration::from_millis(50)).await;
            merging.wait(&session, window).await
        };
        let (first, second, third, alone) = tokio::join!(
            merging.wait(&session, window),
            merging.wait(&session, window),
            late,
            merging.wait(&other, window)
        );
        assert_eq!((first, second, third), (Place::Earlier, Place::Earlier, Place::Last));
        assert_eq!(alone, Place::Last, "conversations do not wait for each other");
        assert!(!merging.is_waiting(&session) && !merging.is_waiting(&other), "nothing is left behind");
        assert_eq!(merging.wait(&session, window).await, Place::Last, "after the time it is a new message");
    }

    #[test]
    fn pieces_become_lines_up_to_a_limit() {
        let mut state = SessionState::default();
        let last = MessageText::parse("12 inch boxes?").unwrap();
        assert_eq!(together(&mut state, &last), None);
        assert!(keep(&mut state, "hi") && keep(&mut state, "do you have"));
        let text = together(&mut state, &last).unwrap();
        assert_eq!(text.as_str(), "hi\ndo you have\n12 inch boxes?");
        assert!(state.pending.is_empty());
        assert_eq!((0..10).filter(|_| keep(&mut state, "x")).count(), MAX_TOGETHER - 1);
    }
}
