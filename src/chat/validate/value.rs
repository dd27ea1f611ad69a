//! The values that a sentence states: amounts with their units, dates, times, weekdays.

use super::calendar::{self, Clock, Date};
use super::token::Token;
use super::unit::{self, Currency, Unit};
use crate::nlu::numbers;

/// A number with what it counts.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Amount {
    /// In the unit's base; below nothing only for temperatures.
    pub value: f64,
    /// What it counts.
    pub unit: Unit,
    /// Whether it stands alone in a cell or behind a colon: its unit is in a header.
    pub cell: bool,
    /// Whether it was written with two decimals, as amounts of money are.
    pub cents: bool,
}

impl Amount {
    /// Whether the numbers are the same, as far as their units' factors can be exact.
    pub(super) fn same_number(&self, other: &Self) -> bool {
        (self.value - other.value).abs() <= 1e-9 * self.value.abs().max(1.0)
    }
}

/// A value that a sentence states.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Amount(Amount),
    Clock(Clock),
    Date(Date),
    /// 1 to 12.
    Month(u8),
    /// 0 for Monday.
    Weekday(u8),
    /// "every day", "daily".
    EveryDay,
}

/// A value with the pieces that state it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Stated {
    pub value: Value,
    /// First piece.
    pub from: usize,
    /// Behind the last piece.
    pub to: usize,
}

impl Stated {
    /// The pieces as text.
    pub(super) fn said(&self, tokens: &[Token]) -> String {
        let mut said = String::new();
        for token in &tokens[self.from..self.to] {
            if !said.is_empty() && !token.glued {
                said.push(' ');
            }
            said.push_str(&token.text);
        }
        said
    }
}

/// The values of a sentence.
pub(super) fn values(tokens: &[Token]) -> Vec<Stated> {
    let mut found: Vec<Stated> = Vec::new();
    let mut at = numbering(tokens);
    while at < tokens.len() {
        let Some((value, used)) = value_at(tokens, at) else {
            at += 1;
            continue;
        };
        found.push(Stated { value, from: at, to: at + used });
        at += used;
    }
    share_units(tokens, &mut found);
    price_bare(tokens, &mut found);
    found.retain(|stated| !counts_what_follows(tokens, stated));
    for stated in &mut found {
        if let Value::Amount(amount) = &mut stated.value
            && !matches!(amount.unit, Unit::Celsius | Unit::Fahrenheit)
        {
            amount.value = amount.value.abs();
        }
    }
    found
}

/// Pieces taken by `1.`, `2)` or `(3)` at the start of a line.
fn numbering(tokens: &[Token]) -> usize {
    let open = usize::from(tokens.first().is_some_and(|t| t.is("(")));
    let number = tokens.get(open).and_then(|t| t.number).is_some_and(|n| n.fract() == 0.0 && n <= 30.0);
    let closes = tokens.get(open + 1).is_some_and(|t| t.glued && (t.is(")") || (open == 0 && t.is("."))));
    if number && closes && tokens.len() > open + 2 { open + 2 } else { 0 }
}

fn value_at(tokens: &[Token], at: usize) -> Option<(Value, usize)> {
    if let Some((date, month, used)) = calendar::date(tokens, at) {
        return Some((date.map_or(Value::Month(month), Value::Date), used));
    }
    if !in_word(tokens, at)
        && let Some((clock, used)) = calendar::clock(tokens, at)
    {
        return Some((Value::Clock(clock), used));
    }
    let word = tokens[at].text.as_str();
    let next = tokens.get(at + 1).map_or("", |t| t.text.as_str());
    match (word, next) {
        ("every" | "each", "day") => return Some((Value::EveryDay, 2)),
        ("daily", _) | ("everyday", _) => return Some((Value::EveryDay, 1)),
        _ => {}
    }
    if let Some(day) = calendar::weekday(word, beside_time(tokens, at)) {
        return Some((Value::Weekday(day), 1));
    }
    amount_at(tokens, at).map(|(amount, used)| (Value::Amount(amount), used))
}

/// Whether a number is the end of a word: the 8 of `M8`.
fn in_word(tokens: &[Token], at: usize) -> bool {
    tokens[at].glued && at.checked_sub(1).is_some_and(|b| tokens[b].is_word() && !tokens[b].is("x"))
}

