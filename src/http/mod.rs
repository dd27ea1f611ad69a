//! HTTP: routes, guards, JSON, problem documents, and the chat page.
//!
//! Handlers are thin: they read the request ([`body`]), ask engine or store, and shape the answer. Who may do what is
//! decided at their top ([`guard::Caller`]); what a fault looks like outside is decided in [`error`].

mod answers;
pub mod body;
mod catalogue;
mod changes;
mod chat;
mod conversations;
mod documents;
pub mod error;
pub mod guard;
pub mod idempotency;
mod limit;
mod orders;
mod pages;
mod personal;
mod placing;
mod revising;
mod service;
mod stream;
mod tickets;
mod turns;

#[cfg(test)]
mod tests;

use std::net::TcpListener;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::middleware::{Compress, NormalizePath, from_fn};
use actix_web::{App, HttpRequest, HttpServer, Resource, Route, dev, guard as method, web};
use arc_swap::ArcSwap;

use crate::chat::Engine;
use crate::config::Config;
use crate::orders::CatalogueCache;
use crate::store::Store;
use crate::telemetry::Metrics;
use error::Problem;
use idempotency::Idempotency;
use limit::Limiter;
use turns::Turns;

/// How long a connection may rest: a little longer than the 60 s of the usual proxies, so that they close it.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// How long the head of a request may take to arrive.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// Seconds that requests in hand have at the end: the contract gives the whole process 10, and workers and database
/// come after.
const SHUTDOWN_SECONDS: u64 = 6;

/// What the index is like at the moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexState {
    /// Its version.
    pub version: String,
    /// Chunks in it.
    pub chunks: usize,
    /// Whether answers can be made from it.
    pub usable: bool,
}

/// What handlers work with.
pub struct State {
    /// Answers messages.
    pub engine: Arc<Engine>,
    /// The database.
    pub store: Store,
    /// Counters and histograms.
    pub metrics: Arc<Metrics>,
    /// The settings, swapped whole on reload.
    pub config: Arc<ArcSwap<Config>>,
    /// Tells what the index is like.
    pub index: Arc<dyn Fn() -> IndexState + Send + Sync>,
    /// The demo: every caller is [`crate::domain::principal::Principal::LOCAL`].
    pub open: bool,
    /// When the server started.
    pub started: Instant,
    catalogue: CatalogueCache,
    idempotency: Idempotency,
    gate: web::Data<Gate>,
}

impl State {
    /// One for the whole process: limits and keys count across all workers. Turns run on the runtime that this is
    /// called in, so that they outlive the server's own threads.
    pub fn new(
        engine: Arc<Engine>,
        store: Store,
        metrics: Arc<Metrics>,
        config: Arc<ArcSwap<Config>>,
        index: Arc<dyn Fn() -> IndexState + Send + Sync>,
        open: bool,
    ) -> Self {
        let gate = Gate::new(store.clone(), Arc::clone(&metrics), Arc::clone(&config), open);
        // A turn embeds at most one text at a time: more turns than the embedding queue holds could only wait.
        let turns = Turns::new(config.load().capacity().embed_queue);
        let idempotency = Idempotency::new(store.clone(), turns);
        let catalogue = CatalogueCache::new(store.clone());
        let (started, gate) = (Instant::now(), web::Data::new(gate));
        Self { engine, store, metrics, config, index, open, started, catalogue, idempotency, gate }
    }

    /// Waits until no turn runs any more, also none whose client has gone; what comes from then on is refused.
    pub async fn drained(&self) {
        self.idempotency.drained().await;
    }

    /// How many idempotency keys are being worked on.
    pub fn open_claims(&self) -> usize {
        self.idempotency.open_claims()
    }

    fn currency(&self) -> String {
        self.config.load().rules.currency.clone()
    }
}

/// What the guards work with: [`State`] without what only handlers need.
pub struct Gate {
    store: Store,
    metrics: Arc<Metrics>,
    config: Arc<ArcSwap<Config>>,
    open: bool,
    limiter: Limiter,
}

impl Gate {
    fn new(store: Store, metrics: Arc<Metrics>, config: Arc<ArcSwap<Config>>, open: bool) -> Self {
        Self { store, metrics, config, open, limiter: Limiter::new() }
    }
}

/// All routes but the page's files, with the methods that each takes: labels of metrics, the `Allow` header, and
/// what `openapi.json` lists.
const ROUTES: [(&str, &str); 29] = [
    ("/api/chatbot", "POST"),
    ("/api/v1/chat/stream", "POST"),
    ("/api/process_order_enhanced", "POST"),
    ("/api/conversations/{id}", "GET, HEAD, DELETE"),
    ("/api/conversations/{id}/export", READ),
    ("/api/orders", "GET, HEAD, POST"),
    ("/api/orders/{id}", "GET, HEAD, PATCH"),
    ("/api/orders/{id}/confirm", "POST"),
    ("/api/orders/{id}/cancel", "POST"),
    ("/api/orders/{id}/status", "POST"),
    ("/api/download_do/{id}", READ),
    ("/api/download_invoice/{id}", READ),
    ("/api/products", READ),
    ("/api/outlets", READ),
    ("/api/outlets/{id}/personal_data", "GET, HEAD, DELETE"),
    ("/api/escalations", READ),
    ("/api/escalations/{id}/take", "POST"),
    ("/api/escalations/{id}/reply", "POST"),
    ("/api/escalations/{id}/hand_back", "POST"),
    ("/api/escalations/{id}/resolve", "POST"),
    ("/api/answers", "GET, HEAD, POST"),
    ("/api/answers/{id}", "DELETE"),
    ("/api/company", READ),
    ("/health", READ),
    ("/health/live", READ),
    ("/health/ready", READ),
    ("/metrics", READ),
    ("/openapi.json", READ),
    ("/", READ),
];

