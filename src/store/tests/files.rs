//! Files: the lock, rights, old and newer and damaged databases.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::harness::{BOXES, LABELS, TestStore, open, order, session, turn};
use crate::domain::document::DocumentKind;
use crate::domain::ids::{OrderId, OutletId};
use crate::domain::order::OrderStatus::{Cancelled, Confirmed};
use crate::domain::principal::Role;
use crate::store::{migrations, *};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// Nobody but the owner reads customers' data.
#[tokio::test]
async fn files_are_the_owners_alone() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("deep").join("data");
    let store = open(&folder);
    super::harness::fill(&store).await;
    assert_eq!(mode(&folder), 0o700);
    for file in ["tria.db", "tria.db-wal", "tria.db-shm", "tria.lock"] {
        assert_eq!(mode(&folder.join(file)), 0o600, "{file}");
    }
    assert!(store.size_bytes() > 4096);
}

#[tokio::test]
async fn a_second_server_is_refused_with_the_firsts_number() {
    let s = TestStore::new().await;
    let Err(error) = Store::open(s.dir.path(), StoreOptions::default()) else { panic!("two servers") };
    assert!(
        matches!(&error, OpenError::Locked { pid, .. } if *pid == std::process::id().to_string()),
        "{error}"
    );
    assert!(error.to_string().contains("stop it first"), "{error}");

    // A command beside the server reads and writes.
    let beside = Store::open(s.dir.path(), StoreOptions::shared()).unwrap();
    assert_eq!(beside.products().await.unwrap().len(), 3);
    let version = s.catalogue_version();
    beside.import_products(vec![super::harness::product("NEW-1", "New", "1", None)]).await.unwrap();
    assert_eq!(s.products().await.unwrap().len(), 4);
    assert_eq!(s.catalogue_version(), version);
    assert_eq!(s.refresh_catalogue_version().await, Ok(version + 1));
    assert_eq!(s.catalogue_version(), version + 1);
    beside.close().await;
    s.place(order(&[(BOXES, 1)], Confirmed)).await;
    // The lock is free as soon as the server has closed.
    s.restart().await;
}

