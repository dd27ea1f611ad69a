//! Products as the company sells them.

use super::ids::{ProductId, Sku};
use super::money::UnitPrice;

/// A product in the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// Its row.
    pub id: ProductId,
    /// Everything the company says of it.
    pub details: ProductDetails,
}

/// What the company says of a product: a row of `products.csv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductDetails {
    /// The company's own name for it.
    pub sku: Sku,
    /// Name for people, such as `Pizza Box 10" Kraft`.
    pub name: String,
    /// A sentence or two; may be empty.
    pub description: String,
    /// Group for people; may be empty.
    pub category: String,
    /// Price of one unit, before tax.
    pub unit_price: UnitPrice,
    /// What one is: piece, box, pack, carton, roll …
    pub unit: String,
    /// Units in one bundle; 1 when sold singly.
    pub bundle_size: u32,
    /// Units in the warehouse; `None` when not tracked.
    pub stock: Option<u32>,
    /// Fewest units in one order line.
    pub min_order_qty: u32,
    /// Whether it can be ordered.
    pub active: bool,
    /// Other words customers use for it.
    pub aliases: Vec<String>,
}
