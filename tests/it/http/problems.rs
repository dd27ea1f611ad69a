//! Every kind of error, as clients see it.

use serde_json::json;
use tria::domain::principal::Role;

use crate::harness::{Answer, TestServer, redacted, send};

#[tokio::test]
async fn every_error_is_a_problem() {
    let server = TestServer::with(|s| s.flag("TRIA_MAX_BODY_BYTES", "8192")).await;
    let admin = server.token(Role::Admin).await;
    let raw = |body: &str| {
        server
            .request("POST", "/api/chatbot")
            .header("Content-Type", "application/json")
            .body(body.to_owned())
    };
    let snapshot = |name: &str, answer: Answer| {
        let mut seen = redacted(&answer.json);
        seen["headers"] = ["allow", "retry-after", "www-authenticate"]
            .into_iter()
            .filter(|name| answer.headers.contains_key(*name))
            .map(|name| json!({ name: answer.header(name) }))
            .collect();
        insta::assert_json_snapshot!(format!("problem_{name}"), seen);
    };

    snapshot("malformed", send(raw("{\"message\": \n  my secret")).await.expect(400, "malformed_json"));
    snapshot("empty_body", send(raw("")).await.expect(400, "malformed_json"));
    snapshot("not_an_object", send(raw("[1]")).await.expect(422, "invalid_request"));
    let wrong = json!({ "message": 5, "session_id": "a b", "outlet_id": "x", "unknown": 1 });
    let answer = server.post("/api/chatbot", &wrong).await;
    snapshot("wrong_fields", answer.expect(422, "invalid_request"));
    let answer = server.post("/api/chatbot", &json!({ "message": "é".repeat(5001) })).await;
    snapshot("body_too_large", answer.expect(413, "body_too_large"));
    let answer = server.post("/api/chatbot", &json!({ "message": "x".repeat(5001) })).await;
    snapshot("message_too_long", answer.expect(422, "invalid_request"));
    let plain = server.request("POST", "/api/chatbot").body("message=hi");
    snapshot("media_type", send(plain).await.expect(415, "unsupported_media_type"));
    let keyed = server.request("POST", "/api/chatbot").header("Idempotency-Key", "two words");
    snapshot("key", send(keyed.json(&json!({ "message": "hi" }))).await.expect(400, "bad_request"));
    snapshot("no_route", server.get("/api/nothing").await.expect(404, "not_found"));
    snapshot("not_built", server.post("/api/post_to_xero/1", &json!({})).await.expect(404, "not_found"));
    snapshot("method", server.get("/api/chatbot").await.expect(405, "method_not_allowed"));
    snapshot("no_token", server.get("/api/orders").await.expect(401, "unauthorized"));
    snapshot("bad_token", server.get_as("tria_nonsense", "/api/company").await.expect(401, "unauthorized"));
    let channel = server.token(Role::Channel).await;
    snapshot("role", server.get_as(&channel, "/api/escalations").await.expect(403, "forbidden"));
    snapshot("no_order", server.get_as(&admin, "/api/orders/999999").await.expect(404, "not_found"));
    snapshot("no_number", server.get_as(&admin, "/api/orders/abc").await.expect(404, "not_found"));
    snapshot(
        "query",
        server.get_as(&admin, "/api/orders?limit=0&status=x").await.expect(422, "invalid_request"),
    );
    let vague = json!({ "whatsapp_message": "please send us some boxes" });
    let answer = server.post_as(&admin, "/api/process_order_enhanced", &vague).await;
    answer.expect(422, "order_incomplete");
    server.finish().await;
}

#[tokio::test]
async fn a_request_keeps_its_name() {
    let server = TestServer::start().await;
    let with = |id: &str| send(server.request("GET", "/api/nothing").header("X-Request-Id", id));
    let answer = with("mine-1").await.expect(404, "not_found");
    assert_eq!(answer.header("x-request-id"), "mine-1");
    for strange in ["two words", &"x".repeat(129)] {
        let answer = with(strange).await.expect(404, "not_found");
        assert_eq!(answer.header("x-request-id").len(), 36, "{strange}");
    }
    server.finish().await;
}
