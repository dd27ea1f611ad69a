//! Decides what a message gets: an answer, an order, a status, a person, or a question back.

use std::collections::HashMap;
use std::sync::Arc;

use super::TurnError;
use super::engine::{Engine, Turn};
use super::phrases::fill;
use super::question::{self, Sources};
use super::response::{Answered, Response};
use super::state::{Awaiting, SessionState};
use super::understand::{SmallTalk, Understood};
use super::wording::Worded;
use crate::domain::answer::Action;
use crate::domain::escalation::EscalationReason;
use crate::domain::ids::ProductId;
use crate::domain::intent::Intent;
use crate::domain::tone::Sentiment;
use crate::nlu::edit::Confirmation;
use crate::orders::desk;

/// What a message gets, before any words are found for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// A person, for this reason.
    Person(EscalationReason),
    /// Yes, no or cancel to what was asked.
    Confirmation(Confirmation),
    /// Goes on with, or begins, an order.
    Order,
    /// What is in the draft, its total, when it would come.
    Draft,
    /// Where an order stands.
    Status,
    /// Changes or calls off an order that was placed.
    Placed,
    /// Hello, thanks, goodbye.
    SmallTalk(SmallTalk),
    /// A question, or anything else that the policies may answer.
    Question,
}

/// The first that fits. What must never be missed (safety, the law, a wish for a person) comes first, then what
/// the conversation waits for, then what the words alone say.
pub fn route(understood: &Understood, awaiting: Option<&Awaiting>, has_draft: bool) -> Route {
    if let Some(reason) = understood.alarm {
        return Route::Person(reason);
    }
    if understood.changes_placed && (!has_draft || understood.order_number.is_some()) {
        return Route::Placed;
    }
    if understood.confirmation.is_some() && (has_draft || awaiting.is_some()) {
        return understood.confirmation.map_or(Route::Question, Route::Confirmation);
    }
    match awaiting {
        Some(Awaiting::OrderNumber) if understood.order_number.is_some() => return Route::Status,
        Some(Awaiting::Digits(_)) if understood.gives_digits() => return Route::Status,
        Some(Awaiting::Outlet(_) | Awaiting::Product | Awaiting::Quantity | Awaiting::Bundle(_))
            if understood.answers_pending =>
        {
            return Route::Order;
        }
        _ => {}
    }
    if understood.goes_on && !has_draft {
        return Route::Placed;
    }
    if has_draft && understood.asks_about_draft {
        return Route::Draft;
    }
    if has_draft && understood.changes_draft() {
        return Route::Order;
    }
    if understood.orders_something(has_draft) {
        return Route::Order;
    }
    if let Some(talk) = understood.small_talk {
        return Route::SmallTalk(talk);
    }
    if let Some(answer) = understood.confirmation {
        return Route::Confirmation(answer);
    }
    if understood.names_only_an_order() {
        return Route::Status;
    }
    match understood.intent.intent {
        Intent::EscalationRequest => Route::Person(EscalationReason::CustomerRequest),
        // "I ordered too many, can I send them back?" is no complaint: nobody sounds unhappy, and facts are asked for.
        Intent::Complaint if !(understood.sentiment == Sentiment::Neutral && understood.is_question) => {
            Route::Person(EscalationReason::Complaint)
        }
        Intent::OrderStatus if understood.order_number.is_some() || understood.asks_where_order_is() => {
            Route::Status
        }
        Intent::OrderPlacement
            if !understood.is_question && !understood.asks_for_facts() && !understood.is_no_order() =>
        {
            Route::Order
        }
        _ => Route::Question,
    }
}

/// Whether a message may have an answer that the operator wrote: whatever is no order, no reply to what was asked, and
/// needs no person.
fn may_be_curated(route: Route, understood: &Understood) -> bool {
    match route {
        Route::Question | Route::SmallTalk(SmallTalk::About) => true,
        Route::Status => understood.order_number.is_none() && understood.digits.is_none(),
        _ => false,
    }
}

/// Whether a count has come to its limit; 0 is none.
fn reached(count: u8, limit: u8) -> bool {
    limit > 0 && count >= limit
}

