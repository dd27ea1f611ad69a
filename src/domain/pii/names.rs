//! Names by which people introduce themselves.

/// What stands before a name; in lower case, with the blank behind it.
const INTRODUCTIONS: [&str; 8] = [
    "my name is ",
    "my name's ",
    "i am ",
    "i'm ",
    "this is ",
    "name: ",
    "speaking with ",
    "contact person is ",
];
/// Capitalised words that follow such an introduction and are no names.
const NO_NAMES: [&str; 24] = [
    "i",
    "in",
    "a",
    "an",
    "the",
    "not",
    "from",
    "singapore",
    "singaporean",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "urgent",
    "ok",
    "sure",
    "very",
    "about",
    "order",
    "regarding",
    "for",
];
/// Words of a name at most.
const MAX_WORDS: usize = 3;

/// The names in "I am Marta Quill", "this is Jo from Bella Napoli", as they are written.
pub fn introduced(text: &str) -> Vec<&str> {
    let lower = text.to_ascii_lowercase();
    let mut found = Vec::new();
    for introduction in INTRODUCTIONS {
        for (at, _) in lower.match_indices(introduction) {
            if lower[..at].ends_with(|c: char| c.is_alphanumeric()) {
                continue;
            }
            let start = at + introduction.len();
            let length = name_length(&text[start..]);
            if length > 0 {
                found.push(&text[start..start + length]);
            }
        }
    }
    found
}

/// Bytes of the capitalised words at the start.
fn name_length(text: &str) -> usize {
    let mut end = 0;
    for (count, word) in text.split(' ').enumerate() {
        let bare = word.trim_end_matches(|c: char| !c.is_alphanumeric());
        let is_name = count < MAX_WORDS
            && bare.chars().count() > 1
            && bare.starts_with(|c: char| c.is_uppercase())
            && bare.chars().all(|c| c.is_alphabetic() || matches!(c, '\'' | '-' | '’'))
            && !NO_NAMES.contains(&bare.to_lowercase().as_str());
        if !is_name {
            break;
        }
        end += usize::from(count > 0) + bare.len();
        if bare.len() < word.len() {
            break;
        }
    }
    end
}
