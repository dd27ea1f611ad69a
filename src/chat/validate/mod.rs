//! The last look before an answer goes out: nothing in it that neither the evidence nor code's own facts hold.
//!
//! A model may be wrong or talked into anything, and a policy may be edited into nonsense, so every answer is read as
//! a stranger's: cut into sentences, each value in it with its unit, each promise with whether it is granted or
//! denied, each address and code; and all of it looked up in what the answer may stand on. A sentence that the
//! support holds word for word is not looked at further.
//!
//! What is not told apart: which of two things a value is said of, when the evidence does not put them into one row;
//! "at least" and "at most", a yes and a no, when the answer uses other words than the evidence.

mod amount;
mod bound;
mod calendar;
mod claim;
mod grounding;
mod item;
mod leak;
mod promise;
mod sentence;
mod support;
mod token;
mod unit;
mod value;

#[cfg(test)]
mod tests;

pub use amount::largest_amount;

use std::collections::HashSet;

use self::sentence::Sentence;
use self::support::Support;
use self::unit::Unit;
use self::value::Value;
use super::reply::Validation;
use super::response::Response;
use crate::domain::pii;
use crate::nlu::text::normalise;

/// Longest answer, in characters: about a phone's screen and a half.
const MAX_ANSWER_CHARS: usize = 2000;
/// Issues told at most: a model mends the first ones or none.
const MAX_ISSUES: usize = 12;

/// What an answer is checked against.
#[derive(Debug, Clone, Copy)]
pub struct Against<'a> {
    /// What is cited: excerpts, headings, quoted lines.
    pub evidence: &'a [&'a str],
    /// What code computed: prices, totals, dates, numbers of orders; also whole sentences that may be said as they
    /// are.
    pub facts: &'a [&'a str],
    /// The customer's words. A quantity, a size, a SKU that is denied or a reference of theirs may be repeated; a price
    /// or a time may not, and a day only where it is not promised.
    pub question: &'a str,
    /// The system prompt, when a model worded the answer.
    pub prompt: Option<&'a str>,
    /// Whether a model worded it: then it may claim no act, speak no other language, and show no instructions.
    pub by_model: bool,
}

/// What is wrong with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    /// A count, a measure or a number that nothing holds, or a size beside another size's value.
    Number,
    /// An amount of money.
    Price,
    /// A percentage.
    Percentage,
    /// A date, a month or a weekday.
    Date,
    /// A time of day or a length of time.
    Time,
    /// A product's code.
    Sku,
    /// The number of an order, a ticket or an invoice.
    OrderNumber,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// A web address.
    Url,
    /// A promise that the evidence does not make, or the opposite of what it says.
    Promise,
    /// Says that something was done.
    ClaimedAction,
    /// Data of a person.
    PersonalData,
    /// Instructions, fences, talk of being a model.
    PromptText,
    /// About something else than what was found.
    Ungrounded,
    /// Not English.
    Language,
    /// A word that is said to no customer.
    Rude,
    /// Too long to be read.
    TooLong,
    /// Says nothing.
    Empty,
}

impl Reason {
    /// All of them: the labels that a metric can have.
    pub const ALL: [Self; 19] = [
        Self::Number,
        Self::Price,
        Self::Percentage,
        Self::Date,
        Self::Time,
        Self::Sku,
        Self::OrderNumber,
        Self::Email,
        Self::Phone,
        Self::Url,
        Self::Promise,
        Self::ClaimedAction,
        Self::PersonalData,
        Self::PromptText,
        Self::Ungrounded,
        Self::Language,
        Self::Rude,
        Self::TooLong,
        Self::Empty,
    ];

    /// For metrics and for asking again.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Price => "price",
            Self::Percentage => "percentage",
            Self::Date => "date",
            Self::Time => "time",
            Self::Sku => "sku",
            Self::OrderNumber => "order_number",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Url => "url",
            Self::Promise => "promise",
            Self::ClaimedAction => "claimed_action",
            Self::PersonalData => "personal_data",
            Self::PromptText => "prompt_text",
            Self::Ungrounded => "ungrounded",
            Self::Language => "language",
            Self::Rude => "rude",
            Self::TooLong => "too_long",
            Self::Empty => "empty",
        }
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// Of which kind.
    pub reason: Reason,
    /// Said so that a model can mend it; without personal data.
    pub detail: String,
}

impl Issue {
    fn new(reason: Reason, detail: impl AsRef<str>) -> Self {
        Self { reason, detail: pii::scrub(detail.as_ref()) }
    }
}

/// Checks an answer that code composed against what it cites and what code computed.
pub fn check(response: &Response) -> Validation {
    let cited = response.evidence.iter().flat_map(|e| [&e.excerpt, &e.heading]);
    let evidence: Vec<&str> = cited.chain(&response.quoted).map(String::as_str).collect();
    let facts: Vec<&str> = response.facts.iter().map(String::as_str).collect();
    let against = Against { evidence: &evidence, facts: &facts, question: "", prompt: None, by_model: false };
    let issues = issues(&response.text, &against);
    let told = issues.into_iter().map(|issue| format!("{}: {}", issue.reason.as_str(), issue.detail));
    let issues: Vec<String> = told.collect();
    Validation { passed: issues.is_empty(), issues }
}

