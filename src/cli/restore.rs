//! `tria restore`

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;

use super::output::{CommandResult, Verdict, print};
use super::setup::{Common, database_path};

/// Put a backup in the place of the database. The old one is kept beside it.
#[derive(Debug, Args)]
#[command(
    after_help = "A damaged backup, or one of a newer version, is refused and changes nothing. Stop the \
    server first.\n\n\
    Example:\n  \
    systemctl stop tria && tria restore /mnt/usb/tria.db && systemctl start tria"
)]
pub(super) struct RestoreArgs {
    /// The backup.
    file: PathBuf,
}

pub(super) fn run(common: &Common, args: &RestoreArgs) -> CommandResult {
    let config = common.config(&common.sources())?;
    let path = database_path(&config);
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    let kept = crate::store::restore(&args.file, &path)
        .with_context(|| format!("{} was not restored; nothing has changed", args.file.display()))?;
    print(&format!("{} restored to {}", args.file.display(), path.display()))?;
    if let Some(kept) = kept {
        print(&format!("the database that was there is kept as {}", kept.display()))?;
    }
    Ok(Verdict::Done)
}
