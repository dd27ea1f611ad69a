//! The company's rules as numbers: what settings own and both the policies' text and the code stand on.

use super::changes::{ChangePolicy, Fee};
use super::escalation::EscalationRules;
use super::money::{Money, TaxRate};
use super::order::Order;
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
    /// What is asked back before an order is placed.
    pub selling: SellingRules,
    /// Until when a placed order may be changed or called off, and what it costs.
    pub changes: ChangePolicy,
}

impl BusinessRules {
    /// What calling off an order costs at this moment; `None` for one that has come to its end.
    pub fn cancellation_fee(&self, order: &Order, now: jiff::Timestamp) -> Option<Fee> {
        let start = self.calendar.delivery_start(order.order.delivery_date)?;
        self.changes.fee(order, start, now)
    }
}

/// What is asked back before an order is placed.
#[derive(Debug, Clone, Copy)]
pub struct SellingRules {
    /// Lowest total of an outlet's first order, tax included; zero for none.
    pub first_order_minimum: Money,
    /// Whether goods are sold in whole bundles only.
    pub whole_bundles: bool,
    /// Minutes within which the same order again is asked about; zero for never.
    pub duplicate_minutes: u32,
    /// Days after its delivery that an order counts as unpaid.
    pub credit_days: u32,
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
