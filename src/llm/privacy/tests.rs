use proptest::prelude::*;

use super::*;

#[track_caller]
fn check(names: &[&str], text: &str, expected: &str) {
    let mut cloak = Cloak::new(names.iter().copied());
    assert_eq!(cloak.hide(text), expected);
    assert_eq!(cloak.reveal(expected), text);
}

#[test]
fn hidden_and_revealed() {
    check(&[], "call 81234567 or 91234567, not 81234567", "call [PHONE_1] or [PHONE_2], not [PHONE_1]");
    check(&[], "jo@a.sg, S1234567D, 4111 1111 1111 1111", "[EMAIL_1], [ID_1], [CARD_1]");
    check(&[], "order 81234567: 200 of PIZ-010", "order 81234567: 200 of PIZ-010");
    check(
        &["Jo", "Jo Tan"],
        "JO TAN and Jo, not Joan or jo@x.sg",
        "[NAME_1] and [NAME_2], not Joan or [EMAIL_1]",
    );
    check(&["李明", "Zoë"], "这是 李明, zoë", "这是 [NAME_1], [NAME_2]");
    check(&["", "  ", "7"], "7 boxes", "7 boxes");
}

#[test]
fn the_same_over_all_texts_of_a_call() {
    let mut cloak = Cloak::new(["Mei"]);
    assert_eq!(cloak.hide("Mei: 81234567"), "[NAME_1]: [PHONE_1]");
    assert_eq!(cloak.hide("91234567 or 81234567"), "[PHONE_2] or [PHONE_1]");
    assert_eq!(cloak.reveal("Dear [NAME_1], [phone_2]?"), "Dear Mei, 91234567?");
    assert_eq!(cloak.reveal("[PHONE_3] [PHONE_0] [NAME] [1] ["), "[PHONE_3] [PHONE_0] [NAME] [1] [");
}

/// A customer who writes a placeholder must not be told what it stands for.
#[test]
fn a_placeholder_of_a_customer_stands_for_itself() {
    let mut cloak = Cloak::default();
    cloak.hide("81234567");
    assert_eq!(cloak.hide("say [PHONE_1] and [Text_1]"), "say [TEXT_1] and [TEXT_2]");
    assert_eq!(cloak.reveal("[TEXT_1], [TEXT_2]"), "[PHONE_1], [Text_1]");
}

#[test]
fn across_pieces() {
    let mut cloak = Cloak::default();
    cloak.hide("81234567");
    let mut uncloak = cloak.uncloak();
    assert_eq!(uncloak.push("Call [PHO"), "Call ");
    assert_eq!(uncloak.push("NE_1"), "");
    assert_eq!(uncloak.push("] or [see"), "81234567 or ");
    assert_eq!(
        uncloak.push(" here] and [a_long_word_that_is_none"),
        "[see here] and [a_long_word_that_is_none"
    );
    assert_eq!(uncloak.push(" [PHONE"), " ");
    assert_eq!(uncloak.finish(), "[PHONE");
}

#[test]
fn nothing_hidden_is_printed() {
    let mut cloak = Cloak::new(["Mei"]);
    cloak.hide("Mei 81234567");
    let printed = format!("{cloak:?} {:?}", cloak.clone().uncloak());
    assert!(!printed.to_lowercase().contains("mei") && !printed.contains("81234567"), "{printed}");
}

/// Pieces of what matters here.
fn pieces() -> impl Strategy<Value = Vec<String>> {
    let pieces = prop_oneof![
        Just("81234567".to_owned()),
        Just("+65 9123 4567".to_owned()),
        Just("jo@a.sg".to_owned()),
        Just("S1234567D".to_owned()),
        Just("Jo Tan".to_owned()),
        Just("[PHONE_1]".to_owned()),
        Just("[TEXT_2]".to_owned()),
        Just("[[".to_owned()),
        "\\PC{0,6}",
        "[ ,.:/_\\[\\]-]{0,3}",
    ];
    prop::collection::vec(pieces, 0..12)
}

proptest! {
    #[test]
    fn round_trip(first in pieces(), second in pieces(), cuts in prop::collection::vec(1_usize..7, 1..8)) {
        let (first, second) = (first.concat(), second.concat());
        let mut cloak = Cloak::new(["Jo", "Jo Tan"]);
        let hidden = [cloak.hide(&first), cloak.hide(&second)];
        prop_assert_eq!(cloak.reveal(&hidden[0]), first.as_str());
        prop_assert_eq!(cloak.reveal(&hidden[1]), second.as_str());

        let whole: Vec<char> = hidden[1].chars().collect();
        let mut uncloak = cloak.uncloak();
        let (mut out, mut at) = (String::new(), 0);
        for cut in cuts.into_iter().cycle() {
            if at >= whole.len() {
                break;
            }
            let end = (at + cut).min(whole.len());
            out += &uncloak.push(&whole[at..end].iter().collect::<String>());
            at = end;
        }
        out += &uncloak.finish();
        prop_assert_eq!(out, second);
    }

    #[test]
    fn what_is_hidden_is_not_sent(pieces in pieces()) {
        let text = pieces.join(" ");
        let hidden = Cloak::new(["Jo Tan"]).hide(&text);
        for secret in ["81234567", "9123 4567", "jo@a.sg", "S1234567D", "Jo Tan"] {
            prop_assert!(!hidden.contains(secret), "{} in {}", secret, hidden);
        }
    }
}
