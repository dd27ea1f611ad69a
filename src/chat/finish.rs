//! The end of a turn: the answer is checked, and stored with all that it does.

use super::TurnError;
use super::engine::{Engine, Turn};
use super::reply::{Citation, EscalationView, Metadata, Reply, Validation};
use super::response::Response;
use super::stages::Stages;
use super::state::{Awaiting, SessionState};
use super::understand::Understood;
use super::validate;
use crate::domain::answer::{Action, Evidence};
use crate::domain::intent::Purpose;
use crate::domain::tone::{Sentiment, Tone};
use crate::store::{Commit, Effect, Finished, IdempotencyRecord, Outcome, TurnRecord};

/// Plain answers that may wait to be stored. Well below the smallest queue, so that it never turns one away.
const MOST_BEHIND: u64 = 128;

impl Engine {
    /// Checks the answer and stores the turn with its effect, in one transaction.
    pub(super) async fn finish(
        &self,
        turn: &Turn<'_>,
        response: Response,
        seen: Seen,
        from_cache: bool,
        mut stages: Stages,
    ) -> Result<(Reply, SessionState), TurnError> {
        // Silence says nothing that could be wrong.
        let validation = if response.told_by_store() || response.action == Action::Silent {
            Validation { passed: true, issues: Vec::new() }
        } else {
            validate::check(&response)
        };
        stages.end("validate", &self.metrics);
        let response = if validation.passed { response } else { withheld(turn) };
        if !validation.passed {
            tracing::error!(issues = ?validation.issues, "an answer was not sent: it holds what nothing supports");
        }
        let reply = draft_reply(turn, &response, &seen, validation, from_cache);
        let Response { effect, complete, state, mode, action, .. } = response;
        // A plain answer promises nothing: it is stored behind the customer's back. What was promised, or is to
        // be found again after a restart, is stored before the customer hears of it.
        let durable = !matches!(effect, Effect::None)
            || turn.ask.idempotency.is_some()
            // One of several messages: the answer comes with the last.
            || action == Action::Silent
            || state.promises() != turn.before.promises()
            // A person may have taken the conversation, which only the store knows.
            || turn.before.ticket.is_some()
            // Answers come faster than they are stored: from here on each waits for its turn.
            || self.store.queue_depth() > MOST_BEHIND;
        let commit = self.commit_of(turn, effect, &reply.language);
        let finish = move |outcome: &Outcome| complete_reply(outcome, reply, state, complete, stages);
        let places = matches!(commit.effect, Effect::PlaceOrder { .. } | Effect::OpenTicket(_));
        let finished = if durable {
            let (outcome, finished) = self.store.commit(commit, Box::new(finish)).await?;
            if places {
                crate::orders::count(&self.metrics, &outcome);
            }
            finished
        } else {
            let finished = finish(&Outcome::default());
            self.store.record(commit, finished.clone())?;
            finished
        };
        self.metrics.turn(seen.intent.intent, action, mode);
        let reply: Reply = serde_json::from_str(&finished.reply_json)
            .map_err(|fault| TurnError::Internal(format!("a reply does not read back: {fault}")))?;
        Ok((reply, SessionState::from_json(&finished.state_json)))
    }

    pub(super) fn commit_of(&self, turn: &Turn<'_>, effect: Effect, language: &str) -> Commit {
        Commit {
            effect,
            turn: Some(TurnRecord {
                session: turn.session.clone(),
                owner: turn.ask.owner(),
                user_text: turn.written.to_owned(),
                language: language.to_owned(),
                speaks: true,
            }),
            idempotency: turn.ask.idempotency.as_ref().map(|claim| IdempotencyRecord {
                scope: claim.scope.clone(),
                key: claim.key.clone(),
                body_hash: claim.body_hash,
            }),
            outbox: Vec::new(),
        }
    }
}

/// What was seen of the message, as far as the reply tells it.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub intent: Purpose,
    pub sentiment: Sentiment,
}

impl Seen {
    pub fn of(understood: &Understood) -> Self {
        Self { intent: understood.intent.purpose(), sentiment: understood.sentiment }
    }
}

/// Instead of an answer that did not pass: nothing happens, and nothing of it is remembered.
fn withheld(turn: &Turn<'_>) -> Response {
    let state = turn.state.waiting_for(Some(Awaiting::Person));
    let phrases = &turn.rules.phrases;
    let text = format!("{} {}", phrases.decline, phrases.offer_person);
    Response::say(Action::Decline, Tone::Honest, text, state)
}

fn draft_reply(
    turn: &Turn<'_>,
    response: &Response,
    seen: &Seen,
    validation: Validation,
    from_cache: bool,
) -> Reply {
    Reply {
        success: true,
        session_id: turn.session.to_string(),
        message: response.text.clone(),
        intent: seen.intent.name().to_owned(),
        confidence: seen.intent.confidence,
        language: turn.spoken.language.tag().to_owned(),
        citations: response.evidence.iter().map(citation).collect(),
        mode: response.mode.as_str().to_owned(),
        metadata: Metadata {
            action: response.action.as_str().to_owned(),
            processing_time_ms: 0.0,
            from_cache,
            tone: response.tone.as_str().to_owned(),
            sentiment: seen.sentiment.as_str().to_owned(),
            validation,
            chunks_retrieved: response.chunks_retrieved,
            index_version: turn.index.version().to_owned(),
        },
        order_id: response.order_id,
        order: response.order.clone(),
        escalation: None,
        agent_timeline: Vec::new(),
    }
}

fn citation(evidence: &Evidence) -> Citation {
    Citation {
        source: evidence.source.clone(),
        heading: evidence.heading.clone(),
        chunk_id: evidence.chunk_id.clone(),
        score: evidence.score,
        excerpt: evidence.excerpt.clone(),
    }
}

/// Runs inside the transaction: what the database decided goes into the reply that is stored with it.
fn complete_reply(
    outcome: &Outcome,
    mut reply: Reply,
    mut state: SessionState,
    complete: Option<super::response::Completion>,
    mut stages: Stages,
) -> Finished {
    if let Some(complete) = complete {
        complete(outcome, &mut reply, &mut state);
    }
    reply.escalation = outcome.ticket.as_ref().map(|ticket| EscalationView {
        ticket_id: ticket.id.0,
        tier: ticket.ticket.tier.number(),
        reason: ticket.ticket.reason.as_str().to_owned(),
    });
    reply.metadata.processing_time_ms = stages.total_ms();
    reply.agent_timeline = std::mem::take(&mut stages.done);
    Finished {
        reply_text: reply.message.clone(),
        reply_json: serde_json::to_string(&reply).unwrap_or_default(),
        state_json: state.to_json(),
    }
}
