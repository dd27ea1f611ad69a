//! Orders: what is asked for, what it costs, and how it may change.

use super::ids::{OrderId, OutletId, ProductId, Sku};
use super::money::{Money, UnitPrice};

/// Where an order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OrderStatus {
    /// Unusual, or short of stock: a person confirms it.
    Held,
    /// From somebody not known: a person looks at it first.
    PendingReview,
    /// Accepted.
    Confirmed,
    /// Taken off the shelves.
    Picked,
    /// On the van.
    OutForDelivery,
    /// Handed over.
    Delivered,
    /// Called off by the customer or by staff.
    Cancelled,
    /// Not accepted.
    Rejected,
}

impl OrderStatus {
    /// All of them, in the order of an order's life.
    pub const ALL: [Self; 8] = [
        Self::Held,
        Self::PendingReview,
        Self::Confirmed,
        Self::Picked,
        Self::OutForDelivery,
        Self::Delivered,
        Self::Cancelled,
        Self::Rejected,
    ];

    /// The contract's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::PendingReview => "pending_review",
            Self::Confirmed => "confirmed",
            Self::Picked => "picked",
            Self::OutForDelivery => "out_for_delivery",
            Self::Delivered => "delivered",
            Self::Cancelled => "cancelled",
            Self::Rejected => "rejected",
        }
    }

    /// Reads the contract's name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == name)
    }

    /// Which changes are legal.
    pub const fn may_become(self, next: Self) -> bool {
        use OrderStatus::{
            Cancelled, Confirmed, Delivered, Held, OutForDelivery, PendingReview, Picked, Rejected,
        };
        matches!(
            (self, next),
            (Held | PendingReview, Confirmed | Cancelled | Rejected)
                | (Confirmed, Held | Picked | Cancelled)
                | (Picked, OutForDelivery | Cancelled)
                | (OutForDelivery, Delivered | Cancelled)
        )
    }

    /// Whether stock is set aside for an order that stands here.
    pub const fn reserves_stock(self) -> bool {
        matches!(self, Self::Confirmed | Self::Picked | Self::OutForDelivery | Self::Delivered)
    }
}

/// Why a person must look at an order before it is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HoldReason {
    /// Above the value that is accepted without a look.
    LargeOrder,
    /// An outlet's first order above its own threshold.
    LargeFirstOrder,
    /// Far above what the outlet usually orders.
    UnusualQuantity,
    /// Less in the warehouse than asked for.
    StockShort,
    /// Nobody known placed it.
    UnknownCustomer,
    /// Fewer units of a product than the company sells at once.
    BelowMinimum,
    /// A new customer's order below the smallest value.
    BelowFirstOrder,
    /// Not whole bundles of a product.
    PartBundle,
    /// With it, more would be unpaid than the outlet may owe.
    CreditLimit,
}

impl HoldReason {
    /// All reasons.
    pub const ALL: [Self; 9] = [
        Self::LargeOrder,
        Self::LargeFirstOrder,
        Self::UnusualQuantity,
        Self::StockShort,
        Self::UnknownCustomer,
        Self::BelowMinimum,
        Self::BelowFirstOrder,
        Self::PartBundle,
        Self::CreditLimit,
    ];

    /// The name in answers, the database and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LargeOrder => "large_order",
            Self::LargeFirstOrder => "large_first_order",
            Self::UnusualQuantity => "unusual_quantity",
            Self::StockShort => "stock_short",
            Self::UnknownCustomer => "unknown_customer",
            Self::BelowMinimum => "below_minimum",
            Self::BelowFirstOrder => "below_first_order",
            Self::PartBundle => "part_bundle",
            Self::CreditLimit => "credit_limit",
        }
    }

    /// Reads the name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.as_str() == name)
    }
}

/// One line of an order, priced: what it was called and what it cost at the time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderLine {
    /// The product's row.
    pub product: ProductId,
    /// The product's SKU at the time.
    pub sku: Sku,
    /// The product's name at the time.
    pub product_name: String,
    /// Units, at least one.
    pub quantity: u32,
    /// Price of one unit at the time.
    pub unit_price: UnitPrice,
    /// Price times quantity, rounded once.
    pub line_total: Money,
}

/// What an order costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Sum of the line totals.
    pub subtotal: Money,
    /// Tax on the subtotal, rounded once.
    pub tax: Money,
    /// Subtotal and tax.
    pub total: Money,
}

/// An order that is ready to be stored: every part checked by code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOrder {
    /// Who it is for.
    pub outlet: OutletId,
    /// The outlet's name at the time.
    pub outlet_name: String,
    /// What is ordered; at least one line, each product once.
    pub lines: Vec<OrderLine>,
    /// What it costs.
    pub totals: Totals,
    /// The day it is to arrive.
    pub delivery_date: jiff::civil::Date,
    /// Whether the customer asked for haste.
    pub is_urgent: bool,
    /// What the customer wants remembered; may be empty.
    pub notes: String,
    /// The status that the checks so far give it. The store lowers `Confirmed` to `Held` when stock is short.
    pub status: OrderStatus,
    /// Why it is not confirmed at once.
    pub holds: Vec<HoldReason>,
    /// The conversation it came from; `None` for one made by staff or another program.
    pub session: Option<super::ids::SessionId>,
    /// The scope ([`super::principal::Principal::scope`]) of whoever placed it.
    pub placed_by: String,
}

/// An order as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Its number.
    pub id: OrderId,
    /// What was ordered, with the status it has now.
    pub order: NewOrder,
    /// What calling it off costs; zero while it stands.
    pub fee: Money,
    /// When it was placed.
    pub placed_at: jiff::Timestamp,
    /// When it last changed.
    pub updated_at: jiff::Timestamp,
}

/// A step in an order's life: who, when and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderEvent {
    /// When.
    pub at: jiff::Timestamp,
    /// The status from then on.
    pub status: OrderStatus,
    /// The scope of whoever did it.
    pub by: String,
    /// Why; may be empty.
    pub note: String,
}

#[cfg(test)]
mod tests {
    use super::OrderStatus::{self, *};

    #[test]
    fn only_legal_changes() {
        for end in [Delivered, Cancelled, Rejected] {
            assert!(OrderStatus::ALL.into_iter().all(|next| !end.may_become(next)), "{end:?} is an end");
        }
        assert!(Held.may_become(Confirmed));
        assert!(!Held.may_become(Delivered));
        assert!(!Confirmed.may_become(Confirmed));
    }
}
