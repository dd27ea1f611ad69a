//! From the sections found to the few lines that answer: quoted, never reworded.

use std::collections::HashSet;

use super::markdown::Kind;
use super::query::QueryWord;
use super::retrieve::{Hit, Retrieval};
use super::terms::terms;
use crate::domain::answer::Evidence;

/// Words that an answer aims at: what is read on a phone without scrolling.
const WORDS: usize = 90;
/// Fewest words for each of several questions.
const WORDS_EACH: usize = 45;
/// A section with no more words than this is given whole: conditions and exceptions stand close together.
const WHOLE_SECTION: usize = 60;
/// Sections that one question is answered from.
const SECTIONS: usize = 3;
/// Passages of an answer.
const PASSAGES: usize = 5;
/// A table with more rows than this is looked up, not read.
const MOST_ROWS: usize = 6;
/// A further section adds a line when it fits nearly as well as the first.
const CLOSE: f32 = 0.06;
/// Lines of the first section with at least this share of the best line's score are added while there is room.
const RELEVANT: f32 = 0.6;
/// The same for rows of a table: they are alike, and the wrong row is a wrong answer.
const RELEVANT_ROW: f32 = 0.86;

/// A piece of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// Rendered for a chat.
    pub text: String,
    /// Which of [`Extract::evidence`] it is from.
    pub evidence: usize,
}

/// An answer in the policies' own words.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Extract {
    /// Best section first, its lines in reading order.
    pub passages: Vec<Passage>,
    /// What they stand on.
    pub evidence: Vec<Evidence>,
}

/// The lines that answer.
pub fn extract(retrieval: &Retrieval) -> Extract {
    let mut found = Extract::default();
    let mut parts: Vec<usize> = retrieval.hits.iter().map(|hit| hit.part).collect();
    parts.sort_unstable();
    parts.dedup();
    let budget = (WORDS / parts.len().max(1)).max(WORDS_EACH);
    for part in parts {
        let hits: Vec<&Hit> = retrieval.hits.iter().filter(|hit| hit.part == part).take(SECTIONS).collect();
        answer_one(&hits, &retrieval.query.words, budget, &mut found);
    }
    found
}

fn answer_one(hits: &[&Hit], asked: &[QueryWord], budget: usize, found: &mut Extract) {
    let Some(first) = hits.first() else { return };
    let mut left = budget;
    for (place, hit) in hits.iter().enumerate() {
        let close = hit.evidence.score >= first.evidence.score - CLOSE;
        if found.passages.len() == PASSAGES || (place > 0 && (!close || left < 12)) {
            break;
        }
        let mut chosen = match table(hit, asked, left) {
            Some(rows) => rows,
            None if place == 0 => lines(hit, left),
            None => vec![hit.best_line],
        };
        with_intros(hit, &mut chosen);
        let words: usize = chosen.iter().map(|&at| words(hit, at)).sum();
        if place > 0 && words > left {
            continue;
        }
        left = left.saturating_sub(words);
        let text = render(hit, &chosen);
        if found.passages.iter().any(|passage| passage.text.contains(&text)) {
            continue;
        }
        found.evidence.push(hit.evidence.clone());
        found.passages.push(Passage { text, evidence: found.evidence.len() - 1 });
    }
}

fn words(hit: &Hit, at: usize) -> usize {
    hit.lines[at].line.text.split_whitespace().count()
}

/// The lines of the best section: all of a short one, else the best while there is room.
fn lines(hit: &Hit, budget: usize) -> Vec<usize> {
    let all: usize = (0..hit.lines.len()).map(|at| words(hit, at)).sum();
    let rows = hit.lines.iter().filter(|l| l.line.kind == Kind::Row).count();
    if all <= WHOLE_SECTION.min(budget) && rows == 0 {
        return (0..hit.lines.len()).collect();
    }
    let best = hit.lines[hit.best_line].score;
    let mut order: Vec<usize> = (0..hit.lines.len()).filter(|&at| at != hit.best_line).collect();
    order.sort_by(|&a, &b| hit.lines[b].score.total_cmp(&hit.lines[a].score).then(a.cmp(&b)));
    let mut chosen = vec![hit.best_line];
    let mut used = words(hit, hit.best_line);
    for at in order {
        let share = if hit.lines[at].line.kind == Kind::Row { RELEVANT_ROW } else { RELEVANT };
        if hit.lines[at].score >= best * share && used + words(hit, at) <= budget {
            used += words(hit, at);
            chosen.push(at);
        }
    }
    chosen.sort_unstable();
    chosen
}

/// All rows of a small table, when the question means none of them in particular: one row alone would be half the
/// truth ("can I cancel an order?" has a fee for each of four cases).
fn table(hit: &Hit, asked: &[QueryWord], budget: usize) -> Option<Vec<usize>> {
    let best = &hit.lines[hit.best_line].line;
    if best.kind != Kind::Row {
        return None;
    }
    let rows: Vec<usize> = (0..hit.lines.len())
        .filter(|&at| hit.lines[at].line.kind == Kind::Row && hit.lines[at].line.group == best.group)
        .collect();
    let length: usize = rows.iter().map(|&at| words(hit, at)).sum();
    if !(2..=MOST_ROWS).contains(&rows.len()) || length > budget {
        return None;
    }
    // What a row is about stands in its first cell; the others hold what is asked for.
    let stems = |at: usize| -> HashSet<String> {
        let text = &hit.lines[at].line.text;
        let first = text.split_once(" — ").map_or(text.as_str(), |(first, _)| first);
        terms(first).into_iter().map(|term| term.stem).collect()
    };
    let said: Vec<HashSet<String>> = rows.iter().map(|&at| stems(at)).collect();
    let tells = |stem: &String| {
        said.iter().any(|row| row.contains(stem)) && !said.iter().all(|row| row.contains(stem))
    };
    let particular = asked.iter().any(|word| tells(&word.stem) || tells(&word.word));
    (!particular).then_some(rows)
}

