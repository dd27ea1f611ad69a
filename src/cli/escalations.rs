//! `tria escalations`

use anyhow::bail;
use clap::{Args, Subcommand};
use serde::Serialize;

use super::output::{CommandResult, Verdict, print, print_json, table};
use super::setup::{Common, open_existing_store, with_store};
use crate::domain::escalation::{Ticket, TicketStatus};
use crate::domain::ids::TicketId;
use crate::domain::message::MessageText;
use crate::domain::principal::Principal;
use crate::store::{MAX_PAGE, Store, StoreError, TicketFilter};

/// See and close what was handed to a person.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    tria escalations list\n  \
    tria escalations reply 12 \"I am looking into it\"\n  \
    tria escalations resolve 12 --note \"Called back, replacement on Thursday\"")]
pub(super) struct EscalationsArgs {
    #[command(subcommand)]
    action: EscalationsAction,
}

#[derive(Debug, Subcommand)]
enum EscalationsAction {
    /// List the tickets that wait, newest first.
    List {
        /// The resolved ones too.
        #[arg(long)]
        all: bool,
        /// At most so many.
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=i64::from(MAX_PAGE)))]
        limit: u32,
        /// Print as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Answer in a ticket's conversation yourself: the assistant is silent from then on.
    Take {
        /// The ticket's number.
        id: i64,
    },
    /// Write to the customer of a ticket, as a person.
    Reply {
        /// The ticket's number.
        id: i64,
        /// What the customer reads.
        message: String,
    },
    /// Let the assistant answer again; the ticket stays open.
    HandBack {
        /// The ticket's number.
        id: i64,
    },
    /// Close a ticket.
    Resolve {
        /// The ticket's number.
        id: i64,
        /// What was done.
        #[arg(long)]
        note: String,
    },
}

pub(super) fn run(common: &Common, args: EscalationsArgs) -> CommandResult {
    let config = common.config(&common.sources())?;
    let zone = config.rules.calendar.time_zone.clone();
    with_store(open_existing_store(&config)?, async |store| match args.action {
        EscalationsAction::List { all, limit, json } => list(store, all, limit, json, &zone).await,
        EscalationsAction::Take { id } => {
            let taken = store.take_ticket(TicketId(id), Principal::LOCAL.scope()).await;
            told(TicketId(id), taken, "is yours: the assistant is silent in its conversation")
        }
        EscalationsAction::Reply { id, message } => {
            let text = MessageText::parse(&message)?.as_str().to_owned();
            let written = store.write_as_person(TicketId(id), Principal::LOCAL.scope(), text).await;
            told(TicketId(id), written, "was answered: the customer sees it in the chat")
        }
        EscalationsAction::HandBack { id } => {
            let handed = store.hand_back(TicketId(id)).await;
            told(TicketId(id), handed, "is open still, and the assistant answers again")
        }
        EscalationsAction::Resolve { id, note } => resolve(store, TicketId(id), note).await,
    })
}

#[derive(Serialize)]
struct TicketJson {
    id: i64,
    tier: u8,
    reason: &'static str,
    status: &'static str,
    summary: String,
    order_id: Option<i64>,
    session_id: Option<String>,
    created_at: String,
    due_at: String,
    resolved_at: Option<String>,
    resolution: Option<String>,
}

impl From<Ticket> for TicketJson {
    fn from(t: Ticket) -> Self {
        let (resolved_at, resolution) = t.resolved.map(|(at, note)| (at.to_string(), note)).unzip();
        Self {
            id: t.id.0,
            tier: t.ticket.tier.number(),
            reason: t.ticket.reason.as_str(),
            status: t.status.as_str(),
            summary: t.ticket.summary,
            order_id: t.ticket.order.map(|o| o.0),
            session_id: t.ticket.session.map(|s| s.to_string()),
            created_at: t.created_at.to_string(),
            due_at: t.ticket.due_at.to_string(),
            resolved_at,
            resolution,
        }
    }
}

async fn list(store: &Store, all: bool, limit: u32, json: bool, zone: &jiff::tz::TimeZone) -> CommandResult {
    let status = (!all).then_some(TicketStatus::Open);
    let tickets = store.tickets(TicketFilter { status, limit, ..TicketFilter::default() }).await?;
    if json {
        print_json(&tickets.into_iter().map(TicketJson::from).collect::<Vec<_>>())?;
        return Ok(Verdict::Done);
    }
    let now = jiff::Timestamp::now();
    let rows = tickets.into_iter().map(|t| {
        let due = t.ticket.due_at.to_zoned(zone.clone()).strftime("%a %d %b %H:%M").to_string();
        let state = match t.status {
            TicketStatus::Resolved => "resolved".to_owned(),
            TicketStatus::Open if t.taken.is_some() => "taken".to_owned(),
            TicketStatus::Open if t.ticket.due_at < now => format!("late since {due}"),
            TicketStatus::Open => format!("due {due}"),
        };
        let order = t.ticket.order.map(|o| o.to_string()).unwrap_or_default();
        let reason = t.ticket.reason.as_str().to_owned();
        vec![t.id.to_string(), t.ticket.tier.number().to_string(), reason, state, order, t.ticket.summary]
    });
    print(&table(&["ID", "TIER", "REASON", "STATE", "ORDER", "SUMMARY"], &[0, 1, 4], rows))?;
    Ok(Verdict::Done)
}

async fn resolve(store: &Store, id: TicketId, note: String) -> CommandResult {
    told(id, store.resolve_ticket(id, note, Principal::LOCAL.scope()).await, "is resolved")
}

fn told(id: TicketId, done: Result<Ticket, StoreError>, what: &str) -> CommandResult {
    match done {
        Ok(ticket) => print(&format!("ticket {} {what}", ticket.id))?,
        Err(StoreError::NotFound) => bail!("there is no ticket {id}: see `tria escalations list --all`"),
        Err(e) => return Err(e.into()),
    }
    Ok(Verdict::Done)
}
