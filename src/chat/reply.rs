//! What goes out: the contract's JSON of a chat turn and of an order taken at once.
//!
//! These types are stored with the turn, so that a repeated request gets the same bytes again.

use serde::{Deserialize, Serialize};

/// The answer to one chat message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// Always true: a failure is a problem document instead.
    pub success: bool,
    /// The conversation.
    pub session_id: String,
    /// The text for the customer.
    pub message: String,
    /// One of the nine intents.
    pub intent: String,
    /// Probability of the intent, 0 to 1.
    pub confidence: f32,
    /// BCP 47 tag of the language the customer writes in.
    pub language: String,
    /// What the answer stands on; empty when it states nothing out of the policies.
    pub citations: Vec<Citation>,
    /// `offline` (composed from the policies) or `llm`.
    pub mode: String,
    /// How the answer came about.
    pub metadata: Metadata,
    /// The number of the order that this turn placed or is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_id: Option<i64>,
    /// The draft or order as it now stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderView>,
    /// The ticket that this turn opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub escalation: Option<EscalationView>,
    /// The stages with their real times.
    pub agent_timeline: Vec<StageTime>,
}

/// A piece of a policy that the answer stands on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Citation {
    /// File in the policies' folder.
    pub source: String,
    /// Path of headings.
    pub heading: String,
    /// The chunk within the index version.
    pub chunk_id: String,
    /// 0 to 1.
    pub score: f32,
    /// The words that fit best.
    pub excerpt: String,
}

/// How the answer came about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Metadata {
    /// What the reply does.
    pub action: String,
    /// From the message's arrival in the engine to the reply, milliseconds.
    pub processing_time_ms: f64,
    /// Whether the answer was made earlier.
    pub from_cache: bool,
    /// How it is worded.
    pub tone: String,
    /// How the message sounded.
    pub sentiment: String,
    /// The checks of the answer.
    pub validation: Validation,
    /// How many chunks were looked at closely.
    pub chunks_retrieved: usize,
    /// The version of the index the answer was made from.
    pub index_version: String,
}

/// The checks of the answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validation {
    /// Whether all checks passed.
    pub passed: bool,
    /// What did not.
    pub issues: Vec<String>,
}

/// A draft or an order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrderView {
    /// What is ordered.
    pub lines: Vec<LineView>,
    /// Who it is for; absent while not known.
    pub outlet_name: Option<String>,
    /// ISO 4217 code of the amounts.
    pub currency: String,
    /// Sum of the lines.
    pub subtotal: f64,
    /// Tax on the subtotal.
    pub tax: f64,
    /// Subtotal and tax.
    pub total: f64,
    /// The day it is to arrive, `YYYY-MM-DD`.
    pub delivery_date: Option<String>,
    /// `draft`, or the order's status.
    pub status: String,
    /// Whether haste was asked for.
    #[serde(default)]
    pub is_urgent: bool,
    /// What is still to be told before it can be placed.
    pub missing: Vec<String>,
}

/// One line of a draft or an order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LineView {
    /// The product's SKU.
    pub sku: String,
    /// The product's name.
    pub product_name: String,
    /// Units.
    pub quantity: u32,
    /// Price of one unit.
    pub unit_price: f64,
    /// Price times quantity, rounded once.
    pub line_total: f64,
}

/// A ticket that was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EscalationView {
    /// Its number.
    pub ticket_id: i64,
    /// 2 to 4.
    pub tier: u8,
    /// What made it a ticket.
    pub reason: String,
}

/// One stage of the turn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StageTime {
    /// Its name.
    pub stage: String,
    /// How long it took, milliseconds.
    pub ms: f64,
}

/// The answer to an order that is placed at once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrderReply {
    /// Always true: a failure is a problem document instead.
    pub success: bool,
    /// The order's number.
    pub order_id: i64,
    /// Names this run in logs.
    pub run_id: String,
    /// The conversation it is kept under.
    pub session_id: String,
    /// The text for the customer.
    pub message: String,
    /// The stages with their real times.
    pub agent_timeline: Vec<StageTime>,
    /// What was understood and what it costs.
    pub details: OrderDetails,
}

/// What was understood and what it costs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrderDetails {
    /// The order as understood.
    pub parsed_order: ParsedOrderView,
    /// Units in all.
    pub total_items: u64,
    /// Number of lines.
    pub line_items_count: usize,
    /// Sum of the lines.
    pub subtotal: f64,
    /// Tax on the subtotal.
    pub tax: f64,
    /// Subtotal and tax.
    pub total: f64,
    /// The day it is to arrive, `YYYY-MM-DD`.
    pub delivery_date: String,
    /// The order's status.
    pub status: String,
    /// Seconds.
    pub total_processing_time: f64,
    /// How many catalogue candidates the matching looked at.
    pub semantic_search_results: usize,
}

/// The order as understood.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ParsedOrderView {
    /// The outlet's canonical name.
    pub outlet_name: String,
    /// The lines.
    pub line_items: Vec<LineView>,
    /// Whether haste was asked for.
    pub is_urgent: bool,
    /// What the customer wants remembered.
    pub notes: String,
}
