//! The assistant's own words, kept in a file so that they can be read and changed in one place.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::nlu::language::Language;

macro_rules! phrases {
    ($($name:ident),+ $(,)?) => {
        /// Every phrase by its key in `assets/phrases/en.toml`; a missing or unknown key is an error.
        #[derive(Debug, Clone, Deserialize)]
        #[serde(deny_unknown_fields)]
        #[allow(missing_docs, reason = "the file beside says what each is for")]
        pub struct Phrases {
            $(pub $name: String,)+
            /// What is said in other languages, by their tags.
            #[serde(skip)]
            languages: BTreeMap<String, String>,
        }
    };
}

phrases! {
    greeting, thanks, goodbye, how_are_you, about, anything_else,
    decline, offer_person, decline_nearest, out_of_scope, not_understood_person,
    product_line, product_bundle, product_in_stock, product_low_stock, product_out_of_stock, product_minimum,
    product_several, product_tax, range_head, range_line, range_more, range_more_categories, range_other, range_end,
    complaint, complaint_evidence, complaint_order, safety, escalate, escalate_known, escalate_legal,
    person_comes, person_still, assistant_back, nobody_yet,
    who_agent, who_manager, when_minutes, when_hours, when_closed,
    status_ask_number, status_ask_digits, status_unknown, status_stopped, status_not_found, status_held, status_pending_review,
    status_confirmed, status_picked, status_out_for_delivery, status_delivered, status_cancelled,
    status_rejected, status_total,
    draft_head, draft_head_no_outlet, draft_line, draft_totals, draft_delivery, draft_urgent, draft_notes,
    draft_assumed, draft_confirm, draft_still_open, draft_waits, draft_kept, draft_changed, draft_still_missing, draft_removed, draft_dropped,
    nothing_to_confirm, nothing_to_cancel, order_start, order_start_outlet, usual_item, usual_unknown,
    ask_outlet, ask_outlet_choice, ask_outlet_unknown, ask_quantity, ask_product_choice, ask_product_one,
    ask_product_gone, ask_product_unknown, ask_pack,
    ask_number, change_unclear,
    placed, placed_already, placed_held, placed_unusual, placed_urgent, unusual_confirmed, unusual_otherwise,
    why_large_order, why_large_first_order, why_unusual_quantity, why_stock_short, why_unknown_customer,
    why_below_minimum, why_below_first_order, why_part_bundle, why_credit_limit,
    ask_bundle, bundle_how_many, first_order_too_small, duplicate, duplicate_dropped, status_fee,
    change_head, change_confirm, change_done, change_held, change_what, change_draft_first, change_dropped,
    change_too_late, change_day_too_late, change_day_none, change_day_too_soon, change_packed, change_documented, change_on_its_way,
    change_over, change_by_person, change_moved, change_short,
    cancel_free, cancel_fee, cancel_confirm, cancel_changed, cancel_at_door, cancel_printed, cancelled_free,
    cancelled_fee,
}

/// One sentence for each other language, by its tag.
const OTHER_LANGUAGES: &str = include_str!("../../assets/phrases/languages.toml");

/// The phrases that come with the executable.
const BUILT_IN: &str = include_str!("../../assets/phrases/en.toml");

/// Why an operator's phrases can not be used; says what to mend.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PhraseError {
    /// Not TOML, or a value that is no text.
    #[error("not a TOML file with texts: {0}")]
    Format(String),
    /// A key that no phrase has.
    #[error("there is no phrase called {0}; the names stand in the documentation of TRIA_PHRASES_FILE")]
    Unknown(String),
    /// A place to be filled in that this phrase has no value for.
    #[error("{phrase} can not hold {{{place}}}; it may hold: {allowed}")]
    Place {
        /// The phrase's key.
        phrase: String,
        /// What stands between the braces.
        place: String,
        /// What may stand there.
        allowed: String,
    },
}

impl Phrases {
    /// The phrases that come with the executable.
    pub fn built_in() -> Result<Self, PhraseError> {
        Self::with("")
    }

