//! Documents into chunks: a section each, long ones split between lines.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::front_matter::{self, Audience, FrontMatter, LineFault};
use super::markdown::{self, Kind, Piece};
use super::placeholders::{self, Placeholders};

/// Grows when chunks are cut another way, so that older indexes are made anew.
pub const CHUNKER_VERSION: u32 = 2;
/// A section above this many words is split: what the model reads of a text (256 tokens) is about that.
const MAX_WORDS: usize = 180;
/// Words that the parts of a split section share at most, whole lines of them.
const OVERLAP_WORDS: usize = 40;

/// Longest tone guide: about two thousand tokens of a prompt.
const MAX_TONE_BYTES: usize = 8000;

/// A sentence, list item or table row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// What it was.
    pub kind: Kind,
    /// As a chat shows it, without a bullet.
    pub text: String,
    /// What it needs to be understood; may be empty.
    pub context: String,
    /// Lines of the same paragraph, list or table have the same number within a document.
    pub group: usize,
}

/// A section of a document, or a part of a long one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chunk {
    /// File, relative to the policies' folder, with `/`.
    pub file: String,
    /// The document's title.
    pub title: String,
    /// Headings from the document's first to the section's own.
    pub path: Vec<String>,
    /// Counts the sections of the whole index; parts of a split one share it.
    pub section: usize,
    /// First of its lines among the index's.
    pub first_line: usize,
    /// After its last line.
    pub end_line: usize,
    /// First day on which it holds.
    #[serde(default, with = "day", skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Date>,
    /// Last day on which it holds.
    #[serde(default, with = "day", skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Date>,
}

/// Dates as `2026-11-23`.
mod day {
    use jiff::civil::Date;
    use serde::{Deserialize as _, Deserializer, Serializer};

    #[allow(clippy::ref_option, clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
    pub fn serialize<S: Serializer>(day: &Option<Date>, to: S) -> Result<S::Ok, S::Error> {
        match day {
            Some(day) => to.collect_str(day),
            None => to.serialize_none(),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Date>, D::Error> {
        let text = Option::<String>::deserialize(from)?;
        text.map(|text| text.parse().map_err(serde::de::Error::custom)).transpose()
    }
}

impl Chunk {
    /// Its name within its index: the file's, and which chunk of the index it is (from 0).
    pub fn id(&self, number: usize) -> String {
        let stem = self.file.rsplit('/').next().unwrap_or(&self.file).trim_end_matches(".md");
        format!("{stem}#{}", number + 1)
    }

    /// Path of headings, ` > ` between.
    pub fn heading(&self) -> String {
        if self.path.is_empty() { self.title.clone() } else { self.path.join(" > ") }
    }

    /// What is put before every text that is embedded: title and headings, none twice.
    pub fn preamble(&self) -> String {
        let mut parts: Vec<&str> = vec![&self.title];
        parts.extend(self.path.iter().map(String::as_str).filter(|h| *h != self.title));
        parts.retain(|part| !part.is_empty());
        parts.join(" > ")
    }

    /// Whether it holds on this day.
    pub fn holds_on(&self, day: Date) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_until.is_none_or(|until| day <= until)
    }
}

/// The chunks of several documents with all their lines.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Texts {
    /// In reading order.
    pub chunks: Vec<Chunk>,
    /// In reading order.
    pub lines: Vec<Line>,
    /// How many sections.
    pub sections: usize,
    /// How the company speaks: the documents with `audience: tone`, as they stand.
    #[serde(default)]
    pub tone: String,
}

impl Texts {
    /// The lines of a chunk.
    pub fn lines_of(&self, chunk: &Chunk) -> &[Line] {
        &self.lines[chunk.first_line..chunk.end_line]
    }

    /// What is embedded for a chunk.
    pub fn embedded_chunk(&self, chunk: &Chunk) -> String {
        let body: Vec<&str> = self.lines_of(chunk).iter().map(|line| line.text.as_str()).collect();
        format!("{}\n{}", chunk.preamble(), body.join("\n"))
    }

    /// What is embedded for a line of a chunk: under its headings, but without the document's title, as one that
    /// stands before every line makes them all alike.
    pub fn embedded_line(&self, chunk: &Chunk, line: usize) -> String {
        let line = &self.lines[line];
        let context = if line.context.is_empty() { "" } else { " " };
        let below_title = if chunk.path.len() > 1 { &chunk.path[1..] } else { &chunk.path[..] };
        let heading = if below_title.is_empty() { chunk.title.clone() } else { below_title.join(" > ") };
        format!("{heading}: {}{context}{}", line.context, line.text)
    }

    /// Adds a document; one that is not for customers adds nothing. Gives the number of chunks added.
    pub fn add(&mut self, file: &str, text: &str, values: &Placeholders) -> Result<usize, Vec<LineFault>> {
        let (front, body) = front_matter::split(text.trim_start_matches('\u{feff}'))?;
        let body = placeholders::fill(&body, values)?;
        if front.audience == Audience::Tone {
            self.tone.push_str(body.trim());
            self.tone.push('\n');
            self.tone.truncate(self.tone.floor_char_boundary(MAX_TONE_BYTES));
        }
        if front.audience != Audience::Customer {
            return Ok(0);
        }
        let before = self.chunks.len();
        let pieces = markdown::pieces(&body);
        let title = title(&front, &pieces, file);
        let mut path: Vec<(usize, String)> = Vec::new();
        let mut from = self.lines.len();
        for piece in pieces {
            match piece {
                Piece::Heading(level, text) => {
                    self.said_by_heading(&path, from, level);
                    self.section(file, &title, &path, from, &front);
                    from = self.lines.len();
                    path.retain(|(above, _)| *above < level);
                    path.push((level, text));
                }
                Piece::Text { kind, text, context, group } => {
                    self.lines.push(Line { kind, text, context, group });
                }
            }
        }
        self.said_by_heading(&path, from, 0);
        self.section(file, &title, &path, from, &front);
        Ok(self.chunks.len() - before)
    }

