//! What the vector cannot see: very short texts, pleasantries, and the state of the conversation.

use crate::domain::intent::Intent;

/// What the engine knows about a message beside its words.
#[expect(clippy::struct_excessive_bools, reason = "independent facts, each set by name")]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct IntentContext {
    /// An order is being put together in this conversation.
    pub has_draft: bool,
    /// The assistant's last message asked for something that the order lacks, or for a yes.
    pub awaiting: bool,
    /// The matcher found a product of the catalogue.
    pub mentions_product: bool,
    /// There is a quantity in it.
    pub mentions_quantity: bool,
    /// It asks something; see [`is_question`].
    pub question: bool,
}

/// A condition and what it adds to the log-odds of an intent (1.0 makes it 2.7 times as likely).
struct Adjustment {
    when: fn(&IntentContext) -> bool,
    intent: Intent,
    by: f32,
}

/// Few and mild: each can be outvoted by clear words ("where is my order" while a draft is open).
const ADJUSTMENTS: [Adjustment; 6] = [
    Adjustment {
        when: |c| c.mentions_product && c.mentions_quantity && !c.question,
        intent: Intent::OrderPlacement,
        by: 1.5,
    },
    Adjustment {
        when: |c| c.has_draft && (c.mentions_product || c.mentions_quantity) && !c.question,
        intent: Intent::OrderPlacement,
        by: 1.5,
    },
    Adjustment { when: |c| c.awaiting && !c.question, intent: Intent::OrderPlacement, by: 1.5 },
    Adjustment { when: |c| c.mentions_product && c.question, intent: Intent::ProductInquiry, by: 0.7 },
    Adjustment { when: |c| c.mentions_product, intent: Intent::OutOfScope, by: -2.0 },
    Adjustment { when: |c| c.has_draft || c.awaiting, intent: Intent::OutOfScope, by: -0.5 },
];

/// Adds to the scores, which are in the order of [`Intent::ALL`], what the context says.
pub(super) fn adjust(scores: &mut [f32], context: IntentContext) {
    for rule in ADJUSTMENTS.iter().filter(|r| (r.when)(&context)) {
        if let Some(score) =
            Intent::ALL.iter().position(|i| *i == rule.intent).and_then(|i| scores.get_mut(i))
        {
            *score += rule.by;
        }
    }
}

/// A courtesy that wants a courtesy back, whatever its intent is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Pleasantry {
    /// "Hi", "good morning".
    Hello,
    /// "Thanks a lot".
    Thanks,
    /// "Bye", "see you tomorrow".
    Goodbye,
    /// "Ok", "got it".
    Acknowledgement,
}

impl Pleasantry {
    /// The intent it belongs to. Only a hello is a greeting: the public sets that intents are measured on
    /// count thanks and goodbye as general.
    pub const fn intent(self) -> Intent {
        match self {
            Self::Hello => Intent::Greeting,
            Self::Thanks | Self::Goodbye | Self::Acknowledgement => Intent::GeneralQuery,
        }
    }
}

/// Phrases by kind; a later kind wins ("ok thanks bye" is a goodbye).
const PHRASES: [(Pleasantry, &[&str]); 4] = [
    (
        Pleasantry::Hello,
        &[
            "hi",
            "hii",
            "hello",
            "helo",
            "hey",
            "heya",
            "hiya",
            "hallo",
            "howdy",
            "yo",
            "greetings",
            "morning",
            "good morning",
            "good afternoon",
            "good evening",
            "good day",
            "gd morning",
            "👋",
        ],
    ),
    (
        Pleasantry::Acknowledgement,
        &[
            "ok",
            "okay",
            "okey",
            "k",
            "kk",
            "alright",
            "got it",
            "noted",
            "i see",
            "understood",
            "cool",
            "great",
            "perfect",
            "awesome",
            "nice",
            "good job",
            "well done",
            "👍",
            "👌",
        ],
    ),
    (
        Pleasantry::Thanks,
        &[
            "thanks",
            "thank you",
            "thank u",
            "thx",
            "thnx",
            "tks",
            "tq",
            "ty",
            "cheers",
            "much appreciated",
            "i appreciate it",
            "🙏",
        ],
    ),
    (
        Pleasantry::Goodbye,
        &[
            "bye",
            "goodbye",
            "good bye",
            "bye bye",
            "good night",
            "goodnight",
            "see you",
            "see ya",
            "cya",
            "farewell",
            "take care",
            "have a nice day",
            "have a good day",
            "have a great day",
        ],
    ),
];

