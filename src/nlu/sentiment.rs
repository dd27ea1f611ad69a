//! How a message sounds, and what in it must reach a person.

use super::lexicon::{self, Words};
use super::text::normalise;
use crate::domain::escalation::TriggerWords;
use crate::domain::tone::Sentiment;

/// Letters of a word above which no other word begins with it by chance.
const LONG_WORD: usize = 8;

/// A message as phrases are looked for in it: its words with one blank between, and a blank at both ends.
struct Spoken {
    words: Vec<String>,
    joined: String,
}

impl Spoken {
    fn new(text: &str) -> Self {
        // A mark between clauses is kept: "no problem, all good" turns nothing around.
        let normal = normalise(text).replace([',', '.', '!', '?', ';', '\n'], " | ");
        let split = normal
            .split(|c: char| !c.is_alphanumeric() && !matches!(c, '\'' | '-' | '|'))
            .map(|w| w.trim_matches('-'));
        let words: Vec<String> = split.filter(|w| !w.is_empty()).map(str::to_owned).collect();
        Self { joined: format!(" {} ", words.join(" ")), words }
    }

    /// How many of the words and phrases are said, those turned around ("not bad") left out.
    fn count(&self, table: &Words) -> usize {
        let single =
            self.words.iter().enumerate().filter(|(i, w)| table.contains(w) && !self.turned(*i)).count();
        single + table.iter().filter(|p| p.contains(' ') && self.joined.contains(&format!(" {p} "))).count()
    }

    /// How many of the words are said but turned around.
    fn count_turned(&self, table: &Words) -> usize {
        self.words.iter().enumerate().filter(|(i, w)| table.contains(w) && self.turned(*i)).count()
    }

    /// Whether one of the three words before turns this one around: "not a very good".
    fn turned(&self, i: usize) -> bool {
        let before = self.words[i.saturating_sub(3)..i].iter().rev().take_while(|w| *w != "|");
        before.into_iter().any(|w| lexicon::TURNS.contains(w))
    }

    /// Whether a phrase of the table is said. A phrase of several words and a long word count from the beginning
    /// of a word on ("talk to some" finds "talk to somebody"); a short word is said as it is or with an s, so that
    /// a rat is not found in the tax rate, nor mould in moulded trays.
    fn says(&self, table: &Words) -> bool {
        table.iter().any(|phrase| self.says_phrase(phrase))
    }

    fn says_one_of(&self, phrases: &[String]) -> bool {
        phrases.iter().any(|phrase| self.says_phrase(phrase))
    }

    fn says_phrase(&self, phrase: &str) -> bool {
        if phrase.contains(' ') || phrase.len() > LONG_WORD {
            self.joined.contains(&format!(" {phrase}"))
        } else {
            self.joined.contains(&format!(" {phrase} ")) || self.joined.contains(&format!(" {phrase}s "))
        }
    }
}

/// How a message sounds.
pub fn sentiment(text: &str) -> Sentiment {
    let spoken = Spoken::new(text);
    let (negative, positive) = (spoken.count(&lexicon::NEGATIVE), spoken.count(&lexicon::POSITIVE));
    let mut angry = spoken.count(&lexicon::ANGRY);
    let negative = negative + spoken.count_turned(&lexicon::POSITIVE);
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let capitals = text.chars().filter(|c| c.is_uppercase()).count();
    let shouting = letters >= 12 && capitals * 10 > letters * 7;
    let insists = text.contains("!!") || text.contains("?!");
    if (shouting || insists) && negative > 0 {
        angry += 1;
    }
    // Three complaints in one message are more than a remark.
    if angry > 0 || negative >= 4 {
        Sentiment::Angry
    } else if negative > positive || (negative > 0 && negative == positive && !text.contains("thank")) {
        Sentiment::Negative
    } else if positive > 0 && negative == 0 {
        Sentiment::Positive
    } else if negative > 0 {
        Sentiment::Negative
    } else {
        Sentiment::Neutral
    }
}

/// Whether haste is asked for: an urgent word that is not turned around.
pub fn is_urgent(text: &str) -> bool {
    let normal = format!(" {} ", normalise(text));
    lexicon::URGENT.iter().any(|cue| {
        normal.match_indices(cue).any(|(at, _)| {
            let (before, after) = (&normal[..at], &normal[at + cue.len()..]);
            let whole = before.ends_with(|c: char| !c.is_alphanumeric())
                && after.starts_with(|c: char| !c.is_alphanumeric());
            let asks = after.trim_start().starts_with('?') && before.trim().is_empty();
            whole && !asks && !turned_around(before) && !is_rule(before, after)
        })
    })
}

/// "not urgent", "no rush", "no need to rush": within the clause, three words before.
fn turned_around(before: &str) -> bool {
    let clause = before.rsplit([',', '.', '!', ';', '\n', '?']).next().unwrap_or_default();
    let words = clause.split(|c: char| c.is_whitespace()).filter(|w| !w.is_empty());
    words
        .rev()
        .take(3)
        .any(|w| lexicon::NOT_URGENT.contains(w.trim_matches(|c: char| !c.is_alphanumeric() && c != '\'')))
}

