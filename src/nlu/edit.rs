//! Changes of an order in the making: "make it 300", "no lids", "12 inch instead of 10", yes and no.

use std::collections::HashSet;

use super::lexicon::{self, Words};
use super::matcher::{ProductIndex, Resolution};
use super::text::{Kind, Size, Token, normalise, stem, tokens_with};
use crate::domain::ids::ProductId;

/// Yes, no or cancel, when that is what a message says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirmation {
    /// Go on.
    Yes,
    /// Not so.
    No,
    /// Drop it.
    Cancel,
}

/// One change.
#[derive(Debug, Clone, PartialEq)]
pub enum Edit {
    /// This many of a product, or of the only or last line when none is named.
    SetQuantity(Option<ProductId>, u32),
    /// Takes a product out.
    Remove(ProductId),
    /// All quantities times this, rounded up.
    Scale(f64),
    /// This instead of that.
    Replace(ProductId, ProductId),
}

/// Longest message that is a plain yes or no, in words.
const MAX_ANSWER: usize = 9;

fn words(normal: &str) -> Vec<&str> {
    normal.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|w| !w.is_empty()).collect()
}

/// Whether a message says yes, no or cancel and nothing else.
pub fn confirmation(text: &str) -> Option<Confirmation> {
    let normal = normalise(text);
    let words = words(&normal);
    if normal.contains('?') || words.is_empty() || words.len() > MAX_ANSWER {
        return None;
    }
    if words.iter().any(|w| w.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    if cancels(&words) {
        return Some(Confirmation::Cancel);
    }
    let only = |table: &Words, core: &Words| {
        words.iter().all(|w| table.contains(w)) && words.iter().any(|w| core.contains(w))
    };
    if only(&lexicon::YES, &lexicon::YES_CORE) {
        Some(Confirmation::Yes)
    } else if only(&lexicon::NO, &lexicon::NO_CORE) {
        Some(Confirmation::No)
    } else {
        None
    }
}

/// A phrase that drops the order, and beside it nothing that names a part of it: "cancel the lids" drops lids.
fn cancels(words: &[&str]) -> bool {
    let joined = words.join(" ");
    lexicon::CANCEL.iter().any(|cue| {
        joined.find(cue).is_some_and(|at| {
            let (before, after) = (&joined[..at], &joined[at + cue.len()..]);
            let whole = before.is_empty() || before.ends_with(' ');
            let negated = ["don't ", "dont ", "do not ", "not "].iter().any(|n| before.ends_with(n));
            let rest = before.split(' ').chain(after.split(' ')).filter(|w| !w.is_empty());
            whole
                && (after.is_empty() || after.starts_with(' '))
                && !negated
                && rest.into_iter().all(|w| lexicon::CANCEL_REST.contains(w))
        })
    })
}

/// Changes to the lines of a draft, which are products of the catalogue. What adds is no change: the order parser
/// reads it, also what it takes out ("remove the trays and add 50 lids").
pub fn changes(text: &str, lines: &[ProductId], products: &ProductIndex) -> Vec<Edit> {
    let message = Message::new(text, products);
    let adds = message.says(&lexicon::AGAIN);
    if let Some(edit) = message.replacement(lines, products) {
        return vec![edit];
    }
    let named = message.lines(lines, products);
    if let Some(by) = message.scale() {
        let scales =
            |w: &String| matches!(w.as_str(), "double" | "doubl" | "triple" | "tripl" | "half" | "halve");
        let all = (message.phrase.0.iter().all(scales) && message.phrase.1.is_empty())
            || (lines.len() == 1 && named.len() == 1);
        return if all { vec![Edit::Scale(by)] } else { Vec::new() };
    }
    let number = message.number();
    if message.says(&lexicon::REMOVES) && number.is_none() {
        let gone = if named.is_empty() { message.place(lines).into_iter().collect() } else { named };
        return gone.into_iter().map(Edit::Remove).collect();
    }
    let Some(n) = number.filter(|_| message.says(&lexicon::CHANGES) && !adds) else { return Vec::new() };
    match (message.place(lines), named.as_slice()) {
        (_, [line]) => vec![Edit::SetQuantity(Some(*line), n)],
        (Some(line), []) => vec![Edit::SetQuantity(Some(line), n)],
        (None, []) if !message.names_something() => vec![Edit::SetQuantity(None, n)],
        _ => Vec::new(),
    }
}

/// A message about a draft.
struct Message<'a> {
    normal: String,
    tokens: Vec<Token>,
    products: &'a ProductIndex,
    /// The catalogue's words and the sizes in it.
    phrase: (Vec<String>, Vec<Size>),
}

