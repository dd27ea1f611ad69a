//! What the files say, read back by other programs' readers than the writers' own.

use std::io::{Cursor, Write as _};

use calamine::{Data, DataType as _, Reader as _, Xlsx};
use jiff::civil::date;

use super::facts::{Buyer, Facts, Line, Seller};
use super::*;
use crate::domain::document::DocumentNumber;
use crate::domain::money::{Money, UnitPrice};

fn facts(lines: Vec<Line>) -> Facts {
    let subtotal: i64 = lines.iter().map(|line| line.line_total).sum();
    let tax = subtotal * 9 / 100;
    Facts {
        seller: Seller {
            name: "Tria Packaging & Sons".to_owned(),
            address: vec!["1 Example Road #02-03".to_owned(), "Singapore 000001".to_owned()],
            registration: "UEN 202600001A".to_owned(),
            tax_number: "GST Reg. No. M9-0000001-1".to_owned(),
            email: "accounts@tria-packaging.example".to_owned(),
            phone: "+65 0000 0000".to_owned(),
            payment: vec!["Bank transfer: Example Bank 000-000000-0".to_owned()],
        },
        buyer: Buyer {
            name: "Bella Napoli - Tampines".to_owned(),
            address: "12 Quayline Walk, Singapore".to_owned(),
            contact_person: "Marta Oriani".to_owned(),
            contact_number: "+65 0000 0111".to_owned(),
        },
        order_id: 4711,
        ordered_on: "2026-11-23".to_owned(),
        issued_on: "2026-11-24".to_owned(),
        delivery_date: "2026-11-26".to_owned(),
        is_urgent: false,
        notes: String::new(),
        currency: "SGD".to_owned(),
        lines,
        subtotal,
        tax_name: "GST".to_owned(),
        tax_rate: Some("9%".to_owned()),
        tax,
        total: subtotal + tax,
        terms: "credit".to_owned(),
        payment_days: 30,
        due_on: "2026-12-24".to_owned(),
    }
}

fn line(sku: &str, name: &str, price: &str, quantity: u32) -> Line {
    let unit_price = UnitPrice::parse(price).unwrap();
    Line {
        sku: sku.to_owned(),
        name: name.to_owned(),
        unit: "piece".to_owned(),
        quantity,
        unit_price: unit_price.ten_thousandths(),
        line_total: unit_price.times(quantity).unwrap().minor(),
    }
}

fn boxes_and_lids() -> Vec<Line> {
    vec![line("BOX-012", "Pizza Box 12\" Kraft", "0.65", 1400), line("LID-001", "Soup Lid", "0.085", 150)]
}

fn document(kind: DocumentKind, facts: &Facts) -> IssuedDocument {
    IssuedDocument {
        number: DocumentNumber { kind, day: date(2026, 11, 24), count: 42 },
        order: OrderId(facts.order_id),
        issued_at: "2026-11-24T02:00:00Z".parse().unwrap(),
        facts_json: serde_json::to_string(facts).unwrap(),
        logo: None,
    }
}

/// The text of each page, blanks and line ends taken as one blank.
fn pages(bytes: &[u8]) -> Vec<String> {
    let pdf = lopdf::Document::load_mem(bytes).expect("a PDF");
    let numbers = pdf.get_pages().into_keys();
    numbers.map(|page| squeezed(&pdf.extract_text(&[page]).expect("its text"))).collect()
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn invoice_pages(facts: &Facts) -> Vec<String> {
    pages(&render(&document(DocumentKind::Invoice, facts)).unwrap().bytes)
}

fn sheet(bytes: Vec<u8>) -> calamine::Range<Data> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a spreadsheet");
    book.worksheet_range("Delivery order").expect("its sheet")
}

fn delivery_order(facts: &Facts) -> calamine::Range<Data> {
    sheet(render(&document(DocumentKind::DeliveryOrder, facts)).unwrap().bytes)
}

fn texts(sheet: &calamine::Range<Data>) -> Vec<String> {
    sheet.used_cells().filter_map(|(_, _, cell)| cell.get_string().map(str::to_owned)).collect()
}

