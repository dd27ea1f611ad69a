//! The escalation desk's tickets.

use rusqlite::{Connection, OptionalExtension as _, Row, ToSql, named_params, params};

use super::codec::{known, micros, moment, moment_opt, now, parsed, parsed_opt};
use super::commit::review_ticket;
use super::error::StoreError;
use super::open::Store;
use super::orders::{self, listing};
use super::records::TicketFilter;
use crate::domain::escalation::{EscalationReason, NewTicket, Taken, Ticket, TicketStatus, Tier};
use crate::domain::ids::{OrderId, SessionId, TicketId};
use crate::domain::order::HoldReason;

impl Store {
    /// A ticket.
    pub async fn ticket(&self, id: TicketId) -> Result<Option<Ticket>, StoreError> {
        self.read(move |conn| load(conn, id)).await
    }

    /// Tickets, newest first.
    pub async fn tickets(&self, filter: TicketFilter) -> Result<Vec<Ticket>, StoreError> {
        self.read(move |conn| select(conn, &filter)).await
    }

    /// Closes a ticket. One that is closed already is [`StoreError::Refused`]: its note is not overwritten.
    pub async fn resolve_ticket(&self, id: TicketId, note: String, by: String) -> Result<Ticket, StoreError> {
        self.write(move |conn| {
            let ticket = load(conn, id)?.ok_or(StoreError::NotFound)?;
            if ticket.status == TicketStatus::Resolved {
                return Err(StoreError::Refused(format!("ticket {id} is resolved already")));
            }
            conn.prepare_cached(
                "UPDATE escalations SET status = 'resolved', resolved_at = ?, resolved_by = ?, resolution = ?
                 WHERE id = ?",
            )?
            .execute(params![micros(now()), by, note, id.0])?;
            load(conn, id)?.ok_or(StoreError::NotFound)
        })
        .await
    }
}

impl Store {
    /// Opens a ticket for each order that is held for its quantity alone, has not changed since, and that nobody was
    /// asked to look at; how many. At most a hundred at once.
    pub async fn open_reviews(
        &self,
        since: jiff::Timestamp,
        due_at: jiff::Timestamp,
    ) -> Result<usize, StoreError> {
        let sql = "SELECT id FROM orders WHERE status = 'held' AND holds = ? AND updated_at <= ?
                   AND NOT EXISTS (SELECT 1 FROM escalations WHERE order_id = orders.id) ORDER BY id LIMIT 100";
        let holds = orders::holds_text(&[HoldReason::UnusualQuantity])?;
        let none_due = {
            let holds = holds.clone();
            self.read(move |conn| Ok(!conn.prepare_cached(sql)?.exists(params![holds, micros(since)])?))
                .await?
        };
        // Looked at before, so that nothing is written while there is nothing to do.
        if none_due {
            return Ok(0);
        }
        self.write(move |conn| {
            let mut select = conn.prepare_cached(sql)?;
            let ids = select.query_map(params![holds, micros(since)], |row| row.get(0))?;
            let ids = ids.collect::<Result<Vec<i64>, _>>()?;
            for id in &ids {
                let order = orders::load(conn, OrderId(*id))?.ok_or(StoreError::NotFound)?;
                insert(conn, &review_ticket(&order, due_at))?;
            }
            Ok(ids.len())
        })
        .await
    }
}

pub(super) fn insert(conn: &Connection, new: &NewTicket) -> Result<Ticket, StoreError> {
    conn.prepare_cached(
        "INSERT INTO escalations (session_id, tier, reason, summary, order_id, due_at, silences, status, created_at)
         VALUES (:session, :tier, :reason, :summary, :order, :due_at, :silences, 'open', :now)",
    )?
    .execute(named_params! {
        ":session": new.session.as_ref().map(SessionId::as_str), ":tier": new.tier.number(),
        ":reason": new.reason.as_str(), ":summary": new.summary, ":order": new.order.map(|id| id.0),
        ":due_at": micros(new.due_at), ":silences": new.silences, ":now": micros(now()),
    })?;
    load(conn, TicketId(conn.last_insert_rowid()))?.ok_or(StoreError::NotFound)
}

/// Closes the tickets that asked a person to look at this order: somebody has.
pub(super) fn resolve_reviews(
    conn: &Connection,
    order: OrderId,
    by: &str,
    note: &str,
) -> Result<(), StoreError> {
    conn.prepare_cached(
        "UPDATE escalations SET status = 'resolved', resolved_at = ?, resolved_by = ?, resolution = ?
         WHERE order_id = ? AND status = 'open' AND reason = ?",
    )?
    .execute(params![micros(now()), by, note, order.0, EscalationReason::OrderReview.as_str()])?;
    Ok(())
}

fn taken(row: &Row<'_>) -> rusqlite::Result<Option<Taken>> {
    let (by, at): (Option<String>, _) = (row.get("taken_by")?, moment_opt(row, "taken_at")?);
    let Some((by, at)) = by.zip(at) else { return Ok(None) };
    Ok(Some(Taken { by, at, active_at: moment_opt(row, "active_at")?.unwrap_or(at) }))
}

pub(super) fn load(conn: &Connection, id: TicketId) -> Result<Option<Ticket>, StoreError> {
    Ok(conn.prepare_cached("SELECT * FROM escalations WHERE id = ?")?.query_row([id.0], ticket).optional()?)
}

fn select(conn: &Connection, filter: &TicketFilter) -> Result<Vec<Ticket>, StoreError> {
    let status = filter.status.map(TicketStatus::as_str);
    let order = filter.order.map(|id| id.0);
    let after = filter.after_id.map(|id| id.0);
    let conditions: [(&str, Option<&dyn ToSql>); 3] = [
        ("status = ?", status.as_ref().map(|v| v as &dyn ToSql)),
        ("order_id = ?", order.as_ref().map(|v| v as &dyn ToSql)),
        ("id < ?", after.as_ref().map(|v| v as &dyn ToSql)),
    ];
    let (sql, values) = listing("escalations", &conditions, filter.limit);
    let mut select = conn.prepare_cached(&sql)?;
    Ok(select.query_map(values.as_slice(), ticket)?.collect::<Result<_, _>>()?)
}

pub(super) fn ticket(row: &Row<'_>) -> rusqlite::Result<Ticket> {
    let resolution: Option<String> = row.get("resolution")?;
    let order: Option<i64> = row.get("order_id")?;
    Ok(Ticket {
        id: TicketId(row.get("id")?),
        ticket: NewTicket {
            session: parsed_opt(row, "session_id", |raw| SessionId::parse(raw).ok())?,
            tier: known(Tier::from_number(row.get("tier")?), "tier")?,
            reason: parsed(row, "reason", EscalationReason::parse)?,
            summary: row.get("summary")?,
            order: order.map(OrderId),
            due_at: moment(row, "due_at")?,
            silences: row.get("silences")?,
        },
        status: parsed(row, "status", TicketStatus::parse)?,
        created_at: moment(row, "created_at")?,
        taken: taken(row)?,
        resolved: moment_opt(row, "resolved_at")?.zip(resolution),
    })
}
