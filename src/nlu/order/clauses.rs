//! Cuts a message into clauses, each about one thing.

use super::atoms::{Atom, Count, Joint, What};
use super::clause::{Clause, Says};
use crate::nlu::lexicon;
use crate::nlu::matcher::ProductIndex;
use crate::nlu::text::Size;

/// Builds clauses out of atoms.
pub struct Cutter<'a> {
    products: &'a ProductIndex,
    atoms: &'a [Atom],
    done: Vec<Clause>,
    current: Clause,
    /// What the last atom was, for words that stand side by side.
    last: Last,
    purpose: bool,
    /// First clause of the sentence.
    sentence: usize,
    /// Whether the counts of this sentence's part stand before their things.
    count_first: Option<bool>,
    /// Whether this part of the sentence tells of what is or was.
    told: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Last {
    Word,
    Unknown,
    Count,
    Other,
}

/// Cuts the atoms into clauses.
pub fn cut(atoms: &[Atom], products: &ProductIndex) -> Vec<Clause> {
    let mut cutter = Cutter {
        products,
        atoms,
        done: Vec::new(),
        current: Clause::new(Joint::Stop, Says::default()),
        last: Last::Other,
        purpose: false,
        sentence: 0,
        count_first: None,
        told: false,
    };
    for i in 0..atoms.len() {
        cutter.take(i);
    }
    cutter.close(Joint::Stop);
    cutter.done
}