#[test]
fn an_invoice_says_all_its_facts() {
    let facts = facts(boxes_and_lids());
    let file = render(&document(DocumentKind::Invoice, &facts)).unwrap();
    assert_eq!((file.name.as_str(), file.content_type), ("INV-20261124-00042.pdf", "application/pdf"));
    let pages = pages(&file.bytes);
    assert_eq!(pages.len(), 1);
    // 1,400 × 0.65 = 910.00; 150 × 0.085 = 12.75; 9 % of 922.75 = 83.0475.
    for part in [
        "TAX INVOICE",
        "INV-20261124-00042",
        "24 November 2026",
        "30 days net",
        "24 December 2026",
        "4711",
        "26 November 2026",
        "Tria Packaging & Sons",
        "1 Example Road #02-03",
        "UEN 202600001A",
        "GST Reg. No. M9-0000001-1",
        "accounts@tria-packaging.example",
        "Bella Napoli - Tampines",
        "12 Quayline Walk, Singapore",
        "Marta Oriani, +65 0000 0111",
        "Pizza Box 12\" Kraft",
        "BOX-012 · piece",
        "1,400",
        "0.65",
        "910.00",
        "0.085",
        "12.75",
        "Subtotal",
        "922.75",
        "GST 9%",
        "83.04",
        "Total SGD",
        "1,005.79",
        "Credit, 30 days net: SGD 1,005.79 is due by 24 December 2026.",
        "Bank transfer: Example Bank 000-000000-0",
        "Reference: INV-20261124-00042",
        "Page 1 of 1",
    ] {
        assert!(pages[0].contains(part), "{part} is not in {}", pages[0]);
    }
    assert!(!pages[0].contains("NOTES"), "no notes, no heading");
}

#[test]
fn terms_and_titles_follow_the_facts() {
    let mut facts = facts(boxes_and_lids());
    facts.terms = "prepaid".to_owned();
    facts.due_on.clone_from(&facts.delivery_date);
    facts.seller.tax_number.clear();
    facts.tax_rate = None;
    facts.notes = "PO 99; ring twice".to_owned();
    let text = invoice_pages(&facts).concat();
    assert!(text.contains("is due before the delivery on 26 November 2026."), "{text}");
    assert!(text.contains("Prepaid") && !text.contains("TAX INVOICE") && !text.contains("9%"), "{text}");
    assert!(text.contains("PO 99; ring twice"), "{text}");
}

#[test]
fn a_long_order_takes_pages_with_heads_and_numbers() {
    let lines: Vec<Line> =
        (1..=100).map(|n| line(&format!("SKU-{n:03}"), &format!("Item {n}"), "1.25", n)).collect();
    let facts = facts(lines);
    let pages = invoice_pages(&facts);
    assert!((3..=6).contains(&pages.len()), "{} pages", pages.len());
    let of = pages.len();
    for (number, page) in (1..).zip(&pages) {
        assert!(page.contains(&format!("Page {number} of {of}")), "{page}");
        let is_rows = page.contains("SKU-");
        assert_eq!(page.contains("UNIT PRICE"), is_rows, "the heads stand above rows: {page}");
        assert_eq!(page.contains("continued"), number > 1);
    }
    let all = pages.concat();
    for (n, line) in (1..).zip(&facts.lines) {
        assert_eq!(all.matches(&format!("SKU-{n:03} ")).count(), 1);
        assert!(all.contains(&Money::from_minor(line.line_total).to_string()));
    }
    assert_eq!(all.matches("Total SGD").count(), 1);
}

#[test]
fn nothing_that_customers_write_breaks_a_document() {
    let long = "Extraordinarily long product name with many words ".repeat(60);
    let check = |text: &str| {
        let mut facts = facts(vec![line("A-1", text, "0.01", 1)]);
        facts.notes = text.to_owned();
        facts.buyer = Buyer {
            name: text.to_owned(),
            address: text.to_owned(),
            contact_person: text.to_owned(),
            contact_number: text.to_owned(),
        };
        let pages = invoice_pages(&facts);
        assert!(pages.concat().contains("Total SGD"), "{text}");
        assert!(!delivery_order(&facts).is_empty());
    };
    for text in [
        "",
        " ",
        "\n\n",
        "\u{0}\u{7}\u{1B}[31m",
        "=1+1",
        "&P&N&\"x\"",
        "🍕🍕",
        "ร้านอาหาร",
        "سلام",
        "\u{301}\u{301}",
    ] {
        check(text);
    }
    check(&long);
    check(&"x".repeat(5_000));
    check(&"漢".repeat(5_000));
    check(&"a\n".repeat(2_000));
}

#[test]
fn a_name_that_is_too_long_wraps_and_nothing_of_it_is_lost() {
    let name = (1..=30).map(|n| format!("word{n}")).collect::<Vec<_>>().join(" ");
    let mut facts = facts(vec![line("A-1", &name, "1", 1)]);
    facts.buyer.name.clone_from(&name);
    let text = invoice_pages(&facts).concat();
    assert!((1..=30).all(|n| text.matches(&format!("word{n} ")).count() >= 2), "{text}");
}

#[test]
fn other_scripts_are_printed_or_told_of() {
    let mut facts = facts(boxes_and_lids());
    "阿成鸡饭 தமிழ் உணவகம்".clone_into(&mut facts.buyer.name);
    let text = invoice_pages(&facts).concat();
    assert!(text.contains("阿成鸡饭") && !text.contains("? stands for"), "{text}");
    "ร้านอาหาร Bangkok".clone_into(&mut facts.buyer.name);
    let text = invoice_pages(&facts).concat();
    assert!(text.contains("Bangkok") && text.contains("? stands for a letter"), "{text}");
}

