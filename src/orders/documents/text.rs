//! Text of any script as lines of glyphs: which font has a letter, how wide a line is, where it breaks.

use krilla::text::{GlyphId, KrillaGlyph};
use rustybuzz::{Direction, UnicodeBuffer};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::fonts::{Face, Weight, faces};

/// Stands for a letter that no font has.
const MISSING: char = '?';

/// A line of text, measured.
pub(super) struct Line {
    /// Pieces of one font each, from left to right.
    pub runs: Vec<Run>,
    /// Width, in points.
    pub width: f32,
    /// Height of its letters, in points.
    pub size: f32,
}

/// A piece of a line in one font.
pub(super) struct Run {
    pub face: &'static Face,
    pub text: String,
    pub glyphs: Vec<KrillaGlyph>,
    /// Width, in points.
    pub width: f32,
}

/// Measures a line; control characters count as blanks.
pub(super) fn line(text: &str, size: f32, weight: Weight) -> Line {
    let runs: Vec<Run> =
        pieces(text, weight).0.into_iter().map(|(face, text)| run(face, text, size)).collect();
    Line { width: runs.iter().map(|run| run.width).sum(), runs, size }
}

/// Whether a text holds letters that no font has; they are shown as [`MISSING`].
pub(super) fn has_missing(text: &str) -> bool {
    pieces(text, Weight::Regular).1
}

/// Pieces of one font each, and whether a letter is in none.
fn pieces(text: &str, weight: Weight) -> (Vec<(&'static Face, String)>, bool) {
    let mut pieces: Vec<(&'static Face, String)> = Vec::new();
    let mut missing = false;
    for c in text.nfc() {
        let c = if c.is_control() { ' ' } else { c };
        // A mark belongs to the letter before it, and so does a blank.
        if let Some((face, piece)) = pieces.last_mut()
            && (is_combining_mark(c) || is_joiner(c) || c == ' ')
            && face.has(c)
        {
            piece.push(c);
            continue;
        }
        let found = faces(weight).into_iter().filter_map(|face| face.as_ref()).find(|face| face.has(c));
        let (face, c) = match found {
            Some(face) => (face, c),
            None if is_joiner(c) => continue,
            None => {
                missing = true;
                let Some(face) = faces(weight)[0].as_ref() else { continue };
                (face, MISSING)
            }
        };
        match pieces.last_mut() {
            Some((last, piece)) if std::ptr::eq(*last, face) => piece.push(c),
            _ => pieces.push((face, c.to_string())),
        }
    }
    (pieces, missing)
}

/// What is not seen by itself: joiners, selectors of a variant, marks of direction.
const fn is_joiner(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}')
}

fn run(face: &'static Face, text: String, size: f32) -> Run {
    let mut buffer = UnicodeBuffer::new();
    buffer.push_str(&text);
    buffer.guess_segment_properties();
    // No font here has letters that are written from the right.
    buffer.set_direction(Direction::LeftToRight);
    let shaped = rustybuzz::shape(&face.shaping, &[], buffer);
    let em = face.units_per_em();
    let starts: Vec<usize> = shaped.glyph_infos().iter().map(|info| info.cluster as usize).collect();
    let glyphs: Vec<KrillaGlyph> = shaped
        .glyph_infos()
        .iter()
        .zip(shaped.glyph_positions())
        .map(|(info, at)| {
            let start = info.cluster as usize;
            let end = starts.iter().copied().find(|next| *next > start).unwrap_or(text.len());
            let [advance, x, y] = [at.x_advance, at.x_offset, at.y_offset].map(|units| units as f32 / em);
            KrillaGlyph::new(GlyphId::new(info.glyph_id), advance, x, y, 0.0, start..end, None)
        })
        .collect();
    let width = glyphs.iter().map(|glyph| glyph.x_advance * size).sum();
    Run { face, text, glyphs, width }
}

/// Breaks a text into lines no wider than `width`: at blanks, behind hyphens and strokes, between Chinese letters,
/// and anywhere in a word that is wider than the line. There is at least one line.
pub(super) fn wrap(text: &str, size: f32, weight: Weight, width: f32) -> Vec<Line> {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let texts = break_up(paragraph, width, |piece| line(piece, size, weight).width);
        lines.extend(texts.iter().map(|text| line(text, size, weight)));
    }
    if lines.is_empty() {
        lines.push(line("", size, weight));
    }
    lines
}

