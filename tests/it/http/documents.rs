//! Delivery orders and invoices: who gets them, when, and that they say what the order says, for ever.

use std::io::Cursor;

use calamine::{Data, DataType as _, Reader as _, Xlsx};
use serde_json::{Value, json};
use tria::cli::import::read::{read_outlets, read_products};
use tria::domain::principal::Role;

use crate::harness::{BELLA, KOPI, TestServer};

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A file as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Download {
    name: String,
    content_type: String,
    cache: String,
    bytes: Vec<u8>,
}

async fn download(server: &TestServer, token: &str, kind: &str, id: &Value) -> Download {
    let path = format!("/api/download_{kind}/{id}");
    let response = server.request("GET", &path).bearer_auth(token).send().await.unwrap();
    let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(response.status(), 200, "{path}");
    let disposition = header("content-disposition");
    let name = disposition.strip_prefix("attachment; filename=\"").and_then(|name| name.strip_suffix('"'));
    Download {
        name: name.unwrap_or_else(|| panic!("{disposition}")).to_owned(),
        content_type: header("content-type"),
        cache: header("cache-control"),
        bytes: response.bytes().await.unwrap().to_vec(),
    }
}

async fn place(server: &TestServer, token: &str, outlet: i64, lines: &[(&str, u32)]) -> Value {
    let lines: Value = lines.iter().map(|(sku, n)| json!({ "sku": sku, "quantity": n })).collect();
    let body = json!({ "outlet_id": outlet, "lines": lines, "notes": "Back door" });
    server.post_as(token, "/api/orders", &body).await.expect(201, "").json
}

fn pdf_text(bytes: &[u8]) -> String {
    let pdf = lopdf::Document::load_mem(bytes).unwrap();
    let pages: Vec<u32> = pdf.get_pages().into_keys().collect();
    pdf.extract_text(&pages).unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn sheet(bytes: &[u8]) -> calamine::Range<Data> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    book.worksheet_range("Delivery order").unwrap()
}

/// `1,234.50`, as the invoice writes an amount of the API.
fn amount(value: &Value) -> String {
    let cents = (value.as_f64().unwrap() * 100.0).round() as i64;
    tria::domain::money::Money::from_minor(cents).to_string()
}

#[tokio::test]
async fn every_figure_is_the_orders() {
    let server = TestServer::start().await;
    let staff = server.token(Role::Staff).await;
    let lines = [("BOX-010", 1200), ("LID-001", 150), ("BOX-012", 7)];
    let placed = place(&server, &staff, BELLA, &lines).await;
    let id = &placed["order_id"];
    let order = server.get_as(&staff, &format!("/api/orders/{id}")).await.expect(200, "").json;

    let invoice = download(&server, &staff, "invoice", id).await;
    assert_eq!(
        (invoice.content_type.as_str(), invoice.cache.as_str()),
        ("application/pdf", "private, no-store")
    );
    let number = invoice.name.strip_suffix(".pdf").unwrap();
    assert!(number.starts_with("INV-") && number.len() == "INV-20261123-00001".len(), "{number}");
    let text = pdf_text(&invoice.bytes);
    for name in ["subtotal", "tax", "total"] {
        assert!(text.contains(&format!(" {}", amount(&order[name]))), "{name} in {text}");
    }
    assert!(text.contains(number) && text.contains("GST 9%") && text.contains("Back door"), "{text}");
    assert!(text.contains("Bella Napoli - Tampines") && text.contains("30 days net"), "{text}");

    let delivery = download(&server, &staff, "do", id).await;
    assert_eq!((delivery.content_type.as_str(), delivery.cache.as_str()), (XLSX, "private, no-store"));
    assert!(delivery.name.starts_with("DO-") && delivery.name.ends_with("-00001.xlsx"), "{}", delivery.name);
    let sheet = sheet(&delivery.bytes);
    let heads = sheet.rows().position(|row| row[1].get_string() == Some("SKU")).unwrap();
    let mut rows = sheet.rows().skip(heads + 1);
    for (line, row) in order["lines"].as_array().unwrap().iter().zip(&mut rows) {
        assert_eq!(row[1].get_string(), line["sku"].as_str());
        assert_eq!(row[2].get_string(), line["product_name"].as_str());
        assert_eq!(row[3].as_f64(), line["quantity"].as_f64());
        for part in [amount(&line["line_total"]), line["unit_price"].to_string()] {
            assert!(text.contains(&part), "{part} in {text}");
        }
    }
    assert_eq!(rows.next().unwrap()[3].as_f64(), Some(1357.0));
    let steps = server.get_as(&staff, &format!("/api/orders/{id}")).await.expect(200, "").text;
    assert!(steps.contains(&format!("invoice {number} issued")), "{steps}");
    server.finish().await;
}

#[tokio::test]
async fn an_outlet_gets_its_own_only() {
    let server = TestServer::start().await;
    let (outlet, staff) = (server.token(Role::Outlet).await, server.token(Role::Staff).await);
    let own = place(&server, &staff, BELLA, &[("BOX-010", 100)]).await["order_id"].clone();
    let other = place(&server, &staff, KOPI, &[("BOX-010", 100)]).await["order_id"].clone();
    for kind in ["do", "invoice"] {
        download(&server, &outlet, kind, &own).await;
        let path = |id: &str| format!("/api/download_{kind}/{id}");
        server.get_as(&outlet, &path(&other.to_string())).await.expect(404, "not_found");
        server.get(&path(&own.to_string())).await.expect(401, "unauthorized");
        server.get_as(&staff, &path("99")).await.expect(404, "not_found");
        server.get_as(&staff, &path("x")).await.expect(404, "not_found");
        let number = download(&server, &staff, kind, &other).await.name;
        assert!(number.contains("-00002."), "a refused download takes no number: {number}");
    }
    server.finish().await;
}

