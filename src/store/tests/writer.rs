//! The writer: groups, savepoints, and what happens when something goes wrong.

use std::sync::mpsc;

use super::harness::{BOXES, TestStore, order, plain, session, silent, turn};
use crate::domain::order::OrderStatus::Confirmed;
use crate::store::*;

/// Keeps the writer busy until the returned sender is dropped, so that what is sent meanwhile is one batch.
async fn hold(store: &Store) -> mpsc::Sender<()> {
    let (started, has_started) = tokio::sync::oneshot::channel();
    let (release, released) = mpsc::channel::<()>();
    let store = store.clone();
    tokio::spawn(async move {
        let work = move |_: &rusqlite::Connection| {
            started.send(()).unwrap();
            let _released = released.recv();
            Ok(())
        };
        store.write(work).await
    });
    has_started.await.unwrap();
    release
}

/// Sends all at once behind a held writer, so that they share a transaction; returns what each got.
async fn together(s: &TestStore, commits: Vec<Commit>) -> Vec<Result<Outcome, StoreError>> {
    let release = hold(s).await;
    let wanted = u64::try_from(commits.len()).unwrap();
    let tasks: Vec<_> = commits
        .into_iter()
        .map(|commit| {
            let store = s.store.clone();
            tokio::spawn(async move { store.commit(commit, silent()).await.map(|(outcome, _)| outcome) })
        })
        .collect();
    while s.queue_depth() < wanted {
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    drop(release);
    let mut results = Vec::new();
    for task in tasks {
        results.push(task.await.unwrap());
    }
    results
}

fn boxes(units: u32) -> Commit {
    plain(Effect::PlaceOrder {
        order: order(&[(BOXES, units)], Confirmed),
        ticket: None,
        checks: PlaceChecks::default(),
    })
}

fn message(text: String) -> Commit {
    Commit { turn: Some(TurnRecord { user_text: text, ..turn("s-1", "a") }), ..plain(Effect::None) }
}

#[tokio::test]
async fn what_waits_is_one_transaction() {
    let s = TestStore::new().await;
    let before = s.stats();
    let results = together(&s, (0..50).map(|_| boxes(1)).collect()).await;
    assert!(results.iter().all(Result::is_ok));
    let after = s.stats();
    // One that held the writer, one for all that waited.
    assert_eq!((after.batches - before.batches, after.operations - before.operations), (2, 51));
    assert_eq!((after.largest_batch, after.queue_depth), (50, 0));
}

#[tokio::test]
async fn one_that_fails_leaves_the_others() {
    let s = TestStore::new().await;
    let bad = plain(Effect::PlaceOrder {
        order: order(&[], Confirmed),
        ticket: None,
        checks: PlaceChecks::default(),
    });
    let mut foreign = order(&[(BOXES, 1)], Confirmed);
    foreign.outlet = crate::domain::ids::OutletId(99);
    let foreign = plain(Effect::PlaceOrder { order: foreign, ticket: None, checks: PlaceChecks::default() });
    let results = together(&s, vec![boxes(1), bad, boxes(2), foreign, boxes(3)]).await;
    let outcomes: Vec<_> = results.iter().map(Result::is_ok).collect();
    assert_eq!(outcomes, [true, false, true, false, true]);
    assert!(matches!(results[3], Err(StoreError::Internal(_))), "an unknown outlet is a broken reference");
    assert_eq!(s.stock(BOXES).await, Some(94));
    assert_eq!(s.orders(OrderFilter::default()).await.unwrap().len(), 3);
    assert_eq!(s.stats().failed, 2);
}

#[tokio::test]
async fn a_panic_is_one_operations_own() {
    let s = TestStore::new().await;
    let result = s.commit(boxes(1), Box::new(|_| panic!("no reply"))).await;
    assert_eq!(result.unwrap_err(), StoreError::Internal("panicked: no reply".to_owned()));
    assert_eq!(s.stock(BOXES).await, Some(100));
    s.commit(boxes(1), silent()).await.unwrap();
    let read = s.read(|_| -> Result<(), StoreError> { panic!("no answer") }).await;
    assert_eq!(read, Err(StoreError::Closed));
    s.ping().await.unwrap();
}

/// A reference left broken until the end makes COMMIT itself fail: nobody may be told that it worked.
#[tokio::test]
async fn a_failed_commit_fails_all_of_it() {
    let s = TestStore::new().await;
    let release = hold(&s).await;
    let store = s.store.clone();
    let good = tokio::spawn(async move { store.commit(boxes(1), silent()).await });
    while s.queue_depth() < 1 {
        tokio::task::yield_now().await;
    }
    let store = s.store.clone();
    let bad = tokio::spawn(async move {
        let sql = "PRAGMA defer_foreign_keys = ON;
                   INSERT INTO order_events (order_id, at, status, by_scope, note) VALUES (999, 0, 'held', '', '')";
        store.write(move |conn| Ok(conn.execute_batch(sql)?)).await
    });
    while s.queue_depth() < 2 {
        tokio::task::yield_now().await;
    }
    drop(release);
    assert!(matches!(good.await.unwrap(), Err(StoreError::Internal(_))));
    assert!(matches!(bad.await.unwrap(), Err(StoreError::Internal(_))));
    assert_eq!(s.orders(OrderFilter::default()).await.unwrap(), []);
    s.commit(boxes(1), silent()).await.unwrap();
}

#[tokio::test]
async fn a_full_queue_says_so_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), StoreOptions { queue: 2, ..StoreOptions::default() }).unwrap();
    let release = hold(&store).await;
    let waiting: Vec<_> = (0..2)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move { store.commit(message("hello".to_owned()), silent()).await })
        })
        .collect();
    while store.queue_depth() < 2 {
        tokio::task::yield_now().await;
    }
    assert_eq!(store.commit(plain(Effect::None), silent()).await.unwrap_err(), StoreError::Busy);
    assert_eq!((store.stats().busy, store.queue_depth()), (1, 2));
    drop(release);
    for task in waiting {
        task.await.unwrap().unwrap();
    }
}

