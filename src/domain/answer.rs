//! What an answer stands on and what it does.

/// What a reply does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Answers out of the policies or the catalogue.
    Answer,
    /// Says that the policies do not tell, and offers a person.
    Decline,
    /// Asks back.
    Clarify,
    /// Shows an order that waits for a yes.
    DraftOrder,
    /// Placed an order.
    PlaceOrder,
    /// Changed an order that was placed.
    ChangeOrder,
    /// Dropped a draft or called off an order.
    CancelOrder,
    /// Says where an order stands.
    OrderStatus,
    /// Opened a ticket.
    Escalate,
    /// Greets, thanks.
    SmallTalk,
    /// Leaves the conversation to a person.
    Silent,
}

impl Action {
    /// The contract's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Decline => "decline",
            Self::Clarify => "clarify",
            Self::DraftOrder => "draft_order",
            Self::PlaceOrder => "place_order",
            Self::ChangeOrder => "change_order",
            Self::CancelOrder => "cancel_order",
            Self::OrderStatus => "order_status",
            Self::Escalate => "escalate",
            Self::SmallTalk => "small_talk",
            Self::Silent => "silent",
        }
    }
}

/// A piece of a policy that an answer stands on.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// File, relative to the policies' folder.
    pub source: String,
    /// Path of headings, ` > ` between, without the file.
    pub heading: String,
    /// Name of the chunk within its index version.
    pub chunk_id: String,
    /// How well it fits, 0 to 1.
    pub score: f32,
    /// The sentence, list item or table row that fits best.
    pub excerpt: String,
}
