//! Outlets by the names that people use for them.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::lexicon;
use super::matcher::ProductIndex;
use super::text::{Kind, Token, tokens};
use super::vocabulary::{Reader, Vocabulary};
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

/// A name or alias.
#[derive(Debug)]
struct Name {
    outlet: OutletId,
    words: Vec<String>,
}

/// Finds outlets by words. Made once a catalogue.
#[derive(Debug)]
pub struct OutletIndex {
    names: Vec<Name>,
    /// Which outlets have a word in one of their names.
    holders: HashMap<String, HashSet<OutletId>>,
    by_word: HashMap<String, Vec<usize>>,
    vocabulary: Vocabulary,
}

/// A name, or a part of one, found in a message.
#[derive(Debug, Clone)]
struct Hit {
    outlet: OutletId,
    /// Whether all of a name's words are there.
    whole: bool,
    /// Whether a name begins with its words: "Grill House" of "Grill House - Holland".
    begins: bool,
    at: BTreeSet<usize>,
    words: Vec<String>,
}

/// Offered at most.
const MAX_OFFERED: usize = 6;

impl OutletIndex {
    /// From all outlets.
    pub fn new(outlets: &[Outlet]) -> Self {
        let mut index = Self {
            names: Vec::new(),
            holders: HashMap::new(),
            by_word: HashMap::new(),
            vocabulary: Vocabulary::default(),
        };
        for outlet in outlets {
            for text in std::iter::once(&outlet.details.name).chain(&outlet.details.aliases) {
                let words = name_words(text);
                if words.is_empty() {
                    continue;
                }
                index.vocabulary.add(&words);
                let at = index.names.len();
                for word in &words {
                    index.holders.entry(word.clone()).or_default().insert(outlet.id);
                    let names = index.by_word.entry(word.clone()).or_default();
                    if names.last() != Some(&at) {
                        names.push(at);
                    }
                }
                index.names.push(Name { outlet: outlet.id, words });
            }
        }
        index
    }

    /// The outlet of a name given by itself.
    pub fn resolve(&self, name: &str) -> Option<OutletId> {
        match self.find(&tokens(name), None).0 {
            OutletMention::Outlet(id) => Some(id),
            _ => None,
        }
    }

    /// The outlet of an answer to "which outlet?", which needs no cue and may be a part of a name.
    pub fn answer(&self, text: &str) -> OutletMention {
        self.find_in(&tokens(text), None, true).0
    }

    /// The outlet that a message speaks of, and which of its tokens name it.
    pub fn find(&self, tokens: &[Token], products: Option<&ProductIndex>) -> (OutletMention, Vec<usize>) {
        // What stands after "Outlet:" is the outlet.
        if let Some((from, to)) = labelled(tokens) {
            let (mention, at) = self.find_in(&tokens[from..to], None, true);
            let at = at.into_iter().map(|i| i + from).collect();
            return match mention {
                OutletMention::None => {
                    let words: Vec<&str> = tokens[from..to].iter().map(|t| t.text.as_str()).collect();
                    (OutletMention::Unknown(words.join(" ")), (from..to).collect())
                }
                found => (found, at),
            };
        }
        self.find_in(tokens, products, false)
    }

