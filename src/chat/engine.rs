//! The engine: one turn of a conversation as a straight line of stages.

use std::sync::Arc;
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use jiff::Timestamp;

use super::TurnError;
use super::ask::Ask;
use super::cache::{AnswerCache, CacheKey, Flight};
use super::curated::Curated;
use super::finish::Seen;
use super::guesses::Guesses;
use super::handover::{self, Floor};
use super::meaning::Meanings;
use super::merging::{self, Merging, Place};
use super::paraphrase::Paraphrases;
use super::phrases::{Phrases, fill};
use super::progress::{Audience, Progress};
use super::reply::Reply;
use super::response::{Answered, Response};
use super::sessions::Sessions;
use super::stages::Stages;
use super::state::SessionState;
use super::translate::{Spoken, spoken};
use super::wording::Wording;
use crate::domain::answer::Evidence;
use crate::domain::curated::CuratedAnswer;
use crate::domain::ids::{OutletId, SessionId};
use crate::domain::intent::{Intent, Purpose};
use crate::domain::pii;
use crate::domain::policy::BusinessRules;
use crate::domain::tone::Sentiment;
use crate::knowledge::{EmbedPool, LiveIndex};
use crate::nlu::intent::IntentModel;
use crate::orders::{Catalogue, CatalogueCache, Clock};
use crate::store::{Erased, Store};
use crate::telemetry::{CacheLevel, Metrics};

/// The rules with a number that grows with each reload, so that nothing made from old rules is served again.
#[derive(Debug, Clone)]
pub struct VersionedRules {
    /// Grows with each reload.
    pub version: u64,
    /// The rules.
    pub rules: BusinessRules,
    /// The assistant's words.
    pub phrases: Arc<Phrases>,
    /// The operator's own answers, of the file.
    pub curated: Vec<CuratedAnswer>,
    /// Tells what a message is for.
    pub intents: Arc<IntentModel>,
    /// How long a customer waits for an answer at most.
    pub patience: Duration,
    /// How long a channel's message waits for the next of the same conversation.
    pub merge_window: Duration,
}

/// Everything the engine works with.
pub struct Parts {
    /// The database.
    pub store: Store,
    /// The policies' index, swapped whole.
    pub live: Arc<LiveIndex>,
    /// Turns texts into vectors.
    pub embedder: EmbedPool,
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
    pub(super) rules: Arc<ArcSwap<VersionedRules>>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) metrics: Arc<Metrics>,
    pub(super) catalogue: CatalogueCache,
    pub(super) sessions: Sessions,
    pub(super) meanings: Meanings,
    pub(super) wording: Option<Wording>,
    pub(super) paraphrases: Paraphrases,
    pub(super) guesses: Guesses,
    pub(super) curated: Curated,
    merging: Merging,
    cache: AnswerCache,
}

/// An answer, and where it came from.
struct Made {
    response: Response,
    seen: Seen,
    from_cache: bool,
    /// Under which it is kept for others.
    key: Option<CacheKey>,
    /// Lets those who asked the same meanwhile wait.
    flight: Option<Flight>,
}

impl Made {
    /// What is said when a person has the floor.
    fn aside(response: Response) -> Self {
        let seen =
            Seen { intent: Purpose::certain(Intent::EscalationRequest), sentiment: Sentiment::Neutral };
        Self { response, seen, from_cache: false, key: None, flight: None }
    }
}

/// What one turn works with: one version of everything, from start to end.
pub(super) struct Turn<'a> {
    pub ask: &'a Ask,
    /// What is stored as written, when [`Turn::ask`] holds messages before it as well.
    pub written: &'a str,
    /// The language of the conversation.
    pub spoken: Spoken,
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

