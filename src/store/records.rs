//! The values that go into the store and come out of it, beyond those of [`crate::domain`].

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;

use jiff::Timestamp;

use crate::domain::escalation::{NewTicket, Ticket, TicketStatus};
use crate::domain::ids::{IdempotencyKey, OrderId, OutletId, ProductId, SessionId, Sku, TicketId, TokenId};
use crate::domain::money::{Money, UnitPrice};
use crate::domain::order::{HoldReason, NewOrder, Order, OrderLine, OrderStatus, Totals};
use crate::domain::principal::Role;

/// How a store is opened.
#[derive(Debug, Clone)]
pub struct StoreOptions {
    /// Connections that read, at least 1.
    pub readers: usize,
    /// Operations that may wait for the writer (and as many for the readers) before [`super::StoreError::Busy`].
    pub queue: usize,
    /// Take the lock file. The server does; a command beside a running server does not.
    pub exclusive: bool,
    /// The database file, when it is not `tria.db` in the data directory.
    pub file: Option<PathBuf>,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self { readers: 4, queue: 1024, exclusive: true, file: None }
    }
}

impl StoreOptions {
    /// For a command that works beside a running server: no lock file, one reader.
    pub fn shared() -> Self {
        Self { readers: 1, exclusive: false, ..Self::default() }
    }
}

/// One turn of a conversation, or one call of the API: all of it is kept, or nothing.
#[derive(Debug, Clone)]
pub struct Commit {
    /// What changes in the business.
    pub effect: Effect,
    /// The turn, when it is one of a conversation.
    pub turn: Option<TurnRecord>,
    /// The key under which it must not happen again.
    pub idempotency: Option<IdempotencyRecord>,
    /// Topics to hand to workers. Each becomes a row whose payload is
    /// `{"order_id":…,"ticket_id":…,"session_id":…}` with `null` for what there is not. Fixed names: they become
    /// labels of metrics.
    pub outbox: Vec<&'static str>,
}

/// What changes in the business.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Nothing.
    None,
    /// Stores an order; `Confirmed` sets its stock aside or, when a line is short, becomes `Held`.
    PlaceOrder {
        /// The order, checked and priced.
        order: NewOrder,
        /// A ticket about it; the store fills in the order's number. An order that the store itself holds for
        /// lack of stock, or for what is unpaid, gets a ticket even if none is given.
        ticket: Option<NewTicket>,
        /// What must be looked at where nothing can come between.
        checks: PlaceChecks,
    },
    /// Opens a ticket.
    OpenTicket(NewTicket),
    /// The assistant leaves the conversation of a ticket that is open already to a person.
    Summon(TicketId),
    /// Takes an order to another status. Open tickets of reason `OrderReview` about it are resolved when the
    /// order no longer waits for a person.
    ChangeOrder {
        /// Which.
        id: OrderId,
        /// The status from now on.
        to: OrderStatus,
        /// The scope of whoever does it.
        by: String,
        /// Why; may be empty.
        note: String,
    },
    /// Calls an order off: its stock is free again, the fee is kept with it. [`super::StoreError::Moved`] when it is
    /// not as it was when the fee was told.
    CancelOrder(Cancellation),
    /// Replaces what is ordered, all of it or nothing: [`super::StoreError::StockShort`] leaves the order as it was,
    /// and so does [`super::StoreError::Moved`].
    ReviseOrder(Revision),
}

/// What is looked at in the transaction that places an order, where nothing can come between.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlaceChecks {
    /// Refuses the same order again: [`super::StoreError::Duplicate`].
    pub duplicate: Option<DuplicateCheck>,
    /// Holds an order above what its outlet may owe.
    pub credit: Option<CreditCheck>,
}

/// What counts as the same order again: the same lines for the same outlet, still standing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DuplicateCheck {
    /// Placed within so many minutes.
    pub minutes: u32,
    /// Placed in this conversation; `None`: by anybody. Who may not see an outlet's orders must not learn of them here.
    pub session: Option<SessionId>,
}

/// How much an outlet may owe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CreditCheck {
    /// At most, the new order included.
    pub limit: Money,
    /// What was delivered on this day or later is not paid yet.
    pub delivered_since: jiff::civil::Date,
}

