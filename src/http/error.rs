//! Everything that goes wrong, as `application/problem+json` (RFC 9457). The only place that maps faults to
//! status codes; it tells people what to do and never how the inside looks.

use std::fmt;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;

use crate::chat::TurnError;
use crate::store::StoreError;

/// The media type of a problem.
const CONTENT_TYPE: &str = "application/problem+json";

/// What kind of fault it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    MalformedJson,
    BadRequest,
    Unauthorized,
    Forbidden,
    NotFound,
    MethodNotAllowed(&'static str),
    Timeout,
    Conflict,
    AlreadyDone,
    DuplicateOrder,
    IdempotencyConflict,
    Erased,
    TooLarge,
    MediaType,
    Invalid,
    OrderIncomplete,
    RateLimited(u64),
    Busy,
    Stopping,
    StorageFull,
    Internal,
}

impl Kind {
    /// Status, the code that programs go by, and the title.
    const fn of(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::MalformedJson => (StatusCode::BAD_REQUEST, "malformed_json", "Malformed JSON"),
            Self::BadRequest => (StatusCode::BAD_REQUEST, "bad_request", "Bad request"),
            Self::Unauthorized => (StatusCode::UNAUTHORIZED, "unauthorized", "Token needed"),
            Self::Forbidden => (StatusCode::FORBIDDEN, "forbidden", "Not allowed"),
            Self::NotFound => (StatusCode::NOT_FOUND, "not_found", "Not found"),
            Self::MethodNotAllowed(_) => {
                (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "Method not allowed")
            }
            Self::Timeout => (StatusCode::REQUEST_TIMEOUT, "request_timeout", "Request timeout"),
            Self::Conflict => (StatusCode::CONFLICT, "conflict", "Conflict"),
            Self::AlreadyDone => (StatusCode::CONFLICT, "already_done", "Carried out already"),
            Self::DuplicateOrder => (StatusCode::CONFLICT, "duplicate_order", "The same order again"),
            Self::IdempotencyConflict => {
                (StatusCode::CONFLICT, "idempotency_conflict", "Idempotency key used before")
            }
            Self::Erased => (StatusCode::GONE, "erased", "Erased"),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", "Body too large"),
            Self::MediaType => {
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", "Unsupported media type")
            }
            Self::Invalid => (StatusCode::UNPROCESSABLE_ENTITY, "invalid_request", "Invalid request"),
            Self::OrderIncomplete => {
                (StatusCode::UNPROCESSABLE_ENTITY, "order_incomplete", "Order incomplete")
            }
            Self::RateLimited(_) => (StatusCode::TOO_MANY_REQUESTS, "rate_limited", "Too many requests"),
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy", "Busy"),
            Self::Stopping => (StatusCode::SERVICE_UNAVAILABLE, "stopping", "Stopping"),
            Self::StorageFull => (StatusCode::SERVICE_UNAVAILABLE, "storage_full", "Storage full"),
            Self::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "internal_error", "Internal error"),
        }
    }

    /// Seconds after which the same request may succeed.
    const fn retry_after(self) -> Option<u64> {
        match self {
            Self::RateLimited(seconds) => Some(seconds),
            Self::Busy | Self::Stopping => Some(1),
            // Room is made by a person, which takes longer than a full queue does.
            Self::StorageFull => Some(60),
            _ => None,
        }
    }
}

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// Its name as the client wrote it.
    pub field: String,
    /// A sentence for people.
    pub message: String,
}

/// A fault as the client is told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    kind: Kind,
    detail: String,
    errors: Vec<FieldError>,
    missing: Vec<String>,
}

