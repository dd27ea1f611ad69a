//! The command line: one file a command. Results go to standard output, everything else to standard error.

// The documentation of arguments is what `--help` shows: a terminal has no use for backticks.
#![allow(clippy::doc_markdown)]

mod ask;
mod backup;
mod completions;
mod customer;
mod doctor;
mod escalations;
mod eval;
pub mod import;
mod index;
mod loadtest;
mod man;
mod orders;
mod output;
mod restore;
mod serve;
mod setup;
mod token;

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};

use crate::config::ConfigFaults;
use output::{Verdict, note};
use setup::Common;

/// A customer-service agent for a small supplier, in one executable.
///
/// Tria answers customers' questions out of your policies (plain Markdown), takes their orders, and hands over to
/// a person when it should. It needs no network and no other service.
#[derive(Debug, Parser)]
#[command(
    name = "tria",
    version,
    max_term_width = 100,
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = "Begin with:\n  \
        tria serve --demo                  a made-up company to try everything with\n  \
        tria ask --demo \"What is your refund policy?\"\n\n\
        Your own company:\n  \
        tria import products products.csv  then outlets and orders\n  \
        tria index --policies policies     after every edit of a policy\n  \
        tria doctor                        says what is missing\n  \
        tria serve\n\n\
        Settings come from flags, the environment and /etc/tria/tria.env, in this order."
)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::ServeArgs),
    Ask(ask::AskArgs),
    Chat(ask::ChatArgs),
    Index(index::IndexArgs),
    Import(import::ImportArgs),
    Orders(orders::OrdersArgs),
    Escalations(escalations::EscalationsArgs),
    Customer(customer::CustomerArgs),
    Eval(eval::EvalArgs),
    Loadtest(loadtest::LoadtestArgs),
    Token(token::TokenArgs),
    Doctor(doctor::DoctorArgs),
    Backup(backup::BackupArgs),
    Restore(restore::RestoreArgs),
    Completions(completions::CompletionsArgs),
    Man(man::ManArgs),
}

/// Parses the command line and runs the command. 0: done. 1: failed or no-go. 2: wrong usage or settings.
pub fn main() -> ExitCode {
    let Cli { common, command } = Cli::parse();
    let result = match command {
        Command::Serve(args) => serve::run(&common, &args),
        Command::Ask(args) => ask::run(&common, &args),
        Command::Chat(args) => ask::run_chat(&common, &args),
        Command::Index(args) => index::run(&common, &args),
        Command::Import(args) => import::run(&common, &args),
        Command::Orders(args) => orders::run(&common, &args),
        Command::Escalations(args) => escalations::run(&common, args),
        Command::Customer(args) => customer::run(&common, &args),
        Command::Eval(args) => eval::run(&common, &args),
        Command::Loadtest(args) => loadtest::run(&common, &args),
        Command::Token(args) => token::run(&common, args),
        Command::Doctor(args) => doctor::run(&common, &args),
        Command::Backup(args) => backup::run(&common, &args),
        Command::Restore(args) => restore::run(&common, &args),
        Command::Completions(args) => completions::run(&args, Cli::command()),
        Command::Man(args) => man::run(&args, Cli::command()),
    };
    match result {
        Ok(Verdict::Done) => ExitCode::SUCCESS,
        Ok(Verdict::Failed) => ExitCode::FAILURE,
        // Whoever read our output had enough, such as `head`.
        Err(error) if output::is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            note(&format!("error: {error:#}"));
            if error.is::<ConfigFaults>() { ExitCode::from(2) } else { ExitCode::FAILURE }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}
