//! What people do with an order that is there: confirm, cancel, take it on, write a note.

use actix_web::{HttpRequest, HttpResponse, web};

use super::State;
use super::body::{Fields, RawJson};
use super::error::Problem;
use super::guard::Caller;
use super::idempotency::{Answer, claim, record};
use super::orders::{MAX_NOTE, body, missing, order_id};
use super::placing::line;
use super::revising::{Wanted, revise};
use crate::domain::money::Money;
use crate::domain::order::{Order, OrderStatus};
use crate::domain::policy::BusinessRules;
use crate::domain::principal::Principal;
use crate::store::{Amendment, Cancellation, Commit, Effect, Finished, Outcome};

/// `POST /api/orders/{id}/confirm`
pub async fn confirm(
    state: web::Data<State>,
    caller: Caller,
    req: HttpRequest,
    id: web::Path<String>,
    raw: RawJson,
) -> Result<HttpResponse, Problem> {
    let principal = caller.staff()?;
    let note = only_note(&raw)?;
    change(&state, principal, &req, &raw, &id, OrderStatus::Confirmed, note).await
}

/// `POST /api/orders/{id}/cancel`
pub async fn cancel(
    state: web::Data<State>,
    caller: Caller,
    req: HttpRequest,
    id: web::Path<String>,
    raw: RawJson,
) -> Result<HttpResponse, Problem> {
    let principal = caller.trusted_channel()?;
    let mut fields = Fields::of_optional_body(&raw.0)?;
    let note = fields.text("note", MAX_NOTE).unwrap_or_default();
    let waive_fee = fields.flag("waive_fee");
    fields.finish()?;
    call_off(state, principal, &req, &raw, &id, CallingOff { note, waive_fee }).await
}

/// How an order is called off.
struct CallingOff {
    note: String,
    /// Whether nothing is charged, whatever the rules say.
    waive_fee: bool,
}

/// Cancels for the fee of the moment, once per idempotency key.
async fn call_off(
    state: web::Data<State>,
    principal: Principal,
    req: &HttpRequest,
    raw: &RawJson,
    id: &str,
    how: CallingOff,
) -> Result<HttpResponse, Problem> {
    if how.waive_fee && !principal.role.is_staff() {
        return Err(Problem::forbidden("Only staff may waive a fee."));
    }
    let id = order_id(id)?;
    let claim = claim(req.headers(), req.path(), &raw.0, principal.scope())?;
    let (shared, key) = (state.clone().into_inner(), claim.clone());
    let work = async move {
        let order = shared.store.order(id).await?.ok_or_else(missing)?;
        let rules = shared.config.load().rules.clone();
        // Refused at the door is what a person sees, not what a program foresees.
        if order.order.status == OrderStatus::OutForDelivery && !principal.role.is_staff() {
            return Err(Problem::conflict("The order is on its way: only staff may cancel it now."));
        }
        let (fee, note) = fee_and_note(&order, &rules, shared.engine.now(), how);
        let by = principal.scope();
        let commit = Commit {
            effect: Effect::CancelOrder(Cancellation { id, seen: order.updated_at, fee, by, note }),
            turn: None,
            idempotency: record(key.as_ref()),
            outbox: Vec::new(),
        };
        let finish = move |outcome: &Outcome| finished(outcome, &rules.currency);
        Ok(shared.store.commit(commit, Box::new(finish)).await?.1.reply_json)
    };
    state.idempotency.run(claim, work).await.map(Answer::respond)
}

/// What is charged, and the note that tells why.
fn fee_and_note(
    order: &Order,
    rules: &BusinessRules,
    now: jiff::Timestamp,
    how: CallingOff,
) -> (Money, String) {
    let CallingOff { note, waive_fee } = how;
    let due = rules.cancellation_fee(order, now).filter(|fee| fee.amount > Money::ZERO);
    let Some(due) = due else { return (Money::ZERO, note) };
    let told = format!("fee {} {} ({})", rules.currency, due.amount, due.rate.percent());
    let told = if waive_fee { format!("{told} waived") } else { told };
    let fee = if waive_fee { Money::ZERO } else { due.amount };
    (fee, if note.is_empty() { told } else { format!("{note}; {told}") })
}

