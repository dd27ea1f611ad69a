//! `tria orders document`

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::ValueEnum;

use crate::app;
use crate::cli::output::{CommandResult, Verdict, print};
use crate::config::Config;
use crate::domain::document::DocumentKind;
use crate::domain::ids::OrderId;
use crate::domain::principal::Principal;
use crate::orders::documents;
use crate::store::{Store, StoreError};

/// Which document.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Kind {
    /// The delivery order, a spreadsheet.
    Do,
    /// The invoice, a PDF.
    Invoice,
}

pub(super) async fn run(
    store: &Store,
    config: &Config,
    id: OrderId,
    kind: Kind,
    out: Option<&Path>,
) -> CommandResult {
    app::logo(config)?;
    let kind = match kind {
        Kind::Do => DocumentKind::DeliveryOrder,
        Kind::Invoice => DocumentKind::Invoice,
    };
    let by = Principal::LOCAL.scope();
    let document = match documents::issue(store, id, kind, by, &config.rules, &config.issuer).await {
        Ok(document) => document,
        Err(StoreError::NotFound) => bail!("there is no order {id}: see `tria orders list`"),
        Err(fault) => return Err(fault.into()),
    };
    let file = documents::render(&document)?;
    let path = out.map_or_else(|| PathBuf::from(&file.name), Path::to_owned);
    std::fs::write(&path, file.bytes).with_context(|| format!("cannot write {}", path.display()))?;
    print(&path.display().to_string())?;
    Ok(Verdict::Done)
}
