//! The same request twice is carried out once: a key that runs is waited for, one that ran is answered from the
//! store. Work runs in a task of its own, so that a client that goes away does not stop it halfway.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderMap, HeaderName};
use actix_web::{HttpResponse, HttpResponseBuilder, web};
use sha2::{Digest as _, Sha256};
use tokio::sync::watch;

use super::error::Problem;
use super::turns::Turns;
use crate::chat::ask::IdempotencyClaim;
use crate::domain::ids::IdempotencyKey;
use crate::store::{IdempotencyRecord, Store, StoredReply};

const KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// Keys that may run at once; more than all connections together ever have.
const MAX_RUNNING: usize = 10_000;
/// What the store keeps in place of a reply whose conversation was erased.
const ERASED: &str = r#"{"erased":true}"#;

/// The key of a request, with what it is used for.
pub fn claim(
    headers: &HeaderMap,
    route: &str,
    body: &[u8],
    scope: String,
) -> Result<Option<IdempotencyClaim>, Problem> {
    let mut values = headers.get_all(KEY);
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(Problem::bad_request("The header Idempotency-Key was sent more than once."));
    }
    let key = IdempotencyKey::parse(value.to_str().unwrap_or(" "))
        .map_err(|fault| Problem::bad_request(format!("The header is not valid: {fault}.")))?;
    Ok(Some(claim_of(scope, key, route, body)))
}

/// A key with what it is used for.
pub fn claim_of(scope: String, key: IdempotencyKey, route: &str, body: &[u8]) -> IdempotencyClaim {
    let hash = Sha256::new().chain_update(route).chain_update([0]).chain_update(body).finalize();
    IdempotencyClaim { scope, key, body_hash: hash.into() }
}

/// Whether a request names a key itself.
pub fn has_key(headers: &HeaderMap) -> bool {
    headers.contains_key(KEY)
}

/// The claim as the store keeps it with the effect.
pub fn record(claim: Option<&IdempotencyClaim>) -> Option<IdempotencyRecord> {
    claim.map(|claim| IdempotencyRecord {
        scope: claim.scope.clone(),
        key: claim.key.clone(),
        body_hash: claim.body_hash,
    })
}

/// A reply as it goes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    json: web::Bytes,
    replayed: bool,
}

impl Answer {
    /// The response to the client.
    pub fn respond(self) -> HttpResponse {
        self.headed(StatusCode::OK).body(self.json)
    }

    /// A response that lacks its body only.
    pub fn headed(&self, status: StatusCode) -> HttpResponseBuilder {
        let mut response = HttpResponse::build(status);
        if self.replayed {
            response.insert_header((REPLAYED, "true"));
        }
        response.content_type("application/json");
        response
    }

    /// The reply's JSON.
    pub fn json(&self) -> &web::Bytes {
        &self.json
    }
}

type Outcome = Option<Result<Answer, Problem>>;
type Place = (String, IdempotencyKey);

struct Running {
    body_hash: [u8; 32],
    outcome: watch::Receiver<Outcome>,
}

/// Carries out requests, each once.
pub struct Idempotency {
    store: Store,
    turns: Turns,
    running: Arc<Mutex<HashMap<Place, Running>>>,
}

/// Held by whoever carries out; its end, a panic's too, frees the key.
struct Seat {
    running: Arc<Mutex<HashMap<Place, Running>>>,
    place: Place,
    outcome: watch::Sender<Outcome>,
}

impl Drop for Seat {
    fn drop(&mut self) {
        locked(&self.running).remove(&self.place);
    }
}

