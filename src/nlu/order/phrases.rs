//! Words that shape an order rather than name anything: each, no, with, make that.

use super::atoms::{Count, Joint, What};
use super::scan::Scan;
use crate::nlu::lexicon;
use crate::nlu::text::{Kind, stem};

impl Scan<'_> {
    /// Words that shape an order rather than name anything.
    pub(super) fn function_word(&self, i: usize, text: &str) -> Option<(What, usize)> {
        let next = self.word(i + 1);
        let what = match text {
            "and" | "n" => What::Join(Joint::And, false),
            "w" if self.mark(i + 1) == '/' && self.word(i + 2) == "o" => return Some((What::Not, 3)),
            "w" if self.mark(i + 1) == '/' => return Some((What::Join(Joint::With, false), 2)),
            "none" | "nil" => {
                What::Count(Count { n: 0.0, pack: None, article: false, range: false, each: false })
            }
            "with" | "w" => What::Join(Joint::With, false),
            "plus" | "also" | "then" => What::Join(Joint::Comma, false),
            "but" => What::Join(Joint::Comma, false),
            "each" | "apiece" | "respectively" => What::Each,
            "ea" => What::Each,
            "usual" | "usuals" => What::Usual,
            "same" if !matches!(next, "day" | "address" | "place" | "time") => What::Same,
            "for" => What::For,
            // "Blk 203": no colour.
            "blk" if self.number(i + 1).is_some() => What::Gap,
            // "So 10 will do"
            "will" | "should" | "would" | "is" if self.suffices(i) => return Some((What::Suffices, 2)),
            "too" if matches!(next, "much" | "many") => return Some((What::Correct(true), 2)),
            "short" if matches!(next, "of" | "on") => return Some((What::Gap, 2)),
            "a" | "an" => return self.article(i),
            _ => return self.negation(i, text).or_else(|| self.correction(i, text)),
        };
        Some((what, 1))
    }

    /// "We still have 5 rolls", "it was 6 last time", "swap 6 of these for those": numbers that order nothing by
    /// themselves.
    pub(super) fn told(&self, i: usize) -> Option<(What, usize)> {
        let said = |phrase: &&str| phrase.split(' ').enumerate().all(|(k, word)| self.word(i + k) == word);
        if let Some(phrase) = lexicon::HEDGES.iter().find(said) {
            return Some((What::Hedge, phrase.split(' ').count()));
        }
        if lexicon::WISHES.contains(self.word(i)) && !self.filler_is_product(i, &stem(self.word(i))) {
            return Some((What::Told(false), 1));
        }
        let asked =
            i > 0 && matches!(self.word(i - 1), "can" | "could" | "may" | "shall" | "should" | "might");
        let phrase = lexicon::TOLD.iter().find(said).filter(|_| !asked && !self.is_product_word(i))?;
        let used = phrase.split(' ').count();
        let hopes =
            matches!(self.word(i + used), "wondering" | "hoping" | "thinking" | "going" | "looking" | "to");
        (!hopes).then_some((What::Told(true), used))
    }

    /// "a broom", "a case of tomatoes": one of it.
    pub(super) fn article(&self, i: usize) -> Option<(What, usize)> {
        if self.asks_about(i) {
            return None;
        }
        let (pack, used) = self.counted_unit(i + 1);
        let counts = pack.is_some() || self.tokens[i].text == "one";
        let of = usize::from(counts && self.word(i + 1 + used) == "of");
        // "one case each of oat and soy milk"
        let each = if self.word(i + 1 + used) == "each" {
            1 + usize::from(self.word(i + 2 + used) == "of")
        } else {
            0
        };
        let pieces = pack.is_none() && used > 0 && self.tokens[i].text == "one";
        if !pieces && !self.product_follows(i + used + of + each) {
            return None;
        }
        self.counted.set(self.counted.get() + 1);
        let part = i > 0 && matches!(self.word(i - 1), "half" | "quarter" | "third");
        let n = if part { 0.5 } else { 1.0 };
        let count = Count { n, pack, article: !pieces, range: false, each: false };
        Some((What::Count(count), 1 + used + of))
    }

    /// "What's the lead time on a pump?": in a sentence that asks about a thing, it is not wished for.
    fn asks_about(&self, i: usize) -> bool {
        let begins = |at: &usize| matches!(self.tokens[*at].kind, Kind::Mark(c) if c != '\'' && c != '-');
        let from = (0..i).rev().find(begins).map_or(0, |at| at + 1);
        let first = (from..i)
            .find(|at| !matches!(self.word(*at), "also" | "and" | "btw" | "so" | "but" | "ok" | "oh"));
        first.is_some_and(|at| {
            let asks = matches!(
                self.word(at),
                "what" | "what's" | "whats" | "how" | "how's" | "when" | "when's" | "why" | "where" | "who"
            );
            asks && self.word(at + 1) != "about"
        })
    }

    /// "10 will do", "3 boxes will be enough".
    fn suffices(&self, i: usize) -> bool {
        let unit = usize::from(i > 0 && self.is_count_word(i - 1));
        let counted = i > unit && self.number(i - 1 - unit).is_some();
        let said = [self.word(i), self.word(i + 1), self.word(i + 2)];
        counted
            && matches!(
                said,
                ["is", "enough" | "plenty", _]
                    | [_, "do" | "suffice", _]
                    | [_, "be", "enough" | "plenty" | "fine" | "ok"]
            )
    }

    /// "a broom", "a large pizza box": a word of the catalogue within three words, and no number before it.
    fn product_follows(&self, i: usize) -> bool {
        (i + 1..i + 4)
            .take_while(|at| {
                matches!(self.tokens.get(*at).map(|t| &t.kind), Some(Kind::Word(_) | Kind::Size(_)))
            })
            .take_while(|at| {
                !matches!(self.word(*at), "and" | "of" | "for" | "with" | "to" | "bit" | "few" | "lot")
            })
            .any(|at| self.is_product_word(at) || self.is_joined(at))
    }

    /// Whether a word and the one after it are one word of the catalogue: "wheel barrow".
    pub(super) fn is_joined(&self, i: usize) -> bool {
        match (self.tokens.get(i).map(|t| &t.kind), self.tokens.get(i + 1).map(|t| &t.kind)) {
            (Some(Kind::Word(a)), Some(Kind::Word(b))) => self.reader.joined(a, b).is_some(),
            _ => false,
        }
    }

    fn negation(&self, i: usize, text: &str) -> Option<(What, usize)> {
        let next = self.word(i + 1);
        if matches!(text, "instead" | "rather") && matches!(next, "of" | "than") {
            return Some((What::Not, 2));
        }
        let refuses = matches!(text, "don't" | "dont" | "do") && {
            let at = i + 1 + usize::from(text == "do" && next == "not");
            (text != "do" || next == "not")
                && matches!(
                    self.word(at),
                    "need" | "want" | "send" | "include" | "add" | "require" | "bother" | "give" | "put"
                )
        };
        if refuses {
            return Some((What::Not, 2 + usize::from(text == "do")));
        }
        let leaves = matches!(
            (text, next),
            ("leave", "off" | "out") | ("take" | "taking", "off" | "out") | ("nothing", "else")
        );
        if leaves && next != "else" {
            return Some((What::Not, 2));
        }
        if !lexicon::WITHOUT.contains(text) {
            return None;
        }
        if text == "no" && next == "need" && self.word(i + 2) == "to" {
            return Some((What::Gap, 3));
        }
        if matches!((text, next), ("no", "need" | "thanks") | ("not", "needed" | "required" | "wanted")) {
            return Some((What::Not, 2));
        }
        let before = if i > 0 { self.word(i - 1) } else { "" };
        if text == "forget" && matches!(before, "don't" | "dont" | "not" | "never") {
            return Some((What::Gap, 1));
        }
        if text == "not" && next == "only" || lexicon::NO_MATTER.contains(next) {
            return Some((What::Gap, 2));
        }
        if matches!(text, "not" | "no" | "nope" | "nah") {
            // "no, make that 300", "no wait": a correction. "no rush", "no. 5": nothing.
            if self.mark(i + 1) == ',' || lexicon::CORRECTION.contains(next) || next == "it's" {
                return Some((What::Correct(true), 1));
            }
            if self.mark(i + 1) == '.' || (text == "no" && self.number(i + 1).is_some()) {
                return Some((What::Gap, 1));
            }
        }
        // "No more toilet rolls! 3 cartons": what has run out, if a bare count follows.
        let stands = matches!(before, "have" | "we've" | "got" | "is" | "are" | "there's");
        let lacks = text == "no" && (stands || (next == "more" && self.word(i + 2) != "than"));
        // "No more bags please" refuses.
        let begged = (i + 1..self.tokens.len())
            .take_while(|at| !matches!(self.tokens[*at].kind, Kind::Mark(_)))
            .any(|at| matches!(self.word(at), "please" | "pls" | "plz" | "thanks" | "needed" | "required"));
        let lacks = lacks && !begged;
        let brings = matches!(next, "off" | "by" | "me" | "us" | "over" | "in" | "round")
            || self.number(i + 1).is_some();
        if text == "drop" && brings
            || text == "hold" && !matches!(next, "the" | "off")
            || text == "forget" && matches!(next, "it" | "about" | "to")
        {
            return None;
        }
        let near = (i + 1..i + 5)
            .take_while(|at| !matches!(self.tokens.get(*at).map(|t| &t.kind), None | Some(Kind::Mark(_))))
            .any(|at| {
                self.is_product_word(at) || (text == "not" && self.number(at).is_some() && at <= i + 2)
            });
        near.then_some(if lacks { (What::Lack, 1) } else { (What::Not, 1) })
    }

    fn correction(&self, i: usize, text: &str) -> Option<(What, usize)> {
        if !lexicon::CORRECTION.contains(text) {
            return None;
        }
        let next = self.word(i + 1);
        match text {
            "make" if matches!(next, "that" | "it" | "them" | "the" | "those") => {
                Some((What::Correct(true), 2))
            }
            "make" => None,
            "mean" | "meant" | "scratch" | "correction" | "typo" | "oops" | "opps" | "ops" | "whoops" => {
                Some((What::Correct(true), 1))
            }
            "sorry" if matches!(next, "for" | "to" | "about" | "if") => None,
            "wait" if matches!(next, "for" | "until" | "till") => None,
            "sorry" | "wait" => Some((What::Correct(true), 1)),
            "change" if matches!(next, "the" | "that" | "it" | "to") => Some((What::Correct(true), 1)),
            "change" => None,
            _ => Some((What::Correct(false), 1)),
        }
    }
}
