//! What every request passes: its id, who sends it, how many it may send; and what every response carries.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Instant;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, FromRequest, HttpMessage as _, HttpRequest, HttpResponse, web};
use tracing::Instrument as _;

use super::error::Problem;
use super::limit::Client;
use super::{Gate, route_label};
use crate::config::{Config, CorsOrigins};
use crate::domain::principal::{Principal, Role};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// Longest id that is taken over from a client.
const MAX_REQUEST_ID: usize = 128;

/// Who sends the request.
#[derive(Debug, Clone, Copy)]
pub struct Caller(pub Principal);

/// What the request is called in logs and answers.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

/// Where the request comes from, as far as can be told.
#[derive(Debug, Clone, Copy)]
pub struct ClientAddress(pub IpAddr);

impl Caller {
    /// Anybody with a token.
    pub fn known(self) -> Result<Principal, Problem> {
        if self.0.role == Role::Anonymous { Err(Problem::token_needed()) } else { Ok(self.0) }
    }

    /// Operators, and programs that speak for any outlet.
    pub fn trusted_channel(self) -> Result<Principal, Problem> {
        let principal = self.known()?;
        let refused = || Problem::forbidden("This needs a token of role channel, staff or admin.");
        principal.role.is_trusted_channel().then_some(principal).ok_or_else(refused)
    }

    /// Operators.
    pub fn staff(self) -> Result<Principal, Problem> {
        let principal = self.known()?;
        let refused = || Problem::forbidden("This needs a token of role staff or admin.");
        principal.role.is_staff().then_some(principal).ok_or_else(refused)
    }
}

impl FromRequest for Caller {
    type Error = Problem;
    type Future = std::future::Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        // Without the guard nobody is known: a route that was left unguarded gives nothing away.
        std::future::ready(Ok(req.extensions().get().copied().unwrap_or(Self(Principal::ANONYMOUS))))
    }
}

/// The middleware around all routes.
pub async fn guard(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let started = Instant::now();
    let Some(gate) = req.app_data::<web::Data<Gate>>().cloned() else {
        return Err(Problem::internal(&"the guard has no gate").into());
    };
    let id = request_id(req.headers());
    let span = tracing::info_span!("request", request_id = %id);
    async move {
        let config = gate.config.load_full();
        let method = req.method().clone();
        // As the router reads it: `/%61pi/…` is the API too.
        let is_api = req.match_info().as_str().starts_with("/api/");
        // What the metrics tell is the company's business, not the public's.
        let is_guarded_page = req.match_info().as_str() == "/metrics" && !is_local(&req);
        let origin = allowed_origin(&config.cors, req.headers());
        let response = if is_api && origin.is_some() && is_preflight(&req) {
            req.into_response(preflight())
        } else {
            match if is_api || is_guarded_page {
                admit(&gate, &config, &req, origin.is_some()).await
            } else {
                Ok(None)
            } {
                Ok(caller) => {
                    req.extensions_mut().insert(ClientAddress(address(config.trust_proxy, &req)));
                    req.extensions_mut().insert(RequestId(id.clone()));
                    if let Some(caller) = caller {
                        req.extensions_mut().insert(caller);
                    }
                    next.call(req).await?.map_into_boxed_body()
                }
                Err(problem) => req.into_response(problem.response(Some(&id))),
            }
        };
        let mut response = with_request_id(response, &id);
        dress(response.headers_mut(), &config.cors, origin, is_api);

        let took = started.elapsed();
        let route = route_label(response.request().match_pattern().as_deref());
        let status = response.status().as_u16();
        gate.metrics.http_request(route, method.as_str(), status, took);
        tracing::debug!(method = %method, route, status, ms = took.as_secs_f64() * 1e3, "answered");
        Ok(response)
    }
    .instrument(span)
    .await
}

/// The client's own id, so that its log and ours can be read together; else a new one.
fn request_id(headers: &HeaderMap) -> String {
    let given = headers.get(REQUEST_ID).map(HeaderValue::as_bytes);
    given
        .filter(|id| (1..=MAX_REQUEST_ID).contains(&id.len()) && id.iter().all(u8::is_ascii_graphic))
        .and_then(|id| String::from_utf8(id.to_vec()).ok())
        .unwrap_or_else(|| uuid::Uuid::now_v7().to_string())
}

