//! Which products a question is about, and what is asked of them.

use super::engine::Turn;
use super::question::ProductQuestion;
use super::signals;
use super::understand::Understood;
use super::validate;
use crate::domain::ids::ProductId;
use crate::nlu::text::{stem, tokens};
use crate::orders::Catalogue;

impl Understood {
    /// What is asked about products, and which; `None` when nothing is.
    ///
    /// Words such as "it" and "those" mean the products `spoken_of` last.
    pub fn product_question<'a>(
        &self,
        catalogue: &'a Catalogue,
        spoken_of: &[ProductId],
    ) -> Option<ProductQuestion<'a>> {
        let lower = self.text.to_lowercase();
        let has = |words: &[&str]| words.iter().any(|w| lower.contains(w));
        let price = has(&["price", "cost", "how much", "pricing", "rate for", "charge for"]);
        let stock = has(&["in stock", "available", "availability", "do you have", "got any", "stock of"]);
        let minimum = has(&[
            "minimum order",
            "min order",
            "moq",
            "smallest order",
            "minimum quantity",
            "bundle",
            "how many in a",
        ]);
        if !(price || stock || minimum) || !self.is_question {
            return None;
        }
        let mut ids: Vec<ProductId> = catalogue.product_index.mentioned(&self.text);
        let pointed = ids.is_empty() && signals::points_back(&self.text);
        if pointed {
            ids = spoken_of.to_vec();
        }
        let products: Vec<_> = ids.into_iter().filter_map(|id| catalogue.product(id)).collect();
        let named = pointed
            || products.len() > 1
            || products.first().is_some_and(|product| half_named(&product.details.name, &self.text));
        (!products.is_empty()).then_some(ProductQuestion { products, named, price, stock, minimum })
    }

    /// Whether the products asked about have names that are no more than names: only those are told to a model.
    pub(super) fn plainly_named(&self, turn: &Turn<'_>) -> bool {
        let asked = self.product_question(&turn.catalogue, &turn.state.spoken_of());
        asked.is_none_or(|asked| asked.products.iter().all(|p| validate::is_plain_name(&p.details.name)))
    }
}

/// Whether at least half of a product's name is said.
fn half_named(name: &str, text: &str) -> bool {
    let stems = |text: &str| -> Vec<String> {
        tokens(text).into_iter().map(|t| stem(&t.text)).filter(|word| !word.is_empty()).collect()
    };
    let (name, said) = (stems(name), stems(text));
    2 * name.iter().filter(|word| said.contains(word)).count() >= name.len()
}
