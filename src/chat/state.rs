//! What a conversation remembers between turns. Kept as JSON with the session, so a restart loses nothing.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::domain::ids::{OrderId, OutletId, ProductId};
use crate::domain::money::Money;
use crate::nlu::order::Quantity;
use crate::orders::{Amends, Draft, DraftLine, OpenItem, Wanted};

/// What a conversation remembers between turns.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SessionState {
    draft: Option<StoredDraft>,
    /// What the customer was shown of the draft when asked for a yes.
    shown: Option<Shown>,
    /// What the assistant asked last.
    pub awaiting: Option<Awaiting>,
    /// What is to be done with the order whose number or digits were asked for: the customer's words.
    pub wish: Option<String>,
    /// The outlet this conversation is about, once known.
    outlet: Option<i64>,
    /// The language the customer writes in, once heard.
    pub language: Option<String>,
    /// Turns in a row that were not understood.
    pub misunderstood: u8,
    /// Turns in a row whose answer was doubtful.
    pub unsure: u8,
    /// Turns in which the customer was angry.
    pub angry: u8,
    /// Messages that came just before the next, and are answered with it.
    pub pending: Vec<String>,
    /// The order last placed or asked about here.
    pub last_order: Option<i64>,
    /// The ticket that is open for this conversation.
    pub ticket: Option<OpenTicket>,
    /// Whether the customer was told, since the ticket, that a person will answer.
    pub told_to_wait: bool,
    /// The products spoken of last, for "how much is it" and "I want 100".
    spoken_of: Vec<i64>,
    /// The customer's last question, for one that leans on it ("and on Saturdays?").
    pub last_question: Option<String>,
}

/// What the assistant asked last, so that a short reply can be understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Awaiting {
    /// A yes to the draft shown.
    Confirmation,
    /// Which outlet; the rows that were offered.
    Outlet(Vec<i64>),
    /// Which product the first open item is.
    Product,
    /// How many of the first open item.
    Quantity,
    /// Whether to go on with the draft, after something else was talked about.
    Resume,
    /// Whether a person should be asked.
    Person,
    /// The number of an order.
    OrderNumber,
    /// The last four digits of an order's contact number.
    Digits(i64),
    /// Whether to make whole bundles of this product in the draft.
    Bundle(i64),
    /// Whether to place the draft although the same order was placed a moment ago.
    Again,
    /// Whether the unusual quantity of this order is right.
    Unusual(i64),
    /// A yes to the fee of calling off an order.
    Cancel(CancelShown),
}

/// A cancellation as it was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CancelShown {
    /// The order's number.
    pub order: i64,
    /// When the order had changed last, in microseconds.
    pub seen: i64,
    /// The fee in minor units.
    pub fee: i64,
}

/// A ticket that is open for a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenTicket {
    /// Its number.
    pub id: i64,
    /// 2 to 4.
    pub tier: u8,
}

/// A total and a delivery day as they were shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Shown {
    /// Minor units.
    total: i64,
    delivery: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct StoredDraft {
    outlet: Option<i64>,
    lines: Vec<(i64, u32)>,
    open: Vec<StoredOpen>,
    is_urgent: bool,
    notes: String,
    #[serde(default)]
    amends: Option<StoredAmends>,
}

/// Moments in microseconds, money in minor units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct StoredAmends {
    order: i64,
    seen: i64,
    placed_at: i64,
    delivery: String,
    before: i64,
}

impl StoredAmends {
    fn new(amends: &Amends) -> Self {
        Self {
            order: amends.order.0,
            seen: amends.seen.as_microsecond(),
            placed_at: amends.placed_at.as_microsecond(),
            delivery: amends.delivery.to_string(),
            before: amends.before.minor(),
        }
    }

    /// `None` when it can not be read any more.
    fn amends(&self) -> Option<Amends> {
        Some(Amends {
            order: OrderId(self.order),
            seen: Timestamp::from_microsecond(self.seen).ok()?,
            placed_at: Timestamp::from_microsecond(self.placed_at).ok()?,
            delivery: self.delivery.parse().ok()?,
            before: Money::from_minor(self.before),
        })
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct StoredOpen {
    text: String,
    quantity: Option<u32>,
    /// The word for what is counted, when it is packs.
    #[serde(default)]
    pack: Option<String>,
    candidates: Vec<i64>,
    #[serde(default)]
    known: Known,
}

/// What the candidates of an open item are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Known {
    #[default]
    Offered,
    Certain,
    Gone,
    Unsaid,
}

impl Shown {
    fn new(total: Money, delivery: Option<Date>) -> Self {
        Self { total: total.minor(), delivery: delivery.map_or_else(String::new, |day| day.to_string()) }
    }
}

impl StoredOpen {
    fn new(item: &OpenItem) -> Self {
        let (quantity, pack) = match &item.quantity {
            Some(Quantity::Units(n)) => (Some(*n), None),
            Some(Quantity::Packs(n, pack)) => (Some(*n), Some(pack.clone())),
            None => (None, None),
        };
        let (known, candidates) = match &item.wanted {
            Wanted::Product(id) => (Known::Certain, vec![id.0]),
            Wanted::Gone(id) => (Known::Gone, vec![id.0]),
            Wanted::OneOf(several) => (Known::Offered, several.iter().map(|id| id.0).collect()),
            Wanted::Unknown => (Known::Offered, Vec::new()),
            Wanted::Unsaid => (Known::Unsaid, Vec::new()),
        };
        Self { text: item.text.clone(), quantity, pack, candidates, known }
    }

