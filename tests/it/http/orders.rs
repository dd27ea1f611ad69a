//! Orders line by line, and what becomes of them.

use serde_json::{Value, json};
use tria::domain::principal::Role;

use crate::harness::{BELLA, TestServer, redacted, send};

fn lines(lines: &[(&str, u32)]) -> Value {
    lines.iter().map(|(sku, quantity)| json!({ "sku": sku, "quantity": quantity })).collect()
}

#[tokio::test]
async fn an_order_line_by_line() {
    let server = TestServer::start().await;
    let channel = server.token(Role::Channel).await;
    let body = json!({
        "outlet_name": "bn tampines",
        "lines": lines(&[("BOX-010", 400), ("LID-001", 101), ("LID-001", 49)]),
        "notes": " Ring the bell ", "is_urgent": false, "channel": "web",
    });
    let placed = server.post_as(&channel, "/api/orders", &body).await.expect(201, "");
    assert_eq!(placed.header("location"), format!("/api/orders/{}", placed.json["order_id"]));
    // 400 × 0.45 = 180.00; 150 × 0.085 = 12.75; tax 9 % of 192.75 = 17.35 (17.3475 rounded once).
    insta::assert_json_snapshot!("order_placed", redacted(&placed.json));
    let found = server.get_as(&channel, placed.header("location")).await.expect(200, "");
    insta::assert_json_snapshot!("order_with_events", redacted(&found.json));
    let products = server.get_as(&channel, "/api/products?q=lid").await.expect(200, "").json;
    assert_eq!(products["products"][0]["stock"], 150, "what is ordered is set aside");
    server.finish().await;
}

#[tokio::test]
async fn nothing_is_guessed() {
    let server = TestServer::start().await;
    let channel = server.token(Role::Channel).await;
    let check = async |body: Value, code: &str, fields: &[&str]| {
        let answer = server.post_as(&channel, "/api/orders", &body).await.expect(422, code);
        let list = if code == "order_incomplete" { "missing" } else { "errors" };
        let found: Vec<_> = answer.json[list]
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| entry.as_str().or(entry["field"].as_str()).unwrap())
            .collect();
        assert_eq!(found, fields, "{body}");
    };
    let good = lines(&[("BOX-010", 1)]);
    check(json!({ "lines": good }), "invalid_request", &["outlet_id"]).await;
    check(json!({ "outlet_id": 77, "lines": good }), "invalid_request", &["outlet_id"]).await;
    check(json!({ "outlet_name": "Bella", "lines": good }), "invalid_request", &["outlet_name"]).await;
    check(json!({ "outlet_id": BELLA }), "invalid_request", &["lines"]).await;
    check(json!({ "outlet_id": BELLA, "lines": [] }), "order_incomplete", &["items"]).await;
    let unknown = lines(&[("BOX-010", 1), ("BOX-999", 1)]);
    check(json!({ "outlet_id": BELLA, "lines": unknown }), "invalid_request", &["lines[1].sku"]).await;
    let zero = lines(&[("BOX-010", 0)]);
    check(json!({ "outlet_id": BELLA, "lines": zero }), "invalid_request", &["lines[0].quantity"]).await;
    let part = json!([{ "sku": "BOX-010", "quantity": 1.5 }]);
    check(json!({ "outlet_id": BELLA, "lines": part }), "invalid_request", &["lines[0].quantity"]).await;
    let gone = lines(&[("OLD-001", 1)]);
    check(json!({ "outlet_id": BELLA, "lines": gone }), "order_incomplete", &["product: Old Tray"]).await;
    let many = lines(&[("BOX-012", 10_001)]);
    let too_many = ["quantity: Pizza Box 12 inch"];
    check(json!({ "outlet_id": BELLA, "lines": many }), "order_incomplete", &too_many).await;
    server.finish().await;
}

#[tokio::test]
async fn an_order_that_is_held_waits_for_a_person() {
    let server = TestServer::start().await;
    let (channel, staff) = (server.token(Role::Channel).await, server.token(Role::Staff).await);
    let short = json!({ "outlet_id": BELLA, "lines": lines(&[("LID-001", 400)]) });
    let order = server.post_as(&channel, "/api/orders", &short).await.expect(201, "").json;
    assert_eq!((&order["status"], &order["holds"]), (&json!("held"), &json!(["stock_short"])));
    let path = format!("/api/orders/{}", order["order_id"]);
    let tickets = server.get_as(&staff, "/api/escalations?status=open").await.expect(200, "").json;
    insta::assert_json_snapshot!("escalations", redacted(&tickets));

    // More is asked for than there is: confirming does not conjure it up.
    server.post_as(&staff, &format!("{path}/confirm"), &json!({})).await.expect(409, "conflict");
    let off = json!({ "note": "customer orders elsewhere" });
    let order = server.post_as(&staff, &format!("{path}/cancel"), &off).await.expect(200, "").json;
    assert_eq!(order["status"], "cancelled");
    let open = server.get_as(&staff, "/api/escalations?status=open").await.expect(200, "").json;
    assert_eq!(open["escalations"], json!([]), "the ticket goes with the order");
    server.finish().await;
}

