//! A piece of a message about one thing.

use super::atoms::{Atom, Count, Joint};
use crate::domain::ids::ProductId;
use crate::nlu::lexicon;
use crate::nlu::matcher::Query;

/// A piece of a message about one thing.
#[derive(Debug, Clone, PartialEq)]
pub struct Clause {
    /// What joins it to the one before.
    pub joint: Joint,
    /// What is looked for.
    pub query: Query,
    /// A product by its SKU.
    pub sku: Option<ProductId>,
    /// Whether its last word is what a product is.
    pub headed: bool,
    /// Whether every word was written as the catalogue has it, or nearly so.
    pub sure: bool,
    /// Words that the catalogue does not know: right before the thing, right after it, and elsewhere.
    pub unknown: Unknowns,
    /// Those words themselves, stemmed, but for what tells variants apart.
    pub strange: Vec<String>,
    /// How many.
    pub count: Option<Count>,
    /// A word for packs after the thing, before its count: "box bundles: 2".
    pub(super) pack: Option<String>,
    /// Whether the count stands before the thing.
    pub count_first: bool,
    /// What is said of it.
    pub says: Says,
    /// First byte in the message.
    pub start: usize,
    /// Byte after the last in the message.
    pub end: usize,
}

/// Words that the catalogue does not know.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Unknowns {
    /// Somewhere in the clause.
    pub any: bool,
    /// Right before a word of the catalogue.
    pub before: bool,
    /// Right after the last word of the catalogue: it may be what the thing really is ("pizza cutters").
    pub after: bool,
    /// A colour or make that no product has.
    pub telling: bool,
}

impl Unknowns {
    /// Whether they may make it another thing than the words of the catalogue say.
    pub fn doubtful(self) -> bool {
        self.before || self.after || self.telling
    }
}

/// What is said of a clause's thing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a word that was there or was not")]
pub struct Says {
    /// "each".
    pub each: bool,
    /// "no", "without".
    pub without: bool,
    /// "no more", "we have no": run out, perhaps, rather than refused.
    pub lacks: bool,
    /// "actually": may correct.
    pub correction: bool,
    /// "sorry, I mean": corrects.
    pub surely_correction: bool,
    /// "the usual".
    pub usual: bool,
    /// "the same".
    pub same: bool,
    /// Names what the next clauses are about.
    pub heading: bool,
    /// In brackets.
    pub brackets: bool,
    /// Tells of what is or was.
    pub told: bool,
    /// In a sentence that asks.
    pub asked: bool,
}

impl Clause {
    pub(super) fn new(joint: Joint, says: Says) -> Self {
        Self {
            joint,
            query: Query::default(),
            sku: None,
            headed: false,
            sure: true,
            unknown: Unknowns::default(),
            strange: Vec::new(),
            count: None,
            pack: None,
            count_first: false,
            says,
            start: usize::MAX,
            end: 0,
        }
    }

    /// Whether it says what, not how many.
    pub fn describes(&self) -> bool {
        self.sku.is_some() || !self.query.words.is_empty() || !self.query.sizes.is_empty()
    }

    /// Whether it names a thing, not only a size or a colour.
    pub fn names_thing(&self) -> bool {
        self.sku.is_some() || names_thing(&self.query.words)
    }

    pub(super) fn is_blank(&self) -> bool {
        !self.describes()
            && self.count.is_none()
            && !self.unknown.any
            && !self.says.usual
            && !self.says.same
            && !self.says.each
    }

    /// Whether it says how many of something, and nothing else.
    pub(super) fn counts_alone(&self) -> bool {
        !self.describes()
            && self.count.is_some()
            && !self.unknown.any
            && !self.says.told
            && !self.says.correction
    }

    /// This thing with the count of another clause.
    pub(super) fn counted(self, other: &Self) -> Self {
        let says = Says { without: false, lacks: false, ..self.says };
        Self { count: other.count.clone(), says, joint: Joint::Stop, end: self.end.max(other.end), ..self }
    }

    pub(super) fn spans(&mut self, atom: &Atom) {
        self.start = self.start.min(atom.start);
        self.end = self.end.max(atom.end);
    }
}

/// Whether there is a word that is no colour, material or make.
pub fn names_thing(words: &[String]) -> bool {
    words.iter().any(|w| !lexicon::ADJECTIVES.contains(w.as_str()))
}
