//! Claims of having acted. A model can not place, cancel, refund or tell anybody anything: only code can.

use super::sentence::{Sentence, is_negation, plain};
use super::token::Token;

/// What only code can do: the verb's base, its past participle.
const ACTS: &[(&str, &str)] = &[
    ("place", "placed"),
    ("cancel", "cancelled"),
    ("cancel", "canceled"),
    ("change", "changed"),
    ("update", "updated"),
    ("modify", "modified"),
    ("refund", "refunded"),
    ("book", "booked"),
    ("forward", "forwarded"),
    ("notify", "notified"),
    ("inform", "informed"),
    ("send", "sent"),
    ("open", "opened"),
    ("create", "created"),
    ("arrange", "arranged"),
    ("schedule", "scheduled"),
    ("reschedule", "rescheduled"),
    ("issue", "issued"),
    ("apply", "applied"),
    ("add", "added"),
    ("remove", "removed"),
    ("escalate", "escalated"),
    ("pass", "passed"),
    ("process", "processed"),
    ("confirm", "confirmed"),
    ("approve", "approved"),
    ("reserve", "reserved"),
    ("credit", "credited"),
    ("submit", "submitted"),
    ("register", "registered"),
    ("log", "logged"),
    ("raise", "raised"),
    ("contact", "contacted"),
    ("email", "emailed"),
    ("call", "called"),
    ("dispatch", "dispatched"),
    ("ship", "shipped"),
    ("move", "moved"),
    ("initiate", "initiated"),
    ("charge", "charged"),
    ("waive", "waived"),
    ("adjust", "adjusted"),
    ("alert", "alerted"),
    ("flag", "flagged"),
    ("record", "recorded"),
    ("save", "saved"),
    ("replace", "replaced"),
    ("deliver", "delivered"),
    ("complete", "completed"),
    ("order", "ordered"),
    ("ask", "asked"),
];
/// What a model does when it answers; whatever else "I have …ed" says is an act that nobody carried out.
const SPOKEN: &[&str] = &[
    "looked",
    "listed",
    "included",
    "mentioned",
    "summarised",
    "summarized",
    "explained",
    "understood",
    "tried",
    "checked",
    "searched",
    "answered",
    "quoted",
    "described",
    "outlined",
    "noticed",
    "wanted",
    "needed",
];
/// Participles that do not end in "ed".
const IRREGULAR: &[&str] =
    &["sent", "put", "made", "taken", "given", "done", "set", "told", "written", "paid", "brought"];
/// A sentence of so many words that ends in a participle is an announcement: "Refund approved."
const ANNOUNCEMENT: usize = 4;
/// Words between a subject or an auxiliary and its verb.
const ADVERBS: &[&str] = &[
    "now",
    "just",
    "already",
    "also",
    "successfully",
    "gone",
    "ahead",
    "and",
    "hereby",
    "gladly",
    "been",
    "then",
    "immediately",
];
/// Words before which a claim is a condition, not a fact.
const CONDITIONS: &[&str] = &[
    "if", "when", "once", "after", "before", "unless", "until", "whether", "that", "which", "who",
    "whenever", "where", "because",
];
/// Whole phrases that say it is done.
const DONE: &[&str] = &[
    "all set",
    "it's done",
    "it is done",
    "that's done",
    "consider it done",
    "all sorted",
    "taken care of",
    "have taken the liberty",
    "is on its way",
];

/// The claims of having acted in a sentence, as said; `facts` are what code computed.
pub(super) fn claims(sentence: &Sentence, facts: &[Sentence]) -> Vec<String> {
    let tokens = &sentence.tokens;
    let words: Vec<&str> = tokens.iter().map(|t| t.text.as_str()).collect();
    let words = format!(" {} ", words.join(" "));
    let mut found: Vec<String> = DONE
        .iter()
        .filter(|phrase| words.contains(&format!(" {phrase} ")))
        .filter(|phrase| !facts.iter().any(|f| f.plain.contains(**phrase)))
        .map(|phrase| (*phrase).to_owned())
        .collect();
    if matches!(sentence.plain.as_str(), "done" | "cancelled" | "confirmed" | "booked" | "refunded") {
        found.push(sentence.plain.clone());
    }
    if announced(sentence) && !facts.iter().any(|fact| fact.plain == sentence.plain) {
        found.push(sentence.plain.clone());
    }
    for at in 0..tokens.len() {
        let span = by_me(tokens, at).or_else(|| passive(sentence, at));
        if let Some((from, to)) = span
            && !is_condition(sentence, from)
            && !in_facts(tokens, from, to, facts)
        {
            let said: Vec<&str> = tokens[from..to].iter().map(|t| t.text.as_str()).collect();
            found.push(said.join(" "));
        }
    }
    found
}

fn is_participle(word: &str) -> bool {
    ACTS.iter().any(|(_, participle)| *participle == word)
}

/// Whether the past of a verb tells of an act, if the model says it of itself.
fn is_act(word: &str) -> bool {
    (word.ends_with("ed") && word.len() > 4 || IRREGULAR.contains(&word)) && !SPOKEN.contains(&word)
}