    fn item(&self) -> OpenItem {
        let quantity = match (self.quantity, &self.pack) {
            (Some(n), Some(pack)) => Some(Quantity::Packs(n, pack.clone())),
            (n, _) => n.map(Quantity::Units),
        };
        let candidates: Vec<ProductId> = self.candidates.iter().copied().map(ProductId).collect();
        let wanted = match (self.known, candidates.first()) {
            (Known::Unsaid, _) => Wanted::Unsaid,
            (_, None) => Wanted::Unknown,
            (Known::Certain, Some(id)) => Wanted::Product(*id),
            (Known::Gone, Some(id)) => Wanted::Gone(*id),
            (Known::Offered, _) => Wanted::OneOf(candidates),
        };
        OpenItem { text: self.text.clone(), quantity, wanted }
    }
}

impl SessionState {
    /// The same, with another question asked, or none.
    pub fn waiting_for(&self, awaiting: Option<Awaiting>) -> Self {
        Self { awaiting, wish: None, ..self.clone() }
    }

    /// Reads what was stored. A state that can not be read any more begins anew: the history is still there.
    pub fn from_json(json: &str) -> Self {
        serde_json::from_str(json).unwrap_or_default()
    }

    /// For storing.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_else(|_| "{}".to_owned())
    }

    /// The order that is being talked about.
    pub fn draft(&self) -> Option<Draft> {
        let stored = self.draft.as_ref()?;
        let line = |&(product, quantity): &(i64, u32)| DraftLine { product: ProductId(product), quantity };
        Some(Draft {
            outlet: stored.outlet.map(OutletId),
            lines: stored.lines.iter().map(line).collect(),
            open: stored.open.iter().map(StoredOpen::item).collect(),
            is_urgent: stored.is_urgent,
            notes: stored.notes.clone(),
            // A change that can not be read must not become a new order.
            amends: match &stored.amends {
                Some(amends) => Some(amends.amends()?),
                None => None,
            },
        })
    }

    /// Keeps the draft, or drops it.
    pub fn set_draft(&mut self, draft: Option<&Draft>) {
        self.draft = draft.map(|draft| StoredDraft {
            outlet: draft.outlet.map(|id| id.0),
            lines: draft.lines.iter().map(|l| (l.product.0, l.quantity)).collect(),
            open: draft.open.iter().map(StoredOpen::new).collect(),
            is_urgent: draft.is_urgent,
            notes: draft.notes.clone(),
            amends: draft.amends.as_ref().map(StoredAmends::new),
        });
    }

    /// Remembers what the customer says yes to.
    pub fn show(&mut self, total: Money, delivery: Option<Date>) {
        self.shown = Some(Shown::new(total, delivery));
    }

    /// Whether this is what the customer was shown.
    pub fn was_shown(&self, total: Money, delivery: Option<Date>) -> bool {
        self.shown == Some(Shown::new(total, delivery))
    }

    /// The part that must be found again after a restart: an order in the making and what was promised.
    pub fn promises(&self) -> impl PartialEq + '_ {
        (
            (&self.draft, &self.shown, &self.awaiting, &self.wish),
            (&self.ticket, &self.last_order, &self.pending),
        )
    }

    /// Whether the next message stands for itself: no order in the making, nothing asked.
    pub fn is_plain(&self) -> bool {
        self.draft.is_none() && self.awaiting.is_none()
    }

    /// A question was answered.
    pub fn answered(&mut self, question: &str) {
        self.misunderstood = 0;
        self.unsure = 0;
        self.last_question = Some(question.to_owned());
    }

    /// Remembers what was spoken of.
    pub fn speak_of(&mut self, products: impl IntoIterator<Item = ProductId>) {
        self.spoken_of = products.into_iter().map(|id| id.0).collect();
    }

    /// The products spoken of last.
    pub fn spoken_of(&self) -> Vec<ProductId> {
        self.spoken_of.iter().copied().map(ProductId).collect()
    }

    /// Whether an order is being talked about.
    pub fn has_draft(&self) -> bool {
        self.draft.is_some()
    }

    /// The outlet this conversation is about, once known.
    pub fn outlet(&self) -> Option<OutletId> {
        self.outlet.map(OutletId)
    }

    /// Remembers the outlet.
    pub fn set_outlet(&mut self, outlet: OutletId) {
        self.outlet = Some(outlet.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_survives_storing() {
        let draft = Draft {
            outlet: Some(OutletId(3)),
            lines: vec![DraftLine { product: ProductId(1), quantity: 200 }],
            open: vec![
                OpenItem { text: "lids".into(), quantity: None, wanted: Wanted::Product(ProductId(7)) },
                OpenItem {
                    text: "2 ctn cups".into(),
                    quantity: Some(Quantity::Packs(2, "carton".into())),
                    wanted: Wanted::OneOf(vec![ProductId(8), ProductId(9)]),
                },
                OpenItem {
                    text: "old".into(),
                    quantity: Some(Quantity::Units(3)),
                    wanted: Wanted::Gone(ProductId(4)),
                },
                OpenItem { text: "xyz".into(), quantity: None, wanted: Wanted::Unknown },
            ],
            is_urgent: true,
            notes: "back door".into(),
            amends: Some(Amends {
                order: OrderId(12),
                seen: "2026-11-23T02:00:00.000123Z".parse().unwrap(),
                placed_at: "2026-11-23T01:00:00Z".parse().unwrap(),
                delivery: jiff::civil::date(2026, 11, 26),
                before: Money::from_minor(7_085),
            }),
        };
        let mut state = SessionState { awaiting: Some(Awaiting::Outlet(vec![1, 2])), ..Default::default() };
        state.set_draft(Some(&draft));
        let again = SessionState::from_json(&state.to_json());
        assert_eq!(again, state);
        assert_eq!(again.draft(), Some(draft));
    }

    #[test]
    fn an_unreadable_state_begins_anew() {
        assert_eq!(SessionState::from_json("{\"draft\": 7}"), SessionState::default());
    }
}
