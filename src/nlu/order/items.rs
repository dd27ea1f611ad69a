//! Makes items out of clauses: which count goes with which thing, and what corrects or leaves out what.

use super::atoms::{Count, Joint};
use super::clause::{Clause, Says, Unknowns, names_thing};
use crate::domain::ids::ProductId;
use crate::nlu::lexicon;
use crate::nlu::matcher::Query;

/// An item before its product is looked up.
#[derive(Debug, Clone)]
pub struct Draft {
    /// What is looked for.
    pub query: Query,
    /// A product by its SKU.
    pub sku: Option<ProductId>,
    /// Whether every word was written as the catalogue has it, or nearly so.
    pub sure: bool,
    /// Words that the catalogue does not know.
    pub unknown: Unknowns,
    /// Those words themselves, stemmed, but for what tells variants apart.
    pub strange: Vec<String>,
    /// How many; `None` when not said.
    pub count: Option<Count>,
    /// Whether the count stands before the thing.
    pub count_first: bool,
    /// What joins it to the one before.
    pub joint: Joint,
    /// What is said of it.
    pub says: Says,
    /// Whether its count was said of another thing.
    pub assumed: bool,
    /// Whether its count was said of several things with "each".
    pub shared: bool,
    /// Another count in brackets after it: "2 cartons (300 pcs)".
    pub check: Option<Count>,
    /// First byte in the message.
    pub start: usize,
    /// Byte after the last in the message.
    pub end: usize,
}

impl Draft {
    /// Whether it says what, not how many.
    pub fn describes(&self) -> bool {
        self.sku.is_some() || !self.query.words.is_empty() || !self.query.sizes.is_empty()
    }

    /// Whether it names a thing, not only a size or a colour.
    pub fn names_thing(&self) -> bool {
        self.sku.is_some() || names_thing(&self.query.words)
    }

    fn wants_count(&self) -> bool {
        self.count.is_none() && !self.says.heading && !self.says.usual && self.describes()
    }
}

/// What the clauses say.
#[derive(Debug, Default)]
pub struct Assembled {
    /// What is wanted, with headings still among it.
    pub drafts: Vec<Draft>,
    /// What is not.
    pub without: Vec<Query>,
    /// "100 each of the following".
    each_ahead: Option<Count>,
    /// Whether words of no meaning stand between the last thing and what comes.
    aloof: bool,
    /// What has run out, until something else is spoken of.
    lacking: Option<Clause>,
}

/// Puts the clauses together.
pub fn assemble(clauses: Vec<Clause>) -> Assembled {
    let mut all = Assembled::default();
    for clause in clauses {
        all.take(clause);
    }
    all
}

impl Assembled {
    fn take(&mut self, clause: Clause) {
        if clause.says.without && !clause.describes() && clause.count.is_some() {
            // "300 not 200": the second is not meant.
            return;
        }
        if clause.says.without && clause.describes() {
            self.leave_out(&clause);
            self.lacking = Some(clause).filter(|c| c.says.lacks && c.names_thing() && c.count.is_none());
            return;
        }
        let lacking = self.lacking.take();
        if let Some(clause) =
            lacking.filter(|_| clause.counts_alone() && !self.open_before()).map(|gone| gone.counted(&clause))
        {
            self.without.pop();
            self.push(clause);
            self.drafts.iter_mut().last().into_iter().for_each(|d| d.assumed = true);
            return;
        }
        let corrects = clause.says.correction && self.drafts.iter().any(|d| !d.says.heading);
        if corrects && self.correct(&clause) {
            return;
        }
        if clause.says.brackets && self.in_brackets(&clause) {
            return;
        }
        if !clause.describes() {
            self.count_alone(clause);
            return;
        }
        self.push(clause);
    }

    fn leave_out(&mut self, clause: &Clause) {
        // "sorry, 12 inch not 10" was said before as 10: the last item loses what is not meant.
        if let Some(last) = self.drafts.last_mut().filter(|d| !d.says.heading)
            && !clause.names_thing()
            && last.query.sizes == clause.query.sizes
            && clause.query.words.is_empty()
        {
            last.query.sizes.clear();
            return;
        }
        self.without.push(clause.query.clone());
    }

    /// "Trays with 2 compartments": what follows is said of the thing before. "Dish soap 5 L, 2 bottles": so is
    /// a count of packs, though such packs are sold by themselves as well.
    fn is_part(&mut self, clause: &Clause) -> bool {
        let Some(last) = self.drafts.last_mut().filter(|d| d.describes() && !d.says.heading) else {
            return false;
        };
        if clause.joint == Joint::With
            && !clause.names_thing()
            && clause.count.is_none()
            && last.sku.is_none()
        {
            last.query.words.splice(0..0, clause.query.words.iter().cloned());
            last.query.sizes.extend(clause.query.sizes.iter().cloned());
            return true;
        }
        let pack = match (clause.query.words.as_slice(), &clause.count) {
            ([word], Some(count)) if count.pack.is_none() && clause.query.sizes.is_empty() => word,
            _ => return false,
        };
        if clause.joint == Joint::Stop || !last.wants_count() || !lexicon::PACKS.contains(pack.as_str()) {
            return false;
        }
        last.count = clause.count.clone().map(|c| Count { pack: Some(pack.clone()), ..c });
        last.count_first = false;
        true
    }

