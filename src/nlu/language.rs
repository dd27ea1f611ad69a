//! In which language a message is written, told offline: by its script, and by the words that hold a sentence
//! together.
//!
//! Libraries were measured first on `tests/eval/languages.jsonl` and left: models of letter sequences want more
//! text than a line of products and names. whatlang knows no Malay and takes every second Singlish message or list
//! for another language, or, when it may be silent, is silent about most; whichlang knows neither Malay nor Tamil;
//! lingua takes a quarter of the English and a third of the Malay for something else and is 35 MB of executable.
//! Here words count and nothing else. English is what most customers write, and a message taken for another language
//! without cause is worse than one not told: in doubt the answer is `None`.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization as _;

macro_rules! languages {
    ($($name:ident $tag:literal),+ $(,)?) => {
        /// A language that can be told.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[allow(missing_docs, reason = "the names are the languages'")]
        pub enum Language { $($name),+ }

        impl Language {
            /// Every language that can be told.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The tag of BCP 47: `en`, `zh`. Says nothing of regions or of which characters are used.
            pub const fn tag(self) -> &'static str {
                match self { $(Self::$name => $tag),+ }
            }

            /// The name in English.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name)),+ }
            }
        }
    };
}

languages! {
    English "en", Chinese "zh", Malay "ms", Tamil "ta", Indonesian "id", Hindi "hi", Japanese "ja", Korean "ko",
    Thai "th", Vietnamese "vi", French "fr", German "de", Spanish "es", Italian "it", Portuguese "pt",
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A tag of no language that can be told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} is the tag of no language that can be told")]
pub struct UnknownTag(String);

impl FromStr for Language {
    type Err = UnknownTag;

    fn from_str(tag: &str) -> Result<Self, UnknownTag> {
        Self::ALL.iter().copied().find(|l| l.tag() == tag).ok_or_else(|| UnknownTag(tag.to_owned()))
    }
}

/// The language of a message.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Recognised {
    /// Which one.
    pub language: Language,
    /// How much of what tells a language speaks for this one: above 0, below 1, and nearer to 1 the longer the
    /// message. No probability; 0.5 is a single sure word.
    pub confidence: f64,
}

/// The words, as they stand in the executable.
const SOURCE: &str = include_str!("../../assets/nlu/languages.txt");
/// What a word counts that is hardly ever in a message of another language, or in a name.
const SURE: u32 = 4;
/// What a word counts that may also be a name, a dish, or another language's.
const LIKELY: u32 = 2;
/// What the name of a thing counts for English, in which things are named in every language here.
const TRADE: u32 = 1;
/// Below this, nothing is said about a language of this part of the world: one sure word, or two likely ones.
const ENOUGH: u32 = SURE;
/// The same for languages that are rare here and have neighbours which are not known (Dutch, Catalan).
const ENOUGH_RARE: u32 = SURE + LIKELY;
/// Below this, nothing is said about English, which is what is taken for granted anyway.
const ENOUGH_ENGLISH: u32 = 2;
/// Of so many words that are in no list, one must be in the language's.
const WORDS_FOR_ONE: usize = 4;
/// More words than this are not looked at: the beginning tells.
const MOST_WORDS: usize = 300;
/// More letters than this are not looked at by their script.
const MOST_LETTERS: usize = 2000;
/// Words that Marathi and Nepali have and Hindi, in the same script, has not.
const NOT_HINDI: &[&str] = &["आहे", "आहेत", "नाही", "पाहिजे", "मला", "आणि", "छ", "छैन", "हुन्छ", "कति", "चाहियो"];

/// How much speaks for each language, in the order of [`Language::ALL`].
#[derive(Debug, Clone, Copy, Default)]
struct Score([u32; Language::ALL.len()]);

impl Score {
    fn of(&self, language: Language) -> u32 {
        self.0[language as usize]
    }

    fn add(&mut self, language: Language, weight: u32) {
        self.0[language as usize] += weight;
    }

    /// The language with the highest score; of Malay and Indonesian, which have most words in common, Malay unless
    /// there is more that only an Indonesian would say.
    fn foremost(&self) -> (Language, u32) {
        let ranked = Language::ALL.iter().rev().map(|l| (*l, self.of(*l)));
        ranked.max_by_key(|(l, score)| (*score, *l != Language::Indonesian)).unwrap_or((Language::English, 0))
    }

