//! Documents of an order: the facts they show, and the files made of those facts.
//!
//! [`facts::gather`] runs when a document is issued and the store keeps what it gives; [`render`] makes the file from
//! nothing else, every time anew and byte for byte the same.

mod canvas;
mod delivery_order;
pub mod facts;
mod fonts;
mod invoice;
mod text;

#[cfg(test)]
mod tests;

pub use facts::Facts;

use crate::domain::document::{DocumentKind, Issuer, PictureKind};
use crate::domain::ids::OrderId;
use crate::domain::policy::BusinessRules;
use crate::store::{DocumentRequest, IssuedDocument, Store, StoreError};

/// Why a file can not be made.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// What is kept of the document does not read.
    #[error("the facts of the document can not be read: {0}")]
    Facts(#[from] serde_json::Error),
    /// The spreadsheet's writer refused.
    #[error("the spreadsheet can not be made: {0}")]
    Sheet(#[from] rust_xlsxwriter::XlsxError),
    /// The PDF's writer refused.
    #[error("the PDF can not be made: {0}")]
    Pdf(String),
}

/// A file to be handed out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentFile {
    /// The document's number with the ending of its format.
    pub name: String,
    /// Its media type.
    pub content_type: &'static str,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// The document of an order, issued under these rules if it was not before.
pub async fn issue(
    store: &Store,
    order: OrderId,
    kind: DocumentKind,
    by: String,
    rules: &BusinessRules,
    issuer: &Issuer,
) -> Result<IssuedDocument, StoreError> {
    let zone = rules.calendar.time_zone.clone();
    let request = DocumentRequest { order, kind, zone, by, logo: issuer.logo.clone() };
    let (rules, issuer) = (rules.clone(), issuer.clone());
    let make = move |basis: &_| serde_json::to_string(&facts::gather(basis, &rules, &issuer));
    store.issue_document(request, Box::new(make)).await
}

/// Makes the file. Takes some milliseconds of the processor: not on a thread that serves others.
pub fn render(document: &IssuedDocument) -> Result<DocumentFile, RenderError> {
    let facts: Facts = serde_json::from_str(&document.facts_json)?;
    let (ending, content_type, bytes) = match document.number.kind {
        DocumentKind::DeliveryOrder => (
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            delivery_order::render(document, &facts)?,
        ),
        DocumentKind::Invoice => ("pdf", "application/pdf", invoice::render(document, &facts)?),
    };
    Ok(DocumentFile { name: format!("{}.{ending}", document.number), content_type, bytes })
}

/// What keeps a picture from being shown on documents, as a sentence.
pub fn check_logo(bytes: &[u8]) -> Result<(), String> {
    if PictureKind::of(bytes).is_none() {
        return Err("it is neither PNG nor JPEG".to_owned());
    }
    rust_xlsxwriter::Image::new_from_buffer(bytes).map_err(|fault| fault.to_string())?;
    canvas::check_picture(bytes).map_err(|fault| fault.to_string())
}

/// `23 November 2026`, as documents write a day; what is no day stays as it is.
fn long_day(iso: &str) -> String {
    let day = iso.parse::<jiff::civil::Date>();
    day.map_or_else(|_| iso.to_owned(), |day| day.strftime("%-d %B %Y").to_string())
}

/// `10,000`
fn grouped(n: u32) -> String {
    let whole = crate::domain::money::Money::from_minor(i64::from(n) * 100).to_string();
    whole.trim_end_matches(".00").to_owned()
}
