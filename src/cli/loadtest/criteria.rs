//! Whether a test passed: the thresholds of the contract's section 7.

use super::plan::{Plan, Test};
use super::recorder::{MemorySample, Recorder, Tally, share};
use super::result::{percent, time};
use super::run::{LLM_DOWN, Measured};

/// Below this a 95th percentile counts as recovered, in seconds, whatever it was in the spike: nobody who writes to a
/// chat notices a quarter of a second, and a server that the spike did not slow has nothing to recover from.
const UNNOTICED: f64 = 0.25;
/// A change of the 95th percentile by less than this is no drift, in seconds: that is what a busy machine's scheduler
/// and disk do to answers of a few milliseconds.
const NOISE: f64 = 0.05;
/// With fewer messages in a quarter the 95th percentile is little more than the slowest one, and the noise
/// [`UNNOTICED`].
const FEW: u64 = 100;
/// Growth of memory needs so many samples at least: one for the beginning and one for the end.
const LEAST_SAMPLES: usize = 2;

/// One sentence for each criterion.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Judgement {
    /// Met.
    pub passed: Vec<String>,
    /// Not met.
    pub failed: Vec<String>,
}

impl Judgement {
    fn check(&mut self, met: bool, sentence: String) {
        if met { self.passed.push(sentence) } else { self.failed.push(sentence) }
    }

    /// A share must stay below a limit, both 0 to 1.
    fn below(&mut self, what: &str, is: f64, limit: f64) {
        self.check(is < limit, format!("{what} {} (must be below {})", percent(is), percent(limit)));
    }

    fn p95_below(&mut self, all: &Tally, limit: f64) {
        let p95 = all.response.percentile(95.0);
        let met = all.response.count() > 0 && p95 < limit;
        self.check(met, format!("P95 {} (must be below {})", time(p95), time(limit)));
    }
}

/// Judges what was measured.
pub fn judge(plan: &Plan, measured: &Measured) -> Judgement {
    let recorder = &measured.recorder;
    let all = recorder.all();
    let mut is = Judgement::default();
    match plan.test {
        Test::Sustained => {
            is.below("errors", all.error_rate(), 0.05);
            is.p95_below(&all, 10.0);
            let reached = share(all.total(), measured.allowed).unwrap_or_default();
            is.check(
                reached >= 0.9,
                format!(
                    "{} of {} requests that the pace allows, {} (must be at least 90 %)",
                    all.total(),
                    measured.allowed,
                    percent(reached)
                ),
            );
        }
        Test::Burst => {
            is.below("errors", all.error_rate(), 0.10);
            is.p95_below(&all, 15.0);
            is.below("timeouts", share(all.timeouts, all.total()).unwrap_or(1.0), 0.15);
        }
        Test::Spike => spike(&mut is, recorder),
        Test::Soak => soak(&mut is, recorder, &all),
        Test::Chaos => chaos(&mut is, measured, &all),
    }
    if plan.shortened && plan.test != Test::Chaos {
        pace(&mut is, plan, recorder, &all);
    }
    if measured.interrupted {
        is.failed.push("the run was ended early".to_owned());
    }
    is
}

/// In a short run waits have no time to grow. Where answers take longer than users think, they would grow without end
/// at full length, and fail the criteria there. After a spike only the recovery counts.
fn pace(is: &mut Judgement, plan: &Plan, recorder: &Recorder, all: &Tally) {
    let tally = recorder.phases.last().filter(|_| plan.test == Test::Spike).unwrap_or(all);
    let mean = tally.service.figures().mean;
    is.check(
        tally.service.count() > 0 && mean < plan.full_think,
        format!(
            "an answer takes {} on average (must be below the {} that users think, or waits grow without end)",
            time(mean),
            time(plan.full_think)
        ),
    );
}

fn spike(is: &mut Judgement, recorder: &Recorder) {
    let [_, spike, recovery] = recorder.phases.as_slice() else { return };
    is.below("errors in the spike", spike.error_rate(), 0.20);
    is.below("errors in the recovery", recovery.error_rate(), 0.05);
    let (then, after) = (spike.response.percentile(95.0), recovery.response.percentile(95.0));
    let measured = spike.response.count() > 0 && recovery.response.count() > 0;
    is.check(
        measured && (after < then || after < UNNOTICED),
        format!(
            "P95 in the recovery {} (must be below {} of the spike, or below {})",
            time(after),
            time(then),
            time(UNNOTICED)
        ),
    );
}

