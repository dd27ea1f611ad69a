use super::*;
use crate::nlu::order::tests::{Shop, catalogues, shop};

fn ids(shop: &Shop, skus: &[&str]) -> Vec<ProductId> {
    skus.iter().map(|sku| shop.index.by_sku(sku).unwrap()).collect()
}

#[track_caller]
fn check_answer(text: &str, expected: Option<Confirmation>) {
    assert_eq!(confirmation(text), expected, "{text}");
}

#[test]
fn yes_no_and_cancel() {
    for yes in [
        "Yes",
        "ok place it",
        "confirm",
        "yep go ahead",
        "yes please",
        "proceed",
        "correct",
        "Yes, that's right!",
        "ok",
    ] {
        check_answer(yes, Some(Confirmation::Yes));
    }
    for no in ["no", "nope", "No thanks", "not yet", "no that's wrong"] {
        check_answer(no, Some(Confirmation::No));
    }
    for cancel in [
        "cancel",
        "never mind",
        "forget it",
        "actually cancel that",
        "please cancel my order",
        "no, cancel it",
    ] {
        check_answer(cancel, Some(Confirmation::Cancel));
    }
    let neither = [
        "yes but make it 300",
        "no lids",
        "ok thanks but how long is delivery?",
        "the 12 inch",
        "cancel the lids",
        "don't cancel",
        "",
        "thanks",
        "yes and add 50 lids",
    ];
    for text in neither {
        check_answer(text, None);
    }
}

/// `lines` of the draft; `expected` with SKUs.
#[track_caller]
fn check_edit(text: &str, lines: &[&str], expected: &[&str]) {
    let shop = shop(catalogues::PACKAGING);
    let sku = |id: ProductId| shop.products[id.0 as usize - 1].details.sku.to_string();
    let found: Vec<String> = changes(text, &ids(&shop, lines), &shop.index)
        .into_iter()
        .map(|edit| match edit {
            Edit::SetQuantity(None, n) => format!("set {n}"),
            Edit::SetQuantity(Some(id), n) => format!("set {} {n}", sku(id)),
            Edit::Remove(id) => format!("remove {}", sku(id)),
            Edit::Scale(by) => format!("times {by}"),
            Edit::Replace(old, new) => format!("{} for {}", sku(new), sku(old)),
        })
        .collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn changes_of_a_draft() {
    let two = &["PB10", "PB12"];
    let set = &["FT750", "TL750"];
    check_edit("make it 300", two, &["set 300"]);
    check_edit("yes but make it 300", two, &["set 300"]);
    check_edit("make the 12 inch 300", two, &["set PB12 300"]);
    check_edit("300 instead", two, &["set 300"]);
    check_edit("change the 10 inch to 150 pcs", two, &["set PB10 150"]);
    check_edit("reduce the 10 inch from 200 to 150", two, &["set PB10 150"]);
    check_edit("150 not 200 for the 10 inch", two, &["set PB10 150"]);
    check_edit("no lids", set, &["remove TL750"]);
    check_edit("remove the trays", set, &["remove FT750"]);
    check_edit("cancel the lids", set, &["remove TL750"]);
    check_edit("drop the second one", set, &["remove TL750"]);
    check_edit("double it", two, &["times 2"]);
    check_edit("half of that please", two, &["times 0.5"]);
    check_edit("14 inch instead of 10", two, &["PB14 for PB10"]);
    check_edit("change the 12 inch to 14 inch", two, &["PB14 for PB12"]);
    check_edit("add 50 lids", set, &[]);
    check_edit("also 2 bundles of small kraft bags", set, &[]);
    check_edit("what time do you deliver?", set, &[]);
    check_edit("it's for bedok", set, &[]);
}

#[track_caller]
fn check_choice(text: &str, offered: &[&str], expected: Option<&str>) {
    let shop = shop(catalogues::PACKAGING);
    let expected = expected.map(|sku| shop.index.by_sku(sku).unwrap());
    assert_eq!(choose(text, &ids(&shop, offered), &shop.index), expected, "{text}");
}

#[test]
fn choices_from_a_list() {
    let boxes = &["PB10", "PB12", "PB14"];
    check_choice("2", boxes, Some("PB12"));
    check_choice("the first", boxes, Some("PB10"));
    check_choice("the second one please", boxes, Some("PB12"));
    check_choice("14 inch", boxes, Some("PB14"));
    check_choice("12\"", boxes, Some("PB12"));
    check_choice("14", boxes, Some("PB14"));
    check_choice("the brown one", &["NAPW", "NAPB"], Some("NAPB"));
    check_choice("large", &["BGS", "BGM", "BGL"], Some("BGL"));
    check_choice("hmm", boxes, None);
}
