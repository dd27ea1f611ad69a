//! Prices a draft, checks it against the company's limits, and decides whether a person must look first.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::civil::Date;

use super::catalogue::Catalogue;
use super::checks;
use super::draft::Draft;
use crate::domain::escalation::{EscalationReason, NewTicket};
use crate::domain::ids::{ProductId, SessionId};
use crate::domain::money::Money;
use crate::domain::order::{HoldReason, NewOrder, OrderLine, OrderStatus, Totals};
use crate::domain::policy::BusinessRules;
use crate::domain::pricing;
use crate::domain::principal::{Principal, Role};
use crate::store::OutletHistory;

/// Minutes until a held order is looked at (the demo's rules: a person after two hours without an answer).
pub const REVIEW_MINUTES: i64 = 120;

/// Why a draft can not be placed as it stands. Each says what the customer has to tell or change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It is not known who it is for.
    NoOutlet,
    /// Nothing is ordered.
    NoItems,
    /// A piece of it is not settled: the customer's words.
    Open(String),
    /// A product that is no longer sold.
    NotSold(String),
    /// More units of a product than one order may have.
    TooMany {
        /// The product's name.
        product: String,
        /// The limit.
        max: u32,
    },
    /// More lines than one order may have.
    TooManyLines {
        /// The limit.
        max: usize,
    },
    /// The total is above the limit.
    TotalTooHigh {
        /// The limit.
        max: Money,
    },
    /// The total is below the limit.
    TotalTooLow {
        /// The limit.
        min: Money,
    },
    /// No delivery day within a year: the calendar in the settings has none.
    NoDeliveryDay,
}

impl Fault {
    /// The name in the `missing` list of an answer.
    pub fn field(&self) -> String {
        match self {
            Self::NoOutlet => "outlet".to_owned(),
            Self::NoItems => "items".to_owned(),
            Self::Open(words) => format!("item: {words}"),
            Self::NotSold(product) => format!("product: {product}"),
            Self::TooMany { product, .. } => format!("quantity: {product}"),
            Self::TooManyLines { .. } => "line_items".to_owned(),
            Self::TotalTooHigh { .. } | Self::TotalTooLow { .. } => "total".to_owned(),
            Self::NoDeliveryDay => "delivery_date".to_owned(),
        }
    }

    /// A sentence for the customer.
    pub fn sentence(&self, currency: &str) -> String {
        match self {
            Self::NoOutlet => "Which outlet is this order for?".to_owned(),
            Self::NoItems => "Which products would you like, and how many of each?".to_owned(),
            Self::Open(words) => format!("I could not tell which product you mean by “{words}”."),
            Self::NotSold(product) => format!("{product} is not available at the moment."),
            Self::TooMany { product, max } => {
                format!(
                    "One order can have at most {max} of {product}. Please order less, or ask for a quote."
                )
            }
            Self::TooManyLines { max } => {
                format!("One order can have at most {max} different products. Please send it in parts.")
            }
            Self::TotalTooHigh { max } => {
                format!(
                    "One order can be at most {currency} {max} in total. Please send it in parts or ask for a quote."
                )
            }
            Self::TotalTooLow { min } => format!("An order must be at least {currency} {min} in total."),
            Self::NoDeliveryDay => {
                "There is no delivery day to be found; a person has to set the date.".to_owned()
            }
        }
    }
}

/// A draft with prices, a date, and all that stands against placing it.
#[derive(Debug, Clone)]
pub struct Priced {
    /// The lines, priced.
    pub lines: Vec<OrderLine>,
    /// What they cost.
    pub totals: Totals,
    /// When they could arrive.
    pub delivery_date: Option<Date>,
    /// What must be told or changed first; empty when it can be placed.
    pub faults: Vec<Fault>,
    /// Lines that are no whole bundles, where only those are sold: the customer is asked, or a person looks.
    pub part_bundles: Vec<PartBundle>,
}

/// A line that is no whole bundles of its product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartBundle {
    /// The product.
    pub product: ProductId,
    /// Its name.
    pub name: String,
    /// Units in one bundle.
    pub size: u32,
    /// The next whole bundles above what was asked for, in units.
    pub rounded: u32,
}