/// `max_page_count` makes the engine itself report a full disk, at the same place where a real one does.
#[tokio::test]
async fn a_full_disk_loses_nothing_that_was_answered() {
    let s = TestStore::new().await;
    let limit = |pages: i64| {
        s.write(move |conn| {
            Ok(conn.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()))?)
        })
    };
    s.commit(message("before".to_owned()), silent()).await.unwrap();
    limit(1).await.unwrap(); // SQLite takes the present size when that is more.
    let results = together(&s, vec![boxes(1), message("x".repeat(100_000)), boxes(2)]).await;
    assert_eq!(results[1], Err(StoreError::DiskFull));
    let kept = s.orders(OrderFilter::default()).await.unwrap().len();
    assert_eq!(kept, results.iter().filter(|r| r.is_ok()).count());
    limit(1_000_000).await.unwrap();
    s.commit(message("after".to_owned()), silent()).await.unwrap();
    let s = s.restart().await;
    let messages = s.messages(&session("s-1"), 10).await.unwrap();
    let asked: Vec<_> =
        messages.iter().filter(|m| m.role == MessageRole::User).map(|m| m.text.as_str()).collect();
    assert_eq!(asked, ["before", "after"]);
    assert_eq!(s.orders(OrderFilter::default()).await.unwrap().len(), kept);
    assert_eq!(s.integrity_check().await, Ok(vec![]));
}

#[tokio::test]
async fn closing_finishes_what_waits() {
    let s = TestStore::new().await;
    let release = hold(&s).await;
    let store = s.store.clone();
    let waiting = tokio::spawn(async move { store.commit(boxes(1), silent()).await });
    while s.queue_depth() < 1 {
        tokio::task::yield_now().await;
    }
    let TestStore { store, dir } = s;
    let clone = store.clone();
    let closing = tokio::spawn(store.close());
    while clone.ping().await.is_ok() {
        tokio::task::yield_now().await;
    }
    assert_eq!(clone.commit(boxes(1), silent()).await.unwrap_err(), StoreError::Closed);
    assert_eq!(clone.products().await.unwrap_err(), StoreError::Closed);
    drop(release);
    closing.await.unwrap();
    waiting.await.unwrap().unwrap();
    assert!(!dir.path().join("tria.db-wal").exists(), "the log is part of the file now");
    let store = super::harness::open(dir.path());
    assert_eq!(store.orders(OrderFilter::default()).await.unwrap().len(), 1);
}

/// Not a test: what a commit costs here. `cargo test --lib how_fast -- --ignored --nocapture`
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement"]
async fn how_fast() {
    let s = TestStore::new().await;
    for clients in [1_u32, 8, 64, 256] {
        let (before, start) = (s.stats(), std::time::Instant::now());
        let tasks: Vec<_> = (0..clients)
            .map(|n| {
                let store = s.store.clone();
                tokio::spawn(async move {
                    for _ in 0..(2048 / clients) {
                        let mut commit = plain(Effect::PlaceOrder {
                            order: order(&[(super::harness::LABELS, 5)], Confirmed),
                            ticket: None,
                            checks: PlaceChecks::default(),
                        });
                        commit.turn = Some(turn(&format!("s-{n}"), "a"));
                        store.commit(commit, silent()).await.unwrap();
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        let (took, after) = (start.elapsed(), s.stats());
        let batches = after.batches - before.batches;
        println!(
            "{clients} at once: {:.0} turns with an order a second, {batches} commits",
            2048.0 / took.as_secs_f64()
        );
    }
    let start = std::time::Instant::now();
    for n in 1..=5000 {
        s.order(crate::domain::ids::OrderId(n)).await.unwrap().unwrap();
    }
    println!("reading an order: {:?}", start.elapsed() / 5000);
    let start = std::time::Instant::now();
    for _ in 0..1000 {
        s.authenticate("tria_0000").await.unwrap();
    }
    println!("looking a token up: {:?}", start.elapsed() / 1000);
}
