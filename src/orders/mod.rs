//! The order desk: from what was understood to an order that can be stored.
//!
//! Everything about money, dates and limits is computed here from the catalogue and the company's rules; the
//! words of a message only ever choose products and quantities.

pub mod catalogue;
pub mod clock;
pub mod desk;
pub mod draft;

pub use catalogue::{Catalogue, CatalogueCache};
pub use clock::{Clock, SystemClock};
pub use desk::{Fault, Priced, Sender};
pub use draft::{Draft, DraftLine, OpenItem};
