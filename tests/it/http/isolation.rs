//! What one customer is told is never told to another: random conversations of two customers who ask alike, with a
//! model and without, while every answer that can be kept is kept.

use proptest::prelude::{Strategy, prop};
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use tria::domain::principal::Role;

use crate::harness::{BELLA, KOPI, TestServer};
use crate::model::{Does, Model};

/// Random histories of so many messages each.
const HISTORIES: usize = 12;
const MESSAGES: usize = 14;

/// What both say; `{}` is put in for what belongs to the one who says it.
const SAID: [&str; 14] = [
    "How fast must I report damaged goods?",
    "how quickly do I have to report goods that are damaged?",
    "Which days do you deliver?",
    "{n} pizza boxes 12 inch please",
    "yes",
    "what is the total?",
    "where is my order?",
    "where is order {o}?",
    "no",
    "my delivery for {name} arrived broken, I am {person}",
    "my number is {phone}, when do you deliver?",
    "I am {person}. Which days do you deliver?",
    "the usual please",
    "hello",
];

struct Customer {
    session: String,
    token: String,
    outlet: i64,
    name: &'static str,
    person: &'static str,
    phone: &'static str,
    units: u32,
    orders: Vec<i64>,
}

impl Customer {
    fn says(&self, template: &str) -> String {
        let last = self.orders.last().copied().unwrap_or(1);
        template
            .replace("{n}", &self.units.to_string())
            .replace("{o}", &last.to_string())
            .replace("{name}", self.name)
            .replace("{person}", self.person)
            .replace("{phone}", self.phone)
    }

    /// What only this customer may read.
    fn secrets(&self) -> Vec<String> {
        let mut secrets = vec![
            self.name.to_owned(),
            self.person.to_owned(),
            self.phone.to_owned(),
            format!("{} ×", self.units),
        ];
        secrets.extend(self.orders.iter().map(|id| format!("rder {id} ")));
        secrets
    }
}

fn check(reply: &Value, said: &str, other: &Customer) {
    let shown = json!([reply["message"], reply["order"], reply["citations"]]).to_string();
    for secret in other.secrets() {
        assert!(!shown.contains(&secret), "“{said}” was told {secret}: {reply}");
    }
    if reply["metadata"]["from_cache"] == true {
        let action = reply["metadata"]["action"].as_str().expect("an action");
        assert!(matches!(action, "answer" | "small_talk"), "kept for all: {reply}");
        assert!(
            reply["order"].is_null() && reply["order_id"].is_null() && reply["escalation"].is_null(),
            "{reply}"
        );
        let personal = ["my order", "order ", "I am", "my number", "yes", "total", "usual"];
        assert!(
            !personal.iter().any(|words| said.contains(words)),
            "“{said}” depends on who says it: {reply}"
        );
    }
}

async fn histories(server: &TestServer) -> usize {
    let token = server.token(Role::Channel).await;
    let mut runner = TestRunner::deterministic();
    let steps = prop::collection::vec((prop::bool::ANY, 0..SAID.len()), MESSAGES);
    let mut kept = 0;
    for history in 0..HISTORIES {
        let customer = |at: usize, outlet, name, person, phone, units| Customer {
            session: format!("history-{history}-customer-{at}"),
            token: token.clone(),
            outlet,
            name,
            person,
            phone,
            units,
            orders: Vec::new(),
        };
        let mut both = [
            customer(0, BELLA, "Bella Napoli - Tampines", "Marta Quill", "+65 0000 0111", 311),
            customer(1, KOPI, "Kopi & Crumb - Katong", "Serena Brook", "+65 0000 0444", 427),
        ];
        let drawn = steps.new_tree(&mut runner).expect("steps").current();
        for (second, at) in drawn {
            let (me, other) = (usize::from(second), usize::from(!second));
            let said = both[me].says(SAID[at]);
            let body =
                json!({ "session_id": both[me].session, "message": said, "outlet_id": both[me].outlet });
            let reply = server.post_as(&both[me].token, "/api/chatbot", &body).await.expect(200, "").json;
            check(&reply, &said, &both[other]);
            kept += usize::from(reply["metadata"]["from_cache"] == true);
            if let Some(id) = reply["order_id"].as_i64().filter(|id| !both[me].orders.contains(id)) {
                both[me].orders.push(id);
            }
        }
    }
    kept
}

#[tokio::test]
async fn no_word_of_another_customer() {
    let server = TestServer::with(|sources| sources.flag("TRIA_MERGE_MS", "0")).await;
    let kept = histories(&server).await;
    assert!(kept >= 5, "only {kept} answers came from the cache: nothing could have been mixed up");
    server.finish().await;
}

/// The same with a model that repeats whatever it was told.
#[tokio::test]
async fn no_word_of_another_customer_from_a_model() {
    let model =
        Model::start(Does::Says("Please report damaged goods within 24 hours, with a photo.".into())).await;
    let url = model.url.clone();
    let server =
        TestServer::with(move |sources| sources.flag("TRIA_MERGE_MS", "0").flag("OPENAI_BASE_URL", url))
            .await;
    histories(&server).await;
    let sent = Value::Array(model.calls()).to_string();
    for secret in ["Marta", "Serena", "0000 0111", "0000 0444"] {
        assert!(!sent.contains(secret), "{secret} was sent to the model");
    }
    server.finish().await;
}
