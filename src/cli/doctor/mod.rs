//! `tria doctor`: go or no-go, and what to do about it.

mod checks;
mod disk;
mod index;
mod llm;

use clap::Args;
use serde::Serialize;

use super::output::{CommandResult, Verdict, note, print, print_json, table};
use super::setup::{Common, PoliciesArg};
use crate::config::Config;

/// Check everything that Tria needs, and say what to do about what is not right.
///
/// Exit status 1 when something would keep Tria from working. A warning does not.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    tria doctor\n  \
    sudo -u tria tria doctor --json")]
pub(super) struct DoctorArgs {
    #[command(flatten)]
    policies: PoliciesArg,
    /// Print as JSON: {"go", "checks": [{"check", "state", "detail", "action"}]}.
    #[arg(long)]
    json: bool,
}

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Ok,
    Warning,
    Fail,
}

/// One line of the report.
#[derive(Debug, Serialize)]
struct Finding {
    check: &'static str,
    state: State,
    detail: String,
    /// What to do; nothing when all is well.
    #[serde(skip_serializing_if = "Option::is_none")]
    action: Option<String>,
}

impl Finding {
    fn ok(check: &'static str, detail: impl Into<String>) -> Self {
        Self { check, state: State::Ok, detail: detail.into(), action: None }
    }

    fn warning(check: &'static str, detail: impl Into<String>, action: impl Into<String>) -> Self {
        Self { check, state: State::Warning, detail: detail.into(), action: Some(action.into()) }
    }

    fn fail(check: &'static str, detail: impl Into<String>, action: impl Into<String>) -> Self {
        Self { check, state: State::Fail, detail: detail.into(), action: Some(action.into()) }
    }
}

#[derive(Serialize)]
struct Report<'a> {
    go: bool,
    checks: &'a [Finding],
}

pub(super) fn run(common: &Common, args: &DoctorArgs) -> CommandResult {
    let sources = args.policies.over(common.sources());
    let findings = match Config::load(&sources) {
        Ok(config) => examine(common, &config)?,
        // Without settings there is nothing else to look at, but each fault is a line of its own.
        Err(faults) => faults
            .0
            .iter()
            .map(|fault| Finding::fail("settings", fault.to_string(), "correct it and run tria doctor again"))
            .collect(),
    };
    let go = findings.iter().all(|f| f.state != State::Fail);
    if args.json {
        print_json(&Report { go, checks: &findings })?;
    } else {
        let rows = findings.iter().map(|f| {
            let state = match f.state {
                State::Ok => "ok",
                State::Warning => "warning",
                State::Fail => "NO-GO",
            };
            let detail = match &f.action {
                Some(action) => format!("{}; {action}", f.detail),
                None => f.detail.clone(),
            };
            vec![f.check.to_owned(), state.to_owned(), detail]
        });
        print(&table(&["CHECK", "STATE", "DETAIL"], &[], rows))?;
        note(if go { "go" } else { "no-go: see above" });
    }
    Ok(if go { Verdict::Done } else { Verdict::Failed })
}

fn examine(common: &Common, config: &Config) -> anyhow::Result<Vec<Finding>> {
    let mut findings = checks::settings(common, config);
    findings.extend(checks::data_folder(config));
    findings.extend(checks::database(config)?);
    findings.extend(index::policies_model_and_index(config));
    findings.push(disk::space(config));
    findings.push(checks::clock(config));
    findings.push(llm::language_model(config)?);
    findings.push(checks::last_backup(config));
    Ok(findings)
}
