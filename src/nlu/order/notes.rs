//! Instructions to whoever delivers: kept word for word, and not read for quantities.

use crate::nlu::lexicon;
use crate::nlu::matcher::ProductIndex;
use crate::nlu::text::{Kind, tokens};

/// Splits a message into what is read as an order and what is kept as a note.
pub fn take(text: &str, products: &ProductIndex) -> (String, String) {
    let mut body = String::with_capacity(text.len());
    let mut notes: Vec<&str> = Vec::new();
    for sentence in sentences(text) {
        if is_note(sentence, products) {
            notes.push(sentence.trim().trim_end_matches(['.', ',', ';', '!']));
            body.push('\n');
        } else {
            body.push_str(sentence);
        }
    }
    (body, notes.join("; "))
}

/// Lines, and within a line what stands between full stops, exclamation marks and semicolons.
fn sentences(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut start = 0;
    let bytes = text.as_bytes();
    for (i, c) in text.char_indices() {
        let end = i + c.len_utf8();
        let stop = match c {
            '\n' => true,
            '.' | '!' | '?' | ';' => bytes.get(end).is_none_or(|b| b.is_ascii_whitespace()),
            _ => false,
        };
        if stop {
            out.push(&text[start..end]);
            start = end;
        }
    }
    out.push(&text[start..]);
    out
}

fn is_note(sentence: &str, products: &ProductIndex) -> bool {
    let normal = crate::nlu::text::normalise(sentence);
    let trimmed = normal.trim().trim_start_matches(['-', '*', '(', ' ']);
    let starts = lexicon::NOTE_STARTS.iter().any(|cue| {
        trimmed.strip_prefix(cue).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
    });
    if !starts {
        return false;
    }
    // "Bring 200 trays" orders: a quantity beside a product is no note, unless it says so.
    let labelled = trimmed.starts_with("note") || trimmed.starts_with("remark");
    let list = tokens(sentence);
    let quantity = list.iter().any(|t| matches!(t.kind, Kind::Number(_)));
    let product = list.iter().any(|t| matches!(&t.kind, Kind::Word(w) if products.knows(w)));
    labelled || !(quantity && product)
}