/// Who places an order, from where and when.
#[derive(Debug, Clone)]
pub struct Sender {
    /// The caller.
    pub principal: Principal,
    /// The conversation, if there is one.
    pub session: Option<SessionId>,
    /// This moment.
    pub now: Timestamp,
}

/// Prices and checks a draft. Lines of products that are gone, or that are too large to price, become faults.
pub fn price(draft: &Draft, catalogue: &Catalogue, rules: &BusinessRules, now: Timestamp) -> Priced {
    let mut faults = Vec::new();
    if draft.outlet.and_then(|id| catalogue.outlet(id)).is_none() {
        faults.push(Fault::NoOutlet);
    }
    if draft.is_empty() {
        faults.push(Fault::NoItems);
    }
    faults.extend(draft.open.iter().map(|open| Fault::Open(open.text.clone())));
    let lines: Vec<OrderLine> =
        draft.lines.iter().filter_map(|l| price_line(l, catalogue, rules, &mut faults)).collect();
    if lines.len() > rules.limits.max_line_items {
        faults.push(Fault::TooManyLines { max: rules.limits.max_line_items });
    }
    let limits = &rules.limits;
    let totals = pricing::totals(&lines, rules.tax_rate).unwrap_or_else(|| {
        faults.push(Fault::TotalTooHigh { max: limits.max_order_total });
        Totals::default()
    });
    if totals.total > limits.max_order_total {
        faults.push(Fault::TotalTooHigh { max: limits.max_order_total });
    }
    if !lines.is_empty() && faults.is_empty() && totals.total < limits.min_order_total {
        faults.push(Fault::TotalTooLow { min: limits.min_order_total });
    }
    let units = lines.iter().map(|l| u64::from(l.quantity)).sum();
    let local = now.to_zoned(rules.calendar.time_zone.clone()).datetime();
    let delivery_date = match &draft.amends {
        Some(amends) => checks::day_of_change(amends, units, rules),
        None => rules.calendar.delivery_date(local, units),
    };
    if delivery_date.is_none() {
        faults.push(Fault::NoDeliveryDay);
    }
    let part_bundles = checks::part_bundles(&lines, catalogue, rules);
    Priced { lines, totals, delivery_date, faults, part_bundles }
}

fn price_line(
    line: &super::draft::DraftLine,
    catalogue: &Catalogue,
    rules: &BusinessRules,
    faults: &mut Vec<Fault>,
) -> Option<OrderLine> {
    let Some(product) = catalogue.product(line.product) else {
        faults.push(Fault::NotSold("A product of this order".to_owned()));
        return None;
    };
    let details = &product.details;
    if !details.active {
        faults.push(Fault::NotSold(details.name.clone()));
        return None;
    }
    let max = rules.limits.max_quantity_per_item;
    let line_total = details.unit_price.times(line.quantity).filter(|_| line.quantity <= max);
    let Some(line_total) = line_total else {
        faults.push(Fault::TooMany { product: details.name.clone(), max });
        return None;
    };
    Some(OrderLine {
        product: product.id,
        sku: details.sku.clone(),
        product_name: details.name.clone(),
        quantity: line.quantity,
        unit_price: details.unit_price,
        line_total,
    })
}

/// Why a person must look at the order first. Stock is looked at when it is stored, where it can not change.
pub fn holds(
    priced: &Priced,
    history: &OutletHistory,
    catalogue: &Catalogue,
    rules: &BusinessRules,
    principal: Principal,
) -> Vec<HoldReason> {
    let mut holds = Vec::new();
    if principal.role == Role::Anonymous {
        holds.push(HoldReason::UnknownCustomer);
    }
    let review = &rules.review;
    if priced.totals.total > review.large_order {
        holds.push(HoldReason::LargeOrder);
    } else if history.order_count == 0 && priced.totals.total > review.large_first_order {
        holds.push(HoldReason::LargeFirstOrder);
    }
    let unusual = |line: &OrderLine| {
        history
            .usual
            .get(&line.product)
            .is_some_and(|usual| f64::from(line.quantity) * 100.0 > usual * f64::from(review.unusual_percent))
    };
    if priced.lines.iter().any(unusual) {
        holds.push(HoldReason::UnusualQuantity);
    }
    let below_minimum = |line: &OrderLine| {
        catalogue.product(line.product).is_some_and(|p| line.quantity < p.details.min_order_qty)
    };
    if priced.lines.iter().any(below_minimum) {
        holds.push(HoldReason::BelowMinimum);
    }
    if checks::below_first_order(priced, history, rules) {
        holds.push(HoldReason::BelowFirstOrder);
    }
    if !priced.part_bundles.is_empty() {
        holds.push(HoldReason::PartBundle);
    }
    holds
}

