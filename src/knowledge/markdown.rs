//! Markdown into the pieces an answer is made of: headings, sentences, list items and table rows.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::sentences;

/// What a piece of text was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Kind {
    /// A sentence of a paragraph.
    Sentence,
    /// A list item, however many sentences.
    Item,
    /// A row of a table, with its header's words.
    Row,
    /// A block of preformatted text.
    Code,
}

/// A piece of a document, in reading order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// A heading of level 1 to 6.
    Heading(usize, String),
    /// Something said.
    Text {
        /// What it was.
        kind: Kind,
        /// As plain text.
        text: String,
        /// What it needs to be understood: the sentence before its list or table, the item above it.
        context: String,
        /// Pieces of the same paragraph, list or table have the same number.
        group: usize,
    },
}

/// The pieces of a document's body.
pub fn pieces(body: &str) -> Vec<Piece> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut reader = Reader::default();
    for event in Parser::new_ext(body, options) {
        reader.event(event);
    }
    reader.flush_text();
    reader.pieces
}

#[derive(Default)]
struct Reader {
    pieces: Vec<Piece>,
    text: String,
    group: usize,
    /// The last sentence before a list or table, while nothing else came between.
    intro: String,
    /// Open lists: the next number of an ordered one.
    lists: Vec<Option<u64>>,
    /// Open items: the piece each became, once its text is known.
    items: Vec<Option<usize>>,
    table: Option<Table>,
    code: bool,
    link: Option<(String, usize)>,
}

#[derive(Default)]
struct Table {
    header: Vec<String>,
    cells: Vec<String>,
    rows: usize,
}

impl Reader {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.text.push_str(&text);
            }
            Event::SoftBreak | Event::HardBreak => self.text.push(if self.code { '\n' } else { ' ' }),
            Event::FootnoteReference(name) => self.text.push_str(&name),
            // `<br>` separates; what else HTML says is layout.
            Event::InlineHtml(html) if html.to_ascii_lowercase().starts_with("<br") => self.text.push(' '),
            Event::Html(_) | Event::InlineHtml(_) | Event::Rule | Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { .. } => {
                self.flush_text();
                self.intro.clear();
            }
            Tag::Paragraph if self.items.is_empty() => self.flush_text(),
            // A further paragraph of an item goes on with it.
            Tag::Paragraph => self.text.push(' '),
            Tag::CodeBlock(_) => {
                self.flush_text();
                self.code = true;
            }
            Tag::List(first) => {
                self.flush_text();
                if self.lists.is_empty() {
                    self.group += 1;
                }
                self.lists.push(first);
            }
            Tag::Item => {
                self.flush_text();
                self.items.push(None);
            }
            Tag::Table(_) => {
                self.flush_text();
                self.group += 1;
                self.table = Some(Table::default());
            }
            Tag::Link { dest_url, .. } => self.link = Some((dest_url.into_string(), self.text.len())),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(level) => {
                let text = squeeze(&std::mem::take(&mut self.text));
                self.pieces.push(Piece::Heading(number(level), text));
            }
            TagEnd::Paragraph | TagEnd::HtmlBlock if self.items.is_empty() => self.flush_text(),
            TagEnd::CodeBlock => {
                self.flush_text();
                self.code = false;
            }
            TagEnd::Item => {
                self.flush_text();
                self.items.pop();
            }
            TagEnd::List(_) => {
                self.flush_text();
                self.lists.pop();
                if self.lists.is_empty() {
                    self.intro.clear();
                }
            }
            TagEnd::TableCell => {
                let cell = squeeze(&std::mem::take(&mut self.text));
                if let Some(table) = &mut self.table {
                    table.cells.push(cell);
                }
            }
            TagEnd::TableHead => {
                if let Some(table) = &mut self.table {
                    table.header = std::mem::take(&mut table.cells);
                }
            }
            TagEnd::TableRow => self.row(),
            TagEnd::Table => self.table_done(),
            TagEnd::Link => self.link_done(),
            _ => {}
        }
    }

    /// The address is kept where it says more than the link's text.
    fn link_done(&mut self) {
        let Some((url, from)) = self.link.take() else { return };
        let shown = url.strip_prefix("mailto:").unwrap_or(&url);
        if (url.starts_with("http") || url.starts_with("mailto:")) && !self.text[from..].contains(shown) {
            self.text.push_str(" (");
            self.text.push_str(shown);
            self.text.push(')');
        }
    }

    fn row(&mut self) {
        let Some(table) = &mut self.table else { return };
        let cells = std::mem::take(&mut table.cells);
        table.rows += 1;
        let text = row_text(&table.header, &cells);
        self.push(Kind::Row, text, self.intro.clone());
    }

    /// A table without rows still says its header.
    fn table_done(&mut self) {
        if let Some(table) = self.table.take()
            && table.rows == 0
        {
            self.push(Kind::Row, table.header.join("; "), self.intro.clone());
        }
        self.intro.clear();
    }

    fn push(&mut self, kind: Kind, text: String, context: String) {
        if !text.is_empty() {
            self.pieces.push(Piece::Text { kind, text, context, group: self.group });
        }
    }

    /// What was gathered becomes sentences, an item or a block of code.
    fn flush_text(&mut self) {
        let raw = std::mem::take(&mut self.text);
        if self.code {
            self.group += 1;
            self.push(Kind::Code, raw.trim().to_owned(), self.intro.clone());
            return;
        }
        let text = squeeze(&raw);
        if text.is_empty() {
            return;
        }
        if self.items.is_empty() {
            self.group += 1;
            let found = sentences::split(&text);
            self.intro = found.last().map_or_else(String::new, |last| (*last).to_owned());
            for sentence in found {
                self.push(Kind::Sentence, sentence.to_owned(), String::new());
            }
            return;
        }
        self.item(&text);
    }

    fn item(&mut self, text: &str) {
        // More text of an item whose inner list has ended belongs to the item itself.
        if let Some(Some(at)) = self.items.last().copied()
            && let Some(Piece::Text { text: said, .. }) = self.pieces.get_mut(at)
        {
            said.push(' ');
            said.push_str(text);
            return;
        }
        let above: Vec<&str> = self
            .items
            .iter()
            .flatten()
            .filter_map(|&at| match self.pieces.get(at) {
                Some(Piece::Text { text, .. }) => Some(text.as_str()),
                _ => None,
            })
            .collect();
        let context = if above.is_empty() { self.intro.clone() } else { above.join(" ") };
        let numbered = match self.lists.last_mut() {
            Some(Some(next)) => {
                *next += 1;
                format!("{}. {text}", *next - 1)
            }
            _ => text.to_owned(),
        };
        let at = self.pieces.len();
        self.push(Kind::Item, numbered, context);
        if let Some(open) = self.items.last_mut() {
            *open = Some(at);
        }
    }
}

