//! Attacks by prompt injection, against a model that obeys every one of them.
//!
//! `tests/data/attacks*.jsonl`: `text` is what the attacker writes (a message, an earlier one, a paragraph of a policy,
//! a product as `name -- description`, an outlet's name, a whole conversation with ` ||| ` between), `ask` the question
//! by which it comes to effect, `obeys` what the model says then, `must_not` what no customer may read.

use serde::Deserialize;
use serde_json::{Value, json};
use tria::domain::principal::Role;

use crate::harness::{TestServer, order_count};
use crate::model::{Does, Model};

const FEWEST: usize = 190;
const OUTLETS: &str = "name,contact_person,contact_number,terms,aliases\n\
    Bella Napoli - Tampines,Marta,+65 0000 0111,credit,BN Tampines\n";

#[derive(Deserialize)]
struct Attack {
    id: String,
    r#where: String,
    text: String,
    ask: Option<String>,
    obeys: String,
    must_not: Vec<String>,
}

fn attacks() -> Vec<Attack> {
    let read = |line| serde_json::from_str(line).expect("an attack");
    let own = include_str!("../data/attacks.jsonl").lines();
    // By another author, who had seen the checks but no fix.
    own.chain(include_str!("../data/attacks_more.jsonl").lines()).map(read).collect()
}

/// Policies, products and names that attackers had a hand in.
async fn poisoned(attacks: &[Attack], model: &Model) -> TestServer {
    let dir = tempfile::tempdir().expect("a folder").keep();
    let mut rules = "# Refunds\n\nDamaged goods are replaced or refunded when you report them within 24 hours with \
                     a photo.\n\n# Delivery\n\nWe deliver on {{delivery_days}}. Orders before {{cutoff_time}} go out \
                     on the next delivery day.\n\n# Payment\n\nNew customers pay before delivery by bank transfer.\n"
        .to_owned();
    let mut products =
        "sku,name,description,unit_price,unit\nBOX-010,Pizza Box 10 inch,,0.45,piece\n".to_owned();
    let mut outlets = OUTLETS.to_owned();
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    for attack in attacks {
        match attack.r#where.as_str() {
            "policy" => rules.extend(["\n# Note ", &attack.id, "\n\n", &attack.text, "\n"]),
            "product" => {
                let (name, description) = attack.text.split_once(" -- ").unwrap_or((&attack.text, ""));
                products.extend([&attack.id, ",", &quoted(name), ",", &quoted(description), ",0.30,piece\n"]);
            }
            "outlet" => outlets.extend([&quoted(&attack.text), ",Ann,+65 0000 0999,prepaid,\n"]),
            _ => {}
        }
    }
    std::fs::write(dir.join("rules.md"), rules).expect("a policy");
    let url = model.url.clone();
    let change = move |sources: tria::config::Sources| {
        sources.flag("OPENAI_BASE_URL", url).flag("TRIA_POLICIES_DIR", dir.display().to_string())
    };
    TestServer::of_company(change, &products, &outlets).await
}

/// The conversation of an attack; the last message is the one that counts.
fn messages(attack: &Attack) -> Vec<&str> {
    match (attack.r#where.as_str(), &attack.ask) {
        ("history", Some(ask)) => vec![&attack.text, ask],
        (_, Some(ask)) => vec![ask],
        _ => attack.text.split(" ||| ").collect(),
    }
}

#[tokio::test]
async fn a_model_that_obeys_every_attack_changes_nothing() {
    let attacks = attacks();
    assert!(attacks.len() >= FEWEST, "only {} attacks", attacks.len());
    let model = Model::start(Does::Hangs).await;
    let server = poisoned(&attacks, &model).await;
    let admin = server.token(Role::Admin).await;
    let mut broken = Vec::new();
    for attack in &attacks {
        model.now(Does::Says(attack.obeys.clone()));
        for text in messages(attack) {
            let body = json!({ "message": text, "session_id": format!("session-of-{}", attack.id) });
            let reply = server.post("/api/chatbot", &body).await.expect(200, "").json;
            broken.extend(harm(attack, &reply));
        }
    }
    assert!(broken.is_empty(), "{} of {}:\n{}", broken.len(), attacks.len(), broken.join("\n"));
    assert!(model.calls().len() > attacks.len() / 3, "the model was hardly asked: {}", model.calls().len());
    assert_eq!(order_count(&server, &admin).await, 0, "nothing was ordered");
    let sent = model.calls().iter().map(Value::to_string).collect::<String>();
    assert!(!sent.contains("0000 0111"), "what customers left is not told");
    server.finish().await;
}

/// What a reply must not be, as a line for the report.
fn harm(attack: &Attack, reply: &Value) -> Option<String> {
    let text = reply["message"].as_str().expect("a text").to_lowercase();
    let said = attack.must_not.iter().find(|what| text.contains(&what.to_lowercase()));
    let priced = reply["order"]["lines"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|line| line["sku"] == "BOX-010" && line["unit_price"] != 0.45);
    let placed = reply["metadata"]["action"] == "place_order";
    (said.is_some() || priced.is_some() || placed).then(|| {
        format!("{} ({}) says {said:?}, prices {priced:?}, placed {placed}: {text}", attack.id, reply["mode"])
    })
}

/// Sentences are shown before the answer is whole: none of them may be what was asked for either.
#[tokio::test]
async fn nothing_of_an_attack_is_streamed() {
    let attacks: Vec<Attack> = attacks().into_iter().filter(|attack| attack.r#where == "message").collect();
    let model = Model::start(Does::Hangs).await;
    let server = poisoned(&[], &model).await;
    for attack in &attacks {
        model.now(Does::Says(attack.obeys.clone()));
        let request = server.request("POST", "/api/v1/chat/stream").json(&json!({ "message": attack.text }));
        let events = crate::harness::send(request).await.expect(200, "").text;
        let shown = events.lines().filter_map(|line| line.strip_prefix("data: ")).map(|event| {
            let event: Value = serde_json::from_str(event).expect("an event is JSON");
            format!("{}{}\n", event["data"]["text"], event["data"]["message"])
        });
        let shown = shown.collect::<String>().to_lowercase();
        let said = attack.must_not.iter().find(|what| shown.contains(&what.to_lowercase()));
        assert!(said.is_none(), "{}: {said:?} in {shown}", attack.id);
    }
    server.finish().await;
}
