//! Words, numbers and sizes out of a message, with their places in the original text.

use unicode_normalization::UnicodeNormalization as _;

use super::lexicon;
use super::numbers;

/// A piece of a message.
#[derive(Debug, Clone, PartialEq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// The words as normalised, for showing back and for comparing.
    pub text: String,
    /// Which line of the message it stands in.
    pub line: usize,
}

/// What a piece of a message is.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// A word, stemmed.
    Word(String),
    /// A number that is not part of a size.
    Number(f64),
    /// A size: `10 inch`, `750 ml`, `20x30 cm`.
    Size(Size),
    /// A mark or a line's end between pieces.
    Mark(char),
}

/// A size as products and customers give it.
#[derive(Debug, Clone, PartialEq)]
pub struct Size {
    /// The number, or the numbers joined by `x`.
    pub value: String,
    /// `inch`, `ml`, `g` …; empty when none is given.
    pub unit: &'static str,
}

/// Lower case, plain quotes and dashes; the same number of lines as the text.
pub fn normalise(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.nfkc() {
        match c {
            '“' | '”' | '″' | '„' | '‟' => out.push('"'),
            '‘' | '’' | '′' | '`' => out.push('\''),
            '–' | '—' | '−' | '‑' => out.push('-'),
            '×' | '✕' => out.push('x'),
            '•' | '·' | '▪' | '●' | '‣' => out.push('*'),
            c => out.extend(c.to_lowercase()),
        }
    }
    out.replace("''", "\"")
}

/// The stem of a word: plural endings dropped, nothing more, so that `boxes` is `box` and `glass` stays.
pub fn stem(word: &str) -> String {
    let n = word.len();
    if n > 4 && word.ends_with("ies") {
        return format!("{}y", &word[..n - 3]);
    }
    for ending in ["xes", "ches", "shes", "sses", "zes"] {
        if n > ending.len() && word.ends_with(ending) {
            return word[..n - 2].to_owned();
        }
    }
    if n > 4 && word.ends_with("ves") {
        return format!("{}f", &word[..n - 3]);
    }
    if n > 3 && word.ends_with('s') && !word.ends_with("ss") && !word.ends_with("us") && !word.ends_with("is")
    {
        return word[..n - 1].to_owned();
    }
    word.to_owned()
}

/// An x between two numbers without blanks, as in `20x30`.
const TIGHT: char = '×';

#[derive(Debug, Clone, PartialEq)]
enum Raw {
    Word(String),
    Digits(String),
    Mark(char),
}

fn raw_tokens(line: &str) -> Vec<Raw> {
    let chars: Vec<char> = line.chars().collect();
    let mut tokens = Vec::new();
    let mut i = 0;
    while i < chars.len() {
        let c = chars[i];
        if c.is_ascii_digit() {
            let start = i;
            while i < chars.len() && (chars[i].is_ascii_digit() || inner_mark(&chars, i)) {
                i += 1;
            }
            tokens.push(Raw::Digits(chars[start..i].iter().filter(|c| **c != ',').collect()));
        } else if c.is_alphanumeric() {
            let start = i;
            while i < chars.len()
                && (chars[i].is_alphabetic()
                    || (chars[i] == '\'' && chars.get(i + 1).is_some_and(|c| c.is_alphabetic())))
            {
                i += 1;
            }
            // Letters of other scripts that are numbers, or a lone mark: taken as they are.
            i = i.max(start + 1);
            let tight = i == start + 1
                && chars[start] == 'x'
                && start > 0
                && chars[start - 1].is_ascii_digit()
                && chars.get(i).is_some_and(char::is_ascii_digit);
            tokens.push(if tight { Raw::Mark(TIGHT) } else { Raw::Word(chars[start..i].iter().collect()) });
        } else {
            if !c.is_whitespace() {
                tokens.push(Raw::Mark(c));
            }
            i += 1;
        }
    }
    tokens
}

/// A separator of thousands or a decimal point within a number.
fn inner_mark(chars: &[char], i: usize) -> bool {
    let digits_after = chars[i + 1..].iter().take_while(|c| c.is_ascii_digit()).count();
    match chars[i] {
        ',' => digits_after == 3,
        '.' => digits_after > 0,
        _ => false,
    }
}

/// A side of more inches is a quantity before a size: `50x12 inch`.
const LARGEST_INCHES: f64 = 24.0;

/// The pieces of a message.
pub fn tokens(text: &str) -> Vec<Token> {
    let normal = normalise(text);
    let mut out: Vec<Token> = Vec::new();
    for (number, line) in normal.lines().enumerate() {
        let raw = raw_tokens(line);
        let mut i = 0;
        while i < raw.len() {
            let (token, used) = next(&raw, i);
            out.push(Token { line: number, ..token });
            i += used.max(1);
        }
        out.push(Token { kind: Kind::Mark('\n'), text: String::new(), line: number });
    }
    out
}

