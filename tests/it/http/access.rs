//! Who may do what.

use serde_json::{Value, json};
use tria::domain::principal::Role;

use crate::harness::{BELLA, KOPI, TestServer, send};

const NOBODY: usize = 0;

/// Method, path, body, and the status for nobody, outlet, channel, staff and admin.
type Row = (&'static str, &'static str, Value, [u16; 5]);

#[tokio::test]
async fn the_table_of_roles() {
    let server = TestServer::start().await;
    let mut tokens = vec![String::new()];
    for role in [Role::Outlet, Role::Channel, Role::Staff, Role::Admin] {
        tokens.push(server.token(role).await);
    }
    let unclear = json!({ "whatsapp_message": "?" });
    let none = Value::Null;
    // 404 and 422 mean: let in, and then there was nothing to do it with.
    let rows: [Row; 22] = [
        ("POST", "/api/chatbot", json!({ "message": "hello" }), [200; 5]),
        ("POST", "/api/process_order_enhanced", unclear, [401, 403, 422, 422, 422]),
        ("GET", "/api/company", none.clone(), [200; 5]),
        ("GET", "/api/products", none.clone(), [401, 200, 200, 200, 200]),
        ("GET", "/api/outlets", none.clone(), [401, 403, 200, 200, 200]),
        ("GET", "/api/orders", none.clone(), [401, 200, 200, 200, 200]),
        ("POST", "/api/orders", json!({}), [401, 422, 422, 422, 422]),
        ("GET", "/api/orders/99", none.clone(), [401, 404, 404, 404, 404]),
        ("GET", "/api/download_do/99", none.clone(), [401, 404, 404, 404, 404]),
        ("GET", "/api/download_invoice/99", none.clone(), [401, 404, 404, 404, 404]),
        ("PATCH", "/api/orders/99", json!({ "notes": "x" }), [401, 403, 403, 404, 404]),
        ("POST", "/api/orders/99/confirm", json!({}), [401, 403, 403, 404, 404]),
        ("POST", "/api/orders/99/cancel", json!({}), [401, 403, 404, 404, 404]),
        ("POST", "/api/orders/99/status", json!({ "status": "picked" }), [401, 403, 403, 404, 404]),
        ("GET", "/api/escalations", none.clone(), [401, 403, 403, 200, 200]),
        ("POST", "/api/escalations/99/resolve", json!({ "note": "x" }), [401, 403, 403, 404, 404]),
        ("GET", "/api/outlets/99/personal_data", none.clone(), [401, 403, 403, 404, 404]),
        ("DELETE", "/api/outlets/99/personal_data", none.clone(), [401, 403, 403, 403, 404]),
        ("GET", "/api/conversations/nobodys", none.clone(), [404; 5]),
        ("DELETE", "/api/conversations/nobodys", none.clone(), [404; 5]),
        ("GET", "/health", none.clone(), [200; 5]),
        ("GET", "/openapi.json", none, [200; 5]),
    ];
    for (method, path, body, expected) in rows {
        for (who, expected) in expected.into_iter().enumerate() {
            let mut request = server.request(method, path);
            if who != NOBODY {
                request = request.bearer_auth(&tokens[who]);
            }
            if !body.is_null() {
                request = request.json(&body);
            }
            let answer = send(request).await;
            assert_eq!(answer.status, expected, "{method} {path} as number {who}: {}", answer.text);
        }
    }
    server.finish().await;
}

#[tokio::test]
async fn an_outlet_reaches_its_own_orders_only() {
    let server = TestServer::start().await;
    let (outlet, channel) = (server.token(Role::Outlet).await, server.token(Role::Channel).await);
    let order = |id: i64| json!({ "outlet_id": id, "lines": [{ "sku": "BOX-012", "quantity": 100 }] });
    let own =
        server.post_as(&outlet, "/api/orders", &order(BELLA)).await.expect(201, "").json["order_id"].clone();
    server.post_as(&outlet, "/api/orders", &order(KOPI)).await.expect(403, "forbidden");
    let other =
        server.post_as(&channel, "/api/orders", &order(KOPI)).await.expect(201, "").json["order_id"].clone();

    server.get_as(&outlet, &format!("/api/orders/{own}")).await.expect(200, "");
    server.get_as(&outlet, &format!("/api/orders/{other}")).await.expect(404, "not_found");
    let seen = server.get_as(&outlet, "/api/orders").await.expect(200, "").json;
    let seen: Vec<_> = seen["orders"].as_array().unwrap().iter().map(|order| &order["order_id"]).collect();
    assert_eq!(seen, [&own]);
    server.finish().await;
}

