//! Handing over to a person and back: never without a word to the customer, never two voices, never a dead end.

use std::time::Duration;

use proptest::prelude::{Strategy, prop, prop_oneof};
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use tria::domain::principal::Role;

use crate::harness::TestServer;
use crate::model::{Does, Model};

const QUESTION: &str = "How fast must I report damaged goods?";
const PERSON: &str = "I want to talk to a person";

async fn say(server: &TestServer, session: &str, text: &str) -> Value {
    server.post("/api/chatbot", &json!({ "message": text, "session_id": session })).await.expect(200, "").json
}

fn text(reply: &Value) -> &str {
    reply["message"].as_str().expect("a text")
}

async fn act(server: &TestServer, staff: &str, ticket: i64, what: &str) -> u16 {
    let body = match what {
        "reply" => json!({ "message": "Serena here, one moment" }),
        _ => json!({ "note": "called" }),
    };
    server.post_as(staff, &format!("/api/escalations/{ticket}/{what}"), &body).await.status
}

#[tokio::test]
async fn a_person_takes_over_and_hands_back() {
    let server = TestServer::start().await;
    let staff = server.token(Role::Staff).await;
    let asked = say(&server, "s", PERSON).await;
    let ticket = asked["escalation"]["ticket_id"].as_i64().expect("a ticket");
    assert!(text(&asked).contains(&ticket.to_string()), "told the number: {asked}");

    let waiting = say(&server, "s", QUESTION).await;
    assert_eq!(waiting["metadata"]["action"], "silent");
    assert!(text(&waiting).contains("assistant") && !text(&waiting).contains("24 hours"), "{waiting}");
    let again = say(&server, "s", "hello?").await;
    assert_eq!(text(&again), format!("I have added that to ticket number {ticket}."));

    assert_eq!(act(&server, &staff, ticket, "take").await, 200);
    assert_eq!(text(&say(&server, "s", QUESTION).await), "", "a person answers");
    assert_eq!(act(&server, &staff, ticket, "reply").await, 200);
    let past = server.get("/api/conversations/s").await.json;
    assert_eq!(past["answered_by"], "person");
    let messages = past["messages"].as_array().expect("messages");
    let last = messages.last().expect("a message");
    assert_eq!((&last["role"], &last["text"]), (&json!("person"), &json!("Serena here, one moment")));
    assert!(messages.iter().any(|m| m["role"] == "user" && m["text"] == QUESTION), "nothing is lost");
    let newer = server.get(&format!("/api/conversations/s?after={}", last["id"])).await.json;
    assert_eq!(newer["messages"], json!([]));

    assert_eq!(act(&server, &staff, ticket, "hand_back").await, 200);
    assert!(text(&say(&server, "s", QUESTION).await).contains("24 hours"));
    assert_eq!(act(&server, &staff, ticket, "take").await, 200);
    assert_eq!(act(&server, &staff, ticket, "resolve").await, 200);
    assert!(text(&say(&server, "s", QUESTION).await).contains("24 hours"));
    assert_eq!(act(&server, &staff, ticket, "take").await, 422, "it is closed");
    let fresh = say(&server, "s", PERSON).await;
    assert_ne!(fresh["escalation"]["ticket_id"], ticket, "a closed ticket is not pointed to: {fresh}");

    let other = server.token(Role::Admin).await;
    let fresh = fresh["escalation"]["ticket_id"].as_i64().expect("a ticket");
    assert_eq!(act(&server, &staff, fresh, "take").await, 200);
    assert_eq!(act(&server, &other, fresh, "reply").await, 422, "one person at a time");
    assert_eq!(act(&server, &staff, 99, "take").await, 404);
    let channel = server.token(Role::Channel).await;
    assert_eq!(act(&server, &channel, fresh, "take").await, 403);
    server.finish().await;
}

#[tokio::test]
async fn the_customer_may_go_on_with_the_assistant() {
    let server = TestServer::start().await;
    say(&server, "s", PERSON).await;
    say(&server, "s", QUESTION).await;
    assert!(text(&say(&server, "s", "assistant").await).contains("I am back"));
    assert!(text(&say(&server, "s", QUESTION).await).contains("24 hours"));
    let again = say(&server, "s", PERSON).await;
    assert_eq!(again["metadata"]["action"], "escalate", "{again}");
    assert_eq!(say(&server, "s", QUESTION).await["metadata"]["action"], "silent");
    server.finish().await;
}

