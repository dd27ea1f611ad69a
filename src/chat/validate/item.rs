//! What is copied or wrong: e-mail addresses, web addresses, telephone numbers, SKUs and the like.
//!
//! They are found in the text as written, since capitals tell a SKU from words, and taken out of it before values
//! are read: the `010` of `PIZ-010-KR-01` is no number that evidence could lend to an answer.

use super::token::{TAKEN, is_invisible};
use super::unit;
use crate::domain::pii;

/// What kind of thing it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// An e-mail address.
    Email,
    /// A web address, or a name on a social network.
    Url,
    /// A telephone number.
    Phone,
    /// A product's code, or anything that looks like one.
    Sku,
    /// A code that begins like an order's, a ticket's or an invoice's.
    Order,
    /// An identity or card number.
    Identity,
}

/// Something copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    /// What it is.
    pub kind: Kind,
    /// For comparing: digits of a telephone number, letters and digits of a SKU, an address without its scheme.
    pub key: String,
    /// As written, in lower case.
    pub written: String,
}

/// Endings of web addresses that are not words of a sentence whose blank was forgotten ("sorry.In case").
const TOP_LEVEL: &[&str] = &[
    "com", "net", "org", "io", "sg", "uk", "eu", "de", "ai", "app", "dev", "shop", "store", "info", "biz",
    "xyz", "online", "site", "example", "test", "invalid", "link", "top", "club", "gov", "edu", "tech",
    "page", "co",
];
/// Further endings, believed only when a path or a third part shows that it is an address.
const TOP_LEVEL_WORDS: &[&str] =
    &["me", "in", "my", "us", "id", "to", "is", "it", "at", "be", "hk", "au", "nz"];
/// Beginnings of the codes of orders, tickets and invoices.
const ORDER_CODES: &[&str] = &["ord", "order", "so", "po", "inv", "invoice", "tkt", "ticket", "ref", "case"];
/// A number after one of these is a reference, however many digits it has.
const REFERENCES: &[&str] = &["order", "ticket", "invoice", "reference", "ref", "lot", "case"];

/// Takes the items out of a text; what is left has a mark in place of each.
pub(super) fn take(text: &str) -> (String, Vec<Item>) {
    let chars: Vec<char> = text.chars().filter(|c| !is_invisible(*c)).map(half_width).collect();
    let mut items = Vec::new();
    let without_phones = take_phones(&chars, &mut items);
    let mut left = String::with_capacity(without_phones.len());
    let mut piece = String::new();
    for c in without_phones.chars() {
        if c.is_whitespace() || "<>()[]{}\"“”,;|—–".contains(c) {
            left.push_str(&take_piece(&std::mem::take(&mut piece), &mut items));
            left.push(c);
        } else {
            piece.push(c);
        }
    }
    left.push_str(&take_piece(&piece, &mut items));
    (left, items)
}

/// Full-width forms of ASCII, as some keyboards write them.
fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{2010}' | '\u{2011}' => '-',
        c => c,
    }
}

fn take_piece(piece: &str, items: &mut Vec<Item>) -> String {
    let core = piece.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '@' | '+' | TAKEN));
    let core = core.strip_prefix("mailto:").unwrap_or(core);
    let Some(item) = classify(core) else { return piece.to_owned() };
    items.push(item);
    piece.replacen(core, &TAKEN.to_string(), 1)
}

fn classify(core: &str) -> Option<Item> {
    if core.len() < 3 {
        return None;
    }
    let written = core.to_lowercase();
    let item = |kind, key: String| Some(Item { kind, key, written: written.clone() });
    if pii::scrub(core) == "[id]" {
        return item(Kind::Identity, squash(core));
    }
    if let Some((name, host)) = core.split_once('@') {
        let kind = if name.is_empty() || written.contains("://") { Kind::Url } else { Kind::Email };
        return (!host.is_empty()).then(|| item(kind, written.clone())).flatten();
    }
    if is_url(core) {
        let bare = written.split_once("://").map_or(written.as_str(), |(_, rest)| rest);
        let bare = bare.strip_prefix("www.").unwrap_or(bare).trim_end_matches('/');
        return item(Kind::Url, bare.to_owned());
    }
    if is_code(core) {
        let letters: String = written.chars().take_while(char::is_ascii_alphabetic).collect();
        let kind = if ORDER_CODES.contains(&letters.as_str()) { Kind::Order } else { Kind::Sku };
        return item(kind, squash(core));
    }
    None
}

