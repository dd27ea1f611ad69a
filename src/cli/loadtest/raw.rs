//! Requests as no well-behaved client sends them, written to the socket by hand.

use std::io;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream, lookup_host};

use super::client::{Failure, MAX_BODY, TIMEOUT, Target, answered, excerpt};

/// A slow sender's pieces and the pauses between them: about a second in all, as on a bad mobile connection.
const PIECES: usize = 8;
const PAUSE: Duration = Duration::from_millis(120);
/// What a slow reader takes at a time, in bytes, and how long it rests in between.
const SIP: usize = 256;
const REST: Duration = Duration::from_millis(40);
/// So small a window makes the server feel that the reader is slow. The system may round it up.
const WINDOW: u32 = 2_048;

/// How a connection is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kill {
    /// Within the body.
    Sending,
    /// When all is sent, before the answer.
    Waiting,
}

/// The server's address for connections by hand.
#[derive(Debug, Clone)]
pub struct Raw {
    host: String,
    port: u16,
    head: String,
    prefix: String,
}

impl Raw {
    /// `None` for https: these faults are below what encrypts.
    pub fn of(target: &Target) -> Option<Self> {
        if target.base.scheme() != "http" {
            return None;
        }
        let authority = target.base.host_str()?;
        let port = target.base.port_or_known_default()?;
        let token = target.token.as_ref().map(|token| format!("Authorization: Bearer {token}\r\n"));
        Some(Self {
            host: authority.trim_start_matches('[').trim_end_matches(']').to_owned(),
            port,
            head: format!(
                "Host: {authority}:{port}\r\nConnection: close\r\nContent-Type: application/json\r\n{}",
                token.unwrap_or_default()
            ),
            prefix: target.path(""),
        })
    }

    fn request(&self, path: &str, key: Option<&str>, length: usize) -> String {
        let key = key.map(|key| format!("Idempotency-Key: {key}\r\n")).unwrap_or_default();
        format!("POST {}{path} HTTP/1.1\r\n{}{key}Content-Length: {length}\r\n\r\n", self.prefix, self.head)
    }

    async fn connect(&self, window: Option<u32>) -> Result<TcpStream, Failure> {
        let connecting = async {
            let address = lookup_host((self.host.as_str(), self.port))
                .await?
                .next()
                .ok_or_else(|| io::Error::other("no address"))?;
            let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
            if let Some(window) = window {
                socket.set_recv_buffer_size(window)?;
            }
            socket.connect(address).await
        };
        in_time(connecting).await.map_err(|fault| match fault {
            Failure::Broken(why) => Failure::Connect(why),
            other => other,
        })
    }

