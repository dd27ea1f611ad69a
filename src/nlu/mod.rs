//! What words mean, without a model: numbers and sizes, products and outlets by words and spelling, orders and
//! changes of orders, mood, the language of a message. Pure functions.

pub mod day;
pub mod edit;
mod entry;
pub mod intent;
pub mod language;
mod lexer;
pub mod lexicon;
pub mod matcher;
pub mod numbers;
pub mod order;
pub mod outlets;
pub mod placed;
pub mod sentiment;
pub mod text;
pub mod vocabulary;