fn is_url(core: &str) -> bool {
    let lower = core.to_lowercase();
    if lower.contains("://") || lower.starts_with("www.") {
        return true;
    }
    let (host, path) = core.find(['/', '?', '#', ':']).map_or((core, ""), |at| (&core[..at], &core[at..]));
    let labels: Vec<&str> = host.split('.').collect();
    let Some(last) = labels.last().filter(|_| labels.len() > 1) else { return false };
    let sound = |l: &&str| !l.is_empty() && l.chars().all(|c| c.is_alphanumeric() || c == '-');
    let same_case = **last == last.to_lowercase() || host == host.to_uppercase();
    let end = last.to_lowercase();
    let shortened = path.starts_with('/')
        && path.len() > 3
        && (2..=6).contains(&end.len())
        && !end.contains(|c: char| c.is_ascii_digit());
    labels.iter().all(sound)
        && same_case
        && host.contains(char::is_alphabetic)
        && (shortened
            || TOP_LEVEL.contains(&end.as_str())
            || (TOP_LEVEL_WORDS.contains(&end.as_str()) && (labels.len() > 2 || path.len() > 1)))
}

/// Whether it looks like the code of a product: `PIZ-010-KR-01`, `TRAY750`, but not `12-inch`, `SGD50` or `9AM-6PM`.
fn is_code(core: &str) -> bool {
    if !core.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')) {
        return false;
    }
    let parts: Vec<&str> = core.split(['-', '_']).collect();
    let digits = core.chars().filter(char::is_ascii_digit).count();
    if digits == 0 || parts.iter().any(|p| p.is_empty()) || parts.iter().all(|p| is_plain_part(p)) {
        return false;
    }
    let starts_with_letter = core.starts_with(|c: char| c.is_ascii_alphabetic());
    if parts.len() == 1 {
        return starts_with_letter && digits > 1;
    }
    let capitals = core.chars().filter(char::is_ascii_uppercase).count();
    let no_small = !core.contains(|c: char| c.is_ascii_lowercase());
    let all_digits = parts.iter().filter(|p| p.chars().all(|c| c.is_ascii_digit())).count();
    (no_small && capitals > 1) || (starts_with_letter && parts.len() > 2 && all_digits > 1)
}

/// A part that is a number with or without a unit, a currency with an amount, or a word beside such: no code.
fn is_plain_part(part: &str) -> bool {
    let lower = part.to_lowercase();
    let behind = lower.trim_start_matches(|c: char| c.is_ascii_digit());
    if behind.is_empty() || unit::is_plain_word(behind) {
        return true;
    }
    let letters = lower.trim_end_matches(|c: char| c.is_ascii_digit());
    letters.len() < lower.len()
        && !letters.contains(|c: char| c.is_ascii_digit())
        && (unit::is_plain_word(letters) || letters == "x")
}

/// Letters and digits only, in lower case.
pub(super) fn squash(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn take_phones(chars: &[char], items: &mut Vec<Item>) -> String {
    let mut left = String::with_capacity(chars.len());
    let mut at = 0;
    while at < chars.len() {
        let before = left.chars().next_back();
        let open = before.is_none_or(|c| !c.is_alphanumeric() && !"-/.,$#€£@_=&?%".contains(c));
        let found = if open { phone_at(&chars[at..]) } else { None };
        if let Some((length, kind, digits)) = found.filter(|_| !after_reference(&left)) {
            let written = chars[at..at + length].iter().collect();
            items.push(Item { kind, key: digits, written });
            left.push(TAKEN);
            at += length;
        } else {
            left.push(chars[at]);
            at += 1;
        }
    }
    left
}

/// Whether one of the two words before says that a reference follows: "order number 81234567".
fn after_reference(before: &str) -> bool {
    before
        .rsplit(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty())
        .take(2)
        .any(|word| REFERENCES.contains(&word.to_lowercase().as_str()))
}

/// A telephone or card number at the start: its length, what it is, and its digits.
fn phone_at(chars: &[char]) -> Option<(usize, Kind, String)> {
    let plus = chars.first() == Some(&'+');
    if !plus && !chars.first().is_some_and(|c| c.is_ascii_digit() || *c == '(') {
        return None;
    }
    let mut groups: Vec<String> = Vec::new();
    let (mut end, mut at, mut gap) = (0, usize::from(plus), 1);
    while at < chars.len() && gap < 3 {
        match chars[at] {
            c if c.is_ascii_digit() => {
                if gap > 0 {
                    groups.push(String::new());
                }
                groups.last_mut()?.push(c);
                (gap, end) = (0, at + 1);
            }
            ' ' | '-' | '.' | '(' | ')' | '\u{a0}' => gap += 1,
            _ => break,
        }
        at += 1;
    }
    let rest: String = chars[end..].iter().take(2).collect();
    let goes_on = rest.starts_with(|c: char| c.is_alphabetic() || "%\"/@_".contains(c))
        || (rest.starts_with([',', '.', ':', '-']) && rest.ends_with(|c: char| c.is_ascii_digit()));
    if goes_on {
        return None;
    }
    let digits = groups.concat();
    if digits.len() > 12 && pii::scrub(&digits) == "[card]" {
        return Some((end, Kind::Identity, digits));
    }
    is_phone(plus, &groups).then_some((end, Kind::Phone, digits))
}

fn is_phone(plus: bool, groups: &[String]) -> bool {
    let digits: usize = groups.iter().map(String::len).sum();
    if plus {
        return (7..=15).contains(&digits);
    }
    let lengths: Vec<usize> = groups.iter().map(String::len).collect();
    let date = matches!(lengths[..], [4, 1 | 2, 1 | 2] | [1 | 2, 1 | 2, 4] | [4, 2, 2, ..]);
    let round = groups.iter().all(|g| g.ends_with('0') && g.len() < 7);
    if date || (groups.len() > 1 && round) {
        return false;
    }
    // Singapore's eight digits begin with 3, 6, 8 or 9; what is longer is believed in groups as numbers are read.
    let local = groups.first().is_some_and(|g| g.starts_with(['3', '6', '8', '9']));
    match lengths[..] {
        [8] | [4, 4] => local,
        [n] => (10..=15).contains(&n),
        [first, ref rest @ ..] => {
            first <= 4
                && (9..=15).contains(&digits)
                && rest.iter().all(|n| (3..=4).contains(n))
                && rest.contains(&4)
        }
        [] => false,
    }
}

/// Whether an item occurs among those of the support, or word for word in its text (in lower case).
pub(super) fn occurs(item: &Item, items: &[Item], text: &str) -> bool {
    let same = |other: &Item| match item.kind {
        Kind::Phone => {
            other.kind == Kind::Phone
                && (other.key.ends_with(&item.key) || (item.key.ends_with(&other.key) && other.key.len() > 6))
        }
        Kind::Url => other.key == item.key || other.key.starts_with(&format!("{}/", item.key)),
        _ => other.key == item.key,
    };
    items.iter().any(same)
        || holds_word(text, &item.written)
        || item.kind == Kind::Sku && joined(text, &item.key)
}

/// Whether a text holds a word with nothing of a word around it.
fn holds_word(text: &str, word: &str) -> bool {
    let of_word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '@');
    text.match_indices(word).any(|(at, _)| {
        !text[..at].ends_with(of_word)
            && !text[at + word.len()..].starts_with(|c: char| of_word(c) || c == '/')
    })
}

