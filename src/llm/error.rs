//! What can go wrong, by what the caller can do about it. No variant holds a text of the server, the customer or
//! the operator: an error may be logged as it is.

use std::time::Duration;

/// Why there is no answer. In every case the caller answers without the model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LlmError {
    /// The server cannot be reached or says that it cannot answer now. Try again later.
    #[error("the language model is not available: {why}")]
    Unavailable {
        /// What happened last.
        why: Failure,
        /// How long the server, or the circuit breaker, asks to wait.
        retry_after: Option<Duration>,
    },
    /// The server refuses this request and would again: the operator has to change something.
    #[error("the language model's server refuses the request (HTTP {status}): {why}")]
    Rejected {
        /// The HTTP status.
        status: u16,
        /// What is wrong.
        why: Rejection,
    },
    /// A stage took longer than it may.
    #[error("the language model is too slow: {0}")]
    TooSlow(Stage),
    /// What may be spent has been spent; nothing was sent.
    #[error("the language model's budget of this {0} is spent")]
    BudgetSpent(Period),
    /// Other calls take all slots. Nothing was sent.
    #[error("too many calls to the language model at once")]
    Busy,
    /// An answer came that is none.
    #[error("the language model's answer cannot be used: {0}")]
    BadReply(BadReply),
}

/// Why a server could not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// No connection: the network, or nobody listens there.
    #[error("no connection")]
    Connect,
    /// The server's name leads nowhere.
    #[error("its name is not known")]
    Name,
    /// No authority that is trusted here has signed the server's certificate, or it is of another name or time.
    #[error("its certificate is not trusted")]
    Certificate,
    /// The connection was lost, or the answer ended in the middle.
    #[error("the connection was lost")]
    ConnectionLost,
    /// 429: too many requests or tokens in a while.
    #[error("its rate limit is reached")]
    RateLimited,
    /// 408 or 5xx, or an error in the middle of a stream.
    #[error("the server failed (HTTP {0})")]
    Server(u16),
    /// It failed before and is left alone for a while.
    #[error("it failed several times and is left alone for a while")]
    LeftAlone,
}

/// What the operator has to change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// 401 or 403.
    #[error("the key is not accepted")]
    BadKey,
    /// The account has no credit left.
    #[error("the account has no credit left")]
    NoCredit,
    /// 404, a redirection, or a model that the server does not know.
    #[error("there is no such model or address")]
    NotFound,
    /// More text than the model takes.
    #[error("the request is longer than the model takes")]
    TooLong,
    /// The provider's rules forbid it.
    #[error("the provider's content rules forbid it")]
    Content,
    /// Another 4xx.
    #[error("the request is not understood")]
    BadRequest,
}

/// What took too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Stage {
    /// Connecting.
    #[error("no connection in time")]
    Connect,
    /// The first line of the answer.
    #[error("no answer began in time")]
    FirstByte,
    /// The next piece of the answer.
    #[error("the answer stopped coming")]
    BetweenChunks,
    /// The whole call.
    #[error("the answer was not complete in time")]
    Whole,
}

/// Of which the budget is spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Period {
    /// The calendar day.
    #[error("day")]
    Day,
    /// The calendar month.
    #[error("month")]
    Month,
}

/// What is wrong with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadReply {
    /// Not the JSON of a chat completion.
    #[error("it is not the JSON of a chat completion")]
    NotJson,
    /// Above the limit of size.
    #[error("it is too large")]
    TooLarge,
    /// No text in it.
    #[error("it has no text")]
    Empty,
}

/// Why there can be no client.
#[derive(Debug, Clone, thiserror::Error)]
pub enum SetupError {
    /// Encryption cannot be set up.
    #[error("encryption cannot be set up: {0}")]
    Tls(String),
    /// The HTTP client cannot be built.
    #[error("the HTTP client cannot be built: {0}")]
    Http(String),
}
