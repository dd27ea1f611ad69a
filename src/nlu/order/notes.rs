//! Instructions to whoever delivers, and days and hours: kept word for word, and not read for quantities.

use super::scan::Scan;
use crate::nlu::lexicon;
use crate::nlu::matcher::ProductIndex;
use crate::nlu::text::{Kind, Token, normalise};

/// Longest run of notes that is kept, in bytes.
const MAX_NOTES: usize = 1000;

/// Where the instructions in a message stand, in bytes.
pub fn find(text: &str, tokens: &[Token], products: &ProductIndex) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    let mut open = false;
    for (start, end, stop) in segments(text) {
        let segment = &text[start..end];
        let goods = orders_goods(tokens, start, end, products);
        // "Ring Joan", where rings are sold: the cue itself is no product, unless it is counted.
        let begins = begins_note(segment).filter(|(labelled, cue)| {
            *labelled || !goods || !orders_goods(tokens, after_words(tokens, start, *cue), end, products)
        });
        if let Some((label, _)) = begins {
            found.push((start, end));
            open = !stop || label;
        } else if open && !goods && !segment.trim().is_empty() {
            // "leave at the back door, gate code 1234": what follows belongs to it.
            if let Some(last) = found.last_mut() {
                last.1 = end;
            }
            open = !stop;
        } else {
            open = false;
            if let Some(at) =
                note_inside(segment).filter(|at| !orders_goods(tokens, start + at, end, products))
            {
                found.push((start + at, end));
                open = !stop;
            }
        }
    }
    found
}

/// Lines, sentences and what stands between commas; whether a sentence ends there.
fn segments(text: &str) -> Vec<(usize, usize, bool)> {
    let mut out = Vec::new();
    let mut start = 0;
    let bytes = text.as_bytes();
    for (i, c) in text.char_indices() {
        let end = i + c.len_utf8();
        let blank = bytes.get(end).is_none_or(u8::is_ascii_whitespace);
        let (cuts, stop) = match c {
            '\n' | '(' | ')' | ';' => (true, true),
            // "At no. 4": no sentence ends there.
            '.' if abbreviates(&text[..i], &text[end..]) => (false, false),
            '.' | '!' | '?' => (blank, true),
            ',' => (blank, false),
            _ => (false, false),
        };
        if cuts {
            out.push((start, end, stop));
            start = end;
        }
    }
    out.push((start, text.len(), true));
    out
}

/// Whether a point stands between a word for numbers and its number.
fn abbreviates(before: &str, after: &str) -> bool {
    let word = before.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let numbers = ["no", "nr", "nos", "ext", "tel", "ph", "apt", "blk", "lvl", "fl"];
    numbers.iter().any(|n| word.eq_ignore_ascii_case(n))
        && after.trim_start_matches(' ').starts_with(|c: char| c.is_ascii_digit())
}

/// Where the so many-th word from a place ends; the place itself, when a number follows.
fn after_words(tokens: &[Token], start: usize, words: usize) -> usize {
    let from = tokens.partition_point(|t| t.start < start);
    let last = tokens[from..].iter().filter(|t| matches!(t.kind, Kind::Word(_))).nth(words.saturating_sub(1));
    let Some(last) = last else { return start };
    let next = tokens.iter().find(|t| t.start >= last.end);
    if next.is_some_and(|t| matches!(t.kind, Kind::Word(_))) { last.end } else { start }
}

/// Whether it begins as an instruction, and with how many words; `true` when it is labelled as one.
fn begins_note(segment: &str) -> Option<(bool, usize)> {
    let normal = normalise(segment);
    let mut words = 0;
    let mut rest = normal.trim_start_matches(|c: char| !c.is_alphanumeric());
    loop {
        let cue = lexicon::NOTE_STARTS.iter().find(|cue| begins_with(rest, cue));
        if let Some(cue) = cue {
            let labelled =
                cue.starts_with("note") || cue.starts_with("remark") || cue.starts_with("instruction");
            return Some((labelled, words + cue.split(' ').count()));
        }
        let lead = lexicon::NOTE_LEADS.iter().find(|lead| begins_with(rest, lead))?;
        words += 1;
        rest = rest[lead.len()..].trim_start_matches(|c: char| !c.is_alphanumeric());
    }
}

fn begins_with(text: &str, cue: &str) -> bool {
    text.strip_prefix(cue).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '\''))
}

fn note_inside(segment: &str) -> Option<usize> {
    let lower = segment.to_ascii_lowercase();
    lexicon::NOTE_INSIDE
        .iter()
        .filter_map(|cue| lower.find(cue))
        .filter(|at| *at > 0 && lower.as_bytes()[at - 1].is_ascii_whitespace())
        .min()
}

/// Whether a stretch has a number beside a product: then it orders, whatever it begins with.
fn orders_goods(tokens: &[Token], start: usize, end: usize, products: &ProductIndex) -> bool {
    let reader = products.reader();
    let inside = || tokens.iter().filter(|t| t.start >= start && t.end <= end);
    let number = inside().any(|t| matches!(t.kind, Kind::Number(_)) || matches!(t.kind, Kind::Size(_)));
    let product = inside().any(|t| match &t.kind {
        Kind::Word(w) => !reader.look_up(w).is_empty(),
        Kind::Size(size) => products.knows_size(size),
        _ => false,
    });
    number && product
}

/// The notes as one text: instructions, then days and hours.
pub fn text(source: &str, instructions: &[(usize, usize)], times: &[(usize, usize)]) -> String {
    let edge =
        |c: char| c.is_whitespace() || matches!(c, '.' | ',' | ';' | '!' | '(' | ')' | '-' | '*' | '•');
    let mut all: Vec<&str> = Vec::new();
    for (start, end) in instructions.iter().chain(times) {
        let piece = source.get(*start..*end).unwrap_or_default().trim_matches(edge);
        let used: usize = all.iter().map(|p| p.len() + 2).sum();
        if !piece.is_empty() && used + piece.len() <= MAX_NOTES && !all.contains(&piece) {
            all.push(piece);
        }
    }
    all.join("; ")
}

/// Where days and hours stand: words for days and numbers read as times, with the prepositions before them.
pub fn times(scan: &Scan<'_>, numbers: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let tokens = scan.tokens;
    let mut is_time = vec![false; tokens.len()];
    for (from, to) in numbers {
        (*from..*to).for_each(|i| is_time[i] = true);
    }
    for (i, flag) in is_time.iter_mut().enumerate() {
        let word = scan.word(i);
        let greeting = i > 0 && scan.word(i - 1) == "good";
        *flag |= lexicon::DAYS.contains(word) && !greeting;
    }
    let mut found = Vec::new();
    let mut i = 0;
    while i < tokens.len() {
        if !is_time[i] {
            i += 1;
            continue;
        }
        let mut from = i;
        while from > 0 && lexicon::BEFORE_TIMES.contains(scan.word(from - 1)) {
            from -= 1;
        }
        let mut to = i + 1;
        while to < tokens.len()
            && (is_time[to]
                || (lexicon::BEFORE_TIMES.contains(scan.word(to)) && is_time.get(to + 1) == Some(&true)))
        {
            to += 1;
        }
        let lone =
            to == i + 1 && from == i && matches!(scan.word(i), "morning" | "afternoon" | "evening" | "week");
        if !lone {
            found.push((tokens[from].start, tokens[to - 1].end));
        }
        i = to;
    }
    found
}
