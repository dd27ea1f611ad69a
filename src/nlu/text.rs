//! Words, numbers and sizes out of a message, with their places in the original text.

use unicode_normalization::UnicodeNormalization as _;

use super::lexicon;
use super::numbers;

/// A piece of a message.
#[derive(Debug, Clone, PartialEq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// The words as normalised, for comparing.
    pub text: String,
    /// Which line of the message it stands in.
    pub line: usize,
    /// Where it begins in the original text, in bytes.
    pub start: usize,
    /// Where it ends in the original text, in bytes.
    pub end: usize,
}

/// What a piece of a message is.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// A word, stemmed.
    Word(String),
    /// A number that is not part of a size.
    Number(f64),
    /// A size: `10 inch`, `750 ml`.
    Size(Size),
    /// A mark or a line's end between pieces.
    Mark(char),
}

/// A size as products and customers give it; `20x30 cm` is two of them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Size {
    /// The number, in the unit below.
    pub value: String,
    /// `inch`, `ml`, `g`, `mm` …; empty when none is given. Litres are held in ml, kilograms in g, metres in mm.
    pub unit: String,
}

impl Size {
    /// A number with a unit as written; `None` for a unit that is no measure.
    pub fn new(value: f64, unit: &str) -> Self {
        let (value, unit) = match unit {
            "l" => (value * 1000.0, "ml"),
            "cl" => (value * 10.0, "ml"),
            "kg" => (value * 1000.0, "g"),
            "cm" => (value * 10.0, "mm"),
            "m" => (value * 1000.0, "mm"),
            other => (value, other),
        };
        Self { value: plain(value), unit: unit.to_owned() }
    }

    /// The same number, and the same unit unless one of them says none.
    pub fn same_as(&self, other: &Self) -> bool {
        self.value == other.value
            && (self.unit == other.unit || self.unit.is_empty() || other.unit.is_empty())
    }
}

/// A character with its place in the original text.
#[derive(Debug, Clone, Copy)]
struct Placed {
    c: char,
    start: usize,
    end: usize,
}

/// Lower case, plain quotes and dashes, no accents.
fn placed(text: &str) -> Vec<Placed> {
    let mut out: Vec<Placed> = Vec::with_capacity(text.len());
    for (start, original) in text.char_indices() {
        let end = start + original.len_utf8();
        // One half: the fraction slash joins its digits; a blank keeps it off the number before it.
        if matches!(original, '½' | '¼' | '¾') {
            out.push(Placed { c: ' ', start, end: start });
        }
        for c in
            std::iter::once(original).nfkd().filter(|c| !unicode_normalization::char::is_combining_mark(*c))
        {
            let c = plain_mark(c);
            if c == '\''
                && let Some(last) = out.last_mut().filter(|last| last.c == '\'' && last.end == start)
            {
                (last.c, last.end) = ('"', end);
                continue;
            }
            out.extend(c.to_lowercase().map(|c| Placed { c, start, end }));
        }
    }
    out
}

fn plain_mark(c: char) -> char {
    match c {
        '“' | '”' | '″' | '„' | '‟' => '"',
        '‘' | '’' | '′' | '`' | '´' => '\'',
        '–' | '—' | '−' | '‑' | '‐' => '-',
        '×' | '✕' | '✖' => 'x',
        '•' | '·' | '▪' | '●' | '‣' | '◦' => '*',
        '⁄' => '/',
        '→' | '➡' | '⇒' => '-',
        c => c,
    }
}

/// Lower case, plain quotes and dashes; for looking for phrases.
pub fn normalise(text: &str) -> String {
    placed(text).into_iter().map(|p| p.c).collect()
}

/// The stem of a word: plural endings and a possessive dropped, nothing more, so that `boxes` is `box` and
/// `glass` stays.
pub fn stem(word: &str) -> String {
    let word = word.strip_suffix("'s").or_else(|| word.strip_suffix("s'")).unwrap_or(word);
    if !word.is_ascii() {
        return word.to_owned();
    }
    let n = word.len();
    if let Some((_, stem)) = lexicon::IRREGULAR.iter().chain(lexicon::SHORT).find(|(other, _)| *other == word)
    {
        return (*stem).to_owned();
    }
    if n > 4 && word.ends_with("ies") {
        return format!("{}y", &word[..n - 3]);
    }
    for ending in ["xes", "ches", "shes", "sses", "zzes"] {
        if n > ending.len() && word.ends_with(ending) {
            return word[..n - 2].to_owned();
        }
    }
    if n > 3 && word.ends_with('s') && !["ss", "us", "is"].iter().any(|end| word.ends_with(end)) {
        return word[..n - 1].to_owned();
    }
    word.to_owned()
}

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

