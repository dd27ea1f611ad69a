//! Whole answers: what is sent, what comes back, what is tried again.

use serde_json::json;

use super::server::{FakeServer, refuses, reply, says};
use super::*;

#[tokio::test]
async fn an_answer() {
    let server = FakeServer::start(vec![says("Good day.")]).await;
    let client = client(&server);
    assert_eq!(client.status(), Status::Untried);
    let answer = client.complete(&hello(), &terms()).await.unwrap();
    assert_eq!((answer.text.as_str(), answer.finish, answer.retries), ("Good day.", FinishReason::Stop, 0));
    assert_eq!(answer.usage, Usage { prompt_tokens: 12, completion_tokens: 3, estimated: false });
    assert!(matches!(client.status(), Status::Connected { .. }));
    assert_eq!(client.spent(TODAY).tokens_today, 15);
    let seen = &server.seen()[0];
    assert!(seen.head.starts_with("post /v1/chat/completions http/1.1"), "{}", seen.head);
    assert!(seen.head.contains(&format!("authorization: bearer {KEY}")));
    assert_eq!(seen.body["model"], "test-model");
    assert_eq!(seen.body["messages"][1]["content"], "prompt-secret");
    assert_eq!(seen.body["stream"], false);
}

#[tokio::test]
async fn an_answer_without_usage_is_estimated() {
    let body = json!({"choices": [{"message": {"content": "12345678"}, "finish_reason": "length"}]});
    let server = FakeServer::start(vec![reply("200 OK", "", &body.to_string())]).await;
    let answer = client(&server).complete(&hello(), &terms()).await.unwrap();
    assert_eq!(answer.finish, FinishReason::Length);
    // 21 characters asked, 8 answered.
    assert_eq!(answer.usage, Usage { prompt_tokens: 6, completion_tokens: 2, estimated: true });
}

#[tokio::test]
async fn a_filtered_answer_is_told() {
    let body = json!({"choices": [{"message": {"content": ""}, "finish_reason": "content_filter"}]});
    let server = FakeServer::start(vec![reply("200 OK", "", &body.to_string())]).await;
    let answer = client(&server).complete(&hello(), &terms()).await.unwrap();
    assert_eq!((answer.text.as_str(), answer.finish), ("", FinishReason::ContentFilter));
}

#[tokio::test]
async fn a_passing_trouble_is_tried_again() {
    for status in ["408 Request Timeout", "429 Too Many Requests", "500 Oh", "503 Not Now"] {
        let server = FakeServer::start(vec![reply(status, "", ""), says("Good day.")]).await;
        let client = client(&server);
        let answer = client.complete(&hello(), &terms()).await.unwrap();
        assert_eq!(answer.retries, 1, "{status}");
        assert_eq!(client.spent(TODAY).tokens_today, 15, "a refusal costs nothing: {status}");
    }
}

#[tokio::test]
async fn a_lost_connection_is_tried_again() {
    let server = FakeServer::start(vec![vec![], says("Good day.")]).await;
    assert_eq!(client(&server).complete(&hello(), &terms()).await.unwrap().retries, 1);
}

#[tokio::test]
async fn nobody_there() {
    let server = FakeServer::start(vec![vec![]]).await;
    let mut config = config(&server);
    // A port that was free a moment ago.
    let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", socket.local_addr().unwrap());
    drop(socket);
    config.base_url = BaseUrl::parse(&address).unwrap();
    let client = ChatClient::new(config).unwrap();
    let error = client.complete(&hello(), &terms()).await.unwrap_err();
    assert_eq!(error, LlmError::Unavailable { why: Failure::Connect, retry_after: None });
    assert!(matches!(client.status(), Status::Unavailable { why, .. } if why == error));
    assert_eq!(client.spent(TODAY).tokens_today, 0);
}

#[tokio::test]
async fn what_the_server_asks_to_wait_is_waited() {
    let server =
        FakeServer::start(vec![reply("429 Slow", "retry-after: 1\r\n", ""), says("Good day.")]).await;
    let answer = client(&server).complete(&hello(), &terms()).await.unwrap();
    assert!(answer.latency >= Duration::from_secs(1), "{:?}", answer.latency);
}

