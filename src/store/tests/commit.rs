//! One turn, one transaction: messages, state, keys, erasure.

use super::harness::{BOXES, TestStore, order, plain, session, silent, turn};
use crate::domain::escalation::{EscalationReason, NewTicket, Tier};
use crate::domain::ids::IdempotencyKey;
use crate::domain::order::OrderStatus::{Cancelled, Confirmed};
use crate::store::*;

fn key(scope: &str, key: &str) -> IdempotencyRecord {
    IdempotencyRecord {
        scope: scope.to_owned(),
        key: IdempotencyKey::parse(key).unwrap(),
        body_hash: [7; 32],
    }
}

fn whole_turn() -> Commit {
    let mut new = order(&[(BOXES, 10)], Confirmed);
    new.session = Some(session("s-1"));
    Commit {
        effect: Effect::PlaceOrder { order: new, ticket: None, checks: PlaceChecks::default() },
        turn: Some(turn("s-1", "token:1")),
        idempotency: Some(key("token:1", "k-1")),
        outbox: vec!["order_placed"],
    }
}

fn reply() -> Finish {
    Box::new(|outcome| {
        let id = outcome.order.as_ref().unwrap().id;
        Finished {
            reply_text: format!("Order {id} is placed."),
            reply_json: format!("{{\"order_id\":{id}}}"),
            state_json: "{\"last\":1}".to_owned(),
        }
    })
}

#[tokio::test]
async fn all_of_a_turn_is_kept() {
    let s = TestStore::new().await;
    let (outcome, finished) = s.commit(whole_turn(), reply()).await.unwrap();
    let id = outcome.order.unwrap().id;
    assert_eq!(finished.reply_text, format!("Order {id} is placed."));
    let s = s.restart().await;
    let record = s.session(&session("s-1")).await.unwrap().unwrap();
    assert_eq!(
        (record.owner.as_str(), record.language.as_str(), record.state_json.as_str()),
        ("token:1", "en", "{\"last\":1}")
    );
    assert!(record.created_at <= record.updated_at);
    let messages = s.messages(&session("s-1"), 10).await.unwrap();
    let texts: Vec<_> = messages.iter().map(|m| (m.role, m.text.as_str(), m.meta_json.as_deref())).collect();
    let json = format!("{{\"order_id\":{id}}}");
    assert_eq!(
        texts,
        [
            (MessageRole::User, "100 boxes please", None),
            (MessageRole::Assistant, finished.reply_text.as_str(), Some(json.as_str())),
        ]
    );
    let stored = s.idempotent_reply("token:1", &key("", "k-1").key).await.unwrap().unwrap();
    assert_eq!(stored, StoredReply { body_hash: [7; 32], reply_json: json });
    let work = s.claim_outbox(None, 10, std::time::Duration::from_mins(1)).await.unwrap();
    assert_eq!(work.len(), 1);
    let payload: serde_json::Value = serde_json::from_str(&work[0].payload_json).unwrap();
    assert_eq!(payload, serde_json::json!({ "order_id": id.0, "ticket_id": null, "session_id": "s-1" }));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_key_is_one_order() {
    let s = TestStore::new().await;
    let tasks: Vec<_> = (0..32)
        .map(|_| {
            let store = s.store.clone();
            tokio::spawn(async move { store.commit(whole_turn(), reply()).await })
        })
        .collect();
    let mut done = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => done += 1,
            Err(error) => assert_eq!(error, StoreError::AlreadyDone),
        }
    }
    assert_eq!(done, 1);
    assert_eq!(s.stock(BOXES).await, Some(90));
    assert_eq!(s.messages(&session("s-1"), 100).await.unwrap().len(), 2);
    // The same key of somebody else is another key.
    assert_eq!(s.idempotent_reply("token:2", &key("", "k-1").key).await.unwrap(), None);
    let other = Commit { idempotency: Some(key("token:2", "k-1")), turn: None, ..whole_turn() };
    s.commit(other, reply()).await.unwrap();
    assert_eq!(s.stock(BOXES).await, Some(80));
}

#[tokio::test]
async fn a_failed_commit_leaves_its_key_free() {
    let s = TestStore::new().await;
    let mut commit = whole_turn();
    commit.effect = Effect::ChangeOrder {
        id: crate::domain::ids::OrderId(1),
        to: Cancelled,
        by: "token:1".to_owned(),
        note: String::new(),
    };
    assert_eq!(s.commit(commit, reply()).await.unwrap_err(), StoreError::NotFound);
    assert_eq!(s.session(&session("s-1")).await.unwrap(), None);
    s.commit(whole_turn(), reply()).await.unwrap();
}

