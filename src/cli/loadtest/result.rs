//! Results as they are written: the contract's names first, then what explains them.

use std::collections::BTreeMap;

use jiff::Zoned;
use serde::Serialize;

use super::client::TIMEOUT;
use super::criteria::{judge, memory_growth};
use super::orders::OrdersChecked;
use super::plan::{Plan, Test};
use super::recorder::{ErrorCount, FaultCount, MemorySample, Slice, Tally, share};
use super::run::Measured;
use super::times::Figures;

/// One test. Rates are shares from 0 to 1, times are seconds.
#[derive(Debug, Clone, Serialize)]
pub struct TestResult {
    /// `sustained_load`, `burst_load`, `spike_test`, `soak_test`, `chaos_test`.
    pub test_type: &'static str,
    /// What was asked for.
    pub parameters: Parameters,
    /// What was measured.
    pub metrics: Metrics,
    /// What went wrong, most frequent first.
    pub errors: Vec<ErrorCount>,
    /// Sentences.
    pub criteria_passed: Vec<String>,
    /// Sentences; one is enough to fail.
    pub criteria_failed: Vec<String>,
    /// Whether none failed.
    pub passed: bool,
    /// What helps to understand the result.
    pub notes: Vec<String>,
    /// For charts: response times and errors over time.
    pub timeline: Vec<Slice>,
    /// When the test began, RFC 3339.
    pub timestamp: String,
    /// Percent and seconds, corrected and not; for the report only.
    #[serde(skip)]
    pub curves: [Vec<(f64, f64)>; 2],
    /// Which test it is.
    #[serde(skip)]
    pub test: Test,
    /// When the test began, for names of files.
    #[serde(skip)]
    pub stamp: String,
}

/// What a test was run with.
#[derive(Debug, Clone, Serialize)]
pub struct Parameters {
    /// The server under test.
    pub url: String,
    /// `full`, `quick`, or `shortened` by --seconds.
    pub mode: &'static str,
    /// Users at most.
    pub users: usize,
    /// Planned.
    pub duration_seconds: f64,
    /// Shortest and longest pause between two messages of a user.
    pub think_seconds: [f64; 2],
    /// After which a request is given up.
    pub timeout_seconds: u64,
    /// Of messages, pauses and faults.
    pub seed: u64,
    /// By name.
    pub phases: Vec<PhasePlan>,
}

/// A phase as it was planned.
#[derive(Debug, Clone, Serialize)]
pub struct PhasePlan {
    /// Its name.
    pub name: &'static str,
    /// Who write in it.
    pub users: usize,
    /// From the start of the test.
    pub start_seconds: f64,
    /// From the start of the test.
    pub end_seconds: f64,
}

/// What was measured.
#[derive(Debug, Clone, Serialize)]
pub struct Metrics {
    /// All.
    pub total_requests: u64,
    /// Answered as they should be.
    pub successful_requests: u64,
    /// Not.
    pub failed_requests: u64,
    /// 0 to 1.
    pub success_rate: f64,
    /// 0 to 1.
    pub error_rate: f64,
    /// Of the answers, 0 to 1.
    pub cache_hit_rate: f64,
    /// From when each message was due: corrected for coordinated omission.
    pub response_time: Figures,
    /// From when each message was sent.
    pub service_time: Figures,
    /// Given up on.
    pub timeouts: u64,
    /// Answers that a language model worded, of all answers, 0 to 1.
    pub llm_rate: f64,
    /// Messages that the pace allows.
    pub expected_requests: u64,
    /// Messages that were due while their user still waited, and that the end of the test cut off.
    pub unsent_requests: u64,
    /// Requests in a second.
    pub requests_per_second: f64,
    /// Measured, with the last answers.
    pub duration_seconds: f64,
    /// One after the other.
    pub phases: Vec<PhaseMetrics>,
    /// The server's own, from its /metrics.
    pub server_memory: ServerMemory,
    /// Faults made on purpose.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub faults: BTreeMap<&'static str, FaultCount>,
    /// Whether orders exist once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub orders: Option<OrdersChecked>,
}

/// A phase as it was measured.
#[derive(Debug, Clone, Serialize)]
pub struct PhaseMetrics {
    /// Its name.
    pub name: &'static str,
    /// All requests.
    pub requests: u64,
    /// 0 to 1.
    pub error_rate: f64,
    /// Corrected for coordinated omission.
    pub response_time: Figures,
}

