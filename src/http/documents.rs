//! Delivery orders and invoices as downloads. The first download issues the document.

use actix_web::http::header;
use actix_web::{HttpResponse, web};

use super::State;
use super::error::Problem;
use super::guard::Caller;
use super::orders::{may_see, missing, order_id};
use crate::domain::document::DocumentKind;
use crate::orders::documents;

/// `GET /api/download_do/{id}`
pub async fn delivery_order(
    state: web::Data<State>,
    caller: Caller,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    download(&state, &caller, &id, DocumentKind::DeliveryOrder).await
}

/// `GET /api/download_invoice/{id}`
pub async fn invoice(
    state: web::Data<State>,
    caller: Caller,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    download(&state, &caller, &id, DocumentKind::Invoice).await
}

async fn download(
    state: &State,
    caller: &Caller,
    id: &str,
    kind: DocumentKind,
) -> Result<HttpResponse, Problem> {
    let principal = caller.known()?;
    let id = order_id(id)?;
    let order = state.store.order(id).await?.ok_or_else(missing)?;
    if !may_see(principal, &order) {
        return Err(missing());
    }
    let config = state.config.load_full();
    let document =
        documents::issue(&state.store, id, kind, principal.scope(), &config.rules, &config.issuer).await?;
    let file =
        web::block(move || documents::render(&document)).await.map_err(|fault| Problem::internal(&fault))?;
    let file = file.map_err(|fault| Problem::internal(&fault))?;
    // The name is a document's number: nothing in it needs quoting.
    let disposition = format!("attachment; filename=\"{}\"", file.name);
    Ok(HttpResponse::Ok()
        .content_type(file.content_type)
        .insert_header((header::CONTENT_DISPOSITION, disposition))
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .body(file.bytes))
}
