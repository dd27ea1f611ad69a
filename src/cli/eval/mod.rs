//! `tria eval`: measures intent, retrieval, answers and orders on the operator's own questions, through the
//! same pipeline as the API.

mod intents;
mod rows;
mod score;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::Context as _;
use serde::Serialize;

use super::output::{CommandResult, Verdict, note, print, print_json};
use super::serve::demo_sources;
use super::setup::{Common, PoliciesArg, block_on, model_source};
use crate::app::{App, AppOptions};
use crate::chat::Engine;
use crate::chat::ask::{Ask, OutletHint};
use crate::chat::reply::Reply;
use crate::domain::ids::SessionId;
use crate::domain::message::MessageText;
use crate::domain::principal::Principal;
use crate::knowledge::ModelSource;
use rows::{OrderRow, Row};
use score::{Intents, Orders, Pairs, Questions, Times, Unanswerable, share};

/// Measure intent, retrieval, answers and orders on questions of your own.
#[derive(Debug, clap::Args)]
#[command(after_help = "Rows, one JSON object a line:\n  \
    {\"kind\":\"policy\",\"question\":\"…\",\"answer_headings\":[\"Refunds\"],\"must_contain\":[[\"24 hours\",\"24h\"]]}\n  \
    {\"kind\":\"out_of_knowledge\",\"question\":\"…\"}\n  \
    {\"kind\":\"intent\",\"question\":\"…\",\"intent\":\"complaint\"}\n  \
    {\"kind\":\"paraphrase\",\"question\":\"…\",\"other\":\"…\",\"same\":true}\n  \
    {\"kind\":\"order\",\"question\":\"…\",\"outlet\":\"…\",\"lines\":[{\"sku\":\"…\",\"quantity\":100}],\"is_urgent\":false}")]
pub(super) struct EvalArgs {
    /// Files with one JSON object a line.
    #[arg(required_unless_present = "intents")]
    pub files: Vec<PathBuf>,
    /// Train an intent classifier on the rows of one file (any labels) and measure it on another.
    #[arg(long, num_args = 2, value_names = ["TRAIN", "TEST"], conflicts_with_all = ["files", "demo"])]
    pub intents: Vec<PathBuf>,
    /// Measure on the demo company.
    #[arg(long)]
    pub demo: bool,
    #[command(flatten)]
    pub policies: PoliciesArg,
    /// Print the scores as JSON.
    #[arg(long)]
    pub json: bool,
    /// List the rows that were not right.
    #[arg(long)]
    pub misses: bool,
    /// Fail below this share of right intents (0 to 1).
    #[arg(long)]
    pub min_intent: Option<f64>,
    /// Fail below this share of right headings among the first three.
    #[arg(long)]
    pub min_recall: Option<f64>,
    /// Fail below this share of answers that hold all facts.
    #[arg(long)]
    pub min_facts: Option<f64>,
    /// Fail below this share of unanswerable questions declined.
    #[arg(long)]
    pub min_declined: Option<f64>,
    /// Fail below this share of orders exactly right.
    #[arg(long)]
    pub min_orders: Option<f64>,
}

/// All scores.
#[derive(Debug, Default, Serialize)]
struct Report {
    questions: Questions,
    unanswerable: Unanswerable,
    intents: Intents,
    orders: Orders,
    pairs: Pairs,
    times: Times,
    misses: Vec<String>,
}

/// Starts the parts without a server and measures.
pub(super) fn run(common: &Common, args: &EvalArgs) -> CommandResult {
    let config = common.config(&args.policies.over(demo_sources(common, args.demo)))?;
    if let [train, test] = args.intents.as_slice() {
        return block_on(labelled(model_source(&config), train, test, args));
    }
    let options = AppOptions {
        demo: args.demo,
        own_policies: args.policies.policies.is_some(),
        exclusive: false,
        ..AppOptions::default()
    };
    block_on(async {
        let app = App::start(config, options).await?;
        let passed = evaluate(&app.engine, args).await;
        app.store.close().await;
        Ok(if passed? { Verdict::Done } else { Verdict::Failed })
    })
}

