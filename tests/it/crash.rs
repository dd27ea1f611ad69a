//! What was acknowledged survives `kill -9`, and happens once.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::Mutex;

use crate::harness::client;
use crate::model::{Does, Model};
use crate::process::Server;

const CLIENTS: usize = 20;
const ORDERS_EACH: usize = 50;
/// The server is killed after this many acknowledged orders.
const KILL_AFTER: usize = 400;

/// Sends every order of one client that has no number yet; stops at the first connection error.
async fn send_all(
    base: String,
    client: usize,
    message: Arc<str>,
    numbers: Arc<Mutex<HashMap<String, i64>>>,
    acknowledged: Arc<AtomicUsize>,
) {
    let http = crate::harness::client();
    for n in 0..ORDERS_EACH {
        let key = format!("crash-{client}-{n}");
        let sent = http
            .post(format!("{base}/api/process_order_enhanced"))
            .header("Idempotency-Key", &key)
            .json(&json!({ "whatsapp_message": &*message, "allow_duplicate": true }))
            .send()
            .await;
        let Ok(response) = sent else { return };
        let status = response.status();
        let Ok(body) = response.json::<Value>().await else { return };
        assert_eq!(status, 200, "{body}");
        let id = body["order_id"].as_i64().expect("an order has a number");
        let before = numbers.lock().await.insert(key.clone(), id);
        assert!(before.is_none_or(|before| before == id), "{key} was order {before:?} and is now {id}");
        acknowledged.fetch_add(1, Ordering::SeqCst);
    }
}

fn run_clients(
    base: &str,
    message: &Arc<str>,
    numbers: &Arc<Mutex<HashMap<String, i64>>>,
) -> Arc<AtomicUsize> {
    let acknowledged = Arc::new(AtomicUsize::new(0));
    for client in 0..CLIENTS {
        tokio::spawn(send_all(
            base.to_owned(),
            client,
            message.clone(),
            numbers.clone(),
            acknowledged.clone(),
        ));
    }
    acknowledged
}

