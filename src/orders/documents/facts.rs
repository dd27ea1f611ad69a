//! All that a document shows, as it was at the moment of issue. Kept as JSON for as long as the document is: a field may
//! be added with a default, and none may be renamed or change its meaning.

use jiff::ToSpan as _;
use serde::{Deserialize, Serialize};

use crate::domain::document::Issuer;
use crate::domain::money::{Money, TaxRate, UnitPrice};
use crate::domain::order::Totals;
use crate::domain::outlet::Terms;
use crate::domain::policy::BusinessRules;
use crate::store::DocumentBasis;

/// All that a document shows, but for its number and the picture. Days are `YYYY-MM-DD`, amounts whole cents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// Who issues it.
    pub seller: Seller,
    /// Who gets it.
    pub buyer: Buyer,
    /// The order's number.
    pub order_id: i64,
    /// The day the order was placed, in the company's time zone.
    pub ordered_on: String,
    /// The day of issue, in the company's time zone.
    pub issued_on: String,
    /// The day of delivery.
    pub delivery_date: String,
    /// Whether the customer asked for haste.
    pub is_urgent: bool,
    /// What the customer wants remembered.
    pub notes: String,
    /// ISO 4217 code of all amounts.
    pub currency: String,
    /// What was ordered.
    pub lines: Vec<Line>,
    /// Sum of the lines.
    pub subtotal: i64,
    /// What the tax is called.
    pub tax_name: String,
    /// Its rate, such as `9%`, where it is known.
    pub tax_rate: Option<String>,
    /// Tax on the subtotal.
    pub tax: i64,
    /// Subtotal and tax.
    pub total: i64,
    /// `prepaid` or `credit`.
    pub terms: String,
    /// Days from the issue until the amount is due, on credit.
    pub payment_days: u32,
    /// The day on which the amount is due.
    pub due_on: String,
}

/// Who issues a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seller {
    /// The company's name.
    pub name: String,
    /// Lines of its address.
    pub address: Vec<String>,
    /// Its registration.
    pub registration: String,
    /// Its number with the tax office.
    pub tax_number: String,
    /// Where to write.
    pub email: String,
    /// Where to call.
    pub phone: String,
    /// Lines that tell how to pay.
    pub payment: Vec<String>,
}

/// Who gets a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Buyer {
    /// The outlet's name, as at the order.
    pub name: String,
    /// Where goods go.
    pub address: String,
    /// Who receives them.
    pub contact_person: String,
    /// Their number.
    pub contact_number: String,
}

/// A line of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// SKU, as at the order.
    pub sku: String,
    /// Name, as at the order.
    pub name: String,
    /// What one unit is called.
    pub unit: String,
    /// Units.
    pub quantity: u32,
    /// Price of one unit as at the order, in ten-thousandths of the currency unit.
    pub unit_price: i64,
    /// Price times quantity, as at the order.
    pub line_total: i64,
}

impl Facts {
    /// `GST 9%`, or only the name.
    pub fn tax_label(&self) -> String {
        let rate = self.tax_rate.iter().flat_map(|rate| [" ", rate.as_str()]);
        std::iter::once(self.tax_name.as_str()).chain(rate).collect()
    }

    /// Whether it is to be paid before the delivery.
    pub fn is_prepaid(&self) -> bool {
        self.terms == Terms::Prepaid.as_str()
    }
}

impl Line {
    /// The price of one unit, as documents write it.
    pub fn price(&self) -> String {
        UnitPrice::from_ten_thousandths(self.unit_price).map_or_else(String::new, |price| price.to_string())
    }

    /// The line's amount, as documents write it.
    pub fn amount(&self) -> String {
        Money::from_minor(self.line_total).to_string()
    }
}

/// Puts together what a document issued now shows.
pub fn gather(basis: &DocumentBasis, rules: &BusinessRules, issuer: &Issuer) -> Facts {
    let DocumentBasis { order, outlet, units, day } = basis;
    let (placed, terms) = (&order.order, outlet.details.terms);
    let due_on = match terms {
        Terms::Prepaid => placed.delivery_date,
        Terms::Credit => day.saturating_add(i64::from(issuer.payment_days).days()),
    };
    Facts {
        seller: Seller {
            name: rules.company_name.clone(),
            address: issuer.address.clone(),
            registration: issuer.registration.clone(),
            tax_number: issuer.tax_number.clone(),
            email: issuer.email.clone(),
            phone: issuer.phone.clone(),
            payment: issuer.payment.clone(),
        },
        buyer: Buyer {
            name: placed.outlet_name.clone(),
            address: outlet.details.address.clone(),
            contact_person: outlet.details.contact_person.clone(),
            contact_number: outlet.details.contact_number.clone(),
        },
        order_id: order.id.0,
        ordered_on: order.placed_at.to_zoned(rules.calendar.time_zone.clone()).date().to_string(),
        issued_on: day.to_string(),
        delivery_date: placed.delivery_date.to_string(),
        is_urgent: placed.is_urgent,
        notes: placed.notes.clone(),
        currency: rules.currency.clone(),
        lines: lines(basis, units),
        subtotal: placed.totals.subtotal.minor(),
        tax_name: issuer.tax_name.clone(),
        tax_rate: rate_of(placed.totals, rules.tax_rate).map(TaxRate::percent),
        tax: placed.totals.tax.minor(),
        total: placed.totals.total.minor(),
        terms: terms.as_str().to_owned(),
        payment_days: issuer.payment_days,
        due_on: due_on.to_string(),
    }
}

fn lines(basis: &DocumentBasis, units: &[String]) -> Vec<Line> {
    let lines = basis.order.order.lines.iter().zip(units);
    lines
        .map(|(line, unit)| Line {
            sku: line.sku.to_string(),
            name: line.product_name.clone(),
            unit: unit.clone(),
            quantity: line.quantity,
            unit_price: line.unit_price.ten_thousandths(),
            line_total: line.line_total.minor(),
        })
        .collect()
}

/// The rate that the order's tax was computed by. Orders keep the amount only, and the rate of the settings may have
/// changed since: then the one whole percentage that gives the amount, and none when several do.
fn rate_of(totals: Totals, current: TaxRate) -> Option<TaxRate> {
    let gives_the_tax = |rate: &TaxRate| totals.subtotal.share(*rate) == Some(totals.tax);
    if gives_the_tax(&current) {
        return Some(current);
    }
    let percents = (0..=100).filter_map(|n| TaxRate::parse(&format!("{}.{:02}", n / 100, n % 100)).ok());
    let mut fitting = percents.filter(gives_the_tax);
    fitting.next().filter(|_| fitting.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_that_of_the_order() {
        let check = |subtotal, tax, current: &str, expected: Option<&str>| {
            let (subtotal, tax) = (Money::from_minor(subtotal), Money::from_minor(tax));
            let totals = Totals { subtotal, tax, total: subtotal + tax };
            let rate = rate_of(totals, TaxRate::parse(current).unwrap()).map(TaxRate::percent);
            assert_eq!(rate.as_deref(), expected, "{subtotal} {tax} {current}");
        };
        check(19_275, 1_735, "0.09", Some("9%"));
        check(19_275, 1_446, "0.075", Some("7.5%"));
        // Placed before the rate went up.
        check(19_275, 1_542, "0.09", Some("8%"));
        // Any rate below a half cent fits, or none does.
        check(1, 0, "0.60", None);
        check(19_275, 1_446, "0.09", None);
        check(0, 0, "0.09", Some("9%"));
    }
}
