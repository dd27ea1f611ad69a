//! What the words of a message say by themselves: an order's number, four digits, whose order it is.

use crate::nlu::placed;

/// The number of an order: `order 123`, `#123`, `order no. 123`, or, when one was asked for, just a number.
pub fn order_number(text: &str, asked_for: bool) -> Option<i64> {
    let lower = text.to_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !(c.is_alphanumeric() || c == '#')).filter(|w| !w.is_empty()).collect();
    let number = |word: &str| word.trim_start_matches('#').parse::<i64>().ok().filter(|n| *n > 0);
    for (i, word) in words.iter().enumerate() {
        let hash = word.strip_prefix('#').and_then(number);
        if hash.is_some() {
            return hash;
        }
        if *word != "order" && *word != "orders" {
            continue;
        }
        // "order number 12", "order no 12", "order id 12", "order is 12": a word or two may stand between.
        let after = words[i + 1..].iter().take_while(|w| is_between(w) || number(w).is_some());
        if let Some((at, found)) = after.enumerate().find_map(|(at, w)| number(w).map(|n| (at, n))) {
            // "order 200 boxes" asks for boxes: a number right after the word is one only when little follows.
            // In "change order 12 to 300" it is the order's own.
            let named = words[..i].iter().any(|w| placed::is_change(w))
                || at > 0
                || words.len() <= i + 3
                || words.get(i + 2).is_some_and(|w| is_status_word(w));
            if named || asked_for {
                return Some(found);
            }
        }
    }
    let numbers: Vec<i64> = words.iter().filter_map(|w| number(w)).collect();
    match numbers.as_slice() {
        [only] if asked_for => Some(*only),
        _ => None,
    }
}

fn is_between(word: &str) -> bool {
    matches!(word, "number" | "no" | "nr" | "num" | "id" | "ref" | "reference" | "is" | "#")
}

fn is_status_word(word: &str) -> bool {
    matches!(
        word,
        "status"
            | "please"
            | "pls"
            | "where"
            | "arrive"
            | "arrived"
            | "come"
            | "coming"
            | "yet"
            | "is"
            | "has"
            | "delivered"
            | "shipped"
            | "delivery"
            | "today"
            | "now"
            | "still"
            | "not"
            | "and"
            | "last"
            | "phone"
            | "ending"
    )
}

/// The last four digits of a contact number: exactly four digits standing alone.
pub fn four_digits(text: &str, order_number: Option<i64>) -> Option<String> {
    let own = order_number.map(|n| n.to_string());
    text.split(|c: char| !c.is_ascii_digit())
        .filter(|run| run.len() == 4)
        .find(|run| own.as_deref() != Some(*run))
        .or_else(|| text.split(|c: char| !c.is_ascii_digit()).find(|run| run.len() == 4 && own.is_none()))
        .map(str::to_owned)
}

const WH: &[&str] =
    &["how", "what", "whats", "what's", "when", "why", "which", "where", "who", "price", "cost", "costs"];
const VERBS: &[&str] = &["do", "does", "did", "is", "are", "was", "were", "has", "will", "must", "should"];

/// Whether a message tells what has happened to its sender, and does not only ask what would be.
pub fn tells_what_happened(text: &str) -> bool {
    const TOLD: [&str; 12] =
        ["my", "our", "ours", "got", "received", "arrived", "came", "sent", "was", "were", "still", "again"];
    text.to_lowercase().split(|c: char| !c.is_alphanumeric()).any(|word| TOLD.contains(&word))
}

/// The sentences and clauses of a message that ask nothing.
pub fn statements(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(['.', '?', '!', '\n', ';'])
        .flat_map(|sentence| sentence.split(", also ").flat_map(|clause| clause.split(" and also ")))
        .filter(|clause| !clause.trim_end().ends_with('?'))
}

/// Whether a message points to what was spoken of before: "how much is it", "are those in stock".
pub fn points_back(text: &str) -> bool {
    const WORDS: [&str; 6] = ["it", "they", "them", "those", "these", "that"];
    text.to_lowercase().split(|c: char| !c.is_alphanumeric()).any(|word| WORDS.contains(&word))
}

/// Whether an order in the making is asked about: its total, what is in it, when it would come.
pub fn asks_about_draft(text: &str) -> bool {
    const CUES: [&str; 16] = [
        "the total",
        "total so far",
        "in total",
        "altogether",
        "how much is it",
        "how much is that",
        "how much would",
        "what does it come to",
        "when will it",
        "when would it",
        "when does it",
        "when can i get it",
        "show my order",
        "show me my order",
        "my order so far",
        "what do i have",
    ];
    let lower = text.to_lowercase();
    lower.split_whitespace().count() <= 9 && CUES.iter().any(|cue| lower.contains(cue))
}

