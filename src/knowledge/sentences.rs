//! Where a sentence ends.

/// Words before a full stop that do not end a sentence.
const ABBREVIATIONS: [&str; 28] = [
    "e.g", "i.e", "etc", "no", "nos", "approx", "incl", "excl", "max", "min", "mr", "mrs", "ms", "dr", "st",
    "vs", "pte", "ltd", "inc", "co", "corp", "tel", "ext", "fig", "sec", "art", "dept", "cf",
];

/// The sentences of a paragraph, in order; nothing but blanks between them is left out.
pub fn split(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if !matches!(c, '.' | '!' | '?') {
            continue;
        }
        let mut end = at + c.len_utf8();
        while let Some(&(next, closing)) = chars.peek() {
            if !matches!(closing, '.' | '!' | '?' | '"' | '\'' | ')' | ']' | '”' | '’') {
                break;
            }
            end = next + closing.len_utf8();
            chars.next();
        }
        if ends_here(&text[start..at], c, &text[end..]) {
            found.push(text[start..end].trim());
            start = end;
        }
    }
    found.push(text[start..].trim());
    found.retain(|sentence| !sentence.is_empty());
    found
}

fn ends_here(before: &str, stop: char, after: &str) -> bool {
    if !after.starts_with(char::is_whitespace) {
        return false;
    }
    if stop != '.' {
        return true;
    }
    let next = after.trim_start().chars().next();
    let begins = next.is_none_or(|c| !c.is_lowercase());
    let word = before.rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or("").to_lowercase();
    // "1." opens an item, "J." is an initial; "a.m." ends a sentence only before a capital.
    let short = ABBREVIATIONS.contains(&word.as_str())
        || (word.chars().count() == 1 && word.chars().all(char::is_alphanumeric) && before.trim() != word);
    let enumerates = before.trim() == word && !word.is_empty() && word.chars().all(|c| c.is_ascii_digit());
    begins && !short && !enumerates
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(split(text), expected);
    }

    #[test]
    fn ends_of_sentences() {
        check("One. Two! Three? Four", &["One.", "Two!", "Three?", "Four"]);
        check("Costs SGD 0.45 each, e.g. Boxes. Done.", &["Costs SGD 0.45 each, e.g. Boxes.", "Done."]);
        check(
            "Open 8 a.m. to 6 p.m. daily. Closed Sunday.",
            &["Open 8 a.m. to 6 p.m. daily.", "Closed Sunday."],
        );
        check("He said \"no.\" We left.", &["He said \"no.\"", "We left."]);
        check("Tria Pte. Ltd. sells.", &["Tria Pte. Ltd. sells."]);
        check("1. First", &["1. First"]);
        check("", &[]);
    }
}
