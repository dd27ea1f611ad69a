//! Weekdays, months, dates and times of day, however they are written.

use super::token::Token;
use crate::nlu::numbers;

const WEEKDAYS: [(&str, &[&str]); 7] = [
    ("monday", &["mon", "mondays"]),
    ("tuesday", &["tue", "tues", "tuesdays"]),
    ("wednesday", &["wed", "weds", "wednesdays"]),
    ("thursday", &["thu", "thur", "thurs", "thursdays"]),
    ("friday", &["fri", "fridays"]),
    ("saturday", &["sat", "saturdays"]),
    ("sunday", &["sun", "sundays"]),
];
const MONTHS: [(&str, &str); 12] = [
    ("january", "jan"),
    ("february", "feb"),
    ("march", "mar"),
    ("april", "apr"),
    ("may", "may"),
    ("june", "jun"),
    ("july", "jul"),
    ("august", "aug"),
    ("september", "sep"),
    ("october", "oct"),
    ("november", "nov"),
    ("december", "dec"),
];

/// A date; the year is often left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Date {
    pub day: u8,
    pub month: u8,
    pub year: Option<u16>,
    /// `05/09/2026` is read both ways.
    pub either_way: bool,
}

impl Date {
    /// The same day, as far as the years are told.
    pub(super) fn fits(&self, other: &Self) -> bool {
        let straight = (self.day, self.month) == (other.day, other.month);
        let turned = (self.day, self.month) == (other.month, other.day);
        (straight || (turned && (self.either_way || other.either_way)))
            && (self.year.is_none() || other.year.is_none() || self.year == other.year)
    }
}

/// A time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Clock {
    /// Minutes since midnight.
    pub minutes: u16,
    /// Whether morning and afternoon are told apart: not in "2:00".
    pub sure: bool,
}

impl Clock {
    /// The same time, unless told apart.
    pub(super) fn fits(&self, other: &Self) -> bool {
        self.minutes == other.minutes
            || ((!self.sure || !other.sure) && self.minutes % 720 == other.minutes % 720)
    }
}

/// The weekday a word names, 0 for Monday. Short forms that are words as well (`sun`, `sat`, `wed`) need
/// `beside_time`.
pub(super) fn weekday(word: &str, beside_time: bool) -> Option<u8> {
    WEEKDAYS
        .iter()
        .position(|(name, short)| {
            let clear = *name == word || short.last() == Some(&word);
            clear
                || (short.contains(&word) && (beside_time || !matches!(word, "sun" | "sat" | "wed" | "mon")))
        })
        .map(|at| at as u8)
}

/// The month a word names, 1 to 12.
pub(super) fn month(word: &str) -> Option<u8> {
    let found = MONTHS
        .iter()
        .position(|(name, short)| *name == word || *short == word || word == "sept" && *short == "sep");
    found.map(|at| at as u8 + 1)
}

/// Whether a month's name is a word of another meaning as well.
fn is_also_a_word(word: &str) -> bool {
    matches!(word, "may" | "march" | "mar" | "dec" | "jan" | "august")
}

/// "Up to 5 may be returned" is no date.
fn is_verb_may(tokens: &[Token], at: usize) -> bool {
    let ends =
        ["at", "and", "or", "to", "by", "between", "from", "is", "was", "for", "if", "before", "after"];
    let verb_follows = tokens.get(at + 1).is_some_and(|t| t.is_word() && !ends.contains(&t.text.as_str()));
    tokens[at].is("may") && verb_follows
}

fn whole(token: Option<&Token>, up_to: f64) -> Option<u16> {
    let value = token?.number.filter(|n| n.fract() == 0.0 && *n >= 1.0 && *n <= up_to)?;
    Some(value as u16)
}

fn year(token: Option<&Token>) -> Option<u16> {
    whole(token, 2199.0).filter(|y| *y >= 1900)
}

/// A date or a month at `at`; gives it with the pieces it takes.
pub(super) fn date(tokens: &[Token], at: usize) -> Option<(Option<Date>, u8, usize)> {
    in_digits(tokens, at)
        .or_else(|| day_first(tokens, at))
        .map(|(date, used)| (Some(date), date.month, used))
        .or_else(|| month_first(tokens, at))
}

