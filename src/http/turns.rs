//! Work that goes on when its client goes away: a turn is never left half done.

use std::fmt::Display;
use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::sync::{Semaphore, TryAcquireError};
use tracing::Instrument as _;

use super::error::Problem;

/// Runs turns, no more than so many at once: what comes on top is told to come back, instead of waiting unseen.
#[derive(Clone)]
pub struct Turns {
    /// Not that of a worker of the server, which ends with its connections.
    runtime: Handle,
    permits: Arc<Semaphore>,
    most: u32,
}

impl Turns {
    /// At most `most` at once, on the runtime that this is called in.
    pub fn new(most: usize) -> Self {
        let most = u32::try_from(most).unwrap_or(u32::MAX).clamp(1, 1 << 20);
        Self { runtime: Handle::current(), permits: Arc::new(Semaphore::new(most as usize)), most }
    }

    /// Runs `work` to its end, whether or not the caller still waits for it.
    pub async fn run<T, F>(&self, work: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        let permit = Arc::clone(&self.permits).try_acquire_owned().map_err(|refused| match refused {
            TryAcquireError::NoPermits => Problem::busy(),
            TryAcquireError::Closed => Problem::stopping(),
        })?;
        let work = async move {
            let result = work.await;
            drop(permit);
            result
        };
        let ended = |fault: &dyn Display| Problem::internal(&format!("a turn did not end: {fault}"));
        self.runtime.spawn(work.in_current_span()).await.map_err(|fault| ended(&fault))
    }

    /// Waits until nothing runs any more; what comes from then on is refused.
    pub async fn drained(&self) {
        if let Ok(all) = self.permits.acquire_many(self.most).await {
            all.forget();
        }
        self.permits.close();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn one_too_many_is_refused_and_the_end_waits_for_all() {
        let turns = Turns::new(1);
        let slow = turns.run(tokio::time::sleep(Duration::from_millis(50)));
        assert!(tokio::time::timeout(Duration::from_millis(5), slow).await.is_err(), "its client has gone");
        let refused = turns.run(async {}).await;
        assert!(refused.unwrap_err().to_string().starts_with("busy"));
        turns.drained().await;
        let refused = turns.run(async {}).await;
        assert!(refused.unwrap_err().to_string().starts_with("stopping"));
    }
}
