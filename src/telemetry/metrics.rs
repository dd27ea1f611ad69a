//! Numbers for Prometheus behind a small typed face. Every label is an enum's name or a text of the program,
//! never one of a caller: the number of series is bounded by the code.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::domain::answer::Action;
use crate::domain::escalation::Tier;
use crate::domain::intent::Intent;
use crate::domain::money::Money;
use crate::domain::order::OrderStatus;

/// The media type of [`Metrics::encode`].
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// How an answer was worded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Composed from the policies.
    Offline,
    /// Worded by a language model.
    Llm,
}

impl Mode {
    /// The contract's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Offline => "offline",
            Self::Llm => "llm",
        }
    }
}

/// What came of asking the language model for an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LlmOutcome {
    /// Its answer was given.
    Used,
    /// It said that the facts do not answer.
    Declined,
    /// Its answer did not pass the checks.
    Refused,
    /// The server can not be reached or fails.
    Unavailable,
    /// The server refuses the request.
    Rejected,
    /// No answer in time.
    TooSlow,
    /// Nothing may be spent any more.
    BudgetSpent,
    /// Too many calls at once.
    Busy,
    /// An answer that is none.
    BadReply,
}

impl LlmOutcome {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Used => "used",
            Self::Declined => "declined",
            Self::Refused => "refused",
            Self::Unavailable => "unavailable",
            Self::Rejected => "rejected",
            Self::TooSlow => "too_slow",
            Self::BudgetSpent => "budget_spent",
            Self::Busy => "busy",
            Self::BadReply => "bad_reply",
        }
    }
}

/// What the answer cache had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CacheLevel {
    /// The answer to these words.
    Exact,
    /// The answer that was just being made for somebody else.
    Joined,
    /// The answer to other words that ask the same.
    Meaning,
    /// Nothing; the answer was made.
    Miss,
    /// The question depends on somebody: not looked up.
    Bypass,
}

/// What the database has done since it was opened, and what waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StoreNumbers {
    /// Write transactions committed.
    pub batches: u64,
    /// Operations in them.
    pub operations: u64,
    /// Operations that failed.
    pub failed: u64,
    /// Operations turned away because the queue was full.
    pub busy: u64,
    /// Reads.
    pub reads: u64,
    /// Operations that wait now.
    pub queue_depth: u64,
    /// Size of the file, in bytes.
    pub size_bytes: u64,
}

type Labels<const N: usize> = [(&'static str, &'static str); N];
type Count<const N: usize> = Family<Labels<N>, Counter>;
type Times<const N: usize> = Family<Labels<N>, Histogram, fn() -> Histogram>;