    fn push(&mut self, clause: Clause) {
        if clause.sku.is_none() && self.is_part(&clause) {
            return;
        }
        let mut draft = Draft {
            query: clause.query,
            sku: clause.sku,
            sure: clause.sure,
            unknown: clause.unknown,
            strange: clause.strange,
            count: clause.count,
            count_first: clause.count_first,
            joint: clause.joint,
            says: clause.says,
            assumed: false,
            shared: false,
            check: None,
            start: clause.start,
            end: clause.end,
        };
        if draft.wants_count() {
            self.share_count(&mut draft);
        } else if draft.count.is_some() && !draft.says.each {
            self.each_ahead = None;
        }
        let each = draft.says.each.then(|| draft.count.clone()).flatten();
        if let Some(count) = each {
            // "forks, knives and spoons 500 each"; "500 each of forks, knives and spoons".
            if !draft.count_first || self.open_before() {
                self.give_back(&count);
            }
            if draft.count_first {
                self.each_ahead = Some(count);
            }
        }
        self.drafts.push(draft);
        self.aloof = false;
    }

    fn open_before(&self) -> bool {
        self.drafts.last().is_some_and(Draft::wants_count)
    }

    /// A thing without a count: the one announced with "each", one that stands alone before it, or, after "and",
    /// that of the thing before ("200 trays and lids").
    fn share_count(&mut self, draft: &mut Draft) {
        if let Some(count) = &self.each_ahead {
            draft.count = Some(count.clone());
            draft.count_first = true;
            draft.shared = true;
            return;
        }
        let Some(last) = self.drafts.last() else { return };
        if !last.describes() && last.count.is_some() && !last.unknown.any {
            let waiting = self.drafts.pop();
            draft.count = waiting.and_then(|d| d.count);
            draft.count_first = true;
            return;
        }
        let told = last.describes() && !last.says.heading;
        let shares = match draft.joint {
            Joint::And => told && last.count_first && (!last.joint.is_and() || last.assumed || last.shared),
            // Of several things before, which has it is not said.
            Joint::With => told && !last.says.each && !last.shared && !last.joint.is_and(),
            _ => false,
        };
        if shares || draft.says.same {
            draft.count = last.count.clone().filter(|c| !c.article || draft.joint.is_and());
            draft.count_first = true;
            draft.assumed = draft.count.is_some();
        }
    }

    /// Gives a count to the things before it that have none.
    fn give_back(&mut self, count: &Count) {
        for draft in self.drafts.iter_mut().rev() {
            if draft.says.heading {
                break;
            }
            if draft.count.is_some() && !draft.assumed {
                break;
            }
            if draft.describes() {
                draft.count = Some(count.clone());
                draft.assumed = false;
                draft.shared = true;
            }
        }
    }

    /// A number by itself: of the thing before it that has none, of all of them with "each"; otherwise it waits for
    /// a thing after it.
    fn count_alone(&mut self, clause: Clause) {
        let Some(count) = clause.count else {
            self.described_further(&clause);
            if clause.says.same && self.open_before() {
                self.same_again();
            }
            if clause.says.usual {
                self.push(Clause { count: None, ..clause });
            } else if clause.says.each {
                self.each_of_last();
            }
            return;
        };
        if count.article {
            return;
        }
        if clause.says.each {
            if self.open_before() {
                self.give_back(&count);
            } else {
                self.each_ahead = Some(count);
            }
            return;
        }
        if !clause.unknown.any
            && !clause.says.told
            && let Some(last) = self
                .drafts
                .last_mut()
                .filter(|d| d.wants_count() || (d.says.usual && d.describes() && d.count.is_none()))
        {
            last.count = Some(count);
            last.end = last.end.max(clause.end);
            self.aloof = false;
            return;
        }
        self.push_waiting(Some(count), clause.joint, clause.unknown, (clause.start, clause.end), clause.says);
    }

    /// "Kraft bags with handles", "prawns, tiger, 5 boxes", "aprons (burgundy)": words that the catalogue does not
    /// know, said of the thing before.
    fn described_further(&mut self, clause: &Clause) {
        let Some(last) = self.drafts.last_mut().filter(|d| d.describes()) else { return };
        let with = clause.joint == Joint::With && clause.unknown.any;
        let aside = clause.joint == Joint::Comma
            && ((clause.says.brackets && clause.unknown.after && !self.aloof)
                || (clause.unknown.any && last.wants_count()));
        let other = clause.joint != Joint::Stop && clause.unknown.telling;
        last.unknown.after |= with || aside || other;
        self.aloof = clause.unknown.any && !(with || aside || other);
    }

