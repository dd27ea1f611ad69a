//! What two questions must have in common to have one answer, beside a meaning that is near.
//!
//! Vectors do not tell "10 inch" from "12 inch", or Saturday from Sunday. So words that turn an answer round must
//! agree literally, and each other word that only one of them has must stand for one that only the other has.

use std::collections::{BTreeSet, HashSet};
use std::sync::{Arc, LazyLock};

use rust_stemmers::{Algorithm, Stemmer};

use super::TurnError;
use crate::domain::catalogue::Product;
use crate::knowledge::EmbedPool;
use crate::knowledge::matrix::dot;
use crate::knowledge::terms::{fold, inches, is_stopword};
use crate::nlu::numbers::read_words;

/// Words that turn an answer round, as stems. Written one after another they are the same to a vector.
const TURNING: &str = "not no never without except excluding from dont doesnt cant cannot wont isnt arent \
    before after until since during within beyond only first last next previous earliest latest early late earlier \
    later min minimum max maximum least most more less fewer under over above below up down start end open close \
    opening closing monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun weekday \
    weekend holiday today tomorrow tonight yesterday january february march april june july august september \
    october november december morning afternoon evening night midnight noon daily weekly monthly yearly \
    new existing returning another same different other extra free paid \
    urgent express normal standard regular rush sample full half partial whole \
    black white brown clear red green blue gold silver pink kraft plain printed custom \
    small medium large big bigger mini jumbo hot cold warm frozen chilled microwave oven freezer dishwasher \
    cancel change amend return exchange refund replace replacement credit repair reorder \
    damaged wrong missing broken late spoilt faulty defective short expired \
    collect pickup export import buy sell rent \
    invoice receipt quote quotation deposit cash card paynow cheque transfer giro installment terms \
    inch inches cm mm oz ml litre liter kg gram";
/// What is asked: a time, a place, a price, a person, a reason. Two that ask different things differ.
const ASKED: [(&str, &str); 14] = [
    ("when", "time"),
    ("time", "time"),
    ("where", "place"),
    ("address", "place"),
    ("located", "place"),
    ("location", "place"),
    ("price", "price"),
    ("cost", "price"),
    ("charge", "price"),
    ("fee", "price"),
    ("who", "person"),
    ("whom", "person"),
    ("why", "reason"),
    ("long", "duration"),
];
/// Words that go with "how" and make it another question.
const HOW: [(&str, &str); 5] =
    [("many", "count"), ("much", "price"), ("long", "duration"), ("soon", "duration"), ("often", "rate")];

/// `replaced`, `replacement` and `replace` are one word.
fn stem(word: &str) -> String {
    static STEMMER: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::create(Algorithm::English));
    STEMMER.stem(word).into_owned()
}

fn turning() -> &'static HashSet<String> {
    static STEMS: LazyLock<HashSet<String>> =
        LazyLock::new(|| TURNING.split_whitespace().map(stem).collect());
    &STEMS
}

/// The words of a question, by what must hold of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// Must be the same in both.
    exact: BTreeSet<String>,
    /// What is asked for, where a word says it.
    asked: BTreeSet<&'static str>,
    /// May be replaced by a word of the same meaning.
    content: BTreeSet<String>,
}

impl Words {
    /// Of a question; `goods` are the words of the catalogue ([`goods`]).
    pub fn of(text: &str, goods: &HashSet<String>) -> Self {
        let pieces = pieces(&inches(&fold(text)));
        let turning = turning();
        let mut words = Self { exact: BTreeSet::new(), asked: BTreeSet::new(), content: BTreeSet::new() };
        for (at, word) in pieces.iter().enumerate() {
            let after_how = at > 0 && pieces[at - 1] == "how";
            let stem = stem(word);
            let asked = HOW
                .iter()
                .filter(|_| after_how)
                .chain(ASKED.iter())
                .find(|(said, _)| **said == *word || self::stem(said) == stem);
            if let Some((_, asked)) = asked {
                words.asked.insert(asked);
                continue;
            }
            let number = word.parse::<f64>().ok().or_else(|| read_words(&[word]).map(|(n, _)| n));
            if let Some(number) = number {
                words.exact.insert(number.to_string());
            } else if turning.contains(&stem) || goods.contains(&stem) {
                words.exact.insert(stem);
            } else if !is_stopword(word) {
                words.content.insert(stem);
            }
        }
        words
    }

