//! A CSV file with a header row: columns in any order, BOM or not, empty cells as "not given".

use std::collections::HashMap;
use std::fmt::Display;

use super::read::{Parsed, RowFault};

/// The columns of a kind of file.
pub(super) struct Columns {
    /// Must be there, and given in every row.
    pub required: &'static [&'static str],
    /// May be left out.
    pub optional: &'static [&'static str],
}

/// One row with what was wrong in it so far.
pub(super) struct Row<'a> {
    pub line: u64,
    record: &'a csv::StringRecord,
    places: &'a HashMap<&'static str, usize>,
    faults: &'a mut Vec<RowFault>,
}

impl Row<'_> {
    /// The cell without blanks around it; `None` when empty or the file has no such column.
    pub fn text(&self, column: &'static str) -> Option<&str> {
        let cell = self.record.get(*self.places.get(column)?)?.trim();
        (!cell.is_empty()).then_some(cell)
    }

    /// The cell, or nothing.
    pub fn text_or_empty(&self, column: &'static str) -> String {
        self.text(column).unwrap_or_default().to_owned()
    }

    /// The value of a required cell; `None` after noting what is wrong.
    pub fn required<T, E: Display>(
        &mut self,
        column: &'static str,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Option<T> {
        match self.text(column).map(parse) {
            None => {
                self.fault(Some(column), "is empty");
                None
            }
            Some(Err(e)) => {
                self.fault(Some(column), e);
                None
            }
            Some(Ok(value)) => Some(value),
        }
    }

    /// The value of an optional cell, the default when it is not given; `None` after noting what is wrong.
    pub fn optional<T, E: Display>(
        &mut self,
        column: &'static str,
        default: T,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Option<T> {
        if self.text(column).is_some() { self.required(column, parse) } else { Some(default) }
    }

    /// Names separated by `|`.
    pub fn list(&self, column: &'static str) -> Vec<String> {
        let cell = self.text(column).unwrap_or_default();
        cell.split('|').map(str::trim).filter(|s| !s.is_empty()).map(str::to_owned).collect()
    }

    /// Notes what is wrong with this row.
    pub fn fault(&mut self, column: Option<&'static str>, problem: impl Display) {
        self.faults.push(RowFault { line: self.line, column, problem: problem.to_string() });
    }
}

/// Reads the whole file. `read` makes a value of each row, or notes what is wrong and returns `None`.
pub(super) fn read<T>(
    bytes: &[u8],
    columns: &Columns,
    mut read: impl FnMut(&mut Row<'_>) -> Option<T>,
) -> Result<Parsed<T>, Vec<RowFault>> {
    let text = utf8(bytes).map_err(|fault| vec![fault])?;
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|e| vec![whole_file(1, e.to_string())])?.clone();
    let (places, unknown_columns) = places(&header, columns)?;
    let mut rows = Vec::new();
    let mut faults = Vec::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(e) => {
                // The reader cannot tell where the next row begins: what follows would be guessed.
                faults.push(whole_file(e.position().map_or(0, csv::Position::line), e.to_string()));
                break;
            }
        };
        let line = record.position().map_or(0, csv::Position::line);
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if record.len() != header.len() {
            let problem = format!("has {} cells where the header has {}", record.len(), header.len());
            faults.push(whole_file(line, problem));
            continue;
        }
        let before = faults.len();
        let value = read(&mut Row { line, record: &record, places: &places, faults: &mut faults });
        match value {
            Some(value) => rows.push(value),
            None if faults.len() == before => faults.push(whole_file(line, "cannot be read".to_owned())),
            None => {}
        }
    }
    if faults.is_empty() { Ok(Parsed { rows, unknown_columns }) } else { Err(faults) }
}

fn whole_file(line: u64, problem: String) -> RowFault {
    RowFault { line, column: None, problem }
}

fn utf8(bytes: &[u8]) -> Result<&str, RowFault> {
    let text = std::str::from_utf8(bytes).map_err(|e| {
        let before = String::from_utf8_lossy(&bytes[..e.valid_up_to()]);
        let line = 1 + before.matches('\n').count() as u64;
        whole_file(line, "is not UTF-8 text: save the file as \"CSV UTF-8\"".to_owned())
    })?;
    Ok(text.trim_start_matches('\u{feff}'))
}

type Places = HashMap<&'static str, usize>;

/// Where each known column stands, and the columns that nothing reads.
fn places(header: &csv::StringRecord, columns: &Columns) -> Result<(Places, Vec<String>), Vec<RowFault>> {
    let mut places = HashMap::new();
    let mut unknown = Vec::new();
    let mut faults = Vec::new();
    for (place, title) in header.iter().enumerate() {
        let title = title.trim();
        let known = columns.required.iter().chain(columns.optional).find(|c| c.eq_ignore_ascii_case(title));
        match known {
            Some(column) if places.insert(*column, place).is_some() => {
                faults.push(whole_file(1, format!("has the column {column} twice")));
            }
            Some(_) => {}
            None => unknown.push(title.to_owned()),
        }
    }
    for column in columns.required.iter().filter(|c| !places.contains_key(*c)) {
        let problem = format!("has no column {column}; the header needs {}", columns.required.join(", "));
        faults.push(whole_file(1, problem));
    }
    if faults.is_empty() { Ok((places, unknown)) } else { Err(faults) }
}
