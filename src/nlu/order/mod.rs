//! Orders as people write them: forms, lists, sentences; everything that is not certain is said to be so.

mod atoms;
mod borrow;
mod clause;
mod clauses;
mod counts;
mod items;
mod notes;
mod packs;
mod phrases;
mod resolve;
mod scan;
mod skip;

use std::cell::Cell;
use std::collections::{HashMap, HashSet};

use self::atoms::What;
pub use self::packs::Quantity;
pub(super) use self::packs::holds_many;
use self::scan::Scan;
use super::lexicon;
pub use super::matcher::Resolution;
use super::matcher::{OutletIndex, ProductIndex};
pub use super::outlets::OutletMention;
use super::sentiment;
use super::text::{Kind, Token, normalise, tokens_with};
use crate::domain::ids::ProductId;

/// What the caller knows beforehand.
#[derive(Debug, Clone, Default)]
pub struct ParseOptions {
    /// Products that the outlet usually orders: they decide between equals.
    pub usual: HashSet<ProductId>,
}

/// A piece of an order.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemMention {
    /// The customer's words.
    pub text: String,
    /// How many; `None` when not said, or not for certain.
    pub quantity: Option<Quantity>,
    /// Which product.
    pub resolution: Resolution,
    /// The quantity was said of another item ("200 trays and lids"), or the product is the one that belongs to
    /// another item: to be read back.
    pub assumed: bool,
    /// "The usual" of it.
    pub usual: bool,
    /// A product of these words that is no longer sold; the resolution is then unknown.
    pub unavailable: Option<ProductId>,
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
    /// Instructions, days and hours, verbatim; may be empty.
    pub notes: String,
    /// "The usual", "same as last time", for the whole order.
    pub wants_usual: bool,
    /// Numbers that stand for nothing known; a caller that places at once must ask.
    pub unexplained_numbers: Vec<String>,
    /// Whether it asks something as well.
    pub has_question: bool,
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
    let mut tokens = tokens_with(text, &|sizes| products.has_sizes(sizes));
    let skus = skus(text, &tokens, products);
    let (outlet, at) = outlets.find(&tokens, Some(products));
    for i in at {
        if !skus.contains_key(&i) {
            tokens[i].kind = Kind::Mark(OUTLET);
        }
    }
    let instructions = notes::find(text, &tokens, products);
    hide(&mut tokens, &instructions);
    let reader = products.reader();
    let scan = Scan {
        tokens: &tokens,
        source: text,
        products,
        reader: &reader,
        skus: &skus,
        numbered: numbered(&tokens),
        last_number: Cell::new(0),
        counted: Cell::new(0),
    };
    let (atoms, numbers) = scan.atoms();
    let times = notes::times(&scan, &numbers);
    let clauses = clauses::cut(&atoms, products);
    let assembled = items::assemble(clauses);
    let mut resolver = resolve::Resolver { products, options, source: text, looked_at: 0 };
    let items = resolver.items(&assembled.drafts, &assembled.without);
    let unexplained =
        assembled.drafts.iter().filter(|d| !d.describes() && !d.unknown.any && d.count.is_some());
    let words = |start: usize, end: usize| text.get(start..end).unwrap_or_default().trim().to_owned();
    ParsedOrder {
        outlet,
        items,
        without: assembled
            .without
            .iter()
            .map(|q| products.resolve(&q.words, &q.sizes, &options.usual).0)
            .collect(),
        is_urgent: sentiment::is_urgent(text),
        notes: notes::text(text, &instructions, &times),
        wants_usual: wants_usual(text),
        unexplained_numbers: unexplained.map(|d| words(d.start, d.end)).collect(),
        has_question: atoms.iter().any(|a| matches!(a.what, What::Join(_, true))),
        candidates_looked_at: resolver.looked_at,
    }
}

/// Stands in place of the outlet's words: no customer writes it.
const OUTLET: char = '\u{1}';

/// Instructions are not read for quantities: their tokens end a sentence and say nothing.
fn hide(tokens: &mut [Token], ranges: &[(usize, usize)]) {
    for token in tokens.iter_mut() {
        let inside = ranges
            .iter()
            .any(|(start, end)| token.start >= *start && token.end <= *end && token.end > token.start);
        if inside {
            token.kind = Kind::Mark('\n');
        }
    }
}