#[tokio::test]
async fn a_conversation_is_its_owners() {
    let server = TestServer::start().await;
    let (mine, others) = (server.token(Role::Outlet).await, server.token(Role::Channel).await);
    let staff = server.token(Role::Staff).await;
    let say = json!({ "message": "hello", "session_id": "mine-1" });
    server.post_as(&mine, "/api/chatbot", &say).await.expect(200, "");

    let path = "/api/conversations/mine-1";
    let history = server.get_as(&mine, path).await.expect(200, "").json;
    assert_eq!(history["messages"][0]["text"], "hello");
    assert_eq!(history["messages"][1]["role"], "assistant");
    server.get_as(&staff, path).await.expect(200, "");
    server.get_as(&others, path).await.expect(404, "not_found");
    server.get(path).await.expect(404, "not_found");
    server.get(&format!("{path}/export")).await.expect(404, "not_found");
    // Nor can somebody else go on with it.
    server.post_as(&others, "/api/chatbot", &say).await.expect(404, "not_found");
    server.post("/api/chatbot", &say).await.expect(404, "not_found");
    send(server.request("DELETE", path)).await.expect(404, "not_found");

    let export = server.get_as(&mine, &format!("{path}/export")).await.expect(200, "");
    assert!(export.header("content-disposition").starts_with("attachment"));
    let erased = send(server.request("DELETE", path).bearer_auth(&mine)).await;
    assert_eq!(erased.status, 204);
    server.get_as(&mine, path).await.expect(404, "not_found");
    server.finish().await;
}

#[tokio::test]
async fn a_revoked_token_opens_nothing() {
    let server = TestServer::start().await;
    let token = server.store.create_token("gone", Role::Staff, None).await.unwrap();
    server.get_as(&token.secret, "/api/orders").await.expect(200, "");
    server.store.revoke_token(tria::store::TokenName::Id(token.id)).await.unwrap();
    let answer = server.get_as(&token.secret, "/api/orders").await.expect(401, "unauthorized");
    assert!(answer.header("www-authenticate").starts_with("Bearer"));
    assert!(!answer.text.contains(&token.secret));
    server.finish().await;
}

#[tokio::test]
async fn the_key_of_a_stranger_gives_no_answer_of_ours() {
    let server = TestServer::start().await;
    let ask = async |session: &str| {
        let body = json!({ "message": "What is your refund policy?", "session_id": session });
        let request = server.request("POST", "/api/chatbot").header("Idempotency-Key", "1").json(&body);
        send(request).await.expect(200, "")
    };
    let (mine, theirs, again) = (ask("mine").await, ask("theirs").await, ask("mine").await);
    assert_eq!((mine.replayed(), theirs.replayed(), again.replayed()), (false, false, true));
    assert_eq!(theirs.json["session_id"], "theirs");
    server.finish().await;
}

#[tokio::test]
async fn metrics_are_for_this_machine_and_for_staff() {
    let server = TestServer::start().await;
    let (staff, channel) = (server.token(Role::Staff).await, server.token(Role::Channel).await);
    server.get("/metrics").await.expect(200, "");
    let through_a_proxy = async |token: Option<&str>| {
        let request = server.request("GET", "/metrics").header("X-Forwarded-For", "203.0.113.9");
        let request = token.into_iter().fold(request, reqwest::RequestBuilder::bearer_auth);
        send(request).await.status
    };
    assert_eq!(through_a_proxy(None).await, 401);
    assert_eq!(through_a_proxy(Some(&channel)).await, 403);
    assert_eq!(through_a_proxy(Some(&staff)).await, 200);
    server.finish().await;
}

/// Ten thousand tries would open any order.
#[tokio::test]
async fn digits_can_not_be_tried_out() {
    let server = TestServer::start().await;
    let channel = server.token(Role::Channel).await;
    let order = json!({ "whatsapp_message": "Bella Napoli Tampines: 100 x pizza box 10 inch" });
    let placed = server.post_as(&channel, "/api/process_order_enhanced", &order).await.expect(200, "").json;
    let id = placed["order_id"].as_i64().expect("a number");
    let ask = async |digits: &str| {
        let where_is = json!({ "message": format!("where is order {id}?") });
        let asked = server.post("/api/chatbot", &where_is).await.expect(200, "").json;
        let text = json!({ "message": digits, "session_id": asked["session_id"] });
        let reply = server.post("/api/chatbot", &text).await.expect(200, "").json;
        (reply["metadata"]["action"] == "order_status", reply["message"].as_str().expect("a text").to_owned())
    };
    assert!(ask("0111").await.0, "the right ones tell");
    for wrong in ["0000", "0001", "0002", "0003", "0004"] {
        assert!(!ask(wrong).await.0);
    }
    let (told, text) = ask("0111").await;
    assert!(!told && text.contains("person"), "{text}");
    server.finish().await;
}