    /// Sends a request, in part or whole, and resets the connection.
    pub async fn kill(&self, how: Kill, path: &str, key: Option<&str>, body: &str) -> Result<(), Failure> {
        let mut stream = self.connect(None).await?;
        // Reset, not closed: as when a phone loses its network or a process is killed.
        stream.set_zero_linger().map_err(|fault| Failure::Broken(fault.to_string()))?;
        let sent = match how {
            Kill::Sending => &body.as_bytes()[..body.len() / 2],
            Kill::Waiting => body.as_bytes(),
        };
        let request = [self.request(path, key, body.len()).as_bytes(), sent].concat();
        in_time(stream.write_all(&request)).await?;
        if how == Kill::Waiting {
            // Long enough for the server to begin, short enough that it is rarely done.
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        Ok(())
    }

    /// A chat message whose body comes in pieces.
    pub async fn slow_send(&self, body: &str, session: &str) -> Result<(), Failure> {
        let mut stream = self.connect(None).await?;
        in_time(async {
            stream.write_all(self.request("/api/chatbot", None, body.len()).as_bytes()).await?;
            for piece in body.as_bytes().chunks(body.len().div_ceil(PIECES).max(1)) {
                stream.write_all(piece).await?;
                tokio::time::sleep(PAUSE).await;
            }
            let mut answer = Vec::new();
            stream.take(MAX_BODY as u64).read_to_end(&mut answer).await?;
            Ok(answer)
        })
        .await
        .and_then(|answer| judge(&answer, session))
    }

    /// A chat message whose answer is taken in sips. It must come whole all the same.
    pub async fn slow_read(&self, body: &str, session: &str) -> Result<(), Failure> {
        let mut stream = self.connect(Some(WINDOW)).await?;
        in_time(async {
            stream.write_all(self.request("/api/chatbot", None, body.len()).as_bytes()).await?;
            stream.write_all(body.as_bytes()).await?;
            let (mut answer, mut sip) = (Vec::new(), [0; SIP]);
            loop {
                let taken = stream.read(&mut sip).await?;
                answer.extend_from_slice(&sip[..taken]);
                if taken == 0 || answer.len() > MAX_BODY {
                    return Ok(answer);
                }
                tokio::time::sleep(REST).await;
            }
        })
        .await
        .and_then(|answer| judge(&answer, session))
    }
}

async fn in_time<T>(work: impl Future<Output = io::Result<T>>) -> Result<T, Failure> {
    match tokio::time::timeout(TIMEOUT, work).await {
        Err(_) => Err(Failure::Timeout),
        Ok(done) => done.map_err(|fault| Failure::Broken(excerpt(&fault.to_string()))),
    }
}

fn judge(answer: &[u8], session: &str) -> Result<(), Failure> {
    let (status, body) =
        parse(answer).ok_or_else(|| Failure::Broken("the answer is not whole, or not HTTP".to_owned()))?;
    let text = || excerpt(&String::from_utf8_lossy(&body));
    match status {
        200 => {
            let reply: Value = serde_json::from_slice(&body).unwrap_or_default();
            answered(&reply, session).map(drop).map_err(|why| Failure::BadReply(format!("{why}: {}", text())))
        }
        429 => Err(Failure::RateLimited(None)),
        status => Err(Failure::Status(status, text())),
    }
}

/// Status and body of a whole HTTP/1.1 answer.
fn parse(answer: &[u8]) -> Option<(u16, Vec<u8>)> {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&answer[..end]).ok()?;
    let body = &answer[end + 4..];
    let status = head.strip_prefix("HTTP/1.")?.split(' ').nth(1)?.parse().ok()?;
    let header = |wanted: &str| {
        head.lines().filter_map(|line| line.split_once(':')).find_map(|(name, value)| {
            name.eq_ignore_ascii_case(wanted).then(|| value.trim().to_ascii_lowercase())
        })
    };
    if header("transfer-encoding").is_some_and(|value| value.contains("chunked")) {
        return Some((status, joined(body)?));
    }
    let whole = header("content-length").is_none_or(|length| length.parse() == Ok(body.len()));
    whole.then(|| (status, body.to_vec()))
}

/// Joins the chunks of a body; `None` when the last one is not there.
fn joined(mut body: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    loop {
        let line = body.windows(2).position(|two| two == b"\r\n")?;
        let size = std::str::from_utf8(&body[..line]).ok()?.split(';').next()?.trim();
        let size = usize::from_str_radix(size, 16).ok()?;
        body = &body[line + 2..];
        if size == 0 {
            return Some(whole);
        }
        whole.extend_from_slice(body.get(..size)?);
        body = body.get(size..)?.strip_prefix(b"\r\n")?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_answers_count() {
        let check = |answer: &str, body: Option<&str>| {
            let read = parse(answer.as_bytes()).map(|(status, body)| {
                assert_eq!(status, 200);
                String::from_utf8(body).unwrap()
            });
            assert_eq!(read.as_deref(), body, "{answer:?}");
        };
        check("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", Some("hi"));
        check("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nhi", None);
        check("HTTP/1.1 200 OK\r\n\r\nhi", Some("hi"));
        check("HTTP/1.1 200 OK\r\nContent-Le", None);
        check("nonsense\r\n\r\n", None);
        check(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n1;x\r\n!\r\n0\r\n\r\n",
            Some("hi!"),
        );
        check("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n", None);
        check("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nhi", None);
    }
}
