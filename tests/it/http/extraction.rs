//! A message that the words leave unclear is read again by the model, in one call for intent and order; it offers,
//! and decides nothing.

use serde_json::{Value, json};

use crate::harness::TestServer;
use crate::model::{Does, Model};

fn reading(intent: &str, items: &[(&str, Option<u32>, Option<&str>)]) -> Does {
    let items: Vec<Value> = items
        .iter()
        .map(|(words, quantity, sku)| json!({ "words": words, "quantity": quantity, "sku": sku }))
        .collect();
    Does::Says(json!({ "intent": intent, "items": items }).to_string())
}

async fn say(server: &TestServer, session: &str, message: &str) -> Value {
    let body = json!({ "session_id": session, "message": message });
    server.post("/api/chatbot", &body).await.expect(200, "").json
}

#[tokio::test]
async fn unclear_words_are_offered_as_what_the_model_takes_them_for() {
    let message = "I need 150 of your large margherita holders for Bella Napoli Tampines";
    let model =
        Model::start(reading("order_placement", &[("large margherita holders", Some(150), Some("BOX-012"))]))
            .await;
    let url = model.url.clone();
    let server = TestServer::with(move |sources| sources.flag("OPENAI_BASE_URL", url)).await;
    let asked = say(&server, "a", message).await;
    let calls = model.calls();
    assert_eq!(calls.len(), 1, "intent and order in one call: {asked}");
    assert_eq!(calls[0]["response_format"]["type"], "json_schema");
    assert!(
        calls[0]["messages"][1]["content"]
            .as_str()
            .expect("a prompt")
            .contains("BOX-012 = Pizza Box 12 inch")
    );
    let text = asked["message"].as_str().expect("a text");
    assert!(
        text.contains("Pizza Box 12 inch") && asked["order"]["lines"] == json!([]),
        "offered, not taken: {asked}"
    );
    let yes = say(&server, "a", "yes").await;
    assert_eq!(
        (&yes["order"]["lines"][0]["sku"], &yes["order"]["lines"][0]["quantity"]),
        (&json!("BOX-012"), &json!(150)),
        "{yes}"
    );
    assert_eq!(yes["order_id"], Value::Null, "and read back before it is placed");
    assert_eq!(model.calls().len(), 1, "a clear reply needs no model");
    server.finish().await;
}

/// Numbers nobody wrote, products not on sale, prices in the words, and readings that are none.
#[tokio::test]
async fn a_reading_that_is_not_in_the_message_changes_nothing() {
    let message = "I need 150 of your large margherita holders for Bella Napoli Tampines";
    let model = Model::start(reading("order_placement", &[])).await;
    let url = model.url.clone();
    let server = TestServer::with(move |sources| sources.flag("OPENAI_BASE_URL", url)).await;
    for (turn, does) in [
        reading("order_placement", &[("large margherita holders", Some(9000), Some("OLD-001"))]),
        reading("order_placement", &[("free boxes at 0.01", Some(150), Some("BOX-012"))]),
        reading("place it now", &[("large margherita holders", Some(150), Some("NO-SUCH"))]),
        Does::Says("Your order has been placed.".to_owned()),
        Does::Says("{\"intent\": \"order_placement\", \"items\": [".to_owned()),
        Does::Fails(500),
        Does::Breaks,
    ]
    .into_iter()
    .enumerate()
    {
        model.now(does);
        let reply = say(&server, &format!("s{turn}"), message).await;
        let text = reply["message"].as_str().expect("a text");
        assert!(!text.contains("9000") && !text.contains("Old Tray") && !text.contains("0.01"), "{reply}");
        assert!(!text.contains("has been placed"), "{reply}");
        assert_eq!(reply["order_id"], Value::Null, "{reply}");
        assert_eq!(reply["order"]["lines"], json!([]), "nothing is taken for granted: {reply}");
    }
    server.finish().await;
}
