//! The tests are tested: a good server passes each, and each fault fails by the criterion that is meant for it.

mod server;

use std::collections::BTreeSet;
use std::time::Duration;

use clap::Parser;

use self::server::{Fault, Server};
use super::*;

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    args: LoadtestArgs,
}

struct Outcome {
    verdict: Verdict,
    results: Vec<Value>,
    files: BTreeSet<String>,
    folder: tempfile::TempDir,
    server: Server,
}

/// Runs tests against a server with a fault.
async fn outcome(scenario: &str, seconds: u64, fault: Fault) -> Outcome {
    let (_ender, stop) = watch::channel(false);
    ended(scenario, seconds, fault, &stop).await
}

async fn ended(scenario: &str, seconds: u64, fault: Fault, stop: &Stop) -> Outcome {
    let server = Server::start(fault).await;
    let llm = match fault {
        Fault::NeedsLlm(port) | Fault::FallsBack(port) => format!("--llm-port={port}"),
        _ => "--seed=1".to_owned(),
    };
    let folder = tempfile::tempdir().unwrap();
    let seconds = seconds.to_string();
    let out = folder.path().to_str().unwrap();
    let line =
        ["loadtest", "--scenario", scenario, "--seconds", &seconds, "--url", &server.url, "--out", out, &llm];
    let verdict = measure(&Line::parse_from(line).args, stop).await.unwrap();
    let names = std::fs::read_dir(folder.path()).unwrap();
    let files: BTreeSet<String> = names.map(|f| f.unwrap().file_name().into_string().unwrap()).collect();
    let read = |name: &String| {
        serde_json::from_str(&std::fs::read_to_string(folder.path().join(name)).unwrap()).unwrap()
    };
    let results = files.iter().filter(|name| name.contains("_results_")).map(read).collect();
    Outcome { verdict, results, files, folder, server }
}

