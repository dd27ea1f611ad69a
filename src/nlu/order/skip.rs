//! Numbers that count nothing: telephone numbers, dates, times, prices, the numbering of a list, addresses.

use super::scan::Scan;
use crate::nlu::lexicon;
use crate::nlu::text::Kind;

/// Why a number counts nothing, with how many tokens to pass over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Skip {
    /// A day or an hour: part of the notes.
    Time(usize),
    /// Anything else.
    Other(usize),
}

impl Skip {
    /// How many tokens to pass over.
    pub fn len(self) -> usize {
        match self {
            Self::Time(n) | Self::Other(n) => n,
        }
    }
}

/// Looks at the number at a place.
pub fn skip(scan: &Scan<'_>, i: usize, n: f64) -> Option<Skip> {
    numbering(scan, i, n)
        .or_else(|| telephone(scan, i, n))
        .or_else(|| date(scan, i, n))
        .or_else(|| time(scan, i, n))
        .or_else(|| reference(scan, i, n))
        .or_else(|| address(scan, i))
}

/// `1.`, `2)`, in a line or running on: the next number of a list.
fn numbering(scan: &Scan<'_>, i: usize, n: f64) -> Option<Skip> {
    let starts = i == 0 || matches!(scan.mark(i - 1), '\n');
    let opens = i > 0 && scan.mark(i - 1) == '(';
    let closes = matches!(scan.mark(i + 1), '.' | ')');
    let more = scan.tokens[i + 1..]
        .iter()
        .take_while(|t| t.kind != Kind::Mark('\n'))
        .any(|t| !matches!(t.kind, Kind::Mark(_)));
    if !more || n >= 100.0 || n.fract() != 0.0 {
        return None;
    }
    if starts && (closes || (scan.numbered && matches!(scan.mark(i + 1), '-' | ':' | '*' | '|' | '/'))) {
        return Some(Skip::Other(2));
    }
    if starts
        && scan.numbered
        && !matches!(scan.tokens.get(i + 1).map(|t| &t.kind), Some(Kind::Mark(_)))
        && scan.line_has_other_number(i)
    {
        return Some(Skip::Other(1));
    }
    // "1) boxes 2) lids": each one more than the one before.
    let bracket = scan.mark(i + 1) == ')' && !scan.open_bracket(i);
    let point =
        scan.mark(i + 1) == '.' && scan.gap_after(i + 1) && (n as usize) == scan.last_number.get() + 1;
    if (bracket || point || opens && closes)
        && (n as usize) == scan.last_number.get() + 1
        && n < 30.0
        && (starts || scan.last_number.get() > 0 || bracket)
    {
        scan.last_number.set(n as usize);
        return Some(Skip::Other(2));
    }
    None
}

/// `+65 8123 4567`, `81234567`, `8123-4567`, `(555) 010-9999`.
fn telephone(scan: &Scan<'_>, i: usize, n: f64) -> Option<Skip> {
    let digits = |at: usize| match scan.tokens.get(at).map(|t| &t.kind) {
        Some(Kind::Number(_)) if scan.tokens[at].text.bytes().all(|b| b.is_ascii_digit()) => {
            scan.tokens[at].text.len()
        }
        _ => 0,
    };
    let own = digits(i);
    if own >= 8 || (own == 7 && n >= 1_000_000.0) {
        return Some(Skip::Other(1));
    }
    let mut end = i + 1;
    let mut total = own;
    loop {
        let at = end + usize::from(matches!(scan.mark(end), '-' | '.' | ')' | '/'));
        let sentence = scan.mark(end) == '.' && !scan.touches(at);
        if digits(at) == 0 || own == 0 || sentence {
            break;
        }
        total += digits(at);
        end = at + 1;
    }
    let plus = i > 0 && scan.mark(i - 1) == '+' && scan.touches(i);
    let cue = i > 0
        && (lexicon::REFERENCES.contains(scan.word(i - 1))
            || matches!(scan.word(i - 1), "at" | "on" | "me" | "us" | "number" | "no"));
    // No quantity is written with such a zero before it: "07700 900123", "unit 05-12".
    let zero = scan.tokens[i].text.starts_with('0') && n.fract() == 0.0;
    let part = i > 0 && own >= 2 && scan.mark(i - 1) == '-' && scan.touches(i);
    if zero && (part || own >= 4 || (end > i + 1 && total >= 4 && scan.touches(i + 1))) {
        return Some(Skip::Other(end - i));
    }
    let pair = end > i + 1
        && own == 4
        && total == 8
        && matches!(scan.tokens[i].text.as_bytes()[0], b'3' | b'6' | b'8' | b'9' | b'0');
    let long = end > i + 1 && total >= 8 && (own <= 4) && (cue || total >= 10);
    (plus && total >= 6 || pair || long).then_some(Skip::Other(end - i))
}