/// Whether a short word such as `sun` stands where a weekday would.
fn beside_time(tokens: &[Token], at: usize) -> bool {
    let leads =
        ["on", "every", "until", "by", "next", "this", "to", "or", "and", "-", "/", ",", "from", "between"];
    let around = |n: Option<usize>| {
        n.and_then(|n| tokens.get(n))
            .is_some_and(|t| t.number.is_some() || calendar::weekday(&t.text, true).is_some())
    };
    let before = at.checked_sub(1).map(|b| tokens[b].text.as_str());
    around(Some(at + 1))
        || around(at.checked_sub(1))
        || (around(Some(at + 2)) && tokens.get(at + 1).is_some_and(|t| leads.contains(&t.text.as_str())))
        || (around(at.checked_sub(2)) && before.is_some_and(|b| leads.contains(&b)))
        || before.is_some_and(|b| matches!(b, "on" | "every" | "next" | "this"))
}

fn amount_at(tokens: &[Token], at: usize) -> Option<(Amount, usize)> {
    if let Some((currency, ahead)) = unit::currency_before(&tokens[at..])
        && let Some((value, used)) = number(tokens, at + ahead)
    {
        let mut currency = currency;
        let mut used = ahead + used;
        if let Some((Unit::Money(named), factor, more)) = unit::after(&tokens[at + used..], false)
            && factor == 1.0
        {
            // "$50 SGD"
            used += more;
            currency = if currency == Currency::Dollar { named } else { currency };
        }
        return Some((amount(value, Unit::Money(currency)), used));
    }
    if let Some(found) = without_number(tokens, at) {
        return Some(found);
    }
    if tokens[at].number.is_some() && in_word(tokens, at) {
        return None;
    }
    let (mut value, mut used) = number(tokens, at)?;
    if matches!(&tokens[at + used..], [a, b, c, ..] if a.is("and") && b.is("a") && c.is("half")) {
        (value, used) = (value + 0.5, used + 3);
    }
    let quotes = tokens[..at].iter().filter(|t| t.is("\"")).count();
    let in_digits = tokens[at].number.is_some();
    let negative = negative(tokens, at);
    let cents = in_digits && tokens[at].decimals() == 2;
    if let Some((unit, factor, more)) = unit::after(&tokens[at + used..], quotes.is_multiple_of(2)) {
        let sign = if negative { -1.0 } else { 1.0 };
        return Some((Amount { value: sign * value * factor, unit, cell: false, cents }, used + more));
    }
    let unit = bare_unit(tokens, at, used);
    if !in_digits && is_no_value(tokens, at, used) {
        return None;
    }
    let cell = in_cell(tokens, at, used);
    let value = if negative { -value } else { value };
    Some((Amount { value, unit, cell, cents }, used))
}

fn amount(value: f64, unit: Unit) -> Amount {
    Amount { value, unit, cell: false, cents: false }
}

/// Digits or number words, with `k`, `thousand`, `million` and fractions.
fn number(tokens: &[Token], at: usize) -> Option<(f64, usize)> {
    let first = tokens.get(at)?;
    let text = |n: usize| tokens.get(at + n).map_or("", |t| t.text.as_str());
    if let Some(value) = first.number {
        let whole = |n: usize| tokens.get(at + n).filter(|t| t.decimals() == 0).and_then(|t| t.number);
        let fraction = |n: usize| {
            let slash = tokens.get(at + n + 1).is_some_and(|t| t.glued && t.is("/"));
            let below = whole(n + 2).filter(|d| slash && [2.0, 3.0, 4.0, 8.0, 16.0].contains(d))?;
            whole(n).filter(|above| *above < below).map(|above| above / below)
        };
        if let Some(part) = fraction(0) {
            return Some((part, 3));
        }
        if let Some(part) = fraction(1) {
            return Some((value + part, 4));
        }
        return Some(match text(1) {
            "k" if tokens[at + 1].glued => (value * 1e3, 2),
            "thousand" => (value * 1e3, 2),
            "hundred" => (value * 1e2, 2),
            "million" => (value * 1e6, 2),
            "dozen" => (value * 12.0, 2),
            _ => (value, 1),
        });
    }
    let starts = numbers::is_number_word(text(0))
        || (text(0) == "a" && matches!(text(1), "dozen" | "hundred" | "thousand" | "couple"))
        || (text(0) == "half" && (text(1) == "dozen" || (text(1) == "a" && text(2) == "dozen")));
    if !starts {
        return None;
    }
    let of_number = |t: &&Token| {
        numbers::is_number_word(&t.text)
            || matches!(t.text.as_str(), "and" | "-" | "a" | "half" | "couple" | "of")
    };
    let words: Vec<&str> = tokens[at..].iter().take_while(of_number).map(|t| t.text.as_str()).collect();
    let (value, used) = numbers::read_words(&words)?;
    let million = tokens.get(at + used).is_some_and(|t| t.is("million"));
    Some(if million { (value * 1e6, used + 1) } else { (value, used) })
}

