//! Yes, no and cancel: each to what was asked, and to nothing else.

use std::sync::Arc;

use super::TurnError;
use super::engine::{Engine, Turn};
use super::escalate;
use super::open_items;
use super::order_words;
use super::phrases::fill;
use super::response::{Completion, Response};
use super::state::{Awaiting, SessionState};
use super::understand::Understood;
use crate::domain::answer::Action;
use crate::domain::order::Order;
use crate::domain::tone::Tone;
use crate::nlu::edit::Confirmation;
use crate::orders::{Draft, Sender, desk};
use crate::store::{Effect, Outcome};

impl Engine {
    /// Only a yes to a draft that was just read back places an order.
    pub(super) async fn confirmed(
        &self,
        turn: &Turn<'_>,
        understood: &Understood,
        answer: Confirmation,
    ) -> Result<Response, TurnError> {
        let phrases = &turn.rules.phrases;
        match (&turn.before.awaiting, answer, turn.state.draft()) {
            (Some(Awaiting::Person), Confirmation::Yes, _) => Ok(self.pass_on(turn, understood)),
            (Some(Awaiting::Person | Awaiting::OrderNumber | Awaiting::Digits(_)), Confirmation::No, _)
            | (_, Confirmation::No, None) => Ok(self.quiet(turn, &phrases.anything_else)),
            (Some(Awaiting::OrderNumber | Awaiting::Digits(_)), Confirmation::Yes, _) => {
                let mut response = self.quiet(turn, &phrases.status_ask_number);
                response.state.awaiting = Some(Awaiting::OrderNumber);
                Ok(response)
            }
            (Some(Awaiting::Confirmation), Confirmation::Yes, Some(draft)) => self.place(turn, &draft).await,
            (Some(Awaiting::Product | Awaiting::Quantity | Awaiting::Outlet(_)), answer, Some(draft))
                if !draft.is_empty() =>
            {
                Ok(self.piece_answered(turn, draft, answer))
            }
            (_, Confirmation::Yes, Some(draft)) if !draft.is_empty() => Ok(self.show(turn, &draft)),
            (Some(Awaiting::Resume), Confirmation::No, Some(_)) => Ok(self.quiet(turn, &phrases.draft_kept)),
            (_, Confirmation::No, Some(draft)) => {
                let mut response = self.quiet(turn, &self.change_unclear(turn, &draft));
                response.action = Action::Clarify;
                response.state.awaiting = Some(Awaiting::Resume);
                Ok(response)
            }
            (_, Confirmation::Cancel, Some(_)) => Ok(self.dropped(turn)),
            (_, Confirmation::Yes, _) => Ok(self.nothing_to_confirm(turn)),
            (_, Confirmation::Cancel, None) => Ok(self.quiet(turn, &phrases.nothing_to_cancel)),
        }
    }

    /// Yes or no to a piece of the order that was asked about: a no closes that piece only.
    fn piece_answered(&self, turn: &Turn<'_>, mut draft: Draft, answer: Confirmation) -> Response {
        let about_outlet = draft.open.is_empty();
        if answer == Confirmation::Cancel && (about_outlet || draft.lines.is_empty()) {
            return self.dropped(turn);
        }
        if answer == Confirmation::Yes {
            open_items::accepted(&mut draft, &turn.catalogue);
        } else if !about_outlet {
            draft.open.remove(0);
        }
        if draft.is_empty() { self.dropped(turn) } else { self.show(turn, &draft) }
    }

    /// A sentence that leaves everything as it is.
    fn quiet(&self, turn: &Turn<'_>, phrase: &str) -> Response {
        Response::say(Action::SmallTalk, Tone::Efficient, phrase, turn.state.clone())
    }

    /// A yes to nothing; a second yes to an order that stands already must not worry anybody.
    fn nothing_to_confirm(&self, turn: &Turn<'_>) -> Response {
        let phrases = &turn.rules.phrases;
        match turn.state.last_order {
            Some(order) => self.quiet(turn, &fill(&phrases.placed_already, &[("order", &order.to_string())])),
            None => self.quiet(turn, &phrases.nothing_to_confirm),
        }
    }

    fn dropped(&self, turn: &Turn<'_>) -> Response {
        let mut state = turn.state.clone();
        state.set_draft(None);
        let text = turn.rules.phrases.draft_dropped.clone();
        Response::say(Action::CancelOrder, Tone::Efficient, text, state)
    }

    /// Places the draft as it was shown; when something is missing or has changed since, it is shown again.
    async fn place(&self, turn: &Turn<'_>, draft: &Draft) -> Result<Response, TurnError> {
        let rules = &turn.rules.rules;
        let priced = desk::price(draft, &turn.catalogue, rules, turn.now);
        let Some(outlet) = draft.outlet.filter(|_| priced.faults.is_empty()) else {
            return Ok(self.show(turn, draft));
        };
        if !turn.state.was_shown(priced.totals.total, priced.delivery_date) {
            let mut response = self.show(turn, draft);
            response.prepend(&turn.rules.phrases.draft_changed);
            return Ok(response);
        }
        let history = self.store.outlet_history(outlet).await?;
        let holds = desk::holds(&priced, &history, &turn.catalogue, rules, turn.ask.principal);
        let sender =
            Sender { principal: turn.ask.principal, session: Some(turn.session.clone()), now: turn.now };
        let Some((order, ticket)) = desk::order(draft, priced, holds, &turn.catalogue, rules, sender) else {
            return Ok(self.show(turn, draft));
        };
        let mut state = turn.state.clone();
        state.set_draft(None);
        let mut response = Response::say(Action::PlaceOrder, Tone::Efficient, String::new(), state);
        response.effect = Effect::PlaceOrder { order, ticket };
        response.complete = Some(placed(turn));
        Ok(response)
    }
}

/// Tells of the order with the number that the database gave it.
fn placed(turn: &Turn<'_>) -> Completion {
    let (rules, now) = (Arc::clone(&turn.rules), turn.now);
    Box::new(move |outcome: &Outcome, reply, state: &mut SessionState| {
        let Some(order) = &outcome.order else { return };
        reply.message = order_words::placed(order, &rules.rules, &rules.phrases);
        reply.order_id = Some(order.id.0);
        reply.order = Some(order_words::order_view(order, &rules.rules.currency));
        state.last_order = Some(order.id.0);
        if let Some(urgent) = haste(order, outcome, &rules, now) {
            reply.message = format!("{} {urgent}", reply.message);
        }
    })
}

/// Who looks after an urgent order, and by when.
fn haste(
    order: &Order,
    outcome: &Outcome,
    rules: &super::VersionedRules,
    now: jiff::Timestamp,
) -> Option<String> {
    let ticket = outcome.ticket.as_ref().filter(|_| order.order.is_urgent)?;
    let (tier, phrases) = (ticket.ticket.tier, &rules.phrases);
    let values = [
        ("who", escalate::who(tier, phrases).to_owned()),
        ("when", escalate::when(tier, now, &rules.rules, phrases)),
        ("ticket", ticket.id.to_string()),
    ];
    let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
    Some(fill(&phrases.placed_urgent, &values))
}
