//! What each of the five tests does: how many users, for how long, how they think.

use std::time::Duration;

use clap::ValueEnum;

/// How much one pause differs from the mean: people do not write by the clock, and users in step would only measure
/// how the server takes waves.
const JITTER: f64 = 0.2;
/// So many messages at least come from each user. A run that was shortened below that shortens thinking as well:
/// percentiles of one or two messages say nothing.
const LEAST_MESSAGES: u32 = 4;
/// Users who come at once come within this share of a pause; more at the same instant than a listener's queue holds
/// would measure the operating system.
const AT_ONCE: f64 = 0.1;

/// One of the five tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Test {
    /// A working day: ten users, one message each five seconds.
    Sustained,
    /// Fifty users at once.
    Burst,
    /// From five users to a hundred, and back.
    Spike,
    /// Few users for very long: does memory or latency creep up?
    Soak,
    /// Faults on purpose: killed connections, slow reads, malformed bodies, everything sent twice.
    Chaos,
}

impl Test {
    /// In the order of their numbers.
    pub const ALL: [Self; 5] = [Self::Sustained, Self::Burst, Self::Spike, Self::Soak, Self::Chaos];

    /// From 1, as in the names of result files.
    pub fn number(self) -> usize {
        1 + self as usize
    }

    /// As on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sustained => "sustained",
            Self::Burst => "burst",
            Self::Spike => "spike",
            Self::Soak => "soak",
            Self::Chaos => "chaos",
        }
    }

    /// As in result files.
    pub fn test_type(self) -> &'static str {
        match self {
            Self::Sustained => "sustained_load",
            Self::Burst => "burst_load",
            Self::Spike => "spike_test",
            Self::Soak => "soak_test",
            Self::Chaos => "chaos_test",
        }
    }

    /// How long it takes, in seconds: full, quick.
    fn seconds(self) -> (u64, u64) {
        match self {
            Self::Sustained => (3_600, 600),
            Self::Burst => (300, 120),
            Self::Spike => (300, 120),
            Self::Soak => (86_400, 1_800),
            Self::Chaos => (600, 300),
        }
    }

    /// Phases by name, users, and parts of the whole.
    fn shape(self) -> &'static [(&'static str, usize, u32)] {
        match self {
            Self::Sustained => &[("load", 10, 1)],
            Self::Burst => &[("burst", 50, 1)],
            Self::Spike => &[("before", 5, 1), ("spike", 100, 2), ("recovery", 5, 2)],
            // The last quarter is compared with the first.
            Self::Soak => &[("first", 5, 1), ("second", 5, 1), ("third", 5, 1), ("last", 5, 1)],
            Self::Chaos => &[("faults", 20, 1)],
        }
    }

    /// The shortest and the longest pause between two messages of a user, in seconds.
    fn think(self) -> (f64, f64) {
        let about = |mean: f64| (mean * (1.0 - JITTER), mean * (1.0 + JITTER));
        match self {
            Self::Sustained => about(5.0),
            Self::Burst | Self::Spike => about(2.0),
            Self::Soak => about(10.0),
            Self::Chaos => (2.0, 5.0),
        }
    }
}

/// A part of a test with its own number of users.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Phase {
    /// What it is called in results.
    pub name: &'static str,
    /// How many users write.
    pub users: usize,
    /// From the start of the test.
    pub start: Duration,
    /// From the start of the test; not within it.
    pub end: Duration,
}

/// A test with its times.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Which one.
    pub test: Test,
    /// One after the other, without gaps.
    pub phases: Vec<Phase>,
    /// The shortest and the longest pause between two messages of a user, in seconds.
    pub think: (f64, f64),
    /// The mean pause at full length, in seconds: longer than the actual one in a run that is very short.
    pub full_think: f64,
    /// Whether it is shorter than the contract's quick run.
    pub shortened: bool,
    /// Makes everything that looks random the same in each run.
    pub seed: u64,
}

impl Plan {
    /// The test in full or quick; `seconds` sets its whole length instead, and every phase keeps its share.
    pub fn of(test: Test, quick: bool, seconds: Option<u64>, seed: u64) -> Self {
        let (full, short) = test.seconds();
        let total = Duration::from_secs(seconds.unwrap_or(if quick { short } else { full }));
        let parts: u32 = test.shape().iter().map(|(.., parts)| parts).sum();
        let mut phases = Vec::new();
        let mut before = 0;
        for &(name, users, part) in test.shape() {
            let (start, end) = (total * before / parts, total * (before + part) / parts);
            phases.push(Phase { name, users, start, end });
            before += part;
        }
        let (shortest, longest) = test.think();
        let most = (total / LEAST_MESSAGES).as_secs_f64();
        let full_think = f64::midpoint(shortest, longest);
        let scale = (most / full_think).min(1.0);
        let think = (shortest * scale, longest * scale);
        let shortened = total < Duration::from_secs(short);
        Self { test, phases, think, full_think, shortened, seed }
    }

    /// How long the whole takes.
    pub fn total(&self) -> Duration {
        self.phases.last().map_or(Duration::ZERO, |phase| phase.end)
    }

    /// How many users there are at most.
    pub fn users(&self) -> usize {
        self.phases.iter().map(|phase| phase.users).max().unwrap_or_default()
    }

    /// The mean pause between two messages, in seconds.
    pub fn mean_think(&self) -> f64 {
        f64::midpoint(self.think.0, self.think.1)
    }

