//! What the language model has cost, as its client writes it down.

use rusqlite::OptionalExtension as _;

use super::error::StoreError;
use super::open::Store;

const KEY: &str = "llm_spent";

impl Store {
    /// What was written down last.
    pub async fn llm_spent(&self) -> Result<Option<String>, StoreError> {
        self.read(|conn| {
            let mut select = conn.prepare_cached("SELECT value FROM meta WHERE key = ?")?;
            Ok(select.query_row([KEY], |row| row.get(0)).optional()?)
        })
        .await
    }

    /// Writes it down.
    pub async fn keep_llm_spent(&self, spent: String) -> Result<(), StoreError> {
        self.write(move |conn| {
            let sql = "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
            conn.prepare_cached(sql)?.execute([KEY, &spent])?;
            Ok(())
        })
        .await
    }
}