/// "Do you do same-day delivery", "rush hour", "rush fee": about haste, not in haste.
fn is_rule(before: &str, after: &str) -> bool {
    let next = after.trim_start_matches(|c: char| !c.is_alphanumeric());
    let about = ["fee", "charge", "hour", "surcharge", "orders?", "order fee", "policy"]
        .iter()
        .any(|w| next.starts_with(w));
    let asks = ["do you do", "do you offer", "do you have", "is there", "can you do", "what is", "how much"];
    about || asks.iter().any(|cue| before.trim_end().ends_with(cue))
}

/// What in a message must reach a person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a reason of its own, and several may hold")]
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

/// Verbs by which somebody in charge is asked for rather than spoken of.
const ASKS_FOR: &[&str] =
    &["speak", "talk", "get me", "want", "call", "need", "escalate", "contact", "see", "give me", "put me"];

/// Looks for what must reach a person, by the built-in words and the operator's own. Questions about it ("can I speak
/// to a person on Sundays?") count as well.
pub fn triggers(text: &str, own: &TriggerWords) -> Triggers {
    let spoken = Spoken::new(text);
    let manager = spoken.says(&lexicon::MANAGER);
    let asks = ASKS_FOR.iter().any(|w| spoken.joined.contains(&format!(" {w}")));
    Triggers {
        person: spoken.says(&lexicon::PERSON) || spoken.says_one_of(&own.person) || (manager && asks),
        manager: manager && (asks || spoken.words.len() <= 4),
        safety: spoken.says(&lexicon::SAFETY) || spoken.says_one_of(&own.safety),
        legal: spoken.says(&lexicon::LEGAL) || spoken.says_one_of(&own.legal),
        media: spoken.says(&lexicon::MEDIA) || spoken.says_one_of(&own.media),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(text: &str) -> Triggers {
        triggers(text, &TriggerWords::default())
    }

    #[track_caller]
    fn check_mood(text: &str, expected: Sentiment) {
        assert_eq!(sentiment(text), expected, "{text}");
    }

    #[test]
    fn moods() {
        check_mood("Thanks, great service", Sentiment::Positive);
        check_mood("what are your hours", Sentiment::Neutral);
        check_mood("200 lids for harbour cafe please", Sentiment::Neutral);
        check_mood("half of the boxes came crushed", Sentiment::Negative);
        check_mood("THE BOXES ARE DAMAGED AGAIN", Sentiment::Angry);
        check_mood("this is outrageous", Sentiment::Angry);
        check_mood("not good at all", Sentiment::Negative);
        check_mood("my delivery is late", Sentiment::Negative);
        check_mood("still waiting for my order, third time!!", Sentiment::Angry);
        check_mood("you people are useless", Sentiment::Angry);
        check_mood("no problem, all good", Sentiment::Positive);
        check_mood("I am not happy with the last delivery", Sentiment::Negative);
    }

    #[track_caller]
    fn check_haste(text: &str, expected: bool) {
        assert_eq!(is_urgent(text), expected, "{text}");
    }

    #[test]
    fn haste() {
        check_haste("200 lids, Urgent!", true);
        check_haste("need it ASAP pls", true);
        check_haste("can u send a.s.a.p.?", true);
        check_haste("need it today: 5 boxes", true);
        check_haste("No lids. This is urgent", true);
        check_haste("it's not urgent", false);
        check_haste("no rush", false);
        check_haste("there is no need to rush", false);
        check_haste("do you do same-day delivery", false);
        check_haste("what is the rush fee", false);
        check_haste("brushes 20", false);
    }

    /// "What is the tax rate?" once opened an urgent ticket about rats.
    #[test]
    fn short_words_are_whole_words() {
        for text in [
            "what is the tax rate?",
            "200 moulded trays",
            "do you work with hospitality groups",
            "boxes for pesto pasta",
            "suede pouches",
            "as a courtesy",
            "pressed paper bowls",
        ] {
            assert_eq!(heard(text), Triggers::default(), "{text}");
        }
        for text in ["there was a rat in the carton", "rats!", "mould inside", "she is in hospital"] {
            assert!(heard(text).safety, "{text}");
        }
        assert!(heard("see you in court").legal);
        assert!(heard("she had an anaphylactic shock").safety);
    }

    #[test]
    fn words_of_the_operator_count_as_well() {
        let own = TriggerWords { safety: vec!["gluten".to_owned()], ..TriggerWords::default() };
        assert!(triggers("is there gluten in the lids", &own).safety && !heard("is there gluten").safety);
    }

    #[test]
    fn what_must_reach_a_person() {
        assert!(heard("I want to speak to a human").person);
        assert!(heard("get me your manager").manager);
        assert!(heard("a customer got sick after eating").safety);
        assert!(heard("I will sue you").legal);
        assert!(heard("I'll post this on Facebook").media);
        for text in [
            "how do I issue a return",
            "200 boxes",
            "do you sell glass cleaner",
            "the manager ordered 20 lids last week",
        ] {
            assert_eq!(heard(text), Triggers::default(), "{text}");
        }
    }
}
