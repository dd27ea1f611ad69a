//! What an item takes from those around it: the thing, its size, what it belongs to.

use std::collections::HashSet;

use super::atoms::{Count, Joint};
use super::items::Draft;
use super::resolve::{Found, Resolver, product};
use crate::domain::ids::ProductId;
use crate::nlu::lexicon;
use crate::nlu::matcher::{Query, Resolution};
use crate::nlu::text::Size;

/// Among more products than this, neighbours settle nothing.
const MANY: usize = 64;

/// Grams or millilitres from which a pack is a sack or a drum, of which customers speak by weight.
const SACK: f64 = 5000.0;

/// How far around an item its missing words are looked for.
const REACH: usize = 40;

impl Resolver<'_> {
    /// "100 kg bread flour", where the catalogue says that one is a "25 kg bag": how much it comes to, to be read
    /// back. Where it does not say what one holds, the customer may mean a larger pack.
    pub(super) fn weigh(&mut self, drafts: &[Draft]) -> Vec<Draft> {
        let mut drafts = drafts.to_vec();
        for draft in &mut drafts {
            let open = (draft.count.is_none() || draft.assumed) && !draft.says.heading && !draft.says.told;
            let [size] = draft.query.sizes.as_slice() else { continue };
            if !open || draft.query.words.is_empty() || draft.unknown.doubtful() || !draft.sure {
                continue;
            }
            let query = Query { sizes: Vec::new(), ..draft.query.clone() };
            let own = self.ask(&draft.query);
            if self.fits(&own, &draft.query) || !matches!(size.unit.as_str(), "g" | "ml") {
                continue;
            }
            let Resolution::Product(id) = self.ask(&query) else { continue };
            let Some(one) = self.products.content(id).filter(|one| one.unit == size.unit) else { continue };

            let amount = |s: &Size| s.value.parse::<f64>().unwrap_or(0.0);
            if amount(one) < SACK {
                continue;
            }
            let n = amount(size) / amount(one).max(f64::MIN_POSITIVE);
            if n >= 2.0 && n.fract() == 0.0 {
                draft.count = Some(Count { n, pack: None, article: false, range: false, each: false });
                draft.query = query;
                draft.assumed = true;
            }
        }
        drafts
    }

    /// "100 boxes of the 12 inch": the box may be the product itself, or a pack of it.
    pub(super) fn with_pack_word(&mut self, drafts: &[Draft], i: usize) -> Option<Found> {
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
    pub(super) fn without_pack_word(&mut self, drafts: &[Draft], i: usize) -> Option<Found> {
        let pack = drafts[i].query.words.last().filter(|w| lexicon::PACKS.contains(w.as_str()))?.clone();
        let count = drafts[i].count.as_ref().filter(|c| c.pack.is_none())?;
        if drafts[i].query.words.len() + drafts[i].query.sizes.len() < 2 {
            return None;
        }
        let mut without = drafts.to_vec();
        without[i].query.words.pop();
        without[i].count = Some(Count { pack: None, ..count.clone() });
        let found = self.find(&without, i);
        match found.resolution {
            Resolution::Product(_) => Some(Found { pack: Some(pack), ..found }),
            _ => None,
        }
    }

    /// The words of the heading above, when they settle what the item's own words leave open.
    /// Without `heading`: of a thing named before that has no count.
    pub(super) fn of_heading(&mut self, drafts: &[Draft], i: usize, heading: bool) -> Option<Found> {
        let named = |d: &Draft| if heading { d.says.heading } else { d.count.is_none() && !d.says.heading };
        let at = (i.saturating_sub(REACH)..i).rev().find(|j| named(&drafts[*j]) && drafts[*j].describes())?;
        if drafts[at].sku.is_some()
            || drafts[i].query.words.iter().all(|w| drafts[at].query.words.contains(w))
        {
            return None;
        }
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
    pub(super) fn borrow(&mut self, drafts: &[Draft], i: usize) -> Option<Found> {
        // "Foil: 2 x 30cm": a heading names its thing even by a material.
        let heads = |d: &Draft| d.query.words.last().is_some_and(|w| self.products.is_head(w));
        let names = |j: &usize| drafts[*j].names_thing() || drafts[*j].says.heading && heads(&drafts[*j]);
        let before = (i.saturating_sub(REACH)..i).rev().find(|j| names(j) && !drafts[*j].says.without);
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
        // "Bleach powder, blue, 500 g - 6 tubs": what stands between says more of it.
        let between = from + 1..i;
        let only_said = |j: usize| {
            drafts[j].count.is_none() && !drafts[j].names_thing() && drafts[j].joint == Joint::Comma
        };
        if drafts[from].count.is_none() && !between.is_empty() && between.clone().all(only_said) {
            let mut query = own.clone();
            query.words.splice(0..0, between.clone().flat_map(|j| drafts[j].query.words.clone()));
            query.words.extend(lent.iter().filter(|w| !own.words.contains(w)).cloned());
            query.sizes.extend(between.flat_map(|j| drafts[j].query.sizes.clone()));
            if let resolution @ Resolution::Product(_) = self.ask(&query) {
                let borrowed_from = Some(from);
                return Some(Found {
                    resolution,
                    pack_is_product: false,
                    pack: None,
                    borrowed_from,
                    assumed: false,
                });
            }
        }
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
    pub(super) fn narrow_by_neighbours(&mut self, drafts: &[Draft], found: &mut [Found]) {
        for _ in 0..2 {
            for i in 0..drafts.len() {
                let Resolution::Ambiguous(all) = found[i].resolution.clone() else { continue };
                if all.len() > MANY {
                    continue;
                }
                if drafts[i].says.heading
                    || drafts[i].unknown.doubtful()
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

    /// "2 bags each of the dark, milk and white couverture": what the last of a list is, the others are as well,
    /// where that settles every one of them. To be read back.
    pub(super) fn narrow_by_list(&mut self, drafts: &[Draft], found: &mut [Found]) {
        for end in 1..drafts.len() {
            let Some(head) = drafts[end].query.words.last().filter(|_| product(&found[end]).is_some()) else {
                continue;
            };
            let closes = drafts[end].joint == Joint::And && drafts[end].shared && self.products.is_head(head);
            if !closes {
                continue;
            }
            let listed = (0..end).rev().take(REACH).take_while(|j| {
                drafts[*j].says.each || drafts[*j + 1].joint != Joint::Stop && drafts[*j].shared
            });
            let listed: Vec<usize> = listed.collect();
            let settled: Vec<Option<Resolution>> = listed
                .iter()
                .map(|j| {
                    let mut query = drafts[*j].query.clone();
                    query.words.push(head.clone());
                    let open = !drafts[*j].unknown.doubtful() && product(&found[*j]).is_none();
                    Some(self.ask(&query)).filter(|r| open && matches!(r, Resolution::Product(_)))
                })
                .collect();
            if settled.iter().all(Option::is_some) {
                for (j, resolution) in listed.into_iter().zip(settled.into_iter().flatten()) {
                    found[j].resolution = resolution;
                    found[j].assumed = true;
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
        let others: HashSet<ProductId> = near
            .filter(|j| *j != i && drafts[*j].count.is_some())
            .filter_map(|j| product(&found[j]))
            .collect();
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
            let other_sizes = self.products.sizes_of(other);
            let sized: Vec<ProductId> = of_it
                .iter()
                .filter(|id| self.products.sizes_of(**id).iter().any(|s| other_sizes.contains(s)))
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
        let near = |a: usize, b: usize| {
            drafts[b].joint.is_and() || (drafts[a].shared && drafts[b].joint == Joint::Comma)
        };
        // "M8" is a size in letters.
        let of_size = |w: &&String| w.bytes().any(|b| b.is_ascii_digit());
        let says_size = |j: &usize| {
            !drafts[*j].query.sizes.is_empty() || drafts[*j].query.words.iter().any(|w| of_size(&w))
        };
        // The nearest that says a size, as far as one joins the next.
        let before = (0..i).rev().take(REACH).take_while(|j| near(*j, j + 1)).find(says_size);
        let after = (i + 1..drafts.len()).take(REACH).take_while(|j| near(j - 1, *j)).find(says_size);
        for j in [before, after].into_iter().flatten() {
            let Some(other) = product(&found[j]) else { continue };
            let words: Vec<&String> = drafts[j].query.words.iter().filter(of_size).collect();
            let sized = |id: &&ProductId| {
                let own = self.products.sizes_of(**id);
                drafts[j].query.sizes.iter().all(|s| own.iter().any(|o| o.same_as(s)))
                    && words.iter().all(|w| self.products.label_has(**id, w))
            };
            let mut left = all.iter().filter(|id| **id != other).filter(sized);
            if let (Some(one), None) = (left.next(), left.next()) {
                return Some(*one);
            }
        }
        None
    }
}
