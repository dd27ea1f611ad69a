//! Cuts a message into clauses, each about one thing, and says what every number in it is for.

use std::collections::HashSet;

use super::ignored::not_a_count;
use crate::nlu::lexicon;
use crate::nlu::matcher::ProductIndex;
use crate::nlu::text::{Kind, Size, Token, plain};

/// What joins a clause to the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Joint {
    /// The message's start, a line's end, a full stop.
    Stop,
    /// A comma or another mark.
    Comma,
    /// and, &, with.
    And,
}

/// A number that counts something.
#[derive(Debug, Clone, PartialEq)]
pub struct Count {
    /// The number.
    pub n: f64,
    /// The pack it counts, stemmed, if it counts packs.
    pub pack: Option<String>,
    /// Whether "of" follows the pack.
    pub pack_of: bool,
    /// How many product words and sizes of the clause stand before it.
    pub after: usize,
    /// As written.
    pub text: String,
}

/// A piece of a message about one thing.
#[derive(Debug, Clone, PartialEq)]
pub struct Clause {
    /// What joins it to the one before.
    pub joint: Joint,
    /// Words of the catalogue, the thing itself last.
    pub words: Vec<String>,
    /// Sizes.
    pub sizes: Vec<Size>,
    /// Numbers that count.
    pub counts: Vec<Count>,
    /// Content words that the catalogue does not know.
    pub unknown: Vec<String>,
    /// The words as written.
    pub text: String,
    /// "each".
    pub each: bool,
    /// "no", "without".
    pub without: bool,
    /// "sorry", "make that".
    pub correction: bool,
    /// "the usual".
    pub usual: bool,
    /// "same quantity".
    pub same: bool,
    /// Ends with a colon: a heading for what follows.
    pub heading: bool,
    /// Position of each product word or size, to cut a clause with several counts.
    order: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq)]
enum Piece {
    Word(String),
    Size(Size),
    Count(Count),
}

impl Clause {
    fn new(joint: Joint) -> Self {
        Self {
            joint,
            words: Vec::new(),
            sizes: Vec::new(),
            counts: Vec::new(),
            unknown: Vec::new(),
            text: String::new(),
            each: false,
            without: false,
            correction: false,
            usual: false,
            same: false,
            heading: false,
            order: Vec::new(),
        }
    }

    /// Whether it says what, not how many.
    pub fn describes(&self) -> bool {
        !self.words.is_empty() || !self.sizes.is_empty()
    }

    fn is_blank(&self) -> bool {
        self.order.is_empty() && self.unknown.is_empty() && !self.usual && !self.each && !self.same
    }

    /// Cuts a clause with several counts into one for each.
    fn cut(self) -> Vec<Self> {
        if self.counts.len() < 2 {
            return vec![self];
        }
        let count_first = matches!(self.order.first(), Some(Piece::Count(_)));
        let mut parts: Vec<Self> = Vec::new();
        let mut current = Self { text: self.text.clone(), ..Self::new(self.joint) };
        for piece in self.order {
            let is_count = matches!(piece, Piece::Count(_));
            if count_first && is_count && !current.counts.is_empty() {
                parts.push(std::mem::replace(
                    &mut current,
                    Self { text: self.text.clone(), ..Self::new(Joint::Comma) },
                ));
            }
            current.put(piece);
            if !count_first && is_count {
                parts.push(std::mem::replace(
                    &mut current,
                    Self { text: self.text.clone(), ..Self::new(Joint::Comma) },
                ));
            }
        }
        if !current.is_blank() {
            parts.push(current);
        }
        parts.iter_mut().for_each(|p| {
            (p.without, p.correction, p.each) = (self.without, self.correction, self.each);
            p.text = p.plain_text();
        });
        parts
    }

    fn plain_text(&self) -> String {
        let piece = |p: &Piece| match p {
            Piece::Word(w) => w.clone(),
            Piece::Size(s) => format!("{} {}", s.value, s.unit),
            Piece::Count(c) => c.text.clone(),
        };
        self.order.iter().map(piece).collect::<Vec<_>>().join(" ")
    }

    fn put(&mut self, piece: Piece) {
        match &piece {
            Piece::Word(w) => self.words.push(w.clone()),
            Piece::Size(s) => self.sizes.push(s.clone()),
            Piece::Count(c) => {
                let after = self.words.len() + self.sizes.len();
                self.counts.push(Count { after, ..c.clone() });
            }
        }
        self.order.push(piece);
    }
}