/// Whether goods are to go back: "I want to return 50 boxes".
pub fn gives_back(text: &str) -> bool {
    let lower = text.to_lowercase();
    let word = |w: &str| lower.split(|c: char| !c.is_alphanumeric()).any(|found| found == w);
    word("return")
        || word("returning")
        || word("exchange")
        || ["send back", "give back", "take back", "bring back", "send them back", "take them back"]
            .iter()
            .any(|phrase| lower.contains(phrase))
}

/// Whether facts are asked for, not goods: "how many days will that take", "is it in stock", but not "can I get
/// 200 boxes".
pub fn asks_for_facts(text: &str) -> bool {
    let lower = text.to_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|w| !w.is_empty()).collect();
    let asks_verb = words.first().is_some_and(|w| VERBS.contains(w))
        || words
            .windows(2)
            .any(|w| VERBS.contains(&w[0]) && matches!(w[1], "i" | "we" | "you" | "it" | "they" | "there"));
    words.iter().any(|w| WH.contains(w)) || asks_verb
}

/// Whether it is asked what there is to buy at all: "what do you sell", "show me your products".
pub fn asks_for_range(text: &str) -> bool {
    const OPENINGS: [&str; 14] = [
        "what do you sell",
        "what do you have",
        "what do you offer",
        "what do you carry",
        "what do you supply",
        "what can i buy",
        "what can i order",
        "what else do you",
        "what products",
        "which products",
        "what items",
        "what goods",
        "what kind of products",
        "what kinds of products",
    ];
    const LISTS: [&str; 12] = [
        "your products",
        "your product list",
        "your product range",
        "your range",
        "your items",
        "your catalogue",
        "your catalog",
        "your price list",
        "your pricelist",
        "list of products",
        "full catalogue",
        "all products",
    ];
    const SHOWS: [&str; 8] = ["show", "see", "send", "list", "share", "what", "give", "view"];
    /// Longer ones ask about something in it.
    const LONGEST: usize = 12;
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let lower = words.join(" ");
    words.len() <= LONGEST
        && (OPENINGS.iter().any(|opening| lower.contains(opening))
            || (LISTS.iter().any(|list| lower.contains(list))
                && words.iter().any(|word| SHOWS.contains(word))))
}

/// Whether it is asked where an order is: "where", "when", "status", "track".
pub fn asks_where(text: &str) -> bool {
    let lower = text.to_lowercase();
    [
        "where",
        "when",
        "status",
        "track",
        "arriv",
        "eta",
        "shipped",
        "dispatched",
        "on the way",
        "on its way",
        "yet",
        "come",
        "progress",
        "update",
        "happening",
        "still",
        "locate",
        "find my",
        "check my",
        "check on",
        "delivered",
    ]
    .iter()
    .any(|cue| lower.contains(cue))
}

/// Whether the words speak of the sender's own order: "my order", "our delivery", "I ordered".
pub fn is_about_own_order(text: &str) -> bool {
    let lower = format!(" {} ", text.to_lowercase());
    let owned = ["my ", "our ", "the "].iter().any(|who| {
        ["order", "delivery", "parcel", "package", "shipment", "goods", "boxes", "stuff"]
            .iter()
            .any(|what| lower.contains(&format!(" {who}{what}")) && *who != "the ")
    });
    owned
        || [
            "i ordered",
            "we ordered",
            "i placed",
            "we placed",
            "my last order",
            "track it",
            "its status",
            "status of",
        ]
        .iter()
        .any(|phrase| lower.contains(phrase))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_number(text: &str, expected: Option<i64>) {
        assert_eq!(order_number(text, false), expected, "{text}");
    }

    #[test]
    fn order_numbers() {
        check_number("where is order 123?", Some(123));
        check_number("Status of #77 please", Some(77));
        check_number("order no. 45 has not come", Some(45));
        check_number("my order number is 9", Some(9));
        check_number("I want to order 200 pizza boxes", None);
        check_number("order 200 boxes of the 12 inch", None);
        check_number("change order 12 to 300 boxes of the 12 inch", Some(12));
        check_number("please add 50 sip lids 80 mm to order 12 for me", Some(12));
        check_number("where is my order", None);
        assert_eq!(order_number("it is 55", true), Some(55));
    }

    #[test]
    fn goods_that_go_back() {
        assert!(gives_back("I want to return 50 boxes") && !gives_back("50 boxes please"));
    }

    #[test]
    fn digits_are_not_the_order_number() {
        assert_eq!(four_digits("order 1234, phone ends 0007", Some(1234)).as_deref(), Some("0007"));
        assert_eq!(four_digits("0007", None).as_deref(), Some("0007"));
        assert_eq!(four_digits("12345", None), None);
    }
}
