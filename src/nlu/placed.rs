//! What a customer wants done with an order that was placed: "cancel order 12", "add 50 lids to my order", "change the
//! delivery to Saturday".

use jiff::civil::Date;

use super::day::named_day;

/// What is to be done with a placed order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// Call the whole of it off.
    Cancel,
    /// Another day of delivery.
    Day(Date),
    /// Another address, which a person sees to.
    Address,
    /// Other items or quantities.
    Items,
}

/// Words that call off what they are said of.
const CANCELS: [&str; 6] = ["cancel", "cancelled", "canceled", "cancelling", "abort", "scrap"];
/// Words and phrases that do, when no goods are named beside them.
const CALLS_OFF: [&str; 4] = ["call off", "call it off", "stop the order", "don't want the order"];
/// Words that change something.
const CHANGES: [&str; 22] = [
    "cancel",
    "change",
    "amend",
    "modify",
    "edit",
    "stop",
    "postpone",
    "reschedule",
    "update",
    "reduce",
    "add",
    "remove",
    "increase",
    "raise",
    "lower",
    "move",
    "push",
    "delay",
    "swap",
    "replace",
    "scrap",
    "abort",
];
/// Words and phrases that name the sender's own order without its number.
const OWN: [&str; 14] = [
    "my order",
    "our order",
    "my last order",
    "our last order",
    "my previous order",
    "the order i",
    "the order we",
    "that order",
    "this order",
    "the last order",
    "my latest order",
    "my delivery",
    "our delivery",
    "the delivery",
];
/// Beginnings of what goes on with the order just placed.
const GOES_ON: [&str; 12] = [
    "make it",
    "make that",
    "make the",
    "change it",
    "change that",
    "change the",
    "add ",
    "please add",
    "also add",
    "can you add",
    "could you add",
    "remove the",
];
/// Words before the name of an order that go with it.
const LEADS: [&str; 7] = ["to", "from", "of", "on", "in", "for", "off"];
const DETERMINERS: [&str; 8] = ["my", "our", "the", "that", "this", "last", "previous", "latest"];
const BETWEEN: [&str; 8] = ["number", "no", "nr", "num", "id", "ref", "reference", "#"];
/// Longest message about the order just placed that does not name it, in words.
const MAX_GOES_ON: usize = 16;

fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    lower
        .split(|c: char| !(c.is_alphanumeric() || c == '\''))
        .filter(|w| !w.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Whether a word changes something, or calls it off.
pub fn is_change(word: &str) -> bool {
    CHANGES.contains(&word)
}

/// Whether an order that was placed is to be changed or called off. What would happen then is only a question.
pub fn changes_placed_order(text: &str, order_number: Option<i64>, today: Date) -> bool {
    let lower = format!(" {} ", text.to_lowercase());
    let words = words(text);
    let verb = words.iter().any(|word| CHANGES.contains(&word.as_str()));
    let calls_off = CALLS_OFF.iter().any(|phrase| lower.contains(phrase));
    let named = OWN.iter().any(|phrase| lower.contains(&format!(" {phrase}")));
    let numbered = lower.split_once(" order ").is_some_and(|(_, after)| {
        after.trim_start_matches(['#', ' ']).starts_with(|c: char| c.is_ascii_digit())
    });
    // The delivery is changed by a day that is named; "change my delivery address" asks how.
    let only_delivery = named && lower.contains("delivery") && !lower.contains("order");
    let named = named && (!only_delivery || named_day(text, today, today).is_some());
    let asks = lower.contains('?')
        && !lower.contains("can you")
        && !lower.contains("could you")
        && !lower.contains("please");
    (verb || calls_off) && (order_number.is_some() || numbered || (named && !asks))
}

/// Whether a message goes on with the order that was placed last, without naming it: "make it 300 of the 12 inch",
/// "actually cancel that".
pub fn goes_on(text: &str) -> bool {
    let lower = text.trim().to_lowercase();
    let said = ["actually", "sorry", "oh", "wait", "hi", "hey", "please", "no", "and", "ok", "okay"]
        .iter()
        .fold(lower.as_str(), |rest, word| {
            let after = rest.strip_prefix(word).filter(|after| after.starts_with([' ', ',', '.', '!']));
            after.map_or(rest, |after| after.trim_start_matches([' ', ',', '.', '!']))
        });
    let short = words(said).len() <= MAX_GOES_ON;
    short && GOES_ON.iter().any(|opening| said.starts_with(opening))
}

/// Whether words call something off that was placed; "never mind" only takes back what was just said.
pub fn calls_off(text: &str) -> bool {
    let lower = text.to_lowercase();
    words(text).iter().any(|word| CANCELS.contains(&word.as_str()))
        || CALLS_OFF.iter().any(|phrase| lower.contains(phrase))
}

/// What is to be done. `goods`: whether goods are named beside it, so that "cancel the lids" drops the lids only.
/// `after`: a weekday means the next one that comes after this day.
pub fn wish(text: &str, goods: bool, today: Date, after: Date) -> Wish {
    let lower = text.to_lowercase();
    let words = words(text);
    let has = |word: &str| words.iter().any(|w| w == word);
    if has("address") {
        return Wish::Address;
    }
    if calls_off(text) && !goods && !lower.contains("don't cancel") && !lower.contains("do not cancel") {
        return Wish::Cancel;
    }
    match named_day(text, today, after) {
        Some(day) if !goods => Wish::Day(day),
        _ => Wish::Items,
    }
}

/// The message without the order's name, so that its number is not taken for a quantity: "add 50 lids to my order" →
/// "add 50 lids", "change order 12 to 300" → "change to 300".
pub fn without_order(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let bare: Vec<String> = words
        .iter()
        .map(|w| w.trim_matches(|c: char| !(c.is_alphanumeric() || c == '#')).to_lowercase())
        .collect();
    let mut gone = vec![false; words.len()];
    for (at, word) in bare.iter().enumerate() {
        let hash = word.strip_prefix('#').is_some_and(is_number);
        if word != "order" && !hash {
            continue;
        }
        let mut from = at;
        while from > 0 && DETERMINERS.contains(&bare[from - 1].as_str()) {
            from -= 1;
        }
        if from > 0 && LEADS.contains(&bare[from - 1].as_str()) {
            from -= 1;
        }
        let mut to = at + 1;
        while !hash && to < bare.len() && BETWEEN.contains(&bare[to].as_str()) {
            to += 1;
        }
        // "change order 12 to 300": the number right after it is its own.
        if !hash && to < bare.len() && is_number(bare[to].trim_start_matches('#')) {
            to += 1;
        }
        gone[from..to].iter_mut().for_each(|g| *g = true);
    }
    let kept: Vec<&str> =
        words.iter().zip(&gone).filter(|(_, gone)| !**gone).map(|(word, _)| *word).collect();
    kept.join(" ").trim_start_matches([':', ',', ' ']).to_owned()
}

fn is_number(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const TODAY: Date = date(2026, 11, 23);

    #[test]
    fn placed_orders_are_changed_and_new_ones_are_not() {
        let check = |text: &str, number: Option<i64>, expected: bool| {
            assert_eq!(changes_placed_order(text, number, TODAY), expected, "{text}");
        };
        check("please cancel our order of 100 x 12 inch kraft pizza box", None, true);
        check("change order 1 to 300 boxes", Some(1), true);
        check("cancel order 12", Some(12), true);
        check("add 50 lids to my order", None, true);
        check("change the delivery to Saturday", None, true);
        check("could you move my delivery to Thursday?", None, true);
        check("can you cancel my order?", None, true);
        check("can I change my order?", None, false);
        check("Can I cancel an order?", None, false);
        check("how do I change my delivery address", None, false);
        check("make it 300", None, false);
        check("200 boxes please, deliver on Saturday", None, false);
    }

    #[test]
    fn what_goes_on_with_the_order_before() {
        let check = |text: &str, expected: bool| assert_eq!(goes_on(text), expected, "{text}");
        check("make it 300 of the 12 inch", true);
        check("Actually, please add 50 lids", true);
        check("sorry make that 200", true);
        check("I need 200 boxes", false);
        check("address?", false);
    }

    #[test]
    fn wishes() {
        let check = |text: &str, goods: bool, expected: Wish| {
            assert_eq!(wish(text, goods, TODAY, TODAY), expected, "{text}")
        };
        check("cancel order 12", false, Wish::Cancel);
        check("please call it off", false, Wish::Cancel);
        check("cancel the lids on order 12", true, Wish::Items);
        check("change the delivery to Saturday", false, Wish::Day(date(2026, 11, 28)));
        check("change the delivery address of order 12", false, Wish::Address);
        check("add 50 lids to my order", true, Wish::Items);
        check("change my order", false, Wish::Items);
    }

    #[test]
    fn the_order_itself_is_no_quantity() {
        let check = |text: &str, expected: &str| assert_eq!(without_order(text), expected);
        check("add 50 lids to my order", "add 50 lids");
        check("change order 12 to 300 boxes", "change to 300 boxes");
        check("remove the lids from order no. 12, please", "remove the lids please");
        check("Order #12: make it 300", "make it 300");
        check("#12 make it 300", "make it 300");
        check("make it 300 of the 12 inch", "make it 300 of the 12 inch");
    }
}
