//! Finds the product of each item, with the help of what stands around it.

use std::collections::HashSet;

use super::atoms::Joint;
use super::items::Draft;
use super::{ItemMention, ParseOptions, Quantity};
use crate::domain::ids::ProductId;
use crate::nlu::lexicon;
use crate::nlu::matcher::{ProductIndex, Query, Resolution, decide};

/// Items with what was looked at on the way.
pub struct Resolver<'a, 'o> {
    /// The catalogue.
    pub products: &'a ProductIndex,
    /// What the caller knows.
    pub options: &'a ParseOptions<'o>,
    /// The message.
    pub source: &'a str,
    /// How many products were looked at.
    pub looked_at: usize,
}

/// What came of one item.
#[derive(Debug, Clone)]
struct Found {
    resolution: Resolution,
    /// Whether the pack's word named the product, so that it counts no packs.
    pack_is_product: bool,
    /// A pack that stood among the thing's words.
    pack: Option<String>,
    /// Whether the words of another item were needed and settled it.
    borrowed_from: Option<usize>,
    assumed: bool,
}

/// How far around an item its missing words are looked for.
const REACH: usize = 40;

impl Resolver<'_, '_> {
    /// The items of a message. Headings and what only named the thing for others are no items.
    pub fn items(&mut self, drafts: &[Draft]) -> Vec<ItemMention> {
        let mut found: Vec<Found> = (0..drafts.len()).map(|i| self.find(drafts, i)).collect();
        self.narrow_by_neighbours(drafts, &mut found);
        let lent = lenders(drafts, &found);
        let resolved: HashSet<ProductId> = (0..drafts.len())
            .filter(|i| drafts[*i].count.is_some())
            .filter_map(|i| product(&found[i]))
            .collect();
        let totals = totals(drafts, &mut found);
        let mut items = Vec::new();
        for (i, draft) in drafts.iter().enumerate() {
            if draft.says.heading || totals.contains(&i) || (lent.contains(&i) && draft.count.is_none()) {
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

    fn ask(&mut self, query: &Query) -> Resolution {
        let (resolution, looked_at) = self.products.ask(query);
        self.looked_at += looked_at;
        resolution
    }

    fn find(&mut self, drafts: &[Draft], i: usize) -> Found {
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
            let own = self.ask(&draft.query);
            if matches!(own, Resolution::Product(_)) {
                return plain(self.doubt(own, draft));
            }
            let fits = self.fits(&own, &draft.query);
            if !fits && let Some(found) = self.without_pack_word(drafts, i) {
                return found;
            }
            if let Some(found) =
                self.from_heading(drafts, i).or_else(|| (!fits).then(|| self.borrow(drafts, i)).flatten())
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
        let only_colour = draft.query.sizes.is_empty();
        match own {
            Resolution::Product(id) if only_colour => plain(self.products.with_neighbours(id)),
            own => plain(own),
        }
    }

    /// Whether these products have everything that was asked for, or are only the nearest.
    fn fits(&self, resolution: &Resolution, query: &Query) -> bool {
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

    /// "100 boxes of the 12 inch": the box may be the product itself, or a pack of it.
    fn with_pack_word(&mut self, drafts: &[Draft], i: usize) -> Option<Found> {
        let draft = &drafts[i];
        let pack = draft.count.as_ref()?.pack.clone().filter(|p| self.products.is_head(p))?;
        let mut query = draft.query.clone();
        query.words.push(pack.clone());
        let with = self.ask(&query);
        let is_it = |id: &ProductId| self.products.has_head(*id, &pack);
        let fits = self.fits(&with, &query);
        match &with {
            Resolution::Product(id) if is_it(id) => {}
            Resolution::Ambiguous(ids) if fits && ids.iter().all(is_it) && !draft.names_thing() => {}
            _ => return None,
        }
        // "3 bags of flour": flour is sold in bags, and no product is a flour bag.
        Some(Found {
            resolution: with,
            pack_is_product: true,
            pack: None,
            borrowed_from: None,
            assumed: false,
        })
    }

    /// "5 glove boxes", "1 L 12 bottles": the last word names no product here but a pack of what stands before it.
    fn without_pack_word(&mut self, drafts: &[Draft], i: usize) -> Option<Found> {
        let pack = drafts[i].query.words.last().filter(|w| lexicon::PACKS.contains(w.as_str()))?.clone();
        let count = drafts[i].count.as_ref().filter(|c| c.pack.is_none())?;
        if drafts[i].query.words.len() + drafts[i].query.sizes.len() < 2 {
            return None;
        }
        let mut without = drafts.to_vec();
        without[i].query.words.pop();
        without[i].count = Some(super::atoms::Count { pack: None, ..count.clone() });
        let found = self.find(&without, i);
        match found.resolution {
            Resolution::Product(_) => Some(Found { pack: Some(pack), ..found }),
            _ => None,
        }
    }

    /// The words of the heading above, when they settle what the item's own words leave open.
    fn from_heading(&mut self, drafts: &[Draft], i: usize) -> Option<Found> {
        let at = (i.saturating_sub(REACH)..i).rev().find(|j| drafts[*j].says.heading)?;
        let mut query = drafts[at].query.clone();
        query.words.extend(drafts[i].query.words.iter().cloned());
        query.sizes.extend(drafts[i].query.sizes.iter().cloned());
        match self.ask(&query) {
            Resolution::Product(id) => Some(Found {
                resolution: Resolution::Product(id),
                pack_is_product: false,
                pack: None,
                borrowed_from: Some(at),
                assumed: false,
            }),
            _ => None,
        }
    }

    /// The thing of an item that names only a size or a colour: from a heading, from the item before, or from one
    /// after it ("400 10-inch and 200 12-inch pizza boxes"). When both sides fit and differ it is asked about.
    fn borrow(&mut self, drafts: &[Draft], i: usize) -> Option<Found> {
        let before =
            (i.saturating_sub(REACH)..i).rev().find(|j| drafts[*j].names_thing() && !drafts[*j].says.without);
        let after = (i + 1..drafts.len().min(i + REACH)).find(|j| drafts[*j].names_thing());
        let joined = |j: &usize| (i + 1..=*j).all(|k| drafts[k].joint != Joint::Stop);
        let heading = before.filter(|j| drafts[*j].says.heading || drafts[*j].count.is_none());
        let tried = |this: &mut Self, at: Option<usize>| at.and_then(|at| this.lend(drafts, i, at));
        if let Some(found) = tried(self, heading) {
            return Some(found);
        }
        let (left, right) = (tried(self, before), tried(self, after.filter(joined)));
        match (left, right) {
            (Some(left), Some(right)) => {
                let (a, b) = (product(&left), product(&right));
                if a == b || b.is_none() {
                    return Some(left);
                }
                if a.is_none() {
                    return Some(right);
                }
                // The item before is in the same list and built alike; the one after begins another thing.
                let alike = before.is_some_and(|j| !drafts[j].query.sizes.is_empty());
                let ids = a.into_iter().chain(b).collect();
                if alike && drafts[i].joint != Joint::Stop && !drafts[i].query.sizes.is_empty() {
                    return Some(left);
                }
                Some(Found { resolution: Resolution::Ambiguous(ids), ..left })
            }
            (Some(one), None) | (None, Some(one)) => Some(one),
            (None, None) => tried(self, after),
        }
    }

    /// The item's own words with those of another: with all of them, without its colours, with and without its
    /// sizes; the first that settles it.
    fn lend(&mut self, drafts: &[Draft], i: usize, from: usize) -> Option<Found> {
        let (own, other) = (&drafts[i].query, &drafts[from].query);
        let lent = match drafts[from].sku {
            Some(id) => self.products.head_words(id),
            None => other.words.clone(),
        };
        let thing: Vec<String> =
            lent.iter().filter(|w| !lexicon::ADJECTIVES.contains(w.as_str())).cloned().collect();
        let with_sizes = own.sizes.is_empty() && !other.sizes.is_empty();
        let mut nearest = None;
        for words in [&lent, &thing] {
            for sized in [true, false] {
                if sized && !with_sizes {
                    continue;
                }
                let mut query = own.clone();
                query.words.extend(words.iter().filter(|w| !own.words.contains(w)).cloned());
                if sized {
                    query.sizes.clone_from(&other.sizes);
                }
                let resolution = self.ask(&query);
                let fits = self.fits(&resolution, &query);
                let found = Found {
                    resolution,
                    pack_is_product: false,
                    pack: None,
                    borrowed_from: Some(from),
                    assumed: false,
                };
                match &found.resolution {
                    Resolution::Product(_) => return Some(found),
                    Resolution::Ambiguous(_) if fits && nearest.is_none() => nearest = Some(found),
                    _ => {}
                }
            }
        }
        nearest
    }

    /// Settles what several products fit: the size of a thing joined with "and", or what belongs to another item
    /// ("200 trays and 200 lids": the lid of that tray). Said to be assumed, so that it is read back.
    fn narrow_by_neighbours(&mut self, drafts: &[Draft], found: &mut [Found]) {
        for _ in 0..2 {
            for i in 0..drafts.len() {
                let Resolution::Ambiguous(all) = found[i].resolution.clone() else { continue };
                if drafts[i].says.heading
                    || !drafts[i].query.sizes.is_empty()
                    || !self.fits(&found[i].resolution, &drafts[i].query)
                {
                    continue;
                }
                if let Some(id) = self
                    .belongs_to_other(drafts, found, i, &all)
                    .or_else(|| self.size_of_other(drafts, found, i, &all))
                {
                    found[i] =
                        Found { resolution: Resolution::Product(id), assumed: true, ..found[i].clone() };
                }
            }
        }
    }

    fn belongs_to_other(
        &self,
        drafts: &[Draft],
        found: &[Found],
        i: usize,
        all: &[ProductId],
    ) -> Option<ProductId> {
        let near = i.saturating_sub(REACH)..drafts.len().min(i + REACH);
        let others =
            near.filter(|j| *j != i && drafts[*j].count.is_some()).filter_map(|j| product(&found[j]));
        let mut winners: HashSet<ProductId> = HashSet::new();
        for other in others {
            let heads = self.products.head_words(other);
            let related = |id: &&ProductId| {
                heads.iter().any(|h| {
                    self.products.has_head(other, h)
                        && self.products.label_has(**id, h)
                        && !self.products.has_head(**id, h)
                })
            };
            let of_it: Vec<ProductId> = all.iter().filter(related).copied().collect();
            let sizes = self.products.sizes_of(other);
            let sized: Vec<ProductId> = of_it
                .iter()
                .filter(|id| self.products.sizes_of(**id).iter().any(|s| sizes.contains(s)))
                .copied()
                .collect();
            match (of_it.as_slice(), sized.as_slice()) {
                (_, [one]) | ([one], []) => {
                    winners.insert(*one);
                }
                _ => {}
            }
        }
        let mut winners = winners.into_iter();
        winners.next().filter(|_| winners.next().is_none())
    }

    fn size_of_other(
        &self,
        drafts: &[Draft],
        found: &[Found],
        i: usize,
        all: &[ProductId],
    ) -> Option<ProductId> {
        let joined_after = (i + 1 < drafts.len() && drafts[i + 1].joint.is_and()).then_some(i + 1);
        let joined_before = (i > 0 && drafts[i].joint.is_and()).then(|| i - 1);
        for j in [joined_after, joined_before].into_iter().flatten() {
            let Some(other) = product(&found[j]) else { continue };
            if drafts[j].query.sizes.is_empty() {
                continue;
            }
            let sized = |id: &&ProductId| {
                drafts[j]
                    .query
                    .sizes
                    .iter()
                    .all(|s| self.products.sizes_of(**id).iter().any(|own| own.same_as(s)))
            };
            let mut left = all.iter().filter(|id| **id != other).filter(sized);
            if let (Some(one), None) = (left.next(), left.next()) {
                return Some(*one);
            }
        }
        None
    }

    /// Words that the catalogue does not know may make it another thing: "pizza cutters", "blue trays". A guess at
    /// the spelling of one short word is no certainty either.
    fn doubt(&self, resolution: Resolution, draft: &Draft) -> Resolution {
        let Resolution::Product(id) = resolution else { return resolution };
        let words = &draft.query.words;
        let headed = words.last().is_some_and(|w| self.products.has_head(id, w));
        let alone = words.len() == 1 && draft.query.sizes.is_empty();
        let doubtful = draft.unknown.telling
            || draft.unknown.after
            || (draft.unknown.before && alone && headed)
            || (!draft.sure && alone);
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
        if resolution == Resolution::Unknown && unavailable.is_none() {
            resolution = self.by_meaning(&text);
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

    fn quantity(&self, draft: &Draft, found: &Found, resolution: &Resolution) -> Option<Quantity> {
        let count = draft.count.as_ref().filter(|c| !c.range)?;
        let n = whole(count.n)?;
        let quantity = match found.pack.as_ref().or(count.pack.as_ref()) {
            Some(pack) if !found.pack_is_product => Quantity::Packs(n, pack.clone()),
            _ => Quantity::Units(n),
        };
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

    /// What the meaning of the words suggests, only ever as a question.
    fn by_meaning(&self, text: &str) -> Resolution {
        const OFFER_FROM: f32 = 0.5;
        let Some(semantic) = self.options.semantic else { return Resolution::Unknown };
        let mut found = semantic(text);
        found.retain(|(id, score)| *score >= OFFER_FROM && self.products.is_active(*id));
        found.sort_by(|a, b| b.1.total_cmp(&a.1));
        match found.is_empty() {
            true => Resolution::Unknown,
            false => Resolution::Ambiguous(found.into_iter().take(3).map(|f| f.0).collect()),
        }
    }
}

fn product(found: &Found) -> Option<ProductId> {
    match found.resolution {
        Resolution::Product(id) => Some(id),
        _ => None,
    }
}

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
