//! Words of a text as the word index and the query see them.

use std::collections::HashMap;
use std::sync::LazyLock;

use rust_stemmers::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// A word and what it is compared by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// In lower case, without accents.
    pub word: String,
    /// Without its ending.
    pub stem: String,
}

static STEMMER: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::create(Algorithm::English));

/// English words by how common they are, the commonest first: the model's own vocabulary is sorted so.
static RANKS: LazyLock<HashMap<String, usize>> = LazyLock::new(|| {
    let parsed: serde_json::Value =
        serde_json::from_slice(super::embedder::TOKENIZER).unwrap_or(serde_json::Value::Null);
    let vocabulary = parsed.pointer("/model/vocab").and_then(serde_json::Value::as_object);
    let words = vocabulary.into_iter().flatten().filter_map(|(word, rank)| {
        let is_word = word.len() > 1 && word.chars().all(|c| c.is_ascii_lowercase());
        is_word.then(|| Some((word.clone(), usize::try_from(rank.as_u64()?).ok()?))).flatten()
    });
    words.collect()
});

/// Whether it is a common English word, or one with a common ending.
pub fn is_english(word: &str) -> bool {
    let known = |word: &str| RANKS.contains_key(word);
    let with_ending = |ending: &str| {
        word.strip_suffix(ending)
            .is_some_and(|base| base.len() > 2 && (known(base) || known(&format!("{base}e"))))
    };
    known(word)
        || ["s", "es", "ed", "ing", "er", "ers", "ly", "able", "ment", "d"].into_iter().any(with_ending)
}

/// Place of the first common word in the model's vocabulary; those before it are signs.
const FIRST_RANK: f32 = 1996.0;
/// Size of the model's vocabulary.
const LAST_RANK: f32 = 30_522.0;

/// How much a word tells, 0 to 1, from how rare it is in English. Names and words that are not English tell most.
pub fn specificity(word: &str) -> f32 {
    let Some(rank) = RANKS.get(word) else { return 1.0 };
    let place = (*rank as f32 - FIRST_RANK).max(1.0);
    (place.ln() / (LAST_RANK - FIRST_RANK).ln()).clamp(0.0, 1.0)
}

/// Lower case, compatibility forms unified, accents dropped.
pub fn fold(text: &str) -> String {
    text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}

/// The terms of a text, in order. Numbers stay whole (`0.45`, `14:00`, `1,000` as `1000`).
pub fn terms(text: &str) -> Vec<Term> {
    let folded = fold(&inches(text));
    let chars: Vec<char> = folded.chars().collect();
    let mut found = Vec::new();
    let mut word = String::new();
    for (i, &c) in chars.iter().enumerate() {
        let digits_around =
            i > 0 && chars[i - 1].is_ascii_digit() && chars.get(i + 1).is_some_and(char::is_ascii_digit);
        let joins = matches!(c, '\'' | '’') || (c == ',' && digits_around);
        if c.is_alphanumeric() || (matches!(c, '.' | ':') && digits_around) {
            word.push(c);
        } else if !joins && !word.is_empty() {
            found.push(term(std::mem::take(&mut word)));
        }
    }
    if !word.is_empty() {
        found.push(term(word));
    }
    found
}

/// One word, stemmed.
pub fn term(word: String) -> Term {
    let stem =
        if word.chars().all(char::is_alphabetic) { STEMMER.stem(&word).into_owned() } else { word.clone() };
    Term { word, stem }
}

/// `10"`, `10in` and `10-inch` all become `10 inch`.
pub fn inches(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let end = rest[at..].find(|c: char| !c.is_ascii_digit()).map_or(rest.len(), |n| at + n);
        out.push_str(&rest[..end]);
        rest = &rest[end..];
        if let Some(length) = inch_mark(rest) {
            out.push_str(" inch");
            rest = &rest[length..];
        }
    }
    out.push_str(rest);
    out
}

/// Length of an inch sign or word at the start of a text.
fn inch_mark(text: &str) -> Option<usize> {
    let marks = ["\"", "”", "″", "''", "-inches", " inches", "inches", "-inch", " inch", "inch", "-in", "in"];
    let lower = text.get(..text.floor_char_boundary(8)).unwrap_or("").to_ascii_lowercase();
    let mark = marks.into_iter().find(|mark| lower.starts_with(mark))?;
    let after = text[mark.len()..].chars().next();
    let is_word = mark.ends_with(char::is_alphabetic);
    (!is_word || after.is_none_or(|c| !c.is_alphanumeric())).then_some(mark.len())
}

/// Words that carry a question but not what it is about.
pub fn is_stopword(word: &str) -> bool {
    static SORTED: LazyLock<Vec<&str>> = LazyLock::new(|| {
        let mut words: Vec<&str> = STOPWORDS.split_whitespace().collect();
        words.sort_unstable();
        words
    });
    SORTED.binary_search(&word).is_ok()
}

const STOPWORDS: &str = "a about after again all already also am an and any anybody anyone anything are arent around \
    as ask at be because been before being between both but by came can cannot cant come could couldnt d did didnt do \
    does doesnt doing done dont down each either else etc ever every for from further get gets getting give gives go \
    going gonna got had happen happened happens has have havent having he hello help hey hi her here hers him his how i id if ill im in into \
    is isnt it its ive just kindly know let lets like ll m make many may maybe me mean might mine more most much must \
    my myself need needed needs no nope not now of off ok okay on once one only onto or other our ours out over own \
    per please possible pls policy really re s same say shall she should so some somebody someone something still such \
    sure t take tell than thank thanks that thats the their them then there theres these they thing things this those \
    through thru to too u under until up upon ur us use ve very via want wanted wants was wasnt we well went were what \
    whats when whenever where wheres whether which while who whom whose why will with within without wont would \
    wouldnt yes yet you your youre yours";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_and_folds() {
        let words = |text: &str| terms(text).into_iter().map(|t| t.word).collect::<Vec<_>>();
        assert_eq!(
            words("Don't pay SGD 1,000.50 at 14:00!"),
            ["dont", "pay", "sgd", "1000.50", "at", "14:00"]
        );
        assert_eq!(words("Café — boxes/trays."), ["cafe", "boxes", "trays"]);
        assert_eq!(terms("deliveries")[0].stem, terms("delivery")[0].stem);
    }

    #[test]
    fn one_form_for_inches() {
        for text in ["10\" box", "10in box", "10-inch box", "10 inches box", "10” box"] {
            assert_eq!(inches(text), "10 inch box", "{text}");
        }
        assert_eq!(inches("10 in stock, 5 inches"), "10 in stock, 5 inch");
        assert_eq!(inches("2 inner"), "2 inner");
    }

    #[test]
    fn rare_words_tell_more() {
        assert!(specificity("the") < specificity("delivery"));
        assert!(specificity("delivery") < specificity("mortgages"));
        assert!((specificity("paynow") - 1.0).abs() < f32::EPSILON);
        assert!(is_stopword("whats") && !is_stopword("refund"));
    }
}