impl Cutter<'_> {
    fn close(&mut self, next: Joint) {
        let brackets = self.current.says.brackets;
        let fresh = Clause::new(next, Says { brackets, ..Says::default() });
        let mut done = std::mem::replace(&mut self.current, fresh);
        self.purpose = false;
        self.last = Last::Other;
        if done.is_blank() {
            // "trays, and lids": the later joint holds; a sentence's end before it is not forgotten.
            if done.joint == Joint::Stop && next != Joint::Stop {
                self.current.joint = if next.is_and() && !self.done.is_empty() { next } else { Joint::Stop };
            } else if done.joint.is_and() && !next.is_and() && next != Joint::Stop {
                self.current.joint = done.joint;
            }
            self.current.says.correction |= done.says.correction;
            self.current.says.surely_correction |= done.says.surely_correction;
            return;
        }
        done.says.told |= self.told;
        self.measure(&mut done);
        if done.start == usize::MAX {
            done.start = done.end;
        }
        self.done.push(done);
    }

    /// "10 kg cod", where cod is sold by weight and something else in bags of 10 kg: how much, not of what size.
    fn measure(&self, clause: &mut Clause) {
        if clause.count.is_some() || clause.query.words.is_empty() {
            return;
        }
        for (at, size) in clause.query.sizes.clone().into_iter().enumerate() {
            let mut query = clause.query.clone();
            query.sizes.remove(at);
            for (unit, of) in [("kg", "g"), ("g", "g"), ("l", "ml"), ("ml", "ml"), ("m", "mm")] {
                if size.unit == of && self.products.measured_by(&query, &size, unit) {
                    let scale = if unit == of { 1.0 } else { 1000.0 };
                    let n = size.value.parse().unwrap_or(0.0) / scale;
                    let pack = Some(unit.to_owned());
                    clause.count = Some(Count { n, pack, article: false, range: false, each: false });
                    clause.query = query;
                    return;
                }
            }
        }
    }

    fn take(&mut self, i: usize) {
        let atom = &self.atoms[i];
        match &atom.what {
            What::Join(joint, question) => self.join(i, *joint, *question),
            What::Open => {
                self.close(Joint::Comma);
                self.current.says.brackets = true;
                self.count_first = None;
            }
            What::Close => {
                self.current.says.brackets |= !self.current.is_blank();
                self.close(Joint::Comma);
                self.current.says.brackets = false;
            }
            What::Colon(mark) => self.colon(i, *mark),
            // "Boba straws no need": what stands before is not wanted.
            What::Not if self.current.describes() && self.ends_after(i) => self.current.says.without = true,
            What::Not | What::Lack => {
                if !self.current.is_blank() {
                    self.close(Joint::And);
                }
                self.current.says.without = true;
                self.current.says.lacks = atom.what == What::Lack;
            }
            What::Suffices => {
                let alone = self.current.count.is_some() && !self.current.describes();
                self.current.says.correction |= alone;
                self.current.says.surely_correction |= alone;
            }
            What::Correct(surely) => self.correct(*surely),
            What::For => {
                self.purpose = self.current.describes();
                self.last = Last::Other;
            }
            What::Each => {
                self.current.says.each = true;
                self.current.spans(atom);
                self.last = Last::Other;
            }
            What::Same => self.current.says.same = true,
            What::Usual => self.current.says.usual = true,
            What::Gap => self.last = Last::Other,
            What::Told(told) => {
                self.current.says.told |= *told && self.current.count.is_some();
                self.told = *told;
                self.last = Last::Other;
            }
            What::Hedge => {
                let fresh = self.current.is_blank();
                let unsettled = if fresh { self.done.last_mut() } else { Some(&mut self.current) };
                unsettled.into_iter().for_each(|c| c.says.told = true);
            }
            What::In if self.last == Last::Word => {}
            What::In => self.last = Last::Other,
            What::Pack(pack) => self.pack(i, pack),
            What::Unknown(_) | What::Telling => self.unknown(i),
            What::Words(words, sure) => self.words(i, &words.clone(), *sure),
            What::Sku(id) => {
                // "12 engine oil 5W30", where that is the SKU of the engine oil said.
                let words = &self.current.query.words;
                let same = self.last == Last::Word
                    && self.current.sku.is_none()
                    && words.iter().all(|w| self.products.label_has(*id, w));
                if self.current.describes() && !same {
                    self.split_before();
                }
                self.current.sku = Some(*id);
                self.current.spans(atom);
                self.last = Last::Other;
            }
            What::Size(size) => self.size(i, &size.clone()),
            What::Count(count) => self.count(i, &count.clone()),
        }
    }

    /// Whether nothing more is said before the next joint.
    fn ends_after(&self, i: usize) -> bool {
        let mut rest = self.atoms[i + 1..].iter().filter(|a| !a.is_talk());
        rest.next().is_none_or(|a| matches!(a.what, What::Join(..) | What::Close))
    }

    fn join(&mut self, i: usize, joint: Joint, question: bool) {
        if joint.is_and() && self.keeps_together(i) {
            return;
        }
        self.close(joint);
        self.told &= joint.is_and();
        if joint == Joint::Stop {
            if question {
                let from = self.sentence.min(self.done.len());
                self.done[from..].iter_mut().for_each(|c| c.says.asked = true);
            }
            self.sentence = self.done.len();
        }
        if !joint.is_and() {
            self.count_first = None;
        }
    }

    /// "Black and white cups", "sauce cup with lid": the words on both sides belong to one product.
    fn keeps_together(&self, i: usize) -> bool {
        if self.current.query.words.is_empty() {
            return false;
        }
        let mut more = Vec::new();
        for atom in self.atoms[i + 1..].iter().take(4) {
            match &atom.what {
                What::Words(words, _) => more.extend(words.iter().cloned()),
                _ if atom.is_talk() => {}
                _ => break,
            }
        }
        !more.is_empty() && self.products.one_thing(&self.current.query, &more)
    }

    /// A heading for what follows, or a mark between a thing and its count.
    fn colon(&mut self, i: usize, mark: char) {
        self.last = Last::Other;
        self.purpose = false;
        if !self.current.describes() || self.current.count.is_some() {
            if mark == ':' && self.current.says.each {
                self.close(Joint::Comma);
            }
            return;
        }
        if self.opens_list(i) {
            self.current.says.heading = true;
            self.close(Joint::Comma);
            self.count_first = None;
        }
    }

    /// Whether what follows a colon or dash names more of the thing: "boxes: 10 inch 100", "gloves - medium 5", a
    /// line's end. "10 inch: 100 pcs" does not.
    fn opens_list(&self, i: usize) -> bool {
        let rest = &self.atoms[i + 1..];
        let mut significant = rest.iter().filter(|a| !a.is_talk() && a.what != What::Each).take(12);
        let Some(first) = significant.next() else { return true };
        match first.what {
            What::Join(Joint::Stop, _) => true,
            What::Words(..) | What::Size(_) | What::Open => true,
            What::Count(_) => {
                // A count with its own thing after it, up to the next joint, and no further colon in between.
                match significant.next().map(|a| &a.what) {
                    // "Puppy food - 4 bags", though bags are sold as well.
                    Some(What::Words(words, _))
                        if words.iter().all(|w| lexicon::PACKS.contains(w))
                            && significant.next().is_none_or(|a| matches!(a.what, What::Join(..))) =>
                    {
                        false
                    }
                    Some(What::Words(..)) => self.then_no_colon(i),
                    Some(What::Size(_)) => {
                        self.then_no_colon(i) && (self.current.names_thing() || self.current.headed)
                    }
                    _ => false,
                }
            }
            _ => false,
        }
    }

    fn then_no_colon(&self, i: usize) -> bool {
        let run = self.atoms[i + 1..].iter().take_while(|a| !matches!(a.what, What::Join(..))).take(40);
        !run.into_iter().any(|a| matches!(a.what, What::Colon(_)))
    }

    fn correct(&mut self, surely: bool) {
        if self.current.describes() || self.current.count.is_some() {
            self.close(Joint::Comma);
        }
        self.current.says.without = false;
        self.current.says.correction = true;
        self.current.says.surely_correction |= surely;
        self.last = Last::Other;
    }

    /// A word for packs after the thing: what the count before it counts, or the one after it.
    fn pack(&mut self, i: usize, pack: &str) {
        self.last = Last::Other;
        if !self.current.describes() {
            return;
        }
        match &mut self.current.count {
            Some(count) if count.pack.is_none() => count.pack = Some(pack.to_owned()),
            Some(_) => return,
            None => self.current.pack = Some(pack.to_owned()),
        }
        let atom = &self.atoms[i];
        self.current.spans(atom);
    }

    fn unknown(&mut self, i: usize) {
        let atom = &self.atoms[i];
        let described = self.current.describes();
        let unknown = &mut self.current.unknown;
        unknown.any = true;
        if let What::Unknown(word) = &atom.what {
            self.current.strange.push(word.clone());
        }
        unknown.telling |= atom.what == What::Telling && !self.purpose;
        // "Chilli sauce 2 tongs": a pack that nobody knows.
        let pack = self.last == Last::Count && described;
        // "(satin finish)" describes; "(we are out of these completely)" is talk.
        let opens = i > 0 && self.atoms[i - 1].what == What::Open;
        unknown.after |= (self.last == Last::Word && !self.purpose) || pack || opens;
        self.current.spans(atom);
        self.last = Last::Unknown;
    }

    fn words(&mut self, i: usize, words: &[String], sure: bool) {
        let atom = &self.atoms[i];
        // "Detergent 5 L 4 bottles": after a thing's count, a word for packs is what is counted.
        if let ([pack], Last::Count, Some(count)) = (words, self.last, &mut self.current.count)
            && lexicon::PACKS.contains(pack.as_str())
            && !self.current.count_first
        {
            count.pack = Some(pack.clone());
            self.current.spans(atom);
            self.last = Last::Other;
            return;
        }
        // "10 inch 100 twelve inch 50": after a count at the end of a thing, the next thing begins.
        if self.current.count.is_some()
            && self.count_first == Some(false)
            && self.current.describes()
            && self.last != Last::Word
        {
            // "Boxes x 200 in white".
            let variant = words.iter().all(|w| lexicon::ADJECTIVES.contains(w));
            let same_thing = (self.current.query.words.is_empty() || variant) && self.no_count_follows(i);
            let rest = || self.no_count_follows(i) && self.products.tells_kind(&self.current.query, words);
            if !same_thing && !rest() {
                self.split_before();
            }
        }
        if self.last == Last::Unknown {
            self.current.unknown.before = true;
            self.current.unknown.after = false;
        }
        if self.purpose {
            self.current.query.purpose.extend(words.iter().cloned());
        } else {
            self.current.query.words.extend(words.iter().cloned());
            self.current.sure &= sure;
            self.current.headed = words.last().is_some_and(|w| self.products.is_head(w));
        }
        self.current.spans(atom);
        self.last = Last::Word;
    }

    /// Whether the run up to the next joint has no further count: "10 inch 100 pizza boxes".
    fn no_count_follows(&self, i: usize) -> bool {
        let run =
            self.atoms[i..].iter().take_while(|a| !matches!(a.what, What::Join(..) | What::Open)).take(40);
        !run.into_iter().any(|a| matches!(a.what, What::Count(_)))
    }

    fn size(&mut self, i: usize, size: &Size) {
        let clash = self.current.query.sizes.iter().any(|s| s.unit == size.unit && s.value != size.value)
            && !self
                .products
                .has_sizes(&[&self.current.query.sizes[..], std::slice::from_ref(size)].concat());
        let ended =
            self.current.count.is_some() && self.count_first == Some(false) && self.current.describes();
        if clash || (ended && (!self.current.query.sizes.is_empty() || !self.no_count_follows(i))) {
            self.split_before();
        }
        let atom = &self.atoms[i];
        if !self.current.query.sizes.contains(size) {
            self.current.query.sizes.push(size.clone());
        }
        self.current.spans(atom);
        if self.last == Last::Unknown {
            self.current.unknown.before = true;
        }
        self.last = Last::Other;
    }

    fn count(&mut self, i: usize, count: &Count) {
        if self.count_first.is_none()
            && self.current.describes()
            && self.current.count.is_none()
            && self.only_things_end(i)
        {
            self.current.says.heading = true;
            self.close(Joint::Comma);
        }
        let first = *self.count_first.get_or_insert(!self.current.describes());
        if count.article && self.current.count.is_some() {
            self.last = Last::Other;
            return;
        }
        if let Some(own) = &self.current.count {
            // "a box of 100", "one 12 inch": a real number is the count.
            let replaced = own.article && own.pack.is_none() && !self.current.describes();
            if !replaced {
                let joint = if first || !self.current.describes() { Joint::Comma } else { Joint::And };
                self.close(joint);
                self.count_first = Some(first);
            }
        }
        if self.current.says.without && self.current.describes() {
            // "no lids 300 cups": the count begins what is wanted again.
            self.close(Joint::Comma);
        }
        self.current.count_first = !self.current.describes();
        let pack = count.pack.clone().or(self.current.pack.take());
        self.current.count = Some(Count { pack, ..count.clone() });
        let atom = &self.atoms[i];
        self.current.spans(atom);
        self.last = Last::Count;
    }

    /// "Cloths 20 blue 20 red": several counts up to the next joint, and a thing after the last of them.
    fn only_things_end(&self, i: usize) -> bool {
        let run =
            || self.atoms[i..].iter().take_while(|a| !matches!(a.what, What::Join(..) | What::Open)).take(40);
        let counts = run().filter(|a| matches!(a.what, What::Count(_))).count();
        let last = run().filter(|a| !a.is_talk()).last();
        counts >= 2 && last.is_some_and(|a| matches!(a.what, What::Words(..) | What::Size(_)))
    }

    /// Begins another thing without a joint between.
    fn split_before(&mut self) {
        let first = self.count_first;
        let without = self.current.says.without;
        let joint = if self.current.count.is_some() { Joint::Comma } else { Joint::And };
        self.close(joint);
        self.current.says.without = without;
        self.count_first = first;
    }
}