/// Problems are made where the request's id is not at hand; here it is written into them.
fn with_request_id(response: ServiceResponse, id: &str) -> ServiceResponse {
    let problem = response.response().error().and_then(|error| error.as_error::<Problem>()).cloned();
    let mut response = match problem {
        Some(problem) => response.into_response(problem.response(Some(id))),
        None => response,
    };
    if let Ok(value) = HeaderValue::from_str(id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// Who sends this, unless it is one too many.
async fn admit(
    gate: &Gate,
    config: &Config,
    req: &ServiceRequest,
    origin_allowed: bool,
) -> Result<Option<Caller>, Problem> {
    // In the demo everybody is the operator, so a page from elsewhere must not act through a visitor's browser.
    if gate.open && !origin_allowed && is_foreign_page(req) {
        return Err(Problem::forbidden("Pages of other sites may not use this server."));
    }
    let principal = principal(gate, req.headers()).await;
    let client = match &principal {
        Ok(Principal { token: Some(token), .. }) => Client::Token(*token),
        // Wrong tokens count by address, so that they cannot be tried without end.
        _ => Client::at(address(config.trust_proxy, req)),
    };
    if let Some(rate) = config.rate_limit_per_minute {
        gate.limiter.check(rate, client).map_err(Problem::rate_limited)?;
    }
    principal.map(|principal| Some(Caller(principal)))
}

async fn principal(gate: &Gate, headers: &HeaderMap) -> Result<Principal, Problem> {
    if gate.open {
        return Ok(Principal::LOCAL);
    }
    let Some(value) = headers.get(header::AUTHORIZATION) else { return Ok(Principal::ANONYMOUS) };
    let secret = value.to_str().ok().and_then(|value| {
        let (scheme, secret) = value.trim().split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| secret.trim())
    });
    match secret {
        Some(secret) => gate.store.authenticate(secret).await?.ok_or_else(Problem::bad_token),
        None => Err(Problem::bad_token()),
    }
}

/// Behind a proxy the last entry of `X-Forwarded-For` is the proxy's own; those before it are the client's word.
fn address(trust_proxy: bool, req: &ServiceRequest) -> IpAddr {
    let forwarded = || {
        let last = req.headers().get_all(FORWARDED_FOR).last()?.to_str().ok()?;
        last.rsplit(',').next()?.trim().parse().ok()
    };
    let peer = || req.peer_addr().map(|peer| peer.ip());
    trust_proxy.then(forwarded).flatten().or_else(peer).unwrap_or(Ipv4Addr::UNSPECIFIED.into())
}

/// Whether the request comes from this machine itself, and not through a proxy on it.
fn is_local(req: &ServiceRequest) -> bool {
    let forwarded =
        req.headers().contains_key(FORWARDED_FOR) || req.headers().contains_key(header::FORWARDED);
    !forwarded && req.peer_addr().is_some_and(|peer| peer.ip().is_loopback())
}

fn is_foreign_page(req: &ServiceRequest) -> bool {
    let Some(origin) = req.headers().get(header::ORIGIN) else { return false };
    let host = req.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let origin = origin.to_str().ok().and_then(|origin| origin.split_once("://"));
    match (origin, host) {
        (Some((_, origin)), Some(host)) => !origin.eq_ignore_ascii_case(host),
        // `null`, or something no browser sends.
        _ => true,
    }
}

/// What `Access-Control-Allow-Origin` is to say; `None` for a page that may not read answers.
fn allowed_origin(cors: &CorsOrigins, headers: &HeaderMap) -> Option<HeaderValue> {
    let origin = headers.get(header::ORIGIN)?;
    match cors {
        CorsOrigins::SameOrigin => None,
        CorsOrigins::Any => Some(HeaderValue::from_static("*")),
        CorsOrigins::List(list) => list
            .iter()
            .any(|allowed| allowed.as_bytes().eq_ignore_ascii_case(origin.as_bytes()))
            .then(|| origin.clone()),
    }
}

fn is_preflight(req: &ServiceRequest) -> bool {
    req.method() == Method::OPTIONS && req.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

fn preflight() -> HttpResponse {
    HttpResponse::build(StatusCode::NO_CONTENT)
        .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, POST, PATCH, DELETE"))
        .insert_header((
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            "Authorization, Content-Type, Idempotency-Key, X-Request-Id",
        ))
        .insert_header((header::ACCESS_CONTROL_MAX_AGE, "600"))
        .finish()
}

/// The headers that every response carries. What a route has set stays.
fn dress(headers: &mut HeaderMap, cors: &CorsOrigins, origin: Option<HeaderValue>, is_api: bool) {
    let mut default = |name: HeaderName, value: &'static str| {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    default(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    default(header::REFERRER_POLICY, "no-referrer");
    default(header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'");
    // Conversations and orders are nobody else's: no cache between may keep them.
    default(header::CACHE_CONTROL, "no-store");
    if is_api && matches!(cors, CorsOrigins::List(_)) {
        headers.append(header::VARY, HeaderValue::from_static("Origin"));
    }
    if let Some(origin) = origin.filter(|_| is_api) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        let readable = HeaderValue::from_static(
            "X-Request-Id, Idempotency-Replayed, Location, Retry-After, Content-Disposition",
        );
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, readable);
    }
}
