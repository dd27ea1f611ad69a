//! "More than 500" and "less than 500": the same number, and the opposite.

use super::sentence::Sentence;
use super::token::Token;
use super::value::{Stated, Value};

/// Which side of a number is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Above,
    Below,
}

/// Share of a clause's words that must stand in the evidence's clause before the two speak of the same.
const SAME_MATTER: f32 = 0.75;

/// The side of an amount that the words around it tell.
fn side(tokens: &[Token], stated: &Stated) -> Option<Side> {
    let back = |n: usize| stated.from.checked_sub(n).map_or("", |b| tokens[b].text.as_str());
    let next = |n: usize| tokens.get(stated.to + n).map_or("", |t| t.text.as_str());
    let turned = matches!(back(3), "no" | "not");
    let said = match (back(2), back(1)) {
        ("more" | "greater" | "higher" | "longer", "than") | ("at", "least") => Side::Above,
        ("less" | "fewer" | "lower" | "shorter", "than") | ("at", "most") | ("up", "to") => Side::Below,
        (_, "over" | "above" | "exceeding" | "minimum") => Side::Above,
        (_, "under" | "below" | "maximum") => Side::Below,
        _ => match (next(0), next(1)) {
            ("or" | "and", "more" | "above" | "longer" | "over") => Side::Above,
            ("or" | "and", "less" | "fewer" | "below" | "under") => Side::Below,
            _ => return None,
        },
    };
    Some(match (said, turned) {
        (Side::Above, true) => Side::Below,
        (Side::Below, true) => Side::Above,
        (side, false) => side,
    })
}

/// Whether an amount stands on the other side in the evidence, in a clause of the same words.
pub(super) fn is_turned(sentence: &Sentence, stated: &Stated, support: &[Sentence]) -> bool {
    let Value::Amount(amount) = &stated.value else { return false };
    let Some(meant) = side(&sentence.tokens, stated) else { return false };
    let clause = sentence.clause_at(stated.from);
    let words = &clause.content;
    let (mut same, mut opposite) = (false, false);
    for other in support {
        for held in &other.stated {
            let Value::Amount(value) = &held.value else { continue };
            if !(amount.same_number(value) && amount.unit == value.unit) {
                continue;
            }
            let theirs = other.clause_at(held.from);
            let count = words.iter().filter(|w| theirs.content.contains(w)).count();
            let same_matter = words.len() > 1 && count as f32 / words.len() as f32 >= SAME_MATTER;
            match side(&other.tokens, held) {
                Some(side) if side != meant => {
                    opposite |= same_matter && clause.denies == theirs.denies;
                }
                _ => same = true,
            }
        }
    }
    opposite && !same
}
