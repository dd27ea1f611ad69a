//! CSV files of the contract, read and checked whole: either every row is good, or every bad one is named.

use std::fmt;

pub use super::outlets::read_outlets;
pub use super::past_orders::read_orders;
pub use super::products::read_products;

/// A file whose every row is good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed<T> {
    /// The rows, in the file's order.
    pub rows: Vec<T>,
    /// Columns that nothing reads.
    pub unknown_columns: Vec<String>,
}

/// Something wrong in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFault {
    /// Line in the file, counted from 1.
    pub line: u64,
    /// The column, when it is one column's fault.
    pub column: Option<&'static str>,
    /// What is wrong and what would be right.
    pub problem: String,
}

impl fmt::Display for RowFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.column {
            Some(column) => write!(f, "line {}, {column}: {}", self.line, self.problem),
            None => write!(f, "line {}: {}", self.line, self.problem),
        }
    }
}