#[tokio::test]
async fn a_conversation_is_its_owners() {
    let s = TestStore::new().await;
    s.commit(whole_turn(), reply()).await.unwrap();
    let mut foreign = whole_turn();
    foreign.turn = Some(turn("s-1", "token:2"));
    foreign.idempotency = None;
    assert_eq!(s.commit(foreign, reply()).await.unwrap_err(), StoreError::NotFound);
    assert_eq!(s.stock(BOXES).await, Some(90));
    assert_eq!(s.messages(&session("s-1"), 10).await.unwrap().len(), 2);
}

#[tokio::test]
async fn the_newest_messages_in_the_order_they_were_written() {
    let s = TestStore::new().await;
    for n in 0..4 {
        let commit = Commit {
            effect: Effect::None,
            turn: Some(TurnRecord { user_text: format!("question {n}"), ..turn("s-1", "a") }),
            idempotency: None,
            outbox: vec![],
        };
        let finish = move |_: &Outcome| Finished { reply_text: format!("answer {n}"), ..Finished::default() };
        s.commit(commit, Box::new(finish)).await.unwrap();
    }
    let messages = s.messages(&session("s-1"), 3).await.unwrap();
    let texts: Vec<_> = messages.iter().map(|m| m.text.as_str()).collect();
    assert_eq!(texts, ["answer 2", "question 3", "answer 3"]);
}

#[tokio::test]
async fn an_erased_conversation_is_gone_everywhere() {
    let s = TestStore::new().await;
    let mut commit = whole_turn();
    if let Effect::PlaceOrder { ticket, .. } = &mut commit.effect {
        *ticket = Some(NewTicket {
            silences: false,
            session: Some(session("s-1")),
            tier: Tier::Agent,
            reason: EscalationReason::CustomerRequest,
            summary: "wants to talk".to_owned(),
            order: None,
            due_at: jiff::Timestamp::now(),
        });
    }
    let outcome = s.commit(commit, reply()).await.unwrap().0;
    s.erase_session(&session("s-1")).await.unwrap();
    assert_eq!(s.session(&session("s-1")).await.unwrap(), None);
    assert_eq!(s.messages(&session("s-1"), 10).await.unwrap(), []);
    let order = s.order(outcome.order.unwrap().id).await.unwrap().unwrap();
    assert_eq!(order.order.session, None);
    assert_eq!(s.ticket(outcome.ticket.unwrap().id).await.unwrap().unwrap().ticket.session, None);
    let kept = s.idempotent_reply("token:1", &key("", "k-1").key).await.unwrap().unwrap();
    assert_eq!(kept.reply_json, "{\"erased\":true}");
    // The key still holds: nothing is ordered twice because a conversation was erased between.
    assert_eq!(s.commit(whole_turn(), reply()).await.unwrap_err(), StoreError::AlreadyDone);
    assert_eq!(s.erase_session(&session("s-1")).await, Err(StoreError::NotFound));
    // Nor is it in the file.
    let path = s.path().to_owned();
    let TestStore { store, dir: _dir } = s;
    store.close().await;
    let bytes = std::fs::read(path).unwrap();
    for text in ["100 boxes please", "is placed.", "s-1"] {
        assert!(!bytes.windows(text.len()).any(|w| w == text.as_bytes()), "{text} is still in the file");
    }
}

#[tokio::test]
async fn old_messages_and_keys_are_purged() {
    let s = TestStore::new().await;
    s.commit(whole_turn(), reply()).await.unwrap();
    let past: jiff::Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    assert_eq!(s.purge_messages_before(past).await, Ok(0));
    assert_eq!(s.purge_idempotency_before(past).await, Ok(0));
    let future = jiff::Timestamp::now() + std::time::Duration::from_secs(1);
    assert_eq!(s.purge_messages_before(future).await, Ok(2));
    assert_eq!(s.session(&session("s-1")).await.unwrap(), None);
    assert_eq!(s.purge_idempotency_before(future).await, Ok(1));
    assert_eq!(s.orders(OrderFilter::default()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn nothing_is_a_commit_too() {
    let s = TestStore::new().await;
    let (outcome, finished) = s.commit(plain(Effect::None), silent()).await.unwrap();
    assert_eq!((outcome, finished), (Outcome::default(), silent()(&Outcome::default())));
}
