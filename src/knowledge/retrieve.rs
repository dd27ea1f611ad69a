//! Finding the sections that answer a question, and in them the lines.

use jiff::civil::Date;

use super::chunk::Line;
use super::index::Index;
use super::matrix::dot;
use super::query::Query;
use crate::domain::answer::Evidence;

/// Sections given back.
pub const MAX_HITS: usize = 10;
/// Vocabulary words taken as meaning the same, for one word of the question.
const SYNONYMS: usize = 3;
/// Cosine of two single words from which on one may stand for the other.
const SYNONYM_FROM: f32 = 0.6;

/// What is compared of a chunk and a question; all about 0 to 1.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Likeness {
    /// Cosine with the whole chunk.
    pub chunk: f32,
    /// Cosine with the best line.
    pub line: f32,
    /// Cosine with title and headings.
    pub heading: f32,
    /// BM25, the best chunk's being 1.
    pub words: f32,
    /// Share of the question's telling words that the chunk covers.
    pub cover: f32,
}

impl Likeness {
    /// One number: the weights were fitted on questions about three companies.
    pub fn score(&self) -> f32 {
        0.26 * self.chunk + 0.65 * self.line + 0.09 * self.heading + 0.22 * self.words + 0.05 * self.cover
    }
}

/// A chunk with what speaks for it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ranked {
    /// Number of the chunk.
    pub chunk: usize,
    /// The line nearest to the question.
    pub line: usize,
    /// Details.
    pub likeness: Likeness,
    /// All in one.
    pub score: f32,
    /// Which of the query's texts it fits: 0 the whole, 1 the first part.
    pub part: usize,
}

/// A line of a hit.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoredLine {
    /// The line.
    pub line: Line,
    /// Cosine with the question.
    pub score: f32,
}

/// A section that may answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// What is cited.
    pub evidence: Evidence,
    /// All lines of the section, in reading order.
    pub lines: Vec<ScoredLine>,
    /// Which line is nearest to the question.
    pub best_line: usize,
    /// Which of the query's texts it fits: 0 the whole, 1 the first part.
    pub part: usize,
}

/// What was found for a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Retrieval {
    /// The question as it was searched for.
    pub query: Query,
    /// Best first, one a section.
    pub hits: Vec<Hit>,
    /// Probability that the hits answer it.
    pub answerable: f32,
}

/// The best chunk of each section, best first. With several questions in one message their hits take turns.
pub fn rank(
    index: &Index,
    query: &Query,
    vectors: &[&[f32]],
    covers: &Covers,
    today: Option<Date>,
) -> Vec<Ranked> {
    let texts = 1 + query.parts.len();
    let bm25 = index.words.bm25(&expanded(index, query, covers));
    let vectors = vectors.get(..texts).unwrap_or(&[]);
    if !query.several {
        return rank_one(index, vectors, 0, &bm25, covers, today);
    }
    let rankings: Vec<Vec<Ranked>> = vectors
        .iter()
        .enumerate()
        .skip(1)
        .map(|(part, vector)| rank_one(index, &[vector], part, &bm25, covers, today))
        .collect();
    merged(index, rankings)
}

fn rank_one(
    index: &Index,
    vectors: &[&[f32]],
    part: usize,
    bm25: &[f32],
    covers: &Covers,
    today: Option<Date>,
) -> Vec<Ranked> {
    let best_words = bm25.iter().copied().fold(f32::EPSILON, f32::max);
    let holds = |chunk: &usize| today.is_none_or(|day| index.texts.chunks[*chunk].holds_on(day));
    let mut ranked: Vec<Ranked> = candidates(index, vectors, bm25)
        .into_iter()
        .filter(holds)
        .map(|chunk| {
            let (line, line_score) = best_line(index, chunk, vectors);
            let likeness = Likeness {
                chunk: nearest(index.vectors.chunks.row(chunk), vectors),
                line: line_score,
                heading: nearest(index.vectors.headings.row(chunk), vectors),
                words: bm25[chunk] / best_words,
                cover: covers.of(index, chunk),
            };
            Ranked { chunk, line, likeness, score: likeness.score(), part }
        })
        .collect();
    // Equal scores in reading order, so that the same question always has the same answer.
    ranked.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.chunk.cmp(&b.chunk)));
    let mut sections = std::collections::HashSet::new();
    ranked.retain(|r| sections.insert(index.texts.chunks[r.chunk].section));
    ranked.truncate(4 * MAX_HITS);
    ranked
}