    fn push_waiting(
        &mut self,
        count: Option<Count>,
        joint: Joint,
        unknown: Unknowns,
        (start, end): (usize, usize),
        says: Says,
    ) {
        self.drafts.push(Draft {
            query: Query::default(),
            sku: None,
            sure: true,
            unknown,
            strange: Vec::new(),
            count,
            count_first: true,
            joint,
            says,
            assumed: false,
            shared: false,
            check: None,
            start,
            end,
        });
    }

    /// "Lids the same": as many as of the thing before.
    fn same_again(&mut self) {
        let count = self.drafts.iter().rev().find_map(|d| d.count.clone());
        if let Some(last) = self.drafts.last_mut() {
            last.assumed = count.is_some();
            last.count = count;
        }
    }

    /// "…, each" after a thing that has a count already.
    fn each_of_last(&mut self) {
        if let Some(count) = self.drafts.last().and_then(|d| d.count.clone()) {
            let last = self.drafts.pop();
            if self.open_before() {
                self.give_back(&count);
            }
            self.drafts.extend(last);
        }
    }

    /// "Pizza box (12 inch) x 50", "10 inch boxes (100)", "2 cartons (300 pcs)".
    fn in_brackets(&mut self, clause: &Clause) -> bool {
        let Some(last) = self.drafts.last_mut().filter(|d| d.describes()) else { return false };
        match (&clause.count, clause.describes()) {
            // "4 kg (was 6 kg last time)"
            (Some(_), false) if clause.says.told && last.count.is_some() => true,
            (Some(count), false) if !clause.unknown.any => {
                if last.count.is_none() {
                    last.count = Some(count.clone());
                } else {
                    last.check = Some(count.clone());
                }
                true
            }
            (None, true)
                if last.sku.is_none() && !last.says.heading && !clause.headed && !clause.joint.is_and() =>
            {
                last.query.words.splice(0..0, clause.query.words.iter().cloned());
                last.query.sizes.extend(clause.query.sizes.iter().cloned());
                true
            }
            (None, true) if last.sku.is_some() => true,
            _ => false,
        }
    }

    /// "No, make that 300", "sorry, 12 inch": changes what was said before.
    fn correct(&mut self, clause: &Clause) -> bool {
        let at = self.spoken_of(clause);
        let Some(draft) = at.and_then(|at| self.drafts.get_mut(at)) else { return false };
        match (&clause.count, clause.describes()) {
            (Some(count), false) => draft.count = Some(count.clone()),
            (None, true) if !clause.names_thing() => {
                if !clause.query.sizes.is_empty() {
                    draft.query.sizes.clone_from(&clause.query.sizes);
                }
                if !clause.query.words.is_empty() {
                    draft.query.words.retain(|w| names_thing(std::slice::from_ref(w)));
                    draft.query.words.splice(0..0, clause.query.words.iter().cloned());
                }
            }
            (Some(count), true) => {
                draft.count = Some(count.clone());
                if !clause.query.sizes.is_empty() {
                    draft.query.sizes.clone_from(&clause.query.sizes);
                }
                if clause.names_thing() {
                    draft.query.words.clone_from(&clause.query.words);
                }
            }
            (None, true) if clause.says.surely_correction && draft.count.is_some() => {
                draft.query.clone_from(&clause.query);
                draft.sku = clause.sku;
                draft.unknown = clause.unknown;
            }
            _ => return false,
        }
        draft.says.told |= clause.says.told;
        draft.end = draft.end.max(clause.end);
        true
    }

    /// Which item a correction is about: the last that has its words and sizes; the last of all when it names
    /// nothing, or when it must be a correction and names the same thing in another size.
    fn spoken_of(&self, clause: &Clause) -> Option<usize> {
        let last = self.drafts.iter().rposition(|d| !d.says.heading)?;
        if !clause.describes() || (clause.count.is_none() && !clause.names_thing()) {
            return Some(last);
        }
        let subset = |a: &[String], b: &[String]| a.iter().all(|w| b.contains(w));
        let same = |d: &Draft| {
            !d.says.heading
                && d.describes()
                && (subset(&clause.query.words, &d.query.words)
                    || subset(&d.query.words, &clause.query.words))
                && (clause.query.sizes.is_empty() || d.query.sizes == clause.query.sizes)
        };
        if let Some(at) = self.drafts.iter().rposition(same) {
            return Some(at);
        }
        let d = &self.drafts[last];
        let replaces = clause.says.surely_correction
            && (!d.describes() || subset(&clause.query.words, &d.query.words) || clause.count.is_none());
        replaces.then_some(last)
    }
}
