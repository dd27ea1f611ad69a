//! The HTTP face from outside, over a socket, with everything behind it.

mod access;
mod answers;
mod chat;
mod handover;
mod languages;
mod limits;
mod messages;
mod once;
mod order_changes;
mod orders;
mod problems;
mod service;
mod stream;
mod wording;
