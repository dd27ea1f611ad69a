//! What an order costs: each line rounded once to the cent, tax on the sum of the lines, rounded once.

use super::money::{Money, TaxRate};
use super::order::{OrderLine, Totals};

/// Totals of the lines, or `None` when a sum is too large to keep exactly.
pub fn totals(lines: &[OrderLine], tax_rate: TaxRate) -> Option<Totals> {
    let subtotal = lines.iter().try_fold(Money::ZERO, |sum, line| sum.checked_add(line.line_total))?;
    let tax = subtotal.share(tax_rate)?;
    Some(Totals { subtotal, tax, total: subtotal.checked_add(tax)? })
}
