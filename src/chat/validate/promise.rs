//! Promises: what would cost the company something. Each needs the same in the evidence, granted and not denied.

use std::ops::Range;

use super::sentence::{Sentence, is_negation};
use super::token::Token;
use super::unit::Unit;
use super::value::Value;

/// What is promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Promise {
    Refund,
    FullRefund,
    Discount,
    Replacement,
    Credit,
    Voucher,
    Compensation,
    Gift,
    Free,
    Guarantee,
    SameDay,
    NextDay,
    Today,
    Tomorrow,
}

impl Promise {
    /// How it is told to the model.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Refund => "a refund",
            Self::FullRefund => "a full refund",
            Self::Discount => "a discount",
            Self::Replacement => "a replacement",
            Self::Credit => "a credit",
            Self::Voucher => "a voucher",
            Self::Compensation => "a compensation",
            Self::Gift => "a gift",
            Self::Free => "something free of charge",
            Self::Guarantee => "a guarantee",
            Self::SameDay => "the same day",
            Self::NextDay => "the next day",
            Self::Today => "delivery today",
            Self::Tomorrow => "delivery tomorrow",
        }
    }

    /// Whether only a denial right before the word means it: in "we guarantee that it never happens" nothing denies the
    /// guarantee.
    const fn is_denied_closely(self) -> bool {
        matches!(
            self,
            Self::Free | Self::Guarantee | Self::SameDay | Self::NextDay | Self::Today | Self::Tomorrow
        )
    }

    /// Free of charge and days are denied for one case and granted for another in the same breath; the others are
    /// denied only when they are not granted at all.
    const fn denial_counts(self) -> bool {
        !matches!(
            self,
            Self::Free | Self::SameDay | Self::NextDay | Self::Today | Self::Tomorrow | Self::FullRefund
        )
    }
}

/// A promise word in a sentence.
#[derive(Debug, Clone)]
pub(super) struct Mention {
    pub promise: Promise,
    /// Whether its clause denies it.
    pub denied: bool,
    /// Whether it only names the matter: "our refund policy", "your question about discounts".
    pub topic: bool,
}

/// The promise words of a sentence.
pub(super) fn mentions(sentence: &Sentence) -> Vec<Mention> {
    let mut found: Vec<(Promise, usize)> = Vec::new();
    for at in 0..sentence.tokens.len() {
        found.extend(by_word(&sentence.tokens, at).map(|promise| (promise, at)));
    }
    found.extend(sentence.free_of_charge.iter().map(|span| (Promise::Free, span.start)));
    found.extend(off(sentence).map(|at| (Promise::Discount, at)));
    found.extend(days(sentence));
    let denied_by_itself = |at: usize| sentence.tokens[at].text.starts_with("nonrefund");
    found
        .into_iter()
        .map(|(promise, at)| Mention {
            promise,
            denied: denied_by_itself(at)
                || if promise.is_denied_closely() {
                    sentence.denies_closely(at)
                } else {
                    sentence.clause_at(at).denies
                },
            topic: is_topic(&sentence.tokens, at),
        })
        .collect()
}

fn by_word(tokens: &[Token], at: usize) -> Option<Promise> {
    let word = tokens[at].text.as_str();
    let text = |n: usize| tokens.get(at + n).map_or("", |t| t.text.as_str());
    let before = |n: usize| at.checked_sub(n).map_or("", |b| tokens[b].text.as_str());
    let starts = |list: &[&str]| list.iter().any(|s| word.starts_with(s));
    let full = |w: &str| matches!(w, "full" | "complete" | "entire" | "total");
    if starts(&["refund", "reimburs", "repay", "nonrefund"]) {
        let all = full(before(1))
            || matches!(text(1), "fully" | "completely")
            || (text(1) == "in" && text(2) == "full");
        return Some(if all { Promise::FullRefund } else { Promise::Refund });
    }
    if (word == "money" && text(1) == "back") || (word == "pay" && text(1) == "you" && text(2) == "back") {
        return Some(Promise::Refund);
    }
    if starts(&["discount", "rebate"])
        || (matches!(word, "reduced" | "special" | "lower" | "half") && text(1) == "price")
    {
        return Some(Promise::Discount);
    }
    if starts(&["replac", "exchang"]) || word == "swap" {
        return Some(Promise::Replacement);
    }
    if word.starts_with("credit") {
        let account = [
            "account",
            "accounts",
            "limit",
            "limits",
            "terms",
            "card",
            "cards",
            "customer",
            "customers",
            "check",
        ];
        let names = account.contains(&text(1)) || matches!(before(1), "on");
        return (!names).then_some(Promise::Credit);
    }
    if starts(&["voucher", "coupon", "promo"]) {
        return Some(Promise::Voucher);
    }
    if starts(&["compensat", "goodwill"]) || (word == "make" && text(1) == "it" && text(2) == "up") {
        return Some(Promise::Compensation);
    }
    if starts(&["guarant", "warrant", "promis"]) {
        return Some(Promise::Guarantee);
    }
    if matches!(word, "gift" | "gifts" | "bonus" | "giveaway") {
        return Some(Promise::Gift);
    }
    if starts(&["complimentary", "gratis", "waive", "waiving"])
        || (word == "on" && text(1) == "the" && text(2) == "house")
        || (matches!(before(1), "is" | "are" | "it's" | "that's") && word == "on" && text(1) == "us")
        || (word.starts_with("cost") && text(1) == "nothing")
    {
        return Some(Promise::Free);
    }
    if word == "nothing" && matches!((text(1), text(2)), ("to", "pay") | ("extra", "to")) {
        return Some(Promise::Free);
    }
    // "feel free", "nut-free", "free of nuts" and "free to choose" cost nobody anything.
    let other_free =
        matches!(before(1), "feel" | "-") || matches!(text(1), "to" | "from" | "of") || tokens[at].glued;
    (word == "free" && !other_free).then_some(Promise::Free)
}