/// The pieces of a message.
pub fn tokens(text: &str) -> Vec<Token> {
    tokens_with(text, &|_| false)
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
            What::Digits(_) => self.from_digits(i),
            What::Word(word) => self.from_words(i, word),
        }
    }

    fn from_words(&self, i: usize, word: &str) -> (Vec<Piece>, usize) {
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

    fn from_digits(&self, i: usize) -> (Vec<Piece>, usize) {
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
        if self.mark(at + 1) != '/' || n >= d || d > 64.0 || d == 0.0 {
            return None;
        }
        let (unit, more) = self.unit(at + 3, whole + n / d)?;
        let end = at + 3 + more;
        Some((vec![(Kind::Size(Size::new(whole + n / d, unit)), i, end)], end - i))
    }

    /// `20x30 cm`, `M6 x 30`, `4x40`: the sides of one thing; `100 x 10 inch` is a count and a size.
    fn by(&self, i: usize, value: f64) -> Option<(Vec<Piece>, usize)> {
        let mut sides = vec![(value, i)];
        let mut units = vec![self.unit(i + 1, value)];
        let mut at = i + 1 + units[0].map_or(0, |u| u.1);
        while matches!(self.word(at), "x" | "by") && self.digits(at + 1).is_some() && sides.len() < 3 {
            let side = self.digits(at + 1)?;
            let unit = self.unit(at + 2, side);
            sides.push((side, at + 1));
            units.push(unit);
            at += 2 + unit.map_or(0, |u| u.1);
        }
        if sides.len() < 2 {
            return None;
        }
        // A unit written once at the end holds for the sides before it.
        let last = units.iter().rev().flatten().next().map_or("", |u| u.0);
        let sizes: Vec<Size> = sides
            .iter()
            .zip(&units)
            .map(|((n, _), unit)| Size::new(*n, unit.map_or(last, |u| u.0)))
            .collect();
        let all_known = (self.known)(&sizes);
        let rest_known =
            sizes[1..].iter().all(|s| !s.unit.is_empty() && (self.known)(std::slice::from_ref(s)));
        let ends_with_unit =
            units.last().is_some_and(|u| u.is_some_and(|u| matches!(u.0, "mm" | "cm" | "m")));
        let looks = ends_with_unit && !rest_known && sides.iter().all(|(n, _)| *n <= 3000.0);
        if !(all_known || looks) {
            return None;
        }
        let ends: Vec<usize> = sides[1..].iter().map(|s| s.1).chain([at]).collect();
        let pieces = sizes
            .into_iter()
            .zip(sides)
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
        Some((unit, dash + 1))
    }
}

/// `10` for 10.0, `1.5` for 1.5.
pub fn plain(value: f64) -> String {
    if value.fract() == 0.0 {
        format!("{value:.0}")
    } else {
        format!("{:.4}", value).trim_end_matches('0').to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<String> = tokens(text)
            .into_iter()
            .filter(|t| t.kind != Kind::Mark('\n'))
            .map(|t| match t.kind {
                Kind::Word(w) => w,
                Kind::Number(n) => format!("#{}", plain(n)),
                Kind::Size(s) => format!("[{} {}]", s.value, s.unit),
                Kind::Mark(c) => c.to_string(),
            })
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn numbers_sizes_and_words() {
        check("100 10\" boxes", &["#100", "[10 inch]", "box"]);
        check("100 x 10in", &["#100", "x", "[10 inch]"]);
        check("ten inch: 100 pcs", &["[10 inch]", ":", "#100", "pcs"]);
        check("twelv inch 50", &["[12 inch]", "#50"]);
        check("1,000 cups, 1.5k lids", &["#1000", "cup", ",", "#1500", "lid"]);
        check("200 750ml trays", &["#200", "[750 ml]", "tray"]);
        check("20x30 cm bags", &["[200 mm]", "[300 mm]", "bag"]);
        check("two hundred and fifty lids", &["#250", "lid"]);
        check("400 10-inch", &["#400", "[10 inch]"]);
        check("100 in total", &["#100", "in", "total"]);
        check("four hundred ten inch", &["#400", "[10 inch]"]);
        check("1 1/2 inch elbows, ½\" taps", &["[1.5 inch]", "elbow", ",", "[0.5 inch]", "tap"]);
        check("M8 bolts x100", &["m8", "bolt", "x", "#100"]);
        check("12'' café", &["[12 inch]", "cafe"]);
        check("2 dozen, 3 doz", &["#24", ",", "#36"]);
        check("Rosie's", &["rosie"]);
    }

    #[test]
    fn places_are_those_of_the_original() {
        let text = "É ½\" Ｔrays ２00";
        for token in tokens(text) {
            assert!(text.get(token.start..token.end).is_some());
        }
        let last = tokens(text).into_iter().rev().nth(1).unwrap();
        assert_eq!(&text[last.start..last.end], "２00");
    }
}
