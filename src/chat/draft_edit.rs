//! Changes a draft by what was said: new items, other quantities, products taken out, an outlet, haste, notes.

use super::engine::Turn;
use super::open_items;
use super::state::Awaiting;
use crate::domain::ids::{OutletId, ProductId};
use crate::nlu::edit::Edit;
use crate::nlu::order::{OutletMention, ParsedOrder, Resolution};
use crate::orders::Draft;

/// Longest instruction that is kept, in characters.
const MAX_NOTES: usize = 500;

/// What became of the words.
#[derive(Debug, Default)]
pub struct Heard {
    /// Whether they were about the order at all.
    pub understood: bool,
    /// The words of items whose quantity or product was taken from another item, to be read back.
    pub assumed: Vec<String>,
    /// Outlets that the words fit equally.
    pub outlet_choice: Vec<OutletId>,
    /// A name that no outlet has.
    pub outlet_unknown: Option<String>,
    /// How many products the matching looked at.
    pub candidates_looked_at: usize,
}

/// What was said, as far as it is about an order.
pub struct Said<'a> {
    /// The words.
    pub text: &'a str,
    /// The pieces of an order in them.
    pub order: &'a ParsedOrder,
    /// Changes of the draft's lines in them.
    pub edits: &'a [Edit],
}

/// Applies what was said to the draft.
pub fn apply(draft: &mut Draft, turn: &Turn<'_>, said: &Said<'_>) -> Heard {
    let Said { text, order, edits } = *said;
    let mut heard = Heard { candidates_looked_at: order.candidates_looked_at, ..Heard::default() };
    apply_outlet(draft, turn, text, order, &mut heard);
    if order.is_urgent {
        draft.is_urgent = true;
        heard.understood = true;
    }
    heard.understood |= order.wants_usual;
    if !order.notes.is_empty() {
        let notes = [draft.notes.as_str(), order.notes.as_str()].map(str::trim);
        let joined: Vec<&str> = notes.into_iter().filter(|n| !n.is_empty()).collect();
        draft.notes = joined.join("; ").chars().take(MAX_NOTES).collect();
        heard.understood = true;
    }
    if let Some(Awaiting::Bundle(product)) = turn.before.awaiting
        && edits.is_empty()
        && let Some(units) = open_items::how_many(text, ProductId(product), &turn.catalogue)
    {
        draft.set(ProductId(product), units);
        heard.understood = true;
        return heard;
    }
    if open_items::dismissed(draft, text)
        || open_items::answered(draft, turn.before.awaiting.as_ref(), text, &turn.catalogue)
    {
        heard.understood = true;
        return heard;
    }
    if !edits.is_empty() {
        edits.iter().for_each(|edit| change(draft, edit));
        heard.understood = true;
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
    for number in &order.unexplained_numbers {
        open_items::add_number(draft, number);
    }
    heard
}

fn apply_outlet(draft: &mut Draft, turn: &Turn<'_>, text: &str, order: &ParsedOrder, heard: &mut Heard) {
    // A caller that stands for one outlet orders for that one, whatever is written.
    // A placed order stays with its outlet.
    if turn.ask.principal.outlet.is_some() || draft.amends.is_some() {
        return;
    }
    match &order.outlet {
        OutletMention::Outlet(id) => {
            heard.understood = true;
            draft.outlet = Some(*id);
        }
        OutletMention::Ambiguous(several) => {
            let offered = match &turn.before.awaiting {
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
    let Some(Awaiting::Outlet(offered)) = &turn.before.awaiting else { return };
    if let Some(id) = chosen_place(text).and_then(|at| offered.get(at)) {
        draft.outlet = Some(OutletId(*id));
        heard.understood = true;
    }
}

/// "The second", "2": which of what was offered, from 0.
pub fn chosen_place(text: &str) -> Option<usize> {
    let lower = text.to_lowercase();
    let place = ["first", "second", "third", "fourth"].iter().position(|p| lower.contains(p));
    place.or_else(|| lower.trim().parse::<usize>().ok()?.checked_sub(1))
}

fn change(draft: &mut Draft, edit: &Edit) {
    match *edit {
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
