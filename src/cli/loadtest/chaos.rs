//! The faults of the chaos test. They are real: the server sees what it would see from a broken client or network.

use std::time::Duration;

use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::json;

use super::client::{Failure, Target};
use super::orders::{Ledger, PATH, Wanted};
use super::plan::Dice;
use super::raw::{Kill, Raw};

/// How often an order is sent again until it is acknowledged, and the first pause; each further one is twice as long.
const TRIES: u32 = 5;
const FIRST_PAUSE: Duration = Duration::from_millis(200);

/// What a user does instead of writing a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The connection is reset within the body.
    KilledSending,
    /// The connection is reset when all is sent.
    KilledWaiting,
    /// The body comes in pieces.
    SlowSend,
    /// The answer is taken in sips.
    SlowRead,
    /// The body is nothing the server can use.
    Malformed,
    /// An order is sent several times with one Idempotency-Key.
    DuplicateOrder,
}

impl Fault {
    /// All, in the order of results.
    pub const ALL: [Self; 6] = [
        Self::KilledSending,
        Self::KilledWaiting,
        Self::SlowSend,
        Self::SlowRead,
        Self::Malformed,
        Self::DuplicateOrder,
    ];

    /// As in results.
    pub fn name(self) -> &'static str {
        match self {
            Self::KilledSending => "connection_killed_sending",
            Self::KilledWaiting => "connection_killed_waiting",
            Self::SlowSend => "slow_send",
            Self::SlowRead => "slow_read",
            Self::Malformed => "malformed_body",
            Self::DuplicateOrder => "duplicate_order",
        }
    }

    /// Some fault, or none: four in ten messages are ordinary ones.
    pub fn any(dice: &mut Dice) -> Option<Self> {
        match dice.below(100) {
            0..10 => Some(Self::KilledSending),
            10..20 => Some(Self::KilledWaiting),
            20..26 => Some(Self::SlowSend),
            26..34 => Some(Self::SlowRead),
            34..46 => Some(Self::Malformed),
            46..60 => Some(Self::DuplicateOrder),
            _ => None,
        }
    }

    /// Whether what the server does with it can be told at once. A killed connection shows in what comes after.
    pub fn is_answered(self) -> bool {
        !matches!(self, Self::KilledSending | Self::KilledWaiting)
    }
}

/// What faults are made with.
pub struct Chaos {
    /// `None` where the server speaks https.
    pub raw: Option<Raw>,
    /// `None` where nothing can be ordered.
    pub ledger: Option<Ledger>,
}

impl Chaos {
    /// Whether a fault can be made here.
    pub fn can(&self, fault: Fault) -> bool {
        match fault {
            Fault::DuplicateOrder => self.ledger.is_some(),
            Fault::Malformed => true,
            _ => self.raw.is_some(),
        }
    }

    /// Makes a fault. `Err` when the server did not do what it should.
    pub async fn make(
        &self,
        fault: Fault,
        target: &Target,
        (message, session): (&str, &str),
        dice: &mut Dice,
    ) -> Result<(), Failure> {
        let body = json!({ "message": message, "session_id": session }).to_string();
        match (fault, &self.raw, &self.ledger) {
            (Fault::KilledSending, Some(raw), _) => {
                raw.kill(Kill::Sending, "/api/chatbot", None, &body).await
            }
            (Fault::KilledWaiting, Some(raw), _) => {
                raw.kill(Kill::Waiting, "/api/chatbot", None, &body).await
            }
            (Fault::SlowSend, Some(raw), _) => raw.slow_send(&body, session).await,
            (Fault::SlowRead, Some(raw), _) => raw.slow_read(&body, session).await,
            (Fault::Malformed, ..) => malformed(target, dice).await,
            (Fault::DuplicateOrder, raw, Some(ledger)) => {
                let Some(wanted) = ledger.next() else { return Ok(()) };
                duplicate(target, raw.as_ref(), ledger, &wanted, dice.below(3)).await
            }
            _ => Ok(()),
        }
    }
}

