//! The service itself: health, numbers, description, page.

use serde_json::{Value, json};

use crate::harness::{TestServer, redacted, send};

#[tokio::test]
async fn health_and_company() {
    let server = TestServer::start().await;
    let health = server.get("/health").await.expect(200, "").json;
    assert!(health["uptime_seconds"].is_u64());
    insta::assert_json_snapshot!("health", redacted(&health), { ".version" => "[version]" });
    assert_eq!(health["version"], env!("CARGO_PKG_VERSION"));
    server.get("/health/live").await.expect(200, "");
    server.get("/health/ready").await.expect(200, "");
    insta::assert_json_snapshot!("company", server.get("/api/company").await.expect(200, "").json);
    let head = send(server.request("HEAD", "/health")).await;
    assert_eq!((head.status, head.text.as_str()), (200, ""));

    server.store.clone().close().await;
    let health = server.get("/health").await;
    assert_eq!((health.status, &health.json["status"]), (503, &json!("unhealthy")));
    assert_eq!(
        (&health.json["database"], &health.json["vector_index"]),
        (&json!("unavailable"), &json!("connected"))
    );
    assert_eq!(server.get("/health/ready").await.status, 503);
    assert_eq!(server.get("/health/live").await.status, 200);
    // The rest says so, too, and does not hang.
    let refused = server.get_as("tria_any", "/api/orders").await.expect(503, "stopping");
    assert_eq!(refused.header("retry-after"), "1");
    let refused = server.post("/api/chatbot", &json!({ "message": "hello", "session_id": "s" })).await;
    assert!(refused.status >= 500 && !refused.text.contains("database"), "{}", refused.text);
}

#[tokio::test]
async fn metrics_count_by_route() {
    let server = TestServer::start().await;
    server.post("/api/chatbot", &json!({ "message": "hello" })).await.expect(200, "");
    server.get("/wp-admin.php").await.expect(404, "not_found");
    let metrics = server.get("/metrics").await;
    assert!(metrics.header("content-type").starts_with("application/openmetrics-text"));
    for line in [
        r#"tria_http_requests_total{route="/api/chatbot",method="POST",status="2xx"} 1"#,
        r#"tria_http_requests_total{route="other",method="GET",status="4xx"} 1"#,
        "process_resident_memory_bytes ",
    ] {
        assert!(metrics.text.lines().any(|l| l.starts_with(line)), "no {line} in\n{}", metrics.text);
    }
    assert!(!metrics.text.contains("wp-admin"));
    server.finish().await;

    let server = TestServer::with(|s| s.flag("ENABLE_METRICS", "false")).await;
    server.get("/metrics").await.expect(404, "not_found");
    server.finish().await;
}

#[tokio::test]
async fn the_page_and_its_parts() {
    let server = TestServer::start().await;
    let page = server.get("/").await;
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    let policy = page.header("content-security-policy");
    assert_eq!(
        policy,
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; \
         base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
    );
    assert!(!page.text.contains("<style") && !page.text.contains(" onclick="), "the policy forbids it");
    // Everything the page asks for is served, from here.
    let mut asked: Vec<String> = page
        .text
        .split(['"', '\''])
        .filter(|piece| piece.starts_with("/assets/"))
        .map(str::to_owned)
        .collect();
    asked.push("/assets/render.js".to_owned());
    assert!(asked.len() >= 4, "{asked:?}");
    for path in asked {
        let part = server.get(&path).await;
        assert_eq!((part.status, part.header("x-content-type-options")), (200, "nosniff"), "{path}");
        let tag = part.header("etag").to_owned();
        let again = send(server.request("GET", &path).header("If-None-Match", &tag)).await;
        assert_eq!(
            (again.status, again.text.as_str(), again.header("etag")),
            (304, "", tag.as_str()),
            "{path}"
        );
    }
    let packed = send(server.request("GET", "/assets/chat.js").header("Accept-Encoding", "gzip")).await;
    assert_eq!(packed.header("content-encoding"), "gzip");
    server.get("/assets/../Cargo.toml").await.expect(404, "not_found");
    server.get("/assets/other.js").await.expect(404, "not_found");
    server.finish().await;
}

#[tokio::test]
async fn everything_described_is_there() {
    let server = TestServer::start().await;
    let openapi = server.get("/openapi.json").await;
    assert_eq!(openapi.status, 200);
    let paths = openapi.json["paths"].as_object().unwrap();
    for (path, methods) in paths {
        let path = path.replace("{id}", "1");
        for method in methods.as_object().unwrap().keys().filter(|name| *name != "parameters") {
            let answer = send(server.request(&method.to_uppercase(), &path)).await;
            let missing = answer.status == 405 || answer.json["detail"] == "There is no such page.";
            assert!(!missing, "{method} {path}: {}", answer.text);
        }
        // And it says what else it does not take.
        let answer = send(server.request("PUT", &path)).await.expect(405, "method_not_allowed");
        assert!(!answer.header("allow").is_empty());
    }
    assert!(refs(&openapi.json).iter().all(|reference| {
        let pointer = reference.trim_start_matches('#');
        openapi.json.pointer(pointer).is_some()
    }));
    server.finish().await;
}

/// All `$ref`s of a document.
fn refs(value: &Value) -> Vec<String> {
    match value {
        Value::Object(map) => {
            let own = map.get("$ref").and_then(Value::as_str).map(str::to_owned);
            own.into_iter().chain(map.values().flat_map(refs)).collect()
        }
        Value::Array(items) => items.iter().flat_map(refs).collect(),
        _ => Vec::new(),
    }
}
