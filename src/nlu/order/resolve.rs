//! Finds the product of each item, with the help of what stands around it.

use std::collections::HashSet;

use super::atoms::Joint;
use super::items::Draft;
use super::{ItemMention, ParseOptions, Quantity};
use crate::domain::ids::ProductId;
use crate::nlu::lexicon;
use crate::nlu::matcher::{ProductIndex, Query, Resolution, decide};

/// Items with what was looked at on the way.
pub struct Resolver<'a> {
    /// The catalogue.
    pub products: &'a ProductIndex,
    /// What the caller knows.
    pub options: &'a ParseOptions,
    /// The message.
    pub source: &'a str,
    /// How many products were looked at.
    pub looked_at: usize,
}

/// What came of one item.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) resolution: Resolution,
    /// Whether the pack's word named the product, so that it counts no packs.
    pub(super) pack_is_product: bool,
    /// A pack that stood among the thing's words.
    pub(super) pack: Option<String>,
    /// Whether the words of another item were needed and settled it.
    pub(super) borrowed_from: Option<usize>,
    pub(super) assumed: bool,
}

impl Resolver<'_> {
    /// The items of a message. Headings and what only named the thing for others are no items.
    pub fn items(&mut self, drafts: &[Draft], without: &[Query]) -> Vec<ItemMention> {
        let weighed = self.weigh(drafts);
        let drafts = weighed.as_slice();
        let mut found: Vec<Found> = (0..drafts.len()).map(|i| self.find(drafts, i)).collect();
        self.narrow_by_neighbours(drafts, &mut found);
        self.narrow_by_list(drafts, &mut found);
        for (draft, found) in drafts.iter().zip(&mut found) {
            if let Some(id) = product(found).filter(|id| without.iter().any(|w| self.refused(*id, w, draft)))
            {
                found.resolution = self.products.with_neighbours(id);
            }
        }
        let completed = self.complete(drafts, &mut found);
        let lent = lenders(drafts, &found);
        let resolved: HashSet<ProductId> = (0..drafts.len())
            .filter(|i| drafts[*i].count.is_some())
            .filter_map(|i| product(&found[i]))
            .collect();
        let totals = totals(drafts, &mut found);
        let mut items = Vec::new();
        for (i, draft) in drafts.iter().enumerate() {
            // "Knives - none": said not to be wanted.
            if draft.count.as_ref().is_some_and(|c| c.n == 0.0 && c.pack.is_none()) {
                continue;
            }
            if completed.contains(&i)
                || totals.contains(&i)
                || (draft.says.heading && !self.left_open(drafts, &found, i))
                || (lent.contains(&i) && draft.count.is_none())
            {
                continue;
            }
            let only_asked =
                draft.says.asked && (draft.query.sizes.is_empty() || product(&found[i]).is_some());
            if draft.count.is_none()
                && !draft.says.usual
                && (only_asked || refers_back(&found[i], draft, &resolved))
            {
                continue;
            }
            if draft.describes()
                || (draft.unknown.any && draft.count.is_some())
                || draft.says.usual && draft.unknown.any
            {
                items.push(self.item(draft, &found[i]));
            }
        }
        items
    }

    /// "4 cartons of A4 paper, the 80 gsm type": what follows without a count says which. Gives what was used up.
    fn complete(&mut self, drafts: &[Draft], found: &mut [Found]) -> HashSet<usize> {
        let mut used = HashSet::new();
        for i in 1..drafts.len() {
            let (draft, last) = (&drafts[i], &drafts[i - 1]);
            let open = last.count.is_some() && last.sku.is_none() && product(&found[i - 1]).is_none();
            if !open
                || draft.count.is_some()
                || draft.joint != Joint::Comma
                || draft.names_thing()
                || !draft.describes()
            {
                continue;
            }
            let mut query = last.query.clone();
            query.words.splice(0..0, draft.query.words.iter().cloned());
            query.sizes.extend(draft.query.sizes.iter().cloned());
            if let Resolution::Product(id) = self.ask(&query) {
                found[i - 1].resolution = self.doubt(Resolution::Product(id), last);
                used.insert(i);
            }
        }
        used
    }

    /// A heading that is one product, and that nothing after it is a kind of: its count was lost on the way.
    fn left_open(&self, drafts: &[Draft], found: &[Found], at: usize) -> bool {
        let Some(id) = product(&found[at]) else { return false };
        let words = self.products.head_words(id);
        let own = (at + 1..drafts.len()).take_while(|j| !drafts[*j].says.heading);
        let of_it = |j: usize| match found[j].resolution.clone() {
            Resolution::Product(other) => {
                other == id || words.iter().any(|w| self.products.label_has(other, w))
            }
            Resolution::Ambiguous(_) => true,
            Resolution::Unknown => false,
        };
        !own.into_iter().any(|j| found[j].borrowed_from == Some(at) || of_it(j))
    }

    /// "Cod, no salt": whether a product chosen has what was refused and not asked for.
    fn refused(&self, id: ProductId, without: &Query, draft: &Draft) -> bool {
        let unasked = |w: &String| self.products.label_has(id, w) && !draft.query.words.contains(w);
        draft.sku.is_none()
            && without.sizes.is_empty()
            && !without.words.is_empty()
            && without.words.iter().all(unasked)
    }

    pub(super) fn ask(&mut self, query: &Query) -> Resolution {
        let (resolution, looked_at) = self.products.ask(query);
        self.looked_at += looked_at;
        resolution
    }

    pub(super) fn find(&mut self, drafts: &[Draft], i: usize) -> Found {
        let draft = &drafts[i];
        let plain = |resolution| Found {
            resolution,
            pack_is_product: false,
            pack: None,
            borrowed_from: None,
            assumed: false,
        };
        if let Some(id) = draft.sku {
            return plain(if self.products.is_active(id) {
                Resolution::Product(id)
            } else {
                Resolution::Unknown
            });
        }
        if !draft.describes() {
            return plain(Resolution::Unknown);
        }
        if let Some(found) = self.with_pack_word(drafts, i) {
            return found;
        }
        if draft.names_thing() {
            if let Some(found) = self.of_heading(drafts, i, true) {
                return found;
            }
            let own = self.ask(&draft.query);
            if let Resolution::Product(id) = own {
                // "Croissants? 48 butter": butter is sold as well.
                let spoken_of = self.of_heading(drafts, i, false).and_then(|f| product(&f));
                return match spoken_of.filter(|other| *other != id) {
                    Some(other) => plain(Resolution::Ambiguous(vec![other, id])),
                    None => plain(self.doubt(own, draft)),
                };
            }
            let fits = self.fits(&own, &draft.query);
            if !fits && let Some(found) = self.without_pack_word(drafts, i) {
                return found;
            }
            if let Some(found) =
                self.of_heading(drafts, i, true).or_else(|| (!fits).then(|| self.borrow(drafts, i)).flatten())
            {
                return found;
            }
            return plain(own);
        }
        if let Some(found) = self.borrow(drafts, i) {
            return found;
        }
        // Only a size: it is enough when the whole catalogue has it once.
        let own = self.ask(&draft.query);
        let only_colour = draft.query.sizes.is_empty()
            && draft.query.words.iter().all(|w| lexicon::PLAIN_VARIANTS.contains(w));
        match own {
            Resolution::Product(id) if only_colour => plain(self.products.with_neighbours(id)),
            own => plain(self.doubt(own, draft)),
        }
    }

    /// Whether these products have everything that was asked for, or are only the nearest.
    pub(super) fn fits(&self, resolution: &Resolution, query: &Query) -> bool {
        match resolution {
            Resolution::Ambiguous(ids) => ids.first().is_some_and(|id| {
                query.words.iter().all(|w| self.products.label_has(*id, w))
                    && query
                        .sizes
                        .iter()
                        .all(|s| self.products.sizes_of(*id).iter().any(|own| own.same_as(s)))
            }),
            Resolution::Product(_) => true,
            Resolution::Unknown => false,
        }
    }

    /// Words that the catalogue does not know may make it another thing: "pizza cutters", "blue trays". A guess at
    /// the spelling of one short word is no certainty either.
    fn doubt(&self, resolution: Resolution, draft: &Draft) -> Resolution {
        let Resolution::Product(id) = resolution else { return resolution };
        let alone = draft.query.words.len() == 1 && draft.query.sizes.is_empty();
        // "Red label yeast", where the description says "red label".
        let described = draft.unknown.before
            && !draft.unknown.after
            && !draft.unknown.telling
            && !draft.strange.is_empty()
            && draft.strange.iter().all(|w| self.products.is_around(id, w));
        let doubtful = (draft.unknown.doubtful() && !described) || (!draft.sure && alone);
        if doubtful { self.products.with_neighbours(id) } else { Resolution::Product(id) }
    }

    fn item(&mut self, draft: &Draft, found: &Found) -> ItemMention {
        let mut resolution = decide(found.resolution.clone(), &self.options.usual);
        if found.borrowed_from.is_some() {
            resolution = self.doubt(resolution, draft);
        }
        let text = self.source.get(draft.start..draft.end).unwrap_or_default().trim().to_owned();
        let mut unavailable = None;
        if !matches!(resolution, Resolution::Product(_)) {
            unavailable = match draft.sku {
                Some(id) => Some(id),
                None => self.products.unavailable(&draft.query),
            };
            if unavailable.is_some() {
                resolution = Resolution::Unknown;
            }
        }
        if let Some(one) = self.sold_by(&resolution, draft, found) {
            resolution = Resolution::Product(one);
        }
        let quantity = self.quantity(draft, found, &resolution);
        ItemMention {
            text,
            quantity,
            resolution,
            assumed: draft.assumed || found.assumed,
            usual: draft.says.usual,
            unavailable,
        }
    }

    /// "Two drums of oil": of several that fit, the only one that is sold in drums.
    fn sold_by(&self, resolution: &Resolution, draft: &Draft, found: &Found) -> Option<ProductId> {
        let Resolution::Ambiguous(several) = resolution else { return None };
        let pack = found.pack.as_ref().or(draft.count.as_ref()?.pack.as_ref())?;
        let certain = self.fits(resolution, &draft.query) && draft.names_thing();
        if found.pack_is_product || draft.unknown.doubtful() || !certain {
            return None;
        }
        let mut sold = several.iter().filter(|id| self.products.is_sold_by(**id, pack));
        sold.next().copied().filter(|_| sold.next().is_none() && several.len() < MAX_COMPARED)
    }

    fn quantity(&self, draft: &Draft, found: &Found, resolution: &Resolution) -> Option<Quantity> {
        let count = draft.count.as_ref().filter(|c| !c.range && !draft.says.told)?;
        let n = whole(count.n)?;
        let quantity = match found.pack.as_ref().or(count.pack.as_ref()) {
            Some(pack) if !found.pack_is_product => Quantity::Packs(n, pack.clone()),
            _ => Quantity::Units(n),
        };
        // "500 forks", sold by the pack of 100: of forks or of packs?
        if let (Quantity::Units(n), Resolution::Product(id)) = (&quantity, resolution)
            && draft.sku.is_none()
            && !draft.query.words.iter().any(|w| self.products.is_sold_by(*id, w))
            && self.products.counts_things_from(*id).is_some_and(|from| *n >= from)
        {
            return None;
        }
        // "2 cartons (300 pcs)": both must come to the same.
        if let Some(check) = &draft.check {
            let said = whole(check.n).map(|n| match &check.pack {
                Some(pack) => Quantity::Packs(n, pack.clone()),
                None => Quantity::Units(n),
            })?;
            let Resolution::Product(id) = resolution else { return None };
            let agree = self.products.units_of(*id, &quantity) == self.products.units_of(*id, &said);
            return agree.then_some(quantity);
        }
        Some(quantity)
    }
}

