//! Answers as they are made: server-sent events whose last one is what `/api/chatbot` would have answered.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::harness::{TestServer, send};
use crate::model::{Does, Model};

const QUESTION: &str = "How fast must I report damaged goods?";

async fn server(model: &Model) -> TestServer {
    let url = model.url.clone();
    TestServer::with(move |sources| sources.flag("OPENAI_BASE_URL", url).flag("OPENAI_API_KEY", "k")).await
}

/// The events of an answer.
async fn events(server: &TestServer, body: &Value) -> Vec<Value> {
    let request = server.request("POST", "/api/v1/chat/stream").json(body);
    let answer = send(request).await.expect(200, "");
    assert_eq!(answer.header("content-type"), "text/event-stream; charset=utf-8");
    read(&answer.text)
}

fn read(text: &str) -> Vec<Value> {
    text.split_terminator("\n\n")
        .map(|event| event.strip_prefix("data: ").expect("one line a event"))
        .map(|json| serde_json::from_str(json).expect("an event is JSON"))
        .collect()
}

fn kinds(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["type"].as_str().expect("a type")).collect()
}

fn text(events: &[Value]) -> String {
    let chunks = events.iter().filter(|event| event["type"] == "chunk");
    chunks.map(|event| event["data"]["text"].as_str().expect("a text")).collect()
}

#[tokio::test]
async fn an_offline_answer_is_streamed_too() {
    let server = TestServer::start().await;
    let seen = events(&server, &json!({ "message": QUESTION, "session_id": "s" })).await;
    let kinds = kinds(&seen);
    for kind in ["status", "intent", "retrieval", "chunk"] {
        assert!(kinds.contains(&kind), "{kinds:?}");
    }
    assert_eq!(kinds.iter().filter(|kind| **kind == "complete").count(), 1);
    let reply = &seen.last().expect("an event")["data"];
    assert_eq!(reply["message"], text(&seen));
    assert_eq!(
        seen.iter().find(|e| e["type"] == "intent").map(|e| &e["data"]["intent"]),
        Some(&reply["intent"])
    );

    let plain = server.post("/api/chatbot", &json!({ "message": QUESTION })).await.expect(200, "").json;
    assert_eq!((&plain["message"], &plain["citations"]), (&reply["message"], &reply["citations"]));
    assert_eq!(plain["metadata"]["from_cache"], true, "the cache is the same");
    let wrong = server.request("POST", "/api/v1/chat/stream").json(&json!({}));
    send(wrong).await.expect(422, "invalid_request");
    server.finish().await;
}

#[tokio::test]
async fn the_same_key_streams_the_same_reply() {
    let server = TestServer::start().await;
    let ask = || {
        let body =
            json!({ "message": "200 pizza boxes 10 inch for Bella Napoli Tampines", "session_id": "s" });
        send(server.request("POST", "/api/v1/chat/stream").header("Idempotency-Key", "k").json(&body))
    };
    let first = read(&ask().await.expect(200, "").text);
    let again = read(&ask().await.expect(200, "").text);
    assert_eq!(first.last(), again.last());
    assert_eq!(text(&again), again.last().expect("an event")["data"]["message"]);
    server.finish().await;
}

#[tokio::test]
async fn the_models_sentences_are_shown_as_they_come() {
    let pieces = ["Please report damaged goods ", "within 24 hours. ", "Send a photo ", "with it, please."];
    let pause = Duration::from_millis(150);
    let model = Model::start(Does::Drips(pieces.map(str::to_owned).into(), pause)).await;
    let server = server(&model).await;
    let request = server.request("POST", "/api/v1/chat/stream").json(&json!({ "message": QUESTION }));
    let mut response = request.send().await.expect("an answer");
    let (mut heard, mut first) = (String::new(), None);
    while let Some(bytes) = response.chunk().await.expect("a chunk") {
        heard.push_str(&String::from_utf8_lossy(&bytes));
        if heard.contains(r#""type":"chunk""#) && first.is_none() {
            first = Some((Instant::now(), heard.contains(r#""type":"complete""#)));
        }
    }
    let (_, whole) = first.expect("a piece");
    assert!(!whole, "the first sentence came before the answer was whole: {heard}");
    let events = read(&heard);
    let reply = &events.last().expect("an event")["data"];
    assert_eq!((&reply["mode"], &reply["message"]), (&json!("llm"), &json!(pieces.concat())));
    assert_eq!(text(&events), pieces.concat());
    server.finish().await;
}

#[tokio::test]
async fn what_fails_is_not_shown_or_taken_back() {
    // The first sentence is true, the second is not: it is never shown, and the reply takes the first back.
    let says = "Please report damaged goods within 24 hours. We give you 90% off for that.";
    let model = Model::start(Does::Says(says.to_owned())).await;
    let server = server(&model).await;
    let seen = events(&server, &json!({ "message": QUESTION })).await;
    assert!(!text(&seen).contains("90%"), "{seen:?}");
    let reply = &seen.last().expect("an event")["data"];
    assert_eq!(reply["mode"], "offline");
    assert!(!reply["message"].as_str().expect("a text").contains("90%"));
    assert_eq!(model.calls().len(), 2, "asked once more");

    for does in [Does::Breaks, Does::Fails(500), Does::Babbles] {
        model.now(does.clone());
        let seen = events(&server, &json!({ "message": QUESTION })).await;
        let reply = &seen.last().expect("an event")["data"];
        assert_eq!(
            (&seen.last().unwrap()["type"], &reply["mode"]),
            (&json!("complete"), &json!("offline")),
            "{does:?}"
        );
    }
    server.finish().await;
}

#[tokio::test]
async fn a_client_that_goes_away_costs_nothing_more() {
    let endless = vec!["Please report damaged goods within 24 hours. ".to_owned(); 200];
    let model = Model::start(Does::Drips(endless, Duration::from_millis(40))).await;
    let server = server(&model).await;
    let body = json!({ "message": QUESTION, "session_id": "left" });
    let request = server.request("POST", "/api/v1/chat/stream").json(&body);
    let mut response = request.send().await.expect("an answer");
    let mut heard = String::new();
    while !heard.contains(r#""type":"chunk""#) {
        let bytes = response.chunk().await.expect("a chunk").expect("the first sentence");
        heard.push_str(&String::from_utf8_lossy(&bytes));
    }
    drop(response);
    // The turn ends long before the model would, and is found in the history.
    let begun = Instant::now();
    loop {
        let past = server.get("/api/conversations/left").await;
        if past.json["messages"].as_array().is_some_and(|messages| messages.len() == 2) {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(5), "the turn never ended: {}", past.text);
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    assert_eq!(model.calls().len(), 1);
    server.finish().await;
}
