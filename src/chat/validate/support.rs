//! Whether a value that an answer states is held by what it may stand on.

use std::ops::Range;

use super::sentence::Sentence;
use super::unit::Unit;
use super::value::{Amount, Stated, Value};

/// What an answer may stand on, read once.
pub(super) struct Support {
    /// Evidence and facts.
    pub sentences: Vec<Sentence>,
    /// Code's own facts alone.
    pub facts: Vec<Sentence>,
    /// The customer's words: a number may be repeated, but proves no price and no time.
    pub question: Vec<Sentence>,
}

impl Support {
    fn stated(&self) -> impl Iterator<Item = (&Sentence, &Stated)> {
        self.sentences.iter().flat_map(|s| s.stated.iter().map(move |v| (s, v)))
    }

    /// Whether a value of a sentence is held.
    pub(super) fn holds(&self, sentence: &Sentence, stated: &Stated) -> bool {
        match &stated.value {
            Value::Amount(amount) => {
                self.stated().any(|(_, v)| amount_fits(amount, &v.value))
                    || self.asked().any(|v| repeats(amount, &v.value))
            }
            Value::Clock(clock) => self.stated().any(|(_, v)| match &v.value {
                Value::Clock(other) => clock.fits(other),
                // "14.00" reads as a number as well.
                Value::Amount(other) => other.cents && clock.minutes == in_minutes(other.value),
                _ => false,
            }),
            Value::Date(date) => {
                self.stated().any(|(_, v)| matches!(&v.value, Value::Date(other) if date.fits(other)))
                    || (!asserts(sentence, stated)
                        && self.asked().any(|v| matches!(&v.value, Value::Date(other) if date.fits(other))))
            }
            Value::Month(month) => {
                let same = |v: &Value| match v {
                    Value::Month(other) => other == month,
                    Value::Date(other) => other.month == *month,
                    _ => false,
                };
                self.stated().any(|(_, v)| same(&v.value))
                    || (!asserts(sentence, stated) && self.asked().any(|v| same(&v.value)))
            }
            Value::Weekday(day) => self.weekday(*day, sentence, stated),
            Value::EveryDay => {
                !asserts(sentence, stated)
                    || self.stated().any(|(_, v)| v.value == Value::EveryDay)
                    || (0..7).all(|day| self.weekdays(day).any(|denied| !denied))
            }
        }
    }

    fn asked(&self) -> impl Iterator<Item = &Stated> {
        self.question.iter().flat_map(|s| &s.stated)
    }

    /// Where a weekday is named or lies within a range: whether it is denied there.
    fn weekdays(&self, day: u8) -> impl Iterator<Item = bool> {
        self.sentences.iter().flat_map(move |s| {
            s.stated.iter().enumerate().filter(move |(n, _)| covers(s, *n, day)).map(|(_, v)| shuts(s, v))
        })
    }

    fn weekday(&self, day: u8, sentence: &Sentence, stated: &Stated) -> bool {
        let held: Vec<bool> = self.weekdays(day).collect();
        let asked = self.question.iter().any(|s| (0..s.stated.len()).any(|n| covers(s, n, day)));
        if !asserts(sentence, stated) {
            return asked || !held.is_empty();
        }
        let denied = shuts(sentence, stated);
        held.contains(&denied)
            || (denied && asked && held.is_empty())
            || (!held.is_empty() && sentence.is_conditional())
    }

    /// Whether a size and a price (or any two values of different kinds) that the answer puts together are put
    /// together with others in the evidence: the price of another row.
    pub(super) fn mismatched<'s>(&self, sentence: &'s Sentence) -> Option<&'s Stated> {
        let amounts: Vec<(&Stated, &Amount)> = sentence.stated.iter().filter_map(amount_of).collect();
        let kinds = |unit: &Unit| amounts.iter().filter(|(_, a)| same_kind(&a.unit, unit)).count();
        for (_, key) in
            amounts.iter().filter(|(_, a)| matches!(a.unit, Unit::Measure(_)) && kinds(&a.unit) == 1)
        {
            for (at, value) in &amounts {
                let other_kind =
                    matches!(value.unit, Unit::Money(_) | Unit::Measure(_) | Unit::Minutes | Unit::Count);
                if !other_kind || same_kind(&value.unit, &key.unit) || kinds(&value.unit) != 1 {
                    continue;
                }
                let mut elsewhere = false;
                let mut together = false;
                for row in &self.sentences {
                    let in_row: Vec<&Amount> =
                        row.stated.iter().filter_map(amount_of).map(|(_, a)| a).collect();
                    let has_key = in_row.iter().any(|a| same_kind(&a.unit, &key.unit) && key.same_number(a));
                    let same_value = in_row.iter().any(|a| value.same_number(a) && fits(&value.unit, a));
                    let of_kind = in_row.iter().filter(|a| same_kind(&a.unit, &value.unit)).count();
                    together |= has_key && same_value;
                    elsewhere |= has_key && of_kind == 1 && !same_value;
                }
                if elsewhere && !together {
                    return Some(at);
                }
            }
        }
        None
    }
}

