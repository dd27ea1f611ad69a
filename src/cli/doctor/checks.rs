//! Settings, files, database, clock, backups.

use std::fs::{self, Metadata};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::Finding;
use crate::app;
use crate::cli::backup;
use crate::cli::output::counted;
use crate::cli::setup::{Common, block_on, database_path, open_store};
use crate::config::{Config, DEFAULT_FILE, Notice};

/// Anyone but the owner.
const OTHERS: u32 = 0o007;

pub(super) fn settings(common: &Common, config: &Config) -> Vec<Finding> {
    let file = common.config.clone().unwrap_or_else(|| PathBuf::from(DEFAULT_FILE));
    let environment = config.environment.as_str();
    let size = config.deployment_size.as_str();
    let mut findings = vec![Finding::ok("settings", format!("sound ({environment}, {size})"))];
    findings.extend(config.notices.iter().map(|notice| {
        let action = match notice {
            Notice::Unknown { .. } => "correct its name or take it out",
            Notice::NoEffect { .. } => "it may stay: a later version will read it",
            Notice::Unreadable { .. } => "its settings do not count here",
        };
        Finding::warning("settings", notice.to_string(), action)
    }));
    if let Err(fault) = app::logo(config) {
        findings.push(Finding::fail("settings", fault.to_string(), "name another file in TRIA_LOGO"));
    }
    if let Ok(meta) = fs::metadata(&file)
        && meta.mode() & OTHERS != 0
    {
        let action = format!("chmod 600 {}", file.display());
        findings.push(Finding::warning(
            "settings",
            format!("{} is readable by everybody", file.display()),
            action,
        ));
    }
    findings
}

pub(super) fn data_folder(config: &Config) -> Vec<Finding> {
    const CHECK: &str = "data folder";
    let folder = &config.data_dir;
    let meta = match fs::metadata(folder) {
        Ok(meta) => meta,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            let detail = format!("{} is not there yet", folder.display());
            return vec![Finding::warning(CHECK, detail, "the first tria serve makes it")];
        }
        Err(e) => {
            let detail = format!("{}: {e}", folder.display());
            return vec![Finding::fail(CHECK, detail, "run as its owner, or as root")];
        }
    };
    if !meta.is_dir() {
        let detail = format!("{} is not a folder", folder.display());
        return vec![Finding::fail(CHECK, detail, "set TRIA_DATA_DIR to a folder")];
    }
    let mut findings = Vec::new();
    if let Err(e) = probe(folder) {
        let detail = format!("{} cannot be written to: {e}", folder.display());
        findings.push(Finding::fail(CHECK, detail, "run as its owner, or correct its rights"));
    }
    findings.extend(open_to_all(folder, &meta));
    if let Ok(meta) = fs::metadata(database_path(config)) {
        findings.extend(open_to_all(&database_path(config), &meta));
    }
    if findings.is_empty() {
        findings.push(Finding::ok(CHECK, folder.display().to_string()));
    }
    findings
}

fn open_to_all(path: &Path, meta: &Metadata) -> Option<Finding> {
    let mode = meta.permissions().mode() & 0o777;
    // A closed folder protects what is in it, and a file in an open folder is protected by its own rights.
    let is_open = if meta.is_dir() { mode & 0o002 != 0 } else { mode & OTHERS != 0 };
    is_open.then(|| {
        let detail = format!("{} has rights {mode:o}: it holds personal data", path.display());
        Finding::warning("data folder", detail, format!("chmod o= {}", path.display()))
    })
}

/// Whether a file can be written here.
fn probe(folder: &Path) -> std::io::Result<()> {
    let file = folder.join(format!(".doctor-{}", std::process::id()));
    let written = fs::write(&file, b"tria doctor");
    let removed = fs::remove_file(&file);
    written.and(removed)
}

pub(super) fn database(config: &Config) -> anyhow::Result<Vec<Finding>> {
    const CHECK: &str = "database";
    let path = database_path(config);
    if !path.exists() {
        let detail = format!("{} is not there yet", path.display());
        return Ok(vec![Finding::warning(CHECK, detail, "the first tria serve or tria import makes it")]);
    }
    let store = match open_store(config) {
        Ok(store) => store,
        Err(e) => {
            return Ok(vec![Finding::fail(CHECK, format!("{}: {e:#}", path.display()), "see the message")]);
        }
    };
    let (faults, products, outlets) = block_on(async {
        let faults = store.integrity_check().await?;
        let (products, outlets) = (store.products().await?.len(), store.outlets().await?.len());
        store.close().await;
        Ok((faults, products, outlets))
    })?;
    let mut findings = vec![match faults.first() {
        None => Finding::ok(CHECK, format!("{} is whole", path.display())),
        Some(fault) => {
            let detail = format!("{} is damaged: {fault}", path.display());
            Finding::fail(CHECK, detail, "restore a backup with tria restore FILE")
        }
    }];
    let there = format!("{}, {}", counted(products, "product"), counted(outlets, "outlet"));
    findings.push(if products == 0 || outlets == 0 {
        let detail = format!("{there}: no order can be taken");
        Finding::warning("catalogue", detail, "bring them in with tria import")
    } else {
        Finding::ok("catalogue", there)
    });
    Ok(findings)
}

/// A clock that stands before this program was written, or before the database was, is wrong.
pub(super) fn clock(config: &Config) -> Finding {
    const CHECK: &str = "clock";
    const WRITTEN: jiff::civil::Date = jiff::civil::date(2026, 11, 1);
    let now = jiff::Timestamp::now().to_zoned(config.rules.calendar.time_zone.clone());
    let shown = now.strftime("%Y-%m-%d %H:%M %Z").to_string();
    let last_write = fs::metadata(database_path(config)).and_then(|m| m.modified()).ok();
    // Two minutes: what clocks of networked disks may differ by.
    let is_behind = last_write
        .and_then(|written| written.duration_since(SystemTime::now()).ok())
        .is_some_and(|ahead| ahead.as_secs() > 120);
    let action = "set the clock, for example with timedatectl set-ntp true";
    if now.date() < WRITTEN {
        Finding::fail(CHECK, format!("{shown} is before this version was made"), action)
    } else if is_behind {
        Finding::fail(CHECK, format!("{shown} is before the last change of the database"), action)
    } else {
        Finding::ok(CHECK, shown)
    }
}

pub(super) fn last_backup(config: &Config) -> Finding {
    const CHECK: &str = "backup";
    /// A week of lost orders is more than anybody wants to type in again.
    const OLD_DAYS: usize = 7;
    let newest = fs::read_dir(backup::folder(config))
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.metadata().ok()?.modified().ok())
        .max();
    let age = newest.and_then(|at| SystemTime::now().duration_since(at).ok());
    let days = age.map(|age| usize::try_from(age.as_secs() / 86_400).unwrap_or(usize::MAX));
    let told = |days| format!("the last one is {} old", counted(days, "day"));
    match days {
        None if !database_path(config).exists() => Finding::ok(CHECK, "nothing to back up yet"),
        None => {
            let detail = format!("none in {}", backup::folder(config).display());
            Finding::warning(CHECK, detail, "run tria backup")
        }
        Some(days) if days > OLD_DAYS => Finding::warning(CHECK, told(days), "run tria backup"),
        Some(days) => Finding::ok(CHECK, told(days)),
    }
}
