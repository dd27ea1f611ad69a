//! `POST /api/orders`: an order from another program, line by line. It goes through the same desk as one that was
//! written in words.

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;

use super::State;
use super::body::{Fields, RawJson};
use super::changes::finished;
use super::chat::MAX_OUTLET_NAME;
use super::error::{FieldError, Problem};
use super::guard::Caller;
use super::idempotency::{claim, record};
use super::orders::MAX_NOTE;
use crate::chat::ask::IdempotencyClaim;
use crate::domain::ids::{OutletId, Sku};
use crate::domain::outlet::Outlet;
use crate::domain::principal::{Principal, Role};
use crate::orders::{Catalogue, Draft, Sender, checks, desk};
use crate::store::{Commit, Effect, Outcome, PlaceChecks};

/// What the body asks for.
struct Wanted {
    outlet_id: Option<OutletId>,
    outlet_name: Option<String>,
    lines: Vec<(Sku, u32)>,
    notes: String,
    is_urgent: bool,
}

/// 201 with the order; its `status` says whether a person looks at it first.
pub async fn place(
    state: web::Data<State>,
    caller: Caller,
    req: HttpRequest,
    raw: RawJson,
) -> Result<HttpResponse, Problem> {
    let principal = caller.known()?;
    let wanted = Wanted::read(&raw.0)?;
    let claim = claim(req.headers(), req.path(), &raw.0, principal.scope())?;
    let (shared, key) = (state.clone().into_inner(), claim.clone());
    let work = async move { carry_out(&shared, principal, wanted, key.as_ref()).await };
    let answer = state.idempotency.run(claim, work).await?;
    let mut response = answer.headed(StatusCode::CREATED);
    if let Ok(Placed { order_id }) = serde_json::from_slice(answer.json()) {
        response.insert_header((LOCATION, format!("/api/orders/{order_id}")));
    }
    Ok(response.body(answer.json().clone()))
}

#[derive(Deserialize)]
struct Placed {
    order_id: i64,
}

impl Wanted {
    fn read(raw: &[u8]) -> Result<Self, Problem> {
        let mut fields = Fields::of_body(raw)?;
        let name = fields.text("outlet_name", MAX_OUTLET_NAME).map(|name| name.trim().to_owned());
        let wanted = Self {
            outlet_id: fields.number("outlet_id").map(OutletId),
            outlet_name: name.filter(|name| !name.is_empty()),
            lines: fields.objects("lines", line),
            notes: fields.text("notes", MAX_NOTE).unwrap_or_default().trim().to_owned(),
            is_urgent: fields.flag("is_urgent"),
        };
        fields.finish()?;
        Ok(wanted)
    }
}

pub(super) fn line(fields: &mut Fields) -> Option<(Sku, u32)> {
    let sku = fields.required("sku", Sku::parse);
    if !fields.has("quantity") {
        fields.refuse("quantity", "quantity is missing");
    }
    let quantity = u32::try_from(fields.number("quantity")?);
    if quantity.is_err() {
        fields.refuse("quantity", "quantity is too large");
    }
    Some((sku?, quantity.ok()?))
}

