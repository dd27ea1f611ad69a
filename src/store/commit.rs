//! A turn of a conversation or a call of the API as one transaction: effect, messages, state, idempotency
//! record and work for others. Either all of it is there after a crash, or none.

use jiff::ToSpan as _;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::codec::{known, micros, now};
use super::error::StoreError;
use super::open::Store;
use super::records::{
    Commit, Effect, Finished, IdempotencyRecord, Outcome, PlaceChecks, StoredReply, TurnRecord,
};
use super::{conversations, handover, order_changes, order_checks, orders, outbox, tickets};
use crate::domain::escalation::{EscalationReason, NewTicket, Tier};
use crate::domain::ids::{IdempotencyKey, SessionId};
use crate::domain::order::{HoldReason, NewOrder, Order, OrderStatus};

/// Makes the reply from what came of the effect; runs inside the transaction, so it must be quick and pure.
pub type Finish = Box<dyn FnOnce(&Outcome) -> Finished + Send>;

/// Hours until somebody has looked at an order held for lack of stock: the promise made to customers for held
/// orders.
const REVIEW_HOURS: i64 = 2;

impl Store {
    /// Carries out a commit. When this returns `Ok`, it is durable. [`StoreError::AlreadyDone`]: nothing was done,
    /// because its key was used before. The commit happens even if the caller stops waiting.
    pub async fn commit(&self, commit: Commit, finish: Finish) -> Result<(Outcome, Finished), StoreError> {
        self.write(move |conn| carry_out(conn, commit, finish)).await
    }

    /// Stores a turn that promises nothing, after its answer was given: it is in the queue when this returns, and
    /// before any later operation in the database. A crash may lose it.
    pub fn record(&self, commit: Commit, finished: Finished) -> Result<(), StoreError> {
        let finish: Finish = Box::new(move |_| finished);
        self.enqueue(move |conn| carry_out(conn, commit, finish), |_| ()).map(drop)
    }

    /// Waits until everything that was put into the queue before is in the database.
    pub async fn flush(&self) -> Result<(), StoreError> {
        self.write(|_| Ok(())).await
    }

    /// The reply kept under a key, if it was used.
    pub async fn idempotent_reply(
        &self,
        scope: &str,
        key: &IdempotencyKey,
    ) -> Result<Option<StoredReply>, StoreError> {
        let (scope, key) = (scope.to_owned(), key.clone());
        self.read(move |conn| {
            let sql = "SELECT body_hash, reply_json FROM idempotency WHERE scope = ? AND key = ?";
            let reply = conn.prepare_cached(sql)?.query_row([scope.as_str(), key.as_str()], |row| {
                let hash: Vec<u8> = row.get(0)?;
                Ok(StoredReply {
                    body_hash: known(hash.try_into().ok(), "body_hash")?,
                    reply_json: row.get(1)?,
                })
            });
            Ok(reply.optional()?)
        })
        .await
    }

    /// Forgets keys used before this moment: after that, the same key is a new request. Returns how many.
    pub async fn purge_idempotency_before(&self, before: jiff::Timestamp) -> Result<usize, StoreError> {
        self.write(move |conn| {
            let sql = "DELETE FROM idempotency WHERE created_at < ?";
            Ok(conn.prepare_cached(sql)?.execute([micros(before)])?)
        })
        .await
    }
}

fn carry_out(conn: &Connection, commit: Commit, finish: Finish) -> Result<(Outcome, Finished), StoreError> {
    let Commit { effect, turn, idempotency, outbox } = commit;
    if let Some(record) = &idempotency
        && is_done(conn, record)?
    {
        return Err(StoreError::AlreadyDone);
    }
    if let Some(turn) = &turn {
        conversations::open(conn, turn)?;
    }
    let outcome = apply(conn, effect)?;
    let finished = finish(&outcome);
    if let Some(turn) = &turn {
        if turn.speaks && !finished.reply_text.is_empty() && handover::is_taken(conn, &turn.session)? {
            return Err(StoreError::TakenOver);
        }
        conversations::record_turn(conn, turn, &finished)?;
    }
    let session = session_of(turn.as_ref(), &outcome);
    if let Some(record) = &idempotency {
        remember(conn, record, &finished.reply_json, session.as_ref())?;
    }
    for topic in outbox {
        outbox::add(conn, topic, &outcome, session.as_ref())?;
    }
    Ok((outcome, finished))
}

