//! The stages of a turn and how long each took.

use std::time::{Duration, Instant};

use super::progress::{Audience, Progress};
use super::reply::StageTime;
use crate::telemetry::Metrics;

/// Measures the stages of a turn.
pub(super) struct Stages {
    started: Instant,
    last: Instant,
    audience: Audience,
    pub done: Vec<StageTime>,
}

impl Stages {
    pub(super) fn start() -> Self {
        Self::watched(&Audience::default())
    }

    pub(super) fn watched(audience: &Audience) -> Self {
        let now = Instant::now();
        Self { started: now, last: now, audience: audience.clone(), done: Vec::new() }
    }

    /// The stage that ends now.
    pub(super) fn end(&mut self, stage: &'static str, metrics: &Metrics) {
        let now = Instant::now();
        let took = now - self.last;
        self.last = now;
        metrics.stage(stage, took);
        self.audience.tell(|| Progress::Stage(stage));
        self.done.push(StageTime { stage: stage.to_owned(), ms: round_ms(took) });
    }

    pub(super) fn total_ms(&self) -> f64 {
        round_ms(self.started.elapsed())
    }
}

/// Milliseconds with three digits: finer is noise.
fn round_ms(took: Duration) -> f64 {
    (took.as_secs_f64() * 1e6).round() / 1e3
}
