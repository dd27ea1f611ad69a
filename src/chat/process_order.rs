//! Orders from a trusted channel: understood and placed at once, or refused with what is missing.

use super::TurnError;
use super::ask::Ask;
use super::draft_edit;
use super::engine::{Engine, Turn};
use super::order_words;
use super::progress::Audience;
use super::reply::{OrderDetails, OrderReply, ParsedOrderView};
use super::stages::Stages;
use super::state::Awaiting;
use crate::domain::order::Order;
use crate::orders::{Draft, Sender, checks, desk};
use crate::store::{Effect, Finished, Outcome};

impl Engine {
    /// Places the order of a message at once. Nothing is guessed: what can not be told is named in the error,
    /// and then nothing was stored.
    pub async fn process_order(&self, ask: Ask) -> Result<OrderReply, TurnError> {
        let mut stages = Stages::start();
        let id = super::engine::session_of(&ask)?;
        let scope = ask.owner();
        let mut session = self.sessions.lock(&id, &scope).await?;
        let nobody = Audience::default();
        let turn = self.begin(&ask, &nobody, id, session.state.clone()).await?;
        stages.end("session", &self.metrics);

        let understood = self.understand(&turn).await?;
        stages.end("understand", &self.metrics);
        if understood.is_no_order() {
            return Err(no_order());
        }
        let order = self.order_of(&turn, &understood).await?;
        let mut draft = Draft::default();
        self.begin_draft(&turn, &order, &mut draft).await?;
        let said = draft_edit::Said { text: &understood.text, order: &order, edits: &[] };
        let heard = draft_edit::apply(&mut draft, &turn, &said);
        let rules = &turn.rules.rules;
        let priced = desk::price(&draft, &turn.catalogue, rules, turn.now);
        if !priced.faults.is_empty() {
            return Err(self.not_placeable(&turn, &draft, &priced));
        }
        stages.end("match", &self.metrics);

        let Some(outlet) = draft.outlet else {
            return Err(TurnError::Internal("an order without outlet".into()));
        };
        let history = self.store.outlet_history(outlet).await?;
        let holds = desk::holds(&priced, &history, &turn.catalogue, rules, ask.principal);
        let sender = Sender { principal: ask.principal, session: Some(turn.session.clone()), now: turn.now };
        let (order, ticket) = desk::order(&draft, priced, holds, &turn.catalogue, rules, sender)
            .ok_or_else(|| TurnError::Internal("a checked draft made no order".into()))?;
        stages.end("price", &self.metrics);

        let mut checks = checks::on_placing(outlet, &turn.catalogue, rules, turn.now, None);
        if ask.allow_duplicate {
            checks.duplicate = None;
        }
        let mut commit = self.commit_of(&turn, Effect::PlaceOrder { order, ticket, checks }, "en");
        // The channel orders; nobody is spoken to.
        if let Some(turn) = &mut commit.turn {
            turn.speaks = false;
        }
        let finish = self.order_finish(&turn, heard.candidates_looked_at, stages);
        let (placed, finished) = self.store.commit(commit, Box::new(finish)).await?;
        crate::orders::count(&self.metrics, &placed);
        let mut state = turn.state.clone();
        let reply: OrderReply = serde_json::from_str(&finished.reply_json)
            .map_err(|fault| TurnError::Internal(format!("a reply does not read back: {fault}")))?;
        state.last_order = Some(reply.order_id);
        if placed.order.as_ref().is_some_and(order_words::asks_customer) {
            state.awaiting = Some(Awaiting::Unusual(reply.order_id));
        }
        session.settle(&scope, state);
        Ok(reply)
    }

    fn not_placeable(&self, turn: &Turn<'_>, draft: &Draft, priced: &desk::Priced) -> TurnError {
        let currency = &turn.rules.rules.currency;
        let sentences: Vec<String> = priced
            .faults
            .iter()
            .map(|fault| match fault {
                desk::Fault::Open(words) => self.open_sentence(turn, draft, words),
                other => other.sentence(currency),
            })
            .collect();
        let missing = priced.faults.iter().map(desk::Fault::field).collect();
        TurnError::NotPlaceable { detail: sentences.join(" "), missing }
    }

    /// What is not settled about an item, as a question.
    fn open_sentence(&self, turn: &Turn<'_>, draft: &Draft, words: &str) -> String {
        draft.open.iter().find(|open| open.text == words).map_or_else(
            || desk::Fault::Open(words.to_owned()).sentence(&turn.rules.rules.currency),
            |open| self.ask_open(turn, open).0,
        )
    }

    fn order_finish(
        &self,
        turn: &Turn<'_>,
        candidates: usize,
        stages: Stages,
    ) -> impl FnOnce(&Outcome) -> Finished + Send + 'static {
        let (rules, phrases, session) =
            (turn.rules.clone(), turn.rules.phrases.clone(), turn.session.to_string());
        let mut state = turn.state.clone();
        move |outcome: &Outcome| {
            let Some(order) = &outcome.order else { return Finished::default() };
            state.last_order = Some(order.id.0);
            if order_words::asks_customer(order) {
                state.awaiting = Some(Awaiting::Unusual(order.id.0));
            }
            let reply = OrderReply {
                success: true,
                order_id: order.id.0,
                run_id: uuid::Uuid::now_v7().to_string(),
                session_id: session,
                message: order_words::placed(order, &rules.rules, &phrases),
                details: details(order, candidates, stages.total_ms() / 1000.0),
                agent_timeline: stages.done,
            };
            Finished {
                reply_text: reply.message.clone(),
                reply_json: serde_json::to_string(&reply).unwrap_or_default(),
                state_json: state.to_json(),
            }
        }
    }
}

/// A message that speaks of goods and orders none: placing it would be the worst answer.
fn no_order() -> TurnError {
    TurnError::NotPlaceable {
        detail: "This does not read as a new order but as a question, a complaint, or a change of an order that was \
                 placed. Send it to /api/chatbot, or let a person read it."
            .to_owned(),
        missing: vec!["order".to_owned()],
    }
}

fn details(order: &Order, candidates: usize, seconds: f64) -> OrderDetails {
    let facts = &order.order;
    OrderDetails {
        parsed_order: ParsedOrderView {
            outlet_name: facts.outlet_name.clone(),
            line_items: facts.lines.iter().map(order_words::line_view).collect(),
            is_urgent: facts.is_urgent,
            notes: facts.notes.clone(),
        },
        total_items: facts.lines.iter().map(|line| u64::from(line.quantity)).sum(),
        line_items_count: facts.lines.len(),
        subtotal: facts.totals.subtotal.to_f64(),
        tax: facts.totals.tax.to_f64(),
        total: facts.totals.total.to_f64(),
        delivery_date: facts.delivery_date.to_string(),
        status: facts.status.as_str().to_owned(),
        total_processing_time: seconds,
        semantic_search_results: candidates,
    }
}
