//! A server with the contract's face and a fault of one's choice.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    /// Each answer takes so many milliseconds.
    Slow(u64),
    /// The answers get slower by so many milliseconds in each second.
    Slower(u64),
    /// So many requests in a hundred are answered with 500.
    Broken(u64),
    /// Answers with 200 what is no answer.
    Wrong,
    /// Uses 5 % more memory in each second.
    Leaky,
    /// Tells nothing of its memory.
    Silent,
    /// Starts anew in the middle.
    Restarting,
    /// Refuses everything with 429.
    Limited,
    /// Places an order again when it is sent again.
    Duplicating,
    /// Acknowledges orders and does not keep them.
    Forgetful,
    /// Keeps another quantity than was ordered.
    Miscounting,
    /// Answers malformed bodies as if they were messages.
    Lenient,
    /// Cannot answer without the language model on this port.
    NeedsLlm(u16),
    /// Asks the language model on this port, and answers by itself when that fails.
    FallsBack(u16),
    /// Answers nobody any more after so many killed connections and malformed bodies.
    Fragile(u64),
}

/// A running server; ends with its runtime.
pub struct Server {
    /// Its address.
    pub url: String,
    /// What it has.
    pub state: Arc<State>,
}

/// What a server has.
pub struct State {
    fault: Fault,
    started: Instant,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    requests: u64,
    insults: u64,
    orders: BTreeMap<i64, Value>,
    keys: BTreeMap<String, (String, i64)>,
    /// Orders cancelled.
    cancelled: u64,
    /// Conversations erased.
    erased: u64,
}

impl Server {
    pub async fn start(fault: Fault) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(State { fault, started: Instant::now(), inner: Mutex::default() });
        let serving = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(converse(stream, Arc::clone(&serving)));
            }
        });
        Self { url, state }
    }

    /// Orders kept, cancelled; conversations erased.
    pub fn left(&self) -> (u64, u64, u64) {
        let inner = self.state.inner.lock().unwrap();
        (inner.orders.len() as u64, inner.cancelled, inner.erased)
    }
}

struct Request {
    line: String,
    key: Option<String>,
    body: Vec<u8>,
}

async fn converse(stream: TcpStream, state: Arc<State>) {
    let mut stream = BufReader::new(stream);
    loop {
        let Some(request) = read(&mut stream).await else {
            state.inner.lock().unwrap().insults += 1;
            return;
        };
        if matches!(state.fault, Fault::Fragile(most) if state.inner.lock().unwrap().insults > most) {
            return;
        }
        let (status, body) = answer(&state, &request).await;
        let media = if status == 200 { "application/json" } else { "application/problem+json" };
        let head = format!(
            "HTTP/1.1 {status} X\r\nContent-Type: {media}\r\nRetry-After: 7\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        if stream.get_mut().write_all(format!("{head}{body}").as_bytes()).await.is_err()
            || request.line.contains("close")
        {
            return;
        }
    }
}

/// `None` when the client has gone before it was done.
async fn read(stream: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut request = Request { line: String::new(), key: None, body: Vec::new() };
    let mut length = 0;
    let mut close = false;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        let line = line.trim_end();
        let (name, value) = line.split_once(": ").unwrap_or((line, ""));
        match name.to_ascii_lowercase().as_str() {
            "" => break,
            "content-length" => length = value.parse().ok()?,
            "idempotency-key" => request.key = Some(value.to_owned()),
            "connection" => close = value == "close",
            _ if request.line.is_empty() => request.line = line.to_owned(),
            _ => {}
        }
    }
    request.body = vec![0; length];
    stream.read_exact(&mut request.body).await.ok()?;
    if close {
        request.line.push_str(" close");
    }
    Some(request)
}

fn problem(code: &str) -> String {
    json!({ "code": code, "detail": "on purpose" }).to_string()
}

