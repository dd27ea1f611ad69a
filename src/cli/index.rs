//! `tria index`

use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::output::{CommandResult, Verdict, counted, note, print, print_json};
use super::setup::{Common, PoliciesArg, model_source};
use crate::knowledge::{BuildError, BuildReport, Builder};

/// How long another build is waited for.
const PATIENCE: Duration = Duration::from_mins(2);
/// Between two looks whether it is done.
const PAUSE: Duration = Duration::from_millis(200);

/// Bring the knowledge index up to date with the policies.
///
/// What did not change costs nothing. A running server takes the new index without a restart; when a policy has
/// a fault, every fault is named with file and line, and the old index stays.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    tria index\n  \
    tria index --policies /etc/tria/policies --force")]
pub(super) struct IndexArgs {
    #[command(flatten)]
    policies: PoliciesArg,
    /// Embed everything anew, changed or not.
    #[arg(long)]
    force: bool,
    /// Print what was done as JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(common: &Common, args: &IndexArgs) -> CommandResult {
    let config = common.config(&args.policies.over(common.sources()))?;
    let embedder = model_source(&config).load()?;
    let bar = progress_bar();
    let mut progress = |done: usize, of: usize| {
        bar.set_length(of as u64);
        bar.set_position(done as u64);
    };
    let builder = Builder::new(&config.data_dir);
    let started = Instant::now();
    let report = loop {
        let built = builder.build(
            &config.policies_dir,
            &config.placeholders(),
            &*embedder,
            &mut progress,
            args.force,
        );
        match built {
            // A server that saw the same change is at it: what it builds is taken over afterwards.
            Err(BuildError::Busy) if started.elapsed() < PATIENCE => std::thread::sleep(PAUSE),
            done => break done,
        }
    };
    bar.finish_and_clear();
    let report = report?;
    if args.json {
        print_json(&report)?;
    } else {
        tell(&report)?;
    }
    Ok(Verdict::Done)
}

/// Moves on a terminal only; a log gets the result and nothing else.
pub(super) fn progress_bar() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
    }
    // `NO_COLOR` is honoured by the library; the template is a constant that it accepts.
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} texts, {eta} left")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr()).with_style(style)
}

fn tell(report: &BuildReport) -> anyhow::Result<()> {
    if let Some(reason) = &report.rebuilt_because {
        note(&format!("note: built anew, because {reason}"));
    }
    let done = if report.changed {
        format!("{} texts embedded, {} unchanged", report.embedded, report.reused)
    } else {
        "nothing changed".to_owned()
    };
    print(&format!("{} read, {done} (index {})", counted(report.files, "policy file"), report.version))?;
    print(&format!("{} total policy chunks indexed", report.chunks))
}