impl Engine {
    /// Finds words and effect for a message.
    pub(super) async fn respond(
        &self,
        turn: &Turn<'_>,
        understood: &Understood,
    ) -> Result<Response, TurnError> {
        let mut route = route(understood, turn.before.awaiting.as_ref(), turn.state.has_draft());
        // "Add 50 lids" after an order that has come to its end begins a new one.
        if route == Route::Placed
            && !understood.changes_placed
            && !self.still_stands(turn, turn.state.last_order.unwrap_or_default()).await?
        {
            route = Route::Order;
        }
        let mut state = turn.state.clone();
        if understood.sentiment == Sentiment::Angry {
            state.angry = state.angry.saturating_add(1);
        }
        let escalation = &turn.rules.rules.escalation;
        if reached(state.angry, escalation.angry_turns)
            && state.ticket.is_none()
            && !matches!(route, Route::Person(_))
        {
            return Ok(self.hand_over(turn, understood, EscalationReason::RepeatedAnger));
        }
        if may_be_curated(route, understood)
            && let Some(answer) = self.curated_answer(turn, understood).await?
        {
            let mut answer = answer;
            self.remind_of_draft(turn, &mut answer);
            return Ok(answer);
        }
        let own = understood.intent.own.as_deref();
        if route == Route::Question && own.is_some_and(|class| escalation.intents.contains_key(class)) {
            return Ok(self.hand_over(turn, understood, EscalationReason::BeyondAuthority));
        }
        match route {
            Route::Person(EscalationReason::Complaint) => self.complaint(turn, understood).await,
            Route::Person(reason) => Ok(self.hand_over(turn, understood, reason)),
            Route::Confirmation(answer) => self.confirmed(turn, understood, answer).await,
            Route::Order => self.order_turn(turn, understood).await,
            // What the number or the digits were asked for comes first.
            Route::Status if turn.before.wish.is_some() => self.placed_order(turn, understood).await,
            Route::Status => self.order_status(turn, understood).await,
            Route::Placed => self.placed_order(turn, understood).await,
            Route::SmallTalk(talk) => Ok(self.small_talk(turn, understood, talk)),
            Route::Draft => {
                let draft = turn.state.draft().unwrap_or_default();
                Ok(self.show(turn, &draft))
            }
            Route::Question => self.question(turn, understood).await,
        }
    }

    fn small_talk(&self, turn: &Turn<'_>, understood: &Understood, talk: SmallTalk) -> Response {
        let phrase = match talk {
            SmallTalk::Hello => &turn.rules.phrases.greeting,
            SmallTalk::HowAreYou => &turn.rules.phrases.how_are_you,
            SmallTalk::Thanks => &turn.rules.phrases.thanks,
            SmallTalk::Goodbye => &turn.rules.phrases.goodbye,
            SmallTalk::About => &turn.rules.phrases.about,
            SmallTalk::Acknowledged => &turn.rules.phrases.anything_else,
        };
        let text = fill(phrase, &[("company", &turn.rules.rules.company_name)]);
        let mut state = turn.state.clone();
        state.misunderstood = 0;
        let answer = Answered::said(Action::SmallTalk, text, understood.intent.purpose());
        let mut response = Response::answered(Arc::new(answer), state);
        self.remind_of_draft(turn, &mut response);
        response
    }

    /// An answer out of the policies and the catalogue, or an honest decline; a draft waits meanwhile.
    pub(super) async fn question(
        &self,
        turn: &Turn<'_>,
        understood: &Understood,
    ) -> Result<Response, TurnError> {
        let (retrieval, extract) = self.search(turn, understood).await?;
        let spoken_of = turn.state.spoken_of();
        let asked: Vec<ProductId> = understood
            .product_question(&turn.catalogue, &spoken_of)
            .into_iter()
            .flat_map(|wants| wants.products)
            .take(question::MAX_PRODUCTS)
            .map(|product| product.id)
            .collect();
        let stock = self.stock_asked_for(turn, understood, &asked).await?;
        let sources = Sources {
            stock: &stock,
            spoken_of: &spoken_of,
            retrieval: &retrieval,
            extract: &extract,
            catalogue: &turn.catalogue,
            rules: &turn.rules.rules,
            phrases: &turn.rules.phrases,
        };
        let answer = question::answer(understood, &sources);
        let Worded { answer, from_cache, kept_as } =
            self.worded(turn, understood, answer, &retrieval).await?;
        let mut state = turn.state.clone();
        if !asked.is_empty() {
            state.speak_of(asked);
        }
        if self.counts_doubt(turn, understood, &answer, &mut state) {
            return Ok(self.hand_over(turn, understood, EscalationReason::NotUnderstood));
        }
        let offers_person = matches!(answer.action, Action::Decline | Action::Clarify);
        // Stock moves with every order, so what is said of it is never kept.
        let shareable = turn.state.is_plain() && !understood.leans_on_context && stock.is_empty();
        let answer = Arc::new(answer);
        if let Some(question) = kept_as.filter(|_| shareable) {
            self.paraphrases.keep(question, answer.clone());
        }
        let mut response = Response { from_cache, ..Response::answered(answer, state) };
        if !shareable {
            response.shareable = None;
        }
        if offers_person {
            response.text = format!("{} {}", response.text, turn.rules.phrases.offer_person);
            response.state.awaiting = Some(Awaiting::Person);
        }
        self.remind_of_draft(turn, &mut response);
        Ok(response)
    }

