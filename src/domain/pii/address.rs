//! Street addresses: a house number, capitalised words, and a word for a street.

/// Words that a street's name ends with. Left out are those that products are called by as well (park, link, close).
const STREETS: [&str; 22] = [
    "road",
    "rd",
    "street",
    "st",
    "avenue",
    "ave",
    "lane",
    "drive",
    "crescent",
    "cres",
    "boulevard",
    "blvd",
    "terrace",
    "jalan",
    "lorong",
    "loop",
    "highway",
    "quay",
    "hill",
    "rise",
    "view",
    "grove",
];
/// Most words of a street's name.
const MAX_WORDS: usize = 4;

/// The end of an address that begins at `at`, which is a digit at the start of a word: `12A Foundry Road #04-17`.
pub(super) fn at(text: &str, at: usize) -> Option<usize> {
    let before = text[..at].chars().next_back();
    if before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '#' | '-' | '.')) {
        return None;
    }
    let number = text[at..].find(|c: char| !c.is_ascii_digit())?;
    if number > 4 {
        return None;
    }
    let mut end = at + number;
    let letter = text[end..].chars().next().filter(char::is_ascii_alphabetic);
    if letter.is_some() && !text[end + 1..].starts_with(char::is_alphanumeric) {
        end += 1;
    }
    for _ in 0..=MAX_WORDS {
        let (start, word) = next_word(text, end)?;
        end = start + word.len();
        if is_street(word) {
            return Some(with_unit(text, with_number(text, end)));
        }
        // "Jalan Besar", "Lorong 5": the word for the street may come first, then more of its name follows.
        if !word.starts_with(|c: char| c.is_uppercase()) {
            return None;
        }
    }
    None
}

fn is_street(word: &str) -> bool {
    STREETS.iter().any(|street| word.eq_ignore_ascii_case(street))
}

/// The next word after one blank.
fn next_word(text: &str, from: usize) -> Option<(usize, &str)> {
    let rest = text[from..].strip_prefix(' ')?;
    let length = rest.find(|c: char| !(c.is_alphanumeric() || c == '\'')).unwrap_or(rest.len());
    (length > 0).then(|| (from + 1, &rest[..length]))
}

/// "Tampines Street 11", "Jalan Besar": what belongs to the street behind its word.
fn with_number(text: &str, end: usize) -> usize {
    match next_word(text, end) {
        Some((start, word)) if word.len() <= 3 && word.bytes().all(|b| b.is_ascii_digit()) => {
            start + word.len()
        }
        Some((start, word)) if word.starts_with(|c: char| c.is_uppercase()) && word.len() > 2 => {
            start + word.len()
        }
        _ => end,
    }
}

/// ", #04-17": the unit in the building.
fn with_unit(text: &str, end: usize) -> usize {
    let rest = text[end..].trim_start_matches([',', ' ']);
    let Some(unit) = rest.strip_prefix('#') else { return end };
    let length = unit.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).unwrap_or(unit.len());
    let unit = &unit[..length];
    if length > 0 && unit.contains('-') { text.len() - rest.len() + 1 + length } else { end }
}
