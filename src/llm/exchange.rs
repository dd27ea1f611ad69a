//! One try: a request on the wire and its answer, with a limit of time on every wait and of size on every body.

use std::error::Error;
use std::io;
use std::ops::Deref;
use std::time::{Duration, Instant};

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{RequestBuilder, Response, StatusCode};
use tokio::sync::mpsc;

use super::config::{LlmConfig, TimeLimits};
use super::error::{BadReply, Failure, LlmError, Rejection, SetupError, Stage};
use super::request::{FinishReason, Usage};
use super::spend::Meter;
use super::{retry, sse, tls, wire};

/// The largest body, and the longest text of a stream, in bytes. The longest answers have some ten thousand.
const MAX_BODY: usize = 1024 * 1024;

/// The most of an error's body that is looked at, in bytes.
const MAX_ERROR_BODY: usize = 64 * 1024;

/// What a try says about the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It answers.
    Answered,
    /// It does not.
    Failed,
    /// Nothing: it was not asked, or not given a fair chance.
    Unknown,
}

/// A try that gave no answer.
#[derive(Debug)]
pub(super) struct Fault {
    pub error: LlmError,
    /// Whether another try may do better.
    pub again: bool,
    pub verdict: Verdict,
    /// What the server said of a request that it does not understand: it may name what to leave out. It never
    /// leaves this module's siblings: servers repeat prompts.
    pub words: Option<String>,
}

impl Fault {
    /// Nothing was sent.
    pub fn unsent(error: LlmError) -> Self {
        Self { error, again: false, verdict: Verdict::Unknown, words: None }
    }
}

impl From<LlmError> for Fault {
    fn from(error: LlmError) -> Self {
        let (again, verdict) = match &error {
            // A certificate does not change in a second.
            LlmError::Unavailable { why: Failure::Certificate, .. } => (false, Verdict::Failed),
            LlmError::Unavailable { .. } | LlmError::TooSlow(Stage::Connect) => (true, Verdict::Failed),
            LlmError::TooSlow(_) => (false, Verdict::Failed),
            LlmError::BadReply(BadReply::Empty) => (false, Verdict::Answered),
            LlmError::BadReply(_) => (false, Verdict::Failed),
            LlmError::Rejected { why: Rejection::TooLong | Rejection::Content, .. } => {
                (false, Verdict::Answered)
            }
            // One odd request must not shut the others out.
            LlmError::Rejected { why: Rejection::BadRequest, .. } => (false, Verdict::Unknown),
            LlmError::Rejected { .. } => (false, Verdict::Failed),
            LlmError::BudgetSpent(_) | LlmError::Busy => (false, Verdict::Unknown),
        };
        Self { error, again, verdict, words: None }
    }
}

/// An answer.
#[derive(Debug)]
pub(super) struct Reply {
    pub text: String,
    pub finish: FinishReason,
    pub usage: Usage,
}

/// Where the pieces of a stream go.
pub(super) struct Delivery<'a> {
    pub to: &'a mpsc::Sender<String>,
    /// Whether a piece has been handed over: from then on there is no second try.
    pub begun: bool,
}

impl Delivery<'_> {
    /// Hands a piece over; a receiver that does not take it in time is not the server's fault.
    async fn hand_over(&mut self, text: String, deadline: Instant) -> Result<(), Fault> {
        self.begun = true;
        let too_late = Fault::unsent(LlmError::TooSlow(Stage::Whole));
        match tokio::time::timeout_at(deadline.into(), self.to.send(text)).await {
            Ok(Ok(())) => Ok(()),
            // The receiver is gone: nobody reads this.
            Ok(Err(_)) | Err(_) => Err(too_late),
        }
    }
}

/// The way to the server.
#[derive(Debug)]
pub(super) struct Wire {
    http: reqwest::Client,
    chat: String,
    models: String,
    authorization: Option<HeaderValue>,
    time: TimeLimits,
    slow_after: Duration,
}

