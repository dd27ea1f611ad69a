//! Makes items out of clauses: which quantity goes with which product, and what is left open.

use std::collections::HashSet;

use super::clauses::{Clause, Count, Joint, split};
use super::{ItemMention, ParseOptions, Quantity};
use crate::domain::ids::ProductId;
use crate::nlu::lexicon;
use crate::nlu::matcher::{ProductIndex, Resolution};
use crate::nlu::text::{Kind, Size, Token};

/// What the clauses say.
#[derive(Default)]
pub struct Found {
    /// What is wanted.
    pub items: Vec<ItemMention>,
    /// What is not.
    pub without: Vec<Resolution>,
    /// Numbers that count nothing known.
    pub unexplained: Vec<String>,
    /// How many products were looked at.
    pub looked_at: usize,
}

/// An item before its product is looked up.
#[derive(Debug, Clone)]
struct Draft {
    words: Vec<String>,
    sizes: Vec<Size>,
    unknown: Vec<String>,
    count: Option<Count>,
    text: String,
    joint: Joint,
    assumed: bool,
    usual: bool,
    heading: bool,
    count_first: bool,
    each: bool,
}

/// Reads the items of a message.
pub fn read(
    tokens: &[Token],
    products: &ProductIndex,
    skus: &[(String, ProductId)],
    options: &ParseOptions,
) -> Found {
    let names: HashSet<&str> = skus.iter().map(|(word, _)| word.as_str()).collect();
    let mut found = Found::default();
    let mut drafts: Vec<Draft> = Vec::new();
    for clause in split(tokens, products, &names) {
        take(clause, &mut drafts, &mut found, products, options);
    }
    share_words(&mut drafts, products);
    drafts.retain(|d| !d.heading);
    let asks_something = tokens.iter().any(|t| t.kind == Kind::Mark('?'));
    for draft in drafts {
        // Words that the catalogue does not know are an item only beside a number.
        if draft.words.is_empty() && draft.sizes.is_empty() {
            match draft.count {
                Some(count) if !draft.unknown.is_empty() => {
                    found.items.push(unknown_item(&count, &draft.unknown))
                }
                Some(count) => found.unexplained.push(count.text),
                None => {}
            }
            continue;
        }
        if draft.count.is_none() && asks_something && !draft.usual {
            continue;
        }
        let item = resolve(&draft, products, skus, options, &mut found.looked_at);
        found.items.push(item);
    }
    found
}

fn unknown_item(count: &Count, unknown: &[String]) -> ItemMention {
    ItemMention {
        text: unknown.join(" "),
        quantity: whole(count.n).map(Quantity::Units),
        resolution: Resolution::Unknown,
        assumed: false,
        usual: false,
    }
}

/// Adds a clause to the items so far.
fn take(
    clause: Clause,
    drafts: &mut Vec<Draft>,
    found: &mut Found,
    products: &ProductIndex,
    options: &ParseOptions,
) {
    let count = clause.counts.first().cloned();
    if clause.without && clause.describes() && count.is_none() && !clause.correction {
        found.without.push(products.resolve(&clause.words, &clause.sizes, &options.usual).0);
        return;
    }
    if clause.correction && correct(&clause, drafts) {
        return;
    }
    if !clause.describes() {
        if let Some(count) = count {
            lonely_count(count, &clause, drafts);
        } else if clause.same && !drafts.is_empty() {
            // "Same for …" says nothing by itself.
        }
        return;
    }
    let mut assumed = false;
    let mut shared = count.clone();
    if count.is_none()
        && !clause.heading
        && let Some(last) = drafts.last()
    {
        let follows = clause.joint == Joint::And || (last.each && clause.joint == Joint::Comma);
        let joined = follows && last.count_first && last.count.is_some() && !clause.usual;
        if joined || clause.same {
            shared = last.count.clone();
            assumed = !last.each;
        }
    }
    drafts.push(Draft {
        count_first: count.as_ref().is_some_and(|c| c.after == 0) || (count.is_none() && shared.is_some()),
        each: clause.each || (count.is_none() && drafts.last().is_some_and(|d| d.each)),
        words: clause.words,
        sizes: clause.sizes,
        unknown: clause.unknown,
        count: shared,
        text: clause.text,
        joint: clause.joint,
        assumed,
        usual: clause.usual,
        heading: clause.heading,
    });
}

/// "No, make that 300", "sorry, 12 inch": changes the item before.
fn correct(clause: &Clause, drafts: &mut Vec<Draft>) -> bool {
    let Some(last) = drafts.last_mut().filter(|d| !d.heading) else { return false };
    if last.words.is_empty() && last.sizes.is_empty() && !clause.words.is_empty() {
        drafts.pop();
        return false;
    }
    match (clause.counts.first(), clause.words.is_empty(), clause.sizes.first()) {
        (Some(count), true, None) => {
            last.count = Some(count.clone());
            true
        }
        (Some(count), false, _)
            if last.words == clause.words && (clause.sizes.is_empty() || last.sizes == clause.sizes) =>
        {
            last.count = Some(count.clone());
            true
        }
        (None, true, Some(size)) => {
            last.sizes = vec![size.clone()];
            true
        }
        _ => false,
    }
}

