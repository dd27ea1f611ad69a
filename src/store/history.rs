//! What outlets ordered before: brought in from elsewhere, and summed up for "the usual".

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension as _, params};

use super::codec::{count, now};
use super::error::StoreError;
use super::open::Store;
use super::orders;
use super::records::{HistoryOrder, ImportCounts, OutletHistory, USUAL_ORDERS};
use crate::domain::ids::{OrderId, OutletId, ProductId};
use crate::domain::money::Money;
use crate::domain::order::{NewOrder, OrderEvent, OrderLine, OrderStatus, Totals};

/// The statuses of an order that was accepted, as [`OrderStatus::reserves_stock`] has them.
const ACCEPTED: &str = "('confirmed', 'picked', 'out_for_delivery', 'delivered')";

impl Store {
    /// What an outlet has ordered so far; empty for one that never ordered.
    pub async fn outlet_history(&self, outlet: OutletId) -> Result<OutletHistory, StoreError> {
        self.read(move |conn| history(conn, outlet, None)).await
    }

    /// The same without one order: what was usual before it.
    pub async fn outlet_history_but(
        &self,
        outlet: OutletId,
        but: OrderId,
    ) -> Result<OutletHistory, StoreError> {
        self.read(move |conn| history(conn, outlet, Some(but))).await
    }

    /// Adds orders of the past as delivered, all or none. They take no stock and carry no tax (the rate of their
    /// day is not known). One whose `order_ref` is known is left as it is. An unknown outlet or SKU is
    /// [`StoreError::Refused`].
    pub async fn import_history(&self, rows: Vec<HistoryOrder>) -> Result<ImportCounts, StoreError> {
        self.write(move |conn| {
            let mut counts = ImportCounts::default();
            for row in &rows {
                if is_known(conn, &row.order_ref)? {
                    counts.unchanged += 1;
                } else {
                    add(conn, row)?;
                    counts.added += 1;
                }
            }
            Ok(counts)
        })
        .await
    }
}

fn history(conn: &Connection, outlet: OutletId, but: Option<OrderId>) -> Result<OutletHistory, StoreError> {
    // No order has the number 0.
    let but = but.map_or(0, |id| id.0);
    let accepted =
        format!("SELECT count(*) FROM orders WHERE outlet_id = ? AND id <> ? AND status IN {ACCEPTED}");
    let recent = format!(
        "SELECT id FROM orders WHERE outlet_id = ? AND id <> ? AND status IN {ACCEPTED}
         ORDER BY placed_at DESC, id DESC LIMIT ?"
    );
    let usual = format!(
        "SELECT product_id, avg(units) FROM (SELECT product_id, sum(quantity) AS units FROM order_lines
         WHERE order_id IN ({recent}) GROUP BY order_id, product_id) GROUP BY product_id"
    );
    let last: Option<i64> =
        conn.prepare_cached(&recent)?.query_row(params![outlet.0, but, 1], |row| row.get(0)).optional()?;
    let mut select = conn.prepare_cached(&usual)?;
    let usual = select
        .query_map(params![outlet.0, but, USUAL_ORDERS], |row| Ok((ProductId(row.get(0)?), row.get(1)?)))?;
    Ok(OutletHistory {
        order_count: conn.prepare_cached(&accepted)?.query_row([outlet.0, but], |row| count(row, 0))?,
        usual: usual.collect::<Result<HashMap<_, _>, _>>()?,
        last_order: last.map(|id| orders::load(conn, OrderId(id))).transpose()?.flatten(),
    })
}

fn is_known(conn: &Connection, order_ref: &str) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM orders WHERE order_ref = ?)";
    Ok(conn.prepare_cached(sql)?.query_row([order_ref], |row| row.get(0))?)
}

fn add(conn: &Connection, past: &HistoryOrder) -> Result<(), StoreError> {
    let refused = |why: String| StoreError::Refused(format!("order {}: {why}", past.order_ref));
    if past.lines.is_empty() {
        return Err(refused("it has no lines".to_owned()));
    }
    let outlet: Option<i64> = conn
        .prepare_cached("SELECT id FROM outlets WHERE name = ?")?
        .query_row([&past.outlet], |row| row.get(0))
        .optional()?;
    let outlet = outlet.ok_or_else(|| refused(format!("no outlet is called `{}`", past.outlet)))?;
    let mut product = conn.prepare_cached("SELECT id, name FROM products WHERE sku = ?")?;
    let mut lines = Vec::with_capacity(past.lines.len());
    let mut subtotal = Money::ZERO;
    for line in &past.lines {
        let found =
            product.query_row([line.sku.as_str()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        let (id, product_name) =
            found.ok_or_else(|| refused(format!("no product has the SKU `{}`", line.sku)))?;
        let total = line.unit_price.times(line.quantity);
        let sum = total.and_then(|total| Some((total, subtotal.checked_add(total)?)));
        let (line_total, sum) = sum.ok_or_else(|| refused("its sum is too large".to_owned()))?;
        subtotal = sum;
        lines.push(OrderLine {
            product: ProductId(id),
            sku: line.sku.clone(),
            product_name,
            quantity: line.quantity,
            unit_price: line.unit_price,
            line_total,
        });
    }
    let order = NewOrder {
        outlet: OutletId(outlet),
        outlet_name: past.outlet.clone(),
        lines,
        totals: Totals { subtotal, tax: Money::ZERO, total: subtotal },
        delivery_date: past.ordered_at.to_zoned(jiff::tz::TimeZone::UTC).date(),
        is_urgent: false,
        notes: String::new(),
        status: OrderStatus::Delivered,
        holds: Vec::new(),
        session: None,
        placed_by: "import".to_owned(),
    };
    let id = orders::insert(conn, &order, Some(&past.order_ref), past.ordered_at)?;
    let note = format!("imported as {}", past.order_ref);
    let event = OrderEvent { at: now(), status: OrderStatus::Delivered, by: "import".to_owned(), note };
    orders::record_event(conn, id, &event)
}
