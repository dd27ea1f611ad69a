//! Answers in pieces: cut anywhere, broken off, hanging, abandoned.

use super::server::{FakeServer, Step, farewell, piece, reply, says, stream, stream_head};
use super::*;

#[tokio::test]
async fn pieces_and_the_whole() {
    let body = format!(": hello\r\n\r\n{}{}{}", piece("Good "), piece("day."), farewell());
    let server = FakeServer::start(vec![stream(&body)]).await;
    let (pieces, end) = drain(client(&server).stream(hello(), terms())).await;
    assert_eq!(pieces, ["Good ", "day."]);
    let end = end.unwrap();
    assert_eq!((end.text.as_str(), end.finish), ("Good day.", FinishReason::Stop));
    assert_eq!(end.usage, Usage { prompt_tokens: 12, completion_tokens: 5, estimated: false });
    let seen = &server.seen()[0];
    assert_eq!(seen.body["stream"], true);
    assert_eq!(seen.body["stream_options"]["include_usage"], true);
}

#[tokio::test]
async fn cuts_anywhere_change_nothing() {
    // Not escaped, so that a cut falls inside the characters, too.
    let body = format!("{}data: [DONE]\r\n\r\n", piece("日本 é 😀").replace('\n', "\r\n"));
    let script = |at: usize| {
        let (first, second) = body.as_bytes().split_at(at);
        let pause = Step::Pause(Duration::from_millis(2));
        vec![stream_head(), Step::Send(first.to_vec()), pause, Step::Send(second.to_vec())]
    };
    let server = FakeServer::start((1..body.len()).map(script).collect()).await;
    let client = client(&server);
    for at in 1..body.len() {
        let (pieces, end) = drain(client.stream(hello(), terms())).await;
        assert_eq!(pieces.concat(), "日本 é 😀", "cut at {at}");
        assert!(end.is_ok_and(|end| end.usage.estimated), "cut at {at}");
    }
}

#[tokio::test]
async fn endings() {
    let check = async |body: &str, expected: Result<&str, LlmError>| {
        let server = FakeServer::start(vec![stream(body)]).await;
        let (_, end) = drain(client(&server).stream(hello(), terms())).await;
        assert_eq!(end.map(|end| end.text), expected.map(str::to_owned), "{body}");
    };
    let lost = LlmError::Unavailable { why: Failure::ConnectionLost, retry_after: None };
    let finished = r#"data: {"choices":[{"delta":{},"finish_reason":"stop"}]}"#;
    check(&format!("{}data: [DONE]", piece("a")), Ok("a")).await;
    check(&format!("{}{finished}\n\n", piece("a")), Ok("a")).await;
    check(&format!("{}{finished}", piece("a")), Ok("a")).await;
    check(&piece("a"), Err(lost.clone())).await;
    check("", Err(lost)).await;
    check(&format!("{}data: {{oops\n\n", piece("a")), Err(LlmError::BadReply(BadReply::NotJson))).await;
    check("data: [DONE]\n\n", Err(LlmError::BadReply(BadReply::Empty))).await;
    let error = r#"data: {"error":{"message":"overloaded","code":503}}"#;
    let failed = LlmError::Unavailable { why: Failure::Server(503), retry_after: None };
    check(&format!("{}{error}\n\n", piece("a")), Err(failed)).await;
    check(&format!("data: {}\n\n", "x".repeat(1024 * 1024)), Err(LlmError::BadReply(BadReply::TooLarge)))
        .await;
    let endless = piece(&"x".repeat(100_000)).repeat(12);
    check(&endless, Err(LlmError::BadReply(BadReply::TooLarge))).await;
}

#[tokio::test]
async fn tried_again_only_before_the_first_piece() {
    let good = stream(&format!("{}{}", piece("fine"), farewell()));
    let server = FakeServer::start(vec![reply("500 Oh", "", ""), stream(""), good.clone()]).await;
    let (pieces, end) = drain(client(&server).stream(hello(), terms())).await;
    assert_eq!((pieces.concat().as_str(), end.map(|end| end.retries)), ("fine", Ok(2)));

    let server = FakeServer::start(vec![stream(&piece("half of")), good]).await;
    let (pieces, end) = drain(client(&server).stream(hello(), terms())).await;
    assert_eq!(pieces, ["half of"]);
    assert!(matches!(end, Err(LlmError::Unavailable { why: Failure::ConnectionLost, .. })), "{end:?}");
    assert_eq!(server.requests(), 1);
}

#[tokio::test]
async fn a_server_that_does_not_stream() {
    let server = FakeServer::start(vec![says("All at once.")]).await;
    let (pieces, end) = drain(client(&server).stream(hello(), terms())).await;
    assert_eq!(pieces, ["All at once."]);
    assert_eq!(end.unwrap().text, "All at once.");
}

#[tokio::test]
async fn silence() {
    let check = async |script: Vec<Step>, expected: Result<&str, Stage>| {
        let server = FakeServer::start(vec![script]).await;
        let client = client(&server);
        let (_, end) = drain(client.stream(hello(), terms())).await;
        assert_eq!(end.map(|end| end.text), expected.map(str::to_owned).map_err(LlmError::TooSlow));
        server.hung_up().await;
        assert!(client.spent(TODAY).tokens_today > 0, "the provider charges it all the same");
    };
    let sent = |text: &str| Step::Send(text.as_bytes().to_vec());
    check(vec![Step::Hang], Err(Stage::FirstByte)).await;
    check(vec![stream_head(), Step::Hang], Err(Stage::BetweenChunks)).await;
    check(vec![stream_head(), sent(&piece("a")), Step::Hang], Err(Stage::BetweenChunks)).await;
    let finished = r#"data: {"choices":[{"delta":{},"finish_reason":"stop"}]}"#;
    let complete = format!("{}{finished}\n\n", piece("a"));
    check(vec![stream_head(), sent(&complete), Step::Hang], Ok("a")).await;
}

#[tokio::test]
async fn a_listener_who_leaves_hangs_up() {
    let first = Step::Send(piece("Good ").into_bytes());
    let server = FakeServer::start(vec![vec![stream_head(), first, Step::Hang]]).await;
    let mut config = config(&server);
    config.time.between_chunks = Duration::from_mins(1);
    let client = ChatClient::new(config).unwrap();
    let mut stream = client.stream(hello(), terms());
    assert_eq!(stream.next().await.as_deref(), Some("Good "));
    drop(stream);
    server.hung_up().await;
    assert!(client.spent(TODAY).tokens_today > 0, "what was read and written is charged");
}

#[tokio::test]
async fn a_listener_who_does_not_listen_holds_nothing_for_ever() {
    let body = format!("{}{}", piece("x").repeat(500), farewell());
    let server = FakeServer::start(vec![stream(&body)]).await;
    let client = client(&server);
    let mut stream = client.stream(hello(), within(Duration::from_millis(500)));
    assert_eq!(stream.next().await.as_deref(), Some("x"));
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(stream.finish().await, Err(LlmError::TooSlow(Stage::Whole)));
    assert_eq!(client.status(), Status::Untried, "the server did nothing wrong");
}
