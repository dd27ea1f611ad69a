//! The last four digits of a contact number are only ten thousand: who tries them out is stopped.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

use moka::sync::Cache;

/// Wrong digits for one order within [`WINDOW`]: more than a mistyped number needs.
const PER_ORDER: u32 = 5;
/// Wrong digits in all within [`WINDOW`]. Trying one number on many orders finds one in ten thousand tries, so this
/// lets through one an hour in a hundred.
const IN_ALL: u32 = 100;
/// For how long a wrong try counts.
const WINDOW: Duration = Duration::from_hours(1);
/// Orders remembered.
const MAX_ORDERS: u64 = 10_000;

/// Wrong tries, by the number of the order; 0 counts them all.
pub struct Guesses {
    wrong: Cache<i64, Arc<AtomicU32>>,
}

impl Default for Guesses {
    fn default() -> Self {
        Self { wrong: Cache::builder().max_capacity(MAX_ORDERS).time_to_live(WINDOW).build() }
    }
}

impl Guesses {
    /// Whether no more digits are taken for this order, whether it exists or not.
    pub fn stopped(&self, order: i64) -> bool {
        let count = |key| self.wrong.get(&key).map_or(0, |count| count.load(Relaxed));
        count(order) >= PER_ORDER || count(0) >= IN_ALL
    }

    /// Counts digits that did not fit.
    pub fn wrong(&self, order: i64) {
        for key in [order, 0] {
            self.wrong.get_with(key, Arc::default).fetch_add(1, Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trying_digits_is_stopped_for_one_order_and_for_all() {
        let guesses = Guesses::default();
        (0..PER_ORDER).for_each(|_| guesses.wrong(7));
        assert!(guesses.stopped(7) && !guesses.stopped(8));
        (0..IN_ALL).for_each(|n| guesses.wrong(100 + i64::from(n)));
        assert!(guesses.stopped(8));
    }
}
