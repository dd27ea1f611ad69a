//! Orders in a conversation: a draft grows out of what is said, is read back with prices, and is placed on "yes".

use std::sync::Arc;

use super::TurnError;
use super::draft_edit::Heard;
use super::engine::{Engine, Turn};
use super::escalate;
use super::open_items;
use super::order_words;
use super::phrases::fill;
use super::response::Response;
use super::state::Awaiting;
use super::understand::{Understood, may_know_habits};
use crate::domain::answer::Action;
use crate::domain::escalation::EscalationReason;
use crate::domain::tone::Tone;
use crate::nlu::edit::Confirmation;
use crate::orders::{Draft, Priced, Sender, desk};
use crate::store::Effect;

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
        let order = self.order_of(turn, understood).await?;
        let heard = super::draft_edit::apply(&mut draft, turn, &understood.text, &order);
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
            response.text = format!("{}\n\n{}", turn.rules.phrases.change_unclear, response.text);
            return Ok(response);
        }
        if draft.is_empty() && !before.is_empty() {
            let mut state = turn.state.clone();
            state.set_draft(None);
            state.awaiting = None;
            return Ok(Response::say(
                Action::Clarify,
                Tone::Efficient,
                turn.rules.phrases.draft_removed.clone(),
                state,
            ));
        }
        let mut response = self.show(turn, &draft);
        if heard.wants_usual && draft.is_empty() {
            response.text.clone_from(&turn.rules.phrases.usual_unknown);
        }
        if draft.outlet.is_none() {
            self.ask_outlet(turn, &mut response, &heard);
        }
        if !heard.assumed.is_empty() {
            Self::tell_assumed(turn, &mut response, &heard.assumed);
        }
        if let Some(number) = heard.unexplained_number {
            Self::ask_about_number(turn, &mut response, &number);
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
            fill(&turn.rules.phrases.ask_outlet_choice, &[("choices", &names.join(", "))])
        } else if let Some(name) = &heard.outlet_unknown {
            fill(&turn.rules.phrases.ask_outlet_unknown, &[("name", name)])
        } else {
            return;
        };
        response.text = response.text.replace(&turn.rules.phrases.ask_outlet, &ask);
        response.facts.push(ask);
        response.state.awaiting = Some(Awaiting::Outlet(heard.outlet_choice.iter().map(|id| id.0).collect()));
    }

    /// What was taken from the words about another item is said, so that it can be put right.
    fn tell_assumed(turn: &Turn<'_>, response: &mut Response, items: &[String]) {
        let tell = fill(&turn.rules.phrases.draft_assumed, &[("items", &items.join("”, “"))]);
        response.text = format!("{tell}\n\n{}", response.text);
        response.facts.push(tell);
    }

    /// A number that stands for nothing known is asked about, because it may be a quantity.
    fn ask_about_number(turn: &Turn<'_>, response: &mut Response, number: &str) {
        let example = response
            .order
            .as_ref()
            .and_then(|o| o.lines.first())
            .map_or_else(|| "lids".to_owned(), |line| line.product_name.clone());
        let ask = fill(&turn.rules.phrases.ask_number, &[("number", number), ("example", &example)]);
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
        let Some(outlet) = draft.outlet.filter(|id| may_know_habits(turn, *id)) else { return Ok(()) };
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
            text = order_words::read_back(draft, &priced, outlet, rules, &turn.rules.phrases);
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
        let p = &turn.rules.phrases;
        if let Some(open) = draft.open.first() {
            let (question, awaiting) = self.ask_open(turn, open);
            return (question, Some(awaiting));
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
                    turn.rules.phrases.anything_else.clone(),
                    state,
                );
                self.remind_of_draft(turn, &mut response);
                Ok(response)
            }
            (Confirmation::Yes, Some(mut draft)) => {
                if turn.state.awaiting == Some(Awaiting::Product)
                    && open_items::accepted(&mut draft, &turn.catalogue)
                {
                    return Ok(self.show(turn, &draft));
                }
                self.place(turn, &draft).await
            }
            (Confirmation::No, Some(draft)) if turn.state.awaiting == Some(Awaiting::Confirmation) => {
                let mut response = self.show(turn, &draft);
                response.text.clone_from(&turn.rules.phrases.change_unclear);
                response.action = Action::Clarify;
                Ok(response)
            }
            (Confirmation::No | Confirmation::Cancel, Some(_)) => Ok(self.dropped(turn)),
            (Confirmation::Yes, None) => Ok(self.nothing(turn, &turn.rules.phrases.nothing_to_confirm)),
            (_, None) => Ok(self.nothing(turn, &turn.rules.phrases.nothing_to_cancel)),
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
        Response::say(Action::CancelOrder, Tone::Efficient, turn.rules.phrases.draft_dropped.clone(), state)
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
        let (rules, phrases, now) = (turn.rules.clone(), Arc::clone(&turn.rules.phrases), turn.now);
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
