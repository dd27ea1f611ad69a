//! Personal data found in a text, and taken out before it reaches a log, a metric, a ticket's summary or a language
//! model.
//!
//! What looks like a telephone number but is a quantity, a price, a SKU or an order's number must stay: a text
//! without them is of no use.

mod address;
mod names;

use std::ops::Range;

pub use names::introduced;

/// What a found piece of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// A number of a payment card.
    Card,
    /// A number of an identity card.
    Identity,
    /// A street address.
    Address,
}

impl Kind {
    /// What [`scrub`] writes in its place.
    fn placeholder(self) -> &'static str {
        match self {
            Self::Email => "[email]",
            Self::Phone => "[phone]",
            Self::Card => "[card]",
            Self::Identity => "[id]",
            Self::Address => "[address]",
        }
    }
}

/// Personal data in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Where, in bytes.
    pub at: Range<usize>,
    /// What.
    pub kind: Kind,
}

/// The text with telephone numbers, e-mail and street addresses, identity and card numbers replaced by placeholders.
pub fn scrub(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut end = 0;
    for found in find(text) {
        out.push_str(&text[end..found.at.start]);
        out.push_str(found.kind.placeholder());
        end = found.at.end;
    }
    out.push_str(&text[end..]);
    out
}

/// Personal data in the text, in order and without overlap.
pub fn find(text: &str) -> Vec<Found> {
    let mut emails = emails(text).into_iter().peekable();
    let mut all: Vec<Found> = Vec::new();
    let mut done = 0;
    for (at, c) in text.char_indices() {
        if at < done {
            continue;
        }
        while emails.next_if(|email| email.end <= at).is_some() {}
        // It may have begun within what was found before it: "81234567 jo@a.sg" without the blank.
        let found = if let Some(email) = emails.next_if(|email| email.start <= at) {
            Some((email.end, Kind::Email))
        } else if let Some(end) = c.is_ascii_digit().then(|| address::at(text, at)).flatten() {
            Some((end, Kind::Address))
        } else if c.is_ascii_digit() || c == '+' {
            // "81234567/91234567": behind another number a sign of division is none.
            let listed = all
                .last()
                .is_some_and(|last| last.at.end == at || last.at.end + 1 == at && last.kind == Kind::Phone);
            let before = text[..at].chars().next_back().filter(|_| !listed);
            number_at(&text[at..], before)
                .filter(|&(_, kind)| kind == Kind::Card || !names_an_order(&text[..at]))
                .map(|(length, kind)| (at + length, kind))
        } else if c.is_ascii_alphabetic() {
            identity_at(text, at).map(|end| (end, Kind::Identity))
        } else {
            None
        };
        if let Some((end, kind)) = found {
            all.push(Found { at: at..end, kind });
            done = end;
        }
    }
    all
}

/// E-mail addresses: what stands around an `@` without a blank.
fn emails(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for (at, _) in text.match_indices('@') {
        let name = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-');
        let host = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-');
        // "a@x.sg%b@x.sg": what belongs to the one before is no part of this one.
        let from = found.last().map_or(0, |last| last.end).min(at);
        let begin = text[from..at].trim_end_matches(name).len() + from;
        let start = at - text[begin..at].trim_start_matches(|c: char| !c.is_alphanumeric()).len();
        let rest = &text[at + 1..];
        let length = rest.find(|c: char| !host(c)).unwrap_or(rest.len());
        let host = rest[..length].trim_end_matches(['.', '-']);
        if start < at && !host.starts_with('.') && host.contains('.') {
            found.push(start..at + 1 + host.len());
        }
    }
    found
}

/// An identity number that begins at `at`, as a word of its own; its end.
fn identity_at(text: &str, at: usize) -> Option<usize> {
    const LENGTH: usize = 9;
    let joins = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    let number = text[at..].get(..LENGTH)?;
    let alone = !text[..at].ends_with(joins) && !text[at + LENGTH..].starts_with(joins);
    (alone && is_nric(number)).then_some(at + LENGTH)
}