/// The methods of what is only read.
const READ: &str = "GET, HEAD";

/// The label of a matched route. The page's parts count together, and so does what no route knows.
fn route_label(pattern: Option<&str>) -> &'static str {
    let Some(pattern) = pattern else { return "other" };
    match ROUTES.iter().find(|(route, _)| *route == pattern) {
        Some((route, _)) => route,
        None if pattern.starts_with("/assets/") => "/assets",
        None => "other",
    }
}

/// All routes, for any application that is wrapped in [`guard::guard`].
pub fn configure(cfg: &mut web::ServiceConfig, state: web::Data<State>) {
    guarded(cfg, state.gate.clone());
    cfg.app_data(state)
        .service(at("/api/chatbot").route(web::post().to(chat::chatbot)))
        .service(at("/api/v1/chat/stream").route(web::post().to(stream::stream)))
        .service(at("/api/process_order_enhanced").route(web::post().to(chat::process_order)))
        .service(
            at("/api/conversations/{id}")
                .route(read().to(conversations::history))
                .route(web::delete().to(conversations::erase)),
        )
        .service(at("/api/conversations/{id}/export").route(read().to(conversations::export)))
        .service(at("/api/orders").route(read().to(orders::list)).route(web::post().to(placing::place)))
        .service(at("/api/orders/{id}").route(read().to(orders::show)).route(web::patch().to(changes::amend)))
        .service(at("/api/orders/{id}/confirm").route(web::post().to(changes::confirm)))
        .service(at("/api/orders/{id}/cancel").route(web::post().to(changes::cancel)))
        .service(at("/api/orders/{id}/status").route(web::post().to(changes::set_status)))
        .service(at("/api/download_do/{id}").route(read().to(documents::delivery_order)))
        .service(at("/api/download_invoice/{id}").route(read().to(documents::invoice)))
        .service(at("/api/products").route(read().to(catalogue::products)))
        .service(at("/api/outlets").route(read().to(catalogue::outlets)))
        .service(
            at("/api/outlets/{id}/personal_data")
                .route(read().to(personal::export))
                .route(web::delete().to(personal::erase)),
        )
        .service(at("/api/escalations").route(read().to(tickets::list)))
        .service(at("/api/escalations/{id}/take").route(web::post().to(tickets::take)))
        .service(at("/api/escalations/{id}/reply").route(web::post().to(tickets::reply)))
        .service(at("/api/escalations/{id}/hand_back").route(web::post().to(tickets::hand_back)))
        .service(at("/api/escalations/{id}/resolve").route(web::post().to(tickets::resolve)))
        .service(at("/api/answers").route(read().to(answers::list)).route(web::post().to(answers::add)))
        .service(at("/api/answers/{id}").route(web::delete().to(answers::delete)))
        .service(at("/api/company").route(read().to(service::company)))
        .service(at("/health").route(read().to(service::health)))
        .service(at("/health/live").route(read().to(service::live)))
        .service(at("/health/ready").route(read().to(service::ready)))
        .service(at("/metrics").route(read().to(service::metrics)))
        .service(at("/openapi.json").route(read().to(service::openapi)).wrap(Compress::default()));
    for page in pages::PAGES.iter() {
        let respond = move |req: HttpRequest| async move { page.respond(&req) };
        cfg.service(at(page.path).route(read().to(respond)).wrap(Compress::default()));
    }
}

/// What holds for every application behind the guard: its gate, and problems for what no route knows.
fn guarded(cfg: &mut web::ServiceConfig, gate: web::Data<Gate>) {
    cfg.app_data(gate)
        .app_data(web::PathConfig::default().error_handler(|_, _| Problem::not_found("page").into()))
        .default_service(web::to(async || refused(Problem::not_found("page"))));
}

fn refused(problem: Problem) -> Result<actix_web::HttpResponse, Problem> {
    Err(problem)
}

fn read() -> Route {
    web::route().guard(method::Any(method::Get()).or(method::Head()))
}

/// A route that refuses the methods it does not take.
fn at(path: &str) -> Resource {
    let allowed = ROUTES.iter().find(|(route, _)| *route == path).map_or(READ, |(_, allowed)| allowed);
    let other = web::to(move || async move { refused(Problem::method_not_allowed(allowed)) });
    web::resource(path).default_service(other)
}

/// Serves until the returned server's handle stops it; signals are the caller's. `max_connections` counts all
/// workers together.
pub fn serve(
    listener: TcpListener,
    state: web::Data<State>,
    workers: usize,
    max_connections: usize,
) -> std::io::Result<dev::Server> {
    let workers = workers.max(1);
    let app = move || {
        let state = state.clone();
        // A path that ends in a stroke is the same path: some clients of the replaced system write it so.
        App::new()
            .wrap(from_fn(guard::guard))
            .wrap(NormalizePath::trim())
            .configure(|cfg| configure(cfg, state))
    };
    let server = HttpServer::new(app)
        .workers(workers)
        .max_connections(max_connections.div_ceil(workers).max(1))
        .keep_alive(KEEP_ALIVE)
        .client_request_timeout(HEAD_TIMEOUT)
        .shutdown_timeout(SHUTDOWN_SECONDS)
        .disable_signals()
        .listen(listener)?;
    Ok(server.run())
}
