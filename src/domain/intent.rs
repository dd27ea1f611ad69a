//! What a message is for: the nine intents of the contract.

use std::sync::Arc;

/// What a message was taken for, and how sure that is.
#[derive(Debug, Clone, PartialEq)]
pub struct Purpose {
    /// Which of the nine. A class of the operator's own is [`Intent::GeneralQuery`] to the program.
    pub intent: Intent,
    /// The class of the operator's own, if it is one.
    pub own: Option<Arc<str>>,
    /// Probability, 0 to 1.
    pub confidence: f32,
}

impl Purpose {
    /// One of the nine for sure.
    pub const fn certain(intent: Intent) -> Self {
        Self { intent, own: None, confidence: 1.0 }
    }

    /// The name for programs: of the operator's own class, or the contract's.
    pub fn name(&self) -> &str {
        self.own.as_deref().unwrap_or_else(|| self.intent.as_str())
    }
}

/// What a message is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Intent {
    /// Hello, and how are you.
    Greeting,
    /// Wants to order something, now.
    OrderPlacement,
    /// Asks about an order already made.
    OrderStatus,
    /// Asks about a product: sizes, prices, material, stock.
    ProductInquiry,
    /// Asks about the company's rules: delivery, payment, refunds, hours.
    PolicyQuestion,
    /// Something went wrong and the customer says so.
    Complaint,
    /// Wants a person.
    EscalationRequest,
    /// About the service or the account itself, thanks and goodbye, or too general to place.
    GeneralQuery,
    /// Nothing to do with the company.
    OutOfScope,
}

impl Intent {
    /// All nine, in the contract's order.
    pub const ALL: [Self; 9] = [
        Self::Greeting,
        Self::OrderPlacement,
        Self::OrderStatus,
        Self::ProductInquiry,
        Self::PolicyQuestion,
        Self::Complaint,
        Self::EscalationRequest,
        Self::GeneralQuery,
        Self::OutOfScope,
    ];

    /// The contract's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Greeting => "greeting",
            Self::OrderPlacement => "order_placement",
            Self::OrderStatus => "order_status",
            Self::ProductInquiry => "product_inquiry",
            Self::PolicyQuestion => "policy_question",
            Self::Complaint => "complaint",
            Self::EscalationRequest => "escalation_request",
            Self::GeneralQuery => "general_query",
            Self::OutOfScope => "out_of_scope",
        }
    }

    /// Reads the contract's name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|i| i.as_str() == name)
    }
}