fn break_up(paragraph: &str, width: f32, measure: impl Fn(&str) -> f32) -> Vec<String> {
    let mut lines = Vec::new();
    let (mut current, mut used) = (String::new(), 0.0);
    for word in words(paragraph) {
        let bare = measure(word.trim_end());
        if used + bare > width && !current.is_empty() {
            lines.push(std::mem::take(&mut current));
            used = 0.0;
        }
        if bare <= width {
            current.push_str(word);
            used += measure(word);
            continue;
        }
        for letter in letters(word) {
            let wide = measure(letter);
            if used + wide > width && !current.is_empty() {
                lines.push(std::mem::take(&mut current));
                used = 0.0;
            }
            current.push_str(letter);
            used += wide;
        }
    }
    lines.push(current);
    for line in &mut lines {
        line.truncate(line.trim_end().len());
    }
    lines
}

/// Pieces that stay together, each with the blanks behind it.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let (mut start, mut before) = (0, None);
    for (place, c) in text.char_indices() {
        let breaks = before.is_some_and(|before: char| {
            (before.is_whitespace() && !c.is_whitespace())
                || (matches!(before, '-' | '/' | '–') && c.is_alphanumeric())
                || ((is_wide(before) || is_wide(c)) && c.is_alphanumeric())
        });
        if breaks {
            words.push(&text[start..place]);
            start = place;
        }
        before = Some(c);
    }
    words.push(&text[start..]);
    words
}

/// Letters, each with the marks that belong to it.
fn letters(text: &str) -> Vec<&str> {
    let starts: Vec<usize> = text
        .char_indices()
        .filter(|(_, c)| !is_combining_mark(*c) && !is_joiner(*c))
        .map(|(place, _)| place)
        .collect();
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    let first = starts.first().copied().unwrap_or(text.len());
    let marks = (first > 0).then(|| &text[..first]);
    marks.into_iter().chain(starts.iter().copied().zip(ends).map(|(start, end)| &text[start..end])).collect()
}

/// Letters that are as wide as high and need no blank between words.
pub(super) const fn is_wide(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{115F}' | '\u{2E80}'..='\u{A4CF}' | '\u{AC00}'..='\u{D7A3}'
        | '\u{F900}'..='\u{FAFF}' | '\u{FE30}'..='\u{FE4F}' | '\u{FF00}'..='\u{FF60}' | '\u{20000}'..='\u{3FFFD}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts(text: &str, width: f32) -> Vec<String> {
        let lines = wrap(text, 10.0, Weight::Regular, width);
        assert!(
            lines.iter().all(|line| line.width <= width + 0.01 || line.runs[0].text.chars().count() <= 3)
        );
        lines.iter().map(|line| line.runs.iter().map(|run| run.text.as_str()).collect()).collect()
    }

    #[test]
    fn lines_break_where_people_break_them() {
        assert_eq!(texts("Pizza Box 12 inch Kraft", 60.0), ["Pizza Box 12", "inch Kraft"]);
        assert_eq!(texts("", 60.0), [""]);
        assert_eq!(texts("a\n\nb", 60.0), ["a", "", "b"]);
        assert_eq!(texts("PIZ-012-KR-01", 45.0), ["PIZ-012-", "KR-01"]);
        assert_eq!(texts("新加坡中文餐馆", 45.0), ["新加坡中", "文餐馆"]);
        assert_eq!(texts("Kopi 新加坡", 45.0), ["Kopi 新加", "坡"]);
        assert_eq!(texts("Unbreakable", 30.0).concat(), "Unbreakable");
    }

    #[test]
    fn scripts_find_their_fonts() {
        let shaped = line("Ah Seng 阿成 தமிழ்", 10.0, Weight::Bold);
        let pieces: Vec<&str> = shaped.runs.iter().map(|run| run.text.as_str()).collect();
        assert_eq!(pieces.concat(), "Ah Seng 阿成 தமிழ்");
        let none = |run: &Run| run.glyphs.iter().all(|glyph| glyph.glyph_id.to_u32() != 0);
        assert!(shaped.runs.len() >= 3 && shaped.runs.iter().all(none), "{pieces:?}");
        assert!(!has_missing("Ah Seng 阿成 தமிழ் é e\u{301} 5\u{FE0F}"));
        assert!(has_missing("ร้านอาหาร") && has_missing("🍕"));
        assert_eq!(line("a🍕b", 10.0, Weight::Regular).runs[0].text, "a?b");
    }

    proptest! {
        /// Whatever customers write, nothing is lost but blanks at the breaks, and nothing panics.
        #[test]
        fn nothing_is_lost(text in "\\PC{0,60}", width in 5.0_f32..200.0) {
            let kept = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            let lines = break_up(&text, width, |piece| piece.chars().count() as f32 * 5.0);
            prop_assert_eq!(kept(&lines.concat()), kept(&text));
            drop(wrap(&text, 9.0, Weight::Bold, width));
        }
    }
}
