//! Units of what a number counts: money, time, percent, measures. Equal values are brought to one unit, so that
//! 24 hours is one day and 2 weeks are 14 days; a business day and a month stay what they are.

use super::token::Token;
use crate::nlu::lexicon;

/// What a number counts.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Unit {
    /// Nothing is said.
    Bare,
    /// Things: pieces, cartons, colours.
    Count,
    /// Money.
    Money(Currency),
    /// Parts of a hundred.
    Percent,
    /// Time, in minutes.
    Minutes,
    /// Days on which the company works.
    BusinessDays,
    /// Calendar months; a year is twelve.
    Months,
    /// Temperature.
    Celsius,
    /// Temperature.
    Fahrenheit,
    /// A measure, in the base unit that [`Unit::measure`] gives.
    Measure(&'static str),
    /// The number of an order, a ticket or an invoice; not sure when the word may be a verb ("order 500").
    Reference {
        /// Whether it can be nothing else.
        sure: bool,
    },
}

/// Which money.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Currency {
    /// None is named: "0.45 a piece", "45 cents".
    Any,
    /// `$` or dollars, of whichever country.
    Dollar,
    /// Its code.
    Code(String),
}

impl Currency {
    /// Whether the two may be the same.
    pub(super) fn fits(&self, other: &Self) -> bool {
        let is_dollar = |code: &str| DOLLARS.contains(&code);
        match (self, other) {
            (Self::Any, _) | (_, Self::Any) | (Self::Dollar, Self::Dollar) => true,
            (Self::Dollar, Self::Code(code)) | (Self::Code(code), Self::Dollar) => is_dollar(code),
            (Self::Code(a), Self::Code(b)) => a == b,
        }
    }
}

const DOLLARS: &[&str] = &["sgd", "usd", "aud", "nzd", "hkd", "cad", "twd", "bnd", "fjd"];
const CODES: &[&str] = &[
    "sgd", "usd", "aud", "nzd", "hkd", "cad", "twd", "bnd", "fjd", "eur", "gbp", "myr", "idr", "thb", "php",
    "vnd", "inr", "cny", "jpy", "krw", "chf", "sek", "nok", "dkk", "pln", "czk", "huf", "aed", "sar", "zar",
    "brl", "mxn", "try", "lkr", "bdt", "pkr", "ngn", "kes",
];

/// The time units: word, unit, how many of the base.
const TIMES: &[(&str, Unit, f64)] = &[
    ("second", Unit::Minutes, 1.0 / 60.0),
    ("sec", Unit::Minutes, 1.0 / 60.0),
    ("minute", Unit::Minutes, 1.0),
    ("min", Unit::Minutes, 1.0),
    ("hour", Unit::Minutes, 60.0),
    ("hr", Unit::Minutes, 60.0),
    ("h", Unit::Minutes, 60.0),
    ("day", Unit::Minutes, 1440.0),
    ("week", Unit::Minutes, 10080.0),
    ("wk", Unit::Minutes, 10080.0),
    ("fortnight", Unit::Minutes, 20160.0),
    ("month", Unit::Months, 1.0),
    ("mth", Unit::Months, 1.0),
    ("year", Unit::Months, 12.0),
    ("yr", Unit::Months, 12.0),
];
/// Words that may stand between a number and its time unit without changing it.
const BETWEEN: &[&str] =
    &["more", "further", "additional", "extra", "full", "calendar", "consecutive", "other"];

/// A time unit by its word, in the singular or plural.
pub(super) fn time(word: &str) -> Option<(Unit, f64)> {
    let find = |w: &str| TIMES.iter().find(|(name, ..)| *name == w).map(|(_, unit, n)| (unit.clone(), *n));
    find(word).or_else(|| find(word.strip_suffix('s')?))
}

/// A measure by its word, with the factor to the base unit of its kind.
fn measure(word: &str) -> Option<(&'static str, f64)> {
    Some(match lexicon::size_unit(word)? {
        "l" => ("ml", 1000.0),
        "cl" => ("ml", 10.0),
        "kg" => ("g", 1000.0),
        "cm" => ("mm", 10.0),
        "m" => ("mm", 1000.0),
        other => (other, 1.0),
    })
}

/// Whether letters beside digits make no code of them: a unit, a currency, a meridiem, a month, an ordinal's end.
pub(super) fn is_plain_word(word: &str) -> bool {
    matches!(
        word,
        "am" | "pm"
            | "k"
            | "st"
            | "nd"
            | "rd"
            | "th"
            | "in"
            | "rm"
            | "c"
            | "f"
            | "to"
            | "or"
            | "and"
            | "pc"
            | "pcs"
            | "pack"
            | "dpi"
            | "month"
            | "noon"
            | "x"
    ) || time(word).is_some()
        || measure(word).is_some()
        || CODES.contains(&word)
        || super::calendar::month(word).is_some()
}