/// Every chunk, or with many those that are near or share rare words.
fn candidates(index: &Index, vectors: &[&[f32]], bm25: &[f32]) -> Vec<usize> {
    let all = || (0..index.texts.chunks.len()).collect();
    let Some(near) = &index.near else { return all() };
    let (mut chunks, mut lines) = (Vec::new(), Vec::new());
    for vector in vectors {
        let Ok(found) = near.candidates(vector) else { return all() };
        chunks.extend(found.0);
        lines.extend(found.1);
    }
    let mut by_words: Vec<usize> = (0..bm25.len()).filter(|&chunk| bm25[chunk] > 0.0).collect();
    by_words.sort_by(|&a, &b| bm25[b].total_cmp(&bm25[a]).then(a.cmp(&b)));
    by_words.truncate(chunks.len());
    let mut found: Vec<usize> =
        lines.into_iter().filter_map(|line| index.line_chunk.get(line).copied()).collect();
    found.extend(chunks);
    found.extend(by_words);
    found.retain(|&chunk| chunk < index.texts.chunks.len());
    found.sort_unstable();
    found.dedup();
    found
}

/// What another way of putting a question counts against the customer's own.
const OTHER_WORDS: f32 = 0.96;

/// Cosine with the nearer of the ways in which a question is put.
pub(super) fn nearest(row: &[f32], vectors: &[&[f32]]) -> f32 {
    let weighed = |(i, vector): (usize, &&[f32])| dot(row, vector) * if i == 0 { 1.0 } else { OTHER_WORDS };
    vectors.iter().enumerate().map(weighed).fold(f32::MIN, f32::max)
}

fn best_line(index: &Index, chunk: usize, vectors: &[&[f32]]) -> (usize, f32) {
    let chunk = &index.texts.chunks[chunk];
    let mut best = (chunk.first_line, f32::MIN);
    for line in chunk.first_line..chunk.end_line {
        let score = nearest(index.vectors.lines.row(line), vectors);
        if score > best.1 {
            best = (line, score);
        }
    }
    best
}

/// The rankings of the whole message and of its parts. Of several questions each gives a hit in turn.
fn merged(index: &Index, rankings: Vec<Vec<Ranked>>) -> Vec<Ranked> {
    let mut turns: Vec<std::vec::IntoIter<Ranked>> = rankings.into_iter().map(Vec::into_iter).collect();
    let mut sections = std::collections::HashSet::new();
    let mut found = Vec::new();
    while turns.iter().any(|turn| !turn.as_slice().is_empty()) {
        for turn in &mut turns {
            let next = turn.find(|r| !sections.contains(&index.texts.chunks[r.chunk].section));
            if let Some(next) = next {
                sections.insert(index.texts.chunks[next.chunk].section);
                found.push(next);
            }
        }
    }
    found
}