/// Two processes that write at the same time wait for one another instead of failing.
#[tokio::test(flavor = "multi_thread")]
async fn a_command_and_the_server_write_at_once() {
    let s = TestStore::new().await;
    let beside = Store::open(s.dir.path(), StoreOptions::shared()).unwrap();
    let tasks: Vec<_> = [s.store.clone(), beside]
        .into_iter()
        .map(|store| {
            tokio::spawn(async move {
                for _ in 0..50 {
                    let effect = Effect::PlaceOrder {
                        order: order(&[(BOXES, 1)], Confirmed),
                        ticket: None,
                        checks: PlaceChecks::default(),
                    };
                    store.commit(super::harness::plain(effect), super::harness::silent()).await.unwrap();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(s.stock(BOXES).await, Some(0));
}

#[tokio::test]
async fn dropping_every_clone_frees_the_lock() {
    let TestStore { store, dir } = TestStore::new().await;
    drop(store.clone());
    assert!(matches!(Store::open(dir.path(), StoreOptions::default()), Err(OpenError::Locked { .. })));
    drop(store);
    let start = std::time::Instant::now();
    while let Err(error) = Store::open(dir.path(), StoreOptions::default()) {
        assert!(matches!(error, OpenError::Locked { .. }), "{error}");
        assert!(start.elapsed().as_secs() < 10, "its threads are still there");
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_database_elsewhere() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("other").join("shop.sqlite");
    let options = || StoreOptions { file: Some(file.clone()), ..StoreOptions::default() };
    let store = Store::open(&dir.path().join("data"), options()).unwrap();
    assert_eq!(store.path(), file);
    assert!(matches!(Store::open(&dir.path().join("data2"), options()), Err(OpenError::Locked { .. })));
}

async fn closed_database() -> (tempfile::TempDir, PathBuf) {
    let TestStore { store, dir } = TestStore::new().await;
    for n in 0..20 {
        let mut new = order(&[(LABELS, n + 1)], Confirmed);
        new.notes = "note ".repeat(200);
        let effect = Effect::PlaceOrder { order: new, ticket: None, checks: PlaceChecks::default() };
        store.commit(super::harness::plain(effect), super::harness::silent()).await.unwrap();
    }
    store.close().await;
    let path = dir.path().join("tria.db");
    (dir, path)
}

#[tokio::test]
async fn a_newer_schema_is_refused_and_left_alone() {
    let (dir, path) = closed_database().await;
    let conn = rusqlite::Connection::open(&path).unwrap();
    conn.pragma_update(None, "user_version", 1000).unwrap();
    conn.close().unwrap();
    let before = fs::read(&path).unwrap();
    let Err(error) = Store::open(dir.path(), StoreOptions::default()) else { panic!("opened") };
    assert!(matches!(error, OpenError::NewerSchema { found: 1000, .. }), "{error}");
    assert_eq!(fs::read(&path).unwrap(), before);
    // The refusal holds no lock.
    assert!(matches!(Store::open(dir.path(), StoreOptions::default()), Err(OpenError::NewerSchema { .. })));
}

/// A page overwritten, the end cut off, no database at all, another program's: none is served from.
#[tokio::test]
async fn a_damaged_file_is_refused() {
    let check = async |damage: fn(&Path)| {
        let (dir, path) = closed_database().await;
        damage(&path);
        let Err(error) = Store::open(dir.path(), StoreOptions::default()) else { panic!("opened") };
        assert!(matches!(error, OpenError::Damaged(_)), "{error}");
        assert!(error.to_string().contains("restore a backup"), "{error}");
    };
    check(|path| {
        let mut bytes = fs::read(path).unwrap();
        let middle = bytes.len() / 2 / 4096 * 4096;
        bytes[middle..middle + 4096].fill(0xA5);
        fs::write(path, bytes).unwrap();
    })
    .await;
    check(|path| {
        let bytes = fs::read(path).unwrap();
        fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
    })
    .await;
    check(|path| {
        fs::write(path, "no database, but a text that is long enough to look like one".repeat(20)).unwrap();
    })
    .await;
    check(|path| {
        fs::remove_file(path).unwrap();
        rusqlite::Connection::open(path).unwrap().execute_batch("CREATE TABLE theirs (x)").unwrap();
    })
    .await;
}

/// Facts of an invoice as schema 4 was made for.
const DOCUMENT_FACTS: &str = include_str!("../../../tests/data/document-facts-1.json");

fn fixture(schema: i64) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/store-schema-{schema}.db"))
}

/// Files that earlier versions wrote stay in `tests/data` for ever, and open with what they held.
#[tokio::test]
async fn old_databases_open() {
    for schema in migrations::numbers() {
        let dir = tempfile::tempdir().unwrap();
        fs::copy(fixture(schema), dir.path().join("tria.db")).unwrap();
        let store = open(dir.path());
        assert_eq!(store.integrity_check().await, Ok(vec![]));
        let placed = store.order(OrderId(1)).await.unwrap().unwrap();
        assert_eq!((placed.order.status, placed.order.lines.len()), (Confirmed, 2));
        assert_eq!(placed.order.totals.total.minor(), 2954);
        assert_eq!(store.messages(&session("s-1"), 10).await.unwrap().len(), 2);
        assert_eq!(store.tokens().await.unwrap()[0].name, "till");
        assert_eq!(store.outlet_history(OutletId(2)).await.unwrap().order_count, 1);
        assert_eq!(store.outbox_counts().await, Ok(OutboxCounts { waiting: 1, parked: 0 }));
        if schema >= 4 {
            let invoice = store.document(OrderId(1), DocumentKind::Invoice).await.unwrap().unwrap();
            assert_eq!((invoice.number.count, invoice.facts_json.as_str()), (1, DOCUMENT_FACTS.trim_end()));
        }
        store.change_order(OrderId(1), Cancelled, "local".to_owned(), String::new()).await.unwrap();
        assert_eq!(store.products().await.unwrap()[0].details.stock, Some(100));
        store.close().await;
    }
}

/// Makes the file of the present schema. Run once per schema, then never again for it:
/// `cargo test --lib writes_the_old_database -- --ignored`
#[tokio::test]
#[ignore = "makes a file of tests/data"]
async fn writes_the_old_database() {
    let s = TestStore::new().await;
    let mut new = order(&[(BOXES, 60), (LABELS, 5)], Confirmed);
    new.session = Some(session("s-1"));
    let commit = Commit {
        effect: Effect::PlaceOrder { order: new, ticket: None, checks: PlaceChecks::default() },
        turn: Some(turn("s-1", "token:1")),
        idempotency: None,
        outbox: vec!["order_placed"],
    };
    s.commit(commit, super::harness::silent()).await.unwrap();
    s.place(order(&[(BOXES, 600)], Confirmed)).await;
    s.import_history(vec![super::catalogue::past(
        "R-1",
        "Bella Napoli - Bedok",
        "2026-05-01T00:00:00Z",
        &[("BOX-010", 9)],
    )])
    .await
    .unwrap();
    s.create_token("till", Role::Channel, None).await.unwrap();
    let request = DocumentRequest {
        order: OrderId(1),
        kind: DocumentKind::Invoice,
        zone: jiff::tz::TimeZone::UTC,
        by: "local".to_owned(),
        logo: None,
    };
    let make: MakeFacts = Box::new(|_| Ok(DOCUMENT_FACTS.trim_end().to_owned()));
    s.issue_document(request, make).await.unwrap();
    let (TestStore { store, dir }, target) = (s, fixture(migrations::KNOWN));
    store.close().await;
    assert!(!target.exists(), "{} is kept for ever", target.display());
    // Small pages, because most tables hold a row or two; and the journal mode that lets the size change.
    let conn = rusqlite::Connection::open(dir.path().join("tria.db")).unwrap();
    conn.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(())).unwrap();
    conn.execute_batch("PRAGMA page_size = 512; VACUUM").unwrap();
    conn.close().unwrap();
    fs::copy(dir.path().join("tria.db"), target).unwrap();
}
