//! Products, outlets and what was ordered before.

use super::harness::{BOXES, LIDS, TestStore, order, outlet, product};
use crate::domain::ids::{OutletId, Sku};
use crate::domain::money::UnitPrice;
use crate::domain::order::OrderStatus::{Confirmed, Delivered, Held};
use crate::store::*;

pub(super) fn past(order_ref: &str, outlet: &str, at: &str, lines: &[(&str, u32)]) -> HistoryOrder {
    let line = |(sku, quantity): &(&str, u32)| HistoryLine {
        sku: Sku::parse(sku).unwrap(),
        quantity: *quantity,
        unit_price: UnitPrice::parse("0.40").unwrap(),
    };
    HistoryOrder {
        order_ref: order_ref.to_owned(),
        outlet: outlet.to_owned(),
        ordered_at: at.parse().unwrap(),
        lines: lines.iter().map(line).collect(),
    }
}

#[tokio::test]
async fn an_import_adds_changes_and_leaves() {
    let s = TestStore::new().await;
    let version = s.catalogue_version();
    let check = async |rows, expected: (usize, usize, usize)| {
        let counts = s.import_products(rows).await.unwrap();
        assert_eq!((counts.added, counts.updated, counts.unchanged), expected);
    };
    let same = product("BOX-010", "Pizza Box 10\"", "0.45", Some(100));
    check(vec![same.clone()], (0, 0, 1)).await;
    assert_eq!(s.catalogue_version(), version, "nothing changed");
    let dearer = product("BOX-010", "Pizza Box 10\"", "0.47", Some(90));
    check(vec![dearer.clone(), product("BAG-1", "Bag", "0.1", None)], (1, 1, 0)).await;
    assert_eq!(s.catalogue_version(), version + 1);
    let products = s.products().await.unwrap();
    assert_eq!(products.len(), 4);
    assert_eq!((products[0].id, &products[0].details), (BOXES, &dearer));

    let mut moved = outlet("Bella Napoli - Bedok");
    moved.address = "2 Example Street".to_owned();
    moved.credit_limit = None;
    let counts = s.import_outlets(vec![outlet("Bella Napoli - Tampines"), moved.clone()]).await.unwrap();
    assert_eq!((counts.added, counts.updated, counts.unchanged), (0, 1, 1));
    assert_eq!(s.outlets().await.unwrap()[1].details, moved);
    let s = s.restart().await;
    assert_eq!(s.catalogue_version(), version + 2);
}

#[tokio::test]
async fn past_orders_come_in_once_and_tell_what_is_usual() {
    let s = TestStore::new().await;
    let bedok = "Bella Napoli - Bedok";
    let rows = vec![
        past("R-1", bedok, "2026-05-01T00:00:00Z", &[("BOX-010", 100), ("LID-750", 10)]),
        past("R-3", bedok, "2026-07-01T00:00:00Z", &[("BOX-010", 50), ("BOX-010", 150)]),
        past("R-2", bedok, "2026-06-01T00:00:00Z", &[("BOX-010", 300)]),
    ];
    let counts = s.import_history(rows.clone()).await.unwrap();
    assert_eq!((counts.added, counts.unchanged), (3, 0));
    let counts = s.import_history(rows).await.unwrap();
    assert_eq!((counts.added, counts.unchanged), (0, 3));
    assert_eq!(s.stock(BOXES).await, Some(100), "the past takes no stock");

    let history = s.outlet_history(OutletId(2)).await.unwrap();
    assert_eq!(history.order_count, 3);
    // Of the orders that contain it: 100, 50 + 150, 300; lids only once.
    assert_eq!((history.usual[&BOXES], history.usual[&LIDS]), (200.0, 10.0));
    let last = history.last_order.unwrap();
    assert_eq!(last.placed_at, "2026-07-01T00:00:00Z".parse().unwrap(), "by time, not by row");
    assert_eq!((last.order.status, last.order.lines.len()), (Delivered, 2));
    assert_eq!(last.order.totals.total.minor(), 8000);
    assert_eq!(s.order_events(last.id).await.unwrap().len(), 1);

    // One that waits for a person is not yet usual.
    let mut held = order(&[(BOXES, 9000)], Held);
    held.outlet = OutletId(2);
    s.place(held).await;
    assert_eq!(s.outlet_history(OutletId(2)).await.unwrap().order_count, 3);
    let mut new = order(&[(LIDS, 30)], Confirmed);
    new.outlet = OutletId(2);
    s.place(new).await;
    let history = s.outlet_history(OutletId(2)).await.unwrap();
    assert_eq!((history.order_count, history.usual[&LIDS]), (4, 20.0));
    assert_eq!(s.outlet_history(OutletId(1)).await.unwrap(), OutletHistory::default());
}

#[tokio::test]
async fn a_bad_row_of_the_past_keeps_all_out() {
    let s = TestStore::new().await;
    let good = past("R-1", "Bella Napoli - Bedok", "2026-05-01T00:00:00Z", &[("BOX-010", 1)]);
    let check = async |bad: HistoryOrder, expected: &str| {
        let error = s.import_history(vec![good.clone(), bad]).await.unwrap_err();
        assert_eq!(error, StoreError::Refused(expected.to_owned()));
        assert_eq!(s.orders(OrderFilter::default()).await.unwrap(), []);
    };
    let day = "2026-05-01T00:00:00Z";
    check(past("R-2", "Nowhere", day, &[("BOX-010", 1)]), "order R-2: no outlet is called `Nowhere`").await;
    check(
        past("R-2", "Bella Napoli - Bedok", day, &[("NO-SUCH", 1)]),
        "order R-2: no product has the SKU `NO-SUCH`",
    )
    .await;
    check(past("R-2", "Bella Napoli - Bedok", day, &[]), "order R-2: it has no lines").await;
}
