//! Changes of an order in the making: "make it 300", "no lids", "add 50 lids", yes and no.

use super::matcher::{ProductIndex, Resolution};
use super::text::{Kind, Size, normalise, stem, tokens};
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

const YES: &[&str] = &[
    "yes",
    "yep",
    "yeah",
    "yup",
    "ya",
    "yea",
    "ok",
    "okay",
    "k",
    "sure",
    "correct",
    "confirm",
    "confirmed",
    "proceed",
    "go",
    "ahead",
    "please",
    "pls",
    "place",
    "it",
    "the",
    "order",
    "right",
    "thats",
    "that's",
    "fine",
    "good",
    "great",
    "looks",
    "all",
    "do",
    "submit",
    "approved",
    "agreed",
    "perfect",
    "this",
    "that",
    "is",
    "thanks",
    "thank",
    "you",
    "can",
    "sounds",
    "send",
    "yess",
    "y",
    "lah",
    "with",
    "my",
    "i",
    "absolutely",
    "definitely",
    "for",
    "me",
    "now",
];
const YES_CORE: &[&str] = &[
    "yes",
    "yep",
    "yeah",
    "yup",
    "ya",
    "yea",
    "ok",
    "okay",
    "sure",
    "correct",
    "confirm",
    "confirmed",
    "proceed",
    "ahead",
    "place",
    "submit",
    "approved",
    "agreed",
    "perfect",
    "right",
    "y",
    "yess",
    "fine",
    "good",
    "great",
    "absolutely",
    "definitely",
    "k",
];
const NO: &[&str] = &[
    "no", "nope", "nah", "not", "yet", "thanks", "thank", "you", "wrong", "that's", "thats", "its", "it's",
    "n",
];
const NO_CORE: &[&str] = &["no", "nope", "nah", "not", "wrong", "n"];
const CANCEL: &[&str] = &[
    "cancel",
    "never mind",
    "nevermind",
    "forget it",
    "forget about it",
    "drop it",
    "drop the order",
    "scrap that",
    "scrap it",
    "don't want it",
    "dont want it",
    "don't want to order",
    "call it off",
    "stop the order",
    "discard",
    "abort",
    "don't place",
    "do not place",
    "start over",
];

/// Whether a message says yes, no or cancel and nothing else.
pub fn confirmation(text: &str) -> Option<Confirmation> {
    let normal = normalise(text);
    if normal.contains('?') {
        return None;
    }
    let words: Vec<&str> =
        normal.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|w| !w.is_empty()).collect();
    if words.is_empty() || words.len() > 9 || words.iter().any(|w| w.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    if CANCEL.iter().any(|cue| normal.contains(cue)) {
        return Some(Confirmation::Cancel);
    }
    let only = |table: &[&str], core: &[&str]| {
        words.iter().all(|w| table.contains(w)) && words.iter().any(|w| core.contains(w))
    };
    if only(YES, YES_CORE) {
        Some(Confirmation::Yes)
    } else if only(NO, NO_CORE) {
        Some(Confirmation::No)
    } else {
        None
    }
}

/// Changes to the lines of a draft, which are products of the catalogue. What only adds is no change: the order
/// parser reads it.
pub fn changes(text: &str, lines: &[ProductId], products: &ProductIndex) -> Vec<Edit> {
    let normal = normalise(text);
    let words: Vec<&str> =
        normal.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|w| !w.is_empty()).collect();
    let says = |table: &[&str]| words.iter().any(|w| table.contains(w));
    if let Some(scale) = scale(&normal) {
        return vec![Edit::Scale(scale)];
    }
    let mut edits = Vec::new();
    if says(&["instead"])
        && normal.contains("instead of")
        && let Some(edit) = replace(&normal, lines, products)
    {
        return vec![edit];
    }
    let removes = says(&["no", "remove", "without", "drop", "delete", "minus", "skip"])
        || [
            "take out",
            "take off",
            "leave out",
            "leave off",
            "don't need",
            "dont need",
            "don't want",
            "take away",
        ]
        .iter()
        .any(|cue| normal.contains(cue));
    let numbers: Vec<u32> = counts(text);
    if removes && numbers.is_empty() {
        let (phrase, sizes) = products.phrase(text);
        edits.extend(in_lines(&phrase, &sizes, lines, products).into_iter().map(Edit::Remove));
        return edits;
    }
    let sets = says(&[
        "make", "change", "instead", "only", "just", "set", "update", "reduce", "increase", "sorry",
        "actually", "rather",
    ]);
    let adds = says(&["add", "another", "more", "extra", "also", "plus"]);
    if let ([n], true, false) = (numbers.as_slice(), sets, adds) {
        let (phrase, sizes) = products.phrase(text);
        if phrase.is_empty() && sizes.is_empty() {
            edits.push(Edit::SetQuantity(None, *n));
        } else if let [line] = in_lines(&phrase, &sizes, lines, products).as_slice() {
            edits.push(Edit::SetQuantity(Some(*line), *n));
        }
    }
    edits
}

