//! What customers of any supplier come with, told in the plain words that policies use for it.
//!
//! "you sent me the wrong cups" is about wrong deliveries, but its vector lies next to cups. So the plain words are
//! searched for as well, with a little less weight than the customer's own.

use super::terms;

/// A situation: the words that tell it, one of each group, and how a policy would call it.
type Scenario = (&'static [&'static str], &'static str);

/// Words are compared by their stems; `#` stands for a number.
const SCENARIOS: [Scenario; 13] = [
    (
        &["wrong incorrect mixed", "sent send deliver got receive gave arrive came order"],
        "wrong items were delivered",
    ),
    (
        &[
            "damaged broken squashed crushed dented torn ripped smashed cracked wet defective faulty leaking",
            "arrive deliver came got receive box carton goods order delivery",
        ],
        "goods arrived damaged or defective",
    ),
    (
        &["nobody closed away missed absent empty", "driver van courier truck"],
        "nobody was there to receive the delivery",
    ),
    (
        &["missing short incomplete fewer less lacking", "deliver order carton arrive receive got came"],
        "items are missing from a delivery",
    ),
    (&["late delayed overdue waiting", "deliver van driver order arrive came"], "the delivery came late"),
    (
        &[
            "send bring give take return",
            "back return",
            "unopened unused many much extra leftover left need wrong order bought",
        ],
        "returning goods that are not needed",
    ),
    (&["pick fetch collect", "up myself ourselves"], "collecting an order yourself"),
    (
        &[
            "days long soon fast quickly",
            "order need reach take receive ship ready",
            "order # normal ordinary standard large urgent",
        ],
        "lead time of an order",
    ),
    (&["day days", "deliver van truck driver", "come which what"], "delivery days"),
    (&["minimum least certain smallest", "order buy amount spend value purchase"], "minimum order value"),
    (
        &["cap limit maximum most largest ceiling", "buy order once quantity amount"],
        "largest order and maximum quantity",
    ),
    (
        &["better cheaper discount deal bulk lower special", "price # quantity bulk pieces large"],
        "discount or quote for large quantities",
    ),
    (
        &["change edit add remove fewer more", "order", "now still already today morning later"],
        "changing items or quantities of an order",
    ),
];

/// The plain words for the first situation that a message tells.
pub fn in_plain_words(text: &str) -> Option<&'static str> {
    let stems: Vec<String> = terms::terms(text).into_iter().map(|t| t.stem).collect();
    let says = |word: &str| {
        if word == "#" {
            return stems.iter().any(|stem| stem.starts_with(|c: char| c.is_ascii_digit()));
        }
        let wanted = terms::term(word.to_owned()).stem;
        stems.contains(&wanted)
    };
    let tells = |(groups, _): &&Scenario| groups.iter().all(|group| group.split(' ').any(says));
    SCENARIOS.iter().find(tells).map(|(_, plain)| *plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(in_plain_words(text), expected, "{text}");
    }

    #[test]
    fn situations() {
        check("you sent us the wrong trays", Some("wrong items were delivered"));
        check("some boxes arrived squashed", Some("goods arrived damaged or defective"));
        check("the van came 2 hours late", Some("the delivery came late"));
        check("can i pick the goods up myself", Some("collecting an order yourself"));
        check("I need 8000 boxes, how many days will that take", Some("lead time of an order"));
        check("is there a cap on how much I can buy at once", Some("largest order and maximum quantity"));
        check("which lid fits the cup", None);
        check("do you sell mortgages", None);
    }
}
