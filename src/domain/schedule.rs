//! Opening hours, cutoff and delivery days. All times are local times of the company; the caller brings "now".

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Time, Weekday};

/// When the company works and delivers.
#[derive(Debug, Clone)]
pub struct Calendar {
    /// The company's time zone.
    pub time_zone: jiff::tz::TimeZone,
    /// Days with opening hours.
    pub open_days: BTreeSet<WeekdayKey>,
    /// Opens, on an open day.
    pub opens: Time,
    /// Closes, on an open day.
    pub closes: Time,
    /// An order before this time counts from the same day.
    pub cutoff: Time,
    /// Days on which vans go out.
    pub delivery_days: BTreeSet<WeekdayKey>,
    /// Delivery slots of a day, for people.
    pub slots: Vec<(Time, Time)>,
    /// Days on which nothing is done.
    pub holidays: BTreeSet<Date>,
    /// Business days that an ordinary order takes.
    pub lead_days: u32,
    /// Business days that an order above [`Calendar::bulk_units`] takes.
    pub bulk_lead_days: u32,
    /// Units above which an order takes [`Calendar::bulk_lead_days`].
    pub bulk_units: u64,
}

/// A weekday that sorts Monday first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WeekdayKey(i8);

impl From<Weekday> for WeekdayKey {
    fn from(day: Weekday) -> Self {
        Self(day.to_monday_zero_offset())
    }
}

impl WeekdayKey {
    /// The day itself.
    pub fn weekday(self) -> Weekday {
        Weekday::from_monday_zero_offset(self.0).unwrap_or(Weekday::Monday)
    }
}

/// Longest search for a delivery day: a year ahead always holds one, or the calendar has none.
const HORIZON_DAYS: i64 = 366;

impl Calendar {
    /// Whether the company works on this day.
    pub fn is_business_day(&self, date: Date) -> bool {
        self.open_days.contains(&date.weekday().into()) && !self.holidays.contains(&date)
    }

    /// Whether somebody is there at this moment.
    pub fn is_open(&self, now: DateTime) -> bool {
        self.is_business_day(now.date()) && self.opens <= now.time() && now.time() < self.closes
    }

    /// Whether vans go out on this day.
    pub fn is_delivery_day(&self, date: Date) -> bool {
        self.delivery_days.contains(&date.weekday().into()) && !self.holidays.contains(&date)
    }

    /// The first delivery day at least the lead time after `now`. An order before the cutoff of a business day
    /// counts from that day, any other from the next business day. `None` when no day of the next year is a
    /// delivery day.
    pub fn delivery_date(&self, now: DateTime, units: u64) -> Option<Date> {
        let counts_today = self.is_business_day(now.date()) && now.time() < self.cutoff;
        let start = if counts_today { now.date() } else { self.next_business_day(now.date())? };
        let lead = if units > self.bulk_units { self.bulk_lead_days } else { self.lead_days };
        let mut ready = start;
        for _ in 0..lead {
            ready = self.next_business_day(ready)?;
        }
        first_day(ready, |date| self.is_delivery_day(date))
    }

    /// When the delivery of a day begins: its first slot, because none is chosen with an order; without slots, the
    /// opening of the day.
    pub fn delivery_start(&self, day: Date) -> Option<jiff::Timestamp> {
        let begins = self.slots.first().map_or(self.opens, |slot| slot.0);
        let start = self.time_zone.to_ambiguous_zoned(day.to_datetime(begins)).compatible().ok()?;
        Some(start.timestamp())
    }

    /// The moment the company opens next, at or after `now`.
    pub fn next_opening(&self, now: DateTime) -> Option<DateTime> {
        if self.is_open(now) {
            return Some(now);
        }
        if self.is_business_day(now.date()) && now.time() < self.opens {
            return Some(now.date().to_datetime(self.opens));
        }
        self.next_business_day(now.date()).map(|date| date.to_datetime(self.opens))
    }

    fn next_business_day(&self, after: Date) -> Option<Date> {
        first_day(after.checked_add(1.day()).ok()?, |date| self.is_business_day(date))
    }
}

fn first_day(from: Date, wanted: impl Fn(Date) -> bool) -> Option<Date> {
    (0..HORIZON_DAYS).filter_map(|n| from.checked_add(n.days()).ok()).find(|date| wanted(*date))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{date, datetime, time};

    fn calendar() -> Calendar {
        use Weekday::*;
        Calendar {
            time_zone: jiff::tz::TimeZone::UTC,
            open_days: [Monday, Tuesday, Wednesday, Thursday, Friday, Saturday].map(WeekdayKey::from).into(),
            opens: time(8, 0, 0, 0),
            closes: time(18, 0, 0, 0),
            cutoff: time(14, 0, 0, 0),
            delivery_days: [Tuesday, Thursday, Saturday].map(WeekdayKey::from).into(),
            slots: vec![],
            holidays: [date(2026, 12, 25)].into(),
            lead_days: 2,
            bulk_lead_days: 5,
            bulk_units: 5000,
        }
    }

    #[track_caller]
    fn check(now: DateTime, units: u64, expected: Date) {
        assert_eq!(calendar().delivery_date(now, units), Some(expected), "ordered {now}");
    }

    #[test]
    fn the_next_delivery_day_that_is_far_enough() {
        // Monday before the cutoff: ready on Wednesday, out on Thursday; a second later it counts from Tuesday.
        check(datetime(2026, 11, 23, 13, 59, 59, 0), 100, date(2026, 11, 26));
        check(datetime(2026, 11, 23, 14, 0, 0, 0), 100, date(2026, 11, 26));
        check(datetime(2026, 11, 24, 13, 59, 59, 0), 100, date(2026, 11, 26));
        check(datetime(2026, 11, 24, 14, 0, 0, 0), 100, date(2026, 11, 28));
        // Sunday counts from Monday.
        check(datetime(2026, 11, 22, 10, 0, 0, 0), 100, date(2026, 11, 26));
        // Christmas is no business day: Wednesday 23 → 24, 26 (a Saturday, and a delivery day).
        check(datetime(2026, 12, 23, 10, 0, 0, 0), 100, date(2026, 12, 26));
        // Over the year's end, and in bulk.
        check(datetime(2026, 12, 31, 10, 0, 0, 0), 100, date(2027, 1, 2));
        check(datetime(2026, 11, 23, 10, 0, 0, 0), 5001, date(2026, 11, 28));
    }

    #[test]
    fn no_delivery_day_is_no_date() {
        let mut none = calendar();
        none.delivery_days.clear();
        assert_eq!(none.delivery_date(datetime(2026, 11, 23, 10, 0, 0, 0), 1), None);
    }

    #[test]
    fn opening_hours() {
        let c = calendar();
        assert!(c.is_open(datetime(2026, 11, 23, 8, 0, 0, 0)));
        assert!(!c.is_open(datetime(2026, 11, 23, 18, 0, 0, 0)));
        assert!(!c.is_open(datetime(2026, 11, 22, 12, 0, 0, 0)));
        assert_eq!(
            c.next_opening(datetime(2026, 11, 21, 19, 0, 0, 0)),
            Some(datetime(2026, 11, 23, 8, 0, 0, 0))
        );
    }
}
