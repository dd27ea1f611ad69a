//! Messages: questions of customers, and orders from trusted channels.

use std::net::IpAddr;

use actix_web::{HttpMessage as _, HttpRequest, HttpResponse, web};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::State;
use super::body::{Fields, RawJson};
use super::error::Problem;
use super::guard::{Caller, ClientAddress};
use super::idempotency::{Answer, claim, claim_of, has_key};
use crate::chat::ask::{Ask, OutletHint};
use crate::domain::ids::{IdError, IdempotencyKey, OutletId, SessionId};
use crate::domain::message::MessageText;
use crate::domain::principal::{Principal, Role};

/// Longest name of an outlet, in characters.
pub(super) const MAX_OUTLET_NAME: usize = 200;
/// Longest name of a message on its channel, in characters.
const MAX_MESSAGE_ID: usize = 200;
/// Longest tag of a language, in characters (RFC 5646 advises room for 35).
const MAX_LANGUAGE: usize = 35;

/// `POST /api/chatbot`
pub async fn chatbot(
    state: web::Data<State>,
    caller: Caller,
    req: HttpRequest,
    body: RawJson,
) -> Result<HttpResponse, Problem> {
    let ask = ask(caller.0, &req, "message", &body.0)?;
    let key = ask.idempotency.clone();
    let engine = state.engine.clone();
    // Boxed: a turn's own memory is large, and it is moved into a task.
    let work = Box::pin(async move { json(&engine.turn(ask).await?) });
    state.idempotency.run(key, work).await.map(Answer::respond)
}

/// `POST /api/process_order_enhanced`
pub async fn process_order(
    state: web::Data<State>,
    caller: Caller,
    req: HttpRequest,
    body: RawJson,
) -> Result<HttpResponse, Problem> {
    let principal = caller.trusted_channel()?;
    let ask = ask(principal, &req, "whatsapp_message", &body.0)?;
    let key = ask.idempotency.clone();
    let engine = state.engine.clone();
    let work = Box::pin(async move { json(&engine.process_order(ask).await?) });
    state.idempotency.run(key, work).await.map(Answer::respond)
}

/// Callers without a token are kept apart by their conversation, or, before it has begun, by where they call from:
/// one must not get another's answer by choosing the same key.
fn scope(ask: &Ask, req: &HttpRequest) -> String {
    match (&ask.session, ask.principal.role) {
        (Some(session), Role::Anonymous) => format!("anonymous:session:{session}"),
        (None, Role::Anonymous) => {
            let address = origin(req).map_or_else(String::new, |at| at.to_string());
            let hash = Sha256::digest(address.as_bytes());
            format!(
                "anonymous:{:016x}",
                hash.iter().take(8).fold(0_u64, |n, byte| (n << 8) | u64::from(*byte))
            )
        }
        _ => ask.principal.scope(),
    }
}

/// Reads the fields that both kinds of messages have. `user_id` belongs to clients of the replaced system: it says
/// nothing that could be relied on, so it is not read.
pub(super) fn ask(
    principal: Principal,
    req: &HttpRequest,
    message: &str,
    body: &[u8],
) -> Result<Ask, Problem> {
    let mut fields = Fields::of_body(body)?;
    let text = fields.required(message, MessageText::parse);
    // Clients of the replaced system send an empty one for a new conversation.
    let session = fields.parsed("session_id", session).flatten();
    let language = fields.parsed("language", language).flatten();
    let name = fields.text("outlet_name", MAX_OUTLET_NAME);
    let name = name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
    let outlet = OutletHint { id: fields.number("outlet_id").map(OutletId), name };
    let allow_duplicate = fields.flag("allow_duplicate");
    let message_id = fields.parsed("message_id", message_key);
    fields.finish()?;
    let text = text.ok_or_else(|| Problem::internal(&"a message was neither read nor refused"))?;
    let origin = origin(req);
    let mut ask =
        Ask { principal, origin, session, text, language, outlet, allow_duplicate, idempotency: None };
    let scope = scope(&ask, req);
    ask.idempotency = match message_id {
        // The message is what counts: a provider that sends it again may have put another time beside it.
        Some(key) if !has_key(req.headers()) => {
            Some(claim_of(scope, key, req.path(), ask.text.as_str().as_bytes()))
        }
        _ => claim(req.headers(), req.path(), body, scope)?,
    };
    Ok(ask)
}

