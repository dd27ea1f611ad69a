//! Conversations of several turns with the demo company, as `tests/conversations/*.txt` tell them.

use std::path::Path;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use jiff::civil::DateTime;
use serde_json::Value;
use tria::app::{App, AppOptions};
use tria::chat::Engine;
use tria::chat::ask::{Ask, OutletHint};
use tria::config::{Config, SETTINGS, Sources};
use tria::domain::message::MessageText;
use tria::domain::principal::Principal;
use tria::orders::Clock;

/// What time it is in the conversation: as told last, or the machine's.
#[derive(Default)]
struct ToldClock(Mutex<Option<Timestamp>>);

impl Clock for ToldClock {
    fn now(&self) -> Timestamp {
        self.0.lock().expect("nobody panicked").unwrap_or_else(Timestamp::now)
    }
}

struct Turn {
    line: usize,
    /// What time it is from here on, on the company's clock.
    at: Option<DateTime>,
    said: String,
    expected: Vec<String>,
}

struct Conversation {
    name: String,
    turns: Vec<Turn>,
}

fn read(text: &str) -> Vec<Conversation> {
    let mut found: Vec<Conversation> = Vec::new();
    let mut at = None;
    for (number, line) in text.lines().enumerate() {
        if let Some(told) = line.strip_prefix("@ ") {
            at = Some(told.trim().parse().expect("a time of day"));
        } else if line.starts_with("! ") {
            // A setting of the whole file.
        } else if let Some(name) = line.strip_prefix("== ") {
            at = None;
            found.push(Conversation { name: name.to_owned(), turns: Vec::new() });
        } else if let Some(said) = line.strip_prefix("> ") {
            let turn = Turn { line: number + 1, at: at.take(), said: said.to_owned(), expected: Vec::new() };
            found.last_mut().expect("a conversation begins with ==").turns.push(turn);
        } else if !line.trim().is_empty() && !line.starts_with('#') {
            let turns = &mut found.last_mut().expect("a conversation begins with ==").turns;
            turns.last_mut().expect("something was said").expected.push(line.to_owned());
        }
    }
    found
}

/// What is wrong with a reply.
fn faults(reply: &Value, expected: &[String]) -> Vec<String> {
    let message = reply["message"].as_str().expect("a message").to_lowercase();
    let holds = |text: &str| message.contains(&text.to_lowercase());
    let wrong = |expectation: &&String| {
        if let Some(text) = expectation.strip_prefix("not: ") {
            return holds(text);
        }
        if let Some((path, value)) = expectation.split_once(" = ") {
            let found = path.split('.').fold(reply, |at, key| match key.parse::<usize>() {
                Ok(place) => &at[place],
                Err(_) => &at[key],
            });
            return found.as_str().map_or_else(|| found.to_string(), str::to_owned) != value;
        }
        !holds(expectation)
    };
    expected.iter().filter(wrong).cloned().collect()
}

/// `! NAME=value`, for the names that there are.
fn settings(text: &str) -> impl Iterator<Item = (&'static str, String)> {
    text.lines().filter_map(|line| line.strip_prefix("! ")?.split_once('=')).map(|(name, value)| {
        let known = SETTINGS.iter().find(|setting| setting.name == name).expect("a setting");
        (known.name, value.to_owned())
    })
}

async fn hold(app: &App, clock: &ToldClock, conversation: &Conversation) -> Vec<String> {
    let engine: &Arc<Engine> = &app.engine;
    let zone = app.config.load().rules.calendar.time_zone.clone();
    *clock.0.lock().expect("nobody panicked") = None;
    let mut session = None;
    let mut found = Vec::new();
    // Orders have other numbers in each run: `{order}` is the one that was placed or named last.
    let mut order = String::new();
    for turn in &conversation.turns {
        if let Some(at) = turn.at {
            let at = zone.to_zoned(at).expect("a moment").timestamp();
            *clock.0.lock().expect("nobody panicked") = Some(at);
        }
        let said = turn.said.replace("{order}", &order);
        let ask = Ask {
            origin: None,
            text: MessageText::parse(&said).expect("a message"),
            session: session.clone(),
            principal: Principal::LOCAL,
            language: None,
            outlet: OutletHint::default(),
            allow_duplicate: false,
            idempotency: None,
        };
        let reply = serde_json::to_value(engine.turn(ask).await.expect("a reply")).expect("JSON");
        let id = reply["session_id"].as_str().expect("a session");
        session = Some(tria::domain::ids::SessionId::parse(id).expect("a session"));
        if let Some(number) = reply["order_id"].as_i64() {
            order = number.to_string();
        }
        let expected: Vec<String> = turn.expected.iter().map(|e| e.replace("{order}", &order)).collect();
        for fault in faults(&reply, &expected) {
            found.push(format!(
                "{}, line {}: > {}\n    expected {fault}\n    got [{}] {}",
                conversation.name, turn.line, turn.said, reply["metadata"]["action"], reply["message"]
            ));
        }
    }
    found
}

#[tokio::test]
async fn every_conversation_goes_as_told() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conversations");
    let (mut told, mut found) = (0, Vec::new());
    let mut files: Vec<_> =
        std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a text");
        let dir = tempfile::tempdir().expect("a folder");
        let sources = Sources::none().flag("TRIA_DATA_DIR", dir.path().display().to_string());
        let sources = settings(&text).fold(sources, |all, (name, value)| all.flag(name, value));
        let config = Config::load(&sources).expect("good settings");
        let clock = Arc::new(ToldClock::default());
        let options = AppOptions { demo: true, clock: clock.clone(), ..AppOptions::default() };
        let app = App::start(config, options).await.expect("the parts");
        for conversation in read(&text) {
            told += 1;
            found.extend(hold(&app, &clock, &conversation).await);
        }
        app.store.close().await;
    }
    assert!(found.is_empty(), "{} faults in {told} conversations:\n{}", found.len(), found.join("\n"));
    assert!(told >= 20);
}
