//! Changing and calling off placed orders, and what is looked at before one is placed, over HTTP.

use serde_json::{Value, json};
use tria::domain::principal::Role;

use crate::harness::{BELLA, KOPI, SetClock, TestServer, order_count, send};

/// Monday, ten o'clock in Singapore: delivery on Thursday the 26th, from nine on, which is 01:00 in UTC.
const MONDAY: &str = "2026-11-23T02:00:00Z";

/// Orders in words.
const WORDS: &str = "/api/process_order_enhanced";

async fn order(server: &TestServer, token: &str, sku: &str, quantity: u32) -> Value {
    let body = json!({ "outlet_id": BELLA, "lines": [{ "sku": sku, "quantity": quantity }] });
    server.post_as(token, "/api/orders", &body).await.expect(201, "").json
}

async fn stock(server: &TestServer, sku: &str) -> Option<u32> {
    let products = server.store.products().await.expect("products");
    products.into_iter().find(|p| p.details.sku.as_str() == sku).expect("the product").details.stock
}

#[tokio::test]
async fn the_api_reckons_the_fee_and_staff_may_waive_it() {
    let clock = SetClock::at(MONDAY);
    let server = TestServer::with_clock(|s| s, clock.clone()).await;
    let (staff, channel) = (server.token(Role::Staff).await, server.token(Role::Channel).await);
    let cancel = async |token: &str, order: &Value, body: Value| {
        server.post_as(token, &format!("/api/orders/{}/cancel", order["order_id"]), &body).await
    };

    let first = order(&server, &channel, "BOX-010", 100).await;
    assert_eq!(first["delivery_date"], "2026-11-26");
    assert_eq!(first["cancellation_fee"], Value::Null);
    assert_eq!(stock(&server, "BOX-010").await, Some(4900));
    clock.set("2026-11-25T01:00:00Z");
    let free = cancel(&channel, &first, json!({ "note": "closed" })).await.expect(200, "").json;
    assert_eq!((&free["status"], &free["cancellation_fee"]), (&json!("cancelled"), &json!(0.0)));
    assert_eq!(stock(&server, "BOX-010").await, Some(5000));

    clock.set(MONDAY);
    let second = order(&server, &channel, "BOX-010", 100).await;
    clock.set("2026-11-25T01:00:01Z");
    let path = format!("/api/orders/{}/cancel", second["order_id"]);
    let quarter = server.post_once(&channel, &path, "q", &json!({})).await.expect(200, "");
    // A quarter of 49.05.
    assert_eq!(quarter.json["cancellation_fee"], 12.26);
    // Later the fee is higher, and a repeated request still gets its answer.
    clock.set("2026-11-25T20:00:00Z");
    let again = server.post_once(&channel, &path, "q", &json!({})).await.expect(200, "");
    assert_eq!((&again.text, again.replayed()), (&quarter.text, true));
    let shown = server.get_as(&staff, &format!("/api/orders/{}", second["order_id"])).await.json;
    assert_eq!(shown["cancellation_fee"], 12.26);
    let last = shown["events"].as_array().expect("events").last().expect("an event").clone();
    assert_eq!((&last["status"], &last["note"]), (&json!("cancelled"), &json!("fee SGD 12.26 (25%)")));
    cancel(&channel, &second, json!({})).await.expect(409, "conflict");

    clock.set(MONDAY);
    let third = order(&server, &channel, "BOX-010", 100).await;
    clock.set("2026-11-25T20:00:00Z");
    cancel(&channel, &third, json!({ "waive_fee": true })).await.expect(403, "forbidden");
    let waived = cancel(&staff, &third, json!({ "waive_fee": true })).await.expect(200, "").json;
    assert_eq!(waived["cancellation_fee"], 0.0);

    clock.set(MONDAY);
    let fourth = order(&server, &channel, "BOX-010", 100).await;
    let path = format!("/api/orders/{}", fourth["order_id"]);
    for status in ["picked", "out_for_delivery"] {
        let body = json!({ "status": status });
        server.post_as(&staff, &format!("{path}/status"), &body).await.expect(200, "");
    }
    cancel(&channel, &fourth, json!({})).await.expect(409, "conflict");
    let refused = server.post_as(&staff, &format!("{path}/status"), &json!({ "status": "cancelled" })).await;
    assert_eq!(refused.expect(200, "").json["cancellation_fee"], 49.05);
    assert_eq!(stock(&server, "BOX-010").await, Some(5000));
    server.finish().await;
}