fn amount_of(stated: &Stated) -> Option<(&Stated, &Amount)> {
    match &stated.value {
        Value::Amount(amount) => Some((stated, amount)),
        _ => None,
    }
}

fn same_kind(one: &Unit, other: &Unit) -> bool {
    matches!((one, other), (Unit::Money(_), Unit::Money(_))) || one == other
}

/// `14.30` as minutes since midnight.
fn in_minutes(value: f64) -> u16 {
    (value.trunc() * 60.0 + (value.fract() * 100.0).round()) as u16
}

/// Whether the support's value holds the answer's amount.
fn amount_fits(amount: &Amount, held: &Value) -> bool {
    match held {
        Value::Amount(other) => amount.same_number(other) && fits(&amount.unit, other),
        Value::Clock(clock) => {
            let hour = clock.minutes / 60;
            let says_hour = clock.minutes.is_multiple_of(60)
                && [hour, (hour + 11) % 12 + 1].contains(&(amount.value as u16))
                && amount.value.fract() == 0.0;
            let says_both = amount.cents && (in_minutes(amount.value) % 720) == clock.minutes % 720;
            matches!(amount.unit, Unit::Bare) && (says_hour || says_both)
        }
        Value::Date(date) => {
            let number = amount.value as u16;
            matches!(amount.unit, Unit::Bare)
                && amount.value.fract() == 0.0
                && (number == u16::from(date.day) || Some(number) == date.year)
        }
        _ => false,
    }
}

/// Whether an amount's unit may be said of the support's amount with the same number.
fn fits(unit: &Unit, held: &Amount) -> bool {
    let alone = held.cell && matches!(held.unit, Unit::Bare);
    match unit {
        Unit::Bare => !matches!(held.unit, Unit::Percent),
        Unit::Count => matches!(held.unit, Unit::Bare | Unit::Count),
        Unit::Money(currency) => match &held.unit {
            Unit::Money(other) => currency.fits(other),
            Unit::Bare => held.cell || held.cents,
            Unit::Count => held.cents,
            _ => false,
        },
        Unit::Measure(_) => *unit == held.unit || matches!(held.unit, Unit::Bare),
        Unit::Reference { sure: true } => matches!(held.unit, Unit::Bare | Unit::Reference { .. }),
        Unit::Reference { sure: false } => {
            matches!(held.unit, Unit::Bare | Unit::Count | Unit::Reference { .. })
        }
        _ => *unit == held.unit || alone,
    }
}

/// Whether an amount repeats the customer's: quantities, sizes and references only.
fn repeats(amount: &Amount, asked: &Value) -> bool {
    let Value::Amount(asked) = asked else { return false };
    let harmless =
        |unit: &Unit| matches!(unit, Unit::Bare | Unit::Count | Unit::Measure(_) | Unit::Reference { .. });
    amount.same_number(asked) && harmless(&amount.unit) && harmless(&asked.unit) && fits(&amount.unit, asked)
}

/// Whether the value at `n` names a day or is the start of a range it lies in: "Monday to Saturday".
fn covers(sentence: &Sentence, n: usize, day: u8) -> bool {
    let Value::Weekday(first) = sentence.stated[n].value else { return false };
    if first == day {
        return true;
    }
    let Some(next) = sentence.stated.get(n + 1) else { return false };
    let Value::Weekday(last) = next.value else { return false };
    let between = &sentence.tokens[sentence.stated[n].to..next.from];
    let range =
        matches!(between, [t] if matches!(t.text.as_str(), "to" | "-" | "through" | "till" | "until"));
    range && (day + 7 - first) % 7 <= (last + 7 - first) % 7
}

fn clause_of(sentence: &Sentence, stated: &Stated) -> Range<usize> {
    sentence.clause_at(stated.from).range.clone()
}

/// Whether the clause of a day says that nothing happens then.
fn shuts(sentence: &Sentence, stated: &Stated) -> bool {
    let clause = clause_of(sentence, stated);
    sentence.clause_at(stated.from).denies
        || sentence.tokens[clause].iter().any(|t| {
            matches!(t.text.as_str(), "closed" | "close" | "shut" | "off" | "rest" | "except" | "excluding")
        })
}

/// Whether the clause of a day or date says what the company does then, not what was asked.
fn asserts(sentence: &Sentence, stated: &Stated) -> bool {
    let acts =
        ["deliver", "open", "ship", "arriv", "available", "collect", "closed", "work", "receive", "dispatch"];
    let comes = ["come", "comes", "get", "reach", "reaches", "close", "be", "visit", "expect"];
    let clause = clause_of(sentence, stated);
    let tokens = &sentence.tokens[clause];
    let asks = sentence.raw.trim_end().ends_with('?') || tokens.iter().any(|t| t.is("if") || t.is("whether"));
    !asks
        && tokens
            .iter()
            .any(|t| acts.iter().any(|a| t.text.starts_with(a)) || comes.contains(&t.text.as_str()))
}