async fn wait_for(count: &AtomicUsize, wanted: usize) {
    for _ in 0..12_000 {
        if count.load(Ordering::SeqCst) >= wanted {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("only {} of {wanted} orders were acknowledged", count.load(Ordering::SeqCst));
}

fn database(dir: &std::path::Path) -> rusqlite::Connection {
    rusqlite::Connection::open(dir.join("tria.db")).expect("the database opens")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_orders_survive_a_kill_each_once() {
    let dir = tempfile::tempdir().expect("a directory");
    let numbers = Arc::new(Mutex::new(HashMap::new()));
    let server = Server::demo(dir.path());
    let before: i64 =
        database(dir.path()).query_row("SELECT count(*) FROM orders", [], |r| r.get(0)).expect("a count");
    let message: Arc<str> = crate::DEMO_ORDER.into();

    let acknowledged = run_clients(&server.base, &message, &numbers);
    wait_for(&acknowledged, KILL_AFTER).await;
    server.kill();
    // Answers that were on the wire when the server died may still be counted.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let survived = numbers.lock().await.clone();
    assert!(survived.len() < CLIENTS * ORDERS_EACH, "the kill came in the middle");

    let server = Server::demo(dir.path());
    let acknowledged = run_clients(&server.base, &message, &numbers);
    wait_for(&acknowledged, CLIENTS * ORDERS_EACH).await;
    let numbers = numbers.lock().await.clone();
    for (key, id) in &survived {
        assert_eq!(numbers.get(key), Some(id), "{key} keeps its order");
    }
    let distinct: std::collections::HashSet<_> = numbers.values().collect();
    assert_eq!(distinct.len(), CLIENTS * ORDERS_EACH, "every key has an order of its own");
    assert_eq!(server.signal("TERM", Duration::from_secs(10)), Some(0), "SIGTERM ends the server in time");

    let database = database(dir.path());
    let count = |sql: &str| database.query_row(sql, [], |row| row.get::<_, i64>(0)).expect("a count");
    assert_eq!(count("SELECT count(*) FROM orders") - before, 1000, "each key made one order");
    let check: String = database.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("a check");
    assert_eq!(check, "ok");
    assert_eq!(count("SELECT count(*) FROM pragma_foreign_key_check"), 0);
}

/// A model's budget is not opened anew by a restart.
#[tokio::test]
async fn what_the_model_cost_outlives_a_restart() {
    let model = Model::start(Does::Says("Please report damaged goods within 24 hours.".to_owned())).await;
    let dir = tempfile::tempdir().expect("a directory");
    let settings = dir.path().join("tria.env");
    let text = format!("OPENAI_BASE_URL={}\nTRIA_LLM_DAILY_TOKENS=100\n", model.url);
    std::fs::write(&settings, text).expect("written");
    let args = ["--demo", "--config", settings.to_str().expect("a path")];
    let ask = async |server: &Server| {
        let body = json!({ "message": "How fast must I report damaged goods?" });
        let url = format!("{}/api/chatbot", server.base);
        let reply = client().post(url).json(&body).send().await.expect("an answer");
        reply.json::<Value>().await.expect("JSON")["mode"].clone()
    };
    let server = Server::start(&dir.path().join("data"), &args);
    assert_eq!(ask(&server).await, "llm");
    assert_eq!(server.signal("TERM", Duration::from_secs(20)), Some(0));
    let server = Server::start(&dir.path().join("data"), &args);
    assert_eq!(ask(&server).await, "offline", "the day's tokens are spent");
    assert_eq!(model.calls().len(), 1);
}

/// The demo has 350 of the 16 inch box: seven orders of fifty.
const SCARCE: &str = "Uncle Lim: 50 x 16 inch kraft pizza box";
const SCARCE_CLIENTS: usize = 64;

/// Sends one order until it is answered; whether it was confirmed, and its number.
async fn send_one(base: String, client: usize) -> Option<(i64, bool)> {
    let sent = crate::harness::client()
        .post(format!("{base}/api/process_order_enhanced"))
        .header("Idempotency-Key", format!("scarce-{client}"))
        .json(&json!({ "whatsapp_message": SCARCE, "allow_duplicate": true }))
        .send()
        .await;
    let body: Value = sent.ok()?.json().await.ok()?;
    Some((body["order_id"].as_i64()?, body["details"]["status"] == "confirmed"))
}

async fn all_at_once(base: &str, stop_after: usize) -> HashMap<usize, (i64, bool)> {
    let mut running = tokio::task::JoinSet::new();
    for client in 0..SCARCE_CLIENTS {
        let base = base.to_owned();
        running.spawn(async move { (client, send_one(base, client).await) });
    }
    let mut answered = HashMap::new();
    while let Some(ended) = running.join_next().await {
        if let (client, Some(placed)) = ended.expect("a client ends") {
            answered.insert(client, placed);
        }
        if answered.len() >= stop_after {
            break;
        }
    }
    answered
}

/// More is ordered at once than there is, and the server is killed in the middle, more than once: what was
/// acknowledged stands, and in the end exactly what there was has gone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_scarce_is_sold_once_across_kills() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut answered: HashMap<usize, (i64, bool)> = HashMap::new();
    for stop_after in [3, 20, SCARCE_CLIENTS] {
        let server = Server::demo(dir.path());
        let now = all_at_once(&server.base, stop_after).await;
        for (client, placed) in now {
            let before = answered.insert(client, placed);
            assert!(
                before.is_none_or(|before| before == placed),
                "client {client}: {before:?}, now {placed:?}"
            );
        }
        server.kill();
    }
    assert_eq!(answered.len(), SCARCE_CLIENTS);
    let confirmed = answered.values().filter(|(_, confirmed)| *confirmed).count();
    assert_eq!(confirmed, 7, "seven times fifty are all there is");
    let database = database(dir.path());
    let count = |sql: &str| database.query_row(sql, [], |row| row.get::<_, i64>(0)).expect("a count");
    assert_eq!(count("SELECT stock FROM products WHERE sku = 'PIZ-016-KR-01'"), 0);
    assert_eq!(count("SELECT sum(reserved) FROM order_lines WHERE sku = 'PIZ-016-KR-01'"), 350);
    assert_eq!(count("SELECT count(*) FROM orders WHERE order_ref IS NULL"), SCARCE_CLIENTS as i64);
}
