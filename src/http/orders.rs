//! Orders as they go out: lists and single ones.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;

use super::State;
use super::body::Fields;
use super::error::Problem;
use super::guard::Caller;
use crate::domain::ids::{OrderId, OutletId};
use crate::domain::order::{Order, OrderEvent, OrderLine, OrderStatus};
use crate::domain::principal::{Principal, Role};
use crate::store::{MAX_PAGE, OrderFilter};

/// Rows of a list unless asked otherwise.
pub(super) const DEFAULT_PAGE: u32 = 50;
/// Longest note, in characters.
pub(super) const MAX_NOTE: usize = 2_000;

/// An order.
#[derive(Serialize)]
pub(super) struct OrderBody<'a> {
    order_id: i64,
    outlet_name: &'a str,
    outlet_id: i64,
    status: &'static str,
    holds: Vec<&'static str>,
    lines: Vec<LineBody<'a>>,
    subtotal: f64,
    tax: f64,
    total: f64,
    /// Of a cancelled order: what that cost.
    #[serde(skip_serializing_if = "Option::is_none")]
    cancellation_fee: Option<f64>,
    currency: &'a str,
    delivery_date: String,
    is_urgent: bool,
    notes: &'a str,
    placed_at: String,
    updated_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    events: Option<Vec<EventBody<'a>>>,
}

#[derive(Serialize)]
struct LineBody<'a> {
    sku: &'a str,
    product_name: &'a str,
    quantity: u32,
    unit_price: f64,
    line_total: f64,
}

#[derive(Serialize)]
struct EventBody<'a> {
    at: String,
    status: &'static str,
    by: &'a str,
    note: &'a str,
}

#[derive(Serialize)]
struct Page<'a> {
    orders: Vec<OrderBody<'a>>,
    next_after: Option<i64>,
}

/// `GET /api/orders`
pub async fn list(
    state: web::Data<State>,
    caller: Caller,
    req: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let principal = caller.known()?;
    let mut query = Fields::of_query(&req)?;
    let status = query.name("status", OrderStatus::parse);
    let outlet = query.number("outlet_id").map(OutletId);
    let after_id = query.number("after").map(OrderId);
    let limit = query.limit(DEFAULT_PAGE, MAX_PAGE);
    query.finish()?;
    let outlet = visible_outlet(principal, outlet)?;
    let orders = state.store.orders(OrderFilter { status, outlet, session: None, after_id, limit }).await?;
    let next_after = orders.last().filter(|_| orders.len() == limit as usize).map(|order| order.id.0);
    let currency = state.currency();
    let orders = orders.iter().map(|order| body(order, &currency, None)).collect();
    Ok(HttpResponse::Ok().json(Page { orders, next_after }))
}

/// `GET /api/orders/{id}`
pub async fn show(
    state: web::Data<State>,
    caller: Caller,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let principal = caller.known()?;
    let id = order_id(&id)?;
    let order = state.store.order(id).await?.ok_or_else(missing)?;
    if !may_see(principal, &order) {
        return Err(missing());
    }
    let events = state.store.order_events(id).await?;
    Ok(HttpResponse::Ok().json(body(&order, &state.currency(), Some(&events))))
}

pub(super) fn missing() -> Problem {
    Problem::not_found("order")
}

pub(super) fn order_id(raw: &str) -> Result<OrderId, Problem> {
    raw.parse().map(OrderId).map_err(|_| missing())
}

/// Whose orders a list shows: an outlet's token never reaches beyond its outlet.
fn visible_outlet(principal: Principal, asked: Option<OutletId>) -> Result<Option<OutletId>, Problem> {
    if principal.role != Role::Outlet {
        return Ok(asked);
    }
    let own = principal.outlet.ok_or_else(|| Problem::forbidden("This token is bound to no outlet."))?;
    match asked {
        Some(asked) if asked != own => {
            Err(Problem::forbidden("This token sees its own outlet's orders only."))
        }
        _ => Ok(Some(own)),
    }
}

pub(super) fn may_see(principal: Principal, order: &Order) -> bool {
    principal.role.is_trusted_channel()
        || (principal.role == Role::Outlet && principal.outlet == Some(order.order.outlet))
}

pub(super) fn body<'a>(
    order: &'a Order,
    currency: &'a str,
    events: Option<&'a [OrderEvent]>,
) -> OrderBody<'a> {
    let Order { id, order, fee, placed_at, updated_at } = order;
    OrderBody {
        order_id: id.0,
        outlet_name: &order.outlet_name,
        outlet_id: order.outlet.0,
        status: order.status.as_str(),
        holds: order.holds.iter().map(|hold| hold.as_str()).collect(),
        lines: order.lines.iter().map(line).collect(),
        subtotal: order.totals.subtotal.to_f64(),
        tax: order.totals.tax.to_f64(),
        total: order.totals.total.to_f64(),
        cancellation_fee: (order.status == OrderStatus::Cancelled).then(|| fee.to_f64()),
        currency,
        delivery_date: order.delivery_date.to_string(),
        is_urgent: order.is_urgent,
        notes: &order.notes,
        placed_at: placed_at.to_string(),
        updated_at: updated_at.to_string(),
        events: events.map(|events| events.iter().map(event).collect()),
    }
}

fn line(line: &OrderLine) -> LineBody<'_> {
    LineBody {
        sku: line.sku.as_str(),
        product_name: &line.product_name,
        quantity: line.quantity,
        unit_price: line.unit_price.to_f64(),
        line_total: line.line_total.to_f64(),
    }
}

fn event(event: &OrderEvent) -> EventBody<'_> {
    EventBody { at: event.at.to_string(), status: event.status.as_str(), by: &event.by, note: &event.note }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outlet_sees_its_own_orders_only() {
        let outlet = |id| Principal { role: Role::Outlet, token: None, outlet: id };
        let check = |principal, asked: Option<i64>, sees: Result<Option<i64>, ()>| {
            let is = visible_outlet(principal, asked.map(OutletId)).map(|o| o.map(|o| o.0)).map_err(drop);
            assert_eq!(is, sees, "{principal:?} {asked:?}");
        };
        check(outlet(Some(OutletId(3))), None, Ok(Some(3)));
        check(outlet(Some(OutletId(3))), Some(3), Ok(Some(3)));
        check(outlet(Some(OutletId(3))), Some(4), Err(()));
        check(outlet(None), None, Err(()));
        check(Principal::LOCAL, None, Ok(None));
        check(Principal::LOCAL, Some(4), Ok(Some(4)));
    }
}
