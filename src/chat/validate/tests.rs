//! What passes and what does not: pairs of evidence and answer in `tests/data/answers`, every line of the policies
//! and every phrase of ours, and whatever proptest thinks of.

use proptest::prelude::*;
use serde::Deserialize;

use super::*;
use crate::chat::state::SessionState;
use crate::domain::answer::Action;
use crate::domain::tone::Tone;

#[derive(Deserialize)]
struct Pairs {
    pair: Vec<Pair>,
}

#[derive(Deserialize)]
struct Pair {
    #[serde(default)]
    evidence: String,
    #[serde(default)]
    facts: Vec<String>,
    #[serde(default)]
    question: String,
    prompt: Option<String>,
    answer: String,
    #[serde(default)]
    reason: String,
}

impl Pair {
    fn issues(&self) -> Vec<Issue> {
        let facts: Vec<&str> = self.facts.iter().map(String::as_str).collect();
        issues(
            &self.answer,
            &Against {
                evidence: &[&self.evidence],
                facts: &facts,
                question: &self.question,
                prompt: self.prompt.as_deref(),
                by_model: true,
            },
        )
    }
}

fn pairs(source: &str) -> Vec<Pair> {
    toml::from_str::<Pairs>(source).unwrap().pair
}

#[test]
fn honest_paraphrases_pass() {
    let pairs = pairs(include_str!("../../../tests/data/answers/honest.toml"));
    let wrong: Vec<String> = pairs
        .iter()
        .filter(|pair| !pair.issues().is_empty())
        .map(|pair| format!("{}\n    {:?}", pair.answer, pair.issues()))
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), pairs.len(), wrong.join("\n"));
    assert!(pairs.len() >= 60);
}

#[test]
fn lies_fail_for_their_reason() {
    let pairs = pairs(include_str!("../../../tests/data/answers/lies.toml"));
    let caught = |pair: &&Pair| pair.issues().iter().any(|issue| issue.reason.as_str() == pair.reason);
    let wrong: Vec<String> = pairs
        .iter()
        .filter(|pair| !caught(pair))
        .map(|pair| format!("{} ({})\n    {:?}", pair.answer, pair.reason, pair.issues()))
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), pairs.len(), wrong.join("\n"));
    assert!(pairs.len() >= 80);
}

/// The pairs that no rule was made after: 28 of 30 passed and 39 of 42 were stopped when they were first read. A change
/// that makes it worse is to be thought about; one that is made to make it better needs other pairs.
#[test]
fn unseen_pairs_are_told_apart() {
    let honest = pairs(include_str!("../../../tests/data/answers/honest_report.toml"));
    let lies = pairs(include_str!("../../../tests/data/answers/lies_report.toml"));
    let stopped: Vec<&Pair> = honest.iter().filter(|pair| !pair.issues().is_empty()).collect();
    let missed: Vec<&Pair> = lies.iter().filter(|pair| pair.issues().is_empty()).collect();
    for pair in stopped.iter().chain(&missed) {
        println!("{}\n    {:?}", pair.answer, pair.issues());
    }
    println!(
        "stopped {} of {} honest, missed {} of {} lies",
        stopped.len(),
        honest.len(),
        missed.len(),
        lies.len()
    );
    assert!(stopped.len() <= 2 && missed.len() <= 3);
}

/// Values as the settings fill them in.
fn filled(text: &str) -> String {
    let values = [
        ("currency", "SGD"),
        ("company_name", "Tria Packaging"),
        ("opening_hours", "Monday to Saturday, 8:00 am to 6:00 pm"),
        ("cutoff_time", "2:00 pm"),
        ("lead_time_days", "2"),
        ("first_order_minimum", "200"),
        ("unusual_percent", "200"),
        ("large_first_order", "1,000"),
        ("large_order", "5,000"),
        ("change_until", "one hour"),
        ("cancel_free_hours", "24"),
        ("cancel_late_hours", "12"),
        ("cancel_fee", "25%"),
        ("cancel_late_fee", "50%"),
        ("cancel_door_fee", "100%"),
        ("max_quantity_per_item", "10,000"),
        ("max_order_total", "50,000.00"),
        ("delivery_days", "Tuesday, Thursday and Saturday"),
        ("delivery_slots", "9:00 am–12:00 pm and 2:00 pm–5:00 pm"),
        ("tax_rate", "9%"),
        ("chat_retention_days", "90"),
        ("agent_answers_within", "30 minutes"),
        ("manager_answers_within", "2 hours"),
        ("urgent_answers_within", "15 minutes"),
        ("urgent_closed_within", "1 hour"),
        ("agent_decides_up_to", "500"),
        ("manager_decides_up_to", "2,000"),
        ("angry_times", "twice"),
        ("misunderstood_times", "three times"),
        ("order_retention_years", "5"),
        ("payment_days", "30"),
    ];
    let text =
        values.iter().fold(text.to_owned(), |t, (name, value)| t.replace(&format!("{{{{{name}}}}}"), value));
    assert!(!text.contains("{{"), "{text}");
    text
}