    /// The phase at a time from the start.
    pub fn phase_at(&self, at: Duration) -> usize {
        self.phases.iter().rposition(|phase| phase.start <= at).unwrap_or_default()
    }

    /// When a user is to write, from the start of the test. Does not depend on how fast answers come: whoever waits
    /// for a slow one is late with the next, and that lateness is part of what is measured.
    pub fn schedule(&self, user: usize) -> Schedule {
        let mut writing = self.phases.iter().filter(|phase| phase.users > user);
        let start = writing.next().map_or(Duration::ZERO, |phase| phase.start);
        let end = self.phases.iter().rfind(|phase| phase.users > user).map_or(start, |phase| phase.end);
        let mut dice = Dice::new(self.seed ^ (user as u64 + 1).wrapping_mul(0xA24B_AED4_963E_E407));
        // In a burst all come at once; else they are spread over one pause.
        let spread = match self.test {
            Test::Burst | Test::Spike => AT_ONCE,
            Test::Sustained | Test::Soak | Test::Chaos => 1.0,
        };
        let first = Duration::from_secs_f64(dice.share() * spread * self.mean_think());
        Schedule { dice, next: start + first, end, think: self.think }
    }

    /// How many messages the pace allows in the whole test.
    pub fn allowed(&self) -> u64 {
        (0..self.users()).map(|user| self.schedule(user).count() as u64).sum()
    }
}

/// The times at which one user is to write.
#[derive(Debug, Clone)]
pub struct Schedule {
    dice: Dice,
    next: Duration,
    /// The user leaves.
    pub end: Duration,
    think: (f64, f64),
}

impl Iterator for Schedule {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        if self.next >= self.end {
            return None;
        }
        let due = self.next;
        let (shortest, longest) = self.think;
        self.next += Duration::from_secs_f64(shortest + self.dice.share() * (longest - shortest));
        Some(due)
    }
}

/// Numbers that look random and are the same for the same seed (SplitMix64, by Steele, Lea and Flood 2014).
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// A sequence of its own for each seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Any number.
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From 0 to below 1.
    pub fn share(&mut self) -> f64 {
        (self.roll() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// One of so many, from 0.
    pub fn below(&mut self, many: usize) -> usize {
        (self.roll() % many.max(1) as u64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(phases: &[Phase]) -> Vec<(usize, f64, f64)> {
        phases.iter().map(|p| (p.users, p.start.as_secs_f64(), p.end.as_secs_f64())).collect()
    }

    #[test]
    fn lengths_are_those_of_the_contract() {
        let check = |test, quick, total, users| {
            let plan = Plan::of(test, quick, None, 1);
            assert_eq!((plan.total().as_secs(), plan.users()), (total, users), "{test:?}");
        };
        check(Test::Sustained, false, 3_600, 10);
        check(Test::Sustained, true, 600, 10);
        check(Test::Burst, false, 300, 50);
        check(Test::Burst, true, 120, 50);
        check(Test::Soak, false, 86_400, 5);
        check(Test::Soak, true, 1_800, 5);
        check(Test::Chaos, false, 600, 20);
        check(Test::Chaos, true, 300, 20);
        let spike = |quick, seconds| Plan::of(Test::Spike, quick, seconds, 1).phases;
        assert_eq!(seconds(&spike(false, None)), [(5, 0.0, 60.0), (100, 60.0, 180.0), (5, 180.0, 300.0)]);
        assert_eq!(spike(true, None)[2].end.as_secs(), 120);
        assert_eq!(seconds(&spike(true, Some(10))), [(5, 0.0, 2.0), (100, 2.0, 6.0), (5, 6.0, 10.0)]);
    }

    #[test]
    fn the_pace_is_kept_and_is_the_same_each_time() {
        let plan = Plan::of(Test::Sustained, true, None, 7);
        assert_eq!(plan.mean_think(), 5.0);
        let due: Vec<Duration> = plan.schedule(3).collect();
        assert_eq!(due, plan.schedule(3).collect::<Vec<_>>());
        assert_ne!(due, plan.schedule(4).collect::<Vec<_>>());
        let pauses = due.windows(2).map(|two| two[1].as_secs_f64() - two[0].as_secs_f64());
        assert!(pauses.clone().all(|pause| (4.0..=6.0).contains(&pause)));
        let allowed = plan.allowed();
        assert!((1_150..=1_250).contains(&allowed), "10 users, 600 s, 5 s: {allowed}");
    }

    #[test]
    fn shortened_runs_still_hold_enough_messages() {
        for test in Test::ALL {
            let plan = Plan::of(test, true, Some(10), 1);
            let each = plan.schedule(0).count();
            assert!((3..=60).contains(&each), "{test:?}: {each}");
        }
    }

    #[test]
    fn the_crowd_of_a_spike_comes_and_goes() {
        let plan = Plan::of(Test::Spike, false, None, 1);
        let crowd: Vec<Duration> = plan.schedule(99).collect();
        assert!(crowd.iter().all(|at| plan.phase_at(*at) == 1));
        assert!(crowd[0] < Duration::from_millis(60_300), "at once: {:?}", crowd[0]);
        let core: Vec<usize> = plan.schedule(0).map(|at| plan.phase_at(at)).collect();
        assert_eq!((core.first(), core.last()), (Some(&0), Some(&2)));
    }
}
