//! Changes a draft by what was said: new items, other quantities, products taken out, an outlet, haste, notes.

use super::engine::Turn;
use super::state::Awaiting;
use super::understand::Understood;
use crate::domain::ids::{OutletId, ProductId};
use crate::nlu::edit::{self, Edit};
use crate::nlu::order::{ItemMention, OutletMention, Quantity, Resolution};
use crate::nlu::text::{Kind, tokens};
use crate::orders::{Catalogue, Draft, OpenItem};

/// Longest instruction that is kept, in characters.
const MAX_NOTES: usize = 500;

/// What became of the words.
#[derive(Debug, Default)]
pub struct Heard {
    /// Whether they were about the order at all.
    pub understood: bool,
    /// "The usual": the outlet's last order is meant.
    pub wants_usual: bool,
    /// A number that stands for nothing known.
    pub unexplained_number: Option<String>,
    /// Outlets that the words fit equally.
    pub outlet_choice: Vec<OutletId>,
    /// A name that no outlet has.
    pub outlet_unknown: Option<String>,
    /// How many products the matching looked at.
    pub candidates_looked_at: usize,
}

/// Applies what was said to the draft.
pub fn apply(draft: &mut Draft, turn: &Turn<'_>, understood: &Understood) -> Heard {
    let order = &understood.order;
    let mut heard = Heard {
        wants_usual: order.wants_usual,
        candidates_looked_at: order.candidates_looked_at,
        ..Heard::default()
    };
    apply_outlet(draft, turn, understood, &mut heard);
    if order.is_urgent {
        draft.is_urgent = true;
        heard.understood = true;
    }
    if !order.notes.is_empty() {
        let notes = [draft.notes.as_str(), order.notes.as_str()].map(str::trim);
        let joined: Vec<&str> = notes.into_iter().filter(|n| !n.is_empty()).collect();
        draft.notes = joined.join("; ").chars().take(MAX_NOTES).collect();
        heard.understood = true;
    }
    if answers_question(draft, turn, &understood.text) {
        heard.understood = true;
        return heard;
    }
    let lines: Vec<ProductId> = draft.lines.iter().map(|l| l.product).collect();
    let edits = if lines.is_empty() {
        Vec::new()
    } else {
        edit::changes(&understood.text, &lines, &turn.catalogue.product_index)
    };
    if !edits.is_empty() {
        edits.into_iter().for_each(|e| change(draft, e));
        heard.understood = true;
        return heard;
    }
    for item in &order.items {
        add(draft, item, &turn.catalogue);
        heard.understood = true;
    }
    for without in &order.without {
        if let Resolution::Product(id) = without {
            draft.set(*id, 0);
        }
    }
    heard.unexplained_number = order.unexplained_numbers.first().cloned();
    heard
}

fn apply_outlet(draft: &mut Draft, turn: &Turn<'_>, understood: &Understood, heard: &mut Heard) {
    // A caller that stands for one outlet orders for that one, whatever is written.
    if turn.ask.principal.outlet.is_some() {
        return;
    }
    match &understood.order.outlet {
        OutletMention::Outlet(id) => {
            heard.understood = true;
            draft.outlet = Some(*id);
        }
        OutletMention::Ambiguous(several) => {
            let offered = match &turn.state.awaiting {
                Some(Awaiting::Outlet(rows)) => rows.as_slice(),
                _ => &[],
            };
            let left: Vec<OutletId> = several.iter().filter(|id| offered.contains(&id.0)).copied().collect();
            if draft.outlet.is_some_and(|known| several.contains(&known)) {
                return;
            }
            match left.as_slice() {
                [one] => draft.outlet = Some(*one),
                _ => heard.outlet_choice.clone_from(several),
            }
            heard.understood = true;
        }
        OutletMention::Unknown(name) if draft.outlet.is_none() => heard.outlet_unknown = Some(name.clone()),
        OutletMention::Unknown(_) | OutletMention::None => chosen_outlet(draft, turn, understood, heard),
    }
}

/// "The second": one of the outlets that were offered.
fn chosen_outlet(draft: &mut Draft, turn: &Turn<'_>, understood: &Understood, heard: &mut Heard) {
    let Some(Awaiting::Outlet(offered)) = &turn.state.awaiting else { return };
    let lower = understood.text.to_lowercase();
    let place = ["first", "second", "third", "fourth"].iter().position(|p| lower.contains(p));
    let number = lower.trim().parse::<usize>().ok().and_then(|n| n.checked_sub(1));
    if let Some(id) = place.or(number).and_then(|at| offered.get(at)) {
        draft.outlet = Some(OutletId(*id));
        heard.understood = true;
    }
}