/// `2026-11-23`, `23/11/2026`, `23.11.2026`.
fn in_digits(tokens: &[Token], at: usize) -> Option<(Date, usize)> {
    let piece = |n: usize| tokens.get(at + n);
    let mark = |n: usize| {
        piece(n).filter(|t| t.glued && matches!(t.text.as_str(), "-" | "/" | ".")).map(|t| &t.text)
    };
    if mark(1)? != mark(3)? || !piece(2)?.glued || !piece(4)?.glued {
        return None;
    }
    if let (Some(year), Some(month), Some(day)) =
        (year(piece(0)), whole(piece(2), 12.0), whole(piece(4), 31.0))
    {
        return Some((Date { day: day as u8, month: month as u8, year: Some(year), either_way: false }, 5));
    }
    let (first, second) = (whole(piece(0), 31.0)?, whole(piece(2), 31.0)?);
    let year = year(piece(4)).or_else(|| whole(piece(4), 99.0).map(|y| 2000 + y))?;
    let (day, month) = if second > 12 { (second, first) } else { (first, second) };
    let either_way = first <= 12 && second <= 12;
    (month <= 12).then_some((Date { day: day as u8, month: month as u8, year: Some(year), either_way }, 5))
}

/// `5 September`, `5th of Sept 2026`.
fn day_first(tokens: &[Token], at: usize) -> Option<(Date, usize)> {
    let day = whole(tokens.get(at), 31.0)?;
    let mut next = at + 1;
    next += usize::from(ordinal(tokens.get(next)));
    next += usize::from(tokens.get(next).is_some_and(|t| t.is("of") || t.is("-")));
    let month = month(&tokens.get(next)?.text).filter(|_| !is_verb_may(tokens, next))?;
    next += 1;
    let (year, used) = year_after(tokens, next);
    Some((Date { day: day as u8, month, year, either_way: false }, next + used - at))
}

/// `September 5`, `Sept 5th, 2026`, or a month alone.
fn month_first(tokens: &[Token], at: usize) -> Option<(Option<Date>, u8, usize)> {
    let word = tokens.get(at).filter(|t| t.is_word())?;
    let month = month(&word.text)?;
    let dot = usize::from(tokens.get(at + 1).is_some_and(|t| t.is(".") && t.glued));
    if let Some(day) = whole(tokens.get(at + 1 + dot), 31.0)
        && !tokens.get(at + 2 + dot).is_some_and(|t| t.glued && matches!(t.text.as_str(), "%" | ":"))
    {
        let mut next = at + 2 + dot;
        next += usize::from(ordinal(tokens.get(next)));
        let (year, used) = year_after(tokens, next);
        return Some((
            Some(Date { day: day as u8, month, year, either_way: false }),
            month,
            next + used - at,
        ));
    }
    let before = at.checked_sub(1).map_or("", |b| tokens[b].text.as_str());
    let leads =
        ["in", "of", "until", "since", "from", "during", "early", "late", "mid", "next", "last", "by"];
    let dated = leads.contains(&before) || year(tokens.get(at + 1)).is_some();
    (!is_also_a_word(&word.text) || dated).then_some((None, month, 1))
}

fn ordinal(token: Option<&Token>) -> bool {
    token.is_some_and(|t| t.glued && matches!(t.text.as_str(), "st" | "nd" | "rd" | "th"))
}

fn year_after(tokens: &[Token], at: usize) -> (Option<u16>, usize) {
    let comma = usize::from(tokens.get(at).is_some_and(|t| t.is(",")));
    match year(tokens.get(at + comma)) {
        Some(year) => (Some(year), comma + 1),
        None => (None, 0),
    }
}

/// "half past eight", "quarter to nine".
fn in_words(tokens: &[Token], at: usize) -> Option<(Clock, usize)> {
    let text = |n: usize| tokens.get(at + n).map_or("", |t| t.text.as_str());
    let hour =
        tokens.get(at + 2)?.number.or_else(|| numbers::read_words(&[text(2)]).map(|(hour, _)| hour))?;
    let hour = (1.0..=12.0).contains(&hour).then_some(hour as u16)?;
    let minutes = match (text(0), text(1)) {
        ("half", "past") => hour * 60 + 30,
        ("quarter", "past") => hour * 60 + 15,
        ("quarter", "to") => hour * 60 - 15,
        _ => return None,
    };
    Some((Clock { minutes, sure: false }, 3))
}