    /// The built-in phrases with some of them replaced by an operator's, in TOML.
    pub fn with(own: &str) -> Result<Self, PhraseError> {
        let format = |fault: toml::de::Error| PhraseError::Format(fault.to_string());
        let mut all: toml::Table = toml::from_str(BUILT_IN).map_err(format)?;
        let mut own: toml::Table = toml::from_str(own).map_err(format)?;
        let mut languages: BTreeMap<String, String> = toml::from_str(OTHER_LANGUAGES).map_err(format)?;
        if let Some(own) = own.remove("languages") {
            let own: BTreeMap<String, String> = own.try_into().map_err(format)?;
            if let Some(tag) = own.keys().find(|tag| !languages.contains_key(*tag)) {
                return Err(PhraseError::Unknown(format!("languages.{tag}")));
            }
            languages.extend(own);
        }
        for (key, value) in own {
            let before = all.get(&key).and_then(toml::Value::as_str);
            let before = before.ok_or_else(|| PhraseError::Unknown(key.clone()))?;
            let text = value.as_str().ok_or_else(|| PhraseError::Format(format!("{key} is no text")))?;
            let allowed = places(before);
            if let Some(place) = places(text).into_iter().find(|place| !allowed.contains(place)) {
                let place = place.to_owned();
                return Err(PhraseError::Place { phrase: key, place, allowed: allowed.join(", ") });
            }
            all.insert(key, value);
        }
        let phrases: Self = toml::Value::Table(all).try_into().map_err(format)?;
        Ok(Self { languages, ..phrases })
    }

    /// The sentence that tells in a language that answers are in English; `None` when nothing is to be said.
    pub fn in_language(&self, language: Language) -> Option<&str> {
        self.languages.get(language.tag()).map(String::as_str).filter(|sentence| !sentence.trim().is_empty())
    }
}

/// The names between braces.
fn places(phrase: &str) -> Vec<&str> {
    let names = phrase.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name);
    names.filter(|name| name.chars().all(|c| c.is_ascii_lowercase() || c == '_')).collect()
}

/// A phrase with its `{name}`s filled in. What is filled in is never looked at for braces again, so a
/// customer's words can not bring placeholders of their own.
pub fn fill(phrase: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(phrase.len() + 64);
    let mut rest = phrase;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        let after = &rest[open + 1..];
        let named = after.find('}').and_then(|close| {
            let value = values.iter().find(|(name, _)| *name == &after[..close])?;
            Some((value.1, &after[close + 1..]))
        });
        if let Some((value, tail)) = named {
            out.push_str(value);
            rest = tail;
        } else {
            out.push('{');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_phrases_are_complete() {
        Phrases::built_in().unwrap();
    }

    #[test]
    fn an_operator_may_word_it_otherwise() {
        let own = Phrases::with("thanks = \"Cheers!\"").unwrap();
        assert_eq!(own.thanks, "Cheers!");
        assert_eq!(own.goodbye, Phrases::built_in().unwrap().goodbye);
        let fault = |text: &str| Phrases::with(text).unwrap_err().to_string();
        assert!(fault("thankyou = \"Cheers!\"").contains("thankyou"));
        assert!(fault("thanks = 3").contains("no text"));
        assert!(fault("draft_head = \"For {outlet} at {adress}\"").contains("{adress}"));
        assert!(fault("thanks = ").contains("TOML"));
        let own = Phrases::with("[languages]\nta = \"\"\nms = \"Hai.\"").unwrap();
        assert_eq!(
            (own.in_language(Language::Tamil), own.in_language(Language::Malay)),
            (None, Some("Hai."))
        );
        assert!(own.in_language(Language::Chinese).is_some() && own.in_language(Language::English).is_none());
        assert!(fault("[languages]\nxx = \"Hi.\"").contains("languages.xx"));
    }

    #[test]
    fn values_are_not_filled_again() {
        assert_eq!(fill("{a} and {b}", &[("a", "{b}"), ("b", "2")]), "{b} and 2");
        assert_eq!(fill("{unknown} {", &[]), "{unknown} {");
    }
}