/// Counters and histograms of the whole process. Cheap to count with: no lock is held over more than a lookup.
pub struct Metrics {
    registry: Registry,
    started: Instant,
    http_requests: Count<3>,
    http_seconds: Times<2>,
    stage_seconds: Times<1>,
    turns: Count<3>,
    cache: Count<2>,
    llm: Count<1>,
    llm_tokens: Count<1>,
    llm_seconds: Histogram,
    validation: Count<1>,
    orders: Count<1>,
    order_value: Counter<f64, AtomicU64>,
    tickets: Count<1>,
    index_info: Family<[(&'static str, String); 1], Gauge>,
    index_chunks: Gauge,
    index_age: Gauge<f64, AtomicU64>,
    index_in_use: Mutex<Option<(String, Instant)>>,
    store: StoreSeries,
    resident_memory: Gauge,
    uptime: Gauge<f64, AtomicU64>,
}

#[derive(Default)]
struct StoreSeries {
    batches: Counter,
    operations: Counter,
    failed: Counter,
    busy: Counter,
    reads: Counter,
    queue_depth: Gauge,
    size_bytes: Gauge,
}

/// 1 ms to 16 s: an offline turn takes a few milliseconds, the slowest criterion of the load tests is 15 s.
fn seconds() -> Histogram {
    Histogram::new([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 16.0])
}

/// 0.1 ms to 5 s: most stages take less than a millisecond.
fn fine_seconds() -> Histogram {
    Histogram::new([0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 5.0])
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    /// Everything at zero; uptime counts from here.
    pub fn new() -> Self {
        let mut metrics = Self {
            registry: Registry::default(),
            started: Instant::now(),
            http_requests: Family::default(),
            http_seconds: Family::new_with_constructor(seconds),
            stage_seconds: Family::new_with_constructor(fine_seconds),
            turns: Family::default(),
            cache: Family::default(),
            llm: Family::default(),
            llm_tokens: Family::default(),
            llm_seconds: seconds(),
            validation: Family::default(),
            orders: Family::default(),
            order_value: Counter::default(),
            tickets: Family::default(),
            index_info: Family::default(),
            index_chunks: Gauge::default(),
            index_age: Gauge::default(),
            index_in_use: Mutex::new(None),
            store: StoreSeries::default(),
            resident_memory: Gauge::default(),
            uptime: Gauge::default(),
        };
        metrics.register();
        metrics
    }

    fn register(&mut self) {
        let r = &mut self.registry;
        r.register(
            "tria_http_requests",
            "Requests by route, method and class of status",
            self.http_requests.clone(),
        );
        r.register("tria_http_request_seconds", "Time to answer a request", self.http_seconds.clone());
        r.register("tria_stage_seconds", "Time of a stage of a turn", self.stage_seconds.clone());
        r.register("tria_turns", "Turns of conversations by intent, action and mode", self.turns.clone());
        r.register("tria_answer_cache", "Look-ups of the answer cache by result", self.cache.clone());
        r.register("tria_llm_answers", "Answers asked of the language model by outcome", self.llm.clone());
        r.register(
            "tria_llm_tokens",
            "Tokens sent to and answered by the language model",
            self.llm_tokens.clone(),
        );
        r.register("tria_llm_seconds", "Time of a call of the language model", self.llm_seconds.clone());
        r.register(
            "tria_validation_issues",
            "What was wrong with answers that were not sent",
            self.validation.clone(),
        );
        r.register("tria_orders", "Orders stored by their first status", self.orders.clone());
        r.register(
            "tria_order_value",
            "Sum of the totals of stored orders, tax included",
            self.order_value.clone(),
        );
        r.register("tria_tickets", "Tickets opened by tier", self.tickets.clone());
        r.register("tria_index", "The knowledge index in use; always 1", self.index_info.clone());
        r.register("tria_index_chunks", "Chunks in the knowledge index", self.index_chunks.clone());
        r.register(
            "tria_index_age_seconds",
            "Time since the knowledge index was taken into use",
            self.index_age.clone(),
        );
        let s = &self.store;
        r.register("tria_store_batches", "Write transactions committed", s.batches.clone());
        r.register("tria_store_operations", "Operations in write transactions", s.operations.clone());
        r.register("tria_store_failed", "Database operations that failed", s.failed.clone());
        r.register("tria_store_busy", "Database operations turned away by a full queue", s.busy.clone());
        r.register("tria_store_reads", "Database reads", s.reads.clone());
        r.register("tria_store_queue_depth", "Operations that wait for the database", s.queue_depth.clone());
        r.register("tria_store_size_bytes", "Size of the database file", s.size_bytes.clone());
        r.register("process_resident_memory_bytes", "Memory of this process", self.resident_memory.clone());
        r.register("tria_uptime_seconds", "Time since the start", self.uptime.clone());
    }

    /// A request answered. `route` is the template of the route table, never the path as sent; an unknown method
    /// counts as `other`.
    pub fn http_request(&self, route: &'static str, method: &str, status: u16, took: Duration) {
        let method = method_label(method);
        let class = match status {
            100..200 => "1xx",
            200..300 => "2xx",
            300..400 => "3xx",
            400..500 => "4xx",
            _ => "5xx",
        };
        self.http_requests.get_or_create(&[("route", route), ("method", method), ("status", class)]).inc();
        self.http_seconds.get_or_create(&[("route", route), ("method", method)]).observe(took.as_secs_f64());
    }

    /// A stage of a turn that ended.
    pub fn stage(&self, stage: &'static str, took: Duration) {
        self.stage_seconds.get_or_create(&[("stage", stage)]).observe(took.as_secs_f64());
    }

    /// A turn that was answered.
    pub fn turn(&self, intent: Intent, action: Action, mode: Mode) {
        let labels = [("intent", intent.as_str()), ("action", action.as_str()), ("mode", mode.as_str())];
        self.turns.get_or_create(&labels).inc();
    }

    /// A look-up of the answer cache.
    pub fn cache(&self, level: CacheLevel) {
        let (result, level) = match level {
            CacheLevel::Exact => ("hit", "exact"),
            CacheLevel::Joined => ("hit", "joined"),
            CacheLevel::Meaning => ("hit", "meaning"),
            CacheLevel::Miss => ("miss", "none"),
            CacheLevel::Bypass => ("bypass", "none"),
        };
        self.cache.get_or_create(&[("result", result), ("level", level)]).inc();
    }

    /// What came of asking the language model.
    pub fn llm(&self, outcome: LlmOutcome) {
        self.llm.get_or_create(&[("outcome", outcome.as_str())]).inc();
    }

    /// What a call of the language model took.
    pub fn llm_usage(&self, prompt_tokens: u64, completion_tokens: u64, took: Duration) {
        self.llm_tokens.get_or_create(&[("kind", "prompt")]).inc_by(prompt_tokens);
        self.llm_tokens.get_or_create(&[("kind", "completion")]).inc_by(completion_tokens);
        self.llm_seconds.observe(took.as_secs_f64());
    }

    /// Something that was wrong with an answer.
    pub fn validation(&self, reason: &'static str) {
        self.validation.get_or_create(&[("reason", reason)]).inc();
    }

    /// An order that was stored, with the status it got and its total.
    pub fn order(&self, status: OrderStatus, total: Money) {
        self.orders.get_or_create(&[("status", status.as_str())]).inc();
        self.order_value.inc_by(total.to_f64());
    }

    /// A ticket that was opened.
    pub fn ticket(&self, tier: Tier) {
        let tier = match tier {
            Tier::Assistant => "assistant",
            Tier::Agent => "agent",
            Tier::Manager => "manager",
            Tier::Urgent => "urgent",
        };
        self.tickets.get_or_create(&[("tier", tier)]).inc();
    }

    /// The index now in use. Replaces the one before: there is one series at any time.
    pub fn set_index(&self, version: &str, chunks: usize) {
        let mut in_use = self.index_in_use.lock().unwrap_or_else(PoisonError::into_inner);
        if in_use.as_ref().is_none_or(|(before, _)| before != version) {
            self.index_info.clear();
            self.index_info.get_or_create(&[("version", version.to_owned())]).set(1);
            self.index_chunks.set(i64::try_from(chunks).unwrap_or(i64::MAX));
            *in_use = Some((version.to_owned(), Instant::now()));
        }
    }

    /// What the database has done so far; taken over as it is.
    pub fn set_store(&self, numbers: StoreNumbers) {
        let series = &self.store;
        let counters = [
            (&series.batches, numbers.batches),
            (&series.operations, numbers.operations),
            (&series.failed, numbers.failed),
            (&series.busy, numbers.busy),
            (&series.reads, numbers.reads),
        ];
        for (counter, value) in counters {
            counter.inner().store(value, Ordering::Relaxed);
        }
        series.queue_depth.set(i64::try_from(numbers.queue_depth).unwrap_or(i64::MAX));
        series.size_bytes.set(i64::try_from(numbers.size_bytes).unwrap_or(i64::MAX));
    }

    /// Time since the start.
    pub fn uptime(&self) -> Duration {
        self.started.elapsed()
    }

    /// All series as text of the media type [`CONTENT_TYPE`].
    pub fn encode(&self) -> String {
        self.uptime.set(self.uptime().as_secs_f64());
        if let Some(bytes) = resident_memory() {
            self.resident_memory.set(bytes);
        }
        let in_use = self.index_in_use.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, since)) = *in_use {
            self.index_age.set(since.elapsed().as_secs_f64());
        }
        drop(in_use);
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = prometheus_client::encoding::text::encode(&mut text, &self.registry);
        text
    }
}

