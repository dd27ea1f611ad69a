//! A circuit breaker: a server that keeps failing is left alone for a while, so that customers do not wait for it.
//!
//! It opens after failures **in a row**, not at a share of failures in a window: a small supplier's agent makes a few
//! calls a minute, and a share of so few says nothing (resilience4j asks for 100 calls before it looks at one).
//! Source: M. Nygard, "Release It!", 2nd ed. (2018), 5.2. Time is monotonic: a jump of the clock changes nothing.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::config::BreakerLimits;

/// While one call tries whether the server is back, the others are told to come again this much later.
const WHILE_PROBING: Duration = Duration::from_secs(1);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Calls go through; so many failed in a row.
    Closed { failures: u32 },
    /// No call goes through.
    Open { since: Instant },
    /// Exactly one call goes through and decides.
    HalfOpen { since: Instant },
}

#[derive(Debug)]
struct State {
    phase: Phase,
    /// Counts changes between closed, open and half-open, so that a late result of a call of an earlier phase is
    /// not taken for news of this one.
    epoch: u64,
}

impl State {
    fn change(&mut self, phase: Phase) {
        self.phase = phase;
        self.epoch += 1;
    }
}

/// Decides which calls go through.
#[derive(Debug)]
pub(super) struct Breaker {
    limits: BreakerLimits,
    state: Mutex<State>,
}

/// Leave to call. Its holder says how the call went; dropped without a word (the caller went away) it changes
/// nothing, and a probe's place is free for the next.
#[derive(Debug)]
pub(super) struct Pass<'a> {
    breaker: &'a Breaker,
    epoch: u64,
}

impl Breaker {
    pub fn new(limits: BreakerLimits) -> Self {
        Self { limits, state: Mutex::new(State { phase: Phase::Closed { failures: 0 }, epoch: 0 }) }
    }

    /// Leave to call at `now`, or how long to leave the server alone.
    pub fn admit(&self, now: Instant) -> Result<Pass<'_>, Duration> {
        let mut state = self.lock();
        match state.phase {
            Phase::Closed { .. } => {}
            Phase::Open { since } => match self.still_open(since, now) {
                Some(left) => return Err(left),
                None => state.change(Phase::HalfOpen { since }),
            },
            Phase::HalfOpen { .. } => return Err(WHILE_PROBING),
        }
        Ok(Pass { breaker: self, epoch: state.epoch })
    }

    /// How long the server is left alone from `now` on; `None` when a call may go through.
    pub fn closed_for(&self, now: Instant) -> Option<Duration> {
        match self.lock().phase {
            Phase::Closed { .. } => None,
            Phase::Open { since } => self.still_open(since, now),
            Phase::HalfOpen { .. } => Some(WHILE_PROBING),
        }
    }

    fn still_open(&self, since: Instant, now: Instant) -> Option<Duration> {
        let left = self.limits.open_for.saturating_sub(now.saturating_duration_since(since));
        (!left.is_zero()).then_some(left)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pass<'_> {
    /// The server answered.
    pub fn succeeded(self) {
        let mut state = self.breaker.lock();
        if state.epoch != self.epoch {
            return;
        }
        match state.phase {
            Phase::Closed { .. } => state.phase = Phase::Closed { failures: 0 },
            Phase::HalfOpen { .. } => {
                state.change(Phase::Closed { failures: 0 });
                tracing::info!("the language model answers again");
            }
            Phase::Open { .. } => {}
        }
    }

    /// The server failed.
    pub fn failed(self, now: Instant) {
        let mut state = self.breaker.lock();
        if state.epoch != self.epoch {
            return;
        }
        match state.phase {
            Phase::Closed { failures } if failures + 1 < self.breaker.limits.failures => {
                state.phase = Phase::Closed { failures: failures + 1 };
            }
            Phase::Closed { .. } => {
                state.change(Phase::Open { since: now });
                let seconds = self.breaker.limits.open_for.as_secs();
                tracing::warn!(seconds, "the language model keeps failing and is left alone for a while");
            }
            Phase::HalfOpen { .. } => state.change(Phase::Open { since: now }),
            Phase::Open { .. } => {}
        }
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        let mut state = self.breaker.lock();
        // After a word on how it went the epoch has moved on.
        if let Phase::HalfOpen { since } = state.phase
            && state.epoch == self.epoch
        {
            state.change(Phase::Open { since });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPEN_FOR: Duration = Duration::from_secs(30);

    fn breaker() -> (Breaker, Instant) {
        let limits = BreakerLimits { failures: 3, open_for: OPEN_FOR, ..BreakerLimits::default() };
        (Breaker::new(limits), Instant::now())
    }

    fn fail(breaker: &Breaker, times: u32, now: Instant) {
        for _ in 0..times {
            breaker.admit(now).unwrap().failed(now);
        }
    }

    #[test]
    fn opens_after_failures_in_a_row_only() {
        let (breaker, now) = breaker();
        fail(&breaker, 2, now);
        breaker.admit(now).unwrap().succeeded();
        fail(&breaker, 2, now);
        assert!(breaker.closed_for(now).is_none());
        fail(&breaker, 1, now);
        assert_eq!(breaker.admit(now).unwrap_err(), OPEN_FOR);
        assert_eq!(breaker.closed_for(now + OPEN_FOR / 3), Some(OPEN_FOR * 2 / 3));
    }

    #[test]
    fn one_probe_decides() {
        let (breaker, now) = breaker();
        fail(&breaker, 3, now);
        let later = now + OPEN_FOR;
        let probe = breaker.admit(later).unwrap();
        assert!(breaker.admit(later).is_err(), "only one");
        probe.failed(later);
        assert_eq!(breaker.admit(later).unwrap_err(), OPEN_FOR, "open anew");
        let later = later + OPEN_FOR;
        breaker.admit(later).unwrap().succeeded();
        fail(&breaker, 2, later);
        assert!(breaker.admit(later).is_ok(), "counting begins anew");
    }

    #[test]
    fn an_abandoned_probe_leaves_its_place() {
        let (breaker, now) = breaker();
        fail(&breaker, 3, now);
        let later = now + OPEN_FOR;
        drop(breaker.admit(later).unwrap());
        assert!(breaker.admit(later).is_ok());
    }

    #[test]
    fn late_results_of_an_earlier_phase_say_nothing() {
        let (breaker, now) = breaker();
        let (slow, slower) = (breaker.admit(now).unwrap(), breaker.admit(now).unwrap());
        fail(&breaker, 3, now);
        slow.succeeded();
        assert!(breaker.admit(now).is_err(), "still open");
        let probe = breaker.admit(now + OPEN_FOR).unwrap();
        slower.failed(now + OPEN_FOR);
        probe.succeeded();
        assert!(breaker.closed_for(now + OPEN_FOR).is_none());
    }
}
