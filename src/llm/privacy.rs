//! Personal data out of what is sent to the model, and back into its answer.
//!
//! Within one call the same text has the same placeholder, `[PHONE_1]`, so that the model can still tell two numbers
//! apart and repeat one. What already looks like a placeholder in a customer's text gets one itself: nobody can ask
//! for another's number by writing `[PHONE_1]`.

use std::fmt;
use std::ops::Range;

use crate::domain::pii::{self, Kind};

/// The longest placeholder, in bytes; the names below and ten digits fit.
const LONGEST: usize = 24;

/// What a placeholder stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Label {
    Email,
    Phone,
    Card,
    Id,
    Name,
    Address,
    /// A text that looks like a placeholder and is none.
    Text,
}

impl Label {
    const ALL: [Self; 7] =
        [Self::Email, Self::Phone, Self::Card, Self::Id, Self::Name, Self::Address, Self::Text];

    fn as_str(self) -> &'static str {
        match self {
            Self::Email => "EMAIL",
            Self::Phone => "PHONE",
            Self::Card => "CARD",
            Self::Id => "ID",
            Self::Name => "NAME",
            Self::Address => "ADDRESS",
            Self::Text => "TEXT",
        }
    }
}

impl From<Kind> for Label {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Email => Self::Email,
            Kind::Phone => Self::Phone,
            Kind::Card => Self::Card,
            Kind::Identity => Self::Id,
            Kind::Address => Self::Address,
        }
    }
}

/// A placeholder at the start of a text: its label, number and length in bytes. Models change the case.
fn placeholder_at(text: &str) -> Option<(Label, usize, usize)> {
    let inner = text.strip_prefix('[')?;
    let close = inner.as_bytes().iter().take(LONGEST - 1).position(|&b| b == b']')?;
    let (label, number) = inner.get(..close)?.rsplit_once('_')?;
    let label = Label::ALL.into_iter().find(|known| known.as_str().eq_ignore_ascii_case(label))?;
    let digits = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    Some((label, number.parse().ok().filter(|_| digits)?, close + 2))
}

/// The placeholders of one call. `Debug` prints none of what they stand for.
#[derive(Clone, Default)]
pub struct Cloak {
    /// Known names as the characters of their lower case, the longest first.
    names: Vec<Vec<char>>,
    hidden: Vec<(Label, String)>,
}

impl fmt::Debug for Cloak {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cloak").field("names", &self.names.len()).field("hidden", &self.hidden.len()).finish()
    }
}