/// The sections of the policies: their sentences, list items and rows, rows as an index renders them.
fn sections() -> Vec<Vec<String>> {
    let files = [
        include_str!("../../../policies/rules_and_policies.md"),
        include_str!("../../../policies/product_faq.md"),
        include_str!("../../../policies/escalation_guide.md"),
    ];
    let mut sections: Vec<Vec<String>> = Vec::new();
    for file in files {
        let mut header: Vec<String> = Vec::new();
        for line in filled(file).lines().skip_while(|line| !line.starts_with("# ")) {
            if let Some(heading) = line.trim_start().strip_prefix('#') {
                sections.push(vec![heading.trim_start_matches('#').trim().to_owned()]);
                header.clear();
                continue;
            }
            let Some(section) = sections.last_mut() else { continue };
            if let Some(row) = line.strip_prefix('|') {
                let cells: Vec<String> =
                    row.trim_end_matches('|').split('|').map(|c| c.trim().to_owned()).collect();
                if header.is_empty() {
                    header = cells;
                } else if !cells[0].starts_with("--") {
                    let rest: Vec<String> =
                        header.iter().zip(&cells).skip(1).map(|(h, c)| format!("{h}: {c}")).collect();
                    section.push(format!("{} — {}", cells[0], rest.join("; ")));
                }
            } else {
                section.extend(crate::knowledge::sentences::split(line).into_iter().map(str::to_owned));
            }
        }
    }
    sections
}

fn by_model<'a>(evidence: &'a [&'a str]) -> Against<'a> {
    Against { evidence, facts: &[], question: "", prompt: None, by_model: true }
}

/// Whatever the policies say may be said, also when it is not found word for word: sentences run into one another, in
/// another order, after an introduction, in small letters.
#[test]
fn the_policies_may_be_quoted() {
    let mut wrong = Vec::new();
    let mut count = 0;
    let mut check = |answer: &str, evidence: &[&str]| {
        count += 1;
        let found = issues(answer, &by_model(evidence));
        if !found.is_empty() {
            wrong.push(format!("{answer}\n    {found:?}"));
        }
    };
    for section in sections() {
        let whole = section.join("\n");
        let run_together = section.join(" — ").replace(". —", " —");
        check(&whole, &[&whole]);
        for line in &section {
            check(line, &[line]);
            check(&format!("- {line}"), &[&whole]);
            check(&format!("Yes: {line}"), &[&whole]);
            check(line, &[&run_together]);
            check(&line.to_lowercase(), &[&format!("{} indeed", line.trim_end_matches('.'))]);
        }
    }
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count > 1000, "{count}");
}