impl Engine {
    /// From its parts.
    pub fn new(parts: Parts) -> Self {
        Self {
            catalogue: CatalogueCache::new(parts.store.clone()),
            sessions: Sessions::new(parts.store.clone()),
            meanings: Meanings::default(),
            wording: parts.wording,
            cache: AnswerCache::new(parts.cache_capacity),
            paraphrases: Paraphrases::default(),
            guesses: Guesses::default(),
            curated: Curated::default(),
            merging: Merging::default(),
            store: parts.store,
            live: parts.live,
            embedder: parts.embedder,
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
        let scope = ask.owner();
        let place = self.place_of(&ask, &id).await;
        let mut session = self.sessions.lock(&id, &scope).await?;
        let mut before = session.state.clone();
        if place == Place::Earlier
            && self.merging.is_waiting(&id)
            && merging::keep(&mut before, ask.text.as_str())
        {
            let turn = self.begin(&ask, audience, id, before).await?;
            let Made { response, seen, .. } = Made::aside(handover::silence(&turn));
            let (reply, state) = self.finish(&turn, response, seen, false, stages).await?;
            session.settle(&scope, state);
            return Ok(reply);
        }
        let written = ask.text.as_str().to_owned();
        let text = merging::together(&mut before, &ask.text).unwrap_or_else(|| ask.text.clone());
        let ask = Ask { text, ..ask };
        let floor = self.floor(&mut before, ask.text.as_str()).await?;
        let spoken = spoken(&ask, &mut before);
        let turn = Turn { spoken, written: &written, ..self.begin(&ask, audience, id, before).await? };
        stages.end("session", &self.metrics);

        let made = match self.aside(&turn, floor) {
            Some(response) => Made::aside(response),
            None => self.answered(&turn, floor, &mut stages).await?,
        };
        let Made { response, seen, from_cache, key, flight } = made;
        let answer = response.shareable.clone().filter(|_| !from_cache);
        let finished = match self.finish(&turn, response, seen.clone(), from_cache, stages).await {
            Err(TurnError::TakenOver) => {
                let silence = handover::silence(&turn);
                self.finish(&turn, silence, seen, false, Stages::start()).await
            }
            Err(fault) => {
                let instead = self.second_thoughts(&turn, fault).await?;
                self.finish(&turn, instead, seen, false, Stages::start()).await
            }
            finished => finished,
        };
        let (reply, state) = finished?;
        session.settle(&scope, state);
        if let (Some(key), Some(answer)) = (key, answer.filter(|_| reply.metadata.validation.passed)) {
            self.cache.put(key, answer);
        }
        // Only now: whoever waits finds the answer kept.
        drop(flight);
        Ok(reply)
    }

    /// Whether the next message of the conversation has come before this one is answered.
    async fn place_of(&self, ask: &Ask, session: &SessionId) -> Place {
        let window = self.rules.load().merge_window;
        if ask.session.is_none() || window.is_zero() || !merging::comes_in_pieces(ask) {
            return Place::Last;
        }
        self.merging.wait(session, window).await
    }

    /// The assistant's answer: one that was given before, or a new one.
    async fn answered(&self, turn: &Turn<'_>, floor: Floor, stages: &mut Stages) -> Result<Made, TurnError> {
        let key = self.cache_key(turn);
        let (cached, flight, level) = self.known(turn, key.as_ref()).await;
        let (mut response, seen, is_theirs) = if let Some(answer) = cached {
            let mut state = turn.state.clone();
            state.answered(turn.ask.text.as_str());
            let seen = Seen { intent: answer.intent.clone(), sentiment: Sentiment::Neutral };
            self.metrics.cache(level);
            (Response { from_cache: true, ..Response::answered(answer, state) }, seen, self.wording.is_some())
        } else {
            let mut understood = self.understand(turn).await?;
            self.read_again(turn, &mut understood).await;
            stages.end("understand", &self.metrics);
            let intent = &understood.intent;
            turn.audience.tell(|| Progress::Intent(intent.purpose()));
            let mut response = self.respond(turn, &understood).await?;
            let is_theirs = self.in_their_language(turn, &mut response).await;
            stages.end("respond", &self.metrics);
            self.metrics.cache(match (response.from_cache, &response.shareable) {
                (true, _) => CacheLevel::Meaning,
                (false, Some(_)) => level,
                (false, None) => CacheLevel::Bypass,
            });
            (response, Seen::of(&understood), is_theirs)
        };
        if !is_theirs
            && turn.spoken.is_new
            && let Some(sentence) = turn.rules.phrases.in_language(turn.spoken.language)
        {
            response.prepend(sentence);
        }
        if let Floor::Again(ticket) = floor {
            let words = &turn.rules.phrases.nobody_yet;
            response.prepend(&fill(words, &[("ticket", &ticket.to_string())]));
        }
        let from_cache = response.from_cache;
        Ok(Made { response, seen, from_cache, key, flight })
    }

    /// An answer that was given before, or is just being made for somebody else.
    async fn known(
        &self,
        turn: &Turn<'_>,
        key: Option<&CacheKey>,
    ) -> (Option<Arc<Answered>>, Option<Flight>, CacheLevel) {
        let Some(key) = key else { return (None, None, CacheLevel::Bypass) };
        if let Some(answer) = self.cache.get(key) {
            return (Some(answer), None, CacheLevel::Exact);
        }
        let patience = turn.deadline.saturating_duration_since(Instant::now());
        let (answer, flight) = self.cache.join(key, patience).await;
        let level = if answer.is_some() { CacheLevel::Joined } else { CacheLevel::Miss };
        (answer, flight, level)
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
            written: ask.text.as_str(),
            spoken: Spoken::ENGLISH,
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

    /// Only a message that stands for itself has a cached answer: no draft, nothing asked, nobody named.
    pub(super) fn cache_key(&self, turn: &Turn<'_>) -> Option<CacheKey> {
        let text = turn.ask.text.as_str();
        let alone = turn.before.is_plain() && !super::understand::leans_on_context(text);
        // Who says who they are is answered for themselves.
        let nobodys = pii::find(text).is_empty() && pii::introduced(text).is_empty();
        (alone && nobodys).then(|| {
            CacheKey::new(
                text,
                turn.spoken.language.tag(),
                turn.index.version(),
                turn.catalogue.version(),
                (turn.rules.version, self.curated_version()),
                turn.today(),
                self.wording.as_ref().map(Wording::version).unwrap_or_default(),
            )
        })
    }

    /// The chunks that fit a text best, as a search without an answer.
    pub async fn retrieve(&self, text: &str) -> Result<Vec<Evidence>, TurnError> {
        let today = self.clock.now().to_zoned(self.rules.load().rules.calendar.time_zone.clone()).date();
        let found = self.live.current().retrieve(&self.embedder, text, Some(today)).await?;
        Ok(found.hits.into_iter().map(|hit| hit.evidence).collect())
    }

    /// Erases what is kept of the people of an outlet.
    pub async fn erase_customer(&self, outlet: OutletId) -> Result<Erased, TurnError> {
        let (erased, sessions) = self.store.erase_personal_data(outlet).await?;
        sessions.iter().for_each(|session| self.sessions.forget(session));
        Ok(erased)
    }

    /// This moment, by the clock that turns go by.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Deletes a conversation with its history.
    pub async fn erase(&self, session: &SessionId) -> Result<(), TurnError> {
        self.sessions.forget(session);
        Ok(self.store.erase_session(session).await?)
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