/// Whether every line that begins with a number counts on from the one before: 1, 2, 3 …
fn numbered(tokens: &[Token]) -> bool {
    let starts =
        tokens.iter().enumerate().filter(|(i, _)| *i == 0 || matches!(tokens[i - 1].kind, Kind::Mark('\n')));
    let numbers: Vec<f64> = starts
        .filter_map(|(_, t)| match t.kind {
            Kind::Number(n) => Some(n),
            _ => None,
        })
        .collect();
    numbers.len() >= 2 && numbers.iter().enumerate().all(|(i, n)| (*n - (i + 1) as f64).abs() < f64::EPSILON)
}

/// SKUs in a message, by the token they begin at, with how many tokens they take: `PIZ-010-KR-01`, also without
/// its hyphens or with blanks for them.
fn skus(text: &str, tokens: &[Token], products: &ProductIndex) -> HashMap<usize, (ProductId, usize)> {
    let ends = |c: char| {
        c.is_whitespace()
            || matches!(c, ',' | ';' | ':' | '=' | '(' | ')' | '|' | '*' | '"' | '!' | '?' | '[' | ']')
    };
    let mut chunks: Vec<(usize, usize)> = Vec::new();
    let mut start = 0;
    let cuts = text.char_indices().filter(|(_, c)| ends(*c)).map(|(i, c)| (i, i + c.len_utf8()));
    for (end, next) in cuts.chain([(text.len(), text.len())]) {
        let raw = &text[start..end];
        let left = raw.len() - raw.trim_start_matches(|c: char| !c.is_alphanumeric()).len();
        let chunk = raw.trim_matches(|c: char| !c.is_alphanumeric());
        if !chunk.is_empty() {
            chunks.push((start + left, start + left + chunk.len()));
        }
        start = next;
    }
    let mut found = HashMap::new();
    let mut i = 0;
    while i < chunks.len() {
        let spelt = (1..=4).rev().filter(|n| i + n <= chunks.len()).find_map(|n| {
            let (start, end) = (chunks[i].0, chunks[i + n - 1].1);
            let spaced = n == 1
                || text[start..end].bytes().all(|b| b.is_ascii_alphanumeric() || b == b' ' || b == b'-');
            let id =
                sku(&text[start..end], products).filter(|_| spaced && (n == 1 || end - start >= 6 + n))?;
            Some((id, start, end, n))
        });
        if let Some((id, start, end, _)) = spelt {
            let inside = |t: &Token| t.start >= start && t.end <= end && t.end > t.start;
            let first = tokens.partition_point(|t| t.start < start);
            found.insert(first, (id, tokens[first..].iter().take_while(|t| inside(t)).count().max(1)));
        }
        i += spelt.map_or(1, |s| s.3);
    }
    found
}

fn sku(chunk: &str, products: &ProductIndex) -> Option<ProductId> {
    let letters = chunk.bytes().filter(u8::is_ascii_alphabetic).count();
    let digits = chunk.bytes().filter(u8::is_ascii_digit).count();
    let id = products.by_sku(chunk).filter(|_| letters + digits >= 3)?;
    let shape = (letters > 0 && digits > 0) || chunk.contains('-') || digits >= 5;
    // Letters alone are a SKU only when written as one.
    let shouted = chunk.bytes().all(|b| b.is_ascii_uppercase()) && !products.knows(&chunk.to_lowercase());
    (shape || shouted).then_some(id)
}

fn wants_usual(text: &str) -> bool {
    let lower = normalise(text);
    let alone = lower.trim().trim_matches(|c: char| !c.is_alphanumeric());
    lexicon::USUAL.iter().any(|phrase| lower.contains(phrase))
        || matches!(
            alone,
            "the usual" | "usual" | "same as last time" | "the same again" | "same again" | "the usual pls"
        )
        || alone.ends_with("the usual")
}

#[cfg(test)]
pub(in crate::nlu) mod tests;
