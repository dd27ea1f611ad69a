//! A third set, written after the second was mended, with a trade more.

use super::catalogues::{BAKERY, COFFEE, GARDEN, HARDWARE, PACKAGING, STATIONERY, VARIANTS};
use super::report;

const ON_GARDEN: &[(&str, &str)] = &[
    (
        "Hi, we'd like 10 bags of multipurpose compost and 5 bags topsoil for The Copper Pot",
        "The Copper Pot: 10 COM-50, 5 TOP-25",
    ),
    ("20 terracotta pots 15cm, 10 terracotta pots 20cm", "-: 20 POT-15, 10 POT-20"),
    ("terracotta pots: 15 cm x 24, 20 cm x 12, 30 cm x 6", "-: 24 POT-15, 12 POT-20, 6 POT-30"),
    ("3 watering cans and two hand trowels", "-: 3 CAN-10, 2 TRW"),
    ("lavender 12, rosemary 12, basil 6", "-: 12 LAV, 12 ROS, 6 BAS"),
    ("a garden hose 30m pls", "-: 1 HOSE-30"),
    ("hose 15m x2 and hose connectors x 4", "-: 2 HOSE-15, 4 HCON"),
    (
        "6 packs of tomato seed and 4 packs lettuce seeds. need asap, planting this weekend",
        "-: 6 SEED-TOM, 4 SEED-LET !",
    ),
    ("gloves size M: 5 pairs, size L: 3 pairs", "-: 5 GLV-M, 3 GLV-L"),
    ("5 medium gardening gloves, 3 large", "-: 5 GLV-M, 3 GLV-L"),
    ("40 slabs grey paving, 20 slabs sandstone", "-: 40 PAV-GR, 20 PAV-SA"),
    ("one wheel barrow", "-: 1 WBAR"),
    ("slug pelets 3 tubs", "-: 3 SLUG"),
    ("liquid tomato feed 1L, 12 bottles", "-: 12 FEED"),
    ("50 pots", "?"),
];

const ON_PACKAGING: &[(&str, &str)] = &[
    (
        "Morning, Rosie's Diner: pls can we have 5 x bundles 12\" pizza boxes (500 pcs)",
        "Rosie's Diner: 500 PB12",
    ),
    ("5 bundles 12\" pizza boxes (400 pcs)", "?"),
    ("Need boxes for Bella Napoli Tampines. 10in - 300 / 12in - 200 / 14in - 100. Pizza ones obviously", "?"),
    (
        "We'll take 150 ten inch and 75 twelve inch pizza boxes, plus 2 rolls of cling film. No rush.",
        "-: 150 PB10, 75 PB12, 2 CLING",
    ),
    ("Could I trouble you for another 500 small brown paper bags", "?"),
    (
        "pizza boxes for harbour cafe please: 10 inch x200 and 12 inch x100, not urgent, any day next week is fine",
        "Harbour Cafe: 200 PB10, 100 PB12",
    ),
    (
        "50 fourteen inch pizza boxes, 50 twelve inch pizza boxes and 100 ten inch pizza boxes. bedok outlet",
        "Bella Napoli - Bedok: 50 PB14, 50 PB12, 100 PB10",
    ),
    ("scrap my last message. 400 8oz cups and 400 lids", "-: 400 CC8, 400 CL8"),
    ("we ordered 200 trays last week, now we need 300 750ml trays", "?"),
    (
        "12oz cups - 600\n12oz lids - 600\nfor kopi & crumb one-north, thanks a million",
        "Kopi & Crumb - One North: 600 CC12, 600 CL12",
    ),
    (
        "sorry for the late message! 300 12\" pizza boxes for tomorrow to Bella Napoli Bedok, call Iskandar 9876 5432",
        "Bella Napoli - Bedok: 300 PB12",
    ),
    ("100 10 inch, 100 12 inch, 100 14 inch - all pizza boxes", "-: 100 PB10, 100 PB12, 100 PB14"),
    (
        "Napkins: 2000 white + 1000 brown; straws: 500 6mm + 250 12mm",
        "-: 2000 NAPW, 1000 NAPB, 500 STR6, 250 STR12",
    ),
    ("Hi we need pizza boxes", "?"),
    ("200 pcs 10 inch pizza box @ $0.45 and 100 pcs 12 inch @ 0.65", "-: 200 PB10, 100 PB12"),
    (
        "1 bundle of 10 inch boxes & 1 bundle of 12 inch boxes for Rosies (pizza)",
        "Rosie's Diner: 100 PB10, 100 PB12",
    ),
    ("8oz and 12oz cups, 500 of each, with lids", "?"),
    ("pls top up: large gloves 3 boxes, medium gloves 3 boxes, cutlery set 250", "-: 3 GLL, 3 GLM, 250 CSET"),
    ("My order: 100 pizza boxes (12 inch), 50 pizza boxes (14 inch)", "-: 100 PB12, 50 PB14"),
    ("need 300 pizza boxes: 100 each of 10, 12 and 14 inch", "-: 100 PB10, 100 PB12, 100 PB14"),
    ("500 forks + 500 knives = 1000 pcs total", "-: 500 FORK, 500 KNIF"),
    ("750ml tray x 200 (with lids)", "-: 200 FT750, 200 TL750"),
];

