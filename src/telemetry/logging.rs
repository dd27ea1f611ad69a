//! Log lines: what is written and how.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line, for programs.
    Json,
}

/// Libraries that say too much at `info`; a directive that names them still wins.
const QUIET: &str = "actix_server=warn,tract=warn,ort=warn,";

/// Writes log lines to standard error from now on. `filter` holds directives such as `info,tria::store=debug`;
/// a checked configuration always holds good ones. Called again, it changes nothing.
pub fn init_logging(filter: &str, format: LogFormat) {
    let filter = EnvFilter::builder().parse_lossy(format!("{QUIET}{filter}"));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // Fails only when logging was set up before, by a test in the same process.
    let _ = match format {
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
        LogFormat::Text => lines.with_ansi(wants_colour()).try_init(),
    };
}

fn wants_colour() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty())
}