#[tokio::test]
async fn strangers_change_nothing_without_the_digits() {
    let clock = SetClock::at(MONDAY);
    let server = TestServer::with_clock(|s| s, clock.clone()).await;
    let channel = server.token(Role::Channel).await;
    let placed = order(&server, &channel, "BOX-010", 100).await;
    let id = &placed["order_id"];
    let chat = async |session: &str, text: String| {
        let body = json!({ "session_id": session, "message": text });
        server.post("/api/chatbot", &body).await.expect(200, "").json
    };
    let session = "0c5a3f0e-6a39-4d43-8a52-92a8a1b2c3d4";
    let reply = chat(session, format!("cancel order {id}")).await;
    assert!(reply["message"].as_str().unwrap().contains("last four digits"), "{reply}");
    let reply = chat(session, "9999".to_owned()).await;
    assert!(!reply["message"].as_str().unwrap().contains("Shall I cancel"), "{reply}");
    let reply = chat(session, format!("cancel order {id}, it ends in 0111")).await;
    assert!(reply["message"].as_str().unwrap().contains("Shall I cancel it?"), "{reply}");
    let reply = chat(session, "yes".to_owned()).await;
    assert_eq!((&reply["metadata"]["action"], &reply["order_id"]), (&json!("cancel_order"), id));
    assert_eq!(stock(&server, "BOX-010").await, Some(5000));

    // The digits in a message of their own, for a change that is remembered meanwhile.
    let placed = order(&server, &channel, "BOX-010", 100).await;
    let id = &placed["order_id"];
    let session = "1c5a3f0e-6a39-4d43-8a52-92a8a1b2c3d4";
    chat(session, format!("change order {id} to 300 of the 10 inch boxes")).await;
    let reply = chat(session, "0111".to_owned()).await;
    assert!(reply["message"].as_str().unwrap().contains("Shall I change it?"), "{reply}");
    assert_eq!(reply["order"]["lines"][0]["quantity"], 300);
    let reply = chat(session, "yes".to_owned()).await;
    assert_eq!(reply["metadata"]["action"], "change_order", "{reply}");
    assert_eq!(stock(&server, "BOX-010").await, Some(4700));
    server.finish().await;
}

#[tokio::test]
async fn an_outlets_token_reaches_its_own_orders_only() {
    let server = TestServer::with_clock(|s| s, SetClock::at(MONDAY)).await;
    let (channel, outlet) = (server.token(Role::Channel).await, server.token(Role::Outlet).await);
    let own = order(&server, &channel, "BOX-010", 100).await["order_id"].clone();
    let body = json!({ "outlet_id": KOPI, "lines": [{ "sku": "BOX-010", "quantity": 100 }] });
    let other = server.post_as(&channel, "/api/orders", &body).await.expect(201, "").json["order_id"].clone();
    let say = async |text: String| {
        let body = json!({ "session_id": "outlet-session-0001", "message": text });
        server.post_as(&outlet, "/api/chatbot", &body).await.expect(200, "").json["message"].to_string()
    };
    assert!(say(format!("cancel order {other}")).await.contains("could not find"));
    assert!(say(format!("cancel order {own}")).await.contains("free of charge"));
    assert!(say("yes".to_owned()).await.contains("is cancelled"));
    server.finish().await;
}

