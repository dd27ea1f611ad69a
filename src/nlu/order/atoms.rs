//! Says of every piece of a message what it does in an order.

use super::OUTLET;
use super::scan::Scan;
use super::skip::{Skip, skip};
use crate::domain::ids::ProductId;
use crate::nlu::lexicon;
use crate::nlu::text::{Kind, Size};

/// What joins a clause to the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Joint {
    /// The message's start, a line's end, a full stop.
    Stop,
    /// A comma or another mark.
    Comma,
    /// and, &.
    And,
    /// with.
    With,
}

impl Joint {
    /// Whether two things are joined in one breath.
    pub fn is_and(self) -> bool {
        matches!(self, Self::And | Self::With)
    }
}

/// A number that counts something.
#[derive(Debug, Clone, PartialEq)]
pub struct Count {
    /// The number.
    pub n: f64,
    /// The pack it counts, stemmed, if a word for packs follows.
    pub pack: Option<String>,
    /// "a", "an", "one": gives way to any other number.
    pub article: bool,
    /// "200-300": how many is to be asked.
    pub range: bool,
    /// "each".
    pub each: bool,
}

/// What a piece does.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// A product, by its SKU.
    Sku(ProductId),
    /// Words of the catalogue; whether they were written so.
    Words(Vec<String>, bool),
    /// A word that tells variants apart, which the catalogue does not know.
    Telling,
    /// Another content word that the catalogue does not know.
    Unknown(String),
    /// A size.
    Size(Size),
    /// A number that counts.
    Count(Count),
    /// A word for packs that stands by itself: "pizza box bundles".
    Pack(String),
    /// each.
    Each,
    /// the same.
    Same,
    /// the usual.
    Usual,
    /// no, without: what follows is not wanted.
    Not,
    /// no more: what follows has run out, or is not wanted.
    Lack,
    /// sorry, make that: what follows corrects. Whether it can mean nothing else.
    Correct(bool),
    /// will do: the count just said is how many are wanted after all.
    Suffices,
    /// for: what follows says what it is for.
    For,
    /// was, we still have: the numbers around tell of what is or was; `false` where wishes begin again.
    Told(bool),
    /// not sure, let me check: what was just said is not settled.
    Hedge,
    /// in: what follows describes the thing before.
    In,
    /// `:` or a dash that stands alone.
    Colon(char),
    /// `(`
    Open,
    /// `)`
    Close,
    /// Ends a clause; `?` when it was a question.
    Join(Joint, bool),
    /// The outlet, or a word that says nothing.
    Gap,
}

/// A piece of a message with the tokens it is made of.
#[derive(Debug, Clone, PartialEq)]
pub struct Atom {
    /// What it does.
    pub what: What,
    /// First byte in the message.
    pub start: usize,
    /// Byte after the last in the message.
    pub end: usize,
}

impl Atom {
    /// Whether it names and counts nothing.
    pub(super) fn is_talk(&self) -> bool {
        matches!(self.what, What::Gap | What::In | What::Told(_) | What::Hedge)
    }
}

