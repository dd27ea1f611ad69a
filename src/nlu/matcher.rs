//! Products by the words, sizes and spelling of customers.

use std::collections::{HashMap, HashSet};

use super::lexicon;
pub use super::outlets::OutletIndex;
use super::text::{Kind, Size, tokens};
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

/// The words of a product that are looked for: its name, or one of its aliases.
#[derive(Debug, Clone)]
struct Label {
    words: HashSet<String>,
    sizes: Vec<Size>,
    head: Option<String>,
}

#[derive(Debug)]
struct Entry {
    id: ProductId,
    sku: String,
    labels: Vec<Label>,
    /// Words of description and category: they never find a product, but do not contradict it either.
    around: HashSet<String>,
    active: bool,
}

/// Finds products by words. Made once a catalogue.
#[derive(Debug)]
pub struct ProductIndex {
    entries: Vec<Entry>,
    idf: HashMap<String, f64>,
    heads: HashSet<String>,
    by_word: HashMap<String, Vec<usize>>,
}

/// Below this nothing is offered.
const OFFER_FROM: f64 = 0.45;
/// From here on one product can win.
const SURE_FROM: f64 = 0.62;
/// A winner is at least this much better than the next.
const MARGIN: f64 = 0.06;
/// Offered at most.
const MAX_OFFERED: usize = 5;

