//! How a message sounds, and what in it must reach a person.

use super::lexicon;
use super::text::normalise;
use crate::domain::tone::Sentiment;

const NEGATIVE: &[&str] = &[
    "bad",
    "wrong",
    "late",
    "broken",
    "damaged",
    "crushed",
    "dented",
    "leaking",
    "leak",
    "missing",
    "disappointed",
    "disappointing",
    "unhappy",
    "upset",
    "poor",
    "terrible",
    "horrible",
    "awful",
    "worst",
    "unacceptable",
    "problem",
    "issue",
    "complaint",
    "complain",
    "frustrated",
    "frustrating",
    "annoyed",
    "annoying",
    "fail",
    "failed",
    "delay",
    "delayed",
    "never",
    "useless",
    "sick",
    "rude",
    "torn",
    "wet",
    "dirty",
    "defective",
    "defect",
    "mistake",
    "overcharged",
    "ridiculous",
    "fed",
];
const POSITIVE: &[&str] = &[
    "great",
    "good",
    "thanks",
    "thank",
    "excellent",
    "love",
    "perfect",
    "awesome",
    "happy",
    "pleased",
    "wonderful",
    "nice",
    "amazing",
    "appreciate",
    "fantastic",
    "best",
];
const ANGRY: &[&str] = &[
    "angry",
    "furious",
    "outrageous",
    "disgusting",
    "disgusted",
    "pathetic",
    "scam",
    "liars",
    "liar",
    "wtf",
    "fuck",
    "fucking",
    "shit",
    "bullshit",
    "damn",
    "hell",
    "idiots",
    "idiot",
    "stupid",
    "crap",
    "joke",
    "livid",
    "ridiculous",
    "unacceptable",
];
const TURNS: &[&str] = &["not", "no", "never", "isn't", "wasn't", "don't", "didn't", "without", "nothing"];

/// How a message sounds.
pub fn sentiment(text: &str) -> Sentiment {
    let normal = normalise(text);
    let words: Vec<&str> =
        normal.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|w| !w.is_empty()).collect();
    let turned = |i: usize| words[i.saturating_sub(2)..i].iter().any(|w| TURNS.contains(w));
    let count =
        |table: &[&str]| words.iter().enumerate().filter(|(i, w)| table.contains(w) && !turned(*i)).count();
    let (negative, mut angry) = (count(NEGATIVE), count(ANGRY));
    let turned_positive =
        words.iter().enumerate().filter(|(i, w)| POSITIVE.contains(w) && turned(*i)).count();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let capitals = text.chars().filter(|c| c.is_uppercase()).count();
    let shouting = letters >= 12 && capitals * 10 > letters * 7;
    if (shouting || text.contains("!!")) && negative > 0 {
        angry += 1;
    }
    let negative = negative + turned_positive;
    if angry > 0 {
        Sentiment::Angry
    } else if negative > 0 {
        Sentiment::Negative
    } else if count(POSITIVE) > 0 {
        Sentiment::Positive
    } else {
        Sentiment::Neutral
    }
}

/// Whether haste is asked for: an urgent word that is not turned around.
pub fn is_urgent(text: &str) -> bool {
    let normal = format!(" {} ", normalise(text));
    lexicon::URGENT.iter().any(|cue| {
        normal.match_indices(cue).any(|(at, _)| {
            let before = &normal[..at];
            let after = &normal[at + cue.len()..];
            let whole = before.ends_with(|c: char| !c.is_alphanumeric())
                && after.starts_with(|c: char| !c.is_alphanumeric());
            let last: Vec<&str> = before.split_whitespace().rev().take(3).collect();
            whole && !last.iter().any(|w| lexicon::NOT_URGENT.contains(w))
        })
    })
}

/// What in a message must reach a person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Triggers {
    /// Asks for a person.
    pub person: bool,
    /// Asks for somebody in charge.
    pub manager: bool,
    /// Health or food safety.
    pub safety: bool,
    /// Lawyers, courts, authorities.
    pub legal: bool,
    /// Press or public posts.
    pub media: bool,
}

const PERSON: &[&str] = &[
    "speak to a",
    "speak with a",
    "talk to a",
    "talk with a",
    "speak to some",
    "speak with some",
    "talk to some",
    "talk with some",
    "human agent",
    "real person",
    "live agent",
    "a human",
    "to an agent",
    "an operator",
    "customer service rep",
    "call me back",
    "someone call me",
    "connect me",
    "transfer me",
    "put me through",
    "speak to your",
    "talk to your",
    "speak to the manager",
    "representative",
];
const MANAGER: &[&str] = &["manager", "supervisor", "your boss", "person in charge", "director"];
const SAFETY: &[&str] = &[
    "food poisoning",
    "poisoned",
    "got sick",
    "fell sick",
    "fell ill",
    "felt sick",
    "allergic reaction",
    "choked",
    "choking",
    "hospital",
    "glass in",
    "metal in",
    "plastic pieces in",
    "mould on",
    "mold on",
    "mouldy",
    "moldy",
    "contaminated",
    "contamination",
    "chemical smell",
    "cockroach",
    "insect in",
    "insects in",
    "rat droppings",
    "melted into",
    "burnt my",
    "burned my",
    "burned a",
    "unsafe",
    "vomit",
];
const LEGAL: &[&str] = &[
    "lawyer",
    "lawsuit",
    "sue you",
    "legal action",
    "take you to court",
    "small claims",
    "solicitor",
    "attorney",
    "police report",
    "consumer association",
    "my legal",
];
const MEDIA: &[&str] = &[
    "journalist",
    "newspaper",
    "the press",
    "go public",
    "post this on",
    "post it on",
    "tell everyone online",
    "social media about",
    "the news about",
    "viral",
    "review online",
];

/// Looks for what must reach a person. Questions about it ("can I speak to a person on Sundays?") count as well.
pub fn triggers(text: &str) -> Triggers {
    let normal = normalise(text);
    let any = |table: &[&str]| table.iter().any(|cue| normal.contains(cue));
    let manager = any(MANAGER);
    Triggers {
        person: any(PERSON)
            || (manager && ["speak", "talk", "get me", "want", "call"].iter().any(|w| normal.contains(w))),
        manager,
        safety: any(SAFETY),
        legal: any(LEGAL),
        media: any(MEDIA),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moods() {
        for (text, expected) in [
            ("Thanks, great service", Sentiment::Positive),
            ("what are your hours", Sentiment::Neutral),
            ("half of the boxes came crushed", Sentiment::Negative),
            ("THE BOXES ARE DAMAGED AGAIN", Sentiment::Angry),
            ("this is outrageous", Sentiment::Angry),
            ("not good at all", Sentiment::Negative),
        ] {
            assert_eq!(sentiment(text), expected, "{text}");
        }
    }

    #[test]
    fn haste() {
        assert!(is_urgent("200 lids, Urgent!"));
        assert!(is_urgent("need it ASAP pls"));
        assert!(!is_urgent("it's not urgent"));
        assert!(!is_urgent("no rush"));
    }

    #[test]
    fn what_must_reach_a_person() {
        assert!(triggers("I want to speak to a human").person);
        assert!(triggers("get me your manager").manager);
        assert!(triggers("a customer got sick after eating").safety);
        assert!(!triggers("how do I sue chef mode").safety);
    }
}
