//! The order desk: from what was understood to an order that can be stored.
//!
//! Everything about money, dates and limits is computed here from the catalogue and the company's rules; the
//! words of a message only ever choose products and quantities.

pub mod catalogue;
pub mod checks;
pub mod clock;
pub mod desk;
pub mod documents;
pub mod draft;
pub mod personal_data;

pub use catalogue::{Catalogue, CatalogueCache};
pub use clock::{Clock, SystemClock};
pub use desk::{Fault, Priced, Sender};
pub use draft::{Amends, Draft, DraftLine, OpenItem, Wanted};

use crate::store::Outcome;
use crate::telemetry::Metrics;

/// Counts what was just stored: an order by the status it got, a ticket by its tier. Only for an effect that places
/// an order or opens a ticket: a change of an order is none.
pub fn count(metrics: &Metrics, placed: &Outcome) {
    if let Some(order) = &placed.order {
        metrics.order(order.order.status, order.order.totals.total);
    }
    if let Some(ticket) = &placed.ticket {
        metrics.ticket(ticket.ticket.tier);
    }
}
