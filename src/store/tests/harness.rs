//! A store with two outlets and three products.

use std::path::Path;

use tempfile::TempDir;

use crate::domain::catalogue::ProductDetails;
use crate::domain::ids::{OutletId, ProductId, SessionId, Sku};
use crate::domain::money::{Money, TaxRate, UnitPrice};
use crate::domain::order::{NewOrder, OrderLine, OrderStatus};
use crate::domain::outlet::{OutletDetails, Terms};
use crate::domain::pricing::totals;
use crate::store::*;

pub(super) struct TestStore {
    pub(super) store: Store,
    pub(super) dir: TempDir,
}

impl std::ops::Deref for TestStore {
    type Target = Store;
    fn deref(&self) -> &Store {
        &self.store
    }
}

impl TestStore {
    /// Boxes (100 in stock), lids (1,000) and labels (not tracked).
    pub(super) async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = open(dir.path());
        fill(&store).await;
        Self { store, dir }
    }

    /// Closes and opens again, as a restart does.
    pub(super) async fn restart(self) -> Self {
        let Self { store, dir } = self;
        store.close().await;
        Self { store: open(dir.path()), dir }
    }

    pub(super) async fn stock(&self, id: ProductId) -> Option<u32> {
        let products = self.products().await.unwrap();
        products.into_iter().find(|p| p.id == id).unwrap().details.stock
    }

    pub(super) async fn place(&self, order: NewOrder) -> Outcome {
        let commit = plain(Effect::PlaceOrder { order, ticket: None, checks: PlaceChecks::default() });
        self.commit(commit, silent()).await.unwrap().0
    }
}

pub(super) fn open(dir: &Path) -> Store {
    Store::open(dir, StoreOptions::default()).unwrap()
}

pub(super) async fn fill(store: &Store) {
    let rows = vec![
        product("BOX-010", "Pizza Box 10\"", "0.45", Some(100)),
        product("LID-750", "Lid 750 ml", "0.085", Some(1000)),
        product("LAB-001", "Label", "0.02", None),
    ];
    store.import_products(rows).await.unwrap();
    store
        .import_outlets(vec![outlet("Bella Napoli - Tampines"), outlet("Bella Napoli - Bedok")])
        .await
        .unwrap();
}

pub(super) const BOXES: ProductId = ProductId(1);
pub(super) const LIDS: ProductId = ProductId(2);
pub(super) const LABELS: ProductId = ProductId(3);

pub(super) fn product(sku: &str, name: &str, price: &str, stock: Option<u32>) -> ProductDetails {
    ProductDetails {
        sku: Sku::parse(sku).unwrap(),
        name: name.to_owned(),
        description: "Kraft, brown".to_owned(),
        category: "Boxes".to_owned(),
        unit_price: UnitPrice::parse(price).unwrap(),
        unit: "piece".to_owned(),
        bundle_size: 50,
        stock,
        min_order_qty: 1,
        active: true,
        aliases: vec!["ten inch".to_owned(), "the \"small\" one".to_owned()],
    }
}

pub(super) fn outlet(name: &str) -> OutletDetails {
    OutletDetails {
        name: name.to_owned(),
        address: "1 Example Street".to_owned(),
        contact_person: "Ana".to_owned(),
        contact_number: "+65 0000 0001".to_owned(),
        whatsapp: String::new(),
        usual_order_days: vec![jiff::civil::Weekday::Tuesday, jiff::civil::Weekday::Sunday],
        terms: Terms::Credit,
        credit_limit: Some(Money::from_minor(100_000)),
        aliases: vec!["Tampines".to_owned()],
    }
}

pub(super) fn order(lines: &[(ProductId, u32)], status: OrderStatus) -> NewOrder {
    let line = |(product, quantity): &(ProductId, u32)| {
        let (sku, price) = [("BOX-010", "0.45"), ("LID-750", "0.085"), ("LAB-001", "0.02")]
            [usize::try_from(product.0 - 1).unwrap()];
        let unit_price = UnitPrice::parse(price).unwrap();
        OrderLine {
            product: *product,
            sku: Sku::parse(sku).unwrap(),
            product_name: format!("{sku} as it was called"),
            quantity: *quantity,
            unit_price,
            line_total: unit_price.times(*quantity).unwrap(),
        }
    };
    let lines: Vec<_> = lines.iter().map(line).collect();
    NewOrder {
        outlet: OutletId(1),
        outlet_name: "Bella Napoli - Tampines".to_owned(),
        totals: totals(&lines, TaxRate::parse("0.09").unwrap()).unwrap(),
        lines,
        delivery_date: jiff::civil::date(2026, 11, 26),
        is_urgent: false,
        notes: "leave at the back door".to_owned(),
        status,
        holds: Vec::new(),
        session: None,
        placed_by: "token:1".to_owned(),
    }
}

pub(super) fn plain(effect: Effect) -> Commit {
    Commit { effect, turn: None, idempotency: None, outbox: Vec::new() }
}

pub(super) fn silent() -> Finish {
    Box::new(|_| Finished { reply_text: "noted".to_owned(), ..Finished::default() })
}

pub(super) fn session(id: &str) -> SessionId {
    SessionId::parse(id).unwrap()
}

pub(super) fn turn(id: &str, owner: &str) -> TurnRecord {
    TurnRecord {
        speaks: true,
        session: session(id),
        owner: owner.to_owned(),
        user_text: "100 boxes please".to_owned(),
        language: "en".to_owned(),
    }
}
