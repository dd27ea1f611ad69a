//! What is looked at in the transaction that places or changes an order: whether it was placed a moment ago, and
//! whether its outlet may owe so much. Looked at before, two orders at once would both pass.

use jiff::ToSpan as _;
use rusqlite::{Connection, named_params, params};

use super::codec::{micros, now};
use super::error::StoreError;
use super::orders;
use super::records::{CreditCheck, DuplicateCheck};
use crate::domain::ids::{OrderId, OutletId, ProductId, SessionId};
use crate::domain::money::Money;
use crate::domain::order::{NewOrder, OrderLine};

/// At most so many orders of the last minutes are compared, newest first.
const COMPARED: u32 = 50;

/// [`StoreError::Duplicate`] when the same lines were ordered for the same outlet a moment ago.
pub(super) fn refuse_duplicate(
    conn: &Connection,
    order: &NewOrder,
    check: &DuplicateCheck,
) -> Result<(), StoreError> {
    let since = now() - i64::from(check.minutes).minutes();
    let session = check.session.as_ref().map(SessionId::as_str);
    let mut select = conn.prepare_cached(
        "SELECT id FROM orders WHERE outlet_id = ? AND placed_at >= ? AND status NOT IN ('cancelled', 'rejected')
         AND order_ref IS NULL AND (?3 IS NULL OR session_id = ?3) ORDER BY id DESC LIMIT ?4",
    )?;
    let recent =
        select.query_map(params![order.outlet.0, micros(since), session, COMPARED], |row| row.get(0))?;
    let wanted = counted(&order.lines);
    for id in recent.collect::<Result<Vec<i64>, _>>()? {
        let id = OrderId(id);
        if orders::load(conn, id)?.is_some_and(|other| counted(&other.order.lines) == wanted) {
            return Err(StoreError::Duplicate(id));
        }
    }
    Ok(())
}

fn counted(lines: &[OrderLine]) -> std::collections::BTreeMap<ProductId, u64> {
    lines.iter().fold(std::collections::BTreeMap::new(), |mut all, line| {
        *all.entry(line.product).or_default() += u64::from(line.quantity);
        all
    })
}

/// Whether an order of this total would bring its outlet above its limit. What is on its way is unpaid, and so is
/// what was delivered since the day named: Tria knows of no payments, so the terms stand for them. Orders that were
/// brought in from elsewhere are not counted: their invoices are elsewhere too.
pub(super) fn owes_too_much(
    conn: &Connection,
    outlet: OutletId,
    but: Option<OrderId>,
    total: Money,
    check: CreditCheck,
) -> Result<bool, StoreError> {
    let open: i64 = conn
        .prepare_cached(
            "SELECT coalesce(sum(CASE status WHEN 'cancelled' THEN fee ELSE total END), 0) FROM orders
             WHERE outlet_id = :outlet AND order_ref IS NULL AND id IS NOT :but
               AND (status IN ('confirmed', 'picked', 'out_for_delivery')
                    OR (status IN ('delivered', 'cancelled') AND delivery_date >= :since))",
        )?
        .query_row(
            named_params! {
                ":outlet": outlet.0, ":but": but.map(|id| id.0), ":since": check.delivered_since.to_string(),
            },
            |row| row.get(0),
        )?;
    Ok(Money::from_minor(open).checked_add(total).is_none_or(|owed| owed > check.limit))
}
