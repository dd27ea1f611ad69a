//! What was measured: histograms and counts, whose size does not grow with the length of a run.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use super::client::{Answered, Failure, ServerNumbers};
use super::plan::Plan;
use super::times::Times;

/// Points of a chart. More are not seen, and each is kept.
const SLICES: u32 = 120;
/// Kinds of errors that are told apart.
const MOST_KINDS: usize = 40;
/// Memory samples kept: one a minute in a day, and some.
const MOST_SAMPLES: usize = 2_000;
/// Requests of a phase, or of the whole.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// Answered as they should be.
    pub ok: u64,
    /// Not.
    pub failed: u64,
    /// Of these: given up on.
    pub timeouts: u64,
    /// Messages that were answered; the rest of what went well are faults that were met as they should be.
    pub answers: u64,
    /// Answers that the server had ready.
    pub cached: u64,
    /// Answers that a language model worded.
    pub by_llm: u64,
    /// From when the user was to write until the answer: corrected for coordinated omission.
    pub response: Times,
    /// From when the request was sent until the answer: what a client that waits would have measured.
    pub service: Times,
}

impl Tally {
    /// All requests.
    pub fn total(&self) -> u64 {
        self.ok + self.failed
    }

    /// Failed of all, 0 to 1. Nothing sent is nothing shown: it counts as failed.
    pub fn error_rate(&self) -> f64 {
        share(self.failed, self.total()).unwrap_or(1.0)
    }

    fn add(&mut self, other: &Self) {
        self.ok += other.ok;
        self.failed += other.failed;
        self.timeouts += other.timeouts;
        self.answers += other.answers;
        self.cached += other.cached;
        self.by_llm += other.by_llm;
        self.response.add(&other.response);
        self.service.add(&other.service);
    }
}

/// Part of a whole, 0 to 1.
pub fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// A piece of time for the charts.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Slice {
    /// Its start, in seconds from the start of the test.
    pub at: f64,
    /// Requests that ended in it.
    pub requests: u64,
    /// Of these: failed.
    pub failed: u64,
    /// Seconds; absent when nothing was answered.
    pub p50: Option<f64>,
    /// Seconds.
    pub p95: Option<f64>,
    /// Seconds.
    pub p99: Option<f64>,
}

/// How often something went wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ErrorCount {
    /// `timeout`, `connect`, `broken_connection`, `rate_limited`, `bad_reply`, `http_500` …
    pub kind: String,
    /// How often.
    pub count: u64,
    /// The first one, in words.
    pub example: String,
}

/// One kind of fault that was made on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct FaultCount {
    /// How often it was made.
    pub made: u64,
    /// How often the server did what it should.
    pub handled: u64,
    /// How often the message right after it was answered.
    pub recovered: u64,
}

/// The server's memory at a time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct MemorySample {
    /// Seconds from the start of the test.
    pub at: f64,
    /// Resident bytes.
    pub bytes: f64,
}

/// Collects while a test runs.
#[derive(Debug)]
pub struct Recorder {
    /// One for each phase of the plan.
    pub phases: Vec<Tally>,
    /// Messages that were due and that nobody could send: their users still waited for an answer.
    pub unsent: u64,
    /// The longest `Retry-After` of a 429, in seconds.
    pub retry_after: Option<u64>,
    /// By kind.
    pub faults: BTreeMap<&'static str, FaultCount>,
    /// In the order of time.
    pub memory: Vec<MemorySample>,
    /// Whether the server began anew while it was tested.
    pub restarted: bool,
    uptime: f64,
    errors: BTreeMap<String, (u64, String)>,
    slices: Vec<Slice>,
    slice: (Slice, Times),
    width: f64,
}

impl Recorder {
    /// Empty.
    pub fn new(plan: &Plan) -> Self {
        Self {
            phases: vec![Tally::default(); plan.phases.len()],
            unsent: 0,
            retry_after: None,
            faults: BTreeMap::new(),
            memory: Vec::new(),
            restarted: false,
            uptime: 0.0,
            errors: BTreeMap::new(),
            slices: Vec::new(),
            slice: (Slice::default(), Times::default()),
            width: (plan.total() / SLICES).as_secs_f64().max(0.25),
        }
    }

    /// A message that was answered or failed. `at` is now, from the start of the test; `response` counts from when
    /// it was due, `service` from when it was sent.
    pub fn message(
        &mut self,
        phase: usize,
        at: Duration,
        (response, service): (Duration, Duration),
        outcome: &Result<Answered, Failure>,
    ) {
        self.count(phase, at, outcome.as_ref().map(drop));
        let tally = &mut self.phases[phase];
        match outcome {
            Ok(answered) => {
                tally.answers += 1;
                tally.cached += u64::from(answered.from_cache);
                tally.by_llm += u64::from(answered.by_llm);
            }
            // Somebody waited all that time.
            Err(Failure::Timeout) => {}
            // A quick refusal is no quick answer, and must not make percentiles look better.
            Err(_) => return,
        }
        tally.response.record(response);
        tally.service.record(service);
        self.slice.1.record(response);
    }

