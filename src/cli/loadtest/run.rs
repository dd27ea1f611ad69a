//! Runs one test: users, the watcher of the server's own numbers, and what is shown meanwhile.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::chaos::{Chaos, Fault};
use super::client::{Answered, Failure, Target};
use super::live::Live;
use super::llm::{Model, OUTAGE};
use super::messages::Messages;
use super::orders::{Goods, Ledger, OrdersChecked};
use super::plan::{Dice, Plan, Test};
use super::raw::Raw;
use super::recorder::Recorder;

/// Messages in one conversation; then the customer comes back in a new one.
const CONVERSATION: usize = 6;
/// Longest warming up. It fills caches and thread pools, so that the first seconds do not count as a trend.
const WARM_UP: Duration = Duration::from_secs(10);
/// At once, while warming up and while erasing.
const AT_ONCE: usize = 4;
/// Longest erasing of what the test has left.
const TIDY_UP: Duration = Duration::from_mins(1);
/// Between two looks at the server's numbers: a hundredth of the run, within these.
const SAMPLING: (Duration, Duration) = (Duration::from_millis(200), Duration::from_mins(1));

/// As in results: messages that were sent while the language model was down.
pub const LLM_DOWN: &str = "llm_down";

/// Turned to true by whoever wants the run to end.
pub type Stop = watch::Receiver<bool>;

/// What came of a test.
pub struct Measured {
    /// The counts.
    pub recorder: Recorder,
    /// How long it took.
    pub took: Duration,
    /// Whether it was ended early.
    pub interrupted: bool,
    /// How many messages the pace allowed.
    pub allowed: u64,
    /// In chaos: whether orders exist once, or why nothing could be ordered.
    pub orders: Option<Result<OrdersChecked, String>>,
    /// Faults that could not be made.
    pub not_made: Vec<&'static str>,
    /// How often the server asked the language model that the load test plays: at all, and while it was down.
    pub llm_calls: Option<(u64, u64)>,
}

/// What all users of a run share.
struct Crew {
    plan: Plan,
    target: Target,
    run: String,
    messages: Messages,
    chaos: Option<Chaos>,
    llm: Option<Arc<Model>>,
    recorder: Mutex<Recorder>,
    started: Instant,
    stop: Stop,
}

/// Runs a test to its end, or until `stop`. `run` names it and is different each time.
pub async fn run(
    plan: Plan,
    target: &Target,
    run: &str,
    keep_orders: bool,
    llm: Option<Arc<Model>>,
    stop: &Stop,
) -> anyhow::Result<Measured> {
    // An anonymous caller cannot list products; then messages name none.
    let goods = Goods::of(target).await.ok();
    let messages = Messages::with(goods.as_ref().and_then(Goods::a_product));
    warm_up(&plan, target, &messages, run, stop).await;

    let mut cannot_order = None;
    let chaos = if plan.test == Test::Chaos {
        let ledger = Ledger::open(target, run).await.map_err(|why| cannot_order = Some(why)).ok();
        Some(Chaos { raw: Raw::of(target), ledger })
    } else {
        None
    };
    let not_made = chaos.iter().flat_map(|chaos| Fault::ALL.into_iter().filter(|fault| !chaos.can(*fault)));
    let not_made = not_made.map(Fault::name).collect();

    let crew = Arc::new(Crew {
        recorder: Mutex::new(Recorder::new(&plan)),
        target: target.clone(),
        run: run.to_owned(),
        messages,
        chaos,
        llm,
        started: Instant::now(),
        stop: stop.clone(),
        plan,
    });
    let watching = tokio::spawn(watch_server(Arc::clone(&crew)));
    let showing = tokio::spawn(show(Arc::clone(&crew)));
    let failing = tokio::spawn(outage(Arc::clone(&crew)));
    let mut users = JoinSet::new();
    for user in 0..crew.plan.users() {
        users.spawn(live(Arc::clone(&crew), user));
    }
    let mut conversations = vec![(crew.plan.users(), 1)];
    while let Some(user) = users.join_next().await {
        conversations.push(user?);
    }
    let took = crew.started.elapsed();
    watching.abort();
    showing.abort();
    failing.abort();
    // Aborted or not, all have let go of the crew when they are joined.
    let _ = (watching.await, showing.await, failing.await);
    let llm_calls = crew.llm.as_ref().map(|model| {
        model.set_down(false);
        model.calls()
    });

    let interrupted = *stop.borrow();
    let orders = match (&crew.chaos, cannot_order) {
        (Some(Chaos { ledger: Some(ledger), .. }), _) => Some(Ok(ledger.check(target, keep_orders).await)),
        (Some(_), why) => Some(Err(why.unwrap_or_default())),
        (None, _) => None,
    };
    // Erasing is a courtesy: what does not go in time stays, under names that tell where it is from.
    let _ = timeout(TIDY_UP, tidy_up(target, run, &conversations)).await;
    let allowed = crew.plan.allowed();
    let recorder = std::mem::replace(&mut *crew.recorder(), Recorder::new(&crew.plan));
    Ok(Measured { recorder, took, interrupted, allowed, orders, not_made, llm_calls })
}

fn session(run: &str, user: usize, conversation: usize) -> String {
    format!("{run}-{user}-{conversation}")
}

