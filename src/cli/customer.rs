//! `tria customer`

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};

use super::output::{CommandResult, Verdict, counted, note, print, print_json};
use super::setup::{Common, open_existing_store, with_store};
use super::token::find_outlet;
use crate::domain::outlet::Outlet;
use crate::orders::personal_data;
use crate::store::{Store, StoreError};

/// Hand over, or erase, what is kept of one customer.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    tria customer export \"Bella Napoli Tampines\" --out copy.json\n  \
    tria customer erase \"Bella Napoli Tampines\" --yes\n\n\
    A copy holds the outlet, its orders, tickets, and the conversations that are its own for certain. An erasure\n\
    deletes the conversations, people's names, numbers and addresses, notes and words of tickets; orders and\n\
    documents stay, because accounts must be kept. Older backups still hold what was erased until they are gone.")]
pub(super) struct CustomerArgs {
    #[command(subcommand)]
    action: CustomerAction,
}

#[derive(Debug, Subcommand)]
enum CustomerAction {
    /// Print all that is kept of an outlet, as JSON.
    Export {
        /// The outlet's name or number.
        outlet: String,
        /// Write into this file instead; it must not exist.
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// Erase what is kept of the people of an outlet.
    Erase {
        /// The outlet's name or number.
        outlet: String,
        /// Really do it: what is erased does not come back.
        #[arg(long)]
        yes: bool,
    },
}

pub(super) fn run(common: &Common, args: &CustomerArgs) -> CommandResult {
    let config = common.config(&common.sources())?;
    with_store(open_existing_store(&config)?, async |store| match &args.action {
        CustomerAction::Export { outlet, out } => export(store, outlet, out.as_ref()).await,
        CustomerAction::Erase { outlet, yes } => erase(store, outlet, *yes).await,
    })
}

async fn known_outlet(store: &Store, wanted: &str) -> anyhow::Result<Outlet> {
    let outlets = store.outlets().await?;
    let id = find_outlet(&outlets, wanted)?;
    outlets.into_iter().find(|outlet| outlet.id == id).context("there is no such outlet any more")
}

async fn export(store: &Store, outlet: &str, out: Option<&PathBuf>) -> CommandResult {
    let outlet = known_outlet(store, outlet).await?;
    let copy = personal_data::export(store, outlet.id).await?;
    let Some(file) = out else {
        print_json(&copy)?;
        return Ok(Verdict::Done);
    };
    let open =
        std::fs::File::create_new(file).with_context(|| format!("can not create {}", file.display()))?;
    serde_json::to_writer_pretty(&open, &copy)?;
    open.sync_all()?;
    note(&format!("all that is kept of {} is in {}", outlet.details.name, file.display()));
    Ok(Verdict::Done)
}

async fn erase(store: &Store, outlet: &str, yes: bool) -> CommandResult {
    let outlet = known_outlet(store, outlet).await?;
    if !yes {
        bail!("this erases what is kept of {}: repeat it with --yes", outlet.details.name);
    }
    let (erased, _) = match store.erase_personal_data(outlet.id).await {
        Err(StoreError::NotFound) => bail!("there is no such outlet any more"),
        erased => erased?,
    };
    print(&format!(
        "erased {} of {}; {} stay for the accounts, without notes\n",
        counted(erased.conversations, "conversation"),
        outlet.details.name,
        counted(erased.orders, "order"),
    ))?;
    Ok(Verdict::Done)
}
