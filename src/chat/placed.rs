//! Changing an order that was placed. It becomes a draft that knows its order, so everything that is said of drafts
//! works on it too; on "yes" the order is replaced as a whole, if nothing moved since it was shown.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

use super::TurnError;
use super::calling_off::{fee_of, moment};
use super::draft_edit;
use super::engine::{Engine, Turn};
use super::order_words;
use super::phrases::fill;
use super::response::{Completion, Response};
use super::state::Awaiting;
use super::understand::{Understood, order_and_edits};
use crate::domain::answer::Action;
use crate::domain::changes::TooLate;
use crate::domain::escalation::EscalationReason;
use crate::domain::ids::OrderId;
use crate::domain::order::{HoldReason, Order};
use crate::domain::tone::Tone;
use crate::nlu::order::{ItemMention, Quantity, Resolution};
use crate::nlu::placed::{self, Wish};
use crate::orders::{Draft, checks, desk};
use crate::store::{Effect, Outcome, Revision};

impl Engine {
    /// A placed order is to be changed or called off: which one, whether the sender may, and how far it goes.
    pub(super) async fn placed_order(
        &self,
        turn: &Turn<'_>,
        understood: &Understood,
    ) -> Result<Response, TurnError> {
        let wish = turn.before.wish.clone().unwrap_or_else(|| understood.text.clone());
        let reached = self.reach(turn, understood, turn.state.last_order).await?;
        let order = match reached {
            Ok(order) => order,
            Err(mut asks) => {
                // A person is offered after too many wrong digits: then nothing waits any more.
                asks.state.wish =
                    matches!(asks.state.awaiting, Some(Awaiting::OrderNumber | Awaiting::Digits(_)))
                        .then_some(wish);
                return Ok(*asks);
            }
        };
        self.carry_wish(turn, understood, &order, &wish).await
    }

    async fn carry_wish(
        &self,
        turn: &Turn<'_>,
        understood: &Understood,
        order: &Order,
        words: &str,
    ) -> Result<Response, TurnError> {
        let said = placed::without_order(words);
        let mut draft = Draft::of(order);
        let (parsed, edits) = order_and_edits(turn, &said, &draft);
        let goods = !parsed.items.is_empty() || !edits.is_empty() || !parsed.without.is_empty();
        let units = order.order.lines.iter().map(|line| u64::from(line.quantity)).sum();
        let earliest = checks::earliest(order.placed_at, units, &turn.rules.rules);
        let after =
            earliest.and_then(|day| day.yesterday().ok()).map_or(turn.today(), |d| d.max(turn.today()));
        match placed::wish(&said, goods, turn.today(), after) {
            Wish::Cancel => return Ok(self.offer_cancelling(turn, understood, order)),
            Wish::Address => return Ok(self.hand_over(turn, understood, EscalationReason::BeyondAuthority)),
            _ if turn.state.draft().is_some_and(|d| !d.is_empty() && d.amends.is_none()) => {
                let mut response = self.remind(turn);
                response.prepend(&fill(
                    &turn.rules.phrases.change_draft_first,
                    &[("order", &order.id.to_string())],
                ));
                return Ok(response);
            }
            Wish::Day(day) => {
                if let Some(refusal) = self.documented(turn, order).await? {
                    return Ok(refusal);
                }
                if let Err(refusal) = self.other_day(turn, order, &mut draft, day) {
                    return Ok(*refusal);
                }
            }
            Wish::Items => {
                if let Some(refusal) = self.too_late(turn, order).await? {
                    return Ok(refusal);
                }
                let parsed = self.enriched(turn, &said, parsed).await?;
                if !adds(&said) {
                    put_in_place(&mut draft, &parsed.items, turn);
                }
                let said = draft_edit::Said { text: &said, order: &parsed, edits: &edits };
                draft_edit::apply(&mut draft, turn, &said);
            }
        }
        if draft.is_empty() {
            return Ok(self.offer_cancelling(turn, understood, order));
        }
        let mut response = self.show(turn, &draft);
        if draft.is_still(order) {
            let ask = fill(&turn.rules.phrases.change_what, &[("order", &order.id.to_string())]);
            response = self.shown_as_it_is(turn, &draft, &ask);
        }
        response.state.last_order = Some(order.id.0);
        Ok(response)
    }

    /// The order as it is, with the question what shall be changed.
    fn shown_as_it_is(&self, turn: &Turn<'_>, draft: &Draft, ask: &str) -> Response {
        let mut response = self.show(turn, draft);
        response.text = format!("{ask} {}", self.change_unclear(turn, draft));
        response.facts = vec![response.text.clone()];
        response.action = Action::Clarify;
        response.state.awaiting = None;
        response
    }

