//! A day named in a message: "Saturday", "tomorrow", "2026-11-28", "28 Nov", "Nov 28th".

use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];
/// Short forms that mean nothing else.
const SHORT: [(&str, Weekday); 9] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("tues", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("thur", Weekday::Thursday),
    ("thurs", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
];
const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// The day that a message names last, as somebody means it who writes today: a weekday is the next one that comes after
/// `after`, a day of a month the next such day.
pub fn named_day(text: &str, today: Date, after: Date) -> Option<Date> {
    let lower = text.to_lowercase();
    if let Some((wanted, _)) = lower.split_once("instead of").or_else(|| lower.split_once("rather than"))
        && let Some(day) = last_day(wanted, today, after)
    {
        return Some(day);
    }
    last_day(&lower, today, after)
}

fn last_day(lower: &str, today: Date, after: Date) -> Option<Date> {
    let words: Vec<&str> =
        lower.split(|c: char| !(c.is_alphanumeric() || c == '-')).filter(|w| !w.is_empty()).collect();
    // "not Thursday but Saturday", "from Thursday to Saturday": the last one is meant.
    (0..words.len()).rev().find_map(|at| day_at(&words, at, today, after))
}

fn day_at(words: &[&str], at: usize, today: Date, after: Date) -> Option<Date> {
    let word = words[at];
    match word {
        "tomorrow" | "tmr" | "tmrw" => return today.checked_add(1.day()).ok(),
        "today" => return Some(today),
        _ => {}
    }
    if let Ok(date) = word.parse::<Date>() {
        return Some(date);
    }
    let weekday = WEEKDAYS.iter().chain(&SHORT).find(|(name, _)| *name == word);
    if let Some((_, weekday)) = weekday {
        let next = (1..=7).filter_map(|n: i64| after.checked_add(n.days()).ok());
        return next.into_iter().find(|day| day.weekday() == *weekday);
    }
    let month = i8::try_from(MONTHS.iter().position(|m| is_month(word, m))? + 1).ok()?;
    let before = at.checked_sub(1).and_then(|i| words.get(i));
    let number = [before, words.get(at + 1)].into_iter().flatten().find_map(|w| day_number(w))?;
    let this_year = Date::new(today.year(), month, number).ok()?;
    if this_year >= today { Some(this_year) } else { Date::new(today.year() + 1, month, number).ok() }
}

fn is_month(word: &str, short: &str) -> bool {
    const LONG: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    // "May" and "mar" are words too; the number beside them decides.
    word == short || (word == "sept" && short == "sep") || (LONG.contains(&word) && word.starts_with(short))
}

/// `28`, `28th`, `1st`.
fn day_number(word: &str) -> Option<i8> {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let ending = &word[digits.len()..];
    if !matches!(ending, "" | "st" | "nd" | "rd" | "th") {
        return None;
    }
    digits.parse().ok().filter(|n| (1..=31).contains(n))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_are_found() {
        // A Monday.
        let check = |text: &str, expected: Option<Date>| {
            assert_eq!(named_day(text, date(2026, 11, 23), date(2026, 11, 23)), expected, "{text}");
        };
        check("change the delivery to Saturday", Some(date(2026, 11, 28)));
        check("can it come on thurs instead of tue?", Some(date(2026, 11, 26)));
        check("from Thursday to Saturday please", Some(date(2026, 11, 28)));
        check("deliver on Monday", Some(date(2026, 11, 30)));
        check("tomorrow", Some(date(2026, 11, 24)));
        check("make it 2026-12-05", Some(date(2026, 12, 5)));
        check("move it to 28 November", Some(date(2026, 11, 28)));
        check("Dec 3rd", Some(date(2026, 12, 3)));
        check("3 January", Some(date(2027, 1, 3)));
        check("31 February", None);
        check("we may need 300", None);
        check("300 of the 12 inch", None);
        let after = |text| named_day(text, date(2026, 11, 23), date(2026, 11, 25));
        assert_eq!(after("on Tuesday"), Some(date(2026, 12, 1)));
        assert_eq!(after("tomorrow"), Some(date(2026, 11, 24)));
    }
}