    /// Counts turns that were not understood or answered with a doubt; tells whether a person is called for it.
    fn counts_doubt(
        &self,
        turn: &Turn<'_>,
        understood: &Understood,
        answer: &Answered,
        state: &mut SessionState,
    ) -> bool {
        let escalation = &turn.rules.rules.escalation;
        let calls = match answer.action {
            Action::Decline => {
                state.misunderstood = state.misunderstood.saturating_add(1);
                reached(state.misunderstood, escalation.misunderstood_turns)
            }
            Action::Clarify => {
                let before = state.unsure;
                state.answered(&understood.text);
                state.unsure = before.saturating_add(1);
                reached(state.unsure, escalation.unsure_turns)
            }
            _ => {
                state.answered(&understood.text);
                false
            }
        };
        calls && state.ticket.is_none()
    }

    async fn stock_asked_for(
        &self,
        turn: &Turn<'_>,
        understood: &Understood,
        asked: &[ProductId],
    ) -> Result<HashMap<ProductId, u32>, TurnError> {
        let wants = understood.product_question(&turn.catalogue, &turn.state.spoken_of());
        if asked.is_empty() || !wants.is_some_and(|wants| wants.stock) {
            return Ok(HashMap::new());
        }
        Ok(self.store.stock(asked.to_vec()).await?)
    }

    /// A ticket first, with empathy; then what the policies say about the matter.
    async fn complaint(&self, turn: &Turn<'_>, understood: &Understood) -> Result<Response, TurnError> {
        let mut response = super::handover::ticket(turn, understood, EscalationReason::Complaint);
        let (retrieval, extract) = self.search(turn, understood).await?;
        if retrieval.answerable >= question::SURE_FROM && !extract.passages.is_empty() {
            let quoted: Vec<&str> = extract.passages.iter().map(|p| p.text.as_str()).collect();
            let policy = format!("{}\n{}", turn.rules.phrases.complaint_evidence, quoted.join("\n"));
            response.append(&policy);
            response.chunks_retrieved = retrieval.hits.len();
            response.quoted = extract.passages.into_iter().map(|p| p.text).collect();
            response.evidence = extract.evidence;
        } else if understood.order_number.is_none() {
            response.append(&turn.rules.phrases.complaint_order);
        }
        self.remind_of_draft(turn, &mut response);
        Ok(response)
    }

    /// An order in the making is not forgotten when the customer asks something else in between.
    pub(super) fn remind_of_draft(&self, turn: &Turn<'_>, response: &mut Response) {
        let Some(draft) = turn.state.draft().filter(|draft| !draft.is_empty()) else { return };
        response.shareable = None;
        let phrases = &turn.rules.phrases;
        // One question at a time: what this reply asks comes first.
        if response.state.awaiting.is_some() {
            response.append(&phrases.draft_waits);
            return;
        }
        let priced = desk::price(&draft, &turn.catalogue, &turn.rules.rules, turn.now);
        let (question, awaiting) = self.next_question(turn, &draft, &priced);
        match awaiting {
            // A yes to this shows the order again: only what is read back is said yes to.
            Some(Awaiting::Confirmation) | None => {
                response.append(&phrases.draft_still_open);
                response.state.awaiting = Some(Awaiting::Resume);
            }
            pending => {
                response.append(&fill(&phrases.draft_still_missing, &[("question", &question)]));
                response.state.awaiting = pending;
            }
        }
    }
}
