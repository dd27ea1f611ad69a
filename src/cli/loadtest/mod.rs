//! `tria loadtest`: the five load tests of a running server, as its clients see it.

mod chaos;
mod chart;
mod client;
mod criteria;
mod live;
mod llm;
mod messages;
mod orders;
mod plan;
mod raw;
mod recorder;
mod report;
mod result;
mod run;
mod times;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, bail};
use clap::{Args, ValueEnum};
use jiff::Zoned;
use serde_json::Value;
use tokio::sync::watch;

use super::output::{CommandResult, Verdict, note, one_line, print, print_json, table};
use super::setup::{Common, block_on};
use client::{Failure, Target};
use llm::Model;
use plan::{Plan, Test};
use result::{Suite, SuiteInfo, TestResult, percent, stamp, time};
use run::Stop;

const HELP: &str = "Examples:\n  \
    RATE_LIMIT_PER_MINUTE=0 tria serve --demo         the server under test, without its limit\n  \
    tria loadtest --quick                             all five, about 50 minutes\n  \
    tria loadtest --scenario chaos --seconds 20       a glance\n\n\
    All users come from one address, so the server's RATE_LIMIT_PER_MINUTE must be raised or 0.\n\
    The tests leave tickets behind, and chaos places orders (and cancels them afterwards): better run\n\
    them on a copy than on a server that serves customers. Ctrl-C ends a run and writes what was\n\
    measured; a second one ends it at once.";

/// Measure a running server under load, and fail when it is too slow, wrong or leaks.
///
/// Five tests: sustained load, a burst, a spike, a long soak, and chaos (killed connections, slow reads, malformed
/// bodies, everything sent twice). Writes a JSON file for each and a report with charts. Exit status 1 when one fails.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(super) struct LoadtestArgs {
    /// Which test to run.
    #[arg(long, value_enum, default_value_t = Scenario::All)]
    scenario: Scenario,
    /// Minutes instead of an hour, a day.
    #[arg(long)]
    quick: bool,
    /// Shorten each test to so many seconds; every phase keeps its share.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(4..=86_400))]
    seconds: Option<u64>,
    /// The server under test.
    #[arg(long, default_value = "http://127.0.0.1:8003")]
    url: String,
    /// API token of role channel, staff or admin; needed for orders unless the server is the demo.
    #[arg(long, env = "TRIA_TOKEN", hide_env_values = true)]
    token: Option<String>,
    /// Where to write the results.
    #[arg(long, value_name = "DIR", default_value = ".")]
    out: PathBuf,
    /// Makes messages, pauses and faults the same in each run.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Play the server's language model on this port of 127.0.0.1, and fail in the middle of chaos; the server must be
    /// started with OPENAI_BASE_URL=http://127.0.0.1:PORT/v1 and any OPENAI_API_KEY.
    #[arg(long, value_name = "PORT")]
    llm_port: Option<u16>,
    /// Load a server on another machine, or one that sends orders on to Xero.
    #[arg(long)]
    i_own_this_server: bool,
    /// Leave the orders of the chaos test as they are instead of cancelling them.
    #[arg(long)]
    keep_orders: bool,
    /// Print the results as JSON.
    #[arg(long)]
    json: bool,
}

/// As on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Scenario {
    /// Ten users for an hour.
    Sustained,
    /// Fifty users at once.
    Burst,
    /// From five users to a hundred, and back.
    Spike,
    /// Five users for a day.
    Soak,
    /// Faults on purpose.
    Chaos,
    /// One after the other.
    All,
}

impl Scenario {
    fn tests(self) -> Vec<Test> {
        match self {
            Self::Sustained => vec![Test::Sustained],
            Self::Burst => vec![Test::Burst],
            Self::Spike => vec![Test::Spike],
            Self::Soak => vec![Test::Soak],
            Self::Chaos => vec![Test::Chaos],
            Self::All => Test::ALL.to_vec(),
        }
    }
}

/// Runs the tests and says how they went.
pub(super) fn run(_common: &Common, args: &LoadtestArgs) -> CommandResult {
    block_on(async {
        let (ender, stop) = watch::channel(false);
        tokio::spawn(end_on_signal(ender));
        measure(args, &stop).await
    })
}

/// The first signal ends the run in good order, a second one at once.
async fn end_on_signal(ender: watch::Sender<bool>) {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return };
    for _ in 0..2 {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
        if ender.send_replace(true) {
            std::process::exit(1);
        }
        note("Ending; what was measured is written.");
    }
}