    fn find_in(
        &self,
        tokens: &[Token],
        products: Option<&ProductIndex>,
        cued: bool,
    ) -> (OutletMention, Vec<usize>) {
        let mut hits: Vec<Hit> = self.hits(tokens);
        hits.retain(|hit| {
            let cue = cued || has_cue(tokens, hit);
            // "Toa Payoh, not Hougang"
            let negated = hit.at.iter().any(|at| *at > 0 && tokens[*at - 1].text == "not");
            let goods = hit.words.iter().all(|w| products.is_some_and(|p| p.knows(w)));
            // Nothing else is said, so that a word of trade is enough.
            let other =
                |i: usize| !hit.at.contains(&i) && !lexicon::FILLERS.contains(tokens[i].text.as_str());
            let all = cued && !(0..tokens.len()).any(other);
            // "Panels" are no misspelt Patel where panels are sold.
            let slip = |at: &usize| match &tokens[*at].kind {
                Kind::Word(w) => {
                    products.is_some_and(|p| p.knows(w)) && !hit.words.contains(&bare(&tokens[*at].text))
                }
                _ => false,
            };
            let slips = hit.at.iter().all(slip);
            !negated && !slips && (cue || !goods) && (hit.whole || all || self.telling(hit, cue))
        });
        if hits.iter().any(|h| h.whole) {
            // A part of a name counts beside a whole one only when it stands elsewhere and names another place.
            let whole: BTreeSet<usize> = hits.iter().filter(|h| h.whole).flat_map(|h| h.at.clone()).collect();
            hits.retain(|h| h.whole || (h.at.is_disjoint(&whole) && self.names_one(h) && has_cue(tokens, h)));
        }
        // Of hits on the same words, the longer one; a chain's name with its branch is longer than without.
        let all = hits.clone();
        hits.retain(|h| !all.iter().any(|o| o.at.len() > h.at.len() && o.at.is_superset(&h.at)));
        let mut outlets: Vec<OutletId> = hits.iter().map(|h| h.outlet).collect();
        outlets.sort_unstable();
        outlets.dedup();
        let at: BTreeSet<usize> = hits.iter().flat_map(|h| h.at.clone()).collect();
        let mention = match outlets.as_slice() {
            [] => OutletMention::None,
            [one] => OutletMention::Outlet(*one),
            several => OutletMention::Ambiguous(several.iter().take(MAX_OFFERED).copied().collect()),
        };
        (mention, at.into_iter().collect())
    }

    /// Whether only one outlet has one of the words.
    fn names_one(&self, hit: &Hit) -> bool {
        hit.words.iter().any(|w| self.holders.get(w).is_some_and(|h| h.len() == 1))
    }

    /// A part of a name must be a telling part: a word of trade or of every day is none; several of them are, where
    /// something shows that a place is meant ("for Sunrise Primary").
    fn telling(&self, hit: &Hit, cue: bool) -> bool {
        let own = |w: &&String| w.len() >= 4 && !lexicon::FILLERS.contains(w);
        let place = |w: &String| lexicon::PLACES.contains(w) || lexicon::PACKS.contains(w);
        let several = hit.words.len() >= 2;
        hit.words.iter().filter(own).any(|w| !place(w))
            || (several && cue && (self.names_one(hit) || hit.begins))
    }

    /// Every name with as many of its words as stand close together.
    fn hits(&self, tokens: &[Token]) -> Vec<Hit> {
        let reader = self.vocabulary.reader();
        let said: Vec<(usize, Vec<String>)> = (0..tokens.len())
            .map(|i| (i, self.words_at(&reader, tokens, i)))
            .filter(|(_, w)| !w.is_empty())
            .collect();
        let mut places: HashMap<usize, Vec<(usize, &String)>> = HashMap::new();
        for (i, words) in &said {
            for word in words {
                for name in self.by_word.get(word).into_iter().flatten() {
                    places.entry(*name).or_default().push((*i, word));
                }
            }
        }
        let mut hits: Vec<Hit> =
            places.into_iter().map(|(name, at)| self.hit(&self.names[name], &at)).collect();
        hits.sort_by(|a, b| a.outlet.cmp(&b.outlet).then(b.at.len().cmp(&a.at.len())).then(a.at.cmp(&b.at)));
        hits
    }

    /// The outlets' words that a token stands for.
    fn words_at(&self, reader: &Reader<'_>, tokens: &[Token], i: usize) -> Vec<String> {
        let own = |i: usize| match tokens.get(i).map(|t| &t.kind) {
            Some(Kind::Word(_)) => Some(bare(&tokens[i].text)),
            Some(Kind::Number(_)) => Some(tokens[i].text.clone()),
            _ => None,
        };
        let Some(word) = own(i) else { return Vec::new() };
        // An everyday word counts only beside the word it stands beside in a name.
        if lexicon::FILLERS.contains(word.as_str()) || matches!(tokens[i].kind, Kind::Number(_)) {
            let before = i.checked_sub(1).and_then(own);
            let counts =
                reader.knows(&word) && reader.filler_counts(before.as_deref(), &word, own(i + 1).as_deref());
            return if counts { vec![word] } else { Vec::new() };
        }
        reader.look_up(&word).into_iter().filter(|m| m.sure || word.len() >= 5).map(|m| m.word).collect()
    }