fn locked(running: &Mutex<HashMap<Place, Running>>) -> MutexGuard<'_, HashMap<Place, Running>> {
    // Insertion and removal only: the map is whole even after a panic.
    running.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Idempotency {
    /// Nothing runs yet.
    pub fn new(store: Store, turns: Turns) -> Self {
        Self { store, turns, running: Arc::default() }
    }

    /// Waits until nothing runs any more, and lets nothing new begin.
    pub async fn drained(&self) {
        self.turns.drained().await;
    }

    /// How many keys are being worked on.
    pub fn open_claims(&self) -> usize {
        locked(&self.running).len()
    }

    /// Carries out `work`, or answers as the first request under this key was answered. `work` must store its reply under the claim.
    pub async fn run<W>(&self, claim: Option<IdempotencyClaim>, work: W) -> Result<Answer, Problem>
    where
        W: Future<Output = Result<String, Problem>> + Send + 'static,
    {
        let Some(claim) = claim else {
            return Ok(Answer { json: self.turns.run(work).await??.into(), replayed: false });
        };
        let (seat, mut outcome) = self.enter((claim.scope.clone(), claim.key.clone()), claim.body_hash)?;
        if let Some(seat) = seat {
            let store = self.store.clone();
            let carried_out = async move {
                let answer = carry_out(&store, &seat.place, &claim, work).await;
                seat.outcome.send_replace(Some(answer.clone()));
                answer
            };
            return self.turns.run(carried_out).await?;
        }
        let answer = match outcome.wait_for(Option::is_some).await {
            Ok(answer) => answer.clone(),
            // The first one found no room, or panicked: nothing happened, so this one may simply come again.
            Err(_) => None,
        };
        let answer = answer.unwrap_or_else(|| Err(Problem::busy()))?;
        Ok(Answer { replayed: true, ..answer })
    }

    /// The first one gets the seat; the others wait for its outcome.
    fn enter(
        &self,
        place: Place,
        body_hash: [u8; 32],
    ) -> Result<(Option<Seat>, watch::Receiver<Outcome>), Problem> {
        let mut running = locked(&self.running);
        if let Some(first) = running.get(&place) {
            let same = first.body_hash == body_hash;
            return if same {
                Ok((None, first.outcome.clone()))
            } else {
                Err(Problem::idempotency_conflict())
            };
        }
        if running.len() >= MAX_RUNNING {
            return Err(Problem::busy());
        }
        let (sender, outcome) = watch::channel(None);
        running.insert(place.clone(), Running { body_hash, outcome: outcome.clone() });
        drop(running);
        Ok((Some(Seat { running: Arc::clone(&self.running), place, outcome: sender }), outcome))
    }
}

/// The store is asked after the seat was taken: whoever had it before has committed by then.
async fn carry_out<W>(
    store: &Store,
    (scope, key): &Place,
    claim: &IdempotencyClaim,
    work: W,
) -> Result<Answer, Problem>
where
    W: Future<Output = Result<String, Problem>>,
{
    if let Some(stored) = store.idempotent_reply(scope, key).await? {
        return replay(stored, claim);
    }
    match work.await {
        Ok(json) => Ok(Answer { json: json.into(), replayed: false }),
        // Another process of this data directory (the command line) had the same key.
        Err(fault) if fault.is_already_done() => match store.idempotent_reply(scope, key).await? {
            Some(stored) => replay(stored, claim),
            None => Err(fault),
        },
        Err(fault) => Err(fault),
    }
}

