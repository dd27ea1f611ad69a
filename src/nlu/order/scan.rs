//! A message while it is read: what stands at a place, and what around it.

use std::cell::Cell;
use std::collections::HashMap;

use crate::domain::ids::ProductId;
use crate::nlu::lexicon;
use crate::nlu::matcher::ProductIndex;
use crate::nlu::text::{Kind, Token, stem};
use crate::nlu::vocabulary::Reader;

/// The message while it is read.
pub struct Scan<'a> {
    /// Its tokens.
    pub tokens: &'a [Token],
    /// The message.
    pub source: &'a str,
    /// The catalogue.
    pub products: &'a ProductIndex,
    /// Spelling.
    pub reader: &'a Reader<'a>,
    /// Tokens that are SKUs, with how many tokens each takes.
    pub skus: &'a HashMap<usize, (ProductId, usize)>,
    /// Whether the lines are numbered 1, 2, 3 …
    pub numbered: bool,
    /// The last number of a running list.
    pub last_number: Cell<usize>,
    /// Counts so far.
    pub counted: Cell<usize>,
}

impl Scan<'_> {
    /// The word at a place; empty for anything else.
    pub fn word(&self, i: usize) -> &str {
        match self.tokens.get(i).map(|t| &t.kind) {
            Some(Kind::Word(_)) => &self.tokens[i].text,
            _ => "",
        }
    }

    /// The mark at a place; a blank for anything else.
    pub fn mark(&self, i: usize) -> char {
        match self.tokens.get(i).map(|t| &t.kind) {
            Some(Kind::Mark(c)) => *c,
            _ => ' ',
        }
    }

    /// Whether this mark stands there.
    pub fn mark_is(&self, i: usize, c: char) -> bool {
        self.mark(i) == c
    }

    pub(super) fn number(&self, i: usize) -> Option<f64> {
        match self.tokens.get(i).map(|t| &t.kind) {
            Some(Kind::Number(n)) => Some(*n),
            _ => None,
        }
    }

    /// Whether no blank stands before a token.
    pub fn touches(&self, i: usize) -> bool {
        i > 0 && self.tokens.get(i).is_some_and(|t| t.start == self.tokens[i - 1].end)
    }

    /// Whether a blank or the end stands after a token.
    pub fn gap_after(&self, i: usize) -> bool {
        !self.touches(i + 1)
    }

    /// Whether the original begins with a capital.
    pub fn starts_capital(&self, i: usize) -> bool {
        self.tokens
            .get(i)
            .and_then(|t| self.source.get(t.start..))
            .and_then(|s| s.chars().next())
            .is_some_and(char::is_uppercase)
    }

    /// Whether it is this word, with a capital.
    pub fn is_capital(&self, i: usize, word: &str) -> bool {
        self.word(i) == word && self.starts_capital(i)
    }

    /// Whether it is a day of the week.
    pub fn is_weekday(&self, i: usize) -> bool {
        let word = self.word(i);
        word.len() >= 3
            && ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
                .iter()
                .any(|d| word == *d || (word.starts_with(d) && word.ends_with("day")))
    }

    /// Whether it is a word of the catalogue, a size or a SKU.
    pub fn is_product_word(&self, i: usize) -> bool {
        match self.tokens.get(i).map(|t| &t.kind) {
            Some(Kind::Word(w)) => self.skus.contains_key(&i) || !self.reader.look_up(w).is_empty(),
            Some(Kind::Size(_)) => true,
            _ => self.skus.contains_key(&i),
        }
    }

    /// Whether it is a unit of counting or a pack.
    pub fn is_count_word(&self, i: usize) -> bool {
        let word = self.word(i);
        !word.is_empty() && (lexicon::PIECES.contains(word) || self.pack(i).is_some())
    }

    /// Whether another number stands in the same line.
    pub fn line_has_other_number(&self, i: usize) -> bool {
        let line = self.tokens[i].line;
        self.tokens[i + 1..].iter().take_while(|t| t.line == line).any(|t| matches!(t.kind, Kind::Number(_)))
    }

    /// Whether a bracket was opened before in the line and not closed.
    pub fn open_bracket(&self, i: usize) -> bool {
        let line = self.tokens[i].line;
        let marks = self.tokens[..i].iter().rev().take_while(|t| t.line == line);
        for token in marks {
            match token.kind {
                Kind::Mark('(') => return true,
                Kind::Mark(')') => return false,
                _ => {}
            }
        }
        false
    }

    /// The pack that a word stands for, stemmed.
    pub(super) fn pack(&self, i: usize) -> Option<String> {
        let word = self.word(i);
        if word.is_empty() {
            return None;
        }
        let stemmed = stem(word);
        if lexicon::PACKS.contains(stemmed.as_str()) {
            return Some(stemmed);
        }
        let sold = self.products.sells_by(&stemmed) && !lexicon::PIECES.contains(stemmed.as_str());
        if sold {
            return Some(stemmed);
        }
        let near = |p: &&str| p.len() >= 5 && stemmed.len() >= 5 && strsim::osa_distance(p, &stemmed) == 1;
        // "Black" is no misspelt block.
        let word = self.products.knows(&stemmed) || lexicon::describes(&stemmed);
        lexicon::PACKS.iter().find(near).filter(|_| !word).map(str::to_owned)
    }
}
