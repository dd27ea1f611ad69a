//! The examples that the classifier learns from: one JSON object a line.

use serde::Deserialize;

use crate::domain::intent::Intent;

/// The examples that come with the program, written for it.
pub const EXAMPLES: &str = include_str!("../../../assets/intents.jsonl");

/// A line of an examples file that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExampleError {
    /// Not a JSON object with `question` and `intent`.
    #[error("line {line}: not an object with \"question\" and \"intent\": {reason}")]
    NotAnExample {
        /// Counted from 1.
        line: usize,
        /// What the JSON reader says.
        reason: String,
    },
    /// A name that is none of the contract's nine.
    #[error("line {line}: \"{name}\" is none of the nine intents")]
    UnknownIntent {
        /// Counted from 1.
        line: usize,
        /// The name that was there.
        name: String,
    },
    /// Nothing to learn from.
    #[error("line {line}: the question is empty")]
    EmptyQuestion {
        /// Counted from 1.
        line: usize,
    },
}

#[derive(Deserialize)]
struct Line {
    question: String,
    intent: String,
}

/// Reads examples, one a line; empty lines are skipped, other fields of a line are not looked at.
///
/// # Errors
/// The first line that is none, with its number.
pub fn parse_examples(text: &str) -> Result<Vec<(String, Intent)>, ExampleError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines = text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty());
    lines.map(|(i, l)| parse_line(i + 1, l)).collect()
}

fn parse_line(line: usize, text: &str) -> Result<(String, Intent), ExampleError> {
    let read: Line =
        serde_json::from_str(text).map_err(|e| ExampleError::NotAnExample { line, reason: e.to_string() })?;
    if read.question.trim().is_empty() {
        return Err(ExampleError::EmptyQuestion { line });
    }
    match Intent::parse(&read.intent) {
        Some(intent) => Ok((read.question, intent)),
        None => Err(ExampleError::UnknownIntent { line, name: read.intent }),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use super::{EXAMPLES, ExampleError, parse_examples};
    use crate::domain::intent::Intent;

    #[test]
    fn a_bad_line_is_named_by_its_number() {
        let good = r#"{"question":"hi","intent":"greeting"}"#;
        let check = |line: &str, expected: &str| {
            let error = parse_examples(&format!("{good}\n\n{line}\n")).expect_err(line).to_string();
            assert!(error.starts_with("line 3: ") && error.contains(expected), "{error}");
        };
        check("hi", "not an object");
        check(r#"{"question":"hi"}"#, "intent");
        check(r#"{"question":" ","intent":"greeting"}"#, "empty");
        check(r#"{"question":"hi","intent":"hello"}"#, "\"hello\"");
        assert_eq!(parse_examples("\u{feff}\n"), Ok(vec![]));
        assert!(matches!(parse_examples("x"), Err(ExampleError::NotAnExample { line: 1, .. })));
    }

    #[test]
    fn the_built_in_examples_are_sound() {
        let examples = parse_examples(EXAMPLES).expect("assets/intents.jsonl");
        let mut count: HashMap<Intent, usize> = HashMap::new();
        let mut seen = HashSet::new();
        for (question, intent) in &examples {
            *count.entry(*intent).or_default() += 1;
            assert!(seen.insert(question.to_lowercase()), "twice: {question}");
        }
        for intent in Intent::ALL {
            assert!(count.get(&intent).is_some_and(|n| *n >= 80), "too few of {}", intent.as_str());
        }
    }
}
