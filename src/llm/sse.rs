//! Server-sent events out of bytes that come in any pieces.
//!
//! Source: WHATWG HTML, "Server-sent events", 9.2.6. Only `data` matters here: names and ids of events are skipped
//! as that page says of fields one does not know.

/// The largest event, in bytes: a chunk of an answer has some hundred.
const MAX_EVENT: usize = 256 * 1024;

/// An event is larger than any server should send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooLarge;

/// Collects bytes and gives events.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    /// The line in hand, as bytes: a piece may end inside a character.
    line: Vec<u8>,
    /// The `data` of the event in hand.
    data: Option<Vec<u8>>,
    /// The last byte was CR: an LF after it belongs to the same end of line.
    after_cr: bool,
    /// Whether the first line, which may begin with a byte order mark, is behind.
    begun: bool,
}

impl Decoder {
    /// The data of the events that are complete with this piece.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<Vec<u8>>, TooLarge> {
        let mut events = Vec::new();
        for &byte in bytes {
            let second_of_crlf = byte == b'\n' && self.after_cr;
            self.after_cr = byte == b'\r';
            match byte {
                b'\n' if second_of_crlf => {}
                b'\n' | b'\r' => events.extend(self.end_line()),
                _ => {
                    self.line.push(byte);
                    if self.line.len() + self.data.as_ref().map_or(0, Vec::len) > MAX_EVENT {
                        return Err(TooLarge);
                    }
                }
            }
        }
        Ok(events)
    }

    /// What is left when the stream has ended: some servers leave out the last empty line.
    pub fn finish(&mut self) -> Option<Vec<u8>> {
        self.end_line().or_else(|| self.data.take())
    }

    fn end_line(&mut self) -> Option<Vec<u8>> {
        let line = std::mem::take(&mut self.line);
        let mut line = line.as_slice();
        if !std::mem::replace(&mut self.begun, true) {
            line = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line);
        }
        if line.is_empty() {
            return self.data.take();
        }
        let value = match line.iter().position(|&b| b == b':') {
            Some(colon) if &line[..colon] == b"data" => &line[colon + 1..],
            None if line == b"data" => &[],
            // A comment (the colon comes first) or another field.
            _ => return None,
        };
        let value = value.strip_prefix(b" ").unwrap_or(value);
        match &mut self.data {
            Some(data) => {
                data.push(b'\n');
                data.extend_from_slice(value);
            }
            None => self.data = Some(value.to_vec()),
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decode<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<String> {
        let mut decoder = Decoder::default();
        let mut events = Vec::new();
        for piece in pieces {
            events.extend(decoder.push(piece).unwrap());
        }
        events.extend(decoder.finish());
        events.into_iter().map(|event| String::from_utf8(event).unwrap()).collect()
    }

    #[track_caller]
    fn check(stream: &str, expected: &[&str]) {
        assert_eq!(decode([stream.as_bytes()]), expected, "whole");
        assert_eq!(decode(stream.as_bytes().chunks(1)), expected, "byte by byte");
    }

    #[test]
    fn events() {
        check("data: a\n\ndata: b\n\n", &["a", "b"]);
        check("data:a\r\n\r\ndata:  b\r\rdata: c\n\n", &["a", " b", "c"]);
        check(": comment\n\nevent: x\nid: 1\ndata: a\n\n", &["a"]);
        check("data: a\ndata: b\ndata\n\n", &["a\nb\n"]);
        check("\u{feff}data: a\n\n", &["a"]);
        check("data: a\n\ndata: b", &["a", "b"]);
        check("data: a\n\ndata: b\n", &["a", "b"]);
        check("datum: a\n\n\n\n", &[]);
        check("", &[]);
    }

    #[test]
    fn an_event_without_end_is_refused() {
        let mut decoder = Decoder::default();
        let piece = vec![b'x'; MAX_EVENT];
        assert_eq!(decoder.push(&piece), Ok(vec![]));
        assert_eq!(decoder.push(&piece), Err(TooLarge));
    }

    proptest! {
        #[test]
        fn cuts_change_nothing(texts in prop::collection::vec("[^\r\n\u{feff}]{0,20}", 0..6), cut in 1_usize..9, crlf: bool) {
            let end = if crlf { "\r\n" } else { "\n" };
            let events: Vec<String> = texts.iter().map(|t| format!(": hi{end}data: {t}{end}{end}")).collect();
            let stream = events.concat();
            prop_assert_eq!(decode(stream.as_bytes().chunks(cut)), texts);
        }
    }
}