/// Between what was shown and the yes, staff packs the order: the yes counts no more.
#[tokio::test]
async fn a_yes_counts_only_while_nothing_moved() {
    let server = TestServer::with_clock(|s| s, SetClock::at(MONDAY)).await;
    let staff = server.token(Role::Staff).await;
    let placed = order(&server, &staff, "BOX-010", 100).await;
    let path = format!("/api/orders/{}", placed["order_id"]);
    let say = async |text: String| {
        let body = json!({ "session_id": "staff-session-0001", "message": text });
        server.post_as(&staff, "/api/chatbot", &body).await.expect(200, "").json
    };
    say(format!("change order {} to 300 of the 10 inch", placed["order_id"])).await;
    server.post_as(&staff, &format!("{path}/status"), &json!({ "status": "picked" })).await.expect(200, "");
    let reply = say("yes".to_owned()).await;
    assert!(reply["message"].as_str().unwrap().contains("has changed since I showed it"), "{reply}");
    let now = server.get_as(&staff, &path).await.json;
    assert_eq!((&now["status"], &now["lines"][0]["quantity"]), (&json!("picked"), &json!(100)));

    let reply = say(format!("change order {} to 300 of the 10 inch", placed["order_id"])).await;
    assert!(reply["message"].as_str().unwrap().contains("is packed already"), "{reply}");
    say(format!("cancel order {}", placed["order_id"])).await;
    let step = json!({ "status": "out_for_delivery" });
    server.post_as(&staff, &format!("{path}/status"), &step).await.expect(200, "");
    let reply = say("yes".to_owned()).await;
    assert_eq!(reply["metadata"]["action"], "escalate", "{reply}");
    assert!(reply["message"].as_str().unwrap().contains("on its way already"), "{reply}");
    assert_eq!(server.get_as(&staff, &path).await.json["status"], "out_for_delivery");
    server.finish().await;
}

#[tokio::test]
async fn what_changed_is_kept_with_the_order() {
    let server = TestServer::with_clock(|s| s, SetClock::at(MONDAY)).await;
    let staff = server.token(Role::Staff).await;
    let placed = order(&server, &staff, "BOX-010", 100).await;
    let path = format!("/api/orders/{}", placed["order_id"]);
    let say = async |text: String| {
        let body = json!({ "session_id": "staff-session-0002", "message": text });
        server.post_as(&staff, "/api/chatbot", &body).await.expect(200, "").json
    };
    say(format!("add 50 soup lids to order {}", placed["order_id"])).await;
    let reply = say("yes".to_owned()).await;
    assert_eq!(reply["metadata"]["action"], "change_order", "{reply}");
    say(format!("order {}: change the delivery to Saturday", placed["order_id"])).await;
    say("yes".to_owned()).await;
    let now = server.get_as(&staff, &path).await.json;
    let notes: Vec<&str> =
        now["events"].as_array().unwrap().iter().map(|e| e["note"].as_str().unwrap()).collect();
    assert_eq!(
        notes,
        ["", "LID-001 0 → 50; total 49.05 → 53.68", "delivery 2026-11-26 → 2026-11-28; total 53.68 → 53.68"]
    );
    assert_eq!((&now["delivery_date"], &now["total"]), (&json!("2026-11-28"), &json!(53.68)));
    assert_eq!((stock(&server, "BOX-010").await, stock(&server, "LID-001").await), (Some(4900), Some(250)));
    server.finish().await;
}

#[tokio::test]
async fn the_same_order_again_is_refused_until_it_is_meant() {
    let server = TestServer::with(|s| s.flag("TRIA_DUPLICATE_MINUTES", "10")).await;
    let channel = server.token(Role::Channel).await;
    let body = json!({ "whatsapp_message": "Bella Napoli Tampines: 100 x pizza box 10 inch" });
    let first = server.post_once(&channel, WORDS, "one", &body).await.expect(200, "");
    let replay = server.post_once(&channel, WORDS, "one", &body).await.expect(200, "");
    assert_eq!((&replay.text, replay.replayed()), (&first.text, true));
    let refused = server.post_once(&channel, WORDS, "two", &body).await.expect(409, "duplicate_order");
    assert!(refused.json["detail"].as_str().unwrap().contains("\"allow_duplicate\": true"));
    assert_eq!(order_count(&server, &channel).await, 1);
    let mut meant = body.clone();
    meant["allow_duplicate"] = json!(true);
    server.post_once(&channel, WORDS, "three", &meant).await.expect(200, "");
    // Another outlet, another quantity: no duplicates.
    for message in ["Kopi Katong: 100 x pizza box 10 inch", "Bella Napoli Tampines: 200 x pizza box 10 inch"]
    {
        let body = json!({ "whatsapp_message": message });
        server.post_as(&channel, WORDS, &body).await.expect(200, "");
    }
    assert_eq!(order_count(&server, &channel).await, 4);
    // Called off, it may be ordered anew.
    let path = format!("/api/orders/{}/cancel", first.json["order_id"]);
    server.post_as(&channel, &path, &json!({})).await.expect(200, "");
    server.post_as(&channel, &format!("/api/orders/{}/cancel", 2), &json!({})).await.expect(200, "");
    server.post_as(&channel, WORDS, &body).await.expect(200, "");
    server.finish().await;
}

