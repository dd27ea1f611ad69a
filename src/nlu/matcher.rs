//! Products by the words, sizes and spelling of customers.

use std::collections::{HashMap, HashSet};

use super::entry::{Entry, Fit, Label, add_compounds, compact, compound, entry, plainest};
use super::lexicon;
pub use super::outlets::OutletIndex;
use super::text::{Kind, Size, tokens_with};
use super::vocabulary::{Reader, Vocabulary};
use crate::domain::catalogue::Product;
use crate::domain::ids::ProductId;

/// A product that fits, with how well.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// The product.
    pub product: ProductId,
    /// 0 to 1.
    pub score: f64,
}

/// What came of looking for a product.
#[derive(Debug, Clone, PartialEq)]
pub enum Resolution {
    /// This one, beyond doubt.
    Product(ProductId),
    /// One of these, best first: to be asked.
    Ambiguous(Vec<ProductId>),
    /// Nothing fits.
    Unknown,
}

/// What a product is looked for by.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Query {
    /// Words of the catalogue; the thing itself last.
    pub words: Vec<String>,
    /// Words of the catalogue that only say what it is for; they help to choose and never contradict.
    pub purpose: Vec<String>,
    /// Sizes.
    pub sizes: Vec<Size>,
}

/// Finds products by words. Made once a catalogue.
#[derive(Debug)]
pub struct ProductIndex {
    entries: Vec<Entry>,
    at: HashMap<ProductId, usize>,
    vocabulary: Vocabulary,
    idf: HashMap<String, f64>,
    heads: HashSet<String>,
    by_word: HashMap<String, Vec<usize>>,
    sizes: HashSet<Size>,
    units: HashSet<String>,
    /// Colours and makes that only descriptions have.
    described: HashSet<String>,
    graded: HashSet<(String, String)>,
    numbered: HashSet<(String, String)>,
    skus: HashMap<String, ProductId>,
}

/// Below this nothing is offered.
const OFFER_FROM: f64 = 0.35;
/// Offered at most.
const MAX_OFFERED: usize = 5;

