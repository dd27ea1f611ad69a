//! Outlets by the names that people use for them.

use std::collections::{HashMap, HashSet};

use super::lexicon;
use super::text::{Kind, Token, tokens};
use crate::domain::ids::OutletId;
use crate::domain::outlet::Outlet;

/// Which outlet a text speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum OutletMention {
    /// None.
    #[default]
    None,
    /// This one.
    Outlet(OutletId),
    /// One of these: to be asked.
    Ambiguous(Vec<OutletId>),
    /// A name that no outlet has, as written after "Outlet:".
    Unknown(String),
}

#[derive(Debug)]
struct Name {
    outlet: OutletId,
    words: Vec<String>,
}

/// Finds outlets by words. Made once a catalogue.
#[derive(Debug)]
pub struct OutletIndex {
    names: Vec<Name>,
    idf: HashMap<String, f64>,
}

/// From here on, a part of a name is enough when only one outlet has it.
const PART_FROM: f64 = 0.4;

impl OutletIndex {
    /// From all outlets.
    pub fn new(outlets: &[Outlet]) -> Self {
        let mut names = Vec::new();
        for outlet in outlets {
            for text in std::iter::once(&outlet.details.name).chain(&outlet.details.aliases) {
                let words = words(text);
                if !words.is_empty() {
                    names.push(Name { outlet: outlet.id, words });
                }
            }
        }
        let mut holders: HashMap<&String, HashSet<OutletId>> = HashMap::new();
        for name in &names {
            for word in &name.words {
                holders.entry(word).or_default().insert(name.outlet);
            }
        }
        let n = outlets.len() as f64;
        let idf =
            holders.into_iter().map(|(w, ids)| (w.clone(), (1.0 + n / ids.len() as f64).ln())).collect();
        Self { names, idf }
    }

    /// The outlet of a name given by itself.
    pub fn resolve(&self, name: &str) -> Option<OutletId> {
        match self.find(&tokens(name)).0 {
            OutletMention::Outlet(id) => Some(id),
            _ => None,
        }
    }

    /// The outlet that a message speaks of, and which of its tokens name it.
    pub fn find(&self, tokens: &[Token]) -> (OutletMention, Vec<usize>) {
        let mut best: Vec<(f64, OutletId, Vec<usize>)> = Vec::new();
        for name in &self.names {
            if let Some((score, at)) = self.match_name(name, tokens) {
                match best.iter_mut().find(|(_, id, _)| *id == name.outlet) {
                    Some(old) if old.0 < score => (old.0, old.2) = (score, at),
                    Some(_) => {}
                    None => best.push((score, name.outlet, at)),
                }
            }
        }
        best.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let Some((top, id, at)) = best.first().cloned() else {
            return (named_but_unknown(tokens), Vec::new());
        };
        let close: Vec<OutletId> = best.iter().filter(|b| top - b.0 < 0.05).map(|b| b.1).collect();
        if close.len() == 1 {
            (OutletMention::Outlet(id), at)
        } else {
            (OutletMention::Ambiguous(close.into_iter().take(6).collect()), at)
        }
    }

    /// How much of a name stands in the message, in any order of its words but close together.
    fn match_name(&self, name: &Name, tokens: &[Token]) -> Option<(f64, Vec<usize>)> {
        let total: f64 = name.words.iter().map(|w| self.weight(w)).sum();
        let mut at: Vec<usize> = Vec::new();
        let mut matched = 0.0;
        for word in &name.words {
            let near = at.last().copied();
            let found = tokens
                .iter()
                .enumerate()
                .filter(|(i, t)| !at.contains(i) && names(t, word))
                .map(|(i, _)| i)
                .min_by_key(|i| near.map_or(*i, |n| n.abs_diff(*i) * 1000 + *i));
            if let Some(i) = found.filter(|i| near.is_none_or(|n| n.abs_diff(*i) <= 4)) {
                at.push(i);
                matched += self.weight(word);
            }
        }
        let score = matched / total.max(f64::EPSILON);
        // A part of a name must be a telling part: a word of trade or of every day is none.
        let telling = at.iter().any(|i| {
            let text = &tokens[*i].text;
            text.len() >= 3 && !lexicon::is_filler(text.as_str()) && !lexicon::PACKS.contains(&text.as_str())
        });
        (telling && score >= PART_FROM).then_some((score, at))
    }

    fn weight(&self, word: &str) -> f64 {
        self.idf.get(word).copied().unwrap_or(1.0)
    }
}

fn words(name: &str) -> Vec<String> {
    tokens(name)
        .into_iter()
        .filter_map(|t| match t.kind {
            Kind::Word(_) => Some(t.text),
            Kind::Number(_) => Some(t.text),
            _ => None,
        })
        .filter(|w| !matches!(w.as_str(), "the" | "outlet" | "branch" | "at" | "@" | "of"))
        .collect()
}

/// Whether a token is this word of a name. A number is one only as written: "One North".
fn names(token: &Token, word: &str) -> bool {
    match &token.kind {
        Kind::Word(stem) => same_word(stem, &token.text, word),
        Kind::Number(_) => token.text == word,
        _ => false,
    }
}

fn same_word(stem: &str, text: &str, name: &str) -> bool {
    let plain = |w: &str| w.replace('\'', "");
    if text == name || stem == name || plain(text) == plain(name) || super::text::stem(name) == *stem {
        return true;
    }
    let n = name.chars().count();
    let allowed = if n >= 8 { 2 } else { 1 };
    n >= 5 && name.chars().next() == text.chars().next() && strsim::osa_distance(text, name) <= allowed
}

/// "Outlet: Foo" with a name that no outlet has.
fn named_but_unknown(tokens: &[Token]) -> OutletMention {
    for (i, token) in tokens.iter().enumerate() {
        let cue = matches!(token.text.as_str(), "outlet" | "branch" | "store" | "shop");
        if cue && matches!(tokens.get(i + 1).map(|t| &t.kind), Some(Kind::Mark(':' | '-' | '='))) {
            let name: Vec<&str> = tokens[i + 2..]
                .iter()
                .take_while(|t| t.line == token.line && !matches!(t.kind, Kind::Mark(',' | ';' | '\n')))
                .map(|t| t.text.as_str())
                .collect();
            if !name.is_empty() {
                return OutletMention::Unknown(name.join(" "));
            }
        }
    }
    OutletMention::None
}
