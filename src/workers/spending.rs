//! Keeps what the language model has cost, so that a restart opens no second budget.

use std::time::Duration;

use jiff::tz::TimeZone;

use super::Stop;
use crate::llm::ChatClient;
use crate::store::Store;

/// How often it is written down; a crash forgets at most this long.
const EVERY: Duration = Duration::from_secs(10);

/// Takes over what an earlier process wrote down.
pub async fn restore(store: &Store, client: &ChatClient, zone: &TimeZone) {
    match store.llm_spent().await {
        Ok(Some(text)) => {
            if let Ok(earlier) = text.parse() {
                client.restore(earlier, today(zone));
            } else {
                tracing::warn!("what the language model cost before can not be read; counting anew");
            }
        }
        Ok(None) => {}
        Err(fault) => {
            tracing::warn!(%fault, "what the language model cost before is not known; counting anew")
        }
    }
}

/// Writes it down every few seconds when it has changed, and at the end.
pub async fn run(store: Store, client: ChatClient, zone: TimeZone, mut stop: Stop) {
    let mut written = client.spent(today(&zone));
    loop {
        let stopped = tokio::select! {
            () = tokio::time::sleep(EVERY) => false,
            _ = stop.changed() => true,
        };
        let spent = client.spent(today(&zone));
        if spent != written {
            match store.keep_llm_spent(spent.to_string()).await {
                Ok(()) => written = spent,
                Err(fault) => {
                    tracing::warn!(%fault, "what the language model cost could not be written down")
                }
            }
        }
        if stopped {
            return;
        }
    }
}

fn today(zone: &TimeZone) -> jiff::civil::Date {
    jiff::Timestamp::now().to_zoned(zone.clone()).date()
}
