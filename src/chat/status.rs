//! Where an order stands: told to those who may know it.

use super::TurnError;
use super::engine::{Engine, Turn};
use super::order_words;
use super::phrases::fill;
use super::response::Response;
use super::state::Awaiting;
use super::understand::Understood;
use crate::domain::answer::Action;
use crate::domain::ids::OrderId;
use crate::domain::order::Order;
use crate::domain::principal::Role;
use crate::domain::tone::Tone;

impl Engine {
    /// Tells where an order stands, or asks for what is needed to tell it.
    pub(super) async fn order_status(
        &self,
        turn: &Turn<'_>,
        understood: &Understood,
    ) -> Result<Response, TurnError> {
        let last = understood.is_about_own_order().then_some(turn.state.last_order).flatten();
        Ok(match self.reach(turn, understood, last).await? {
            Ok(order) => self.told(turn, &order),
            Err(asks) => *asks,
        })
    }

    /// The order that is spoken of, for who may know of it; otherwise what is asked or said instead. `last`: the one
    /// that is meant when none is named.
    pub(super) async fn reach(
        &self,
        turn: &Turn<'_>,
        understood: &Understood,
        last: Option<i64>,
    ) -> Result<Result<Order, Box<Response>>, TurnError> {
        let asked_before = match turn.before.awaiting {
            Some(Awaiting::Digits(order)) => Some(order),
            _ => None,
        };
        // A number in the message is the one that is meant now.
        let number = understood.order_number.or(asked_before.filter(|_| understood.gives_digits())).or(last);
        let Some(number) = number else { return Ok(Err(Box::new(self.ask_number(turn)))) };
        let order = self.store.order(OrderId(number)).await?;
        match order {
            Some(order) if may_see(turn, &order) => Ok(Ok(order)),
            _ if turn.ask.principal.role != Role::Anonymous => {
                Ok(Err(Box::new(self.unknown_order(turn, number))))
            }
            order => Ok(self.by_digits(turn, understood, number, order)),
        }
    }

    fn ask_number(&self, turn: &Turn<'_>) -> Response {
        let mut state = turn.state.clone();
        state.awaiting = Some(Awaiting::OrderNumber);
        let text = turn.rules.phrases.status_ask_number.clone();
        Response::say(Action::Clarify, Tone::Efficient, text, state)
    }

    fn by_digits(
        &self,
        turn: &Turn<'_>,
        understood: &Understood,
        number: i64,
        order: Option<Order>,
    ) -> Result<Order, Box<Response>> {
        let asked_before = matches!(turn.before.awaiting, Some(Awaiting::Digits(_)));
        // A stranger: the number alone tells nothing, not even whether there is such an order.
        match understood.digits.as_deref().filter(|_| asked_before || understood.order_number.is_some()) {
            None => {
                let mut state = turn.state.clone();
                state.awaiting = Some(Awaiting::Digits(number));
                let text = fill(&turn.rules.phrases.status_ask_digits, &[("order", &number.to_string())]);
                let mut response = Response::say(Action::Clarify, Tone::Efficient, text, state);
                response.facts.push(number.to_string());
                Err(Box::new(response))
            }
            Some(_) if self.guesses.stopped(number) => Err(Box::new(self.stopped(turn))),
            Some(digits) => order.filter(|o| self.digits_fit(turn, o, digits)).ok_or_else(|| {
                self.guesses.wrong(number);
                Box::new(self.refused(turn))
            }),
        }
    }

    fn digits_fit(&self, turn: &Turn<'_>, order: &Order, digits: &str) -> bool {
        turn.catalogue.outlet(order.order.outlet).is_some_and(|outlet| {
            let number: String = outlet.details.contact_number.chars().filter(char::is_ascii_digit).collect();
            number.len() >= 4 && digits.len() == 4 && number.ends_with(digits)
        })
    }

    fn told(&self, turn: &Turn<'_>, order: &Order) -> Response {
        let mut state = turn.state.clone();
        state.misunderstood = 0;
        state.last_order = Some(order.id.0);
        let rules = &turn.rules.rules;
        let text = order_words::status(order, rules, &turn.rules.phrases);
        let mut response = Response::say(Action::OrderStatus, Tone::Efficient, text, state);
        response.order = Some(order_words::order_view(order, &rules.currency));
        response.order_id = Some(order.id.0);
        self.remind_of_draft(turn, &mut response);
        response
    }

    fn unknown_order(&self, turn: &Turn<'_>, number: i64) -> Response {
        let text = fill(&turn.rules.phrases.status_not_found, &[("order", &number.to_string())]);
        let mut state = turn.state.clone();
        state.awaiting = Some(Awaiting::OrderNumber);
        let mut response = Response::say(Action::Clarify, Tone::Honest, text, state);
        response.facts.push(number.to_string());
        response
    }

    /// Too many wrong digits: a person checks who asks.
    fn stopped(&self, turn: &Turn<'_>) -> Response {
        let state = turn.state.waiting_for(Some(Awaiting::Person));
        Response::say(Action::Clarify, Tone::Honest, turn.rules.phrases.status_stopped.clone(), state)
    }

    fn refused(&self, turn: &Turn<'_>) -> Response {
        let mut state = turn.state.clone();
        state.awaiting = Some(Awaiting::OrderNumber);
        state.misunderstood = state.misunderstood.saturating_add(1);
        Response::say(Action::Clarify, Tone::Honest, turn.rules.phrases.status_unknown.clone(), state)
    }
}

/// Who sees an order without proof: staff and bridges all, an outlet its own, anybody the one they placed in
/// this conversation.
fn may_see(turn: &Turn<'_>, order: &Order) -> bool {
    let principal = &turn.ask.principal;
    principal.role.is_trusted_channel()
        || (principal.role == Role::Outlet && principal.outlet == Some(order.order.outlet))
        || order.order.session.as_ref() == Some(&turn.session)
}
