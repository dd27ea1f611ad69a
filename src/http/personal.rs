//! One customer's data: a copy, and its erasure.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use serde_json::json;

use super::State;
use super::error::Problem;
use super::guard::Caller;
use crate::domain::ids::OutletId;
use crate::domain::principal::Role;
use crate::orders::personal_data;

/// `GET /api/outlets/{id}/personal_data`
pub async fn export(
    state: web::Data<State>,
    caller: Caller,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    caller.staff()?;
    let copy = personal_data::export(&state.store, outlet(&id)?).await?;
    let attachment = (header::CONTENT_DISPOSITION, "attachment; filename=\"personal-data.json\"");
    Ok(HttpResponse::Ok()
        .insert_header(attachment)
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(copy))
}

/// `DELETE /api/outlets/{id}/personal_data`
pub async fn erase(
    state: web::Data<State>,
    caller: Caller,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    if caller.staff()?.role != Role::Admin {
        return Err(Problem::forbidden("This needs a token of role admin."));
    }
    let erased = state.engine.erase_customer(outlet(&id)?).await?;
    Ok(HttpResponse::Ok().json(json!({
        "conversations": erased.conversations,
        "orders_kept": erased.orders,
        "tickets_kept": erased.tickets,
    })))
}

fn outlet(id: &str) -> Result<OutletId, Problem> {
    id.parse().map(OutletId).map_err(|_| Problem::not_found("outlet"))
}