    /// Puts the delivery on another day, or says why not.
    fn other_day(
        &self,
        turn: &Turn<'_>,
        order: &Order,
        draft: &mut Draft,
        day: Date,
    ) -> Result<(), Box<Response>> {
        let rules = &turn.rules.rules;
        let start = rules.calendar.delivery_start(order.order.delivery_date).unwrap_or(Timestamp::MIN);
        if let Err(late) = rules.changes.may_change_day(order.order.status, start, turn.now) {
            return Err(Box::new(self.refused_change(
                turn,
                order,
                late,
                &turn.rules.phrases.change_day_too_late,
            )));
        }
        let units = order.order.lines.iter().map(|line| u64::from(line.quantity)).sum();
        let earliest = checks::earliest(order.placed_at, units, rules);
        let fits = rules.calendar.is_delivery_day(day)
            && earliest.is_some_and(|earliest| day >= earliest)
            && day > turn.today();
        if !fits {
            let phrases = &turn.rules.phrases;
            let first =
                earliest.filter(|day| *day > turn.today()).map_or_else(String::new, order_words::date);
            let values = [("date", order_words::date(day)), ("earliest", first)];
            let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
            let phrase = if rules.calendar.is_delivery_day(day) {
                &phrases.change_day_too_soon
            } else {
                &phrases.change_day_none
            };
            let mut state = turn.state.clone();
            state.last_order = Some(order.id.0);
            return Err(Box::new(Response::say(Action::Clarify, Tone::Honest, fill(phrase, &values), state)));
        }
        if let Some(amends) = &mut draft.amends {
            amends.delivery = day;
        }
        Ok(())
    }

    /// Why items can not be changed any more; `None` while they can.
    async fn too_late(&self, turn: &Turn<'_>, order: &Order) -> Result<Option<Response>, TurnError> {
        let rules = &turn.rules.rules;
        let start = rules.calendar.delivery_start(order.order.delivery_date);
        let late =
            start.and_then(|start| rules.changes.may_change_items(order.order.status, start, turn.now).err());
        match late {
            None => self.documented(turn, order).await,
            Some(late) => {
                Ok(Some(self.refused_change(turn, order, late, &turn.rules.phrases.change_too_late)))
            }
        }
    }

    /// What was handed out on paper would say something else than the order.
    async fn documented(&self, turn: &Turn<'_>, order: &Order) -> Result<Option<Response>, TurnError> {
        let issued = self.store.has_documents(order.id).await?;
        Ok(issued.then(|| self.refused_change(turn, order, TooLate::Documented, "")))
    }

    /// Honest, and with a way on: a person may still do what the assistant may not.
    fn refused_change(&self, turn: &Turn<'_>, order: &Order, late: TooLate, window: &str) -> Response {
        let (rules, phrases) = (&turn.rules.rules, &turn.rules.phrases);
        let phrase = match late {
            TooLate::Over => return self.nothing_left(turn, order),
            TooLate::Window => window,
            TooLate::Packed => &phrases.change_packed,
            TooLate::Documented => &phrases.change_documented,
            TooLate::OnItsWay => &phrases.change_on_its_way,
        };
        let begins = rules.calendar.delivery_start(order.order.delivery_date);
        let values = [
            ("order", order.id.to_string()),
            ("until", rules.changes.items_until_in_words()),
            ("hours", rules.changes.free_until.as_hours().to_string()),
            ("begins", begins.map_or_else(String::new, |at| moment(at, turn))),
        ];
        let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
        let text = format!("{} {}", fill(phrase, &values), phrases.change_by_person);
        let mut state = turn.state.waiting_for(Some(Awaiting::Person));
        state.last_order = Some(order.id.0);
        Response::say(Action::Decline, Tone::Honest, text, state)
    }

    /// A yes to the change that was just shown: order, windows, price and day are looked at again.
    pub(super) async fn revise(&self, turn: &Turn<'_>, draft: &Draft) -> Result<Response, TurnError> {
        let Some(amends) = draft.amends else { return Ok(self.show(turn, draft)) };
        let order = self.store.order(amends.order).await?;
        let as_seen = |order: &Order| order.updated_at.as_microsecond() == amends.seen.as_microsecond();
        let Some(order) = order.filter(as_seen) else {
            return self.second_thoughts(turn, TurnError::Moved).await;
        };
        if let Some(mut refusal) = self.too_late(turn, &order).await? {
            refusal.state.set_draft(None);
            return Ok(refusal);
        }
        let rules = &turn.rules.rules;
        let priced = desk::price(draft, &turn.catalogue, rules, turn.now);
        let Some(delivery_date) = priced.delivery_date else { return Ok(self.show(turn, draft)) };
        if !priced.faults.is_empty() || !priced.part_bundles.is_empty() || draft.is_still(&order) {
            return Ok(self.show(turn, draft));
        }
        if amends.delivery != order.order.delivery_date
            && let Err(refusal) = self.other_day(turn, &order, &mut draft.clone(), amends.delivery)
        {
            let mut refusal = *refusal;
            refusal.state.set_draft(None);
            return Ok(refusal);
        }
        if !turn.state.was_shown(priced.totals.total, priced.delivery_date) {
            let mut response = self.show(turn, draft);
            response.prepend(&turn.rules.phrases.draft_changed);
            return Ok(response);
        }
        // The order itself tells nothing of what is usual.
        let history = self.store.outlet_history_but(order.order.outlet, order.id).await?;
        let mut holds = desk::holds(&priced, &history, &turn.catalogue, rules, turn.ask.principal);
        // Whoever may change it has shown that it is theirs.
        holds.retain(|hold| *hold != HoldReason::UnknownCustomer);
        let revision = Revision {
            id: order.id,
            seen: order.updated_at,
            lines: priced.lines,
            totals: priced.totals,
            delivery_date,
            holds,
            credit: checks::credit(order.order.outlet, &turn.catalogue, rules, turn.now),
            review_by: desk::review_due(turn.now, rules),
            by: turn.ask.principal.scope(),
        };
        let mut state = turn.state.clone();
        state.set_draft(None);
        let mut response = Response::say(Action::ChangeOrder, Tone::Efficient, String::new(), state);
        response.effect = Effect::ReviseOrder(revision);
        response.complete = Some(revised(turn));
        Ok(response)
    }

