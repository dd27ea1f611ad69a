//! The windows to the second, in Singapore: slots begin at 9:00 and 14:00, orders are counted to the first.

use jiff::civil::{Date, DateTime, Weekday, date, time};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use super::*;
use crate::domain::ids::{OrderId, OutletId};
use crate::domain::order::{NewOrder, OrderStatus::*, Totals};
use crate::domain::schedule::{Calendar, WeekdayKey};

fn rate(text: &str) -> TaxRate {
    TaxRate::parse(text).unwrap()
}

fn policy() -> ChangePolicy {
    ChangePolicy {
        items_until: SignedDuration::from_hours(1),
        free_until: SignedDuration::from_hours(24),
        late_from: SignedDuration::from_hours(12),
        rate: rate("0.25"),
        late_rate: rate("0.5"),
        door_rate: rate("1"),
    }
}

fn calendar(slots: Vec<(jiff::civil::Time, jiff::civil::Time)>) -> Calendar {
    let days = [Weekday::Tuesday, Weekday::Thursday, Weekday::Saturday];
    Calendar {
        time_zone: TimeZone::get("Asia/Singapore").unwrap(),
        open_days: days.map(WeekdayKey::from).into(),
        opens: time(8, 0, 0, 0),
        closes: time(18, 0, 0, 0),
        cutoff: time(14, 0, 0, 0),
        delivery_days: days.map(WeekdayKey::from).into(),
        slots,
        holidays: [date(2026, 12, 25)].into(),
        lead_days: 2,
        bulk_lead_days: 5,
        bulk_units: 5000,
    }
}

fn slots() -> Vec<(jiff::civil::Time, jiff::civil::Time)> {
    vec![(time(9, 0, 0, 0), time(12, 0, 0, 0)), (time(14, 0, 0, 0), time(17, 0, 0, 0))]
}

fn order(status: OrderStatus, total: i64) -> Order {
    Order {
        id: OrderId(1),
        order: NewOrder {
            outlet: OutletId(1),
            outlet_name: String::new(),
            lines: Vec::new(),
            totals: Totals { total: Money::from_minor(total), ..Totals::default() },
            delivery_date: date(2026, 11, 26),
            is_urgent: false,
            notes: String::new(),
            status,
            holds: Vec::new(),
            session: None,
            placed_by: String::new(),
        },
        fee: Money::ZERO,
        placed_at: Timestamp::UNIX_EPOCH,
        updated_at: Timestamp::UNIX_EPOCH,
    }
}

/// A moment of Singapore.
fn at(moment: &str) -> Timestamp {
    let moment: DateTime = moment.parse().unwrap();
    TimeZone::get("Asia/Singapore").unwrap().to_zoned(moment).unwrap().timestamp()
}

fn start(day: Date) -> Timestamp {
    calendar(slots()).delivery_start(day).unwrap()
}

#[track_caller]
fn check_fee(now: &str, status: OrderStatus, cents: Option<i64>) {
    let fee = policy().fee(&order(status, 10_901), start(date(2026, 11, 26)), at(now));
    assert_eq!(fee.map(|fee| fee.amount.minor()), cents, "{status:?} at {now}");
}

#[test]
fn a_delivery_begins_with_the_first_slot() {
    assert_eq!(start(date(2026, 11, 26)), at("2026-11-26T09:00:00"));
    assert_eq!(
        calendar(Vec::new()).delivery_start(date(2026, 11, 26)),
        Some(at("2026-11-26T08:00:00")),
        "without slots, when the company opens"
    );
}

#[test]
fn the_fee_changes_to_the_second() {
    check_fee("2026-11-20T09:00:00", Confirmed, Some(0));
    check_fee("2026-11-25T09:00:00", Confirmed, Some(0)); // 24 hours before
    check_fee("2026-11-25T09:00:01", Confirmed, Some(2_725)); // a second less: 27.2525
    check_fee("2026-11-25T20:59:59", Confirmed, Some(2_725));
    check_fee("2026-11-25T21:00:00", Confirmed, Some(2_725)); // 12 hours before
    check_fee("2026-11-25T21:00:01", Confirmed, Some(5_451)); // half a cent goes up: 54.505
    check_fee("2026-11-25T23:59:59", Confirmed, Some(5_451));
    check_fee("2026-11-26T00:00:00", Confirmed, Some(5_451)); // midnight is nothing special
    check_fee("2026-11-26T08:59:59", Picked, Some(5_451));
    check_fee("2026-11-26T10:00:00", Confirmed, Some(5_451)); // the slot has begun, the van has not
}