/// A stranger who orders what an outlet has ordered a moment ago must not learn that it has.
#[tokio::test]
async fn strangers_are_not_told_of_an_outlets_orders() {
    let server = TestServer::with(|s| s.flag("TRIA_DUPLICATE_MINUTES", "10")).await;
    let channel = server.token(Role::Channel).await;
    order(&server, &channel, "BOX-010", 100).await;
    let say = async |text: &str| {
        let body = json!({ "session_id": "2c5a3f0e-6a39-4d43-8a52-92a8a1b2c3d4", "message": text });
        server.post("/api/chatbot", &body).await.expect(200, "").json
    };
    say("Bella Napoli Tampines: 100 x pizza box 10 inch").await;
    assert_eq!(say("yes").await["order"]["status"], "pending_review");
    // Their own they know of.
    say("Bella Napoli Tampines: 100 x pizza box 10 inch").await;
    let asked = say("yes").await;
    assert!(asked["message"].as_str().unwrap().contains("a second time"), "{asked}");
    server.finish().await;
}

/// Two of the same at once: one is placed, whoever comes first.
#[tokio::test(flavor = "multi_thread")]
async fn the_same_order_at_once_is_placed_once() {
    let server = TestServer::with(|s| s.flag("TRIA_DUPLICATE_MINUTES", "10")).await;
    let channel = server.token(Role::Channel).await;
    let body = json!({ "whatsapp_message": "Bella Napoli Tampines: 100 x pizza box 10 inch" });
    let request = || server.request("POST", "/api/process_order_enhanced").bearer_auth(&channel).json(&body);
    let sent: Vec<_> = (0..16).map(|_| tokio::spawn(send(request()))).collect();
    let mut answers = Vec::new();
    for answer in sent {
        answers.push(answer.await.expect("an answer"));
    }
    let placed = answers.iter().filter(|answer| answer.status == 200).count();
    let refused = answers.iter().filter(|answer| answer.json["code"] == "duplicate_order").count();
    assert_eq!((placed, refused), (1, 15));
    server.finish().await;
}

/// An invented outlet that never ordered: what another program sends is held, in the chat it is asked for more.
#[tokio::test]
async fn small_first_orders_and_parts_of_bundles_wait_for_a_person() {
    let on = |s: tria::config::Sources| {
        s.flag("TRIA_FIRST_ORDER_MINIMUM", "200").flag("TRIA_WHOLE_BUNDLES", "true")
    };
    let server = TestServer::with(on).await;
    let (channel, outlet) = (server.token(Role::Channel).await, server.token(Role::Outlet).await);
    let held = order(&server, &channel, "BOX-010", 150).await;
    assert_eq!(held["status"], "held");
    assert_eq!(held["holds"], json!(["below_first_order", "part_bundle"]));
    let say = async |text: &str| {
        let body = json!({ "session_id": "outlet-session-0002", "message": text });
        server.post_as(&outlet, "/api/chatbot", &body).await.expect(200, "").json
    };
    say("100 x pizza box 10 inch").await;
    let reply = say("yes").await;
    assert!(reply["message"].as_str().unwrap().contains("must come to at least SGD 200.00"), "{reply}");
    say("make it 450").await;
    let reply = say("yes").await;
    assert_eq!((&reply["order"]["lines"][0]["quantity"], &reply["order_id"]), (&json!(500), &Value::Null));
    let reply = say("yes").await;
    assert_eq!(reply["metadata"]["action"], "place_order", "{reply}");
    server.finish().await;
}