#[tokio::test]
async fn an_order_that_is_not_accepted_has_none() {
    let server = TestServer::start().await;
    let staff = server.token(Role::Staff).await;
    // More than there is in stock.
    let held = place(&server, &staff, BELLA, &[("LID-001", 9000)]).await;
    assert_eq!(held["status"], "held");
    let path = format!("/api/download_invoice/{}", held["order_id"]);
    let refused = server.get_as(&staff, &path).await.expect(409, "conflict");
    assert_eq!(refused.json["detail"], "An order that is held has no invoice yet: confirm the order first.");
    let cancel = format!("/api/orders/{}/cancel", held["order_id"]);
    server.post_as(&staff, &cancel, &json!({})).await.expect(200, "");
    let refused = server.get_as(&staff, &path).await.expect(409, "conflict");
    assert!(refused.json["detail"].as_str().unwrap().contains("place a new order"), "{}", refused.text);

    let placed = place(&server, &staff, BELLA, &[("BOX-012", 10)]).await;
    let id = &placed["order_id"];
    let issued = download(&server, &staff, "invoice", id).await;
    server.post_as(&staff, &format!("/api/orders/{id}/cancel"), &json!({})).await.expect(200, "");
    assert_eq!(download(&server, &staff, "invoice", id).await, issued, "what was issued stays");
    server.get_as(&staff, &format!("/api/download_do/{id}")).await.expect(409, "conflict");
    server.finish().await;
}

#[tokio::test]
async fn two_at_once_get_one_number() {
    let server = TestServer::start().await;
    let staff = server.token(Role::Staff).await;
    let id = place(&server, &staff, BELLA, &[("BOX-012", 10)]).await["order_id"].clone();
    let (a, b, c) = tokio::join!(
        download(&server, &staff, "invoice", &id),
        download(&server, &staff, "invoice", &id),
        download(&server, &staff, "invoice", &id),
    );
    assert_eq!((&a, &a), (&b, &c));
    let next = place(&server, &staff, KOPI, &[("BOX-012", 10)]).await["order_id"].clone();
    let next = download(&server, &staff, "invoice", &next).await;
    assert!(a.name.ends_with("-00001.pdf") && next.name.ends_with("-00002.pdf"), "{} {}", a.name, next.name);
    let text = pdf_text(&next.bytes);
    assert!(text.contains("Prepaid") && text.contains("is due before the delivery on"), "{text}");
    server.finish().await;
}

/// Settings, prices, names and addresses change, the server restarts: what was issued is the same to the byte, and
/// what is issued from then on follows the new ones.
#[tokio::test]
async fn what_was_issued_never_changes() {
    let server = TestServer::with(|sources| {
        sources
            .flag("TRIA_COMPANY_ADDRESS", "1 Example Road | Singapore 000001")
            .flag("TRIA_COMPANY_TAX_NUMBER", "GST Reg. No. M9-0000001-1")
            .flag("TRIA_PAYMENT_DAYS", "14")
    })
    .await;
    let staff = server.token(Role::Staff).await;
    let id = place(&server, &staff, BELLA, &[("BOX-012", 100)]).await["order_id"].clone();
    let later = place(&server, &staff, BELLA, &[("BOX-012", 100)]).await["order_id"].clone();
    let before =
        (download(&server, &staff, "do", &id).await, download(&server, &staff, "invoice", &id).await);
    let text = pdf_text(&before.1.bytes);
    for part in ["TAX INVOICE", "1 Example Road Singapore 000001", "GST Reg. No. M9-0000001-1", "14 days net"]
    {
        assert!(text.contains(part), "{part} in {text}");
    }

    let dearer = "sku,name,unit_price,unit\nBOX-012,Other Box,9.99,carton\n";
    server.store.import_products(read_products(dearer.as_bytes()).unwrap().rows).await.unwrap();
    let moved = "name,address,terms\nBella Napoli - Tampines,2 Other Street,prepaid\n";
    server.store.import_outlets(read_outlets(moved.as_bytes()).unwrap().rows).await.unwrap();
    let server = server
        .restart_with(|sources| {
            sources
                .flag("TRIA_COMPANY_NAME", "Another Name")
                .flag("TRIA_COMPANY_ADDRESS", "9 New Road")
                .flag("TRIA_TIME_ZONE", "Pacific/Auckland")
                .flag("TAX_RATE", "0.10")
                .flag("TRIA_TAX_NAME", "VAT")
                .flag("TRIA_CURRENCY", "EUR")
        })
        .await;
    let after = (download(&server, &staff, "do", &id).await, download(&server, &staff, "invoice", &id).await);
    assert!(before == after, "an issued document has changed");
    // Prices and tax are those of the order all the same; whom it is for and how it is paid are today's.
    let text = pdf_text(&download(&server, &staff, "invoice", &later).await.bytes);
    for part in
        ["Another Name", "9 New Road", "VAT 9%", " 5.85", " 70.85", "0.65", "Prepaid", "2 Other Street"]
    {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(!text.contains("Other Box"), "the name as at the order: {text}");
    server.finish().await;
}