    /// Whether the words that must agree do.
    pub fn agree(&self, other: &Self) -> bool {
        self.exact == other.exact && self.asked == other.asked
    }

    /// The words that only one of the two has.
    pub fn apart<'a>(&'a self, other: &'a Self) -> (Vec<&'a str>, Vec<&'a str>) {
        let only = |a: &'a Self, b: &'a Self| a.content.difference(&b.content).map(String::as_str).collect();
        (only(self, other), only(other, self))
    }
}

/// Cosine of two single words from which on one may stand for the other.
const SYNONYM_FROM: f32 = 0.5;

/// A question as far as it tells whether another asks the same.
#[derive(Debug, Clone)]
pub struct Meaning {
    vector: Arc<[f32]>,
    words: Words,
}

impl Meaning {
    /// A question with its vector.
    pub fn new(text: &str, vector: Arc<[f32]>, goods: &HashSet<String>) -> Self {
        Self { vector, words: Words::of(text, goods) }
    }

    /// Cosine of the two.
    pub fn near(&self, other: &Self) -> f32 {
        dot(&self.vector, &other.vector)
    }

    /// Whether the words that must agree do.
    pub fn agrees(&self, other: &Self) -> bool {
        self.words.agree(&other.words)
    }

    /// Whether each word that only one has stands for one that only the other has.
    pub async fn words_fit(&self, other: &Self, pool: &EmbedPool) -> Result<bool, TurnError> {
        let (ours, theirs) = self.words.apart(&other.words);
        if ours.len() != theirs.len() {
            return Ok(false);
        }
        let mut left: Vec<Arc<[f32]>> = Vec::new();
        for word in theirs {
            left.push(pool.embed_query(word).await?);
        }
        for word in ours {
            let vector = pool.embed_query(word).await?;
            let near = |candidate: &Arc<[f32]>| dot(candidate, &vector) >= SYNONYM_FROM;
            let Some(at) = left.iter().position(near) else { return Ok(false) };
            left.swap_remove(at);
        }
        Ok(true)
    }
}

/// The words of all products' names, as stems: "lid" is never answered by "cup".
pub fn goods<'a>(products: impl Iterator<Item = &'a Product>) -> HashSet<String> {
    let mut words = HashSet::new();
    for product in products {
        let details = &product.details;
        for text in [&details.name, &details.category].into_iter().chain(&details.aliases) {
            let telling = pieces(&inches(&fold(text)));
            words.extend(telling.iter().filter(|w| w.len() > 1 && !is_stopword(w)).map(|w| stem(w)));
        }
    }
    words
}

/// Words and numbers apart: `12oz` is two.
fn pieces(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut last: Option<char> = None;
    for c in text.to_lowercase().chars().filter(|c| !matches!(c, '\'' | '’')) {
        let inside = c.is_alphanumeric();
        let same = last.is_some_and(|last| last.is_numeric() == c.is_numeric() && last.is_alphanumeric());
        match out.last_mut() {
            Some(word) if inside && same => word.push(c),
            _ if inside => out.push(c.to_string()),
            _ => {}
        }
        last = Some(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_turns_an_answer_round_must_agree() {
        let goods: HashSet<String> = ["lid", "cup", "bowl"].map(str::to_owned).into();
        let check = |a: &str, b: &str, expected: bool| {
            assert_eq!(Words::of(a, &goods).agree(&Words::of(b, &goods)), expected, "{a} | {b}");
        };
        check("Do you deliver on Saturdays?", "On Saturday, do you deliver?", true);
        check("Do you deliver on Saturdays?", "Do you deliver on Sundays?", false);
        check("price of the 10 inch", "price of the 12\" one", false);
        check("price of the 12oz cups", "what does a 12 oz cup cost", true);
        check("may I return opened packs", "may I not return opened packs", false);
        check("are the lids microwave safe", "are the bowls microwave safe", false);
        check("when do you deliver", "where do you deliver", false);
        check("do you ship to Malaysia", "do you ship from Malaysia", false);
        check("how long do I have", "how much do I have", false);
        check("two days' notice?", "2 days notice", true);
    }

    #[test]
    fn other_words_are_told_apart() {
        let none = HashSet::new();
        let (a, b) = (Words::of("report crushed goods", &none), Words::of("report crushed items", &none));
        assert_eq!(a.apart(&b), (vec!["good"], vec!["item"]));
    }
}