/// What is wrong with an answer; empty when nothing is.
pub fn issues(answer: &str, against: &Against<'_>) -> Vec<Issue> {
    let length = answer.chars().count();
    if length > MAX_ANSWER_CHARS {
        let detail = format!("{length} characters; at most {MAX_ANSWER_CHARS} are allowed");
        return vec![Issue::new(Reason::TooLong, detail)];
    }
    if !answer.chars().any(char::is_alphanumeric) {
        return vec![Issue::new(Reason::Empty, "the answer says nothing")];
    }
    if !against.by_model && only_quotes(answer, against) {
        return Vec::new();
    }
    let looked_up = LookedUp::new(against);
    let mut found = Vec::new();
    let mut own_words = String::new();
    for sentence in sentence::read(answer) {
        let held = |list: &[Sentence]| list.iter().any(|s| s.plain == sentence.plain);
        if !held(&looked_up.support.sentences) {
            looked_up.values(&sentence, &mut found);
            looked_up.items(&sentence, &mut found);
            looked_up.promises(&sentence, &mut found);
            if against.by_model && found.is_empty() {
                found.extend(looked_up.stray(&sentence));
            }
            own_words.push_str(&sentence.raw);
            own_words.push('\n');
        }
        if against.by_model && !held(&looked_up.support.facts) {
            found.extend(claim::claims(&sentence, &looked_up.support.facts).into_iter().map(|said| {
                let detail =
                    format!("“{said}”: you can not act; say what happens or what the customer can do");
                Issue::new(Reason::ClaimedAction, detail)
            }));
        }
    }
    if against.by_model {
        looked_up.wording(answer, &own_words, &mut found);
    }
    let mut told: Vec<Issue> = Vec::new();
    for issue in found {
        if told.len() < MAX_ISSUES && !told.contains(&issue) {
            told.push(issue);
        }
    }
    told
}

/// Whether a product's name says no more than what it is called: a name that promises, prices or tells of acts would
/// be an argument in the hands of a model.
pub fn is_plain_name(name: &str) -> bool {
    let priced = |value: &Value| match value {
        Value::Amount(amount) => {
            amount.value == 0.0 || amount.cents || matches!(amount.unit, Unit::Money(_) | Unit::Percent)
        }
        _ => false,
    };
    sentence::read(name).iter().all(|part| {
        promise::mentions(part).is_empty()
            && claim::claims(part, &[]).is_empty()
            && part.items.iter().all(|item| item.kind == item::Kind::Sku)
            && !part.stated.iter().any(|stated| priced(&stated.value))
    }) && leak::prompt_text(name, None, "").is_none()
}

/// Whether a text reads as English.
pub fn is_english(text: &str) -> bool {
    leak::is_english(text, "")
}

/// Whether two English texts are about the same: no sentence of either strays from the other.
pub fn says_the_same(one: &str, other: &str) -> bool {
    let held = |text: &str, by: &str| {
        let support = grounding::stems([by]);
        sentence::read(text).iter().all(|sentence| grounding::strays(sentence, &support).is_none())
    };
    held(one, other) && held(other, one)
}

/// Whether every sentence stands in the support as it is. So it does in most answers that code composed, and to tell is
/// much quicker than to read what they say.
fn only_quotes(answer: &str, against: &Against<'_>) -> bool {
    let texts = against.evidence.iter().chain(against.facts);
    let held: HashSet<String> = texts.flat_map(|text| sentence::pieces(text)).map(sentence::plain).collect();
    sentence::pieces(answer).all(|piece| held.contains(&sentence::plain(piece)))
}

/// The support, read once, beside what it was read from.
struct LookedUp<'a> {
    against: &'a Against<'a>,
    support: Support,
    /// The promise words of the support.
    promised: Vec<promise::Mention>,
    /// All support in lower case, for looking for words in it.
    text: String,
    /// Its words, when a model's answer is read.
    stems: HashSet<String>,
}

impl<'a> LookedUp<'a> {
    fn new(against: &'a Against<'a>) -> Self {
        let read = |texts: &[&str]| texts.iter().flat_map(|text| sentence::read(text)).collect::<Vec<_>>();
        let facts = read(against.facts);
        let mut sentences = read(against.evidence);
        sentences.extend(facts.iter().cloned());
        let question = sentence::read(against.question);
        let text = against.evidence.iter().chain(against.facts).copied().collect::<Vec<_>>().join("\n");
        let promised = sentences.iter().flat_map(promise::mentions).collect();
        let stems = if against.by_model { grounding::stems([text.as_str()]) } else { HashSet::new() };
        let text = text.to_lowercase();
        Self { against, support: Support { sentences, facts, question }, promised, text, stems }
    }

