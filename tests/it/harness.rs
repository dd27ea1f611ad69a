//! A whole server in this process: a small company in a temporary directory, a free port, a client.

use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::dev::ServerHandle;
use actix_web::web::Data;
use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use tempfile::TempDir;
use tria::app::{App, AppOptions};
use tria::cli::import::read::{read_outlets, read_products};
use tria::config::{Config, Sources};
use tria::domain::ids::OutletId;
use tria::domain::principal::Role;
use tria::http::{self, State};
use tria::orders::{Clock, SystemClock};
use tria::store::Store;

const POLICIES: &str = "\
# Refunds\n\n\
Damaged goods are replaced or refunded when you report them within 24 hours with a photo.\n\n\
# Delivery\n\n\
We deliver on {{delivery_days}}. Orders before {{cutoff_time}} go out on the next delivery day.\n\n\
# Payment\n\n\
New customers pay before delivery by bank transfer or PayNow.\n";

const PRODUCTS: &str = "\
sku,name,category,unit_price,unit,bundle_size,stock,min_order_qty,active\n\
BOX-010,Pizza Box 10 inch,Boxes,0.45,piece,100,5000,1,true\n\
BOX-012,Pizza Box 12 inch,Boxes,0.65,piece,100,,1,true\n\
LID-001,Soup Lid,Lids,0.085,piece,50,300,50,true\n\
OLD-001,Old Tray,Trays,1.00,piece,1,10,1,false\n";

const OUTLETS: &str = "\
name,contact_person,contact_number,terms,aliases\n\
Bella Napoli - Tampines,Marta,+65 0000 0111,credit,BN Tampines\n\
Kopi & Crumb - Katong,Serena,+65 0000 0444,prepaid,Kopi Katong\n";

/// The only outlet that tokens of role outlet stand for here.
pub const BELLA: i64 = 1;
/// The other one.
pub const KOPI: i64 = 2;

/// A running server. End a test with [`TestServer::finish`], which looks whether anything was left open.
pub struct TestServer {
    /// `http://127.0.0.1:PORT`
    pub base: String,
    /// The same database that the server uses.
    pub store: Store,
    client: reqwest::Client,
    state: Data<State>,
    server: ServerHandle,
    sources: Sources,
    clock: Arc<dyn Clock>,
    dir: TempDir,
}

/// A clock that stands where it is put.
pub struct SetClock(std::sync::Mutex<jiff::Timestamp>);

impl SetClock {
    /// Stands at a moment such as `2026-11-23T02:00:00Z`.
    pub fn at(moment: &str) -> Arc<Self> {
        Arc::new(Self(std::sync::Mutex::new(moment.parse().expect("a moment"))))
    }

    /// Puts it to another moment.
    pub fn set(&self, moment: &str) {
        *self.0.lock().expect("nobody panicked") = moment.parse().expect("a moment");
    }
}

impl Clock for SetClock {
    fn now(&self) -> jiff::Timestamp {
        *self.0.lock().expect("nobody panicked")
    }
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
    /// `null` when it is no JSON.
    pub json: Value,
}

impl Answer {
    /// A header's text; empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("a header is text"))
    }

    /// Whether it is an answer that was given before.
    pub fn replayed(&self) -> bool {
        self.header("idempotency-replayed") == "true"
    }

    /// Asserts the status and, for a problem, its code; gives itself back.
    #[track_caller]
    pub fn expect(self, status: u16, code: &str) -> Self {
        let is = self.json["code"].as_str().unwrap_or_default();
        assert_eq!((self.status, is), (status, code), "{}", self.text);
        if status >= 400 {
            assert_eq!(self.header("content-type"), "application/problem+json");
            assert_eq!(self.json["request_id"], self.header("x-request-id"));
        }
        self
    }
}

impl TestServer {
    /// With sign-in, without a limit on requests.
    pub async fn start() -> Self {
        Self::with(|sources| sources).await
    }

    /// As [`TestServer::start`], with other settings.
    pub async fn with(change: impl FnOnce(Sources) -> Sources) -> Self {
        Self::of_company(change, PRODUCTS, OUTLETS).await
    }

    /// As [`TestServer::with`], with tables of another company, as an operator imports them.
    pub async fn of_company(change: impl FnOnce(Sources) -> Sources, products: &str, outlets: &str) -> Self {
        Self::of_company_at(change, products, outlets, Arc::new(SystemClock)).await
    }

    /// As [`TestServer::with`], with another clock.
    pub async fn with_clock(change: impl FnOnce(Sources) -> Sources, clock: Arc<dyn Clock>) -> Self {
        Self::of_company_at(change, PRODUCTS, OUTLETS, clock).await
    }

    async fn of_company_at(
        change: impl FnOnce(Sources) -> Sources,
        products: &str,
        outlets: &str,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let policies = dir.path().join("policies");
        std::fs::create_dir(&policies).expect("a folder");
        std::fs::write(policies.join("rules.md"), POLICIES).expect("a policy");
        let sources = Sources::none()
            .flag("TRIA_DATA_DIR", dir.path().join("data").display().to_string())
            .flag("TRIA_POLICIES_DIR", policies.display().to_string())
            .flag("RATE_LIMIT_PER_MINUTE", "0")
            // Most tests order a few pieces, again and again; those of the checks turn them on.
            .flag("TRIA_FIRST_ORDER_MINIMUM", "0")
            .flag("TRIA_WHOLE_BUNDLES", "false")
            .flag("TRIA_DUPLICATE_MINUTES", "0");
        let server = Self::run(change(sources), dir, clock).await;
        let products = read_products(products.as_bytes()).expect("good products").rows;
        let outlets = read_outlets(outlets.as_bytes()).expect("good outlets").rows;
        server.store.import_products(products).await.expect("products are stored");
        server.store.import_outlets(outlets).await.expect("outlets are stored");
        server
    }

