//! How much, how often, and from which pages.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::json;
use tria::domain::principal::Role;

use crate::harness::{TestServer, send};

#[tokio::test]
async fn a_client_has_its_allowance() {
    let server = TestServer::with(|s| s.flag("RATE_LIMIT_PER_MINUTE", "3")).await;
    let token = server.token(Role::Staff).await;
    for _ in 0..3 {
        server.get("/api/company").await.expect(200, "");
    }
    let refused = server.get("/api/company").await.expect(429, "rate_limited");
    let wait: u64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=20).contains(&wait), "{wait}");
    server.get_as(&token, "/api/company").await.expect(200, "");
    server.get_as("tria_guess", "/api/company").await.expect(429, "rate_limited");
    for free in ["/health", "/health/live", "/", "/assets/chat.js"] {
        assert_eq!(server.get(free).await.status, 200, "{free}");
    }
    server.finish().await;
}

#[tokio::test]
async fn pages_of_other_sites() {
    let server = TestServer::with(|s| s.flag("CORS_ORIGINS", "https://shop.example")).await;
    let from = |method: &str, origin: &str| server.request(method, "/api/chatbot").header("Origin", origin);
    let ask = |origin: &str| {
        let request = from("OPTIONS", origin).header("Access-Control-Request-Method", "POST");
        send(request.header("Access-Control-Request-Headers", "content-type,idempotency-key"))
    };
    let leave = ask("https://shop.example").await;
    assert_eq!((leave.status, leave.header("access-control-allow-origin")), (204, "https://shop.example"));
    assert!(leave.header("access-control-allow-methods").contains("PATCH"));
    assert!(leave.header("access-control-allow-headers").contains("Idempotency-Key"));
    assert_eq!(ask("https://evil.example").await.header("access-control-allow-origin"), "");

    let hello = json!({ "message": "hello" });
    let answer = send(from("POST", "https://shop.example").json(&hello)).await.expect(200, "");
    assert_eq!(answer.header("access-control-allow-origin"), "https://shop.example");
    assert!(answer.header("access-control-expose-headers").contains("Idempotency-Replayed"));
    assert_eq!(answer.header("vary"), "Origin");
    // Errors too: the page has to be able to read why.
    let wrong =
        send(from("POST", "https://shop.example").json(&json!({}))).await.expect(422, "invalid_request");
    assert_eq!(wrong.header("access-control-allow-origin"), "https://shop.example");
    server.finish().await;
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_and_answered() {
    let server = TestServer::with(|s| s.flag("TRIA_MAX_BODY_BYTES", "4096")).await;
    let large = json!({ "message": "x".repeat(3_000_000) });
    server.post("/api/chatbot", &large).await.expect(413, "body_too_large");

    // Announced as nothing, sent in pieces.
    let address = server.base.trim_start_matches("http://").to_owned();
    let text = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        let head = "POST /api/chatbot HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
                    Transfer-Encoding: chunked\r\n\r\n";
        stream.write_all(head.as_bytes()).unwrap();
        for _ in 0..8 {
            let piece = "x".repeat(1024);
            // The server may have had enough before everything is sent.
            if stream.write_all(format!("400\r\n{piece}\r\n").as_bytes()).is_err() {
                break;
            }
        }
        let mut answer = [0; 4096];
        let read = stream.read(&mut answer).unwrap();
        String::from_utf8_lossy(&answer[..read]).into_owned()
    });
    let text = text.await.unwrap();
    assert!(text.starts_with("HTTP/1.1 413"), "{text}");
    server.finish().await;
}

#[tokio::test]
async fn nonsense_on_the_wire_hurts_nobody() {
    let server = TestServer::start().await;
    let address = server.base.trim_start_matches("http://").to_owned();
    let pieces: [&[u8]; 6] = [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: banana\r\n\r\n",
        b"POST /api/chatbot HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET /%ff%fe/../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"POST /api/chatbot HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{",
        b"",
    ];
    let replies = tokio::task::spawn_blocking(move || {
        pieces.map(|piece| {
            let mut stream = TcpStream::connect(&address).unwrap();
            stream.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
            stream.write_all(piece).unwrap();
            let mut reply = Vec::new();
            let _ = stream.read_to_end(&mut reply);
            String::from_utf8_lossy(&reply).into_owned()
        })
    });
    for reply in replies.await.unwrap() {
        assert!(reply.is_empty() || reply.starts_with("HTTP/1.1 4"), "{reply}");
    }
    server.get("/health").await.expect(200, "");
    server.finish().await;
}
