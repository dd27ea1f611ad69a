//! The HTTP face from outside, over a socket, with everything behind it.

mod access;
mod answers;
mod chat;
mod classes;
mod documents;
mod extraction;
mod handover;
mod isolation;
mod languages;
mod limits;
mod messages;
mod once;
mod order_changes;
mod orders;
mod personal;
mod pieces;
mod problems;
mod service;
mod stream;
mod wording;
