//! Orders in words: a draft read back with prices, an order placed, where an order stands.

use super::phrases::{Phrases, fill};
use super::reply::{LineView, OrderView};
use crate::domain::money::Money;
use crate::domain::order::{HoldReason, Order, OrderLine, OrderStatus};
use crate::domain::policy::BusinessRules;
use crate::orders::{Draft, Priced, desk};

/// A date as people read it: `Thursday, 26 November 2026`.
pub fn date(date: jiff::civil::Date) -> String {
    date.strftime("%A, %-d %B %Y").to_string()
}

/// The draft as JSON.
pub fn draft_view(draft: &Draft, priced: &Priced, outlet: Option<&str>, rules: &BusinessRules) -> OrderView {
    OrderView {
        lines: priced.lines.iter().map(line_view).collect(),
        outlet_name: outlet.map(str::to_owned),
        currency: rules.currency.clone(),
        subtotal: priced.totals.subtotal.to_f64(),
        tax: priced.totals.tax.to_f64(),
        total: priced.totals.total.to_f64(),
        delivery_date: priced.delivery_date.map(|d| d.to_string()),
        status: "draft".to_owned(),
        is_urgent: draft.is_urgent,
        missing: priced.faults.iter().map(crate::orders::Fault::field).collect(),
    }
}

/// An order as JSON.
pub fn order_view(order: &Order, currency: &str) -> OrderView {
    let facts = &order.order;
    OrderView {
        lines: facts.lines.iter().map(line_view).collect(),
        outlet_name: Some(facts.outlet_name.clone()),
        currency: currency.to_owned(),
        subtotal: facts.totals.subtotal.to_f64(),
        tax: facts.totals.tax.to_f64(),
        total: facts.totals.total.to_f64(),
        delivery_date: Some(facts.delivery_date.to_string()),
        status: facts.status.as_str().to_owned(),
        is_urgent: facts.is_urgent,
        missing: Vec::new(),
    }
}

/// One line as JSON.
pub fn line_view(line: &OrderLine) -> LineView {
    LineView {
        sku: line.sku.as_str().to_owned(),
        product_name: line.product_name.clone(),
        quantity: line.quantity,
        unit_price: line.unit_price.to_f64(),
        line_total: line.line_total.to_f64(),
    }
}

/// The draft read back with prices, without the question that follows.
pub fn read_back(
    draft: &Draft,
    priced: &Priced,
    outlet: Option<&str>,
    rules: &BusinessRules,
    p: &Phrases,
) -> String {
    let currency = rules.currency.as_str();
    let mut text = vec![match outlet {
        Some(name) if draft.amends.is_some() => {
            let order = draft.amends.map_or_else(String::new, |amends| amends.order.to_string());
            fill(&p.change_head, &[("outlet", name), ("order", &order)])
        }
        Some(name) => fill(&p.draft_head, &[("outlet", name)]),
        None => p.draft_head_no_outlet.clone(),
    }];
    text.extend(priced.lines.iter().map(|line| {
        fill(
            &p.draft_line,
            &[
                ("quantity", &line.quantity.to_string()),
                ("name", &line.product_name),
                ("currency", currency),
                ("price", &line.unit_price.to_string()),
                ("total", &line.line_total.to_string()),
            ],
        )
    }));
    if !priced.lines.is_empty() {
        text.push(fill(
            &p.draft_totals,
            &[
                ("currency", currency),
                ("subtotal", &priced.totals.subtotal.to_string()),
                ("tax_rate", &rules.tax_rate.percent()),
                ("tax", &priced.totals.tax.to_string()),
                ("total", &priced.totals.total.to_string()),
            ],
        ));
        text.extend(priced.delivery_date.map(|d| fill(&p.draft_delivery, &[("date", &date(d))])));
    }
    if draft.is_urgent {
        text.push(p.draft_urgent.clone());
    }
    if !draft.notes.is_empty() {
        text.push(fill(&p.draft_notes, &[("notes", &draft.notes)]));
    }
    text.join("\n")
}

/// Whether the customer is asked if the order's quantity is right. Not when haste was asked for: then a person comes.
pub fn asks_customer(order: &Order) -> bool {
    !order.order.is_urgent && desk::waits_for_customer(order.order.status, &order.order.holds)
}

