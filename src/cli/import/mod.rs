//! `tria import`: products, outlets and past orders out of CSV files.

mod outlets;
mod past_orders;
mod products;
pub mod read;
mod table;
