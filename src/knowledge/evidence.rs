//! Whether what was found answers the question at all.

use super::index::Index;
use super::matrix::dot;
use super::query::Query;
use super::retrieve::{Covers, Ranked, share};

/// Number of signs.
pub const SIGNS: usize = 9;

/// What speaks for and against an answer, each about 0 to 1.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Signs(pub [f32; SIGNS]);

/// Reads the signs off a ranking.
pub fn signs(index: &Index, query: &Query, vectors: &[&[f32]], covers: &Covers, ranked: &[Ranked]) -> Signs {
    let (Some(best), Some(vector)) = (ranked.first(), vectors.first()) else { return Signs::default() };
    let each = covers.each(index, best.chunk);
    let near: Vec<&Ranked> = ranked.iter().take(3).collect();
    let line = near.iter().map(|r| r.likeness.line).fold(0.0, f32::max);
    let chunk = near.iter().map(|r| r.likeness.chunk).fold(0.0, f32::max);
    let heading = near.iter().map(|r| r.likeness.heading).fold(0.0, f32::max);
    let tenth = ranked.get(9).or(ranked.last()).map_or(0.0, |r| r.likeness.line);
    let all: f32 = each.iter().map(|(w, _)| w).sum::<f32>().max(f32::EPSILON);
    let worst = each.iter().map(|(w, c)| w * (1.0 - c) / all).fold(0.0, f32::max);
    let heaviest =
        each.iter().map(|(w, c)| (*w, *c)).max_by(|a, b| a.0.total_cmp(&b.0)).map_or(1.0, |(_, c)| c);
    let unknown: f32 = query
        .words
        .iter()
        .zip(&each)
        .filter(|(word, _)| !known(index, &word.stem))
        .map(|(_, (w, _))| w / all)
        .sum();
    // How much nearer the question is to a topic that the policies do not touch.
    let topic = (0..index.vectors.topics.len())
        .map(|t| {
            let touched = ((index.topic_cover[t] - 0.45) / 0.25).clamp(0.0, 1.0);
            dot(index.vectors.topics.row(t), vector) * (1.0 - touched)
        })
        .fold(0.0, f32::max);
    Signs([line, chunk, heading, share(&each), worst, heaviest, unknown, topic, line - tenth])
}

/// Whether the policies use a word, or one that means the same.
fn known(index: &Index, stem: &str) -> bool {
    index.words.knows(stem) || super::synonyms::same(stem).iter().any(|same| index.words.knows(same))
}

/// Weights of the signs: logistic regression on 327 questions, 182 of them answerable, about three companies (a bank,
/// a bicycle workshop, a packaging supplier). Measured on a fourth company's 46
/// questions: 86 % of the unanswerable are below 0.35 and 4 % of the others.
const WEIGHTS: [f32; SIGNS] = [2.83, 2.42, 1.49, 0.97, -0.38, 0.8, -2.05, -3.13, 2.16];
const BIAS: f32 = -1.7;

/// Probability that the question is answered.
pub fn answerable(signs: &Signs) -> f32 {
    if signs.0[0] <= 0.0 {
        return 0.0;
    }
    let sum: f32 = BIAS + signs.0.iter().zip(WEIGHTS).map(|(x, w)| x * w).sum::<f32>();
    1.0 / (1.0 + (-sum).exp())
}