/// Resident memory of the server, in bytes.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ServerMemory {
    /// At the start.
    pub first: Option<f64>,
    /// At the end.
    pub last: Option<f64>,
    /// At most.
    pub most: Option<f64>,
    /// From the first tenth of the run to the last, 0 to 1.
    pub growth: Option<f64>,
    /// In the order of time.
    pub samples: Vec<MemorySample>,
}

impl TestResult {
    /// Of a test that has ended.
    pub fn new(plan: &Plan, mut measured: Measured, url: &str, mode: &'static str, began: &Zoned) -> Self {
        let judgement = judge(plan, &measured);
        let mut notes = notes(plan, &measured);
        let timeline = measured.recorder.slices();
        let all = measured.recorder.all();
        let orders = match &measured.orders {
            Some(Ok(orders)) => Some(orders.clone()),
            _ => None,
        };
        if let Some(left) = orders.as_ref().and_then(left_behind) {
            notes.push(left);
        }
        Self {
            test_type: plan.test.test_type(),
            parameters: parameters(plan, url, mode),
            errors: measured.recorder.errors(),
            passed: judgement.failed.is_empty(),
            criteria_passed: judgement.passed,
            criteria_failed: judgement.failed,
            notes,
            timeline,
            timestamp: began.timestamp().to_string(),
            curves: [all.response.curve(), all.service.curve()],
            metrics: metrics(plan, measured, &all, orders),
            test: plan.test,
            stamp: stamp(began),
        }
    }

    /// What the contract calls it.
    pub fn file_name(&self) -> String {
        format!("load_test_{}_{}_results_{}.json", self.test.number(), self.test.name(), self.stamp)
    }
}

/// `YYYYmmdd_HHMMSS`, local time.
pub fn stamp(at: &Zoned) -> String {
    at.strftime("%Y%m%d_%H%M%S").to_string()
}

fn parameters(plan: &Plan, url: &str, mode: &'static str) -> Parameters {
    let phase = |phase: &super::plan::Phase| PhasePlan {
        name: phase.name,
        users: phase.users,
        start_seconds: phase.start.as_secs_f64(),
        end_seconds: phase.end.as_secs_f64(),
    };
    Parameters {
        url: url.to_owned(),
        mode,
        users: plan.users(),
        duration_seconds: plan.total().as_secs_f64(),
        think_seconds: [plan.think.0, plan.think.1],
        timeout_seconds: TIMEOUT.as_secs(),
        seed: plan.seed,
        phases: plan.phases.iter().map(phase).collect(),
    }
}

fn metrics(plan: &Plan, measured: Measured, all: &Tally, orders: Option<OrdersChecked>) -> Metrics {
    let Measured { recorder, took, allowed, .. } = measured;
    let phase = |(phase, tally): (&super::plan::Phase, &Tally)| PhaseMetrics {
        name: phase.name,
        requests: tally.total(),
        error_rate: tally.error_rate(),
        response_time: tally.response.figures(),
    };
    let bytes = |sample: Option<&MemorySample>| sample.map(|sample| sample.bytes);
    let memory = &recorder.memory;
    Metrics {
        total_requests: all.total(),
        successful_requests: all.ok,
        failed_requests: all.failed,
        success_rate: 1.0 - all.error_rate(),
        error_rate: all.error_rate(),
        cache_hit_rate: share(all.cached, all.answers).unwrap_or_default(),
        response_time: all.response.figures(),
        service_time: all.service.figures(),
        timeouts: all.timeouts,
        llm_rate: share(all.by_llm, all.answers).unwrap_or_default(),
        expected_requests: allowed,
        unsent_requests: recorder.unsent,
        requests_per_second: all.total() as f64 / took.as_secs_f64().max(0.001),
        duration_seconds: took.as_secs_f64(),
        phases: plan.phases.iter().zip(&recorder.phases).map(phase).collect(),
        server_memory: ServerMemory {
            first: bytes(memory.first()),
            last: bytes(memory.last()),
            most: memory.iter().map(|sample| sample.bytes).reduce(f64::max),
            growth: memory_growth(memory),
            samples: recorder.memory,
        },
        faults: recorder.faults,
        orders,
    }
}

