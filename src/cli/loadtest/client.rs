//! The server under test, as its clients see it.

use std::net::IpAddr;
use std::time::Duration;

use anyhow::{Context as _, bail};
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Method, RequestBuilder, Response, Url, redirect};
use serde_json::{Value, json};

/// Who waits longer has gone. Twice the slowest percentile that any of the tests allows.
pub const TIMEOUT: Duration = Duration::from_secs(30);
/// For connecting: on a machine that is up this takes a few round trips.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Shorter than servers keep idle connections (60 s is usual), so that none is closed while a request sets out on it.
const IDLE: Duration = Duration::from_secs(30);
/// Largest answer that is read, in bytes: one of a wrong server must not fill the client's memory. `/metrics` and a
/// full page of orders stay below.
pub const MAX_BODY: usize = 4 << 20;
/// Longest excerpt of an answer in a result, in characters.
const EXCERPT: usize = 160;

/// Why a request was not answered as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// No whole answer within [`TIMEOUT`].
    Timeout,
    /// No connection.
    Connect(String),
    /// The connection broke, or what came was not HTTP.
    Broken(String),
    /// 429, with the seconds of `Retry-After`.
    RateLimited(Option<u64>),
    /// Another status than 200.
    Status(u16, String),
    /// 200, and not what the contract says.
    BadReply(String),
    /// A fault made on purpose was not met as it should be.
    Mishandled(String),
}

impl Failure {
    /// What errors are counted by: few names, whatever the server sends.
    pub fn kind(&self) -> String {
        match self {
            Self::Timeout => "timeout".to_owned(),
            Self::Connect(_) => "connect".to_owned(),
            Self::Broken(_) => "broken_connection".to_owned(),
            Self::RateLimited(_) => "rate_limited".to_owned(),
            Self::Status(status, _) => format!("http_{status}"),
            Self::BadReply(_) => "bad_reply".to_owned(),
            Self::Mishandled(_) => "mishandled_fault".to_owned(),
        }
    }

    /// One line for people.
    pub fn sentence(&self) -> String {
        match self {
            Self::Timeout => format!("no answer within {} s", TIMEOUT.as_secs()),
            Self::Connect(why) => format!("no connection: {why}"),
            Self::Broken(why) => format!("the connection broke: {why}"),
            Self::RateLimited(Some(seconds)) => format!("refused with 429, to come back in {seconds} s"),
            Self::RateLimited(None) => "refused with 429".to_owned(),
            Self::Status(status, body) => format!("status {status}: {body}"),
            Self::BadReply(why) => format!("status 200, but {why}"),
            Self::Mishandled(why) => why.clone(),
        }
    }
}

impl From<reqwest::Error> for Failure {
    fn from(error: reqwest::Error) -> Self {
        // The outermost message only says that it failed; the last cause says why.
        let mut cause: &dyn std::error::Error = &error;
        while let Some(next) = cause.source() {
            cause = next;
        }
        let why = excerpt(&cause.to_string());
        match () {
            () if error.is_timeout() => Self::Timeout,
            () if error.is_connect() => Self::Connect(why),
            () => Self::Broken(why),
        }
    }
}

/// What a chat message was answered with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// Whether the server had the answer ready.
    pub from_cache: bool,
    /// Whether a language model worded it.
    pub by_llm: bool,
}

/// An answer that was read to its end.
#[derive(Debug)]
pub struct Whole {
    /// The status.
    pub status: u16,
    /// The media type.
    pub media_type: String,
    retry_after: Option<u64>,
    body: Vec<u8>,
}

impl Whole {
    /// The body as JSON; `Null` when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The beginning of the body, as one line.
    pub fn excerpt(&self) -> String {
        excerpt(&String::from_utf8_lossy(&self.body))
    }

    /// A 200 is right.
    pub fn ok(self) -> Result<Self, Failure> {
        match self.status {
            200 => Ok(self),
            429 => Err(Failure::RateLimited(self.retry_after)),
            status => Err(Failure::Status(status, self.excerpt())),
        }
    }
}

/// The beginning of a text, as one line.
pub fn excerpt(text: &str) -> String {
    text.chars().take(EXCERPT).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// What `/metrics` tells of the server.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ServerNumbers {
    /// Resident memory, in bytes.
    pub memory: Option<f64>,
    /// Since its start, in seconds.
    pub uptime: Option<f64>,
}

/// The server under test.
#[derive(Debug, Clone)]
pub struct Target {
    /// Without a stroke at its end.
    pub base: Url,
    /// Sent as bearer.
    pub token: Option<String>,
    client: reqwest::Client,
}

impl Target {
    /// Refuses a server that is not on this machine, unless the caller says that it is theirs.
    pub fn new(url: &str, token: Option<String>, owned: bool, users: usize) -> anyhow::Result<Self> {
        let base = Url::parse(url)
            .with_context(|| format!("`{url}` is not an address such as http://127.0.0.1:8003"))?;
        if !matches!(base.scheme(), "http" | "https") || base.host_str().is_none() {
            bail!("`{url}` is not an address such as http://127.0.0.1:8003");
        }
        if !owned && !is_loopback(&base) {
            bail!(
                "{url} is not on this machine. A load test sends as much as it can and leaves orders and tickets \
                 behind: if that server is yours and may be loaded, say so with --i-own-this-server"
            );
        }
        crate::llm::use_ring();
        let client = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_max_idle_per_host(users)
            .pool_idle_timeout(IDLE)
            // Neither a redirect nor a proxy may carry the load to a machine that was not named.
            .redirect(redirect::Policy::none())
            .no_proxy()
            .build()?;
        Ok(Self { base, token: token.filter(|token| !token.is_empty()), client })
    }

