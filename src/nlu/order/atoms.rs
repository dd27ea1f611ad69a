//! Says of every piece of a message what it does in an order.

use std::cell::Cell;
use std::collections::HashMap;

use super::skip::{Skip, skip};
use crate::domain::ids::ProductId;
use crate::nlu::lexicon;
use crate::nlu::matcher::ProductIndex;
use crate::nlu::text::{Kind, Size, Token, plain, stem};
use crate::nlu::vocabulary::Reader;

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
    Unknown,
    /// A size.
    Size(Size),
    /// A number that counts.
    Count(Count),
    /// each.
    Each,
    /// the same.
    Same,
    /// the usual.
    Usual,
    /// no, without: what follows is not wanted.
    Not,
    /// sorry, make that: what follows corrects. Whether it can mean nothing else.
    Correct(bool),
    /// for: what follows says what it is for.
    For,
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

    fn number(&self, i: usize) -> Option<f64> {
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
    fn pack(&self, i: usize) -> Option<String> {
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
        lexicon::PACKS.iter().find(near).filter(|_| !self.products.knows(&stemmed)).map(str::to_owned)
    }

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
            '\n' | '.' | '!' | ';' => What::Join(Joint::Stop, false),
            '?' => What::Join(Joint::Stop, true),
            ',' | '+' | '|' | '/' | '>' => What::Join(Joint::Comma, false),
            '*' => What::Gap,
            '&' => What::Join(Joint::And, false),
            ':' | '=' => What::Colon(':'),
            // A dash between letters joins them; one that stands alone sets off.
            '-' if self.touches(i) && self.touches(i + 1) => return (What::Gap, 1),
            '-' => What::Colon('-'),
            '(' | '[' => What::Open,
            ')' | ']' => What::Close,
            _ => What::Gap,
        };
        (what, 1)
    }

    /// A size; or a count, where the unit is one that goods are sold by: "3 kg of nails".
    fn size_atom(&self, i: usize, size: &Size) -> (What, usize) {
        let words: Vec<&str> = self.tokens[i].text.split(' ').collect();
        let unit = words.last().and_then(|w| lexicon::size_unit(w)).unwrap_or_default();
        let of = self.word(i + 1) == "of";
        if (of || !self.products.knows_size(size)) && self.products.sells_by(unit) {
            let n = match unit {
                "kg" | "l" | "m" => size.value.parse().unwrap_or(0.0) / 1000.0,
                _ => size.value.parse().unwrap_or(0.0),
            };
            let count = Count { n, pack: Some(unit.to_owned()), article: false, range: false, each: false };
            self.counted.set(self.counted.get() + 1);
            return (What::Count(count), 1 + usize::from(of));
        }
        (What::Size(size.clone()), 1)
    }

    fn count_atom(&self, i: usize, n: f64) -> (What, usize) {
        if let Some(unit) = self.size_list(i, n) {
            return (What::Size(Size::new(n, &unit)), 1);
        }
        // "10 - 100 pcs", "10: 100": the first is a size when a product has it and nothing says what it counts.
        let bare = Size { value: plain(n), unit: String::new() };
        // "M6x30": a side of what the letters begin.
        let side = i >= 2 && self.word(i - 1) == "x" && self.touches(i) && self.touches(i - 1);
        if side && self.word(i - 2).bytes().any(|b| b.is_ascii_digit()) && self.products.knows_size(&bare) {
            return (What::Size(bare), 1);
        }
        let set_off =
            matches!(self.mark(i + 1), ':' | '=') || (self.mark(i + 1) == '-' && !self.touches(i + 1));
        if set_off && self.number(i + 2).is_some() && self.products.knows_size(&bare) {
            return (What::Size(bare), 1);
        }
        // "the 10s", "the 12's".
        if self.word(i + 1) == "s" && self.products.knows_size(&bare) {
            return (What::Size(bare), 2);
        }
        if let Some(used) = self.range(i, n) {
            let count = Count { n, pack: None, article: false, range: true, each: false };
            return (What::Count(count), used);
        }
        self.counted.set(self.counted.get() + 1);
        let (mut n, mut used) = (n, 1);
        // "2 x 100 lids" is 200 of them; "2 bundles of 100" too.
        if self.word(i + 1) == "x"
            && let Some(m) = self.number(i + 2)
        {
            // "10 x 100": ten times a hundred, or a hundred of the tens? To be asked.
            if self.products.knows_size(&bare) {
                let more = self.counted_unit(i + 3).1;
                return (
                    What::Count(Count { n, pack: None, article: false, range: true, each: false }),
                    3 + more,
                );
            }
            n *= m;
            used = 3;
        }
        let article = self.tokens[i].text == "one";
        let (pack, more) = self.counted_unit(i + used);
        used += more;
        let of = usize::from(pack.is_some() && self.word(i + used) == "of");
        if let (Some(_), Some(m), 1) = (&pack, self.number(i + used + of), of)
            && skip(self, i + used + of, m).is_none()
        {
            let (_, more) = self.counted_unit(i + used + of + 1);
            let count = Count { n: n * m, pack: None, article: false, range: false, each: false };
            return (What::Count(count), used + of + 1 + more);
        }
        (What::Count(Count { n, pack, article, range: false, each: false }), used + of)
    }

    /// pcs, x, packs after a number: the pack, and how many tokens.
    fn counted_unit(&self, at: usize) -> (Option<String>, usize) {
        let mut used = 0;
        while matches!(self.word(at + used), "x" | "nos" | "no") && used < 2 {
            used += 1;
        }
        if self.word(at + used) == "full" || self.word(at + used) == "more" || self.word(at + used) == "extra"
        {
            used += 1;
        }
        let word = self.word(at + used);
        if lexicon::PIECES.contains(word) && word != "each" && word != "ea" && !word.is_empty() {
            return (None, used + 1);
        }
        match self.pack(at + used) {
            // "200 tray lids", "5 box liners": the word belongs to the product after it.
            Some(pack) if self.belongs_to_product(at + used, &pack) => (None, used),
            // "200 trays and lids": where trays are sold, the word is the thing, unless one follows it.
            Some(pack) if self.products.is_head(&pack) && !self.thing_follows(at + used) => (None, used),
            Some(pack) => (Some(pack), used + 1),
            None => (None, used),
        }
    }

    /// Whether "of" or a word of the catalogue stands right after a place.
    fn thing_follows(&self, i: usize) -> bool {
        self.word(i + 1) == "of" || self.is_product_word(i + 1)
    }

    /// Whether a word for packs is a part of a product's name here: the word after it stands there in the
    /// catalogue as well, or it ends a product's name that began before.
    fn belongs_to_product(&self, i: usize, pack: &str) -> bool {
        let next = match self.tokens.get(i + 1).map(|t| &t.kind) {
            Some(Kind::Word(w)) => self.reader.look_up(w).into_iter().map(|m| m.word).next(),
            _ => None,
        };
        next.is_some_and(|next| self.reader.filler_counts(None, pack, Some(&next)))
    }

    /// "200-300", "200 to 300", "100 or 200".
    fn range(&self, i: usize, n: f64) -> Option<usize> {
        let joins = self.mark(i + 1) == '-' || matches!(self.word(i + 1), "to" | "or");
        let m = self.number(i + 2).filter(|m| joins && *m > n)?;
        (skip(self, i + 2, m).is_none()).then(|| 3 + self.counted_unit(i + 3).1)
    }

    /// The unit of a list of sizes that this number begins: "10, 12 and 14 inch", when products have these sizes.
    fn size_list(&self, i: usize, n: f64) -> Option<String> {
        let mut at = i + 1;
        let mut seen = vec![n];
        while seen.len() < 8 {
            let joins =
                matches!(self.mark(at), ',' | '&' | '/' | '+') || matches!(self.word(at), "and" | "or");
            if !joins {
                return None;
            }
            at += 1 + usize::from(self.word(at + 1) == "and");
            match self.tokens.get(at).map(|t| &t.kind)? {
                Kind::Size(size) => {
                    let words: Vec<&str> = self.tokens[at].text.split(' ').collect();
                    let unit = words.last().and_then(|w| lexicon::size_unit(w)).unwrap_or(&size.unit);
                    let unit = if unit.is_empty() { size.unit.as_str() } else { unit };
                    let known = seen.iter().all(|n| self.products.knows_size(&Size::new(*n, unit)));
                    return known.then(|| unit.to_owned());
                }
                Kind::Number(m) => seen.push(*m),
                _ => return None,
            }
            at += 1;
        }
        None
    }

    fn word_atom(&self, i: usize, word: &str) -> (What, usize) {
        let text = self.tokens[i].text.as_str();
        if let Some(found) = self.function_word(i, text) {
            return found;
        }
        if let Some(next) = self.tokens.get(i + 1)
            && let Kind::Word(next) = &next.kind
            && !self.products.knows(word)
            && let Some(joined) = self.reader.joined(word, next)
        {
            return (What::Words(vec![joined], true), 2);
        }
        if lexicon::FILLERS.contains(word) || lexicon::FILLERS.contains(text) {
            return (
                if self.filler_is_product(i, word) {
                    What::Words(vec![word.to_owned()], true)
                } else {
                    What::Gap
                },
                1,
            );
        }
        let found = self.reader.look_up(word);
        if !found.is_empty() {
            let sure = found.iter().all(|m| m.sure);
            return (What::Words(found.into_iter().map(|m| m.word).collect(), sure), 1);
        }
        if lexicon::PIECES.contains(text) || text.chars().count() <= 2 || self.is_urgent_word(text) {
            return (What::Gap, 1);
        }
        let telling = lexicon::TELLING.contains(word);
        (if telling { What::Telling } else { What::Unknown }, 1)
    }

    fn is_urgent_word(&self, text: &str) -> bool {
        lexicon::URGENT.contains(text)
    }

    fn filler_is_product(&self, i: usize, word: &str) -> bool {
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

    /// Words that shape an order rather than name anything.
    fn function_word(&self, i: usize, text: &str) -> Option<(What, usize)> {
        let next = self.word(i + 1);
        let what = match text {
            "and" | "n" => What::Join(Joint::And, false),
            "with" | "w" => What::Join(Joint::With, false),
            "plus" | "also" | "then" => What::Join(Joint::Comma, false),
            "but" => What::Join(Joint::Comma, false),
            "each" | "apiece" | "respectively" => What::Each,
            "ea" => What::Each,
            "usual" | "usuals" => What::Usual,
            "same" if !matches!(next, "day" | "address" | "place" | "time") => What::Same,
            "for" => What::For,
            "a" | "an" if self.product_follows(i) => {
                self.counted.set(self.counted.get() + 1);
                let (pack, used) = self.counted_unit(i + 1);
                let of = usize::from(pack.is_some() && self.word(i + 1 + used) == "of");
                let count = Count { n: 1.0, pack, article: true, range: false, each: false };
                return Some((What::Count(count), 1 + used + of));
            }
            _ => return self.negation(i, text).or_else(|| self.correction(i, text)),
        };
        Some((what, 1))
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
            .any(|at| self.is_product_word(at))
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
        if text == "not" || text == "no" {
            // "no, make that 300", "no wait": a correction. "no rush", "no. 5": nothing.
            if self.mark(i + 1) == ',' || lexicon::CORRECTION.contains(next) || next == "it's" {
                return Some((What::Correct(true), 1));
            }
            if self.mark(i + 1) == '.' || (text == "no" && self.number(i + 1).is_some()) {
                return Some((What::Gap, 1));
            }
        }
        if text == "hold" && !matches!(next, "the" | "off")
            || text == "forget" && matches!(next, "it" | "about" | "to")
        {
            return None;
        }
        let near = (i + 1..i + 5)
            .take_while(|at| !matches!(self.tokens.get(*at).map(|t| &t.kind), None | Some(Kind::Mark(_))))
            .any(|at| {
                self.is_product_word(at) || (text == "not" && self.number(at).is_some() && at <= i + 2)
            });
        near.then_some((What::Not, 1))
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