/// A set of labels of its own.
async fn labelled(model: ModelSource, train: &Path, test: &Path, args: &EvalArgs) -> CommandResult {
    let set = intents::evaluate(&model, train, test).await?;
    if args.json {
        print_json(&set)?;
    } else {
        print(&intents::table(&set))?;
    }
    let short = args.min_intent.is_some_and(|wanted| set.in_scope.accuracy < wanted);
    Ok(if short { Verdict::Failed } else { Verdict::Done })
}

/// Runs the rows through the engine and counts; whether every threshold was reached.
async fn evaluate(engine: &Arc<Engine>, args: &EvalArgs) -> anyhow::Result<bool> {
    let mut rows = Vec::new();
    for file in &args.files {
        let text =
            std::fs::read_to_string(file).with_context(|| format!("can not read {}", file.display()))?;
        rows.extend(rows::read(&text).with_context(|| file.display().to_string())?);
    }
    let report = measure(engine, &rows).await?;
    if args.json {
        print_json(&report)?;
    } else {
        print(&table(&report, args.misses))?;
    }
    let checks = [
        ("--min-intent", args.min_intent, report.intents.accuracy),
        ("--min-recall", args.min_recall, report.questions.recall_at_3),
        ("--min-facts", args.min_facts, report.questions.all_facts),
        ("--min-declined", args.min_declined, report.unanswerable.declined),
        ("--min-orders", args.min_orders, report.orders.exact),
    ];
    let mut passed = true;
    for (flag, wanted, found) in checks {
        if wanted.is_some_and(|wanted| found < wanted) {
            note(&format!("{flag}: {found:.3} is below {:.3}", wanted.unwrap_or_default()));
            passed = false;
        }
    }
    Ok(passed)
}

#[derive(Default)]
struct Tally {
    policy: Vec<PolicyResult>,
    declined: Vec<String>,
    confusion: BTreeMap<String, BTreeMap<String, usize>>,
    orders: Vec<OrderResult>,
    /// Whether a pair asks the same, and whether it was taken to.
    pairs: Vec<(bool, bool)>,
    ms: Vec<f64>,
    misses: Vec<String>,
}