/// A list item is not understood without the sentence or item above it.
fn with_intros(hit: &Hit, chosen: &mut Vec<usize>) {
    let mut wanted: Vec<usize> = chosen.clone();
    while let Some(at) = wanted.pop() {
        let line = &hit.lines[at].line;
        // A row carries its header; only an item needs what is above it.
        if line.context.is_empty() || line.kind == Kind::Row {
            continue;
        }
        let above = hit.lines[..at].iter().rposition(|l| line.context.ends_with(&l.line.text));
        if let Some(above) = above
            && !chosen.contains(&above)
        {
            chosen.push(above);
            wanted.push(above);
        }
    }
    chosen.sort_unstable();
}

/// Sentences of a paragraph in one line, items and rows under one another.
fn render(hit: &Hit, chosen: &[usize]) -> String {
    let mut out = String::new();
    let mut group = None;
    for &at in chosen {
        let line = &hit.lines[at].line;
        let listed = matches!(line.kind, Kind::Item | Kind::Row);
        if !out.is_empty() {
            out.push(if listed || group != Some(line.group) || line.kind == Kind::Code { '\n' } else { ' ' });
        }
        if listed && !is_numbered(&line.text) && chosen.len() > 1 {
            out.push_str("- ");
        }
        out.push_str(&line.text);
        group = Some(line.group);
    }
    out
}

fn is_numbered(text: &str) -> bool {
    text.split_once(". ").is_some_and(|(number, _)| number.chars().all(|c| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::chunk::Line;
    use crate::knowledge::query::Query;
    use crate::knowledge::retrieve::ScoredLine;

    fn line(kind: Kind, text: &str, context: &str, score: f32) -> ScoredLine {
        let line = Line { kind, text: text.to_owned(), context: context.to_owned(), group: kind as usize };
        ScoredLine { line, score }
    }

    fn hit(score: f32, part: usize, lines: Vec<ScoredLine>) -> Hit {
        let best_line = (0..lines.len()).max_by(|&a, &b| lines[a].score.total_cmp(&lines[b].score)).unwrap();
        let evidence = Evidence {
            source: "a.md".into(),
            heading: format!("H{score}"),
            chunk_id: "a#1".into(),
            score,
            excerpt: lines[best_line].line.text.clone(),
        };
        Hit { evidence, lines, best_line, part }
    }

    #[track_caller]
    fn check(hits: Vec<Hit>, expected: &[&str]) {
        check_asked("", hits, expected);
    }

    #[track_caller]
    fn check_asked(question: &str, hits: Vec<Hit>, expected: &[&str]) {
        let words = terms(question)
            .into_iter()
            .map(|term| QueryWord { word: term.word, stem: term.stem, weight: 1.0 })
            .collect();
        let query = Query { text: String::new(), parts: Vec::new(), several: false, words };
        let found = extract(&Retrieval { query, hits, answerable: 1.0 });
        let texts: Vec<&str> = found.passages.iter().map(|p| p.text.as_str()).collect();
        assert_eq!(texts, expected);
        assert!(found.passages.iter().all(|p| p.evidence < found.evidence.len()));
    }

    #[test]
    fn a_short_section_is_whole() {
        let lines = vec![line(Kind::Sentence, "One.", "", 0.9), line(Kind::Sentence, "Unless two.", "", 0.1)];
        check(vec![hit(0.8, 0, lines)], &["One. Unless two."]);
        check(vec![], &[]);
    }

    #[test]
    fn the_row_that_was_asked_for() {
        let row = |text, score| line(Kind::Row, text, "Prices.", score);
        let lines = vec![
            line(Kind::Sentence, "Prices.", "", 0.2),
            row("10 inch — 0.45", 0.9),
            row("12 inch — 0.65", 0.7),
        ];
        check_asked("price of the 10 inch", vec![hit(0.8, 0, lines.clone())], &["10 inch — 0.45"]);
        check_asked(
            "what are your prices",
            vec![hit(0.8, 0, lines)],
            &["- 10 inch — 0.45\n- 12 inch — 0.65"],
        );
    }

    #[test]
    fn items_bring_what_they_need() {
        let long = "word ".repeat(70);
        let lines = vec![
            line(Kind::Sentence, "Please send:", "", 0.1),
            line(Kind::Item, "a photo", "Please send:", 0.9),
            line(Kind::Item, &long, "Please send:", 0.1),
        ];
        check(vec![hit(0.8, 0, lines)], &["Please send:\n- a photo"]);
    }

    #[test]
    fn sections_nearly_as_good_add_a_line_and_each_question_has_its_own() {
        let one = |score, part, text| hit(score, part, vec![line(Kind::Sentence, text, "", score)]);
        check(vec![one(0.8, 0, "A."), one(0.78, 0, "B."), one(0.5, 0, "C.")], &["A.", "B."]);
        check(vec![one(0.8, 1, "A."), one(0.5, 2, "B.")], &["A.", "B."]);
    }
}
