//! The words of a catalogue, and which of them a customer's word stands for however it is spelt.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};

use super::lexicon;
use super::text::stem;

/// Every word of names and aliases, stemmed.
#[derive(Debug, Default)]
pub struct Vocabulary {
    words: HashSet<String>,
    /// By first letter, for mending: spelling mistakes rarely touch it.
    by_letter: HashMap<char, Vec<String>>,
    /// Words that stand side by side in a name: `delivery bag`.
    pairs: HashSet<(String, String)>,
}

/// A word of the catalogue that a customer's word stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meant {
    /// The catalogue's word.
    pub word: String,
    /// Whether it was written so, or so nearly that nothing else can be meant.
    pub sure: bool,
}

impl Vocabulary {
    /// Adds the words of a name, in its order.
    pub fn add(&mut self, words: &[String]) {
        for word in words {
            if self.words.insert(word.clone())
                && let Some(first) = word.chars().next()
            {
                self.by_letter.entry(first).or_default().push(word.clone());
            }
        }
        for pair in words.windows(2) {
            self.pairs.insert((pair[0].clone(), pair[1].clone()));
        }
    }

    /// Whether it is a word of the catalogue.
    pub fn has(&self, word: &str) -> bool {
        self.words.contains(word)
    }

    /// Whether two words stand side by side in a name.
    pub fn has_pair(&self, first: &str, second: &str) -> bool {
        self.pairs.contains(&(first.to_owned(), second.to_owned()))
    }

    /// All words.
    pub fn words(&self) -> impl Iterator<Item = &String> {
        self.words.iter()
    }

    /// For reading one message.
    pub fn reader(&self) -> Reader<'_> {
        Reader { vocabulary: self, seen: RefCell::default(), compared: Cell::new(0) }
    }
}

/// Looks words up for one message: each different word once, so that the work grows with the message's words.
#[derive(Debug)]
pub struct Reader<'a> {
    vocabulary: &'a Vocabulary,
    seen: RefCell<HashMap<String, Vec<Meant>>>,
    compared: Cell<usize>,
}

impl Reader<'_> {
    /// How many comparisons of spelling were made.
    pub fn compared(&self) -> usize {
        self.compared.get()
    }

    /// Whether it is a word of the catalogue.
    pub fn knows(&self, word: &str) -> bool {
        self.vocabulary.has(word)
    }

    /// The catalogue's words that a word (stemmed) stands for: itself, mended, or two written as one.
    pub fn look_up(&self, word: &str) -> Vec<Meant> {
        if lexicon::FILLERS.contains(word) {
            return Vec::new();
        }
        if self.vocabulary.has(word) {
            return vec![Meant { word: word.to_owned(), sure: true }];
        }
        if let Some(found) = self.seen.borrow().get(word) {
            return found.clone();
        }
        if lexicon::TALK.contains(word) {
            return Vec::new();
        }
        // A colour or make that is spelt right is no slip for another word: "black" for "block".
        let right = |m: &Meant| !lexicon::describes(word) || lexicon::describes(&m.word);
        let found: Vec<Meant> = Some(self.mend(word)).filter(|f| f.iter().all(right)).unwrap_or_default();
        self.seen.borrow_mut().insert(word.to_owned(), found.clone());
        found
    }

    /// A filler counts as a word of the catalogue only beside the word that it stands beside there.
    pub fn filler_counts(&self, before: Option<&str>, word: &str, after: Option<&str>) -> bool {
        before.is_some_and(|b| self.vocabulary.has_pair(b, word))
            || after.is_some_and(|a| self.vocabulary.has_pair(word, a))
    }

    /// Two words of a message that the catalogue writes as one: `cheese cake`, `micro fibre`.
    pub fn joined(&self, first: &str, second: &str) -> Option<String> {
        if lexicon::FILLERS.contains(first) || lexicon::FILLERS.contains(second) {
            return None;
        }
        let joined = stem(&format!("{first}{second}"));
        (joined.len() >= 5 && self.vocabulary.has(&joined)).then_some(joined)
    }

    fn mend(&self, word: &str) -> Vec<Meant> {
        let one = |word: &str, sure| vec![Meant { word: word.to_owned(), sure }];
        let letters = word.chars().count();
        let Some(first) = word.chars().next().filter(|_| (4..=30).contains(&letters)) else {
            return Vec::new();
        };
        if lexicon::PACKS.contains(word) || lexicon::PIECES.contains(word) {
            return Vec::new();
        }
        let near = self.vocabulary.by_letter.get(&first).map_or(&[][..], Vec::as_slice);
        self.compared.set(self.compared.get() + near.len());
        if let Some(found) = nearest(word, letters, near) {
            return one(&found, letters >= 6);
        }
        if let Some((a, b)) = self.split(word) {
            return vec![Meant { word: a, sure: true }, Meant { word: b, sure: true }];
        }
        // "choc", "sanit": the beginning of one word only.
        let mut begin = near.iter().filter(|known| known.starts_with(word));
        match (begin.next(), begin.next()) {
            (Some(only), None) => one(only, false),
            _ => Vec::new(),
        }
    }

    /// Two words of the catalogue written as one: `pizzabox`.
    fn split(&self, word: &str) -> Option<(String, String)> {
        let cuts = (3..word.len().saturating_sub(2)).filter(|i| word.is_char_boundary(*i));
        cuts.map(|i| (stem(&word[..i]), stem(&word[i..])))
            .find(|(a, b)| self.vocabulary.has(a) && self.vocabulary.has(b))
    }
}

/// The known word at the smallest distance, when the distance is one that typing explains: one slip in four
/// letters, two in eight. Two known words equally near decide nothing.
fn nearest(word: &str, letters: usize, known: &[String]) -> Option<String> {
    let allowed = if letters >= 8 { 2 } else { 1 };
    let mut best: Option<(usize, &String)> = None;
    let mut tied = false;
    for candidate in known {
        let n = candidate.chars().count();
        if n < 3 || n.abs_diff(letters) > allowed {
            continue;
        }
        let distance = strsim::osa_distance(candidate, word);
        // Two slips are believed where the word begins right: "shouting" is no "scouring".
        let begins = candidate.chars().take(2).eq(word.chars().take(2));
        if distance > allowed || (distance == 2 && (n < 7 || !begins)) {
            continue;
        }
        match best {
            Some((least, _)) if distance > least => {}
            Some((least, _)) if distance == least => tied = true,
            _ => (best, tied) = (Some((distance, candidate)), false),
        }
    }
    best.filter(|_| !tied).map(|(_, word)| word.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(word: &str, expected: &[&str]) {
        let mut vocabulary = Vocabulary::default();
        for name in [
            "pizza box",
            "food tray",
            "microfibre cloth",
            "chocolate muffin",
            "insulated delivery bag",
            "cheesecake",
        ] {
            vocabulary.add(&name.split(' ').map(str::to_owned).collect::<Vec<_>>());
        }
        let found: Vec<String> = vocabulary.reader().look_up(word).into_iter().map(|m| m.word).collect();
        assert_eq!(found, expected, "{word}");
    }

    #[test]
    fn spelling() {
        check("pizza", &["pizza"]);
        check("piza", &["pizza"]);
        check("pizzabox", &["pizza", "box"]);
        check("microfiber", &["microfibre"]);
        check("chocolat", &["chocolate"]);
        check("choc", &["chocolate"]);
        check("delivery", &[]);
        check("balloon", &[]);
        check("mufin", &["muffin"]);
    }
}