impl ProductIndex {
    /// From the catalogue.
    pub fn new(products: &[Product]) -> Self {
        let entries: Vec<Entry> = products.iter().map(entry).collect();
        let mut counts: HashMap<String, usize> = HashMap::new();
        let mut by_word: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, entry) in entries.iter().enumerate() {
            let words: HashSet<&String> = entry.labels.iter().flat_map(|l| &l.words).collect();
            for word in words {
                *counts.entry(word.clone()).or_default() += 1;
                by_word.entry(word.clone()).or_default().push(at);
            }
        }
        let n = entries.len() as f64;
        let idf = counts.into_iter().map(|(word, c)| (word, (1.0 + n / c as f64).ln())).collect();
        let heads = entries.iter().flat_map(|e| &e.labels).filter_map(|l| l.head.clone()).collect();
        Self { entries, idf, heads, by_word }
    }

    /// Whether a stemmed word belongs to the name or an alias of a product.
    pub fn knows(&self, word: &str) -> bool {
        self.idf.contains_key(word)
    }

    /// The catalogue's word that a word stands for, with its spelling mended; `None` when there is none.
    pub fn mend(&self, word: &str) -> Option<String> {
        if self.knows(word) {
            return Some(word.to_owned());
        }
        if word.chars().count() < 4 || lexicon::is_filler(word) || lexicon::PACKS.contains(&word) {
            return None;
        }
        let allowed = if word.chars().count() >= 8 { 2 } else { 1 };
        self.idf
            .keys()
            .filter(|known| known.chars().count() >= 3 && known.chars().next() == word.chars().next())
            .map(|known| (strsim::osa_distance(known, word), known))
            .filter(|(distance, _)| *distance <= allowed)
            .min_by(|a, b| a.cmp(b))
            .map(|(_, known)| known.clone())
    }

    /// Two words of the catalogue written as one: `pizzabox`.
    pub fn split(&self, word: &str) -> Option<(String, String)> {
        (3..word.len().saturating_sub(2)).filter(|i| word.is_char_boundary(*i)).find_map(|i| {
            let (a, b) = (super::text::stem(&word[..i]), super::text::stem(&word[i..]));
            (self.knows(&a) && self.knows(&b)).then_some((a, b))
        })
    }

    /// Whether a word names a thing, not a property of one.
    pub fn is_head(&self, word: &str) -> bool {
        self.heads.contains(word)
    }

    /// What a product is, without its properties: the words of its name that are no colour, material or size.
    pub fn head_words(&self, product: ProductId) -> Vec<String> {
        let entry = self.entries.iter().find(|e| e.id == product);
        let label = entry.and_then(|e| e.labels.first());
        let (head, words) = label.map_or((None, Vec::new()), |l| {
            let words = l.words.iter().filter(|w| !lexicon::ADJECTIVES.contains(&w.as_str()));
            (l.head.clone(), words.cloned().collect())
        });
        let mut words: Vec<String> = words.into_iter().filter(|w| Some(w) != head.as_ref()).collect();
        words.sort();
        words.extend(head);
        words
    }

    /// Whether all these words stand in one name or alias.
    pub fn one_label_has(&self, words: &[String]) -> bool {
        self.entries.iter().flat_map(|e| &e.labels).any(|l| words.iter().all(|w| l.words.contains(w)))
    }

    /// Whether a name or alias of the product has this word.
    pub fn label_has(&self, product: ProductId, word: &str) -> bool {
        self.entries.iter().any(|e| e.id == product && e.labels.iter().any(|l| l.words.contains(word)))
    }

    /// The product of exactly this SKU.
    pub fn by_sku(&self, sku: &str) -> Option<ProductId> {
        self.entries.iter().find(|e| e.active && e.sku.eq_ignore_ascii_case(sku)).map(|e| e.id)
    }

    /// All SKUs that occur in a text.
    pub fn skus_in(&self, text: &str) -> Vec<(ProductId, String)> {
        let upper = text.to_uppercase();
        self.entries
            .iter()
            .filter(|e| e.active && e.sku.len() >= 4 && upper.contains(&e.sku))
            .map(|e| (e.id, e.sku.clone()))
            .collect()
    }

    /// Products that fit the words and sizes, best first; with how many were looked at.
    pub fn find(&self, words: &[String], sizes: &[Size]) -> (Vec<Candidate>, usize) {
        let mut at: Vec<usize> = words
            .iter()
            .filter_map(|w| self.by_word.get(w))
            .flatten()
            .copied()
            .collect::<HashSet<_>>()
            .into_iter()
            .collect();
        if at.is_empty() && !sizes.is_empty() && words.is_empty() {
            at = (0..self.entries.len()).collect();
        }
        let looked_at = at.len();
        let head = words.last();
        let mut found: Vec<Candidate> = at
            .into_iter()
            .map(|i| &self.entries[i])
            .filter(|e| e.active)
            .map(|e| Candidate { product: e.id, score: self.score(e, words, sizes, head) })
            .filter(|c| c.score >= OFFER_FROM)
            .collect();
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.product.cmp(&b.product)));
        (found, looked_at)
    }

    fn weight(&self, word: &str) -> f64 {
        self.idf.get(word).copied().unwrap_or(0.0)
    }

    fn score(&self, entry: &Entry, words: &[String], sizes: &[Size], head: Option<&String>) -> f64 {
        entry
            .labels
            .iter()
            .map(|label| self.label_score(entry, label, words, sizes, head))
            .fold(0.0, f64::max)
    }

    fn label_score(
        &self,
        entry: &Entry,
        label: &Label,
        words: &[String],
        sizes: &[Size],
        head: Option<&String>,
    ) -> f64 {
        // A size that the product does not have rules it out; all its labels know its sizes.
        let all_sizes: Vec<&Size> = entry.labels.iter().flat_map(|l| &l.sizes).collect();
        if !sizes.iter().all(|s| all_sizes.iter().any(|own| same_size(own, s))) {
            return 0.0;
        }
        let total: f64 = words.iter().map(|w| self.weight(w)).sum();
        let (mut matched, mut contradicted) = (0.0, 0.0);
        for word in words {
            if label.words.contains(word) {
                matched += self.weight(word);
            } else if entry.around.contains(word) || entry.labels.iter().any(|l| l.words.contains(word)) {
                matched += 0.8 * self.weight(word);
            } else {
                contradicted += self.weight(word);
            }
        }
        let phrase = if total > 0.0 {
            matched / total
        } else if sizes.is_empty() {
            0.0
        } else {
            0.5
        };
        let own: f64 = label.words.iter().map(|w| self.weight(w)).sum();
        let covered: f64 = label.words.iter().filter(|w| words.contains(w)).map(|w| self.weight(w)).sum();
        let name = if own > 0.0 { covered / own } else { 0.0 };
        let sized = match (sizes.is_empty(), label.sizes.is_empty()) {
            (false, _) => 1.0,
            (true, true) => 0.9,
            (true, false) => 0.6,
        };
        let mut score = 0.6 * phrase + 0.25 * name + 0.15 * sized;
        if let (Some(head), Some(own)) = (head, &label.head) {
            if head == own {
                score += 0.08;
            } else if self.heads.contains(head) && !label.words.contains(own) | !words.contains(own) {
                score *= 0.75;
            }
        }
        if contradicted > 0.0 {
            score *= 0.85;
        }
        score.min(1.0)
    }

    /// One product beyond doubt, several to ask about, or none. `usual` decides between equals.
    pub fn resolve(
        &self,
        words: &[String],
        sizes: &[Size],
        usual: &HashSet<ProductId>,
    ) -> (Resolution, usize) {
        let (found, looked_at) = self.find(words, sizes);
        let Some(best) = found.first() else { return (self.near(words, sizes), looked_at) };
        let close: Vec<&Candidate> = found.iter().filter(|c| best.score - c.score < MARGIN).collect();
        let mut among_usual = close.iter().filter(|c| usual.contains(&c.product));
        let resolution = match (close.as_slice(), among_usual.next(), among_usual.next()) {
            ([one], _, _) if one.score >= SURE_FROM && !self.contradicts(one.product, words) => {
                Resolution::Product(one.product)
            }
            (_, Some(usual), None) if usual.score >= SURE_FROM => Resolution::Product(usual.product),
            _ => Resolution::Ambiguous(found.iter().take(MAX_OFFERED).map(|c| c.product).collect()),
        };
        (resolution, looked_at)
    }

    /// A word of the catalogue that this product does not have: another product may have been meant.
    fn contradicts(&self, product: ProductId, words: &[String]) -> bool {
        self.entries.iter().find(|e| e.id == product).is_some_and(|e| {
            words.iter().any(|w| {
                self.knows(w) && !e.around.contains(w) && !e.labels.iter().any(|l| l.words.contains(w))
            })
        })
    }

    /// Nothing fits exactly: the same thing in other sizes is offered.
    fn near(&self, words: &[String], sizes: &[Size]) -> Resolution {
        if sizes.is_empty() || words.is_empty() {
            return Resolution::Unknown;
        }
        let (found, _) = self.find(words, &[]);
        if found.is_empty() {
            return Resolution::Unknown;
        }
        Resolution::Ambiguous(found.iter().take(MAX_OFFERED).map(|c| c.product).collect())
    }

    /// The products that a question speaks of.
    pub fn mentioned(&self, text: &str) -> Vec<ProductId> {
        let (words, sizes) = self.phrase(text);
        if words.is_empty() {
            return Vec::new();
        }
        let (found, _) = self.find(&words, &sizes);
        let best = found.first().map_or(0.0, |c| c.score);
        if best < SURE_FROM {
            return Vec::new();
        }
        found.iter().filter(|c| best - c.score < 0.1).take(MAX_OFFERED).map(|c| c.product).collect()
    }

    /// The catalogue's words and the sizes in a text.
    pub fn phrase(&self, text: &str) -> (Vec<String>, Vec<Size>) {
        let (mut words, mut sizes) = (Vec::new(), Vec::new());
        for token in tokens(text) {
            match token.kind {
                Kind::Word(word) => words.extend(self.product_words(&word)),
                Kind::Size(size) => sizes.push(size),
                _ => {}
            }
        }
        (words, sizes)
    }

    /// The catalogue's words that a word stands for: itself, mended, or two written as one.
    pub fn product_words(&self, word: &str) -> Vec<String> {
        if lexicon::is_filler(word) {
            return Vec::new();
        }
        if let Some(known) = self.mend(word) {
            return vec![known];
        }
        self.split(word).map_or_else(Vec::new, |(a, b)| vec![a, b])
    }
}

