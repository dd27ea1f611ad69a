//! The company's rules as numbers: what settings own and both the policies' text and the code stand on.

use super::escalation::EscalationRules;
use super::money::{Money, TaxRate};
use super::schedule::Calendar;

/// The rules that orders and answers are made by. Built from the settings, swapped whole on reload.
#[derive(Debug, Clone)]
pub struct BusinessRules {
    /// The company's name, for greetings and documents.
    pub company_name: String,
    /// ISO 4217 code of all amounts.
    pub currency: String,
    /// Share of the subtotal.
    pub tax_rate: TaxRate,
    /// Opening hours, cutoff, delivery days, holidays.
    pub calendar: Calendar,
    /// Limits of one order.
    pub limits: OrderLimits,
    /// When a person looks first.
    pub review: ReviewThresholds,
    /// When and to whom the assistant hands over.
    pub escalation: EscalationRules,
}

/// Limits of one order.
#[derive(Debug, Clone, Copy)]
pub struct OrderLimits {
    /// Most units in one line.
    pub max_quantity_per_item: u32,
    /// Most lines.
    pub max_line_items: usize,
    /// Highest total, tax included.
    pub max_order_total: Money,
    /// Lowest total, tax included.
    pub min_order_total: Money,
}

/// When an order is held for a person's look.
#[derive(Debug, Clone, Copy)]
pub struct ReviewThresholds {
    /// Any order whose total is above this.
    pub large_order: Money,
    /// An outlet's first order whose total is above this.
    pub large_first_order: Money,
    /// A line above this many percent of the outlet's usual quantity of the product.
    pub unusual_percent: u32,
}