    async fn run(sources: Sources, dir: TempDir, clock: Arc<dyn Clock>) -> Self {
        let config = Config::load(&sources).expect("good settings");
        let options = AppOptions { clock: clock.clone(), ..AppOptions::default() };
        let app = App::start(config, options).await.expect("the parts start");
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let state = Data::new(app.http_state());
        let server = http::serve(listener, state.clone(), 1, 64).expect("the server starts");
        let handle = server.handle();
        tokio::spawn(server);
        let client = client();
        Self { base, store: app.store.clone(), client, state, server: handle, sources, clock, dir }
    }

    /// A token's secret.
    pub async fn token(&self, role: Role) -> String {
        let outlet = (role == Role::Outlet).then_some(OutletId(BELLA));
        let name = format!("{}-{}", role.as_str(), uuid::Uuid::new_v4());
        self.store.create_token(&name, role, outlet).await.expect("a token").secret
    }

    /// A request without a token.
    pub fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        self.client.request(method, format!("{}{path}", self.base))
    }

    /// Without a token.
    pub async fn get(&self, path: &str) -> Answer {
        send(self.request("GET", path)).await
    }

    /// With a token.
    pub async fn get_as(&self, token: &str, path: &str) -> Answer {
        send(self.request("GET", path).bearer_auth(token)).await
    }

    /// Without a token.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        send(self.request("POST", path).json(body)).await
    }

    /// With a token.
    pub async fn post_as(&self, token: &str, path: &str, body: &Value) -> Answer {
        send(self.request("POST", path).bearer_auth(token).json(body)).await
    }

    /// With a token and a key.
    pub async fn post_once(&self, token: &str, path: &str, key: &str, body: &Value) -> Answer {
        send(self.request("POST", path).bearer_auth(token).header("Idempotency-Key", key).json(body)).await
    }

    /// Stops and starts again on the same data.
    pub async fn restart(self) -> Self {
        let clock = self.clock.clone();
        let (sources, dir) = self.stop().await;
        Self::run(sources, dir, clock).await
    }

    /// As [`TestServer::restart`], with settings changed.
    pub async fn restart_with(self, change: impl FnOnce(Sources) -> Sources) -> Self {
        let clock = self.clock.clone();
        let (sources, dir) = self.stop().await;
        Self::run(change(sources), dir, clock).await
    }

    /// Ends the server; fails if a key is still claimed or work is left for nobody.
    pub async fn finish(self) {
        self.stop().await;
    }

    async fn stop(self) -> (Sources, TempDir) {
        let started = Instant::now();
        self.server.stop(true).await;
        self.state.drained().await;
        // The client still holds its connections: idle ones must not delay the end.
        assert!(started.elapsed() < Duration::from_secs(4), "the server was slow to stop");
        assert_eq!(self.state.open_claims(), 0, "a key is still claimed");
        let outbox = self.store.outbox_counts().await.expect("the outbox can be counted");
        assert_eq!((outbox.waiting, outbox.parked), (0, 0), "work is left for nobody");
        let Self { store, state, sources, dir, .. } = self;
        drop(state);
        store.close().await;
        (sources, dir)
    }
}

/// A client that gives up after half a minute.
pub fn client() -> reqwest::Client {
    tria::llm::use_ring();
    reqwest::Client::builder().timeout(Duration::from_secs(30)).build().expect("a client")
}

/// Sends and reads the answer.
pub async fn send(request: RequestBuilder) -> Answer {
    let response = request.send().await.expect("an answer");
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let text = response.text().await.expect("a text");
    let json = serde_json::from_str(&text).unwrap_or_default();
    Answer { status, headers, text, json }
}

/// Counts orders through the API, so that the store's own view is not asked alone.
pub async fn order_count(server: &TestServer, token: &str) -> usize {
    let orders = server.get_as(token, "/api/orders?limit=200").await.expect(200, "");
    orders.json["orders"].as_array().expect("a list").len()
}

/// A JSON value with what differs from run to run replaced: names, times, numbers of the machine, and the wording
/// of answers, which other tests own.
pub fn redacted(value: &Value) -> Value {
    const CHANGING: [&str; 22] = [
        "session_id",
        "request_id",
        "run_id",
        "index_version",
        "chunk_id",
        "at",
        "created_at",
        "updated_at",
        "placed_at",
        "due_at",
        "resolved_at",
        "exported_at",
        "delivery_date",
        "processing_time_ms",
        "total_processing_time",
        "ms",
        "uptime_seconds",
        "confidence",
        "score",
        "excerpt",
        "text",
        "semantic_search_results",
    ];
    match value {
        Value::Object(map) => map
            .iter()
            .map(|(name, value)| {
                let of_engine = name == "message" && map.contains_key("success");
                let hide = (CHANGING.contains(&name.as_str()) || of_engine) && !value.is_null();
                (name.clone(), if hide { Value::from(format!("[{name}]")) } else { redacted(value) })
            })
            .collect(),
        Value::Array(items) => items.iter().map(redacted).collect(),
        other => other.clone(),
    }
}