pub(super) fn product(found: &Found) -> Option<ProductId> {
    match found.resolution {
        Resolution::Product(id) => Some(id),
        _ => None,
    }
}

/// A list as long as this may have been cut short.
const MAX_COMPARED: usize = 5;

/// A positive whole number that an order can hold.
pub fn whole(n: f64) -> Option<u32> {
    (n.fract() == 0.0 && n >= 1.0 && n <= f64::from(u32::MAX)).then_some(n as u32)
}

/// Items without a count whose words others borrowed: they only named the thing.
fn lenders(drafts: &[Draft], found: &[Found]) -> HashSet<usize> {
    (0..drafts.len()).filter(|i| drafts[*i].count.is_some()).filter_map(|i| found[i].borrowed_from).collect()
}

/// A thing without a count that was ordered elsewhere in the message is only spoken of.
fn refers_back(found: &Found, draft: &Draft, resolved: &HashSet<ProductId>) -> bool {
    match &found.resolution {
        Resolution::Product(id) => resolved.contains(id),
        Resolution::Ambiguous(ids) => {
            draft.query.sizes.is_empty() && ids.iter().any(|id| resolved.contains(id))
        }
        Resolution::Unknown => false,
    }
}

/// Sums that are broken down after them: "100 muffins (50 blueberry, 50 choc chip)". What the sum counts, its
/// parts count as well.
fn totals(drafts: &[Draft], found: &mut [Found]) -> HashSet<usize> {
    let mut sums = HashSet::new();
    for i in 0..drafts.len() {
        let Resolution::Ambiguous(_) = found[i].resolution else { continue };
        let Some(total) = drafts[i].count.as_ref() else { continue };
        let (mut sum, mut parts) = (0.0, Vec::new());
        for j in i + 1..drafts.len().min(i + 12) {
            let part = drafts[j].count.as_ref().filter(|c| c.pack.is_none() || c.pack == total.pack);
            let Some(count) = part.filter(|_| product(&found[j]).is_some()) else { break };
            sum += count.n;
            parts.push(j);
            if sum >= total.n {
                break;
            }
        }
        if parts.len() >= 2 && (sum - total.n).abs() < f64::EPSILON {
            sums.insert(i);
            parts.into_iter().for_each(|j| found[j].pack.clone_from(&total.pack));
        }
    }
    sums
}