#[tokio::test]
async fn a_wait_beyond_the_deadline_is_told_at_once() {
    let dates = "date: Sun, 06 Nov 1994 08:49:37 GMT\r\nretry-after: Sun, 06 Nov 1994 08:51:37 GMT\r\n";
    for headers in ["retry-after: 120\r\n", dates] {
        let server = FakeServer::start(vec![reply("429 Slow", headers, "")]).await;
        let began = Instant::now();
        let error = client(&server).complete(&hello(), &terms()).await.unwrap_err();
        let retry_after = Some(Duration::from_mins(2));
        assert_eq!(error, LlmError::Unavailable { why: Failure::RateLimited, retry_after });
        assert!(began.elapsed() < Duration::from_secs(5));
        assert_eq!(server.requests(), 1);
    }
}

#[tokio::test]
async fn what_is_the_operators_fault_is_not_tried_again() {
    let check = async |status: &str, error: serde_json::Value, number, why| {
        let server = FakeServer::start(vec![refuses(status, &error)]).await;
        let found = client(&server).complete(&hello(), &terms()).await.unwrap_err();
        assert_eq!(found, LlmError::Rejected { status: number, why }, "{status}");
        assert_eq!(server.requests(), 1, "{status}");
    };
    check("400 Bad Request", json!({"message": "what?"}), 400, Rejection::BadRequest).await;
    check("400 Bad Request", json!({"code": "context_length_exceeded"}), 400, Rejection::TooLong).await;
    check("401 Unauthorized", json!({"message": KEY}), 401, Rejection::BadKey).await;
    check("403 Forbidden", json!({}), 403, Rejection::BadKey).await;
    check("404 Not Found", json!({"code": "model_not_found"}), 404, Rejection::NotFound).await;
    check("429 Slow", json!({"code": "insufficient_quota"}), 429, Rejection::NoCredit).await;
}

#[tokio::test]
async fn the_key_does_not_follow_a_redirection() {
    let elsewhere = FakeServer::start(vec![says("Give me the key.")]).await;
    let location = format!("location: {}\r\n", elsewhere.base_url());
    let server = FakeServer::start(vec![reply("307 Temporary Redirect", &location, "")]).await;
    let error = client(&server).complete(&hello(), &terms()).await.unwrap_err();
    assert_eq!(error, LlmError::Rejected { status: 307, why: Rejection::NotFound });
    assert_eq!(elsewhere.requests(), 0);
}

#[tokio::test]
async fn a_server_without_schemas_is_asked_in_words_from_then_on() {
    let refused = json!({"message": "Unknown parameter: 'response_format.json_schema'"});
    let server = FakeServer::start(vec![refuses("400 Bad Request", &refused), says("{}")]).await;
    let client = client(&server);
    let schema = Schema { name: "answer".into(), schema: json!({"type": "object"}) };
    let request = ChatRequest { schema: Some(schema), ..hello() };
    for _ in 0..2 {
        assert_eq!(client.complete(&request, &terms()).await.unwrap().retries, 0);
    }
    let formats: Vec<_> =
        server.seen().iter().map(|seen| seen.body["response_format"]["type"].clone()).collect();
    assert_eq!(formats, ["json_schema", "json_object", "json_object"]);
}

#[tokio::test]
async fn replies_that_are_none() {
    let check = async |body: &str, expected| {
        let server = FakeServer::start(vec![reply("200 OK", "", body)]).await;
        let found = client(&server).complete(&hello(), &terms()).await.unwrap_err();
        assert_eq!(found, LlmError::BadReply(expected));
        assert_eq!(server.requests(), 1);
    };
    check("<html>Sign in to the hotel's network</html>", BadReply::NotJson).await;
    check("{\"choices\":", BadReply::NotJson).await;
    check(r#"{"choices":[{"message":{"content":""},"finish_reason":"stop"}]}"#, BadReply::Empty).await;
    check(&" ".repeat(2 * 1024 * 1024), BadReply::TooLarge).await;
}

#[tokio::test]
async fn probes() {
    let check = async |script, expected: Result<Option<bool>, LlmError>| {
        let server = FakeServer::start(vec![script]).await;
        let found = client(&server).probe(Duration::from_secs(5)).await;
        assert_eq!(found.map(|probe| probe.model_listed), expected);
        assert!(server.seen()[0].head.starts_with("get /v1/models "));
    };
    check(reply("200 OK", "", r#"{"data":[{"id":"test-model"}]}"#), Ok(Some(true))).await;
    check(reply("200 OK", "", r#"{"data":[{"id":"other"}]}"#), Ok(Some(false))).await;
    check(reply("200 OK", "", "fine"), Ok(None)).await;
    check(reply("200 OK", "", &"x".repeat(2 * 1024 * 1024)), Ok(None)).await;
    let bad_key = LlmError::Rejected { status: 401, why: Rejection::BadKey };
    check(reply("401 Unauthorized", "", ""), Err(bad_key)).await;
}
