//! What the client is built from: where the server is, the key, and every limit.

use std::fmt;
use std::time::Duration;

use reqwest::Url;

/// Everything a client needs. The defaults suit a hosted model and a customer who waits.
#[derive(Debug, Clone)]
pub struct LlmConfig {
    /// Where the API is, with its version: `https://api.openai.com/v1`.
    pub base_url: BaseUrl,
    /// The key; a server of one's own often asks for none.
    pub api_key: Option<ApiKey>,
    /// The model's name as the server knows it.
    pub model: String,
    /// Calls on the wire at once.
    pub max_concurrent: usize,
    /// How long each stage may take.
    pub time: TimeLimits,
    /// When and how often to try again.
    pub retry: RetryLimits,
    /// When to stop trying.
    pub breaker: BreakerLimits,
    /// What tokens cost.
    pub prices: Prices,
    /// What may be spent.
    pub budget: Budget,
}

impl LlmConfig {
    /// The usual limits for this model of this server; no prices, no budget.
    pub fn new(base_url: BaseUrl, api_key: Option<ApiKey>, model: impl Into<String>) -> Self {
        Self {
            base_url,
            api_key,
            model: model.into(),
            max_concurrent: 8,
            time: TimeLimits::default(),
            retry: RetryLimits::default(),
            breaker: BreakerLimits::default(),
            prices: Prices::default(),
            budget: Budget::default(),
        }
    }
}

/// How long each stage may take. The caller's deadline ends every one of them earlier.
#[derive(Debug, Clone, Copy)]
pub struct TimeLimits {
    /// Waiting for a free slot of `max_concurrent`.
    pub slot: Duration,
    /// Finding the server, connecting and agreeing on encryption.
    pub connect: Duration,
    /// From sending a streamed call to the first line of the answer. A call that is not streamed has its answer in
    /// one piece when all of it is made, so only `whole` limits that.
    pub first_byte: Duration,
    /// Between two pieces of an answer.
    pub between_chunks: Duration,
    /// The whole call with all its retries.
    pub whole: Duration,
}

impl Default for TimeLimits {
    fn default() -> Self {
        Self {
            slot: Duration::from_secs(2),
            connect: Duration::from_secs(3),
            first_byte: Duration::from_secs(10),
            between_chunks: Duration::from_secs(5),
            whole: Duration::from_secs(30),
        }
    }
}

/// When and how often to try again after 408, 429, 5xx and broken connections.
#[derive(Debug, Clone, Copy)]
pub struct RetryLimits {
    /// Tries after the first one.
    pub retries: u32,
    /// The first step of the back-off.
    pub base: Duration,
    /// No step is longer. A `Retry-After` of the server may be: it is followed if the deadline allows.
    pub cap: Duration,
}

impl Default for RetryLimits {
    fn default() -> Self {
        Self { retries: 2, base: Duration::from_millis(300), cap: Duration::from_secs(5) }
    }
}

/// When to stop trying.
#[derive(Debug, Clone, Copy)]
pub struct BreakerLimits {
    /// Failed tries in a row that open the breaker.
    pub failures: u32,
    /// How long it then stays open before one call may try.
    pub open_for: Duration,
    /// A server that was waited for at least this long when the caller's deadline came counts as failed. With a
    /// shorter deadline the silence says nothing about the server.
    pub slow_after: Duration,
}

impl Default for BreakerLimits {
    fn default() -> Self {
        Self { failures: 5, open_for: Duration::from_secs(30), slow_after: Duration::from_secs(2) }
    }
}

/// What tokens cost, in millionths of the currency's unit per million tokens: 150 000 is 0.15 a million.
#[derive(Debug, Clone, Copy, Default)]
pub struct Prices {
    /// Of what is sent.
    pub prompt: u64,
    /// Of what is answered.
    pub completion: u64,
}

/// What may be spent. 0 is no limit. Calls on the wire when a limit is reached are finished, so it may be passed by
/// `max_concurrent` calls.
#[derive(Debug, Clone, Copy, Default)]
pub struct Budget {
    /// Tokens a day.
    pub daily_tokens: u64,
    /// Tokens a calendar month.
    pub monthly_tokens: u64,
    /// Money a day, in millionths of the currency's unit.
    pub daily_cost: u64,
    /// Money a calendar month, in millionths of the currency's unit.
    pub monthly_cost: u64,
}

/// The secret that the server knows us by. It prints as stars.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey(String);

impl ApiKey {
    /// A key as pasted: visible ASCII, blanks around it do not count.
    pub fn parse(text: &str) -> Option<Self> {
        let key = text.trim();
        (!key.is_empty() && key.bytes().all(|b| b.is_ascii_graphic())).then(|| Self(key.to_owned()))
    }

    pub(super) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Where the API is. No user, password, query or fragment: those would end up in logs.
#[derive(Clone, PartialEq, Eq)]
pub struct BaseUrl(Url);

impl BaseUrl {
    /// An `http` or `https` address; a slash at its end does not matter.
    pub fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text.trim().trim_end_matches('/')).ok()?;
        let plain = matches!(url.scheme(), "http" | "https")
            && url.host_str().is_some_and(|host| !host.is_empty())
            && url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none();
        plain.then_some(Self(url))
    }

    /// The address of an endpoint, such as `chat/completions`.
    pub(super) fn endpoint(&self, path: &str) -> String {
        format!("{}/{path}", self.0.as_str().trim_end_matches('/'))
    }

    /// Whether the server is this machine.
    pub(super) fn is_loopback(&self) -> bool {
        self.0.host_str().is_some_and(|host| {
            let host = host.trim_start_matches('[').trim_end_matches(']');
            host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
        })
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        let endpoint = |text| BaseUrl::parse(text).map(|url| url.endpoint("models"));
        for text in
            ["https://api.openai.com/v1", "https://api.openai.com/v1/", " https://api.openai.com/v1// "]
        {
            assert_eq!(endpoint(text).as_deref(), Some("https://api.openai.com/v1/models"), "{text}");
        }
        assert_eq!(endpoint("http://[::1]:11434").as_deref(), Some("http://[::1]:11434/models"));
        for bad in [
            "",
            "api.openai.com",
            "ftp://a/",
            "https://",
            "https://u:p@a/v1",
            "https://a/?k=1",
            "https://a/#x",
        ] {
            assert_eq!(endpoint(bad), None, "{bad}");
        }
    }

    #[test]
    fn this_machine() {
        let check = |text, expected| {
            assert_eq!(BaseUrl::parse(text).map(|url| url.is_loopback()), Some(expected), "{text}");
        };
        check("http://localhost:11434/v1", true);
        check("http://127.0.0.1/v1", true);
        check("http://[::1]/v1", true);
        check("http://127.example/v1", false);
        check("http://192.168.1.4/v1", false);
    }

    #[test]
    fn keys_are_visible_ascii_and_print_as_stars() {
        assert!(ApiKey::parse(" sk-abc\n").is_some_and(|key| key.expose() == "sk-abc"));
        for bad in ["", "  ", "sk abc", "sk-ä", "sk\n2"] {
            assert!(ApiKey::parse(bad).is_none(), "{bad:?}");
        }
        assert_eq!(format!("{:?}", ApiKey::parse("sk-abc")), "Some(***)");
    }
}
