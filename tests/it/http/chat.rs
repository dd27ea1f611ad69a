//! Chat and orders in words: the shape of what comes back.

use serde_json::{Value, json};
use tria::domain::principal::Role;

use crate::harness::{TestServer, redacted};

#[tokio::test]
async fn an_answer_has_the_contracts_shape() {
    let server = TestServer::start().await;
    let body =
        json!({ "message": "How long do I have to report damaged goods?", "user_id": "u-1", "extra": {} });
    let reply = server.post("/api/chatbot", &body).await.expect(200, "").json;
    for name in ["success", "session_id", "message", "intent", "confidence", "language", "citations", "mode"]
    {
        assert!(!reply[name].is_null(), "{name} is missing in {reply}");
    }
    let citation = &reply["citations"][0];
    for name in ["source", "heading", "chunk_id", "score", "excerpt"] {
        assert!(!citation[name].is_null(), "{name} is missing in {citation}");
    }
    let metadata = &reply["metadata"];
    for name in ["action", "processing_time_ms", "from_cache", "tone", "sentiment", "index_version"] {
        assert!(!metadata[name].is_null(), "{name} is missing in {metadata}");
    }
    assert_eq!((&reply["mode"], &metadata["validation"]["passed"]), (&json!("offline"), &json!(true)));
    assert!(reply["message"].as_str().unwrap().contains("24 hours"), "{reply}");
    server.finish().await;
}

#[tokio::test]
async fn clients_of_the_replaced_system_are_understood() {
    let server = TestServer::start().await;
    let check = async |body: Value| {
        let answer = server.post("/api/chatbot", &body).await.expect(200, "");
        assert_eq!(answer.json["success"], true);
    };
    check(json!({ "message": "hi", "session_id": null, "user_id": null, "outlet_id": null })).await;
    check(json!({ "message": "hi", "session_id": "", "outlet_name": "", "language": "" })).await;
    check(json!({ "message": "hi", "outlet_id": "1", "user_id": 7, "context": { "a": [1, 2] } })).await;
    let stroke = server.post("/api/chatbot/", &json!({ "message": "hi" })).await;
    stroke.expect(200, "");
    server.finish().await;
}

#[tokio::test]
async fn an_order_in_words() {
    let server = TestServer::start().await;
    let channel = server.token(Role::Channel).await;
    let message = "Hi, 200 x Pizza Box 12 inch and 100 Soup Lid for Bella Napoli - Tampines please";
    let body = json!({ "whatsapp_message": message });
    let reply = server.post_as(&channel, "/api/process_order_enhanced", &body).await.expect(200, "").json;
    let mut shape = redacted(&reply);
    // Which stages there are is the engine's affair.
    shape["agent_timeline"] = Value::from("[agent_timeline]");
    shape["details"]["parsed_order"]["notes"] = Value::from("[notes]");
    insta::assert_json_snapshot!("process_order", shape);
    assert!(reply["agent_timeline"].as_array().is_some_and(|stages| !stages.is_empty()));
    let path = format!("/api/orders/{}", reply["order_id"]);
    assert_eq!(server.get_as(&channel, &path).await.expect(200, "").json["total"], reply["details"]["total"]);
    server.finish().await;
}
