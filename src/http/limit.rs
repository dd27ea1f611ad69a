//! How many requests a client may make in a minute.

use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Instant;

use arc_swap::ArcSwapOption;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::domain::ids::TokenId;

/// Clients kept, about 100 bytes each. With more, those at rest are forgotten; who then still finds no place shares
/// one count with all others.
const MAX_CLIENTS: usize = 10_000;

/// Whose requests are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Client {
    /// Whoever bears a token.
    Token(TokenId),
    /// Whoever comes from an address.
    Address(IpAddr),
    /// All who are too many to be told apart.
    Crowd,
}

impl Client {
    /// By address. A network of IPv6 counts as one: every customer has one of 2^64 addresses.
    pub fn at(address: IpAddr) -> Self {
        Self::Address(match address {
            IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
                Some(v4) => v4.into(),
                None => Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 64)).into(),
            },
            v4 @ IpAddr::V4(_) => v4,
        })
    }
}

struct Counting {
    per_minute: NonZeroU32,
    clients: DefaultKeyedRateLimiter<Client>,
}

/// Counts requests by client.
pub struct Limiter {
    counting: ArcSwapOption<Counting>,
    clock: DefaultClock,
    started: Instant,
    /// The second of the last clearing, so that a flood of addresses does not make each request clear.
    cleared: AtomicU64,
}

impl Limiter {
    /// Counts nothing yet.
    pub fn new() -> Self {
        Self {
            counting: ArcSwapOption::empty(),
            clock: DefaultClock::default(),
            started: Instant::now(),
            cleared: AtomicU64::new(0),
        }
    }

    /// Counts a request. `Err` is the seconds until the next one is possible. A rate that differs from the last
    /// one (after a reload) begins to count afresh.
    pub fn check(&self, per_minute: NonZeroU32, client: Client) -> Result<(), u64> {
        let mut counting = self.counting.load_full();
        if counting.as_ref().is_none_or(|c| c.per_minute != per_minute) {
            let clients = RateLimiter::keyed(Quota::per_minute(per_minute));
            self.counting.store(Some(Counting { per_minute, clients }.into()));
            counting = self.counting.load_full();
        }
        let Some(counting) = counting else { return Ok(()) };
        self.forget_the_resting(&counting.clients);
        let client = if counting.clients.len() > MAX_CLIENTS { Client::Crowd } else { client };
        counting.clients.check_key(&client).map_err(|until| {
            let wait = until.wait_time_from(self.clock.now());
            wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
        })
    }

    fn forget_the_resting(&self, clients: &DefaultKeyedRateLimiter<Client>) {
        if clients.len() <= MAX_CLIENTS {
            return;
        }
        let second = 1 + self.started.elapsed().as_secs();
        if self.cleared.swap(second, Relaxed) != second {
            clients.retain_recent();
            clients.shrink_to_fit();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two() -> NonZeroU32 {
        NonZeroU32::new(2).unwrap()
    }

    #[test]
    fn each_client_has_its_own_count() {
        let limiter = Limiter::new();
        let [a, b] = [1, 2].map(|n| Client::at(IpAddr::from([10, 0, 0, n])));
        assert_eq!(limiter.check(two(), a), Ok(()));
        assert_eq!(limiter.check(two(), a), Ok(()));
        let wait = limiter.check(two(), a).unwrap_err();
        assert!((1..=30).contains(&wait), "{wait}");
        assert_eq!(limiter.check(two(), b), Ok(()));
        assert_eq!(limiter.check(two(), Client::Token(TokenId(1))), Ok(()));
        assert_eq!(limiter.check(NonZeroU32::new(3).unwrap(), a), Ok(()), "a new rate counts afresh");
    }

    #[test]
    fn an_ipv6_network_is_one_client() {
        let at = |text: &str| Client::at(text.parse().unwrap());
        assert_eq!(at("2001:db8::1"), at("2001:db8::ffff:2"));
        assert_ne!(at("2001:db8::1"), at("2001:db8:0:1::1"));
        assert_eq!(at("::ffff:10.0.0.1"), at("10.0.0.1"));
    }

    #[test]
    fn a_flood_of_addresses_is_one_crowd() {
        let limiter = Limiter::new();
        let address = |n: u32| Client::at(IpAddr::from(n.to_be_bytes()));
        for n in 0..3 * u32::try_from(MAX_CLIENTS).unwrap() {
            // The crowd's count is soon spent.
            let _ = limiter.check(two(), address(n));
        }
        assert!(limiter.counting.load_full().unwrap().clients.len() <= MAX_CLIENTS + 2);
        assert!(limiter.check(two(), address(u32::MAX)).is_err());
    }

    #[test]
    fn clients_at_rest_are_forgotten() {
        let limiter = Limiter::new();
        let fast = NonZeroU32::new(u32::MAX).unwrap();
        for n in 0..=u32::try_from(MAX_CLIENTS).unwrap() {
            limiter.check(fast, Client::at(IpAddr::from(n.to_be_bytes()))).unwrap();
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
        limiter.check(fast, Client::at(IpAddr::from([250, 0, 0, 1]))).unwrap();
        assert!(limiter.counting.load_full().unwrap().clients.len() < 10);
    }
}
