//! Delivery orders and invoices: issued once, with all that they show, and never changed.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rusqlite::{Connection, OptionalExtension as _, Row, named_params, params};
use sha2::{Digest as _, Sha256};

use super::codec::{known, micros, moment, now, parsed};
use super::error::StoreError;
use super::open::Store;
use super::{catalogue, orders};
use crate::domain::document::{DocumentKind, DocumentNumber};
use crate::domain::ids::OrderId;
use crate::domain::order::{Order, OrderEvent};
use crate::domain::outlet::Outlet;

/// Asks for a document of an order.
#[derive(Debug, Clone)]
pub struct DocumentRequest {
    /// Whose.
    pub order: OrderId,
    /// Which.
    pub kind: DocumentKind,
    /// Where the day of issue is told.
    pub zone: TimeZone,
    /// The scope of whoever asks first.
    pub by: String,
    /// The picture that it shows.
    pub logo: Option<Arc<[u8]>>,
}

/// What a document is made from, as it is at the moment of issue.
#[derive(Debug, Clone)]
pub struct DocumentBasis {
    /// The order.
    pub order: Order,
    /// Who it is for.
    pub outlet: Outlet,
    /// What one unit of each line is called, such as `piece`.
    pub units: Vec<String>,
    /// The day of issue.
    pub day: Date,
}

/// Makes the facts of a document, a JSON object; runs inside the transaction, so it must be quick and pure.
pub type MakeFacts = Box<dyn FnOnce(&DocumentBasis) -> Result<String, serde_json::Error> + Send>;

/// A document as it was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedDocument {
    /// Its number.
    pub number: DocumentNumber,
    /// Whose.
    pub order: OrderId,
    /// When.
    pub issued_at: Timestamp,
    /// All that it shows, as [`MakeFacts`] made it.
    pub facts_json: String,
    /// The picture that it shows.
    pub logo: Option<Vec<u8>>,
}

impl Store {
    /// A document that was issued.
    pub async fn document(
        &self,
        order: OrderId,
        kind: DocumentKind,
    ) -> Result<Option<IssuedDocument>, StoreError> {
        self.read(move |conn| load(conn, order, kind)).await
    }

    /// Whether any document of an order was issued.
    pub async fn has_documents(&self, order: OrderId) -> Result<bool, StoreError> {
        self.read(move |conn| has_any(conn, order)).await
    }

    /// The document, issued now if it was not before: the next number of its kind and its facts are kept in one
    /// transaction, and whoever asks at the same time gets the same. [`StoreError::NotIssued`] for an order that is
    /// not accepted; what was issued before it was called off is still given.
    pub async fn issue_document(
        &self,
        request: DocumentRequest,
        make: MakeFacts,
    ) -> Result<IssuedDocument, StoreError> {
        // Most are asked for again, which needs no place in the writer's queue.
        if let Some(found) = self.document(request.order, request.kind).await? {
            return Ok(found);
        }
        self.write(move |conn| issue(conn, &request, make)).await
    }
}

fn issue(
    conn: &Connection,
    request: &DocumentRequest,
    make: MakeFacts,
) -> Result<IssuedDocument, StoreError> {
    let DocumentRequest { order: id, kind, zone, by, logo } = request;
    if let Some(found) = load(conn, *id, *kind)? {
        return Ok(found);
    }
    let at = now();
    let day = at.to_zoned(zone.clone()).date();
    let basis = basis(conn, *id, day)?;
    let status = basis.order.order.status;
    if !kind.is_issued_at(status) {
        return Err(StoreError::NotIssued { kind: *kind, status });
    }
    let facts_json = make(&basis).map_err(|fault| StoreError::Internal(fault.to_string()))?;
    let count: u32 = conn
        .prepare_cached("SELECT coalesce(max(count), 0) + 1 FROM documents WHERE kind = ?")?
        .query_row([kind.as_str()], |row| row.get(0))?;
    let logo_hash = logo.as_deref().map(|bytes| keep_logo(conn, bytes)).transpose()?;
    conn.prepare_cached(
        "INSERT INTO documents (kind, count, day, order_id, issued_at, issued_by, facts_json, logo)
         VALUES (:kind, :count, :day, :order, :at, :by, :facts, :logo)",
    )?
    .execute(named_params! {
        ":kind": kind.as_str(), ":count": count, ":day": day.to_string(), ":order": id.0, ":at": micros(at),
        ":by": by, ":facts": facts_json, ":logo": logo_hash,
    })?;
    let number = DocumentNumber { kind: *kind, day, count };
    let note = format!("{} {number} issued", kind.title());
    orders::record_event(conn, *id, &OrderEvent { at, status, by: by.clone(), note })?;
    let logo = logo.as_deref().map(<[u8]>::to_vec);
    Ok(IssuedDocument { number, order: *id, issued_at: at, facts_json, logo })
}

fn basis(conn: &Connection, id: OrderId, day: Date) -> Result<DocumentBasis, StoreError> {
    let order = orders::load(conn, id)?.ok_or(StoreError::NotFound)?;
    let outlet = conn
        .prepare_cached("SELECT * FROM outlets WHERE id = ?")?
        .query_row([order.order.outlet.0], catalogue::outlet)?;
    let mut unit = conn.prepare_cached("SELECT unit FROM products WHERE id = ?")?;
    let units = order.order.lines.iter().map(|line| unit.query_row([line.product.0], |row| row.get(0)));
    let units = units.collect::<Result<_, _>>()?;
    Ok(DocumentBasis { order, outlet, units, day })
}

/// Keeps the picture, unless it is there already; gives the name that it is kept under.
fn keep_logo(conn: &Connection, bytes: &[u8]) -> Result<[u8; 32], StoreError> {
    let hash: [u8; 32] = Sha256::digest(bytes).into();
    conn.prepare_cached(
        "INSERT INTO document_logos (sha256, bytes) VALUES (?, ?) ON CONFLICT (sha256) DO NOTHING",
    )?
    .execute(params![hash, bytes])?;
    Ok(hash)
}

pub(super) fn has_any(conn: &Connection, order: OrderId) -> Result<bool, StoreError> {
    let mut select = conn.prepare_cached("SELECT EXISTS (SELECT 1 FROM documents WHERE order_id = ?)")?;
    Ok(select.query_row([order.0], |row| row.get(0))?)
}

fn load(conn: &Connection, order: OrderId, kind: DocumentKind) -> Result<Option<IssuedDocument>, StoreError> {
    let mut select = conn.prepare_cached(
        "SELECT documents.*, document_logos.bytes AS picture
         FROM documents LEFT JOIN document_logos ON document_logos.sha256 = documents.logo
         WHERE order_id = ? AND kind = ?",
    )?;
    Ok(select.query_row(params![order.0, kind.as_str()], document).optional()?)
}

fn document(row: &Row<'_>) -> rusqlite::Result<IssuedDocument> {
    Ok(IssuedDocument {
        number: DocumentNumber {
            kind: parsed(row, "kind", DocumentKind::parse)?,
            day: parsed(row, "day", |raw| raw.parse().ok())?,
            count: known(row.get::<_, i64>("count").ok().and_then(|n| u32::try_from(n).ok()), "count")?,
        },
        order: OrderId(row.get("order_id")?),
        issued_at: moment(row, "issued_at")?,
        facts_json: row.get("facts_json")?,
        logo: row.get("picture")?,
    })
}