#[tokio::test]
async fn what_is_unpaid_counts_against_the_limit() {
    let outlets = "name,contact_person,contact_number,terms,credit_limit\n\
                   Bella Napoli - Tampines,Marta,+65 0000 0111,credit,100\n\
                   Kopi & Crumb - Katong,Serena,+65 0000 0444,prepaid,\n";
    let products = "sku,name,category,unit_price,unit,bundle_size,stock,min_order_qty,active\n\
                    BOX-010,Pizza Box 10 inch,Boxes,0.45,piece,100,5000,1,true\n";
    let server = TestServer::of_company(|s| s, products, outlets).await;
    let staff = server.token(Role::Staff).await;
    // 49.05 each: two fit, the third does not.
    let ids = [order(&server, &staff, "BOX-010", 100).await, order(&server, &staff, "BOX-010", 100).await];
    assert!(ids.iter().all(|order| order["status"] == "confirmed"));
    let third = order(&server, &staff, "BOX-010", 100).await;
    assert_eq!((&third["status"], &third["holds"]), (&json!("held"), &json!(["credit_limit"])));
    let tickets = server.get_as(&staff, "/api/escalations?status=open").await.expect(200, "").json;
    let summary = tickets["escalations"][0]["summary"].as_str().unwrap();
    assert!(summary.contains("credit_limit"), "{summary}");
    // With one of them gone there is room again; a person may accept the held one whatever it comes to.
    let path = format!("/api/orders/{}/cancel", ids[0]["order_id"]);
    server.post_as(&staff, &path, &json!({ "waive_fee": true })).await.expect(200, "");
    assert_eq!(order(&server, &staff, "BOX-010", 100).await["status"], "confirmed");
    let path = format!("/api/orders/{}/confirm", third["order_id"]);
    assert_eq!(server.post_as(&staff, &path, &json!({})).await.expect(200, "").json["status"], "confirmed");
    server.finish().await;
}

/// The last hundred of a product, and sixty-four who want five each, in words and line by line: exactly a hundred go.
#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_at_once_get_the_last_hundred_and_no_more() {
    let products = "sku,name,category,unit_price,unit,bundle_size,stock,min_order_qty,active\n\
                    BOX-010,Pizza Box 10 inch,Boxes,0.45,piece,1,100,1,true\n";
    let outlets =
        "name,contact_person,contact_number,terms\nBella Napoli - Tampines,Marta,+65 0000 0111,prepaid\n";
    let server = TestServer::of_company(|s| s, products, outlets).await;
    let staff = server.token(Role::Staff).await;
    let lines = json!({ "outlet_id": BELLA, "lines": [{ "sku": "BOX-010", "quantity": 5 }] });
    let words = json!({ "whatsapp_message": "Bella Napoli Tampines: 5 x pizza box 10 inch" });
    let sent: Vec<_> = (0..64)
        .map(|n| {
            let (path, body) =
                if n % 2 == 0 { ("/api/orders", &lines) } else { ("/api/process_order_enhanced", &words) };
            tokio::spawn(send(server.request("POST", path).bearer_auth(&staff).json(body)))
        })
        .collect();
    for answer in sent {
        let answer = answer.await.expect("an answer");
        assert!(matches!(answer.status, 200 | 201), "{}", answer.text);
    }
    let orders = server.get_as(&staff, "/api/orders?limit=200").await.expect(200, "").json;
    let count = |status: &str| {
        let orders = orders["orders"].as_array().expect("a list").iter();
        orders.filter(|order| order["status"] == status).count()
    };
    assert_eq!((count("confirmed"), count("held")), (20, 44));
    assert_eq!(stock(&server, "BOX-010").await, Some(0));
    server.finish().await;
}

/// What is far above the usual waits for the customer's word, and after two hours for a person's.
#[tokio::test]
async fn an_unusual_quantity_waits_for_the_customer_and_then_for_a_person() {
    let server = TestServer::start().await;
    let (staff, outlet) = (server.token(Role::Staff).await, server.token(Role::Outlet).await);
    order(&server, &staff, "BOX-010", 100).await;
    let say = async |text: &str| {
        let body = json!({ "session_id": "outlet-session-0003", "message": text });
        server.post_as(&outlet, "/api/chatbot", &body).await.expect(200, "").json
    };
    let open = async || {
        let tickets = server.get_as(&staff, "/api/escalations?status=open").await.expect(200, "").json;
        tickets["escalations"].as_array().expect("a list").len()
    };
    let rules = tria::config::Config::load(&tria::config::Sources::none()).expect("defaults").rules;
    let step = async |minutes: i64| {
        let then = jiff::Timestamp::now() + jiff::SignedDuration::from_mins(minutes);
        tria::workers::reviews::step(&server.store, &rules, then).await.expect("a step")
    };

    say("300 x pizza box 10 inch").await;
    let asked = say("yes").await;
    assert!(asked["message"].as_str().unwrap().contains("far above your usual quantity"), "{asked}");
    assert_eq!((&asked["order"]["status"], open().await), (&json!("held"), 0));
    let meant = say("yes").await;
    assert_eq!(meant["order"]["status"], "confirmed", "{meant}");
    assert_eq!(stock(&server, "BOX-010").await, Some(4600));
    assert_eq!(step(121).await, 0, "nothing waits");

    say("900 x pizza box 10 inch").await;
    let id = say("yes").await["order_id"].clone();
    say("what is your refund policy?").await;
    assert_eq!((step(119).await, open().await), (0, 0));
    assert_eq!((step(121).await, open().await), (1, 1));
    assert_eq!((step(200).await, open().await), (0, 1), "one ticket is enough");
    let path = format!("/api/orders/{id}/confirm");
    server.post_as(&staff, &path, &json!({})).await.expect(200, "");
    assert_eq!(open().await, 0);
    server.finish().await;
}

