//! Cuts a message into words, numbers, sizes and marks.

use super::lexicon;
use super::numbers;
use super::text::{Kind, Placed, Size, Token, placed, stem};

#[derive(Debug, Clone)]
struct Raw {
    what: What,
    start: usize,
    end: usize,
    /// Whether no blank stands before it.
    tight: bool,
}

#[derive(Debug, Clone, PartialEq)]
enum What {
    Word(String),
    Digits(String),
    Mark(char),
}

fn raw_tokens(chars: &[Placed]) -> Vec<Raw> {
    let mut raw: Vec<Raw> = Vec::new();
    let mut i = 0;
    while i < chars.len() {
        let from = i;
        let c = chars[i].c;
        let what = if c.is_ascii_digit() {
            while i < chars.len() && (chars[i].c.is_ascii_digit() || inner_mark(chars, from, i)) {
                i += 1;
            }
            What::Digits(chars[from..i].iter().map(|p| p.c).filter(|c| *c != ',').collect())
        } else if c.is_alphanumeric() {
            while i < chars.len() && (chars[i].c.is_alphabetic() || inner_apostrophe(chars, i)) {
                i += 1;
            }
            i = letters_with_digits(chars, from, i).max(from + 1);
            What::Word(chars[from..i].iter().map(|p| p.c).collect())
        } else {
            i += 1;
            if c.is_whitespace() && c != '\n' && c != '\t' {
                continue;
            }
            What::Mark(if c == '\t' { '|' } else { c })
        };
        let tight = raw.last().is_some_and(|last: &Raw| last.end == chars[from].start);
        raw.push(Raw { what, start: chars[from].start, end: chars[i - 1].end, tight });
    }
    raw
}

/// A separator of thousands or a decimal point within a number.
fn inner_mark(chars: &[Placed], from: usize, i: usize) -> bool {
    let digits_after = chars[i + 1..].iter().take(5).take_while(|p| p.c.is_ascii_digit()).count();
    let seen_point = || chars[from..i].iter().any(|p| p.c == '.');
    match chars[i].c {
        ',' => digits_after == 3 && i - from <= 3 + 4 * chars[from..i].iter().filter(|p| p.c == ',').count(),
        '.' => digits_after > 0 && !seen_point(),
        _ => false,
    }
}

fn inner_apostrophe(chars: &[Placed], i: usize) -> bool {
    chars[i].c == '\'' && chars.get(i + 1).is_some_and(|p| p.c.is_alphabetic())
}

/// `m8`, `a4`: one or two letters with the digits after them are one word; `x100` is not.
fn letters_with_digits(chars: &[Placed], from: usize, end: usize) -> usize {
    let letters: String = chars[from..end].iter().map(|p| p.c).collect();
    if end - from > 2 || matches!(letters.as_str(), "x" | "no" | "of" | "at" | "by" | "to" | "in" | "s" | "k")
    {
        return end;
    }
    let digits = chars[end..].iter().take(6).take_while(|p| p.c.is_ascii_digit()).count();
    if (1..=4).contains(&digits) { end + digits } else { end }
}

/// The pieces of a message; `known` tells whether one product has all of these sizes, where words can be
/// cut in two ways.
pub fn tokens_with(text: &str, known: &dyn Fn(&[Size]) -> bool) -> Vec<Token> {
    let raw = raw_tokens(&placed(text));
    let lexer = Lexer { raw: &raw, known };
    let mut out: Vec<Token> = Vec::new();
    let (mut i, mut line) = (0, 0);
    while i < raw.len() {
        let (pieces, used) = lexer.next(i);
        for (kind, from, to) in pieces {
            let text = if matches!(kind, Kind::Mark('\n')) { String::new() } else { lexer.words(from, to) };
            out.push(Token { kind, text, line, start: raw[from].start, end: raw[to - 1].end });
        }
        line += usize::from(raw[i].what == What::Mark('\n'));
        i += used.max(1);
    }
    out.push(Token { kind: Kind::Mark('\n'), text: String::new(), line, start: text.len(), end: text.len() });
    out
}

struct Lexer<'a> {
    raw: &'a [Raw],
    known: &'a dyn Fn(&[Size]) -> bool,
}

/// A kind with the raw pieces it is made of.
type Piece = (Kind, usize, usize);

