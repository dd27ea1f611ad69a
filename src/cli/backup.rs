//! `tria backup`

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, Subcommand};
use serde::Serialize;

use super::output::{CommandResult, Verdict, print, print_json};
use super::setup::{Common, open_existing_store, with_store};
use crate::config::Config;
use crate::store::{BackupInfo, verify};

/// Copy the database while it is in use, and check the copy.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Without FILE the copy goes to backups/ in the data directory, named by the time.\n\n\
        Examples:\n  \
        tria backup\n  \
        tria backup /mnt/usb/tria.db\n  \
        tria backup verify /mnt/usb/tria.db"
)]
pub(super) struct BackupArgs {
    #[command(subcommand)]
    action: Option<BackupAction>,
    /// The file to write; one that exists is not overwritten.
    file: Option<PathBuf>,
    /// Print the result as JSON.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum BackupAction {
    /// Check a backup from end to end.
    Verify {
        /// The backup.
        file: PathBuf,
    },
}

#[derive(Serialize)]
struct Made<'a> {
    file: &'a Path,
    bytes: u64,
    schema: i64,
    orders: u64,
    messages: u64,
}

pub(super) fn run(common: &Common, args: &BackupArgs) -> CommandResult {
    if let Some(BackupAction::Verify { file }) = &args.action {
        let info = verify(file).with_context(|| format!("{} is no good backup", file.display()))?;
        return report(file, &info, args.json, "is whole");
    }
    let config = common.config(&common.sources())?;
    let file = args.file.clone().unwrap_or_else(|| named_by_time(&config));
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    let store = open_existing_store(&config)?;
    let info = with_store(store, async |store| Ok(store.backup_to(&file).await?))?;
    report(&file, &info, args.json, "written and checked")
}

/// Where backups without a name go.
pub(super) fn folder(config: &Config) -> PathBuf {
    config.data_dir.join("backups")
}

fn named_by_time(config: &Config) -> PathBuf {
    folder(config).join(format!("tria-{}.db", jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ")))
}

fn report(file: &Path, info: &BackupInfo, json: bool, what: &str) -> CommandResult {
    if json {
        let BackupInfo { schema, bytes, orders, messages } = *info;
        print_json(&Made { file, bytes, schema, orders, messages })?;
    } else {
        let kib = info.bytes.div_ceil(1024);
        let (orders, messages) = (info.orders, info.messages);
        print(&format!("{} {what} (orders: {orders}, messages: {messages}, {kib} KiB)", file.display()))?;
    }
    Ok(Verdict::Done)
}
