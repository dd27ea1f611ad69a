//! What is seen while a test runs: on a terminal only.

use std::io::IsTerminal as _;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::plan::Plan;
use super::recorder::Tally;
use super::result::time;

/// A bar with the percentiles so far.
pub struct Live(ProgressBar);

impl Live {
    /// For a test that begins now.
    pub fn new(plan: &Plan) -> Self {
        if !std::io::stderr().is_terminal() {
            return Self(ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden()));
        }
        // `NO_COLOR` is honoured by the library; the template is a constant that it accepts.
        let style = ProgressStyle::with_template("{prefix:<9} {bar:24} {msg}")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = ProgressBar::with_draw_target(Some(plan.total().as_secs()), ProgressDrawTarget::stderr());
        Self(bar.with_style(style).with_prefix(plan.test.name()))
    }

    /// Shows how far it is and what was measured so far.
    pub fn update(&self, plan: &Plan, elapsed: Duration, all: &Tally) {
        let left = plan.total().saturating_sub(elapsed).as_secs();
        let users = plan.phases[plan.phase_at(elapsed)].users;
        self.0.set_position(elapsed.as_secs());
        self.0.set_message(format!(
            "{left} s left · {users} users · {} sent, {} failed · p50 {} p95 {} p99 {}",
            all.total(),
            all.failed,
            time(all.response.percentile(50.0)),
            time(all.response.percentile(95.0)),
            time(all.response.percentile(99.0)),
        ));
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