/// The same number, and the same unit unless one of them says none.
fn same_size(a: &Size, b: &Size) -> bool {
    a.value == b.value && (a.unit == b.unit || a.unit.is_empty() || b.unit.is_empty())
}

fn label(text: &str) -> Label {
    let (mut words, mut sizes, mut phrase) = (HashSet::new(), Vec::new(), Vec::new());
    let mut phrase_open = true;
    for token in tokens(text) {
        match token.kind {
            Kind::Word(word) => {
                if matches!(word.as_str(), "for" | "with" | "of" | "in" | "and") {
                    phrase_open = phrase_open && phrase.is_empty();
                    continue;
                }
                if phrase_open && !lexicon::ADJECTIVES.contains(&word.as_str()) {
                    phrase.push(word.clone());
                }
                words.insert(word);
            }
            Kind::Size(size) => {
                phrase_open = phrase_open && phrase.is_empty();
                sizes.push(size);
            }
            Kind::Number(n) => {
                sizes.push(Size { value: super::text::plain(n), unit: "" });
            }
            Kind::Mark('(' | ',' | '/') => phrase_open = phrase_open && phrase.is_empty(),
            Kind::Mark('\n') => {}
            Kind::Mark(_) => phrase_open = phrase_open && phrase.is_empty(),
        }
    }
    Label { words, sizes, head: phrase.pop() }
}

fn entry(product: &Product) -> Entry {
    let details = &product.details;
    let mut labels = vec![label(&details.name)];
    labels.extend(details.aliases.iter().map(|alias| label(alias)));
    let around = tokens(&format!("{} {}", details.description, details.category))
        .into_iter()
        .filter_map(|t| if let Kind::Word(w) = t.kind { Some(w) } else { None })
        .filter(|w| !lexicon::is_filler(w.as_str()))
        .collect();
    Entry { id: product.id, sku: details.sku.as_str().to_uppercase(), labels, around, active: details.active }
}