/// Cuts the tokens into clauses.
pub fn split(tokens: &[Token], products: &ProductIndex, skus: &HashSet<&str>) -> Vec<Clause> {
    let tokens = &with_size_lists(tokens);
    let mut clauses = Vec::new();
    let mut current = Clause::new(Joint::Stop);
    let mut head_closed = false;
    let mut i = 0;
    while i < tokens.len() {
        let token = &tokens[i];
        if let Some(joint) = joint_of(tokens, i) {
            if joint == Joint::And && keeps_together(&current, tokens, i, products) {
                i += 1;
                continue;
            }
            close(&mut clauses, &mut current, joint);
            head_closed = false;
            i += 1;
            continue;
        }
        if negates(tokens, i) && !current.is_blank() {
            close(&mut clauses, &mut current, Joint::And);
            head_closed = false;
        }
        if !matches!(token.kind, Kind::Mark(_)) {
            current.text = format!("{} {}", current.text, token.text).trim().to_owned();
        }
        i += match &token.kind {
            Kind::Word(word) => word_piece(tokens, i, word, products, skus, &mut current, &mut head_closed),
            Kind::Size(size) => {
                if !current.without || !current.correction {
                    current.put(Piece::Size(size.clone()));
                }
                1
            }
            Kind::Number(n) => number_piece(tokens, i, *n, products, &mut current),
            Kind::Mark(':') => {
                current.heading = current.counts.is_empty()
                    && current.describes()
                    && matches!(tokens.get(i + 1).map(|t| &t.kind), Some(Kind::Mark('\n')) | None);
                1
            }
            Kind::Mark(_) => 1,
        };
    }
    close(&mut clauses, &mut current, Joint::Stop);
    clauses
}

/// "Each of the 10, 12 and 14 inch": numbers of such a list are sizes, not quantities.
fn with_size_lists(tokens: &[Token]) -> Vec<Token> {
    let mut out = tokens.to_vec();
    for i in 0..out.len() {
        let Kind::Number(n) = out[i].kind else { continue };
        let introduced = i > 0 && matches!(out[i - 1].text.as_str(), "the" | "of" | "each" | "both");
        let continues = i > 1 && matches!(out[i - 2].kind, Kind::Size(_)) && joins(&out[i - 1]);
        if let Some(unit) = size_list(&out, i, n).filter(|_| introduced || continues) {
            out[i].kind = Kind::Size(Size { value: plain(n), unit });
        }
    }
    out
}

/// Whether a token stands between the members of a list.
fn joins(token: &Token) -> bool {
    match &token.kind {
        Kind::Mark(',' | '&' | '/') => true,
        Kind::Word(w) => w == "and" || w == "or",
        _ => false,
    }
}

fn close(clauses: &mut Vec<Clause>, current: &mut Clause, next: Joint) {
    let done = std::mem::replace(current, Clause::new(next));
    if done.is_blank() {
        // "trays, and lids": the stronger of two joints holds.
        if next == Joint::And && done.joint != Joint::And {
            current.joint = if done.joint == Joint::Stop && !clauses.is_empty() { Joint::And } else { next };
        } else if next != Joint::Stop && clauses.is_empty() {
            current.joint = Joint::Stop;
        }
        return;
    }
    clauses.extend(done.cut());
}

fn joint_of(tokens: &[Token], i: usize) -> Option<Joint> {
    match &tokens[i].kind {
        Kind::Mark('\n' | '.' | '!' | '?' | ';') => Some(Joint::Stop),
        Kind::Mark(',' | '+' | '|') => Some(Joint::Comma),
        Kind::Mark('&') => Some(Joint::And),
        Kind::Mark('@') => Some(Joint::Comma),
        Kind::Word(w) => match w.as_str() {
            "and" | "with" | "n" => Some(Joint::And),
            "plus" | "also" | "then" | "but" => Some(Joint::Comma),
            _ => None,
        },
        _ => None,
    }
}

/// "Black and white cups": both words belong to one product, so nothing is cut.
fn keeps_together(current: &Clause, tokens: &[Token], i: usize, products: &ProductIndex) -> bool {
    if current.words.is_empty() {
        return false;
    }
    let mut words = current.words.clone();
    for token in &tokens[i + 1..] {
        match &token.kind {
            Kind::Word(w) if products.knows(w) => words.push(w.clone()),
            Kind::Word(w) if lexicon::is_filler(w.as_str()) && w != "and" => {}
            _ => break,
        }
    }
    words.len() > current.words.len() && products.one_label_has(&words)
}

