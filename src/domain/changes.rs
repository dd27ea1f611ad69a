//! Changing and calling off an order that was placed: until when, and for what fee.
//!
//! Everything counts back from the start of the delivery slot, to the second.

use jiff::{SignedDuration, Timestamp};

use super::money::{Money, TaxRate};
use super::order::{Order, OrderStatus};

/// The windows and rates. Settings own them, and the policies' text is filled in from the same values.
#[derive(Debug, Clone, Copy)]
pub struct ChangePolicy {
    /// Items may be changed until this long before the slot begins.
    pub items_until: SignedDuration,
    /// Cancelling is free until this long before the slot begins; so is another delivery day.
    pub free_until: SignedDuration,
    /// From here on cancelling costs [`ChangePolicy::late_rate`]; not above [`ChangePolicy::free_until`].
    pub late_from: SignedDuration,
    /// Share of the order's total between the two.
    pub rate: TaxRate,
    /// Share of the order's total in the last hours.
    pub late_rate: TaxRate,
    /// Share of the order's total when it is refused at the door.
    pub door_rate: TaxRate,
}

/// What calling off an order costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fee {
    /// Share of the order's total.
    pub rate: TaxRate,
    /// Rounded once.
    pub amount: Money,
}

/// Why an order can not be changed by its customer any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TooLate {
    /// The window has closed.
    Window,
    /// It is packed: a person has to unpack it.
    Packed,
    /// Its delivery order or invoice has been handed out, and those never change.
    Documented,
    /// It is on the van.
    OnItsWay,
    /// It is delivered, cancelled or was not accepted.
    Over,
}

impl ChangePolicy {
    /// What calling off costs at this moment; `start` is when the delivery slot begins. Nothing while nobody has
    /// accepted the order. `None` for an order that has come to its end, and for one too large to reckon with.
    pub fn fee(&self, order: &Order, start: Timestamp, now: Timestamp) -> Option<Fee> {
        let rate = match order.order.status {
            OrderStatus::Held | OrderStatus::PendingReview => TaxRate::ZERO,
            OrderStatus::Confirmed | OrderStatus::Picked => self.rate_at(start.duration_since(now)),
            OrderStatus::OutForDelivery => self.door_rate,
            OrderStatus::Delivered | OrderStatus::Cancelled | OrderStatus::Rejected => return None,
        };
        Some(Fee { rate, amount: order.order.totals.total.share(rate)? })
    }

    fn rate_at(&self, left: SignedDuration) -> TaxRate {
        if left >= self.free_until {
            TaxRate::ZERO
        } else if left >= self.late_from {
            self.rate
        } else {
            self.late_rate
        }
    }

    /// `one hour`, `2 hours`, `90 minutes`.
    pub fn items_until_in_words(&self) -> String {
        match self.items_until.as_mins() {
            60 => "one hour".to_owned(),
            minutes if minutes % 60 == 0 && minutes > 0 => format!("{} hours", minutes / 60),
            minutes => format!("{minutes} minutes"),
        }
    }

    /// Whether items may be changed at this moment.
    pub fn may_change_items(
        &self,
        status: OrderStatus,
        start: Timestamp,
        now: Timestamp,
    ) -> Result<(), TooLate> {
        Self::may_change(status, start, now, self.items_until)
    }

    /// Whether the delivery may be put on another day at this moment. As long as cancelling is free: otherwise
    /// a later day would be the way around the fee.
    pub fn may_change_day(
        &self,
        status: OrderStatus,
        start: Timestamp,
        now: Timestamp,
    ) -> Result<(), TooLate> {
        Self::may_change(status, start, now, self.free_until)
    }

    fn may_change(
        status: OrderStatus,
        start: Timestamp,
        now: Timestamp,
        until: SignedDuration,
    ) -> Result<(), TooLate> {
        match status {
            OrderStatus::Delivered | OrderStatus::Cancelled | OrderStatus::Rejected => Err(TooLate::Over),
            OrderStatus::OutForDelivery => Err(TooLate::OnItsWay),
            OrderStatus::Picked => Err(TooLate::Packed),
            // Until one hour before: at the full hour it is too late.
            _ if start.duration_since(now) <= until => Err(TooLate::Window),
            OrderStatus::Held | OrderStatus::PendingReview | OrderStatus::Confirmed => Ok(()),
        }
    }
}

#[cfg(test)]
#[path = "changes_tests.rs"]
mod tests;
