//! What most commands begin with: settings, log, database.

use std::fmt::Write as _;
use std::future::Future;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;

use super::output::note;
use crate::config::{Config, ConfigFaults, Effect, Notice, SETTINGS, Sources};
use crate::knowledge::ModelSource;
use crate::store::{Store, StoreOptions};
use crate::telemetry::init_logging;

/// Where `--help` shows the flags that every command takes.
const GLOBAL: &str = "Everywhere";

/// Flags that every command takes.
#[derive(Debug, Args)]
pub(super) struct Common {
    /// Read settings from this file (KEY=VALUE lines, or TOML) instead of /etc/tria/tria.env.
    #[arg(long, global = true, value_name = "FILE", help_heading = GLOBAL)]
    pub config: Option<PathBuf>,
    /// Where Tria keeps its data [setting: TRIA_DATA_DIR].
    #[arg(long, global = true, value_name = "DIR", help_heading = GLOBAL)]
    pub data_dir: Option<PathBuf>,
    /// Log to standard error what happens, as LOG_LEVEL has it.
    #[arg(long, short, global = true, help_heading = GLOBAL)]
    pub verbose: bool,
}

/// The flag of the commands that read policies.
#[derive(Debug, Args)]
pub(super) struct PoliciesArg {
    /// The folder of Markdown files that answers stand on [setting: TRIA_POLICIES_DIR].
    #[arg(long, value_name = "DIR")]
    pub policies: Option<PathBuf>,
}

impl PoliciesArg {
    pub fn over(&self, sources: Sources) -> Sources {
        with_path(sources, "TRIA_POLICIES_DIR", self.policies.as_deref())
    }
}

fn with_path(sources: Sources, setting: &'static str, path: Option<&Path>) -> Sources {
    match path {
        Some(path) => sources.flag(setting, path.to_string_lossy()),
        None => sources,
    }
}

impl Common {
    /// Flags, environment and file.
    pub fn sources(&self) -> Sources {
        with_path(Sources::of_process(self.config.clone()), "TRIA_DATA_DIR", self.data_dir.as_deref())
    }

    /// The checked settings of a command, with its log set up: quiet, unless asked for.
    pub fn config(&self, sources: &Sources) -> Result<Config, ConfigFaults> {
        let config = Config::load(sources)?;
        let filter = if self.verbose { &config.log_filter } else { "error" };
        init_logging(filter, config.log_format);
        // The rest is for `serve` and `doctor`; this one explains why a command looks at the wrong place.
        for notice in config.notices.iter().filter(|n| matches!(n, Notice::Unreadable { .. })) {
            note(&format!("note: {notice}"));
        }
        warn_root(&config.data_dir);
        Ok(config)
    }
}

/// What root writes into the service's folder, the service may not be able to replace.
fn warn_root(data_dir: &Path) {
    let owner = |path: &Path| std::fs::metadata(path).ok().map(|meta| meta.uid());
    if owner(Path::new("/proc/self")) == Some(0) && owner(data_dir).is_some_and(|uid| uid != 0) {
        note(&format!(
            "note: {} belongs to another user: better run this as that user, such as `sudo -u tria tria …`",
            data_dir.display()
        ));
    }
}

/// The file of the database.
pub(super) fn database_path(config: &Config) -> PathBuf {
    config.database_file.clone().unwrap_or_else(|| config.data_dir.join("tria.db"))
}

/// Opens the database beside a server that may be running. Makes it when it is not there.
pub(super) fn open_store(config: &Config) -> anyhow::Result<Store> {
    let options = StoreOptions { file: config.database_file.clone(), ..StoreOptions::shared() };
    Ok(Store::open(&config.data_dir, options)?)
}

/// As [`open_store`], for commands that make no sense without data.
pub(super) fn open_existing_store(config: &Config) -> anyhow::Result<Store> {
    let path = database_path(config);
    if !path.try_exists().with_context(|| format!("cannot look at {}", path.display()))? {
        bail!(
            "there is no database at {}: name its folder with --data-dir, or make one with `tria serve` or \
             `tria import`",
            path.display()
        );
    }
    open_store(config)
}

/// Runs a command's work to its end.
pub(super) fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(work)
}

/// Runs work on the database and closes it, whatever comes of the work.
pub(super) fn with_store<T>(
    store: Store,
    work: impl AsyncFnOnce(&Store) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    block_on(async {
        let result = work(&store).await;
        store.close().await;
        result
    })
}

/// The embedding model that the settings name.
pub(super) fn model_source(config: &Config) -> ModelSource {
    config.model_dir.clone().map_or(ModelSource::BuiltIn, ModelSource::Folder)
}

/// All settings that have an effect, one a line: for `tria serve --help`.
pub(super) fn settings_help() -> String {
    let mut text = "Settings, from the environment or a file:\n".to_owned();
    for setting in SETTINGS.iter().filter(|s| s.effect == Effect::Now) {
        let default = match setting.default {
            "" => String::new(),
            default => format!(" [{default}]"),
        };
        // Writing to a string does not fail.
        let _ = writeln!(text, "  {:<27} {}{default}", setting.name, setting.help);
    }
    text
}
