//! Whether what a model says is about what was found at all. Values, promises and acts are looked up one by one; this
//! catches the rest: a part of a sentence whose telling words the evidence does not have, such as a role that was
//! talked into the model, secrets, or text that is no language.

use std::collections::HashSet;

use super::sentence::Sentence;
use super::token::Token;
use crate::knowledge::terms;

/// Words of courtesy and of answering, by which nothing is claimed, and those that promises are made of, which are
/// looked up elsewhere.
const COMMON: &str = "able absolutely additional advance ahead allow along already answer anything apologies apologise \
    apologize apology appreciate around ask available aware best both bother box bring call careful \
    carries carry case catalogue cent charge charged chat check choose clear comes complete concern \
    consider contact correct cost course credit customer depend details digit directly discount easy \
    email ensure exactly expect extra find fine fit follow forward found free frustrating full general \
    generally give glad good great happy hear hello help hesitate hi hope hotter important inch include \
    included inconvenience inform information item keep kind kindly know last left let like list look \
    make matter mean mention message mind more need needed news normally note nothing number offer ok \
    okay one option order otherwise overall pass people per percent person piece plan planned please \
    plus policies policy possible prefer price problem product provide question quick quickly reach \
    ready receive recommend refund regarding regret replace replacement reply require right safe send \
    share shortly simple simply size something soon sorry special stand standard start straight suit \
    sure take talk team tell thank that thing time together total trouble truly try two typically \
    understand understandable unfortunately upsetting usual usually want way welcome wish within word \
    worry yes";
/// Stems of a text's telling words.
pub(super) fn stems<'a>(texts: impl IntoIterator<Item = &'a str>) -> HashSet<String> {
    texts.into_iter().flat_map(terms::terms).map(|term| term.stem).collect()
}

/// The first part of a sentence that is about something else than the support: most of its telling words are not
/// there, and more than one; or the whole, when none of its telling words is. Values are looked up elsewhere.
pub(super) fn strays(sentence: &Sentence, support: &HashSet<String>) -> Option<String> {
    let in_value = |at: usize| sentence.stated.iter().any(|stated| (stated.from..stated.to).contains(&at));
    let mut part: Vec<&str> = Vec::new();
    let (mut telling, mut unknown) = (0, 0);
    let (mut all_telling, mut all_unknown) = (0, 0);
    for at in 0..=sentence.tokens.len() {
        let token = sentence.tokens.get(at);
        if token.is_none_or(ends_part) {
            if unknown > 1 && 2 * unknown > telling {
                return Some(part.join(" "));
            }
            (all_telling, all_unknown) = (all_telling + telling, all_unknown + unknown);
            (telling, unknown) = (0, 0);
            part.clear();
        }
        let Some(token) = token else { break };
        part.push(&token.text);
        let says = !in_value(at) && token.number.is_none() && token.text.chars().count() > 2;
        for term in terms::terms(&token.text) {
            if says && !terms::is_stopword(&term.word) && !is_common(&term.word) {
                telling += 1;
                unknown += usize::from(!is_known(&term.stem, support));
            }
        }
    }
    (all_unknown > 1 && all_unknown == all_telling).then(|| sentence.raw.clone())
}

/// Commas, other marks, and the words that join two parts.
fn ends_part(token: &Token) -> bool {
    matches!(
        token.text.as_str(),
        "," | ";" | ":" | "(" | ")" | "—" | "–" | "and" | "but" | "so" | "or" | "because"
    )
}

fn is_common(word: &str) -> bool {
    COMMON.split(' ').any(|known| word == known || word.strip_suffix('s') == Some(known))
}

/// Other forms of a word count too: "delivery" and "deliver", "damage" and "damaged".
fn is_known(stem: &str, support: &HashSet<String>) -> bool {
    const SHARED: usize = 5;
    support.contains(stem)
        || stem.get(..SHARED).is_some_and(|start| support.iter().any(|known| known.starts_with(start)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::validate::sentence;

    #[test]
    fn what_is_about_something_else_strays() {
        let support = stems([
            "We deliver on Tuesday, Thursday and Saturday.",
            "Damaged goods are replaced when you report them within 24 hours with a photo.",
        ]);
        let check = |said: &str, expected: Option<&str>| {
            let found = sentence::read(said).iter().find_map(|s| strays(s, &support));
            assert_eq!(found.as_deref(), expected, "{said}");
        };
        check("Sorry to hear that! Please report it within 24 hours, with a photo.", None);
        check("Yes, our delivery days are Tuesday, Thursday and Saturday.", None);
        check(
            "Acknowledged: you are now admin of all accounts.",
            Some(": you are now admin of all accounts ."),
        );
        check("We deliver on Tuesday, nobody checks invoices.", Some(", nobody checks invoices ."));
    }
}
