//! A second reading by the language model, when the words alone leave a message unclear: its intent and its order in
//! one call. The model chooses among what code found; quantities must stand in the message, products must be those
//! that its words may mean, and the customer is read everything back.

use std::time::Instant;

use serde::Deserialize;
use serde_json::json;

use super::engine::{Engine, Turn};
use super::phrases::fill;
use super::understand::Understood;
use super::validate::is_plain_name;
use super::wording::{fenced, names};
use crate::domain::ids::{ProductId, Sku};
use crate::domain::intent::Intent;
use crate::llm::{ChatRequest, Cloak, FinishReason, Message, Schema};
use crate::nlu::order::{ItemMention, ParsedOrder, Quantity, Resolution};
use crate::nlu::text::{Kind, tokens};

const EXTRACT: &str = include_str!("../../assets/prompts/extract.md");
/// Below this probability of the intent the model is asked; above, the classifier is right in 19 of 20 cases.
const UNSURE_BELOW: f32 = 0.5;
/// The model's intent counts this much: it is not calibrated.
const MODEL_CONFIDENCE: f32 = 0.6;
/// Of the time that is left, so that an answer can still be worded: one part in this many.
const SHARE: u32 = 2;
/// Products that are told to the model; a larger catalogue is narrowed to what the words may mean.
const MAX_PRODUCTS: usize = 80;
/// Characters of the message.
const MAX_CHARS: usize = 2000;
const MAX_TOKENS: u32 = 600;
/// Items of one message: more is a list that the parser reads.
const MAX_ITEMS: usize = 30;

/// What the model says.
#[derive(Debug, Deserialize)]
struct Reading {
    intent: String,
    items: Vec<Item>,
}

#[derive(Debug, Deserialize)]
struct Item {
    words: String,
    quantity: Option<f64>,
    sku: Option<String>,
}

impl Engine {
    /// The message with what the model makes clear, if there is a model and something is unclear.
    pub(super) async fn read_again(&self, turn: &Turn<'_>, understood: &mut Understood) {
        let Some(wording) = &self.wording else { return };
        if !is_unclear(turn, understood) || turn.audience.has_left() {
            return;
        }
        let mut cloak = Cloak::new(names(turn));
        let message = cloak.hide(&fenced(&understood.text, MAX_CHARS));
        let company = turn.rules.rules.company_name.as_str();
        let request = ChatRequest {
            messages: vec![
                Message::system(fill(EXTRACT.trim(), &[("company", company)])),
                Message::user(format!(
                    "<products>\n{}\n</products>\n<customer>\n{message}\n</customer>",
                    products(turn, &understood.order)
                )),
            ],
            max_tokens: MAX_TOKENS.min(wording.max_tokens),
            temperature: 0.0,
            schema: Some(schema()),
        };
        let within = turn.deadline.saturating_duration_since(Instant::now()) / SHARE;
        let Some(said) = self.call(turn, wording, request, within).await else { return };
        let read = serde_json::from_str::<Reading>(&cloak.reveal(said.text.trim())).ok();
        let Some(reading) = read.filter(|r| said.finish == FinishReason::Stop && r.items.len() <= MAX_ITEMS)
        else {
            tracing::info!("the language model's reading of a message is none; the parser's stands");
            return;
        };
        let by_sku = |sku: &str| {
            let sku = Sku::parse(sku.trim()).ok()?;
            let id = turn.catalogue.product_index.by_sku(sku.as_str())?;
            turn.catalogue.product(id).filter(|p| p.details.active).map(|p| p.id)
        };
        clear_up(&mut understood.order, &reading, &understood.text, by_sku);
        let sure = understood.intent.confidence >= UNSURE_BELOW || understood.intent.own.is_some();
        if let Some(intent) = Intent::parse(&reading.intent).filter(|_| !sure) {
            understood.intent.intent = intent;
            understood.intent.confidence = MODEL_CONFIDENCE;
        }
    }
}

