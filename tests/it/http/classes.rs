//! What operators decide about messages: classes of their own, and when a person takes over.

use std::path::Path;

use serde_json::{Value, json};

use crate::harness::TestServer;

const JOBS: [&str; 7] = [
    "Are you hiring drivers?",
    "Do you have any job openings in the warehouse?",
    "I would like to apply for a position at your company",
    "Where can I send my CV?",
    "Is there a vacancy for a sales job?",
    "I am looking for work as a packer",
    "Do you take interns during the holidays?",
];
const PRESS: [&str; 5] = [
    "I am writing an article about your company",
    "Could I interview your founder for our magazine?",
    "Who handles press enquiries?",
    "We are a newspaper and would like a statement",
    "Is there a press kit for journalists?",
];

fn examples(folder: &Path) -> String {
    let line = |question: &str, intent: &str| json!({ "question": question, "intent": intent }).to_string();
    let lines: Vec<String> = JOBS
        .iter()
        .map(|question| line(question, "job_application"))
        .chain(PRESS.iter().map(|question| line(question, "press_enquiry")))
        .collect();
    written(folder, "intents.jsonl", &lines.join("\n"))
}

fn written(folder: &Path, name: &str, text: &str) -> String {
    let file = folder.join(name);
    std::fs::write(&file, text).expect("written");
    file.display().to_string()
}

async fn say(server: &TestServer, session: &str, message: &str) -> Value {
    let body = json!({ "session_id": session, "message": message });
    server.post("/api/chatbot", &body).await.expect(200, "").json
}

/// Training embeds all examples, so both kinds of class are tried on one server.
#[tokio::test]
async fn classes_of_the_operators_own() {
    let dir = tempfile::tempdir().expect("a folder");
    let intents = examples(dir.path());
    let answers = written(
        dir.path(),
        "answers.toml",
        "[[answer]]\nintent = \"job_application\"\ntext = \"Write to jobs at our address.\"\n",
    );
    let escalation = written(dir.path(), "escalation.toml", "[intents]\npress_enquiry = \"manager\"\n");
    let server = TestServer::with(move |sources| {
        sources
            .flag("TRIA_INTENTS_FILE", intents)
            .flag("TRIA_ANSWERS_FILE", answers)
            .flag("TRIA_ESCALATION_FILE", escalation)
    })
    .await;
    let reply = say(&server, "a", "Hello, do you have a job for a driver at the moment?").await;
    assert_eq!(reply["intent"], "job_application", "{reply}");
    assert_eq!(reply["message"], "Write to jobs at our address.");
    let reply = say(&server, "b", "Our newspaper would like to interview your founder").await;
    assert_eq!((&reply["intent"], &reply["escalation"]["tier"]), (&json!("press_enquiry"), &json!(3)));
    let reply = say(&server, "c", "How fast must I report damaged goods?").await;
    assert_eq!(reply["metadata"]["action"], "answer", "the nine are still known: {reply}");
    server.finish().await;
}

#[tokio::test]
async fn the_operator_decides_when_a_person_comes() {
    let dir = tempfile::tempdir().expect("a folder");
    let rules = "[tier.agent]\nanswer_minutes = 45\nclosed_minutes = 45\n[after]\nangry = 1\nmisunderstood = 0\n\
                 [words]\nlegal = [\"ombudsman\"]\n";
    let file = written(dir.path(), "escalation.toml", rules);
    let server = TestServer::with(move |sources| sources.flag("TRIA_ESCALATION_FILE", file)).await;

    let reply = say(&server, "a", "Your service is outrageous").await;
    assert_eq!(reply["escalation"]["tier"], 2, "angry once is enough: {reply}");
    assert!(reply["message"].as_str().expect("a text").contains("45 minutes"), "{reply}");
    let reply = say(&server, "b", "I will tell the ombudsman about this").await;
    assert_eq!(
        (&reply["escalation"]["reason"], &reply["escalation"]["tier"]),
        (&json!("legal"), &json!(3)),
        "{reply}"
    );
    for turn in 0..5 {
        let reply = say(&server, "c", &format!("what is the {turn}th moon of saturn")).await;
        assert_eq!(reply["escalation"], Value::Null, "never for what was not understood: {reply}");
    }
    server.finish().await;
}

/// The guide: a claim above what an agent may decide goes to a manager.
#[tokio::test]
async fn a_large_claim_goes_to_a_manager() {
    let server = TestServer::start().await;
    let tier =
        async |session: &str, text: &str| say(&server, session, text).await["escalation"]["tier"].clone();
    assert_eq!(tier("a", "My delivery was damaged, I want my $120 back").await, 2);
    assert_eq!(tier("b", "My delivery was damaged, I want my $820 back").await, 3);
    server.finish().await;
}

/// Two doubtful answers in a row call a person.
#[tokio::test]
async fn doubt_twice_calls_a_person() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = written(dir.path(), "escalation.toml", "[after]\nunsure = 1\n");
    let server = TestServer::with(move |sources| sources.flag("TRIA_ESCALATION_FILE", file)).await;
    let mut doubted = 0;
    for (turn, text) in ["can I pay in gold bars", "do you deliver by drone", "what about refunds in crypto"]
        .into_iter()
        .enumerate()
    {
        let reply = say(&server, &format!("s{turn}"), text).await;
        let action = reply["metadata"]["action"].as_str().expect("an action").to_owned();
        assert_ne!(action, "clarify", "a doubtful answer calls a person at once: {reply}");
        doubted += usize::from(reply["escalation"]["reason"] == "not_understood");
    }
    assert!(doubted > 0, "one of these is answered with a doubt");
    server.finish().await;
}

#[tokio::test]
async fn faults_of_the_files_stop_the_start() {
    let dir = tempfile::tempdir().expect("a folder");
    let check = |setting: &str, text: &str, says: &str| {
        let file = written(dir.path(), "file", text);
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_tria"))
            .args(["ask", "--demo", "hello"])
            .env(setting, file)
            .env("TRIA_DATA_DIR", dir.path().join("data"))
            .output()
            .expect("runs");
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && told.contains(says), "{told}");
    };
    check("TRIA_ESCALATION_FILE", "[tier.boss]\nanswer_minutes = 1", "\"boss\" is no tier");
    check("TRIA_INTENTS_FILE", "{\"question\":\"hi\",\"intent\":\"greetings\"}", "was \"greeting\" meant?");
    check("TRIA_ESCALATION_FILE", "[intents]\njobs = \"agent\"", "has no class \"jobs\"");
    check("TRIA_ANSWERS_FILE", "[[answer]]\nintent = \"jobs\"\ntext = \"a\"", "has no class \"jobs\"");
}
