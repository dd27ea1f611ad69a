//! Customers who do not write in English.

use serde_json::{Value, json};

use crate::harness::TestServer;
use crate::model::{Does, Model};

async fn say(server: &TestServer, text: &str) -> Value {
    let body = json!({ "message": text, "session_id": "s", "language": "en" });
    server.post("/api/chatbot", &body).await.expect(200, "").json
}

#[tokio::test]
async fn without_a_model_one_sentence_is_in_theirs() {
    let server = TestServer::start().await;
    let first = say(&server, "你们的退款政策是什么？").await;
    assert_eq!(first["language"], "zh");
    let text = first["message"].as_str().expect("a text");
    assert!(text.contains("中文") && text.contains("person"), "{text}");
    let next = say(&server, "refunds").await;
    assert_eq!(next["language"], "zh", "kept: {next}");
    assert!(!next["message"].as_str().expect("a text").contains("中文"), "said once: {next}");
    server.finish().await;
}

#[tokio::test]
async fn with_a_model_the_answer_is_theirs_and_its_numbers_are_ours() {
    let model = Model::start(Does::Translates {
        english: "How fast must I report damaged goods?".into(),
        theirs: "请在24小时内报告损坏的货物，并附上照片。".into(),
    })
    .await;
    let url = model.url.clone();
    let server = TestServer::with(move |sources| sources.flag("OPENAI_BASE_URL", url)).await;
    let answer = say(&server, "损坏的货物要多快报告？").await;
    assert_eq!(answer["message"], "请在24小时内报告损坏的货物，并附上照片。", "{answer}");
    assert_eq!((&answer["mode"], &answer["metadata"]["validation"]["passed"]), (&json!("llm"), &json!(true)));
    let calls = model.calls().len();
    let again = say(&server, "损坏的货物要多快报告？").await;
    assert_eq!(
        (&again["message"], model.calls().len()),
        (&answer["message"], calls),
        "from the cache: {again}"
    );

    model.now(Does::Translates {
        english: "How fast must I report damaged goods?".into(),
        theirs: "请在48小时内报告。".into(),
    });
    let other = server
        .post("/api/chatbot", &json!({ "message": "损坏的货物要多快报告呢？" }))
        .await
        .expect(200, "")
        .json;
    let text = other["message"].as_str().expect("a text");
    assert!(text.contains("24 hours") && !text.contains("48"), "a changed number is not sent: {text}");
    server.finish().await;
}