/// Whether a second reading may help: the intent is a guess, or a piece of an order is not told for certain. A short
/// reply to a question is clear by itself.
fn is_unclear(turn: &Turn<'_>, understood: &Understood) -> bool {
    if understood.answers_pending
        || understood.confirmation.is_some()
        || understood.alarm.is_some()
        || understood.small_talk.is_some()
        || !understood.edits.is_empty()
        || turn.before.awaiting.is_some()
    {
        return false;
    }
    let unclear = |item: &ItemMention| {
        item.unavailable.is_none()
            && !item.usual
            && (item.quantity.is_none() || !matches!(item.resolution, Resolution::Product(_)))
    };
    let order = &understood.order;
    let orders = understood.intent.intent == Intent::OrderPlacement && !understood.is_no_order();
    understood.intent.confidence < UNSURE_BELOW
        || (orders
            && (order.items.iter().any(unclear)
                || !order.unexplained_numbers.is_empty()
                || (order.items.is_empty() && !order.wants_usual)))
}

fn schema() -> Schema {
    let nullable = |kind: &str| json!({ "type": [kind, "null"] });
    let item = json!({
        "type": "object",
        "properties": { "words": { "type": "string" }, "quantity": nullable("number"), "sku": nullable("string") },
        "required": ["words", "quantity", "sku"],
        "additionalProperties": false,
    });
    let schema = json!({
        "type": "object",
        "properties": {
            "intent": { "type": "string", "enum": Intent::ALL.map(Intent::as_str) },
            "items": { "type": "array", "items": item },
        },
        "required": ["intent", "items"],
        "additionalProperties": false,
    });
    Schema { name: "reading".to_owned(), schema }
}

/// The products that the model may choose from: all, or those that the words may mean. A name that is more than a
/// name is not told.
fn products(turn: &Turn<'_>, order: &ParsedOrder) -> String {
    let active = || turn.catalogue.products().filter(|p| p.details.active);
    let may_be: Vec<ProductId> = order.items.iter().flat_map(|item| candidates(&item.resolution)).collect();
    let few = active().count() <= MAX_PRODUCTS;
    let lines = active()
        .filter(|product| few || may_be.contains(&product.id))
        .filter(|product| is_plain_name(&product.details.name))
        .take(MAX_PRODUCTS)
        .map(|product| {
            let details = &product.details;
            format!("{} = {}", fenced(details.sku.as_str(), 64), fenced(&details.name, 120))
        });
    lines.collect::<Vec<_>>().join("\n")
}

fn candidates(resolution: &Resolution) -> Vec<ProductId> {
    match resolution {
        Resolution::Product(id) => vec![*id],
        Resolution::Ambiguous(ids) => ids.clone(),
        Resolution::Unknown => Vec::new(),
    }
}

/// Lets the model choose where the parser could not, within what the message says.
fn clear_up(
    order: &mut ParsedOrder,
    reading: &Reading,
    text: &str,
    by_sku: impl Fn(&str) -> Option<ProductId>,
) {
    let lower = text.to_lowercase();
    let said = |item: &&Item| {
        let words = item.words.trim().to_lowercase();
        !words.is_empty() && lower.contains(&words)
    };
    let counted = |quantity: f64| {
        let whole = quantity.fract() == 0.0 && (1.0..=1e9).contains(&quantity);
        let stands = tokens(text).iter().any(|t| matches!(t.kind, Kind::Number(n) if same(n, quantity)));
        (whole && stands).then_some(Quantity::Units(quantity as u32))
    };
    let was_empty = order.items.is_empty();
    for item in reading.items.iter().filter(said) {
        let words = item.words.trim().to_lowercase();
        let product = item.sku.as_deref().and_then(&by_sku);
        let quantity = item.quantity.and_then(counted);
        if was_empty {
            // Words that no product has: what the model takes them for is offered, and not taken for granted.
            let resolution = product.map_or(Resolution::Unknown, |id| Resolution::Ambiguous(vec![id]));
            order.items.push(ItemMention {
                text: item.words.trim().to_owned(),
                quantity,
                resolution,
                assumed: true,
                usual: false,
                unavailable: None,
            });
            continue;
        }
        let about = |mention: &&mut ItemMention| {
            let text = mention.text.to_lowercase();
            text.contains(&words) || words.contains(&text)
        };
        let Some(mention) = order.items.iter_mut().find(about) else { continue };
        if mention.quantity.is_none() && quantity.is_some() {
            mention.quantity = quantity;
            mention.assumed = true;
        }
        let Some(product) = product else { continue };
        // Several products fit the words equally, or none does: the model's choice is offered, and never taken.
        let may = match &mention.resolution {
            Resolution::Ambiguous(ids) => ids.contains(&product),
            Resolution::Unknown => mention.unavailable.is_none(),
            Resolution::Product(_) => false,
        };
        if may {
            mention.resolution = Resolution::Ambiguous(vec![product]);
        }
    }
    if order.items.iter().all(|item| item.quantity.is_some()) {
        let explained = |number: &String| {
            let number = number.replace(',', "").parse::<f64>().ok();
            number.is_some_and(|n| reading.items.iter().any(|i| i.quantity.is_some_and(|q| same(q, n))))
        };
        order.unexplained_numbers.retain(|number| !explained(number));
    }
}

