//! The pieces of an order that are not settled: how they come into a draft, are asked about, and are answered.

use std::collections::HashSet;

use super::engine::{Engine, Turn};
use super::phrases::fill;
use super::question::price_line;
use super::state::Awaiting;
use crate::domain::ids::ProductId;
use crate::nlu::edit;
use crate::nlu::order::{self, ItemMention, OutletMention, ParseOptions, Quantity, Resolution};
use crate::nlu::text::{Kind, tokens};
use crate::orders::{Catalogue, Draft, OpenItem, Wanted};

/// Longest reply that is a product's name and nothing else.
const MAX_NAME_WORDS: usize = 6;
/// At most this many products are offered to choose from.
const MAX_CHOICES: usize = 5;

/// Adds an item: a line when product and quantity are certain, an open item otherwise. Whether it became a line.
pub fn add(draft: &mut Draft, item: &ItemMention, catalogue: &Catalogue) -> bool {
    let wanted = match (&item.resolution, item.unavailable) {
        (Resolution::Product(id), _) => Wanted::Product(*id),
        (Resolution::Ambiguous(several), _) => Wanted::OneOf(several.clone()),
        (Resolution::Unknown, Some(id)) => Wanted::Gone(id),
        (Resolution::Unknown, None) => Wanted::Unknown,
    };
    let open = OpenItem { text: item.text.clone(), quantity: item.quantity.clone(), wanted };
    // The same words again do not ask twice.
    if draft.open.iter().any(|o| o.text == open.text) {
        return false;
    }
    settle(draft, open, catalogue)
}

/// Makes a line of an open item when nothing is missing any more; keeps it open otherwise.
fn settle(draft: &mut Draft, open: OpenItem, catalogue: &Catalogue) -> bool {
    let units = match (&open.wanted, &open.quantity) {
        (Wanted::Product(id), Some(quantity)) => {
            catalogue.product(*id).and_then(|p| Some((*id, quantity.units(&p.details)?)))
        }
        _ => None,
    };
    match units {
        Some((id, n)) => draft.add(id, n),
        None => draft.open.push(open),
    }
    units.is_some()
}

/// A number whose product was not said: asked about, because it may be a quantity.
pub fn add_number(draft: &mut Draft, number: &str) {
    let quantity = number.replace(',', "").parse().ok().map(Quantity::Units);
    if !draft.open.iter().any(|open| open.text == number) {
        draft.open.push(OpenItem { text: number.to_owned(), quantity, wanted: Wanted::Unsaid });
    }
}

/// "Skip the widgets", of a piece that was asked about.
pub fn dismissed(draft: &mut Draft, text: &str) -> bool {
    const DISMISSES: [&str; 8] = ["skip", "without", "no", "forget", "remove", "drop", "leave", "ignore"];
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let Some((_, rest)) = words.split_first().filter(|(first, _)| DISMISSES.contains(first)) else {
        return false;
    };
    if rest.iter().any(|word| word.bytes().all(|b| b.is_ascii_digit())) {
        return false;
    }
    let before = draft.open.len();
    draft.open.retain(|open| {
        let named = open.text.to_lowercase();
        !named.split(|c: char| !c.is_alphanumeric()).any(|word| word.len() > 2 && rest.contains(&word))
    });
    draft.open.len() < before
}

/// A reply to what was asked about the first open item: which product, or how many.
pub fn answered(draft: &mut Draft, asked: Option<&Awaiting>, text: &str, catalogue: &Catalogue) -> bool {
    let Some(open) = draft.open.first().cloned() else { return false };
    let answer = match (asked, &open.wanted) {
        (Some(Awaiting::Quantity), Wanted::Product(id)) => {
            how_many(text, *id, catalogue).map(|n| OpenItem { quantity: Some(Quantity::Units(n)), ..open })
        }
        (Some(Awaiting::Product), wanted) => {
            which(text, wanted, catalogue).map(|id| OpenItem { wanted: Wanted::Product(id), ..open })
        }
        _ => None,
    };
    let Some(answer) = answer else { return false };
    draft.open.remove(0);
    // What is still open of it is asked next, before the others.
    if !settle(draft, answer, catalogue) {
        draft.open.rotate_right(1);
    }
    true
}

