//! An order on paper and as JSON.

use std::fmt::Write as _;

use serde::Serialize;

use crate::cli::output::{one_line, table};
use crate::domain::order::{Order, OrderEvent, OrderStatus};

#[derive(Serialize)]
pub(super) struct OrderJson {
    id: i64,
    status: &'static str,
    outlet_id: i64,
    outlet_name: String,
    currency: String,
    lines: Vec<LineJson>,
    subtotal: f64,
    tax: f64,
    total: f64,
    /// Of a cancelled order: what that cost.
    #[serde(skip_serializing_if = "Option::is_none")]
    cancellation_fee: Option<f64>,
    delivery_date: String,
    is_urgent: bool,
    notes: String,
    holds: Vec<&'static str>,
    session_id: Option<String>,
    placed_by: String,
    placed_at: String,
    updated_at: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    events: Vec<EventJson>,
}

#[derive(Serialize)]
struct LineJson {
    sku: String,
    product_name: String,
    quantity: u32,
    unit_price: f64,
    line_total: f64,
}

#[derive(Serialize)]
struct EventJson {
    at: String,
    status: &'static str,
    by: String,
    note: String,
}

impl OrderJson {
    pub fn new(o: &Order, currency: &str) -> Self {
        let order = &o.order;
        let lines = order.lines.iter().map(|l| LineJson {
            sku: l.sku.to_string(),
            product_name: l.product_name.clone(),
            quantity: l.quantity,
            unit_price: l.unit_price.to_f64(),
            line_total: l.line_total.to_f64(),
        });
        Self {
            id: o.id.0,
            status: order.status.as_str(),
            outlet_id: order.outlet.0,
            outlet_name: order.outlet_name.clone(),
            currency: currency.to_owned(),
            lines: lines.collect(),
            subtotal: order.totals.subtotal.to_f64(),
            tax: order.totals.tax.to_f64(),
            total: order.totals.total.to_f64(),
            cancellation_fee: (order.status == OrderStatus::Cancelled).then(|| o.fee.to_f64()),
            delivery_date: order.delivery_date.to_string(),
            is_urgent: order.is_urgent,
            notes: order.notes.clone(),
            holds: order.holds.iter().map(|h| h.as_str()).collect(),
            session_id: order.session.as_ref().map(ToString::to_string),
            placed_by: order.placed_by.clone(),
            placed_at: o.placed_at.to_string(),
            updated_at: o.updated_at.to_string(),
            events: Vec::new(),
        }
    }

    pub fn with_events(order: &Order, events: &[OrderEvent], currency: &str) -> Self {
        let events = events.iter().map(|e| EventJson {
            at: e.at.to_string(),
            status: e.status.as_str(),
            by: e.by.clone(),
            note: e.note.clone(),
        });
        Self { events: events.collect(), ..Self::new(order, currency) }
    }
}

/// A moment on the company's clock.
pub(super) fn local(at: jiff::Timestamp, zone: &jiff::tz::TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
}

/// The whole order for a terminal.
pub(super) fn sheet(o: &Order, events: &[OrderEvent], currency: &str, zone: &jiff::tz::TimeZone) -> String {
    let order = &o.order;
    let mut text = String::new();
    let urgent = if order.is_urgent { ", urgent" } else { "" };
    // Writing to a string does not fail.
    let _ = writeln!(text, "Order {} ({}{urgent})", o.id, order.status.as_str());
    let _ = writeln!(text, "Outlet:   {}", one_line(&order.outlet_name));
    let _ = writeln!(text, "Placed:   {} by {}", local(o.placed_at, zone), order.placed_by);
    let _ = writeln!(text, "Delivery: {}", order.delivery_date);
    if !order.holds.is_empty() {
        let holds: Vec<&str> = order.holds.iter().map(|h| h.as_str()).collect();
        let _ = writeln!(text, "Held for: {}", holds.join(", "));
    }
    if !order.notes.is_empty() {
        let _ = writeln!(text, "Notes:    {}", one_line(&order.notes));
    }
    let mut rows: Vec<Vec<String>> = order
        .lines
        .iter()
        .map(|l| {
            let (quantity, price) = (l.quantity.to_string(), l.unit_price.to_string());
            vec![l.sku.to_string(), l.product_name.clone(), quantity, price, l.line_total.to_string()]
        })
        .collect();
    let sum = |label: &str, amount: String| {
        vec![String::new(), label.to_owned(), String::new(), String::new(), amount]
    };
    rows.push(sum("Subtotal", order.totals.subtotal.to_string()));
    rows.push(sum("Tax", order.totals.tax.to_string()));
    rows.push(sum(&format!("Total {currency}"), order.totals.total.to_string()));
    if order.status == OrderStatus::Cancelled {
        rows.push(sum("Cancellation fee", o.fee.to_string()));
    }
    let _ = write!(text, "\n{}", table(&["SKU", "PRODUCT", "QUANTITY", "PRICE", "AMOUNT"], &[2, 3, 4], rows));
    if !events.is_empty() {
        let rows = events
            .iter()
            .map(|e| vec![local(e.at, zone), e.status.as_str().to_owned(), e.by.clone(), e.note.clone()]);
        let _ = write!(text, "\n{}", table(&["WHEN", "STATUS", "BY", "NOTE"], &[], rows));
    }
    text
}