const ON_VARIANTS: &[(&str, &str)] = &[
    ("kraft 10 inch 200, white 10 inch 100 (pizza boxes)", "-: 200 PIZ-010-KR, 100 PIZ-010-WH"),
    ("200 brown medium bags for Rosies Diner by Friday", "Rosie's Diner: 200 BAG-MED-B"),
    ("8oz coffee cups 1000 single wall", "-: 1000 CUP-008-S"),
    ("3 thermal bags", "-: 3 BAG-DEL"),
    ("12 inch boxes: 100 white", "-: 100 PIZ-012-WH"),
];

const ON_OTHERS_BAKERY: &[(&str, &str)] = &[
    (
        "Hello bakers! Tmr: 5 sourdough, 3 wholemeal, 24 dinner rolls, 12 plain bagels. Invoice to Kopi & Crumb Katong",
        "Kopi & Crumb - Katong: 5 SD800, 3 WW400, 24 DNR, 12 BGP",
    ),
    ("2 trays brownies and 1 cheese cake", "-: 2 BRO, 1 CHE"),
    ("sesame: 48 burger buns, 24 bagels", "-: 48 BNS, 24 BGE"),
    ("can we double our croissants? 48 butter this time", "?"),
];

const ON_OTHERS_COFFEE: &[(&str, &str)] = &[
    ("6 espresso blend, 3 decaf blend, 24 oat milk; usual address", "-: 6 ESP-1K, 3 DEC-1K, 24 OAT-1L"),
    ("one case each of oat, soy and almond milk", "-: 6 OAT-1L, 6 SOY-1L, 6 ALM-1L"),
    ("white sugar 5 boxes brown sugar 5 boxes", "-: 5 SUG-W, 5 SUG-B"),
    ("vanilla, caramel and hazelnut syrup - 2 bottles each", "-: 2 VAN-750, 2 CAR-750, 2 HAZ-750"),
    ("hot chocolate 2kg x 4", "-: 4 CHO-2K"),
];

const ON_OTHERS: &[(&str, &str)] = &[
    ("black pens x 3 dozen, blue pens x 2 dozen", "-: 36 PEN-BLK, 24 PEN-BLU"),
    ("a3 paper 2 reams, a4 paper 10 reams, staples 1 box", "-: 2 PAP-A3-80, 10 PAP-A4-80, 1 STP-26"),
    (
        "whiteboard markers 10 & sticky notes 12 pads for Sunrise Primary",
        "Sunrise Primary School: 10 MRK-WB, 12 STK-76",
    ),
    ("permanant markers 10, hilighters yellow 5", "-: 10 MRK-PM, 5 HIL-YEL"),
];

const ON_OTHERS_HARDWARE: &[(&str, &str)] = &[
    ("wood screws 4 x 40 mm 2 boxes; 5 x 60 mm 1 box", "-: 400 WS4, 200 WS5"),
    ("M8 bolt, nut and washer - 100 each", "-: 100 HX8, 100 HN8, 100 FW8"),
    ("2\" brush x 4, 3\" brush x 2, white paint x 1", "-: 4 PBR2, 2 PBR3, 1 PNT5"),
    ("25mm elbows 10 and 20mm elbows 10", "-: 10 EL25, 10 EL20"),
];

#[test]
fn messages_of_the_third_set() {
    let total = report(&[
        ("garden", GARDEN, ON_GARDEN),
        ("packaging", PACKAGING, ON_PACKAGING),
        ("variants", VARIANTS, ON_VARIANTS),
        ("bakery", BAKERY, ON_OTHERS_BAKERY),
        ("coffee", COFFEE, ON_OTHERS_COFFEE),
        ("stationery", STATIONERY, ON_OTHERS),
        ("hardware", HARDWARE, ON_OTHERS_HARDWARE),
    ]);
    assert_eq!((total.asked, total.wrong), (0, 0));
}