fn session_of(turn: Option<&TurnRecord>, outcome: &Outcome) -> Option<SessionId> {
    turn.map(|turn| turn.session.clone())
        .or_else(|| outcome.order.as_ref().and_then(|order| order.order.session.clone()))
        .or_else(|| outcome.ticket.as_ref().and_then(|ticket| ticket.ticket.session.clone()))
}

fn apply(conn: &Connection, effect: Effect) -> Result<Outcome, StoreError> {
    match effect {
        Effect::None => Ok(Outcome::default()),
        Effect::PlaceOrder { order, ticket, checks } => place(conn, order, ticket, &checks),
        Effect::CancelOrder(cancellation) => {
            Ok(Outcome { order: Some(order_changes::cancel(conn, &cancellation)?), ticket: None })
        }
        Effect::ReviseOrder(revision) => order_changes::revise(conn, revision),
        Effect::OpenTicket(new) => Ok(Outcome { order: None, ticket: Some(tickets::insert(conn, &new)?) }),
        Effect::Summon(id) => Ok(Outcome { order: None, ticket: Some(handover::summon(conn, id)?) }),
        Effect::ChangeOrder { id, to, by, note } => {
            Ok(Outcome { order: Some(orders::change(conn, id, to, &by, &note)?), ticket: None })
        }
    }
}

fn place(
    conn: &Connection,
    mut order: NewOrder,
    ticket: Option<NewTicket>,
    checks: &PlaceChecks,
) -> Result<Outcome, StoreError> {
    if let Some(check) = &checks.duplicate {
        order_checks::refuse_duplicate(conn, &order, check)?;
    }
    let asked = order.status;
    if let Some(check) = checks.credit
        && order_checks::owes_too_much(conn, order.outlet, None, order.totals.total, check)?
        && asked != OrderStatus::PendingReview
    {
        order.status = OrderStatus::Held;
        order.holds.push(HoldReason::CreditLimit);
    }
    let order = orders::place(conn, order)?;
    let held_here = asked != OrderStatus::Held && order.order.status == OrderStatus::Held;
    let ticket = match ticket {
        None if held_here => Some(review_ticket(&order, order.placed_at + REVIEW_HOURS.hours())),
        given => given,
    };
    let ticket =
        ticket.map(|new| tickets::insert(conn, &NewTicket { order: Some(order.id), ..new })).transpose()?;
    Ok(Outcome { order: Some(order), ticket })
}

/// For an order that is held because of what only the database knows.
pub(super) fn review_ticket(order: &Order, due_at: jiff::Timestamp) -> NewTicket {
    let why: Vec<&str> = order.order.holds.iter().map(|hold| hold.as_str()).collect();
    let (id, outlet) = (order.id, &order.order.outlet_name);
    let more = match order.order.holds.as_slice() {
        [HoldReason::StockShort] => ": the warehouse holds less than it asks for",
        [HoldReason::UnusualQuantity] => ": nobody at the outlet said that the quantity is right",
        [HoldReason::CreditLimit] => ": its outlet would owe more than its limit",
        _ => "",
    };
    NewTicket {
        session: order.order.session.clone(),
        tier: Tier::Agent,
        reason: EscalationReason::OrderReview,
        summary: format!("Order {id} of {outlet} is held ({}){more}.", why.join(", ")),
        order: Some(order.id),
        due_at,
        silences: false,
    }
}

fn is_done(conn: &Connection, record: &IdempotencyRecord) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM idempotency WHERE scope = ? AND key = ?)";
    Ok(conn.prepare_cached(sql)?.query_row([record.scope.as_str(), record.key.as_str()], |row| row.get(0))?)
}

fn remember(
    conn: &Connection,
    record: &IdempotencyRecord,
    reply_json: &str,
    session: Option<&SessionId>,
) -> Result<(), StoreError> {
    conn.prepare_cached(
        "INSERT INTO idempotency (scope, key, body_hash, reply_json, session_id, created_at)
         VALUES (?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![
        record.scope,
        record.key.as_str(),
        record.body_hash,
        reply_json,
        session.map(SessionId::as_str),
        micros(now()),
    ])?;
    Ok(())
}
