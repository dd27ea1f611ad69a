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
use super::understand::{Understood, may_know_habits};
use crate::domain::answer::Action;
use crate::domain::ids::{OrderId, ProductId};
use crate::domain::order::{Order, OrderStatus};
use crate::domain::principal::Role;
use crate::domain::tone::Tone;
use crate::nlu::edit::Confirmation;
use crate::nlu::placed;
use crate::orders::{Draft, Sender, checks, desk};
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
            (Some(Awaiting::Person | Awaiting::OrderNumber | Awaiting::Digits(_)), Confirmation::No, _) => {
                Ok(self.quiet(turn, &phrases.anything_else))
            }
            (Some(Awaiting::OrderNumber | Awaiting::Digits(_)), Confirmation::Yes, _) => {
                let mut response = self.quiet(turn, &phrases.status_ask_number);
                response.state.awaiting = Some(Awaiting::OrderNumber);
                Ok(response)
            }
            (Some(Awaiting::Cancel(told)), Confirmation::Yes, _) => {
                self.cancel_placed(turn, understood, *told).await
            }
            (Some(Awaiting::Cancel(told)), Confirmation::No, _) => Ok(self.kept(turn, told.order)),
            // "Cancel it" may mean either; the fee is told once more, and a yes settles it.
            (Some(Awaiting::Cancel(told)), Confirmation::Cancel, _)
                if !placed::calls_off(&understood.text) =>
            {
                Ok(self.kept(turn, told.order))
            }
            (Some(Awaiting::Cancel(_)), Confirmation::Cancel, _) => self.placed_order(turn, understood).await,
            (Some(Awaiting::Unusual(order)), Confirmation::Yes, _) => self.is_right(turn, *order).await,
            (Some(Awaiting::Unusual(order)), Confirmation::No, None) => {
                let ask = fill(&phrases.unusual_otherwise, &[("order", &order.to_string())]);
                Ok(self.quiet(turn, &ask))
            }
            (Some(Awaiting::Again), Confirmation::Yes, Some(draft)) => self.place(turn, &draft, true).await,
            (Some(Awaiting::Again), _, Some(_)) => Ok(self.not_again(turn)),
            (Some(Awaiting::Bundle(product)), Confirmation::Yes, Some(draft)) => {
                Ok(self.rounded(turn, draft, ProductId(*product)))
            }
            (Some(Awaiting::Bundle(product)), Confirmation::No, Some(draft)) => {
                Ok(self.not_rounded(turn, &draft, ProductId(*product)))
            }
            (Some(Awaiting::Confirmation), Confirmation::Yes, Some(draft)) if draft.amends.is_some() => {
                self.revise(turn, &draft).await
            }
            (Some(Awaiting::Confirmation), Confirmation::Yes, Some(draft)) => {
                self.place(turn, &draft, false).await
            }
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
            // "Cancel that", after an order was placed or spoken of here.
            (_, Confirmation::Cancel, None)
                if turn.state.last_order.is_some() && placed::calls_off(&understood.text) =>
            {
                self.placed_order(turn, understood).await
            }
            (_, Confirmation::Cancel, None) => Ok(self.quiet(turn, &phrases.nothing_to_cancel)),
            (_, Confirmation::No, None) => Ok(self.quiet(turn, &phrases.anything_else)),
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

    /// The customer says that the quantity is meant: nobody else needs to look.
    async fn is_right(&self, turn: &Turn<'_>, order: i64) -> Result<Response, TurnError> {
        let order = self.store.order(OrderId(order)).await?;
        let waits = |order: &Order| desk::waits_for_customer(order.order.status, &order.order.holds);
        let Some(order) = order.filter(waits) else { return Ok(self.nothing_to_confirm(turn)) };
        let mut response =
            Response::say(Action::PlaceOrder, Tone::Efficient, String::new(), turn.state.clone());
        response.effect = Effect::ChangeOrder {
            id: order.id,
            to: OrderStatus::Confirmed,
            by: turn.ask.principal.scope(),
            note: "the customer says that the quantity is right".to_owned(),
        };
        let rules = Arc::clone(&turn.rules);
        response.complete = Some(Box::new(move |outcome: &Outcome, reply, state: &mut SessionState| {
            let Some(order) = &outcome.order else { return };
            reply.message = order_words::confirmed(order, &rules.rules, &rules.phrases);
            reply.order_id = Some(order.id.0);
            reply.order = Some(order_words::order_view(order, &rules.rules.currency));
            state.last_order = Some(order.id.0);
        }));
        Ok(response)
    }

    /// An order that was nearly called off.
    fn kept(&self, turn: &Turn<'_>, order: i64) -> Response {
        self.quiet(turn, &fill(&turn.rules.phrases.change_dropped, &[("order", &order.to_string())]))
    }

    /// The same order once more was not meant.
    fn not_again(&self, turn: &Turn<'_>) -> Response {
        let mut response = self.dropped(turn);
        response.text.clone_from(&turn.rules.phrases.duplicate_dropped);
        response.facts = vec![response.text.clone()];
        response
    }

    /// Whole bundles, as agreed.
    fn rounded(&self, turn: &Turn<'_>, mut draft: Draft, product: ProductId) -> Response {
        let priced = desk::price(&draft, &turn.catalogue, &turn.rules.rules, turn.now);
        if let Some(part) = priced.part_bundles.iter().find(|part| part.product == product) {
            draft.set(product, part.rounded);
        }
        self.show(turn, &draft)
    }

    /// No whole bundles: how many shall it be then?
    fn not_rounded(&self, turn: &Turn<'_>, draft: &Draft, product: ProductId) -> Response {
        let priced = desk::price(draft, &turn.catalogue, &turn.rules.rules, turn.now);
        let Some(part) = priced.part_bundles.iter().find(|part| part.product == product) else {
            return self.show(turn, draft);
        };
        let values = [("name", part.name.clone()), ("size", part.size.to_string())];
        let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
        let mut response = self.quiet(turn, &fill(&turn.rules.phrases.bundle_how_many, &values));
        response.action = Action::Clarify;
        response.state.awaiting = Some(Awaiting::Bundle(product.0));
        response
    }

    fn dropped(&self, turn: &Turn<'_>) -> Response {
        let mut state = turn.state.clone();
        let amends = state.draft().and_then(|draft| draft.amends);
        state.set_draft(None);
        if let Some(amends) = amends {
            let order = amends.order.to_string();
            let text = fill(&turn.rules.phrases.change_dropped, &[("order", &order)]);
            return Response::say(Action::SmallTalk, Tone::Efficient, text, state);
        }
        let text = turn.rules.phrases.draft_dropped.clone();
        Response::say(Action::CancelOrder, Tone::Efficient, text, state)
    }

    /// Places the draft as it was shown; when something is missing or has changed since, it is shown again.
    /// `again`: although the same order was placed a moment ago.
    async fn place(&self, turn: &Turn<'_>, draft: &Draft, again: bool) -> Result<Response, TurnError> {
        let rules = &turn.rules.rules;
        let priced = desk::price(draft, &turn.catalogue, rules, turn.now);
        let Some(outlet) =
            draft.outlet.filter(|_| priced.faults.is_empty() && priced.part_bundles.is_empty())
        else {
            return Ok(self.show(turn, draft));
        };
        if !turn.state.was_shown(priced.totals.total, priced.delivery_date) {
            let mut response = self.show(turn, draft);
            response.prepend(&turn.rules.phrases.draft_changed);
            return Ok(response);
        }
        let history = self.store.outlet_history(outlet).await?;
        // Whether a stranger's outlet is new here is not told; a person looks at their order anyway.
        if turn.ask.principal.role != Role::Anonymous && checks::below_first_order(&priced, &history, rules) {
            return Ok(self.too_small(turn, draft));
        }
        let holds = desk::holds(&priced, &history, &turn.catalogue, rules, turn.ask.principal);
        let sender =
            Sender { principal: turn.ask.principal, session: Some(turn.session.clone()), now: turn.now };
        let Some((order, ticket)) = desk::order(draft, priced, holds, &turn.catalogue, rules, sender) else {
            return Ok(self.show(turn, draft));
        };
        let mut state = turn.state.clone();
        state.set_draft(None);
        let mut response = Response::say(Action::PlaceOrder, Tone::Efficient, String::new(), state);
        // Who may not see an outlet's orders must not learn of them by ordering the same.
        let session = (!may_know_habits(turn, outlet)).then(|| turn.session.clone());
        let mut checks = checks::on_placing(outlet, &turn.catalogue, rules, turn.now, session);
        if again {
            checks.duplicate = None;
        }
        response.effect = Effect::PlaceOrder { order, ticket, checks };
        response.complete = Some(placed(turn));
        Ok(response)
    }
}

impl Engine {
    /// A new customer's order that is too small: what it must come to.
    fn too_small(&self, turn: &Turn<'_>, draft: &Draft) -> Response {
        let rules = &turn.rules.rules;
        let mut response = self.show(turn, draft);
        let values = [
            ("currency", rules.currency.clone()),
            ("minimum", rules.selling.first_order_minimum.to_string()),
        ];
        let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
        response.text = fill(&turn.rules.phrases.first_order_too_small, &values);
        response.facts = vec![response.text.clone()];
        response.action = Action::Clarify;
        response.state.awaiting = None;
        response
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
        if order_words::asks_customer(order) {
            state.awaiting = Some(Awaiting::Unusual(order.id.0));
        }
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