    /// What is said when the database would not do it: asked again with what is known now.
    pub(super) async fn second_thoughts(
        &self,
        turn: &Turn<'_>,
        fault: TurnError,
    ) -> Result<Response, TurnError> {
        let phrases = &turn.rules.phrases;
        let draft = turn.state.draft();
        match fault {
            TurnError::Duplicate(order) => {
                let text = fill(&phrases.duplicate, &[("order", &order.to_string())]);
                let mut state = turn.state.waiting_for(Some(Awaiting::Again));
                state.last_order = Some(order.0);
                let mut response = Response::say(Action::Clarify, Tone::Informative, text, state);
                response.order_id = Some(order.0);
                Ok(response)
            }
            TurnError::Moved => {
                let mut state = turn.state.clone();
                state.set_draft(None);
                let number = draft.and_then(|d| d.amends).map(|amends| amends.order).or_else(|| {
                    let Some(Awaiting::Cancel(told)) = &turn.before.awaiting else { return None };
                    Some(OrderId(told.order))
                });
                let order = match number {
                    Some(number) => self.store.order(number).await?,
                    None => None,
                };
                let standing =
                    order.map_or_else(String::new, |o| order_words::status(&o, &turn.rules.rules, phrases));
                let text = format!("{} {standing}", phrases.change_moved);
                Ok(Response::say(Action::Clarify, Tone::Honest, text.trim(), state))
            }
            TurnError::StockShort { sku, available } => {
                let product = turn.catalogue.products().find(|p| p.details.sku.as_str() == sku);
                let name = product.map_or(sku, |p| p.details.name.clone());
                let mut response = match &draft {
                    Some(draft) => self.show(turn, draft),
                    None => Response::say(Action::Clarify, Tone::Honest, "", turn.state.clone()),
                };
                response.text =
                    fill(&phrases.change_short, &[("name", &name), ("stock", &available.to_string())]);
                response.facts = vec![response.text.clone()];
                response.action = Action::Clarify;
                response.state.awaiting = None;
                Ok(response)
            }
            other => Err(other),
        }
    }

    fn remind(&self, turn: &Turn<'_>) -> Response {
        self.show(turn, &turn.state.draft().unwrap_or_default())
    }

    /// Whether there is still something about this order that its customer could change or call off.
    pub(super) async fn still_stands(&self, turn: &Turn<'_>, order: i64) -> Result<bool, TurnError> {
        let order = self.store.order(OrderId(order)).await?;
        Ok(order.is_some_and(|order| fee_of(turn, &order).is_some()))
    }
}

/// "300 of the 12 inch" for an order that has some sets their number; "add" adds to it.
fn put_in_place(draft: &mut Draft, items: &[ItemMention], turn: &Turn<'_>) {
    for item in items {
        let (Resolution::Product(id), Some(quantity)) = (&item.resolution, &item.quantity) else { continue };
        let known = turn.catalogue.product(*id).and_then(|p| Quantity::units(quantity, &p.details));
        if known.is_some() && draft.lines.iter().any(|line| line.product == *id) {
            draft.lines.retain(|line| line.product != *id);
        }
    }
}

fn adds(text: &str) -> bool {
    const WORDS: [&str; 7] = ["add", "more", "another", "extra", "plus", "also", "additional"];
    text.to_lowercase().split(|c: char| !c.is_alphanumeric()).any(|word| WORDS.contains(&word))
}

/// Tells of the order as it stands now.
fn revised(turn: &Turn<'_>) -> Completion {
    let rules = Arc::clone(&turn.rules);
    Box::new(move |outcome: &Outcome, reply, state| {
        let Some(order) = &outcome.order else { return };
        reply.message = order_words::changed(order, &rules.rules, &rules.phrases);
        reply.order_id = Some(order.id.0);
        reply.order = Some(order_words::order_view(order, &rules.rules.currency));
        state.last_order = Some(order.id.0);
    })
}
