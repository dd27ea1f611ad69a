//! What messengers do: several short messages at once, and the same message delivered again.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tria::domain::principal::Role;

use crate::harness::{BELLA, TestServer, order_count};

async fn server() -> (Arc<TestServer>, String) {
    let server = TestServer::with(|sources| sources.flag("TRIA_MERGE_MS", "400")).await;
    let token = server.token(Role::Channel).await;
    (Arc::new(server), token)
}

/// Sends messages of one conversation, each a moment after the one before, and gives the replies in their order.
async fn send(server: &Arc<TestServer>, token: &str, messages: &[&str]) -> Vec<Value> {
    let mut sent = Vec::new();
    for (at, message) in messages.iter().enumerate() {
        let body = json!({ "message": message, "session_id": "whatsapp-6590000001", "outlet_id": BELLA,
                           "message_id": format!("wamid.{}.{at}", message.len()) });
        let (server, token) = (Arc::clone(server), token.to_owned());
        sent.push(tokio::spawn(async move {
            server.post_as(&token, "/api/chatbot", &body).await.expect(200, "").json
        }));
        tokio::time::sleep(Duration::from_millis(60)).await;
    }
    let mut replies = Vec::new();
    for reply in sent {
        replies.push(reply.await.expect("the request ran"));
    }
    replies
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_short_messages_are_answered_once() {
    let (server, token) = server().await;
    let replies = send(&server, &token, &["hi", "100 of the 12 inch pizza box", "and 200 soup lids"]).await;
    for early in &replies[..2] {
        assert_eq!(
            (&early["metadata"]["action"], &early["message"]),
            (&json!("silent"), &json!("")),
            "{early}"
        );
    }
    let last = &replies[2];
    assert_eq!(last["metadata"]["action"], "draft_order", "{last}");
    assert_eq!(last["order"]["lines"][0]["quantity"], 100, "{last}");
    let path = "/api/conversations/whatsapp-6590000001";
    let history = server.get_as(&token, path).await.expect(200, "").json;
    let said: Vec<&str> =
        history["messages"].as_array().expect("messages").iter().filter_map(|m| m["role"].as_str()).collect();
    assert_eq!(said, ["user", "user", "user", "assistant"], "each is kept as it was written: {history}");

    let alone = send(&server, &token, &["what is the total?"]).await;
    assert_ne!(alone[0]["metadata"]["action"], "silent", "what comes later is answered for itself");
    Arc::into_inner(server).expect("nothing else runs").finish().await;
}

#[tokio::test]
async fn the_same_message_id_is_handled_once() {
    let (server, token) = server().await;
    let order = |id: &str, at: u32| {
        json!({ "whatsapp_message": "100 x Pizza Box 12 inch for Bella Napoli - Tampines", "message_id": id,
                "received_at": at })
    };
    let path = "/api/process_order_enhanced";
    let first = server.post_as(&token, path, &order("wamid.1", 1)).await.expect(200, "");
    let again = server.post_as(&token, path, &order("wamid.1", 2)).await.expect(200, "");
    assert_eq!(
        (&again.text, again.replayed()),
        (&first.text, true),
        "another time beside it changes nothing"
    );
    assert_eq!(order_count(&server, &token).await, 1);
    let other = json!({ "whatsapp_message": "1 x Pizza Box 12 inch for Bella Napoli - Tampines", "message_id": "wamid.1" });
    server.post_as(&token, path, &other).await.expect(409, "idempotency_conflict");
    server.post_as(&token, path, &order("no blanks", 1)).await.expect(422, "invalid_request");
    let stranger = server.token(Role::Channel).await;
    let theirs = server
        .post_as(&stranger, "/api/chatbot", &json!({ "message": "hello", "message_id": "wamid.1" }))
        .await;
    assert!(!theirs.expect(200, "").replayed(), "another channel's names are its own");
    Arc::into_inner(server).expect("nothing else runs").finish().await;
}