impl Scan<'_> {
    /// Everything the message does, and its words about days and hours.
    pub fn atoms(&self) -> (Vec<Atom>, Vec<(usize, usize)>) {
        let (mut atoms, mut times) = (Vec::new(), Vec::new());
        let mut i = 0;
        while i < self.tokens.len() {
            let (what, used) = self.atom(i, &mut times);
            let last = (i + used.max(1)).min(self.tokens.len()) - 1;
            atoms.push(Atom { what, start: self.tokens[i].start, end: self.tokens[last].end });
            i += used.max(1);
        }
        (atoms, times)
    }

    fn atom(&self, i: usize, times: &mut Vec<(usize, usize)>) -> (What, usize) {
        if let Some((id, used)) = self.skus.get(&i) {
            return (What::Sku(*id), *used);
        }
        match &self.tokens[i].kind {
            Kind::Mark(c) => self.mark_atom(i, *c),
            Kind::Size(size) => self.size_atom(i, size),
            // "Saline 0.45%", where saline of 0.9% is sold.
            Kind::Number(n) if self.mark_is(i + 1, '%') && self.products.grades_by_percent() => {
                let known = self.products.is_grade(*n, "%");
                (if known { What::Size(Size::new(*n, "")) } else { What::Telling }, 2)
            }
            Kind::Number(n) => {
                if let Some(skip) = skip(self, i, *n) {
                    let used = skip.len().min(self.tokens.len() - i);
                    if matches!(skip, Skip::Time(_)) {
                        times.push((i, i + used));
                    }
                    return (What::Gap, used);
                }
                self.count_atom(i, *n)
            }
            Kind::Word(word) => self.word_atom(i, word),
        }
    }

    fn mark_atom(&self, i: usize, c: char) -> (What, usize) {
        let what = match c {
            // "Staples no.10"
            '.' if matches!(self.word(i.wrapping_sub(1)), "no" | "nr") && self.number(i + 1).is_some() => {
                What::Gap
            }
            '\n' | '.' | '!' | ';' => What::Join(Joint::Stop, false),
            '?' => What::Join(Joint::Stop, true),
            ',' | '|' | '/' | '>' => What::Join(Joint::Comma, false),
            '*' => What::Gap,
            // "T&E" is one name.
            '&' if self.word(i.wrapping_sub(1)).len() == 1 && self.word(i + 1).len() == 1 => What::Gap,
            '&' | '+' => What::Join(Joint::And, false),
            ':' | '=' => What::Colon(':'),
            // A dash between letters joins them; one that stands alone sets off.
            '-' if self.touches(i) && self.touches(i + 1) => return (What::Gap, 1),
            '-' => What::Colon('-'),
            // "(1) Dental kit": the numbering of a list.
            '(' if (i == 0 || self.mark_is(i - 1, '\n'))
                && self.number(i + 1).is_some()
                && self.mark_is(i + 2, ')') =>
            {
                return (What::Gap, 3);
            }
            '(' | '[' => What::Open,
            ')' | ']' => What::Close,
            _ => What::Gap,
        };
        (what, 1)
    }

    fn word_atom(&self, i: usize, word: &str) -> (What, usize) {
        let text = self.tokens[i].text.as_str();
        if let Some(found) = self.function_word(i, text).or_else(|| self.told(i)) {
            return found;
        }
        if let Some(size) = lexicon::letter_size(text).filter(|size| self.is_letter_size(i, size)) {
            return (What::Words(vec![size.to_owned()], true), 1);
        }
        if let Some(next) = self.tokens.get(i + 1)
            && let Kind::Word(next) = &next.kind
            && !self.products.knows(word)
            && let Some(joined) = self.reader.joined(word, next)
        {
            return (What::Words(vec![joined], true), 2);
        }
        if lexicon::FILLERS.contains(word) || lexicon::FILLERS.contains(text) {
            return match text {
                _ if self.filler_is_product(i, word) => (What::Words(vec![word.to_owned()], true), 1),
                "in" => (What::In, 1),
                _ => (What::Gap, 1),
            };
        }
        // "Job card 5521" is no misspelt car.
        let labels = i > 0 && self.number(i + 1).is_some() && lexicon::REFERENCES.contains(self.word(i - 1));
        if labels && matches!(text, "card" | "id" | "sheet" | "ticket" | "code") && !self.products.knows(word)
        {
            return (What::Gap, 1);
        }
        let found = self.reader.look_up(word);
        if !found.is_empty() {
            let sure = found.iter().all(|m| m.sure);
            // "Delmas, York": the place after the outlet's name is no misspelt yolk.
            if !sure && self.follows_outlet(i) {
                return (What::Gap, 1);
            }
            return (What::Words(found.into_iter().map(|m| m.word).collect(), sure), 1);
        }
        if let Some(pack) = self.pack(i) {
            return (What::Pack(pack), 1);
        }
        // "A5", "M6": what the catalogue knows of this kind was found above.
        let lettered =
            text.len() == 1 && i > 0 && matches!(self.word(i - 1), "type" | "class" | "grade" | "model");
        let coded = lettered || text.bytes().any(|b| b.is_ascii_digit());
        if self.products.is_described(word) {
            return (What::Words(vec![word.to_owned()], true), 1);
        }
        if coded || lexicon::TELLING.contains(word) || lexicon::TELLING.contains(text) {
            return (What::Telling, 1);
        }
        if lexicon::PIECES.contains(text) || text.chars().count() <= 2 || lexicon::URGENT.contains(text) {
            return (What::Gap, 1);
        }
        let talk = [word, text].iter().any(|w| lexicon::PRAISE.contains(w) || lexicon::TALK.contains(w));
        (if talk { What::Gap } else { What::Unknown(word.to_owned()) }, 1)
    }

    /// Whether it stands by itself, with a capital, after the outlet's name and a comma.
    fn follows_outlet(&self, i: usize) -> bool {
        let ends = matches!(self.mark(i + 1), '\n' | '.' | '!' | ')');
        i >= 2 && ends && self.starts_capital(i) && self.mark_is(i - 1, ',') && self.mark_is(i - 2, OUTLET)
    }

    /// "Gloves L", "size m": a letter that stands for a size which the catalogue has.
    fn is_letter_size(&self, i: usize, size: &str) -> bool {
        let said = |at: usize| matches!(self.word(at), "size" | "sized" | "sizes");
        let alone = !self.touches(i) || !matches!(self.tokens[i - 1].kind, Kind::Number(_));
        let meant =
            self.starts_capital(i) || said(i + 1) || (i > 0 && (said(i - 1) || self.is_product_word(i - 1)));
        // "M. Lenti"
        let initial = self.starts_capital(i) && self.mark_is(i + 1, '.') && self.starts_capital(i + 2);
        // "M-fold"
        let tied = self.mark_is(i + 1, '-')
            && self.touches(i + 1)
            && self.touches(i + 2)
            && !self.word(i + 2).is_empty();
        self.products.knows(size) && alone && meant && !initial && !tied
    }

    pub(super) fn filler_is_product(&self, i: usize, word: &str) -> bool {
        let meant = |i: Option<usize>| match i.and_then(|i| self.tokens.get(i)).map(|t| &t.kind) {
            Some(Kind::Word(w)) if self.products.knows(w) => Some(w.clone()),
            Some(Kind::Word(w)) => self.reader.look_up(w).into_iter().map(|m| m.word).next(),
            _ => None,
        };
        self.products.knows(word)
            && self.reader.filler_counts(
                meant(i.checked_sub(1)).as_deref(),
                word,
                meant(Some(i + 1)).as_deref(),
            )
    }
}