/// Singapore's identity numbers: a letter, seven digits, and a check letter (weights 2 7 6 5 4 3 2, modulo 11).
fn is_nric(word: &str) -> bool {
    let upper = word.to_ascii_uppercase();
    let bytes = upper.as_bytes();
    if bytes.len() != 9 || !bytes[1..8].iter().all(u8::is_ascii_digit) {
        return false;
    }
    let weighted: usize = bytes[1..8]
        .iter()
        .zip([2, 7, 6, 5, 4, 3, 2])
        .map(|(digit, weight)| usize::from(digit - b'0') * weight)
        .sum();
    let (offset, letters): (usize, &[u8; 11]) = match bytes[0] {
        b'S' => (0, b"JZIHGFEDCBA"),
        b'T' => (4, b"JZIHGFEDCBA"),
        b'F' => (0, b"XWUTRQPNMLK"),
        b'G' => (4, b"XWUTRQPNMLK"),
        b'M' => (3, b"XWUTRQPNJLK"),
        _ => return false,
    };
    letters[(weighted + offset) % 11] == bytes[8]
}

/// Whether the words before a number say that it is the number of an order or of a paper, not of a telephone:
/// "order no. 81234567", "PO: 91234567". A comma or the end of a sentence between them says nothing of the kind.
fn names_an_order(before: &str) -> bool {
    const PAPERS: &[&str] = &["order", "invoice", "inv", "ticket", "tracking", "sku", "item", "barcode"];
    // In small letters these are other words.
    const SHORT: &[&str] = &["PO", "SO", "DO"];
    const BETWEEN: &[&str] = &["no", "nr", "number", "num", "id", "ref", "reference", "code", "is"];
    let mut rest = before;
    for _ in 0..3 {
        let trimmed = rest.trim_end_matches([' ', ':', '#', '(', '=']);
        let end = trimmed.trim_end_matches('.');
        rest = end.trim_end_matches(char::is_alphanumeric);
        let word = &end[rest.len()..];
        let small = word.to_lowercase();
        let sentence_ends = end.len() < trimmed.len() && word.len() > 3;
        if sentence_ends {
            return false;
        }
        if PAPERS.contains(&small.as_str()) || SHORT.contains(&word) {
            return true;
        }
        if !BETWEEN.contains(&small.as_str()) {
            return false;
        }
    }
    false
}

/// The digits at the start of a text, as they are written in groups: "+65 8123 4567", "4111-1111-1111-1111".
struct Groups {
    digits: String,
    /// Of each group, how many digits there are up to its end, and where that is, in bytes.
    ends: Vec<(usize, usize)>,
}

impl Groups {
    fn at(text: &str) -> Self {
        // More digits than any number has.
        const ENOUGH: usize = 40;
        let plus = text.starts_with('+');
        let mut found = Self { digits: String::new(), ends: Vec::new() };
        let mut in_group = false;
        for (at, c) in text.char_indices() {
            match c {
                '0'..='9' if found.digits.len() < ENOUGH => {
                    if !in_group {
                        found.ends.push((0, 0));
                    }
                    found.digits.push(c);
                    in_group = true;
                    if let Some(end) = found.ends.last_mut() {
                        *end = (found.digits.len(), at + 1);
                    }
                }
                '+' if at == 0 => {}
                ' ' | '-' if in_group || plus => in_group = false,
                '(' | ')' if plus => in_group = false,
                _ => break,
            }
        }
        found
    }

    fn first(&self) -> usize {
        self.ends.first().map_or(0, |end| end.0)
    }

    /// Where a card's number ends: all in one, or four digits and then three to six a group.
    fn card(&self) -> Option<usize> {
        let mut before = 0;
        let mut card = None;
        for (k, &(count, end)) in self.ends.iter().enumerate() {
            let grouped =
                if k == 0 { count <= 19 } else { self.first() == 4 && (3..=6).contains(&(count - before)) };
            if !grouped {
                break;
            }
            if is_card(&self.digits[..count]) {
                card = Some(end);
            }
            before = count;
        }
        card
    }