    /// The sum and the highest of the scores of all other languages. Malay and Indonesian do not speak against
    /// each other.
    fn rivals(&self, language: Language) -> (u32, u32) {
        let family = |l: Language| if l == Language::Indonesian { Language::Malay } else { l };
        let others = Language::ALL.iter().filter(|l| family(**l) != family(language)).map(|l| self.of(*l));
        others.fold((0, 0), |(sum, highest), score| (sum + score, highest.max(score)))
    }
}

/// What each word of the file counts for each language.
static WORDS: LazyLock<HashMap<&'static str, Score>> = LazyLock::new(|| {
    let mut words: HashMap<&'static str, Score> = HashMap::new();
    let (mut languages, mut weight) = (Vec::new(), 0);
    for line in SOURCE.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
        if let Some(head) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            let (tags, grade) = head.rsplit_once(' ').unwrap_or((head, ""));
            weight = match grade {
                "sure" => SURE,
                "likely" => LIKELY,
                _ => TRADE,
            };
            languages = tags.split(' ').filter_map(|tag| tag.parse::<Language>().ok()).collect();
            continue;
        }
        for word in line.split(',').map(str::trim).filter(|w| !w.is_empty()) {
            let score = words.entry(word).or_default();
            for language in &languages {
                let before = &mut score.0[*language as usize];
                *before = weight.max(*before);
            }
        }
    }
    words
});

/// Endings that Malay and Indonesian hang on to any word: `harganya`, `hantarkan`, `bolehlah`.
const ENDINGS: &[&str] = &["nya", "kan", "lah", "kah"];

/// The language of a message, or `None` where nothing tells it or too much speaks against it: codes and numbers,
/// names, a foreign word in an English sentence, two languages half and half.
///
/// Chinese characters without kana are taken for Chinese, and what Malay and Indonesian say alike is taken for
/// Malay: that is what is spoken in Singapore.
pub fn recognise(text: &str) -> Option<Recognised> {
    let words: Vec<&str> = words(text).collect();
    let mut seen = HashSet::new();
    let scripts = by_script(text);
    let mut score = scripts;
    let mut told = [0; Language::ALL.len()];
    let mut unknown = 0;
    for (i, word) in words.iter().enumerate().filter(|(_, word)| seen.insert(word.to_lowercase())) {
        let Some(found) = look_up(word) else {
            unknown += usize::from(!in_name(&words, i));
            continue;
        };
        for language in Language::ALL.iter().copied().filter(|l| found.of(*l) > 0) {
            let weight = found.of(language);
            score.add(language, if in_name(&words, i) { weight / 2 } else { weight });
            told[language as usize] += 1;
        }
    }
    let (language, best) = score.foremost();
    let (against, second) = score.rivals(language);
    let confidence = f64::from(best) / f64::from(best + against + SURE);
    let clear = if language == Language::English {
        best >= ENOUGH_ENGLISH && best > second
    } else {
        let own_script = scripts.of(language) > 0;
        let spoken_here = own_script || matches!(language, Language::Malay | Language::Indonesian);
        let enough = if spoken_here { ENOUGH } else { ENOUGH_RARE };
        let covered = own_script || told[language as usize] * WORDS_FOR_ONE >= unknown;
        best >= enough && best > 2 * score.of(Language::English) && best > second && covered
    };
    clear.then_some(Recognised { language, confidence })
}

/// The words in Latin letters and others with blanks between; numbers and codes (`PIZ-012-KR`, `8oz`) are left out,
/// but not the 2 by which Malay says a word twice (`banyak2`).
fn words(text: &str) -> impl Iterator<Item = &str> {
    let chunks = text.split(|c: char| c.is_whitespace() || matches!(c, '/' | ',' | ':' | ';'));
    let chunks = chunks.map(|chunk| {
        let chunk = chunk.trim_matches(|c: char| !c.is_alphanumeric());
        chunk.strip_suffix('2').filter(|word| word.len() > 2).unwrap_or(chunk)
    });
    let plain = chunks.filter(|chunk| !chunk.contains(|c: char| c.is_ascii_digit()));
    plain.flat_map(|chunk| chunk.split(|c: char| !is_letter(c))).filter(|w| !w.is_empty()).take(MOST_WORDS)
}