#[test]
fn the_same_document_is_the_same_file() {
    for kind in DocumentKind::ALL {
        let mut document = document(kind, &facts(boxes_and_lids()));
        let first = render(&document).unwrap();
        assert_eq!(first, render(&document).unwrap());
        document.logo = Some(picture());
        let with_logo = render(&document).unwrap();
        assert_eq!(with_logo, render(&document).unwrap());
        assert!(with_logo.bytes.len() > first.bytes.len());
    }
}

#[test]
fn a_delivery_order_says_what_is_delivered() {
    let mut facts = facts(boxes_and_lids());
    facts.notes = "=HYPERLINK(\"http://x\")".to_owned();
    facts.is_urgent = true;
    let file = render(&document(DocumentKind::DeliveryOrder, &facts)).unwrap();
    assert_eq!(file.name, "DO-20261124-00042.xlsx");
    let sheet = sheet(file.bytes);
    let texts = texts(&sheet);
    for part in [
        "DELIVERY ORDER",
        "DO-20261124-00042",
        "24 November 2026",
        "26 November 2026",
        "4711",
        "URGENT",
        "Tria Packaging & Sons",
        "Bella Napoli - Tampines",
        "12 Quayline Walk, Singapore",
        "Marta Oriani, +65 0000 0111",
        "=HYPERLINK(\"http://x\")",
        "Received by (name, signature, stamp)",
    ] {
        assert!(texts.iter().any(|text| text == part), "{part} is not in {texts:?}");
    }
    assert!(!texts.iter().any(|text| text.contains("0.65") || text.contains("910.00")), "it tells no prices");
    let heads = sheet.rows().position(|row| row[1] == Data::String("SKU".to_owned())).unwrap();
    let rows: Vec<_> = sheet.rows().skip(heads + 1).take(3).collect();
    for (number, (row, line)) in (1..).zip(rows.iter().zip(&facts.lines)) {
        assert_eq!(row[0].as_f64(), Some(f64::from(number)));
        assert_eq!(
            (row[1].get_string(), row[2].get_string()),
            (Some(line.sku.as_str()), Some(line.name.as_str()))
        );
        assert_eq!(row[3], Data::Float(f64::from(line.quantity)), "a number, not a text");
        assert_eq!(row[4].get_string(), Some("piece"));
    }
    assert_eq!(rows[2][3], Data::Float(1550.0));
}

#[test]
fn a_delivery_order_prints_on_a4_and_holds_no_formula() {
    let mut facts = facts(boxes_and_lids());
    facts.lines[0].name = "=cmd|' /C calc'!A0".to_owned();
    let bytes = render(&document(DocumentKind::DeliveryOrder, &facts)).unwrap().bytes;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes.clone())).unwrap();
    assert!(book.worksheet_formula("Delivery order").unwrap().used_cells().all(|(_, _, f)| f.is_empty()));
    let defined = book.defined_names();
    assert!(defined.iter().any(|(name, _)| name.contains("Print_Area")), "{defined:?}");
    assert!(defined.iter().any(|(name, _)| name.contains("Print_Titles")), "{defined:?}");
}

/// Documents are kept for years: facts written by the first version that had them are read for ever.
#[test]
fn old_facts_are_read() {
    let facts: Facts =
        serde_json::from_str(include_str!("../../../tests/data/document-facts-1.json")).unwrap();
    let text = invoice_pages(&facts).concat();
    assert!(text.contains("29.54") && text.contains("23 December 2026"), "{text}");
}

#[test]
fn only_good_logos_are_taken() {
    assert_eq!(check_logo(&picture()), Ok(()));
    assert!(check_logo(b"GIF89a").unwrap_err().contains("neither PNG nor JPEG"));
    assert!(check_logo(&picture()[..60]).is_err(), "cut off");
    assert!(check_logo(b"\x89PNG\r\n\x1a\n").is_err());
    assert!(check_logo(b"\xFF\xD8\xFF\xE0 and no more").is_err());
}

/// A PNG of 120 × 40 in two colours.
fn picture() -> Vec<u8> {
    let chunk = |kind: &[u8; 4], body: &[u8]| {
        let mut check = flate2::Crc::new();
        check.update(kind);
        check.update(body);
        let length = u32::try_from(body.len()).unwrap().to_be_bytes();
        [&length[..], kind, body, &check.sum().to_be_bytes()].concat()
    };
    let (width, height) = (120_u32, 40_u32);
    let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    let row = |y: u32| {
        let pixel = move |x: u32| if (x + y) % 40 < 20 { [20, 60, 110] } else { [220, 230, 240] };
        std::iter::once(0).chain((0..width).flat_map(pixel))
    };
    let pixels: Vec<u8> = (0..height).flat_map(row).collect();
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(&pixels).unwrap();
    let body = packed.finish().unwrap();
    [b"\x89PNG\r\n\x1a\n".to_vec(), chunk(b"IHDR", &head), chunk(b"IDAT", &body), chunk(b"IEND", b"")]
        .concat()
}
