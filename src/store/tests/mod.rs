//! The store, for real, in a temporary directory.

mod backup;
mod catalogue;
mod commit;
mod crash;
mod documents;
mod files;
mod harness;
mod order_model;
mod orders;
mod outbox;
mod tokens;
mod writer;
