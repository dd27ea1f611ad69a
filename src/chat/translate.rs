//! Other languages: which one a conversation is in, and with a language model, to English and back.
//!
//! Policies, catalogue and all checks are in English. A message is put into English before it is understood, and an
//! answer that was checked is put into the customer's language at the very end. A translation may change no number,
//! code or address; one that does is not used.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::ask::Ask;
use super::engine::{Engine, Turn};
use super::phrases::fill;
use super::response::{Answered, Response};
use super::state::SessionState;
use super::validate;
use crate::llm::{ChatRequest, Cloak, FinishReason, Message, Role, Terms};
use crate::nlu::language::{Language, recognise};

const TRANSLATE: &str = include_str!("../../assets/prompts/translate.md");
/// Longest translation, in tokens: a chat message and its answer are short.
const MAX_TOKENS: u32 = 700;
/// A message of more characters is answered as it is.
const MAX_CHARS: usize = 1_500;
/// Of what is left of a turn's time, the part that one translation may take.
const SHARE: u32 = 3;

/// The language a customer writes in, and whether it is heard for the first time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spoken {
    /// Which.
    pub language: Language,
    /// Whether the conversation was in another one, or had none, before.
    pub is_new: bool,
}

impl Spoken {
    /// English, which is said nothing about.
    pub const ENGLISH: Self = Self { language: Language::English, is_new: false };
}

/// The language of this message; remembered, because a short reply tells none.
pub fn spoken(ask: &Ask, state: &mut SessionState) -> Spoken {
    let parse = |tag: &str| tag.split('-').next().and_then(|tag| tag.to_ascii_lowercase().parse().ok());
    let before: Option<Language> = state.language.as_deref().and_then(parse);
    let claimed = ask.language.as_deref().and_then(parse).filter(|claimed| *claimed != Language::English);
    let heard = recognise(ask.text.as_str()).map(|heard| heard.language);
    let language = heard.or(before).or(claimed).unwrap_or(Language::English);
    state.language = Some(language.tag().to_owned());
    Spoken { language, is_new: before.unwrap_or(Language::English) != language }
}

impl Engine {
    /// The message in English; `None` when it is English, or nobody could translate it truly.
    pub(super) async fn in_english(&self, turn: &Turn<'_>) -> Option<String> {
        if turn.spoken.language == Language::English {
            return None;
        }
        self.translated(turn, turn.ask.text.as_str(), Language::English).await
    }

    /// A text in another language. Late, cut off or untrue: `None`.
    pub(super) async fn translated(&self, turn: &Turn<'_>, text: &str, into: Language) -> Option<String> {
        let wording = self.wording.as_ref()?;
        if text.chars().count() > MAX_CHARS || turn.audience.has_left() {
            return None;
        }
        let mut cloak = Cloak::new(super::wording::names(turn));
        let fenced = cloak.hide(&super::wording::fenced(text, MAX_CHARS));
        let request = ChatRequest {
            messages: vec![
                Message { role: Role::System, content: fill(TRANSLATE.trim(), &[("language", into.name())]) },
                Message { role: Role::User, content: format!("<text>\n{fenced}\n</text>") },
            ],
            max_tokens: MAX_TOKENS.min(wording.max_tokens),
            temperature: 0.0,
            schema: None,
        };
        let left = turn.deadline.saturating_duration_since(Instant::now()) / SHARE;
        let said = self.call(turn, wording, request, left).await?;
        let translation = cloak.reveal(said.text.trim());
        let is_true = said.finish == FinishReason::Stop
            && !translation.is_empty()
            && keeps(text, &translation)
            && (into != Language::English || validate::is_english(&translation));
        if !is_true {
            tracing::info!(into = into.tag(), "a translation changed a number or an address; it is not used");
        }
        is_true.then_some(translation)
    }

    /// Puts a new answer into the customer's language; false when it stays English. What waits for the store (numbers
    /// of orders and tickets) does.
    pub(super) async fn in_their_language(&self, turn: &Turn<'_>, response: &mut Response) -> bool {
        let language = turn.spoken.language;
        if language == Language::English {
            return true;
        }
        let may = response.complete.is_none() && self.wording.is_some();
        let translated =
            if may { self.checked_translation(turn, &response.text, language).await } else { None };
        let Some(text) = translated else {
            // The next who asks may be luckier.
            response.shareable = response.shareable.take().filter(|_| self.wording.is_none());
            return false;
        };
        // Its values were compared; a check in English would not know its words.
        response.facts.push(text.clone());
        if let Some(answer) = response.shareable.take() {
            let facts = response.facts.clone();
            response.shareable =
                Some(Arc::new(Answered { text: text.clone(), facts, ..Answered::clone(&answer) }));
        }
        response.text = text;
        true
    }