impl Lexer<'_> {
    fn word(&self, i: usize) -> &str {
        match self.raw.get(i).map(|r| &r.what) {
            Some(What::Word(word)) => word,
            _ => "",
        }
    }

    fn mark(&self, i: usize) -> char {
        match self.raw.get(i).map(|r| &r.what) {
            Some(What::Mark(c)) => *c,
            _ => ' ',
        }
    }

    fn digits(&self, i: usize) -> Option<f64> {
        match self.raw.get(i).map(|r| &r.what) {
            Some(What::Digits(d)) => d.parse().ok(),
            _ => None,
        }
    }

    fn tight(&self, i: usize) -> bool {
        self.raw.get(i).is_some_and(|r| r.tight)
    }

    fn words(&self, from: usize, to: usize) -> String {
        let piece = |i: usize| match &self.raw[i].what {
            What::Word(w) | What::Digits(w) => w.clone(),
            What::Mark(c) => c.to_string(),
        };
        (from..to).map(piece).collect::<Vec<_>>().join(" ")
    }

    fn next(&self, i: usize) -> (Vec<Piece>, usize) {
        match &self.raw[i].what {
            What::Mark(c) => (vec![(Kind::Mark(*c), i, i + 1)], 1),
            What::Digits(_) => self.digits_at(i),
            What::Word(word) => self.words_at(i, word),
        }
    }

    fn words_at(&self, i: usize, word: &str) -> (Vec<Piece>, usize) {
        // A number in words has few of them.
        let words: Vec<&str> = self.raw[i..]
            .iter()
            .take(12)
            .map_while(|r| match &r.what {
                What::Word(w) => Some(w.as_str()),
                What::Mark('-') => Some("-"),
                _ => None,
            })
            .collect();
        let Some((value, used)) = numbers::read_words(&words) else {
            return (vec![(Kind::Word(stem(word)), i, i + 1)], 1);
        };
        let after = i + used;
        let Some((unit, more)) = self.unit(after, value) else {
            return (vec![(Kind::Number(value), i, after)], used);
        };
        let end = after + more;
        let whole = Size::new(value, unit);
        // "four hundred ten inch": a count and a size, unless there is a size of 410 inches.
        if !(self.known)(std::slice::from_ref(&whole)) {
            for cut in 1..used {
                let (head, tail) =
                    (numbers::read_words(&words[..cut]), numbers::read_words(&words[cut..used]));
                if let (Some((n, a)), Some((m, b))) = (head, tail)
                    && a == cut
                    && b == used - cut
                    && ((self.known)(&[Size::new(m, unit)]) || (unit == "inch" && value > 60.0 && m <= 60.0))
                {
                    let size = Kind::Size(Size::new(m, unit));
                    return (vec![(Kind::Number(n), i, i + cut), (size, i + cut, end)], used + more);
                }
            }
        }
        (vec![(Kind::Size(whole), i, end)], used + more)
    }

    fn digits_at(&self, i: usize) -> (Vec<Piece>, usize) {
        let Some(value) = self.digits(i) else { return (vec![(Kind::Mark('?'), i, i + 1)], 1) };
        if let Some(found) = self.fraction(i, value).or_else(|| self.by(i, value)) {
            return found;
        }
        match self.word(i + 1) {
            "k" if self.tight(i + 1) => return (vec![(Kind::Number(value * 1000.0), i, i + 2)], 2),
            "thousand" => return (vec![(Kind::Number(value * 1000.0), i, i + 2)], 2),
            "hundred" => return (vec![(Kind::Number(value * 100.0), i, i + 2)], 2),
            "dozen" | "dozens" | "doz" | "dz" => return (vec![(Kind::Number(value * 12.0), i, i + 2)], 2),
            _ => {}
        }
        match self.unit(i + 1, value) {
            Some((unit, more)) => (vec![(Kind::Size(Size::new(value, unit)), i, i + 1 + more)], 1 + more),
            None => (vec![(Kind::Number(value), i, i + 1)], 1),
        }
    }

    /// `1/2 inch`, `1 1/2"`.
    fn fraction(&self, i: usize, value: f64) -> Option<(Vec<Piece>, usize)> {
        let (whole, at) = match self.mark(i + 1) {
            '/' => (0.0, i),
            _ => (value, i + 1),
        };
        let (n, d) = (self.digits(at)?, self.digits(at + 2)?);
        // "12/16 oz" is for both sizes: no fraction is written so.
        let halves = matches!(d as u32, 2 | 3 | 4 | 5 | 8 | 16 | 32 | 64) && d.fract() == 0.0;
        let lowest = !(n % 2.0 == 0.0 && d % 2.0 == 0.0) && n != 0.0;
        if self.mark(at + 1) != '/' || n >= d || !halves || !lowest {
            return None;
        }
        let (unit, more) = self.unit(at + 3, whole + n / d)?;
        let end = at + 3 + more;
        Some((vec![(Kind::Size(Size::new(whole + n / d, unit)), i, end)], end - i))
    }

    /// `20x30 cm`, `M6 x 30`, `4x40`: the sides of one thing; `100 x 10 inch` is a count and a size.
    fn by(&self, i: usize, value: f64) -> Option<(Vec<Piece>, usize)> {
        let mut lengths = vec![(value, i)];
        let mut units = vec![self.unit(i + 1, value)];
        let mut at = i + 1 + units[0].map_or(0, |u| u.1);
        while matches!(self.word(at), "x" | "by") && self.digits(at + 1).is_some() && lengths.len() < 3 {
            let side = self.digits(at + 1)?;
            let unit = self.unit(at + 2, side);
            lengths.push((side, at + 1));
            units.push(unit);
            at += 2 + unit.map_or(0, |u| u.1);
        }
        if lengths.len() < 2 {
            return None;
        }
        // "Coolant 4L x 4": what holds so much has no sides.
        if units.iter().flatten().any(|u| matches!(u.0, "ml" | "cl" | "l" | "g" | "kg" | "oz" | "lb")) {
            return None;
        }
        // "Gauze 10x10", sold as 10 x 10 cm: so written it is the size, and what follows counts.
        let bare = units.iter().take(2).all(Option::is_none);
        let written = (i + 1..i + 3).all(|k| self.tight(k));
        let cm = [Size::new(value, "cm"), Size::new(lengths[1].0, "cm")];
        let first = [Size::new(value, ""), Size::new(lengths[1].0, "")];
        let square = first[0] == first[1];
        if bare && written && (self.known)(&cm) && (square || !(self.known)(&first)) {
            let [a, b] = cm.map(Kind::Size);
            return Some((vec![(a, i, i + 1), (b, i + 1, i + 3)], 3));
        }
        // A unit written once at the end holds for the lengths before it.
        let last = units.iter().rev().flatten().next().map_or("", |u| u.0);
        let sizes: Vec<Size> = lengths
            .iter()
            .zip(&units)
            .map(|((n, _), unit)| Size::new(*n, unit.map_or(last, |u| u.0)))
            .collect();
        // "2 x 2 inch brush": two of one size, not a square.
        let tight = (i + 1..at).all(|k| self.tight(k)) && value >= 20.0;
        let square = !tight
            && units[..units.len() - 1].iter().all(Option::is_none)
            && sizes.windows(2).all(|w| w[0] == w[1]);
        let all_known = !square && (self.known)(&sizes);
        let rest_known =
            sizes[1..].iter().all(|s| !s.unit.is_empty() && (self.known)(std::slice::from_ref(s)));
        let ends_with_unit =
            units.last().is_some_and(|u| u.is_some_and(|u| matches!(u.0, "mm" | "cm" | "m")));
        let looks = ends_with_unit && !rest_known && lengths.iter().all(|(n, _)| *n <= 3000.0);
        if !(all_known || looks) {
            return None;
        }
        let ends: Vec<usize> = lengths[1..].iter().map(|s| s.1).chain([at]).collect();
        let pieces = sizes
            .into_iter()
            .zip(lengths)
            .zip(ends)
            .map(|((size, (_, from)), to)| (Kind::Size(size), from, to));
        Some((pieces.collect(), at - i))
    }

    /// The unit of measure at a place after a number, with how many pieces it takes.
    fn unit(&self, at: usize, value: f64) -> Option<(&'static str, usize)> {
        let dash = usize::from(matches!(self.mark(at), '-' | '.') && !self.word(at + 1).is_empty());
        let word = self.word(at + dash);
        if self.mark(at) == '"' {
            return Some(("inch", 1));
        }
        if dash == 1 && !(self.tight(at) && self.tight(at + 1)) {
            return None;
        }
        let tight = self.tight(at) || dash == 1;
        let unit = match word {
            // "in" is the unit of a size only where no other word of the sentence follows it.
            "in" => {
                let next = self.word(at + dash + 1);
                (value <= 60.0 && (tight || !lexicon::FOLLOWS_IN.contains(next))).then_some("inch")?
            }
            // One letter is a unit when it touches the number, or when a product has that size.
            "m" | "w" | "v" | "g" | "l" => {
                let unit = lexicon::size_unit(word)?;
                (tight || (self.known)(&[Size::new(value, unit)])).then_some(unit)?
            }
            _ => lexicon::size_unit(word)?,
        };
        // "70g paper" is of 70 gsm, where no product weighs 70 g.
        let known = |unit| (self.known)(&[Size::new(value, unit)]);
        let unit = if unit == "g" && known("gsm") && !known("g") { "gsm" } else { unit };
        Some((unit, dash + 1))
    }
}
