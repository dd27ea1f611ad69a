//! Orders as people write them: forms, lists, sentences; everything that is not certain is said to be so.

mod clauses;
mod ignored;
mod items;
mod notes;

use std::collections::HashSet;

pub use super::matcher::Resolution;
use super::matcher::{OutletIndex, ProductIndex};
pub use super::outlets::OutletMention;
use super::sentiment;
use super::text::{Kind, Token, tokens};
use crate::domain::ids::ProductId;

/// What the caller knows beforehand.
#[derive(Debug, Clone, Default)]
pub struct ParseOptions {
    /// Products that the outlet usually orders: they decide between equals.
    pub usual: HashSet<ProductId>,
}

/// How many, and of what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Quantity {
    /// Single units.
    Units(u32),
    /// Packs of the product's bundle size; with the customer's word for them.
    Packs(u32, String),
}

/// A piece of an order.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemMention {
    /// The customer's words.
    pub text: String,
    /// How many; `None` when not said.
    pub quantity: Option<Quantity>,
    /// Which product.
    pub resolution: Resolution,
    /// The quantity was said of the item before ("200 trays and lids").
    pub assumed: bool,
    /// "The usual" of it.
    pub usual: bool,
}

/// What a message says of an order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ParsedOrder {
    /// Who it is for.
    pub outlet: OutletMention,
    /// What is wanted, in the message's order.
    pub items: Vec<ItemMention>,
    /// What is expressly not wanted.
    pub without: Vec<Resolution>,
    /// Whether haste is asked for.
    pub is_urgent: bool,
    /// Instructions, verbatim; may be empty.
    pub notes: String,
    /// "The usual", "same as last time", for the whole order.
    pub wants_usual: bool,
    /// Numbers that stand for nothing known; a caller that places at once must ask.
    pub unexplained_numbers: Vec<String>,
    /// How many products were looked at.
    pub candidates_looked_at: usize,
}

/// Reads a message.
pub fn parse(
    text: &str,
    products: &ProductIndex,
    outlets: &OutletIndex,
    options: &ParseOptions,
) -> ParsedOrder {
    let (body, notes) = notes::take(text, products);
    let (body, skus) = hide_skus(&body, products);
    let mut tokens = tokens(&body);
    let (outlet, at) = outlets.find(&tokens);
    for i in at {
        tokens[i].kind = Kind::Mark('@');
    }
    let found = items::read(&tokens, products, &skus, options);
    ParsedOrder {
        outlet,
        items: found.items,
        without: found.without,
        is_urgent: sentiment::is_urgent(text),
        notes,
        wants_usual: wants_usual(text),
        unexplained_numbers: found.unexplained,
        candidates_looked_at: found.looked_at,
    }
}

/// SKUs hold digits that are no quantities: each becomes one word of letters.
fn hide_skus(text: &str, products: &ProductIndex) -> (String, Vec<(String, ProductId)>) {
    let mut found = products.skus_in(text);
    found.sort_by_key(|(_, sku)| std::cmp::Reverse(sku.len()));
    let mut body = text.to_owned();
    let mut hidden = Vec::new();
    for (n, (id, sku)) in found.into_iter().enumerate().take(200) {
        let letters: String = format!("{n:03}").bytes().map(|b| char::from(b'a' + (b - b'0'))).collect();
        let word = format!("skuzz{letters}q");
        let upper = body.to_ascii_uppercase();
        let mut out = String::with_capacity(body.len());
        let mut last = 0;
        for (at, _) in upper.match_indices(&sku) {
            out.push_str(&body[last..at]);
            out.push_str(&format!(" {word} "));
            last = at + sku.len();
        }
        if last > 0 {
            out.push_str(&body[last..]);
            body = out;
            hidden.push((word, id));
        }
    }
    (body, hidden)
}

fn wants_usual(text: &str) -> bool {
    let lower = super::text::normalise(text);
    [
        "same as last",
        "same as before",
        "same as usual",
        "same order",
        "usual order",
        "the usual please",
        "our usual",
        "my usual",
        "repeat my order",
        "repeat our order",
        "repeat order",
        "repeat the last",
        "last order again",
        "same again",
        "same thing again",
        "as per last",
        "like last time",
        "the usual for",
        "usual, please",
        "reorder the same",
        "send the usual",
        "the usual order",
        "order the usual",
        "want the usual",
        "need the usual",
        "have the usual",
        "get the usual",
    ]
    .iter()
    .any(|phrase| lower.contains(phrase))
        || matches!(
            lower.trim().trim_matches(|c: char| !c.is_alphanumeric()),
            "the usual" | "usual" | "same as last time" | "the same again"
        )
}

/// The words of a run of tokens, for showing back.
fn words_of(tokens: &[&Token]) -> String {
    tokens.iter().map(|t| t.text.as_str()).filter(|t| !t.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
