//! The rows of an evaluation file: one JSON object a line.

use serde::Deserialize;

/// One row.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Row {
    /// A question that the policies answer.
    #[serde(alias = "product")]
    Policy {
        /// Names the row in the list of misses.
        #[serde(default)]
        id: String,
        /// As a customer writes it.
        question: String,
        /// Files of which one holds the answer; empty when it does not matter.
        #[serde(default)]
        answer_files: Vec<String>,
        /// Headings of which one stands over the answer.
        #[serde(default)]
        answer_headings: Vec<String>,
        /// Of each inner list one text must be in the answer.
        #[serde(default)]
        must_contain: Vec<Vec<String>>,
    },
    /// A question that the policies do not answer.
    OutOfKnowledge {
        /// Names the row in the list of misses.
        #[serde(default)]
        id: String,
        /// As a customer writes it.
        question: String,
    },
    /// A message and what it is for.
    Intent {
        /// Names the row in the list of misses.
        #[serde(default)]
        id: String,
        /// As a customer writes it.
        question: String,
        /// One of the nine.
        intent: String,
    },
    /// Two questions, and whether one answer does for both.
    Paraphrase {
        /// Names the row in the list of misses.
        #[serde(default)]
        id: String,
        /// As a customer writes it.
        question: String,
        /// The other one.
        other: String,
        /// Whether both ask the same.
        same: bool,
    },
    /// An order and what must come of it.
    Order {
        /// Names the row in the list of misses.
        #[serde(default)]
        id: String,
        /// As a customer writes it.
        question: String,
        /// The canonical name; absent when the message does not tell and it must be asked.
        #[serde(default)]
        outlet: Option<String>,
        /// What is ordered; empty when it must be asked.
        #[serde(default)]
        lines: Vec<OrderRow>,
        /// Whether haste is asked for.
        #[serde(default)]
        is_urgent: bool,
    },
}

/// One line of an order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub struct OrderRow {
    /// The SKU.
    pub sku: String,
    /// Units.
    pub quantity: u32,
}

/// Reads the rows; names every line that is none.
pub fn read(text: &str) -> anyhow::Result<Vec<Row>> {
    let mut rows = Vec::new();
    let mut faults = Vec::new();
    for (number, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        match serde_json::from_str(line) {
            Ok(row) => rows.push(row),
            Err(fault) => faults.push(format!("line {}: {fault}", number + 1)),
        }
    }
    anyhow::ensure!(faults.is_empty(), "not an evaluation file:\n{}", faults.join("\n"));
    anyhow::ensure!(!rows.is_empty(), "the file has no rows");
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_read_and_every_fault_named() {
        let good = r#"{"id":"a","question":"q","kind":"policy","answer_headings":["H"],"must_contain":[["24 hours","24h"]]}
{"kind":"out_of_knowledge","question":"q"}

{"kind":"intent","question":"hi","intent":"greeting"}
{"kind":"order","question":"q","outlet":"o","lines":[{"sku":"S","quantity":2}],"is_urgent":true}"#;
        assert_eq!(read(good).unwrap().len(), 4);
        let fault = read("{\"kind\":\"nonsense\"}\nnot json").unwrap_err().to_string();
        assert!(fault.contains("line 1") && fault.contains("line 2"), "{fault}");
    }
}
