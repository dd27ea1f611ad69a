//! Answers that the operator wrote for certain questions.

use jiff::civil::Date;

/// Most questions of one answer.
pub const MAX_QUESTIONS: usize = 20;
/// Longest question, in characters.
pub const MAX_QUESTION: usize = 300;
/// Longest answer, in characters.
pub const MAX_ANSWER: usize = 2_000;
/// Most answers of one company: each question is compared with every message.
pub const MAX_ANSWERS: usize = 500;

/// An answer and the questions it is given to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CuratedAnswer {
    /// As customers would write them.
    pub questions: Vec<String>,
    /// Given word for word.
    pub answer: String,
    /// A class of the operator's own whose messages get it, whatever their words.
    pub intent: Option<String>,
    /// The last day on which it is given.
    pub until: Option<Date>,
}

impl CuratedAnswer {
    /// Checks and trims; says what to mend.
    pub fn new(
        questions: Vec<String>,
        intent: Option<String>,
        answer: &str,
        until: Option<Date>,
    ) -> Result<Self, String> {
        let questions: Vec<String> =
            questions.iter().map(|q| q.trim().to_owned()).filter(|q| !q.is_empty()).collect();
        let answer = answer.trim().to_owned();
        if (questions.is_empty() && intent.is_none()) || questions.len() > MAX_QUESTIONS {
            return Err(format!("questions must be 1 to {MAX_QUESTIONS} texts"));
        }
        if questions.iter().any(|q| q.chars().count() > MAX_QUESTION) {
            return Err(format!("a question is longer than {MAX_QUESTION} characters"));
        }
        if answer.is_empty() || answer.chars().count() > MAX_ANSWER {
            return Err(format!("answer must be a text of 1 to {MAX_ANSWER} characters"));
        }
        Ok(Self { questions, answer, intent, until })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_told() {
        let check = |questions: &[&str], answer: &str, says: &str| {
            let questions = questions.iter().map(|q| (*q).to_owned()).collect();
            let fault = CuratedAnswer::new(questions, None, answer, None).unwrap_err();
            assert!(fault.contains(says), "{fault}");
        };
        check(&[], "a", "1 to 20");
        check(&[" "], "a", "1 to 20");
        check(&["q"; 21], "a", "1 to 20");
        check(&[&"x".repeat(301)], "a", "300");
        check(&["q"], " ", "2000");
        let kept = CuratedAnswer::new(vec![" q ".into(), String::new()], None, " a ", None).unwrap();
        assert_eq!((kept.questions, kept.answer.as_str()), (vec!["q".to_owned()], "a"));
    }
}
