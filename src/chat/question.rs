//! Questions about policies and products: answered from the policies' own sentences and the catalogue's facts.

use std::collections::{BTreeMap, HashMap};

use super::phrases::{Phrases, fill};
use super::response::Answered;
use super::signals;
use super::understand::Understood;
use crate::domain::answer::{Action, Evidence};
use crate::domain::catalogue::Product;
use crate::domain::ids::ProductId;
use crate::domain::intent::Intent;
use crate::domain::policy::BusinessRules;
use crate::domain::tone::Tone;
use crate::knowledge::{Extract, Retrieval};
use crate::orders::Catalogue;
use crate::telemetry::Mode;

/// Below this probability that the policies answer a question, it is declined. Measured on the tuning part of
/// the evaluation set, where it keeps wrong declines under 5 %.
pub const DECLINE_BELOW: f32 = 0.35;
/// From here on the answer is given without a doubt; between the two, the nearest is quoted with one.
pub const SURE_FROM: f32 = 0.45;

/// At most this many products are listed in an answer.
pub const MAX_PRODUCTS: usize = 5;
/// "What products do you sell at the moment?"
const RANGE_WORDS: usize = 6;
/// Categories named when asked for all there is.
const MAX_CATEGORIES: usize = 15;
/// Products named of each.
const CATEGORY_NAMES: usize = 3;
/// Fewer than this are called "left".
const LOW_STOCK: u32 = 500;

/// What a question is answered from.
pub struct Sources<'a> {
    /// The best chunks.
    pub retrieval: &'a Retrieval,
    /// The sentences, list items and rows that hold the answer.
    pub extract: &'a Extract,
    /// Products and prices.
    pub catalogue: &'a Catalogue,
    /// What is in stock now of the products asked about; the catalogue only knows what was imported.
    pub stock: &'a HashMap<ProductId, u32>,
    /// The products spoken of last.
    pub spoken_of: &'a [ProductId],
    /// The company's rules.
    pub rules: &'a BusinessRules,
    /// The assistant's words.
    pub phrases: &'a Phrases,
}

/// The answer to a question, or an honest decline.
pub fn answer(understood: &Understood, sources: &Sources<'_>) -> Answered {
    let wants = understood.product_question(sources.catalogue, sources.spoken_of);
    let sure = sources.retrieval.answerable;
    if let Some(wants) = &wants
        // "Set up" is no cutlery set: where the policies know the answer, goods must be named by more than a word.
        && (sure < SURE_FROM || wants.named)
        && let Some(facts) = product_facts(wants, sources)
    {
        return with_policy(understood, facts, sources);
    }
    // A longer question may be about something that the policies know: "what do you offer for damaged goods".
    let brief = understood.text.split_whitespace().count() <= RANGE_WORDS;
    if wants.is_none()
        && (brief || sure < SURE_FROM)
        && signals::asks_for_range(&understood.text)
        && let Some(range) = range(sources)
    {
        return Answered {
            text: range.join("\n"),
            evidence: Vec::new(),
            quoted: Vec::new(),
            facts: range,
            ..policy_answer(understood, sources)
        };
    }
    if sure >= SURE_FROM && !sources.extract.passages.is_empty() {
        return policy_answer(understood, sources);
    }
    if sure >= DECLINE_BELOW && !sources.extract.passages.is_empty() {
        return nearest(understood, sources);
    }
    let text = if understood.intent.intent == Intent::OutOfScope {
        fill(&sources.phrases.out_of_scope, &[("company", &sources.rules.company_name)])
    } else {
        sources.phrases.decline.clone()
    };
    declined(understood, text, sources)
}

fn evidence(sources: &Sources<'_>) -> Vec<Evidence> {
    sources.extract.evidence.clone()
}

fn passages(extract: &Extract) -> String {
    quoted(extract).join("\n")
}

fn quoted(extract: &Extract) -> Vec<String> {
    extract.passages.iter().map(|p| p.text.clone()).collect()
}

fn policy_answer(understood: &Understood, sources: &Sources<'_>) -> Answered {
    Answered {
        text: passages(sources.extract),
        action: Action::Answer,
        tone: understood.tone(),
        evidence: evidence(sources),
        quoted: quoted(sources.extract),
        facts: Vec::new(),
        chunks_retrieved: sources.retrieval.hits.len(),
        intent: understood.intent.purpose(),
        mode: Mode::Offline,
        shareable: true,
    }
}

fn nearest(understood: &Understood, sources: &Sources<'_>) -> Answered {
    let heading = sources.extract.evidence.first().map_or("", |e| e.heading.as_str());
    let text =
        fill(&sources.phrases.decline_nearest, &[("heading", heading), ("text", &passages(sources.extract))]);
    Answered { text, action: Action::Clarify, tone: Tone::Honest, ..policy_answer(understood, sources) }
}

fn declined(understood: &Understood, text: String, sources: &Sources<'_>) -> Answered {
    Answered {
        text,
        action: Action::Decline,
        tone: Tone::Honest,
        evidence: Vec::new(),
        quoted: Vec::new(),
        facts: vec![sources.rules.company_name.clone()],
        chunks_retrieved: sources.retrieval.hits.len(),
        intent: understood.intent.purpose(),
        mode: Mode::Offline,
        shareable: true,
    }
}