impl Cloak {
    /// Hides these names too, in any case, where they stand as whole words: those of people whom the caller knows to
    /// be in the conversation, such as an outlet's contact.
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut names: Vec<Vec<char>> = names
            .into_iter()
            .map(|name| name.trim().chars().map(lower).collect())
            .filter(|name: &Vec<char>| name.iter().any(|c| c.is_alphabetic()))
            .collect();
        // "Jo Tan" before "Jo".
        names.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        names.dedup();
        Self { names, hidden: Vec::new() }
    }

    /// Whether no text held anything to hide so far.
    pub fn hides_nothing(&self) -> bool {
        self.hidden.is_empty()
    }

    /// The text with placeholders.
    pub fn hide(&mut self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut end = 0;
        for (at, label) in self.find(text) {
            out.push_str(&text[end..at.start]);
            out.push_str(&self.placeholder(label, &text[at.clone()]));
            end = at.end;
        }
        out.push_str(&text[end..]);
        out
    }

    /// The text with what its placeholders stand for. Those that this call did not make stay as they are. JSON is
    /// to be parsed first and its strings revealed one by one: a name may hold a quotation mark.
    pub fn reveal(&self, text: &str) -> String {
        let mut whole = self.clone().uncloak();
        let mut out = whole.push(text);
        out.push_str(&whole.finish());
        out
    }

    /// Puts the data back into an answer that comes in pieces.
    pub fn uncloak(self) -> Uncloak {
        Uncloak { cloak: self, held: String::new() }
    }

    /// What to hide, in order and without overlap.
    fn find(&self, text: &str) -> Vec<(Range<usize>, Label)> {
        let mut data = pii::find(text).into_iter().peekable();
        let mut found = Vec::new();
        let mut done = 0;
        let mut before = None;
        for (at, c) in text.char_indices() {
            let previous = before.replace(c);
            if at < done {
                continue;
            }
            while data.next_if(|data| data.at.end <= at).is_some() {}
            let length_and_label = if let Some(data) = data.next_if(|data| data.at.start <= at) {
                Some((data.at.end - at, data.kind.into()))
            } else if let Some((_, _, length)) = placeholder_at(&text[at..]) {
                Some((length, Label::Text))
            } else if previous.is_none_or(|c| !c.is_alphanumeric()) {
                self.name_at(&text[at..]).map(|length| (length, Label::Name))
            } else {
                None
            };
            if let Some((length, label)) = length_and_label {
                done = at + length;
                found.push((at..done, label));
            }
        }
        found
    }

    /// A known name at the start of a text, as a word of its own; its length in bytes.
    fn name_at(&self, text: &str) -> Option<usize> {
        self.names.iter().find_map(|name| {
            let mut rest = text.char_indices();
            let same = name.iter().all(|&wanted| rest.next().is_some_and(|(_, c)| lower(c) == wanted));
            let (end, next) = rest.next().map_or((text.len(), None), |(end, c)| (end, Some(c)));
            (same && next.is_none_or(|c| !c.is_alphanumeric())).then_some(end)
        })
    }

    /// The placeholder of a text, the one it had before if there is one.
    fn placeholder(&mut self, label: Label, text: &str) -> String {
        let same = |hidden: &(Label, String)| hidden.0 == label;
        let known =
            self.hidden.iter().filter(|hidden| same(hidden)).position(|(_, original)| original == text);
        let number = known.unwrap_or_else(|| {
            let number = self.hidden.iter().filter(|hidden| same(hidden)).count();
            self.hidden.push((label, text.to_owned()));
            number
        });
        format!("[{}_{}]", label.as_str(), number + 1)
    }

    fn original(&self, label: Label, number: usize) -> Option<&str> {
        let mut same = self.hidden.iter().filter(|hidden| hidden.0 == label);
        same.nth(number.checked_sub(1)?).map(|(_, original)| original.as_str())
    }
}

/// One character for one, so that lengths stay: a name need not be folded better than that.
fn lower(c: char) -> char {
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

/// Puts personal data back into an answer that comes in pieces. What may be the beginning of a placeholder waits for
/// the next piece.
#[derive(Clone)]
pub struct Uncloak {
    cloak: Cloak,
    held: String,
}

impl fmt::Debug for Uncloak {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Uncloak").field("cloak", &self.cloak).finish_non_exhaustive()
    }
}

impl Uncloak {
    /// The next piece, as far as it is certain.
    pub fn push(&mut self, piece: &str) -> String {
        self.held.push_str(piece);
        let text = std::mem::take(&mut self.held);
        let mut out = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some(open) = rest.find('[') {
            out.push_str(&rest[..open]);
            rest = &rest[open..];
            if may_become_placeholder(rest) {
                rest.clone_into(&mut self.held);
                return out;
            }
            let original = placeholder_at(rest)
                .and_then(|(label, number, length)| Some((self.cloak.original(label, number)?, length)));
            let (shown, length) = original.unwrap_or((&rest[..1], 1));
            out.push_str(shown);
            rest = &rest[length..];
        }
        out.push_str(rest);
        out
    }

    /// What was held back, when the answer has ended.
    pub fn finish(self) -> String {
        self.held
    }
}

/// Whether this text, which begins with a bracket, lacks only its end to be a placeholder.
fn may_become_placeholder(text: &str) -> bool {
    let inner = &text[1..];
    text.len() < LONGEST && inner.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests;
