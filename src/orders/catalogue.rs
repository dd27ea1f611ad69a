//! The catalogue as one turn sees it: products, outlets and the indexes that find them by words.

use std::collections::HashMap;
use std::sync::Arc;

use arc_swap::ArcSwapOption;

use crate::domain::catalogue::Product;
use crate::domain::ids::{OutletId, ProductId};
use crate::domain::outlet::Outlet;
use crate::nlu::matcher::{OutletIndex, ProductIndex};
use crate::store::{Store, StoreError};

/// One version of products and outlets, never changed once made.
pub struct Catalogue {
    version: u64,
    products: HashMap<ProductId, Product>,
    outlets: HashMap<OutletId, Outlet>,
    /// Finds products by the customer's words.
    pub product_index: ProductIndex,
    /// Finds outlets by the customer's words.
    pub outlet_index: OutletIndex,
}

impl Catalogue {
    /// From what the database holds.
    pub fn new(version: u64, products: Vec<Product>, outlets: Vec<Outlet>) -> Self {
        Self {
            version,
            product_index: ProductIndex::new(&products),
            outlet_index: OutletIndex::new(&outlets),
            products: products.into_iter().map(|p| (p.id, p)).collect(),
            outlets: outlets.into_iter().map(|o| (o.id, o)).collect(),
        }
    }

    /// Which version this is.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// A product by its row.
    pub fn product(&self, id: ProductId) -> Option<&Product> {
        self.products.get(&id)
    }

    /// An outlet by its row.
    pub fn outlet(&self, id: OutletId) -> Option<&Outlet> {
        self.outlets.get(&id)
    }

    /// All outlets, in no order.
    pub fn outlets(&self) -> impl Iterator<Item = &Outlet> {
        self.outlets.values()
    }

    /// All products, in no order.
    pub fn products(&self) -> impl Iterator<Item = &Product> {
        self.products.values()
    }
}

/// Keeps the newest catalogue; an import by another process is seen at the next turn.
pub struct CatalogueCache {
    store: Store,
    current: ArcSwapOption<Catalogue>,
    loading: tokio::sync::Mutex<()>,
}

impl CatalogueCache {
    /// Empty: the first use loads it.
    pub fn new(store: Store) -> Self {
        Self { store, current: ArcSwapOption::empty(), loading: tokio::sync::Mutex::new(()) }
    }

    /// The newest catalogue.
    pub async fn get(&self) -> Result<Arc<Catalogue>, StoreError> {
        let version = self.store.refresh_catalogue_version().await?;
        if let Some(current) = self.current.load_full().filter(|c| c.version == version) {
            return Ok(current);
        }
        // One load at a time: a thousand products take milliseconds to index, and all wait for the same thing.
        let _turn = self.loading.lock().await;
        if let Some(current) = self.current.load_full().filter(|c| c.version == version) {
            return Ok(current);
        }
        let (products, outlets) = (self.store.products().await?, self.store.outlets().await?);
        let fresh = Arc::new(Catalogue::new(version, products, outlets));
        self.current.store(Some(fresh.clone()));
        Ok(fresh)
    }
}