    /// A heading with nothing below it says something itself. `next` is the level of the heading that follows.
    fn said_by_heading(&mut self, path: &[(usize, String)], from: usize, next: usize) {
        if let Some((level, text)) = path.last()
            && from == self.lines.len()
            && next <= *level
            && !text.is_empty()
        {
            let line = Line { kind: Kind::Sentence, text: text.clone(), context: String::new(), group: 0 };
            self.lines.push(line);
        }
    }

    fn section(
        &mut self,
        file: &str,
        title: &str,
        path: &[(usize, String)],
        from: usize,
        front: &FrontMatter,
    ) {
        if from == self.lines.len() {
            return;
        }
        for (first_line, end_line) in parts(&self.lines[from..]) {
            self.chunks.push(Chunk {
                file: file.to_owned(),
                title: title.to_owned(),
                path: path.iter().map(|(_, heading)| heading.clone()).filter(|h| !h.is_empty()).collect(),
                section: self.sections,
                first_line: from + first_line,
                end_line: from + end_line,
                valid_from: front.valid_from,
                valid_until: front.valid_until,
            });
        }
        self.sections += 1;
    }
}

fn title(front: &FrontMatter, pieces: &[Piece], file: &str) -> String {
    let first = || {
        pieces.iter().find_map(|piece| match piece {
            Piece::Heading(1, text) if !text.is_empty() => Some(text.clone()),
            _ => None,
        })
    };
    let stem = || {
        let name = file.rsplit('/').next().unwrap_or(file);
        name.trim_end_matches(".md").replace(['_', '-'], " ")
    };
    front.title.clone().or_else(first).unwrap_or_else(stem)
}

/// Ranges of lines with at most [`MAX_WORDS`], each after the first beginning with the last lines of the one before.
/// A single line is never cut.
fn parts(lines: &[Line]) -> Vec<(usize, usize)> {
    let words = |range: &[Line]| range.iter().map(|line| line.text.split_whitespace().count()).sum::<usize>();
    let mut found = Vec::new();
    let mut start = 0;
    let mut end = 0;
    while end < lines.len() {
        end += 1;
        while end < lines.len() && words(&lines[start..=end]) <= MAX_WORDS {
            end += 1;
        }
        found.push((start, end));
        if end == lines.len() {
            break;
        }
        start = end;
        while start > found[found.len() - 1].0 + 1 && words(&lines[start - 1..end]) <= OVERLAP_WORDS {
            start -= 1;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn texts(markdown: &str) -> Texts {
        let mut texts = Texts::default();
        texts.add("dir/a_file.md", markdown, &Placeholders::new()).unwrap();
        texts
    }

    #[test]
    fn a_section_is_a_chunk_with_its_path() {
        let t = texts("# Rules\nIntro.\n## Refunds\n### How\nBy bank.\n## Other\nText.");
        let headings: Vec<String> = t.chunks.iter().map(Chunk::heading).collect();
        assert_eq!(headings, ["Rules", "Rules > Refunds > How", "Rules > Other"]);
        assert_eq!(t.embedded_line(&t.chunks[1], 1), "Refunds > How: By bank.");
    }

    #[test]
    fn titles_and_audiences() {
        assert_eq!(texts("text").chunks[0].title, "a file");
        let t = texts("---\ntitle: Ours\n---\n## A\ntext");
        assert_eq!((t.chunks[0].preamble(), t.chunks[0].heading()), ("Ours > A".into(), "A".into()));
        let tone = texts("---\naudience: tone\n---\n# Be kind\nAlways.");
        assert!(tone.chunks.is_empty());
        assert_eq!(tone.tone, "# Be kind\nAlways.\n");
    }

    #[test]
    fn a_long_section_is_split_between_lines_and_overlaps() {
        let long = "This is one sentence of ten words in all, counted. ".repeat(60);
        let t = texts(&format!("# A\n{long}"));
        assert!(t.chunks.len() > 2);
        for pair in t.chunks.windows(2) {
            assert!(pair[1].first_line < pair[0].end_line && pair[1].first_line > pair[0].first_line);
            assert_eq!(pair[0].section, pair[1].section);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn nothing_is_lost(blocks in proptest::collection::vec((0..6_usize, proptest::collection::vec("[a-z]{1,9}", 1..90)), 1..12)) {
            let mut markdown = String::new();
            for (kind, words) in &blocks {
                let (head, tail) = words.split_at(words.len() / 2);
                let (head, tail) = (head.join(" "), tail.join(" "));
                let block = match kind {
                    0 => format!("\n\n## {head} {tail}\n\n{tail}.\n"),
                    1 => format!("\n\n- {head}\n- {tail}\n  - {head}\n"),
                    2 => format!("\n\n| {head} | b |\n|---|---|\n| {tail} | {head} |\n"),
                    3 => format!("\n\n1. {head}\n\n   {tail}\n"),
                    4 => format!("\n\n> {head}. {tail}\n"),
                    _ => format!("\n\n{head}. {tail}!\n"),
                };
                markdown.push_str(&block);
            }
            let t = texts(&markdown);
            let all: String = t.chunks.iter().map(|c| t.embedded_chunk(c) + "\n").collect();
            for (_, words) in &blocks {
                for word in words {
                    prop_assert!(all.contains(word.as_str()), "{word} is lost of {markdown}");
                }
            }
        }

        #[test]
        fn never_panics(text in "(?s).{0,400}") {
            let _ = Texts::default().add("a.md", &text, &Placeholders::new());
        }
    }
}