async fn answer(state: &State, request: &Request) -> (u16, String) {
    let mut words = request.line.split(' ');
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let seconds = state.started.elapsed().as_secs_f64();
    match (method, path.split('?').next().unwrap_or_default()) {
        (_, "/health") => (200, json!({ "status": "healthy", "llm": "not_configured" }).to_string()),
        (_, "/metrics") => (200, metrics(state.fault, seconds)),
        ("GET", "/api/products") => {
            (200, json!({ "products": [{ "sku": "A-1", "name": "Crate" }] }).to_string())
        }
        ("GET", "/api/outlets") => {
            (200, json!({ "outlets": [{ "name": "North" }, { "name": "South" }] }).to_string())
        }
        ("DELETE", _) => {
            state.inner.lock().unwrap().erased += 1;
            (200, "{}".to_owned())
        }
        ("POST", "/api/chatbot") => chat(state, request, seconds).await,
        ("POST", "/api/process_order_enhanced") => order(state, request),
        ("POST", _) => {
            state.inner.lock().unwrap().cancelled += 1;
            (200, "{}".to_owned())
        }
        ("GET", "/api/orders") => {
            let inner = state.inner.lock().unwrap();
            let orders: Vec<&Value> = inner.orders.values().rev().collect();
            (200, json!({ "orders": orders, "next_after": null }).to_string())
        }
        ("GET", path) => {
            let id = path.rsplit('/').next().and_then(|id| id.parse().ok()).unwrap_or(0);
            let found = state.inner.lock().unwrap().orders.get(&id).map(Value::to_string);
            found.map_or((404, problem("not_found")), |order| (200, order))
        }
        _ => (404, problem("not_found")),
    }
}

fn metrics(fault: Fault, seconds: f64) -> String {
    let memory = if fault == Fault::Leaky { 1e8 * (1.0 + 0.15 * seconds) } else { 1e8 };
    let uptime = if fault == Fault::Restarting { (seconds - 3.0).abs() } else { seconds };
    match fault {
        Fault::Silent => String::new(),
        _ => format!("process_resident_memory_bytes {memory:.0}\ntria_uptime_seconds {uptime:.3}\n"),
    }
}

async fn chat(state: &State, request: &Request, seconds: f64) -> (u16, String) {
    let requests = {
        let mut inner = state.inner.lock().unwrap();
        inner.requests += 1;
        inner.requests
    };
    match state.fault {
        Fault::Slow(ms) => tokio::time::sleep(Duration::from_millis(ms)).await,
        Fault::Slower(ms) => tokio::time::sleep(Duration::from_millis(ms).mul_f64(seconds)).await,
        Fault::Broken(percent) if requests * 37 % 100 < percent => return (500, problem("internal_error")),
        Fault::NeedsLlm(port) if !asked(port).await => return (500, problem("internal_error")),
        Fault::FallsBack(port) => drop(asked(port).await),
        Fault::Limited => return (429, problem("rate_limited")),
        Fault::Wrong => return (200, "<html>It works!</html>".to_owned()),
        _ => {}
    }
    let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let message =
        body.get("message").and_then(Value::as_str).filter(|text| (1..=5_000).contains(&text.len()));
    if message.is_none() {
        state.inner.lock().unwrap().insults += 1;
        if state.fault != Fault::Lenient {
            return (422, problem("invalid_request"));
        }
    }
    let reply = json!({ "success": true, "session_id": body.get("session_id"), "message": "Yes.", "mode": "offline",
        "intent": "greeting", "metadata": { "action": "answer", "from_cache": requests.is_multiple_of(2) } });
    (200, reply.to_string())
}

/// Whether the language model has said something.
async fn asked(port: u16) -> bool {
    let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_millis(300)).build().unwrap();
    let request = client.post(format!("http://127.0.0.1:{port}/v1/chat/completions")).json(&json!({}));
    match request.send().await {
        Ok(reply) => reply.json::<Value>().await.is_ok_and(|reply| reply.get("choices").is_some()),
        Err(_) => false,
    }
}

fn order(state: &State, request: &Request) -> (u16, String) {
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    let text = request.body.clone();
    let text = String::from_utf8(text).unwrap();
    let mut inner = state.inner.lock().unwrap();
    let key = request.key.clone().unwrap();
    let known = inner.keys.get(&key).filter(|_| state.fault != Fault::Duplicating).cloned();
    let id = match known {
        Some((before, _)) if before != text => return (409, problem("idempotency_conflict")),
        Some((_, id)) => id,
        None => {
            let id = 100 + inner.keys.len() as i64 + inner.orders.len() as i64;
            inner.keys.insert(key, (text, id));
            id
        }
    };
    let words: Vec<&str> = body["whatsapp_message"].as_str().unwrap().split(' ').collect();
    let quantity: u64 = words[words.len() - 3].parse().unwrap();
    let line = |quantity: u64| json!([{ "sku": words[words.len() - 1], "quantity": quantity }]);
    let kept = if state.fault == Fault::Miscounting { quantity + 1 } else { quantity };
    if state.fault != Fault::Forgetful {
        let order = json!({ "order_id": id, "outlet_name": body["outlet_name"], "lines": line(kept) });
        inner.orders.insert(id, order);
    }
    let parsed = json!({ "outlet_name": body["outlet_name"], "line_items": line(quantity) });
    (200, json!({ "success": true, "order_id": id, "details": { "parsed_order": parsed } }).to_string())
}
