//! A text cut into sentences and clauses, each read for what it states and whether it denies it.

use std::ops::Range;

use super::item::{self, Item};
use super::token::{Token, tokens};
use super::value::{Stated, values};
use crate::knowledge::sentences;
use crate::nlu::text::{normalise, stem};

/// A sentence, a line of a list, or a row.
#[derive(Debug, Clone)]
pub(super) struct Sentence {
    /// As written.
    pub raw: String,
    /// For telling whether two are the same: lower case, single blanks, no bullet and no stop.
    pub plain: String,
    /// Words, numbers and marks.
    pub tokens: Vec<Token>,
    /// The values it states.
    pub stated: Vec<Stated>,
    /// The addresses and codes in it.
    pub items: Vec<Item>,
    /// Its clauses, in order.
    pub clauses: Vec<Clause>,
    /// Places of "without charge", "no extra cost", "free of charge": nothing is denied there but a price.
    pub free_of_charge: Vec<Range<usize>>,
    /// All of it as one clause.
    whole: Clause,
}

/// What a negation reaches.
#[derive(Debug, Clone, Default)]
pub(super) struct Clause {
    /// Its place among the tokens.
    pub range: Range<usize>,
    /// Whether it denies.
    pub denies: bool,
    /// The words that carry its meaning, by their roots.
    pub content: Vec<String>,
}

/// The sentences of a text, as written.
pub(super) fn pieces(text: &str) -> impl Iterator<Item = &str> {
    text.lines().flat_map(sentences::split).filter(|s| s.chars().any(char::is_alphanumeric))
}

/// The sentences of a text.
pub(super) fn read(text: &str) -> Vec<Sentence> {
    pieces(text)
        .map(|raw| {
            let (left, items) = item::take(raw);
            let tokens = tokens(&left);
            let stated = values(&tokens);
            let mut sentence = Sentence {
                raw: raw.to_owned(),
                plain: plain(raw),
                tokens,
                stated,
                items,
                clauses: Vec::new(),
                free_of_charge: Vec::new(),
                whole: Clause::default(),
            };
            sentence.free_of_charge = sentence.find_free_of_charge();
            sentence.clauses =
                sentence.find_clauses().into_iter().map(|range| sentence.clause(range)).collect();
            sentence.whole = sentence.clause(0..sentence.tokens.len());
            sentence
        })
        .collect()
}

/// A text without what makes no difference to its words.
pub(super) fn plain(text: &str) -> String {
    let one_line = normalise(text).split_whitespace().collect::<Vec<_>>().join(" ");
    let mut rest = one_line.as_str();
    // A bullet has a blank behind it; "-20 °C" begins with a sign.
    while let Some(behind) = ["- ", "* ", "\""].iter().find_map(|bullet| rest.strip_prefix(bullet)) {
        rest = behind;
    }
    rest.trim_end_matches(['.', '!', '"', ' ']).to_owned()
}

/// Beginnings of a clause of its own: a comma before one of them ends what a negation reaches.
const STARTS: &[&str] = &[
    "we", "you", "i", "it", "they", "he", "she", "there", "this", "that", "the", "your", "our", "if", "when",
    "please", "so", "then", "but", "once", "we'll", "you'll", "i'll", "it's", "i've", "we've", "after",
    "before", "instead", "all",
];
/// Beginnings of a clause that the next comma ends.
const SUBORDINATES: &[&str] = &["if", "when", "once", "unless", "after", "before", "until"];
/// Words that begin a clause without a mark before them.
const BREAKS: &[&str] = &["but", "however", "while", "whereas", "although", "though", "yet", "because", "so"];

impl Sentence {
    fn clause(&self, range: Range<usize>) -> Clause {
        Clause { denies: self.denies(&range), content: self.content(&range), range }
    }