/// The vector of each of the query's words: the index's own, or one that was embedded for the query.
fn word_vectors<'a>(index: &'a Index, query: &Query, vectors: &[&'a [f32]]) -> Vec<&'a [f32]> {
    let mut embedded = vectors.iter().skip(1 + query.parts.len());
    let own = |word: &str| index.words.place(word).map(|place| index.vectors.words.row(place));
    query
        .words
        .iter()
        .map(|w| own(&w.word).unwrap_or_else(|| embedded.next().copied().unwrap_or(&[])))
        .collect()
}

/// The query's stems, and with less weight those of words that mean nearly the same.
fn expanded(index: &Index, query: &Query, covers: &Covers) -> Vec<(String, f32)> {
    let mut stems: Vec<(String, f32)> = Vec::new();
    for (word, cosines) in query.words.iter().zip(&covers.cosines) {
        let weight = 0.2 + 0.8 * word.weight;
        stems.push((word.stem.clone(), weight));
        for same in super::synonyms::same(&word.stem).into_iter().filter(|stem| index.words.knows(stem)) {
            if stems.iter().all(|(known, _)| *known != same) {
                stems.push((same, weight * 0.7));
            }
        }
        let mut near: Vec<(usize, f32)> = cosines
            .iter()
            .copied()
            .enumerate()
            .filter(|(_, cosine)| (SYNONYM_FROM..0.999).contains(cosine))
            .collect();
        near.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        for (place, cosine) in near.into_iter().take(SYNONYMS) {
            let stem = super::terms::term(index.words.vocabulary()[place].0.clone()).stem;
            if stems.iter().all(|(known, _)| *known != stem) {
                stems.push((stem, weight * cosine * cosine * 0.7));
            }
        }
    }
    stems
}

/// How well each chunk covers the words of a question: the same stem, or a word that means nearly the same.
pub struct Covers {
    stems: Vec<(String, f32)>,
    /// For each of the query's words its cosine with every word of the vocabulary.
    cosines: Vec<Vec<f32>>,
}

impl Covers {
    /// Compares the words of a question with the vocabulary.
    pub fn new(index: &Index, query: &Query, vectors: &[&[f32]]) -> Self {
        let words = word_vectors(index, query, vectors);
        let idf = |stem: &str| index.words.idf(stem);
        let stems = query.words.iter().map(|w| (w.stem.clone(), w.weight * idf(&w.stem).max(0.1))).collect();
        let cosines = words
            .iter()
            .map(|v| if v.is_empty() { Vec::new() } else { index.vectors.words.dots(v) })
            .collect();
        Self { stems, cosines }
    }

    /// For each word of the question its weight and how well a chunk covers it, 0 to 1.
    pub fn each(&self, index: &Index, chunk: usize) -> Vec<(f32, f32)> {
        let places = index.words.words_of(chunk);
        let one = |((stem, weight), cosines): (&(String, f32), &Vec<f32>)| {
            if index.words.holds(chunk, stem) {
                return (*weight, 1.0);
            }
            if super::synonyms::same(stem).iter().any(|same| index.words.holds(chunk, same)) {
                return (*weight, 0.9);
            }
            let best = places.iter().filter_map(|&p| cosines.get(p)).copied().fold(0.0, f32::max);
            // Unrelated words have a cosine of about 0.2 to 0.35, words that can stand for one another 0.6 to 0.8.
            (*weight, ((best - 0.35) / 0.4).clamp(0.0, 1.0))
        };
        self.stems.iter().zip(&self.cosines).map(one).collect()
    }

    /// Share covered by a chunk; 1 for a question without telling words.
    pub fn of(&self, index: &Index, chunk: usize) -> f32 {
        share(&self.each(index, chunk))
    }
}

/// Weighted mean of what is covered; 1 when there is nothing to cover.
pub fn share(covered: &[(f32, f32)]) -> f32 {
    let all: f32 = covered.iter().map(|(weight, _)| weight).sum();
    if all <= f32::EPSILON { 1.0 } else { covered.iter().map(|(w, c)| w * c).sum::<f32>() / all }
}

/// What is given back for the first of the ranked chunks.
pub fn retrieval(
    index: &Index,
    query: Query,
    vectors: &[&[f32]],
    ranked: Vec<Ranked>,
    answerable: f32,
) -> Retrieval {
    let take = ranked.into_iter().take(MAX_HITS);
    let put = |r: &Ranked| if query.several { r.part..r.part + 1 } else { 0..1 + query.parts.len() };
    let hits = take.map(|r| hit(index, &r, vectors.get(put(&r)).unwrap_or(&[]), &query)).collect();
    Retrieval { query, hits, answerable }
}

fn hit(index: &Index, ranked: &Ranked, vectors: &[&[f32]], query: &Query) -> Hit {
    let chunk = &index.texts.chunks[ranked.chunk];
    let part_of_section = |other: &&super::chunk::Chunk| other.section == chunk.section;
    let first = index.texts.chunks.iter().find(part_of_section).map_or(chunk.first_line, |c| c.first_line);
    let end = index.texts.chunks.iter().rfind(part_of_section).map_or(chunk.end_line, |c| c.end_line);
    let lines = (first..end)
        .map(|number| {
            let line = index.texts.lines[number].clone();
            let score =
                nearest(index.vectors.lines.row(number), vectors) + LINE_WORDS * said(index, query, &line);
            ScoredLine { line, score }
        })
        .collect::<Vec<_>>();
    let best_line = (0..lines.len())
        .max_by(|&a, &b| lines[a].score.total_cmp(&lines[b].score).then(b.cmp(&a)))
        .unwrap_or(0);
    Hit {
        evidence: Evidence {
            source: chunk.file.clone(),
            heading: chunk.heading(),
            chunk_id: chunk.id(ranked.chunk),
            score: ranked.score.clamp(0.0, 1.0),
            excerpt: lines.get(best_line).map_or_else(String::new, |l| l.line.text.clone()),
        },
        best_line,
        lines,
        part: ranked.part,
    }
}

/// What the question's own words count against the vectors when lines of one section are compared.
const LINE_WORDS: f32 = 0.2;

/// Share of the question's words that a line says, rare words counting more.
fn said(index: &Index, query: &Query, line: &Line) -> f32 {
    let stems: Vec<String> = super::terms::terms(&line.text).into_iter().map(|t| t.stem).collect();
    let each: Vec<(f32, f32)> = query
        .words
        .iter()
        .map(|w| (index.words.idf(&w.stem), f32::from(u8::from(stems.contains(&w.stem)))))
        .collect();
    if each.is_empty() { 0.0 } else { share(&each) }
}
