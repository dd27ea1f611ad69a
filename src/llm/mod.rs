//! The language model: an OpenAI-compatible server behind one client that is never in the way.
//!
//! ```text
//! ChatClient::new(config)                      checked settings → a client, cheap to clone
//! client.complete(&request, &terms).await      → ChatResponse, or an LlmError that says what to do instead
//! client.stream(request, terms)                → ChatStream: deltas as they come; dropping it hangs up
//! client.status()                              what the last call said, for the health check
//! client.probe(limit).await                    one cheap request with this key, for `tria doctor`
//! Cloak::new(names)                            personal data out of what is sent, and back into the answer
//! ```
//!
//! A call passes, in this order: the budget, the circuit breaker, a free slot, then the network with its retries.
//! Whatever happens there, it ends at the deadline of its [`Terms`].
//!
//! [`ChatClient`] is a plain type and not a trait with implementations: all providers speak this one protocol, and
//! the tests put a server of their own behind `base_url`, so that what runs in them is what is shipped. A trait
//! would have one implementation.
//!
//! `reqwest` and `rustls` stay in here.

mod breaker;
pub mod client;
pub mod config;
mod dialect;
pub mod error;
mod exchange;
mod health;
pub mod privacy;
pub mod request;
mod retry;
pub mod spend;
mod sse;
pub mod stream;
mod tls;
mod wire;

pub use client::{ChatClient, Probe};
pub use config::{ApiKey, BaseUrl, BreakerLimits, Budget, LlmConfig, Prices, RetryLimits, TimeLimits};
pub use error::{BadReply, Failure, LlmError, Period, Rejection, SetupError, Stage};
pub use health::Status;
pub use privacy::{Cloak, Uncloak};
pub use request::{ChatRequest, ChatResponse, FinishReason, Message, Role, Schema, Terms, Usage};
pub use spend::Spent;
pub use stream::ChatStream;
pub use tls::use_ring;

#[cfg(test)]
mod tests;
