//! The client: one call with everything around it.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::civil::Date;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::breaker::Breaker;
use super::config::{LlmConfig, RetryLimits, TimeLimits};
use super::dialect::Dialect;
use super::error::{Failure, LlmError, SetupError, Stage};
use super::exchange::{Delivery, Fault, Reply, Verdict, Wire};
use super::health::{Health, Status};
use super::request::{ChatRequest, ChatResponse, Terms};
use super::spend::{Ledger, Meter, Spent};
use super::{retry, wire};

/// A language model behind an OpenAI-compatible server. Cheap to clone; all clones share slots, breaker and budget.
#[derive(Clone)]
pub struct ChatClient {
    inner: Arc<Inner>,
}

struct Inner {
    model: String,
    server: String,
    time: TimeLimits,
    retry: RetryLimits,
    wire: Wire,
    slots: Semaphore,
    breaker: Breaker,
    ledger: Ledger,
    health: Health,
    /// What this server has refused so far.
    dialect: Mutex<Dialect>,
}

/// What a probe found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Probe {
    /// From the question to the whole answer.
    pub latency: Duration,
    /// Whether the configured model is among those that the server lists; `None` when it gives no list.
    pub model_listed: Option<bool>,
}

impl fmt::Debug for ChatClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChatClient")
            .field("model", &self.inner.model)
            .field("server", &self.inner.server)
            .finish_non_exhaustive()
    }
}

