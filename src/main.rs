//! The `tria` executable: everything is in the library, see [`tria::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    tria::cli::main()
}
