//! An answer of the language model, shown while it comes: sentence by sentence, and only what passes the checks.

use super::progress::{Audience, Progress, whole_sentence};
use super::validate::{self, Against};
use crate::llm::{ChatClient, ChatRequest, ChatResponse, Cloak, LlmError, Terms};

/// Shows sentences to who watches.
pub struct Aloud<'a> {
    audience: &'a Audience,
    cloak: &'a Cloak,
    against: &'a Against<'a>,
    /// What came and is no whole sentence yet.
    waiting: String,
    /// After a sentence that failed nothing more is shown: the whole answer will fail.
    stopped: bool,
}

impl<'a> Aloud<'a> {
    /// Nothing was shown yet.
    pub fn new(audience: &'a Audience, cloak: &'a Cloak, against: &'a Against<'a>) -> Self {
        Self { audience, cloak, against, waiting: String::new(), stopped: false }
    }

    fn hear(&mut self, piece: &str) {
        self.waiting.push_str(piece);
        while !self.stopped
            && let Some(end) = whole_sentence(&self.waiting)
        {
            let sentence: String = self.waiting.drain(..end).collect();
            let sentence = self.cloak.reveal(&sentence);
            // Blank lines and bullets say nothing that could be wrong.
            let says_something = sentence.chars().any(char::is_alphanumeric);
            self.stopped = says_something && !validate::issues(&sentence, self.against).is_empty();
            if !self.stopped {
                self.audience.tell(|| Progress::Text(sentence));
            }
        }
    }
}

/// Asks for an answer and shows it as it comes. `None` when who watched has gone: the call is hung up then.
pub async fn listen(
    client: &ChatClient,
    request: ChatRequest,
    terms: Terms,
    mut aloud: Aloud<'_>,
) -> Option<Result<ChatResponse, LlmError>> {
    let mut stream = client.stream(request, terms);
    loop {
        let audience = aloud.audience;
        tokio::select! {
            () = audience.gone() => return None,
            piece = stream.next() => match piece {
                Some(piece) => aloud.hear(&piece),
                None => return Some(stream.finish().await),
            }
        }
    }
}
