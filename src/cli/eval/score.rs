//! Counting what an evaluation found.

use std::collections::BTreeMap;

use serde::Serialize;

/// Retrieval and answers of the questions that the policies answer.
#[derive(Debug, Default, Serialize)]
pub struct Questions {
    /// Rows.
    pub rows: usize,
    /// Right heading first, among three, among five; shares.
    pub recall_at_1: f64,
    /// Right heading among the first three.
    pub recall_at_3: f64,
    /// Right heading among the first five.
    pub recall_at_5: f64,
    /// Mean of one over the rank of the first right heading.
    pub mrr: f64,
    /// Share of answers that hold all facts.
    pub all_facts: f64,
    /// Share declined although answered in the policies.
    pub wrongly_declined: f64,
    /// Share answered with a doubt ("the nearest I found").
    pub hedged: f64,
}

/// Pairs of questions, as the answer cache takes them.
#[derive(Debug, Default, Serialize)]
pub struct Pairs {
    /// Pairs that ask the same.
    pub same: usize,
    /// Share of them taken to ask the same.
    pub found: f64,
    /// Pairs that ask something else.
    pub different: usize,
    /// Share of them wrongly taken to ask the same.
    pub confused: f64,
}

/// Counts pairs of whether they ask the same, and whether they were taken to.
pub fn pairs(pairs: &[(bool, bool)]) -> Pairs {
    let count = |same: bool| pairs.iter().filter(|(is, _)| *is == same).count();
    let taken = |same: bool| pairs.iter().filter(|(is, taken)| *is == same && *taken).count();
    let (same, different) = (count(true), count(false));
    Pairs { same, found: share(taken(true), same), different, confused: share(taken(false), different) }
}

/// Questions that the policies do not answer.
#[derive(Debug, Default, Serialize)]
pub struct Unanswerable {
    /// Rows.
    pub rows: usize,
    /// Share declined.
    pub declined: f64,
    /// Share answered with a doubt ("the nearest I found").
    pub hedged: f64,
}

/// Intents.
#[derive(Debug, Default, Serialize)]
pub struct Intents {
    /// Rows.
    pub rows: usize,
    /// Share right.
    pub accuracy: f64,
    /// Mean F1 of the classes that occur.
    pub macro_f1: f64,
    /// Expected → found → rows.
    pub confusion: BTreeMap<String, BTreeMap<String, usize>>,
}

/// Orders.
#[derive(Debug, Default, Serialize)]
pub struct Orders {
    /// Rows.
    pub rows: usize,
    /// Share with outlet, SKUs, quantities and urgency right (or rightly asked about).
    pub exact: f64,
    /// Share that was asked about although it could be told.
    pub asked: f64,
    /// Share that would be placed wrong without a question.
    pub wrong: f64,
}

/// Milliseconds a row took.
#[derive(Debug, Default, Serialize)]
pub struct Times {
    /// Half were faster.
    pub median_ms: f64,
    /// 95 in a hundred were faster.
    pub p95_ms: f64,
}

/// Accuracy and macro-F1 out of a confusion table.
pub fn intents(confusion: BTreeMap<String, BTreeMap<String, usize>>) -> Intents {
    let rows: usize = confusion.values().flat_map(BTreeMap::values).sum();
    let right: usize = confusion.iter().filter_map(|(class, found)| found.get(class)).sum();
    let f1 = |class: &String| {
        let hit = confusion[class].get(class).copied().unwrap_or(0) as f64;
        let expected: usize = confusion[class].values().sum();
        let found: usize = confusion.values().filter_map(|row| row.get(class)).sum();
        2.0 * hit / (expected + found).max(1) as f64
    };
    let macro_f1 = confusion.keys().map(f1).sum::<f64>() / confusion.len().max(1) as f64;
    Intents { rows, accuracy: share(right, rows), macro_f1, confusion }
}

/// Median and 95th percentile (nearest rank).
pub fn times(mut ms: Vec<f64>) -> Times {
    ms.sort_by(f64::total_cmp);
    let rank = |percent: usize| {
        let index = (ms.len() * percent).div_ceil(100).saturating_sub(1);
        ms.get(index).copied().unwrap_or_default()
    };
    Times { median_ms: rank(50), p95_ms: rank(95) }
}

/// `part` of `whole`; nothing of nothing is 0.
pub fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accuracy_and_f1() {
        let row = |cells: &[(&str, usize)]| cells.iter().map(|(k, v)| ((*k).to_owned(), *v)).collect();
        let table = BTreeMap::from([
            ("a".to_owned(), row(&[("a", 8), ("b", 2)])),
            ("b".to_owned(), row(&[("b", 10)])),
        ]);
        let score = intents(table);
        assert!((score.accuracy - 0.9).abs() < 1e-9);
        assert!((score.macro_f1 - f64::midpoint(16.0 / 18.0, 20.0 / 22.0)).abs() < 1e-9);
    }

    #[test]
    fn percentiles_are_nearest_rank() {
        let t = times((1..=100).map(f64::from).collect());
        assert!((t.median_ms - 50.0).abs() < 1e-9 && (t.p95_ms - 95.0).abs() < 1e-9);
    }
}