/// The answer was being written when the person came: it is not sent.
#[tokio::test]
async fn who_takes_over_is_not_talked_over() {
    let model = Model::start(Does::Says("We replace them.".to_owned())).await;
    let url = model.url.clone();
    let server = TestServer::with(move |sources| sources.flag("OPENAI_BASE_URL", url)).await;
    let staff = server.token(Role::Staff).await;
    let complaint = say(&server, "s", "The boxes you delivered today are all crushed!").await;
    let ticket = complaint["escalation"]["ticket_id"].as_i64().expect("a ticket");
    model.now(Does::Hangs);
    let before = model.calls().len();
    let (reply, ()) = tokio::join!(say(&server, "s", QUESTION), async {
        while model.calls().len() == before {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(act(&server, &staff, ticket, "take").await, 200);
        model.now(Does::Fails(500));
    });
    assert_eq!((text(&reply), &reply["metadata"]["action"]), ("", &json!("silent")));
    let past = server.get("/api/conversations/s").await.json;
    let last = past["messages"].as_array().and_then(|messages| messages.last()).expect("a message");
    assert_eq!((&last["role"], &last["text"]), (&json!("user"), &json!(QUESTION)));
    server.finish().await;
}

/// What happens in a conversation, from either side.
#[derive(Debug, Clone, Copy)]
enum Step {
    Asks,
    WantsPerson,
    WantsAssistant,
    Complains,
    Take,
    Reply,
    HandBack,
    Resolve,
}

/// What must be true: whether the assistant may speak, and whether a person was promised.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Voice {
    Assistant,
    Waiting,
    Person,
}

#[tokio::test]
async fn any_order_of_events_keeps_one_voice_and_a_way_out() {
    let server = TestServer::start().await;
    let staff = server.token(Role::Staff).await;
    let step = prop_oneof![
        3 => prop::strategy::Just(Step::Asks),
        2 => prop::strategy::Just(Step::WantsPerson),
        1 => prop::strategy::Just(Step::WantsAssistant),
        1 => prop::strategy::Just(Step::Complains),
        2 => prop::strategy::Just(Step::Take),
        1 => prop::strategy::Just(Step::Reply),
        1 => prop::strategy::Just(Step::HandBack),
        1 => prop::strategy::Just(Step::Resolve),
    ];
    let histories = prop::collection::vec(step, 4..14);
    let mut runner = TestRunner::deterministic();
    for run in 0..25 {
        let steps = histories.new_tree(&mut runner).expect("a history").current();
        walk(&server, &staff, &format!("run-{run}"), &steps).await;
    }
    server.finish().await;
}

async fn walk(server: &TestServer, staff: &str, session: &str, steps: &[Step]) {
    let (mut expected, mut ticket) = (Voice::Assistant, None);
    for (at, step) in steps.iter().enumerate() {
        let context = format!("{session}, step {at} of {steps:?}: {expected:?}");
        let said = match step {
            Step::Asks => Some(QUESTION),
            Step::WantsPerson => Some(PERSON),
            Step::WantsAssistant => Some("back to the assistant"),
            Step::Complains => Some("The boxes you delivered today are all crushed!"),
            Step::Take | Step::Reply | Step::HandBack | Step::Resolve => None,
        };
        if let Some(said) = said {
            let reply = say(server, session, said).await;
            ticket = reply["escalation"]["ticket_id"].as_i64().or(ticket);
            let silent = reply["metadata"]["action"] == "silent";
            match expected {
                Voice::Person => assert!(silent && text(&reply).is_empty(), "{context}: {reply}"),
                Voice::Waiting if matches!(step, Step::WantsAssistant) => {
                    assert!(!silent, "{context}: {reply}");
                    expected = Voice::Assistant;
                }
                Voice::Waiting => assert!(silent && !text(&reply).is_empty(), "{context}: {reply}"),
                Voice::Assistant => {
                    assert!(!silent && !text(&reply).is_empty(), "{context}: {reply}");
                    if matches!(step, Step::WantsPerson) {
                        assert!(
                            text(&reply).contains("ticket"),
                            "no hand-over without a word: {context}: {reply}"
                        );
                        expected = Voice::Waiting;
                    }
                }
            }
            continue;
        }
        let Some(id) = ticket else { continue };
        let what = match step {
            Step::Take => "take",
            Step::Reply => "reply",
            Step::HandBack => "hand_back",
            _ => "resolve",
        };
        let done = act(server, staff, id, what).await;
        match (step, done) {
            (Step::Take | Step::Reply, 200) => expected = Voice::Person,
            (Step::HandBack, 200) => expected = Voice::Assistant,
            (Step::Resolve, 200) => (expected, ticket) = (Voice::Assistant, None),
            (_, status) => assert_eq!(status, 422, "{context}"),
        }
    }
    // Whatever happened, closing the ticket gives the customer the assistant back.
    if let Some(id) = ticket {
        act(server, staff, id, "resolve").await;
    }
    let reply = say(server, session, QUESTION).await;
    assert!(text(&reply).contains("24 hours"), "{session} {steps:?}: {reply}");
}