fn soak(is: &mut Judgement, recorder: &Recorder, all: &Tally) {
    is.below("errors", all.error_rate(), 0.01);
    match memory_growth(&recorder.memory) {
        Some(growth) => {
            is.check(
                growth <= 0.20,
                format!("the server's memory grew by {} (at most 20 %)", percent(growth)),
            );
        }
        None if !recorder.memory.is_empty() => {
            is.failed.push(
                "the server's memory is known at one time only: its /metrics takes too long".to_owned(),
            );
        }
        None => is.failed.push(
            "the server's memory is not known: its /metrics does not tell process_resident_memory_bytes \
             (ENABLE_METRICS must be on)"
                .to_owned(),
        ),
    }
    let quarters = (recorder.phases.first(), recorder.phases.last());
    let (Some(first), Some(last)) = quarters else { return };
    let (before, after) = (first.response.percentile(95.0), last.response.percentile(95.0));
    let drift = if before > 0.0 { after / before - 1.0 } else { 0.0 };
    let fewest = first.response.count().min(last.response.count());
    let noise = if fewest < FEW { UNNOTICED } else { NOISE };
    let measured = fewest > 0;
    is.check(
        measured && (drift < 0.20 || after - before < noise),
        format!(
            "P95 drifted by {}, from {} in the first quarter to {} in the last (must be below 20 %, or {})",
            percent(drift),
            time(before),
            time(after),
            time(noise)
        ),
    );
    if recorder.restarted {
        is.failed.push("the server was restarted, or restarted itself, in the middle".to_owned());
    }
}

fn chaos(is: &mut Judgement, measured: &Measured, all: &Tally) {
    is.below("errors", all.error_rate(), 0.30);
    let faults =
        measured.recorder.faults.iter().filter(|(name, _)| **name != LLM_DOWN).map(|(_, count)| count);
    let (made, recovered) =
        faults.fold((0, 0), |(made, recovered), fault| (made + fault.made, recovered + fault.recovered));
    let recovery = share(recovered, made).unwrap_or_default();
    is.check(
        recovery > 0.5,
        format!("{} of {made} messages right after a fault answered (must be above 50 %)", percent(recovery)),
    );
    if let Some((_, asked_while_down)) = measured.llm_calls {
        llm_down(is, measured, asked_while_down);
    }
    let orders = match &measured.orders {
        Some(Ok(orders)) => orders,
        Some(Err(why)) => {
            is.failed.push(format!("whether orders exist exactly once is not known: {why}"));
            return;
        }
        None => return,
    };
    if let Some(why) = &orders.unchecked {
        is.failed.push(format!("whether orders exist exactly once is not known: {why}"));
    }
    let once = orders.acknowledged > 0
        && orders.exactly_once == orders.acknowledged
        && orders.duplicated == 0
        && orders.different == 0;
    is.check(
        once,
        format!(
            "{} of {} acknowledged orders exist exactly once ({} missing, {} duplicated, {} different)",
            orders.exactly_once, orders.acknowledged, orders.missing, orders.duplicated, orders.different
        ),
    );
}

/// Section 2: the customer never sees the outage. Other faults run at the same time, hence not all.
fn llm_down(is: &mut Judgement, measured: &Measured, asked: u64) {
    let down = measured.recorder.faults.get(LLM_DOWN).copied().unwrap_or_default();
    if asked == 0 {
        is.failed.push(
            "what an outage of the language model does is not known: the server never asked it".to_owned(),
        );
        return;
    }
    let answered = share(down.handled, down.made).unwrap_or_default();
    is.check(
        answered >= 0.95,
        format!(
            "{} of {} messages answered while the language model was down (must be at least 95 %)",
            percent(answered),
            down.made
        ),
    );
}