/// Words that may stand around any such phrase without making it anything else.
const FILLERS: [&str; 13] =
    ["and", "dear", "everyone", "guys", "lah", "madam", "mate", "oh", "sir", "so", "team", "there", "very"];

impl Pleasantry {
    /// Words that may stand around this courtesy only: "thanks for your help" is one, "hi, help" is not.
    const fn fillers(self) -> &'static [&'static str] {
        match self {
            Self::Hello => &["again", "all", "to", "you"],
            Self::Thanks => &[
                "a", "again", "all", "for", "help", "info", "lot", "lots", "many", "much", "that", "the",
                "your",
            ],
            Self::Goodbye => &["all", "for", "later", "now", "soon", "then", "tomorrow"],
            Self::Acknowledgement => &[],
        }
    }
}

/// Whether a text is a courtesy and nothing else.
pub fn pleasantry(text: &str) -> Option<Pleasantry> {
    let words = plain_words(text);
    if words.is_empty() || words.len() > 8 {
        return None;
    }
    let mut covered = vec![false; words.len()];
    let mut kinds = Vec::new();
    for (candidate, phrases) in PHRASES {
        for phrase in phrases {
            let parts: Vec<&str> = phrase.split(' ').collect();
            for at in 0..words.len() {
                let here = words[at..].iter().map(String::as_str);
                if here.take(parts.len()).eq(parts.iter().copied()) {
                    covered[at..at + parts.len()].fill(true);
                    kinds.push(candidate);
                }
            }
        }
    }
    let filler = |w: &str| FILLERS.contains(&w) || kinds.iter().any(|k| k.fillers().contains(&w));
    let nothing_else = words.iter().zip(&covered).all(|(w, c)| *c || filler(w));
    kinds.last().copied().filter(|_| nothing_else)
}

/// Lower-case words, and emoji as words of their own; punctuation separates.
fn plain_words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for c in text.to_lowercase().chars().filter(|c| !is_modifier(*c)) {
        if c.is_alphanumeric() {
            if let Some(word) = words.last_mut() {
                word.push(c);
            }
        } else {
            words.push(if is_emoji(c) { c.to_string() } else { String::new() });
            words.push(String::new());
        }
    }
    words.retain(|w| !w.is_empty());
    words
}