impl Wire {
    pub fn new(config: &LlmConfig) -> Result<Self, SetupError> {
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls::client_config()?)
            .connect_timeout(config.time.connect)
            .pool_max_idle_per_host(config.max_concurrent)
            // A redirected POST loses its body, and the key has no business elsewhere.
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .user_agent(concat!("tria/", env!("CARGO_PKG_VERSION")));
        if config.base_url.is_loopback() {
            // A company's proxy does not know this machine's model.
            builder = builder.no_proxy();
        }
        let authorization = config.api_key.as_ref().map(|key| {
            let mut value = HeaderValue::from_str(&format!("Bearer {}", key.expose()))
                .map_err(|_| SetupError::Http("the key is no header value".to_owned()))?;
            value.set_sensitive(true);
            Ok(value)
        });
        Ok(Self {
            http: builder.build().map_err(|fault| SetupError::Http(fault.to_string()))?,
            chat: config.base_url.endpoint("chat/completions"),
            models: config.base_url.endpoint("models"),
            authorization: authorization.transpose()?,
            time: config.time,
            slow_after: config.breaker.slow_after,
        })
    }

    /// One call: whole, or streamed into `delivery`.
    pub async fn call(
        &self,
        body: Vec<u8>,
        mut meter: Meter<'_>,
        deadline: Instant,
        delivery: Option<&mut Delivery<'_>>,
    ) -> Result<Reply, Fault> {
        let began = Instant::now();
        let request = self.http.post(&self.chat).header(CONTENT_TYPE, "application/json").body(body);
        match self.answer(request, &mut meter, deadline, delivery).await {
            Ok(part) => {
                let usage = meter.settle(part.usage);
                let finish = part.finish.unwrap_or(FinishReason::Stop);
                if part.text.is_empty() && finish == FinishReason::Stop {
                    return Err(LlmError::BadReply(BadReply::Empty).into());
                }
                Ok(Reply { text: part.text, finish, usage })
            }
            Err(mut fault) => {
                let working = matches!(fault.error, LlmError::TooSlow(stage) if stage != Stage::Connect);
                if !working && !meter.has_answer() {
                    meter.void();
                }
                if fault.error == LlmError::TooSlow(Stage::Whole) && began.elapsed() < self.slow_after {
                    fault.verdict = Verdict::Unknown;
                }
                Err(fault)
            }
        }
    }

    async fn answer(
        &self,
        request: RequestBuilder,
        meter: &mut Meter<'_>,
        deadline: Instant,
        delivery: Option<&mut Delivery<'_>>,
    ) -> Result<wire::Part, Fault> {
        let Some(delivery) = delivery else {
            let response = self.send(request, None, deadline).await?;
            return self.whole(response, meter, deadline).await;
        };
        let request = request.header(ACCEPT, "text/event-stream");
        let response = self.send(request, Some(self.time.first_byte), deadline).await?;
        if is_json(&response) {
            // A server that does not stream answers in one piece all the same.
            let part = self.whole(response, meter, deadline).await?;
            delivery.hand_over(part.text.clone(), deadline).await?;
            return Ok(part);
        }
        self.pieces(response, meter, deadline, delivery).await
    }

    async fn whole(
        &self,
        response: Response,
        meter: &mut Meter<'_>,
        deadline: Instant,
    ) -> Result<wire::Part, Fault> {
        let part = wire::decode(&self.body(response, deadline).await?)?;
        meter.answered(part.text.chars().count());
        Ok(part)
    }

    /// The pieces of a stream, handed over as they come, and then all of it.
    async fn pieces(
        &self,
        mut response: Response,
        meter: &mut Meter<'_>,
        deadline: Instant,
        delivery: &mut Delivery<'_>,
    ) -> Result<wire::Part, Fault> {
        let mut decoder = sse::Decoder::default();
        let mut whole = wire::Part::default();
        loop {
            let bytes = match self.chunk(&mut response, deadline).await {
                Ok(bytes) => bytes,
                // The answer is complete; only the farewell is missing.
                Err(_) if whole.finish.is_some() => return Ok(whole),
                Err(fault) => return Err(fault),
            };
            let ended = bytes.is_none();
            let events = match bytes {
                Some(bytes) => {
                    decoder.push(&bytes).map_err(|sse::TooLarge| LlmError::BadReply(BadReply::TooLarge))?
                }
                None => decoder.finish().into_iter().collect(),
            };
            for event in events.iter().map(|event| event.trim_ascii()).filter(|event| !event.is_empty()) {
                if event == b"[DONE]" {
                    return Ok(whole);
                }
                let part = wire::decode(event)?;
                meter.answered(part.text.chars().count());
                whole.add(&part);
                if whole.text.len() > MAX_BODY {
                    return Err(LlmError::BadReply(BadReply::TooLarge).into());
                }
                if !part.text.is_empty() {
                    delivery.hand_over(part.text, deadline).await?;
                }
            }
            if ended {
                return if whole.finish.is_some() { Ok(whole) } else { Err(lost(Failure::ConnectionLost)) };
            }
        }
    }

    /// The server's list of models; also tells whether it takes the key.
    pub async fn models(&self, deadline: Instant) -> Result<Option<Vec<String>>, LlmError> {
        let response = self.send(self.http.get(&self.models), None, deadline).await.map_err(|f| f.error)?;
        match self.body(response, deadline).await {
            Ok(bytes) => Ok(wire::models(&bytes)),
            // Some list thousands; that they answer is enough.
            Err(Fault { error: LlmError::BadReply(BadReply::TooLarge), .. }) => Ok(None),
            Err(fault) => Err(fault.error),
        }
    }

    /// Sends, and waits for the first line of an answer that is no refusal.
    async fn send(
        &self,
        request: RequestBuilder,
        limit: Option<Duration>,
        deadline: Instant,
    ) -> Result<Response, Fault> {
        let request = match &self.authorization {
            Some(value) => request.header(AUTHORIZATION, value.clone()),
            None => request,
        };
        let response = within(Stage::FirstByte, limit, deadline, request.send()).await?.map_err(|fault| {
            match (fault.is_connect(), fault.is_timeout()) {
                (true, true) => LlmError::TooSlow(Stage::Connect).into(),
                (true, false) => lost(connect_failure(&fault)),
                (false, _) => lost(Failure::ConnectionLost),
            }
        })?;
        if response.status().is_success() {
            Ok(response)
        } else {
            Err(self.refusal(response, deadline).await)
        }
    }

    async fn refusal(&self, mut response: Response, deadline: Instant) -> Fault {
        let status = response.status();
        let asked = retry::retry_after(response.headers());
        let mut body = Vec::new();
        // What of the body comes is enough; the status has said the most.
        while let Ok(Some(bytes)) = self.chunk(&mut response, deadline).await {
            body.extend_from_slice(&bytes);
            if body.len() > MAX_ERROR_BODY {
                break;
            }
        }
        let mut fault = Fault::from(wire::refusal(status, &body));
        if let LlmError::Unavailable { retry_after, .. } = &mut fault.error {
            *retry_after = asked;
        }
        let not_understood = matches!(status, StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY);
        fault.words = not_understood.then(|| String::from_utf8_lossy(&body).into_owned());
        fault
    }

    async fn body(&self, mut response: Response, deadline: Instant) -> Result<Vec<u8>, Fault> {
        let mut body = Vec::new();
        while let Some(bytes) = self.chunk(&mut response, deadline).await? {
            if body.len() + bytes.len() > MAX_BODY {
                return Err(LlmError::BadReply(BadReply::TooLarge).into());
            }
            body.extend_from_slice(&bytes);
        }
        Ok(body)
    }

    async fn chunk(
        &self,
        response: &mut Response,
        deadline: Instant,
    ) -> Result<Option<impl Deref<Target = [u8]> + use<>>, Fault> {
        within(Stage::BetweenChunks, Some(self.time.between_chunks), deadline, response.chunk())
            .await?
            .map_err(|_| lost(Failure::ConnectionLost))
    }
}

