//! What is kept of one customer, and its erasure.

use rusqlite::params;

use super::error::StoreError;
use super::open::Store;
use super::records::StoredMessage;
use super::{conversations, tickets};
use crate::domain::escalation::Ticket;
use crate::domain::ids::{OutletId, SessionId};

/// Conversations that are the outlet's for certain: held with its token, or one that ordered for it. That somebody
/// named the outlet proves nothing, so such a one is not handed out.
const ITS_OWN: &str = "SELECT id FROM sessions WHERE
    owner IN (SELECT 'token:' || id FROM tokens WHERE outlet_id = ?1)
    OR id IN (SELECT session_id FROM orders WHERE outlet_id = ?1)";
/// For an erasure, those that only speak of it as well.
const ABOUT_IT: &str = "SELECT id FROM sessions WHERE
    owner IN (SELECT 'token:' || id FROM tokens WHERE outlet_id = ?1)
    OR id IN (SELECT session_id FROM orders WHERE outlet_id = ?1)
    OR state_json ->> '$.outlet' = ?1";

/// What an erasure did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Erased {
    /// Conversations deleted.
    pub conversations: usize,
    /// Orders kept, as the law demands, without their notes.
    pub orders: usize,
    /// Tickets kept without words.
    pub tickets: usize,
}

/// A conversation with all its messages.
pub type Conversation = (SessionId, Vec<StoredMessage>);

impl Store {
    /// The conversations that are an outlet's own, with all their messages.
    pub async fn conversations_of(&self, outlet: OutletId) -> Result<Vec<Conversation>, StoreError> {
        let sessions = self.read(move |conn| conversations::ids(conn, ITS_OWN, outlet)).await?;
        let mut found = Vec::with_capacity(sessions.len());
        for session in sessions {
            let messages = self.messages(&session, u32::MAX).await?;
            found.push((session, messages));
        }
        Ok(found)
    }

    /// The tickets of an outlet's own conversations and orders, oldest first.
    pub async fn tickets_of(&self, outlet: OutletId) -> Result<Vec<Ticket>, StoreError> {
        let sql = format!(
            "SELECT * FROM escalations WHERE order_id IN (SELECT id FROM orders WHERE outlet_id = ?1)
             OR session_id IN ({ITS_OWN}) ORDER BY id"
        );
        self.read(move |conn| {
            let mut select = conn.prepare_cached(&sql)?;
            Ok(select.query_map([outlet.0], tickets::ticket)?.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Erases what is kept of the people of an outlet: conversations, contact person, numbers, address, notes of orders
    /// and words of tickets. Orders and documents stay, because accounts must be kept; the outlet stays as a
    /// business. Gives the conversations that were erased, for whoever keeps them in memory.
    pub async fn erase_personal_data(
        &self,
        outlet: OutletId,
    ) -> Result<(Erased, Vec<SessionId>), StoreError> {
        self.write(move |conn| {
            let changed = conn
                .prepare_cached(
                    "UPDATE outlets SET contact_person = '', contact_number = '', whatsapp = '', address = ''
                     WHERE id = ?",
                )?
                .execute([outlet.0])?;
            if changed == 0 {
                return Err(StoreError::NotFound);
            }
            conn.execute("UPDATE meta SET value = value + 1 WHERE key = 'catalogue_version'", [])?;
            let sessions = conversations::ids(conn, ABOUT_IT, outlet)?;
            let tickets = conn
                .prepare_cached(&format!(
                    "UPDATE escalations SET summary = 'erased',
                         resolution = CASE WHEN resolution IS NULL THEN NULL ELSE 'erased' END
                     WHERE order_id IN (SELECT id FROM orders WHERE outlet_id = ?1)
                         OR session_id IN ({ABOUT_IT})"
                ))?
                .execute([outlet.0])?;
            let orders = conn
                .prepare_cached("UPDATE orders SET notes = '' WHERE outlet_id = ?")?
                .execute(params![outlet.0])?;
            for session in &sessions {
                conversations::erase(conn, session)?;
            }
            Ok((Erased { conversations: sessions.len(), orders, tickets }, sessions))
        })
        .await
    }
}
