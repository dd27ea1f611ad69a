//! When and to whom the assistant hands over: the built-in rules, with those of the operator's file over them.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Reader;
use crate::domain::escalation::{EscalationReason, EscalationRules, Tier, TierRule, TriggerWords};
use crate::domain::money::Money;

/// What holds where the operator's file says nothing.
const BUILT_IN: &str = include_str!("../../../assets/escalation.toml");
/// Most words of a kind and most letters of one: each is looked for in every message.
const MAX_WORDS: usize = 200;
const MAX_LETTERS: usize = 60;
/// Longest promise of an answer: 30 days, in minutes.
const MAX_MINUTES: i64 = 43_200;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    tier: BTreeMap<String, TierPart>,
    taken_by: BTreeMap<String, String>,
    after: After,
    words: Words,
    intents: BTreeMap<String, String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct TierPart {
    answer_minutes: Option<i64>,
    closed_minutes: Option<i64>,
    decides_up_to: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct After {
    angry: Option<u8>,
    misunderstood: Option<u8>,
    unsure: Option<u8>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Words {
    person: Vec<String>,
    safety: Vec<String>,
    legal: Vec<String>,
    media: Vec<String>,
}

/// Reads `TRIA_ESCALATION_FILE` over the built-in rules.
pub(super) fn rules(r: &mut Reader) -> Option<EscalationRules> {
    const NAME: &str = "TRIA_ESCALATION_FILE";
    let path = r.path(NAME)?;
    let own = if path.as_os_str().is_empty() {
        Ok(String::new())
    } else {
        std::fs::read_to_string(&path).map_err(|fault| format!("can not be read: {fault}"))
    };
    match own.and_then(|own| read(&own)) {
        Ok(rules) => Some(rules),
        Err(fault) => {
            r.fault(NAME, &fault);
            None
        }
    }
}

/// The built-in rules with these over them; says what is wrong.
pub(super) fn read(own: &str) -> Result<EscalationRules, String> {
    let mut rules = EscalationRules {
        tiers: [TierRule { answer_minutes: 0, closed_minutes: None, decides_up_to: None }; 3],
        taken_by: [Tier::Agent; EscalationReason::ALL.len()],
        angry_turns: 0,
        misunderstood_turns: 0,
        unsure_turns: 0,
        words: TriggerWords::default(),
        intents: BTreeMap::new(),
    };
    for text in [BUILT_IN, own] {
        let file: File = toml::from_str(text).map_err(|fault| fault.to_string())?;
        lay_over(&mut rules, file)?;
    }
    Ok(rules)
}

fn lay_over(rules: &mut EscalationRules, file: File) -> Result<(), String> {
    for (name, part) in file.tier {
        let at = place(&Tier::OF_PEOPLE.map(Tier::as_str), &name, "tier")?;
        let rule = &mut rules.tiers[at];
        if let Some(given) = part.answer_minutes {
            rule.answer_minutes = minutes(given)?;
        }
        if let Some(given) = part.closed_minutes {
            rule.closed_minutes = Some(minutes(given)?);
        }
        if let Some(given) = part.decides_up_to {
            rule.decides_up_to =
                Some(Money::parse(&given).map_err(|fault| format!("decides_up_to: {fault}"))?);
        }
    }
    for (name, tier) in file.taken_by {
        let at = place(&EscalationReason::ALL.map(EscalationReason::as_str), &name, "reason")?;
        rules.taken_by[at] = tier_named(&tier)?;
    }
    for (name, tier) in file.intents {
        rules.intents.insert(name, tier_named(&tier)?);
    }
    let after = file.after;
    rules.angry_turns = after.angry.unwrap_or(rules.angry_turns);
    rules.misunderstood_turns = after.misunderstood.unwrap_or(rules.misunderstood_turns);
    rules.unsure_turns = after.unsure.unwrap_or(rules.unsure_turns);
    let words = &mut rules.words;
    for (into, given) in [
        (&mut words.person, file.words.person),
        (&mut words.safety, file.words.safety),
        (&mut words.legal, file.words.legal),
        (&mut words.media, file.words.media),
    ] {
        into.extend(checked_words(given)?);
    }
    Ok(())
}

fn minutes(given: i64) -> Result<i64, String> {
    let fits = (1..=MAX_MINUTES).contains(&given);
    fits.then_some(given).ok_or_else(|| format!("minutes must be 1 to {MAX_MINUTES}"))
}

fn place(names: &[&str], name: &str, what: &str) -> Result<usize, String> {
    let at = names.iter().position(|known| *known == name);
    at.ok_or_else(|| format!("\"{name}\" is no {what}: use one of {}", names.join(", ")))
}

fn tier_named(name: &str) -> Result<Tier, String> {
    Ok(Tier::OF_PEOPLE[place(&Tier::OF_PEOPLE.map(Tier::as_str), name, "tier")?])
}

fn checked_words(given: Vec<String>) -> Result<Vec<String>, String> {
    let words: Vec<String> = given.iter().map(|word| word.trim().to_lowercase()).collect();
    let fits = |word: &String| (2..=MAX_LETTERS).contains(&word.chars().count());
    if words.len() > MAX_WORDS || !words.iter().all(fits) {
        return Err(format!("words must be at most {MAX_WORDS} of 2 to {MAX_LETTERS} letters each"));
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_rules_are_those_of_the_guide() {
        let rules = read("").expect("assets/escalation.toml");
        assert_eq!(rules.tier(Tier::Agent).answer_minutes, 30);
        assert_eq!(rules.tier(Tier::Urgent).closed_minutes, Some(60));
        assert_eq!(rules.taken_by(EscalationReason::Safety), Tier::Urgent);
        assert_eq!(rules.taken_by(EscalationReason::Legal), Tier::Manager);
        assert_eq!((rules.angry_turns, rules.misunderstood_turns, rules.unsure_turns), (2, 3, 2));
        let money = |text: &str| Money::parse(text).expect("an amount");
        assert_eq!(rules.deciding(Tier::Agent, money("500")), Tier::Agent);
        assert_eq!(rules.deciding(Tier::Agent, money("500.01")), Tier::Manager);
        assert_eq!(rules.deciding(Tier::Manager, money("9999")), Tier::Manager);
    }

    #[test]
    fn a_file_changes_what_it_names() {
        let rules = read(
            "[tier.agent]\nanswer_minutes = 45\n[taken_by]\nmedia = \"urgent\"\n[after]\nangry = 1\n\
             [words]\nlegal = [\" Tribunal \"]\n[intents]\njobs = \"manager\"\n",
        )
        .expect("rules");
        assert_eq!(rules.tier(Tier::Agent).answer_minutes, 45);
        assert!(rules.tier(Tier::Agent).decides_up_to.is_some(), "what is not named stays");
        assert_eq!(rules.taken_by(EscalationReason::Media), Tier::Urgent);
        assert_eq!((rules.angry_turns, rules.misunderstood_turns), (1, 3));
        assert_eq!(rules.words.legal, ["tribunal"]);
        assert_eq!(rules.intents["jobs"], Tier::Manager);
    }

    #[test]
    fn faults_are_named() {
        let check = |text: &str, says: &str| {
            let fault = read(text).expect_err(says);
            assert!(fault.contains(says), "{fault}");
        };
        check("[tier.boss]\nanswer_minutes = 1", "\"boss\" is no tier: use one of agent, manager, urgent");
        check("[tier.agent]\nanswer_minutes = 0", "minutes must be 1 to");
        check("[tier.agent]\ndecides_up_to = \"a lot\"", "decides_up_to");
        check("[taken_by]\nangry = \"agent\"", "\"angry\" is no reason");
        check("[words]\nlegal = [\"x\"]", "2 to 60 letters");
        check("[afterwards]\nangry = 1", "afterwards");
    }
}
