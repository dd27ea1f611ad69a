//! `{{name}}` in a policy is filled in from the settings, so that policy and system can not contradict each other.

use std::collections::HashMap;

use super::front_matter::LineFault;

/// Values by name.
pub type Placeholders = HashMap<String, String>;

/// The text with every `{{name}}` replaced, or all that are not known, with their lines. What has braces but no
/// name inside is left alone.
pub fn fill(text: &str, values: &Placeholders) -> Result<String, Vec<LineFault>> {
    let mut out = String::with_capacity(text.len());
    let mut faults = Vec::new();
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let mut rest = line;
        while let Some((before, name, after)) = next(rest) {
            out.push_str(before);
            match values.get(name) {
                Some(value) => out.push_str(value),
                None => faults.push((number + 1, unknown(name, values))),
            }
            rest = after;
        }
        out.push_str(rest);
    }
    if faults.is_empty() { Ok(out) } else { Err(faults) }
}

fn next(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    while let Some(start) = text[from..].find("{{").map(|at| from + at) {
        let end = start + text[start..].find("}}")?;
        let name = text[start + 2..end].trim();
        if !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c)) {
            return Some((&text[..start], name, &text[end + 2..]));
        }
        from = start + 2;
    }
    None
}

fn unknown(name: &str, values: &Placeholders) -> String {
    let mut known: Vec<&str> = values.keys().map(String::as_str).collect();
    known.sort_unstable();
    let near = known.iter().copied().min_by_key(|k| strsim::damerau_levenshtein(k, name));
    match near {
        Some(near) if strsim::damerau_levenshtein(near, name) <= 3 => {
            format!("unknown placeholder {{{{{name}}}}}; did you mean {{{{{near}}}}}?")
        }
        _ => format!("unknown placeholder {{{{{name}}}}}; known are: {}", known.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values() -> Placeholders {
        [("cutoff_time", "14:00"), ("tax_rate", "9 %")].map(|(k, v)| (k.to_owned(), v.to_owned())).into()
    }

    #[test]
    fn fills() {
        let check = |text: &str, expected: &str| assert_eq!(fill(text, &values()).unwrap(), expected);
        check("Order before {{cutoff_time}}, plus {{ tax_rate }}.\n", "Order before 14:00, plus 9 %.\n");
        check("{{ }} and {{a b}} and {{ open", "{{ }} and {{a b}} and {{ open");
        check("{{ not this, {{tax_rate}}", "{{ not this, 9 %");
    }

    #[test]
    fn names_every_unknown_one() {
        let faults = fill("ok\n{{cutof_time}} {{phone}}\n", &values()).unwrap_err();
        assert_eq!(faults.len(), 2);
        assert_eq!(faults[0].0, 2);
        assert!(faults[0].1.contains("did you mean {{cutoff_time}}"), "{faults:?}");
    }
}
