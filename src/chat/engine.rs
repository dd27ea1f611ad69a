//! The engine: one turn of a conversation as a straight line of stages.

use std::sync::Arc;
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use jiff::Timestamp;

use super::TurnError;
use super::ask::Ask;
use super::cache::{AnswerCache, CacheKey};
use super::meaning::Meanings;
use super::phrases::Phrases;
use super::progress::{Audience, Progress};
use super::reply::{Citation, EscalationView, Metadata, Reply, StageTime, Validation};
use super::response::Response;
use super::sessions::Sessions;
use super::state::{Awaiting, SessionState};
use super::understand::Understood;
use super::validate;
use super::wording::Wording;
use crate::domain::answer::{Action, Evidence};
use crate::domain::ids::SessionId;
use crate::domain::intent::Intent;
use crate::domain::policy::BusinessRules;
use crate::domain::tone::{Sentiment, Tone};
use crate::knowledge::{EmbedPool, LiveIndex};
use crate::nlu::intent::IntentModel;
use crate::orders::{Catalogue, CatalogueCache, Clock};
use crate::store::{Commit, Effect, Finished, IdempotencyRecord, Outcome, Store, TurnRecord};
use crate::telemetry::{CacheResult, Metrics};

/// Plain answers that may wait to be stored. Well below the smallest queue, so that it never turns one away.
const MOST_BEHIND: u64 = 128;

/// The rules with a number that grows with each reload, so that nothing made from old rules is served again.
#[derive(Debug, Clone)]
pub struct VersionedRules {
    /// Grows with each reload.
    pub version: u64,
    /// The rules.
    pub rules: BusinessRules,
    /// The assistant's words.
    pub phrases: Arc<Phrases>,
    /// How long a customer waits for an answer at most.
    pub patience: Duration,
}

/// Everything the engine works with.
pub struct Parts {
    /// The database.
    pub store: Store,
    /// The policies' index, swapped whole.
    pub live: Arc<LiveIndex>,
    /// Turns texts into vectors.
    pub embedder: EmbedPool,
    /// Tells what a message is for.
    pub intents: Arc<IntentModel>,
    /// The company's rules, swapped whole.
    pub rules: Arc<ArcSwap<VersionedRules>>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Counters and histograms.
    pub metrics: Arc<Metrics>,
    /// Answers kept.
    pub cache_capacity: u64,
    /// The language model, if there is one.
    pub wording: Option<Wording>,
}

/// Answers messages. One for the whole process.
pub struct Engine {
    pub(super) store: Store,
    pub(super) live: Arc<LiveIndex>,
    pub(super) embedder: EmbedPool,
    pub(super) intents: Arc<IntentModel>,
    pub(super) rules: Arc<ArcSwap<VersionedRules>>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) metrics: Arc<Metrics>,
    pub(super) catalogue: CatalogueCache,
    pub(super) sessions: Sessions,
    pub(super) meanings: Meanings,
    pub(super) wording: Option<Wording>,
    cache: AnswerCache,
}

/// What one turn works with: one version of everything, from start to end.
pub(super) struct Turn<'a> {
    pub ask: &'a Ask,
    /// Who watches while it runs.
    pub audience: &'a Audience,
    pub session: SessionId,
    /// What the conversation remembered when the message came.
    pub before: SessionState,
    /// The same without what was asked: a reply that asks nothing leaves nothing to say yes to.
    pub state: SessionState,
    pub rules: Arc<VersionedRules>,
    pub catalogue: Arc<Catalogue>,
    pub index: Arc<crate::knowledge::Index>,
    pub now: Timestamp,
    /// By when there must be an answer.
    pub deadline: Instant,
}

impl Turn<'_> {
    /// The company's calendar day.
    pub fn today(&self) -> jiff::civil::Date {
        self.now.to_zoned(self.rules.rules.calendar.time_zone.clone()).date()
    }
}

/// Measures the stages of a turn.
pub(super) struct Stages {
    started: Instant,
    last: Instant,
    audience: Audience,
    pub done: Vec<StageTime>,
}

impl Stages {
    pub(super) fn start() -> Self {
        Self::watched(&Audience::default())
    }

