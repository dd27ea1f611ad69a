//! Is there room to write?

use std::path::Path;

use super::Finding;
use crate::config::Config;

/// Below this nothing can be relied on: a backup or a checkpoint may fail.
const LEAST_MIB: u64 = 100;
/// Below this it is time to make room: a year of a small supplier's orders and conversations.
const ENOUGH_MIB: u64 = 1024;

pub(super) fn space(config: &Config) -> Finding {
    // The folder itself may not be there yet; its disk is.
    let Some(folder) = config.data_dir.ancestors().find(|f| f.as_os_str().is_empty() || f.exists()) else {
        return Finding::warning("disk", "no folder to look at", "check TRIA_DATA_DIR");
    };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let make_room = "free some, or move TRIA_DATA_DIR to a larger disk";
    match rustix::fs::statvfs(folder) {
        Ok(disk) => {
            let mib = disk.f_bavail.saturating_mul(disk.f_frsize) / (1024 * 1024);
            let detail = format!("{mib} MiB free at {}", folder.display());
            match mib {
                ..LEAST_MIB => Finding::fail("disk", detail, make_room),
                LEAST_MIB..ENOUGH_MIB => Finding::warning("disk", detail, make_room),
                _ => Finding::ok("disk", detail),
            }
        }
        Err(e) => {
            Finding::warning("disk", format!("{}: {e}", folder.display()), "check that the disk is mounted")
        }
    }
}
