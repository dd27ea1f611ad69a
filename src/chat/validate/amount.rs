//! Amounts of money that a customer names.

use super::token;
use super::unit::Unit;
use super::value::{Value, values};
use crate::domain::money::Money;

/// The largest amount of money that a text names, in whichever currency.
pub fn largest_amount(text: &str) -> Option<Money> {
    let tokens = token::tokens(text);
    values(&tokens)
        .into_iter()
        .filter_map(|stated| match stated.value {
            Value::Amount(amount) if matches!(amount.unit, Unit::Money(_)) => {
                Money::parse(&format!("{:.2}", amount.value)).ok()
            }
            _ => None,
        })
        .max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_found_and_counts_are_not() {
        let check = |text: &str, expected: Option<i64>| {
            assert_eq!(largest_amount(text).map(Money::minor), expected, "{text}");
        };
        check("I want my $800 back", Some(80_000));
        check("you owe us SGD 1,250.50 and S$20", Some(125_050));
        check("refund 600 dollars please", Some(60_000));
        check("600 boxes arrived broken", None);
        check("order 4471 is late", None);
        check("", None);
    }
}
