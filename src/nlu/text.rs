//! Words, numbers and sizes out of a message, with their places in the original text.

use unicode_normalization::UnicodeNormalization as _;

pub use super::lexer::tokens_with;
use super::lexicon;

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
pub(super) struct Placed {
    pub(super) c: char,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Lower case, plain quotes and dashes, no accents.
pub(super) fn placed(text: &str) -> Vec<Placed> {
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

/// The pieces of a message.
pub fn tokens(text: &str) -> Vec<Token> {
    tokens_with(text, &|_| false)
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
