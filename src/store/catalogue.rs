//! Products and outlets.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;

use jiff::civil::Weekday;
use rusqlite::{Connection, OptionalExtension as _, Row, named_params};

use super::codec::{count, known, list, list_text, parsed};
use super::error::StoreError;
use super::open::Store;
use super::records::ImportCounts;
use crate::domain::catalogue::{Product, ProductDetails};
use crate::domain::ids::{OutletId, ProductId, Sku};
use crate::domain::money::{Money, UnitPrice};
use crate::domain::outlet::{Outlet, OutletDetails, Terms};

impl Store {
    /// All products, by their rows.
    pub async fn products(&self) -> Result<Vec<Product>, StoreError> {
        self.read(|conn| {
            let mut select = conn.prepare_cached("SELECT * FROM products ORDER BY id")?;
            Ok(select.query_map([], product)?.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// What is in stock of these products now; those whose stock is not counted are left out.
    pub async fn stock(&self, ids: Vec<ProductId>) -> Result<HashMap<ProductId, u32>, StoreError> {
        self.read(move |conn| {
            let mut select = conn.prepare_cached("SELECT stock FROM products WHERE id = ?")?;
            let mut found = HashMap::new();
            for id in ids {
                let stock: Option<Option<i64>> = select.query_row([id.0], |row| row.get(0)).optional()?;
                if let Some(n) = stock.flatten() {
                    found.insert(id, u32::try_from(n).unwrap_or(0));
                }
            }
            Ok(found)
        })
        .await
    }

    /// All outlets, by their rows.
    pub async fn outlets(&self) -> Result<Vec<Outlet>, StoreError> {
        self.read(|conn| {
            let mut select = conn.prepare_cached("SELECT * FROM outlets ORDER BY id")?;
            Ok(select.query_map([], outlet)?.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Grows with each change of products or outlets (not with each move of stock). Whoever keeps a copy of the
    /// catalogue reads this first and the catalogue then: a change between the two costs one reading more,
    /// never a stale copy.
    pub fn catalogue_version(&self) -> u64 {
        self.catalogue_counter().load(SeqCst)
    }

    /// As [`Store::catalogue_version`], and learns of changes that another process made.
    pub async fn refresh_catalogue_version(&self) -> Result<u64, StoreError> {
        let stored = self.read(stored_version).await?;
        Ok(self.catalogue_counter().fetch_max(stored, SeqCst).max(stored))
    }

    /// Adds the products, or changes those that have the same SKU; all of them or none.
    pub async fn import_products(&self, rows: Vec<ProductDetails>) -> Result<ImportCounts, StoreError> {
        self.import(move |conn| {
            let mut counts = ImportCounts::default();
            for row in &rows {
                save_product(conn, row, &mut counts)?;
            }
            Ok(counts)
        })
        .await
    }

    /// Adds the outlets, or changes those that have the same name; all of them or none.
    pub async fn import_outlets(&self, rows: Vec<OutletDetails>) -> Result<ImportCounts, StoreError> {
        self.import(move |conn| {
            let mut counts = ImportCounts::default();
            for row in &rows {
                save_outlet(conn, row, &mut counts)?;
            }
            Ok(counts)
        })
        .await
    }

    async fn import<F>(&self, save: F) -> Result<ImportCounts, StoreError>
    where
        F: FnOnce(&Connection) -> Result<ImportCounts, StoreError> + Send + 'static,
    {
        let counter = Arc::clone(self.catalogue_counter());
        let work = move |conn: &Connection| {
            let counts = save(conn)?;
            if counts.added + counts.updated > 0 {
                conn.execute("UPDATE meta SET value = value + 1 WHERE key = 'catalogue_version'", [])?;
            }
            Ok((counts, stored_version(conn)?))
        };
        // Only after the commit: a copy made between would bear the new version and hold the old rows.
        let after = move |(_, version): &(ImportCounts, u64)| {
            counter.fetch_max(*version, SeqCst);
        };
        self.write_then(work, after).await.map(|(counts, _)| counts)
    }
}

/// The version that all processes share.
pub(super) fn stored_version(conn: &Connection) -> Result<u64, StoreError> {
    let sql = "SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'catalogue_version'";
    Ok(conn.prepare_cached(sql)?.query_row([], |row| count(row, 0))?)
}

fn save_product(
    conn: &Connection,
    row: &ProductDetails,
    counts: &mut ImportCounts,
) -> Result<(), StoreError> {
    let old = conn
        .prepare_cached("SELECT * FROM products WHERE sku = ?")?
        .query_row([row.sku.as_str()], product)
        .optional()?;
    match old {
        Some(old) if old.details == *row => {
            counts.unchanged += 1;
            return Ok(());
        }
        Some(_) => counts.updated += 1,
        None => counts.added += 1,
    }
    conn.prepare_cached(
        "INSERT INTO products (sku, name, description, category, unit_price, unit, bundle_size, stock,
                               min_order_qty, active, aliases)
         VALUES (:sku, :name, :description, :category, :unit_price, :unit, :bundle_size, :stock,
                 :min_order_qty, :active, :aliases)
         ON CONFLICT (sku) DO UPDATE SET
            name = excluded.name, description = excluded.description, category = excluded.category,
            unit_price = excluded.unit_price, unit = excluded.unit, bundle_size = excluded.bundle_size,
            stock = excluded.stock, min_order_qty = excluded.min_order_qty, active = excluded.active,
            aliases = excluded.aliases",
    )?
    .execute(named_params! {
        ":sku": row.sku.as_str(), ":name": row.name, ":description": row.description,
        ":category": row.category, ":unit_price": row.unit_price.ten_thousandths(), ":unit": row.unit,
        ":bundle_size": row.bundle_size, ":stock": row.stock, ":min_order_qty": row.min_order_qty,
        ":active": row.active, ":aliases": list_text(&row.aliases)?,
    })?;
    Ok(())
}

fn save_outlet(conn: &Connection, row: &OutletDetails, counts: &mut ImportCounts) -> Result<(), StoreError> {
    let old = conn
        .prepare_cached("SELECT * FROM outlets WHERE name = ?")?
        .query_row([&row.name], outlet)
        .optional()?;
    match old {
        Some(old) if old.details == *row => {
            counts.unchanged += 1;
            return Ok(());
        }
        Some(_) => counts.updated += 1,
        None => counts.added += 1,
    }
    let days: Vec<i8> = row.usual_order_days.iter().map(|day| day.to_monday_one_offset()).collect();
    conn.prepare_cached(
        "INSERT INTO outlets (name, address, contact_person, contact_number, whatsapp, usual_order_days, terms,
                              credit_limit, aliases)
         VALUES (:name, :address, :contact_person, :contact_number, :whatsapp, :days, :terms, :credit_limit,
                 :aliases)
         ON CONFLICT (name) DO UPDATE SET
            address = excluded.address, contact_person = excluded.contact_person,
            contact_number = excluded.contact_number, whatsapp = excluded.whatsapp,
            usual_order_days = excluded.usual_order_days, terms = excluded.terms,
            credit_limit = excluded.credit_limit, aliases = excluded.aliases",
    )?
    .execute(named_params! {
        ":name": row.name, ":address": row.address, ":contact_person": row.contact_person,
        ":contact_number": row.contact_number, ":whatsapp": row.whatsapp, ":days": list_text(&days)?,
        ":terms": row.terms.as_str(), ":credit_limit": row.credit_limit.map(Money::minor),
        ":aliases": list_text(&row.aliases)?,
    })?;
    Ok(())
}

fn product(row: &Row<'_>) -> rusqlite::Result<Product> {
    Ok(Product {
        id: ProductId(row.get("id")?),
        details: ProductDetails {
            sku: parsed(row, "sku", |raw| Sku::parse(raw).ok())?,
            name: row.get("name")?,
            description: row.get("description")?,
            category: row.get("category")?,
            unit_price: known(UnitPrice::from_ten_thousandths(row.get("unit_price")?), "unit_price")?,
            unit: row.get("unit")?,
            bundle_size: row.get("bundle_size")?,
            stock: row.get("stock")?,
            min_order_qty: row.get("min_order_qty")?,
            active: row.get("active")?,
            aliases: list(row, "aliases")?,
        },
    })
}

pub(super) fn outlet(row: &Row<'_>) -> rusqlite::Result<Outlet> {
    let days = list::<i8>(row, "usual_order_days")?.into_iter();
    let days = days.map(|day| known(Weekday::from_monday_one_offset(day).ok(), "usual_order_days"));
    let credit_limit: Option<i64> = row.get("credit_limit")?;
    Ok(Outlet {
        id: OutletId(row.get("id")?),
        details: OutletDetails {
            name: row.get("name")?,
            address: row.get("address")?,
            contact_person: row.get("contact_person")?,
            contact_number: row.get("contact_number")?,
            whatsapp: row.get("whatsapp")?,
            usual_order_days: days.collect::<Result<_, _>>()?,
            terms: parsed(row, "terms", Terms::parse)?,
            credit_limit: credit_limit.map(Money::from_minor),
            aliases: list(row, "aliases")?,
        },
    })
}
