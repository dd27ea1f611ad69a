//! The integration tests: one binary, because each one links the 45 MB model again.

mod architecture;
mod cli;
mod intents;
