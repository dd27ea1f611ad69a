//! `tria completions`

use clap::Args;
use clap_complete::Shell;

use super::output::{CommandResult, Verdict, print};

/// Print a shell's completion script.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    tria completions bash > /etc/bash_completion.d/tria\n  \
    tria completions zsh > ~/.zfunc/_tria")]
pub(super) struct CompletionsArgs {
    /// The shell.
    shell: Shell,
}

pub(super) fn run(args: &CompletionsArgs, mut command: clap::Command) -> CommandResult {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "tria", &mut script);
    print(&String::from_utf8_lossy(&script))?;
    Ok(Verdict::Done)
}
