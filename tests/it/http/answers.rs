//! Answers that the operator wrote: above everything else, word for word, and gone when deleted.

use serde_json::json;
use tria::domain::principal::Role;

use crate::harness::TestServer;
use crate::model::{Does, Model};

#[tokio::test]
async fn the_operators_words_come_first() {
    let model =
        Model::start(Does::Says("Please report damaged goods within 24 hours, with a photo.".into())).await;
    let (url, dir) = (model.url.clone(), tempfile::tempdir().expect("a folder"));
    let file = dir.path().join("answers.toml");
    let pair =
        "[[answer]]\nquestions = [\"Do you have a showroom?\"]\ntext = \"No showroom; **call** us.\"\n";
    std::fs::write(&file, pair).expect("written");
    let server = TestServer::with(move |sources| {
        sources.flag("OPENAI_BASE_URL", url).flag("TRIA_ANSWERS_FILE", file.display().to_string())
    })
    .await;
    let staff = server.token(Role::Staff).await;
    let ask = async |text: &str| {
        let reply = server.post("/api/chatbot", &json!({ "message": text })).await.expect(200, "").json;
        (reply["message"].as_str().expect("a text").to_owned(), reply)
    };
    let (text, reply) = ask("Hi, do you guys have a showroom?").await;
    assert_eq!(text, "No showroom; **call** us.");
    assert_eq!(
        (&reply["mode"], &reply["citations"][0]["source"]),
        (&json!("offline"), &json!("answers.toml"))
    );
    assert_ne!(ask("Do you have no showroom fee?").await.0, text, "a word that turns it round");

    let question = "How fast must I report damaged goods?";
    assert!(ask(question).await.0.contains("24 hours"));
    let body =
        json!({ "questions": [question, "damaged goods deadline"], "answer": "Within 36 hours this month." });
    let added = server.post_as(&staff, "/api/answers", &body).await.expect(201, "").json;
    assert_eq!(ask(question).await.0, "Within 36 hours this month.", "what was cached is not");
    assert_eq!(ask("how fast must i report the damaged goods").await.0, "Within 36 hours this month.");
    let listed = server.get_as(&staff, "/api/answers").await.expect(200, "").json;
    assert_eq!(listed["answers"][0], added);

    let server = server.restart().await;
    let again = server.post("/api/chatbot", &json!({ "message": question })).await.expect(200, "").json;
    assert_eq!(again["message"], "Within 36 hours this month.", "it outlives a restart");
    let path = format!("/api/answers/{}", added["id"]);
    let delete = |token: &str| server.request("DELETE", &path).bearer_auth(token);
    assert_eq!(crate::harness::send(delete(&staff)).await.status, 204);
    assert_eq!(crate::harness::send(delete(&staff)).await.status, 404);
    let gone = server.post("/api/chatbot", &json!({ "message": question })).await.expect(200, "").json;
    assert!(gone["message"].as_str().expect("a text").contains("24 hours"), "{gone}");

    let ended = json!({ "questions": [question], "answer": "Never.", "until": "2020-01-01" });
    server.post_as(&staff, "/api/answers", &ended).await.expect(201, "");
    let past = server.post("/api/chatbot", &json!({ "message": question })).await.expect(200, "").json;
    assert_ne!(past["message"], "Never.");

    for wrong in [
        json!({}),
        json!({ "questions": "q", "answer": "a" }),
        json!({ "questions": ["q"], "answer": "a", "until": "soon" }),
    ] {
        server.post_as(&staff, "/api/answers", &wrong).await.expect(422, "invalid_request");
    }
    server.post("/api/answers", &body).await.expect(401, "unauthorized");
    server.finish().await;
}