impl<'a> Message<'a> {
    fn new(text: &str, products: &'a ProductIndex) -> Self {
        Self {
            normal: normalise(text),
            tokens: tokens_with(text, &|sizes| products.has_sizes(sizes)),
            products,
            phrase: products.phrase(text),
        }
    }

    fn says(&self, table: &Words) -> bool {
        let words = words(&self.normal);
        words.iter().any(|w| table.contains(w))
            || table.iter().any(|p| p.contains(' ') && self.normal.contains(p))
    }

    fn names_something(&self) -> bool {
        !self.phrase.0.is_empty() || !self.phrase.1.is_empty()
    }

    /// "double it", "half of that".
    fn scale(&self) -> Option<f64> {
        let word = |w: &str| words(&self.normal).contains(&w);
        let has = |cue: &str| self.normal.contains(cue);
        if self.tokens.iter().any(|t| matches!(t.kind, Kind::Number(_))) || has("half a") {
            None
        } else if self.doubles() || has("twice as m") || has("twice that") || has("times two") {
            Some(2.0)
        } else if word("triple") || has("three times") {
            Some(3.0)
        } else if word("halve")
            || has("half it")
            || has("half of")
            || has("half that")
            || has("by half")
            || has("in half")
            || has("half the")
        {
            Some(0.5)
        } else {
            None
        }
    }

    /// "Double it", "double the order", or the word alone; "double wall" names a thing.
    fn doubles(&self) -> bool {
        const WHAT: [&str; 13] = [
            "it",
            "that",
            "this",
            "them",
            "the",
            "my",
            "our",
            "everything",
            "all",
            "up",
            "please",
            "pls",
            "quantities",
        ];
        let words = words(&self.normal);
        words
            .iter()
            .position(|w| *w == "double")
            .is_some_and(|at| words.get(at + 1).map_or(words.len() == 1, |next| WHAT.contains(next)))
    }

    /// The one number that is meant: after "to" when one is changed into another, before "not" when one is taken back.
    fn number(&self) -> Option<u32> {
        let whole = |t: &Token| match t.kind {
            // "the second one"
            _ if t.text == "one" => None,
            Kind::Number(n) if n.fract() == 0.0 && n >= 1.0 && n <= f64::from(u32::MAX) => Some(n as u32),
            _ => None,
        };
        let place = |i: usize| {
            i > 0 && matches!(self.tokens[i - 1].text.as_str(), "number" | "item" | "line" | "no" | "#")
        };
        let found: Vec<(usize, u32)> = self
            .tokens
            .iter()
            .enumerate()
            .filter_map(|(i, t)| whole(t).map(|n| (i, n)))
            .filter(|(i, _)| !place(*i))
            .collect();
        let after = |i: usize, words: &[&str]| i > 0 && words.contains(&self.tokens[i - 1].text.as_str());
        match found.as_slice() {
            [(i, n)] => (!after(*i, &["not", "of"])).then_some(*n),
            [(_, n), (i, _)] if after(*i, &["not", "of", "than"]) => Some(*n),
            [(i, _), (j, n)] if after(*j, &["to"]) || after(*i, &["not", "from"]) => Some(*n),
            _ => None,
        }
    }

    /// The lines that the message names: those whose product has all its words and sizes, best first.
    fn lines(&self, lines: &[ProductId], products: &ProductIndex) -> Vec<ProductId> {
        in_lines(&self.phrase.0, &self.phrase.1, lines, products)
    }

    /// "the second one", "the last".
    fn place(&self, lines: &[ProductId]) -> Option<ProductId> {
        let words = words(&self.normal);
        if words.iter().any(|w| matches!(*w, "last" | "latter")) && !self.normal.contains("last time") {
            return lines.last().copied();
        }
        let at = ORDINALS.iter().position(|names| names.iter().any(|n| words.contains(n)))?;
        lines.get(at).copied()
    }

