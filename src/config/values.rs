//! From the text of a value to the value. `None` when the text is not one.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};

use jiff::civil::{Date, Time, Weekday};

use super::Environment;
use super::size::DeploymentSize;
use crate::domain::schedule::WeekdayKey;

/// Origins whose pages may call the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CorsOrigins {
    /// Only Tria's own pages.
    SameOrigin,
    /// These, such as `https://shop.example`.
    List(Vec<String>),
    /// Any page of the web.
    Any,
}

/// The pieces of a list: `|`, `,` or blanks between.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c == '|' || c == ',' || c.is_whitespace()).filter(|piece| !piece.is_empty())
}

pub(super) fn boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Some(true),
        "false" | "0" | "no" | "off" => Some(false),
        _ => None,
    }
}

pub(super) fn environment(text: &str) -> Option<Environment> {
    match text.to_ascii_lowercase().as_str() {
        "development" | "dev" | "local" => Some(Environment::Development),
        "test" | "testing" => Some(Environment::Test),
        "staging" => Some(Environment::Staging),
        "production" | "prod" => Some(Environment::Production),
        _ => None,
    }
}

pub(super) fn deployment_size(text: &str) -> Option<DeploymentSize> {
    [DeploymentSize::Small, DeploymentSize::Medium]
        .into_iter()
        .find(|s| s.as_str().eq_ignore_ascii_case(text))
}

/// An address; `localhost` is one too.
pub(super) fn host(text: &str) -> Option<IpAddr> {
    if text.eq_ignore_ascii_case("localhost") {
        return Some(Ipv4Addr::LOCALHOST.into());
    }
    text.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

/// `14:00`, `9:30`.
pub(super) fn time(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    if hour.len() > 2 || minute.len() != 2 {
        return None;
    }
    Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
}

/// `08:00-18:00`: from before to.
pub(super) fn time_range(text: &str) -> Option<(Time, Time)> {
    let (from, to) = text.split_once(['-', '–'])?;
    let (from, to) = (time(from.trim())?, time(to.trim())?);
    (from < to).then_some((from, to))
}

/// `09:00-12:00|14:00-17:00`: in order, without overlap.
pub(super) fn time_ranges(text: &str) -> Option<Vec<(Time, Time)>> {
    let ranges: Vec<_> = pieces(text).map(time_range).collect::<Option<_>>()?;
    let in_order = ranges.windows(2).all(|pair| pair[0].1 <= pair[1].0);
    (in_order && !ranges.is_empty()).then_some(ranges)
}

/// A day's English name, or its first three letters or more.
pub fn weekday(text: &str) -> Option<Weekday> {
    const NAMES: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let text = text.to_ascii_lowercase();
    let at = NAMES.iter().position(|name| text.len() >= 3 && name.starts_with(&text))?;
    Weekday::from_monday_zero_offset(i8::try_from(at).ok()?).ok()
}

/// `Tue|Thu|Sat` or `Mon-Sat`; at least one day.
pub(super) fn weekdays(text: &str) -> Option<BTreeSet<WeekdayKey>> {
    let mut days = BTreeSet::new();
    for piece in pieces(text) {
        if let Some((first, last)) = piece.split_once('-') {
            let (mut day, last) = (weekday(first)?, weekday(last)?);
            days.insert(day.into());
            while day != last {
                day = day.next();
                days.insert(day.into());
            }
        } else {
            days.insert(weekday(piece)?.into());
        }
    }
    (!days.is_empty()).then_some(days)
}

/// `2026-12-25|2027-01-01`; may be empty.
pub(super) fn dates(text: &str) -> Option<BTreeSet<Date>> {
    pieces(text).map(|piece| piece.parse().ok()).collect()
}

/// Three capital letters.
pub(super) fn currency(text: &str) -> Option<String> {
    (text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase())).then(|| text.to_owned())
}

/// 1 to 100 characters, none of them a control character.
pub(super) fn name(text: &str) -> Option<String> {
    let fits = !text.is_empty() && text.chars().count() <= 100 && !text.chars().any(char::is_control);
    fits.then(|| text.to_owned())
}

/// At most 100 characters, none of them a control character; may be empty.
pub(super) fn short(text: &str) -> Option<String> {
    if text.is_empty() { Some(String::new()) } else { name(text) }
}

/// At most eight lines of 100 characters, `|` between; may be empty.
pub(super) fn lines(text: &str) -> Option<Vec<String>> {
    let lines = text.split('|').map(str::trim).filter(|line| !line.is_empty());
    let lines: Vec<String> = lines.map(name).collect::<Option<_>>()?;
    (lines.len() <= 8).then_some(lines)
}

