//! The numbers that settings own, in the words of a policy, so that text and code cannot contradict each other.

use std::collections::HashMap;

use jiff::civil::{Time, Weekday};

use super::Config;
use crate::domain::escalation::Tier;
use crate::domain::money::Money;
use crate::domain::schedule::WeekdayKey;

pub(super) fn all(config: &Config) -> HashMap<String, String> {
    let rules = &config.rules;
    let calendar = &rules.calendar;
    let slots: Vec<String> =
        calendar.slots.iter().map(|(from, to)| format!("{}–{}", clock(*from), clock(*to))).collect();
    let days: Vec<String> = calendar.delivery_days.iter().map(|d| day_name(*d).to_owned()).collect();
    let escalation = &rules.escalation;
    let urgent = escalation.tier(Tier::Urgent);
    let limit = |tier| escalation.tier(tier).decides_up_to.map_or_else(|| "any amount".to_owned(), amount);
    let opening_hours = format!(
        "{}, {} to {}",
        days_in_words(&calendar.open_days.iter().copied().collect::<Vec<_>>()),
        clock(calendar.opens),
        clock(calendar.closes)
    );
    [
        ("company_name", rules.company_name.clone()),
        ("currency", rules.currency.clone()),
        ("tax_rate", rules.tax_rate.percent()),
        ("cutoff_time", clock(calendar.cutoff)),
        ("opening_hours", opening_hours),
        ("delivery_days", listed(&days)),
        ("delivery_slots", listed(&slots)),
        ("lead_time_days", calendar.lead_days.to_string()),
        ("bulk_lead_days", calendar.bulk_lead_days.to_string()),
        ("bulk_units", grouped(calendar.bulk_units)),
        ("max_order_total", amount(rules.limits.max_order_total)),
        ("min_order_total", amount(rules.limits.min_order_total)),
        ("max_quantity_per_item", grouped(rules.limits.max_quantity_per_item.into())),
        ("payment_days", config.issuer.payment_days.to_string()),
        ("max_line_items", rules.limits.max_line_items.to_string()),
        ("large_order", amount(rules.review.large_order)),
        ("large_first_order", amount(rules.review.large_first_order)),
        ("unusual_percent", rules.review.unusual_percent.to_string()),
        ("agent_answers_within", duration(escalation.tier(Tier::Agent).answer_minutes)),
        ("manager_answers_within", duration(escalation.tier(Tier::Manager).answer_minutes)),
        ("urgent_answers_within", duration(urgent.answer_minutes)),
        ("urgent_closed_within", duration(urgent.closed_minutes.unwrap_or(urgent.answer_minutes))),
        ("agent_decides_up_to", limit(Tier::Agent)),
        ("manager_decides_up_to", limit(Tier::Manager)),
        ("angry_times", times(escalation.angry_turns)),
        ("misunderstood_times", times(escalation.misunderstood_turns)),
        ("first_order_minimum", amount(rules.selling.first_order_minimum)),
        ("change_until", rules.changes.items_until_in_words()),
        ("cancel_free_hours", rules.changes.free_until.as_hours().to_string()),
        ("cancel_late_hours", rules.changes.late_from.as_hours().to_string()),
        ("cancel_fee", rules.changes.rate.percent()),
        ("cancel_late_fee", rules.changes.late_rate.percent()),
        ("cancel_door_fee", rules.changes.door_rate.percent()),
        ("chat_retention_days", config.chat_retention_days.to_string()),
        ("order_retention_years", config.order_retention_years.to_string()),
    ]
    .into_iter()
    .map(|(name, text)| (name.to_owned(), text))
    .collect()
}

/// `2:00 pm`, `12:30 am`.
fn clock(time: Time) -> String {
    let half = if time.hour() < 12 { "am" } else { "pm" };
    let hour = match time.hour() % 12 {
        0 => 12,
        hour => hour,
    };
    format!("{hour}:{:02} {half}", time.minute())
}