/// A time of day at `at`; gives it with the pieces it takes.
pub(super) fn clock(tokens: &[Token], at: usize) -> Option<(Clock, usize)> {
    let first = tokens.get(at)?;
    match first.text.as_str() {
        "noon" | "midday" => return Some((Clock { minutes: 720, sure: true }, 1)),
        "midnight" => return Some((Clock { minutes: 0, sure: true }, 1)),
        "half" | "quarter" => return in_words(tokens, at),
        _ => {}
    }
    let value = first.number?;
    let (mut hour, mut minute, mut used, mut clear) = (value as u16, 0, 1, false);
    let glued = |n: usize, mark: &str| tokens.get(at + n).is_some_and(|t| t.glued && t.is(mark));
    let minutes_at = |n: usize| {
        tokens
            .get(at + n)
            .filter(|t| t.glued && t.text.len() == 2)
            .and_then(|t| t.number)
            .filter(|m| *m < 60.0)
    };
    if let Some(m) = minutes_at(2).filter(|_| (glued(1, ":") || glued(1, "h")) && value.fract() == 0.0) {
        (minute, used, clear) = (m as u16, 3, true);
        // "14:00:00" as clocks write it.
        used += if glued(3, ":") && minutes_at(4).is_some() { 2 } else { 0 };
    } else if first.decimals() == 2 {
        minute = (value.fract() * 100.0).round() as u16;
    } else if first.text.len() == 4 && first.decimals() == 0 {
        let hours =
            tokens.get(at + 1).is_some_and(|t| matches!(t.text.as_str(), "hrs" | "hours" | "h" | "hr"));
        if !hours || value as u16 % 100 > 59 {
            return None;
        }
        let time = Clock { minutes: value as u16 / 100 * 60 + value as u16 % 100, sure: true };
        return (time.minutes < 1440).then_some((time, 2));
    } else if value.fract() != 0.0 {
        return None;
    }
    let text = |n: usize| tokens.get(at + used + n).map_or("", |t| t.text.as_str());
    let (afternoon, took) = match (text(0), text(1), text(2)) {
        ("am", ..) => (Some(false), 1),
        ("pm", ..) => (Some(true), 1),
        ("a", ".", "m") => (Some(false), 3),
        ("p", ".", "m") => (Some(true), 3),
        ("noon", ..) => (Some(true), 1),
        ("o'clock", ..) => (None, 1),
        _ if clear => (None, 0),
        _ => return None,
    };
    if minute > 59 || hour > 24 || (afternoon.is_some() && !(1..=12).contains(&hour)) {
        return None;
    }
    let dotted = usize::from(took == 3 && text(3) == ".");
    if let Some(afternoon) = afternoon {
        hour = hour % 12 + if afternoon { 12 } else { 0 };
    }
    let sure = afternoon.is_some() || hour > 12 || hour == 0 || (clear && first.text.starts_with('0'));
    Some((Clock { minutes: (hour % 24) * 60 + minute, sure }, used + took + dotted))
}

#[cfg(test)]
mod tests {
    use super::super::token::tokens;
    use super::*;

    #[track_caller]
    fn check_clock(text: &str, expected: Option<u16>) {
        assert_eq!(clock(&tokens(text), 0).map(|(c, _)| c.minutes), expected, "{text}");
    }

    #[test]
    fn times_of_day() {
        check_clock("2pm", Some(840));
        check_clock("2:00 pm", Some(840));
        check_clock("14:00", Some(840));
        check_clock("2.30 p.m.", Some(870));
        check_clock("12:30 am", Some(30));
        check_clock("12 noon", Some(720));
        check_clock("1400 hrs", Some(840));
        check_clock("14h30", Some(870));
        check_clock("half past eight", Some(510));
        check_clock("24 hours", None);
        check_clock("2 days", None);
        check_clock("99:99", None);
    }

    #[track_caller]
    fn check_date(text: &str, expected: Option<(u8, u8, Option<u16>)>) {
        let found = date(&tokens(text), 0).and_then(|(d, ..)| d).map(|d| (d.day, d.month, d.year));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn dates() {
        check_date("Sept 5", Some((5, 9, None)));
        check_date("5 September", Some((5, 9, None)));
        check_date("5th of September, 2026", Some((5, 9, Some(2026))));
        check_date("2026-09-05", Some((5, 9, Some(2026))));
        check_date("23.11.2026", Some((23, 11, Some(2026))));
        check_date("11/23/2026", Some((23, 11, Some(2026))));
        check_date("may be washed", None);
        check_date("24-10", None);
    }
}
