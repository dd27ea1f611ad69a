//! Tickets: what is handed to a person, how urgent it is and until when it is answered.

use std::collections::BTreeMap;

use super::ids::{OrderId, SessionId, TicketId};
use super::money::Money;

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

    /// Those with people in them, lowest first.
    pub const OF_PEOPLE: [Self; 3] = [Self::Agent, Self::Manager, Self::Urgent];

    /// The name in the operator's file.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Assistant => "assistant",
            Self::Agent => "agent",
            Self::Manager => "manager",
            Self::Urgent => "urgent",
        }
    }
}

/// What a tier promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TierRule {
    /// Minutes until somebody answers, in opening hours.
    pub answer_minutes: i64,
    /// The same when the company is closed; `None`: after the next opening.
    pub closed_minutes: Option<i64>,
    /// The largest amount that it decides on; `None`: any.
    pub decides_up_to: Option<Money>,
}

/// Words of the operator's own, beside the built-in ones; in lower case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TriggerWords {
    /// Asks for a person.
    pub person: Vec<String>,
    /// Health or food safety.
    pub safety: Vec<String>,
    /// Lawyers, courts, authorities.
    pub legal: Vec<String>,
    /// Press or public posts.
    pub media: Vec<String>,
}

/// When and to whom the assistant hands over.
#[derive(Debug, Clone, PartialEq)]
pub struct EscalationRules {
    /// Of [`Tier::OF_PEOPLE`].
    pub tiers: [TierRule; 3],
    /// Who takes a ticket, in the order of [`EscalationReason::ALL`].
    pub taken_by: [Tier; EscalationReason::ALL.len()],
    /// Angry messages after which a person is called; 0: never.
    pub angry_turns: u8,
    /// Messages in a row not understood after which a person is called; 0: never.
    pub misunderstood_turns: u8,
    /// Doubtful answers in a row after which a person is called; 0: never.
    pub unsure_turns: u8,
    /// Words that call a person.
    pub words: TriggerWords,
    /// Classes of the operator's own that a person answers, and of which tier.
    pub intents: BTreeMap<String, Tier>,
}

impl EscalationRules {
    /// What a tier promises; the assistant answers at once.
    pub fn tier(&self, tier: Tier) -> TierRule {
        let at_once = TierRule { answer_minutes: 0, closed_minutes: Some(0), decides_up_to: None };
        Tier::OF_PEOPLE.iter().position(|t| *t == tier).map_or(at_once, |at| self.tiers[at])
    }

    /// Who takes a ticket of this reason.
    pub fn taken_by(&self, reason: EscalationReason) -> Tier {
        let at = EscalationReason::ALL.iter().position(|r| *r == reason);
        at.map_or(Tier::Agent, |at| self.taken_by[at])
    }

    /// The lowest tier from this one on that may decide on an amount. Above the manager's limit it stays the
    /// manager's: [`Tier::Urgent`] is about haste.
    pub fn deciding(&self, tier: Tier, amount: Money) -> Tier {
        let beyond = |tier| self.tier(tier).decides_up_to.is_some_and(|limit| amount > limit);
        if tier == Tier::Agent && beyond(tier) { Tier::Manager } else { tier }
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