/// "within a day", "half an hour", "half the order value".
fn without_number(tokens: &[Token], at: usize) -> Option<(Amount, usize)> {
    let text = |n: usize| tokens.get(at + n).map_or("", |t| t.text.as_str());
    let before = at.checked_sub(1).map_or("", |b| tokens[b].text.as_str());
    if text(0) == "three" && text(1) == "quarters" {
        let article = if matches!(text(3), "a" | "an") { 4 } else { 3 };
        let (unit, factor) = unit::time(text(article)).unwrap_or((Unit::Percent, 100.0));
        return (text(2) == "of").then(|| (amount(0.75 * factor, unit), article));
    }
    if matches!(text(0), "half" | "quarter") {
        let part = if text(0) == "half" { 0.5 } else { 0.25 };
        let article = usize::from(matches!(text(1), "a" | "an" | "of"));
        let article = if text(1) == "of" && matches!(text(2), "a" | "an") { 2 } else { article };
        if let Some((unit, factor)) = unit::time(text(1 + article)) {
            return Some((amount(part * factor, unit), 2 + article));
        }
        let of_whole = matches!(text(1), "of" | "the" | "off" | "your" | "price");
        return of_whole.then(|| (amount(part * 100.0, Unit::Percent), 1));
    }
    if !matches!(text(0), "a" | "an") {
        return None;
    }
    // "1.5 % a month" counts no month; "within a month" does.
    let leads =
        ["within", "in", "after", "for", "under", "about", "than", "just", "least", "most", "only", "takes"];
    let ahead = ["before", "after", "earlier", "later", "ahead", "notice", "beforehand"];
    let adjective = usize::from(matches!(text(1), "single" | "full" | "further"));
    let business = matches!(text(1 + adjective), "business" | "working") && text(2 + adjective) == "day";
    let (unit, factor, used) = if business {
        (Unit::BusinessDays, 1.0, 3 + adjective)
    } else {
        let (unit, factor) = unit::time(text(1 + adjective))?;
        (unit, factor, 2 + adjective)
    };
    let up_to = before == "to" && at > 1 && tokens[at - 2].is("up");
    let counts = leads.contains(&before) || up_to || ahead.contains(&text(used));
    counts.then(|| (amount(factor, unit), used))
}

/// "one of them", "no one", "three things": words that count nothing the evidence could hold.
fn is_no_value(tokens: &[Token], at: usize, used: usize) -> bool {
    let next = tokens.get(at + used).map_or("", |t| t.text.as_str());
    let lists = [
        "things",
        "ways",
        "steps",
        "options",
        "points",
        "cases",
        "reasons",
        "kinds",
        "choices",
        "questions",
        "digits",
        "letters",
        "words",
        "lines",
    ];
    let vague = tokens[at].is("a") && tokens.get(at + 1).is_some_and(|t| t.is("couple"));
    (used == 1 && tokens[at].is("one")) || vague || lists.contains(&next)
}

/// "We have two that fit" counts what the answer lists; "ten off" does not.
fn counts_what_follows(tokens: &[Token], stated: &Stated) -> bool {
    let Value::Amount(amount) = &stated.value else { return false };
    let is_off = tokens.get(stated.to).is_some_and(|t| t.is("off"));
    tokens[stated.from].number.is_none() && amount.unit == Unit::Bare && amount.value <= 10.0 && !is_off
}

/// A minus sign, not a hyphen or a dash between two numbers.
fn negative(tokens: &[Token], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).map(|b| &tokens[b]) else { return false };
    before.is("minus") || (before.is("-") && tokens[at].glued && !before.glued)
}

