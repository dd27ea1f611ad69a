//! What was said: history, export and erasure.

use std::net::IpAddr;

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use serde::Serialize;
use serde_json::{Map, Value};

use super::State;
use super::body::Fields;
use super::chat::origin;
use super::error::Problem;
use super::guard::Caller;
use crate::chat::ask::owner;
use crate::domain::ids::SessionId;
use crate::domain::principal::Principal;
use crate::store::{Store, StoredMessage};

/// Newest messages that the history shows; an export holds all.
const HISTORY: u32 = 1_000;

/// Who asks, and from where.
type Visitor = (Principal, Option<IpAddr>);

/// A conversation as it goes out.
#[derive(Serialize)]
struct Conversation {
    session_id: String,
    /// The assistant, or a person who was asked for or has come.
    answered_by: &'static str,
    messages: Vec<Message>,
}

#[derive(Serialize)]
struct Message {
    id: i64,
    role: &'static str,
    text: String,
    at: String,
    /// What an answer carried beside its text: citations, order, ticket.
    #[serde(flatten)]
    carried: Map<String, Value>,
}

/// `GET /api/conversations/{id}`
pub async fn history(
    state: web::Data<State>,
    caller: Caller,
    id: web::Path<String>,
    req: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let mut query = Fields::of_query(&req)?;
    let after = query.number("after").unwrap_or(0);
    query.finish()?;
    let mut conversation = conversation(&state.store, (caller.0, origin(&req)), &id, HISTORY).await?;
    conversation.messages.retain(|message| message.id > after);
    Ok(HttpResponse::Ok().json(conversation))
}

/// `GET /api/conversations/{id}/export`
pub async fn export(
    state: web::Data<State>,
    caller: Caller,
    id: web::Path<String>,
    req: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let conversation = conversation(&state.store, (caller.0, origin(&req)), &id, u32::MAX).await?;
    let attachment = (header::CONTENT_DISPOSITION, "attachment; filename=\"conversation.json\"");
    Ok(HttpResponse::Ok().insert_header(attachment).json(conversation))
}

/// `DELETE /api/conversations/{id}`
pub async fn erase(
    state: web::Data<State>,
    caller: Caller,
    id: web::Path<String>,
    req: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let session = reachable(&state.store, (caller.0, origin(&req)), &id).await?;
    state.engine.erase(&session).await?;
    Ok(HttpResponse::NoContent().finish())
}

async fn conversation(store: &Store, caller: Visitor, id: &str, limit: u32) -> Result<Conversation, Problem> {
    let session = reachable(store, caller, id).await?;
    let messages = store.messages(&session, limit).await?;
    Ok(Conversation {
        answered_by: if store.waits_for_person(&session).await? { "person" } else { "assistant" },
        session_id: session.to_string(),
        messages: messages.into_iter().map(message).collect(),
    })
}

/// The conversation, if it is the caller's. One that is somebody else's does not exist for the caller.
async fn reachable(store: &Store, caller: Visitor, id: &str) -> Result<SessionId, Problem> {
    let missing = || Problem::not_found("conversation");
    let id = SessionId::parse(id).map_err(|_| missing())?;
    // Plain answers are stored behind the customer's back; what was answered must be found.
    store.flush().await?;
    let session = store.session(&id).await?.ok_or_else(missing)?;
    if session.owner == owner(caller.0, &id, caller.1) || caller.0.role.is_staff() {
        Ok(id)
    } else {
        Err(missing())
    }
}

fn message(stored: StoredMessage) -> Message {
    let reply = stored.meta_json.and_then(|json| serde_json::from_str(&json).ok());
    let carried = match reply {
        Some(Value::Object(mut reply)) => ["citations", "order", "order_id", "escalation"]
            .into_iter()
            .filter_map(|name| Some((name.to_owned(), reply.remove(name)?)))
            .filter(|(_, value)| !value.is_null())
            .collect(),
        _ => Map::new(),
    };
    Message {
        id: stored.id,
        role: stored.role.as_str(),
        text: stored.text,
        at: stored.at.to_string(),
        carried,
    }
}

#[cfg(test)]
mod tests {
    use actix_web::ResponseError as _;

    use super::*;
    use crate::domain::ids::TokenId;
    use crate::domain::principal::Role;
    use crate::store::{Commit, Effect, Finished, StoreOptions, TurnRecord};

    fn bearer(token: i64, role: Role) -> Principal {
        Principal { role, token: Some(TokenId(token)), outlet: None }
    }

    #[actix_web::test]
    async fn only_the_owner_and_staff_read_it() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path(), StoreOptions::default()).unwrap();
        let owner = bearer(1, Role::Channel);
        let turn = TurnRecord {
            session: SessionId::parse("s").unwrap(),
            owner: owner.scope(),
            user_text: "hi".into(),
            language: "en".into(),
            speaks: true,
        };
        let commit = Commit { effect: Effect::None, turn: Some(turn), idempotency: None, outbox: Vec::new() };
        let reply_json = r#"{"message":"hello","citations":[],"order_id":7,"order":null,"mode":"offline"}"#;
        let finished =
            Finished { reply_text: "hello".into(), reply_json: reply_json.into(), state_json: "{}".into() };
        store.record(commit, finished).unwrap();

        let read = async |who, id| conversation(&store, (who, None), id, HISTORY).await;
        let found = serde_json::to_value(read(owner, "s").await.ok().unwrap()).unwrap();
        assert_eq!((&found["session_id"], &found["messages"][0]["text"]), (&"s".into(), &"hi".into()));
        let answer = found["messages"][1].as_object().unwrap();
        assert_eq!(answer.keys().collect::<Vec<_>>(), ["at", "citations", "id", "order_id", "role", "text"]);

        assert!(read(bearer(2, Role::Staff), "s").await.is_ok());
        for (who, id) in [
            (bearer(2, Role::Channel), "s"),
            (Principal::ANONYMOUS, "s"),
            (owner, "another"),
            (owner, "not an id"),
        ] {
            let problem = read(who, id).await.err().unwrap();
            assert_eq!(problem.status_code().as_u16(), 404, "{who:?} {id}");
        }
    }
}
