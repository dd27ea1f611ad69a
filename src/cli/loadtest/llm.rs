//! A language model to take down: the load test plays one (OpenAI's chat completions) for the server under test, and
//! in the middle of the chaos test it fails.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use anyhow::Context as _;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

/// The outage begins and ends at these shares of the chaos test.
pub const OUTAGE: (f64, f64) = (0.3, 0.7);
/// Connections at once; a server under test has its own, lower bound.
const MOST_CONNECTIONS: usize = 256;
/// Longest head and body of a request, in bytes.
const MOST_BYTES: u64 = 4 << 20;
/// How long a model that hangs holds a connection: longer than any client waits for words.
const HANG: Duration = Duration::from_mins(1);
/// Nothing in it could be wrong about any company.
const WORDS: &str = "Thank you for your message. I will gladly help you with that.";

/// The model.
#[derive(Debug, Default)]
pub struct Model {
    down: AtomicBool,
    calls: AtomicU64,
    calls_while_down: AtomicU64,
}

impl Model {
    /// Listens on this machine only; works until the program ends.
    pub async fn start(port: u16) -> anyhow::Result<Arc<Self>> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
            .await
            .with_context(|| format!("cannot play the language model on port {port}"))?;
        let model = Arc::new(Self::default());
        let working = Arc::clone(&model);
        tokio::spawn(async move {
            let room = Arc::new(Semaphore::new(MOST_CONNECTIONS));
            while let Ok(seat) = Arc::clone(&room).acquire_owned().await {
                let Ok((stream, _)) = listener.accept().await else { continue };
                let model = Arc::clone(&working);
                tokio::spawn(async move {
                    // A client that goes away is not the model's concern.
                    let _ = model.answer(stream).await;
                    drop(seat);
                });
            }
        });
        Ok(model)
    }

    /// Takes it down, or brings it back.
    pub fn set_down(&self, down: bool) {
        self.down.store(down, Relaxed);
    }

    /// Whether it is down.
    pub fn is_down(&self) -> bool {
        self.down.load(Relaxed)
    }

    /// How often it was asked: at all, and while it was down.
    pub fn calls(&self) -> (u64, u64) {
        (self.calls.load(Relaxed), self.calls_while_down.load(Relaxed))
    }

    async fn answer(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut stream = BufReader::new(stream);
        let Some((path, body)) = read(&mut stream).await? else { return Ok(()) };
        let asked = path.ends_with("/chat/completions");
        if asked {
            self.calls.fetch_add(1, Relaxed);
        }
        let (status, media_type, text) = if self.is_down() {
            // One after the other: the connection breaks, an error, nonsense, silence.
            match self.calls_while_down.fetch_add(1, Relaxed) % 4 {
                0 => return Ok(()),
                1 => (503, "application/json", json!({ "error": { "message": "overloaded" } }).to_string()),
                2 => (200, "application/json", "{\"choices\": [".to_owned()),
                _ => {
                    tokio::time::sleep(HANG).await;
                    return Ok(());
                }
            }
        } else if asked && body.get("stream") == Some(&Value::Bool(true)) {
            (200, "text/event-stream", streamed(&body))
        } else if asked {
            (200, "application/json", whole(&body).to_string())
        } else {
            (
                200,
                "application/json",
                json!({ "object": "list", "data": [{ "id": "load-test" }] }).to_string(),
            )
        };
        let head = format!(
            "HTTP/1.1 {status} -\r\nContent-Type: {media_type}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            text.len()
        );
        stream.get_mut().write_all(format!("{head}{text}").as_bytes()).await?;
        stream.get_mut().shutdown().await
    }
}

/// Path and body of a request; `None` when it is none.
async fn read(stream: &mut BufReader<TcpStream>) -> std::io::Result<Option<(String, Value)>> {
    let mut stream = stream.take(MOST_BYTES);
    let (mut path, mut length) = (None, 0);
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(None);
        }
        let line = line.trim_end();
        match line.split_once(':') {
            _ if line.is_empty() => break,
            _ if path.is_none() => path = line.split(' ').nth(1).map(str::to_owned),
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.trim().parse().unwrap_or(0);
            }
            _ => {}
        }
    }
    let mut body = Vec::new();
    stream.take(length).read_to_end(&mut body).await?;
    Ok(path.map(|path| (path, serde_json::from_slice(&body).unwrap_or_default())))
}

fn whole(asked: &Value) -> Value {
    json!({
        "id": "load-test", "object": "chat.completion", "created": 0, "model": asked.get("model"),
        "choices": [{ "index": 0, "finish_reason": "stop", "message": { "role": "assistant", "content": WORDS } }],
        "usage": { "prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2 }
    })
}

fn streamed(asked: &Value) -> String {
    let chunk = |delta: Value, reason: Value| {
        let chunk = json!({
            "id": "load-test", "object": "chat.completion.chunk", "created": 0, "model": asked.get("model"),
            "choices": [{ "index": 0, "delta": delta, "finish_reason": reason }]
        });
        format!("data: {chunk}\n\n")
    };
    let words: String =
        WORDS.split_inclusive(' ').map(|word| chunk(json!({ "content": word }), Value::Null)).collect();
    format!("{words}{}data: [DONE]\n\n", chunk(json!({}), json!("stop")))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A port that was free a moment ago.
    async fn model() -> (Arc<Model>, String) {
        let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
        (Model::start(free).await.unwrap(), format!("http://127.0.0.1:{free}/v1/chat/completions"))
    }

    #[tokio::test]
    async fn it_answers_until_it_is_taken_down() {
        let (model, address) = model().await;
        let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(2)).build().unwrap();
        let ask = async |stream: bool| {
            let request =
                client.post(&address).json(&json!({ "model": "m", "stream": stream, "messages": [] }));
            request.send().await?.error_for_status()?.text().await
        };
        let reply: Value = serde_json::from_str(&ask(false).await.unwrap()).unwrap();
        assert_eq!(reply["choices"][0]["message"]["content"], WORDS);
        let stream = ask(true).await.unwrap();
        assert!(stream.starts_with("data: {") && stream.ends_with("data: [DONE]\n\n"), "{stream}");
        model.set_down(true);
        for _ in 0..4 {
            let usable = ask(false).await.ok().and_then(|text| serde_json::from_str::<Value>(&text).ok());
            assert_eq!(usable, None);
        }
        model.set_down(false);
        assert!(ask(false).await.is_ok());
        assert_eq!(model.calls(), (7, 4));
    }
}
