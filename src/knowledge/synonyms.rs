//! Customers' words and policies' words for the same thing.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::terms;
use super::word_index::WordIndex;

/// Groups by the stems of their words.
static GROUPS: LazyLock<HashMap<String, Vec<&str>>> = LazyLock::new(|| {
    let mut groups: HashMap<String, Vec<&str>> = HashMap::new();
    for line in include_str!("synonyms.txt").lines().filter(|line| !line.starts_with('#')) {
        for word in line.split_whitespace() {
            let known = groups.entry(terms::term(word.to_owned()).stem).or_default();
            known.extend(line.split_whitespace().filter(|other| *other != word));
        }
    }
    groups
});

/// Turns of speech and the plain word for them.
const PHRASES: [(&str, &str); 23] = [
    ("pick up", "collect"),
    ("picking up", "collecting"),
    ("drop off", "bring"),
    ("money back", "refund"),
    ("give back", "return"),
    ("send back", "return"),
    ("bring back", "return"),
    ("take back", "return"),
    ("sold out", "out of stock"),
    ("call off", "cancel"),
    ("pay later", "pay on credit"),
    ("where can i find you", "what is your address"),
    ("where are you based", "what is your address"),
    ("where are you located", "what is your address"),
    ("in advance", "before"),
    ("upfront", "before delivery"),
    ("up front", "before delivery"),
    ("first time customer", "new customer"),
    ("we are new", "new customers"),
    ("i am new", "new customers"),
    ("how come", "why"),
    ("as soon as possible", "urgent"),
    ("after hours", "outside opening hours"),
];

/// The question in the policies' words, when it has words or turns that they do not use.
pub fn in_their_words(text: &str, index: &WordIndex) -> Option<String> {
    let mut lower = text.to_lowercase();
    let mut changed = false;
    for (phrase, plain) in PHRASES {
        if let Some(at) = lower.find(phrase) {
            lower.replace_range(at..at + phrase.len(), plain);
            changed = true;
        }
    }
    let words: Vec<String> = lower
        .split(' ')
        .map(|word| {
            let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
            match their_word(bare, index) {
                Some(theirs) => {
                    changed = true;
                    word.replace(bare, theirs)
                }
                None => word.to_owned(),
            }
        })
        .collect();
    changed.then(|| words.join(" "))
}

/// The word that the policies use most, of those that mean the same as one they do not use.
fn their_word(word: &str, index: &WordIndex) -> Option<&'static str> {
    let stem = terms::term(word.to_owned()).stem;
    if word.is_empty() || index.knows(&stem) {
        return None;
    }
    let used = |other: &&str| index.knows(&terms::term((*other).to_owned()).stem);
    let rarity = |other: &&str| index.idf(&terms::term((*other).to_owned()).stem);
    let same = GROUPS.get(&stem)?.iter().copied().filter(used);
    same.min_by(|a, b| rarity(a).total_cmp(&rarity(b)))
}

/// Stems of all words that mean the same as one.
pub fn same(stem: &str) -> Vec<String> {
    let words = GROUPS.get(stem).map_or(&[][..], Vec::as_slice);
    words.iter().map(|word| terms::term((*word).to_owned()).stem).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::chunk::Texts;
    use crate::knowledge::placeholders::Placeholders;

    #[test]
    fn only_what_the_policies_do_not_say_is_replaced() {
        let mut texts = Texts::default();
        let text = "# Rules\nTell us about damaged boxes. Collect your order. Invoices and bills.";
        texts.add("a.md", text, &Placeholders::new()).unwrap();
        let index = WordIndex::new(&texts);
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(in_their_words(text, &index).as_deref(), expected, "{text}");
        };
        check("Some boxes arrived squashed!", Some("some boxes arrived damaged!"));
        check("can I pick up my order", Some("can i collect my order"));
        check("Where is my bill?", None);
        check("a class in cooking", None);
    }
}
