//! Outlets: the customers' places that goods are delivered to.

use super::ids::OutletId;
use super::money::Money;

/// When an outlet pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Terms {
    /// Before delivery.
    Prepaid,
    /// After delivery, within its limit.
    Credit,
}

impl Terms {
    /// The name in files and the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Prepaid => "prepaid",
            Self::Credit => "credit",
        }
    }

    /// Reads `prepaid` or `credit`.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Prepaid, Self::Credit].into_iter().find(|t| t.as_str() == name)
    }
}

/// An outlet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outlet {
    /// Its row.
    pub id: OutletId,
    /// Everything known of it.
    pub details: OutletDetails,
}

/// What is known of an outlet: a row of `outlets.csv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutletDetails {
    /// Canonical name, such as `Bella Napoli - Tampines`.
    pub name: String,
    /// Where goods go; may be empty.
    pub address: String,
    /// Who receives them; personal data.
    pub contact_person: String,
    /// Their number; personal data.
    pub contact_number: String,
    /// Number that messages come from; personal data.
    pub whatsapp: String,
    /// Days of the week on which they usually order (Monday first).
    pub usual_order_days: Vec<jiff::civil::Weekday>,
    /// When they pay.
    pub terms: Terms,
    /// How much may be open; `None` when not given.
    pub credit_limit: Option<Money>,
    /// Other names used for it.
    pub aliases: Vec<String>,
}