/// A reply to what was asked about the first open item: which product, or how many.
fn answers_question(draft: &mut Draft, turn: &Turn<'_>, text: &str) -> bool {
    let Some(open) = draft.open.first().cloned() else { return false };
    match &turn.state.awaiting {
        Some(Awaiting::Quantity) => {
            let counts: Vec<u32> = tokens(text)
                .into_iter()
                .filter_map(|t| match t.kind {
                    Kind::Number(n) if n.fract() == 0.0 && n >= 1.0 && n <= f64::from(u32::MAX) => {
                        Some(n as u32)
                    }
                    _ => None,
                })
                .collect();
            let ([n], [product]) = (counts.as_slice(), open.candidates.as_slice()) else { return false };
            draft.open.remove(0);
            draft.add(*product, *n);
            true
        }
        Some(Awaiting::Product) => {
            let index = &turn.catalogue.product_index;
            let chosen = edit::choose(text, &open.candidates, index);
            let other = || {
                let (words, sizes) = index.phrase(text);
                match index.resolve(&words, &sizes, &std::collections::HashSet::new()).0 {
                    Resolution::Product(id) => Some(id),
                    _ => None,
                }
            };
            let Some(product) = chosen.or_else(other) else { return false };
            draft.open.remove(0);
            match open.quantity {
                Some(n) => draft.add(product, n),
                None => draft.open.insert(0, OpenItem { candidates: vec![product], ..open }),
            }
            true
        }
        _ => false,
    }
}

fn change(draft: &mut Draft, edit: Edit) {
    match edit {
        Edit::SetQuantity(Some(product), n) => draft.set(product, n),
        // "Make it 300" means the line spoken of last.
        Edit::SetQuantity(None, n) => {
            if let Some(last) = draft.lines.last_mut() {
                last.quantity = n;
            }
        }
        Edit::Remove(product) => draft.set(product, 0),
        Edit::Scale(by) => {
            for line in &mut draft.lines {
                let scaled = (f64::from(line.quantity) * by).ceil();
                line.quantity = scaled.clamp(1.0, f64::from(u32::MAX)) as u32;
            }
        }
        Edit::Replace(old, new) => {
            if let Some(line) = draft.lines.iter_mut().find(|l| l.product == old) {
                line.product = new;
            }
        }
    }
}

/// Adds an item: a line when product and quantity are certain, an open item otherwise.
fn add(draft: &mut Draft, item: &ItemMention, catalogue: &Catalogue) {
    let (quantity, candidates) = match &item.resolution {
        Resolution::Product(id) => (units(item.quantity.as_ref(), *id, catalogue), vec![*id]),
        Resolution::Ambiguous(several) => {
            // Packs can only be counted once the product is known; the first candidate's size stands for all.
            let first = several.first().copied();
            (first.and_then(|id| units(item.quantity.as_ref(), id, catalogue)), several.clone())
        }
        Resolution::Unknown => (
            match item.quantity {
                Some(Quantity::Units(n)) => Some(n),
                _ => None,
            },
            Vec::new(),
        ),
    };
    match (&item.resolution, quantity) {
        (Resolution::Product(id), Some(n)) => draft.add(*id, n),
        _ => {
            // The same words again do not ask twice.
            if !draft.open.iter().any(|o| o.text == item.text) {
                draft.open.push(OpenItem { text: item.text.clone(), quantity, candidates });
            }
        }
    }
}

/// Units of a quantity: a pack counts as many as the product's bundle holds, or one when the product is sold
/// by that pack. `None` when the catalogue does not say how many are in one.
fn units(quantity: Option<&Quantity>, product: ProductId, catalogue: &Catalogue) -> Option<u32> {
    match quantity? {
        Quantity::Units(n) => Some(*n),
        Quantity::Packs(n, pack) => {
            let details = &catalogue.product(product)?.details;
            let unit = crate::nlu::text::stem(&details.unit.to_lowercase());
            if unit == *pack || (unit == "ctn" && pack == "carton") || (unit == "carton" && pack == "ctn") {
                return Some(*n);
            }
            if details.bundle_size > 1 { n.checked_mul(details.bundle_size) } else { None }
        }
    }
}