fn replay(stored: StoredReply, claim: &IdempotencyClaim) -> Result<Answer, Problem> {
    if stored.body_hash != claim.body_hash {
        return Err(Problem::idempotency_conflict());
    }
    if stored.reply_json == ERASED {
        return Err(Problem::erased());
    }
    Ok(Answer { json: stored.reply_json.into(), replayed: true })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
    use std::time::Duration;

    use super::*;
    use crate::domain::ids::SessionId;
    use crate::store::{Commit, Effect, Finished, StoreOptions, TurnRecord};

    fn claimed(key: &str, body: &str) -> IdempotencyClaim {
        let mut headers = HeaderMap::new();
        headers.insert(KEY, key.parse().unwrap());
        claim(&headers, "/api/chatbot", body.as_bytes(), "me".to_owned()).unwrap().unwrap()
    }

    /// Stores a reply under the claim, as a turn does.
    async fn turn(store: Store, claim: IdempotencyClaim, count: Arc<AtomicUsize>) -> Result<String, Problem> {
        count.fetch_add(1, SeqCst);
        tokio::time::sleep(Duration::from_millis(30)).await;
        let session = SessionId::parse("s").unwrap();
        let commit = Commit {
            effect: Effect::None,
            turn: Some(TurnRecord {
                session,
                owner: "me".into(),
                user_text: "hi".into(),
                language: "en".into(),
                speaks: true,
            }),
            idempotency: record(Some(&claim)),
            outbox: Vec::new(),
        };
        let finished =
            Finished { reply_json: r#"{"n":1}"#.into(), state_json: "{}".into(), ..Finished::default() };
        let done = store.commit(commit, Box::new(move |_| finished)).await;
        Ok(done?.1.reply_json)
    }

    fn code(answer: Result<Answer, Problem>) -> String {
        answer.map_or_else(|problem| problem.to_string(), |answer| format!("{answer:?}"))
    }

    #[actix_web::test]
    async fn the_same_request_runs_once() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path(), StoreOptions::default()).unwrap();
        let once = Idempotency::new(store.clone(), Turns::new(8));
        let count = Arc::new(AtomicUsize::new(0));
        let send = |key: &str, body: &str| {
            let claim = claimed(key, body);
            once.run(Some(claim.clone()), turn(store.clone(), claim, Arc::clone(&count)))
        };

        let (first, second, other) = tokio::join!(send("k", "a"), send("k", "a"), send("k", "b"));
        assert_eq!(first, Ok(Answer { json: r#"{"n":1}"#.into(), replayed: false }));
        assert_eq!(second, Ok(Answer { json: r#"{"n":1}"#.into(), replayed: true }), "waits for the first");
        assert!(code(other).starts_with("idempotency_conflict"));

        let later = send("k", "a").await.unwrap();
        assert!(later.replayed, "from the store");
        assert_eq!(later.respond().headers().get("idempotency-replayed").unwrap(), "true");
        assert!(code(send("k", "b").await).starts_with("idempotency_conflict"), "another body, later");
        assert_eq!(count.load(SeqCst), 1);
        assert!(!send("k2", "a").await.unwrap().replayed);
        assert_eq!(count.load(SeqCst), 2);

        store.erase_session(&SessionId::parse("s").unwrap()).await.unwrap();
        assert!(code(send("k", "a").await).starts_with("erased"));
        assert!(locked(&once.running).is_empty());
    }

    #[actix_web::test]
    async fn work_goes_on_without_its_client() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path(), StoreOptions::default()).unwrap();
        let once = Idempotency::new(store.clone(), Turns::new(8));
        let claim = claimed("k", "a");
        let work = turn(store.clone(), claim.clone(), Arc::default());
        let gone = once.run(Some(claim.clone()), work);
        assert!(tokio::time::timeout(Duration::from_millis(5), gone).await.is_err());
        let answer = once.run(Some(claim), async { Err(Problem::busy()) }).await;
        assert!(answer.unwrap().replayed);
    }

    #[actix_web::test]
    async fn a_failure_leaves_the_key_free() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path(), StoreOptions::default()).unwrap();
        let once = Idempotency::new(store.clone(), Turns::new(8));
        let claim = claimed("k", "a");
        let failed = once.run(Some(claim.clone()), async { Err(Problem::busy()) }).await;
        assert!(code(failed).starts_with("busy"));
        let broken = once.run(Some(claim.clone()), async { panic!("on purpose") }).await;
        assert!(code(broken).starts_with("internal_error"));
        let work = turn(store.clone(), claim.clone(), Arc::default());
        assert!(!once.run(Some(claim), work).await.unwrap().replayed);
    }

    #[test]
    fn keys_are_visible_ascii() {
        let check = |value: &str, good: bool| {
            let mut headers = HeaderMap::new();
            headers.insert(KEY, value.parse().unwrap());
            assert_eq!(claim(&headers, "/", b"", String::new()).is_ok(), good, "{value}");
        };
        check("a", true);
        check(&"x".repeat(255), true);
        check(&"x".repeat(256), false);
        check("", false);
        check("a b", false);
        check("é", false);
        assert_eq!(claim(&HeaderMap::new(), "/", b"", String::new()), Ok(None));
    }
}