async fn carry_out(
    state: &State,
    principal: Principal,
    wanted: Wanted,
    claim: Option<&IdempotencyClaim>,
) -> Result<String, Problem> {
    let outlet = outlet(&state.store.outlets().await?, principal, &wanted)?;
    let catalogue = state.catalogue.get().await?;
    let draft = draft(&catalogue, outlet, wanted)?;
    let rules = state.config.load().rules.clone();
    let now = state.engine.now();
    let priced = desk::price(&draft, &catalogue, &rules, now);
    if !priced.faults.is_empty() {
        let sentences: Vec<String> = priced.faults.iter().map(|f| f.sentence(&rules.currency)).collect();
        let missing = priced.faults.iter().map(desk::Fault::field).collect();
        return Err(Problem::not_placeable(sentences.join(" "), missing));
    }
    let history = state.store.outlet_history(outlet).await?;
    let holds = desk::holds(&priced, &history, &catalogue, &rules, principal);
    let sender = Sender { principal, session: None, now };
    let (order, ticket) = desk::order(&draft, priced, holds, &catalogue, &rules, sender)
        .ok_or_else(|| Problem::internal(&"a checked draft made no order"))?;
    // A program that means the same request sends the same idempotency key: the same lines again are a second order.
    let checks = PlaceChecks { duplicate: None, ..checks::on_placing(outlet, &catalogue, &rules, now, None) };
    let commit = Commit {
        effect: Effect::PlaceOrder { order, ticket, checks },
        turn: None,
        idempotency: record(claim),
        outbox: Vec::new(),
    };
    let finish = move |outcome: &Outcome| finished(outcome, &rules.currency);
    let (outcome, finished) = state.store.commit(commit, Box::new(finish)).await?;
    crate::orders::count(&state.metrics, &outcome);
    Ok(finished.reply_json)
}

/// Who the order is for: as named, to the letter; an outlet's token stands for its own.
fn outlet(outlets: &[Outlet], caller: Principal, wanted: &Wanted) -> Result<OutletId, Problem> {
    let own = if caller.role == Role::Outlet { caller.outlet } else { None };
    let named = match (wanted.outlet_id, &wanted.outlet_name) {
        (Some(id), _) => {
            let known = outlets.iter().any(|outlet| outlet.id == id);
            Some(known.then_some(id).ok_or_else(|| wrong("outlet_id", "there is no such outlet"))?)
        }
        (None, Some(name)) => Some(by_name(outlets, name)?),
        (None, None) => None,
    };
    match (named, own) {
        (Some(id), Some(own)) if id != own => {
            Err(Problem::forbidden("This token orders for its own outlet only."))
        }
        (Some(id), _) | (None, Some(id)) => Ok(id),
        (None, None) => Err(wrong("outlet_id", "outlet_id or outlet_name is missing")),
    }
}

fn by_name(outlets: &[Outlet], name: &str) -> Result<OutletId, Problem> {
    let name = name.to_lowercase();
    let is = |other: &String| other.to_lowercase() == name;
    let mut fits = outlets.iter().filter(|o| is(&o.details.name) || o.details.aliases.iter().any(is));
    match (fits.next(), fits.next()) {
        (Some(one), None) => Ok(one.id),
        (Some(_), Some(_)) => {
            Err(wrong("outlet_name", "outlet_name fits several outlets: give the outlet_id"))
        }
        (None, _) => Err(wrong("outlet_name", "there is no outlet of this name")),
    }
}

fn draft(catalogue: &Catalogue, outlet: OutletId, wanted: Wanted) -> Result<Draft, Problem> {
    let Wanted { lines, notes, is_urgent, .. } = wanted;
    let mut draft = Draft { outlet: Some(outlet), notes, is_urgent, ..Draft::default() };
    add_lines(&mut draft, catalogue, &lines)?;
    Ok(draft)
}

/// Adds lines by their SKUs; every unknown one is named.
pub(super) fn add_lines(
    draft: &mut Draft,
    catalogue: &Catalogue,
    lines: &[(Sku, u32)],
) -> Result<(), Problem> {
    let mut errors = Vec::new();
    for (at, (sku, quantity)) in lines.iter().enumerate() {
        match catalogue.products().find(|product| product.details.sku == *sku) {
            Some(product) => draft.add(product.id, *quantity),
            None => errors.push(FieldError {
                field: format!("lines[{at}].sku"),
                message: "there is no product of this SKU".to_owned(),
            }),
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(Problem::fields(errors)) }
}

pub(super) fn wrong(field: &str, message: &str) -> Problem {
    Problem::fields(vec![FieldError { field: field.to_owned(), message: message.to_owned() }])
}