/// `24 Nov`, `Nov 24`, `24/11`, `2026-11-24`, `the 24th`.
fn date(scan: &Scan<'_>, i: usize, n: f64) -> Option<Skip> {
    let month = |at: usize| {
        lexicon::MONTHS.contains(scan.word(at)) && scan.word(at) != "may" || scan.is_capital(at, "may")
    };
    let number = |at: usize| matches!(scan.tokens.get(at).map(|t| &t.kind), Some(Kind::Number(_)));
    if n <= 31.0 && matches!(scan.word(i + 1), "st" | "nd" | "rd" | "th") && scan.touches(i + 1) {
        return Some(Skip::Time(2));
    }
    if n <= 31.0 && (month(i + 1) || (scan.word(i + 1) == "of" && month(i + 2))) {
        let year =
            number(i + 2) && scan.tokens[i + 2].text.len() == 4 && scan.tokens[i + 2].text.starts_with("20");
        return Some(Skip::Time(2 + usize::from(year)));
    }
    if n <= 31.0 && i > 0 && month(i - 1) {
        return Some(Skip::Time(1));
    }
    // "25.11.2026": the first two are read as one number.
    let dotted =
        n < 32.0 && scan.tokens[i].text.contains('.') && scan.mark(i + 1) == '.' && scan.touches(i + 1);
    if dotted
        && scan.touches(i + 2)
        && matches!(scan.number(i + 2), Some(y) if (2000.0..2100.0).contains(&y) || y < 100.0)
    {
        return Some(Skip::Time(3));
    }
    let goods = |at: usize| scan.is_product_word(at) || scan.is_count_word(at) || scan.word(at) == "x";
    // "Mon 24: 20 sheets"
    if n <= 31.0 && i > 0 && scan.is_weekday(i - 1) && !goods(i + 1) && !matches!(scan.mark(i + 1), '-' | '/')
    {
        return Some(Skip::Time(1));
    }
    let joined = |c: char| scan.mark(i + 1) == c && number(i + 2);
    let small = |at: usize, most: f64| matches!(scan.tokens.get(at).map(|t| &t.kind), Some(Kind::Number(m)) if *m <= most && *m >= 1.0);
    if (2000.0..=2100.0).contains(&n) && joined('-') && scan.mark(i + 3) == '-' {
        return Some(Skip::Time(5));
    }
    for c in ['/', '-', '.'] {
        if joined(c) && scan.mark(i + 3) == c && number(i + 4) && n <= 31.0 && small(i + 2, 31.0) {
            return Some(Skip::Time(5));
        }
    }
    let before = if i > 0 { scan.word(i - 1) } else { "" };
    let cue = matches!(
        before,
        "on" | "by"
            | "for"
            | "before"
            | "date"
            | "until"
            | "till"
            | "after"
            | "from"
            | "delivery"
            | "deliver"
            | "due"
            | "dated"
    ) || lexicon::FILLERS.contains(before) && scan.is_weekday(i - 1);
    let hour = number(i + 3) && scan.mark(i + 4) == ':' && scan.touches(i + 5);
    let talk = i > 0 && !before.is_empty() && !goods(i - 1) && !goods(i + 3) && (hour || !number(i + 3));
    (joined('/')
        && n <= 31.0
        && small(i + 2, 12.0)
        && scan.touches(i + 1)
        && (cue || talk)
        && !scan.mark_is(i + 3, '"'))
    .then_some(Skip::Time(3))
}