    /// Places of the clauses among the tokens.
    fn find_clauses(&self) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        let mut from = 0;
        for at in 0..self.tokens.len() {
            let next = self.tokens.get(at + 1).map_or("", |t| t.text.as_str());
            let ends = match self.tokens[at].text.as_str() {
                ";" | ":" | "|" | "!" | "?" | "." | "*" => true,
                "-" => !self.tokens[at].glued && self.tokens.get(at + 1).is_some_and(|t| !t.glued),
                // "If nobody is there, …": what follows is the main clause.
                "," => {
                    next == "not"
                        || STARTS.contains(&next)
                        || at == from + 1
                        || SUBORDINATES.contains(&self.tokens[from].text.as_str())
                }
                // "is used for orders and is never sold": the denial is of what follows.
                "and" | "or" => {
                    let ahead = &self.tokens[at + 1..(at + 3).min(self.tokens.len())];
                    matches!(next, "we" | "you" | "they" | "it" | "i" | "also")
                        || ahead.iter().any(|t| is_negation(&t.text))
                }
                word => BREAKS.contains(&word) && at > from,
            };
            if ends {
                found.push(from..at);
                from = at + 1;
            }
        }
        found.push(from..self.tokens.len());
        found.retain(|clause| !clause.is_empty());
        found
    }

    /// The clause around a token.
    pub(super) fn clause_at(&self, at: usize) -> &Clause {
        self.clauses.iter().find(|c| c.range.contains(&at)).unwrap_or(&self.whole)
    }

    /// Whether a stretch of it denies.
    fn denies(&self, clause: &Range<usize>) -> bool {
        let free = &self.free_of_charge;
        clause.clone().any(|at| {
            // "nut-free" says that there are no nuts.
            let is_without = self.tokens[at].is("free") && at > 1 && self.tokens[at - 1].is("-");
            (is_negation(&self.tokens[at].text) || is_without)
                && !free.iter().any(|f| f.contains(&at))
                && !self.is_idiom(at)
        })
    }

    /// Whether what stands at a place is denied right before it: "is not free", but not "could not be handed over are
    /// stored for 48 hours free".
    pub(super) fn denies_closely(&self, at: usize) -> bool {
        let clause = &self.clause_at(at).range;
        self.denies(&(clause.start.max(at.saturating_sub(3))..at))
    }

    /// "no later than", "no problem", "not only", "don't worry": these deny nothing.
    fn is_idiom(&self, at: usize) -> bool {
        let next = self.tokens.get(at + 1).map_or("", |t| t.text.as_str());
        match self.tokens[at].text.as_str() {
            "no" => {
                matches!(
                    next,
                    "problem"
                        | "worries"
                        | "doubt"
                        | "later"
                        | "more"
                        | "older"
                        | "less"
                        | "fewer"
                        | "matter"
                ) || matches!(next, "," | "." | "-" | "!")
            }
            "not" => matches!(next, "only" | "later" | "more" | "less"),
            "don't" => matches!(next, "worry" | "hesitate"),
            _ => false,
        }
    }

    fn find_free_of_charge(&self) -> Vec<Range<usize>> {
        let is_cost =
            |t: &Token| matches!(t.text.as_str(), "charge" | "charges" | "cost" | "costs" | "fee" | "fees");
        let mut found = Vec::new();
        for at in 0..self.tokens.len() {
            if matches!(self.tokens[at].text.as_str(), "without" | "no" | "free" | "zero") {
                let near = self.tokens[at + 1..].iter().take(5).position(is_cost);
                let stops = |t: &Token| {
                    matches!(t.text.as_str(), "," | ";" | "." | "refund" | "discount" | "is" | "are")
                };
                if let Some(near) = near.filter(|n| !self.tokens[at + 1..at + 1 + n].iter().any(stops)) {
                    found.push(at..at + near + 2);
                }
            }
        }
        found
    }

    /// Whether something is said under a condition, a limit or a comparison, by which yes and no can both be true.
    pub(super) fn is_conditional(&self) -> bool {
        self.tokens.iter().any(|t| CONDITIONS.contains(&t.text.as_str()))
    }

    /// The words of a clause that carry its meaning, stemmed.
    fn content(&self, clause: &Range<usize>) -> Vec<String> {
        let mut found: Vec<String> = self.tokens[clause.clone()]
            .iter()
            .filter(|t| {
                t.is_word() && t.text.len() > 2 && !EMPTY.contains(&t.text.as_str()) && !is_negation(&t.text)
            })
            .map(|t| root(&t.text))
            .collect();
        found.sort();
        found.dedup();
        found
    }
}

/// Words under which a statement and its denial can both be true.
const CONDITIONS: &[&str] = &[
    "if",
    "unless",
    "until",
    "till",
    "once",
    "before",
    "after",
    "when",
    "whenever",
    "only",
    "except",
    "than",
    "less",
    "more",
    "outside",
    "other",
    "instead",
    "above",
    "below",
    "over",
    "under",
    "earlier",
    "excluded",
    "excluding",
    "rather",
    "while",
    "whose",
    "who",
    "which",
    "without",
];

/// Words that carry no meaning of their own.
const EMPTY: &[&str] = &[
    "the",
    "and",
    "for",
    "you",
    "your",
    "our",
    "ours",
    "are",
    "was",
    "were",
    "has",
    "have",
    "had",
    "can",
    "will",
    "may",
    "with",
    "that",
    "this",
    "these",
    "those",
    "from",
    "any",
    "all",
    "out",
    "its",
    "they",
    "them",
    "their",
    "there",
    "yes",
    "please",
    "also",
    "would",
    "should",
    "could",
    "must",
    "does",
    "did",
    "been",
    "being",
    "into",
    "such",
    "some",
    "very",
    "just",
    "then",
    "here",
    "which",
    "who",
    "what",
    "how",
    "but",
    "per",
    "each",
    "get",
    "gets",
    "able",
    "sure",
    "always",
    "certainly",
    "course",
    "happy",
    "gladly",
    "it's",
    "we'll",
    "you'll",
    "we're",
    "you're",
    "as",
];

/// A word without the endings that follow from its place in a sentence.
fn root(word: &str) -> String {
    let word = stem(word);
    for ending in ["ing", "ed", "al", "y", "e"] {
        if let Some(root) = word.strip_suffix(ending).filter(|r| r.len() > 3) {
            return root.to_owned();
        }
    }
    word
}

/// Whether a word turns a statement around.
pub(super) fn is_negation(word: &str) -> bool {
    word.ends_with("n't")
        || matches!(
            word,
            "not"
                | "no"
                | "never"
                | "none"
                | "nothing"
                | "neither"
                | "nor"
                | "cannot"
                | "without"
                | "unable"
                | "nobody"
                | "non"
                | "refuse"
                | "refused"
                | "decline"
                | "declined"
                | "cant"
                | "wont"
                | "dont"
                | "avoid"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[bool]) {
        let sentence = &read(text)[0];
        let found: Vec<bool> = sentence.clauses.iter().map(|c| c.denies).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn denials_reach_as_far_as_their_clause() {
        check("We do not offer refunds, discounts or vouchers", &[true]);
        check("No, you will get a refund", &[false, false]);
        check("Don't worry, you will get a refund", &[false, false]);
        check("We do not take it back, but you get a discount", &[true, false]);
        check("It is replaced without any extra charge", &[false]);
        check("Report no later than Monday", &[false]);
    }
}