/// Sends something that is no message; a 4xx with a problem document is right.
async fn malformed(target: &Target, dice: &mut Dice) -> Result<(), Failure> {
    let json = "application/json";
    let bodies: [(&str, Vec<u8>); 9] = [
        (json, b"{\"message\": \"hel".to_vec()),
        (json, b"{}".to_vec()),
        (json, b"{\"message\": \"\"}".to_vec()),
        (json, b"{\"message\": {\"a\": 5}}".to_vec()),
        (json, b"[1, 2, 3]".to_vec()),
        (json, b"{\"message\": \"\xff\xfe\"}".to_vec()),
        (json, vec![b'['; 3_000]),
        (json, json!({ "message": "x".repeat(5_001) }).to_string().into_bytes()),
        ("text/plain", b"hello".to_vec()),
    ];
    let (media_type, body) = bodies[dice.below(bodies.len())].clone();
    let shown = String::from_utf8_lossy(&body[..body.len().min(30)]).into_owned();
    let request = target.request(Method::POST, "/api/chatbot").header(CONTENT_TYPE, media_type).body(body);
    let reply = target.send(request).await?;
    let is_problem = reply.media_type.starts_with("application/problem+json")
        && reply.json().get("code").is_some_and(serde_json::Value::is_string);
    match reply.status {
        429 => Err(reply.ok().err().unwrap_or(Failure::RateLimited(None))),
        400..500 if is_problem => Ok(()),
        status => Err(Failure::Mishandled(format!(
            "the malformed body {shown:?} was answered with {status}, not with a 4xx and a problem document: {}",
            reply.excerpt()
        ))),
    }
}

/// Sends one order more than once, in one of three ways, until it is acknowledged.
async fn duplicate(
    target: &Target,
    raw: Option<&Raw>,
    ledger: &Ledger,
    wanted: &Wanted,
    way: usize,
) -> Result<(), Failure> {
    let send = || ledger.send(target, wanted);
    match (way, raw) {
        // The client never sees the first answer.
        (0, Some(raw)) => {
            raw.kill(Kill::Waiting, PATH, Some(&wanted.key), &wanted.body).await?;
            until_acknowledged(ledger, target, wanted).await
        }
        (1, _) => {
            let (a, b, c) = tokio::join!(send(), send(), send());
            if a.is_ok() && b.is_ok() && c.is_ok() {
                return Ok(());
            }
            // Right or wrong, it is sent until it is acknowledged: then it can be looked up.
            let last = until_acknowledged(ledger, target, wanted).await;
            a.and(b).and(c).and(last)
        }
        _ => {
            until_acknowledged(ledger, target, wanted).await?;
            send().await?;
            another_body(target, wanted).await
        }
    }
}

async fn until_acknowledged(ledger: &Ledger, target: &Target, wanted: &Wanted) -> Result<(), Failure> {
    let mut pause = FIRST_PAUSE;
    for _ in 1..TRIES {
        match ledger.send(target, wanted).await {
            // An order that is refused or wrong does not get better by asking again.
            Err(Failure::Timeout | Failure::Connect(_) | Failure::Broken(_) | Failure::RateLimited(_))
            | Err(Failure::Status(500.., _)) => {
                tokio::time::sleep(pause).await;
                pause *= 2;
            }
            outcome => return outcome,
        }
    }
    ledger.send(target, wanted).await
}

/// The same key with something else must be refused, or the second customer gets the first one's answer.
async fn another_body(target: &Target, wanted: &Wanted) -> Result<(), Failure> {
    let body = wanted.body.replacen("Please send", "Send", 1);
    let request = target
        .request(Method::POST, PATH)
        .header("Idempotency-Key", &wanted.key)
        .header(CONTENT_TYPE, "application/json")
        .body(body);
    let reply = target.send(request).await?;
    if reply.status == 409 {
        Ok(())
    } else {
        let says =
            format!("another body under a used Idempotency-Key was answered with {}, not 409", reply.status);
        Err(Failure::Mishandled(says))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_comes_up() {
        let mut dice = Dice::new(1);
        let made: Vec<Option<Fault>> = (0..200).map(|_| Fault::any(&mut dice)).collect();
        assert!(Fault::ALL.iter().all(|fault| made.contains(&Some(*fault))));
        let ordinary = made.iter().filter(|fault| fault.is_none()).count();
        assert!((50..=110).contains(&ordinary), "{ordinary}");
    }
}
