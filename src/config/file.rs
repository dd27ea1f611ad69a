//! Files of settings: `KEY=VALUE` lines as systemd and shells write them, or TOML.

use super::sources::Secret;

/// A setting in a file.
#[derive(Debug)]
pub(super) struct FileValue {
    pub name: String,
    pub value: Secret,
    /// 1-based; `None` for TOML.
    pub line: Option<usize>,
}

impl FileValue {
    pub fn origin(&self, file: &str) -> String {
        place(file, self.line)
    }
}

/// A line that is no setting. The line itself is not kept: it may hold a secret.
#[derive(Debug)]
pub(super) struct FileFault {
    pub line: Option<usize>,
    pub problem: String,
}

impl FileFault {
    pub fn place(&self, file: &str) -> String {
        place(file, self.line)
    }
}

fn place(file: &str, line: Option<usize>) -> String {
    line.map_or_else(|| file.to_owned(), |n| format!("{file}:{n}"))
}

/// Reads a whole file.
pub(super) fn parse(bytes: &[u8], is_toml: bool) -> Result<Vec<FileValue>, Vec<FileFault>> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Err(vec![FileFault { line: None, problem: "is not UTF-8 text".to_owned() }]);
    };
    let text = text.trim_start_matches('\u{feff}');
    if is_toml { parse_toml(text) } else { parse_lines(text) }
}

fn parse_lines(text: &str) -> Result<Vec<FileValue>, Vec<FileFault>> {
    let mut values = Vec::new();
    let mut faults = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') || line.starts_with(';') {
            continue;
        }
        let line = line.strip_prefix("export ").unwrap_or(line);
        match line.split_once('=') {
            Some((name, value)) if is_name(name.trim()) => values.push(FileValue {
                name: name.trim().to_owned(),
                value: Secret::new(unquote(value.trim())),
                line: Some(number),
            }),
            _ => faults.push(FileFault {
                line: Some(number),
                problem: "is not a setting: write NAME=VALUE, or # before a remark".to_owned(),
            }),
        }
    }
    if faults.is_empty() { Ok(values) } else { Err(faults) }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// Quotes around the whole value are the file's, not the value's.
fn unquote(value: &str) -> &str {
    ['"', '\''].into_iter().find_map(|quote| value.strip_prefix(quote)?.strip_suffix(quote)).unwrap_or(value)
}

fn parse_toml(text: &str) -> Result<Vec<FileValue>, Vec<FileFault>> {
    match text.parse::<toml::Table>() {
        Ok(table) => {
            let mut values = Vec::new();
            flatten("", &table, &mut values);
            Ok(values)
        }
        Err(e) => {
            let line = e.span().map(|span| 1 + text[..span.start.min(text.len())].matches('\n').count());
            Err(vec![FileFault { line, problem: format!("is not TOML: {}", e.message()) }])
        }
    }
}

/// `[tria] port = 8003` is `TRIA_PORT`; a list is written with `|` between.
fn flatten(prefix: &str, table: &toml::Table, values: &mut Vec<FileValue>) {
    for (key, value) in table {
        let name = format!("{prefix}{}", key.to_ascii_uppercase());
        if let toml::Value::Table(inner) = value {
            flatten(&format!("{name}_"), inner, values);
        } else {
            values.push(FileValue { name, value: Secret::new(scalar(value)), line: None });
        }
    }
}

fn scalar(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Array(items) => items.iter().map(scalar).collect::<Vec<_>>().join("|"),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, is_toml: bool) -> Vec<(String, String)> {
        let values = parse(text.as_bytes(), is_toml).unwrap();
        values.into_iter().map(|v| (v.name, v.value.expose().to_owned())).collect()
    }

    #[test]
    fn lines_as_systemd_reads_them() {
        let text = "\u{feff}# remark\n\nTAX_RATE=0.08\r\nexport TRIA_COMPANY_NAME=\"Acme & Sons\"\nCUTOFF_TIME = '13:00'\n";
        let expected = [("TAX_RATE", "0.08"), ("TRIA_COMPANY_NAME", "Acme & Sons"), ("CUTOFF_TIME", "13:00")];
        assert_eq!(read(text, false), expected.map(|(n, v)| (n.to_owned(), v.to_owned())));
    }

    #[test]
    fn every_bad_line_is_named() {
        let faults = parse(b"TAX_RATE=0.08\nnonsense\n\n=5\n", false).unwrap_err();
        assert_eq!(faults.iter().map(|f| f.line).collect::<Vec<_>>(), [Some(2), Some(4)]);
    }

    #[test]
    fn toml_tables_and_lists() {
        let text = "tax_rate = 0.08\n[tria]\nport = 9000\ndelivery_days = [\"Mon\", \"Fri\"]\n";
        let mut values = read(text, true);
        values.sort();
        let expected = [("TAX_RATE", "0.08"), ("TRIA_DELIVERY_DAYS", "Mon|Fri"), ("TRIA_PORT", "9000")];
        assert_eq!(values, expected.map(|(n, v)| (n.to_owned(), v.to_owned())));
        assert_eq!(parse(b"a = 1\nb = = 2\n", true).unwrap_err()[0].line, Some(2));
    }
}