fn token(kind: Kind, text: String) -> Token {
    Token { kind, text, line: 0 }
}

fn next(raw: &[Raw], i: usize) -> (Token, usize) {
    match &raw[i] {
        Raw::Mark(TIGHT) => (token(Kind::Word("x".to_owned()), "x".to_owned()), 1),
        Raw::Mark(c) => (token(Kind::Mark(*c), c.to_string()), 1),
        Raw::Digits(digits) => number_or_size(raw, i, digits),
        Raw::Word(word) => {
            let words: Vec<&str> = raw[i..]
                .iter()
                .map_while(|r| match r {
                    Raw::Word(w) => Some(w.as_str()),
                    Raw::Mark('-') => Some("-"),
                    _ => None,
                })
                .collect();
            if let Some((value, used)) = numbers::read_words(&words) {
                return with_unit(raw, i + used, value, used, words[..used].join(" ").replace(" - ", " "));
            }
            (token(Kind::Word(stem(word)), word.clone()), 1)
        }
    }
}

fn number_or_size(raw: &[Raw], i: usize, digits: &str) -> (Token, usize) {
    // Two or three numbers with an x between are a size: 20x30 cm. "100 x 12 inch" counts a size.
    let mut value = digits.to_owned();
    let mut used = 1;
    while let (Some(x), Some(Raw::Digits(more))) = (raw.get(i + used), raw.get(i + used + 1)) {
        let tight = *x == Raw::Mark(TIGHT);
        if !(tight || *x == Raw::Word("x".to_owned())) {
            break;
        }
        let unit = match raw.get(i + used + 2) {
            Some(Raw::Word(w)) => lexicon::size_unit(w),
            Some(Raw::Mark('"')) => Some("inch"),
            _ => None,
        };
        let third = matches!(raw.get(i + used + 2), Some(Raw::Mark(TIGHT)));
        let small = digits.parse::<f64>().is_ok_and(|n| n <= LARGEST_INCHES);
        let is_size = third || matches!(unit, Some("cm" | "mm")) || (tight && small && unit == Some("inch"));
        if !is_size {
            break;
        }
        value = format!("{value}x{more}");
        used += 2;
    }
    if used > 1 {
        let unit = match raw.get(i + used) {
            Some(Raw::Word(w)) => lexicon::size_unit(w),
            Some(Raw::Mark('"')) => Some("inch"),
            _ => None,
        };
        let text = format!("{value} {}", unit.unwrap_or_default());
        let used = used + usize::from(unit.is_some());
        return (
            token(Kind::Size(Size { value, unit: unit.unwrap_or_default() }), text.trim().to_owned()),
            used,
        );
    }
    let Ok(number) = digits.parse::<f64>() else {
        return (token(Kind::Word(digits.to_owned()), digits.to_owned()), 1);
    };
    if let Some(Raw::Word(w)) = raw.get(i + 1)
        && (w == "k" || w == "thousand")
    {
        return (token(Kind::Number(number * 1000.0), format!("{digits}{w}")), 2);
    }
    with_unit(raw, i + 1, number, 1, digits.to_owned())
}

/// A number is a size when a unit of measure follows.
fn with_unit(raw: &[Raw], after: usize, value: f64, used: usize, text: String) -> (Token, usize) {
    let dash = usize::from(matches!(raw.get(after), Some(Raw::Mark('-' | '.'))));
    let unit = match raw.get(after + dash) {
        Some(Raw::Mark('"')) => Some("inch"),
        Some(Raw::Word(word)) if word == "in" => {
            // "in" is the unit of a size only where no other word of the sentence follows it.
            let next_word = match raw.get(after + dash + 1) {
                Some(Raw::Word(w)) => w.as_str(),
                _ => "",
            };
            (value <= 60.0 && !lexicon::FOLLOWS_IN.contains(&next_word)).then_some("inch")
        }
        Some(Raw::Word(word)) => lexicon::size_unit(word),
        _ => None,
    };
    match unit {
        Some(unit) => {
            let size = Size { value: plain(value), unit };
            (token(Kind::Size(size), format!("{text} {unit}")), used + dash + 1)
        }
        None => (token(Kind::Number(value), text), used),
    }
}

/// `10` for 10.0, `1.5` for 1.5.
pub fn plain(value: f64) -> String {
    if value.fract() == 0.0 { format!("{value:.0}") } else { format!("{value}") }
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
        check("100 x 12 inch box", &["#100", "x", "[12 inch]", "box"]);
        check("100x12 inch", &["#100", "x", "[12 inch]"]);
        check("9x6 inch", &["[9x6 inch]"]);
        check("20x30 cm bags", &["[20x30 cm]", "bag"]);
        check("two hundred and fifty lids", &["#250", "lid"]);
        check("400 10-inch", &["#400", "[10 inch]"]);
        check("100 in total", &["#100", "in", "total"]);
    }
}
