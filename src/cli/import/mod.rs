//! `tria import`: products, outlets and past orders out of CSV files.

mod outlets;
mod past_orders;
mod products;
pub mod read;
mod table;

use std::collections::HashSet;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use serde::Serialize;

use super::output::{CommandResult, Verdict, counted, note, print, print_json};
use super::setup::{Common, open_existing_store, open_store, with_store};
use crate::config::Config;
use crate::domain::catalogue::ProductDetails;
use crate::domain::outlet::OutletDetails;
use crate::store::{HistoryOrder, ImportCounts, Store};
use read::{Parsed, RowFault, read_orders, read_outlets, read_products};

/// Bring in products, outlets or past orders. Either every row goes in, or none.
#[derive(Debug, Args)]
#[command(after_help = "Files are CSV in UTF-8 with a header row, columns in any order:\n  \
    products  sku, name, unit_price [description, category, unit, bundle_size, stock, min_order_qty, active, aliases]\n  \
    outlets   name [address, contact_person, contact_number, whatsapp, usual_order_days, terms, credit_limit, aliases]\n  \
    orders    order_ref, outlet, ordered_at, sku, quantity, unit_price\n\n\
    A product is known by its sku, an outlet by its name: importing again updates.\n\n\
    Examples:\n  \
    tria import products products.csv --dry-run\n  \
    sudo -u tria tria import outlets - < outlets.csv")]
pub(super) struct ImportArgs {
    /// What the file holds.
    what: What,
    /// The CSV file; - for standard input.
    file: PathBuf,
    /// Check the file and change nothing.
    #[arg(long)]
    dry_run: bool,
    /// Print the result as JSON, the faults too.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// The catalogue.
    Products,
    /// The customers' places.
    Outlets,
    /// What was ordered before Tria: tells what is usual.
    Orders,
}

pub(super) fn run(common: &Common, args: &ImportArgs) -> CommandResult {
    let config = common.config(&common.sources())?;
    let bytes = read_input(&args.file).with_context(|| format!("cannot read {}", args.file.display()))?;
    // The file is judged before the database is touched: a bad one, or a dry run, leaves not even an empty one.
    let checked = match args.what {
        What::Products => read_products(&bytes).map(|p| Checked::new(p, Rows::Products)),
        What::Outlets => read_outlets(&bytes).map(|p| Checked::new(p, Rows::Outlets)),
        What::Orders => past_orders(&config, &bytes)?.map(|p| Checked::new(p, Rows::Orders)),
    };
    let Checked { rows, unknown_columns } = match checked {
        Ok(checked) => checked,
        Err(faults) => return refuse(args, &faults),
    };
    let number = rows.len();
    let counts = if args.dry_run {
        None
    } else {
        Some(with_store(open_store(&config)?, async |store| rows.import(store).await)?)
    };
    report(args, &Imported { rows: number, counts, unknown_columns })
}

/// The file's bytes; `-` is standard input, for a user who may not read the file itself.
fn read_input(file: &Path) -> std::io::Result<Vec<u8>> {
    if file != Path::new("-") {
        return std::fs::read(file);
    }
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Rows of a good file.
enum Rows {
    Products(Vec<ProductDetails>),
    Outlets(Vec<OutletDetails>),
    Orders(Vec<HistoryOrder>),
}

impl Rows {
    fn len(&self) -> usize {
        match self {
            Self::Products(rows) => rows.len(),
            Self::Outlets(rows) => rows.len(),
            Self::Orders(rows) => rows.len(),
        }
    }

    async fn import(self, store: &Store) -> anyhow::Result<ImportCounts> {
        Ok(match self {
            Self::Products(rows) => store.import_products(rows).await?,
            Self::Outlets(rows) => store.import_outlets(rows).await?,
            Self::Orders(rows) => store.import_history(rows).await?,
        })
    }
}

/// A good file of whichever kind.
struct Checked {
    rows: Rows,
    unknown_columns: Vec<String>,
}

impl Checked {
    fn new<T>(parsed: Parsed<T>, rows: fn(Vec<T>) -> Rows) -> Self {
        Self { rows: rows(parsed.rows), unknown_columns: parsed.unknown_columns }
    }
}

/// What an import did, or would do.
struct Imported {
    rows: usize,
    counts: Option<ImportCounts>,
    unknown_columns: Vec<String>,
}

/// Past orders name outlets and products, which must be there already.
fn past_orders(config: &Config, bytes: &[u8]) -> anyhow::Result<Result<Parsed<HistoryOrder>, Vec<RowFault>>> {
    with_store(open_existing_store(config)?, async |store| {
        let outlets: HashSet<String> = store.outlets().await?.into_iter().map(|o| o.details.name).collect();
        let skus: HashSet<_> = store.products().await?.into_iter().map(|p| p.details.sku).collect();
        Ok(read_orders(bytes, |name| outlets.contains(name), |sku| skus.contains(sku)))
    })
}

#[derive(Serialize)]
struct DoneJson<'a> {
    file: &'a Path,
    rows: usize,
    dry_run: bool,
    added: usize,
    updated: usize,
    unchanged: usize,
    unknown_columns: &'a [String],
}

fn report(args: &ImportArgs, done: &Imported) -> CommandResult {
    let counts = done.counts.unwrap_or_default();
    if args.json {
        print_json(&DoneJson {
            file: &args.file,
            rows: done.rows,
            dry_run: args.dry_run,
            added: counts.added,
            updated: counts.updated,
            unchanged: counts.unchanged,
            unknown_columns: &done.unknown_columns,
        })?;
        return Ok(Verdict::Done);
    }
    for column in &done.unknown_columns {
        note(&format!("note: nothing reads the column `{column}`"));
    }
    let what = match args.what {
        What::Products => "product",
        What::Outlets => "outlet",
        What::Orders => "order",
    };
    let rows = counted(done.rows, what);
    match done.counts {
        None => print(&format!("{rows} read, all good; nothing was changed (dry run)"))?,
        Some(c) => {
            print(&format!("{rows}: {} added, {} updated, {} unchanged", c.added, c.updated, c.unchanged))?
        }
    }
    Ok(Verdict::Done)
}

#[derive(Serialize)]
struct RefusedJson<'a> {
    file: &'a Path,
    faults: Vec<FaultJson<'a>>,
}

#[derive(Serialize)]
struct FaultJson<'a> {
    line: u64,
    column: Option<&'static str>,
    problem: &'a str,
}

fn refuse(args: &ImportArgs, faults: &[RowFault]) -> CommandResult {
    if args.json {
        let faults = faults.iter().map(|f| FaultJson { line: f.line, column: f.column, problem: &f.problem });
        print_json(&RefusedJson { file: &args.file, faults: faults.collect() })?;
        return Ok(Verdict::Failed);
    }
    for fault in faults {
        note(&format!("{}: {fault}", args.file.display()));
    }
    note(&format!("{}; nothing was imported", counted(faults.len(), "fault")));
    Ok(Verdict::Failed)
}
