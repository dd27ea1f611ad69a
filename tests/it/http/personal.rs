//! The right to a copy and to erasure.

use serde_json::{Value, json};
use tria::domain::principal::Role;

use crate::harness::{BELLA, TestServer, send};

const PATH: &str = "/api/outlets/1/personal_data";

#[tokio::test]
async fn one_customers_data_is_handed_over_and_erased() {
    let server = TestServer::start().await;
    let (admin, outlet) = (server.token(Role::Admin).await, server.token(Role::Outlet).await);
    let channel = server.token(Role::Channel).await;
    let say = async |token: &str, session: &str, message: &str| {
        let body = json!({ "session_id": session, "message": message });
        server.post_as(token, "/api/chatbot", &body).await.expect(200, "").json
    };
    say(&outlet, "of-bella-herself", "I am Marta, how fast must I report damaged goods?").await;
    let order = json!({ "outlet_id": BELLA, "lines": [{ "sku": "BOX-012", "quantity": 100 }],
                        "notes": "ring Marta at the back door" });
    let placed =
        server.post_as(&channel, "/api/orders", &order).await.expect(201, "").json["order_id"].clone();
    let other =
        json!({ "outlet_id": 2, "lines": [{ "sku": "BOX-010", "quantity": 100 }], "notes": "Serena" });
    let others =
        server.post_as(&channel, "/api/orders", &other).await.expect(201, "").json["order_id"].clone();
    // Somebody unknown who names the outlet: erased with it, but never handed over.
    let body = json!({ "session_id": "a-stranger-s-conversation", "message": "100 pizza boxes 12 inch for Bella Napoli Tampines" });
    server.post("/api/chatbot", &body).await.expect(200, "");

    let copy = server.get_as(&admin, PATH).await.expect(200, "");
    assert_eq!(copy.header("cache-control"), "no-store");
    assert_eq!(copy.json["outlet"]["contact_person"], "Marta");
    assert_eq!(copy.json["orders"][0]["order_id"], placed);
    assert_eq!(copy.json["orders"][0]["notes"], "ring Marta at the back door");
    let sessions: Vec<&str> = copy.json["conversations"]
        .as_array()
        .expect("conversations")
        .iter()
        .filter_map(|c| c["session_id"].as_str())
        .collect();
    assert_eq!(sessions, ["of-bella-herself"], "{}", copy.text);
    assert!(!copy.text.contains("Serena"), "another customer's");

    let erased = send(server.request("DELETE", PATH).bearer_auth(&admin)).await.expect(200, "").json;
    assert_eq!((&erased["conversations"], &erased["orders_kept"]), (&json!(2), &json!(1)), "{erased}");
    let copy = server.get_as(&admin, PATH).await.expect(200, "");
    assert!(!copy.text.contains("Marta"), "{}", copy.text);
    assert_eq!(copy.json["conversations"], json!([]));
    assert_eq!(copy.json["orders"][0]["lines"][0]["quantity"], 100, "accounts are kept");
    server.get_as(&admin, "/api/conversations/of-bella-herself").await.expect(404, "not_found");
    let others = server.get_as(&admin, &format!("/api/orders/{others}")).await.expect(200, "").json;
    assert_eq!(others["notes"], "Serena", "the others' data stays");
    let after = say(&outlet, "of-bella-herself", "hello again").await;
    assert_eq!(after["metadata"]["action"], "small_talk", "a new conversation: {after}");
    assert_eq!(after["order"], Value::Null);
    server.finish().await;
}
