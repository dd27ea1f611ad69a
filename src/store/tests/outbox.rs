//! Work for others.

use std::time::Duration;

use super::harness::{TestStore, plain, silent};
use crate::store::*;

const LEASE: Duration = Duration::from_mins(1);

async fn with_work(topics: &[&'static str]) -> TestStore {
    let s = TestStore::new().await;
    s.commit(Commit { outbox: topics.to_vec(), ..plain(Effect::None) }, silent()).await.unwrap();
    s
}

#[tokio::test(flavor = "multi_thread")]
async fn a_piece_of_work_is_one_workers() {
    let s = with_work(&["alert"; 20]).await;
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let store = s.store.clone();
            tokio::spawn(async move { store.claim_outbox(None, 5, LEASE).await.unwrap() })
        })
        .collect();
    let mut claimed = Vec::new();
    for task in tasks {
        claimed.extend(task.await.unwrap().into_iter().map(|item| item.id));
    }
    claimed.sort_unstable();
    assert_eq!(claimed, (1..=20).collect::<Vec<_>>());
}

#[tokio::test]
async fn work_is_claimed_done_retried_and_parked() {
    let s = with_work(&["alert", "invoice"]).await;
    assert_eq!(s.claim_outbox(Some("other"), 9, LEASE).await, Ok(vec![]));
    let item = s.claim_outbox(Some("invoice"), 9, LEASE).await.unwrap().remove(0);
    assert_eq!((item.topic.as_str(), item.attempts, item.last_error.as_deref()), ("invoice", 1, None));
    assert_eq!(s.claim_outbox(Some("invoice"), 9, LEASE).await, Ok(vec![]));

    // Failed for now: not before its time, and with the count of its tries.
    let later = jiff::Timestamp::now() + Duration::from_hours(1);
    s.retry_outbox(item.id, later, "no connection").await.unwrap();
    assert_eq!(s.claim_outbox(Some("invoice"), 9, LEASE).await, Ok(vec![]));
    s.retry_outbox(item.id, jiff::Timestamp::now(), "no connection").await.unwrap();
    let again = s.claim_outbox(Some("invoice"), 9, LEASE).await.unwrap().remove(0);
    assert_eq!((again.id, again.attempts, again.last_error.as_deref()), (item.id, 2, Some("no connection")));

    // Refused for good: for a person, who has it tried anew.
    s.park_outbox(item.id, "no such contact").await.unwrap();
    assert_eq!(s.outbox_counts().await, Ok(OutboxCounts { waiting: 1, parked: 1 }));
    assert_eq!(s.claim_outbox(Some("invoice"), 9, LEASE).await, Ok(vec![]));
    let parked = s.parked_outbox(10).await.unwrap();
    assert_eq!(parked[0].last_error.as_deref(), Some("no such contact"));
    s.unpark_outbox(item.id).await.unwrap();
    assert_eq!(s.unpark_outbox(item.id).await, Err(StoreError::NotFound));
    let anew = s.claim_outbox(Some("invoice"), 9, LEASE).await.unwrap().remove(0);
    assert_eq!((anew.id, anew.attempts), (item.id, 1));

    s.settle_outbox(item.id).await.unwrap();
    s.settle_outbox(item.id).await.unwrap();
    assert_eq!(s.outbox_counts().await, Ok(OutboxCounts { waiting: 1, parked: 0 }));
    assert_eq!(s.park_outbox(item.id, "").await, Err(StoreError::NotFound));
}

#[tokio::test]
async fn what_a_dead_worker_held_is_claimed_again() {
    let s = with_work(&["alert"]).await;
    assert_eq!(s.claim_outbox(None, 1, Duration::ZERO).await.unwrap().len(), 1);
    assert_eq!(s.claim_outbox(None, 1, LEASE).await.unwrap()[0].attempts, 2);
    let s = s.restart().await;
    assert_eq!(s.claim_outbox(None, 1, LEASE).await, Ok(vec![]), "the lease outlives a restart");
}

#[tokio::test]
async fn polling_for_nothing_writes_nothing() {
    let s = TestStore::new().await;
    let before = s.stats().batches;
    assert_eq!(s.claim_outbox(None, 10, LEASE).await, Ok(vec![]));
    assert_eq!(s.stats().batches, before);
}