/// The assistant's own words pass with no more support than what fills their gaps, as their callers give it.
#[test]
fn our_phrases_pass() {
    let phrases: toml::Table = toml::from_str(include_str!("../../../assets/phrases/en.toml")).unwrap();
    let values = [
        ("company", "Tria Packaging"),
        ("heading", "Payment > Early payment discount"),
        ("text", "Paying an invoice within 7 days earns a discount of 2% on its value before tax."),
        ("ticket", "31"),
        ("when", "within 30 minutes"),
        ("who", "a manager"),
        ("name", "Pizza Box 10 inch Kraft"),
        ("currency", "SGD"),
        ("price", "0.45"),
        ("unit", "piece"),
        ("bundle", ", in bundles of 100"),
        ("size", "100"),
        ("stock", "350"),
        ("minimum", "100 pieces"),
        ("tax_rate", "9%"),
        ("tax", "11.25"),
        ("minutes", "30"),
        ("hours", "2"),
        ("day", "Tuesday"),
        ("time", "8:00 am"),
        ("order", "214"),
        ("outlet", "Rosie's Pizza"),
        ("date", "Thursday, 26 November 2026"),
        ("subtotal", "125.00"),
        ("total", "136.25"),
        ("quantity", "300"),
        ("notes", "ring twice"),
        ("question", "Which outlet is this order for?"),
        ("choices", "Rosie's Pizza, Rosie's Bakery"),
        ("item", "lids"),
        ("items", "lids"),
        ("pack", "carton"),
        ("number", "40"),
        ("example", "Pizza Box 10 inch Kraft"),
        ("why", "it is a large order"),
        ("category", "Pizza boxes"),
        ("names", "Pizza Box 10 inch Kraft, Pizza Box 12 inch Kraft"),
        ("count", "3"),
        ("rounded", "200"),
        ("before", "109.00"),
        ("until", "one hour"),
        ("begins", "Thursday, 26 November 2026 at 9:00 am"),
        ("earliest", "Saturday, 28 November 2026"),
        ("fee", "34.06"),
        ("rate", "25%"),
    ];
    let mut wrong = Vec::new();
    for (key, phrase) in &phrases {
        let phrase = phrase.as_str().unwrap();
        let text = values.iter().fold(phrase.to_owned(), |t, (name, v)| t.replace(&format!("{{{name}}}"), v));
        assert!(!text.contains('{'), "{text}");
        let used: Vec<&str> = values
            .iter()
            .filter(|(name, _)| phrase.contains(&format!("{{{name}}}")))
            .map(|(_, v)| *v)
            .collect();
        // Its examples of how to answer are facts as its caller gives them: the whole text.
        let by_code = Against {
            evidence: &[],
            facts: if ["ask_", "when_", "change_", "cancel", "first_", "unusual_"]
                .iter()
                .any(|k| key.starts_with(k))
            {
                &[text.as_str()]
            } else {
                &used
            },
            question: "",
            prompt: None,
            by_model: false,
        };
        let worded = Against { facts: &[&text], ..by_model(&[]) };
        for found in [issues(&text, &by_code), issues(&text, &worded)] {
            if !found.is_empty() {
                wrong.push(format!("{text}\n    {found:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), phrases.len(), wrong.join("\n"));
}

#[track_caller]
fn check_numbers(text: &str, source: &str, passed: bool) {
    let mut response = Response::say(Action::Answer, Tone::Informative, text, SessionState::default());
    response.facts.clear();
    response.quoted.push(source.to_owned());
    assert_eq!(check(&response).passed, passed, "{text}");
}

#[test]
fn numbers_must_stand_in_the_evidence() {
    check_numbers("Within 24 hours.", "Tell us within 24 hours of delivery.", true);
    check_numbers("Within 48 hours.", "Tell us within 24 hours of delivery.", false);
    check_numbers("SGD 1,000.00", "orders over SGD 1000", true);
    check_numbers("0.45 a piece", "SGD 0.45", true);
    check_numbers("0.54 a piece", "SGD 0.45", false);
    check_numbers("no numbers", "", true);
}

#[test]
fn what_code_did_may_be_said_by_code() {
    let text = "Of course. I have asked a manager to help you: your ticket is number 31.";
    let mut against = Against { facts: &["31"], ..by_model(&[]) };
    assert!(!issues(text, &against).is_empty());
    against.by_model = false;
    assert_eq!(issues(text, &against), []);
}

#[test]
fn details_hold_no_personal_data() {
    let lie = "Ask Mr Tan at jo.tan@example.com or 91234567, card 4111 1111 1111 1111, S1234567D.";
    let found = issues(lie, &by_model(&["Ask in the chat."]));
    assert!(found.len() > 3, "{found:?}");
    for issue in found {
        for secret in ["Tan", "tan", "9123", "4111", "1234567"] {
            assert!(!issue.detail.contains(secret), "{issue:?}");
        }
    }
}

#[test]
fn numbers_can_not_hide() {
    let evidence = ["Tell us within 24 hours."];
    for lie in ["Tell us within ٤٨ hours.", "Tell us within 4\u{200b}8 hours.", "Tell us within ４８ hours."]
    {
        assert!(!issues(lie, &by_model(&evidence)).is_empty(), "{lie}");
    }
}

/// A letter whose plain form differs by whether it is made small first or last once failed as another language.
#[test]
fn quotations_are_in_any_script() {
    for text in ["\u{3f9}A", "我们星期二送货。", "Wir liefern und das ist nicht teuer."] {
        assert_eq!(issues(text, &by_model(&[text])), []);
    }
}

#[test]
fn a_sign_is_no_bullet() {
    let against = Against { by_model: false, ..by_model(&["−20 °C is fine."]) };
    assert!(!issues("20 °C is fine.", &against).is_empty());
    assert_eq!(issues("- -20 °C is fine.", &against), []);
}

#[test]
fn too_long_is_said_and_nothing_else() {
    let found = issues(&"very ".repeat(1000), &by_model(&[]));
    assert_eq!(found.iter().map(|i| i.reason).collect::<Vec<_>>(), [Reason::TooLong]);
}

proptest! {
    #[test]
    fn never_panics(answer in ".{0,200}", evidence in ".{0,200}", question in ".{0,80}", by_model: bool) {
        let prompt = format!("{question} {evidence}");
        let against = Against {
            evidence: &[&evidence], facts: &[&question], question: &question, prompt: Some(&prompt), by_model,
        };
        issues(&answer, &against);
    }

    #[test]
    fn never_panics_on_what_looks_like_values(
        answer in "([0-9]{1,5}|[.,:/%$#@+*x-]| |am|pm|SGD|hours?|inch|may|of|[A-Z]{2}|half|a|Mon|to|°C|½|\n){0,30}",
    ) {
        issues(&answer, &by_model(&["SGD 5 to 10"]));
        prop_assert!(answer.chars().all(|c| !c.is_alphanumeric()) || issues(&answer, &by_model(&[&answer])).iter().all(
            |i| i.reason == Reason::Empty
        ));
    }

    /// What the evidence says may be said: whatever it is.
    #[test]
    fn the_evidence_itself_passes(answer in "\\PC{1,300}", by_model: bool) {
        prop_assume!(answer.chars().any(char::is_alphanumeric));
        let against = Against { evidence: &[&answer], facts: &[], question: "", prompt: Some(&answer), by_model };
        prop_assert_eq!(issues(&answer, &against), []);
    }
}
