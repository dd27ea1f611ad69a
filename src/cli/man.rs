//! `tria man`

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;

use super::output::{CommandResult, Verdict, note, print};

/// Print the manual page, or write one page a command into a folder.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    tria man | man -l -\n  \
    tria man --out /usr/local/share/man/man1")]
pub(super) struct ManArgs {
    /// Write all pages into this folder.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub(super) fn run(args: &ManArgs, command: clap::Command) -> CommandResult {
    if let Some(dir) = &args.out {
        std::fs::create_dir_all(dir).with_context(|| format!("cannot make {}", dir.display()))?;
        clap_mangen::generate_to(command, dir)
            .with_context(|| format!("cannot write to {}", dir.display()))?;
        note(&format!("manual pages written to {}", dir.display()));
    } else {
        let mut page = Vec::new();
        clap_mangen::Man::new(command).render(&mut page)?;
        print(&String::from_utf8_lossy(&page))?;
    }
    Ok(Verdict::Done)
}
