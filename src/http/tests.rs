//! Guards, limits and problem documents, through an application without an engine.

use std::net::SocketAddr;

use actix_web::body::to_bytes;
use actix_web::test::{TestRequest, init_service};
use actix_web::{Error, HttpResponse};
use serde_json::Value;
use tempfile::TempDir;

use super::body::{Fields, RawJson};
use super::guard::Caller;
use super::*;
use crate::config::Sources;
use crate::domain::principal::Role;
use crate::store::StoreOptions;

struct Bench {
    _dir: TempDir,
    store: Store,
    gate: web::Data<Gate>,
}

fn bench(sources: &Sources, open: bool) -> Bench {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), StoreOptions::default()).unwrap();
    let config = Arc::new(ArcSwap::from_pointee(Config::load(sources).unwrap()));
    let gate = Gate::new(store.clone(), Arc::default(), config, open);
    Bench { _dir: dir, store, gate: web::Data::new(gate) }
}

/// What the tests look at.
struct Seen {
    status: u16,
    headers: actix_web::http::header::HeaderMap,
    body: Value,
}

impl Seen {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

impl Bench {
    async fn send(&self, req: TestRequest) -> Seen {
        let routes = |cfg: &mut web::ServiceConfig| {
            guarded(cfg, self.gate.clone());
            let who = async |caller: Caller| HttpResponse::Ok().json(caller.0.role.as_str());
            let echo = async |raw: RawJson| -> Result<HttpResponse, Problem> {
                let mut fields = Fields::of_body(&raw.0)?;
                let text = fields.text("text", 10);
                fields.finish()?;
                Ok(HttpResponse::Ok().json(text))
            };
            let staff = async |caller: Caller| caller.staff().map(|_| HttpResponse::Ok());
            cfg.service(at("/api/company").route(read().to(who)))
                .service(at("/api/chatbot").route(web::post().to(echo)))
                .service(at("/api/escalations").route(read().to(staff)))
                .service(at("/health").route(read().to(async || HttpResponse::Ok().json("up"))));
        };
        let app = init_service(App::new().wrap(from_fn(guard::guard)).configure(routes)).await;
        let req = req.peer_addr(SocketAddr::from(([127, 0, 0, 1], 9))).to_request();
        let response: Result<_, Error> = dev::Service::call(&app, req).await;
        let response = response.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = to_bytes(response.into_body()).await.unwrap();
        Seen { status, headers, body: serde_json::from_slice(&body).unwrap_or_default() }
    }
}

fn post(body: &str) -> TestRequest {
    let json = ("Content-Type", "application/json");
    TestRequest::post().uri("/api/chatbot").insert_header(json).set_payload(body.to_owned())
}

fn get(path: &str) -> TestRequest {
    TestRequest::get().uri(path)
}

#[actix_web::test]
async fn faults_are_problems_with_the_requests_id() {
    let bench = bench(&Sources::none().flag("TRIA_MAX_BODY_BYTES", "32768"), false);
    let check = async |req: TestRequest, status: u16, code: &str| {
        let seen = bench.send(req.insert_header(("X-Request-Id", "mine-1"))).await;
        assert_eq!((seen.status, seen.body["code"].as_str()), (status, Some(code)), "{}", seen.body);
        assert_eq!(seen.body["request_id"], "mine-1");
        assert_eq!(seen.body["type"], "about:blank");
        assert_eq!(seen.header("X-Request-Id"), Some("mine-1"));
        assert_eq!(seen.header("Content-Type"), Some("application/problem+json"));
        assert_eq!(seen.header("X-Content-Type-Options"), Some("nosniff"));
        seen
    };
    check(get("/nowhere"), 404, "not_found").await;
    check(get("/api/nowhere"), 404, "not_found").await;
    assert_eq!(check(get("/api/chatbot"), 405, "method_not_allowed").await.header("Allow"), Some("POST"));
    check(post("{"), 400, "malformed_json").await;
    check(post("[]"), 422, "invalid_request").await;
    check(post(""), 400, "malformed_json").await;
    let seen = check(post(r#"{"text":7}"#), 422, "invalid_request").await;
    assert_eq!(seen.body["errors"][0]["field"], "text");
    check(post(&format!("{{\"text\":\"{}\"}}", "x".repeat(40_000))), 413, "body_too_large").await;
    let form = TestRequest::post().uri("/api/chatbot").set_payload("text=a");
    check(form.insert_header(("Content-Type", "text/plain")), 415, "unsupported_media_type").await;
    check(TestRequest::post().uri("/api/chatbot").set_payload("{}"), 415, "unsupported_media_type").await;
    assert_eq!(bench.send(post(r#"{"text":"ok"}"#)).await.body, "ok");
}

#[actix_web::test]
async fn request_ids_are_made_when_none_is_good() {
    let bench = bench(&Sources::none(), false);
    let id = |seen: &Seen| seen.header("X-Request-Id").unwrap().to_owned();
    let (a, b) = (bench.send(get("/health")).await, bench.send(get("/health")).await);
    assert!(id(&a).len() == 36 && id(&a) != id(&b));
    for bad in ["", "a b", &"x".repeat(129)] {
        let seen = bench.send(get("/health").insert_header(("X-Request-Id", bad))).await;
        assert_eq!(id(&seen).len(), 36, "{bad}");
    }
}

#[actix_web::test]
async fn tokens_open_what_their_role_may() {
    let bench = bench(&Sources::none(), false);
    let staff = bench.store.create_token("s", Role::Staff, None).await.unwrap().secret;
    let channel = bench.store.create_token("c", Role::Channel, None).await.unwrap().secret;
    let with = |path: &str, value: String| bench.send(get(path).insert_header(("Authorization", value)));

    assert_eq!(bench.send(get("/api/company")).await.body, "anonymous");
    assert_eq!(with("/api/company", format!("Bearer {staff}")).await.body, "staff");
    assert_eq!(with("/api/company", format!("bearer  {staff} ")).await.body, "staff");
    for bad in ["Bearer tria_no", "Bearer", "Basic YTpi", ""] {
        let seen = with("/api/company", bad.to_owned()).await;
        assert_eq!(seen.body["request_id"].as_str(), seen.header("X-Request-Id"), "{bad}");
        assert_eq!(
            (seen.status, seen.header("WWW-Authenticate")),
            (401, Some("Bearer realm=\"tria\"")),
            "{bad}"
        );
    }
    assert_eq!(bench.send(get("/api/escalations")).await.status, 401);
    assert_eq!(with("/api/escalations", format!("Bearer {channel}")).await.status, 403);
    assert_eq!(with("/api/escalations", format!("Bearer {staff}")).await.status, 200);
    assert_eq!(with("/health", "Bearer tria_no".to_owned()).await.status, 200, "probes need no token");
}

#[actix_web::test]
async fn the_demo_knows_everybody_but_pages_of_others() {
    let bench = bench(&Sources::none(), true);
    assert_eq!(bench.send(get("/api/company")).await.body, "admin");
    let from = |origin: &'static str| {
        let headers = [("Origin", origin), ("Host", "localhost:8003")];
        bench.send(headers.into_iter().fold(get("/api/company"), TestRequest::insert_header))
    };
    assert_eq!(from("http://localhost:8003").await.status, 200);
    assert_eq!(from("https://evil.example").await.status, 403);
    assert_eq!(from("null").await.status, 403);
}

#[actix_web::test]
async fn too_many_requests() {
    let bench =
        bench(&Sources::none().flag("RATE_LIMIT_PER_MINUTE", "2").flag("TRIA_TRUST_PROXY", "true"), false);
    let from = |addresses: &'static str| {
        bench.send(get("/api/company").insert_header(("X-Forwarded-For", addresses)))
    };
    assert_eq!(from("10.0.0.1").await.status, 200);
    assert_eq!(from("1.1.1.1, 10.0.0.1").await.status, 200, "only the proxy's own entry counts");
    let seen = from("2.2.2.2, 10.0.0.1").await;
    assert_eq!((seen.status, seen.body["code"].as_str()), (429, Some("rate_limited")));
    assert!((1..=30).contains(&seen.header("Retry-After").unwrap().parse::<u64>().unwrap()));
    assert_eq!(from("10.0.0.2").await.status, 200);
    for path in ["/%61pi/company", "/api/%63ompany"] {
        let seen = bench.send(get(path).insert_header(("X-Forwarded-For", "10.0.0.1"))).await;
        assert_eq!(seen.status, 429, "{path} is the API too");
    }
    for _ in 0..5 {
        let seen = bench.send(get("/health").insert_header(("X-Forwarded-For", "10.0.0.1"))).await;
        assert_eq!(seen.status, 200, "probes are not limited");
    }
}

#[actix_web::test]
async fn other_sites_pages() {
    let bench = bench(&Sources::none().flag("CORS_ORIGINS", "https://shop.example"), false);
    let from = |req: TestRequest, origin: &'static str| bench.send(req.insert_header(("Origin", origin)));
    let preflight = || {
        let asked = ("Access-Control-Request-Method", "POST");
        TestRequest::default()
            .method(actix_web::http::Method::OPTIONS)
            .uri("/api/chatbot")
            .insert_header(asked)
    };
    let seen = from(preflight(), "https://shop.example").await;
    assert_eq!(
        (seen.status, seen.header("Access-Control-Allow-Origin")),
        (204, Some("https://shop.example"))
    );
    assert!(seen.header("Access-Control-Allow-Headers").unwrap().contains("Idempotency-Key"));
    let seen = from(preflight(), "https://evil.example").await;
    assert_eq!((seen.status, seen.header("Access-Control-Allow-Origin")), (405, None));
    let seen = from(get("/api/company"), "https://shop.example").await;
    assert_eq!(
        (seen.status, seen.header("Access-Control-Allow-Origin")),
        (200, Some("https://shop.example"))
    );
    assert_eq!(seen.header("Vary"), Some("Origin"));
}

#[actix_web::test]
async fn requests_are_counted_by_route() {
    let bench = bench(&Sources::none(), false);
    bench.send(get("/api/company")).await;
    bench.send(get("/wp-login.php")).await;
    let text = bench.gate.metrics.encode();
    assert!(text.contains(r#"route="/api/company""#) && text.contains(r#"route="other""#), "{text}");
    assert!(!text.contains("wp-login"));
}

#[test]
fn openapi_lists_exactly_the_routes() {
    let openapi: Value = serde_json::from_str(service::OPENAPI).unwrap();
    let mut listed = Vec::new();
    for (path, methods) in openapi["paths"].as_object().unwrap() {
        let methods = methods.as_object().unwrap().keys().filter(|name| *name != "parameters");
        listed.extend(methods.map(|method| format!("{} {path}", method.to_uppercase())));
    }
    let mut routes = Vec::new();
    for (path, methods) in ROUTES.into_iter().filter(|(path, _)| *path != "/") {
        let methods = methods.split(", ").filter(|method| *method != "HEAD");
        routes.extend(methods.map(|method| format!("{method} {path}")));
    }
    listed.sort_unstable();
    routes.sort_unstable();
    assert_eq!(listed, routes);
    assert_eq!(openapi["info"]["version"], env!("CARGO_PKG_VERSION"));
}