    /// "12 inch instead of 10", "change the 10 inch to 12 inch": the words of one hold for the other, but for what
    /// differs.
    fn replacement(&self, lines: &[ProductId], products: &ProductIndex) -> Option<Edit> {
        let (old, new) = self.old_and_new()?;
        let (mut new_words, mut new_sizes) = products.phrase(new);
        let (mut old_words, mut old_sizes) = products.phrase(old);
        let bare = |text: &str, unit: &str| -> Vec<Size> {
            let numbers = tokens_with(text, &|_| false).into_iter().filter_map(|t| match t.kind {
                Kind::Number(n) => Some(Size::new(n, unit)),
                _ => None,
            });
            numbers.filter(|s| self.products.knows_size(s)).collect()
        };
        if old_sizes.is_empty() && old_words.is_empty() {
            old_sizes = bare(old, &new_sizes.first()?.unit);
        }
        if new_sizes.is_empty() && new_words.is_empty() {
            new_sizes = bare(new, &old_sizes.first()?.unit);
        }
        if new_words.is_empty() && new_sizes.is_empty() {
            return None;
        }
        if old_words.is_empty() {
            old_words.clone_from(&new_words);
        }
        let old = match in_lines(&old_words, &old_sizes, lines, products).as_slice() {
            [one] => *one,
            _ => return None,
        };
        if new_words.iter().all(|w| lexicon::ADJECTIVES.contains(w)) {
            new_words = products
                .head_words(old)
                .into_iter()
                .filter(|w| !lexicon::ADJECTIVES.contains(w))
                .chain(new_words)
                .collect();
            new_words.rotate_left(0);
            if new_sizes.is_empty() {
                new_sizes = products.sizes_of(old).to_vec();
            }
        }
        match products.resolve(&new_words, &new_sizes, &HashSet::new()).0 {
            Resolution::Product(new) if new != old => Some(Edit::Replace(old, new)),
            _ => None,
        }
    }

    fn old_and_new(&self) -> Option<(&str, &str)> {
        let normal = self.normal.as_str();
        if let Some((new, old)) = normal.split_once("instead of").or_else(|| normal.split_once("rather than"))
        {
            return Some((old, new));
        }
        let verb = ["change", "swap", "switch", "replace"]
            .iter()
            .find_map(|v| normal.find(v).map(|at| at + v.len()))?;
        let rest = &normal[verb..];
        [" to ", " for ", " with ", " into "].iter().find_map(|cue| rest.split_once(cue))
    }
}

const ORDINALS: &[&[&str]] =
    &[&["first", "1st"], &["second", "2nd"], &["third", "3rd"], &["fourth", "4th"], &["fifth", "5th"]];

fn in_lines(
    words: &[String],
    sizes: &[Size],
    lines: &[ProductId],
    products: &ProductIndex,
) -> Vec<ProductId> {
    if words.is_empty() && sizes.is_empty() {
        return Vec::new();
    }
    let (found, _) = products.find(words, sizes);
    let among: Vec<_> = found.iter().filter(|c| lines.contains(&c.product)).collect();
    let best = among.first().map_or(0.0, |c| c.score);
    among.iter().filter(|c| best - c.score < 0.1).map(|c| c.product).collect()
}

/// Which of the offered products is chosen: by number, by place, or by words that only one of them has.
pub fn choose(text: &str, offered: &[ProductId], products: &ProductIndex) -> Option<ProductId> {
    let message = Message::new(text, products);
    let short = words(&message.normal).len() <= 3;
    let (phrase, mut sizes) = (&message.phrase.0, message.phrase.1.clone());
    if (!short || (phrase.is_empty() && sizes.is_empty()))
        && let Some(id) = message.place(offered)
    {
        return Some(id);
    }
    let numbers: Vec<u32> = words(&message.normal).iter().filter_map(|w| w.parse().ok()).collect();
    if let ([n], true, true) = (numbers.as_slice(), short, phrase.is_empty() && sizes.is_empty()) {
        let place = (*n as usize).checked_sub(1).and_then(|at| offered.get(at));
        // "10" is a size when no tenth product was offered.
        match place {
            Some(id) => return Some(*id),
            None => sizes = vec![Size { value: n.to_string(), unit: String::new() }],
        }
    }
    if phrase.is_empty() && sizes.is_empty() {
        return None;
    }
    let phrase: Vec<String> = phrase.iter().map(|w| stem(w)).collect();
    let (found, _) = products.find(&phrase, &sizes);
    let mut among = found.iter().filter(|c| offered.contains(&c.product));
    match (among.next(), among.next()) {
        (Some(best), Some(next)) if best.score - next.score > 0.02 => Some(best.product),
        (Some(only), None) => Some(only.product),
        _ => None,
    }
}

#[cfg(test)]
#[path = "edit_tests.rs"]
mod tests;
