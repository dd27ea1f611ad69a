//! The client against a server that misbehaves: what is tested is what is shipped.

mod calls;
mod limits;
mod secrets;
mod server;
mod streams;

use std::time::{Duration, Instant};

use jiff::civil::{Date, date};

use self::server::FakeServer;
use super::*;

const TODAY: Date = date(2026, 12, 1);

/// Printed nowhere, ever.
const KEY: &str = "sk-very-secret";

/// Short limits, so that no test waits long; none looks at how long anything took to the millisecond.
fn config(server: &FakeServer) -> LlmConfig {
    let ms = Duration::from_millis;
    LlmConfig {
        time: TimeLimits {
            slot: ms(50),
            connect: ms(2000),
            first_byte: ms(500),
            between_chunks: ms(500),
            whole: Duration::from_secs(5),
        },
        retry: RetryLimits { retries: 2, base: ms(5), cap: ms(20) },
        breaker: BreakerLimits { failures: 100, open_for: ms(1000), slow_after: ms(20) },
        ..LlmConfig::new(server.base_url(), ApiKey::parse(KEY), "test-model")
    }
}

fn client(server: &FakeServer) -> ChatClient {
    ChatClient::new(config(server)).unwrap()
}

fn hello() -> ChatRequest {
    ChatRequest::new(vec![Message::system("Be kind."), Message::user("prompt-secret")])
}

fn terms() -> Terms {
    within(Duration::from_secs(10))
}

fn within(limit: Duration) -> Terms {
    Terms { deadline: Instant::now() + limit, today: TODAY }
}

/// All pieces, and the end.
async fn drain(mut stream: ChatStream) -> (Vec<String>, Result<ChatResponse, LlmError>) {
    let mut pieces = Vec::new();
    while let Some(piece) = stream.next().await {
        pieces.push(piece);
    }
    (pieces, stream.finish().await)
}