/// `POST /api/orders/{id}/status`
pub async fn set_status(
    state: web::Data<State>,
    caller: Caller,
    req: HttpRequest,
    id: web::Path<String>,
    raw: RawJson,
) -> Result<HttpResponse, Problem> {
    let principal = caller.staff()?;
    let mut fields = Fields::of_body(&raw.0)?;
    let status = fields.required("status", status);
    let note = fields.text("note", MAX_NOTE).unwrap_or_default();
    fields.finish()?;
    let status = status.ok_or_else(|| Problem::internal(&"a status was neither read nor refused"))?;
    if status == OrderStatus::Cancelled {
        return call_off(state, principal, &req, &raw, &id, CallingOff { note, waive_fee: false }).await;
    }
    change(&state, principal, &req, &raw, &id, status, note).await
}

/// Once per idempotency key: a repeated request gets the answer of the first instead of a conflict.
async fn change(
    state: &State,
    principal: Principal,
    req: &HttpRequest,
    raw: &RawJson,
    id: &str,
    to: OrderStatus,
    note: String,
) -> Result<HttpResponse, Problem> {
    let id = order_id(id)?;
    let scope = principal.scope();
    let claim = claim(req.headers(), req.path(), &raw.0, scope.clone())?;
    let commit = Commit {
        effect: Effect::ChangeOrder { id, to, by: scope, note },
        turn: None,
        idempotency: record(claim.as_ref()),
        outbox: Vec::new(),
    };
    let (store, currency) = (state.store.clone(), state.currency());
    let work = async move {
        let finish = move |outcome: &Outcome| finished(outcome, &currency);
        Ok(store.commit(commit, Box::new(finish)).await?.1.reply_json)
    };
    state.idempotency.run(claim, work).await.map(Answer::respond)
}

/// The order as the answer that is stored with what was done.
pub(super) fn finished(outcome: &Outcome, currency: &str) -> Finished {
    let order = outcome.order.as_ref().map(|order| body(order, currency, None));
    // Texts and numbers only: this does not fail.
    Finished { reply_json: serde_json::to_string(&order).unwrap_or_default(), ..Finished::default() }
}

/// `PATCH /api/orders/{id}`: `notes` and `status`, with a `note` on why, or `lines` and `delivery_date`; what is not
/// named stays.
pub async fn amend(
    state: web::Data<State>,
    caller: Caller,
    id: web::Path<String>,
    raw: RawJson,
) -> Result<HttpResponse, Problem> {
    let principal = caller.staff()?;
    let id = order_id(&id)?;
    let mut fields = Fields::of_body(&raw.0)?;
    for fixed in ["outlet_id", "outlet_name", "is_urgent"] {
        if fields.has(fixed) {
            fields.refuse(fixed, format!("{fixed} stays as ordered: cancel the order and place a new one"));
        }
    }
    let status = fields.parsed("status", status);
    let notes = fields.text("notes", MAX_NOTE);
    let note = fields.text("note", MAX_NOTE).unwrap_or_default();
    let lines = fields.has("lines").then(|| fields.objects("lines", line));
    let delivery_date = fields.parsed("delivery_date", |day| {
        day.parse::<jiff::civil::Date>().map_err(|_| "delivery_date must be a day (YYYY-MM-DD)")
    });
    fields.finish()?;
    if lines.is_some() || delivery_date.is_some() {
        if status.is_some() || notes.is_some() {
            return Err(Problem::invalid("Change lines and delivery_date apart from status and notes."));
        }
        return revise(&state, principal, id, Wanted { lines, delivery_date }).await;
    }
    if status.is_none() && notes.is_none() {
        return Err(Problem::invalid("Say what is to change: status, notes, lines or delivery_date."));
    }
    let (mut fee, mut note) = (Money::ZERO, note);
    if status == Some(OrderStatus::Cancelled) {
        let order = state.store.order(id).await?.ok_or_else(missing)?;
        let how = CallingOff { note, waive_fee: false };
        (fee, note) = fee_and_note(&order, &state.config.load().rules, state.engine.now(), how);
    }
    let amendment = Amendment { status, fee, notes, by: principal.scope(), note };
    let order = state.store.amend_order(id, amendment).await?;
    Ok(HttpResponse::Ok().json(body(&order, &state.currency(), None)))
}

fn only_note(raw: &RawJson) -> Result<String, Problem> {
    let mut fields = Fields::of_optional_body(&raw.0)?;
    let note = fields.text("note", MAX_NOTE).unwrap_or_default();
    fields.finish()?;
    Ok(note)
}

fn status(name: &str) -> Result<OrderStatus, String> {
    OrderStatus::parse(name).ok_or_else(|| {
        let names: Vec<&str> = OrderStatus::ALL.iter().map(|status| status.as_str()).collect();
        format!("status must be one of {}", names.join(", "))
    })
}