    fn watched(audience: &Audience) -> Self {
        let now = Instant::now();
        Self { started: now, last: now, audience: audience.clone(), done: Vec::new() }
    }

    /// The stage that ends now.
    pub(super) fn end(&mut self, stage: &'static str, metrics: &Metrics) {
        let now = Instant::now();
        let took = now - self.last;
        self.last = now;
        metrics.stage(stage, took);
        self.audience.tell(|| Progress::Stage(stage));
        self.done.push(StageTime { stage: stage.to_owned(), ms: round_ms(took) });
    }

    pub(super) fn total_ms(&self) -> f64 {
        round_ms(self.started.elapsed())
    }
}

/// Milliseconds with three digits: finer is noise.
fn round_ms(took: Duration) -> f64 {
    (took.as_secs_f64() * 1e6).round() / 1e3
}

impl Engine {
    /// From its parts.
    pub fn new(parts: Parts) -> Self {
        Self {
            catalogue: CatalogueCache::new(parts.store.clone()),
            sessions: Sessions::new(parts.store.clone()),
            meanings: Meanings::default(),
            wording: parts.wording,
            cache: AnswerCache::new(parts.cache_capacity),
            store: parts.store,
            live: parts.live,
            embedder: parts.embedder,
            intents: parts.intents,
            rules: parts.rules,
            clock: parts.clock,
            metrics: parts.metrics,
        }
    }

    /// Answers one chat message.
    pub async fn turn(&self, ask: Ask) -> Result<Reply, TurnError> {
        self.turn_before(ask, &Audience::default()).await
    }

    /// Answers one chat message while somebody watches. What is told of the answer before the reply is there may
    /// be taken back by the reply.
    pub async fn turn_before(&self, ask: Ask, audience: &Audience) -> Result<Reply, TurnError> {
        let mut stages = Stages::watched(audience);
        let id = session_of(&ask)?;
        let mut session = self.sessions.lock(&id, &ask.principal.scope()).await?;
        let turn = self.begin(&ask, audience, id, session.state.clone()).await?;
        let key = self.cache_key(&turn);
        stages.end("session", &self.metrics);

        let cached = key.as_ref().and_then(|key| self.cache.get(key));
        let from_cache = cached.is_some();
        self.metrics.cache(match (&key, from_cache) {
            (None, _) => CacheResult::Bypass,
            (Some(_), true) => CacheResult::Hit,
            (Some(_), false) => CacheResult::Miss,
        });
        let (response, seen) = if let Some(answer) = cached {
            let mut state = turn.state.clone();
            state.answered(turn.ask.text.as_str());
            let seen = Seen { intent: answer.intent, sentiment: Sentiment::Neutral };
            (Response::answered(answer, state), seen)
        } else {
            let understood = self.understand(&turn).await?;
            stages.end("understand", &self.metrics);
            audience.tell(|| Progress::Intent(understood.intent.intent, understood.intent.confidence));
            let response = self.respond(&turn, &understood).await?;
            stages.end("respond", &self.metrics);
            (response, Seen::of(&understood))
        };
        let answer = response.shareable.clone().filter(|_| !from_cache);
        let (reply, state) = self.finish(&turn, response, seen, from_cache, stages).await?;
        session.settle(&ask.principal.scope(), state);
        if let (Some(key), Some(answer)) = (key, answer.filter(|_| reply.metadata.validation.passed)) {
            self.cache.put(key, answer);
        }
        Ok(reply)
    }

