//! Threads that embed: a bounded queue before them, what waits is taken together.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use super::embedder::{BATCH, EmbedError, Embedder, ModelInfo, ModelSource};

/// Sizes of a pool.
#[derive(Debug, Clone, Copy)]
pub struct PoolOptions {
    /// Threads, each with its own instance of the model (60 MB each beyond the first's 140); 1 or 2.
    pub threads: usize,
    /// Requests that may wait; one more gets [`EmbedError::Busy`].
    pub queue: usize,
    /// Questions whose vectors are kept.
    pub cached: u64,
}

impl Default for PoolOptions {
    fn default() -> Self {
        Self { threads: 1, queue: 256, cached: 4096 }
    }
}

type Answer = Result<Vec<Vec<f32>>, EmbedError>;

struct Job {
    texts: Vec<String>,
    answer: oneshot::Sender<Answer>,
}

struct Queue {
    waiting: Mutex<Waiting>,
    arrived: Condvar,
    limit: usize,
}

#[derive(Default)]
struct Waiting {
    jobs: VecDeque<Job>,
    closed: bool,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, job: Job) -> Result<(), EmbedError> {
        let mut waiting = self.lock();
        if waiting.closed {
            return Err(EmbedError::Closed);
        }
        if waiting.jobs.len() >= self.limit {
            return Err(EmbedError::Busy);
        }
        waiting.jobs.push_back(job);
        drop(waiting);
        self.arrived.notify_one();
        Ok(())
    }

    /// Waits for a job and takes more with it while they make no more than a batch; `None` when closed.
    fn take(&self) -> Option<Vec<Job>> {
        let mut waiting = self.lock();
        loop {
            if let Some(first) = waiting.jobs.pop_front() {
                let mut size = first.texts.len();
                let mut taken = vec![first];
                while waiting.jobs.front().is_some_and(|next| size + next.texts.len() <= BATCH) {
                    let Some(next) = waiting.jobs.pop_front() else { break };
                    size += next.texts.len();
                    taken.push(next);
                }
                return Some(taken);
            }
            if waiting.closed {
                return None;
            }
            waiting = self.arrived.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn close(&self) {
        self.lock().closed = true;
        self.arrived.notify_all();
    }
}

/// Handle to the embedding threads; cheap to clone. They end when the last handle goes.
#[derive(Clone)]
pub struct EmbedPool {
    inner: Arc<Inner>,
}

struct Inner {
    queue: Arc<Queue>,
    first: Arc<dyn Embedder>,
    cache: moka::sync::Cache<String, Arc<[f32]>>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.queue.close();
    }
}

impl EmbedPool {
    /// Loads the model and starts the threads. Further instances load on their own threads, so that a start does
    /// not wait for them; one that does not load leaves the work to the others.
    pub fn start(source: &ModelSource, options: PoolOptions) -> Result<Self, EmbedError> {
        let pool = Self::with(source.load()?, options)?;
        for number in 1..options.threads.min(2) {
            let source = source.clone();
            pool.spawn(number, move || source.load())?;
        }
        Ok(pool)
    }

    /// One thread over an embedder that is loaded already.
    pub fn with(embedder: Arc<dyn Embedder>, options: PoolOptions) -> Result<Self, EmbedError> {
        let queue = Queue { waiting: Mutex::default(), arrived: Condvar::new(), limit: options.queue.max(1) };
        let inner =
            Inner { queue: Arc::new(queue), first: embedder, cache: moka::sync::Cache::new(options.cached) };
        let pool = Self { inner: Arc::new(inner) };
        let first = pool.embedder();
        pool.spawn(0, move || Ok(first))?;
        Ok(pool)
    }

    fn spawn(
        &self,
        number: usize,
        load: impl FnOnce() -> Result<Arc<dyn Embedder>, EmbedError> + Send + 'static,
    ) -> Result<(), EmbedError> {
        let queue = self.inner.queue.clone();
        std::thread::Builder::new()
            .name(format!("embed-{number}"))
            .spawn(move || match load() {
                Ok(embedder) => work(&queue, embedder.as_ref()),
                Err(fault) => tracing::warn!(%fault, number, "an embedding thread has no model and ends"),
            })
            .map(drop)
            .map_err(|fault| EmbedError::Model(format!("no thread: {fault}")))
    }

    /// The model in use.
    pub fn model(&self) -> &ModelInfo {
        self.inner.first.model()
    }

    /// The first instance, for work that blocks a thread of its own, such as building an index.
    pub fn embedder(&self) -> Arc<dyn Embedder> {
        self.inner.first.clone()
    }

    /// Requests that wait now.
    pub fn waiting(&self) -> usize {
        self.inner.queue.lock().jobs.len()
    }

