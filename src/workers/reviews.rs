//! Opens a ticket for an order whose customer was asked whether its unusual quantity is right and has not answered.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use jiff::{SignedDuration, Timestamp};

use super::Stop;
use crate::chat::VersionedRules;
use crate::domain::escalation::EscalationReason;
use crate::domain::policy::BusinessRules;
use crate::orders::{Clock, desk};
use crate::store::{Store, StoreError};

/// How often it looks.
const EVERY: Duration = Duration::from_mins(1);

/// Looks every minute until told to stop.
pub async fn run(store: Store, rules: Arc<ArcSwap<VersionedRules>>, clock: Arc<dyn Clock>, mut stop: Stop) {
    loop {
        let now_valid = rules.load_full();
        match step(&store, &now_valid.rules, clock.now()).await {
            Ok(0) => {}
            Ok(opened) => tracing::info!(opened, "a person is asked about orders that nobody confirmed"),
            Err(fault) => tracing::warn!(%fault, "orders that wait could not be looked at; trying again"),
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = stop.changed() => return,
        }
    }
}

/// Opens the tickets that are due at this moment; how many.
pub async fn step(store: &Store, rules: &BusinessRules, now: Timestamp) -> Result<usize, StoreError> {
    let waited = SignedDuration::from_mins(desk::REVIEW_MINUTES);
    let since = now.checked_sub(waited).unwrap_or(Timestamp::MIN);
    let tier = rules.escalation.taken_by(EscalationReason::OrderReview);
    let due = desk::due(now, rules.escalation.tier(tier).answer_minutes, rules);
    store.open_reviews(since, due).await
}