/// An order that was just placed.
pub fn placed(order: &Order, rules: &BusinessRules, p: &Phrases) -> String {
    let facts = &order.order;
    let phrase = match facts.status {
        OrderStatus::Confirmed => &p.placed,
        _ if asks_customer(order) => &p.placed_unusual,
        _ => &p.placed_held,
    };
    let why: Vec<&str> = facts.holds.iter().map(|hold| why(*hold, p)).collect();
    fill(
        phrase,
        &[
            ("order", &order.id.to_string()),
            ("outlet", &facts.outlet_name),
            ("currency", &rules.currency),
            ("total", &facts.totals.total.to_string()),
            ("tax", &facts.totals.tax.to_string()),
            ("date", &date(facts.delivery_date)),
            ("why", &why.join(" and ")),
        ],
    )
}

/// An order whose customer said that it is right.
pub fn confirmed(order: &Order, rules: &BusinessRules, p: &Phrases) -> String {
    told(order, rules, p, &p.unusual_confirmed)
}

/// An order that was just changed.
pub fn changed(order: &Order, rules: &BusinessRules, p: &Phrases) -> String {
    let waits = matches!(order.order.status, OrderStatus::Held | OrderStatus::PendingReview);
    told(order, rules, p, if waits { &p.change_held } else { &p.change_done })
}

fn told(order: &Order, rules: &BusinessRules, p: &Phrases, phrase: &str) -> String {
    let facts = &order.order;
    let why: Vec<&str> = facts.holds.iter().map(|hold| why(*hold, p)).collect();
    let values = [
        ("order", order.id.to_string()),
        ("currency", rules.currency.clone()),
        ("total", facts.totals.total.to_string()),
        ("tax", facts.totals.tax.to_string()),
        ("date", date(facts.delivery_date)),
        ("why", why.join(" and ")),
    ];
    fill(phrase, &values.each_ref().map(|(name, value)| (*name, value.as_str())))
}

fn why(hold: HoldReason, p: &Phrases) -> &str {
    match hold {
        HoldReason::LargeOrder => &p.why_large_order,
        HoldReason::LargeFirstOrder => &p.why_large_first_order,
        HoldReason::UnusualQuantity => &p.why_unusual_quantity,
        HoldReason::StockShort => &p.why_stock_short,
        HoldReason::UnknownCustomer => &p.why_unknown_customer,
        HoldReason::BelowMinimum => &p.why_below_minimum,
        HoldReason::BelowFirstOrder => &p.why_below_first_order,
        HoldReason::PartBundle => &p.why_part_bundle,
        HoldReason::CreditLimit => &p.why_credit_limit,
    }
}

/// Where an order stands.
pub fn status(order: &Order, rules: &BusinessRules, p: &Phrases) -> String {
    let phrase = match order.order.status {
        OrderStatus::Held => &p.status_held,
        OrderStatus::PendingReview => &p.status_pending_review,
        OrderStatus::Confirmed => &p.status_confirmed,
        OrderStatus::Picked => &p.status_picked,
        OrderStatus::OutForDelivery => &p.status_out_for_delivery,
        OrderStatus::Delivered => &p.status_delivered,
        OrderStatus::Cancelled => &p.status_cancelled,
        OrderStatus::Rejected => &p.status_rejected,
    };
    let values = [
        ("order", order.id.to_string()),
        ("outlet", order.order.outlet_name.clone()),
        ("date", date(order.order.delivery_date)),
        ("currency", rules.currency.clone()),
        ("total", order.order.totals.total.to_string()),
    ];
    let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
    if order.order.status == OrderStatus::Cancelled {
        // What it came to is of no interest any more; what calling it off cost is.
        let fee = [("currency", rules.currency.as_str()), ("fee", &order.fee.to_string())];
        let told = (order.fee > Money::ZERO).then(|| fill(&p.status_fee, &fee));
        return [Some(fill(phrase, &values)), told].into_iter().flatten().collect::<Vec<_>>().join(" ");
    }
    format!("{} {}", fill(phrase, &values), fill(&p.status_total, &values))
}