fn method_label(method: &str) -> &'static str {
    const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
    METHODS.into_iter().find(|known| *known == method).unwrap_or("other")
}

/// Resident memory of this process in bytes; `None` where the system does not tell.
fn resident_memory() -> Option<i64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: i64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_come_out() {
        let metrics = Metrics::new();
        metrics.http_request("/api/chatbot", "POST", 200, Duration::from_millis(4));
        metrics.http_request("/api/chatbot", "BREW", 418, Duration::from_millis(4));
        metrics.turn(Intent::PolicyQuestion, Action::Answer, Mode::Offline);
        metrics.order(OrderStatus::Confirmed, Money::from_minor(61_585));
        metrics.ticket(Tier::Agent);
        metrics.cache(CacheLevel::Exact);
        metrics.stage("retrieve", Duration::from_micros(300));
        metrics.set_index("v1", 57);
        metrics.set_index("v2", 58);
        metrics.set_store(StoreNumbers { batches: 7, ..StoreNumbers::default() });
        let text = metrics.encode();
        for line in [
            r#"tria_http_requests_total{route="/api/chatbot",method="POST",status="2xx"} 1"#,
            r#"tria_http_requests_total{route="/api/chatbot",method="other",status="4xx"} 1"#,
            r#"tria_turns_total{intent="policy_question",action="answer",mode="offline"} 1"#,
            r#"tria_orders_total{status="confirmed"} 1"#,
            "tria_order_value_total 615.85",
            r#"tria_tickets_total{tier="agent"} 1"#,
            r#"tria_answer_cache_total{result="hit",level="exact"} 1"#,
            r#"tria_stage_seconds_count{stage="retrieve"} 1"#,
            r#"tria_index{version="v2"} 1"#,
            "tria_index_chunks 58",
            "tria_store_batches_total 7",
        ] {
            assert!(text.lines().any(|l| l == line), "no line `{line}` in\n{text}");
        }
        assert!(!text.contains("v1"), "an old index leaves no series");
        assert!(text.ends_with("# EOF\n"));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn memory_is_the_process_own() {
        assert!(resident_memory().is_some_and(|bytes| bytes > 1_000_000));
    }
}
