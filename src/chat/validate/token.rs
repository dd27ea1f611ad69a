//! Cuts an answer, or what supports it, into words, numbers and marks.
//!
//! The reading of orders has a lexer of its own; it mends spelling and merges numbers with sizes as customers mean
//! them. Here nothing may be guessed: an answer says what it says.

use crate::nlu::text::normalise;

/// Stands in a text for what was taken out of it (an e-mail address, a SKU), so that its digits are no numbers.
pub(super) const TAKEN: char = '\u{fffc}';

/// A word, a number or a mark.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    /// Lower case; a number without its thousands separators.
    pub text: String,
    /// The value of a number.
    pub number: Option<f64>,
    /// Whether nothing stands between this and the piece before.
    pub glued: bool,
}

impl Token {
    /// Whether it is made of letters.
    pub(super) fn is_word(&self) -> bool {
        self.number.is_none() && self.text.starts_with(char::is_alphabetic)
    }

    /// Whether it is this mark or word.
    pub(super) fn is(&self, text: &str) -> bool {
        self.number.is_none() && self.text == text
    }

    /// Digits behind the decimal point.
    pub(super) fn decimals(&self) -> usize {
        self.text.split_once('.').map_or(0, |(_, behind)| behind.len())
    }
}

/// Whether a character is one of those that are not seen, by which a number could be split.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

/// The pieces of a text; dashes, quotes, accents and full-width forms are made plain first.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let seen: String = text.chars().filter(|c| !is_invisible(*c)).collect();
    let chars: Vec<char> = normalise(&seen).chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let c = chars[at];
        if c.is_whitespace() {
            at += 1;
            continue;
        }
        let glued = at > 0 && !chars[at - 1].is_whitespace();
        let length = if c.is_ascii_digit() {
            number_length(&chars[at..], at > 1 && chars[at - 1] == '.' && chars[at - 2].is_ascii_digit())
        } else if c.is_alphabetic() {
            word_length(&chars[at..])
        } else {
            1
        };
        let written: String = chars[at..at + length].iter().collect();
        let (text, number) = if c.is_ascii_digit() {
            let plain = written.replace(',', "");
            let value = plain.parse().ok();
            (plain, value)
        } else {
            (written, None)
        };
        found.push(Token { text, number, glued });
        at += length;
    }
    found
}

/// Letters, with an apostrophe between two of them: `don't`, `o'clock`.
fn word_length(chars: &[char]) -> usize {
    let mut end = 0;
    while end < chars.len() {
        let inside = chars[end] == '\'' && chars.get(end + 1).is_some_and(|c| c.is_alphabetic());
        if !(chars[end].is_alphabetic() || inside) {
            break;
        }
        end += 1;
    }
    end
}

/// `1,000.50` is one number; `8,12` and `23.11.2026` are several.
fn number_length(chars: &[char], after_point: bool) -> usize {
    let digits = |from: usize| chars[from..].iter().take_while(|c| c.is_ascii_digit()).count();
    let mut end = digits(0);
    while end <= 15 && chars.get(end) == Some(&',') && digits(end + 1) == 3 {
        end += 4;
    }
    if chars.get(end) == Some(&'.') {
        let behind = digits(end + 1);
        let goes_on =
            chars.get(end + 1 + behind) == Some(&'.') && digits((end + 2 + behind).min(chars.len())) > 0;
        if behind > 0 && !goes_on && !after_point {
            end += 1 + behind;
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<String> = tokens(text).into_iter().map(|t| t.text).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn words_numbers_and_marks() {
        check("SGD 1,000.50!", &["sgd", "1000.50", "!"]);
        check("8,12 oz", &["8", ",", "12", "oz"]);
        check("23.11.2026", &["23", ".", "11", ".", "2026"]);
        check("Don’t – 24h", &["don't", "-", "24", "h"]);
        check("1\u{200b}0%", &["10", "%"]);
        check("２００ g.", &["200", "g", "."]);
        check("1.", &["1", "."]);
    }
}