async fn measure(args: &LoadtestArgs, stop: &Stop) -> CommandResult {
    let tests = args.scenario.tests();
    let users = tests.iter().map(|test| plan(*test, args).users()).max().unwrap_or(1);
    let target = Target::new(&args.url, args.token.clone(), args.i_own_this_server, users)?;
    // Before the run: a day's measurements must not be lost to a folder that cannot be written.
    std::fs::create_dir_all(&args.out)
        .and_then(|()| std::fs::metadata(&args.out))
        .with_context(|| format!("cannot write to {}", args.out.display()))?;
    let llm = match args.llm_port {
        Some(port) => Some(Model::start(port).await?),
        None => None,
    };
    let health = preflight(&target, args, &tests).await?;

    let (began, clock) = (Zoned::now(), Instant::now());
    let mut results = Vec::new();
    for test in tests {
        if *stop.borrow() {
            break;
        }
        let result = one(test, args, &target, llm.clone(), stop).await?;
        // At once: whatever happens to the next test, this one is done.
        write(&args.out, &result.file_name(), &json(&result)?)?;
        results.push(result);
    }
    let passed = results.iter().filter(|result| result.passed).count();
    let info = SuiteInfo {
        url: target.base.as_str(),
        server_version: health.get("version").and_then(Value::as_str),
        mode: mode(args),
        total_tests: results.len(),
        passed_tests: passed,
        failed_tests: results.len() - passed,
        duration_seconds: clock.elapsed().as_secs_f64(),
        timestamp: began.timestamp().to_string(),
    };
    let report = format!("load_test_report_{}.html", stamp(&began));
    write(&args.out, &report, &report::page(&info, &results))?;
    let production_ready = results.len() == Test::ALL.len() && passed == results.len();
    let suite = Suite { suite_info: info, test_results: &results, production_ready };
    if args.scenario == Scenario::All {
        write(&args.out, &format!("load_test_suite_summary_{}.json", stamp(&began)), &json(&suite)?)?;
    }
    if args.json {
        print_json(&suite)?;
    } else {
        print(&summary(&results))?;
        print(&format!("\nThe report is {}", args.out.join(report).display()))?;
    }
    let complete = results.len() == args.scenario.tests().len();
    Ok(if complete && passed == results.len() { Verdict::Done } else { Verdict::Failed })
}

fn plan(test: Test, args: &LoadtestArgs) -> Plan {
    Plan::of(test, args.quick, args.seconds, args.seed)
}

fn mode(args: &LoadtestArgs) -> &'static str {
    match (args.seconds, args.quick) {
        (Some(_), _) => "shortened",
        (None, true) => "quick",
        (None, false) => "full",
    }
}

async fn one(
    test: Test,
    args: &LoadtestArgs,
    target: &Target,
    llm: Option<Arc<Model>>,
    stop: &Stop,
) -> anyhow::Result<TestResult> {
    let began = Zoned::now();
    let plan = plan(test, args);
    note(&format!(
        "{}: {} users for {} s, one message each {:.1} s",
        test.name(),
        plan.users(),
        plan.total().as_secs(),
        plan.mean_think()
    ));
    // Part of keys and of sessions: different in each run, visible ASCII.
    let name = format!("loadtest-{}-{}", began.timestamp().as_microsecond(), test.name());
    let measured = run::run(plan.clone(), target, &name, args.keep_orders, llm, stop).await?;
    Ok(TestResult::new(&plan, measured, target.base.as_str(), mode(args), &began))
}

/// Whether somebody is there, and may be loaded. Returns what `/health` says, or nothing.
async fn preflight(target: &Target, args: &LoadtestArgs, tests: &[Test]) -> anyhow::Result<Value> {
    let health = match target.get("/health").await {
        Err(Failure::Connect(why)) => {
            bail!(
                "nobody answers at {} ({why}): start the server under test, or name it with --url",
                args.url
            )
        }
        // Whatever else is wrong, the tests show it.
        answer => answer.unwrap_or_default(),
    };
    let xero = health.get("xero").and_then(Value::as_str).unwrap_or("not_configured");
    if tests.contains(&Test::Chaos) && xero != "not_configured" && !args.i_own_this_server {
        bail!(
            "this server sends orders on to Xero (it says `{xero}`), and the chaos test places orders: test a copy \
             without Xero, or say --i-own-this-server"
        );
    }
    Ok(health)
}

fn json(value: &impl serde::Serialize) -> anyhow::Result<String> {
    Ok(serde_json::to_string_pretty(value)? + "\n")
}

fn write(folder: &Path, name: &str, text: &str) -> anyhow::Result<()> {
    let path = folder.join(name);
    std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
}

/// A row for each test, and below it what failed and what explains it.
fn summary(results: &[TestResult]) -> String {
    let row = |result: &TestResult| {
        let (m, times) = (&result.metrics, &result.metrics.response_time);
        let growth = m.server_memory.growth.map_or("-".to_owned(), percent);
        vec![
            result.test.name().to_owned(),
            if result.passed { "passed" } else { "FAILED" }.to_owned(),
            m.total_requests.to_string(),
            percent(m.error_rate),
            time(times.median),
            time(times.p95),
            time(times.p99),
            time(times.max),
            percent(m.cache_hit_rate),
            growth,
        ]
    };
    let head = ["TEST", "RESULT", "REQUESTS", "ERRORS", "P50", "P95", "P99", "MAX", "CACHED", "MEMORY"];
    let mut text = table(&head, &[2, 3, 4, 5, 6, 7, 8, 9], results.iter().map(row));
    for result in results {
        let sentences = result.criteria_failed.iter().map(|failed| format!("failed: {failed}"));
        let errors =
            result.errors.iter().map(|error| format!("{} × {}: {}", error.count, error.kind, error.example));
        let notes = result.notes.iter().map(|note| format!("note: {note}"));
        for sentence in sentences.chain(errors).chain(notes) {
            text.push_str(&one_line(&format!("{}: {sentence}", result.test.name())));
            text.push('\n');
        }
    }
    text
}
