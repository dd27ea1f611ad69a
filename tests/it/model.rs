//! A language model that speaks HTTP and says what a test tells it to, or misbehaves.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What the model does with a call.
#[derive(Debug, Clone)]
pub enum Does {
    /// Answers so.
    Says(String),
    /// Answers with this status.
    Fails(u16),
    /// Never answers.
    Hangs,
    /// Hangs up in the middle.
    Breaks,
    /// Sends what is no JSON.
    Babbles,
    /// Puts customers' messages into these English words and answers into these of theirs; words every answer so that
    /// it is true.
    Translates { english: String, theirs: String },
    /// Says these one after another, a while between; only to who asks for a stream.
    Drips(Vec<String>, Duration),
}

/// A running model.
pub struct Model {
    /// For `OPENAI_BASE_URL`.
    pub url: String,
    does: Arc<Mutex<Does>>,
    calls: Arc<Mutex<Vec<Value>>>,
}

impl Model {
    /// Listens on a free port.
    pub async fn start(does: Does) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}/v1", listener.local_addr().expect("an address"));
        let model = Self { url, does: Arc::new(Mutex::new(does)), calls: Arc::new(Mutex::new(Vec::new())) };
        let (does, calls) = (Arc::clone(&model.does), Arc::clone(&model.calls));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&does), Arc::clone(&calls)));
            }
        });
        model
    }

    /// From now on.
    pub fn now(&self, does: Does) {
        *self.does.lock().expect("not poisoned") = does;
    }

    /// The bodies of all calls so far.
    pub fn calls(&self) -> Vec<Value> {
        self.calls.lock().expect("not poisoned").clone()
    }
}

async fn serve(mut stream: TcpStream, does: Arc<Mutex<Does>>, calls: Arc<Mutex<Vec<Value>>>) {
    while let Some(body) = request(&mut stream).await {
        let streamed = body["stream"] == true;
        let system = body["messages"][0]["content"].as_str().unwrap_or_default().to_owned();
        let asked = body["messages"][1]["content"].as_str().unwrap_or_default().to_owned();
        calls.lock().expect("not poisoned").push(body);
        let does = does.lock().expect("not poisoned").clone();
        let (status, text) = match does {
            Does::Says(text) if streamed => {
                let words = text.split_inclusive(' ').map(str::to_owned).collect();
                return drip(stream, words, Duration::ZERO).await;
            }
            Does::Drips(pieces, wait) => return drip(stream, pieces, wait).await,
            Does::Says(text) => (200, completion(&text)),
            Does::Translates { english, theirs } => {
                (200, completion(&translated(&system, &asked, english, theirs)))
            }
            Does::Fails(status) => (status, json!({ "error": { "message": "no" } }).to_string()),
            Does::Babbles => (200, "<html>".to_owned()),
            Does::Hangs => {
                tokio::time::sleep(Duration::from_mins(1)).await;
                return;
            }
            Does::Breaks => {
                let _ =
                    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{\"choices\":").await;
                return;
            }
        };
        let head = format!(
            "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            text.len()
        );
        if stream.write_all((head + &text).as_bytes()).await.is_err() {
            return;
        }
    }
}

/// What a translator says to this prompt.
fn translated(system: &str, asked: &str, english: String, theirs: String) -> String {
    const ANSWER: &str = "Please report damaged goods within 24 hours, with a photo.";
    if system.contains("into English") && asked.contains(&theirs) {
        // Our own answer, put back.
        ANSWER.to_owned()
    } else if system.contains("into English") {
        english
    } else if system.starts_with("Translate") {
        theirs
    } else {
        ANSWER.to_owned()
    }
}

/// An answer as server-sent events, until the client goes away.
async fn drip(mut stream: TcpStream, pieces: Vec<String>, wait: Duration) {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";
    if stream.write_all(head.as_bytes()).await.is_err() {
        return;
    }
    let last = pieces.len();
    for (n, piece) in pieces.into_iter().map(Some).chain([None]).enumerate() {
        let choice = match piece {
            Some(piece) => json!({ "index": 0, "delta": { "content": piece }, "finish_reason": null }),
            None => json!({ "index": 0, "delta": {}, "finish_reason": "stop" }),
        };
        let event = format!("data: {}\n\n", json!({ "choices": [choice] }));
        let end = if n == last { "data: [DONE]\n\n" } else { "" };
        if stream.write_all((event + end).as_bytes()).await.is_err() {
            return;
        }
        tokio::time::sleep(wait).await;
    }
}

fn completion(text: &str) -> String {
    json!({
        "choices": [{ "index": 0, "message": { "role": "assistant", "content": text }, "finish_reason": "stop" }],
        "usage": { "prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120 },
    })
    .to_string()
}

/// The JSON of the next request on a connection; `None` at its end.
async fn request(stream: &mut TcpStream) -> Option<Value> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|w| w == b"\r\n\r\n") {
            break at + 4;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
    let length: usize = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"))
        .and_then(|value| value.trim().parse().ok())
        .unwrap_or(0);
    while bytes.len() < end + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    serde_json::from_slice(&bytes[end..end + length]).ok().or(Some(Value::Null))
}
