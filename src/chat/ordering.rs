//! Orders in a conversation: a draft grows out of what is said, is read back with prices, and is placed on "yes".

use std::sync::Arc;

use super::TurnError;
use super::draft_edit::Heard;
use super::engine::{Engine, Turn};
use super::escalate;
use super::order_words;
use super::phrases::fill;
use super::response::Response;
use super::state::Awaiting;
use super::understand::Understood;
use crate::domain::answer::Action;
use crate::domain::escalation::EscalationReason;
use crate::domain::ids::ProductId;
use crate::domain::tone::Tone;
use crate::nlu::edit::Confirmation;
use crate::orders::{Draft, Priced, Sender, desk};
use crate::store::Effect;

/// At most this many products are offered to choose from.
const MAX_CHOICES: usize = 5;

impl Engine {
    /// Adds what was said to the draft and shows it, or asks for the next missing piece.
    pub(super) async fn order_turn(
        &self,
        turn: &Turn<'_>,
        understood: &Understood,
    ) -> Result<Response, TurnError> {
        let mut draft = turn.state.draft().unwrap_or_default();
        let before = draft.clone();
        if draft.outlet.is_none() {
            draft.outlet = self.known_outlet(turn);
        }
        let heard = super::draft_edit::apply(&mut draft, turn, understood);
        if heard.wants_usual && draft.is_empty() {
            self.fill_usual(turn, &mut draft).await?;
        }
        let nothing_new = draft == before && !before.is_empty();
        if nothing_new && !heard.understood {
            // The words were about the order but changed nothing: a question in between is answered instead.
            if understood.is_question {
                return self.question_in_between(turn, understood).await;
            }
            let mut response = self.show(turn, &draft);
            response.text = format!("{}\n\n{}", self.phrases.change_unclear, response.text);
            return Ok(response);
        }
        if draft.is_empty() && !before.is_empty() {
            let mut state = turn.state.clone();
            state.set_draft(None);
            state.awaiting = None;
            return Ok(Response::say(
                Action::Clarify,
                Tone::Efficient,
                self.phrases.draft_removed.clone(),
                state,
            ));
        }
        let mut response = self.show(turn, &draft);
        if heard.wants_usual && draft.is_empty() {
            response.text.clone_from(&self.phrases.usual_unknown);
        }
        if draft.outlet.is_none() {
            self.ask_outlet(turn, &mut response, &heard);
        }
        if let Some(number) = heard.unexplained_number {
            self.ask_about_number(&mut response, &number);
        }
        Ok(response)
    }

    /// The question for the outlet, with the names to choose from when the words fit several.
    fn ask_outlet(&self, turn: &Turn<'_>, response: &mut Response, heard: &Heard) {
        if !matches!(response.state.awaiting, Some(Awaiting::Outlet(_))) {
            return;
        }
        let names: Vec<&str> = heard
            .outlet_choice
            .iter()
            .filter_map(|id| turn.catalogue.outlet(*id))
            .map(|outlet| outlet.details.name.as_str())
            .collect();
        let ask = if !names.is_empty() {
            fill(&self.phrases.ask_outlet_choice, &[("choices", &names.join(", "))])
        } else if let Some(name) = &heard.outlet_unknown {
            fill(&self.phrases.ask_outlet_unknown, &[("name", name)])
        } else {
            return;
        };
        response.text = response.text.replace(&self.phrases.ask_outlet, &ask);
        response.facts.push(ask);
        response.state.awaiting = Some(Awaiting::Outlet(heard.outlet_choice.iter().map(|id| id.0).collect()));
    }

    /// A number that stands for nothing known is asked about, because it may be a quantity.
    fn ask_about_number(&self, response: &mut Response, number: &str) {
        let example = response
            .order
            .as_ref()
            .and_then(|o| o.lines.first())
            .map_or_else(|| "lids".to_owned(), |line| line.product_name.clone());
        let ask = fill(&self.phrases.ask_number, &[("number", number), ("example", &example)]);
        response.text = format!("{}\n\n{ask}", response.text);
        response.facts.push(ask);
        if let Some(order) = &mut response.order {
            order.missing.push(format!("number: {number}"));
        }
        response.action = Action::Clarify;
    }