    fn values(&self, sentence: &Sentence, found: &mut Vec<Issue>) {
        let before = found.len();
        // Digits of other scripts are read by people, not by the rules below.
        let foreign = |c: char| c.is_numeric() && !c.is_ascii() && !self.text.contains(c);
        if normalise(&sentence.raw).contains(foreign) {
            found.push(Issue::new(Reason::Number, "write numbers with the digits 0 to 9"));
        }
        for stated in &sentence.stated {
            let said = stated.said(&sentence.tokens);
            if self.support.holds(sentence, stated) {
                if bound::is_turned(sentence, stated, &self.support.sentences) {
                    let detail = format!("the evidence says it of the other side of “{said}”");
                    found.push(Issue::new(reason_of(&stated.value), detail));
                }
                continue;
            }
            found.push(Issue::new(reason_of(&stated.value), format!("“{said}” is not in the evidence")));
        }
        if found.len() == before
            && let Some(stated) = self.support.mismatched(sentence)
        {
            let said = stated.said(&sentence.tokens);
            let detail = format!("the evidence says “{said}” of another size");
            found.push(Issue::new(reason_of(&stated.value), detail));
        }
    }

    fn items(&self, sentence: &Sentence, found: &mut Vec<Issue>) {
        let question = self.against.question.to_lowercase();
        let asked: Vec<item::Item> = self.support.question.iter().flat_map(|s| s.items.clone()).collect();
        let held: Vec<item::Item> = self.support.sentences.iter().flat_map(|s| s.items.clone()).collect();
        for item in &sentence.items {
            if item::occurs(item, &held, &self.text) {
                continue;
            }
            let from_customer = item::occurs(item, &asked, &question);
            let denied = || sentence.clauses.iter().any(|clause| clause.denies);
            let (reason, detail) = match item.kind {
                // Nobody needs to be told an address of their own, and it may be somebody else's.
                item::Kind::Email | item::Kind::Phone if from_customer => {
                    (Reason::PersonalData, "do not repeat the customer's contact data".to_owned())
                }
                item::Kind::Email => (Reason::Email, "an e-mail address is not in the evidence".to_owned()),
                item::Kind::Phone => (Reason::Phone, "a telephone number is not in the evidence".to_owned()),
                item::Kind::Identity => (Reason::PersonalData, "an identity or card number".to_owned()),
                item::Kind::Url => (Reason::Url, "a web address is not in the evidence".to_owned()),
                item::Kind::Order if from_customer => continue,
                item::Kind::Order => (Reason::OrderNumber, format!("“{}” is not in the facts", item.written)),
                // "We have no X-9" repeats what was asked for.
                item::Kind::Sku if from_customer && denied() => continue,
                item::Kind::Sku => (Reason::Sku, format!("“{}” is not in the evidence", item.written)),
            };
            found.push(Issue::new(reason, detail));
        }
        let known = format!("{}\n{question}", self.text);
        if item::named_person(&sentence.raw).is_some_and(|name| !known.contains(&name)) {
            found.push(Issue::new(Reason::PersonalData, "a person's name that is not in the evidence"));
        }
    }

    fn promises(&self, sentence: &Sentence, found: &mut Vec<Issue>) {
        for (promise, denied) in promise::unsupported(sentence, &self.promised) {
            let what = promise.as_str();
            let detail = if denied {
                format!("the answer denies {what}, which the evidence grants")
            } else {
                format!("the answer promises {what}, which the evidence does not")
            };
            found.push(Issue::new(Reason::Promise, detail));
        }
        if self.against.by_model && promise::contradicted(sentence, &self.support.sentences) {
            let detail = format!("“{}” is the opposite of what the evidence says", sentence.raw);
            found.push(Issue::new(Reason::Promise, detail));
        }
    }

    fn stray(&self, sentence: &Sentence) -> Option<Issue> {
        let stray = grounding::strays(sentence, &self.stems)?;
        Some(Issue::new(Reason::Ungrounded, format!("“{stray}” says what the evidence does not speak of")))
    }

    /// What only a model gets wrong; a quotation is in whatever language its policy is.
    fn wording(&self, answer: &str, own_words: &str, found: &mut Vec<Issue>) {
        let known = format!("{}\n{}", self.text, self.against.question.to_lowercase());
        if let Some(what) = leak::prompt_text(answer, self.against.prompt, &known) {
            found.push(Issue::new(Reason::PromptText, format!("{what} must not be shown")));
        }
        if leak::rude(answer, &self.text).is_some() {
            found.push(Issue::new(Reason::Rude, "be polite"));
        }
        if leak::is_english(self.against.question, "") && !leak::is_english(own_words, &known) {
            found.push(Issue::new(Reason::Language, "answer in English"));
        }
    }
}

const fn reason_of(value: &Value) -> Reason {
    match value {
        Value::Amount(amount) => match amount.unit {
            Unit::Money(_) => Reason::Price,
            Unit::Percent => Reason::Percentage,
            Unit::Minutes | Unit::BusinessDays | Unit::Months => Reason::Time,
            Unit::Reference { .. } => Reason::OrderNumber,
            _ => Reason::Number,
        },
        Value::Clock(_) => Reason::Time,
        Value::Date(_) | Value::Month(_) | Value::Weekday(_) | Value::EveryDay => Reason::Date,
    }
}