/// `30 minutes`, `2 hours`, `3 days`: in the largest unit that is whole.
fn duration(minutes: i64) -> String {
    let (count, unit) = match minutes {
        n if n % 1440 == 0 => (n / 1440, "day"),
        n if n % 60 == 0 => (n / 60, "hour"),
        n => (n, "minute"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

/// `twice`, `three times`.
fn times(count: u8) -> String {
    const WORDS: [&str; 10] = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    match count {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        n => WORDS.get(usize::from(n)).map_or_else(|| format!("{n} times"), |word| format!("{word} times")),
    }
}

fn day_name(day: WeekdayKey) -> &'static str {
    match day.weekday() {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}

/// Three days or more in a row are told by the first and the last of them.
fn days_in_words(days: &[WeekdayKey]) -> String {
    let in_a_row = days.windows(2).all(|pair| pair[0].weekday().next() == pair[1].weekday());
    match days {
        [first, .., last] if in_a_row && days.len() > 2 => {
            format!("{} to {}", day_name(*first), day_name(*last))
        }
        _ => listed(&days.iter().map(|d| day_name(*d).to_owned()).collect::<Vec<_>>()),
    }
}

/// `a, b and c`.
fn listed(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [firsts @ .., last] => format!("{} and {last}", firsts.join(", ")),
    }
}

/// `10,000`
fn grouped(n: u64) -> String {
    let minor = i64::try_from(n).unwrap_or(i64::MAX / 100).saturating_mul(100);
    amount(Money::from_minor(minor))
}

/// `100,000`, `0.50`: cents only where there are some.
fn amount(money: Money) -> String {
    let text = money.to_string();
    text.strip_suffix(".00").map_or_else(|| text.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use crate::config::{Config, Sources};

    #[track_caller]
    fn check(sources: &Sources, name: &str, expected: &str) {
        let texts = Config::load(sources).unwrap().placeholders();
        assert_eq!(texts.get(name).map(String::as_str), Some(expected), "{name}");
    }

    #[test]
    fn the_defaults_in_words() {
        let defaults = Sources::none;
        check(&defaults(), "tax_rate", "9%");
        check(&defaults(), "cutoff_time", "2:00 pm");
        check(&defaults(), "opening_hours", "Monday to Saturday, 8:00 am to 6:00 pm");
        check(&defaults(), "delivery_days", "Tuesday, Thursday and Saturday");
        check(&defaults(), "delivery_slots", "9:00 am–12:00 pm and 2:00 pm–5:00 pm");
        check(&defaults(), "max_order_total", "100,000");
        check(&defaults(), "max_quantity_per_item", "10,000");
        check(&defaults(), "min_order_total", "0.01");
        check(&defaults(), "lead_time_days", "2");
        check(&defaults(), "change_until", "one hour");
        check(&defaults(), "cancel_free_hours", "24");
        check(&defaults(), "cancel_late_fee", "50%");
        check(&defaults(), "cancel_door_fee", "100%");
        check(&defaults(), "first_order_minimum", "200");
        check(&defaults(), "chat_retention_days", "90");
        check(&defaults(), "agent_answers_within", "30 minutes");
        check(&defaults(), "manager_answers_within", "2 hours");
        check(&defaults(), "urgent_closed_within", "1 hour");
        check(&defaults(), "manager_decides_up_to", "2,000");
        check(&defaults(), "angry_times", "twice");
        check(&defaults(), "misunderstood_times", "three times");
    }

    #[test]
    fn they_follow_the_settings() {
        check(&Sources::none().flag("CUTOFF_TIME", "00:30"), "cutoff_time", "12:30 am");
        check(&Sources::none().flag("TRIA_DELIVERY_DAYS", "Fri"), "delivery_days", "Friday");
        check(
            &Sources::none().flag("TRIA_OPENING_DAYS", "Mon|Wed").flag("TRIA_OPENING_HOURS", "9:00-12:30"),
            "opening_hours",
            "Monday and Wednesday, 9:00 am to 12:30 pm",
        );
    }
}