/// "Refund approved", "Discount applied": announced, and not asked, denied or told of others.
fn announced(sentence: &Sentence) -> bool {
    let is_word = |t: &&Token| t.text.chars().any(char::is_alphanumeric);
    let tokens: Vec<&Token> = sentence.tokens.iter().filter(is_word).collect();
    (2..=ANNOUNCEMENT).contains(&tokens.len())
        && tokens.last().is_some_and(|t| is_participle(&t.text))
        // With an auxiliary it is a sentence that is judged as such.
        && !tokens.iter().any(|t| {
            let word = t.text.as_str();
            is_negation(word) || matches!(word, "is" | "are" | "was" | "were" | "be" | "been" | "has" | "have" | "as")
        })
}

fn skip_adverbs(tokens: &[Token], mut at: usize) -> usize {
    while tokens.get(at).is_some_and(|t| ADVERBS.contains(&t.text.as_str())) {
        at += 1;
    }
    at
}

/// "I have placed", "we've now cancelled", "I'm booking", "I will refund", "I refunded".
fn by_me(tokens: &[Token], at: usize) -> Option<(usize, usize)> {
    let text = |n: usize| tokens.get(n).map_or("", |t| t.text.as_str());
    let (first, alone) = match text(at) {
        "i" | "i've" | "i'm" | "i'll" | "i'd" => (true, text(at) == "i"),
        "we" | "we've" | "we're" => (false, text(at) == "we"),
        _ => return None,
    };
    let mut next = skip_adverbs(tokens, at + 1);
    let mut auxiliary = text(at).split_once('\'').map_or("", |(_, short)| short);
    if alone && matches!(text(next), "have" | "am" | "are" | "will" | "had" | "shall") {
        auxiliary = text(next);
        next = skip_adverbs(tokens, next + 1);
    }
    let word = text(next);
    let base_or = |pick: fn(&str, &str) -> bool| ACTS.iter().any(|(base, _)| pick(base, word));
    let acts = match auxiliary {
        "ve" | "have" | "had" => is_participle(word) || (first && is_act(word)),
        "m" | "re" | "am" | "are" => base_or(|base, w| {
            w.ends_with("ing") && w.starts_with(base.trim_end_matches('e')) && w.len() < base.len() + 5
        }),
        // "We will notify you when …" is a policy; "I will notify" is an act that nobody would carry out.
        "ll" | "will" | "shall" => {
            first && base_or(|base, w| base == w) && text(at.wrapping_sub(1)) != "shall"
        }
        "" => first && (is_participle(word) || (word.ends_with("ed") && is_act(word))),
        _ => false,
    };
    acts.then_some((at, next + 1))
}

/// "your order has been placed", "your order is confirmed", "a ticket was opened".
fn passive(sentence: &Sentence, at: usize) -> Option<(usize, usize)> {
    let tokens = &sentence.tokens;
    let text = |n: usize| tokens.get(n).map_or("", |t| t.text.as_str());
    let auxiliary = text(at);
    let clause = &sentence.clause_at(at).range;
    let subject = &tokens[clause.start..at];
    let about_you = subject.iter().any(|t| {
        matches!(
            t.text.as_str(),
            "your"
                | "this"
                | "it"
                | "ticket"
                | "everything"
                | "request"
                | "order"
                | "refund"
                | "colleague"
                | "team"
        )
    });
    let yours = subject.iter().any(|t| t.is("your")) || subject.iter().any(|t| t.number.is_some());
    let mut next = skip_adverbs(tokens, at + 1);
    let acts = match auxiliary {
        "has" | "have" if text(at + 1) == "been" || text(next.wrapping_sub(1)) == "been" => about_you,
        "was" | "were" => yours || subject.iter().any(|t| t.is("ticket")),
        // What is done to every order is told in the present tense; only these say that it is done to this one.
        "is" | "are" => {
            yours
                && matches!(
                    text(next),
                    "confirmed" | "placed" | "cancelled" | "canceled" | "booked" | "scheduled" | "approved"
                )
        }
        _ => false,
    };
    if text(next) == "successfully" {
        next += 1;
    }
    let later = tokens[at..clause.end]
        .iter()
        .any(|t| matches!(t.text.as_str(), "once" | "when" | "if" | "after" | "until" | "unless" | "by"));
    let denied = tokens[clause.clone()].iter().any(|t| is_negation(&t.text));
    (acts && is_participle(text(next)) && !later && !denied).then_some((at, next + 1))
}

/// Whether a claim stands under a condition: "once we have confirmed", "the price that was confirmed".
fn is_condition(sentence: &Sentence, at: usize) -> bool {
    let clause = &sentence.clause_at(at).range;
    sentence.tokens[clause.start..at].iter().any(|t| CONDITIONS.contains(&t.text.as_str()))
        || clause.start > 0 && sentence.tokens[clause.start - 1].is("because")
}

/// Whether the very words stand in the facts; for "is", "was" and "has been" the participle after one of them.
fn in_facts(tokens: &[Token], from: usize, to: usize, facts: &[Sentence]) -> bool {
    let said: Vec<&str> = tokens[from..to].iter().map(|t| t.text.as_str()).collect();
    let words = said.join(" ");
    let being = |t: &Token| matches!(t.text.as_str(), "is" | "are" | "was" | "were" | "been" | "has");
    facts.iter().any(|fact| {
        let same = format!(" {} ", plain(&fact.raw)).contains(&format!(" {words} "));
        let passive = being(&tokens[from])
            && fact.tokens.iter().enumerate().any(|(n, t)| {
                t.text == tokens[to - 1].text
                    && fact.tokens[n.saturating_sub(3)..n].iter().any(being)
                    && !fact.clause_at(n).denies
            });
        same || passive
    })
}
