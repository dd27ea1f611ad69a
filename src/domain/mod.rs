//! Plain values and pure functions: what the business is about. No async, no I/O, no clock, no serde.
//!
//! Everything that comes from outside is parsed here once (`MessageText::parse`, `Sku::parse`); past the
//! door there are only checked values.

pub mod answer;
pub mod backoff;
pub mod catalogue;
pub mod changes;
pub mod curated;
pub mod document;
pub mod escalation;
pub mod handover;
pub mod ids;
pub mod intent;
pub mod message;
pub mod money;
pub mod order;
pub mod outlet;
pub mod pii;
pub mod policy;
pub mod pricing;
pub mod principal;
pub mod schedule;
pub mod tone;