#[tokio::test]
async fn an_orders_life() {
    let server = TestServer::start().await;
    let staff = server.token(Role::Staff).await;
    let body = json!({ "outlet_id": BELLA, "lines": lines(&[("BOX-012", 10)]) });
    let id = server.post_as(&staff, "/api/orders", &body).await.expect(201, "").json["order_id"].clone();
    let path = format!("/api/orders/{id}");
    let patch = |body: Value| send(server.request("PATCH", &path).bearer_auth(&staff).json(&body));
    let take_to = async |status: &str| {
        server.post_as(&staff, &format!("{path}/status"), &json!({ "status": status })).await
    };

    assert_eq!(patch(json!({ "notes": "Back door" })).await.expect(200, "").json["notes"], "Back door");
    patch(json!({ "lines": [] })).await.expect(422, "invalid_request");
    patch(json!({})).await.expect(422, "invalid_request");
    patch(json!({ "status": "delivered", "notes": "all or nothing" })).await.expect(409, "conflict");
    assert_eq!(server.get_as(&staff, &path).await.json["notes"], "Back door");

    take_to("delivered").await.expect(409, "conflict");
    take_to("sold").await.expect(422, "invalid_request");
    for step in ["picked", "out_for_delivery", "delivered"] {
        assert_eq!(take_to(step).await.expect(200, "").json["status"], step);
    }
    patch(json!({ "notes": "too late" })).await.expect(422, "invalid_request");
    server.post_as(&staff, &format!("{path}/cancel"), &json!({})).await.expect(409, "conflict");
    let order = server.get_as(&staff, &path).await.expect(200, "").json;
    let steps: Vec<_> =
        order["events"].as_array().unwrap().iter().map(|e| e["status"].as_str().unwrap()).collect();
    assert_eq!(steps, ["confirmed", "confirmed", "picked", "out_for_delivery", "delivered"]);
    server.finish().await;
}

#[tokio::test]
async fn a_repeated_change_is_no_conflict() {
    let server = TestServer::start().await;
    let staff = server.token(Role::Staff).await;
    let body = json!({ "outlet_id": BELLA, "lines": lines(&[("BOX-012", 10)]) });
    let id = server.post_as(&staff, "/api/orders", &body).await.expect(201, "").json["order_id"].clone();
    let path = format!("/api/orders/{id}/cancel");
    let first = server.post_once(&staff, &path, "off", &json!({})).await.expect(200, "");
    let second = server.post_once(&staff, &path, "off", &json!({})).await.expect(200, "");
    assert_eq!((&second.text, second.replayed()), (&first.text, true));
    server.post_as(&staff, &path, &json!({})).await.expect(409, "conflict");
    server.finish().await;
}

#[tokio::test]
async fn lists_come_in_pages() {
    let server = TestServer::start().await;
    let staff = server.token(Role::Staff).await;
    let body = json!({ "outlet_id": BELLA, "lines": lines(&[("BOX-012", 10)]) });
    for _ in 0..5 {
        server.post_as(&staff, "/api/orders", &body).await.expect(201, "");
    }
    let mut seen = Vec::new();
    let mut path = "/api/orders?limit=2".to_owned();
    loop {
        let page = server.get_as(&staff, &path).await.expect(200, "").json;
        seen.extend(page["orders"].as_array().unwrap().iter().map(|o| o["order_id"].as_i64().unwrap()));
        let Some(after) = page["next_after"].as_i64() else { break };
        path = format!("/api/orders?limit=2&after={after}");
    }
    assert_eq!(seen, [5, 4, 3, 2, 1]);
    let products = server.get_as(&staff, "/api/products?q=PIZZA&limit=1").await.expect(200, "");
    insta::assert_json_snapshot!("products", redacted(&products.json));
    let outlets = server.get_as(&staff, "/api/outlets").await.expect(200, "");
    insta::assert_json_snapshot!("outlets", redacted(&outlets.json));
    server.finish().await;
}
