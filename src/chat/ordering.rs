//! Orders in a conversation: a draft grows out of what is said, is read back with prices, and is placed on "yes".

use super::TurnError;
use super::draft_edit::{self, Heard};
use super::engine::{Engine, Turn};
use super::order_words;
use super::phrases::fill;
use super::response::Response;
use super::state::Awaiting;
use super::understand::{Understood, may_know_habits};
use crate::domain::answer::Action;
use crate::domain::tone::Tone;
use crate::nlu::order::{OutletMention, ParsedOrder};
use crate::orders::{Draft, OpenItem, Priced, Wanted, desk};

impl Engine {
    /// Adds what was said to the draft and shows it, or asks for the next missing piece.
    pub(super) async fn order_turn(
        &self,
        turn: &Turn<'_>,
        understood: &Understood,
    ) -> Result<Response, TurnError> {
        let mut draft = turn.state.draft().unwrap_or_default();
        let before = draft.clone();
        let order = self.order_of(turn, understood).await?;
        let usual_unknown = self.begin_draft(turn, &order, &mut draft).await?;
        let said = draft_edit::Said { text: &understood.text, order: &order, edits: &understood.edits };
        let heard = draft_edit::apply(&mut draft, turn, &said);
        let nothing_new = draft == before && !before.is_empty();
        if nothing_new && !heard.understood {
            // The words were about the order but changed nothing: a question in between is answered instead.
            if understood.is_question {
                return self.question_in_between(turn, understood).await;
            }
            let mut response = self.show(turn, &draft);
            response.prepend(&self.change_unclear(turn, &draft));
            return Ok(response);
        }
        if let (true, Some(amends)) = (draft.is_empty(), before.amends)
            && let Some(order) = self.store.order(amends.order).await?
        {
            return Ok(self.offer_cancelling(turn, understood, &order));
        }
        if draft.is_empty() && !before.is_empty() {
            let mut state = turn.state.clone();
            state.set_draft(None);
            return Ok(Response::say(
                Action::Clarify,
                Tone::Efficient,
                turn.rules.phrases.draft_removed.clone(),
                state,
            ));
        }
        let mut response = self.show(turn, &draft);
        if usual_unknown && draft.is_empty() {
            response.text.clone_from(&turn.rules.phrases.usual_unknown);
            response.facts.push(response.text.clone());
        }
        if draft.outlet.is_none() {
            self.ask_outlet(turn, &mut response, &heard);
        }
        if !heard.assumed.is_empty() {
            let items = heard.assumed.join("”, “");
            response.prepend(&fill(&turn.rules.phrases.draft_assumed, &[("items", &items)]));
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

    /// What can be said to change the draft, with one of its own products as the example.
    pub(super) fn change_unclear(&self, turn: &Turn<'_>, draft: &Draft) -> String {
        fill(&turn.rules.phrases.change_unclear, &[("example", &self.example(turn, draft))])
    }

    /// A product to give examples with: one of the draft's, or any.
    pub(super) fn example(&self, turn: &Turn<'_>, draft: &Draft) -> String {
        let of_draft = draft.lines.first().and_then(|line| turn.catalogue.product(line.product));
        let any = || turn.catalogue.products().filter(|p| p.details.active).min_by_key(|p| p.id.0);
        of_draft.or_else(any).map_or_else(String::new, |product| product.details.name.clone())
    }

    /// What is known before the words are looked at: the outlet, and its usual order when that is asked for. Whether
    /// a usual order was asked for that is not known.
    pub(super) async fn begin_draft(
        &self,
        turn: &Turn<'_>,
        order: &ParsedOrder,
        draft: &mut Draft,
    ) -> Result<bool, TurnError> {
        if draft.outlet.is_none() {
            draft.outlet = match (turn.ask.principal.outlet, &order.outlet) {
                (None, OutletMention::Outlet(named)) => Some(*named),
                _ => self.known_outlet(turn),
            };
        }
        if !order.wants_usual || !draft.is_empty() {
            return Ok(false);
        }
        self.fill_usual(turn, draft).await?;
        let unknown = draft.is_empty();
        // Beside other goods it must not be lost: "the usual and 200 lids".
        if unknown && !order.items.is_empty() {
            draft.open.push(OpenItem {
                text: turn.rules.phrases.usual_item.clone(),
                quantity: None,
                wanted: Wanted::Unknown,
            });
        }
        Ok(unknown)
    }

    pub(super) fn known_outlet(&self, turn: &Turn<'_>) -> Option<crate::domain::ids::OutletId> {
        let hint = &turn.ask.outlet;
        let by_id = hint.id.filter(|id| turn.catalogue.outlet(*id).is_some());
        let by_name = || hint.name.as_deref().and_then(|name| turn.catalogue.outlet_index.resolve(name));
        turn.ask.principal.outlet.or(by_id).or_else(by_name).or_else(|| turn.state.outlet())
    }

    /// The outlet's last order, for "the usual" and "same as last time"; only for callers who may know it.
    async fn fill_usual(&self, turn: &Turn<'_>, draft: &mut Draft) -> Result<(), TurnError> {
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
        if ready {
            state.show(priced.totals.total, priced.delivery_date);
        }
        let action = if ready { Action::DraftOrder } else { Action::Clarify };
        let mut response = Response::say(action, Tone::Efficient, text, state);
        response.order_id = draft.amends.map(|amends| amends.order.0);
        response.order = Some(order_words::draft_view(draft, &priced, outlet, rules));
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
        if let (true, Some(part)) = (priced.faults.is_empty(), priced.part_bundles.first()) {
            let values = [
                ("name", part.name.clone()),
                ("size", part.size.to_string()),
                ("rounded", part.rounded.to_string()),
            ];
            let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
            return (fill(&p.ask_bundle, &values), Some(Awaiting::Bundle(part.product.0)));
        }
        if let (true, Some(amends)) = (priced.faults.is_empty(), &draft.amends) {
            let values =
                [("currency", turn.rules.rules.currency.clone()), ("before", amends.before.to_string())];
            let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
            return (fill(&p.change_confirm, &values), Some(Awaiting::Confirmation));
        }
        if priced.faults.is_empty() {
            return (p.draft_confirm.clone(), Some(Awaiting::Confirmation));
        }
        let currency = &turn.rules.rules.currency;
        let sentences: Vec<String> = priced.faults.iter().map(|fault| fault.sentence(currency)).collect();
        (sentences.join(" "), None)
    }
}
