use super::*;
use crate::domain::catalogue::{Product, ProductDetails};
use crate::domain::ids::{OutletId, ProductId, Sku};
use crate::domain::money::UnitPrice;
use crate::domain::outlet::{Outlet, OutletDetails, Terms};

fn products(rows: &[(&str, &str, u32, &str)]) -> Vec<Product> {
    rows.iter()
        .enumerate()
        .map(|(i, (sku, name, bundle, aliases))| Product {
            id: ProductId(i as i64 + 1),
            details: ProductDetails {
                sku: Sku::parse(sku).unwrap(),
                name: (*name).into(),
                description: String::new(),
                category: String::new(),
                unit_price: UnitPrice::parse("1").unwrap(),
                unit: "piece".into(),
                bundle_size: *bundle,
                stock: None,
                min_order_qty: 1,
                active: true,
                aliases: aliases.split('|').filter(|a| !a.is_empty()).map(str::to_owned).collect(),
            },
        })
        .collect()
}

fn outlets(names: &[&str]) -> Vec<Outlet> {
    names
        .iter()
        .enumerate()
        .map(|(i, name)| Outlet {
            id: OutletId(i as i64 + 1),
            details: OutletDetails {
                name: (*name).into(),
                address: String::new(),
                contact_person: String::new(),
                contact_number: String::new(),
                whatsapp: String::new(),
                usual_order_days: vec![],
                terms: Terms::Prepaid,
                credit_limit: None,
                aliases: vec![],
            },
        })
        .collect()
}

const PACKAGING: &[(&str, &str, u32, &str)] = &[
    ("PIZ-010", "Pizza Box 10\" Kraft", 100, ""),
    ("PIZ-012", "Pizza Box 12\" Kraft", 100, ""),
    ("PIZ-014", "Pizza Box 14\" Kraft", 50, ""),
    ("TRA-750", "Food Tray 750ml", 50, ""),
    ("LID-750", "Tray Lid 750ml", 50, ""),
    ("CUP-008", "Paper Cup 8 oz White", 50, "coffee cup 8oz"),
    ("CUP-012", "Paper Cup 12 oz White", 50, ""),
    ("CLD-008", "Cup Lid 8 oz", 50, ""),
    ("BAG-BRN", "Paper Bag Brown Medium", 250, ""),
    ("BAG-WHT", "Paper Bag White Medium", 250, ""),
    ("NAP-WHT", "Napkin White 2 ply", 1000, "serviette"),
];
const CLEANING: &[(&str, &str, u32, &str)] = &[
    ("BLE-5L", "Bleach 5 L", 4, ""),
    ("DSH-5L", "Dishwashing Liquid Lemon 5 L", 4, "dish soap"),
    ("GLV-M", "Nitrile Gloves Medium (box of 100)", 10, ""),
    ("GLV-L", "Nitrile Gloves Large (box of 100)", 10, ""),
    ("MOP-STD", "Cotton Mop Head", 12, ""),
    ("BIN-120", "Bin Liner 120 L Black", 20, "garbage bag|trash bag"),
    ("BIN-60", "Bin Liner 60 L Black", 20, "garbage bag|trash bag"),
];
const OUTLETS: &[&str] =
    &["Bella Napoli - Tampines", "Bella Napoli - Bedok", "Rosie's Diner", "Harbour Cafe"];

/// `expected`: `outlet; quantity x SKU, …; ?words` (asked about) and `!` for haste.
fn read(catalogue: &[(&str, &str, u32, &str)], text: &str) -> String {
    let rows = products(catalogue);
    let (index, outlets) = (ProductIndex::new(&rows), OutletIndex::new(&outlets(OUTLETS)));
    let order = parse(text, &index, &outlets, &ParseOptions::default());
    let outlet = match &order.outlet {
        OutletMention::Outlet(id) => OUTLETS[id.0 as usize - 1].to_owned(),
        OutletMention::None => "-".to_owned(),
        other => format!("{other:?}"),
    };
    let item = |item: &ItemMention| {
        let product = match &item.resolution {
            Resolution::Product(id) => rows[id.0 as usize - 1].details.sku.to_string(),
            Resolution::Ambiguous(several) => format!("?{}", several.len()),
            Resolution::Unknown => "?".to_owned(),
        };
        match &item.quantity {
            Some(Quantity::Units(n)) => format!("{n} {product}"),
            Some(Quantity::Packs(n, pack)) => format!("{n} {pack} {product}"),
            None => format!("- {product}"),
        }
    };
    let mut items: Vec<String> = order.items.iter().map(item).collect();
    items.extend(order.unexplained_numbers.iter().map(|n| format!("#{n}")));
    format!("{outlet}; {}{}", items.join(", "), if order.is_urgent { " !" } else { "" })
}

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(read(PACKAGING, text), expected, "{text}");
}

