//! What calls cost, and what may be spent a day and a month.

use std::fmt;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};

use jiff::civil::Date;

use super::config::{Budget, Prices};
use super::error::Period;
use super::request::Usage;

/// What was spent on a day and in its calendar month. The owner keeps it over a restart with
/// [`spent`](super::ChatClient::spent) and [`restore`](super::ChatClient::restore).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spent {
    /// The day; the month is the one it lies in.
    pub day: Date,
    /// Tokens of the day, sent and answered.
    pub tokens_today: u64,
    /// Money of the day, in millionths of the currency's unit.
    pub cost_today: u64,
    /// Tokens of the month.
    pub tokens_month: u64,
    /// Money of the month, in millionths of the currency's unit.
    pub cost_month: u64,
}

impl fmt::Display for Spent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { day, tokens_today, cost_today, tokens_month, cost_month } = self;
        write!(f, "{day} {tokens_today} {cost_today} {tokens_month} {cost_month}")
    }
}

impl FromStr for Spent {
    type Err = ();

    /// Reads what [`fmt::Display`] wrote.
    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.split(' ');
        let day = parts.next().and_then(|day| day.parse().ok()).ok_or(())?;
        let mut number = || parts.next().and_then(|n| n.parse().ok()).ok_or(());
        let (tokens_today, cost_today) = (number()?, number()?);
        Ok(Self { day, tokens_today, cost_today, tokens_month: number()?, cost_month: number()? })
    }
}

impl Spent {
    fn nothing(day: Date) -> Self {
        Self { day, tokens_today: 0, cost_today: 0, tokens_month: 0, cost_month: 0 }
    }

    /// The same numbers seen from `today`. An earlier day than the one known is a clock that was set back, or a call
    /// that went over midnight: it opens no second budget.
    fn on(self, today: Date) -> Self {
        if today <= self.day {
            self
        } else if today.first_of_month() == self.day.first_of_month() {
            Self { day: today, tokens_today: 0, cost_today: 0, ..self }
        } else {
            Self::nothing(today)
        }
    }
}

/// The counters.
#[derive(Debug)]
pub(super) struct Ledger {
    prices: Prices,
    budget: Budget,
    spent: Mutex<Option<Spent>>,
}

impl Ledger {
    pub fn new(prices: Prices, budget: Budget) -> Self {
        Self { prices, budget, spent: Mutex::new(None) }
    }

    /// What was spent, seen from `today`.
    pub fn spent(&self, today: Date) -> Spent {
        self.change(today, |_| {})
    }

    /// Adds what an earlier process spent. Numbers of a later day than `today` come from a clock that was wrong, and
    /// would close the budget until that day: they are left out.
    pub fn restore(&self, earlier: Spent, today: Date) {
        if earlier.day > today {
            return;
        }
        self.change(today, |now| {
            let earlier = earlier.on(now.day);
            now.tokens_today = now.tokens_today.saturating_add(earlier.tokens_today);
            now.cost_today = now.cost_today.saturating_add(earlier.cost_today);
            now.tokens_month = now.tokens_month.saturating_add(earlier.tokens_month);
            now.cost_month = now.cost_month.saturating_add(earlier.cost_month);
        });
    }

    /// Whether another call may be made.
    pub fn check(&self, today: Date) -> Result<(), Period> {
        let spent = self.spent(today);
        let reached = |limit: u64, spent: u64| limit > 0 && spent >= limit;
        let budget = &self.budget;
        if reached(budget.monthly_tokens, spent.tokens_month)
            || reached(budget.monthly_cost, spent.cost_month)
        {
            Err(Period::Month)
        } else if reached(budget.daily_tokens, spent.tokens_today)
            || reached(budget.daily_cost, spent.cost_today)
        {
            Err(Period::Day)
        } else {
            Ok(())
        }
    }

    fn add(&self, today: Date, usage: Usage) {
        let tokens = usage.prompt_tokens.saturating_add(usage.completion_tokens);
        let cost = cost(self.prices, usage);
        self.change(today, |now| {
            now.tokens_today = now.tokens_today.saturating_add(tokens);
            now.tokens_month = now.tokens_month.saturating_add(tokens);
            now.cost_today = now.cost_today.saturating_add(cost);
            now.cost_month = now.cost_month.saturating_add(cost);
        });
    }

    /// Changes the numbers of `today` under one lock: calls end at the same time.
    fn change(&self, today: Date, change: impl FnOnce(&mut Spent)) -> Spent {
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        let mut now = spent.unwrap_or_else(|| Spent::nothing(today)).on(today);
        change(&mut now);
        *spent.insert(now)
    }
}

/// In millionths of the currency's unit, rounded up: a budget is rather spent early than passed.
fn cost(prices: Prices, usage: Usage) -> u64 {
    let part = |price: u64, tokens: u64| u128::from(price) * u128::from(tokens);
    let millionths =
        part(prices.prompt, usage.prompt_tokens) + part(prices.completion, usage.completion_tokens);
    u64::try_from(millionths.div_ceil(1_000_000)).unwrap_or(u64::MAX)
}

/// Writes down one call on the wire. Dropped without a word (the customer left, time was up) it writes an estimate,
/// because the provider charges what it has read and written all the same.
#[derive(Debug)]
pub(super) struct Meter<'a> {
    ledger: &'a Ledger,
    today: Date,
    prompt_chars: usize,
    completion_chars: usize,
    settled: bool,
}