impl Problem {
    fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), errors: Vec::new(), missing: Vec::new() }
    }

    /// The body is not JSON. Tells where, and nothing of what was sent.
    pub fn malformed_json(line: usize, column: usize) -> Self {
        Self::new(Kind::MalformedJson, format!("The body is not valid JSON (line {line}, column {column})."))
    }

    /// The request cannot be read: a header, or a body cut off.
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(Kind::BadRequest, detail)
    }

    /// The token opens nothing.
    pub fn bad_token() -> Self {
        Self::new(
            Kind::Unauthorized,
            "The token is not valid: send `Authorization: Bearer` with one that is.",
        )
    }

    /// No token was sent where one is needed.
    pub fn token_needed() -> Self {
        Self::new(Kind::Unauthorized, "This needs an API token: send it as `Authorization: Bearer …`.")
    }

    /// Something stands in the way that is as it is now.
    pub fn conflict(detail: &str) -> Self {
        Self::new(Kind::Conflict, detail)
    }

    /// The caller's role does not reach so far.
    pub fn forbidden(detail: &str) -> Self {
        Self::new(Kind::Forbidden, detail)
    }

    /// There is no such thing, or it is somebody else's.
    pub fn not_found(what: &str) -> Self {
        Self::new(Kind::NotFound, format!("There is no such {what}."))
    }

    /// The route knows other methods only.
    pub fn method_not_allowed(allowed: &'static str) -> Self {
        Self::new(Kind::MethodNotAllowed(allowed), format!("This address takes {allowed} only."))
    }

    /// The body did not arrive in time.
    pub fn timeout() -> Self {
        Self::new(Kind::Timeout, "The body of the request did not arrive in time.")
    }

    /// The key was used for another request.
    pub fn idempotency_conflict() -> Self {
        Self::new(
            Kind::IdempotencyConflict,
            "This Idempotency-Key was used for another request: send a new key with a new request.",
        )
    }

    /// The answer existed and was erased with its conversation.
    pub fn erased() -> Self {
        Self::new(Kind::Erased, "This was carried out before; its conversation has been erased since.")
    }

    /// The body exceeds the limit.
    pub fn too_large(limit: usize) -> Self {
        Self::new(Kind::TooLarge, format!("The body is larger than {limit} bytes."))
    }

    /// The body is not declared to be JSON.
    pub fn media_type() -> Self {
        Self::new(Kind::MediaType, "Send the body as JSON, with `Content-Type: application/json`.")
    }

    /// The request can be read, but not carried out as it stands.
    pub fn invalid(detail: impl Into<String>) -> Self {
        Self::new(Kind::Invalid, detail)
    }

    /// Fields that are wrong, all of them at once.
    pub fn fields(errors: Vec<FieldError>) -> Self {
        let detail = errors.iter().map(|e| e.message.as_str()).collect::<Vec<_>>().join("; ");
        Self { errors, ..Self::new(Kind::Invalid, detail) }
    }

    /// Too many requests from this client.
    pub fn rate_limited(seconds: u64) -> Self {
        Self::new(
            Kind::RateLimited(seconds),
            format!("Too many requests: the next one is possible in {seconds} s."),
        )
    }

    /// Too much is waiting.
    pub fn busy() -> Self {
        Self::new(Kind::Busy, "Too many requests are waiting: try again in a moment.")
    }

    /// The last moments of this process; another try finds the next one.
    pub fn stopping() -> Self {
        Self::new(Kind::Stopping, "The server is stopping: try again in a moment.")
    }

    /// Pieces of an order that are missing or wrong.
    pub fn not_placeable(detail: String, missing: Vec<String>) -> Self {
        Self { missing, ..Self::new(Kind::OrderIncomplete, detail) }
    }

    /// Whether the request was carried out before, so that its stored answer is to be given.
    pub fn is_already_done(&self) -> bool {
        self.kind == Kind::AlreadyDone
    }

    /// A fault of the server. What it was goes to the log, under the request's id.
    pub fn internal(fault: &dyn fmt::Display) -> Self {
        tracing::error!(fault = %fault, "a request failed");
        Self::new(Kind::Internal, "Something went wrong on our side. It has been recorded.")
    }

    /// The response, with the id of the request once that is known.
    pub fn response(&self, request_id: Option<&str>) -> HttpResponse {
        let mut response = HttpResponse::build(self.kind.of().0);
        response.insert_header((header::CONTENT_TYPE, CONTENT_TYPE));
        if let Some(seconds) = self.kind.retry_after() {
            response.insert_header((header::RETRY_AFTER, seconds));
        }
        match self.kind {
            Kind::Unauthorized => {
                response.insert_header((header::WWW_AUTHENTICATE, "Bearer realm=\"tria\""));
            }
            Kind::MethodNotAllowed(allowed) => {
                response.insert_header((header::ALLOW, allowed));
            }
            _ => {}
        }
        // Strings and numbers only: this cannot fail, and an empty body would still bear its status.
        response.body(serde_json::to_vec(&self.document(request_id)).unwrap_or_default())
    }

    /// The body, for where it is not a response of its own.
    pub fn document<'a>(&'a self, request_id: Option<&'a str>) -> impl Serialize + 'a {
        let (status, code, title) = self.kind.of();
        Document {
            kind: "about:blank",
            title,
            status: status.as_u16(),
            detail: &self.detail,
            code,
            request_id,
            errors: &self.errors,
            missing: (self.kind == Kind::OrderIncomplete).then_some(&self.missing),
        }
    }
}

/// The body of a problem.
#[derive(Serialize)]
struct Document<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    status: u16,
    detail: &'a str,
    code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [FieldError],
    #[serde(skip_serializing_if = "Option::is_none")]
    missing: Option<&'a Vec<String>>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.of().1, self.detail)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.kind.of().0
    }

    fn error_response(&self) -> HttpResponse {
        self.response(None)
    }
}