fn lost(why: Failure) -> Fault {
    LlmError::Unavailable { why, retry_after: None }.into()
}

/// Why there is no connection, as far as an operator can do something about it.
fn connect_failure(fault: &reqwest::Error) -> Failure {
    if fault.is_dns() {
        Failure::Name
    } else if is_untrusted(fault) {
        Failure::Certificate
    } else {
        Failure::Connect
    }
}

fn is_untrusted(fault: &(dyn Error + 'static)) -> bool {
    let of_certificate = matches!(fault.downcast_ref(), Some(rustls::Error::InvalidCertificate(_)));
    // An I/O error tells the source of what it holds, but not what it holds.
    let held = fault.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    of_certificate || held.is_some_and(|held| is_untrusted(held)) || fault.source().is_some_and(is_untrusted)
}

fn is_json(response: &Response) -> bool {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    kind.is_some_and(|kind| kind.trim_start().to_ascii_lowercase().starts_with("application/json"))
}

/// Waits for `future` no longer than the stage may take, and not past the deadline.
async fn within<F: Future>(
    stage: Stage,
    limit: Option<Duration>,
    deadline: Instant,
    future: F,
) -> Result<F::Output, Fault> {
    let stage_end = limit.and_then(|limit| Instant::now().checked_add(limit));
    let (end, stage) = match stage_end {
        Some(end) if end < deadline => (end, stage),
        _ => (deadline, Stage::Whole),
    };
    tokio::time::timeout_at(end.into(), future).await.map_err(|_| LlmError::TooSlow(stage).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_untrusted_certificate_is_told_from_a_broken_line() {
        let of_certificate = rustls::Error::InvalidCertificate(rustls::CertificateError::UnknownIssuer);
        assert!(is_untrusted(&io::Error::other(io::Error::other(of_certificate))));
        assert!(!is_untrusted(&io::Error::other(rustls::Error::HandshakeNotComplete)));
        assert!(!is_untrusted(&io::Error::from(io::ErrorKind::ConnectionRefused)));
    }
}