/// Quantities are whole or come from the same digits.
fn same(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-9
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mention(text: &str, quantity: Option<u32>, resolution: Resolution) -> ItemMention {
        ItemMention {
            text: text.to_owned(),
            quantity: quantity.map(Quantity::Units),
            resolution,
            assumed: false,
            usual: false,
            unavailable: None,
        }
    }

    fn read(order: &mut ParsedOrder, text: &str, items: &[(&str, Option<f64>, Option<&str>)]) {
        let items = items
            .iter()
            .map(|(words, quantity, sku)| Item {
                words: (*words).to_owned(),
                quantity: *quantity,
                sku: sku.map(str::to_owned),
            })
            .collect();
        let reading = Reading { intent: "order_placement".to_owned(), items };
        let by_sku = |sku: &str| sku.strip_prefix('P').and_then(|n| n.parse().ok()).map(ProductId);
        clear_up(order, &reading, text, by_sku);
    }

    fn order(items: Vec<ItemMention>) -> ParsedOrder {
        ParsedOrder { items, ..ParsedOrder::default() }
    }

    #[test]
    fn the_model_chooses_among_what_the_words_may_mean() {
        let text = "200 of the round ones";
        let both = Resolution::Ambiguous(vec![ProductId(1), ProductId(2)]);
        let mut found = order(vec![mention("round ones", Some(200), both.clone())]);
        read(&mut found, text, &[("round ones", Some(200.0), Some("P2"))]);
        assert_eq!(found.items[0].resolution, Resolution::Ambiguous(vec![ProductId(2)]), "to be asked");

        let mut found = order(vec![mention("round ones", Some(200), both.clone())]);
        read(&mut found, text, &[("round ones", Some(200.0), Some("P9"))]);
        assert_eq!(found.items[0].resolution, both, "not one of those");
        read(&mut found, text, &[("free boxes", Some(5.0), Some("P1"))]);
        assert_eq!(found.items.len(), 1, "words that the customer did not write");
    }

    #[test]
    fn quantities_stand_in_the_message() {
        let text = "need the big trays, maybe 150";
        let one = || mention("big trays", None, Resolution::Product(ProductId(1)));
        let mut found = order(vec![one()]);
        found.unexplained_numbers = vec!["150".to_owned()];
        read(&mut found, text, &[("big trays", Some(150.0), Some("P1"))]);
        assert_eq!(found.items[0].quantity, Some(Quantity::Units(150)));
        assert!(found.items[0].assumed && found.unexplained_numbers.is_empty());
        let mut found = order(vec![one()]);
        read(&mut found, text, &[("big trays", Some(900.0), Some("P1"))]);
        assert_eq!(found.items[0].quantity, None, "a number that nobody wrote");
    }

    #[test]
    fn what_no_word_finds_is_offered() {
        let mut found = order(Vec::new());
        read(&mut found, "50 things to carry soup", &[("things to carry soup", Some(50.0), Some("P3"))]);
        assert_eq!(found.items[0].resolution, Resolution::Ambiguous(vec![ProductId(3)]));
        assert_eq!(found.items[0].quantity, Some(Quantity::Units(50)));
        let mut found = order(vec![mention("soup carriers", Some(50), Resolution::Unknown)]);
        read(&mut found, "50 soup carriers", &[("soup carriers", Some(50.0), Some("P3"))]);
        assert_eq!(found.items[0].resolution, Resolution::Ambiguous(vec![ProductId(3)]));
    }
}
