use super::*;

fn request(schema: bool) -> ChatRequest {
    let schema = schema.then(|| Schema { name: "answer".into(), schema: json!({"type": "object"}) });
    ChatRequest { schema, ..ChatRequest::new(vec![Message::system("Be kind."), Message::user("Hi")]) }
}

fn encoded(request: &ChatRequest, dialect: Dialect, stream: bool) -> Value {
    serde_json::from_slice(&encode(request, "m", dialect, stream)).unwrap()
}

#[test]
fn a_plain_request() {
    let expected = json!({
        "model": "m",
        "messages": [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hi"}],
        "max_tokens": 2000,
        "stream": false,
    });
    let mut body = encoded(&request(false), Dialect::usual(), false);
    let temperature = body.as_object_mut().and_then(|body| body.remove("temperature"));
    assert!(temperature.and_then(|t| t.as_f64()).is_some_and(|t| (t - 0.7).abs() < 1e-6));
    assert_eq!(body, expected);
}

#[test]
fn dialects() {
    let usual = Dialect::usual();
    let body = encoded(&request(true), usual, true);
    assert_eq!(body["response_format"]["json_schema"]["name"], "answer");
    assert_eq!(body["messages"][0]["content"], "Be kind.");
    assert_eq!(body["stream_options"]["include_usage"], true);

    let old = Dialect { format: Format::Object, stream_usage: false, ..usual };
    let body = encoded(&request(true), old, true);
    assert_eq!(body["response_format"], json!({"type": "json_object"}));
    assert!(
        body["messages"][0]["content"].as_str().is_some_and(|text| text.contains(r#"{"type":"object"}"#))
    );
    assert_eq!(body.get("stream_options"), None);

    let thinking = Dialect { new_token_limit: true, temperature: false, format: Format::Words, ..usual };
    let mut asked = request(true);
    asked.messages.remove(0);
    let body = encoded(&asked, thinking, false);
    assert_eq!(body["max_completion_tokens"], 2000);
    for absent in ["max_tokens", "temperature", "response_format"] {
        assert_eq!(body.get(absent), None, "{absent}");
    }
    assert_eq!(body["messages"][0]["role"], "system");
}

#[test]
fn answers() {
    let check = |json: &str, text: &str, finish, tokens: Option<(u64, u64)>| {
        let part = decode(json.as_bytes()).unwrap();
        assert_eq!((part.text.as_str(), part.finish), (text, finish), "{json}");
        assert_eq!(part.usage.map(|u| (u.prompt_tokens, u.completion_tokens)), tokens, "{json}");
    };
    check(
        r#"{"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":1}}"#,
        "Hi",
        Some(FinishReason::Stop),
        Some((3, 1)),
    );
    check(r#"{"choices":[{"delta":{"content":"H"},"finish_reason":null}],"usage":null}"#, "H", None, None);
    check(
        r#"{"choices":[{"delta":{"content":null},"finish_reason":"length"}]}"#,
        "",
        Some(FinishReason::Length),
        None,
    );
    check(r#"{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":9}}"#, "", None, Some((3, 9)));
    check(
        r#"{"choices":[{"message":{"content":"x"}}],"usage":{"prompt_tokens":0,"completion_tokens":0}}"#,
        "x",
        None,
        None,
    );
    check(
        r#"{"choices":[{"message":{"content":null,"refusal":"no"},"finish_reason":"stop"}],"error":null}"#,
        "",
        Some(FinishReason::ContentFilter),
        None,
    );
    check(r#"{"choices":[{"finish_reason":"tool_calls"}]}"#, "", Some(FinishReason::Other), None);
    for bad in ["", "<html>", "{}", "[]", r#"{"choices":7}"#, r#"{"object":"list"}"#] {
        assert_eq!(decode(bad.as_bytes()), Err(LlmError::BadReply(BadReply::NotJson)), "{bad}");
    }
}

#[test]
fn refusals() {
    let check = |status: u16, body: &str, expected: Result<Rejection, Failure>| {
        let expected = match expected {
            Ok(why) => LlmError::Rejected { status, why },
            Err(why) => LlmError::Unavailable { why, retry_after: None },
        };
        assert_eq!(
            refusal(StatusCode::from_u16(status).unwrap(), body.as_bytes()),
            expected,
            "{status} {body}"
        );
    };
    check(401, "", Ok(Rejection::BadKey));
    check(403, "{}", Ok(Rejection::BadKey));
    check(402, "", Ok(Rejection::NoCredit));
    check(404, r#"{"error":{"code":"model_not_found"}}"#, Ok(Rejection::NotFound));
    check(301, "", Ok(Rejection::NotFound));
    check(400, r#"{"error":{"code":"context_length_exceeded"}}"#, Ok(Rejection::TooLong));
    check(400, r#"{"error":{"code":null,"type":"invalid_request_error"}}"#, Ok(Rejection::BadRequest));
    check(400, r#"{"error":"plain words"}"#, Ok(Rejection::BadRequest));
    check(429, r#"{"error":{"code":"insufficient_quota"}}"#, Ok(Rejection::NoCredit));
    check(429, "slow down", Err(Failure::RateLimited));
    check(408, "", Err(Failure::Server(408)));
    check(503, r#"{"error":{"code":"invalid_api_key"}}"#, Err(Failure::Server(503)));
}

#[test]
fn errors_inside_an_answer() {
    let check = |json: &str, expected| assert_eq!(decode(json.as_bytes()).unwrap_err(), expected, "{json}");
    let server = |status| LlmError::Unavailable { why: Failure::Server(status), retry_after: None };
    check(r#"{"error":{"message":"secret","type":"server_error"}}"#, server(500));
    check(r#"{"error":{"code":502,"message":"upstream"},"choices":[]}"#, server(502));
    check(r#"{"error":"oops"}"#, server(500));
    check(
        r#"{"error":{"code":429}}"#,
        LlmError::Unavailable { why: Failure::RateLimited, retry_after: None },
    );
}

#[test]
fn lists_of_models() {
    assert_eq!(
        models(br#"{"object":"list","data":[{"id":"a"},{"id":"b","x":1}]}"#),
        Some(vec!["a".into(), "b".into()])
    );
    assert_eq!(models(b"<html>"), None);
}
