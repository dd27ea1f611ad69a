//! Watches the policies: a changed file, a `SIGHUP` or an index built by another process becomes the index that
//! answers, without a request noticing.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use notify::Watcher as _;
use tokio::sync::mpsc;

use super::Stop;
use crate::knowledge::{BuildError, BuildReport, Builder, Embedder, LiveIndex, Placeholders};

/// Editors write a file in several steps: it is read when nothing has changed for this long.
const SETTLE: Duration = Duration::from_millis(500);
/// How often it is looked whether another process built an index.
const LOOK: Duration = Duration::from_secs(1);

/// What an index is built from.
pub struct PolicySource {
    /// The policies' folder.
    pub folder: PathBuf,
    /// Where indexes are kept.
    pub builder: Builder,
    /// The index that answers.
    pub live: Arc<LiveIndex>,
    /// The model.
    pub embedder: Arc<dyn Embedder>,
    /// The values that settings own; read anew for each build, because settings are reloaded.
    pub placeholders: Box<dyn Fn() -> Placeholders + Send + Sync>,
}

impl PolicySource {
    /// Brings the index up to date with the files, and takes it. Blocks for seconds when texts changed.
    pub fn build(&self, progress: &mut dyn FnMut(usize, usize)) -> Result<BuildReport, BuildError> {
        let values = (self.placeholders)();
        let report = self.builder.build(&self.folder, &values, self.embedder.as_ref(), progress, false)?;
        self.reload();
        Ok(report)
    }

    /// Takes the newest index if it is another one.
    pub fn reload(&self) {
        match self.live.reload_if_changed() {
            Ok(true) => {
                let index = self.live.current();
                tracing::info!(
                    version = index.version(),
                    chunks = index.chunk_count(),
                    "answering from a new index"
                );
            }
            Ok(false) => {}
            Err(fault) => {
                tracing::error!(%fault, "the new index can not be used; the one before goes on answering");
            }
        }
    }
}

/// Rebuilds on changes until told to stop. `asked` asks for a rebuild from outside (`SIGHUP`).
pub async fn run(source: Arc<PolicySource>, mut asked: mpsc::Receiver<()>, mut stop: Stop) {
    let (changed, mut events) = mpsc::channel::<()>(1);
    // Dropped at the end, which ends the watching.
    let _watcher = watch(&source.folder, changed);
    let mut look = tokio::time::interval(LOOK);
    loop {
        tokio::select! {
            Some(()) = events.recv() => {
                tokio::time::sleep(SETTLE).await;
                while events.try_recv().is_ok() {}
                rebuild(&source).await;
            }
            Some(()) = asked.recv() => rebuild(&source).await,
            _ = look.tick() => {
                let source = source.clone();
                let _ = tokio::task::spawn_blocking(move || source.reload()).await;
            }
            _ = stop.changed() => return,
        }
    }
}

fn watch(folder: &std::path::Path, changed: mpsc::Sender<()>) -> Option<notify::RecommendedWatcher> {
    let heard = move |event: notify::Result<notify::Event>| {
        if event.is_ok_and(|e| !matches!(e.kind, notify::EventKind::Access(_))) {
            // A full channel means that a rebuild is due already.
            let _ = changed.try_send(());
        }
    };
    let watching = notify::recommended_watcher(heard).and_then(|mut watcher| {
        watcher.watch(folder, notify::RecursiveMode::Recursive)?;
        Ok(watcher)
    });
    watching
        .inspect_err(|fault| {
            tracing::warn!(%fault, "the policies' folder can not be watched; send SIGHUP or run `tria index` after a change");
        })
        .ok()
}

async fn rebuild(source: &Arc<PolicySource>) {
    let at_work = source.clone();
    let built = tokio::task::spawn_blocking(move || at_work.build(&mut |_, _| {})).await;
    match built {
        Ok(Ok(report)) if report.changed => {
            tracing::info!(
                version = report.version,
                chunks = report.chunks,
                embedded = report.embedded,
                "index rebuilt"
            );
        }
        // `tria index` is at work: its result is taken when it is there.
        Ok(Ok(_) | Err(BuildError::Busy)) => {}
        Ok(Err(fault)) => {
            tracing::error!(%fault, "the policies were not taken; the index before goes on answering");
        }
        Err(fault) => tracing::error!(%fault, "the build of the index was ended"),
    }
}