/// A currency before a number: what it is and how many pieces it takes (`S$` is two).
pub(super) fn currency_before(tokens: &[Token]) -> Option<(Currency, usize)> {
    let first = tokens.first()?;
    let code = |code: &str| Currency::Code(code.to_owned());
    let second = tokens.get(1).filter(|t| t.glued);
    let word = first.text.as_str();
    if second.is_some_and(|t| t.is("$")) {
        let country = match word {
            "s" | "sg" | "sgd" => Some("sgd"),
            "us" | "usd" => Some("usd"),
            "a" | "au" => Some("aud"),
            "nz" => Some("nzd"),
            "hk" => Some("hkd"),
            "c" | "ca" => Some("cad"),
            _ => None,
        };
        return country.map(|name| (code(name), 2));
    }
    let found = match word {
        "$" => Currency::Dollar,
        "€" => code("eur"),
        "£" => code("gbp"),
        "¥" => code("jpy"),
        "₹" | "rs" => code("inr"),
        "rm" => code("myr"),
        w if CODES.contains(&w) => code(w),
        _ => return None,
    };
    // "SGD $50" says it twice.
    let twice = tokens.get(1).is_some_and(|t| t.is("$")) && tokens.get(2).is_some_and(|t| t.number.is_some());
    Some((found, if twice { 2 } else { 1 }))
}

/// The unit after a number, its factor, and the pieces it takes.
pub(super) fn after(tokens: &[Token], quote_is_inch: bool) -> Option<(Unit, f64, usize)> {
    let hyphen = usize::from(tokens.first().is_some_and(|t| t.is("-") && t.glued) && tokens.len() > 1);
    let first = tokens.get(hyphen)?;
    let word = |n: usize| tokens.get(hyphen + n).map_or("", |t| t.text.as_str());
    let took = |n: usize| hyphen + n;
    let found = match (first.text.as_str(), word(1), word(2)) {
        ("%" | "percent" | "pct" | "percentage", ..) => (Unit::Percent, 1.0, took(1)),
        ("per", "cent", _) => (Unit::Percent, 1.0, took(2)),
        ("°" | "degree" | "degrees" | "deg", "f" | "fahrenheit", _) => (Unit::Fahrenheit, 1.0, took(2)),
        ("°" | "degree" | "degrees" | "deg", "c" | "celsius" | "centigrade", _) => {
            (Unit::Celsius, 1.0, took(2))
        }
        ("°" | "degrees" | "celsius", ..) => (Unit::Celsius, 1.0, took(1)),
        ("c", ..) if first.glued => (Unit::Celsius, 1.0, took(1)),
        ("f", ..) if first.glued => (Unit::Fahrenheit, 1.0, took(1)),
        ("\"", ..) if first.glued && quote_is_inch => (Unit::Measure("inch"), 1.0, took(1)),
        ("in", ..) if first.glued || hyphen > 0 => (Unit::Measure("inch"), 1.0, took(1)),
        ("business" | "working" | "work" | "banking" | "office", "day" | "days", _)
        | ("workday" | "workdays", ..) => {
            (Unit::BusinessDays, 1.0, took(if word(1).starts_with("day") { 2 } else { 1 }))
        }
        ("more" | "further" | "full" | "additional", "business" | "working", "day" | "days") => {
            (Unit::BusinessDays, 1.0, took(3))
        }
        ("cent" | "cents", ..) => (Unit::Money(Currency::Any), 0.01, took(1)),
        ("dollar" | "dollars" | "bucks" | "$", ..) => (Unit::Money(Currency::Dollar), 1.0, took(1)),
        ("singapore", "dollar" | "dollars", _) => {
            (Unit::Money(Currency::Code("sgd".to_owned())), 1.0, took(2))
        }
        ("us", "dollar" | "dollars", _) => (Unit::Money(Currency::Code("usd".to_owned())), 1.0, took(2)),
        ("euro" | "euros" | "€", ..) => (Unit::Money(Currency::Code("eur".to_owned())), 1.0, took(1)),
        ("ringgit", ..) => (Unit::Money(Currency::Code("myr".to_owned())), 1.0, took(1)),
        (code, ..) if CODES.contains(&code) => (Unit::Money(Currency::Code(code.to_owned())), 1.0, took(1)),
        (between, next, _) if BETWEEN.contains(&between) && time(next).is_some() => {
            let (unit, factor) = time(next)?;
            (unit, factor, took(2))
        }
        (name, ..) => {
            let (unit, factor) =
                time(name).or_else(|| measure(name).map(|(base, factor)| (Unit::Measure(base), factor)))?;
            (unit, factor, took(1))
        }
    };
    Some(found)
}