/// By which share memory grew from the first tenth of the run to the last; negative when it shrank. The median of
/// each, so that one sample in the middle of a burst does not decide.
pub fn memory_growth(samples: &[MemorySample]) -> Option<f64> {
    if samples.len() < LEAST_SAMPLES {
        return None;
    }
    let tenth = samples.len().div_ceil(10);
    let median = |part: &[MemorySample]| {
        let mut bytes: Vec<f64> = part.iter().map(|sample| sample.bytes).collect();
        bytes.sort_by(f64::total_cmp);
        bytes.get(bytes.len() / 2).copied()
    };
    let (first, last) = (median(&samples[..tenth])?, median(&samples[samples.len() - tenth..])?);
    (first > 0.0).then(|| last / first - 1.0)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::cli::loadtest::client::{Answered, Failure};
    use crate::cli::loadtest::orders::OrdersChecked;

    const OK: Result<Answered, Failure> = Ok(Answered { from_cache: false, by_llm: false });

    /// What a test is judged on when each phase holds so many messages of so many milliseconds, and errors.
    fn judged(test: Test, phases: &[(u64, u64, u64)], change: impl FnOnce(&mut Measured)) -> Judgement {
        let plan = Plan { shortened: false, ..Plan::of(test, true, Some(10), 1) };
        let mut recorder = Recorder::new(&plan);
        for (phase, &(many, ms, errors)) in phases.iter().enumerate() {
            let took = Duration::from_millis(ms);
            let failed = Err(Failure::Status(500, String::new()));
            (0..many).for_each(|_| recorder.message(phase, took, (took, took), &OK));
            (0..errors).for_each(|_| recorder.message(phase, took, (took, took), &failed));
        }
        let mut measured = Measured {
            recorder,
            took: plan.total(),
            interrupted: false,
            allowed: 100,
            orders: None,
            not_made: Vec::new(),
            llm_calls: None,
        };
        change(&mut measured);
        judge(&plan, &measured)
    }

    fn check(is: Judgement, fails: &[&str]) {
        let wrong = is.failed.len() != fails.len()
            || is.failed.iter().zip(fails).any(|(sentence, wanted)| !sentence.contains(wanted));
        assert!(!wrong, "{is:#?}, expected {fails:?}");
    }

    #[test]
    fn sustained() {
        let judged = |phase| judged(Test::Sustained, &[phase], |_| ());
        check(judged((100, 5, 0)), &[]);
        check(judged((95, 5, 5)), &["errors 5.0 %"]);
        check(judged((100, 10_500, 0)), &["P95 10.5 s"]);
        check(judged((89, 5, 0)), &["89 of 100"]);
        check(judged((0, 0, 0)), &["errors 100.0 %", "P95", "0 of 100"]);
    }

    #[test]
    fn an_ended_run_has_not_passed() {
        check(judged(Test::Burst, &[(100, 5, 0)], |m| m.interrupted = true), &["ended early"]);
    }

    #[test]
    fn spike() {
        let judged = |phases: [(u64, u64, u64); 3]| judged(Test::Spike, &phases, |_| ());
        check(judged([(10, 5, 0), (100, 6, 0), (10, 7, 0)]), &[]);
        check(judged([(10, 5, 0), (100, 900, 0), (10, 800, 0)]), &[]);
        check(judged([(10, 5, 0), (100, 900, 0), (10, 1_000, 0)]), &["P95 in the recovery"]);
        check(judged([(10, 5, 0), (80, 9, 20), (10, 5, 1)]), &["in the spike", "errors in the recovery"]);
    }

    #[test]
    fn soak() {
        let judged = |ms: u64, bytes: &[f64]| {
            judged(Test::Soak, &[(100, 500, 0), (100, 500, 0), (100, 500, 0), (100, ms, 0)], |measured| {
                let sample = |(n, bytes): (usize, &f64)| MemorySample { at: n as f64, bytes: *bytes };
                measured.recorder.memory = bytes.iter().enumerate().map(sample).collect();
            })
        };
        check(judged(500, &[100.0, 100.0, 110.0, 119.0, 119.0]), &[]);
        check(judged(500, &[100.0, 100.0, 110.0, 121.0, 121.0]), &["memory grew by 21.0 %"]);
        check(judged(500, &[]), &["memory is not known"]);
        check(judged(590, &[100.0; 4]), &[]);
        check(judged(650, &[100.0; 4]), &["drifted by 30"]);
    }

    #[test]
    fn chaos() {
        let orders = OrdersChecked { sent: 3, acknowledged: 3, exactly_once: 3, ..OrdersChecked::default() };
        let judged = |orders: Result<OrdersChecked, String>, recovered| {
            judged(Test::Chaos, &[(10, 5, 0)], |measured| {
                measured.orders = Some(orders);
                let fault = measured.recorder.faults.entry("slow_read").or_default();
                (fault.made, fault.recovered) = (10, recovered);
            })
        };
        check(judged(Ok(orders.clone()), 6), &[]);
        check(judged(Ok(orders.clone()), 5), &["right after a fault"]);
        check(judged(Ok(OrdersChecked { duplicated: 1, ..orders.clone() }), 6), &["1 duplicated"]);
        check(judged(Ok(OrdersChecked { exactly_once: 2, missing: 1, ..orders }), 6), &["1 missing"]);
        check(judged(Ok(OrdersChecked::default()), 6), &["0 of 0"]);
        check(judged(Err("no token".into()), 6), &["no token"]);
    }
}
