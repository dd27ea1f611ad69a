//! The words of a message as features beside its sentence vector.
//!
//! The vector knows meaning but blurs what decides between two intents: "is", "this", "how long", a
//! number, a question mark. On our development set the words are worth five points (86 to 91 %).

use std::collections::{BTreeMap, HashMap, HashSet};

use rust_stemmers::{Algorithm, Stemmer};

/// A term has to occur in this many examples: what occurs once teaches only that one line.
const MIN_EXAMPLES: usize = 2;

/// The features of one text: column and value, columns ascending.
pub type SparseRow = Vec<(usize, f32)>;

/// The terms of a set of examples with their weights.
#[derive(Debug, Clone, PartialEq)]
pub struct Vocabulary {
    terms: Vec<String>,
    weights: Vec<f32>,
    index: HashMap<String, usize>,
    /// Whether pairs of words are terms too.
    pairs: bool,
}

impl Vocabulary {
    /// Collects the terms of the texts, with `pairs` of words that follow one another; rare ones weigh more
    /// (smoothed inverse document frequency).
    pub fn learn<'a>(texts: impl Iterator<Item = &'a str>, pairs: bool) -> Self {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        let mut total = 0_usize;
        for text in texts {
            total += 1;
            let distinct: HashSet<String> = features_of(text, pairs).into_iter().collect();
            for term in distinct {
                *counts.entry(term).or_default() += 1;
            }
        }
        let kept = counts.into_iter().filter(|&(_, n)| n >= MIN_EXAMPLES);
        let (terms, weights) =
            kept.map(|(term, n)| (term, ((1 + total) as f32 / (1 + n) as f32).ln() + 1.0)).unzip();
        Self::from_parts(terms, weights)
    }

    /// Puts a stored vocabulary together; both lists are equally long.
    pub(super) fn from_parts(terms: Vec<String>, weights: Vec<f32>) -> Self {
        let index = terms.iter().cloned().enumerate().map(|(i, t)| (t, i)).collect();
        // A single word holds no blank.
        let pairs = terms.iter().any(|t| t.contains(' '));
        Self { terms, weights, index, pairs }
    }

    /// How many terms there are.
    pub fn len(&self) -> usize {
        self.terms.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// The terms with their weights, in column order.
    pub fn entries(&self) -> impl Iterator<Item = (&str, f32)> {
        self.terms.iter().map(String::as_str).zip(self.weights.iter().copied())
    }

    /// The features of a text: unit length times `scale`, or none when no term is known.
    pub fn features(&self, text: &str, scale: f32) -> SparseRow {
        let mut counts: BTreeMap<usize, f32> = BTreeMap::new();
        for column in features_of(text, self.pairs).iter().filter_map(|t| self.index.get(t)) {
            *counts.entry(*column).or_default() += 1.0;
        }
        let mut row: SparseRow =
            counts.into_iter().map(|(c, n)| (c, (1.0 + n.ln()) * self.weights[c])).collect();
        let length = row.iter().map(|(_, v)| v * v).sum::<f32>().sqrt();
        if length > 0.0 {
            for (_, v) in &mut row {
                *v *= scale / length;
            }
        }
        row
    }
}

fn features_of(text: &str, pairs: bool) -> Vec<String> {
    let mut features = terms(text);
    if pairs {
        let words = words(text);
        features.extend(words.windows(2).map(|pair| pair.join(" ")));
    }
    features
}

/// The terms of a text: stemmed words, the first one once more as the opening, and the length class.
pub fn terms(text: &str) -> Vec<String> {
    let mut terms = words(text);
    let length = match terms.len() {
        0 | 1 => "<len1>",
        2 => "<len2>",
        3..=4 => "<len4>",
        5..=8 => "<len8>",
        9..=16 => "<len16>",
        _ => "<long>",
    };
    if let Some(first) = terms.first() {
        terms.push(format!("^{first}"));
    }
    terms.push(length.to_owned());
    terms
}

