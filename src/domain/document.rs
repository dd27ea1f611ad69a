//! Documents of an order: which there are, how they are numbered, who issues them.

use std::fmt;
use std::sync::Arc;

use jiff::civil::Date;

use super::order::OrderStatus;

/// A document of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DocumentKind {
    /// What is handed over, for the receiver to sign.
    DeliveryOrder,
    /// What is to be paid, and until when.
    Invoice,
}

impl DocumentKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::DeliveryOrder, Self::Invoice];

    /// The name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DeliveryOrder => "delivery_order",
            Self::Invoice => "invoice",
        }
    }

    /// Reads the name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// What its numbers begin with.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::DeliveryOrder => "DO",
            Self::Invoice => "INV",
        }
    }

    /// What people call it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::DeliveryOrder => "delivery order",
            Self::Invoice => "invoice",
        }
    }

    /// Whether it is issued for an order that stands here: only for one that was accepted.
    pub const fn is_issued_at(self, status: OrderStatus) -> bool {
        use OrderStatus::{Confirmed, Delivered, OutForDelivery, Picked};
        matches!(status, Confirmed | Picked | OutForDelivery | Delivered)
    }

    /// Why it is not issued for an order that stands here, and what to do.
    pub fn refusal(self, status: OrderStatus) -> String {
        use OrderStatus::{Held, PendingReview};
        let (title, status_name) = (self.title(), status.as_str());
        if matches!(status, Held | PendingReview) {
            format!("an order that is {status_name} has no {title} yet: confirm the order first")
        } else {
            format!(
                "an order that is {status_name} gets no {title}: place a new order if the goods are wanted"
            )
        }
    }
}

/// The number of a document, such as `INV-20261123-00042`.
///
/// The last part counts the documents of a kind over all days, without gaps, so that a missing one shows. It has five
/// digits, and more after the 99,999th.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DocumentNumber {
    /// Of what.
    pub kind: DocumentKind,
    /// The day of issue, in the company's time zone.
    pub day: Date,
    /// Which of its kind, from 1.
    pub count: u32,
}

impl fmt::Display for DocumentNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, day, count } = self;
        write!(f, "{}-{:04}{:02}{:02}-{count:05}", kind.prefix(), day.year(), day.month(), day.day())
    }
}

/// What documents say of the company that issues them, beside its name. What is empty is not shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Issuer {
    /// Lines of its address.
    pub address: Vec<String>,
    /// Its registration, such as `UEN 202600001A`.
    pub registration: String,
    /// Its number with the tax office, such as `GST Reg. No. M9-0000001-1`; with one an invoice is a tax invoice.
    pub tax_number: String,
    /// Where to write.
    pub email: String,
    /// Where to call.
    pub phone: String,
    /// Lines that tell how to pay: a bank account, a PayNow number.
    pub payment: Vec<String>,
    /// What the tax is called.
    pub tax_name: String,
    /// Days from the issue of an invoice until it is due, for outlets that buy on credit.
    pub payment_days: u32,
    /// A picture, PNG or JPEG.
    pub logo: Option<Arc<[u8]>>,
}

impl fmt::Debug for Issuer {
    /// Without the picture's bytes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { address, registration, tax_number, email, phone, payment, tax_name, payment_days, logo } =
            self;
        f.debug_struct("Issuer")
            .field("address", address)
            .field("registration", registration)
            .field("tax_number", tax_number)
            .field("email", email)
            .field("phone", phone)
            .field("payment", payment)
            .field("tax_name", tax_name)
            .field("payment_days", payment_days)
            .field("logo", &logo.as_ref().map(|bytes| bytes.len()))
            .finish()
    }
}

/// What a picture's bytes begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PictureKind {
    /// Portable Network Graphics.
    Png,
    /// JPEG.
    Jpeg,
}

impl PictureKind {
    /// Tells from the first bytes; `None` for anything else.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x89, b'P', b'N', b'G', ..] => Some(Self::Png),
            [0xFF, 0xD8, 0xFF, ..] => Some(Self::Jpeg),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        let check = |kind, day: (i16, i8, i8), count, expected: &str| {
            let day = jiff::civil::date(day.0, day.1, day.2);
            assert_eq!(DocumentNumber { kind, day, count }.to_string(), expected);
        };
        check(DocumentKind::DeliveryOrder, (2026, 3, 7), 1, "DO-20260307-00001");
        check(DocumentKind::Invoice, (2026, 12, 31), 42, "INV-20261231-00042");
        check(DocumentKind::Invoice, (2026, 12, 31), 99_999, "INV-20261231-99999");
        check(DocumentKind::Invoice, (2027, 1, 1), 100_000, "INV-20270101-100000");
    }

    #[test]
    fn only_accepted_orders_have_documents() {
        for status in OrderStatus::ALL {
            assert_eq!(DocumentKind::Invoice.is_issued_at(status), status.reserves_stock(), "{status:?}");
        }
        let why = DocumentKind::Invoice.refusal(OrderStatus::Held);
        assert_eq!(why, "an order that is held has no invoice yet: confirm the order first");
    }

    #[test]
    fn pictures_tell_themselves() {
        assert_eq!(PictureKind::of(b"\x89PNG\r\n\x1a\n"), Some(PictureKind::Png));
        assert_eq!(PictureKind::of(b"\xFF\xD8\xFF\xE0"), Some(PictureKind::Jpeg));
        assert_eq!(PictureKind::of(b"GIF89a"), None);
        assert_eq!(PictureKind::of(b""), None);
    }
}