/// What a number without a unit counts, by the words around it.
fn bare_unit(tokens: &[Token], at: usize, used: usize) -> Unit {
    let back = |n: usize| at.checked_sub(n).map_or("", |b| tokens[b].text.as_str());
    let next = tokens.get(at + used);
    let counted = next.is_some_and(|t| t.is_word() && !FOLLOW_NOTHING.contains(&t.text.as_str()));
    let marked = matches!(back(1), "#" | "number" | "no" | "nr" | "id" | "reference" | "ref")
        || (back(1) == "." && back(2) == "no")
        || (matches!(back(1), ":" | "is") && matches!(back(2), "number" | "no" | "id" | "reference"));
    let named =
        |word: &str| matches!(word, "order" | "ticket" | "invoice" | "orders" | "tickets" | "invoices");
    if marked && (!counted || back(1) == "#") && (back(1) == "#" || (1..5).any(|n| named(back(n)))) {
        return Unit::Reference { sure: true };
    }
    if named(back(1)) && !counted {
        return Unit::Reference { sure: back(1).starts_with('t') || back(1).starts_with('i') };
    }
    if counted { Unit::Count } else { Unit::Bare }
}

/// Words that a counted thing never is.
const FOLLOW_NOTHING: &[&str] = &[
    "is", "are", "was", "were", "has", "have", "and", "or", "to", "for", "in", "on", "at", "of", "the", "a",
    "an", "by", "from", "with", "before", "after", "per", "if", "when", "we", "you", "it", "will", "can",
    "that", "this", "as", "but", "then", "than", "only", "up", "off", "each", "left", "so", "which", "x",
    "more", "less", "until", "within", "be",
];

fn in_cell(tokens: &[Token], at: usize, used: usize) -> bool {
    let opens = at.checked_sub(1).is_none_or(|b| matches!(tokens[b].text.as_str(), "|" | ":"));
    let closes = tokens.get(at + used).is_none_or(|t| matches!(t.text.as_str(), "|" | ";"));
    opens && closes
}

/// In "500, 750 or 900 ml" all are millilitres, and in "SGD 5 to 10" both are money.
fn share_units(tokens: &[Token], found: &mut [Stated]) {
    let joins = |from: usize, to: usize| {
        let linked = ["or", "and", "to", "-", "x", "/", ",", "&", "through", "up", "until", "*"];
        from < to && tokens[from..to].iter().all(|t| linked.contains(&t.text.as_str()))
    };
    for n in (1..found.len()).rev() {
        let (left, right) = found.split_at_mut(n);
        let (Some(before), Some(after)) = (left.last_mut(), right.first()) else { continue };
        if let (Value::Amount(one), Value::Amount(other)) = (&mut before.value, &after.value)
            && matches!(one.unit, Unit::Bare)
            && !matches!(other.unit, Unit::Money(_) | Unit::Reference { .. } | Unit::Bare)
            && joins(before.to, after.from)
        {
            one.unit = other.unit.clone();
            one.value *= factor_of(tokens, after);
        }
    }
    for n in 1..found.len() {
        let (left, right) = found.split_at_mut(n);
        let (Some(before), Some(after)) = (left.last(), right.first_mut()) else { continue };
        if let (Value::Amount(one), Value::Amount(other)) = (&before.value, &mut after.value)
            && let Unit::Money(_) = one.unit
            && matches!(other.unit, Unit::Bare)
            && joins(before.to, after.from)
        {
            other.unit = one.unit.clone();
        }
    }
}

/// A number without a unit behind a word of price is money: "the fee is 50".
fn price_bare(tokens: &[Token], found: &mut [Stated]) {
    let priced = ["cost", "costs", "price", "fee", "charge", "charged", "pay", "paid", "total", "comes"];
    for stated in found {
        let near = &tokens[stated.from.saturating_sub(3)..stated.from];
        if let Value::Amount(amount) = &mut stated.value
            && amount.unit == Unit::Bare
            && near.iter().any(|t| priced.contains(&t.text.as_str()))
        {
            amount.unit = Unit::Money(Currency::Any);
        }
    }
}

/// How many of the base unit the unit behind a number stands for.
fn factor_of(tokens: &[Token], stated: &Stated) -> f64 {
    (stated.from + 1..stated.to).find_map(|at| unit::after(&tokens[at..stated.to], true)).map_or(1.0, |u| u.1)
}