    /// The place where most of a name's words stand within a few words of one another.
    fn hit(&self, name: &Name, at: &[(usize, &String)]) -> Hit {
        let reach = name.words.len() * 2 + 1;
        let mut best: Vec<(usize, &String)> = Vec::new();
        for (k, (from, _)) in at.iter().enumerate() {
            let mut taken: Vec<(usize, &String)> = Vec::new();
            for (i, word) in at[k..].iter().take_while(|(i, _)| i - from <= reach) {
                if !taken.iter().any(|(_, w)| w == word) {
                    taken.push((*i, word));
                }
            }
            if taken.len() > best.len() {
                best = taken;
            }
        }
        let words: Vec<String> = best.iter().map(|(_, w)| (*w).clone()).collect();
        Hit {
            outlet: name.outlet,
            whole: name.words.iter().all(|w| words.contains(w)),
            begins: name.words.starts_with(&words),
            at: best.iter().map(|(i, _)| *i).collect(),
            words,
        }
    }
}

/// A name's word without its apostrophe and a last "s": Rosie's, Rosies and Rosie are one.
fn bare(word: &str) -> String {
    let plain = word.replace('\'', "");
    let ends = plain.len() > 3 && plain.ends_with('s') && !plain.ends_with("ss");
    if ends { plain[..plain.len() - 1].to_owned() } else { plain }
}

fn name_words(name: &str) -> Vec<String> {
    tokens(name)
        .into_iter()
        .filter_map(|t| match t.kind {
            Kind::Word(_) => Some(bare(&t.text)),
            Kind::Number(_) => Some(t.text),
            _ => None,
        })
        .filter(|w| !matches!(w.as_str(), "the" | "outlet" | "branch" | "at" | "of" | "and" | "n"))
        .collect()
}

/// Where a label such as "Outlet:" says the outlet stands.
fn labelled(tokens: &[Token]) -> Option<(usize, usize)> {
    let label = |i: usize| {
        let word = matches!(
            tokens[i].text.as_str(),
            "outlet"
                | "branch"
                | "store"
                | "shop"
                | "customer"
                | "client"
                | "location"
                | "site"
                | "account"
                | "name"
        );
        let opens = i == 0
            || matches!(tokens[i - 1].kind, Kind::Mark(_))
            || (tokens[i - 1].line != tokens[i].line)
            || matches!(
                tokens[i - 1].text.as_str(),
                "outlet" | "branch" | "store" | "shop" | "customer" | "the"
            );
        word && opens && matches!(tokens.get(i + 1).map(|t| &t.kind), Some(Kind::Mark(':' | '=')))
    };
    let at = (0..tokens.len()).find(|i| label(*i))?;
    let from = at + 2;
    let end = tokens[from..]
        .iter()
        .position(|t| {
            matches!(t.kind, Kind::Mark(',' | ';' | '\n' | '|' | '.')) && t.start > tokens[at + 1].end
        })
        .map_or(tokens.len(), |n| from + n);
    (end > from).then_some((from, end))
}

const BEFORE: &[&str] = &[
    "for", "to", "outlet", "from", "at", "branch", "is", "this", "here", "deliver", "store", "shop",
    "location", "it's", "its", "us", "customer", "client", "of", "account",
];
const AFTER: &[&str] =
    &["here", "outlet", "branch", "store", "shop", "needs", "wants", "calling", "again", "ordering", "side"];

/// Whether the words around show that a place is meant.
fn has_cue(tokens: &[Token], hit: &Hit) -> bool {
    let (Some(first), Some(last)) = (hit.at.first(), hit.at.last()) else { return false };
    let mut before = *first;
    while before > 0 && matches!(tokens[before - 1].text.as_str(), "the" | "our") {
        before -= 1;
    }
    let opens = before == 0 || matches!(tokens[before - 1].kind, Kind::Mark(_));
    let closes = tokens.get(last + 1).is_none_or(|t| matches!(t.kind, Kind::Mark(_)));
    let word_before = before > 0 && BEFORE.contains(&tokens[before - 1].text.as_str());
    let word_after = tokens.get(last + 1).is_some_and(|t| AFTER.contains(&t.text.as_str()));
    word_before || word_after || (opens && closes)
}