    /// Where a number with its country's code ends: at most 15 digits (ITU-T E.164). Written in one group, it ends
    /// with it.
    fn international(&self, prefix: usize) -> Option<usize> {
        let groups = if self.first() >= 9 + prefix { 1 } else { self.ends.len() };
        let fits = |count: usize| (8 + prefix..=15 + prefix).contains(&count);
        self.ends[..groups].iter().rev().find(|(count, _)| fits(*count)).map(|end| end.1)
    }
}

/// A telephone or card number at the start of `text`, with its length in bytes.
fn number_at(text: &str, before: Option<char>) -> Option<(usize, Kind)> {
    // Inside a word or a SKU, or behind a sign of number or money, it is no telephone number.
    if before.is_some_and(|c| c.is_alphanumeric() || "-#$€£./,_".contains(c)) {
        return None;
    }
    let groups = Groups::at(text);
    let alone = |end: &usize| !goes_on(&text[*end..]);
    if let Some(end) = groups.card().filter(alone) {
        return Some((end, Kind::Card));
    }
    let phone = if let Some(local) = text.strip_prefix("+65").and_then(singapore) {
        Some("+65".len() + local)
    } else if text.starts_with('+') {
        groups.international(0)
    } else if text.starts_with("00") && groups.first() != 3 {
        groups.international(2)
    } else if text.starts_with('0') {
        // Malaysia's and others' with the leading zero that quantities have not; a barcode is longer.
        groups.ends.first().filter(|(count, _)| (9..=11).contains(count)).map(|end| end.1)
    } else if text.starts_with("65") && groups.first() == 10 {
        singapore(&text[2..]).map(|length| 2 + length)
    } else {
        singapore(text)
    };
    phone.filter(alone).map(|end| (end, Kind::Phone))
}

/// Whether a number goes on in this text, which stands behind it: a decimal, a thousand, a SKU, a unit.
fn goes_on(rest: &str) -> bool {
    let mut rest = rest.chars();
    match rest.next() {
        Some('.' | ',') => rest.next().is_some_and(|c| c.is_ascii_digit()),
        Some('-') => rest.next().is_some_and(char::is_alphanumeric),
        Some(c) => c.is_alphabetic() || c.is_ascii_digit() || matches!(c, '%' | '"' | '_'),
        None => false,
    }
}

/// Singapore's numbers: eight digits that begin with 3, 6, 8 or 9, in one group or two of four. Their length in
/// bytes with the blank before them.
fn singapore(text: &str) -> Option<usize> {
    let number = text.strip_prefix([' ', '-']).unwrap_or(text);
    let digits = |s: &str| s.bytes().take_while(u8::is_ascii_digit).count();
    let length = match digits(number) {
        8 => 8,
        4 if number[4..].starts_with([' ', '-']) && digits(&number[5..]) == 4 => 9,
        _ => return None,
    };
    // "3000-4000" and "6000 8000" are two quantities.
    let quantities = length == 9 && number[..4].ends_with("00") && number[..9].ends_with("00");
    let begins = number.starts_with(['3', '6', '8', '9']);
    (begins && !quantities).then_some(text.len() - number.len() + length)
}

/// Numbers of payment cards: their first digit is 2 to 6 (ISO/IEC 7812: travel, banking), the last one checks the
/// others. Those of 13 digits begin with 4; other codes of 13 are barcodes.
fn is_card(digits: &str) -> bool {
    let first = digits.as_bytes().first();
    let issued = match digits.len() {
        13 => first == Some(&b'4'),
        14..=19 => first.is_some_and(|first| (b'2'..=b'6').contains(first)),
        _ => false,
    };
    issued && luhn(digits)
}

/// The check digit of card numbers (Luhn 1960).
fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(i, b)| {
            let d = u32::from(b - b'0');
            if i % 2 == 0 { d } else { d * 2 / 10 + d * 2 % 10 }
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests;
