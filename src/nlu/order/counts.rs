//! Numbers that count, with the packs they count, and numbers that are sizes after all.

use super::atoms::{Count, What};
use super::scan::Scan;
use super::skip::skip;
use crate::nlu::lexicon;
use crate::nlu::text::{Kind, Size, plain};

impl Scan<'_> {
    /// A size; or a count, where the unit is one that goods are sold by: "3 kg of nails".
    pub(super) fn size_atom(&self, i: usize, size: &Size) -> (What, usize) {
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

    pub(super) fn count_atom(&self, i: usize, n: f64) -> (What, usize) {
        // "One case of milk" counts; "quick one", "the white one" do not.
        if self.tokens[i].text == "one" {
            return self.article(i).or_else(|| self.one_pack(i)).unwrap_or((What::Gap, 1));
        }
        if let Some(found) = self.grade(i, n) {
            return found;
        }
        if let Some(unit) = self.size_list(i, n) {
            return (What::Size(Size::new(n, &unit)), 1);
        }
        // "cup 500 2 cartons": the number between a thing and its count.
        let between = i > 0
            && self.number(i + 1).is_some()
            && !self.word(i - 1).is_empty()
            && self.is_product_word(i - 1);
        // "10 - 100 pcs", "10: 100": the first is a size when a product has it and nothing says what it counts.
        let bare = Size { value: plain(n), unit: String::new() };
        // "4-cup carriers": a number that a hyphen ties to a word describes.
        let tied = self.mark(i + 1) == '-' && self.touches(i + 1) && self.touches(i + 2);
        if tied
            && !self.word(i + 2).is_empty()
            && !self.is_count_word(i + 2)
            && self.products.knows_size(&bare)
        {
            return (What::Size(bare), 2);
        }
        // "M6x30", "M8 x 40 bolts 100": a side of what the letters begin, where it touches or another number counts.
        let side = i >= 2 && self.word(i - 1) == "x" && self.word(i - 2).bytes().any(|b| b.is_ascii_digit());
        let tight = self.touches(i) && self.touches(i - usize::from(i > 0));
        if side && (tight || self.count_follows(i)) && self.products.knows_size(&bare) {
            return (What::Size(bare), 1);
        }
        if (between || self.ends_as_size(i)) && self.products.knows_size(&bare) {
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
            // "Gel pens 0.5 x 24"
            if n.fract() != 0.0 && self.products.knows_size(&bare) {
                return (What::Size(bare), 1);
            }
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
        let (pack, more) = self.counted_unit(i + used);
        used += more;
        let of = usize::from(pack.is_some() && self.word(i + used) == "of");
        if let (Some(_), Some(m), 1) = (&pack, self.number(i + used + of), of)
            && skip(self, i + used + of, m).is_none()
            && self.grade(i + used + of, m).is_none()
        {
            let (_, more) = self.counted_unit(i + used + of + 1);
            let count = Count { n: n * m, pack: None, article: false, range: false, each: false };
            return (What::Count(count), used + of + 1 + more);
        }
        (What::Count(Count { n, pack, article: false, range: false, each: false }), used + of)
    }

    /// "Pink soap 5L one carton": a pack after its thing.
    fn one_pack(&self, i: usize) -> Option<(What, usize)> {
        let (pack, used) = self.counted_unit(i + 1);
        let named = i > 0 && (self.is_product_word(i - 1) || matches!(self.mark(i - 1), '-' | ',' | ':'));
        let named = named || matches!(self.word(i.wrapping_sub(1)), "also" | "and" | "too" | "just" | "only");
        let count = Count { n: 1.0, pack: Some(pack?), article: false, range: false, each: false };
        named.then(|| {
            self.counted.set(self.counted.get() + 1);
            (What::Count(count), 1 + used)
        })
    }

    /// "1 carton degreaser spray 750": after a count and its thing, the size of which the unit is left out.
    fn ends_as_size(&self, i: usize) -> bool {
        let before = self.tokens[..i].iter().enumerate().rev().take(8);
        let words: Vec<usize> = before
            .take_while(|(_, t)| matches!(t.kind, Kind::Word(_)))
            .map(|(at, _)| at)
            .take_while(|at| !matches!(self.word(*at), "and" | "with" | "for" | "plus" | "also"))
            .collect();
        let Some(first) = words.last() else { return false };
        let counted = *first > 0 && self.number(first - 1).is_some();
        let bare = *first < 2 || matches!(self.tokens[first - 2].kind, Kind::Mark(_));
        let ends = matches!(
            self.tokens.get(i + 1).map(|t| &t.kind),
            None | Some(Kind::Mark('\n' | ',' | '.' | ';'))
        );
        counted && bare && ends && self.is_product_word(i - 1)
    }

    /// "16/20", "20 vol": numbers by which a product is told from its like.
    fn grade(&self, i: usize, n: f64) -> Option<(What, usize)> {
        let bare = |n: f64| Size { value: plain(n), unit: String::new() };
        let slash = |at: usize| self.mark(at) == '/' && self.touches(at) && self.touches(at + 1);
        let pair = |a: Option<f64>, b: Option<f64>| {
            a.zip(b).is_some_and(|(a, b)| a != b && self.products.has_sizes(&[bare(a), bare(b)]))
        };
        if slash(i + 1) && pair(Some(n), self.number(i + 2)) {
            return Some((What::Size(bare(n)), 2));
        }
        // "12/16 oz lids": one lid for both.
        if slash(i + 1)
            && let Some(Kind::Size(size)) = self.tokens.get(i + 2).map(|t| &t.kind)
            && self.products.has_sizes(&[bare(n), size.clone()])
        {
            return Some((What::Size(bare(n)), 2));
        }
        let second = i >= 2 && slash(i - 1) && pair(self.number(i - 2), Some(n));
        let word = match self.tokens.get(i + 1).map(|t| &t.kind) {
            Some(Kind::Word(word)) => word.as_str(),
            _ => "",
        };
        // "Toner 85X"
        if word == "x" && self.touches(i + 1) && self.products.is_grade(n, word) {
            return Some((What::Size(bare(n)), 2));
        }
        // "DOT 4 x 12", "12 DOT4": the number of its kind, where another counts.
        let kind = match i.checked_sub(1).and_then(|before| self.tokens.get(before)).map(|t| &t.kind) {
            Some(Kind::Word(before)) => self.products.is_numbered(before, n),
            _ => false,
        };
        let counted = self.touches(i) || self.count_follows(i) || self.count_before(i);
        if kind && counted {
            return Some((What::Size(bare(n)), 1));
        }
        // "staples no 10"
        let back = 1 + usize::from(i > 0 && self.mark(i - 1) == '.');
        let numbered = i > back && self.word(i - back) == "no" && self.is_product_word(i - back - 1);
        let named =
            second || (numbered && self.products.knows_size(&bare(n))) || self.products.is_grade(n, word);
        named.then(|| (What::Size(bare(n)), 1))
    }

    /// pcs, x, packs after a number: the pack, and how many tokens.
    pub(super) fn counted_unit(&self, at: usize) -> (Option<String>, usize) {
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
        // "One wheel barrow": with the word after it, it is a word of the catalogue.
        let joined = self.is_joined(at + used);
        match self.pack(at + used).filter(|_| !joined) {
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

    /// Whether another number follows in the same breath.
    fn count_follows(&self, i: usize) -> bool {
        let rest = self.tokens[i + 1..].iter().take(6);
        rest.take_while(|t| !matches!(t.kind, Kind::Mark('\n' | ',' | ';' | '.' | '!' | '?')))
            .any(|t| matches!(t.kind, Kind::Number(_)))
    }

    /// Whether another number stands before in the same breath.
    fn count_before(&self, i: usize) -> bool {
        let before = self.tokens[..i].iter().rev().take(6);
        before
            .take_while(|t| !matches!(t.kind, Kind::Mark('\n' | ',' | ';' | '.' | '!' | '?')))
            .any(|t| matches!(t.kind, Kind::Number(_)))
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
}
