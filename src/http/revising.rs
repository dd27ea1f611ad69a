//! `PATCH /api/orders/{id}` with `lines` or `delivery_date`: staff change what is ordered or when it comes. A person
//! decides here, so the customers' windows and holds do not apply; prices are those of today.

use actix_web::HttpResponse;
use jiff::civil::Date;

use super::State;
use super::error::Problem;
use super::orders::{body, missing};
use super::placing::{add_lines, wrong};
use crate::domain::ids::{OrderId, Sku};
use crate::domain::principal::Principal;
use crate::orders::{Draft, desk};
use crate::store::{Commit, Effect, Finished, Revision};

/// What is to be changed; what is `None` stays.
pub(super) struct Wanted {
    /// All lines from now on.
    pub lines: Option<Vec<(Sku, u32)>>,
    /// The day of delivery from now on.
    pub delivery_date: Option<Date>,
}

pub(super) async fn revise(
    state: &State,
    principal: Principal,
    id: OrderId,
    wanted: Wanted,
) -> Result<HttpResponse, Problem> {
    let order = state.store.order(id).await?.ok_or_else(missing)?;
    let catalogue = state.catalogue.get().await?;
    let rules = state.config.load().rules.clone();
    let now = state.engine.now();
    let mut draft = Draft::of(&order);
    if let Some(lines) = &wanted.lines {
        if lines.is_empty() {
            return Err(wrong("lines", "an order needs at least one line: cancel it instead"));
        }
        draft.lines.clear();
        add_lines(&mut draft, &catalogue, lines)?;
    }
    if let (Some(day), Some(amends)) = (wanted.delivery_date, &mut draft.amends) {
        let today = now.to_zoned(rules.calendar.time_zone.clone()).date();
        if day < today || !rules.calendar.is_delivery_day(day) {
            return Err(wrong("delivery_date", "delivery_date must be a delivery day to come"));
        }
        amends.delivery = day;
    }
    let priced = desk::price(&draft, &catalogue, &rules, now);
    let day = wanted.delivery_date.or(priced.delivery_date);
    let Some(delivery_date) = day.filter(|_| priced.faults.is_empty()) else {
        let sentences: Vec<String> = priced.faults.iter().map(|f| f.sentence(&rules.currency)).collect();
        let missing = priced.faults.iter().map(desk::Fault::field).collect();
        return Err(Problem::not_placeable(sentences.join(" "), missing));
    };
    let revision = Revision {
        id,
        seen: order.updated_at,
        lines: priced.lines,
        totals: priced.totals,
        delivery_date,
        holds: Vec::new(),
        credit: None,
        review_by: desk::review_due(now, &rules),
        by: principal.scope(),
    };
    let effect = Effect::ReviseOrder(revision);
    let commit = Commit { effect, turn: None, idempotency: None, outbox: Vec::new() };
    let (outcome, _) = state.store.commit(commit, Box::new(|_| Finished::default())).await?;
    let order = outcome.order.ok_or_else(missing)?;
    Ok(HttpResponse::Ok().json(body(&order, &rules.currency, None)))
}
