//! `outlets.csv`

use std::collections::HashMap;

use jiff::civil::Weekday;

use super::products::short_text;
use super::read::{Parsed, RowFault};
use super::table::{self, Columns};
use crate::config::weekday;
use crate::domain::money::Money;
use crate::domain::outlet::{OutletDetails, Terms};

const COLUMNS: Columns = Columns {
    required: &["name"],
    optional: &[
        "address",
        "contact_person",
        "contact_number",
        "whatsapp",
        "usual_order_days",
        "terms",
        "credit_limit",
        "aliases",
    ],
};

/// Reads `outlets.csv`. Without `terms` an outlet pays before delivery.
pub fn read_outlets(bytes: &[u8]) -> Result<Parsed<OutletDetails>, Vec<RowFault>> {
    let mut seen: HashMap<String, u64> = HashMap::new();
    table::read(bytes, &COLUMNS, |row| {
        let name = row.required("name", short_text);
        let usual_order_days = row.optional("usual_order_days", Vec::new(), weekdays);
        let terms = row.optional("terms", Terms::Prepaid, |text| {
            Terms::parse(&text.to_ascii_lowercase())
                .ok_or_else(|| format!("`{text}` is neither prepaid nor credit"))
        });
        let credit_limit = row.optional("credit_limit", None, |text| Money::parse(text).map(Some));
        let name = name?;
        // Names that differ only in case would be told apart by nobody.
        if let Some(first) = seen.insert(name.to_lowercase(), row.line) {
            row.fault(Some("name"), format!("{name} stands in line {first} already"));
            return None;
        }
        Some(OutletDetails {
            name,
            address: row.text_or_empty("address"),
            contact_person: row.text_or_empty("contact_person"),
            contact_number: row.text_or_empty("contact_number"),
            whatsapp: row.text_or_empty("whatsapp"),
            usual_order_days: usual_order_days?,
            terms: terms?,
            credit_limit: credit_limit?,
            aliases: row.list("aliases"),
        })
    })
}

/// `Tue|Thu`: Monday first, each once.
fn weekdays(text: &str) -> Result<Vec<Weekday>, String> {
    let mut days = Vec::new();
    for piece in text.split('|').map(str::trim).filter(|piece| !piece.is_empty()) {
        days.push(weekday(piece).ok_or_else(|| format!("`{piece}` is not a day: write Tue|Thu"))?);
    }
    days.sort_by_key(|day| day.to_monday_zero_offset());
    days.dedup();
    Ok(days)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outlet() {
        let text = "name,usual_order_days,terms,credit_limit,aliases\n\
                    Bella Napoli - Tampines,Thu|Tue,Credit,2500.00,BN Tampines\nCorner Café,,,,\n";
        let rows = read_outlets(text.as_bytes()).unwrap().rows;
        assert_eq!(rows[0].usual_order_days, [Weekday::Tuesday, Weekday::Thursday]);
        assert_eq!((rows[0].terms, rows[0].credit_limit), (Terms::Credit, Some(Money::from_minor(250_000))));
        assert_eq!((rows[1].terms, rows[1].credit_limit), (Terms::Prepaid, None));
    }

    #[test]
    fn bad_outlets() {
        let text = "name,usual_order_days,terms\nA,Tuu,later\na,,\n,,\n";
        let faults: Vec<_> =
            read_outlets(text.as_bytes()).unwrap_err().iter().map(ToString::to_string).collect();
        let expected = [
            "line 2, usual_order_days: `Tuu` is not a day: write Tue|Thu",
            "line 2, terms: `later` is neither prepaid nor credit",
            "line 3, name: a stands in line 2 already",
            "line 4, name: is empty",
        ];
        // A line of nothing but commas says nothing and is passed over.
        assert_eq!(faults, expected[..3]);
    }
}
