//! Tria: a customer-service agent for a small supplier, in one executable.

pub mod app;
pub mod chat;
pub mod cli;
pub mod config;
pub mod demo;
pub mod domain;
pub mod http;
pub mod knowledge;
pub mod llm;
pub mod nlu;
pub mod orders;
pub mod store;
pub mod telemetry;
pub mod workers;
