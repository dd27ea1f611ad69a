//! Calling off a placed order: the fee is computed and shown, and only a yes to it cancels.

use jiff::Timestamp;

use super::TurnError;
use super::engine::{Engine, Turn};
use super::order_words;
use super::phrases::fill;
use super::response::Response;
use super::state::{Awaiting, CancelShown};
use super::understand::Understood;
use crate::domain::answer::Action;
use crate::domain::changes::Fee;
use crate::domain::escalation::EscalationReason;
use crate::domain::ids::OrderId;
use crate::domain::money::Money;
use crate::domain::order::{Order, OrderStatus};
use crate::domain::tone::Tone;
use crate::orders::checks;
use crate::store::{Cancellation, Effect, Outcome};

impl Engine {
    /// Shows what calling it off costs and asks for a yes; a person decides where code may not.
    pub(super) fn offer_cancelling(
        &self,
        turn: &Turn<'_>,
        understood: &Understood,
        order: &Order,
    ) -> Response {
        let phrases = &turn.rules.phrases;
        let number = order.id.to_string();
        if order.order.status == OrderStatus::OutForDelivery {
            let fee = fee_of(turn, order).map_or(Money::ZERO, |fee| fee.amount);
            let words = fill(
                &phrases.cancel_at_door,
                &[("order", &number), ("currency", &turn.rules.rules.currency), ("fee", &fee.to_string())],
            );
            return self.to_a_person(turn, understood, order, &words);
        }
        if order.order.status != OrderStatus::PendingReview
            && checks::is_made_to_order(order, &turn.catalogue)
        {
            let words = fill(&phrases.cancel_printed, &[("order", &number)]);
            return self.to_a_person(turn, understood, order, &words);
        }
        let Some(fee) = fee_of(turn, order) else { return self.nothing_left(turn, order) };
        let text = format!("{} {}", offer(turn, order, fee), phrases.cancel_confirm);
        let mut state = turn.state.clone();
        state.misunderstood = 0;
        state.last_order = Some(order.id.0);
        state.awaiting = Some(Awaiting::Cancel(shown(order, fee)));
        if state.draft().and_then(|draft| draft.amends).is_some_and(|amends| amends.order == order.id) {
            state.set_draft(None);
        }
        let mut response = Response::say(Action::Clarify, Tone::Honest, text, state);
        response.order_id = Some(order.id.0);
        response.order = Some(order_words::order_view(order, &turn.rules.rules.currency));
        response
    }

    /// A yes to the fee that was just shown: it counts while order and fee are as shown.
    pub(super) async fn cancel_placed(
        &self,
        turn: &Turn<'_>,
        understood: &Understood,
        told: CancelShown,
    ) -> Result<Response, TurnError> {
        let Some(order) = self.store.order(OrderId(told.order)).await? else {
            return self.second_thoughts(turn, TurnError::Moved).await;
        };
        let fee = fee_of(turn, &order);
        let Some(fee) = fee.filter(|fee| shown(&order, *fee) == told) else {
            let mut again = self.offer_cancelling(turn, understood, &order);
            again.prepend(&turn.rules.phrases.cancel_changed);
            return Ok(again);
        };
        let note = if fee.amount == Money::ZERO {
            "called off by the customer, free of charge".to_owned()
        } else {
            let currency = &turn.rules.rules.currency;
            format!("called off by the customer, fee {currency} {} ({})", fee.amount, fee.rate.percent())
        };
        let cancellation = Cancellation {
            id: order.id,
            seen: order.updated_at,
            fee: fee.amount,
            by: turn.ask.principal.scope(),
            note,
        };
        let mut response =
            Response::say(Action::CancelOrder, Tone::Efficient, String::new(), turn.state.clone());
        response.effect = Effect::CancelOrder(cancellation);
        response.complete = Some(cancelled(turn, fee));
        Ok(response)
    }

    /// An order that has come to its end already.
    pub(super) fn nothing_left(&self, turn: &Turn<'_>, order: &Order) -> Response {
        let rules = &turn.rules;
        let standing = order_words::status(order, &rules.rules, &rules.phrases);
        let words = if order.order.status == OrderStatus::Cancelled {
            standing
        } else {
            format!("{standing} {}", rules.phrases.change_over)
        };
        let mut state = turn.state.clone();
        state.last_order = Some(order.id.0);
        let mut response = Response::say(Action::OrderStatus, Tone::Honest, words, state);
        response.order_id = Some(order.id.0);
        response
    }

    /// What happens is told first, then who takes over.
    pub(super) fn to_a_person(
        &self,
        turn: &Turn<'_>,
        understood: &Understood,
        order: &Order,
        words: &str,
    ) -> Response {
        let mut response = self.hand_over(turn, understood, EscalationReason::BeyondAuthority);
        response.order_id = Some(order.id.0);
        if let Effect::OpenTicket(ticket) = &mut response.effect {
            ticket.order = Some(order.id);
        }
        response.prepend(words);
        response
    }
}

/// What calling off costs now; `None` when there is nothing to call off.
pub(super) fn fee_of(turn: &Turn<'_>, order: &Order) -> Option<Fee> {
    turn.rules.rules.cancellation_fee(order, turn.now)
}

fn shown(order: &Order, fee: Fee) -> CancelShown {
    CancelShown { order: order.id.0, seen: order.updated_at.as_microsecond(), fee: fee.amount.minor() }
}

/// What is called off, and for how much.
fn offer(turn: &Turn<'_>, order: &Order, fee: Fee) -> String {
    let rules = &turn.rules.rules;
    let phrase = if fee.amount == Money::ZERO {
        &turn.rules.phrases.cancel_free
    } else {
        &turn.rules.phrases.cancel_fee
    };
    let begins = rules.calendar.delivery_start(order.order.delivery_date);
    let values = [
        ("order", order.id.to_string()),
        ("outlet", order.order.outlet_name.clone()),
        ("begins", begins.map_or_else(String::new, |at| moment(at, turn))),
        ("currency", rules.currency.clone()),
        ("total", order.order.totals.total.to_string()),
        ("rate", fee.rate.percent()),
        ("fee", fee.amount.to_string()),
    ];
    let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
    fill(phrase, &values)
}

/// `Thursday, 26 November 2026 at 9:00 am`.
pub(super) fn moment(at: Timestamp, turn: &Turn<'_>) -> String {
    let local = at.to_zoned(turn.rules.rules.calendar.time_zone.clone());
    local.strftime("%A, %-d %B %Y at %-I:%M %P").to_string()
}

fn cancelled(turn: &Turn<'_>, fee: Fee) -> super::response::Completion {
    let rules = turn.rules.clone();
    Box::new(move |outcome: &Outcome, reply, state| {
        let Some(order) = &outcome.order else { return };
        let phrases = &rules.phrases;
        let phrase = if fee.amount == Money::ZERO { &phrases.cancelled_free } else { &phrases.cancelled_fee };
        let values = [
            ("order", order.id.to_string()),
            ("currency", rules.rules.currency.clone()),
            ("fee", order.fee.to_string()),
        ];
        let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
        reply.message = fill(phrase, &values);
        reply.order_id = Some(order.id.0);
        reply.order = Some(order_words::order_view(order, &rules.rules.currency));
        state.last_order = Some(order.id.0);
    })
}