/// Symbols outside the Latin blocks and general punctuation: emoji and dingbats.
fn is_emoji(c: char) -> bool {
    !c.is_alphanumeric() && matches!(c, '\u{2300}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
}

/// Skin tones, joiners and variation selectors: they belong to the emoji before them.
fn is_modifier(c: char) -> bool {
    matches!(c, '\u{200d}' | '\u{fe0e}' | '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}')
}

/// Emoji that say by themselves that something is wrong.
const ANGRY: [&str; 6] = ["😡", "😠", "🤬", "👎", "😤", "💢"];
/// Single words that ask for a person.
const PERSON: [&str; 6] = ["agent", "human", "operator", "representative", "person", "manager"];

/// The intent of a text too short for its vector to mean much, with how sure that is: a courtesy, a
/// bare call for a person, or no words at all. `None` for everything else.
pub(super) fn short_text(text: &str, context: IntentContext) -> Option<(Intent, f32)> {
    /// Such a text means nothing else: what is left is irony.
    const PLAIN: f32 = 0.97;
    /// Marks or emoji alone: a guess, so that the engine asks.
    const GUESS: f32 = 0.5;
    if let Some(kind) = pleasantry(text) {
        let answers_us = context.awaiting && kind == Pleasantry::Acknowledgement;
        return Some((if answers_us { Intent::OrderPlacement } else { kind.intent() }, PLAIN));
    }
    let words = plain_words(text);
    if words.iter().any(|w| w.chars().any(char::is_alphanumeric)) {
        let bare: Vec<&str> =
            words.iter().map(String::as_str).filter(|w| *w != "please" && *w != "pls").collect();
        return match bare[..] {
            [word] if PERSON.contains(&word) => Some((Intent::EscalationRequest, PLAIN)),
            _ => None,
        };
    }
    if words.iter().any(|w| ANGRY.contains(&w.as_str())) {
        return Some((Intent::Complaint, GUESS));
    }
    Some((Intent::GeneralQuery, GUESS))
}

/// Words that open a question without a question mark.
const OPENERS: [&str; 32] = [
    "what", "whats", "which", "who", "whose", "when", "where", "wheres", "why", "how", "hows", "is", "are",
    "was", "were", "do", "does", "did", "has", "have", "can", "could", "will", "would", "should", "may",
    "any", "anyone", "got", "isnt", "dont", "wat",
];

/// Whether a text asks something: a question mark, or a question's first word. "Can I have 20 boxes" and
/// "could you send …" are requests in the form of questions and not counted.
pub fn is_question(text: &str) -> bool {
    let words = plain_words(&text.replace(['\'', '\u{2019}'], ""));
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let request = matches!(
        words[..],
        ["can" | "could" | "may" | "would", "i" | "we", "have" | "get" | "order" | "buy" | "take", ..]
            | [
                "can" | "could" | "would" | "will",
                "you" | "u",
                "send" | "deliver" | "bring" | "get" | "order" | "add" | "please" | "pls",
                ..
            ]
    );
    let opens = words.first().is_some_and(|w| OPENERS.contains(w));
    !request && (text.contains('?') || opens)
}

#[cfg(test)]
mod tests {
    use super::{IntentContext, Pleasantry, is_question, pleasantry, short_text};
    use crate::domain::intent::Intent;

    #[test]
    fn courtesies_are_known_and_nothing_more_is() {
        let check =
            |text: &str, expected: Option<Pleasantry>| assert_eq!(pleasantry(text), expected, "{text}");
        check("Hi!", Some(Pleasantry::Hello));
        check("good morning team 👋🏽", Some(Pleasantry::Hello));
        check("ok, thanks a lot for your help", Some(Pleasantry::Thanks));
        check("thank you so much, bye", Some(Pleasantry::Goodbye));
        check("👍", Some(Pleasantry::Acknowledgement));
        check("ok noted", Some(Pleasantry::Acknowledgement));
        check("hi, where is my order", None);
        check("thanks for nothing", None);
        check("hi, help", None);
        check("ok tomorrow", None);
        check("ok 20", None);
        check("for you", None);
        check("", None);
        check("?!", None);
    }

    #[test]
    fn short_texts_need_no_vector() {
        let awaiting = IntentContext { awaiting: true, ..IntentContext::default() };
        let check = |text: &str, context: &IntentContext, expected: Option<Intent>| {
            assert_eq!(short_text(text, *context).map(|(i, _)| i), expected, "{text}");
        };
        let alone = IntentContext::default();
        check("yo", &alone, Some(Intent::Greeting));
        check("ok", &alone, Some(Intent::GeneralQuery));
        check("ok", &awaiting, Some(Intent::OrderPlacement));
        check("thanks", &awaiting, Some(Intent::GeneralQuery));
        check("Agent please", &alone, Some(Intent::EscalationRequest));
        check("agent's price", &alone, None);
        check("???", &alone, Some(Intent::GeneralQuery));
        check("🤬", &alone, Some(Intent::Complaint));
        check("boxes", &alone, None);
        check("盒子", &alone, None);
    }

    #[test]
    fn requests_are_not_questions() {
        let check = |text: &str, expected: bool| assert_eq!(is_question(text), expected, "{text}");
        check("what's the price of lids", true);
        check("lids in stock?", true);
        check("Can I have 20 boxes?", false);
        check("could you send 20 boxes", false);
        check("20 boxes", false);
        check("", false);
    }
}
