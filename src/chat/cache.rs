//! Answers that were given before, for questions whose answer depends on nobody.
//!
//! The key carries everything the answer was made from, so that nothing outlives it: a new index, another
//! catalogue or changed rules make another key, and the old entries fade.

use std::sync::Arc;

use moka::sync::Cache;

use super::response::Answered;

/// Everything an answer is made from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CacheKey {
    /// The question, in lower case with single blanks; numbers and negations stay.
    question: String,
    language: String,
    index_version: String,
    catalogue_version: u64,
    /// Counts the configurations of this process.
    rules_version: u64,
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
        rules_version: u64,
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

/// Answers by key, the least used leaving first.
pub struct AnswerCache {
    answers: Cache<CacheKey, Arc<Answered>>,
}

impl AnswerCache {
    /// Room for this many answers.
    pub fn new(capacity: u64) -> Self {
        Self { answers: Cache::builder().max_capacity(capacity).build() }
    }

    /// The answer, if it was made before.
    pub fn get(&self, key: &CacheKey) -> Option<Arc<Answered>> {
        self.answers.get(key)
    }

    /// Keeps an answer.
    pub fn put(&self, key: CacheKey, answer: Arc<Answered>) {
        self.answers.insert(key, answer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_versions_make_other_keys() {
        let key = |q: &str, index: &str| {
            CacheKey::new(q, "en", index, 1, 1, jiff::civil::date(2026, 11, 23), String::new())
        };
        assert_eq!(key("What is  your refund policy?", "a"), key("what is your refund policy?", "a"));
        assert_ne!(key("price of 10 inch", "a"), key("price of 12 inch", "a"));
        assert_ne!(key("refunds?", "a"), key("refunds?", "b"));
    }
}
