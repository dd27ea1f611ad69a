//! What customers do with an order that stands: call it off for a fee, or order something else instead. Both only
//! while it is as they were shown it.

use std::fmt::Write as _;

use rusqlite::{Connection, params};

use super::codec::{micros, now};
use super::commit::review_ticket;
use super::error::StoreError;
use super::order_checks::owes_too_much;
use super::orders::{self, holds_text, insert_lines, load, record_event, release, reserve};
use super::records::{Cancellation, Outcome, Revision};
use super::{documents, tickets};
use crate::domain::ids::OrderId;
use crate::domain::money::Money;
use crate::domain::order::{HoldReason, Order, OrderEvent, OrderLine, OrderStatus};

/// The order, if it is still as it was when the change was told.
fn as_seen(conn: &Connection, id: OrderId, seen: jiff::Timestamp) -> Result<Order, StoreError> {
    let order = load(conn, id)?.ok_or(StoreError::NotFound)?;
    if micros(order.updated_at) == micros(seen) { Ok(order) } else { Err(StoreError::Moved) }
}

pub(super) fn cancel(conn: &Connection, cancellation: &Cancellation) -> Result<Order, StoreError> {
    let Cancellation { id, seen, fee, by, note } = cancellation;
    as_seen(conn, *id, *seen)?;
    call_off(conn, *id, *fee, by, note)
}

/// Cancels an order and keeps the fee with it.
pub(super) fn call_off(
    conn: &Connection,
    id: OrderId,
    fee: Money,
    by: &str,
    note: &str,
) -> Result<Order, StoreError> {
    orders::change(conn, id, OrderStatus::Cancelled, by, note)?;
    conn.prepare_cached("UPDATE orders SET fee = ? WHERE id = ?")?.execute(params![fee.minor(), id.0])?;
    load(conn, id)?.ok_or(StoreError::NotFound)
}

pub(super) fn revise(conn: &Connection, revision: Revision) -> Result<Outcome, StoreError> {
    use OrderStatus::{Confirmed, Held, PendingReview};
    let Revision { id, seen, by, .. } = &revision;
    let old = as_seen(conn, *id, *seen)?;
    let was = old.order.status;
    if revision.lines.is_empty() {
        return Err(StoreError::Refused("an order needs at least one line".to_owned()));
    }
    if !matches!(was, Held | PendingReview | Confirmed) {
        return Err(StoreError::Refused(format!("an order that is {} stays as it is", was.as_str())));
    }
    if documents::has_any(conn, *id)? {
        return Err(StoreError::Refused(
            "its delivery order or invoice was issued, and those never change: cancel it and place another"
                .to_owned(),
        ));
    }
    let holds = holds_of(conn, &old, &revision)?;
    let status = if was == Confirmed && !holds.is_empty() { Held } else { was };
    let at = now();
    release(conn, *id)?;
    conn.prepare_cached("DELETE FROM order_lines WHERE order_id = ?")?.execute([id.0])?;
    insert_lines(conn, *id, &revision.lines)?;
    conn.prepare_cached(
        "UPDATE orders SET subtotal = ?, tax = ?, total = ?, delivery_date = ?, status = ?, holds = ?, updated_at = ?
         WHERE id = ?",
    )?
    .execute(params![
        revision.totals.subtotal.minor(),
        revision.totals.tax.minor(),
        revision.totals.total.minor(),
        revision.delivery_date.to_string(),
        status.as_str(),
        holds_text(&holds)?,
        micros(at),
        id.0,
    ])?;
    if status.reserves_stock() {
        // Short of stock: the whole operation is taken back, and the order keeps what it had.
        reserve(conn, *id)?;
    }
    record_event(conn, *id, &OrderEvent { at, status, by: by.clone(), note: what_changed(&old, &revision) })?;
    let order = load(conn, *id)?.ok_or(StoreError::NotFound)?;
    let ticket = (was == Confirmed && status == Held)
        .then(|| tickets::insert(conn, &review_ticket(&order, revision.review_by)))
        .transpose()?;
    Ok(Outcome { order: Some(order), ticket })
}

/// An order that waits for a person goes on waiting: that person knows why it was held.
fn holds_of(conn: &Connection, old: &Order, revision: &Revision) -> Result<Vec<HoldReason>, StoreError> {
    let mut holds =
        if old.order.status == OrderStatus::Confirmed { Vec::new() } else { old.order.holds.clone() };
    let mut add = |reason| {
        if !holds.contains(&reason) {
            holds.push(reason);
        }
    };
    revision.holds.iter().copied().for_each(&mut add);
    if let Some(check) = revision.credit
        && owes_too_much(conn, old.order.outlet, Some(old.id), revision.totals.total, check)?
    {
        add(HoldReason::CreditLimit);
    }
    Ok(holds)
}

/// `PIZ-012 100 → 300; LID-080 0 → 50; delivery 2026-11-26 → 2026-11-28; total 70.85 → 212.55`.
fn what_changed(old: &Order, new: &Revision) -> String {
    let units = |lines: &[OrderLine], like: &OrderLine| -> u64 {
        lines.iter().filter(|l| l.product == like.product).map(|l| u64::from(l.quantity)).sum()
    };
    let mut text = String::new();
    let mut seen = Vec::new();
    for line in old.order.lines.iter().chain(&new.lines) {
        let (before, after) = (units(&old.order.lines, line), units(&new.lines, line));
        if before != after && !seen.contains(&line.product) {
            seen.push(line.product);
            // Writing to a string does not fail.
            let _ = write!(text, "{} {before} → {after}; ", line.sku);
        }
    }
    if old.order.delivery_date != new.delivery_date {
        let _ = write!(text, "delivery {} → {}; ", old.order.delivery_date, new.delivery_date);
    }
    let _ = write!(text, "total {} → {}", old.order.totals.total, new.totals.total);
    text
}
