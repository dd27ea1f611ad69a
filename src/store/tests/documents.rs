//! Documents: numbers in a row, one each, kept as they were issued.

use std::sync::Arc;

use jiff::tz::TimeZone;

use super::harness::{BOXES, LABELS, TestStore, order, outlet, product};
use crate::domain::document::DocumentKind::{self, DeliveryOrder, Invoice};
use crate::domain::ids::OrderId;
use crate::domain::order::OrderStatus::{Cancelled, Confirmed, Held, PendingReview, Picked};
use crate::store::*;

fn request(order: OrderId, kind: DocumentKind) -> DocumentRequest {
    DocumentRequest { order, kind, zone: TimeZone::UTC, by: "local".to_owned(), logo: None }
}

/// Facts that tell what they were made from.
fn told(basis: &DocumentBasis) -> Result<String, serde_json::Error> {
    let units = basis.units.join(",");
    let (outlet, status) = (&basis.outlet.details.address, basis.order.order.status.as_str());
    serde_json::to_string(&serde_json::json!({ "units": units, "address": outlet, "status": status }))
}

impl TestStore {
    async fn issue(&self, order: OrderId, kind: DocumentKind) -> Result<IssuedDocument, StoreError> {
        self.issue_document(request(order, kind), Box::new(told)).await
    }

    async fn confirmed(&self) -> OrderId {
        self.place(order(&[(LABELS, 5), (BOXES, 1)], Confirmed)).await.order.unwrap().id
    }
}

#[tokio::test]
async fn each_kind_counts_without_gaps() {
    let s = TestStore::new().await;
    let (first, second, held) = (s.confirmed().await, s.confirmed().await, s.confirmed().await);
    s.change_order(held, Held, "local".to_owned(), String::new()).await.unwrap();
    assert_eq!(s.issue(second, Invoice).await.unwrap().number.count, 1);
    // What is refused takes no number.
    assert!(s.issue(held, Invoice).await.is_err());
    assert_eq!(s.issue(first, Invoice).await.unwrap().number.count, 2);
    assert_eq!(s.issue(first, DeliveryOrder).await.unwrap().number.count, 1);
    assert_eq!(s.issue(OrderId(99), Invoice).await, Err(StoreError::NotFound));
    s.change_order(held, Confirmed, "local".to_owned(), String::new()).await.unwrap();
    assert_eq!(s.issue(held, Invoice).await.unwrap().number.count, 3);
    assert_eq!(s.issue(second, Invoice).await.unwrap().number.count, 1, "the one it has");
    let today = jiff::Timestamp::now().to_zoned(TimeZone::UTC).strftime("%Y%m%d").to_string();
    let number = s.issue(first, Invoice).await.unwrap().number.to_string();
    assert_eq!(number, format!("INV-{today}-00002"));
    let events = s.order_events(first).await.unwrap();
    assert!(events.iter().any(|event| event.note == format!("invoice {number} issued")), "{events:?}");
}

#[tokio::test]
async fn only_accepted_orders_get_documents() {
    let s = TestStore::new().await;
    for status in [Held, PendingReview] {
        let id = s.place(order(&[(LABELS, 5)], status)).await.order.unwrap().id;
        assert_eq!(s.issue(id, Invoice).await, Err(StoreError::NotIssued { kind: Invoice, status }));
    }
    let id = s.confirmed().await;
    let invoice = s.issue(id, Invoice).await.unwrap();
    s.change_order(id, Picked, "local".to_owned(), String::new()).await.unwrap();
    s.change_order(id, Cancelled, "local".to_owned(), String::new()).await.unwrap();
    let refusal = StoreError::NotIssued { kind: DeliveryOrder, status: Cancelled };
    assert_eq!(s.issue(id, DeliveryOrder).await, Err(refusal));
    assert_eq!(s.issue(id, Invoice).await, Ok(invoice), "what was issued is still there");
}

#[tokio::test(flavor = "multi_thread")]
async fn asked_for_at_once_it_is_issued_once() {
    let s = Arc::new(TestStore::new().await);
    let id = s.confirmed().await;
    let tasks: Vec<_> = (0..16)
        .map(|_| {
            let s = Arc::clone(&s);
            tokio::spawn(async move { s.issue(id, Invoice).await.unwrap() })
        })
        .collect();
    let mut found = Vec::new();
    for task in tasks {
        found.push(task.await.unwrap());
    }
    assert!(found.iter().all(|document| *document == found[0] && document.number.count == 1));
    assert_eq!(s.issue(s.confirmed().await, Invoice).await.unwrap().number.count, 2);
}

#[tokio::test]
async fn what_was_issued_stays_as_it_was() {
    let s = TestStore::new().await;
    let id = s.confirmed().await;
    let picture: Arc<[u8]> = Arc::from(&b"a picture"[..]);
    let with_logo = DocumentRequest { logo: Some(picture.clone()), ..request(id, Invoice) };
    let issued = s.issue_document(with_logo.clone(), Box::new(told)).await.unwrap();
    let expected = r#"{"address":"1 Example Street","status":"confirmed","units":"piece,piece"}"#;
    assert_eq!((issued.facts_json.as_str(), issued.logo.as_deref()), (expected, Some(&picture[..])));
    let mut renamed = outlet("Bella Napoli - Tampines");
    renamed.address = "2 Other Street".to_owned();
    s.import_outlets(vec![renamed]).await.unwrap();
    let mut repacked = product("LAB-001", "Label", "9.99", None);
    repacked.unit = "roll".to_owned();
    s.import_products(vec![repacked]).await.unwrap();
    let s = s.restart().await;
    assert_eq!(s.issue(id, Invoice).await, Ok(issued));
    // The same picture is kept once.
    let other = DocumentRequest { kind: DeliveryOrder, ..with_logo };
    assert_eq!(s.issue_document(other, Box::new(told)).await.unwrap().logo.as_deref(), Some(&picture[..]));
    let kept: u32 = s
        .write(|conn| Ok(conn.query_row("SELECT count(*) FROM document_logos", [], |row| row.get(0))?))
        .await
        .unwrap();
    assert_eq!(kept, 1);
}

#[tokio::test]
async fn nothing_rewrites_a_document() {
    let s = TestStore::new().await;
    let id = s.confirmed().await;
    let logo = Some(Arc::from(&b"a picture"[..]));
    let issued =
        s.issue_document(DocumentRequest { logo, ..request(id, Invoice) }, Box::new(told)).await.unwrap();
    for sql in [
        "UPDATE documents SET facts_json = '{}'",
        "DELETE FROM documents",
        "UPDATE document_logos SET bytes = x'00'",
        "DELETE FROM document_logos",
        "INSERT INTO documents SELECT 9, kind, 7, day, 2, issued_at, issued_by, facts_json, NULL FROM documents",
        "INSERT INTO documents SELECT 9, kind, 2, day, order_id, issued_at, issued_by, facts_json, NULL FROM documents",
    ] {
        let refused = s.write(move |conn| Ok(conn.execute_batch(sql)?)).await;
        assert!(matches!(refused, Err(StoreError::Internal(_))), "{sql}: {refused:?}");
    }
    assert_eq!(s.document(id, Invoice).await, Ok(Some(issued)));
}
