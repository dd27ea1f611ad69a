//! Numbers that count nothing.

use crate::nlu::lexicon;
use crate::nlu::text::{Kind, Token};

/// How many tokens to pass over when a number counts nothing: telephone numbers, dates, times, prices, the
/// numbering of a list, references.
pub fn not_a_count(tokens: &[Token], i: usize, n: f64) -> Option<usize> {
    let word = |at: Option<usize>| at.and_then(|at| tokens.get(at)).map_or("", |t| t.text.as_str());
    let mark = |at: usize| match tokens.get(at).map(|t| &t.kind) {
        Some(Kind::Mark(c)) => *c,
        _ => ' ',
    };
    let (before, after) = (word(i.checked_sub(1)), word(Some(i + 1)));
    let line_start = i == 0 || matches!(tokens[i - 1].kind, Kind::Mark('\n'));
    let more_in_line = tokens[i + 1..]
        .iter()
        .take_while(|t| t.kind != Kind::Mark('\n'))
        .any(|t| !matches!(t.kind, Kind::Mark(_)));
    if line_start && matches!(mark(i + 1), '.' | ')') && more_in_line && n < 100.0 {
        return Some(2);
    }
    if n >= 1_000_000.0 || lexicon::REFERENCES.contains(&before) || before == "$" {
        return Some(1);
    }
    if matches!(
        after,
        "%" | "am"
            | "pm"
            | "st"
            | "nd"
            | "rd"
            | "th"
            | "hrs"
            | "hr"
            | "mins"
            | "minutes"
            | "days"
            | "weeks"
            | "noon"
            | "o'clock"
    ) {
        return Some(2);
    }
    if matches!(before, "sgd" | "usd" | "rm" | "by" | "before" | "until" | "till")
        || lexicon::MONTHS.contains(&before)
        || lexicon::MONTHS.contains(&after) && after != "may"
    {
        return Some(1);
    }
    // 24/11, 24/11/2026, 2026-11-24
    let joined =
        |c: char| mark(i + 1) == c && matches!(tokens.get(i + 2).map(|t| &t.kind), Some(Kind::Number(_)));
    if joined('/') && n <= 31.0 {
        return Some(3);
    }
    if n >= 2000.0 && n <= 2100.0 && joined('-') {
        return Some(5);
    }
    let time = matches!(before, "at" | "by" | "before" | "after" | "around");
    if time && joined(':') {
        return Some(3);
    }
    None
}