/// `3pm`, `10:30`, `9-12`, `before 3`, `2 days`.
fn time(scan: &Scan<'_>, i: usize, n: f64) -> Option<Skip> {
    let number = |at: usize| match scan.tokens.get(at).map(|t| &t.kind) {
        Some(Kind::Number(m)) => Some(*m),
        _ => None,
    };
    let after = scan.word(i + 1);
    if lexicon::TIMES.contains(after) && (after != "h" || scan.touches(i + 1)) {
        return Some(Skip::Time(2));
    }
    let before = if i > 0 { scan.word(i - 1) } else { "" };
    let clock = scan.mark(i + 1) == ':' && scan.touches(i + 1) && scan.touches(i + 2) && n < 24.0;
    let minutes =
        scan.tokens.get(i + 2).is_some_and(|t| t.text.len() == 2 && number(i + 2).is_some_and(|m| m < 60.0));
    let point = n < 24.0 && n.fract() > 0.0 && matches!(after, "am" | "pm");
    if (clock && minutes) || point {
        return Some(Skip::Time(3 + usize::from(matches!(scan.word(i + 3), "am" | "pm" | "hrs" | "h"))));
    }
    // "07:00-09:00": the end of it.
    let ends_clock = i >= 3
        && scan.mark(i - 1) == ':'
        && scan.touches(i)
        && scan.touches(i - 1)
        && scan.number(i - 2).is_some_and(|h| h <= 24.0)
        && scan.tokens[i].text.len() == 2
        && n < 60.0
        && matches!(scan.mark(i - 3), '-');
    if ends_clock {
        return Some(Skip::Time(1));
    }
    // "9-12", "2 to 4pm", "between 2 and 4".
    let dash = matches!(scan.mark(i + 1), '-') || matches!(after, "to" | "and");
    if dash && n <= 24.0 && number(i + 2).is_some_and(|m| m <= 24.0) {
        let pm = matches!(scan.word(i + 3), "am" | "pm" | "noon");
        let cue = matches!(
            before,
            "between" | "from" | "at" | "slot" | "window" | "open" | "hours" | "weekdays" | "daily"
        ) || (i > 0
            && (scan.is_weekday(i - 1) || matches!(before, "tomorrow" | "today" | "morning" | "afternoon")));
        let goods = scan.is_product_word(i + 3);
        if pm || (cue && !goods) {
            return Some(Skip::Time(3 + usize::from(pm)));
        }
    }
    let preposition = matches!(before, "by" | "before" | "until" | "till" | "after" | "around" | "at");
    let ends = match scan.tokens.get(i + 1).map(|t| &t.kind) {
        None | Some(Kind::Mark('\n' | '.' | ',' | ';' | '!' | '?' | ')' | '@')) => true,
        Some(Kind::Word(w)) => lexicon::FILLERS.contains(w.as_str()) && w != "of" && w != "x",
        _ => false,
    };
    (preposition && n <= 24.0 && ends).then_some(Skip::Time(1))
}