impl From<TurnError> for Problem {
    fn from(fault: TurnError) -> Self {
        match fault {
            TurnError::Busy => Self::busy(),
            TurnError::TakenOver | TurnError::Moved | TurnError::StockShort { .. } => {
                Self::new(Kind::Conflict, sentence(&fault))
            }
            TurnError::Duplicate(_) => Self::new(Kind::DuplicateOrder, sentence(&fault)),
            TurnError::NoSuchSession => Self::not_found("conversation"),
            TurnError::NotPlaceable { detail, missing } => Self::not_placeable(detail, missing),
            TurnError::AlreadyDone => Self::new(Kind::AlreadyDone, sentence(&fault)),
            TurnError::StorageFull => Self::new(Kind::StorageFull, sentence(&fault)),
            TurnError::Internal(fault) => Self::internal(&fault),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(fault: StoreError) -> Self {
        match fault {
            StoreError::Busy => Self::busy(),
            StoreError::NotFound => Self::not_found("entry"),
            StoreError::IllegalChange { .. }
            | StoreError::StockShort { .. }
            | StoreError::NotIssued { .. }
            | StoreError::Moved
            | StoreError::TakenOver => Self::new(Kind::Conflict, sentence(&fault)),
            StoreError::Duplicate(_) => Self::new(Kind::DuplicateOrder, sentence(&fault)),
            StoreError::AlreadyDone => Self::new(Kind::AlreadyDone, sentence(&fault)),
            StoreError::Refused(_) => Self::invalid(sentence(&fault)),
            StoreError::DiskFull => {
                Self::new(Kind::StorageFull, "The server can not store anything at the moment.")
            }
            StoreError::Closed => Self::stopping(),
            StoreError::Internal(fault) => Self::internal(&fault),
        }
    }
}

/// An error's text as a sentence.
fn sentence(text: &dyn fmt::Display) -> String {
    let text = text.to_string();
    let mut chars = text.chars();
    let first: String = chars.next().into_iter().flat_map(char::to_uppercase).collect();
    let end = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{end}", chars.as_str())
}

#[cfg(test)]
mod tests {
    use actix_web::body::to_bytes;
    use serde_json::{Value, json};

    use super::*;
    use crate::domain::order::OrderStatus;

    async fn read(problem: Problem) -> (u16, Value, HttpResponse) {
        let response = problem.response(Some("id-1"));
        let body = to_bytes(problem.response(Some("id-1")).into_body()).await.unwrap();
        (response.status().as_u16(), serde_json::from_slice(&body).unwrap(), response)
    }

    #[actix_web::test]
    async fn a_turns_faults() {
        let check = async |fault: TurnError, status: u16, code: &str, retry: Option<&str>| {
            let (is, body, response) = read(fault.into()).await;
            assert_eq!((is, body["code"].as_str()), (status, Some(code)));
            assert_eq!(body["status"], status);
            assert_eq!(body["request_id"], "id-1");
            assert_eq!(response.headers().get("retry-after").map(|v| v.to_str().unwrap()), retry);
            assert_eq!(response.headers().get("content-type").unwrap(), CONTENT_TYPE);
        };
        check(TurnError::Busy, 503, "busy", Some("1")).await;
        check(TurnError::NoSuchSession, 404, "not_found", None).await;
        check(TurnError::StorageFull, 503, "storage_full", Some("60")).await;
        check(TurnError::Internal("secret path".into()), 500, "internal_error", None).await;
    }

    #[actix_web::test]
    async fn what_an_order_lacks_is_listed() {
        let fault =
            TurnError::NotPlaceable { detail: "Say which outlet.".into(), missing: vec!["outlet".into()] };
        let (status, body, _) = read(fault.into()).await;
        assert_eq!((status, &body["missing"]), (422, &json!(["outlet"])));
        assert_eq!(
            (&body["code"], &body["detail"]),
            (&json!("order_incomplete"), &json!("Say which outlet."))
        );
    }

    #[actix_web::test]
    async fn the_inside_stays_inside() {
        let (_, body, _) = read(StoreError::Internal("no such table: orders".into()).into()).await;
        assert!(!body.to_string().contains("table"), "{body}");
    }

    #[actix_web::test]
    async fn the_stores_faults() {
        let check = async |fault: StoreError, status: u16| {
            assert_eq!(read(fault.clone().into()).await.0, status, "{fault}");
        };
        check(StoreError::NotFound, 404).await;
        check(StoreError::Refused("it is resolved already".into()), 422).await;
        check(StoreError::IllegalChange { from: OrderStatus::Held, to: OrderStatus::Picked }, 409).await;
        check(StoreError::StockShort { sku: "A".into(), wanted: 2, available: 1 }, 409).await;
        let kind = crate::domain::document::DocumentKind::Invoice;
        check(StoreError::NotIssued { kind, status: OrderStatus::Held }, 409).await;
        check(StoreError::DiskFull, 503).await;
        check(StoreError::Closed, 503).await;
    }
}
