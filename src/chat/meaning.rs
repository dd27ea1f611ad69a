//! Products by meaning: what to offer for words that no product has ("something for soup", "to-go cups").

use std::collections::HashMap;
use std::sync::Arc;

use arc_swap::ArcSwap;

use super::TurnError;
use crate::domain::catalogue::Product;
use crate::domain::ids::ProductId;
use crate::knowledge::EmbedPool;
use crate::knowledge::matrix::dot;
use crate::orders::Catalogue;

/// Below this cosine a product is not offered: the model gives unrelated short names up to about 0.4.
const OFFER_FROM: f32 = 0.5;
/// At most this many products are offered.
const MAX_OFFERED: usize = 3;
/// Larger catalogues are found by words only: at about 4 ms a text, the first question would wait too long.
const MAX_PRODUCTS: usize = 2000;
/// Texts in one request to the embedder: customers' questions get in between.
const BATCH: usize = 8;

/// Vectors of the catalogue's texts, made when first needed and kept over changes of stock and price.
#[derive(Default)]
pub struct Meanings {
    by_text: ArcSwap<HashMap<String, Arc<[f32]>>>,
    making: tokio::sync::Mutex<()>,
}

impl Meanings {
    /// The products on sale whose meaning is nearest to a text, best first; none when nothing is near.
    pub async fn near(
        &self,
        catalogue: &Catalogue,
        pool: &EmbedPool,
        text: &str,
    ) -> Result<Vec<ProductId>, TurnError> {
        let products: Vec<&Product> = catalogue.products().filter(|p| p.details.active).collect();
        if products.len() > MAX_PRODUCTS {
            return Ok(Vec::new());
        }
        let wanted = pool.embed_query(text).await?;
        let vectors = self.vectors(&products, pool).await?;
        let mut found: Vec<(f32, ProductId)> = products
            .iter()
            .filter_map(|p| Some((dot(vectors.get(&words(p))?, &wanted), p.id)))
            .filter(|(score, _)| *score >= OFFER_FROM)
            .collect();
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.0.cmp(&b.1.0)));
        Ok(found.into_iter().take(MAX_OFFERED).map(|(_, id)| id).collect())
    }

    async fn vectors(
        &self,
        products: &[&Product],
        pool: &EmbedPool,
    ) -> Result<Arc<HashMap<String, Arc<[f32]>>>, TurnError> {
        let complete = |known: &HashMap<_, _>| products.iter().all(|p| known.contains_key(&words(p)));
        let known = self.by_text.load_full();
        if complete(&known) {
            return Ok(known);
        }
        // One maker at a time; who waited finds the work done.
        let _turn = self.making.lock().await;
        let known = self.by_text.load_full();
        if complete(&known) {
            return Ok(known);
        }
        let texts: Vec<String> = products.iter().map(|p| words(p)).collect();
        let mut fresh: HashMap<String, Arc<[f32]>> = HashMap::with_capacity(texts.len());
        let (old, new): (Vec<String>, Vec<String>) = texts.into_iter().partition(|t| known.contains_key(t));
        fresh.extend(old.into_iter().filter_map(|t| known.get(&t).cloned().map(|v| (t, v))));
        for batch in new.chunks(BATCH) {
            let vectors = pool.embed(batch.to_vec()).await?;
            fresh.extend(batch.iter().cloned().zip(vectors.into_iter().map(Into::into)));
        }
        let fresh = Arc::new(fresh);
        self.by_text.store(fresh.clone());
        Ok(fresh)
    }
}

fn words(product: &Product) -> String {
    format!("{} {}", product.details.category, product.details.name).trim().to_owned()
}