/// Origins, `,` between, or a JSON list of them, or `*`.
pub(super) fn cors(text: &str) -> Option<CorsOrigins> {
    if text.is_empty() {
        return Some(CorsOrigins::SameOrigin);
    }
    let origins: Vec<String> = if text.starts_with('[') {
        serde_json::from_str(text).ok()?
    } else {
        pieces(text).map(str::to_owned).collect()
    };
    if origins.iter().any(|o| o == "*") {
        return (origins.len() == 1).then_some(CorsOrigins::Any);
    }
    let origins = origins.iter().map(|o| origin(o)).collect::<Option<Vec<_>>>()?;
    Some(if origins.is_empty() { CorsOrigins::SameOrigin } else { CorsOrigins::List(origins) })
}

/// Scheme, host and port as a browser sends them: lower case, no path.
fn origin(text: &str) -> Option<String> {
    let text = text.strip_suffix('/').unwrap_or(text).to_ascii_lowercase();
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    let plain = !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._:[]".contains(&b));
    plain.then_some(text)
}

/// `sqlite:///file` stands in the data directory, `sqlite:////file` at the root, as `SQLAlchemy` has it.
pub(super) fn database_file(url: &str, data_dir: &Path) -> Option<PathBuf> {
    let path = url.strip_prefix("sqlite:///")?;
    let plain = !path.is_empty() && !path.ends_with('/') && !path.contains([':', '?', '#']);
    // `join` keeps an absolute path as it is.
    plain.then(|| data_dir.join(path.strip_prefix("./").unwrap_or(path)))
}

/// A level's name (Python's too) or directives such as `info,tria::store=debug`, as a filter reads them.
pub(super) fn log_filter(text: &str) -> Option<String> {
    let directives = pieces(text).map(|directive| match directive.split_once('=') {
        Some((target, level)) if !target.is_empty() => Some(format!("{target}={}", level_name(level)?)),
        Some(_) => None,
        None => level_name(directive).map(str::to_owned),
    });
    let directives: Vec<String> = directives.collect::<Option<_>>()?;
    (!directives.is_empty()).then(|| directives.join(","))
}

fn level_name(text: &str) -> Option<&'static str> {
    match text.to_ascii_lowercase().as_str() {
        "off" => Some("off"),
        "error" | "critical" | "fatal" => Some("error"),
        "warn" | "warning" => Some("warn"),
        "info" => Some("info"),
        "debug" => Some("debug"),
        "trace" | "notset" => Some("trace"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        assert_eq!(time("14:00"), Some(jiff::civil::time(14, 0, 0, 0)));
        assert_eq!(time("9:30"), Some(jiff::civil::time(9, 30, 0, 0)));
        for bad in ["", "14", "24:00", "14:60", "14:0", "2 pm", "014:00"] {
            assert_eq!(time(bad), None, "{bad}");
        }
        assert!(time_range("18:00-08:00").is_none());
        assert!(time_ranges("09:00-12:00|11:00-13:00").is_none());
        assert_eq!(time_ranges("09:00-12:00 | 14:00-17:00").map(|r| r.len()), Some(2));
    }

    #[test]
    fn days() {
        let count = |text| weekdays(text).map(|d| d.len());
        assert_eq!(count("Tue|Thu|Sat"), Some(3));
        assert_eq!(count("mon-sat"), Some(6));
        assert_eq!(count("Sat-Mon, Wednesday"), Some(4));
        for bad in ["", "T", "Tuesdays", "Tue|Foo", "Mon-"] {
            assert_eq!(count(bad), None, "{bad}");
        }
        assert_eq!(dates("2026-12-25 2027-01-01").map(|d| d.len()), Some(2));
        assert!(dates("25.12.2026").is_none());
    }

    #[test]
    fn origins() {
        let list =
            |origins: &[&str]| Some(CorsOrigins::List(origins.iter().map(|o| (*o).to_owned()).collect()));
        assert_eq!(cors(""), Some(CorsOrigins::SameOrigin));
        assert_eq!(cors("*"), Some(CorsOrigins::Any));
        assert_eq!(cors("https://Shop.example/"), list(&["https://shop.example"]));
        assert_eq!(cors(r#"["http://a:3000", "https://b"]"#), list(&["http://a:3000", "https://b"]));
        for bad in ["shop.example", "https://shop.example/path", "*,https://a", "ftp://a", "https://"] {
            assert_eq!(cors(bad), None, "{bad}");
        }
    }

    #[test]
    fn database_addresses() {
        let check = |url, expected: Option<&str>| {
            assert_eq!(database_file(url, Path::new("/data")), expected.map(PathBuf::from), "{url}");
        };
        check("sqlite:///orders.db", Some("/data/orders.db"));
        check("sqlite:///./orders.db", Some("/data/orders.db"));
        check("sqlite:////srv/orders.db", Some("/srv/orders.db"));
        check("sqlite:///", None);
        check("sqlite:///:memory:", None);
        check("postgresql://user:pass@host/db", None);
    }

    #[test]
    fn log_levels() {
        assert_eq!(log_filter("WARNING").as_deref(), Some("warn"));
        assert_eq!(log_filter("info,tria::store=DEBUG").as_deref(), Some("info,tria::store=debug"));
        assert_eq!(log_filter("verbose"), None);
        assert_eq!(log_filter("=info"), None);
    }
}