    /// One vector a text, in order.
    pub async fn embed(&self, texts: Vec<String>) -> Result<Vec<Vec<f32>>, EmbedError> {
        let (answer, received) = oneshot::channel();
        self.inner.queue.push(Job { texts, answer })?;
        received.await.map_err(|_| EmbedError::Closed)?
    }

    /// The vector of a question; those asked lately are kept.
    pub async fn embed_query(&self, text: &str) -> Result<Arc<[f32]>, EmbedError> {
        let found = self.embed_queries(std::slice::from_ref(&text.to_owned())).await?;
        found.into_iter().next().ok_or(EmbedError::Closed)
    }

    /// The vectors of several short texts; those asked lately are kept, the others go as one request.
    pub async fn embed_queries(&self, texts: &[String]) -> Result<Vec<Arc<[f32]>>, EmbedError> {
        let cache = &self.inner.cache;
        let mut found: Vec<Option<Arc<[f32]>>> = texts.iter().map(|text| cache.get(text)).collect();
        let missing: Vec<usize> = (0..texts.len()).filter(|&i| found[i].is_none()).collect();
        if !missing.is_empty() {
            let vectors = self.embed(missing.iter().map(|&i| texts[i].clone()).collect()).await?;
            for (&i, vector) in missing.iter().zip(vectors) {
                let vector: Arc<[f32]> = vector.into();
                cache.insert(texts[i].clone(), vector.clone());
                found[i] = Some(vector);
            }
        }
        found.into_iter().map(|vector| vector.ok_or(EmbedError::Closed)).collect()
    }
}

fn work(queue: &Queue, embedder: &dyn Embedder) {
    while let Some(jobs) = queue.take() {
        // Whoever stopped waiting costs nothing more.
        let jobs: Vec<Job> = jobs.into_iter().filter(|job| !job.answer.is_closed()).collect();
        let texts: Vec<String> = jobs.iter().flat_map(|job| job.texts.iter().cloned()).collect();
        let mut found = embedder.embed(&texts).map(Vec::into_iter);
        for job in jobs {
            let part = match &mut found {
                Ok(vectors) => Ok(vectors.by_ref().take(job.texts.len()).collect()),
                Err(fault) => Err(fault.clone()),
            };
            let _gone = job.answer.send(part);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// Embeds a text as its length; blocks while the gate is shut.
    struct Lengths {
        info: ModelInfo,
        calls: AtomicUsize,
        gate: Mutex<()>,
    }

    impl Embedder for Lengths {
        fn model(&self) -> &ModelInfo {
            &self.info
        }
        fn embed(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, EmbedError> {
            let _open = self.gate.lock().unwrap();
            self.calls.fetch_add(1, Ordering::Relaxed);
            Ok(texts.iter().map(|t| vec![t.len() as f32]).collect())
        }
    }

    fn lengths() -> Arc<Lengths> {
        let info = ModelInfo { name: "lengths".into(), dimensions: 1, hash: "0".into() };
        Arc::new(Lengths { info, calls: AtomicUsize::new(0), gate: Mutex::new(()) })
    }

    #[tokio::test]
    async fn answers_in_order_and_remembers_questions() {
        let model = lengths();
        let pool = EmbedPool::with(model.clone(), PoolOptions::default()).unwrap();
        let found = pool.embed(vec!["a".into(), "bcd".into()]).await.unwrap();
        assert_eq!(found, vec![vec![1.0], vec![3.0]]);
        for _ in 0..3 {
            assert_eq!(*pool.embed_query("four").await.unwrap(), [4.0]);
        }
        assert_eq!(model.calls.load(Ordering::Relaxed), 2);
    }

    #[tokio::test]
    async fn a_full_queue_says_busy_and_what_waits_goes_together() {
        let model = lengths();
        let pool =
            EmbedPool::with(model.clone(), PoolOptions { queue: 4, ..PoolOptions::default() }).unwrap();
        let shut = model.gate.lock().unwrap();
        let mut answers = Vec::new();
        for n in 0..5 {
            let (answer, received) = oneshot::channel();
            pool.inner.queue.push(Job { texts: vec!["x".repeat(n)], answer }).unwrap();
            answers.push(received);
            // The first is taken before the others come.
            while n == 0 && pool.waiting() > 0 {
                std::thread::yield_now();
            }
        }
        let (answer, _received) = oneshot::channel();
        assert!(matches!(pool.inner.queue.push(Job { texts: vec![], answer }), Err(EmbedError::Busy)));
        drop(shut);
        for (n, answer) in answers.into_iter().enumerate() {
            assert_eq!(answer.await.unwrap().unwrap(), vec![vec![n as f32]]);
        }
        assert_eq!(model.calls.load(Ordering::Relaxed), 2, "one for the first, one for the four that waited");
    }
}