fn scale(normal: &str) -> Option<f64> {
    let has = |cue: &str| normal.contains(cue);
    if has("double it")
        || has("double the")
        || has("double that")
        || has("twice as m")
        || has("double everything")
    {
        Some(2.0)
    } else if has("triple it") || has("triple the") {
        Some(3.0)
    } else if has("half it") || has("halve it") || has("half of that") || has("half that") {
        Some(0.5)
    } else {
        None
    }
}

/// Whole numbers that are no sizes.
fn counts(text: &str) -> Vec<u32> {
    tokens(text)
        .into_iter()
        .filter_map(|t| match t.kind {
            Kind::Number(n) if n.fract() == 0.0 && n >= 1.0 && n < 1e9 => Some(n as u32),
            _ => None,
        })
        .collect()
}

/// The lines that a phrase names: those whose product has all its words and sizes.
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
    among.iter().filter(|c| best - c.score < 0.12).map(|c| c.product).collect()
}

/// "12 inch instead of 10": the words of what is replaced are those of what replaces it, but for the size.
fn replace(normal: &str, lines: &[ProductId], products: &ProductIndex) -> Option<Edit> {
    let (new, old) = normal.split_once("instead of")?;
    let (mut new_words, new_sizes) = products.phrase(new);
    let (mut old_words, mut old_sizes) = products.phrase(old);
    if old_sizes.is_empty() && old_words.is_empty() {
        let unit = new_sizes.first()?.unit;
        old_sizes = counts(old).iter().map(|n| Size { value: n.to_string(), unit }).collect();
    }
    if old_words.is_empty() {
        old_words.clone_from(&new_words);
    }
    let old = *in_lines(&old_words, &old_sizes, lines, products).first()?;
    if new_words.is_empty() {
        new_words = products.head_words(old);
    }
    match products.resolve(&new_words, &new_sizes, &std::collections::HashSet::new()).0 {
        Resolution::Product(new) if new != old => Some(Edit::Replace(old, new)),
        _ => None,
    }
}

/// Which of the offered products is chosen: by number, by place, or by words that only one of them has.
pub fn choose(text: &str, offered: &[ProductId], products: &ProductIndex) -> Option<ProductId> {
    let normal = normalise(text);
    let words: Vec<String> =
        normal.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(stem).collect();
    let place = match words
        .iter()
        .find_map(|w| ["first", "second", "third", "fourth", "fifth"].iter().position(|p| p == w))
    {
        Some(place) => Some(place),
        None if words.len() <= 3 => words
            .iter()
            .find_map(|w| w.parse::<usize>().ok())
            .filter(|n| (1..=offered.len()).contains(n))
            .map(|n| n - 1)
            .filter(|_| {
                !normal.contains('"') && !words.iter().any(|w| super::lexicon::size_unit(w).is_some())
            }),
        None => None,
    };
    if let Some(id) = place.and_then(|p| offered.get(p)) {
        return Some(*id);
    }
    let (phrase, mut sizes) = products.phrase(text);
    if sizes.is_empty() {
        sizes = counts(text).iter().take(1).map(|n| Size { value: n.to_string(), unit: "" }).collect();
    }
    let (found, _) = products.find(&phrase, &sizes);
    let mut among = found.iter().filter(|c| offered.contains(&c.product));
    match (among.next(), among.next()) {
        (Some(best), Some(next)) if best.score - next.score > 0.02 => Some(best.product),
        (Some(only), None) => Some(only.product),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yes_no_and_cancel() {
        for (text, expected) in [
            ("Yes", Some(Confirmation::Yes)),
            ("ok place it", Some(Confirmation::Yes)),
            ("yep go ahead", Some(Confirmation::Yes)),
            ("yes please", Some(Confirmation::Yes)),
            ("yes but make it 300", None),
            ("no", Some(Confirmation::No)),
            ("no lids", None),
            ("never mind", Some(Confirmation::Cancel)),
            ("actually cancel that", Some(Confirmation::Cancel)),
            ("ok thanks but how long is delivery?", None),
            ("the 12 inch", None),
        ] {
            assert_eq!(confirmation(text), expected, "{text}");
        }
    }
}
