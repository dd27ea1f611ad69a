//! Money as exact numbers. Amounts are whole minor units (cents); prices of one piece may be finer than a cent.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Sub};

use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

/// Digits after the point that a unit price may have.
pub const UNIT_PRICE_SCALE: u32 = 4;

/// Why a text is not an amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not a plain decimal number.
    #[error("`{0}` is not an amount: write digits with a decimal point, such as 0.45")]
    NotANumber(String),
    /// Below zero.
    #[error("`{0}` is negative")]
    Negative(String),
    /// More digits after the point than can be kept exactly.
    #[error("`{0}` has more than {UNIT_PRICE_SCALE} digits after the point")]
    TooFine(String),
    /// Too large to keep exactly.
    #[error("`{0}` is too large")]
    TooLarge(String),
}

fn decimal(raw: &str) -> Result<Decimal, MoneyError> {
    let text = raw.trim();
    let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-'));
    let value = plain
        .then(|| text.parse::<Decimal>().ok())
        .flatten()
        .ok_or_else(|| MoneyError::NotANumber(text.to_owned()))?;
    if value.is_sign_negative() && !value.is_zero() {
        return Err(MoneyError::Negative(text.to_owned()));
    }
    Ok(value)
}

/// Half away from zero: what people and tax offices do with half a cent.
fn round_to_minor(value: Decimal) -> Option<i64> {
    (value * Decimal::ONE_HUNDRED).round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero).to_i64()
}

/// An amount in minor units (cents).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Money(i64);

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// From minor units (cents).
    pub const fn from_minor(minor: i64) -> Self {
        Self(minor)
    }

    /// Minor units (cents).
    pub const fn minor(self) -> i64 {
        self.0
    }

    /// Reads `12.34`; rounds what is finer than a cent.
    pub fn parse(raw: &str) -> Result<Self, MoneyError> {
        round_to_minor(decimal(raw)?).map(Self).ok_or_else(|| MoneyError::TooLarge(raw.to_owned()))
    }

    /// This share of the amount, rounded once. `None` when it is too large.
    pub fn share(self, rate: TaxRate) -> Option<Self> {
        let value = Decimal::new(self.0, 2).checked_mul(rate.0)?;
        round_to_minor(value).map(Self)
    }

    /// The sum, unless it is too large.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// As a JSON number or for a chart: exact to the cent below 2^53 cents.
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / 100.0
    }
}

impl fmt::Display for Money {
    /// `1,234.50`: thousands separated, two digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, cents) = (self.0.unsigned_abs() / 100, self.0.unsigned_abs() % 100);
        let digits = whole.to_string();
        let mut grouped = String::new();
        for (i, c) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i) % 3 == 0 {
                grouped.push(',');
            }
            grouped.push(c);
        }
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}{grouped}.{cents:02}")
    }
}

impl Add for Money {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Money {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::ZERO, Add::add)
    }
}

/// The price of one unit, with up to four digits after the point; above zero, because nothing is given away
/// by mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnitPrice(Decimal);

impl UnitPrice {
    /// Reads `0.455`.
    pub fn parse(raw: &str) -> Result<Self, MoneyError> {
        let value = decimal(raw)?.normalize();
        if value.scale() > UNIT_PRICE_SCALE {
            return Err(MoneyError::TooFine(raw.trim().to_owned()));
        }
        if value.is_zero() {
            return Err(MoneyError::NotANumber(raw.trim().to_owned()));
        }
        if value > Decimal::from(1_000_000_000_i64) {
            return Err(MoneyError::TooLarge(raw.trim().to_owned()));
        }
        Ok(Self(value))
    }

    /// From ten-thousandths of the currency unit, as the database keeps it. `None` unless above zero.
    pub fn from_ten_thousandths(n: i64) -> Option<Self> {
        (n > 0).then(|| Self(Decimal::new(n, UNIT_PRICE_SCALE).normalize()))
    }

    /// Ten-thousandths of the currency unit.
    pub fn ten_thousandths(self) -> i64 {
        (self.0 * Decimal::from(10_000)).to_i64().unwrap_or(i64::MAX)
    }

    /// Price times quantity, rounded once to the cent. `None` when it is too large.
    pub fn times(self, quantity: u32) -> Option<Money> {
        round_to_minor(self.0.checked_mul(Decimal::from(quantity))?).map(Money)
    }

    /// As a JSON number.
    pub fn to_f64(self) -> f64 {
        self.0.to_f64().unwrap_or(f64::NAN)
    }
}

impl fmt::Display for UnitPrice {
    /// At least two digits after the point: `0.45`, `0.085`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut value = self.0;
        if value.scale() < 2 {
            value.rescale(2);
        }
        value.fmt(f)
    }
}

/// A share between 0 and 1, such as a tax rate of `0.09` or a fee of `0.25`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaxRate(Decimal);

impl TaxRate {
    /// Nothing.
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// Reads `0.09`; at most 1, so that `9` for nine percent is refused rather than believed.
    pub fn parse(raw: &str) -> Result<Self, MoneyError> {
        let value = decimal(raw)?.normalize();
        if value > Decimal::ONE {
            return Err(MoneyError::TooLarge(raw.trim().to_owned()));
        }
        Ok(Self(value))
    }

    /// `9%`, `7.5%`.
    pub fn percent(self) -> String {
        format!("{}%", (self.0 * Decimal::ONE_HUNDRED).normalize())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(price: &str, quantity: u32) -> i64 {
        UnitPrice::parse(price).unwrap().times(quantity).unwrap().minor()
    }

    #[test]
    fn a_line_is_rounded_once() {
        assert_eq!(line("0.45", 400), 18_000);
        assert_eq!(line("0.085", 1), 9);
        assert_eq!(line("0.085", 3), 26);
        assert_eq!(line("0.0049", 1), 0);
    }

    #[test]
    fn amounts_read_and_print() {
        assert_eq!(Money::parse("1234.5").unwrap().to_string(), "1,234.50");
        assert_eq!(Money::parse("100000").unwrap().to_string(), "100,000.00");
        assert!(Money::parse("1,5").is_err());
        assert!(Money::parse("1e3").is_err());
        assert!(UnitPrice::parse("0").is_err());
        assert!(UnitPrice::parse("-1").is_err());
        assert_eq!(UnitPrice::parse("0.45").unwrap().ten_thousandths(), 4500);
        assert_eq!(UnitPrice::parse("2").unwrap().to_string(), "2.00");
    }

    #[test]
    fn tax_is_a_share_below_one() {
        let rate = TaxRate::parse("0.09").unwrap();
        assert_eq!(rate.percent(), "9%");
        assert_eq!(Money::parse("565.00").unwrap().share(rate), Some(Money::from_minor(5085)));
        assert!(TaxRate::parse("9").is_err());
    }
}