    pub(super) fn known_outlet(&self, turn: &Turn<'_>) -> Option<crate::domain::ids::OutletId> {
        let hint = &turn.ask.outlet;
        let by_id = hint.id.filter(|id| turn.catalogue.outlet(*id).is_some());
        let by_name = || hint.name.as_deref().and_then(|name| turn.catalogue.outlet_index.resolve(name));
        turn.ask.principal.outlet.or(by_id).or_else(by_name).or_else(|| turn.state.outlet())
    }

    /// The outlet's last order, for "the usual" and "same as last time"; only for callers who may know it.
    pub(super) async fn fill_usual(&self, turn: &Turn<'_>, draft: &mut Draft) -> Result<(), TurnError> {
        let trusted =
            turn.ask.principal.role.is_trusted_channel() || turn.ask.principal.outlet == draft.outlet;
        let Some(outlet) = draft.outlet.filter(|_| trusted) else { return Ok(()) };
        if let Some(last) = self.store.outlet_history(outlet).await?.last_order {
            for line in &last.order.lines {
                draft.set(line.product, line.quantity);
            }
        }
        Ok(())
    }

    async fn question_in_between(
        &self,
        turn: &Turn<'_>,
        understood: &Understood,
    ) -> Result<Response, TurnError> {
        Box::pin(self.question(turn, understood)).await
    }

    /// The draft read back, with the next question: what is missing, or whether to place it.
    pub(super) fn show(&self, turn: &Turn<'_>, draft: &Draft) -> Response {
        let rules = &turn.rules.rules;
        let priced = desk::price(draft, &turn.catalogue, rules, turn.now);
        let outlet = draft.outlet.and_then(|id| turn.catalogue.outlet(id)).map(|o| o.details.name.as_str());
        let (question, awaiting) = self.next_question(turn, draft, &priced);
        let mut text = String::new();
        if !priced.lines.is_empty() {
            text = order_words::read_back(draft, &priced, outlet, rules, &self.phrases);
            text.push('\n');
        }
        text.push_str(&question);
        let mut state = turn.state.clone();
        state.misunderstood = 0;
        state.set_draft(Some(draft));
        if let Some(outlet) = draft.outlet {
            state.set_outlet(outlet);
        }
        let ready = awaiting == Some(Awaiting::Confirmation);
        state.awaiting = awaiting;
        let action = if ready { Action::DraftOrder } else { Action::Clarify };
        let mut response = Response::say(action, Tone::Efficient, text.clone(), state);
        response.facts.push(text);
        response.order = Some(order_words::draft_view(&priced, outlet, rules));
        response
    }

    /// One question at a time: products first, then quantities, then the outlet, then the limits.
    pub(super) fn next_question(
        &self,
        turn: &Turn<'_>,
        draft: &Draft,
        priced: &Priced,
    ) -> (String, Option<Awaiting>) {
        let p = &self.phrases;
        if let Some(open) = draft.open.first() {
            return match open.candidates.as_slice() {
                [] => (fill(&p.ask_product_unknown, &[("item", &open.text)]), Some(Awaiting::Product)),
                [_] => (fill(&p.ask_quantity, &[("item", &open.text)]), Some(Awaiting::Quantity)),
                several => (self.choice(turn, &open.text, several), Some(Awaiting::Product)),
            };
        }
        if draft.is_empty() {
            let phrase = if draft.outlet.is_none() { &p.order_start_outlet } else { &p.order_start };
            return (phrase.clone(), None);
        }
        if draft.outlet.is_none() {
            return (p.ask_outlet.clone(), Some(Awaiting::Outlet(Vec::new())));
        }
        if priced.faults.is_empty() {
            return (p.draft_confirm.clone(), Some(Awaiting::Confirmation));
        }
        let currency = &turn.rules.rules.currency;
        let sentences: Vec<String> = priced.faults.iter().map(|fault| fault.sentence(currency)).collect();
        (sentences.join(" "), None)
    }

    fn choice(&self, turn: &Turn<'_>, item: &str, products: &[ProductId]) -> String {
        let mut lines = vec![fill(&self.phrases.ask_product_choice, &[("item", item)])];
        let names = products.iter().filter_map(|id| turn.catalogue.product(*id)).take(MAX_CHOICES);
        lines.extend(names.enumerate().map(|(i, product)| {
            format!("{}. {}", i + 1, super::question::price_line(product, &turn.rules.rules, &self.phrases))
        }));
        lines.join("\n")
    }