/// Prices, percentages, people, telephone and order numbers, sums.
fn reference(scan: &Scan<'_>, i: usize, n: f64) -> Option<Skip> {
    let before = if i > 0 { scan.word(i - 1) } else { "" };
    let mark_before = if i > 0 { scan.mark(i - 1) } else { ' ' };
    let after = scan.word(i + 1);
    if scan.mark(i + 1) == '%' || lexicon::PEOPLE.contains(after) {
        return Some(Skip::Other(2));
    }
    if mark_before == '$' || matches!(mark_before, '€' | '£' | '@') || lexicon::CURRENCIES.contains(before)
    {
        let each = usize::from(matches!(after, "each" | "per" | "a"));
        return Some(Skip::Other(1 + each + usize::from(after == "per")));
    }
    if mark_before == '#' && scan.touches(i) {
        let unit = scan.mark(i + 1) == '-'
            && matches!(scan.tokens.get(i + 2).map(|t| &t.kind), Some(Kind::Number(_)));
        return Some(Skip::Other(if unit { 3 } else { 1 }));
    }
    let near = |back: usize| i >= back && lexicon::REFERENCES.contains(scan.word(i - back));
    let marked = i >= 2 && matches!(scan.mark(i - 1), ':' | '.' | '#' | '-') && near(2);
    let named = i >= 2
        && matches!(before, "no" | "number" | "code" | "card" | "id" | "sheet" | "ticket")
        && (near(2)
            || matches!(scan.word(i - 2), "order" | "account" | "gate" | "door" | "postal" | "customer"));
    // "order no. 7782"
    let abbreviated = i >= 3
        && matches!(scan.mark(i - 1), '.' | '#' | ':')
        && matches!(scan.word(i - 2), "no" | "number" | "nr")
        && (near(3) || matches!(scan.word(i - 3), "order" | "account" | "customer" | "unit"));
    if abbreviated {
        return Some(Skip::Other(1));
    }
    // "PO SY-20931"
    let joined = matches!(scan.mark(i.wrapping_sub(1)), '-' | '/');
    let lettered = i >= 3 && joined && scan.touches(i) && scan.touches(i - 1) && near(3);
    if lettered {
        return Some(Skip::Other(1));
    }
    // "gate code is 4471"
    let told = i >= 2 && before == "is" && (near(2) || matches!(scan.word(i - 2), "code" | "number" | "no"));
    if told {
        return Some(Skip::Other(1));
    }
    let goods = scan.is_product_word(i + 1) || (scan.is_count_word(i + 1) && after != "unit");
    // "Purchase order 7731"
    if before == "order" && i >= 2 && scan.word(i - 2) == "purchase" && !goods {
        return Some(Skip::Other(1));
    }
    // "unit 88"
    if before == "unit" && !goods && (i < 2 || scan.number(i - 2).is_none()) {
        return Some(Skip::Other(1));
    }
    // "Phase 3", where a product is called so.
    let numbered = matches!(scan.tokens.get(i.wrapping_sub(1)).map(|t| &t.kind), Some(Kind::Word(w)) if scan.products.is_numbered(w, n));
    if (near(1) && !goods && !numbered) || marked || named || (before == "code") {
        return Some(Skip::Other(1));
    }
    if mark_before == '(' && i >= 2 && scan.word(i - 2) == "s" && n >= 10_000.0 {
        return Some(Skip::Other(1));
    }
    let sum = matches!(before, "total" | "totalling" | "totaling" | "altogether")
        || (mark_before == ':' && i >= 2 && scan.word(i - 2) == "total")
        || matches!(after, "total" | "altogether")
        || (after == "in" && matches!(scan.word(i + 2), "total" | "all"));
    let sum = sum
        || (lexicon::PIECES.contains(after)
            && (matches!(scan.word(i + 2), "total" | "altogether")
                || (scan.word(i + 2) == "in" && matches!(scan.word(i + 3), "total" | "all"))));
    if sum && scan.counted.get() > 0 {
        return Some(Skip::Other(
            1 + usize::from(matches!(after, "pcs" | "pieces" | "units" | "items" | "total" | "altogether")),
        ));
    }
    None
}

/// `12 Quayline Walk`: a number before a street's name.
fn address(scan: &Scan<'_>, i: usize) -> Option<Skip> {
    for at in i + 1..=i + 4 {
        let word = scan.word(at);
        if word.is_empty() || scan.is_product_word(at) || lexicon::PIECES.contains(word) {
            return None;
        }
        let short = matches!(
            word,
            "st" | "dr"
                | "way"
                | "park"
                | "link"
                | "view"
                | "court"
                | "close"
                | "place"
                | "row"
                | "hill"
                | "rise"
                | "walk"
                | "square"
                | "central"
                | "yard"
        );
        let capital = scan.starts_capital(at);
        if at > i + 1 && lexicon::STREETS.contains(word) && (!short || capital) {
            return Some(Skip::Other(at + 1 - i));
        }
    }
    None
}