/// Calls an order off, for a fee that was told before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cancellation {
    /// Which.
    pub id: OrderId,
    /// [`Order::updated_at`] of the order that the fee was reckoned from.
    pub seen: Timestamp,
    /// The fee; zero for none.
    pub fee: Money,
    /// The scope of whoever does it.
    pub by: String,
    /// Why; may be empty.
    pub note: String,
}

/// Other lines or another day for an order that was placed, priced again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// Which.
    pub id: OrderId,
    /// [`Order::updated_at`] of the order that the change was made from.
    pub seen: Timestamp,
    /// What is ordered from now on; at least one line.
    pub lines: Vec<OrderLine>,
    /// What it costs.
    pub totals: Totals,
    /// The day it is to arrive.
    pub delivery_date: jiff::civil::Date,
    /// Why a person must look at it first; a confirmed order is then held.
    pub holds: Vec<HoldReason>,
    /// How much the outlet may owe.
    pub credit: Option<CreditCheck>,
    /// Until when a person has looked at it, when it comes to be held.
    pub review_by: Timestamp,
    /// The scope of whoever does it.
    pub by: String,
}

/// What a person changes of an order by hand; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct Amendment {
    /// Its status from now on.
    pub status: Option<OrderStatus>,
    /// What it costs, when [`Amendment::status`] calls it off.
    pub fee: Money,
    /// Its notes from now on.
    pub notes: Option<String>,
    /// The scope of whoever does it.
    pub by: String,
    /// Why; may be empty.
    pub note: String,
}

/// What a customer wrote, and in which conversation.
#[derive(Debug, Clone)]
pub struct TurnRecord {
    /// The conversation; made when it is new.
    pub session: SessionId,
    /// The scope of whoever writes. A conversation of another owner is [`super::StoreError::NotFound`].
    pub owner: String,
    /// The message.
    pub user_text: String,
    /// Its language, such as `en`.
    pub language: String,
    /// Whether the assistant speaks in it. Then it is [`super::StoreError::TakenOver`] when a person has taken the
    /// conversation meanwhile.
    pub speaks: bool,
}

/// A claim that something happens once.
#[derive(Debug, Clone)]
pub struct IdempotencyRecord {
    /// Whose key it is.
    pub scope: String,
    /// The key.
    pub key: IdempotencyKey,
    /// SHA-256 of the request's body.
    pub body_hash: [u8; 32],
}

/// What came of an effect.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcome {
    /// The order placed or changed.
    pub order: Option<Order>,
    /// The ticket opened.
    pub ticket: Option<Ticket>,
}

/// The answer to a turn, made inside the transaction from its [`Outcome`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Finished {
    /// What the customer reads.
    pub reply_text: String,
    /// The whole reply: kept for replay under its key, and beside the message.
    pub reply_json: String,
    /// What the conversation remembers.
    pub state_json: String,
}

/// A reply kept under an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredReply {
    /// SHA-256 of the body it answered.
    pub body_hash: [u8; 32],
    /// The reply; `{"erased":true}` when its conversation was erased.
    pub reply_json: String,
}

/// A conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRecord {
    /// The scope of whoever opened it.
    pub owner: String,
    /// Language of its last message.
    pub language: String,
    /// What it remembers, as [`Finished::state_json`] gave it.
    pub state_json: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When its last turn was.
    pub updated_at: Timestamp,
}

/// Who wrote a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageRole {
    /// The customer.
    User,
    /// Tria.
    Assistant,
    /// A person who has taken the conversation.
    Person,
}

impl MessageRole {
    /// The name in answers and the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Assistant => "assistant",
            Self::Person => "person",
        }
    }

    /// Reads the name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::User, Self::Assistant, Self::Person].into_iter().find(|r| r.as_str() == name)
    }
}

/// A message of a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredMessage {
    /// Its row: grows within a conversation.
    pub id: i64,
    /// Who wrote it.
    pub role: MessageRole,
    /// What.
    pub text: String,
    /// When.
    pub at: Timestamp,
    /// For an answer: the whole reply.
    pub meta_json: Option<String>,
}

/// Which orders to list, newest first.
#[derive(Debug, Clone, Default)]
pub struct OrderFilter {
    /// Only those that stand here.
    pub status: Option<OrderStatus>,
    /// Only this outlet's.
    pub outlet: Option<OutletId>,
    /// Only those of this conversation.
    pub session: Option<SessionId>,
    /// Only those that come after this one in the list (older: with a smaller number).
    pub after_id: Option<OrderId>,
    /// At most so many; 0 and anything above [`MAX_PAGE`] mean [`MAX_PAGE`].
    pub limit: u32,
}

