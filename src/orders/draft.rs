//! An order that is being talked about.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::domain::ids::{OrderId, OutletId, ProductId};
use crate::domain::money::Money;
use crate::domain::order::Order;
use crate::nlu::order::Quantity;

/// An order that is being talked about: kept with the conversation until it is placed or dropped.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Draft {
    /// Who it is for, once known.
    pub outlet: Option<OutletId>,
    /// What is settled: each product once.
    pub lines: Vec<DraftLine>,
    /// What is still to be asked about.
    pub open: Vec<OpenItem>,
    /// Whether haste was asked for.
    pub is_urgent: bool,
    /// What the customer wants remembered.
    pub notes: String,
    /// The placed order that this changes; `None` for a new one.
    pub amends: Option<Amends>,
}

/// The placed order that a draft changes, as it was when the change began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amends {
    /// Which.
    pub order: OrderId,
    /// [`Order::updated_at`]: it has moved since when this is another.
    pub seen: Timestamp,
    /// When it was placed, from which a day of delivery counts.
    pub placed_at: Timestamp,
    /// The day it is to arrive, as planned or as asked for now.
    pub delivery: Date,
    /// What it cost.
    pub before: Money,
}

/// A settled line of a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DraftLine {
    /// The product.
    pub product: ProductId,
    /// Units, at least one.
    pub quantity: u32,
}

/// A piece of an order that is not settled: which product, or how many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenItem {
    /// The customer's words.
    pub text: String,
    /// How many, once known. Packs stay packs until the product tells how many are in one.
    pub quantity: Option<Quantity>,
    /// Which product.
    pub wanted: Wanted,
}

/// Which product an open item is, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// This one: only the quantity is missing.
    Product(ProductId),
    /// One of these, best first; with a single one it is still to be asked whether it is meant.
    OneOf(Vec<ProductId>),
    /// This one, which is no longer sold.
    Gone(ProductId),
    /// Nothing in the catalogue fits.
    Unknown,
    /// A number stood alone: what it counts was not said.
    Unsaid,
}

impl Draft {
    /// A placed order, to be changed.
    pub fn of(order: &Order) -> Self {
        let facts = &order.order;
        let mut draft = Self {
            outlet: Some(facts.outlet),
            is_urgent: facts.is_urgent,
            notes: facts.notes.clone(),
            amends: Some(Amends {
                order: order.id,
                seen: order.updated_at,
                placed_at: order.placed_at,
                delivery: facts.delivery_date,
                before: facts.totals.total,
            }),
            ..Self::default()
        };
        for line in &facts.lines {
            draft.add(line.product, line.quantity);
        }
        draft
    }

    /// Whether this is still the order as it stands: nothing would change.
    pub fn is_still(&self, order: &Order) -> bool {
        let mut as_it_is = Self::of(order);
        let mut this = self.clone();
        for draft in [&mut as_it_is, &mut this] {
            draft.lines.sort_by_key(|line| line.product.0);
        }
        as_it_is == this
    }

    /// Whether there is nothing in it at all.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.open.is_empty()
    }

    /// Sets the quantity of a product, adding the line if needed; zero removes it.
    pub fn set(&mut self, product: ProductId, quantity: u32) {
        if quantity == 0 {
            self.lines.retain(|line| line.product != product);
        } else if let Some(line) = self.lines.iter_mut().find(|line| line.product == product) {
            line.quantity = quantity;
        } else {
            self.lines.push(DraftLine { product, quantity });
        }
    }

    /// Adds units of a product to what is there.
    pub fn add(&mut self, product: ProductId, quantity: u32) {
        let before = self.lines.iter().find(|line| line.product == product).map_or(0, |line| line.quantity);
        self.set(product, before.saturating_add(quantity));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_product_stands_once() {
        let mut draft = Draft::default();
        draft.add(ProductId(1), 100);
        draft.add(ProductId(1), 50);
        assert_eq!(draft.lines, [DraftLine { product: ProductId(1), quantity: 150 }]);
        draft.set(ProductId(1), 0);
        assert!(draft.is_empty());
    }
}