/// A row that is understood without its table: `10 inch — Price each: SGD 0.45; Bundle: 100`.
fn row_text(header: &[String], cells: &[String]) -> String {
    let label = |i: usize, cell: &str| match header.get(i) {
        Some(name) if !name.is_empty() => format!("{name}: {cell}"),
        _ => cell.to_owned(),
    };
    let rest: Vec<String> = cells
        .iter()
        .enumerate()
        .skip(1)
        .filter(|(_, cell)| !cell.is_empty())
        .map(|(i, cell)| label(i, cell))
        .collect();
    let first = cells.first().map_or("", String::as_str);
    match (first.is_empty(), rest.is_empty()) {
        (_, true) => first.to_owned(),
        (true, false) => rest.join("; "),
        (false, false) => format!("{first} — {}", rest.join("; ")),
    }
}

fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn number(level: HeadingLevel) -> usize {
    level as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(piece: &Piece) -> String {
        match piece {
            Piece::Heading(level, text) => format!("{} {text}", "#".repeat(*level)),
            Piece::Text { text, context, .. } if context.is_empty() => text.clone(),
            Piece::Text { text, context, .. } => format!("[{context}] {text}"),
        }
    }

    #[track_caller]
    fn check(markdown: &str, expected: &[&str]) {
        let found: Vec<String> = pieces(markdown).iter().map(text).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn paragraphs_are_sentences() {
        check("# A\n\nOne **two**.\nThree `x`? Yes.", &["# A", "One two.", "Three x?", "Yes."]);
        check(
            "See [us](https://a.example/x) or <b@c.example>.",
            &["See us (https://a.example/x) or b@c.example."],
        );
    }

    #[test]
    fn items_stay_whole_and_know_what_they_belong_to() {
        check(
            "We need:\n\n- a photo. Of the box.\n- the order:\n  - its number\n  - its date\n\n  and so on\n",
            &[
                "We need:",
                "[We need:] a photo. Of the box.",
                "[We need:] the order: and so on",
                "[the order:] its number",
                "[the order:] its date",
            ],
        );
        check("1. one\n2. two", &["1. one", "2. two"]);
    }

    #[test]
    fn rows_are_understood_without_their_table() {
        check(
            "Our prices.\n\n| Size | Price each | Bundle |\n|---|---|---|\n| 10 inch | SGD 0.45 | 100 |\n| 12 inch | | 50 |\n\nMore.",
            &[
                "Our prices.",
                "[Our prices.] 10 inch — Price each: SGD 0.45; Bundle: 100",
                "[Our prices.] 12 inch — Bundle: 50",
                "More.",
            ],
        );
    }

    #[test]
    fn code_is_kept() {
        check("Send:\n\n```\nORDER 5\nBOX\n```\n", &["Send:", "[Send:] ORDER 5\nBOX"]);
    }
}
