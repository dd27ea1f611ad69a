//! What a message asks for: greetings dropped, spelling put right, several questions told apart.

use super::scenarios;
use super::sentences;
use super::synonyms;
use super::terms;
use super::word_index::WordIndex;

/// Longest message that is looked at, in characters: more than the model reads anyway.
const MAX_CHARS: usize = 1500;
/// Questions of one message that are searched for one by one.
const MAX_PARTS: usize = 3;
/// Words of a message that are looked up for coverage.
const MAX_WORDS: usize = 24;
/// A number says little about what is asked: the policies need not hold the customer's own quantity.
const NUMBER_WEIGHT: f32 = 0.2;

/// A word that tells what a question is about.
#[derive(Debug, Clone, PartialEq)]
pub struct QueryWord {
    /// In lower case.
    pub word: String,
    /// Without its ending.
    pub stem: String,
    /// How much it tells, 0 to 1.
    pub weight: f32,
}

/// A message as it is searched for.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// The whole message, put right.
    pub text: String,
    /// Its questions when there are several, else other ways to put the whole: in the policies' own words,
    /// and what it comes down to.
    pub parts: Vec<String>,
    /// Whether [`Query::parts`] are several questions.
    pub several: bool,
    /// Its telling words.
    pub words: Vec<QueryWord>,
}

impl Query {
    /// Understands a message with the words of an index at hand.
    pub fn new(message: &str, index: &WordIndex) -> Self {
        let end = message.char_indices().nth(MAX_CHARS).map_or(message.len(), |(at, _)| at);
        let plain = numerals(&terms::inches(message[..end].trim()));
        let text = spelled(without_greeting(&plain), index);
        let mut parts = questions(&text);
        let several = !parts.is_empty();
        let their_words = if several { None } else { synonyms::in_their_words(&text, index) };
        if !several {
            parts.extend(their_words.clone());
            parts.extend(scenarios::in_plain_words(&text).map(str::to_owned));
        }
        let mut words: Vec<QueryWord> = Vec::new();
        let said = their_words.as_ref().unwrap_or(&text);
        for term in terms::terms(said) {
            let known = words.iter().any(|w| w.stem == term.stem);
            if known || terms::is_stopword(&term.word) || term.word.len() < 2 || words.len() == MAX_WORDS {
                continue;
            }
            let is_number = term.word.starts_with(|c: char| c.is_ascii_digit());
            let weight = if is_number { NUMBER_WEIGHT } else { terms::specificity(&term.word) };
            words.push(QueryWord { word: term.word, stem: term.stem, weight });
        }
        Self { text, parts, several, words }
    }

    /// All texts whose vectors a search needs, in the order in which it takes them: the whole, the parts, the words
    /// that the index has no vector of.
    pub fn to_embed(&self, index: &WordIndex) -> Vec<String> {
        let words = self.words.iter().filter(|w| index.place(&w.word).is_none()).map(|w| w.word.clone());
        std::iter::once(self.text.clone()).chain(self.parts.iter().cloned()).chain(words).collect()
    }
}

const GREETINGS: [&str; 16] = [
    "good morning",
    "good afternoon",
    "good evening",
    "good day",
    "hi there",
    "hello there",
    "hey there",
    "hello",
    "hiya",
    "hey",
    "hi",
    "excuse me",
    "dear team",
    "dear sir or madam",
    "sorry to bother you",
    "quick question",
];

/// Cuts a greeting at the start and what follows it up to the question.
fn without_greeting(text: &str) -> &str {
    let mut rest = text;
    loop {
        let lower = rest.to_ascii_lowercase();
        let Some(greeting) = GREETINGS.into_iter().find(|g| {
            lower.strip_prefix(g).is_some_and(|after| !after.starts_with(|c: char| c.is_alphanumeric()))
        }) else {
            break;
        };
        rest =
            rest[greeting.len()..].trim_start_matches(|c: char| !c.is_alphanumeric() && c != '"' && c != '(');
    }
    if rest.is_empty() { text } else { rest }
}

