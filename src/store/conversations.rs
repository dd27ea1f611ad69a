//! Conversations and their messages, which belong to whoever opened them and can be erased.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::codec::{micros, moment, now, parsed};
use super::error::StoreError;
use super::open::Store;
use super::records::{Finished, MessageRole, SessionRecord, StoredMessage, TurnRecord};
use crate::domain::ids::{OutletId, SessionId};

impl Store {
    /// A conversation.
    pub async fn session(&self, id: &SessionId) -> Result<Option<SessionRecord>, StoreError> {
        let id = id.clone();
        self.read(move |conn| {
            let mut select = conn.prepare_cached("SELECT * FROM sessions WHERE id = ?")?;
            let session = select.query_row([id.as_str()], |row| {
                Ok(SessionRecord {
                    owner: row.get("owner")?,
                    language: row.get("language")?,
                    state_json: row.get("state_json")?,
                    created_at: moment(row, "created_at")?,
                    updated_at: moment(row, "updated_at")?,
                })
            });
            Ok(session.optional()?)
        })
        .await
    }

    /// The newest `limit` messages of a conversation, oldest first.
    pub async fn messages(&self, id: &SessionId, limit: u32) -> Result<Vec<StoredMessage>, StoreError> {
        let id = id.clone();
        self.read(move |conn| {
            let mut select = conn.prepare_cached(
                "SELECT * FROM (SELECT * FROM messages WHERE session_id = ? ORDER BY id DESC LIMIT ?) ORDER BY id",
            )?;
            let messages = select.query_map(params![id.as_str(), limit], |row| {
                Ok(StoredMessage {
                    id: row.get("id")?,
                    role: parsed(row, "role", MessageRole::parse)?,
                    text: row.get("text")?,
                    at: moment(row, "at")?,
                    meta_json: row.get("meta_json")?,
                })
            })?;
            Ok(messages.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Erases a conversation: its messages, its memory, and its replies kept under keys (the keys stay, so that
    /// nothing happens twice). Orders and tickets stay, without the conversation.
    pub async fn erase_session(&self, id: &SessionId) -> Result<(), StoreError> {
        let id = id.clone();
        self.write(move |conn| erase(conn, &id)).await
    }

    /// Deletes messages written before this moment, and conversations that rest since. Returns how many messages.
    pub async fn purge_messages_before(&self, before: Timestamp) -> Result<usize, StoreError> {
        self.write(move |conn| {
            let before = micros(before);
            let messages = conn.prepare_cached("DELETE FROM messages WHERE at < ?")?.execute([before])?;
            // Whoever opens a conversation of the same name later must not inherit its orders.
            for table in ["orders", "escalations", "idempotency"] {
                let sql = format!(
                    "UPDATE {table} SET session_id = NULL
                     WHERE session_id IN (SELECT id FROM sessions WHERE updated_at < ?)"
                );
                conn.prepare_cached(&sql)?.execute([before])?;
            }
            conn.prepare_cached("DELETE FROM sessions WHERE updated_at < ?")?.execute([before])?;
            Ok(messages)
        })
        .await
    }
}

pub(super) fn erase(conn: &Connection, id: &SessionId) -> Result<(), StoreError> {
    // The messages go with it, by the reference's ON DELETE CASCADE.
    let erased = conn.prepare_cached("DELETE FROM sessions WHERE id = ?")?.execute([id.as_str()])?;
    if erased == 0 {
        return Err(StoreError::NotFound);
    }
    for sql in [
        "UPDATE idempotency SET reply_json = '{\"erased\":true}', session_id = NULL WHERE session_id = ?",
        "UPDATE orders SET session_id = NULL WHERE session_id = ?",
        "UPDATE escalations SET session_id = NULL WHERE session_id = ?",
        "UPDATE outbox SET payload_json = json_set(payload_json, '$.session_id', NULL)
         WHERE payload_json ->> '$.session_id' = ?",
    ] {
        conn.prepare_cached(sql)?.execute([id.as_str()])?;
    }
    Ok(())
}

/// The conversations that a query about an outlet finds.
pub(super) fn ids(conn: &Connection, sql: &str, outlet: OutletId) -> Result<Vec<SessionId>, StoreError> {
    let mut select = conn.prepare_cached(sql)?;
    let found = select.query_map([outlet.0], |row| parsed(row, "id", |raw| SessionId::parse(raw).ok()))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Makes the conversation if it is new; refuses one that somebody else owns, in the same words as one that is
/// not there.
pub(super) fn open(conn: &Connection, turn: &TurnRecord) -> Result<(), StoreError> {
    let owner: Option<String> = conn
        .prepare_cached("SELECT owner FROM sessions WHERE id = ?")?
        .query_row([turn.session.as_str()], |row| row.get(0))
        .optional()?;
    match owner {
        Some(owner) if owner == turn.owner => Ok(()),
        Some(_) => Err(StoreError::NotFound),
        None => {
            let at = micros(now());
            conn.prepare_cached(
                "INSERT INTO sessions (id, owner, language, state_json, created_at, updated_at)
                 VALUES (?, ?, ?, '{}', ?, ?)",
            )?
            .execute(params![turn.session.as_str(), turn.owner, turn.language, at, at])?;
            Ok(())
        }
    }
}

/// Both messages of the turn and what the conversation remembers from it.
pub(super) fn record_turn(
    conn: &Connection,
    turn: &TurnRecord,
    finished: &Finished,
) -> Result<(), StoreError> {
    let at = micros(now());
    let session = turn.session.as_str();
    let mut insert = conn.prepare_cached(
        "INSERT INTO messages (session_id, role, text, at, meta_json) VALUES (?, ?, ?, ?, ?)",
    )?;
    insert.execute(params![session, MessageRole::User.as_str(), turn.user_text, at, None::<&str>])?;
    // Silence is no message.
    if !finished.reply_text.is_empty() {
        let reply = (&finished.reply_text, Some(&finished.reply_json));
        insert.execute(params![session, MessageRole::Assistant.as_str(), reply.0, at, reply.1])?;
    }
    conn.prepare_cached("UPDATE sessions SET language = ?, state_json = ?, updated_at = ? WHERE id = ?")?
        .execute(params![turn.language, finished.state_json, at, session])?;
    Ok(())
}