/// The order to be stored and, when a person must know of it, the ticket. `None` while the draft has faults.
pub fn order(
    draft: &Draft,
    priced: Priced,
    holds: Vec<HoldReason>,
    catalogue: &Catalogue,
    rules: &BusinessRules,
    sender: Sender,
) -> Option<(NewOrder, Option<NewTicket>)> {
    let outlet = catalogue.outlet(draft.outlet?)?;
    let delivery_date = priced.delivery_date.filter(|_| priced.faults.is_empty())?;
    let status = match holds.as_slice() {
        [] => OrderStatus::Confirmed,
        reasons if reasons.contains(&HoldReason::UnknownCustomer) => OrderStatus::PendingReview,
        _ => OrderStatus::Held,
    };
    let order = NewOrder {
        outlet: outlet.id,
        outlet_name: outlet.details.name.clone(),
        lines: priced.lines,
        totals: priced.totals,
        delivery_date,
        is_urgent: draft.is_urgent,
        notes: draft.notes.clone(),
        status,
        holds,
        session: sender.session.clone(),
        placed_by: sender.principal.scope(),
    };
    let ticket = review_ticket(&order, rules, &sender);
    Some((order, ticket))
}

/// Whether the customer's word is enough to confirm an order: only its quantity is out of the usual.
pub fn waits_for_customer(status: OrderStatus, holds: &[HoldReason]) -> bool {
    status == OrderStatus::Held && holds == [HoldReason::UnusualQuantity]
}

/// An order that is held or urgent is brought to a person's notice.
/// One that is only unusual is not yet: its customer is asked first, and a worker opens the ticket when no answer comes.
fn review_ticket(order: &NewOrder, rules: &BusinessRules, sender: &Sender) -> Option<NewTicket> {
    if !order.is_urgent && waits_for_customer(order.status, &order.holds) {
        return None;
    }
    let reason = match (order.is_urgent, order.holds.is_empty()) {
        (true, _) => EscalationReason::Urgent,
        (false, false) => EscalationReason::OrderReview,
        (false, true) => return None,
    };
    let tier = rules.escalation.taken_by(reason);
    let minutes = if order.is_urgent { rules.escalation.tier(tier).answer_minutes } else { REVIEW_MINUTES };
    let mut summary =
        format!("Order for {} over {} {}", order.outlet_name, rules.currency, order.totals.total);
    if order.is_urgent {
        summary.push_str("; the customer asked for haste");
    }
    for hold in &order.holds {
        let _ = write!(summary, "; {}", hold.as_str().replace('_', " "));
    }
    Some(NewTicket {
        silences: false,
        session: sender.session.clone(),
        tier,
        reason,
        summary,
        order: None,
        due_at: due(sender.now, minutes, rules),
    })
}

/// Until when a person has looked at an order that is held.
pub fn review_due(now: Timestamp, rules: &BusinessRules) -> Timestamp {
    due(now, REVIEW_MINUTES, rules)
}

/// The moment `minutes` of opening hours begin to count from: now, or the next opening.
pub fn due(now: Timestamp, minutes: i64, rules: &BusinessRules) -> Timestamp {
    let zone = &rules.calendar.time_zone;
    let local = now.to_zoned(zone.clone()).datetime();
    let start = rules
        .calendar
        .next_opening(local)
        .and_then(|opening| zone.to_ambiguous_zoned(opening).compatible().ok())
        .map_or(now, |zoned| zoned.timestamp().max(now));
    start.checked_add(jiff::SignedDuration::from_mins(minutes)).unwrap_or(start)
}