/// What there is to buy: the categories, each with some of its products.
fn range(sources: &Sources<'_>) -> Option<Vec<String>> {
    let phrases = sources.phrases;
    let mut categories: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for product in sources.catalogue.products().filter(|product| product.details.active) {
        let category = product.details.category.trim();
        let category = if category.is_empty() { phrases.range_other.as_str() } else { category };
        categories.entry(category).or_default().push(&product.details.name);
    }
    if categories.is_empty() {
        return None;
    }
    let mut lines = vec![phrases.range_head.clone()];
    let more = categories.len().saturating_sub(MAX_CATEGORIES);
    for (category, mut names) in categories.into_iter().take(MAX_CATEGORIES) {
        names.sort_unstable();
        let left = names.len().saturating_sub(CATEGORY_NAMES);
        let mut said = names.into_iter().take(CATEGORY_NAMES).collect::<Vec<_>>().join(", ");
        if left > 0 {
            said.push_str(&fill(&phrases.range_more, &[("count", &left.to_string())]));
        }
        lines.push(fill(&phrases.range_line, &[("category", category), ("names", &said)]));
    }
    if more > 0 {
        lines.push(fill(&phrases.range_more_categories, &[("count", &more.to_string())]));
    }
    lines.push(phrases.range_end.clone());
    Some(lines)
}

/// What is asked about products, and which.
pub struct ProductQuestion<'a> {
    /// Those the words fit, best first.
    pub products: Vec<&'a Product>,
    /// Whether it is clear that goods are meant: half of a name is said, a word that several have, or they were spoken
    /// of before.
    pub named: bool,
    /// Price, or whether it is sold at all.
    pub price: bool,
    /// How many there are.
    pub stock: bool,
    /// The smallest order, or the size of a bundle.
    pub minimum: bool,
}

/// Facts out of the catalogue, when price, stock or minimum is asked of products that are known.
fn product_facts(wants: &ProductQuestion<'_>, sources: &Sources<'_>) -> Option<Vec<String>> {
    if !(wants.price || wants.stock || wants.minimum) || wants.products.is_empty() {
        return None;
    }
    let (phrases, rules) = (sources.phrases, sources.rules);
    let mut lines = Vec::new();
    let several = wants.products.len() > 1;
    for product in wants.products.iter().take(MAX_PRODUCTS) {
        let bullet = if several { "- " } else { "" };
        if wants.price || several || wants.minimum {
            lines.push(format!("{bullet}{}", price_line(product, rules, phrases)));
        }
        if wants.stock {
            lines.extend(stock_line(product, sources).map(|line| format!("{bullet}{line}")));
        }
        if wants.minimum && product.details.min_order_qty > 1 {
            let minimum = format!("{} {}", product.details.min_order_qty, plural(&product.details.unit));
            lines.push(format!("{bullet}{}", fill(&phrases.product_minimum, &[("minimum", &minimum)])));
        }
    }
    if lines.is_empty() {
        return None;
    }
    if several {
        lines.insert(0, phrases.product_several.clone());
    }
    if wants.price {
        lines.push(fill(&phrases.product_tax, &[("tax", &rules.tax_rate.percent())]));
    }
    Some(lines)
}

/// `Pizza Box 10": SGD 0.45 per piece, in bundles of 100`.
pub fn price_line(product: &Product, rules: &BusinessRules, phrases: &Phrases) -> String {
    let details = &product.details;
    let size = details.bundle_size.to_string();
    let bundle = if details.bundle_size > 1 {
        fill(&phrases.product_bundle, &[("size", &size)])
    } else {
        String::new()
    };
    fill(
        &phrases.product_line,
        &[
            ("name", &details.name),
            ("currency", &rules.currency),
            ("price", &details.unit_price.to_string()),
            ("unit", if details.unit.is_empty() { "piece" } else { &details.unit }),
            ("bundle", &bundle),
        ],
    )
}

fn stock_line(product: &Product, sources: &Sources<'_>) -> Option<String> {
    let phrases = sources.phrases;
    let (phrase, stock) = match *sources.stock.get(&product.id)? {
        0 => (&phrases.product_out_of_stock, 0),
        n if n < LOW_STOCK => (&phrases.product_low_stock, n),
        n => (&phrases.product_in_stock, n),
    };
    Some(fill(phrase, &[("name", &product.details.name), ("stock", &stock.to_string())]))
}

fn plural(unit: &str) -> String {
    match unit {
        "" => "pieces".to_owned(),
        "box" => "boxes".to_owned(),
        other => format!("{other}s"),
    }
}

/// Catalogue facts first; when there is another question that the policies answer, that follows.
fn with_policy(understood: &Understood, facts: Vec<String>, sources: &Sources<'_>) -> Answered {
    let mut text = facts.join("\n");
    let (mut cited, mut lines) = (Vec::new(), Vec::new());
    // One question about goods is answered by the catalogue; a second one may be about something else.
    let more = sources.retrieval.query.several;
    if more && sources.retrieval.answerable >= SURE_FROM && !sources.extract.passages.is_empty() {
        text.push_str("\n\n");
        text.push_str(&passages(sources.extract));
        cited = evidence(sources);
        lines = quoted(sources.extract);
    }
    Answered { text, evidence: cited, quoted: lines, facts, ..policy_answer(understood, sources) }
}
