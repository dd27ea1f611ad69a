//! Answers that were given before, for questions whose answer depends on nobody.
//!
//! The key carries everything the answer was made from, so that nothing outlives it: a new index, another
//! catalogue or changed rules make another key, and the old entries fade.

use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::response::Answered;

/// Everything an answer is made from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CacheKey {
    /// The question, in lower case with single blanks; numbers and negations stay.
    question: String,
    language: String,
    index_version: String,
    catalogue_version: u64,
    /// Counts the configurations of this process, and the changes of the operator's own answers.
    rules_version: (u64, u64),
    /// The company's calendar day: policies begin and end.
    today: jiff::civil::Date,
    /// The language model and its prompts; empty without one.
    wording: String,
}

impl CacheKey {
    /// The key of a question under these versions.
    pub fn new(
        question: &str,
        language: &str,
        index_version: &str,
        catalogue_version: u64,
        rules_version: (u64, u64),
        today: jiff::civil::Date,
        wording: String,
    ) -> Self {
        let question = question.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        Self {
            question,
            language: language.to_owned(),
            index_version: index_version.to_owned(),
            catalogue_version,
            rules_version,
            today,
            wording,
        }
    }
}

impl CacheKey {
    /// Everything but the question.
    pub fn made_from(&self) -> Self {
        Self { question: String::new(), ..self.clone() }
    }
}

/// How long whoever asks the same at the same time may find the first one at work: longer than any answer takes.
const FLIGHT: Duration = Duration::from_mins(1);

/// Answers by key, the least used leaving first.
pub struct AnswerCache {
    answers: Cache<CacheKey, Arc<Answered>>,
    /// Held by whoever makes the answer of a key.
    flights: Cache<CacheKey, Arc<Mutex<()>>>,
}

/// Held while an answer is made; its end lets those who wait look again.
pub type Flight = OwnedMutexGuard<()>;

impl AnswerCache {
    /// Room for this many answers.
    pub fn new(capacity: u64) -> Self {
        Self {
            answers: Cache::builder().max_capacity(capacity).build(),
            flights: Cache::builder().max_capacity(capacity).time_to_live(FLIGHT).build(),
        }
    }

    /// The answer, if it was made before.
    pub fn get(&self, key: &CacheKey) -> Option<Arc<Answered>> {
        self.answers.get(key)
    }

    /// The answer, if somebody is just making it; else the right to make it, which others wait for. Whoever waited in
    /// vain makes it without being waited for: what is not kept is not made one after another.
    pub async fn join(&self, key: &CacheKey, patience: Duration) -> (Option<Arc<Answered>>, Option<Flight>) {
        let flight = self.flights.get_with_by_ref(key, Arc::default);
        if let Ok(first) = flight.clone().try_lock_owned() {
            // The one before may have ended since this one looked.
            return (self.get(key), Some(first));
        }
        let _waited = tokio::time::timeout(patience, flight.lock()).await;
        (self.get(key), None)
    }

    /// Keeps an answer.
    pub fn put(&self, key: CacheKey, answer: Arc<Answered>) {
        self.answers.insert(key, answer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_same_at_once_is_made_once() {
        let cache = AnswerCache::new(10);
        let today = jiff::civil::date(2026, 11, 23);
        let key = CacheKey::new("refunds?", "en", "a", 1, (1, 1), today, String::new());
        let patience = Duration::from_secs(5);
        let (none, flight) = cache.join(&key, patience).await;
        assert!(none.is_none() && flight.is_some());
        let (waited, ()) = tokio::join!(cache.join(&key, patience), async {
            tokio::time::sleep(Duration::from_millis(20)).await;
            drop(flight);
        });
        assert!(waited.0.is_none() && waited.1.is_none(), "nothing was kept: it goes on alone");
        assert!(cache.join(&key, patience).await.1.is_some(), "and the next is first again");
    }

    #[test]
    fn sizes_and_versions_make_other_keys() {
        let key = |q: &str, index: &str| {
            CacheKey::new(q, "en", index, 1, (1, 1), jiff::civil::date(2026, 11, 23), String::new())
        };
        assert_eq!(key("What is  your refund policy?", "a"), key("what is your refund policy?", "a"));
        assert_ne!(key("price of 10 inch", "a"), key("price of 12 inch", "a"));
        assert_ne!(key("refunds?", "a"), key("refunds?", "b"));
    }
}
