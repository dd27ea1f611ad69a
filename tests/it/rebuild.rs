//! The index is rebuilt under load: not one request fails, and no answer cites a chunk of another version.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tria::knowledge::embedder::{BUILT_IN_DIMENSIONS, BUILT_IN_SHA256};
use tria::knowledge::{LiveIndex, ModelInfo};

use crate::process::Server;

const REBUILDS: usize = 20;
const QUESTIONS: [&str; 4] = [
    "What is your refund policy?",
    "Which days do you deliver?",
    "How can I pay?",
    "How long do the boxes keep heat?",
];

/// Asks until told to stop; gives what was cited under which version.
async fn ask(base: String, stop: Arc<AtomicBool>, answered: Arc<AtomicUsize>) -> Vec<(String, String)> {
    let http = crate::harness::client();
    let mut cited = Vec::new();
    for n in 0.. {
        if stop.load(Ordering::SeqCst) {
            break;
        }
        let sent = http
            .post(format!("{base}/api/chatbot"))
            .json(&json!({ "message": QUESTIONS[n % QUESTIONS.len()] }))
            .send()
            .await
            .expect("no request fails");
        assert_eq!(sent.status(), 200);
        let body: Value = sent.json().await.expect("JSON");
        let version = body["metadata"]["index_version"].as_str().expect("a version").to_owned();
        for citation in body["citations"].as_array().expect("citations") {
            cited.push((version.clone(), citation["chunk_id"].as_str().expect("a chunk").to_owned()));
        }
        answered.fetch_add(1, Ordering::SeqCst);
    }
    cited
}

/// Builds the index as an operator does, and reads from the disk which chunks it holds.
fn index(data: &Path, policies: &Path) -> (String, HashSet<String>) {
    let out = Command::new(env!("CARGO_BIN_EXE_tria"))
        .args(["index", "--json", "--data-dir"])
        .arg(data)
        .arg("--policies")
        .arg(policies)
        .output()
        .expect("tria index runs");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let report: Value = serde_json::from_slice(&out.stdout).expect("a JSON report");
    let model =
        ModelInfo { name: String::new(), dimensions: BUILT_IN_DIMENSIONS, hash: BUILT_IN_SHA256.to_owned() };
    let (live, fault) = LiveIndex::open(data, &model);
    assert!(fault.is_none(), "{fault:?}");
    let index = live.current();
    let version = report["version"].as_str().expect("a version").to_owned();
    assert_eq!(index.version(), version);
    (version, index.chunk_ids().collect())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_rebuilds_under_load() {
    let data = tempfile::tempdir().expect("a directory");
    let policies = tempfile::tempdir().expect("a directory");
    for file in std::fs::read_dir("policies").expect("the demo's policies") {
        let file = file.expect("a file");
        std::fs::copy(file.path(), policies.path().join(file.file_name())).expect("copied");
    }
    let server =
        Server::start(data.path(), &["--demo", "--policies", &policies.path().display().to_string()]);
    let (stop, answered) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let clients: Vec<_> =
        (0..4).map(|_| tokio::spawn(ask(server.base.clone(), stop.clone(), answered.clone()))).collect();

    let mut versions: HashMap<String, HashSet<String>> = HashMap::new();
    let (version, chunks) = index(data.path(), policies.path());
    versions.insert(version, chunks);
    for n in 0..REBUILDS {
        let text = format!(
            "---\naudience: customer\n---\n# Notice {n}\n\nNotice number {n} is about parking at gate {n}.\n"
        );
        std::fs::write(policies.path().join("notice.md"), text).expect("written");
        let (version, chunks) = index(data.path(), policies.path());
        assert!(versions.insert(version, chunks).is_none(), "another text is another version");
        let seen = answered.load(Ordering::SeqCst);
        for _ in 0..1000 {
            if answered.load(Ordering::SeqCst) >= seen + 20 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    stop.store(true, Ordering::SeqCst);
    let mut used = HashSet::new();
    for client in clients {
        for (version, chunk) in client.await.expect("no client fails") {
            let chunks =
                versions.get(&version).unwrap_or_else(|| panic!("version {version} was never built"));
            assert!(chunks.contains(&chunk), "{chunk} is not in version {version}");
            used.insert(version);
        }
    }
    assert!(used.len() > REBUILDS / 2, "the server took the new versions: {} seen", used.len());
}