/// Whether up to four words in a row make a code: `ISO 9001` is `ISO9001`.
fn joined(text: &str, key: &str) -> bool {
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    (0..words.len()).any(|from| (1..=4).any(|n| words.get(from..from + n).is_some_and(|w| w.concat() == key)))
}

/// The name after a title, in lower case: "Mr Tan", "Mdm. Lim".
pub(super) fn named_person(text: &str) -> Option<String> {
    let titles = ["Mr", "Mrs", "Ms", "Mdm", "Madam", "Miss", "Dr", "Sir"];
    let words: Vec<&str> = text.split_whitespace().collect();
    words.windows(2).find_map(|pair| {
        let title = pair[0].trim_matches(|c: char| !c.is_alphabetic());
        let name = pair[1].trim_matches(|c: char| !c.is_alphabetic());
        (titles.contains(&title) && name.starts_with(char::is_uppercase)).then(|| name.to_lowercase())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(Kind, &str)]) {
        let found: Vec<(Kind, String)> = take(text).1.into_iter().map(|i| (i.kind, i.key)).collect();
        let expected: Vec<(Kind, String)> = expected.iter().map(|(k, s)| (*k, (*s).to_owned())).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn items_are_found() {
        check("Write to service@tria.example.", &[(Kind::Email, "service@tria.example")]);
        check("Call +65 0000 0100 now", &[(Kind::Phone, "6500000100")]);
        check("call 8123 4567 or 81234567", &[(Kind::Phone, "81234567"), (Kind::Phone, "81234567")]);
        check("see https://www.tria.example/help/.", &[(Kind::Url, "tria.example/help")]);
        check("[here](tria-shop.com)", &[(Kind::Url, "tria-shop.com")]);
        check("PIZ-010-KR-01 and TRAY750", &[(Kind::Sku, "piz010kr01"), (Kind::Sku, "tray750")]);
        check("@tria_help on IG", &[(Kind::Url, "@tria_help")]);
        check("ORD-214", &[(Kind::Order, "ord214")]);
        check("IC S1234567D", &[(Kind::Identity, "s1234567d")]);
    }

    #[test]
    fn nothing_is_found_in_plain_text() {
        for text in [
            "12-inch boxes, 24-hour notice, a two-compartment tray, E-flute board",
            "SGD50, S$1,000.00 and RM50",
            "9AM-6PM, 9:00 am–12:00 pm",
            "2026-11-23 and 23.11.2026 and 23-11-2026",
            "3000-5000 pieces, 10000 20000",
            "order number 81234567",
            "sorry.In case e.g. i.e. etc.",
            "A4, M8 and B2B, x100, 12x12",
        ] {
            check(text, &[]);
        }
    }
}