impl ChatClient {
    /// A client; nothing is sent yet.
    pub fn new(config: LlmConfig) -> Result<Self, SetupError> {
        let inner = Inner {
            wire: Wire::new(&config)?,
            slots: Semaphore::new(config.max_concurrent.clamp(1, Semaphore::MAX_PERMITS)),
            breaker: Breaker::new(config.breaker),
            ledger: Ledger::new(config.prices, config.budget),
            health: Health::new(),
            dialect: Mutex::new(Dialect::usual()),
            model: config.model,
            server: config.base_url.to_string(),
            time: config.time,
            retry: config.retry,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// The model's name: part of the key of what is cached.
    pub fn model(&self) -> &str {
        &self.inner.model
    }

    /// Asks and waits for the whole answer. Dropping the future hangs up.
    pub async fn complete(&self, request: &ChatRequest, terms: &Terms) -> Result<ChatResponse, LlmError> {
        self.call(request, terms, None).await
    }

    /// What the last call said about the server.
    pub fn status(&self) -> Status {
        self.inner.health.status()
    }

    /// What was spent, seen from `today`.
    pub fn spent(&self, today: Date) -> Spent {
        self.inner.ledger.spent(today)
    }

    /// Adds what an earlier process spent. Numbers of a day after `today` are left out: they come from a wrong clock.
    pub fn restore(&self, earlier: Spent, today: Date) {
        self.inner.ledger.restore(earlier, today);
    }

    /// Asks the server for its models: a request that costs nothing and shows whether address and key are right. It
    /// passes by the breaker and the budget and changes no status.
    pub async fn probe(&self, limit: Duration) -> Result<Probe, LlmError> {
        let began = Instant::now();
        let deadline = began.checked_add(limit).unwrap_or(began);
        let models = self.inner.wire.models(deadline).await?;
        let model_listed = models.map(|models| models.contains(&self.inner.model));
        Ok(Probe { latency: began.elapsed(), model_listed })
    }

    /// Tries until there is an answer, or no hope or time is left.
    pub(super) async fn call(
        &self,
        request: &ChatRequest,
        terms: &Terms,
        mut delivery: Option<&mut Delivery<'_>>,
    ) -> Result<ChatResponse, LlmError> {
        let inner = &*self.inner;
        let began = Instant::now();
        let deadline =
            began.checked_add(inner.time.whole).map_or(terms.deadline, |end| end.min(terms.deadline));
        let known = inner.dialect();
        let mut dialect = known;
        let mut failed = 0;
        loop {
            let tried = inner.attempt(request, dialect, terms.today, deadline, delivery.as_deref_mut()).await;
            let fault = match tried {
                Ok(reply) => {
                    if dialect != known {
                        inner.remember(dialect);
                    }
                    let Reply { text, finish, usage } = reply;
                    return Ok(ChatResponse {
                        text,
                        usage,
                        finish,
                        latency: began.elapsed(),
                        retries: failed,
                    });
                }
                Err(fault) => fault,
            };
            let otherwise = fault.words.as_deref().and_then(|words| dialect.after_refusal(request, words));
            if let Some(otherwise) = otherwise {
                dialect = otherwise;
                continue;
            }
            failed += 1;
            let begun = delivery.as_ref().is_some_and(|delivery| delivery.begun);
            match inner.wait_before_next(&fault, failed, deadline) {
                Some(wait) if !begun => tokio::time::sleep(wait).await,
                _ => return Err(fault.error),
            }
        }
    }
}

impl Inner {
    /// One try: budget, breaker, slot, wire. Everything it holds is given back when the future is dropped.
    async fn attempt(
        &self,
        request: &ChatRequest,
        dialect: Dialect,
        today: Date,
        deadline: Instant,
        delivery: Option<&mut Delivery<'_>>,
    ) -> Result<Reply, Fault> {
        self.ledger.check(today).map_err(|period| Fault::unsent(LlmError::BudgetSpent(period)))?;
        let pass = self.breaker.admit(Instant::now()).map_err(|left| {
            Fault::unsent(LlmError::Unavailable { why: Failure::LeftAlone, retry_after: Some(left) })
        })?;
        let _slot = self.slot(deadline).await.map_err(Fault::unsent)?;
        let body = wire::encode(request, &self.model, dialect, delivery.is_some());
        let meter = Meter::new(&self.ledger, today, chars(request));
        let tried = self.wire.call(body, meter, deadline, delivery).await;
        let now = Instant::now();
        match tried.as_ref().map_or_else(|fault| fault.verdict, |_| Verdict::Answered) {
            Verdict::Answered => {
                pass.succeeded();
                self.health.answered(now);
            }
            Verdict::Failed => {
                pass.failed(now);
                if let Err(fault) = &tried {
                    self.health.failed(now, fault.error.clone());
                }
            }
            Verdict::Unknown => {}
        }
        tried
    }

    /// A slot to call on, waited for within its limit and the deadline.
    async fn slot(&self, deadline: Instant) -> Result<SemaphorePermit<'_>, LlmError> {
        let now = Instant::now();
        if now >= deadline {
            return Err(LlmError::TooSlow(Stage::Whole));
        }
        let until = now.checked_add(self.time.slot).map_or(deadline, |end| end.min(deadline));
        match tokio::time::timeout_at(until.into(), self.slots.acquire()).await {
            Ok(Ok(slot)) => Ok(slot),
            Ok(Err(_)) | Err(_) => Err(LlmError::Busy),
        }
    }

    /// How long to wait before the next try; `None` when there is none.
    fn wait_before_next(&self, fault: &Fault, failed: u32, deadline: Instant) -> Option<Duration> {
        let now = Instant::now();
        // This failure may have been the one that opened the breaker.
        if !fault.again || self.breaker.closed_for(now).is_some() {
            return None;
        }
        let asked = match &fault.error {
            LlmError::Unavailable { retry_after, .. } => *retry_after,
            _ => None,
        };
        retry::wait(&self.retry, failed, asked, now, deadline)
    }

    fn dialect(&self) -> Dialect {
        *self.dialect.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remember(&self, dialect: Dialect) {
        tracing::info!(?dialect, "the language model's server takes only a part of the protocol");
        *self.dialect.lock().unwrap_or_else(PoisonError::into_inner) = dialect;
    }
}

/// Characters of what is sent, for the estimate of its tokens.
fn chars(request: &ChatRequest) -> usize {
    let messages: usize = request.messages.iter().map(|message| message.content.chars().count()).sum();
    messages + request.schema.as_ref().map_or(0, |schema| schema.schema.to_string().len())
}