/// "10% off", "SGD 20 reduction".
fn off(sentence: &Sentence) -> impl Iterator<Item = usize> + '_ {
    sentence.stated.iter().filter_map(|stated| {
        let money =
            matches!(&stated.value, Value::Amount(a) if matches!(a.unit, Unit::Money(_) | Unit::Percent));
        let next = sentence.tokens.get(stated.to)?;
        (money && (next.is("off") || next.is("reduction") || next.is("cheaper"))).then_some(stated.to)
    })
}

/// Promises of a day, in a sentence about delivery or money.
fn days(sentence: &Sentence) -> Vec<(Promise, usize)> {
    let tokens = &sentence.tokens;
    let about = [
        "deliver", "arriv", "ship", "dispatch", "send", "sent", "com", "receiv", "reach", "collect",
        "process", "get",
    ];
    let speaks = tokens.iter().any(|t| about.iter().any(|s| t.text.starts_with(s)));
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let next = |n: usize| tokens.get(at + n).map_or("", |t| t.text.as_str());
        let day_follows = next(1) == "day" || (next(1) == "-" && next(2) == "day");
        match token.text.as_str() {
            "same" if day_follows => found.push((Promise::SameDay, at)),
            "next" if day_follows => found.push((Promise::NextDay, at)),
            "overnight" if speaks => found.push((Promise::NextDay, at)),
            "today" | "tonight" if speaks => found.push((Promise::Today, at)),
            "tomorrow" if speaks => found.push((Promise::Tomorrow, at)),
            _ => {}
        }
    }
    found
}

/// Whether the matter is only named.
fn is_topic(tokens: &[Token], at: usize) -> bool {
    let ahead = tokens.get(at + 1).map_or("", |t| t.text.as_str());
    let named =
        ["policy", "policies", "question", "questions", "request", "requests", "rules", "terms", "section"];
    let before = &tokens[at.saturating_sub(4)..at];
    let led = ["about", "regarding", "concerning", "whether", "asked", "asking", "request", "requested"];
    named.contains(&ahead) || before.iter().any(|t| led.contains(&t.text.as_str()))
}

/// The promises of a sentence that its support does not hold.
pub(super) fn unsupported(sentence: &Sentence, held: &[Mention]) -> Vec<(Promise, bool)> {
    let holds =
        |promise: Promise, denied: bool| held.iter().any(|m| m.promise == promise && m.denied == denied);
    let mut wrong = Vec::new();
    for mention in mentions(sentence).into_iter().filter(|m| !m.topic) {
        let promise = mention.promise;
        let bad = if mention.denied {
            let granted = holds(promise, false) && !holds(promise, true);
            promise.denial_counts() && granted && !sentence.is_conditional()
        } else {
            !holds(promise, false)
        };
        if bad && !wrong.contains(&(promise, mention.denied)) {
            wrong.push((promise, mention.denied));
        }
    }
    wrong
}

/// Share of a clause's words that must stand in another before the two are said to speak of the same.
const SAME_MATTER: f32 = 0.75;

/// Words that set one case apart from another, so that yes for one is no for the other: "sold apart from the trays" is
/// "not sold with the trays". Roots, as clauses are compared by them.
const SETS_APART: &[&str] = &["apart", "separatel", "extra", "another", "further"];

/// Whether a clause says yes where the support says no in the same words, or the other way round.
pub(super) fn contradicted(sentence: &Sentence, support: &[Sentence]) -> bool {
    if sentence.is_conditional() || sentence.raw.trim_end().ends_with('?') {
        return false;
    }
    sentence.clauses.iter().any(|clause| {
        let words = &clause.content;
        if words.len() < 2 {
            return false;
        }
        let (mut same, mut opposite) = (0.0_f32, 0.0_f32);
        for other in support {
            for part in &other.clauses {
                let theirs = &part.content;
                let shared = words.iter().filter(|w| theirs.contains(w)).count();
                let apart =
                    |c: &[String]| SETS_APART.iter().map(|w| c.iter().any(|x| x == w)).collect::<Vec<_>>();
                let shared = if apart(words) == apart(theirs) { shared } else { 0 };
                let share = if shared > 1 { shared as f32 / words.len() as f32 } else { 0.0 };
                if part.denies == clause.denies {
                    same = same.max(share);
                } else if !other.is_conditional() || direct_denial(other, &part.range) {
                    opposite = opposite.max(share);
                }
            }
        }
        opposite >= SAME_MATTER && same < opposite
    })
}

/// "cannot", "do not": a denial that a condition further on does not turn.
fn direct_denial(sentence: &Sentence, clause: &Range<usize>) -> bool {
    let head = clause.start..(clause.start + 4).min(clause.end);
    let tokens = &sentence.tokens[head];
    tokens.iter().any(|t| is_negation(&t.text))
        && !sentence.tokens[clause.clone()]
            .iter()
            .any(|t| matches!(t.text.as_str(), "until" | "unless" | "if"))
}