    /// The address of a path that begins with a stroke.
    pub fn path(&self, path: &str) -> String {
        format!("{}{path}", self.base.path().trim_end_matches('/'))
    }

    /// A request with the token, to a path that begins with a stroke.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let address = format!("{}{path}", self.base.as_str().trim_end_matches('/'));
        let request = self.client.request(method, address);
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Sends, and reads the answer to its end.
    pub async fn send(&self, request: RequestBuilder) -> Result<Whole, Failure> {
        let mut response: Response = request.send().await?;
        let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
        let mut whole = Whole {
            status: response.status().as_u16(),
            media_type: header(CONTENT_TYPE).unwrap_or_default().to_owned(),
            retry_after: header(RETRY_AFTER).and_then(|seconds| seconds.parse().ok()),
            body: Vec::new(),
        };
        while let Some(chunk) = response.chunk().await? {
            if whole.body.len() + chunk.len() > MAX_BODY {
                return Err(Failure::Broken(format!("the answer is longer than {MAX_BODY} bytes")));
            }
            whole.body.extend_from_slice(&chunk);
        }
        Ok(whole)
    }

    /// JSON from a path.
    pub async fn get(&self, path: &str) -> Result<Value, Failure> {
        Ok(self.send(self.request(Method::GET, path)).await?.ok()?.json())
    }

    /// One message of a conversation.
    pub async fn chat(&self, message: &str, session: &str) -> Result<Answered, Failure> {
        let body = json!({ "message": message, "session_id": session });
        let request = self.request(Method::POST, "/api/chatbot").json(&body);
        let reply = self.send(request).await?.ok()?;
        answered(&reply.json(), session)
            .map_err(|why| Failure::BadReply(format!("{why}: {}", reply.excerpt())))
    }

    /// The server's own numbers.
    pub async fn numbers(&self) -> Result<ServerNumbers, Failure> {
        // Soon asked again: one that comes late is of no use.
        let request = self.request(Method::GET, "/metrics").timeout(Duration::from_secs(5));
        let text = self.send(request).await?.ok()?;
        Ok(numbers(&String::from_utf8_lossy(&text.body)))
    }
}

/// Whether an answer is what section 3 of the contract promises, and belongs to this conversation.
pub fn answered(reply: &Value, session: &str) -> Result<Answered, &'static str> {
    let text = |name: &str| reply.get(name).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    let metadata = reply.get("metadata").filter(|metadata| metadata.is_object());
    match () {
        () if reply.get("success") != Some(&Value::Bool(true)) => Err("`success` is not true"),
        () if text("message").is_none() => Err("there is no message"),
        () if text("session_id") != Some(session) => Err("it belongs to another session"),
        () if text("intent").is_none() => Err("there is no intent"),
        () if !metadata.is_some_and(|m| m.get("action").is_some_and(Value::is_string)) => {
            Err("there is no action")
        }
        () => Ok(Answered {
            from_cache: metadata.and_then(|m| m.get("from_cache")) == Some(&Value::Bool(true)),
            by_llm: text("mode") == Some("llm"),
        }),
    }
}

/// Reads Prometheus text. Gauges without labels only.
fn numbers(text: &str) -> ServerNumbers {
    let gauge = |name: &str| {
        text.lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.split(' ').next()?.parse().ok())
    };
    ServerNumbers {
        memory: gauge("process_resident_memory_bytes")
            .or_else(|| gauge("tria_process_resident_memory_bytes")),
        uptime: gauge("tria_uptime_seconds"),
    }
}

fn is_loopback(url: &Url) -> bool {
    let Some(host) = url.host_str() else { return false };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_machines_are_loaded_on_purpose_only() {
        let check = |url: &str, here: bool| {
            assert_eq!(Target::new(url, None, false, 1).is_ok(), here, "{url}");
            assert!(Target::new(url, None, true, 1).is_ok(), "{url}");
        };
        check("http://127.0.0.1:8003", true);
        check("http://127.9.0.1", true);
        check("http://localhost:8003/tria/", true);
        check("http://[::1]:8003", true);
        check("http://192.168.0.7:8003", false);
        check("http://tria.example", false);
        check("http://localhost.example", false);
        check("http://127.0.0.1.example", false);
        check("http://127.0.0.1@tria.example", false);
        assert!(Target::new("127.0.0.1:8003", None, true, 1).is_err());
        assert!(Target::new("ftp://127.0.0.1", None, true, 1).is_err());
    }

    #[test]
    fn an_answer_must_be_whole_and_ours() {
        let good = json!({"success": true, "session_id": "s", "message": "Hi", "intent": "greeting", "mode": "llm",
            "metadata": {"action": "answer", "from_cache": true}});
        assert_eq!(answered(&good, "s"), Ok(Answered { from_cache: true, by_llm: true }));
        assert!(answered(&good, "t").is_err());
        for field in ["success", "message", "session_id", "intent", "metadata"] {
            let mut bad = good.clone();
            bad[field] = Value::Null;
            assert!(answered(&bad, "s").is_err(), "{field}");
        }
        assert!(answered(&Value::Null, "s").is_err());
    }

    #[test]
    fn memory_is_read_from_either_name() {
        let text = "# HELP process_resident_memory_bytes Memory\nprocess_resident_memory_bytes 172806144\n\
            tria_uptime_seconds 10.5\n";
        assert_eq!(numbers(text), ServerNumbers { memory: Some(172_806_144.0), uptime: Some(10.5) });
        assert_eq!(numbers("tria_process_resident_memory_bytes 1.5e8 1700000000").memory, Some(1.5e8));
        assert_eq!(numbers("<html>").memory, None);
    }
}