impl<'a> Meter<'a> {
    pub fn new(ledger: &'a Ledger, today: Date, prompt_chars: usize) -> Self {
        Self { ledger, today, prompt_chars, completion_chars: 0, settled: false }
    }

    /// Characters of the answer that have come.
    pub fn answered(&mut self, chars: usize) {
        self.completion_chars += chars;
    }

    /// Whether any of the answer has come.
    pub fn has_answer(&self) -> bool {
        self.completion_chars > 0
    }

    /// The call is over; `usage` is what the server says it took. Gives what was written down.
    pub fn settle(mut self, usage: Option<Usage>) -> Usage {
        self.settled = true;
        let usage = usage.unwrap_or_else(|| self.estimate());
        self.ledger.add(self.today, usage);
        usage
    }

    /// The server did nothing: there was no connection, or it refused.
    pub fn void(mut self) {
        self.settled = true;
    }

    fn estimate(&self) -> Usage {
        Usage::estimate(self.prompt_chars, self.completion_chars)
    }
}

impl Drop for Meter<'_> {
    fn drop(&mut self) {
        if !self.settled {
            self.ledger.add(self.today, self.estimate());
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const MONDAY: Date = date(2026, 11, 30);
    const TUESDAY: Date = date(2026, 12, 1);
    const WEDNESDAY: Date = date(2026, 12, 2);

    fn usage(prompt_tokens: u64, completion_tokens: u64) -> Usage {
        Usage { prompt_tokens, completion_tokens, estimated: false }
    }

    fn ledger(budget: Budget) -> Ledger {
        // 0.15 and 0.60 a million.
        Ledger::new(Prices { prompt: 150_000, completion: 600_000 }, budget)
    }

    #[test]
    fn days_and_months_begin_anew() {
        let ledger = ledger(Budget::default());
        ledger.add(MONDAY, usage(1_000_000, 0));
        ledger.add(TUESDAY, usage(1, 1));
        let spent = |day, today, cost_today, month, cost_month| Spent {
            day,
            tokens_today: today,
            cost_today,
            tokens_month: month,
            cost_month,
        };
        assert_eq!(ledger.spent(TUESDAY), spent(TUESDAY, 2, 1, 2, 1), "rounded up, November is over");
        ledger.add(WEDNESDAY, usage(0, 1_000_000));
        assert_eq!(ledger.spent(WEDNESDAY), spent(WEDNESDAY, 1_000_000, 600_000, 1_000_002, 600_001));
        ledger.add(TUESDAY, usage(8, 0));
        assert_eq!(ledger.spent(MONDAY).tokens_today, 1_000_008, "a clock set back opens no second budget");
    }

    #[test]
    fn limits() {
        let check = |budget, expected| {
            let ledger = ledger(budget);
            assert_eq!(ledger.check(TUESDAY), Ok(()));
            ledger.add(TUESDAY, usage(60, 40));
            assert_eq!(ledger.check(TUESDAY), expected, "{budget:?}");
        };
        check(Budget::default(), Ok(()));
        check(Budget { daily_tokens: 101, ..Budget::default() }, Ok(()));
        check(Budget { daily_tokens: 100, ..Budget::default() }, Err(Period::Day));
        check(Budget { monthly_tokens: 100, ..Budget::default() }, Err(Period::Month));
        check(Budget { daily_cost: 33, ..Budget::default() }, Err(Period::Day));
        check(Budget { daily_cost: 34, ..Budget::default() }, Ok(()));
        check(Budget { monthly_cost: 33, ..Budget::default() }, Err(Period::Month));
    }

    #[test]
    fn a_restart_forgets_nothing() {
        let before = ledger(Budget::default());
        before.add(TUESDAY, usage(60, 40));
        let after = ledger(Budget { daily_tokens: 100, ..Budget::default() });
        let kept = before.spent(TUESDAY).to_string();
        assert_eq!("2026-12-01 1 x".parse::<Spent>(), Err(()));
        after.restore(kept.parse().unwrap(), TUESDAY);
        assert_eq!(after.check(TUESDAY), Err(Period::Day));
        assert_eq!(after.check(WEDNESDAY), Ok(()));
        assert_eq!(after.spent(WEDNESDAY).tokens_month, 100);
        let healed = ledger(Budget { daily_tokens: 100, ..Budget::default() });
        healed.restore(before.spent(TUESDAY), MONDAY);
        assert_eq!(healed.check(MONDAY), Ok(()), "a date from a wrong clock");
    }

    #[test]
    fn an_abandoned_call_is_charged_by_its_length() {
        let ledger = ledger(Budget::default());
        let mut meter = Meter::new(&ledger, TUESDAY, 400);
        meter.answered(37);
        drop(meter);
        assert_eq!(ledger.spent(TUESDAY).tokens_today, 110);
        Meter::new(&ledger, TUESDAY, 400).void();
        assert_eq!(ledger.spent(TUESDAY).tokens_today, 110);
        assert!(Meter::new(&ledger, TUESDAY, 8).settle(None).estimated);
        assert_eq!(Meter::new(&ledger, TUESDAY, 8).settle(Some(usage(5, 5))), usage(5, 5));
        assert_eq!(ledger.spent(TUESDAY).tokens_today, 122);
    }
}
