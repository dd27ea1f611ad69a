//! What a client sees of a turn while it runs. The reply alone counts: what was shown before it may be taken back.

use tokio::sync::mpsc;

use crate::domain::intent::Purpose;

/// Steps that wait for the client. A client that reads none misses steps, and gets the reply all the same.
const WAITING: usize = 256;

/// A step of a turn.
#[derive(Debug, Clone, PartialEq)]
pub enum Progress {
    /// A stage has ended.
    Stage(&'static str),
    /// What the message is for, and how sure that is (0 to 1).
    Intent(Purpose),
    /// The policies were searched: how many chunks, and the headings of the best.
    Retrieval(usize, Vec<String>),
    /// The next piece of the answer, checked.
    Text(String),
}

/// Who watches a turn, if anybody does.
#[derive(Debug, Clone, Default)]
pub struct Audience(Option<mpsc::Sender<Progress>>);

impl Audience {
    /// Somebody who watches, and where the steps arrive. Dropping the receiver is going away.
    pub fn watching() -> (Self, mpsc::Receiver<Progress>) {
        let (sender, receiver) = mpsc::channel(WAITING);
        (Self(Some(sender)), receiver)
    }

    /// Tells a step.
    pub fn tell(&self, step: impl FnOnce() -> Progress) {
        if let Some(sender) = &self.0 {
            // Full or gone: the reply holds everything.
            let _lost = sender.try_send(step());
        }
    }

    /// Whether somebody watches.
    pub fn is_watching(&self) -> bool {
        self.0.as_ref().is_some_and(|sender| !sender.is_closed())
    }

    /// Ends when whoever watched has gone; never when nobody did.
    pub async fn gone(&self) {
        match &self.0 {
            Some(sender) => sender.closed().await,
            None => std::future::pending().await,
        }
    }

    /// Whether somebody watched and has gone: no more is to be spent on the answer.
    pub fn has_left(&self) -> bool {
        self.0.as_ref().is_some_and(mpsc::Sender::is_closed)
    }
}

/// A text in pieces that end with a sentence or a line; together they are the text.
pub fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (piece, after) = rest.split_at(whole_sentence(rest).unwrap_or(rest.len()));
        rest = after;
        Some(piece)
    })
}

/// Where the first sentence of a text ends, its blank included; `None` while it may go on.
pub fn whole_sentence(text: &str) -> Option<usize> {
    let mut ended = false;
    for (at, c) in text.char_indices() {
        if c == '\n' || (ended && c.is_whitespace()) {
            return Some(at + c.len_utf8());
        }
        ended = match c {
            '。' | '！' | '？' => return Some(at + c.len_utf8()),
            '.' | '!' | '?' => true,
            // A closing quote or bracket belongs to the sentence.
            '"' | ')' | '”' | '’' => ended,
            _ => false,
        };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_end_with_sentences_and_lose_nothing() {
        let check = |text: &str, expected: &[&str]| {
            assert_eq!(pieces(text).collect::<Vec<_>>(), expected);
            assert_eq!(pieces(text).collect::<String>(), text);
        };
        check("", &[]);
        check("Yes. It costs SGD 0.45 a piece.", &["Yes. ", "It costs SGD 0.45 a piece."]);
        check("- one\n- two (see it.) Then", &["- one\n", "- two (see it.) ", "Then"]);
        check("好的。请稍等", &["好的。", "请稍等"]);
    }

    #[tokio::test]
    async fn a_client_that_has_gone_is_noticed() {
        let (audience, steps) = Audience::watching();
        assert!(audience.is_watching() && !Audience::default().is_watching());
        drop(steps);
        audience.gone().await;
        assert!(audience.has_left() && !Audience::default().has_left());
        audience.tell(|| Progress::Stage("nobody hears it"));
    }
}