    /// Yes, no or cancel.
    pub(super) async fn confirmed(
        &self,
        turn: &Turn<'_>,
        understood: &Understood,
        answer: Confirmation,
    ) -> Result<Response, TurnError> {
        let awaits_person = turn.state.awaiting == Some(Awaiting::Person);
        match (answer, turn.state.draft()) {
            (Confirmation::Yes, _) if awaits_person => {
                Ok(self.hand_over(turn, understood, EscalationReason::CustomerRequest))
            }
            (_, _) if awaits_person => {
                let mut state = turn.state.clone();
                state.awaiting = None;
                let mut response = Response::say(
                    Action::SmallTalk,
                    Tone::Efficient,
                    self.phrases.anything_else.clone(),
                    state,
                );
                self.remind_of_draft(turn, &mut response);
                Ok(response)
            }
            (Confirmation::Yes, Some(draft)) => self.place(turn, &draft).await,
            (Confirmation::No, Some(draft)) if turn.state.awaiting == Some(Awaiting::Confirmation) => {
                let mut response = self.show(turn, &draft);
                response.text.clone_from(&self.phrases.change_unclear);
                response.action = Action::Clarify;
                Ok(response)
            }
            (Confirmation::No | Confirmation::Cancel, Some(_)) => Ok(self.dropped(turn)),
            (Confirmation::Yes, None) => Ok(self.nothing(turn, &self.phrases.nothing_to_confirm)),
            (_, None) => Ok(self.nothing(turn, &self.phrases.nothing_to_cancel)),
        }
    }

    fn nothing(&self, turn: &Turn<'_>, phrase: &str) -> Response {
        let mut state = turn.state.clone();
        state.awaiting = None;
        Response::say(Action::Clarify, Tone::Efficient, phrase, state)
    }

    fn dropped(&self, turn: &Turn<'_>) -> Response {
        let mut state = turn.state.clone();
        state.set_draft(None);
        state.awaiting = None;
        Response::say(Action::CancelOrder, Tone::Efficient, self.phrases.draft_dropped.clone(), state)
    }

    /// Places the draft if nothing is missing; otherwise asks for it.
    async fn place(&self, turn: &Turn<'_>, draft: &Draft) -> Result<Response, TurnError> {
        let rules = &turn.rules.rules;
        let priced = desk::price(draft, &turn.catalogue, rules, turn.now);
        let Some(outlet) = draft.outlet.filter(|_| priced.faults.is_empty()) else {
            return Ok(self.show(turn, draft));
        };
        let history = self.store.outlet_history(outlet).await?;
        let holds = desk::holds(&priced, &history, &turn.catalogue, rules, turn.ask.principal);
        let sender =
            Sender { principal: turn.ask.principal, session: Some(turn.session.clone()), now: turn.now };
        let Some((order, ticket)) = desk::order(draft, priced, holds, &turn.catalogue, rules, sender) else {
            return Ok(self.show(turn, draft));
        };
        let mut state = turn.state.clone();
        state.set_draft(None);
        state.awaiting = None;
        let mut response = Response::say(Action::PlaceOrder, Tone::Efficient, String::new(), state);
        response.effect = Effect::PlaceOrder { order, ticket };
        let (rules, phrases, now) = (turn.rules.clone(), Arc::clone(&self.phrases), turn.now);
        response.complete = Some(Box::new(move |outcome, reply, state| {
            let Some(order) = &outcome.order else { return };
            reply.message = order_words::placed(order, &rules.rules, &phrases);
            reply.order_id = Some(order.id.0);
            reply.order = Some(order_words::order_view(order, &rules.rules.currency));
            state.last_order = Some(order.id.0);
            if let Some(ticket) = &outcome.ticket
                && order.order.is_urgent
            {
                let tier = ticket.ticket.tier;
                let urgent = fill(
                    &phrases.placed_urgent,
                    &[
                        ("who", escalate::who(tier, &phrases)),
                        ("when", &escalate::when(tier, now, &rules.rules, &phrases)),
                        ("ticket", &ticket.id.to_string()),
                    ],
                );
                reply.message = format!("{} {urgent}", reply.message);
            }
        }));
        Ok(response)
    }
}