fn word_piece(
    tokens: &[Token],
    i: usize,
    word: &str,
    products: &ProductIndex,
    skus: &HashSet<&str>,
    current: &mut Clause,
    head_closed: &mut bool,
) -> usize {
    let text = tokens[i].text.as_str();
    if skus.contains(text) {
        current.put(Piece::Word(text.to_owned()));
        return 1;
    }
    match text {
        "each" | "apiece" => current.each = true,
        "usual" | "usuals" => current.usual = true,
        "same" => current.same = true,
        "for" => *head_closed = !current.words.is_empty(),
        _ => {}
    }
    if lexicon::CORRECTION.contains(&text) {
        // "No, make that 300": what follows is wanted.
        current.correction = true;
        current.without = false;
    }
    if negates(tokens, i) {
        current.without = true;
        return 1;
    }
    let found = products.product_words(word);
    if found.is_empty() {
        if !lexicon::is_filler(word) && !lexicon::PIECES.contains(&word) && word.len() > 2 {
            current.unknown.push(text.to_owned());
        }
        return 1;
    }
    for known in found {
        // After "for" comes what the thing is for: the thing itself stays last.
        if *head_closed {
            let at = current.words.len().saturating_sub(1);
            current.words.insert(at, known.clone());
            current.order.push(Piece::Word(known));
        } else {
            current.put(Piece::Word(known));
        }
    }
    1
}

/// "no", "without", "don't need": what follows is not wanted.
fn negates(tokens: &[Token], i: usize) -> bool {
    let text = tokens[i].text.as_str();
    let refuses =
        lexicon::WITHOUT.contains(&text) && !no_means_number(tokens, i) && !next_is(tokens, i, "urgent");
    refuses || (matches!(text, "don't" | "dont") && ["need", "want"].iter().any(|w| next_is(tokens, i, w)))
}

fn next_is(tokens: &[Token], i: usize, word: &str) -> bool {
    tokens.get(i + 1).is_some_and(|t| t.text == word)
}

/// "No. 12", "no 12": a number's sign, not a refusal.
fn no_means_number(tokens: &[Token], i: usize) -> bool {
    tokens[i].text == "no"
        && tokens[i + 1..].iter().take(2).any(|t| matches!(t.kind, Kind::Number(_)))
        && !tokens.get(i + 1).is_some_and(|t| matches!(t.kind, Kind::Mark(',')))
}

fn number_piece(tokens: &[Token], i: usize, n: f64, products: &ProductIndex, current: &mut Clause) -> usize {
    let word = |at: usize| tokens.get(at).map_or("", |t| t.text.as_str());
    let mark = |at: usize| match tokens.get(at).map(|t| &t.kind) {
        Some(Kind::Mark(c)) => *c,
        _ => ' ',
    };
    if let Some(skip) = not_a_count(tokens, i, n) {
        return skip;
    }
    if current.without && current.correction {
        return 1;
    }
    // "2 x 100 lids" is 200 of them; "x" alone stands before or after a number.
    if word(i + 1) == "x"
        && let Some(Kind::Number(m)) = tokens.get(i + 2).map(|t| &t.kind)
    {
        let text = format!("{} x {}", tokens[i].text, word(i + 2));
        current.put(Piece::Count(Count { n: n * m, pack: None, pack_of: false, after: 0, text }));
        return 3 + usize::from(lexicon::PIECES.contains(&word(i + 3)));
    }
    let mut used = 1;
    while word(i + used) == "x" || matches!(mark(i + used), '*') && used < 3 {
        used += 1;
    }
    let (mut pack, mut pack_of) = (None, false);
    let stemmed = crate::nlu::text::stem(word(i + used));
    if lexicon::PIECES.contains(&word(i + used)) || lexicon::PIECES.contains(&stemmed.as_str()) {
        if word(i + used) != "each" {
            used += 1;
        }
    } else if lexicon::PACKS.contains(&stemmed.as_str()) {
        pack_of = word(i + used + 1) == "of";
        if pack_of || !products.knows(&stemmed) {
            pack = Some(stemmed);
            used += 1 + usize::from(pack_of);
        }
    }
    let text = words_between(tokens, i, used);
    current.put(Piece::Count(Count { n, pack, pack_of, after: 0, text }));
    used
}

fn words_between(tokens: &[Token], i: usize, used: usize) -> String {
    let list: Vec<&Token> =
        tokens[i..(i + used).min(tokens.len())].iter().filter(|t| t.text != "x").collect();
    super::words_of(&list)
}

/// The unit of a size list that this number begins: "10, 12 and 14 inch".
fn size_list(tokens: &[Token], i: usize, n: f64) -> Option<&'static str> {
    if n > 100.0 {
        return None;
    }
    let mut at = i + 1;
    loop {
        if !joins(tokens.get(at)?) {
            return None;
        }
        match tokens.get(at + 1).map(|t| &t.kind)? {
            Kind::Size(size) => return Some(size.unit),
            Kind::Number(m) if *m <= 100.0 => at += 2,
            Kind::Word(w) if w == "and" => at += 1,
            _ => return None,
        }
    }
}