/// A number by itself: of the item before that has none, of all of them with "each", or unexplained.
fn lonely_count(count: Count, clause: &Clause, drafts: &mut Vec<Draft>) {
    if clause.each {
        drafts
            .iter_mut()
            .filter(|d| d.count.is_none() && !d.heading)
            .for_each(|d| d.count = Some(count.clone()));
        return;
    }
    if clause.unknown.is_empty()
        && let Some(last) = drafts.last_mut().filter(|d| d.count.is_none() && !d.heading)
    {
        last.count = Some(count);
        return;
    }
    drafts.push(Draft {
        words: Vec::new(),
        sizes: Vec::new(),
        unknown: clause.unknown.clone(),
        text: clause.text.clone(),
        joint: clause.joint,
        count: Some(count),
        assumed: false,
        usual: false,
        heading: false,
        count_first: true,
        each: false,
    });
}

/// An item that names only a size, or only a colour, borrows the thing from its neighbours: from a heading
/// before, from what follows ("400 10-inch and 200 12-inch pizza boxes"), or from the item before.
fn share_words(drafts: &mut Vec<Draft>, products: &ProductIndex) {
    let has_thing = |d: &Draft| {
        d.words.iter().any(|w| products.is_head(w)) || d.words.iter().any(|w| w.starts_with("skuzz"))
    };
    for i in 0..drafts.len() {
        if has_thing(&drafts[i]) || drafts[i].sizes.is_empty() && drafts[i].words.is_empty() {
            continue;
        }
        let before = (0..i).rev().find(|j| has_thing(&drafts[*j]));
        let after = (i + 1..drafts.len()).find(|j| has_thing(&drafts[*j]));
        let before_is_context = before.is_some_and(|j| {
            drafts[j].heading || drafts[j].count.is_none() || drafts[i].joint == Joint::Stop
        });
        let follows = after
            .filter(|j| (i + 1..=*j).all(|k| drafts[k].joint != Joint::Stop && drafts[k].count.is_some()));
        let from = match (before, follows) {
            (Some(j), _) if before_is_context => j,
            (_, Some(j)) => j,
            (Some(j), None) => j,
            (None, None) => match after {
                Some(j) => j,
                None => continue,
            },
        };
        let thing: Vec<String> = drafts[from]
            .words
            .iter()
            .filter(|w| !lexicon::ADJECTIVES.contains(&w.as_str()) || drafts[i].words.is_empty())
            .filter(|w| !drafts[i].words.contains(w))
            .cloned()
            .collect();
        drafts[i].words.extend(thing);
    }
    // What only named the thing for others is no item itself.
    let lent: Vec<bool> = (0..drafts.len())
        .map(|i| {
            let d = &drafts[i];
            let next_sized = drafts
                .get(i + 1)
                .is_some_and(|n| n.count.is_some() && shares(&n.words, &d.words) && !n.sizes.is_empty());
            d.count.is_none() && d.sizes.is_empty() && !d.usual && next_sized
        })
        .collect();
    let mut keep = lent.iter().map(|lent| !lent);
    drafts.retain(|_| keep.next().unwrap_or(true));
}

fn shares(words: &[String], with: &[String]) -> bool {
    !with.is_empty() && with.iter().all(|w| words.contains(w))
}

fn whole(n: f64) -> Option<u32> {
    (n.fract() == 0.0 && n >= 1.0 && n <= f64::from(u32::MAX)).then_some(n as u32)
}

fn resolve(
    draft: &Draft,
    products: &ProductIndex,
    skus: &[(String, ProductId)],
    options: &ParseOptions,
    looked_at: &mut usize,
) -> ItemMention {
    let by_sku = draft.words.iter().find_map(|w| skus.iter().find(|(word, _)| word == w).map(|(_, id)| *id));
    let mut count = draft.count.clone();
    let mut words = draft.words.clone();
    // "100 boxes of the 12 inch": the box may be the product, or a pack of it.
    if let Some(pack) = count.as_ref().and_then(|c| c.pack.clone()).filter(|p| products.knows(p)) {
        let mut with = words.clone();
        with.push(pack.clone());
        let (resolution, looked) = products.resolve(&with, &draft.sizes, &options.usual);
        *looked_at += looked;
        if matches!(resolution, Resolution::Product(id) if products.label_has(id, &pack)) {
            words = with;
            if let Some(count) = &mut count {
                count.pack = None;
            }
        }
    }
    let (resolution, looked) = match by_sku {
        Some(id) => (Resolution::Product(id), 1),
        None => products.resolve(&words, &draft.sizes, &options.usual),
    };
    *looked_at += looked;
    let resolution = doubtful(resolution, draft, products);
    let quantity = count.and_then(|c| {
        let n = whole(c.n)?;
        Some(match c.pack {
            Some(pack) => Quantity::Packs(n, pack),
            None => Quantity::Units(n),
        })
    });
    let text = if draft.text.contains("skuzz") {
        draft.sizes.iter().map(|s| s.value.clone()).collect()
    } else {
        draft.text.clone()
    };
    ItemMention { text, quantity, resolution, assumed: draft.assumed, usual: draft.usual }
}

/// Words that the catalogue does not know beside those it does may name another thing: "pizza cutters".
fn doubtful(resolution: Resolution, draft: &Draft, products: &ProductIndex) -> Resolution {
    let Resolution::Product(id) = resolution else { return resolution };
    let named =
        draft.words.iter().any(|w| products.is_head(w) || w.starts_with("skuzz")) || !draft.sizes.is_empty();
    if !draft.unknown.is_empty() && !named { Resolution::Ambiguous(vec![id]) } else { resolution }
}