impl Crew {
    fn recorder(&self) -> MutexGuard<'_, Recorder> {
        // Counts only: they are whole even after a panic.
        self.recorder.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stopped(&self) -> impl Future<Output = ()> + use<> {
        let mut stop = self.stop.clone();
        async move {
            // Whoever could stop it has gone: it runs to its end.
            if stop.wait_for(|stop| *stop).await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }

    /// One ordinary message that was due at a time.
    async fn message(
        &self,
        phase: usize,
        due: Instant,
        session: &str,
        dice: &mut Dice,
    ) -> Result<Answered, Failure> {
        let message = self.messages.any(dice);
        let without_llm = self.llm.as_ref().is_some_and(|model| model.is_down());
        let sent = Instant::now();
        let outcome = self.target.chat(&message, session).await;
        let now = Instant::now();
        let mut recorder = self.recorder();
        recorder.message(phase, now - self.started, (now - due, now - sent), &outcome);
        if without_llm {
            let answered = u64::from(outcome.is_ok());
            let count = recorder.faults.entry(LLM_DOWN).or_default();
            count.made += 1;
            count.handled += answered;
            count.recovered += answered;
        }
        drop(recorder);
        outcome
    }

    /// A fault, and a message right after it.
    async fn fault(&self, chaos: &Chaos, fault: Fault, phase: usize, session: &str, dice: &mut Dice) {
        let message = self.messages.any(dice);
        let outcome = chaos.make(fault, &self.target, (&message, session), dice).await;
        {
            let mut recorder = self.recorder();
            if fault.is_answered() || outcome.is_err() {
                recorder.count(phase, self.started.elapsed(), outcome.as_ref().map(drop));
            }
            let count = recorder.faults.entry(fault.name()).or_default();
            count.made += 1;
            count.handled += u64::from(outcome.is_ok());
        }
        let after = self.message(phase, Instant::now(), session, dice).await;
        self.recorder().faults.entry(fault.name()).or_default().recovered += u64::from(after.is_ok());
    }
}

/// One user, until they leave or the run is stopped. Returns who it was and how many conversations they had.
async fn live(crew: Arc<Crew>, user: usize) -> (usize, usize) {
    let schedule = crew.plan.schedule(user);
    let leaves = crew.started + schedule.end;
    let mut dice = Dice::new(crew.plan.seed.rotate_left(32) ^ user as u64);
    let mut stopped = std::pin::pin!(crew.stopped());
    // Time that a fault takes on purpose is not held against the server.
    let mut free = crew.started;
    let mut written = 0;
    for at in schedule {
        let due = (crew.started + at).max(free);
        tokio::select! {
            biased;
            () = &mut stopped => break,
            () = sleep_until(due) => {}
        }
        if due >= leaves {
            break;
        }
        let phase = crew.plan.phase_at(at);
        let now = Instant::now();
        if now >= leaves {
            crew.recorder().unsent(phase, now - due);
            continue;
        }
        let session = session(&crew.run, user, written / CONVERSATION);
        written += 1;
        let fault = crew.chaos.as_ref().and_then(|chaos| {
            let fault = Fault::any(&mut dice).filter(|fault| chaos.can(*fault))?;
            Some((chaos, fault))
        });
        let act = async {
            match fault {
                Some((chaos, fault)) => {
                    crew.fault(chaos, fault, phase, &session, &mut dice).await;
                    free = Instant::now();
                }
                None => drop(crew.message(phase, due, &session, &mut dice).await),
            }
        };
        tokio::select! {
            biased;
            () = &mut stopped => break,
            () = act => {}
        }
    }
    (user, written.div_ceil(CONVERSATION))
}

/// Sends each message once, without counting it.
async fn warm_up(plan: &Plan, target: &Target, messages: &Messages, run: &str, stop: &Stop) {
    let mut stop = stop.clone();
    // A visitor that none of the users is.
    let session = session(run, plan.users(), 0);
    let sending = async {
        let mut sent = JoinSet::new();
        for message in messages.all() {
            if sent.len() >= AT_ONCE {
                sent.join_next().await;
            }
            let (target, session) = (target.clone(), session.clone());
            sent.spawn(async move { target.chat(&message, &session).await });
        }
        sent.join_all().await;
    };
    // A slow server is not warmed up for longer than a part of the run.
    let longest = WARM_UP.min(plan.total() / 2);
    tokio::select! {
        _ = timeout(longest, sending) => {}
        _ = stop.wait_for(|stop| *stop) => {}
    }
}

/// Writes down what the server tells of itself, until aborted.
async fn watch_server(crew: Arc<Crew>) {
    let every = (crew.plan.total() / 100).clamp(SAMPLING.0, SAMPLING.1);
    loop {
        // A server that tells nothing, or not now, has no sample; what is missing is judged at the end.
        if let Ok(numbers) = crew.target.numbers().await {
            crew.recorder().server(crew.started.elapsed(), numbers);
        }
        sleep(every).await;
    }
}

/// Takes the language model down for the middle of a chaos test.
async fn outage(crew: Arc<Crew>) {
    let Some(model) = crew.llm.as_ref().filter(|_| crew.plan.test == Test::Chaos) else { return };
    for (share, down) in [(OUTAGE.0, true), (OUTAGE.1, false)] {
        sleep_until(crew.started + crew.plan.total().mul_f64(share)).await;
        model.set_down(down);
    }
}

/// Keeps the terminal up to date, until aborted.
async fn show(crew: Arc<Crew>) {
    let live = Live::new(&crew.plan);
    loop {
        let all = crew.recorder().all();
        live.update(&crew.plan, crew.started.elapsed(), &all);
        sleep(Duration::from_millis(500)).await;
    }
}

/// Erases the test's conversations.
async fn tidy_up(target: &Target, run: &str, conversations: &[(usize, usize)]) {
    let mut erasing = JoinSet::new();
    for &(user, many) in conversations {
        for conversation in 0..many {
            if erasing.len() >= AT_ONCE {
                erasing.join_next().await;
            }
            let path = format!("/api/conversations/{}", session(run, user, conversation));
            let request = target.request(reqwest::Method::DELETE, &path);
            let target = target.clone();
            erasing.spawn(async move { target.send(request).await.map(drop) });
        }
    }
    erasing.join_all().await;
}
