use proptest::prelude::*;

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
fn personal_data_goes_from_within_signs() {
    check("(81234567)", "([phone])");
    check("*8123-4567*", "*[phone]*");
    check("81234567/91234567, 61234567", "[phone]/[phone], [phone]");
    check("mobile=+65-8123-4567;fax", "mobile=[phone];fax");
    check("WhatsApp 6581234567", "WhatsApp [phone]");
    check("0044 20 7946 0958", "[phone]");
    check("call 0123456789", "call [phone]");
    check("+1 (212) 555-0100", "[phone]");
    check("8123 4567½jo@a.sg", "[phone][email]");
    check("81234567 91234567 61234567 500ml", "[phone] [phone] [phone] 500ml");
    check("+6281234567890 5 boxes", "[phone] 5 boxes");
    check("4111 1111 1111 1111 5 boxes", "[card] 5 boxes");
    check("3782 822463 10005", "[card]");
    check("+65 81234567 5 boxes", "[phone] 5 boxes");
    check("<jo@a.com>,mary@b.sg;x", "<[email]>,[email];x");
    check("jo@a.com%mary@b.sg@c.sg", "[email]%[email]@c.sg");
    check("mailto:jo_1+x@a.b.com.", "mailto:[email].");
    check("(s1234567d).", "([id]).");
    check("order 4111111111111111", "order [card]");
    check("my order. 81234567 is mine", "my order. [phone] is mine");
    check("so 81234567, for the order, 91234567", "so [phone], for the order, [phone]");
    check("contact number is 81234567", "contact number is [phone]");
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

#[test]
fn numbers_of_orders_and_goods_stay() {
    for text in [
        "order 81234567",
        "Order no. 81234567, invoice number: 91234567",
        "my order is 81234567",
        "PO 61234567, Inv. 91234567",
        "3000-4000 boxes or 6000 8000",
        "SKU-81234567 and 81234567-KR and 8123456_7",
        "barcode 9556001212139",
        "8 boxes, 9 lids, 300 cups at 9,000.50",
        "8123 4567ml",
        "at 09:00-12:00, 0900 1200",
        "a@b and @home and x@.com",
    ] {
        check(text, text);
    }
}

proptest! {
    #[test]
    fn what_is_found_lies_in_the_text(text in "\\PC{0,60}|[0-9 +@.aST,/()-]{0,60}") {
        let mut end = 0;
        for found in find(&text) {
            prop_assert!(found.at.start >= end && found.at.start < found.at.end);
            prop_assert!(text.get(found.at.clone()).is_some());
            end = found.at.end;
        }
    }
}

#[test]
fn street_addresses() {
    check("deliver to 12 Foundry Road #04-17 please", "deliver to [address] please");
    check("Blk 201 Tampines Street 21, #01-09", "Blk [address]");
    check("we moved to 7A Harbour View", "we moved to [address]");
    check(
        "12 inch boxes, 100 Kraft Bags, order 12, Singapore 528765",
        "12 inch boxes, 100 Kraft Bags, order 12, Singapore 528765",
    );
    check("2 roads lead there; 40 boxes st", "2 roads lead there; 40 boxes st");
}

#[test]
fn people_who_introduce_themselves() {
    let check = |text: &str, expected: &[&str]| assert_eq!(introduced(text), expected, "{text}");
    check("Hi, I am Marta Quill. Which days do you deliver?", &["Marta Quill"]);
    check("this is Jo from Bella Napoli", &["Jo"]);
    check("my name is Siew-Ling O'Hara, hello", &["Siew-Ling O'Hara"]);
    check("I am Not happy, this is Urgent, I am in Singapore", &[]);
    check("what is the price", &[]);
}
