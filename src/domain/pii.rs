//! Personal data taken out of a text before it reaches a log, a metric or a ticket's summary.
//!
//! What looks like a telephone number but is a quantity, a price, a SKU or an order's number must stay: a ticket
//! without them is of no use.

/// The text with telephone numbers, e-mail addresses, identity and card numbers replaced by placeholders.
pub fn scrub(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| !c.is_whitespace()) {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        // Numbers are often written in groups: "8123 4567", "4111 1111 1111 1111".
        if let Some((length, placeholder)) = number_at(rest, out.chars().next_back()) {
            out.push_str(placeholder);
            rest = &rest[length..];
            continue;
        }
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        out.push_str(&word(&rest[..end]));
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

/// One word, with an e-mail address or identity number in it replaced; what stands around it stays.
fn word(word: &str) -> String {
    let core = word.trim_matches(|c: char| !c.is_alphanumeric());
    let placeholder = if is_email(core) {
        "[email]"
    } else if is_nric(core) {
        "[id]"
    } else {
        // "tel:81234567"
        return word.split_once(':').map_or_else(
            || word.to_owned(),
            |(label, value)| match number_at(value, Some(':')) {
                Some((length, placeholder)) => format!("{label}:{placeholder}{}", &value[length..]),
                None => word.to_owned(),
            },
        );
    };
    word.replacen(core, placeholder, 1)
}

fn is_email(word: &str) -> bool {
    word.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty()
            && host.contains('.')
            && !host.starts_with('.')
            && host.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-'))
    })
}

/// Singapore's identity numbers: a letter, seven digits, and a check letter (weights 2 7 6 5 4 3 2, modulo 11).
fn is_nric(word: &str) -> bool {
    let upper = word.to_ascii_uppercase();
    let bytes = upper.as_bytes();
    if bytes.len() != 9 || !bytes[1..8].iter().all(u8::is_ascii_digit) {
        return false;
    }
    let weighted: usize = bytes[1..8]
        .iter()
        .zip([2, 7, 6, 5, 4, 3, 2])
        .map(|(digit, weight)| usize::from(digit - b'0') * weight)
        .sum();
    let (offset, letters): (usize, &[u8; 11]) = match bytes[0] {
        b'S' => (0, b"JZIHGFEDCBA"),
        b'T' => (4, b"JZIHGFEDCBA"),
        b'F' => (0, b"XWUTRQPNMLK"),
        b'G' => (4, b"XWUTRQPNMLK"),
        b'M' => (3, b"XWUTRQPNJLK"),
        _ => return false,
    };
    letters[(weighted + offset) % 11] == bytes[8]
}

/// A telephone or card number at the start of `text`, with its length in bytes.
fn number_at(text: &str, before: Option<char>) -> Option<(usize, &'static str)> {
    // Inside a word or a SKU, or behind a sign of number or money, it is no telephone number.
    if before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '-' | '#' | '$' | '.' | '/')) {
        return None;
    }
    let plus = text.starts_with('+');
    let mut digits = String::new();
    let mut end = 0;
    let mut in_group = false;
    for (at, c) in text.char_indices() {
        match c {
            '0'..='9' => {
                digits.push(c);
                in_group = true;
                end = at + 1;
            }
            '+' if at == 0 => {}
            ' ' | '-' if in_group && digits.len() < 19 => in_group = false,
            '(' | ')' if plus => in_group = false,
            _ => break,
        }
        if digits.len() > 19 {
            return None;
        }
    }
    let after = text[end..].chars().next();
    if after.is_some_and(|c| c.is_alphabetic() || matches!(c, '%' | '"')) {
        return None;
    }
    let n = digits.len();
    if (13..=19).contains(&n) && luhn(&digits) {
        return Some((end, "[card]"));
    }
    if plus && (8..=15).contains(&n) {
        return Some((end, "[phone]"));
    }
    local_number(text).map(|length| (length, "[phone]"))
}

/// Singapore's numbers: eight digits that begin with 3, 6, 8 or 9, in one group or two of four.
fn local_number(text: &str) -> Option<usize> {
    let digits = |s: &str| s.bytes().take_while(u8::is_ascii_digit).count();
    let first = digits(text);
    let length = match first {
        8 => 8,
        4 if matches!(text.as_bytes().get(4), Some(b' ' | b'-')) && digits(&text[5..]) == 4 => 9,
        _ => return None,
    };
    let decimal = text[length..].starts_with('.') && digits(&text[length + 1..]) > 0;
    (matches!(text.as_bytes()[0], b'3' | b'6' | b'8' | b'9') && !decimal).then_some(length)
}

/// The check digit of card numbers (Luhn 1960).
fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(i, b)| {
            let d = u32::from(b - b'0');
            if i % 2 == 0 { d } else { d * 2 / 10 + d * 2 % 10 }
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(scrub(text), expected);
    }

    #[test]
    fn personal_data_goes() {
        check("call me at 81234567 please", "call me at [phone] please");
        check("call 8123 4567.", "call [phone].");
        check("+65 8123 4567", "[phone]");
        check("tel:91234567", "tel:[phone]");
        check("mail jo.tan@example.com, thanks", "mail [email], thanks");
        check("my IC is S1234567D", "my IC is [id]");
        check("card 4111 1111 1111 1111", "card [card]");
    }

    #[test]
    fn quantities_and_names_of_goods_stay() {
        for text in [
            "order 12345 of 2026-11-23",
            "200 of PIZ-010-KR-01 and 10000 lids",
            "Singapore 018956",
            "SGD 1,234.50",
            "S1234567A is not an id",
            "order #81234567",
            "89999999.50 in total",
        ] {
            check(text, text);
        }
    }
}
