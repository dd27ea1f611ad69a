//! What runs beside the requests: each worker is owned, named, and stops when the server stops.

pub mod policies;
pub mod retention;
pub mod reviews;
pub mod spending;

use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How long a worker may take to finish what it has in hand.
const STOP_PATIENCE: Duration = Duration::from_secs(3);

/// The running workers.
pub struct Workers {
    stop: watch::Sender<bool>,
    running: Vec<(&'static str, JoinHandle<()>)>,
}

/// Tells a worker to stop.
pub type Stop = watch::Receiver<bool>;

impl Default for Workers {
    fn default() -> Self {
        Self { stop: watch::channel(false).0, running: Vec::new() }
    }
}

impl Workers {
    /// Starts a worker under a name for the log.
    pub fn start<F>(&mut self, name: &'static str, worker: impl FnOnce(Stop) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.running.push((name, tokio::spawn(worker(self.stop.subscribe()))));
    }

    /// Stops all, in the order in which they were started.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        for (name, mut worker) in self.running {
            if tokio::time::timeout(STOP_PATIENCE, &mut worker).await.is_err() {
                tracing::warn!(worker = name, "a worker did not stop in time and was ended");
                worker.abort();
            }
        }
    }
}
