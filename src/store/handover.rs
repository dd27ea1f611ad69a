//! Conversations that a person takes over and hands back.

use rusqlite::{Connection, params};

use super::codec::{micros, now};
use super::error::StoreError;
use super::open::Store;
use super::records::MessageRole;
use super::tickets::load;
use crate::domain::escalation::{Ticket, TicketStatus};
use crate::domain::ids::{SessionId, TicketId};

impl Store {
    /// A person answers in the ticket's conversation from now on; the assistant is silent. Taking it again is
    /// harmless; a ticket that somebody else has taken, or that is closed, is [`StoreError::Refused`].
    pub async fn take_ticket(&self, id: TicketId, by: String) -> Result<Ticket, StoreError> {
        self.write(move |conn| {
            take(conn, id, &by)?;
            load(conn, id)?.ok_or(StoreError::NotFound)
        })
        .await
    }

    /// A person's message to the customer, which takes the conversation when nobody has yet.
    pub async fn write_as_person(
        &self,
        id: TicketId,
        by: String,
        text: String,
    ) -> Result<Ticket, StoreError> {
        self.write(move |conn| {
            let session = take(conn, id, &by)?;
            let at = micros(now());
            let written = conn
                .prepare_cached(
                    "INSERT INTO messages (session_id, role, text, at)
                     SELECT id, ?, ?, ? FROM sessions WHERE id = ?",
                )?
                .execute(params![MessageRole::Person.as_str(), text, at, session.as_str()])?;
            if written == 0 {
                return Err(StoreError::Refused("its conversation was erased".to_owned()));
            }
            conn.prepare_cached("UPDATE sessions SET updated_at = ? WHERE id = ?")?
                .execute(params![at, session.as_str()])?;
            load(conn, id)?.ok_or(StoreError::NotFound)
        })
        .await
    }

    /// Whether a person was asked for, or answers, in this conversation.
    pub async fn waits_for_person(&self, session: &SessionId) -> Result<bool, StoreError> {
        let session = session.clone();
        self.read(move |conn| {
            let sql = "SELECT EXISTS (SELECT 1 FROM escalations
                                      WHERE session_id = ? AND status = 'open' AND silences = 1)";
            Ok(conn.prepare_cached(sql)?.query_row([session.as_str()], |row| row.get(0))?)
        })
        .await
    }

    /// The assistant answers again; the ticket stays open. Harmless when it does already.
    pub async fn hand_back(&self, id: TicketId) -> Result<Ticket, StoreError> {
        self.write(move |conn| {
            conn.prepare_cached(
                "UPDATE escalations SET silences = 0, taken_at = NULL, taken_by = NULL WHERE id = ?",
            )?
            .execute([id.0])?;
            load(conn, id)?.ok_or(StoreError::NotFound)
        })
        .await
    }
}

/// Takes a ticket and gives its conversation.
fn take(conn: &Connection, id: TicketId, by: &str) -> Result<SessionId, StoreError> {
    let refused = |why: String| Err(StoreError::Refused(why));
    let ticket = load(conn, id)?.ok_or(StoreError::NotFound)?;
    if ticket.status == TicketStatus::Resolved {
        return refused(format!("ticket {id} is resolved already"));
    }
    if ticket.taken.is_some_and(|taken| taken.by != by) {
        return refused(format!("ticket {id} is taken by somebody else; it can be handed back first"));
    }
    let Some(session) = ticket.ticket.session else {
        return refused(format!("ticket {id} has no conversation: call the customer, and resolve it"));
    };
    let at = micros(now());
    conn.prepare_cached(
        "UPDATE escalations
         SET silences = 1, taken_at = coalesce(taken_at, ?1), taken_by = ?2, active_at = ?1 WHERE id = ?3",
    )?
    .execute(params![at, by, id.0])?;
    Ok(session)
}

/// The assistant waits for the person of this ticket from now on.
pub(super) fn summon(conn: &Connection, id: TicketId) -> Result<Ticket, StoreError> {
    conn.prepare_cached("UPDATE escalations SET silences = 1 WHERE id = ? AND status = 'open'")?
        .execute([id.0])?;
    load(conn, id)?.ok_or(StoreError::NotFound)
}

/// Whether a person answers in this conversation.
pub(super) fn is_taken(conn: &Connection, session: &SessionId) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM escalations
                              WHERE session_id = ? AND status = 'open' AND silences = 1 AND taken_at IS NOT NULL)";
    Ok(conn.prepare_cached(sql)?.query_row([session.as_str()], |row| row.get(0))?)
}
