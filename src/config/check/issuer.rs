//! What documents say of the company.

use std::fs::File;
use std::io::Read as _;
use std::sync::Arc;

use super::Reader;
use crate::config::values;
use crate::domain::document::{Issuer, PictureKind};

/// Largest logo: it is kept with the documents and inside each of them.
const MAX_LOGO_BYTES: u64 = 1024 * 1024;

const SHORT: &str = "must be at most 100 characters";
const LINES: &str = "must be at most 8 lines of 100 characters, with | between";

/// Every setting is read before the first `?`: a fault must not hide the next one.
pub(super) fn issuer(r: &mut Reader) -> Option<Issuer> {
    let address = r.get("TRIA_COMPANY_ADDRESS", LINES, values::lines);
    let registration = r.get("TRIA_COMPANY_REGISTRATION", SHORT, values::short);
    let tax_number = r.get("TRIA_COMPANY_TAX_NUMBER", SHORT, values::short);
    let email = r.get("TRIA_COMPANY_EMAIL", SHORT, values::short);
    let phone = r.get("TRIA_COMPANY_PHONE", SHORT, values::short);
    let payment = r.get("TRIA_COMPANY_PAYMENT", LINES, values::lines);
    let tax_name = r.get("TRIA_TAX_NAME", "must be 1 to 20 characters, such as GST", |text| {
        values::name(text).filter(|name| name.chars().count() <= 20)
    });
    let payment_days = r.number("TRIA_PAYMENT_DAYS", 0..=365_u32);
    let logo = r.get("TRIA_LOGO", "must be a PNG or JPEG file of at most 1 MiB that can be read", |path| {
        if path.is_empty() { Some(None) } else { picture(path).map(Some) }
    });
    Some(Issuer {
        address: address?,
        registration: registration?,
        tax_number: tax_number?,
        email: email?,
        phone: phone?,
        payment: payment?,
        tax_name: tax_name?,
        payment_days: payment_days?,
        logo: logo?,
    })
}

fn picture(path: &str) -> Option<Arc<[u8]>> {
    let mut bytes = Vec::new();
    File::open(path).ok()?.take(MAX_LOGO_BYTES + 1).read_to_end(&mut bytes).ok()?;
    let fits = bytes.len() as u64 <= MAX_LOGO_BYTES && PictureKind::of(&bytes).is_some();
    fits.then(|| bytes.into())
}