    /// A request whose time says nothing about the server.
    pub fn count(&mut self, phase: usize, at: Duration, outcome: Result<(), &Failure>) {
        self.turn_to(at);
        self.slice.0.requests += 1;
        let tally = &mut self.phases[phase];
        let Err(failure) = outcome else {
            tally.ok += 1;
            return;
        };
        tally.failed += 1;
        self.slice.0.failed += 1;
        match failure {
            Failure::Timeout => tally.timeouts += 1,
            Failure::RateLimited(seconds) => self.retry_after = self.retry_after.max(*seconds),
            _ => {}
        }
        let kind = failure.kind();
        let known = self.errors.contains_key(&kind) || self.errors.len() < MOST_KINDS;
        let kind = if known { kind } else { "other".to_owned() };
        self.errors.entry(kind).or_insert_with(|| (0, failure.sentence())).0 += 1;
    }

    /// A message that was due `late` ago, when its user still waited for an answer. It waits at least that long.
    pub fn unsent(&mut self, phase: usize, late: Duration) {
        self.unsent += 1;
        self.phases[phase].response.record(late);
    }

    /// Numbers that the server told of itself.
    pub fn server(&mut self, at: Duration, numbers: ServerNumbers) {
        if let Some(bytes) = numbers.memory.filter(|_| self.memory.len() < MOST_SAMPLES) {
            self.memory.push(MemorySample { at: at.as_secs_f64(), bytes });
        }
        if let Some(uptime) = numbers.uptime {
            self.restarted |= uptime < self.uptime;
            self.uptime = uptime;
        }
    }

    /// Everything together.
    pub fn all(&self) -> Tally {
        let mut all = Tally::default();
        self.phases.iter().for_each(|phase| all.add(phase));
        all
    }

    /// By number.
    pub fn errors(&self) -> Vec<ErrorCount> {
        let count = |(kind, (count, example)): (&String, &(u64, String))| ErrorCount {
            kind: kind.clone(),
            count: *count,
            example: example.clone(),
        };
        let mut errors: Vec<ErrorCount> = self.errors.iter().map(count).collect();
        errors.sort_by_key(|error| std::cmp::Reverse(error.count));
        errors
    }

    /// The pieces of time; closes the last one.
    pub fn slices(&mut self) -> Vec<Slice> {
        self.close();
        self.slices.clone()
    }

    fn turn_to(&mut self, at: Duration) {
        let start = (at.as_secs_f64() / self.width).floor() * self.width;
        if start > self.slice.0.at {
            self.close();
            self.slice.0.at = start;
        }
    }

    fn close(&mut self) {
        let (mut slice, times) = std::mem::take(&mut self.slice);
        if slice.requests > 0 {
            let percentile = |percent| (times.count() > 0).then(|| times.percentile(percent));
            (slice.p50, slice.p95, slice.p99) = (percentile(50.0), percentile(95.0), percentile(99.0));
            self.slices.push(slice);
        }
        // What ends late, after a time-out, still belongs to the last piece.
        self.slice.0.at = slice.at;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::loadtest::plan::Test;

    const OK: Result<Answered, Failure> = Ok(Answered { from_cache: false, by_llm: false });

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn lateness_is_part_of_the_response_time() {
        let mut recorder = Recorder::new(&Plan::of(Test::Burst, true, Some(10), 1));
        for _ in 0..99 {
            recorder.message(0, ms(100), (ms(10), ms(10)), &OK);
        }
        recorder.message(0, ms(4_100), (ms(4_000), ms(10)), &OK);
        let all = recorder.all();
        assert!((all.service.figures().max - 0.01).abs() < 0.001);
        assert!((all.response.figures().max - 4.0).abs() < 0.01);
        assert!((all.response.percentile(50.0) - 0.01).abs() < 0.001);
        recorder.unsent(0, ms(9_000));
        assert!((recorder.all().response.figures().max - 9.0).abs() < 0.01);
        assert_eq!((recorder.all().total(), recorder.unsent), (100, 1));
    }

    #[test]
    fn quick_refusals_do_not_make_it_look_fast() {
        let mut recorder = Recorder::new(&Plan::of(Test::Burst, true, Some(10), 1));
        recorder.message(0, ms(1), (ms(1), ms(1)), &Err(Failure::RateLimited(Some(7))));
        recorder.message(0, ms(2), (ms(500), ms(500)), &OK);
        recorder.message(0, ms(3), (ms(30_000), ms(30_000)), &Err(Failure::Timeout));
        let all = recorder.all();
        assert_eq!((all.total(), all.failed, all.timeouts, all.response.count()), (3, 2, 1, 2));
        assert!(all.response.figures().min > 0.49);
        assert_eq!(recorder.retry_after, Some(7));
        assert_eq!(recorder.errors().len(), 2);
    }

    #[test]
    fn what_is_kept_does_not_grow() {
        let mut recorder = Recorder::new(&Plan::of(Test::Soak, false, None, 1));
        for n in 0..100_000 {
            let failure = Failure::Status((n % 700) as u16, "x".into());
            recorder.message(0, ms(n * 1_000), (ms(1), ms(1)), &Err(failure));
            let numbers = ServerNumbers { memory: Some(1.0), uptime: Some(n as f64) };
            recorder.server(ms(n), numbers);
        }
        assert!(recorder.errors().len() <= MOST_KINDS + 1);
        assert!(recorder.memory.len() <= MOST_SAMPLES);
        assert!(recorder.slices().len() <= 150, "{}", recorder.slices().len());
        assert!(!recorder.restarted);
        recorder.server(ms(1), ServerNumbers { memory: None, uptime: Some(3.0) });
        assert!(recorder.restarted);
    }
}