#[track_caller]
fn check_cleaning(text: &str, expected: &str) {
    assert_eq!(read(CLEANING, text), expected, "{text}");
}

#[test]
fn the_three_of_the_issue() {
    check(
        "Please send 400 10-inch, 200 12-inch and 300 14-inch pizza boxes to Bella Napoli Tampines.",
        "Bella Napoli - Tampines; 400 PIZ-010, 200 PIZ-012, 300 PIZ-014",
    );
    check(
        "Need piza boxs for Bella Napoli Bedok: ten inch: 100 pcs, twelv inch: 50 pcs",
        "Bella Napoli - Bedok; 100 PIZ-010, 50 PIZ-012",
    );
    check("Rosies Diner 200 trays and 200 lids, Urgent!", "Rosie's Diner; 200 TRA-750, 200 ?2 !");
}

#[test]
fn lists_and_forms() {
    check(
        "Outlet: Harbour Cafe\nItems:\n- Pizza box 12\": 100\n- 8oz paper cups x 500",
        "Harbour Cafe; 100 PIZ-012, 500 CUP-008",
    );
    check("1. 10 inch pizza box x 100\n2. Tray lid - 50", "-; 100 PIZ-010, 50 LID-750");
    check("Pizza boxes:\n10\" - 200\n14\" - 50", "-; 200 PIZ-010, 50 PIZ-014");
    check("PIZ-012 x 100, CUP-008 50 pcs", "-; 100 PIZ-012, 50 CUP-008");
}

#[test]
fn sentences() {
    check("hi can i get 2 bundles of the 12 inch pizza boxes", "-; 2 bundle PIZ-012");
    check("two hundred 750ml trays please", "-; 200 TRA-750");
    check("100 brown paper bags and 100 white ones", "-; 100 BAG-BRN, 100 BAG-WHT");
    check("200 each of the 10 and 12 inch pizza boxes", "-; 200 PIZ-010, 200 PIZ-012");
    check("100 each of the 10, 12 and 14 inch pizza boxes", "-; 100 PIZ-010, 100 PIZ-012, 100 PIZ-014");
    check("10 inch and 12 inch pizza boxes, 100 each", "-; 100 PIZ-010, 100 PIZ-012");
    check("200, no make that 300 tray lids", "-; 300 LID-750");
    check("300 12oz cups without lids", "-; 300 CUP-012");
    check("500 serviettes by 24 Nov, call 81234567", "-; 500 NAP-WHT");
    check("100 pizzabox 10in", "-; 100 PIZ-010");
    check("lids for the 8oz cups, 200 pcs", "-; 200 CLD-008");
}

#[test]
fn what_can_not_be_told_is_asked() {
    check("200 pizza boxes", "-; 200 ?3");
    check("100 of the 16 inch pizza boxes", "-; 100 ?3");
    check("50 balloons", "-; 50 ?");
    check("some paper cups 8oz", "-; - CUP-008");
    check("Bella Napoli wants 100 14 inch boxes", "Ambiguous([OutletId(1), OutletId(2)]); 100 PIZ-014");
}

#[test]
fn another_trade() {
    check_cleaning(
        "Harbour Cafe: 4 bleach 5L, 10 boxes of large nitrile gloves",
        "Harbour Cafe; 4 BLE-5L, 10 GLV-L",
    );
    check_cleaning("need 20 trash bags 120l and 3 cotton mop heads asap", "-; 20 BIN-120, 3 MOP-STD !");
    check_cleaning("12 dish soap", "-; 12 DSH-5L");
    check_cleaning("gloves - medium 5, large 10", "-; 5 GLV-M, 10 GLV-L");
}

proptest::proptest! {
    #[test]
    fn never_panics(text in "\\PC{0,300}") {
        read(PACKAGING, &text);
    }
}
