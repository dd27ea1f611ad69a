//! The service itself: whether it works, its numbers, its description.

use std::time::Duration;

use actix_web::{HttpResponse, HttpResponseBuilder, web};
use serde::Serialize;
use serde_json::json;

use super::State;
use super::error::Problem;
use super::guard::Caller;
use crate::store::StoreError;
use crate::telemetry::{CONTENT_TYPE, StoreNumbers};

/// The hand-kept description of all routes; a test compares it with the route table.
pub(super) const OPENAPI: &str = include_str!("../../assets/openapi.json");

/// A database that takes longer than this to say something is as good as none.
const PING_TIMEOUT: Duration = Duration::from_secs(3);

#[derive(Serialize)]
struct Health {
    status: &'static str,
    database: &'static str,
    cache: &'static str,
    vector_index: &'static str,
    chunks: usize,
    llm: &'static str,
    xero: &'static str,
    version: &'static str,
    uptime_seconds: u64,
}

/// `GET /health`
pub async fn health(state: web::Data<State>) -> HttpResponse {
    let index = (state.index)();
    let database = database_answers(&state).await;
    let sound = database && index.usable;
    let llm = state.engine.llm_status();
    let word = |up: bool| if up { "connected" } else { "unavailable" };
    by(sound).json(Health {
        status: match (sound, llm) {
            (false, _) => "unhealthy",
            (true, "unavailable") => "degraded",
            (true, _) => "healthy",
        },
        database: word(database),
        // Part of this process: it is there when this is.
        cache: "connected",
        vector_index: word(index.usable),
        chunks: index.chunks,
        llm,
        xero: "not_configured",
        version: env!("CARGO_PKG_VERSION"),
        uptime_seconds: state.started.elapsed().as_secs(),
    })
}

/// `GET /health/live`
pub async fn live() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "status": "alive" }))
}

/// `GET /health/ready`
pub async fn ready(state: web::Data<State>) -> HttpResponse {
    let ready = (state.index)().usable && database_answers(&state).await;
    by(ready).json(json!({ "status": if ready { "ready" } else { "not_ready" } }))
}

fn by(sound: bool) -> HttpResponseBuilder {
    if sound { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() }
}

async fn database_answers(state: &State) -> bool {
    match tokio::time::timeout(PING_TIMEOUT, state.store.ping()).await {
        // Under load, not down: taking a server out for that would only move the load.
        Ok(Ok(()) | Err(StoreError::Busy)) => true,
        Ok(Err(_)) | Err(_) => false,
    }
}

/// `GET /metrics`: for programs on this machine, and for staff from elsewhere.
pub async fn metrics(
    state: web::Data<State>,
    caller: Option<web::ReqData<Caller>>,
) -> Result<HttpResponse, Problem> {
    // The guard names a caller here only when the request comes from elsewhere.
    if let Some(caller) = caller {
        caller.into_inner().staff()?;
    }
    if !state.config.load().enable_metrics {
        return Err(Problem::not_found("page"));
    }
    let index = (state.index)();
    state.metrics.set_index(&index.version, index.chunks);
    let done = state.store.stats();
    state.metrics.set_store(StoreNumbers {
        batches: done.batches,
        operations: done.operations,
        failed: done.failed,
        busy: done.busy,
        reads: done.reads,
        queue_depth: done.queue_depth,
        size_bytes: state.store.size_bytes(),
    });
    Ok(HttpResponse::Ok().content_type(CONTENT_TYPE).body(state.metrics.encode()))
}

/// `GET /api/company`
pub async fn company(state: web::Data<State>) -> HttpResponse {
    let config = state.config.load();
    let hours = config.placeholders().remove("opening_hours");
    HttpResponse::Ok().json(json!({
        "name": config.rules.company_name,
        "hours": hours,
        "currency": config.rules.currency,
    }))
}

/// `GET /openapi.json`
pub async fn openapi() -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(OPENAPI)
}