#[test]
fn the_status_has_a_say() {
    for status in [Held, PendingReview] {
        check_fee("2026-11-26T08:59:59", status, Some(0));
    }
    check_fee("2026-11-26T09:30:00", OutForDelivery, Some(10_901));
    check_fee("2026-11-20T09:00:00", OutForDelivery, Some(10_901));
    for status in [Delivered, Cancelled, Rejected] {
        check_fee("2026-11-20T09:00:00", status, None);
    }
}

/// Whoever lives elsewhere than the company counts the same hours.
#[test]
fn a_moment_is_the_same_everywhere() {
    let utc = "2026-11-25T01:00:00Z".parse().unwrap();
    let fee = policy().fee(&order(Confirmed, 10_000), start(date(2026, 11, 26)), utc).unwrap();
    assert_eq!(fee.amount, Money::ZERO);
}

/// Hours are hours: a holiday between does not stretch them, and clocks that change do not either.
#[test]
fn hours_are_counted_not_days() {
    // Delivery on Saturday the 26th of December, cancelled on Christmas Day.
    let fee = |now| policy().fee(&order(Confirmed, 10_000), start(date(2026, 12, 26)), at(now)).unwrap();
    assert_eq!(fee("2026-12-25T09:00:00").amount.minor(), 0);
    assert_eq!(fee("2026-12-25T09:00:01").amount.minor(), 2_500);
    // Berlin, the night in which the clock goes forward: from 9:00 to 9:00 are 23 hours.
    let mut berlin = calendar(slots());
    berlin.time_zone = TimeZone::get("Europe/Berlin").unwrap();
    let begins = berlin.delivery_start(date(2027, 3, 28)).unwrap();
    let day_before = berlin.time_zone.to_zoned(date(2027, 3, 27).at(9, 0, 0, 0)).unwrap().timestamp();
    let fee = policy().fee(&order(Confirmed, 10_000), begins, day_before).unwrap();
    assert_eq!(fee.amount.minor(), 2_500);
}

#[test]
fn items_change_until_an_hour_before() {
    let check = |now: &str, status, expected| {
        let is = policy().may_change_items(status, start(date(2026, 11, 26)), at(now));
        assert_eq!(is, expected, "{status:?} at {now}");
    };
    for status in [Held, PendingReview, Confirmed] {
        check("2026-11-26T07:59:59", status, Ok(()));
        check("2026-11-26T08:00:00", status, Err(TooLate::Window));
        check("2026-11-26T09:30:00", status, Err(TooLate::Window));
    }
    check("2026-11-25T12:00:00", Picked, Err(TooLate::Packed));
    check("2026-11-25T12:00:00", OutForDelivery, Err(TooLate::OnItsWay));
    for status in [Delivered, Cancelled, Rejected] {
        check("2026-11-25T12:00:00", status, Err(TooLate::Over));
    }
}

#[test]
fn the_day_changes_while_cancelling_is_free() {
    let check = |now: &str, expected| {
        let is = policy().may_change_day(Confirmed, start(date(2026, 11, 26)), at(now));
        assert_eq!(is, expected, "{now}");
    };
    check("2026-11-25T08:59:59", Ok(()));
    check("2026-11-25T09:00:00", Err(TooLate::Window));
}

proptest::proptest! {
    /// The closer the delivery, the dearer; never above the order itself.
    #[test]
    fn a_fee_never_falls(total in 0_i64..10_000_000, first in -200_000_i64..200_000, second in -200_000_i64..200_000) {
        let begins = start(date(2026, 11, 26));
        let fee = |left: i64| {
            let now = begins - SignedDuration::from_secs(left);
            policy().fee(&order(Confirmed, total), begins, now).unwrap().amount
        };
        let (far, near) = (first.max(second), first.min(second));
        proptest::prop_assert!(fee(far) <= fee(near));
        proptest::prop_assert!(fee(near) <= Money::from_minor(total));
    }
}