    /// An answer in the customer's language that says, put back into English, what it was made from. Whatever a model
    /// was talked into, it can not be read here otherwise.
    async fn checked_translation(&self, turn: &Turn<'_>, text: &str, into: Language) -> Option<String> {
        let translation = self.translated(turn, text, into).await?;
        let back = self.translated(turn, &translation, Language::English).await?;
        let same = validate::says_the_same(text, &back);
        if !same {
            tracing::info!(into = into.tag(), "a translation says something else; it is not used");
        }
        same.then_some(translation)
    }

    /// One call within this time; `None` when there is no answer, whatever the reason.
    pub(super) async fn call(
        &self,
        turn: &Turn<'_>,
        wording: &super::wording::Wording,
        request: ChatRequest,
        within: Duration,
    ) -> Option<crate::llm::ChatResponse> {
        let deadline = super::wording::deadline(Instant::now(), within).min(turn.deadline);
        let terms = Terms { deadline, today: turn.today() };
        let said = wording.client.complete(&request, &terms).await;
        self.count_call(said)
    }
}

/// Whether a translation has the same numbers and addresses, and no others.
fn keeps(text: &str, translation: &str) -> bool {
    literal(text) == literal(translation)
}

/// Digits, and words with an `@` or a `://`, with how often each occurs. "Two" may become "2": words are not looked at.
fn literal(text: &str) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    let mut count = |what: &str| *found.entry(what.to_owned()).or_default() += 1;
    for word in text.split_whitespace().filter(|word| word.contains('@') || word.contains("://")) {
        count(word.trim_matches(|c: char| !c.is_ascii_alphanumeric()));
    }
    // 1,000 and 1.000 and 1000 are one number.
    let grouped: String = text.chars().filter(|c| !matches!(c, ',' | '.')).collect();
    for number in grouped.split(|c: char| !c.is_ascii_digit()).filter(|number| !number.is_empty()) {
        count(number);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::principal::Principal;

    fn ask(text: &str, language: Option<&str>) -> Ask {
        Ask {
            principal: Principal::ANONYMOUS,
            origin: None,
            session: None,
            text: crate::domain::message::MessageText::parse(text).unwrap(),
            language: language.map(str::to_owned),
            outlet: super::super::ask::OutletHint::default(),
            allow_duplicate: false,
            idempotency: None,
        }
    }

    #[test]
    fn a_language_is_kept_until_another_is_heard() {
        let mut state = SessionState::default();
        let mut check = |text: &str, claimed: Option<&str>, tag: &str, is_new: bool| {
            let spoken = spoken(&ask(text, claimed), &mut state);
            assert_eq!((spoken.language.tag(), spoken.is_new), (tag, is_new), "{text}");
        };
        check("12 inch", Some("en"), "en", false);
        check("你们星期六送货吗？", Some("en"), "zh", true);
        check("200", Some("en"), "zh", false);
        check("please deliver them on Saturday, thank you", None, "en", true);
        check("bila sampai? saya nak order kotak", None, "ms", true);
    }

    #[test]
    fn a_client_may_say_which_it_is() {
        let said = spoken(&ask("200", Some("zh-SG")), &mut SessionState::default());
        assert_eq!(said, Spoken { language: Language::Chinese, is_new: true });
        let unknown = spoken(&ask("200", Some("tlh")), &mut SessionState::default());
        assert_eq!(unknown, Spoken::ENGLISH);
    }

    #[test]
    fn a_translation_changes_no_number() {
        let check = |a: &str, b: &str, expected: bool| assert_eq!(keeps(a, b), expected, "{a} | {b}");
        check("Within 24 hours, SGD 1,200.50.", "24小时内，SGD 1200.50。", true);
        check("Within 24 hours.", "48小时内。", false);
        check("Within 24 hours.", "请尽快。", false);
        check("Write to a@b.example.", "请写信至 a@b.example。", true);
        check("Write to us.", "请写信至 x@evil.example", false);
    }
}
