//! The store, for real, in a temporary directory.

mod harness;
mod orders;