/// What helps to understand a result.
fn notes(plan: &Plan, measured: &Measured) -> Vec<String> {
    let mut notes = Vec::new();
    let errors = measured.recorder.errors();
    let count = |kind: &str| errors.iter().find(|error| error.kind == kind).map(|error| error.count);
    if let Some(refused) = count("rate_limited") {
        let after =
            measured.recorder.retry_after.map(|s| format!(", up to {s} s at a time")).unwrap_or_default();
        notes.push(format!(
            "{refused} requests were refused with 429 by the server's own limit{after}: all users of a load test \
             come from one address. Raise RATE_LIMIT_PER_MINUTE for the test (0 is no limit), or the result is about \
             the limit and not about the server."
        ));
    }
    if let Some(refused) = count("http_401").or_else(|| count("http_403")) {
        notes.push(format!("{refused} requests lacked a valid token: give one with --token or TRIA_TOKEN."));
    }
    if let Some(refused) = count("connect") {
        notes.push(format!("{refused} requests found no connection: is the server still running?"));
    }
    if !measured.not_made.is_empty() {
        notes.push(format!("Faults that could not be made here: {}.", measured.not_made.join(", ")));
    }
    if measured.recorder.restarted && plan.test != Test::Soak {
        notes.push("The server was restarted, or restarted itself, in the middle.".to_owned());
    }
    if plan.test == Test::Chaos {
        notes.extend(llm_note(measured.llm_calls));
    }
    let unsent = measured.recorder.unsent;
    if unsent > 0 {
        notes.push(format!(
            "{unsent} messages were due while their users still waited for an answer, and were never sent; the time \
             they had waited by then is part of the response times."
        ));
    }
    notes
}

fn llm_note(calls: Option<(u64, u64)>) -> Option<String> {
    let note = match calls {
        None => {
            "The language model was not taken down. To do that, let the load test play it: start the server with \
             OPENAI_BASE_URL=http://127.0.0.1:8999/v1 and any OPENAI_API_KEY, and run this with --llm-port 8999."
        }
        Some((_, 0)) => {
            "The server did not ask the language model that the load test plays while that was down: does its \
             OPENAI_BASE_URL name this port, and has it an OPENAI_API_KEY?"
        }
        Some(_) => return None,
    };
    Some(note.to_owned())
}

fn left_behind(orders: &OrdersChecked) -> Option<String> {
    let left = orders.acknowledged.saturating_sub(orders.cancelled);
    let alike: Vec<String> = orders.alike.iter().map(i64::to_string).collect();
    let mut parts = Vec::new();
    if left > 0 {
        parts.push(format!("{left} orders of the test were not cancelled and are still on the server."));
    }
    if !alike.is_empty() {
        let alike = alike.join(", ");
        parts.push(format!(
            "Orders {alike} look like the test's and were left alone: cancel them if they are."
        ));
    }
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// The whole suite.
#[derive(Debug, Serialize)]
// The contract's names.
#[allow(clippy::struct_field_names)]
pub struct Suite<'a> {
    /// How it was run.
    pub suite_info: SuiteInfo<'a>,
    /// In the order of the tests.
    pub test_results: &'a [TestResult],
    /// Whether all five were run and all passed.
    pub production_ready: bool,
}

/// How a suite was run.
#[derive(Debug, Serialize)]
pub struct SuiteInfo<'a> {
    /// The server under test.
    pub url: &'a str,
    /// As the server says.
    pub server_version: Option<&'a str>,
    /// `full`, `quick` or `shortened`: only a full one shows what a day does to a server.
    pub mode: &'static str,
    /// How many were run.
    pub total_tests: usize,
    /// How many passed.
    pub passed_tests: usize,
    /// How many failed.
    pub failed_tests: usize,
    /// Seconds, all together.
    pub duration_seconds: f64,
    /// When it began, RFC 3339.
    pub timestamp: String,
}

/// A share as people read it.
pub fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// Seconds as people read them.
pub fn time(seconds: f64) -> String {
    if seconds == 0.0 || seconds >= 1.0 {
        format!("{seconds:.1} s")
    } else {
        format!("{:.1} ms", seconds * 1e3)
    }
}
