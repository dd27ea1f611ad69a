//! `tria orders`

mod document;
mod export;
mod view;

use std::path::PathBuf;

use anyhow::anyhow;
use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};

use super::output::{CommandResult, Verdict, print, print_json, table};
use super::setup::{Common, open_existing_store, with_store};
use super::token::find_outlet;
use crate::domain::ids::OrderId;
use crate::domain::order::{Order, OrderStatus};
use crate::store::{MAX_PAGE, OrderFilter, Store};
use view::OrderJson;

/// See orders, write their documents, and export them for a spreadsheet.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    tria orders list --status held\n  \
    tria orders show 42\n  \
    tria orders document 42 --kind invoice\n  \
    tria orders export --outlet Tampines --out orders.csv")]
pub(super) struct OrdersArgs {
    #[command(subcommand)]
    action: OrdersAction,
}

#[derive(Debug, Subcommand)]
enum OrdersAction {
    /// List orders, newest first.
    List {
        #[command(flatten)]
        which: Which,
        /// At most so many.
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=i64::from(MAX_PAGE)))]
        limit: u32,
        /// Only those with a smaller number: the next page.
        #[arg(long, value_name = "ID")]
        before: Option<i64>,
        /// Print as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Show one order with its lines and its story.
    Show {
        /// The order's number.
        id: i64,
        /// Print as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Write an order's delivery order (XLSX) or invoice (PDF) to a file.
    ///
    /// The first time issues it: it gets its number, and what it shows never changes again.
    Document {
        /// The order's number.
        id: i64,
        /// Which document.
        #[arg(long, value_enum)]
        kind: document::Kind,
        /// Write to this file instead of one named by the document's number.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Export all orders as CSV, a row for each line.
    Export {
        #[command(flatten)]
        which: Which,
        /// Write to this file instead of standard output.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Export as JSON instead: an array of orders.
        #[arg(long)]
        json: bool,
    },
}

/// Which orders.
#[derive(Debug, Args)]
struct Which {
    /// Only those that stand here.
    #[arg(long, value_parser = PossibleValuesParser::new(OrderStatus::ALL.map(OrderStatus::as_str)))]
    status: Option<String>,
    /// Only this outlet's, by name or number.
    #[arg(long)]
    outlet: Option<String>,
}

impl Which {
    async fn filter(&self, store: &Store) -> anyhow::Result<OrderFilter> {
        let outlet = match &self.outlet {
            Some(wanted) => Some(find_outlet(&store.outlets().await?, wanted)?),
            None => None,
        };
        let status = self.status.as_deref().and_then(OrderStatus::parse);
        Ok(OrderFilter { status, outlet, ..OrderFilter::default() })
    }
}

pub(super) fn run(common: &Common, args: &OrdersArgs) -> CommandResult {
    let config = common.config(&common.sources())?;
    let currency = config.rules.currency.as_str();
    let zone = config.rules.calendar.time_zone.clone();
    with_store(open_existing_store(&config)?, async |store| match &args.action {
        OrdersAction::List { which, limit, before, json } => {
            let after_id = before.map(OrderId);
            let filter = OrderFilter { limit: *limit, after_id, ..which.filter(store).await? };
            list(&store.orders(filter).await?, currency, *json, &zone)
        }
        OrdersAction::Show { id, json } => show(store, OrderId(*id), currency, *json, &zone).await,
        OrdersAction::Document { id, kind, out } => {
            document::run(store, &config, OrderId(*id), *kind, out.as_deref()).await
        }
        OrdersAction::Export { which, out, json } => {
            let filter = which.filter(store).await?;
            export::run(store, filter, currency, out.as_deref(), *json).await
        }
    })
}

fn list(orders: &[Order], currency: &str, json: bool, zone: &jiff::tz::TimeZone) -> CommandResult {
    if json {
        print_json(&orders.iter().map(|o| OrderJson::new(o, currency)).collect::<Vec<_>>())?;
        return Ok(Verdict::Done);
    }
    let rows = orders.iter().map(|o| {
        vec![
            o.id.to_string(),
            o.order.status.as_str().to_owned(),
            o.order.outlet_name.clone(),
            o.order.lines.len().to_string(),
            o.order.totals.total.to_string(),
            o.order.delivery_date.to_string(),
            view::local(o.placed_at, zone),
            if o.order.is_urgent { "urgent" } else { "" }.to_owned(),
        ]
    });
    let total = format!("TOTAL {currency}");
    let header = ["ID", "STATUS", "OUTLET", "LINES", &total, "DELIVERY", "PLACED", ""];
    print(&table(&header, &[0, 3, 4], rows))?;
    Ok(Verdict::Done)
}

async fn show(
    store: &Store,
    id: OrderId,
    currency: &str,
    json: bool,
    zone: &jiff::tz::TimeZone,
) -> CommandResult {
    let order =
        store.order(id).await?.ok_or_else(|| anyhow!("there is no order {id}: see `tria orders list`"))?;
    let events = store.order_events(id).await?;
    if json {
        print_json(&OrderJson::with_events(&order, &events, currency))?;
    } else {
        print(&view::sheet(&order, &events, currency, zone))?;
    }
    Ok(Verdict::Done)
}