/// One test fails, by this criterion among others; or passes.
async fn check(scenario: &str, seconds: u64, fault: Fault, fails: Option<&str>) -> Outcome {
    let outcome = outcome(scenario, seconds, fault).await;
    let result = &outcome.results[0];
    let failed = serde_json::to_string_pretty(&result["criteria_failed"]).unwrap();
    let explained = format!("{scenario} with {fault:?}: {failed} {:#}", result["errors"]);
    match fails {
        None => assert_eq!((outcome.verdict, failed.as_str()), (Verdict::Done, "[]"), "{explained}"),
        Some(criterion) => {
            assert_eq!(outcome.verdict, Verdict::Failed, "{explained}");
            assert!(failed.contains(criterion), "{explained} has no `{criterion}`");
        }
    }
    assert_eq!(result["passed"], fails.is_none());
    outcome
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_good_server_passes_all_and_the_files_are_those_of_the_contract() {
    let outcome = outcome("all", 4, Fault::None).await;
    assert_eq!(outcome.verdict, Verdict::Done, "{:#?}", outcome.results);
    let types: Vec<&str> = outcome.results.iter().map(|r| r["test_type"].as_str().unwrap()).collect();
    assert_eq!(types, ["sustained_load", "burst_load", "spike_test", "soak_test", "chaos_test"]);
    for result in &outcome.results {
        for field in ["parameters", "metrics", "errors", "criteria_passed", "criteria_failed", "timestamp"] {
            assert!(result.get(field).is_some(), "{field}");
        }
        let metrics = &result["metrics"];
        for field in
            ["total_requests", "successful_requests", "failed_requests", "success_rate", "error_rate"]
        {
            assert!(metrics[field].is_number(), "{field}");
        }
        for field in ["mean", "median", "p95", "p99", "min", "max"] {
            assert!(metrics["response_time"][field].as_f64().unwrap() > 0.0, "{field}");
        }
        let hits = metrics["cache_hit_rate"].as_f64().unwrap();
        assert!((0.3..0.7).contains(&hits), "every second answer comes from the cache: {hits}");
    }
    let chaos = &outcome.results[4]["metrics"];
    assert_eq!(chaos["orders"]["acknowledged"], chaos["orders"]["exactly_once"]);
    let (orders, cancelled, erased) = outcome.server.left();
    assert!(orders > 0 && orders == cancelled, "{orders} orders, {cancelled} cancelled");
    assert!(erased >= 10 + 50 + 100 + 5 + 20, "conversations are erased: {erased}");

    let shapes: Vec<String> = outcome
        .files
        .iter()
        .map(|name| name.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect())
        .collect();
    assert_eq!(shapes.len(), 7);
    assert!(shapes.contains(&"load_test_9_burst_results_99999999_999999.json".to_owned()), "{shapes:?}");
    let read = |part: &str| {
        let name = outcome.files.iter().find(|name| name.contains(part)).unwrap();
        std::fs::read_to_string(outcome.folder.path().join(name)).unwrap()
    };
    let summary: Value = serde_json::from_str(&read("suite_summary")).unwrap();
    assert_eq!(summary["production_ready"], true);
    assert_eq!(summary["suite_info"]["passed_tests"], 5);
    assert_eq!(summary["test_results"].as_array().unwrap().len(), 5);
    let page = read("report");
    assert_eq!(page.matches("<svg").count(), 20, "four charts for each test");
    assert_eq!(page.matches("</desc>").count(), 20);
    let foreign = ["<script", "src=", "href=\"http", "url(", "@import"];
    assert!(foreign.iter().all(|part| !page.contains(part)), "nothing comes from elsewhere");
    assert!(!page.contains("NaN"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_servers_fail() {
    tokio::join!(
        check("sustained", 4, Fault::Slow(1_500), Some("requests that the pace allows")),
        check("sustained", 4, Fault::Slow(6_000), Some("an answer takes 6.0 s")),
        check("burst", 4, Fault::Slow(2_500), Some("an answer takes 2.5 s")),
        check("spike", 8, Fault::Slower(500), Some("P95 in the recovery")),
        check("soak", 6, Fault::Slower(150), Some("P95 drifted by")),
    );
}

/// The contract's own limits, without the help of the short runs' criterion.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn very_slow_servers_fail_by_percentile() {
    tokio::join!(
        check("sustained", 4, Fault::Slow(10_500), Some("P95 10.5 s (must be below 10.0 s)")),
        check("burst", 4, Fault::Slow(15_500), Some("P95 15.5 s (must be below 15.0 s)")),
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wrong_servers_fail() {
    tokio::join!(
        check("sustained", 4, Fault::Wrong, Some("errors 100.0 %")),
        check("sustained", 4, Fault::Broken(30), Some("errors")),
        check("burst", 4, Fault::Wrong, Some("errors 100.0 %")),
        check("spike", 4, Fault::Broken(60), Some("errors in the spike")),
        check("soak", 4, Fault::Wrong, Some("errors 100.0 %")),
        check("chaos", 4, Fault::Wrong, Some("right after a fault")),
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn leaks_and_restarts_are_seen() {
    tokio::join!(
        check("soak", 4, Fault::Leaky, Some("the server's memory grew by")),
        check("soak", 4, Fault::Silent, Some("the server's memory is not known")),
        check("soak", 6, Fault::Restarting, Some("restarted")),
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn orders_that_are_not_there_once_are_seen() {
    let (duplicating, forgetful, ..) = tokio::join!(
        check("chaos", 6, Fault::Duplicating, Some("acknowledged orders exist exactly once")),
        check("chaos", 6, Fault::Forgetful, Some("acknowledged orders exist exactly once")),
        check("chaos", 6, Fault::Miscounting, Some("acknowledged orders exist exactly once")),
        check("chaos", 6, Fault::Fragile(2), Some("right after a fault")),
    );
    let orders = |outcome: &Outcome| outcome.results[0]["metrics"]["orders"].clone();
    let is = orders(&duplicating);
    assert!(is["duplicated"].as_u64() > Some(0), "{is}");
    let (orders_kept, cancelled, _) = duplicating.server.left();
    assert!(cancelled < orders_kept, "what was not acknowledged may be a customer's: it is left alone");
    let is = orders(&forgetful);
    assert!(is["missing"].as_u64() > Some(0) && is["missing"] == is["acknowledged"], "{is}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_malformed_body_must_be_refused() {
    let outcome = outcome("chaos", 6, Fault::Lenient).await;
    let result = &outcome.results[0];
    let fault = &result["metrics"]["faults"]["malformed_body"];
    assert_eq!(fault["handled"], 0, "{fault}");
    assert!(fault["made"].as_u64() > Some(0), "{fault}");
    assert!(result["errors"].to_string().contains("mishandled_fault"), "{}", result["errors"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_must_do_without_its_language_model() {
    let free = || std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let (good, _) = tokio::join!(
        check("chaos", 8, Fault::FallsBack(free()), None),
        check("chaos", 8, Fault::NeedsLlm(free()), Some("while the language model was down")),
    );
    let down = &good.results[0]["metrics"]["faults"]["llm_down"];
    assert!(down["made"].as_u64() > Some(0) && down["made"] == down["handled"], "{down}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_servers_own_limit_is_explained() {
    let outcome = check("sustained", 4, Fault::Limited, Some("errors 100.0 %")).await;
    let notes = outcome.results[0]["notes"].to_string();
    assert!(notes.contains("RATE_LIMIT_PER_MINUTE") && notes.contains("up to 7 s"), "{notes}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_ended_run_is_written_and_has_failed() {
    let (ender, stop) = watch::channel(false);
    let end = async {
        tokio::time::sleep(Duration::from_secs(2)).await;
        ender.send_replace(true);
    };
    let (outcome, ()) = tokio::join!(ended("all", 600, Fault::None, &stop), end);
    assert_eq!(outcome.verdict, Verdict::Failed);
    assert_eq!(outcome.results.len(), 1, "the tests after it are not begun");
    let result = &outcome.results[0];
    assert!(result["criteria_failed"].to_string().contains("ended early"), "{result:#}");
    assert!(result["metrics"]["total_requests"].as_u64() > Some(0));
    assert!(outcome.files.iter().any(|name| name.contains("suite_summary")));
}

#[tokio::test]
async fn nobody_there_is_an_error_and_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    // Port 9 is reserved for a service that nobody runs any more.
    let line = ["loadtest", "--url", "http://127.0.0.1:9", "--out", out];
    let (_ender, stop) = watch::channel(false);
    let error = measure(&Line::parse_from(line).args, &stop).await.unwrap_err().to_string();
    assert!(error.contains("nobody answers at http://127.0.0.1:9"), "{error}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