/// Replaces words that are neither English nor the company's by the company's nearest, if one is near enough.
fn spelled(text: &str, index: &WordIndex) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(char::is_alphabetic) {
        let end = rest[start..]
            .find(|c: char| !(c.is_alphabetic() || c == '\'' || c == '’'))
            .map_or(rest.len(), |n| start + n);
        let word = &rest[start..end];
        out.push_str(&rest[..start]);
        match nearest(&terms::fold(word), index) {
            Some(known) => out.push_str(&known),
            None => out.push_str(word),
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

const NUMBERS: [(&str, &str); 12] = [
    ("two", "2"),
    ("three", "3"),
    ("four", "4"),
    ("five", "5"),
    ("six", "6"),
    ("eight", "8"),
    ("nine", "9"),
    ("ten", "10"),
    ("twelve", "12"),
    ("fourteen", "14"),
    ("sixteen", "16"),
    ("eighteen", "18"),
];

/// A number in words before a measure in figures, as policies write it; `20k` as `20000`.
fn numerals(text: &str) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let measure = |word: Option<&&str>| {
        word.is_some_and(|w| ["inch", "inches", "oz", "ounce", "ml", "cm", "mm", "hours", "days"].contains(w))
    };
    let one = |(i, word): (usize, &&str)| {
        let lower = word.to_lowercase();
        let figure = NUMBERS.iter().find(|(name, _)| *name == lower && measure(words.get(i + 1)));
        if let Some((_, figure)) = figure {
            return (*figure).to_owned();
        }
        let thousands =
            lower.strip_suffix('k').filter(|n| !n.is_empty() && n.chars().all(|c| c.is_ascii_digit()));
        thousands.map_or_else(|| (*word).to_owned(), |n| format!("{n}000"))
    };
    words.iter().enumerate().map(one).collect::<Vec<_>>().join(" ")
}

/// Common short forms in chats.
const SHORT_FORMS: [(&str, &str); 14] = [
    ("u", "you"),
    ("ur", "your"),
    ("pls", "please"),
    ("plz", "please"),
    ("thx", "thanks"),
    ("whats", "what is"),
    ("wheres", "where is"),
    ("hows", "how is"),
    ("cn", "can"),
    ("deliv", "delivery"),
    ("min", "minimum"),
    ("max", "maximum"),
    ("qty", "quantity"),
    ("tmr", "tomorrow"),
];

fn nearest(word: &str, index: &WordIndex) -> Option<String> {
    let in_index = index.place(word).is_some();
    if let Some((_, long)) = SHORT_FORMS.iter().find(|(short, _)| *short == word && !in_index) {
        return Some((*long).to_owned());
    }
    let length = word.chars().count();
    if length < 4 || in_index || terms::is_english(word) || terms::is_stopword(word) {
        return None;
    }
    if index.knows(&terms::term(word.to_owned()).stem) {
        return None;
    }
    let allowed = if length < 8 { 1 } else { 2 };
    // Two slips in a word of six or seven letters are put right only when it begins and ends alike.
    let near = |known: &str| {
        let known_length = known.chars().count();
        if known_length < 4 || known_length.abs_diff(length) > 2 || !known.chars().all(char::is_alphabetic) {
            return None;
        }
        let distance = strsim::damerau_levenshtein(known, word);
        let alike =
            known.chars().next() == word.chars().next() && known.chars().last() == word.chars().last();
        (distance <= allowed || (distance == 2 && length >= 6 && alike)).then_some(distance)
    };
    let same_start = |known: &str| usize::from(known.chars().next() != word.chars().next());
    index
        .vocabulary()
        .iter()
        .filter_map(|(known, chunks)| near(known).map(|d| (d, same_start(known), usize::MAX - chunks, known)))
        .min()
        .map(|(_, _, _, known)| known.clone())
}

const ASKING: [&str; 22] = [
    "what", "whats", "when", "where", "which", "who", "why", "how", "do", "does", "did", "can", "could",
    "is", "are", "will", "would", "should", "may", "must", "has", "have",
];

/// The questions of a message, if it has more than one.
fn questions(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for sentence in sentences::split(text) {
        for clause in clauses(sentence) {
            if asks(clause) {
                found.push(without_joint(clause).to_owned());
            }
        }
    }
    found.truncate(MAX_PARTS);
    if found.len() > 1 { found } else { Vec::new() }
}

/// A clause without the "and" that joined it to the one before.
fn without_joint(clause: &str) -> &str {
    let mut rest = clause.trim_matches(|c: char| c.is_whitespace() || c == ',');
    while let Some(after) = rest.strip_prefix("and ").or_else(|| rest.strip_prefix("also ")) {
        rest = after.trim_start();
    }
    rest
}

fn asks(clause: &str) -> bool {
    let words = terms::terms(clause);
    let telling = words.iter().filter(|t| !terms::is_stopword(&t.word)).count();
    let asking = words.iter().take(2).any(|t| ASKING.contains(&t.word.as_str()));
    telling > 0 && words.len() >= 3 && (clause.trim_end().ends_with('?') || asking)
}

/// Cuts before "and what …", "and do …".
fn clauses(sentence: &str) -> Vec<&str> {
    let lower = sentence.to_ascii_lowercase();
    let mut cuts = Vec::new();
    for joint in [" and ", ", ", "; ", " also "] {
        for (at, _) in lower.match_indices(joint) {
            let after = lower[at + joint.len()..].trim_start_matches("and ").trim_start_matches("also ");
            let next = after.split_whitespace().next().unwrap_or("");
            if ASKING.contains(&next) && asks(&sentence[..at]) {
                cuts.push(at);
            }
        }
    }
    cuts.sort_unstable();
    cuts.dedup();
    let mut found = Vec::new();
    let mut start = 0;
    for cut in cuts {
        // ", and how" is found as ", " and as " and ".
        if cut < start {
            continue;
        }
        found.push(&sentence[start..cut]);
        start = cut + sentence[cut..].find(' ').map_or(1, |n| n + 1);
    }
    found.push(&sentence[start.min(sentence.len())..]);
    found.retain(|clause| !clause.trim().is_empty());
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::chunk::Texts;
    use crate::knowledge::placeholders::Placeholders;
    use proptest::prelude::*;

    fn index() -> WordIndex {
        let mut texts = Texts::default();
        let text = "# Delivery\nWe deliver boxes on Tuesdays. Refunds take a week. Minimum order. Bagasse is compostable.";
        texts.add("a.md", text, &Placeholders::new()).unwrap();
        WordIndex::new(&texts)
    }

    #[track_caller]
    fn check(message: &str, expected: &str) {
        assert_eq!(Query::new(message, &index()).text, expected);
    }

    #[test]
    fn put_right() {
        check("Hi there! when do you delivr?", "when do you deliver?");
        check("good morning, refnuds plz", "refunds please");
        check("is bagase compstable?", "is bagasse compostable?");
        check("do you sell mortgages", "do you sell mortgages");
        check("Hello", "Hello");
        check("10\" boxes", "10 inch boxes");
        check("20k boxes of twelve inch for two", "20000 boxes of 12 inch for two");
    }

    #[track_caller]
    fn check_parts(message: &str, expected: &[&str]) {
        let query = Query::new(message, &index());
        assert_eq!(if query.several { query.parts } else { Vec::new() }, expected);
    }

    #[test]
    fn several_questions() {
        check_parts(
            "When do you deliver and what is the minimum order?",
            &["When do you deliver", "what is the minimum order?"],
        );
        check_parts(
            "Do you deliver on Sunday? How long do refunds take?",
            &["Do you deliver on Sunday?", "How long do refunds take?"],
        );
        check_parts(
            "Which refunds do you have for me, and how do I pay for a delivery?",
            &["Which refunds do you have for me", "how do I pay for a delivery?"],
        );
        check_parts("Do you sell boxes and lids?", &[]);
        check_parts("My order is late. What can I do about the delivery?", &[]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]
        #[test]
        fn never_panics(text in "(?s).{0,200}") {
            let index = index();
            let query = Query::new(&text, &index);
            prop_assert!(query.to_embed(&index).len() <= 1 + MAX_PARTS + MAX_WORDS);
        }

        #[test]
        fn never_panics_on_joints(words in proptest::collection::vec("and|also|,|;|\\?|\\.|how|what|do|we|deliver|É", 0..16), glue in " ?") {
            let index = index();
            let query = Query::new(&words.join(&glue), &index);
            prop_assert!(query.parts.len() <= MAX_PARTS.max(2));
        }
    }
}
