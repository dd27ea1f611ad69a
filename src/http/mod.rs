//! HTTP: routes, guards, JSON, problem documents, and the chat page.
//!
//! Handlers are thin: they read the request ([`body`]), ask engine or store, and shape the answer. Who may do what is
//! decided at their top ([`guard::Caller`]); what a fault looks like outside is decided in [`error`].

pub mod body;
mod catalogue;
mod chat;
mod conversations;
pub mod error;
pub mod guard;
pub mod idempotency;
mod limit;
mod orders;
mod pages;
mod service;
mod tickets;

#[cfg(test)]
mod tests;

use std::net::TcpListener;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::middleware::{Compress, from_fn};
use actix_web::{App, HttpRequest, HttpServer, Resource, Route, dev, guard as method, web};
use arc_swap::ArcSwap;

use crate::chat::Engine;
use crate::config::Config;
use crate::store::Store;
use crate::telemetry::Metrics;
use error::Problem;
use idempotency::Idempotency;
use limit::Limiter;

/// How long a connection may rest: a little longer than the 60 s of the usual proxies, so that they close it.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// How long the head of a request may take to arrive.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// Seconds that requests in hand have at the end: the contract gives the whole process 10.
const SHUTDOWN_SECONDS: u64 = 8;

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
    idempotency: Idempotency,
    gate: web::Data<Gate>,
}

impl State {
    /// One for the whole process: limits and keys count across all workers.
    pub fn new(
        engine: Arc<Engine>,
        store: Store,
        metrics: Arc<Metrics>,
        config: Arc<ArcSwap<Config>>,
        index: Arc<dyn Fn() -> IndexState + Send + Sync>,
        open: bool,
    ) -> Self {
        let gate = Gate::new(store.clone(), Arc::clone(&metrics), Arc::clone(&config), open);
        let idempotency = Idempotency::new(store.clone());
        let (started, gate) = (Instant::now(), web::Data::new(gate));
        Self { engine, store, metrics, config, index, open, started, idempotency, gate }
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

/// The templates of all routes but the page's files: labels of metrics, and what `openapi.json` lists.
const ROUTES: [&str; 20] = [
    "/api/chatbot",
    "/api/process_order_enhanced",
    "/api/conversations/{id}",
    "/api/conversations/{id}/export",
    "/api/orders",
    "/api/orders/{id}",
    "/api/orders/{id}/confirm",
    "/api/orders/{id}/cancel",
    "/api/orders/{id}/status",
    "/api/products",
    "/api/outlets",
    "/api/escalations",
    "/api/escalations/{id}/resolve",
    "/api/company",
    "/health",
    "/health/live",
    "/health/ready",
    "/metrics",
    "/openapi.json",
    "/",
];

/// The label of a matched route. The page's parts count together, and so does what no route knows.
fn route_label(pattern: Option<&str>) -> &'static str {
    let Some(pattern) = pattern else { return "other" };
    match ROUTES.iter().find(|route| **route == pattern) {
        Some(route) => route,
        None if pattern.starts_with("/assets/") => "/assets",
        None => "other",
    }
}

/// All routes, for any application that is wrapped in [`guard::guard`].
pub fn configure(cfg: &mut web::ServiceConfig, state: web::Data<State>) {
    guarded(cfg, state.gate.clone());
    cfg.app_data(state)
        .service(posted("/api/chatbot", web::post().to(chat::chatbot)))
        .service(posted("/api/process_order_enhanced", web::post().to(chat::process_order)))
        .service(
            web::resource("/api/conversations/{id}")
                .route(read().to(conversations::history))
                .route(web::delete().to(conversations::erase))
                .default_service(web::to(async || refused(Problem::method_not_allowed("GET, HEAD, DELETE")))),
        )
        .service(got("/api/conversations/{id}/export", read().to(conversations::export)))
        .service(got("/api/orders", read().to(orders::list)))
        .service(got("/api/orders/{id}", read().to(orders::show)))
        .service(posted("/api/orders/{id}/confirm", web::post().to(orders::confirm)))
        .service(posted("/api/orders/{id}/cancel", web::post().to(orders::cancel)))
        .service(posted("/api/orders/{id}/status", web::post().to(orders::set_status)))
        .service(got("/api/products", read().to(catalogue::products)))
        .service(got("/api/outlets", read().to(catalogue::outlets)))
        .service(got("/api/escalations", read().to(tickets::list)))
        .service(posted("/api/escalations/{id}/resolve", web::post().to(tickets::resolve)))
        .service(got("/api/company", read().to(service::company)))
        .service(got("/health", read().to(service::health)))
        .service(got("/health/live", read().to(service::live)))
        .service(got("/health/ready", read().to(service::ready)))
        .service(got("/metrics", read().to(service::metrics)))
        .service(got("/openapi.json", read().to(service::openapi)).wrap(Compress::default()));
    for page in pages::PAGES.iter() {
        let respond = move |req: HttpRequest| async move { page.respond(&req) };
        cfg.service(got(page.path, read().to(respond)).wrap(Compress::default()));
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

fn got(path: &str, route: Route) -> Resource {
    let other = web::to(async || refused(Problem::method_not_allowed("GET, HEAD")));
    web::resource(path).route(route).default_service(other)
}

fn posted(path: &str, route: Route) -> Resource {
    let other = web::to(async || refused(Problem::method_not_allowed("POST")));
    web::resource(path).route(route).default_service(other)
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
        App::new().wrap(from_fn(guard::guard)).configure(|cfg| configure(cfg, state))
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
