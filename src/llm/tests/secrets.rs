//! Neither the key nor a prompt is printed, whatever happens.

use std::fmt::Write;
use std::sync::{Arc, Mutex};

use super::server::{FakeServer, refuses, reply, stream};
use super::*;

/// Everything that is logged while the test runs on this thread.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

struct Fields<'a>(&'a mut String);

impl tracing::field::Visit for Fields<'_> {
    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn std::fmt::Debug) {
        let _ = write!(self.0, "{field}={value:?} ");
    }
}

impl tracing::Subscriber for Log {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        metadata.target().starts_with("tria")
    }
    fn new_span(&self, attributes: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        attributes.record(&mut Fields(&mut self.0.lock().unwrap()));
        tracing::span::Id::from_u64(1)
    }
    fn record(&self, _: &tracing::span::Id, values: &tracing::span::Record<'_>) {
        values.record(&mut Fields(&mut self.0.lock().unwrap()));
    }
    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}
    fn event(&self, event: &tracing::Event<'_>) {
        event.record(&mut Fields(&mut self.0.lock().unwrap()));
    }
    fn enter(&self, _: &tracing::span::Id) {}
    fn exit(&self, _: &tracing::span::Id) {}
}

#[tokio::test]
async fn nothing_secret_is_printed() {
    let log = Log::default();
    let _logging = tracing::subscriber::set_default(log.clone());
    let echo = serde_json::json!({
        "message": format!("Incorrect API key provided: {KEY}; response_format: prompt-secret"),
        "code": KEY,
    });
    let scripts = [
        refuses("401 Unauthorized", &echo),
        refuses("400 Bad Request", &echo),
        refuses("500 Oh", &echo),
        reply("200 OK", "", &format!("{KEY} prompt-secret")),
        stream(&format!("data: {}\n\n", serde_json::json!({ "error": echo }))),
        vec![],
    ];
    let mut printed = String::new();
    for script in scripts {
        let server = FakeServer::start(vec![script]).await;
        let mut config = config(&server);
        config.breaker.failures = 1;
        let mut request = hello();
        request.schema = Some(Schema { name: "x".into(), schema: serde_json::json!({}) });
        let _ = write!(printed, "{config:?} {request:?} ");
        let client = ChatClient::new(config).unwrap();
        let whole = client.complete(&request, &terms()).await.unwrap_err();
        let (_, streamed) = drain(client.stream(request, terms())).await;
        let _ = write!(printed, "{client:?} {whole} {whole:?} {streamed:?} {:?} ", client.status());
    }
    printed += &log.0.lock().unwrap();
    assert!(printed.contains("left alone"), "the log is read");
    for secret in [KEY, "prompt-secret"] {
        assert!(!printed.contains(secret), "{printed}");
    }
}
