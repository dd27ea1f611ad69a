//! Columns to domain values and back. A value that does not read is a damaged row, never a default.

use jiff::Timestamp;
use rusqlite::Row;
use rusqlite::types::Type;

use super::error::StoreError;

/// As the database keeps moments: microseconds since 1970.
pub(super) fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

/// The present, cut to what the database keeps, so that what is answered now equals what is read later.
pub(super) fn now() -> Timestamp {
    Timestamp::from_microsecond(Timestamp::now().as_microsecond()).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// The value, or the fault "the column holds something else".
pub(super) fn known<T>(value: Option<T>, column: &str) -> rusqlite::Result<T> {
    value.ok_or_else(|| {
        let sentence = format!("column {column} holds a value that this version does not know");
        rusqlite::Error::FromSqlConversionFailure(0, Type::Text, sentence.into())
    })
}

/// A moment.
pub(super) fn moment(row: &Row<'_>, column: &str) -> rusqlite::Result<Timestamp> {
    known(Timestamp::from_microsecond(row.get(column)?).ok(), column)
}

/// A moment or none.
pub(super) fn moment_opt(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<Timestamp>> {
    let raw: Option<i64> = row.get(column)?;
    raw.map(|micros| known(Timestamp::from_microsecond(micros).ok(), column)).transpose()
}

/// A name of an enumeration, an identifier, a date …
pub(super) fn parsed<T>(
    row: &Row<'_>,
    column: &str,
    parse: impl Fn(&str) -> Option<T>,
) -> rusqlite::Result<T> {
    let raw: String = row.get(column)?;
    known(parse(&raw), column)
}

/// The same, where there may be none.
pub(super) fn parsed_opt<T>(
    row: &Row<'_>,
    column: &str,
    parse: impl Fn(&str) -> Option<T>,
) -> rusqlite::Result<Option<T>> {
    let raw: Option<String> = row.get(column)?;
    raw.map(|raw| known(parse(&raw), column)).transpose()
}

/// A JSON array of texts or numbers.
pub(super) fn list<T: serde::de::DeserializeOwned>(row: &Row<'_>, column: &str) -> rusqlite::Result<Vec<T>> {
    parsed(row, column, |raw| serde_json::from_str(raw).ok())
}

/// As [`list`] reads it.
pub(super) fn list_text<T: serde::Serialize>(values: &[T]) -> Result<String, StoreError> {
    serde_json::to_string(values).map_err(|e| StoreError::Internal(e.to_string()))
}

/// A number that is never negative.
pub(super) fn count(row: &Row<'_>, index: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(index).and_then(|n| known(u64::try_from(n).ok(), "count"))
}