/// A messenger's own name of a message is a key by itself: what it delivers twice is handled once.
fn message_key(raw: &str) -> Result<IdempotencyKey, String> {
    let fits = (1..=MAX_MESSAGE_ID).contains(&raw.len()) && raw.bytes().all(|b| b.is_ascii_graphic());
    let key = fits.then(|| IdempotencyKey::parse(&format!("message:{raw}")).ok()).flatten();
    key.ok_or_else(|| format!("message_id must be 1 to {MAX_MESSAGE_ID} visible ASCII characters"))
}

/// Where a request comes from.
pub(super) fn origin(req: &HttpRequest) -> Option<IpAddr> {
    req.extensions().get::<ClientAddress>().map(|address| address.0)
}

fn session(raw: &str) -> Result<Option<SessionId>, IdError> {
    if raw.is_empty() { Ok(None) } else { SessionId::parse(raw).map(Some) }
}

fn language(raw: &str) -> Result<Option<String>, &'static str> {
    let plain = raw.len() <= MAX_LANGUAGE && raw.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if plain {
        Ok((!raw.is_empty()).then(|| raw.to_owned()))
    } else {
        Err("language must be a tag such as `en`")
    }
}

pub(super) fn json(reply: &impl Serialize) -> Result<String, Problem> {
    serde_json::to_string(reply).map_err(|fault| Problem::internal(&fault))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<Ask, String> {
        let req = actix_web::test::TestRequest::default().to_http_request();
        ask(Principal::ANONYMOUS, &req, "message", body.as_bytes()).map_err(|problem| problem.to_string())
    }

    #[test]
    fn every_field_is_read() {
        let ask = read(
            r#"{"message":" hi ","session_id":"s-1","user_id":7,"outlet_id":"12","outlet_name":" Bella ",
                "language":"en-SG","unknown":[1]}"#,
        )
        .unwrap();
        assert_eq!(ask.text.as_str(), "hi");
        assert_eq!(ask.session.unwrap().as_str(), "s-1");
        assert_eq!((ask.outlet.id, ask.outlet.name.as_deref()), (Some(OutletId(12)), Some("Bella")));
        assert_eq!(ask.language.as_deref(), Some("en-SG"));
    }

    #[test]
    fn null_is_absent() {
        let ask =
            read(r#"{"message":"hi","session_id":null,"outlet_id":null,"outlet_name":"","language":null}"#);
        let ask = ask.unwrap();
        assert!(read(r#"{"message":"hi","session_id":""}"#).unwrap().session.is_none());
        assert!(ask.session.is_none() && ask.language.is_none());
        assert!(ask.outlet.id.is_none() && ask.outlet.name.is_none());
    }

    #[test]
    fn wrong_fields_are_named() {
        let check = |body: &str, says: &str| {
            let problem = read(body).unwrap_err();
            assert!(problem.starts_with("invalid_request") && problem.contains(says), "{problem}");
        };
        check("{}", "message is missing");
        check(r#"{"message":null}"#, "message is missing");
        check(r#"{"message":"  "}"#, "message is empty");
        check(r#"{"message":5}"#, "message must be a text");
        check(r#"{"message":"hi","session_id":"a b"}"#, "session_id may hold");
        check(r#"{"message":"hi","outlet_id":"x"}"#, "outlet_id must be");
        check(r#"{"message":"hi","language":"e n"}"#, "language must be");
        check(r#"{"message":"hi","message_id":"a b"}"#, "message_id must be");
        check(&format!(r#"{{"message":"{}"}}"#, "x".repeat(5001)), "longer than 5000");
    }
}
