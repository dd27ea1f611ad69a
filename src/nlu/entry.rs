//! What is known of one product: its names, sizes and what kind of thing it is.

use std::collections::{HashMap, HashSet};

use super::lexicon;
use super::matcher::Query;
use super::text::{Kind, Size, plain, tokens_with};
use crate::domain::catalogue::Product;
use crate::domain::ids::ProductId;

/// What is known of one product.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) id: ProductId,
    pub(super) sku: String,
    pub(super) labels: Vec<Label>,
    /// Words of names and aliases.
    pub(super) own: HashSet<String>,
    /// Words of description and category, and what stands in brackets: they confirm, and never find by themselves.
    pub(super) around: HashSet<String>,
    pub(super) sizes: Vec<Size>,
    pub(super) around_sizes: Vec<Size>,
    pub(super) heads: HashSet<String>,
    /// What one is, stemmed, and how many are in a bundle.
    pub(super) unit: String,
    pub(super) bundle: u32,
    /// How many things one holds, where the description says so: "tray of 30".
    pub(super) holds: Option<u32>,
    /// What is in one, where the description says so: "25 kg bag".
    pub(super) content: Option<Size>,
    pub(super) active: bool,
}

/// A name or an alias.
#[derive(Debug, Clone, Default)]
pub(super) struct Label {
    pub(super) words: Vec<String>,
    pub(super) sizes: Vec<Size>,
    pub(super) heads: Vec<String>,
    pub(super) aside: Vec<String>,
    /// A number with the word right after it that it is said of: "20 vol", "13 amp".
    pub(super) graded: Vec<(String, String)>,
    /// A number with the word right before it: "DOT 4", "no. 10".
    pub(super) numbered: Vec<(String, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fit {
    Own,
    Around,
    No,
}

impl Entry {
    pub(super) fn fit(&self, word: &str) -> Fit {
        if self.own.contains(word) || self.own.iter().any(|own| compound(own, word)) {
            Fit::Own
        } else if self.around.contains(word) {
            Fit::Around
        } else {
            Fit::No
        }
    }

    pub(super) fn has_size(&self, size: &Size, around: bool) -> bool {
        self.sizes.iter().any(|own| own.same_as(size))
            || (around && self.around_sizes.iter().any(|own| own.same_as(size)))
    }

    pub(super) fn fits(&self, query: &Query, around: bool) -> bool {
        query.sizes.iter().all(|s| self.has_size(s, around))
            && query.words.iter().all(|w| match self.fit(w) {
                Fit::Own => true,
                Fit::Around => around,
                Fit::No => false,
            })
    }
}

/// `cheesecake` is a `cake`.
pub(super) fn compound(word: &str, end: &str) -> bool {
    end.len() >= 4 && word.len() > end.len() + 2 && word.ends_with(end)
}

/// A word also finds the products of words that end with it.
pub(super) fn add_compounds(by_word: &mut HashMap<String, Vec<usize>>) {
    let words: Vec<String> = by_word.keys().cloned().collect();
    let mut more: Vec<(String, Vec<usize>)> = Vec::new();
    for end in words.iter().filter(|w| w.len() >= 4) {
        let at: Vec<usize> =
            words.iter().filter(|w| compound(w, end)).flat_map(|w| by_word[w].iter().copied()).collect();
        if !at.is_empty() {
            more.push((end.clone(), at));
        }
    }
    for (word, at) in more {
        let all = by_word.entry(word).or_default();
        all.extend(at);
        all.sort_unstable();
        all.dedup();
    }
}

pub(super) fn compact(sku: &str) -> String {
    sku.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

/// Words that end the thing's own name: what follows says what it comes with or is for.
const JOINS: &[&str] =
    &["for", "with", "of", "in", "and", "w", "per", "by", "to", "from", "a", "the", "x", "or"];

/// In the company's own words a letter after a number is a unit: "Hose 15 m".
pub(super) fn own_tokens(text: &str) -> Vec<super::text::Token> {
    tokens_with(text, &|_| true)
}

pub(super) fn label(text: &str) -> Label {
    let mut label = Label::default();
    let (mut phrase, mut open, mut brackets) = (Vec::new(), true, 0);
    let pieces = own_tokens(text);
    for (i, token) in pieces.iter().enumerate() {
        let ends = !phrase.is_empty();
        let next_start = pieces.get(i + 1).map_or(usize::MAX, |t| t.start);
        match &token.kind {
            Kind::Word(word) if brackets > 0 => label.aside.push(word.clone()),
            Kind::Word(word) if JOINS.contains(&word.as_str()) => open = open && !ends,
            Kind::Word(word) => {
                let after_word = i > 0 && !matches!(pieces[i - 1].kind, Kind::Number(_));
                let word = match lexicon::letter_size(word).filter(|_| after_word) {
                    Some(size) => &size.to_owned(),
                    None => word,
                };
                if open {
                    phrase.push(word.clone());
                }
                label.words.push(word.clone());
            }
            Kind::Size(size) => {
                open = open && !ends;
                label.sizes.push(size.clone());
            }
            Kind::Number(n) => {
                open = open && !ends;
                let next = pieces.get(i + 1).map_or("", |t| t.text.as_str());
                let side =
                    matches!(pieces.get(i + 2).map(|t| &t.kind), Some(Kind::Number(_) | Kind::Size(_)));
                let coded = next == "x" && !side;
                if brackets == 0 && (coded || !lexicon::PIECES.contains(next)) {
                    label.sizes.push(Size { value: plain(*n), unit: String::new() });
                    if pieces.get(i + 1).is_some_and(|t| t.kind == Kind::Mark('%')) {
                        label.graded.push((plain(*n), "%".to_owned()));
                    }
                    let before = pieces[..i].iter().rev().find(|t| t.kind != Kind::Mark('.'));
                    if let Some(Kind::Word(word)) = before.map(|t| &t.kind) {
                        label.numbered.push((word.clone(), plain(*n)));
                    }
                    if let Some(Kind::Word(word)) = pieces.get(i + 1).map(|t| &t.kind)
                        && !lexicon::ADJECTIVES.contains(word)
                        && !lexicon::PACKS.contains(word)
                        && (word != "x" || coded)
                    {
                        label.graded.push((plain(*n), word.clone()));
                    }
                }
            }
            Kind::Mark('(' | '[') => {
                brackets += 1;
                open = open && !ends;
            }
            Kind::Mark(')' | ']') => brackets -= 1,
            Kind::Mark('\n' | '&' | '\'') => {}
            // "Self-raising" is one word in two.
            Kind::Mark('-')
                if ends && i > 0 && pieces[i - 1].end == token.start && next_start == token.end => {}
            Kind::Mark(_) => open = open && !ends,
        }
    }
    label.heads = heads(&phrase);
    label
}

/// What a name's first phrase says the thing is: its last word that is no property; and its last word, when that
/// may be a material or a thing ("copy paper").
pub(super) fn heads(phrase: &[String]) -> Vec<String> {
    let adjective = |w: &&String| lexicon::ADJECTIVES.contains(w.as_str());
    let thing = phrase.iter().rev().find(|w| !adjective(w)).or(phrase.last());
    let material =
        |w: &&String| matches!(w.as_str(), "paper" | "foil" | "glass" | "wood" | "rubber" | "cream");
    thing.into_iter().chain(phrase.last().filter(material)).cloned().collect()
}

pub(super) fn entry(product: &Product) -> Entry {
    let details = &product.details;
    let mut labels = vec![label(&details.name)];
    labels.extend(details.aliases.iter().map(|alias| label(alias)));
    let (mut around, mut around_sizes) = (HashSet::new(), Vec::new());
    for token in own_tokens(&format!("{}\n{}", details.description, details.category)) {
        match token.kind {
            Kind::Word(w) if !lexicon::FILLERS.contains(w.as_str()) => {
                around.insert(w);
            }
            Kind::Size(size) => around_sizes.push(size),
            _ => {}
        }
    }
    around.extend(labels.iter().flat_map(|l| l.aside.iter().cloned()));
    Entry {
        id: product.id,
        sku: compact(details.sku.as_str()),
        own: labels.iter().flat_map(|l| l.words.iter().cloned()).collect(),
        sizes: labels.iter().flat_map(|l| l.sizes.iter().cloned()).collect(),
        heads: labels.iter().flat_map(|l| l.heads.iter().cloned()).collect(),
        around,
        around_sizes,
        unit: super::text::stem(&details.unit.to_lowercase()),
        bundle: details.bundle_size,
        content: content(&details.description, &super::text::stem(&details.unit.to_lowercase())),
        holds: holds(&details.description, &super::text::stem(&details.unit.to_lowercase())),
        active: details.active,
        labels,
    }
}

/// "Tray of 30", "box of 100": how many things one of what is sold holds.
fn holds(description: &str, unit: &str) -> Option<u32> {
    let tokens = own_tokens(description);
    tokens.windows(3).find_map(|three| match (&three[0].kind, &three[1].kind, &three[2].kind) {
        (Kind::Word(pack), Kind::Word(of), Kind::Number(n)) if pack == unit && of == "of" => Some(*n as u32),
        _ => None,
    })
}

/// "25 kg bag": how much one of what is sold holds.
fn content(description: &str, unit: &str) -> Option<Size> {
    let tokens = own_tokens(description);
    tokens.windows(2).find_map(|two| match (&two[0].kind, &two[1].kind) {
        (Kind::Size(size), Kind::Word(word)) if word == unit => Some(size.clone()),
        _ => None,
    })
}

/// Among more products than this none is the plain one.
const TOO_MANY: usize = 64;

/// The one product that says nothing beyond the words and sizes asked for that all others do not say as well:
/// "croissant" beside "almond croissant", or the variant that has the words as its alias.
pub(super) fn plainest(found: &[&Entry], query: &Query) -> Option<ProductId> {
    let extra = |label: &Label| -> HashSet<String> {
        let words = label.words.iter().filter(|w| !query.words.contains(w)).cloned();
        let sizes = label.sizes.iter().filter(|s| !query.sizes.iter().any(|q| q.same_as(s)));
        words.chain(sizes.map(|s| format!("{} {}", s.value, s.unit))).collect()
    };
    if found.len() > TOO_MANY {
        return None;
    }
    let extras: Vec<(ProductId, HashSet<String>)> = found
        .iter()
        .flat_map(|e| e.labels.iter().map(move |l| (e.id, l)))
        .map(|(id, l)| (id, extra(l)))
        .collect();
    let (least_id, least) = extras.iter().min_by_key(|(_, extra)| extra.len())?;
    let mut others = extras.iter().filter(|(id, _)| id != least_id);
    others.all(|(_, theirs)| least.len() < theirs.len() && least.is_subset(theirs)).then_some(*least_id)
}
