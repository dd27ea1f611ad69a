//! `orders.csv`: what was ordered before Tria.

use std::collections::HashMap;

use super::products::{short_text, whole};
use super::read::{Parsed, RowFault};
use super::table::{self, Columns};
use crate::domain::ids::Sku;
use crate::domain::money::UnitPrice;
use crate::store::{HistoryLine, HistoryOrder};

const COLUMNS: Columns = Columns {
    required: &["order_ref", "outlet", "ordered_at", "sku", "quantity", "unit_price"],
    optional: &[],
};

const MOST_UNITS: u32 = 1_000_000_000;

/// One row: one line of one order.
struct LineRow {
    line: u64,
    order_ref: String,
    outlet: String,
    ordered_at: jiff::Timestamp,
    item: HistoryLine,
}

/// Reads `orders.csv`. Rows with the same `order_ref` are one order, wherever they stand. `knows_outlet` and
/// `knows_sku` tell whether the company has them.
pub fn read_orders(
    bytes: &[u8],
    knows_outlet: impl Fn(&str) -> bool,
    knows_sku: impl Fn(&Sku) -> bool,
) -> Result<Parsed<HistoryOrder>, Vec<RowFault>> {
    let parsed = table::read(bytes, &COLUMNS, |row| {
        let order_ref = row.required("order_ref", short_text);
        let outlet = row.required("outlet", |text| {
            if knows_outlet(text) {
                Ok(text.to_owned())
            } else {
                Err(format!("no outlet is called `{text}`"))
            }
        });
        let ordered_at = row.required("ordered_at", |text| {
            text.parse::<jiff::Timestamp>()
                .map_err(|_| format!("`{text}` is not a time: write 2026-03-31T09:30:00+08:00"))
        });
        let sku = row.required("sku", |text| match Sku::parse(text) {
            Ok(sku) if !knows_sku(&sku) => Err(format!("no product has the SKU `{sku}`")),
            other => other.map_err(|e| e.to_string()),
        });
        let quantity = row.required("quantity", |text| whole(text, 1..=MOST_UNITS));
        let unit_price = row.required("unit_price", UnitPrice::parse);
        Some(LineRow {
            line: row.line,
            order_ref: order_ref?,
            outlet: outlet?,
            ordered_at: ordered_at?,
            item: HistoryLine { sku: sku?, quantity: quantity?, unit_price: unit_price? },
        })
    })?;
    Ok(Parsed { rows: group(parsed.rows)?, unknown_columns: parsed.unknown_columns })
}

/// Rows to orders. An order has one outlet and one time.
fn group(rows: Vec<LineRow>) -> Result<Vec<HistoryOrder>, Vec<RowFault>> {
    let mut orders: Vec<HistoryOrder> = Vec::new();
    let mut places: HashMap<String, (usize, u64)> = HashMap::new();
    let mut faults = Vec::new();
    for row in rows {
        let Some((place, first)) = places.get(&row.order_ref).copied() else {
            places.insert(row.order_ref.clone(), (orders.len(), row.line));
            orders.push(HistoryOrder {
                order_ref: row.order_ref,
                outlet: row.outlet,
                ordered_at: row.ordered_at,
                lines: vec![row.item],
            });
            continue;
        };
        let order = &mut orders[place];
        let mut differs = |column, here: String, there: &dyn std::fmt::Display| {
            let problem = format!("is {here} here but {there} for the same order in line {first}");
            faults.push(RowFault { line: row.line, column: Some(column), problem });
        };
        if order.outlet != row.outlet {
            differs("outlet", row.outlet, &order.outlet);
        }
        if order.ordered_at != row.ordered_at {
            differs("ordered_at", row.ordered_at.to_string(), &order.ordered_at);
        }
        order.lines.push(row.item);
    }
    if faults.is_empty() { Ok(orders) } else { Err(faults) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "order_ref,outlet,ordered_at,sku,quantity,unit_price\n";

    fn read(rows: &str) -> Result<Parsed<HistoryOrder>, Vec<String>> {
        read_orders(format!("{HEADER}{rows}").as_bytes(), |o| o == "A" || o == "B", |s| s.as_str() != "NONE")
            .map_err(|faults| faults.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn rows_of_one_order_belong_together() {
        let orders = read(
            "1,A,2026-03-31T09:30:00+08:00,X,100,0.45\n2,B,2026-04-01T00:00:00Z,X,5,0.45\n\
             1,A,2026-03-31T01:30:00Z,Y,50,1\n",
        );
        let orders = orders.unwrap().rows;
        assert_eq!(orders.iter().map(|o| o.lines.len()).collect::<Vec<_>>(), [2, 1]);
    }

    #[test]
    fn bad_rows() {
        let faults = read("1,C,yesterday,NONE,0,1\n").unwrap_err();
        let expected = [
            "line 2, outlet: no outlet is called `C`",
            "line 2, ordered_at: `yesterday` is not a time: write 2026-03-31T09:30:00+08:00",
            "line 2, sku: no product has the SKU `NONE`",
            "line 2, quantity: `0` is not a whole number from 1 to 1000000000",
        ];
        assert_eq!(faults, expected);
        let faults = read("1,A,2026-04-01T00:00:00Z,X,1,1\n1,B,2026-04-02T00:00:00Z,X,1,1\n").unwrap_err();
        let expected = [
            "line 3, outlet: is B here but A for the same order in line 2",
            "line 3, ordered_at: is 2026-04-02T00:00:00Z here but 2026-04-01T00:00:00Z for the same order in line 2",
        ];
        assert_eq!(faults, expected);
    }
}
