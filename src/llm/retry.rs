//! How long to wait before a call is tried again, if it is.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use reqwest::header::{DATE, HeaderMap, HeaderName, RETRY_AFTER};

use super::config::RetryLimits;
use crate::domain::backoff;

/// What the server asks to wait: seconds, or a date (RFC 9110, 10.2.3). A date is measured against the server's own
/// `Date`, so that neither clock has to be right.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let asked = text(RETRY_AFTER)?;
    if let Ok(seconds) = asked.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let wait = http_date(asked)?.duration_since(http_date(text(DATE)?)?);
    Some(Duration::try_from(wait).unwrap_or_default())
}

fn http_date(text: &str) -> Option<Timestamp> {
    DateTimeParser::new().parse_timestamp(text).ok()
}

/// How long to wait after the failure of try number `tries` (from 1). `None`: enough tries, or the next one would
/// begin after the deadline.
pub(super) fn wait(
    limits: &RetryLimits,
    tries: u32,
    asked: Option<Duration>,
    now: Instant,
    deadline: Instant,
) -> Option<Duration> {
    if tries > limits.retries {
        return None;
    }
    // What the server asks for is kept, and jitter added, or all who were turned away would come back at once.
    let step = if asked.is_some() { 0 } else { tries - 1 };
    let jitter = backoff::delay(step, limits.base, limits.cap, unit_random());
    let wait = asked.unwrap_or_default().saturating_add(jitter);
    now.checked_add(wait).is_some_and(|then| then < deadline).then_some(wait)
}

/// In `[0, 1)`. Without randomness the middle will do: jitter only spreads load.
fn unit_random() -> f64 {
    getrandom::u32().map_or(0.5, |n| f64::from(n) / (f64::from(u32::MAX) + 1.0))
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    #[test]
    fn what_the_server_asks() {
        let check = |asked: &'static str, date: Option<&'static str>, expected: Option<u64>| {
            let mut headers = HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_static(asked))]);
            headers.extend(date.map(|date| (DATE, HeaderValue::from_static(date))));
            assert_eq!(retry_after(&headers), expected.map(Duration::from_secs), "{asked} {date:?}");
        };
        let date = Some("Sun, 06 Nov 1994 08:49:37 GMT");
        check("7", None, Some(7));
        check(" 0 ", None, Some(0));
        check("Sun, 06 Nov 1994 08:50:07 GMT", date, Some(30));
        check("Sun, 06 Nov 1994 08:49:07 GMT", date, Some(0));
        check("Sun, 06 Nov 1994 08:50:07 GMT", None, None);
        check("soon", date, None);
        check("-1", date, None);
        assert_eq!(retry_after(&HeaderMap::new()), None);
    }

    #[test]
    fn never_past_the_deadline_nor_too_often() {
        let limits = RetryLimits { retries: 2, base: Duration::from_secs(1), cap: Duration::from_secs(8) };
        let now = Instant::now();
        let wait = |tries, asked: Option<u64>, left| {
            wait(&limits, tries, asked.map(Duration::from_secs), now, now + Duration::from_secs(left))
        };
        assert!(wait(1, None, 60).is_some_and(|w| w <= Duration::from_secs(1)));
        assert!(wait(2, None, 60).is_some_and(|w| w <= Duration::from_secs(2)));
        assert_eq!(wait(3, None, 60), None);
        assert!(wait(1, Some(20), 60).is_some_and(|w| w > Duration::from_secs(20)));
        assert_eq!(wait(1, Some(60), 60), None);
        assert_eq!(wait(1, Some(u64::MAX), 60), None);
        assert_eq!(wait(1, None, 0), None);
    }
}