struct PolicyResult {
    rank: Option<usize>,
    facts: bool,
    action: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum OrderResult {
    Exact,
    Asked,
    Wrong,
}

async fn measure(engine: &Arc<Engine>, rows: &[Row]) -> anyhow::Result<Report> {
    let mut tally = Tally::default();
    for row in rows {
        let started = Instant::now();
        one(engine, row, &mut tally).await?;
        tally.ms.push(started.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(tally.report())
}

async fn one(engine: &Arc<Engine>, row: &Row, tally: &mut Tally) -> anyhow::Result<()> {
    match row {
        Row::Policy { id, question, answer_files, answer_headings, must_contain } => {
            let hits = engine.retrieve(question).await?;
            let right = |e: &crate::domain::answer::Evidence| {
                (answer_files.is_empty() || answer_files.iter().any(|f| same_file(f, &e.source)))
                    && answer_headings.iter().any(|h| heading_fits(h, &e.heading))
            };
            let rank = hits.iter().position(right).map(|p| p + 1);
            let reply = say(engine, question).await?;
            let missing = missing_facts(must_contain, &reply.message);
            let action = reply.metadata.action.clone();
            if rank.is_none_or(|r| r > 3) {
                let found: Vec<&str> = hits.iter().take(3).map(|e| e.heading.as_str()).collect();
                tally.misses.push(format!("{id} heading: {question}\n    found {found:?}"));
            }
            if !missing.is_empty() {
                let text = reply.message.replace('\n', " / ");
                tally.misses.push(format!("{id} facts {missing:?} ({action}): {question}\n    {text}"));
            }
            tally.policy.push(PolicyResult { rank, facts: missing.is_empty(), action });
        }
        Row::OutOfKnowledge { id, question } => {
            let reply = say(engine, question).await?;
            if reply.metadata.action != "decline" {
                let text = reply.message.replace('\n', " / ");
                tally
                    .misses
                    .push(format!("{id} answered ({}): {question}\n    {text}", reply.metadata.action));
            }
            tally.declined.push(reply.metadata.action);
        }
        Row::Intent { id, question, intent } => {
            let found = say(engine, question).await?.intent;
            if &found != intent {
                tally.misses.push(format!("{id} intent {found}, not {intent}: {question}"));
            }
            *tally.confusion.entry(intent.clone()).or_default().entry(found).or_default() += 1;
        }
        Row::Paraphrase { id, question, other, same } => {
            let found = engine.asks_same(&ask(question)?, other).await?;
            if found != *same {
                let kind = if found { "CONFUSED" } else { "not found" };
                tally.misses.push(format!("{id} {kind}: {question}\n    {other}"));
            }
            tally.pairs.push((*same, found));
        }
        Row::Order { id, question, outlet, lines, is_urgent } => {
            let reply = say(engine, question).await?;
            let result = judge(&reply, outlet.as_deref(), lines, *is_urgent);
            if result != OrderResult::Exact {
                let kind = if result == OrderResult::Asked { "asked" } else { "WRONG" };
                let text = reply.message.replace('\n', " / ");
                tally.misses.push(format!("{id} order {kind}: {question}\n    {text}"));
            }
            tally.orders.push(result);
        }
    }
    Ok(())
}

/// One message in a conversation of its own, which is erased afterwards.
async fn say(engine: &Arc<Engine>, question: &str) -> anyhow::Result<Reply> {
    let ask = ask(question)?;
    let session = ask.session.clone().context("a question without a conversation")?;
    let reply = engine.turn(ask).await?;
    engine.erase(&session).await?;
    Ok(reply)
}

fn ask(question: &str) -> anyhow::Result<Ask> {
    Ok(Ask {
        origin: None,
        principal: Principal::LOCAL,
        session: Some(SessionId::parse(&format!("eval-{}", uuid::Uuid::new_v4()))?),
        text: MessageText::parse(question)?,
        language: None,
        outlet: OutletHint::default(),
        allow_duplicate: false,
        idempotency: None,
    })
}

fn same_file(wanted: &str, found: &str) -> bool {
    found == wanted || found.ends_with(&format!("/{wanted}"))
}

/// A heading fits when it is one of the path's headings, whatever the case.
fn heading_fits(wanted: &str, path: &str) -> bool {
    path.eq_ignore_ascii_case(wanted)
        || path.split(" > ").any(|part| part.trim().eq_ignore_ascii_case(wanted.trim()))
}

fn missing_facts<'a>(must_contain: &'a [Vec<String>], answer: &str) -> Vec<&'a str> {
    let answer = answer.to_lowercase();
    must_contain
        .iter()
        .filter(|any| !any.iter().any(|fact| answer.contains(&fact.to_lowercase())))
        .filter_map(|any| any.first().map(String::as_str))
        .collect()
}

/// An order is right when what would be placed on "yes" is what was meant, or when what can not be told is asked.
/// Without an outlet in the message that is all that may be missing.
fn judge(reply: &Reply, outlet: Option<&str>, lines: &[OrderRow], is_urgent: bool) -> OrderResult {
    let Some(view) = reply.order.as_ref().filter(|view| view.status == "draft") else {
        return if lines.is_empty() { OrderResult::Exact } else { OrderResult::Asked };
    };
    let asked = view.missing.iter().any(|what| what != "outlet" || outlet.is_some());
    if asked || (lines.is_empty() && !view.missing.is_empty()) {
        return if lines.is_empty() { OrderResult::Exact } else { OrderResult::Asked };
    }
    let mut found: Vec<OrderRow> =
        view.lines.iter().map(|l| OrderRow { sku: l.sku.clone(), quantity: l.quantity }).collect();
    let mut wanted = lines.to_vec();
    found.sort();
    wanted.sort();
    if found == wanted && view.outlet_name.as_deref() == outlet && view.is_urgent == is_urgent {
        OrderResult::Exact
    } else {
        OrderResult::Wrong
    }
}

impl Tally {
    fn report(self) -> Report {
        let policy = |wanted: &dyn Fn(&PolicyResult) -> bool| {
            share(self.policy.iter().filter(|r| wanted(r)).count(), self.policy.len())
        };
        let within = |k: usize| policy(&|r| r.rank.is_some_and(|rank| rank <= k));
        let reciprocal: f64 = self.policy.iter().filter_map(|r| r.rank).map(|r| 1.0 / r as f64).sum();
        let questions = Questions {
            rows: self.policy.len(),
            recall_at_1: within(1),
            recall_at_3: within(3),
            recall_at_5: within(5),
            mrr: reciprocal / self.policy.len().max(1) as f64,
            all_facts: policy(&|r| r.facts),
            wrongly_declined: policy(&|r| r.action == "decline"),
            hedged: policy(&|r| r.action == "clarify"),
        };
        let declined =
            |action: &str| share(self.declined.iter().filter(|a| *a == action).count(), self.declined.len());
        let orders = |result| share(self.orders.iter().filter(|r| **r == result).count(), self.orders.len());
        Report {
            questions,
            unanswerable: Unanswerable {
                rows: self.declined.len(),
                declined: declined("decline"),
                hedged: declined("clarify"),
            },
            orders: Orders {
                rows: self.orders.len(),
                exact: orders(OrderResult::Exact),
                asked: orders(OrderResult::Asked),
                wrong: orders(OrderResult::Wrong),
            },
            pairs: score::pairs(&self.pairs),
            intents: score::intents(self.confusion),
            times: score::times(self.ms),
            misses: self.misses,
        }
    }
}

fn table(report: &Report, misses: bool) -> String {
    use std::fmt::Write as _;
    let mut out = String::new();
    let mut line = |name: &str, value: f64| {
        let _ = writeln!(out, "  {name:<42}{:>6.1} %", value * 100.0);
    };
    let q = &report.questions;
    if q.rows > 0 {
        line(&format!("questions ({}): right heading first", q.rows), q.recall_at_1);
        line("  among the first three", q.recall_at_3);
        line("  among the first five", q.recall_at_5);
        line("  mean reciprocal rank", q.mrr);
        line("  answers with all facts", q.all_facts);
        line("  wrongly declined", q.wrongly_declined);
        line("  answered with a doubt", q.hedged);
    }
    let u = &report.unanswerable;
    if u.rows > 0 {
        line(&format!("not in the policies ({}): declined", u.rows), u.declined);
        line("  answered with a doubt", u.hedged);
    }
    let i = &report.intents;
    if i.rows > 0 {
        line(&format!("intents ({}): right", i.rows), i.accuracy);
        line("  macro-F1", i.macro_f1);
    }
    let o = &report.orders;
    if o.rows > 0 {
        line(&format!("orders ({}): exactly right", o.rows), o.exact);
        line("  asked about", o.asked);
        line("  wrong without a question", o.wrong);
    }
    let pairs = &report.pairs;
    if pairs.same + pairs.different > 0 {
        line(&format!("paraphrases ({}): taken to ask the same", pairs.same), pairs.found);
        line(&format!("look-alikes ({}): taken to ask the same", pairs.different), pairs.confused);
    }
    let _ = writeln!(out, "  {:<42}{:>6.1} ms", "median time of a row", report.times.median_ms);
    let _ = writeln!(out, "  {:<42}{:>6.1} ms", "95th percentile", report.times.p95_ms);
    if i.rows > 0 {
        let _ = writeln!(out, "\nexpected → found");
        for (expected, found) in &i.confusion {
            let cells: Vec<String> = found.iter().map(|(name, n)| format!("{name} {n}")).collect();
            let _ = writeln!(out, "  {expected:<20}{}", cells.join(", "));
        }
    }
    if misses {
        let _ = writeln!(out, "\n{}", report.misses.join("\n"));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_fit_by_path() {
        assert!(heading_fits("refunds", "Rules > Returns > Refunds"));
        assert!(heading_fits("Rules > Returns", "Rules > Returns"));
        assert!(!heading_fits("Refund", "Rules > Refunds"));
    }

    #[test]
    fn every_fact_needs_one_of_its_wordings() {
        let facts = vec![vec!["24 hours".to_owned(), "24h".to_owned()], vec!["photo".to_owned()]];
        assert_eq!(missing_facts(&facts, "Within 24H, with a Photo."), Vec::<&str>::new());
        assert_eq!(missing_facts(&facts, "Within 24h."), ["photo"]);
    }
}
