//! The lines between `---` at the top of a policy: who may read it, what it is called, when it holds.

use jiff::civil::Date;

/// Who a document is written for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Audience {
    /// Everybody: answers are taken from these only.
    #[default]
    Customer,
    /// The company's own people.
    Staff,
    /// The assistant, on how to word things.
    Tone,
}

/// What a document says about itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FrontMatter {
    /// Name for people; the first heading otherwise.
    pub title: Option<String>,
    /// Who it is for.
    pub audience: Audience,
    /// First day on which it holds.
    pub valid_from: Option<Date>,
    /// Last day on which it holds.
    pub valid_until: Option<Date>,
}

/// What is wrong, and in which line of the file (from 1).
pub type LineFault = (usize, String);

/// Splits off the front matter. The second value is the body with the front matter's lines left blank, so that
/// line numbers stay true.
pub fn split(text: &str) -> Result<(FrontMatter, String), Vec<LineFault>> {
    let mut lines = text.lines();
    if lines.next().map(str::trim_end) != Some("---") {
        return Ok((FrontMatter::default(), text.to_owned()));
    }
    let Some(length) = lines.position(|line| matches!(line.trim_end(), "---" | "...")) else {
        return Err(vec![(1, "front matter is opened with --- and never closed".to_owned())]);
    };
    let mut front = FrontMatter::default();
    let mut faults = Vec::new();
    for (number, line) in text.lines().enumerate().skip(1).take(length) {
        if let Err(fault) = read_line(line, &mut front) {
            faults.push((number + 1, fault));
        }
    }
    if let (Some(from), Some(until)) = (front.valid_from, front.valid_until)
        && until < from
    {
        faults.push((1, format!("valid_until {until} is before valid_from {from}")));
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let head = length + 2;
    let body: Vec<&str> = std::iter::repeat_n("", head).chain(text.lines().skip(head)).collect();
    Ok((front, body.join("\n")))
}

/// `key: value`; keys that mean nothing here are other programs' and are let be.
fn read_line(line: &str, front: &mut FrontMatter) -> Result<(), String> {
    let Some((key, value)) = line.split_once(':') else { return Ok(()) };
    let value = value.trim();
    let value = value
        .strip_prefix('"')
        .and_then(|v| v.strip_suffix('"'))
        .or_else(|| value.strip_prefix('\'').and_then(|v| v.strip_suffix('\'')))
        .unwrap_or(value);
    if value.is_empty() {
        return Ok(());
    }
    match key.trim() {
        "title" => front.title = Some(value.to_owned()),
        "audience" => {
            front.audience = match value.to_lowercase().as_str() {
                "customer" | "customers" => Audience::Customer,
                "staff" => Audience::Staff,
                "tone" => Audience::Tone,
                _ => return Err(format!("audience is customer, staff or tone, not \"{value}\"")),
            }
        }
        "valid_from" => front.valid_from = Some(date(value)?),
        "valid_until" => front.valid_until = Some(date(value)?),
        _ => {}
    }
    Ok(())
}

fn date(value: &str) -> Result<Date, String> {
    value.parse().map_err(|_| format!("\"{value}\" is no date such as 2026-11-23"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn reads_and_keeps_line_numbers() {
        let text =
            "---\ntitle: \"Our rules\"\naudience: staff\nvalid_from: 2026-01-01\nowner: me\n---\n# A\ntext";
        let (front, body) = split(text).unwrap();
        assert_eq!(front.title.as_deref(), Some("Our rules"));
        assert_eq!((front.audience, front.valid_from), (Audience::Staff, Some(date(2026, 1, 1))));
        assert_eq!(body.lines().nth(6), Some("# A"));
        assert_eq!(split("# A\n\ntext").unwrap().1, "# A\n\ntext");
    }

    #[track_caller]
    fn check_fault(text: &str, line: usize, says: &str) {
        let faults = split(text).unwrap_err();
        assert_eq!(faults[0].0, line, "{faults:?}");
        assert!(faults[0].1.contains(says), "{faults:?}");
    }

    #[test]
    fn faults_have_their_line() {
        check_fault("---\ntitle: x\n# A", 1, "never closed");
        check_fault("---\naudience: everyone\n---\n", 2, "everyone");
        check_fault("---\ntitle: x\nvalid_until: 31.12.2026\n---\n", 3, "no date");
        check_fault("---\nvalid_from: 2026-02-01\nvalid_until: 2026-01-01\n---\n", 1, "before");
    }
}
