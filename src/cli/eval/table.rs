//! The scores as a table: a column for what was measured without the language model, and one with it.

use std::fmt::Write as _;

use super::{Comparison, Report};

/// One line a score; with the rows that were not right when wanted.
pub(super) fn table(comparison: &Comparison, misses: bool) -> String {
    let mut out = String::new();
    if comparison.llm.is_some() {
        let _ = writeln!(out, "  {:<42}{:>9}{:>15}{:>9}", "", "offline", "with the model", "change");
    }
    let with_model = comparison.llm.as_ref().map(lines);
    for (number, line) in lines(&comparison.offline).into_iter().enumerate() {
        let Line { name, value, unit } = line;
        let _ = match with_model.as_ref().and_then(|lines| lines.get(number)) {
            None => writeln!(out, "  {name:<42}{value:>6.1} {unit}"),
            Some(other) => {
                let (then, change) = (other.value, other.value - value);
                writeln!(out, "  {name:<42}{value:>6.1} {unit:<2}{then:>12.1} {unit:<2}{change:>+9.1}")
            }
        };
    }
    if let Some(model) = &comparison.llm {
        let _ = writeln!(out, "  {:<42}{:>24}", "replies in the model's words", model.worded);
    }
    confusion(&mut out, "", &comparison.offline);
    if let Some(model) = &comparison.llm {
        confusion(&mut out, ", with the model", model);
    }
    if misses {
        let _ = writeln!(out, "\n{}", comparison.offline.misses.join("\n"));
        if let Some(model) = &comparison.llm {
            let _ = writeln!(out, "\nwith the model:\n{}", model.misses.join("\n"));
        }
    }
    out
}

struct Line {
    name: String,
    value: f64,
    unit: &'static str,
}

/// The scores of the kinds of rows that there were; the same lines for the same rows.
fn lines(report: &Report) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut share = |name: &str, value: f64| {
        lines.push(Line { name: name.to_owned(), value: value * 100.0, unit: "%" });
    };
    let q = &report.questions;
    if q.rows > 0 {
        share(&format!("questions ({}): right heading first", q.rows), q.recall_at_1);
        share("  among the first three", q.recall_at_3);
        share("  among the first five", q.recall_at_5);
        share("  mean reciprocal rank", q.mrr);
        share("  answers with all facts", q.all_facts);
        share("  wrongly declined", q.wrongly_declined);
        share("  answered with a doubt", q.hedged);
    }
    let u = &report.unanswerable;
    if u.rows > 0 {
        share(&format!("not in the policies ({}): declined", u.rows), u.declined);
        share("  answered with a doubt", u.hedged);
    }
    let i = &report.intents;
    if i.rows > 0 {
        share(&format!("intents ({}): right", i.rows), i.accuracy);
        share("  macro-F1", i.macro_f1);
    }
    let o = &report.orders;
    if o.rows > 0 {
        share(&format!("orders ({}): exactly right", o.rows), o.exact);
        share("  asked about", o.asked);
        share("  wrong without a question", o.wrong);
    }
    let pairs = &report.pairs;
    if pairs.same + pairs.different > 0 {
        share(&format!("paraphrases ({}): taken to ask the same", pairs.same), pairs.found);
        share(&format!("look-alikes ({}): taken to ask the same", pairs.different), pairs.confused);
    }
    let times = &report.times;
    lines.push(Line { name: "median time of a row".to_owned(), value: times.median_ms, unit: "ms" });
    lines.push(Line { name: "95th percentile".to_owned(), value: times.p95_ms, unit: "ms" });
    lines
}

fn confusion(out: &mut String, of_what: &str, report: &Report) {
    if report.intents.rows == 0 {
        return;
    }
    let _ = writeln!(out, "\nexpected → found{of_what}");
    for (expected, found) in &report.intents.confusion {
        let cells: Vec<String> = found.iter().map(|(name, n)| format!("{name} {n}")).collect();
        let _ = writeln!(out, "  {expected:<20}{}", cells.join(", "));
    }
}