/// "Yes" to the only product that was offered for the first open item.
pub fn accepted(draft: &mut Draft, catalogue: &Catalogue) -> bool {
    let Some(OpenItem { wanted: Wanted::OneOf(several), .. }) = draft.open.first() else { return false };
    let [one] = several.as_slice() else { return false };
    let answer = OpenItem { wanted: Wanted::Product(*one), ..draft.open[0].clone() };
    draft.open.remove(0);
    if !settle(draft, answer, catalogue) {
        draft.open.rotate_right(1);
    }
    true
}

/// Units of a known product: "200", "2 bundles", "a dozen". `None` when it can not be told.
pub fn how_many(text: &str, product: ProductId, catalogue: &Catalogue) -> Option<u32> {
    let details = &catalogue.product(product)?.details;
    // Read as an order of this product, so that packs and number words mean the same as in one.
    let message = format!("{text} {}", details.sku.as_str());
    let parsed =
        order::parse(&message, &catalogue.product_index, &catalogue.outlet_index, &ParseOptions::default());
    // "One north" names a place and counts nothing.
    if parsed.outlet != OutletMention::None {
        return None;
    }
    if let [item] = parsed.items.as_slice()
        && item.resolution == Resolution::Product(product)
        && let Some(quantity) = &item.quantity
    {
        return quantity.units(details);
    }
    let mut counts = tokens(text).into_iter().filter_map(|t| match t.kind {
        Kind::Number(n) if n.fract() == 0.0 && n >= 1.0 && n <= f64::from(u32::MAX) => Some(n as u32),
        _ => None,
    });
    counts.next().filter(|_| counts.next().is_none() && text.split_whitespace().count() == 1)
}

/// The product that a reply chooses, among those offered or by its own name.
fn which(text: &str, wanted: &Wanted, catalogue: &Catalogue) -> Option<ProductId> {
    let index = &catalogue.product_index;
    let offered: &[ProductId] = match wanted {
        Wanted::OneOf(several) => several,
        _ => &[],
    };
    if let Some(chosen) = edit::choose(text, offered, index) {
        return Some(chosen);
    }
    // Another product than those offered, when nothing else is said.
    if text.split_whitespace().count() > MAX_NAME_WORDS {
        return None;
    }
    let (words, sizes) = index.phrase(text);
    match index.resolve(&words, &sizes, &HashSet::new()).0 {
        Resolution::Product(id) => Some(id),
        _ => None,
    }
}

impl Engine {
    /// The question for an open item, and what is waited for then.
    pub(super) fn ask_open(&self, turn: &Turn<'_>, open: &OpenItem) -> (String, Awaiting) {
        let p = &turn.rules.phrases;
        let name = |id: &ProductId| {
            turn.catalogue.product(*id).map_or(open.text.as_str(), |product| product.details.name.as_str())
        };
        match (&open.wanted, &open.quantity) {
            (Wanted::Product(id), Some(Quantity::Packs(_, pack))) => {
                (fill(&p.ask_pack, &[("item", name(id)), ("pack", pack)]), Awaiting::Quantity)
            }
            (Wanted::Product(id), _) => (fill(&p.ask_quantity, &[("item", name(id))]), Awaiting::Quantity),
            (Wanted::Gone(id), _) => (fill(&p.ask_product_gone, &[("item", name(id))]), Awaiting::Product),
            (Wanted::Unsaid, _) => {
                let example = self.example(turn, &turn.state.draft().unwrap_or_default());
                let values = [("number", open.text.as_str()), ("example", &example)];
                (fill(&p.ask_number, &values), Awaiting::Product)
            }
            (Wanted::Unknown, _) => {
                (fill(&p.ask_product_unknown, &[("item", &open.text)]), Awaiting::Product)
            }
            (Wanted::OneOf(several), _) => match several.as_slice() {
                [one] => {
                    let values = [("item", open.text.as_str()), ("name", name(one))];
                    (fill(&p.ask_product_one, &values), Awaiting::Product)
                }
                several => (self.choice(turn, &open.text, several), Awaiting::Product),
            },
        }
    }

    fn choice(&self, turn: &Turn<'_>, item: &str, products: &[ProductId]) -> String {
        let mut lines = vec![fill(&turn.rules.phrases.ask_product_choice, &[("item", item)])];
        let names = products.iter().filter_map(|id| turn.catalogue.product(*id)).take(MAX_CHOICES);
        lines.extend(names.enumerate().map(|(i, product)| {
            format!("{}. {}", i + 1, price_line(product, &turn.rules.rules, &turn.rules.phrases))
        }));
        lines.join("\n")
    }
}
