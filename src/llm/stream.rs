//! An answer as it comes.

use tokio::sync::{mpsc, oneshot};
use tracing::Instrument;

use super::client::ChatClient;
use super::error::{Failure, LlmError};
use super::exchange::Delivery;
use super::request::{ChatRequest, ChatResponse, Terms};

/// Pieces that wait for the receiver. A slow one slows the server down instead of filling memory.
const WAITING: usize = 32;

/// An answer as it comes. Dropping it hangs up: the server stops, and nothing more is spent.
#[derive(Debug)]
pub struct ChatStream {
    deltas: mpsc::Receiver<String>,
    end: oneshot::Receiver<Result<ChatResponse, LlmError>>,
}

impl ChatStream {
    /// The next piece of the text; `None` when no more comes, and [`ChatStream::finish`] says why.
    pub async fn next(&mut self) -> Option<String> {
        self.deltas.recv().await
    }

    /// The whole answer, or why it is not whole: then what came before is to be thrown away. Pieces that were not
    /// taken are skipped.
    pub async fn finish(mut self) -> Result<ChatResponse, LlmError> {
        while self.next().await.is_some() {}
        // The task only goes without a word when the run time is going.
        self.end
            .await
            .unwrap_or(Err(LlmError::Unavailable { why: Failure::ConnectionLost, retry_after: None }))
    }
}

impl ChatClient {
    /// Asks for an answer in pieces. The call begins at once, on a task of its own. It is tried again like any other
    /// until the first piece was handed over, and not after that.
    ///
    /// Must be called within a Tokio run time.
    pub fn stream(&self, request: ChatRequest, terms: Terms) -> ChatStream {
        let (pieces, deltas) = mpsc::channel(WAITING);
        let (said, end) = oneshot::channel();
        let client = self.clone();
        let task = async move {
            let mut delivery = Delivery { to: &pieces, begun: false };
            tokio::select! {
                () = pieces.closed() => {}
                result = client.call(&request, &terms, Some(&mut delivery)) => {
                    let _gone = said.send(result);
                }
            }
        };
        tokio::spawn(task.in_current_span());
        ChatStream { deltas, end }
    }
}