/// Whether a character belongs to a word: letters, and accents that stand apart from theirs.
fn is_letter(c: char) -> bool {
    c.is_alphabetic() || is_accent(c)
}

/// Whether a word is part of a name: with a capital, and beside another with one. "Kedai Saya" says nothing about
/// the sentence around it. Where nothing has a small letter, capitals mean nothing.
fn in_name(words: &[&str], i: usize) -> bool {
    let capital = |j: usize| words.get(j).is_some_and(|w| w.starts_with(char::is_uppercase));
    let beside = capital(i + 1) || i.checked_sub(1).is_some_and(capital);
    capital(i) && beside && words.iter().any(|w| w.starts_with(char::is_lowercase))
}

/// What a word counts; `None` for one that tells nothing.
fn look_up(word: &str) -> Option<Score> {
    let lower: String = word.to_lowercase().nfc().collect();
    let plain: String = lower.nfd().map(plain_letter).filter(|c| !is_accent(*c)).collect();
    let mut score = WORDS.get(plain.as_str()).or_else(|| without_ending(&plain)).copied();
    for (language, has) in
        [(Language::Vietnamese, is_vietnamese as fn(char) -> bool), (Language::German, |c| c == 'ß')]
    {
        if lower.contains(has) {
            score.get_or_insert_default().add(language, LIKELY);
        }
    }
    score
}

/// What a Malay or Indonesian word counts without the ending that hangs on to it.
fn without_ending(word: &str) -> Option<&'static Score> {
    let stems = ENDINGS.iter().filter_map(|ending| word.strip_suffix(ending)).filter(|stem| stem.len() > 2);
    let mut found = stems.filter_map(|stem| WORDS.get(stem));
    found.find(|score| score.of(Language::Malay) + score.of(Language::Indonesian) > 0)
}

/// An accent that stands apart from its letter.
fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

/// Letters whose mark Unicode does not take for an accent.
fn plain_letter(c: char) -> char {
    match c {
        'đ' => 'd',
        'ß' => 's',
        other => other,
    }
}

/// Letters that of the languages here only Vietnamese has: horns, and a tone above or below a letter that has a mark
/// already.
fn is_vietnamese(c: char) -> bool {
    matches!(c, 'đ' | 'ơ' | 'ư' | '\u{1ea0}'..='\u{1ef9}')
}

/// What the letters of other scripts say: some four letters count as much as a sure word, and so does a single
/// Chinese character, which is a word.
fn by_script(text: &str) -> Score {
    let (mut score, mut han, mut kana) = (Score::default(), 0, 0);
    for c in text.chars().filter(|c| c.is_alphabetic()).take(MOST_LETTERS) {
        match c {
            '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{323af}' => han += 1,
            '\u{3041}'..='\u{30ff}' | '\u{ff66}'..='\u{ff9d}' => kana += 1,
            '\u{900}'..='\u{97f}' => score.add(Language::Hindi, 1),
            '\u{b80}'..='\u{bff}' => score.add(Language::Tamil, 1),
            '\u{e01}'..='\u{e5b}' => score.add(Language::Thai, 1),
            '\u{1100}'..='\u{11ff}' | '\u{ac00}'..='\u{d7a3}' => score.add(Language::Korean, 2),
            _ => {}
        }
    }
    if text.split(|c: char| !is_letter(c) && !is_sign(c)).any(|word| NOT_HINDI.contains(&word)) {
        score.0[Language::Hindi as usize] = 0;
    }
    // A の between Chinese characters is fashion; Japanese sentences have kana everywhere.
    let language = if kana * 5 >= han + kana { Language::Japanese } else { Language::Chinese };
    score.add(language, if language == Language::Japanese { 2 * (han + kana) } else { 2 * han });
    for begun in score.0.iter_mut().filter(|s| **s > 0) {
        *begun += LIKELY;
    }
    score
}

/// Signs of Devanagari that are part of a word and no letters.
fn is_sign(c: char) -> bool {
    matches!(c, '\u{900}'..='\u{963}')
}

#[cfg(test)]
mod tests;