/// Stemmed lower-case words; numbers by kind, since a model must not learn a certain order number.
fn words(text: &str) -> Vec<String> {
    let stemmer = Stemmer::create(Algorithm::English);
    let text = text.to_lowercase().replace('\u{2019}', "'");
    let mut words = Vec::new();
    for piece in pieces(&text) {
        words.push(if let Some(kind) = number_kind(piece) {
            kind.to_owned()
        } else {
            let plain = piece.strip_suffix("'s").unwrap_or(piece).replace('\'', "");
            stemmer.stem(&plain).into_owned()
        });
    }
    words
}

/// Cuts a text into words (with an apostrophe inside), and single `?`, `!` (runs count once) and `#`.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = if first.is_alphanumeric() {
            word_length(rest)
        } else if first == '!' {
            rest.len() - rest.trim_start_matches('!').len()
        } else {
            first.len_utf8()
        };
        let (piece, tail) = rest.split_at(length);
        if first.is_alphanumeric() || first == '?' || first == '#' {
            pieces.push(piece);
        } else if first == '!' {
            pieces.push("!");
        }
        rest = tail;
    }
    pieces
}

/// Bytes of the word at the start: letters and digits, and one apostrophe with more of them.
fn word_length(text: &str) -> usize {
    let run = |s: &str| s.find(|c: char| !c.is_alphanumeric()).unwrap_or(s.len());
    let stem = run(text);
    match text[stem..].strip_prefix('\'') {
        Some(tail) if run(tail) > 0 => stem + 1 + run(tail),
        _ => stem,
    }
}

/// What sort of number a word is: five digits and more look like an order number, three and more
/// among letters like a product code, fewer like a quantity with its unit ("12oz").
fn number_kind(word: &str) -> Option<&'static str> {
    let digits = word.chars().filter(char::is_ascii_digit).count();
    if digits == 0 {
        return None;
    }
    let only_digits = digits == word.chars().count();
    Some(match (only_digits, digits) {
        (true, 5..) => "<id>",
        (true, 4) => "<num4>",
        (true, _) => "<num>",
        (false, 3..) => "<code>",
        (false, _) => "<qty>",
    })
}

#[cfg(test)]
mod tests {
    use super::{Vocabulary, terms};

    #[test]
    fn terms_are_stems_number_kinds_and_marks() {
        let check = |text: &str, expected: &[&str]| assert_eq!(terms(text), expected, "{text}");
        check("", &["<len1>"]);
        check("Boxes?", &["box", "?", "^box", "<len2>"]);
        check(
            "Where's order #4471 now!!",
            &["where", "order", "#", "<num4>", "now", "!", "^where", "<len8>"],
        );
        check("don\u{2019}t", &["dont", "^dont", "<len1>"]);
        check("12oz 370795 mod13ac762", &["<qty>", "<id>", "<code>", "^<qty>", "<len4>"]);
        check("'' ' 👍", &["<len1>"]);
    }

    #[test]
    fn only_terms_of_several_texts_are_kept_and_rare_ones_weigh_more() {
        let vocabulary = Vocabulary::learn(["box lid", "box lid", "box cup"].into_iter(), false);
        let weight = |term: &str| vocabulary.entries().find(|(t, _)| *t == term).map(|(_, w)| w);
        assert!(weight("lid") > weight("box"));
        assert_eq!(weight("cup"), None);
    }

    #[test]
    fn pairs_are_terms_when_asked_for() {
        let texts = ["lost my card", "my card is lost"];
        let has = |pairs: bool| {
            let vocabulary = Vocabulary::learn(texts.into_iter(), pairs);
            (vocabulary.entries().any(|(t, _)| t == "my card"), vocabulary.features("my card", 1.0).len())
        };
        assert_eq!((has(false), has(true)), ((false, 2), (true, 3)));
    }

    #[test]
    fn features_have_the_length_asked_for() {
        let vocabulary = Vocabulary::learn(["box lid", "box lid"].into_iter(), false);
        let row = vocabulary.features("box box lid unheard-of", 0.8);
        let length = row.iter().map(|(_, v)| v * v).sum::<f32>().sqrt();
        assert!((length - 0.8).abs() < 1e-6, "{length}");
        assert!(vocabulary.features("", 0.8).len() <= 1);
    }
}
