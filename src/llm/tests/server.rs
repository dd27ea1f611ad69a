//! A server on a plain socket that says exactly what a test tells it to, at the pace it is told.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::super::BaseUrl;

/// What to do on one request.
#[derive(Debug, Clone)]
pub(super) enum Step {
    /// Send these bytes.
    Send(Vec<u8>),
    /// Wait.
    Pause(Duration),
    /// Keep the connection and say nothing more, until the client hangs up.
    Hang,
}

pub(super) type Script = Vec<Step>;

/// What a client sent.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub head: String,
    pub body: Value,
}

#[derive(Debug)]
struct Shared {
    scripts: Mutex<VecDeque<Script>>,
    /// What is done when the scripts are used up.
    usual: Script,
    seen: Mutex<Vec<Seen>>,
    hung_up: watch::Sender<usize>,
}

#[derive(Debug)]
pub(super) struct FakeServer {
    port: u16,
    shared: Arc<Shared>,
}

impl FakeServer {
    /// Does what the scripts say, one request each, and then the last one again and again. Every connection serves
    /// one request.
    pub async fn start(mut scripts: Vec<Script>) -> Self {
        let usual = scripts.pop().unwrap();
        let shared = Arc::new(Shared {
            scripts: Mutex::new(scripts.into()),
            usual,
            seen: Mutex::default(),
            hung_up: watch::channel(0).0,
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let for_all = shared.clone();
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                tokio::spawn(serve(socket, for_all.clone()));
            }
        });
        Self { port, shared }
    }

    pub fn base_url(&self) -> BaseUrl {
        BaseUrl::parse(&format!("http://127.0.0.1:{}/v1/", self.port)).unwrap()
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.shared.seen.lock().unwrap().clone()
    }

    pub fn requests(&self) -> usize {
        self.shared.seen.lock().unwrap().len()
    }

    /// Waits until a client has hung up on a [`Step::Hang`].
    pub async fn hung_up(&self) {
        let mut hung_up = self.shared.hung_up.subscribe();
        tokio::time::timeout(Duration::from_secs(5), hung_up.wait_for(|n| *n > 0)).await.unwrap().unwrap();
    }
}

async fn serve(mut socket: TcpStream, shared: Arc<Shared>) {
    let Some(seen) = read(&mut socket).await else { return };
    let script = {
        shared.seen.lock().unwrap().push(seen);
        shared.scripts.lock().unwrap().pop_front().unwrap_or_else(|| shared.usual.clone())
    };
    for step in script {
        match step {
            Step::Send(bytes) => {
                if socket.write_all(&bytes).await.is_err() {
                    return;
                }
                // Each piece in a packet of its own.
                tokio::task::yield_now().await;
            }
            Step::Pause(time) => tokio::time::sleep(time).await,
            Step::Hang => {
                let _ends = socket.read(&mut [0; 1]).await;
                shared.hung_up.send_modify(|n| *n += 1);
                return;
            }
        }
    }
}

async fn read(socket: &mut TcpStream) -> Option<Seen> {
    let mut bytes = Vec::new();
    loop {
        let mut piece = [0; 4096];
        let n = socket.read(&mut piece).await.ok().filter(|n| *n > 0)?;
        bytes.extend_from_slice(&piece[..n]);
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let head = head.to_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
        if body.len() >= length.unwrap_or(0) {
            return Some(Seen { body: serde_json::from_str(body).unwrap_or_default(), head });
        }
    }
}

/// A whole reply.
pub(super) fn reply(status: &str, headers: &str, body: &str) -> Script {
    vec![Step::Send(
        format!(
            "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n{headers}\r\n{body}",
            body.len()
        )
        .into_bytes(),
    )]
}

/// A chat completion.
pub(super) fn says(text: &str) -> Script {
    let body = json!({
        "choices": [{"message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 12, "completion_tokens": 3},
    });
    reply("200 OK", "content-type: application/json\r\n", &body.to_string())
}

/// A refusal in OpenAI's form.
pub(super) fn refuses(status: &str, error: &Value) -> Script {
    reply(status, "content-type: application/json\r\n", &json!({ "error": error }).to_string())
}

/// The head of a stream that ends with the connection.
pub(super) fn stream_head() -> Step {
    Step::Send(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n".to_vec())
}

/// One event with a piece of text.
pub(super) fn piece(text: &str) -> String {
    format!("data: {}\n\n", json!({"choices": [{"delta": {"content": text}, "finish_reason": null}]}))
}

/// The events that end an answer.
pub(super) fn farewell() -> String {
    let end = json!({"choices": [{"delta": {}, "finish_reason": "stop"}]});
    let usage = json!({"choices": [], "usage": {"prompt_tokens": 12, "completion_tokens": 5}});
    format!("data: {end}\n\ndata: {usage}\n\ndata: [DONE]\n\n")
}

/// A stream of these bytes.
pub(super) fn stream(body: &str) -> Script {
    vec![stream_head(), Step::Send(body.as_bytes().to_vec())]
}
