//! Tickets: what is handed to a person, how urgent it is and until when it is answered.

use super::ids::{OrderId, SessionId, TicketId};

/// Who takes a ticket and how fast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Tier {
    /// The assistant itself; never a ticket.
    Assistant,
    /// A customer-service agent.
    Agent,
    /// A manager.
    Manager,
    /// At once: health, food safety, a whole event failing.
    Urgent,
}

impl Tier {
    /// 1 to 4, as customers and staff say it.
    pub const fn number(self) -> u8 {
        match self {
            Self::Assistant => 1,
            Self::Agent => 2,
            Self::Manager => 3,
            Self::Urgent => 4,
        }
    }

    /// Reads 1 to 4.
    pub fn from_number(n: u8) -> Option<Self> {
        [Self::Assistant, Self::Agent, Self::Manager, Self::Urgent].into_iter().find(|t| t.number() == n)
    }

    /// Minutes until somebody answers, in opening hours (the demo's escalation guide: 30 min, 2 h, 15 min).
    pub const fn answer_minutes(self) -> i64 {
        match self {
            Self::Assistant => 0,
            Self::Agent => 30,
            Self::Manager => 120,
            Self::Urgent => 15,
        }
    }
}

/// What made it a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EscalationReason {
    /// The customer asked for a person.
    CustomerRequest,
    /// Something went wrong.
    Complaint,
    /// Angry more than once.
    RepeatedAnger,
    /// Not understood three times.
    NotUnderstood,
    /// Needs it at once.
    Urgent,
    /// Health or food safety.
    Safety,
    /// Lawyers, courts, authorities.
    Legal,
    /// Press or public posts.
    Media,
    /// An order that a person must confirm.
    OrderReview,
    /// A request that the assistant may not carry out itself.
    BeyondAuthority,
}

impl EscalationReason {
    /// All reasons.
    pub const ALL: [Self; 10] = [
        Self::CustomerRequest,
        Self::Complaint,
        Self::RepeatedAnger,
        Self::NotUnderstood,
        Self::Urgent,
        Self::Safety,
        Self::Legal,
        Self::Media,
        Self::OrderReview,
        Self::BeyondAuthority,
    ];

    /// The name in answers, the database and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CustomerRequest => "customer_request",
            Self::Complaint => "complaint",
            Self::RepeatedAnger => "repeated_anger",
            Self::NotUnderstood => "not_understood",
            Self::Urgent => "urgent",
            Self::Safety => "safety",
            Self::Legal => "legal",
            Self::Media => "media",
            Self::OrderReview => "order_review",
            Self::BeyondAuthority => "beyond_authority",
        }
    }

    /// Reads the name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.as_str() == name)
    }
}

/// A ticket to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTicket {
    /// The conversation it came from; `None` for an order placed by another program.
    pub session: Option<SessionId>,
    /// Who takes it.
    pub tier: Tier,
    /// What made it a ticket.
    pub reason: EscalationReason,
    /// A sentence for the person who takes it; personal data scrubbed.
    pub summary: String,
    /// The order it is about. With an order placed in the same turn the store fills this in.
    pub order: Option<OrderId>,
    /// Until when somebody answers.
    pub due_at: jiff::Timestamp,
    /// Whether the assistant leaves the conversation to the person from here on.
    pub silences: bool,
}

/// Whether somebody is still to act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TicketStatus {
    /// Waiting.
    Open,
    /// Done.
    Resolved,
}

impl TicketStatus {
    /// The name in answers and the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Resolved => "resolved",
        }
    }

    /// Reads the name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Open, Self::Resolved].into_iter().find(|s| s.as_str() == name)
    }
}

/// A person answers in the conversation of a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The scope of that person's token.
    pub by: String,
    /// Since when.
    pub at: jiff::Timestamp,
    /// When that person wrote last, or took it.
    pub active_at: jiff::Timestamp,
}

/// A ticket as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// Its number.
    pub id: TicketId,
    /// What was reported.
    pub ticket: NewTicket,
    /// Whether somebody is still to act.
    pub status: TicketStatus,
    /// When it was opened.
    pub created_at: jiff::Timestamp,
    /// Who answers in its conversation, once somebody does.
    pub taken: Option<Taken>,
    /// When it was closed, and what was done.
    pub resolved: Option<(jiff::Timestamp, String)>,
}
