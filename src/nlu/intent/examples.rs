//! The examples that the classifier learns from: one JSON object a line.

use std::collections::{BTreeMap, BTreeSet};

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
    /// A class of the operator's own whose name can not be one.
    #[error(
        "line {line}: \"{name}\" can not be a class: use one of the nine intents, or 1 to 40 small letters, digits and _"
    )]
    BadName {
        /// Counted from 1.
        line: usize,
        /// The name that was there.
        name: String,
    },
    /// Too few examples of a class to learn it, or its name is a slip.
    #[error("the class \"{name}\" has {count} examples and needs {MIN_OWN}{}", meant(name))]
    TooFew {
        /// The class.
        name: String,
        /// How many there are.
        count: usize,
    },
    /// More than training and answering should be slowed by.
    #[error(
        "at most {MAX_LINES} examples of {MAX_CHARS} characters and {MAX_OWN} classes of your own are taken"
    )]
    TooMany,
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
    numbered_lines(text)
        .map(|(line, text)| {
            let (question, name) = read_line(line, text)?;
            let intent = Intent::parse(&name).ok_or(ExampleError::UnknownIntent { line, name })?;
            Ok((question, intent))
        })
        .collect()
}

fn numbered_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.lines().enumerate().map(|(at, line)| (at + 1, line)).filter(|(_, line)| !line.trim().is_empty())
}

fn read_line(line: usize, text: &str) -> Result<(String, String), ExampleError> {
    let read: Line =
        serde_json::from_str(text).map_err(|e| ExampleError::NotAnExample { line, reason: e.to_string() })?;
    if read.question.trim().is_empty() {
        return Err(ExampleError::EmptyQuestion { line });
    }
    Ok((read.question, read.intent))
}

/// Examples that a class of the operator's own needs.
const MIN_OWN: usize = 5;
/// Most classes of the operator's own.
const MAX_OWN: usize = 50;
/// Most examples of the operator's.
const MAX_LINES: usize = 5_000;
/// Longest example, in characters.
const MAX_CHARS: usize = 500;

fn meant(name: &str) -> String {
    Intent::ALL
        .iter()
        .map(|intent| intent.as_str())
        .find(|known| strsim::osa_distance(name, known) <= 2)
        .map_or_else(String::new, |known| format!("; was \"{known}\" meant?"))
}

/// A label's name as a text: `card_arrival` → `card arrival`.
pub fn label_in_words(label: &str) -> String {
    label.replace('_', " ")
}

/// The operator's examples: more of the nine intents, and classes of their own.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OwnExamples {
    /// Question and label; the name of each class of their own is an example of it too.
    pub examples: Vec<(String, String)>,
}

impl OwnExamples {
    /// Reads a file of the same form as [`parse_examples`].
    ///
    /// # Errors
    /// The first line that can not be used, a class with too few examples, or more than is taken.
    pub fn parse(text: &str) -> Result<Self, ExampleError> {
        let mut examples = Vec::new();
        let mut own: BTreeMap<String, usize> = BTreeMap::new();
        for (line, text) in numbered_lines(text) {
            let (question, name) = read_line(line, text)?;
            if Intent::parse(&name).is_none() {
                let fits = (1..=40).contains(&name.len())
                    && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
                if !fits {
                    return Err(ExampleError::BadName { line, name });
                }
                *own.entry(name.clone()).or_default() += 1;
            }
            if question.chars().count() > MAX_CHARS || examples.len() == MAX_LINES {
                return Err(ExampleError::TooMany);
            }
            examples.push((question, name));
        }
        if own.len() > MAX_OWN {
            return Err(ExampleError::TooMany);
        }
        if let Some((name, count)) = own.iter().find(|(_, count)| **count < MIN_OWN) {
            return Err(ExampleError::TooFew { name: name.clone(), count: *count });
        }
        examples.extend(own.into_keys().map(|name| (label_in_words(&name), name)));
        Ok(Self { examples })
    }

    /// The names of the operator's own classes.
    pub fn classes(&self) -> BTreeSet<&str> {
        self.examples.iter().map(|(_, name)| name.as_str()).filter(|n| Intent::parse(n).is_none()).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use super::{EXAMPLES, ExampleError, OwnExamples, parse_examples};
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
    fn own_classes_are_read_or_refused() {
        let line = |name: &str| format!("{{\"question\":\"are you hiring\",\"intent\":\"{name}\"}}\n");
        let own =
            OwnExamples::parse(&(line("job_application").repeat(5) + &line("greeting"))).expect("reads");
        assert_eq!(own.classes().into_iter().collect::<Vec<_>>(), ["job_application"]);
        assert_eq!(own.examples.len(), 7, "the name is an example too");
        let check = |text: &str, says: &str| {
            let fault = OwnExamples::parse(text).expect_err(says).to_string();
            assert!(fault.contains(says), "{fault}");
        };
        check(&line("complaints"), "was \"complaint\" meant?");
        check(&line("jobs"), "\"jobs\" has 1 examples and needs 5");
        check(&line("Jobs here"), "line 1: \"Jobs here\" can not be a class");
        check(&line("greeting").repeat(5_001), "at most 5000");
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
