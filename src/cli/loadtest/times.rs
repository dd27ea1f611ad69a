//! Times of requests, in a histogram: right to a thousandth, and of one size however many there are.

use std::time::Duration;

use hdrhistogram::Histogram;
use serde::Serialize;

/// Highest time that is told apart, in microseconds: an hour.
const HIGHEST: u64 = 3_600_000_000;
/// Three digits: a percentile is right to a thousandth of itself. Then one histogram takes about 200 KB.
const DIGITS: u8 = 3;
/// Percentiles of the chart.
const PERCENTILES: [f64; 12] = [0.0, 10.0, 25.0, 50.0, 75.0, 90.0, 95.0, 97.5, 99.0, 99.5, 99.9, 100.0];

/// Times, in microseconds inside and in seconds outside.
#[derive(Debug, Clone)]
pub struct Times(Histogram<u64>);

impl Default for Times {
    fn default() -> Self {
        // 1 to an hour with three digits is within what the library takes.
        Self(Histogram::new_with_max(HIGHEST, DIGITS).unwrap_or_else(|_| unreachable!("constants that fit")))
    }
}

impl Times {
    /// Adds one; what is longer than an hour counts as an hour.
    pub fn record(&mut self, time: Duration) {
        self.0.saturating_record((time.as_micros() as u64).clamp(1, HIGHEST));
    }

    /// Adds all of another.
    pub fn add(&mut self, other: &Self) {
        // Both have the same range.
        let _ = self.0.add(&other.0);
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.0.len()
    }

    /// Seconds below which this share (0 to 100) of the times stays.
    pub fn percentile(&self, percent: f64) -> f64 {
        if self.0.is_empty() { 0.0 } else { seconds(self.0.value_at_percentile(percent)) }
    }

    /// The usual figures.
    pub fn figures(&self) -> Figures {
        let bound = |value| if self.0.is_empty() { 0.0 } else { seconds(value) };
        Figures {
            mean: if self.0.is_empty() { 0.0 } else { self.0.mean() / 1e6 },
            median: self.percentile(50.0),
            p95: self.percentile(95.0),
            p99: self.percentile(99.0),
            min: bound(self.0.min()),
            max: bound(self.0.max()),
        }
    }

    /// Percent and seconds, for the chart.
    pub fn curve(&self) -> Vec<(f64, f64)> {
        PERCENTILES.iter().map(|percent| (*percent, self.percentile(*percent))).collect()
    }
}

fn seconds(micros: u64) -> f64 {
    micros as f64 / 1e6
}

/// Times in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Figures {
    /// Arithmetic mean.
    pub mean: f64,
    /// Half of the requests were faster.
    pub median: f64,
    /// 95 % of the requests were faster.
    pub p95: f64,
    /// 99 % of the requests were faster.
    pub p99: f64,
    /// The fastest.
    pub min: f64,
    /// The slowest.
    pub max: f64,
}
