//! The integration tests: one binary, because each one links the 45 MB model again.

mod architecture;
mod attacks;
mod cli;
mod conversations;
mod crash;
mod harness;
mod http;
mod intents;
mod large_index;
mod model;
mod process;
mod rebuild;

/// An order of the demo company that is complete in one message.
const DEMO_ORDER: &str = "Bella Napoli Tampines: 100 x 12 inch kraft pizza box and 100 x Sip Lid 80 mm";
