//! Changes a draft by what was said: new items, other quantities, products taken out, an outlet, haste, notes.

use super::engine::Turn;
use super::open_items;
use super::state::Awaiting;
use crate::domain::ids::{OutletId, ProductId};
use crate::nlu::edit::{self, Edit};
use crate::nlu::order::{OutletMention, ParsedOrder, Resolution};
use crate::orders::Draft;

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
    /// The words of items whose quantity or product was taken from another item, to be read back.
    pub assumed: Vec<String>,
    /// Outlets that the words fit equally.
    pub outlet_choice: Vec<OutletId>,
    /// A name that no outlet has.
    pub outlet_unknown: Option<String>,
    /// How many products the matching looked at.
    pub candidates_looked_at: usize,
}

/// Applies what was said to the draft.
pub fn apply(draft: &mut Draft, turn: &Turn<'_>, text: &str, order: &ParsedOrder) -> Heard {
    let mut heard = Heard {
        wants_usual: order.wants_usual,
        candidates_looked_at: order.candidates_looked_at,
        ..Heard::default()
    };
    apply_outlet(draft, turn, text, order, &mut heard);
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
    if open_items::answered(draft, turn, text) {
        heard.understood = true;
        return heard;
    }
    let lines: Vec<ProductId> = draft.lines.iter().map(|l| l.product).collect();
    let edits = if lines.is_empty() {
        Vec::new()
    } else {
        edit::changes(text, &lines, &turn.catalogue.product_index)
    };
    if !edits.is_empty() {
        edits.into_iter().for_each(|e| change(draft, e));
        heard.understood = true;
        return heard;
    }
    for item in &order.items {
        if open_items::add(draft, item, &turn.catalogue) && item.assumed {
            heard.assumed.push(item.text.clone());
        }
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

fn apply_outlet(draft: &mut Draft, turn: &Turn<'_>, text: &str, order: &ParsedOrder, heard: &mut Heard) {
    // A caller that stands for one outlet orders for that one, whatever is written.
    if turn.ask.principal.outlet.is_some() {
        return;
    }
    match &order.outlet {
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
        OutletMention::Unknown(_) | OutletMention::None => chosen_outlet(draft, turn, text, heard),
    }
}

/// "The second": one of the outlets that were offered.
fn chosen_outlet(draft: &mut Draft, turn: &Turn<'_>, text: &str, heard: &mut Heard) {
    let Some(Awaiting::Outlet(offered)) = &turn.state.awaiting else { return };
    let lower = text.to_lowercase();
    let place = ["first", "second", "third", "fourth"].iter().position(|p| lower.contains(p));
    let number = lower.trim().parse::<usize>().ok().and_then(|n| n.checked_sub(1));
    if let Some(id) = place.or(number).and_then(|at| offered.get(at)) {
        draft.outlet = Some(OutletId(*id));
        heard.understood = true;
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