/// Which tickets to list, newest first.
#[derive(Debug, Clone, Default)]
pub struct TicketFilter {
    /// Only those that stand here.
    pub status: Option<TicketStatus>,
    /// Only those about this order.
    pub order: Option<OrderId>,
    /// Only those that come after this one in the list (older: with a smaller number).
    pub after_id: Option<TicketId>,
    /// At most so many; 0 and anything above [`MAX_PAGE`] mean [`MAX_PAGE`].
    pub limit: u32,
}

/// Most rows of one list.
pub const MAX_PAGE: u32 = 200;

/// What an outlet has ordered so far.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OutletHistory {
    /// Orders that were accepted, ever.
    pub order_count: u64,
    /// For each product, the mean units of the orders that contain it, over the newest
    /// [`USUAL_ORDERS`] accepted orders.
    pub usual: HashMap<ProductId, f64>,
    /// The newest accepted order.
    pub last_order: Option<Order>,
}

/// How many accepted orders tell what is usual: half a year at two a week, so that a season long past
/// no longer counts.
pub const USUAL_ORDERS: u32 = 50;

/// What an import did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ImportCounts {
    /// New rows.
    pub added: usize,
    /// Rows that were there and differ now.
    pub updated: usize,
    /// Rows that were there just so.
    pub unchanged: usize,
}

/// An order of the past, delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryOrder {
    /// The name it had where it comes from; importing it twice is harmless.
    pub order_ref: String,
    /// The outlet's name.
    pub outlet: String,
    /// When it was placed.
    pub ordered_at: Timestamp,
    /// What was ordered, at least one line.
    pub lines: Vec<HistoryLine>,
}

/// A line of an order of the past.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryLine {
    /// The product.
    pub sku: Sku,
    /// Units, at least one.
    pub quantity: u32,
    /// Price of one unit then.
    pub unit_price: UnitPrice,
}

/// A token just made. The secret is not kept and cannot be shown again.
#[derive(Clone, PartialEq, Eq)]
pub struct NewToken {
    /// Its row.
    pub id: TokenId,
    /// What the caller sends as `Authorization: Bearer …`.
    pub secret: String,
}

impl fmt::Debug for NewToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewToken").field("id", &self.id).field("secret", &"…").finish()
    }
}

/// A token as stored: without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRecord {
    /// Its row.
    pub id: TokenId,
    /// What people call it.
    pub name: String,
    /// What its bearer may do.
    pub role: Role,
    /// For [`Role::Outlet`]: which.
    pub outlet: Option<OutletId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Since when it no longer opens anything.
    pub revoked_at: Option<Timestamp>,
}

/// Names a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenName {
    /// By its row.
    Id(TokenId),
    /// By what people call it.
    Name(String),
}

/// A piece of work for a worker, claimed until its lease ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxItem {
    /// Its row; also the key under which an outside service may refuse a second delivery.
    pub id: i64,
    /// What is to be done.
    pub topic: String,
    /// With what.
    pub payload_json: String,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// How often it was tried, this time included (for a parked one: had been).
    pub attempts: u32,
    /// Why the last try failed.
    pub last_error: Option<String>,
}

/// How much work waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OutboxCounts {
    /// To be done, claimed ones included.
    pub waiting: u64,
    /// Set aside for a person.
    pub parked: u64,
}

/// What the store has done since it was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StoreStats {
    /// Write transactions committed.
    pub batches: u64,
    /// Operations in them.
    pub operations: u64,
    /// Operations of the largest of them.
    pub largest_batch: u64,
    /// Operations that failed, or whose transaction did.
    pub failed: u64,
    /// Operations turned away because the queue was full.
    pub busy: u64,
    /// Reads.
    pub reads: u64,
    /// Operations that wait for the writer now.
    pub queue_depth: u64,
}

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupInfo {
    /// Version of its schema.
    pub schema: i64,
    /// Size of the file, in bytes.
    pub bytes: u64,
    /// Orders in it.
    pub orders: u64,
    /// Messages in it.
    pub messages: u64,
}