    pub(super) async fn begin<'a>(
        &self,
        ask: &'a Ask,
        audience: &'a Audience,
        session: SessionId,
        before: SessionState,
    ) -> Result<Turn<'a>, TurnError> {
        let rules = self.rules.load_full();
        Ok(Turn {
            ask,
            audience,
            session,
            state: before.waiting_for(None),
            before,
            deadline: super::wording::deadline(Instant::now(), rules.patience),
            rules,
            catalogue: self.catalogue.get().await?,
            index: self.live.current(),
            now: self.clock.now(),
        })
    }

    /// Only a message that stands for itself has a cached answer: no draft, nothing asked, nobody upset.
    fn cache_key(&self, turn: &Turn<'_>) -> Option<CacheKey> {
        let text = turn.ask.text.as_str();
        let alone = turn.before.is_plain() && !super::understand::leans_on_context(text);
        alone.then(|| {
            CacheKey::new(
                text,
                turn.ask.language.as_deref().unwrap_or("en"),
                turn.index.version(),
                turn.catalogue.version(),
                turn.rules.version,
                turn.today(),
                self.wording.as_ref().map(Wording::version).unwrap_or_default(),
            )
        })
    }

    /// Checks the answer and stores the turn with its effect, in one transaction.
    async fn finish(
        &self,
        turn: &Turn<'_>,
        response: Response,
        seen: Seen,
        from_cache: bool,
        mut stages: Stages,
    ) -> Result<(Reply, SessionState), TurnError> {
        let validation = if response.told_by_store() {
            Validation { passed: true, issues: Vec::new() }
        } else {
            validate::check(&response)
        };
        stages.end("validate", &self.metrics);
        let response = if validation.passed { response } else { withheld(turn) };
        if !validation.passed {
            tracing::error!(issues = ?validation.issues, "an answer was not sent: it holds what nothing supports");
        }
        let reply = draft_reply(turn, &response, seen, validation, from_cache);
        let Response { effect, complete, state, mode, action, .. } = response;
        // A plain answer promises nothing: it is stored behind the customer's back. What was promised, or is to
        // be found again after a restart, is stored before the customer hears of it.
        let durable = !matches!(effect, Effect::None)
            || turn.ask.idempotency.is_some()
            || state.promises() != turn.before.promises()
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
        self.metrics.turn(seen.intent.0, action, mode);
        let reply: Reply = serde_json::from_str(&finished.reply_json)
            .map_err(|fault| TurnError::Internal(format!("a reply does not read back: {fault}")))?;
        Ok((reply, SessionState::from_json(&finished.state_json)))
    }

    pub(super) fn commit_of(&self, turn: &Turn<'_>, effect: Effect, language: &str) -> Commit {
        let scope = turn.ask.principal.scope();
        Commit {
            effect,
            turn: Some(TurnRecord {
                session: turn.session.clone(),
                owner: scope,
                user_text: turn.ask.text.as_str().to_owned(),
                language: language.to_owned(),
            }),
            idempotency: turn.ask.idempotency.as_ref().map(|claim| IdempotencyRecord {
                scope: claim.scope.clone(),
                key: claim.key.clone(),
                body_hash: claim.body_hash,
            }),
            outbox: Vec::new(),
        }
    }

    /// The chunks that fit a text best, as a search without an answer.
    pub async fn retrieve(&self, text: &str) -> Result<Vec<Evidence>, TurnError> {
        let today = self.clock.now().to_zoned(self.rules.load().rules.calendar.time_zone.clone()).date();
        let found = self.live.current().retrieve(&self.embedder, text, Some(today)).await?;
        Ok(found.hits.into_iter().map(|hit| hit.evidence).collect())
    }

    /// Deletes a conversation with its history.
    pub async fn erase(&self, session: &SessionId) -> Result<(), TurnError> {
        self.sessions.forget(session);
        Ok(self.store.erase_session(session).await?)
    }
}

/// What was seen of the message, as far as the reply tells it.
#[derive(Debug, Clone, Copy)]
struct Seen {
    intent: (Intent, f32),
    sentiment: Sentiment,
}

impl Seen {
    fn of(understood: &Understood) -> Self {
        Self {
            intent: (understood.intent.intent, understood.intent.confidence),
            sentiment: understood.sentiment,
        }
    }
}

/// The conversation named, or a new one that nobody can guess.
pub(super) fn session_of(ask: &Ask) -> Result<SessionId, TurnError> {
    if let Some(id) = &ask.session {
        return Ok(id.clone());
    }
    SessionId::parse(&uuid::Uuid::new_v4().to_string())
        .map_err(|fault| TurnError::Internal(fault.to_string()))
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
    seen: Seen,
    validation: Validation,
    from_cache: bool,
) -> Reply {
    Reply {
        success: true,
        session_id: turn.session.to_string(),
        message: response.text.clone(),
        intent: seen.intent.0.as_str().to_owned(),
        confidence: seen.intent.1,
        language: "en".to_owned(),
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
