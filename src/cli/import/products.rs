//! `products.csv`

use std::collections::HashMap;
use std::ops::RangeInclusive;

use super::read::{Parsed, RowFault};
use super::table::{self, Columns, Row};
use crate::domain::catalogue::ProductDetails;
use crate::domain::ids::Sku;
use crate::domain::money::UnitPrice;

const COLUMNS: Columns = Columns {
    required: &["sku", "name", "unit_price"],
    optional: &[
        "description",
        "category",
        "unit",
        "bundle_size",
        "stock",
        "min_order_qty",
        "active",
        "aliases",
    ],
};

/// Most units of anything: far above any warehouse, low enough that sums stay exact.
const MOST: u32 = 1_000_000_000;

/// Reads `products.csv`. Without `unit` it is a piece, without `bundle_size` and `min_order_qty` one, without
/// `active` yes; without `stock` it is not tracked.
pub fn read_products(bytes: &[u8]) -> Result<Parsed<ProductDetails>, Vec<RowFault>> {
    let mut seen: HashMap<Sku, u64> = HashMap::new();
    table::read(bytes, &COLUMNS, |row| {
        // Every cell is looked at before the first `?`, so that a row's faults come all at once.
        let sku = row.required("sku", Sku::parse);
        let name = row.required("name", short_text);
        let unit_price = row.required("unit_price", UnitPrice::parse);
        let bundle_size = row.optional("bundle_size", 1, |t| whole(t, 1..=MOST));
        let stock = row.optional("stock", None, |t| whole(t, 0..=MOST).map(Some));
        let min_order_qty = row.optional("min_order_qty", 1, |t| whole(t, 1..=MOST));
        let active = row.optional("active", true, yes_or_no);
        let sku = unused(row, sku?, &mut seen)?;
        Some(ProductDetails {
            sku,
            name: name?,
            description: row.text_or_empty("description"),
            category: row.text_or_empty("category"),
            unit_price: unit_price?,
            unit: row.text("unit").unwrap_or("piece").to_owned(),
            bundle_size: bundle_size?,
            stock: stock?,
            min_order_qty: min_order_qty?,
            active: active?,
            aliases: row.list("aliases"),
        })
    })
}

fn unused(row: &mut Row<'_>, sku: Sku, seen: &mut HashMap<Sku, u64>) -> Option<Sku> {
    if let Some(first) = seen.insert(sku.clone(), row.line) {
        row.fault(Some("sku"), format!("{sku} stands in line {first} already"));
        return None;
    }
    Some(sku)
}

/// 1 to 200 characters.
pub(super) fn short_text(text: &str) -> Result<String, &'static str> {
    if text.chars().count() > 200 {
        return Err("is longer than 200 characters");
    }
    Ok(text.to_owned())
}

pub(super) fn whole(text: &str, range: RangeInclusive<u32>) -> Result<u32, String> {
    text.parse()
        .ok()
        .filter(|n| range.contains(n))
        .ok_or_else(|| format!("`{text}` is not a whole number from {} to {}", range.start(), range.end()))
}

fn yes_or_no(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" | "y" => Ok(true),
        "false" | "no" | "0" | "n" => Ok(false),
        _ => Err(format!("`{text}` is neither true nor false")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> Vec<String> {
        read_products(text.as_bytes()).unwrap_err().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn columns_in_any_order_with_a_bom() {
        let text = "\u{feff}Name,colour,UNIT_PRICE,sku,aliases,stock\r\n\
                    \"Pizza Box 12\"\" Kraft\",brown,0.65,PZB-012-KR-01,twelve inch | large box,\r\n\r\n";
        let parsed = read_products(text.as_bytes()).unwrap();
        assert_eq!(parsed.unknown_columns, ["colour"]);
        let product = &parsed.rows[0];
        assert_eq!(product.name, "Pizza Box 12\" Kraft");
        assert_eq!(product.aliases, ["twelve inch", "large box"]);
        assert_eq!((product.stock, product.bundle_size, product.active), (None, 1, true));
        assert_eq!(product.unit, "piece");
    }

    #[test]
    fn every_bad_row_with_its_line() {
        let text = "sku,name,unit_price,stock,active\n\
                    A-1,Lid,0.05,10,yes\n\
                    A-2,\"Box\nwith a line end\",1,5,5,\n\
                    ,Tray,\"1,50\",-3,maybe\n\
                    A-1,Lid again,0.05,,\n\
                    A-3,Cup,0,1.5,\n";
        let expected = [
            "line 3: has 6 cells where the header has 5",
            "line 5, sku: is empty",
            "line 5, unit_price: `1,50` is not an amount: write digits with a decimal point, such as 0.45",
            "line 5, stock: `-3` is not a whole number from 0 to 1000000000",
            "line 5, active: `maybe` is neither true nor false",
            "line 6, sku: A-1 stands in line 2 already",
            "line 7, unit_price: `0` is not an amount: write digits with a decimal point, such as 0.45",
            "line 7, stock: `1.5` is not a whole number from 0 to 1000000000",
        ];
        assert_eq!(faults(text), expected);
    }

    #[test]
    fn files_that_are_none() {
        let check = |bytes: &[u8], expected: &str| {
            let faults = read_products(bytes).unwrap_err();
            assert!(faults[0].to_string().contains(expected), "{faults:?}");
        };
        check(b"", "line 1: has no column sku");
        check(b"sku,name\n", "line 1: has no column unit_price");
        check(b"sku,name,unit_price,SKU\n", "has the column sku twice");
        check(b"sku,name,unit_price\nA,Caf\xe9,1\n", "line 2: is not UTF-8");
    }

    proptest::proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            let _ = read_products(&bytes);
            let _ = read_products(&[b"sku,name,unit_price\n", bytes.as_slice()].concat());
        }
    }
}
