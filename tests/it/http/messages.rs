//! Orders as customers write them, from the tables that an operator imports to the money that comes back.

use serde_json::{Value, json};
use tria::domain::principal::Role;

use crate::harness::TestServer;

const PRODUCTS: &str = "\
unit_price,name,sku,unit,bundle_size,stock,category,aliases,unknown_column\n\
0.38,\"Pizza Box 9\"\"\",PB-09,piece,100,20000,Pizza boxes,,x\n\
0.45,\"Pizza Box 10\"\"\",PB-10,piece,100,20000,Pizza boxes,ten inch pizza box,x\n\
0.655,\"Pizza Box 12\"\"\",PB-12,piece,100,20000,Pizza boxes,,x\n\
0.98,\"Pizza Box 14\"\"\",PB-14,piece,50,20000,Pizza boxes,,x\n\
0.215,Meal Tray 750 ml,MT-750,piece,200,20000,Trays,,x\n\
0.095,Meal Tray Lid,MT-LID,piece,200,20000,Trays,,x\n\
0.12,Paper Cup 8 oz,PC-08,piece,50,20000,Cups,,x\n";

const OUTLETS: &str = "\
name,contact_person,contact_number,terms,aliases\n\
Luigi's - Harbourfront,Carla,+65 0000 0771,credit,\n\
Luigi's - Woodlands,Dino,+65 0000 0772,credit,\n\
Sunrise Canteen,Mei,+65 0000 0773,credit,Sunrise\n";

/// Posts a message and compares all that was understood and computed.
async fn check(server: &TestServer, token: &str, message: &str, expected: Value) {
    let body = json!({ "whatsapp_message": message });
    let answer = server.post_as(token, "/api/process_order_enhanced", &body).await.expect(200, "");
    let details = &answer.json["details"];
    let parsed = &details["parsed_order"];
    let lines: Vec<Value> = parsed["line_items"]
        .as_array()
        .expect("lines")
        .iter()
        .map(|line| json!([line["sku"], line["quantity"]]))
        .collect();
    let found = json!({
        "outlet": parsed["outlet_name"],
        "urgent": parsed["is_urgent"],
        "lines": lines,
        "money": [details["subtotal"], details["tax"], details["total"]],
    });
    assert_eq!(found, expected, "{message}");
}

#[tokio::test]
async fn three_messages_to_the_cent() {
    let server = TestServer::of_company(|sources| sources, PRODUCTS, OUTLETS).await;
    let channel = server.token(Role::Channel).await;

    // 400 × 0.45 = 180.00, 200 × 0.655 = 131.00, 300 × 0.98 = 294.00; 9 % of 605.00 = 54.45.
    check(
        &server,
        &channel,
        "Hi, could you send 400 pcs of 10 inch pizza boxes, 200 pcs of 12 inch pizza boxes and 300 pcs of \
         14 inch pizza boxes to Luigi's Harbourfront please? Thank you!",
        json!({
            "outlet": "Luigi's - Harbourfront",
            "urgent": false,
            "lines": [["PB-10", 400], ["PB-12", 200], ["PB-14", 300]],
            "money": [605.0, 54.45, 659.45],
        }),
    )
    .await;
    // 100 × 0.45 = 45.00, 50 × 0.655 = 32.75; 9 % of 77.75 = 6.9975, rounded once to 7.00.
    check(
        &server,
        &channel,
        "Need piza boxs for Luigis Woodlands: ten inch: 100 pcs, twelv inch: 50 pcs",
        json!({
            "outlet": "Luigi's - Woodlands",
            "urgent": false,
            "lines": [["PB-10", 100], ["PB-12", 50]],
            "money": [77.75, 7.0, 84.75],
        }),
    )
    .await;
    // 200 × 0.215 = 43.00, 200 × 0.095 = 19.00; 9 % of 62.00 = 5.58.
    check(
        &server,
        &channel,
        "Urgent! Sunrise Canteen needs 200 meal trays and 200 lids",
        json!({
            "outlet": "Sunrise Canteen",
            "urgent": true,
            "lines": [["MT-750", 200], ["MT-LID", 200]],
            "money": [62.0, 5.58, 67.58],
        }),
    )
    .await;
    server.finish().await;
}
