//! The fonts that documents bring along, so that they look the same everywhere and need nothing of the system:
//! Noto Sans for Latin, Greek and Cyrillic, Noto Sans Tamil, and Droid Sans Fallback for Chinese, Japanese and Korean.

use std::io::Read as _;
use std::sync::LazyLock;

use flate2::read::GzDecoder;
use krilla::text::Font;

/// How strong letters are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    Bold,
}

/// A font, ready to be measured and drawn.
pub(super) struct Face {
    /// For measuring.
    pub shaping: rustybuzz::Face<'static>,
    /// For drawing.
    pub font: Font,
}

impl Face {
    /// Its own units in the size of a letter.
    pub fn units_per_em(&self) -> f32 {
        self.font.units_per_em()
    }

    /// Whether it has a glyph for the character.
    pub fn has(&self, c: char) -> bool {
        self.shaping.glyph_index(c).is_some_and(|glyph| glyph.0 != 0)
    }
}

macro_rules! face {
    ($name:ident, $file:literal) => {
        static $name: LazyLock<Option<Face>> =
            LazyLock::new(|| unpack(include_bytes!(concat!("../../../assets/fonts/", $file))));
    };
}

face!(LATIN, "NotoSans-Regular.ttf.gz");
face!(LATIN_BOLD, "NotoSans-Bold.ttf.gz");
face!(TAMIL, "NotoSansTamil-Regular.ttf.gz");
face!(TAMIL_BOLD, "NotoSansTamil-Bold.ttf.gz");
face!(HAN, "DroidSansFallback.ttf.gz");

/// Unpacked once, when it is first needed, and kept until the process ends.
fn unpack(packed: &'static [u8]) -> Option<Face> {
    let mut bytes = Vec::new();
    GzDecoder::new(packed).read_to_end(&mut bytes).ok()?;
    let bytes: &'static [u8] = bytes.leak();
    Some(Face { shaping: rustybuzz::Face::from_slice(bytes, 0)?, font: Font::new(bytes.into(), 0)? })
}

/// The fonts of a weight, the first that has a character wins. Those behind the first are only unpacked when it is
/// asked for.
pub(super) fn faces(weight: Weight) -> [&'static LazyLock<Option<Face>>; 3] {
    match weight {
        Weight::Regular => [&LATIN, &TAMIL, &HAN],
        Weight::Bold => [&LATIN_BOLD, &TAMIL_BOLD, &HAN],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_font_unpacks_and_has_its_letters() {
        for weight in [Weight::Regular, Weight::Bold] {
            for (face, letters) in faces(weight).into_iter().zip(["Añéß–€Ωж?", "தமிழ்", "新加坡中文一かハ한"])
            {
                let face = LazyLock::force(face).as_ref().expect("a font");
                assert!(letters.chars().all(|c| face.has(c)), "{letters}");
                assert!(!face.has('\u{E123}'));
            }
        }
    }
}
