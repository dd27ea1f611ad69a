//! What is looked at beside prices and limits: whole bundles, a new customer's smallest order, what an outlet may owe,
//! the day of a changed order.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};

use super::catalogue::Catalogue;
use super::desk::{PartBundle, Priced};
use super::draft::Amends;
use crate::domain::ids::{OutletId, SessionId};
use crate::domain::money::Money;
use crate::domain::order::{Order, OrderLine};
use crate::domain::outlet::Terms;
use crate::domain::policy::BusinessRules;
use crate::store::{CreditCheck, DuplicateCheck, OutletHistory, PlaceChecks};

/// The lines that are no whole bundles; none where part bundles are sold.
pub fn part_bundles(lines: &[OrderLine], catalogue: &Catalogue, rules: &BusinessRules) -> Vec<PartBundle> {
    if !rules.selling.whole_bundles {
        return Vec::new();
    }
    let part = |line: &OrderLine| {
        let product = catalogue.product(line.product)?;
        let size = product.details.bundle_size;
        let name = product.details.name.clone();
        let rounded = line.quantity.checked_next_multiple_of(size)?;
        (rounded != line.quantity).then_some(PartBundle { product: product.id, name, size, rounded })
    };
    lines.iter().filter_map(part).collect()
}

/// Whether an outlet that never ordered before orders for less than its first order must come to.
pub fn below_first_order(priced: &Priced, history: &OutletHistory, rules: &BusinessRules) -> bool {
    history.order_count == 0 && priced.totals.total < rules.selling.first_order_minimum
}

/// What the database looks at when it places an order. `session`: only orders of this conversation count as the same
/// order again, for who may not know of the outlet's others.
pub fn on_placing(
    outlet: OutletId,
    catalogue: &Catalogue,
    rules: &BusinessRules,
    now: Timestamp,
    session: Option<SessionId>,
) -> PlaceChecks {
    let minutes = rules.selling.duplicate_minutes;
    PlaceChecks {
        duplicate: (minutes > 0).then_some(DuplicateCheck { minutes, session }),
        credit: credit(outlet, catalogue, rules, now),
    }
}

/// How much an outlet that pays later may owe; `None` without a limit.
pub fn credit(
    outlet: OutletId,
    catalogue: &Catalogue,
    rules: &BusinessRules,
    now: Timestamp,
) -> Option<CreditCheck> {
    let details = &catalogue.outlet(outlet)?.details;
    let limit: Money = details.credit_limit.filter(|_| details.terms == Terms::Credit)?;
    let today = now.to_zoned(rules.calendar.time_zone.clone()).date();
    let delivered_since = today.checked_sub(i64::from(rules.selling.credit_days).days()).unwrap_or(today);
    Some(CreditCheck { limit, delivered_since })
}

/// The day of a changed order: the one it has, unless it has grown so large that it takes longer.
pub fn day_of_change(amends: &Amends, units: u64, rules: &BusinessRules) -> Option<Date> {
    if units <= rules.calendar.bulk_units {
        return Some(amends.delivery);
    }
    earliest(amends.placed_at, units, rules).map(|day| day.max(amends.delivery))
}

/// The first day on which an order that was placed then can arrive.
pub fn earliest(placed_at: Timestamp, units: u64, rules: &BusinessRules) -> Option<Date> {
    let placed = placed_at.to_zoned(rules.calendar.time_zone.clone()).datetime();
    rules.calendar.delivery_date(placed, units)
}

/// Whether an order holds goods that are made for this customer alone. Tria does not know when a proof was approved,
/// so a person decides what becomes of them.
pub fn is_made_to_order(order: &Order, catalogue: &Catalogue) -> bool {
    const WORDS: [&str; 5] = ["custom print", "custom-print", "customised", "made to order", "your logo"];
    order.order.lines.iter().any(|line| {
        let of_catalogue = catalogue.product(line.product).map(|p| &p.details);
        let texts = [
            Some(&line.product_name),
            of_catalogue.map(|details| &details.category),
            of_catalogue.map(|details| &details.description),
        ];
        texts.into_iter().flatten().any(|text| {
            let text = text.to_lowercase();
            WORDS.iter().any(|word| text.contains(word))
        })
    })
}