impl ProductIndex {
    /// From the catalogue.
    pub fn new(products: &[Product]) -> Self {
        let entries: Vec<Entry> = products.iter().map(entry).collect();
        let (mut vocabulary, mut sizes) = (Vocabulary::default(), HashSet::new());
        let mut by_word: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, entry) in entries.iter().enumerate() {
            entry.labels.iter().for_each(|label| vocabulary.add(&label.words));
            for word in &entry.own {
                by_word.entry(word.clone()).or_default().push(at);
            }
            for size in entry.sizes.iter().chain(&entry.around_sizes) {
                sizes.insert(size.clone());
                sizes.insert(Size { unit: String::new(), ..size.clone() });
            }
        }
        let n = entries.len() as f64;
        let idf = by_word.iter().map(|(word, at)| (word.clone(), (1.0 + n / at.len() as f64).ln())).collect();
        add_compounds(&mut by_word);
        let heads = entries.iter().flat_map(|e| e.heads.iter().cloned()).collect();
        let at = entries.iter().enumerate().map(|(i, e)| (e.id, i)).collect();
        let units = products.iter().map(|p| super::text::stem(&p.details.unit.to_lowercase())).collect();
        let skus = entries.iter().filter(|e| !e.sku.is_empty()).map(|e| (e.sku.clone(), e.id)).collect();
        let around = entries.iter().flat_map(|e| e.around.iter());
        let described = around.filter(|w| lexicon::describes(w)).cloned().collect();
        let labels = || entries.iter().flat_map(|e| &e.labels);
        let graded = labels().flat_map(|l| l.graded.iter().cloned());
        let graded = graded.filter(|(_, w)| !labels().any(|l| l.heads.contains(w))).collect();
        let numbered = labels().flat_map(|l| l.numbered.iter().cloned()).collect();
        Self { entries, at, vocabulary, idf, heads, by_word, sizes, units, described, graded, numbered, skus }
    }

    fn entry(&self, product: ProductId) -> Option<&Entry> {
        self.at.get(&product).map(|at| &self.entries[*at])
    }

    /// Looks words up, with their spelling mended; one for each message.
    pub fn reader(&self) -> Reader<'_> {
        self.vocabulary.reader()
    }

    /// Whether a stemmed word belongs to the name or an alias of a product.
    pub fn knows(&self, word: &str) -> bool {
        self.vocabulary.has(word)
    }

    /// Whether a product has this size.
    pub fn knows_size(&self, size: &Size) -> bool {
        self.sizes.contains(size)
    }

    /// Whether something is sold by this unit (stemmed).
    pub fn sells_by(&self, unit: &str) -> bool {
        self.units.contains(unit)
    }

    /// Whether a word names a thing, not a property of one.
    pub fn is_head(&self, word: &str) -> bool {
        self.heads.contains(word)
    }

    /// Whether a word is what this product is.
    pub fn has_head(&self, product: ProductId, word: &str) -> bool {
        self.entry(product).is_some_and(|e| e.heads.contains(word))
    }

    /// Whether a name or alias of the product has this word.
    pub fn label_has(&self, product: ProductId, word: &str) -> bool {
        self.entry(product).is_some_and(|e| e.own.contains(word))
    }

    /// The sizes of a product.
    pub fn sizes_of(&self, product: ProductId) -> &[Size] {
        self.entry(product).map_or(&[], |e| &e.sizes)
    }

    /// What one of a product holds, where its description says so.
    pub(super) fn content(&self, product: ProductId) -> Option<&Size> {
        self.entry(product)?.content.as_ref()
    }

    /// Whether a word (stemmed) stands in a product's description or category.
    pub(super) fn is_around(&self, product: ProductId, word: &str) -> bool {
        self.entry(product).is_some_and(|e| e.around.contains(word))
    }

    /// How many units of a product a quantity is.
    pub(super) fn units_of(&self, product: ProductId, quantity: &super::order::Quantity) -> Option<u32> {
        let entry = self.entry(product)?;
        quantity.units_in(&entry.unit, entry.bundle)
    }

    /// Whether a product is sold by this pack (stemmed).
    pub fn is_sold_by(&self, product: ProductId, pack: &str) -> bool {
        self.entry(product).is_some_and(|e| e.unit == pack)
    }

    /// Whether a colour or make (stemmed) stands in a description: "chilled".
    pub fn is_described(&self, word: &str) -> bool {
        self.described.contains(word)
    }

    /// Whether a product's grade is this number with this word (stemmed) after it: "20 vol".
    pub fn is_grade(&self, number: f64, word: &str) -> bool {
        self.graded.contains(&(super::text::plain(number), word.to_owned()))
    }

    /// Whether all that fits is sold by `unit`, and nothing of it in the size `size`: then "10 kg" is how much.
    pub fn measured_by(&self, query: &Query, size: &Size, unit: &str) -> bool {
        let at = self.touched(&query.words, &query.sizes);
        let mut fit =
            at.iter().map(|i| &self.entries[*i]).filter(|e| e.active && e.fits(query, false)).peekable();
        fit.peek().is_some() && fit.all(|e| e.unit == unit && !e.has_size(size, true))
    }

    /// Whether products are told from one another by percentages.
    pub fn grades_by_percent(&self) -> bool {
        self.graded.iter().any(|(_, word)| word == "%")
    }

    /// Whether a product is numbered so after this word (stemmed): "DOT 4".
    pub fn is_numbered(&self, word: &str, number: f64) -> bool {
        self.numbered.contains(&(word.to_owned(), super::text::plain(number)))
    }

    /// From which number on things are likely to be meant, not the packs of many that a product is sold by.
    pub fn counts_things_from(&self, product: ProductId) -> Option<u32> {
        /// So many packs are rarely ordered, and never without the word for them.
        const MANY: u32 = 50;
        let entry = self.entry(product)?;
        let pack = super::order::holds_many(&entry.unit);
        entry.holds.map(|n| n.max(10)).into_iter().chain(pack.then_some(MANY)).min()
    }

    /// Whether one product has all these sizes.
    pub fn has_sizes(&self, sizes: &[Size]) -> bool {
        sizes.iter().all(|s| self.knows_size(s))
            && (sizes.len() == 1 || self.entries.iter().any(|e| sizes.iter().all(|s| e.has_size(s, false))))
    }

    /// Whether it can be ordered.
    pub fn is_active(&self, product: ProductId) -> bool {
        self.entry(product).is_some_and(|e| e.active)
    }

    /// What a product is, without its properties: the words of its name that are no colour, material or size.
    pub fn head_words(&self, product: ProductId) -> Vec<String> {
        let Some(label) = self.entry(product).and_then(|e| e.labels.first()) else { return Vec::new() };
        let thing = |w: &&String| !lexicon::ADJECTIVES.contains(w.as_str()) || label.heads.contains(w);
        label.words.iter().filter(thing).cloned().collect()
    }

    /// Whether the query's words and `more` stand in one name or alias of a thing that it names already, or that it
    /// only describes.
    pub fn one_thing(&self, query: &Query, more: &[String]) -> bool {
        let Some(first) = query.words.first().and_then(|w| self.by_word.get(w)) else { return false };
        let describes = query.words.iter().all(|w| lexicon::ADJECTIVES.contains(w));
        let sized = first
            .iter()
            .map(|at| &self.entries[*at])
            .filter(|e| query.sizes.iter().all(|s| e.has_size(s, false)));
        sized.flat_map(|e| &e.labels).any(|l| {
            query.words.iter().chain(more).all(|w| l.words.contains(w))
                && (describes || l.heads.iter().any(|h| query.words.contains(h)))
        })
    }

    /// "Milk 3 cartons UHT": whether words that name no thing themselves choose one kind of what was said before.
    pub(super) fn tells_kind(&self, query: &Query, more: &[String]) -> bool {
        let words = [more, &query.words[..]].concat();
        let all = Query { words, purpose: Vec::new(), sizes: query.sizes.clone() };
        let at = self.touched(more, &[]);
        let fit =
            at.iter().filter(|i| self.entries[**i].active && self.entries[**i].fits(&all, false)).count();
        fit == 1 && at.len() == 1 && !query.words.is_empty() && !more.iter().any(|w| self.is_head(w))
    }

    /// The product of exactly this SKU, however its parts are joined.
    pub fn by_sku(&self, sku: &str) -> Option<ProductId> {
        self.skus.get(&compact(sku)).copied()
    }

    /// The words of a text as one message's phrase: the catalogue's words and the sizes in it.
    pub fn phrase(&self, text: &str) -> (Vec<String>, Vec<Size>) {
        let reader = self.reader();
        let (mut words, mut sizes) = (Vec::new(), Vec::new());
        for token in tokens_with(text, &|sizes| self.has_sizes(sizes)) {
            match token.kind {
                Kind::Word(word) => words.extend(reader.look_up(&word).into_iter().map(|m| m.word)),
                Kind::Size(size) => sizes.push(size),
                _ => {}
            }
        }
        (words, sizes)
    }

    /// The products that a question speaks of.
    pub fn mentioned(&self, text: &str) -> Vec<ProductId> {
        const SURE: f64 = 0.6;
        let (words, sizes) = self.phrase(text);
        if words.is_empty() {
            return Vec::new();
        }
        let (found, _) = self.find(&words, &sizes);
        let best = found.first().map_or(0.0, |c| c.score);
        if best < SURE {
            return Vec::new();
        }
        found.iter().filter(|c| best - c.score < 0.1).take(MAX_OFFERED).map(|c| c.product).collect()
    }

    /// Products that fit the words and sizes, best first; with how many were looked at.
    pub fn find(&self, words: &[String], sizes: &[Size]) -> (Vec<Candidate>, usize) {
        let at = self.touched(words, sizes);
        let head = words.last();
        let mut found: Vec<Candidate> = at
            .iter()
            .map(|i| &self.entries[*i])
            .filter(|e| e.active)
            .map(|e| Candidate { product: e.id, score: self.score(e, words, sizes, head) })
            .filter(|c| c.score >= OFFER_FROM)
            .collect();
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.product.cmp(&b.product)));
        (found, at.len())
    }

    /// Entries that share a word; all of them when only sizes are given.
    fn touched(&self, words: &[String], sizes: &[Size]) -> Vec<usize> {
        if words.is_empty() {
            return if sizes.is_empty() { Vec::new() } else { (0..self.entries.len()).collect() };
        }
        let mut at: Vec<usize> =
            words.iter().filter_map(|w| self.by_word.get(w)).flatten().copied().collect();
        at.sort_unstable();
        at.dedup();
        at
    }

    fn weight(&self, word: &str) -> f64 {
        self.idf.get(word).copied().unwrap_or(1.0)
    }

    fn score(&self, entry: &Entry, words: &[String], sizes: &[Size], head: Option<&String>) -> f64 {
        if !sizes.iter().all(|s| entry.has_size(s, true)) {
            return 0.0;
        }
        let total: f64 = words.iter().map(|w| self.weight(w)).sum();
        let part = |w: &String| match entry.fit(w) {
            Fit::Own => self.weight(w),
            Fit::Around => 0.8 * self.weight(w),
            Fit::No => 0.0,
        };
        let matched = if total > 0.0 { words.iter().map(part).sum::<f64>() / total } else { 0.7 };
        let covered = entry.labels.iter().map(|l| self.covered(l, words)).fold(0.0, f64::max);
        let headed = match head {
            Some(head) if entry.heads.contains(head) => 1.0,
            Some(head) if self.heads.contains(head) => 0.0,
            _ => 0.5,
        };
        let exactness = if sizes.is_empty() && !entry.sizes.is_empty() { 0.5 } else { 1.0 };
        0.65 * matched + 0.15 * covered + 0.15 * headed + 0.05 * exactness
    }

    /// How much of a name the words say.
    fn covered(&self, label: &Label, words: &[String]) -> f64 {
        let own: f64 = label.words.iter().map(|w| self.weight(w)).sum();
        let said: f64 = label.words.iter().filter(|w| words.contains(w)).map(|w| self.weight(w)).sum();
        if own > 0.0 { said / own } else { 0.0 }
    }

    /// One product beyond doubt, several to ask about, or none. `usual` decides between equals.
    pub fn resolve(
        &self,
        words: &[String],
        sizes: &[Size],
        usual: &HashSet<ProductId>,
    ) -> (Resolution, usize) {
        let query = Query { words: words.to_vec(), purpose: Vec::new(), sizes: sizes.to_vec() };
        let (resolution, looked_at) = self.ask(&query);
        (decide(resolution, usual), looked_at)
    }

    /// What fits every word and size; failing that, the nearest things, to be asked about.
    pub fn ask(&self, query: &Query) -> (Resolution, usize) {
        let at = self.touched(&query.words, &query.sizes);
        let fits = |around: bool| -> Vec<&Entry> {
            at.iter().map(|i| &self.entries[*i]).filter(|e| e.active && e.fits(query, around)).collect()
        };
        let mut found = fits(false);
        if found.is_empty() {
            found = self.siblings(&at, query);
        }
        if found.is_empty() {
            found = fits(true);
        }
        if found.is_empty() {
            return (self.near(query), at.len());
        }
        self.narrow(&mut found, query);
        let resolution = match found.as_slice() {
            [one] => Resolution::Product(one.id),
            several => {
                let mut ids: Vec<(f64, ProductId)> = several
                    .iter()
                    .map(|e| (self.score(e, &query.words, &query.sizes, query.words.last()), e.id))
                    .collect();
                ids.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
                Resolution::Ambiguous(ids.into_iter().map(|i| i.1).collect())
            }
        };
        (resolution, at.len())
    }

    /// "Dish soap 20 L", where that is the other name of the same liquid in 5 L: what is called as what the words
    /// fit, but for its size, and has the size asked for.
    fn siblings(&self, at: &[usize], query: &Query) -> Vec<&Entry> {
        let wordy = Query { sizes: Vec::new(), ..query.clone() };
        if query.sizes.is_empty() || query.words.is_empty() {
            return Vec::new();
        }
        let named: Vec<&Entry> =
            at.iter().map(|i| &self.entries[*i]).filter(|e| e.active && e.fits(&wordy, false)).collect();
        let name = |e: &Entry| e.labels.first().map(|l| l.words.clone()).unwrap_or_default();
        let Some(first) = named.first() else { return Vec::new() };
        if named.len() > MAX_OFFERED || named.iter().any(|e| name(e) != name(first)) {
            return Vec::new();
        }
        let own = name(first);
        let alike = self.entries.iter().filter(|e| e.active && name(e) == own);
        alike.filter(|e| query.sizes.iter().all(|s| e.has_size(s, false))).collect()
    }

    /// Of what fits: the things that are what was said, not those that only have to do with it; those whose
    /// purpose was said; the one that is called exactly so.
    fn narrow(&self, found: &mut Vec<&Entry>, query: &Query) {
        if let Some(head) = query.words.last() {
            let named = |e: &Entry| e.heads.iter().any(|h| h == head || compound(h, head));
            // A thing of the same kind stays, though only the other's alias ends with the word: of two kinds of
            // "tea bags" one is also called "breakfast tea".
            let kinds: HashSet<String> =
                found.iter().filter(|e| named(e)).flat_map(|e| e.heads.iter().cloned()).collect();
            // "Salmon" is smoked salmon as well as a salmon fillet; "cups" are no cup lids.
            let shape = |e: &Entry| {
                let begins = e.labels.iter().any(|l| l.words.starts_with(&query.words));
                let part = |l: &Label| l.heads.iter().any(|h| lexicon::PARTS.contains(h));
                (query.words.len() == 1 || begins) && !e.labels.first().is_some_and(part)
            };
            if !kinds.is_empty() {
                found.retain(|e| e.heads.iter().any(|h| kinds.contains(h)) || shape(e));
            }
        }
        // "Dairy cream" is no non-dairy cream.
        let denies = |e: &Entry| {
            let said = |w: &[String]| w[0] == "non" && query.words.contains(&w[1]);
            e.labels.iter().any(|l| l.words.windows(2).any(said))
        };
        if !query.words.iter().any(|w| w == "non") && !found.iter().all(|e| denies(e)) {
            found.retain(|e| !denies(e));
        }
        // "A4 paper" is no coloured paper: nobody gets that without saying so.
        let marked = |w: &String| lexicon::MARKED.contains(w);
        let says = |w: &String| marked(w) || lexicon::PLAIN_VARIANTS.contains(w);
        let plain = |e: &Entry| !e.labels.first().is_some_and(|l| l.words.iter().any(marked));
        if !query.words.iter().any(says) && found.iter().any(|e| plain(e)) {
            found.retain(|e| plain(e));
        }
        if !query.purpose.is_empty() {
            let most = |e: &Entry| query.purpose.iter().filter(|w| e.fit(w) != Fit::No).count();
            let best = found.iter().map(|e| most(e)).max().unwrap_or(0);
            found.retain(|e| most(e) == best);
        }
        if let Some(plainest) = plainest(found, query).filter(|_| !query.words.is_empty()) {
            found.retain(|e| e.id == plainest);
        }
    }

    /// Nothing fits exactly: the same thing in other sizes, or what shares its words, is offered.
    fn near(&self, query: &Query) -> Resolution {
        if query.words.is_empty() {
            return Resolution::Unknown;
        }
        let (mut found, _) = self.find(&query.words, &query.sizes);
        if found.is_empty() {
            found = self.find(&query.words, &[]).0;
        }
        if found.is_empty() {
            return Resolution::Unknown;
        }
        Resolution::Ambiguous(found.iter().take(MAX_OFFERED).map(|c| c.product).collect())
    }

    /// A product of these words that is no longer sold.
    pub fn unavailable(&self, query: &Query) -> Option<ProductId> {
        let mut found: Vec<&Entry> = self
            .touched(&query.words, &query.sizes)
            .into_iter()
            .map(|i| &self.entries[i])
            .filter(|e| e.fits(query, false))
            .collect();
        if found.iter().any(|e| e.active) {
            return None;
        }
        self.narrow(&mut found, query);
        match found.as_slice() {
            [one] => Some(one.id),
            _ => None,
        }
    }

    /// A product with the nearest others, to be asked about.
    pub fn with_neighbours(&self, product: ProductId) -> Resolution {
        let mut ids = vec![product];
        let (found, _) = self.find(&self.head_words(product), &[]);
        ids.extend(found.iter().map(|c| c.product).filter(|id| *id != product).take(MAX_OFFERED - 1));
        Resolution::Ambiguous(ids)
    }
}

/// Decides between equals by what the outlet usually orders, and keeps the list short enough to be asked.
pub fn decide(resolution: Resolution, usual: &HashSet<ProductId>) -> Resolution {
    let Resolution::Ambiguous(mut several) = resolution else { return resolution };
    let mut known = several.iter().filter(|id| usual.contains(id));
    if let (Some(one), None) = (known.next(), known.next()) {
        return Resolution::Product(*one);
    }
    several.truncate(MAX_OFFERED);
    Resolution::Ambiguous(several)
}
