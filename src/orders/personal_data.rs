//! All that is kept of one customer, as JSON to hand over (PDPA and GDPR give people a right to a copy).

use serde_json::{Value, json};

use crate::domain::escalation::Ticket;
use crate::domain::ids::OutletId;
use crate::domain::order::{Order, OrderEvent};
use crate::domain::outlet::Outlet;
use crate::store::{MAX_PAGE, OrderFilter, Store, StoreError, StoredMessage};

/// The copy; [`StoreError::NotFound`] when there is no such outlet.
pub async fn export(store: &Store, outlet: OutletId) -> Result<Value, StoreError> {
    // Plain answers are stored behind the customer's back.
    store.flush().await?;
    let outlets = store.outlets().await?;
    let details = outlets.iter().find(|known| known.id == outlet).ok_or(StoreError::NotFound)?;
    let mut orders = Vec::new();
    for order in all_orders(store, outlet).await? {
        let events = store.order_events(order.id).await?;
        orders.push(order_json(&order, &events));
    }
    let conversations: Vec<Value> = store
        .conversations_of(outlet)
        .await?
        .iter()
        .map(|(session, messages)| {
            json!({ "session_id": session.to_string(),
                    "messages": messages.iter().map(message_json).collect::<Vec<_>>() })
        })
        .collect();
    Ok(json!({
        "outlet": outlet_json(details),
        "orders": orders,
        "tickets": store.tickets_of(outlet).await?.iter().map(ticket_json).collect::<Vec<_>>(),
        "conversations": conversations,
    }))
}

async fn all_orders(store: &Store, outlet: OutletId) -> Result<Vec<Order>, StoreError> {
    let mut all: Vec<Order> = Vec::new();
    loop {
        let after_id = all.last().map(|order| order.id);
        let filter =
            OrderFilter { outlet: Some(outlet), after_id, limit: MAX_PAGE, ..OrderFilter::default() };
        let page = store.orders(filter).await?;
        let is_last = page.len() < MAX_PAGE as usize;
        all.extend(page);
        if is_last {
            return Ok(all);
        }
    }
}

fn outlet_json(outlet: &Outlet) -> Value {
    let details = &outlet.details;
    json!({
        "id": outlet.id.0,
        "name": details.name,
        "address": details.address,
        "contact_person": details.contact_person,
        "contact_number": details.contact_number,
        "whatsapp": details.whatsapp,
        "terms": details.terms.as_str(),
    })
}

fn order_json(order: &Order, events: &[OrderEvent]) -> Value {
    let new = &order.order;
    let lines: Vec<Value> = new
        .lines
        .iter()
        .map(|line| {
            json!({ "sku": line.sku.as_str(), "product_name": line.product_name, "quantity": line.quantity,
                    "unit_price": line.unit_price.to_f64(), "line_total": line.line_total.to_f64() })
        })
        .collect();
    let events: Vec<Value> = events
        .iter()
        .map(|event| {
            json!({ "at": event.at.to_string(), "status": event.status.as_str(), "by": event.by,
                    "note": event.note })
        })
        .collect();
    json!({
        "order_id": order.id.0,
        "status": new.status.as_str(),
        "placed_at": order.placed_at.to_string(),
        "delivery_date": new.delivery_date.to_string(),
        "notes": new.notes,
        "lines": lines,
        "total": new.totals.total.to_f64(),
        "events": events,
    })
}

fn ticket_json(ticket: &Ticket) -> Value {
    json!({
        "ticket_id": ticket.id.0,
        "reason": ticket.ticket.reason.as_str(),
        "summary": ticket.ticket.summary,
        "created_at": ticket.created_at.to_string(),
        "resolution": ticket.resolved.as_ref().map(|(_, note)| note),
    })
}

fn message_json(message: &StoredMessage) -> Value {
    json!({ "role": message.role.as_str(), "text": message.text, "at": message.at.to_string() })
}
