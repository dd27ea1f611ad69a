//! The last look before an answer goes out: nothing in it that neither the evidence nor code's own facts hold.

use super::reply::Validation;
use super::response::Response;

/// Checks that every number in the answer occurs in the evidence or in the facts that code computed, and that it is
/// short enough to be read. The composer only quotes, so a failure here is a fault of ours, never shown.
pub fn check(response: &Response) -> Validation {
    let text = &response.text;
    let mut allowed = std::collections::HashSet::new();
    let cited = response.evidence.iter().flat_map(|e| [&e.excerpt, &e.heading]);
    for source in cited.chain(&response.quoted).chain(&response.facts) {
        allowed.extend(numbers(source));
    }
    let mut issues: Vec<String> = numbers(text)
        .into_iter()
        .filter(|n| !allowed.contains(n))
        .map(|n| format!("number not in the evidence: {n}"))
        .collect();
    if text.chars().count() > MAX_ANSWER_CHARS {
        issues.push("answer too long".to_owned());
    }
    Validation { passed: issues.is_empty(), issues }
}

/// Longest answer, in characters: about a phone's screen and a half.
const MAX_ANSWER_CHARS: usize = 2000;

/// Numbers as written, without thousands separators and without zeros that say nothing (`1,000.50` is `1000.5`).
fn numbers(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut current = String::new();
    let chars: Vec<char> = text.chars().collect();
    for (i, &c) in chars.iter().enumerate() {
        let digit_follows = chars.get(i + 1).is_some_and(char::is_ascii_digit);
        let inside = !current.is_empty() && digit_follows;
        let point = c == '.' && inside && !current.contains('.');
        let separator = c == ',' && inside;
        if c.is_ascii_digit() || point {
            current.push(c);
        } else if !separator && !current.is_empty() {
            found.push(plain(&std::mem::take(&mut current)));
        }
    }
    if !current.is_empty() {
        found.push(plain(&current));
    }
    found
}

fn plain(number: &str) -> String {
    let trimmed =
        if number.contains('.') { number.trim_end_matches('0').trim_end_matches('.') } else { number };
    let trimmed = trimmed.trim_start_matches('0');
    if trimmed.is_empty() || trimmed.starts_with('.') { format!("0{trimmed}") } else { trimmed.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::state::SessionState;
    use crate::domain::answer::Action;
    use crate::domain::tone::Tone;

    #[track_caller]
    fn check_numbers(text: &str, source: &str, passed: bool) {
        let mut response = Response::say(Action::Answer, Tone::Informative, text, SessionState::default());
        response.quoted.push(source.to_owned());
        assert_eq!(check(&response).passed, passed, "{text}");
    }

    #[test]
    fn numbers_must_stand_in_the_evidence() {
        check_numbers("Within 24 hours.", "Tell us within 24 hours of delivery.", true);
        check_numbers("Within 48 hours.", "Tell us within 24 hours of delivery.", false);
        check_numbers("SGD 1,000.00", "orders over SGD 1000", true);
        check_numbers("0.45 a piece", "SGD 0.45", true);
        check_numbers("0.54 a piece", "SGD 0.45", false);
        check_numbers("no numbers", "", true);
    }
}
