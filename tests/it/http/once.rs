//! A request that is sent twice happens once.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tria::domain::principal::Role;

use crate::harness::{BELLA, TestServer, order_count, send};

const WORDS: &str = "/api/process_order_enhanced";

fn in_words(units: u32) -> serde_json::Value {
    json!({ "whatsapp_message": format!("{units} x Pizza Box 12 inch for Bella Napoli - Tampines") })
}

#[tokio::test]
async fn the_same_key_gives_the_same_answer() {
    let server = TestServer::start().await;
    let token = server.token(Role::Channel).await;
    let lines = json!({ "outlet_id": BELLA, "lines": [{ "sku": "BOX-012", "quantity": 100 }] });
    for (path, body, other) in [
        (WORDS, in_words(100), in_words(101)),
        ("/api/orders", lines, json!({ "outlet_id": BELLA, "lines": [{ "sku": "BOX-012", "quantity": 1 }] })),
        ("/api/chatbot", json!({ "message": "hello" }), json!({ "message": "hello there" })),
    ] {
        let before = order_count(&server, &token).await;
        let key = format!("key-of-{path}");
        let first = server.post_once(&token, path, &key, &body).await;
        assert!(first.status < 300 && !first.replayed(), "{}", first.text);
        let placed = order_count(&server, &token).await;
        let second = server.post_once(&token, path, &key, &body).await;
        assert_eq!((second.status, &second.text, second.replayed()), (first.status, &first.text, true));
        assert_eq!(second.header("location"), first.header("location"));
        server.post_once(&token, path, &key, &other).await.expect(409, "idempotency_conflict");
        assert_eq!(order_count(&server, &token).await, placed, "{path}");
        assert!(placed <= before + 1);
        // Another caller's keys are its own.
        let stranger = server.token(Role::Channel).await;
        let theirs = server.post_once(&stranger, path, &key, &other).await;
        assert!(theirs.status < 300 && !theirs.replayed(), "{}", theirs.text);
    }
    // The same key on another route is another request.
    let hello = json!({ "message": "hello" });
    let key = format!("key-of-{WORDS}");
    server.post_once(&token, "/api/chatbot", &key, &hello).await.expect(409, "idempotency_conflict");
    server.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_at_once_are_one() {
    let server = Arc::new(TestServer::start().await);
    let token = server.token(Role::Channel).await;
    for round in 0..5 {
        let before = order_count(&server, &token).await;
        let sent: Vec<_> = (0..8)
            .map(|_| {
                let (server, token) = (server.clone(), token.clone());
                let key = format!("round-{round}");
                tokio::spawn(async move { server.post_once(&token, WORDS, &key, &in_words(50)).await })
            })
            .collect();
        let mut first = 0;
        let mut texts = Vec::new();
        for answer in sent {
            let answer = answer.await.unwrap().expect(200, "");
            first += usize::from(!answer.replayed());
            texts.push(answer.text);
        }
        texts.dedup();
        assert_eq!((first, texts.len()), (1, 1));
        assert_eq!(order_count(&server, &token).await, before + 1);
    }
    Arc::into_inner(server).expect("all tasks have ended").finish().await;
}

#[tokio::test]
async fn a_key_outlives_a_restart() {
    let server = TestServer::start().await;
    let token = server.token(Role::Channel).await;
    let first = server.post_once(&token, WORDS, "k", &in_words(100)).await.expect(200, "");
    let server = server.restart().await;
    let second = server.post_once(&token, WORDS, "k", &in_words(100)).await.expect(200, "");
    assert_eq!((&second.text, second.replayed()), (&first.text, true));
    server.post_once(&token, WORDS, "k", &in_words(7)).await.expect(409, "idempotency_conflict");
    assert_eq!(order_count(&server, &token).await, 1);
    server.finish().await;
}

#[tokio::test]
async fn a_client_that_leaves_finds_its_order() {
    let server = TestServer::start().await;
    let token = server.token(Role::Channel).await;
    let send_once = || {
        let request = server.request("POST", WORDS).bearer_auth(&token).header("Idempotency-Key", "left");
        send(request.json(&in_words(100)))
    };
    for micros in [200, 1_000, 3_000, 6_000] {
        // Wherever the request is by then, at most one order comes of it.
        let _ = tokio::time::timeout(Duration::from_micros(micros), send_once()).await;
    }
    let answer = send_once().await.expect(200, "");
    assert_eq!(order_count(&server, &token).await, 1);
    assert_eq!(send_once().await.text, answer.text);
    server.finish().await;
}

#[tokio::test]
async fn a_refused_request_leaves_its_key_free() {
    let server = TestServer::start().await;
    let token = server.token(Role::Channel).await;
    let unclear = json!({ "whatsapp_message": "some boxes please" });
    server.post_once(&token, WORDS, "k", &unclear).await.expect(422, "order_incomplete");
    let answer = server.post_once(&token, WORDS, "k", &in_words(100)).await.expect(200, "");
    assert!(!answer.replayed());
    server.finish().await;
}

#[tokio::test]
async fn an_erased_answer_is_not_given_again() {
    let server = TestServer::start().await;
    let token = server.token(Role::Outlet).await;
    let body = json!({ "message": "hello", "session_id": "s-1" });
    server.post_once(&token, "/api/chatbot", "k", &body).await.expect(200, "");
    let erased = send(server.request("DELETE", "/api/conversations/s-1").bearer_auth(&token)).await;
    assert_eq!(erased.status, 204);
    server.post_once(&token, "/api/chatbot", "k", &body).await.expect(410, "erased");
    server.finish().await;
}
