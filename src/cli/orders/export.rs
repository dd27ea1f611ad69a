//! `tria orders export`

use std::path::Path;

use anyhow::Context as _;

use super::view::OrderJson;
use crate::cli::output::{CommandResult, Verdict, note, print};
use crate::domain::order::Order;
use crate::store::{MAX_PAGE, OrderFilter, Store};

const HEADER: [&str; 15] = [
    "order_id",
    "status",
    "outlet",
    "placed_at",
    "delivery_date",
    "is_urgent",
    "sku",
    "product_name",
    "quantity",
    "unit_price",
    "line_total",
    "order_subtotal",
    "order_tax",
    "order_total",
    "notes",
];

pub(super) async fn run(
    store: &Store,
    filter: OrderFilter,
    currency: &str,
    out: Option<&Path>,
    json: bool,
) -> CommandResult {
    let orders = all(store, filter).await?;
    let text = if json {
        let orders: Vec<OrderJson> = orders.iter().map(|o| OrderJson::new(o, currency)).collect();
        serde_json::to_string_pretty(&orders)?
    } else {
        csv(&orders)?
    };
    match out {
        Some(path) => {
            std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))?;
            note(&format!("{} orders written to {}", orders.len(), path.display()));
        }
        None => print(&text)?,
    }
    Ok(Verdict::Done)
}

/// All orders that fit, oldest first, read page by page.
async fn all(store: &Store, mut filter: OrderFilter) -> anyhow::Result<Vec<Order>> {
    filter.limit = MAX_PAGE;
    let mut orders = Vec::new();
    loop {
        let page = store.orders(filter.clone()).await?;
        let is_last = page.len() < MAX_PAGE as usize;
        filter.after_id = page.last().map(|o| o.id);
        orders.extend(page);
        if is_last {
            orders.reverse();
            return Ok(orders);
        }
    }
}

fn csv(orders: &[Order]) -> anyhow::Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(HEADER)?;
    for o in orders {
        let order = &o.order;
        let plain = |money: crate::domain::money::Money| money.to_string().replace(',', "");
        for line in &order.lines {
            writer.write_record([
                o.id.to_string(),
                order.status.as_str().to_owned(),
                no_formula(&order.outlet_name),
                o.placed_at.to_string(),
                order.delivery_date.to_string(),
                order.is_urgent.to_string(),
                no_formula(line.sku.as_str()),
                no_formula(&line.product_name),
                line.quantity.to_string(),
                line.unit_price.to_string(),
                plain(line.line_total),
                plain(order.totals.subtotal),
                plain(order.totals.tax),
                plain(order.totals.total),
                no_formula(&order.notes),
            ])?;
        }
    }
    Ok(String::from_utf8(writer.into_inner()?)?)
}

/// A spreadsheet takes a cell that begins like this for a formula and carries it out; customers write notes.
fn no_formula(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::no_formula;

    #[test]
    fn a_note_is_not_a_formula() {
        assert_eq!(no_formula("=HYPERLINK(\"http://x\")"), "'=HYPERLINK(\"http://x\")");
        assert_eq!(no_formula("ring twice"), "ring twice");
    }
}