#[tokio::test]
async fn staff_change_what_is_ordered() {
    let server = TestServer::with_clock(|s| s, SetClock::at(MONDAY)).await;
    let staff = server.token(Role::Staff).await;
    let placed = order(&server, &staff, "BOX-010", 100).await;
    let path = format!("/api/orders/{}", placed["order_id"]);
    let patch =
        async |body: Value| send(server.request("PATCH", &path).bearer_auth(&staff).json(&body)).await;
    let lines = json!([{ "sku": "BOX-010", "quantity": 300 }, { "sku": "LID-001", "quantity": 50 }]);
    let changed = patch(json!({ "lines": lines, "delivery_date": "2026-11-28" })).await.expect(200, "").json;
    assert_eq!((&changed["total"], &changed["delivery_date"]), (&json!(151.78), &json!("2026-11-28")));
    assert_eq!((stock(&server, "BOX-010").await, stock(&server, "LID-001").await), (Some(4700), Some(250)));
    // More than there is: all stays.
    let lines = json!([{ "sku": "LID-001", "quantity": 301 }]);
    patch(json!({ "lines": lines })).await.expect(409, "conflict");
    patch(json!({ "lines": [] })).await.expect(422, "invalid_request");
    patch(json!({ "lines": [{ "sku": "NO-001", "quantity": 1 }] })).await.expect(422, "invalid_request");
    patch(json!({ "delivery_date": "2026-11-27" })).await.expect(422, "invalid_request");
    patch(json!({ "delivery_date": "2026-12-01", "notes": "x" })).await.expect(422, "invalid_request");
    assert_eq!(server.get_as(&staff, &path).await.json["lines"], changed["lines"]);
    assert_eq!((stock(&server, "BOX-010").await, stock(&server, "LID-001").await), (Some(4700), Some(250)));
    server.post_as(&staff, &format!("{path}/status"), &json!({ "status": "picked" })).await.expect(200, "");
    patch(json!({ "delivery_date": "2026-12-01" })).await.expect(422, "invalid_request");
    server.finish().await;
}

/// Tria does not know when a proof was approved, so it cancels nothing that is made for one customer.
#[tokio::test]
async fn custom_printed_goods_are_for_a_person() {
    let products = "sku,name,category,unit_price,unit,bundle_size,stock,min_order_qty,active\n\
                    SLV-001,Custom Printed Sleeve,Printing,0.10,piece,1,5000,1,true\n";
    let outlets =
        "name,contact_person,contact_number,terms\nBella Napoli - Tampines,Marta,+65 0000 0111,prepaid\n";
    let server = TestServer::of_company(|s| s, products, outlets).await;
    let staff = server.token(Role::Staff).await;
    let placed = order(&server, &staff, "SLV-001", 500).await;
    let body = json!({ "session_id": "staff-session-0004",
                       "message": format!("cancel order {}", placed["order_id"]) });
    let reply = server.post_as(&staff, "/api/chatbot", &body).await.expect(200, "").json;
    assert_eq!(reply["metadata"]["action"], "escalate", "{reply}");
    assert!(reply["message"].as_str().unwrap().contains("once the proof is approved"), "{reply}");
    let now = server.get_as(&staff, &format!("/api/orders/{}", placed["order_id"])).await.json;
    assert_eq!(now["status"], "confirmed");
    server.finish().await;
}
