//! Tickets that wait for a person.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;

use super::State;
use super::body::{Fields, RawJson};
use super::error::Problem;
use super::guard::Caller;
use super::orders::{DEFAULT_PAGE, MAX_NOTE};
use crate::domain::escalation::{Ticket, TicketStatus};
use crate::domain::ids::{SessionId, TicketId};
use crate::domain::message::MessageText;
use crate::store::{MAX_PAGE, TicketFilter};

#[derive(Serialize)]
struct TicketBody<'a> {
    ticket_id: i64,
    status: &'static str,
    tier: u8,
    reason: &'static str,
    summary: &'a str,
    session_id: Option<&'a str>,
    order_id: Option<i64>,
    created_at: String,
    due_at: String,
    /// Who answers the customer: the assistant, or a person who was asked for or has come.
    answered_by: &'static str,
    taken_at: Option<String>,
    resolved_at: Option<String>,
    resolution: Option<&'a str>,
}

#[derive(Serialize)]
struct Page<'a> {
    escalations: Vec<TicketBody<'a>>,
    next_after: Option<i64>,
}

/// `GET /api/escalations`
pub async fn list(
    state: web::Data<State>,
    caller: Caller,
    req: HttpRequest,
) -> Result<HttpResponse, Problem> {
    caller.staff()?;
    let mut query = Fields::of_query(&req)?;
    let status = query.name("status", TicketStatus::parse);
    let after_id = query.number("after").map(TicketId);
    let limit = query.limit(DEFAULT_PAGE, MAX_PAGE);
    query.finish()?;
    let tickets = state.store.tickets(TicketFilter { status, order: None, after_id, limit }).await?;
    let next_after = tickets.last().filter(|_| tickets.len() == limit as usize).map(|ticket| ticket.id.0);
    Ok(HttpResponse::Ok().json(Page { escalations: tickets.iter().map(body).collect(), next_after }))
}

/// `POST /api/escalations/{id}/take`
pub async fn take(
    state: web::Data<State>,
    caller: Caller,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let principal = caller.staff()?;
    let ticket = state.store.take_ticket(ticket_id(&id)?, principal.scope()).await?;
    Ok(HttpResponse::Ok().json(body(&ticket)))
}

/// `POST /api/escalations/{id}/reply`
pub async fn reply(
    state: web::Data<State>,
    caller: Caller,
    id: web::Path<String>,
    raw: RawJson,
) -> Result<HttpResponse, Problem> {
    let principal = caller.staff()?;
    let id = ticket_id(&id)?;
    let mut fields = Fields::of_body(&raw.0)?;
    let text = fields.required("message", MessageText::parse);
    fields.finish()?;
    let text = text.ok_or_else(|| Problem::internal(&"a message was neither read nor refused"))?;
    let ticket = state.store.write_as_person(id, principal.scope(), text.as_str().to_owned()).await?;
    Ok(HttpResponse::Ok().json(body(&ticket)))
}

/// `POST /api/escalations/{id}/hand_back`
pub async fn hand_back(
    state: web::Data<State>,
    caller: Caller,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    caller.staff()?;
    let ticket = state.store.hand_back(ticket_id(&id)?).await?;
    Ok(HttpResponse::Ok().json(body(&ticket)))
}

/// `POST /api/escalations/{id}/resolve`
pub async fn resolve(
    state: web::Data<State>,
    caller: Caller,
    id: web::Path<String>,
    raw: RawJson,
) -> Result<HttpResponse, Problem> {
    let principal = caller.staff()?;
    let id = ticket_id(&id)?;
    let mut fields = Fields::of_body(&raw.0)?;
    let note = fields.required("note", note);
    fields.finish()?;
    let note = note.ok_or_else(|| Problem::internal(&"a note was neither read nor refused"))?;
    let ticket = state.store.resolve_ticket(id, note, principal.scope()).await?;
    Ok(HttpResponse::Ok().json(body(&ticket)))
}

fn ticket_id(raw: &str) -> Result<TicketId, Problem> {
    raw.parse().map(TicketId).map_err(|_| Problem::not_found("ticket"))
}

fn note(raw: &str) -> Result<String, String> {
    match raw.trim() {
        "" => Err("note is empty: say what was done".to_owned()),
        note if note.chars().count() > MAX_NOTE => Err(format!("note is longer than {MAX_NOTE} characters")),
        note => Ok(note.to_owned()),
    }
}

fn body(ticket: &Ticket) -> TicketBody<'_> {
    let Ticket { id, ticket, status, created_at, taken, resolved } = ticket;
    let silent = ticket.silences && resolved.is_none();
    TicketBody {
        ticket_id: id.0,
        status: status.as_str(),
        tier: ticket.tier.number(),
        reason: ticket.reason.as_str(),
        summary: &ticket.summary,
        session_id: ticket.session.as_ref().map(SessionId::as_str),
        order_id: ticket.order.map(|order| order.0),
        created_at: created_at.to_string(),
        due_at: ticket.due_at.to_string(),
        answered_by: if silent { "person" } else { "assistant" },
        taken_at: taken.as_ref().map(|taken| taken.at.to_string()),
        resolved_at: resolved.as_ref().map(|(at, _)| at.to_string()),
        resolution: resolved.as_ref().map(|(_, note)| note.as_str()),
    }
}
