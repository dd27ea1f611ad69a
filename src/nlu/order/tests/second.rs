//! A second set written after the parser was mended, with two trades that it had not seen.

use super::catalogues::{BAKERY, CLEANING, COFFEE, HARDWARE, PACKAGING, STATIONERY, TRAYS};
use super::report;

const ON_STATIONERY: &[(&str, &str)] = &[
    (
        "Hi, for Sunrise Primary School please: 20 reams A4 paper, 5 reams A3 paper, 10 boxes of paper clips",
        "Sunrise Primary School: 20 PAP-A4-80, 5 PAP-A3-80, 10 CLP-33",
    ),
    ("50 blue pens, 50 black pens and 24 HB pencils", "-: 50 PEN-BLU, 50 PEN-BLK, 24 PCL-HB"),
    ("pens: 24 blue 24 black", "-: 24 PEN-BLU, 24 PEN-BLK"),
    ("2 boxes staples and one stapler", "-: 2 STP-26, 1 STP-FUL"),
    ("we need post-its x 12 pads, yellow highlighters x10, pink x10", "-: 12 STK-76, 10 HIL-YEL, 10 HIL-PNK"),
    ("100 envelopes", "?"),
    ("500 DL envelopes & 250 C5 envelopes pls", "-: 500 ENV-DL, 250 ENV-C5"),
    ("lever arch files 10, sellotape 8 rolls, scissors 2 pairs", "-: 10 FLD-A4, 8 TAP-CLR, 2 SCI-17"),
    ("20 markers, 10 whiteboard 10 permanent", "-: 10 MRK-WB, 10 MRK-PM"),
    ("12 glue sticks, 6 A5 notebooks. Deliver to the school office, 3rd floor.", "-: 12 GLU-40, 6 NBK-A5"),
    ("four cartons of a4 paper", "-: 20 PAP-A4-80"),
    ("10 red pens", "?"),
    ("A4 80gsm x 10", "-: 10 PAP-A4-80"),
];

const ON_COFFEE: &[(&str, &str)] = &[
    ("Kopi & Crumb Katong here! Can we get 6kg house espresso, 12 oat milk, 2 vanilla syrup", "?"),
    ("6 bags house blend 1kg, 2 cases oat milk, 1 case soy", "-: 6 ESP-1K, 12 OAT-1L, 6 SOY-1L"),
    (
        "kopi and crumb one north: 4 x ethiopian 250g, 2 x ethiopian 1kg",
        "Kopi & Crumb - One North: 4 ETH-250, 2 ETH-1K",
    ),
    ("syrups - vanilla 3, caramel 2, hazelnut 1", "-: 3 VAN-750, 2 CAR-750, 1 HAZ-750"),
    ("3 vanilla and 2 caramel syrups, 10 oat, 5 almond milk", "-: 3 VAN-750, 2 CAR-750, 10 OAT-1L, 5 ALM-1L"),
    ("Need 5 tubs hot choc powder and 3 chai, by Thursday please", "-: 5 CHO-2K, 3 CHAI-1K"),
    ("2 boxes english breakfast, 1 box green tea, 4 boxes brown sugar", "-: 2 TEA-EB, 1 TEA-GR, 4 SUG-B"),
    ("decaf 2, colombian 4, espresso 10", "?"),
    ("12 keep cups + 5 packs v60 filters + 1 machine cleaner", "-: 12 CUP-KEEP, 5 FIL-V60, 1 CLN-900"),
    ("20 milk", "?"),
    ("oat milk x24, no soy this week", "-: 24 OAT-1L"),
    ("Usual order please, plus 2 extra bags of decaf - Harbour Cafe", "Harbour Cafe: 2 DEC-1K usual"),
];

const ON_PACKAGING: &[(&str, &str)] = &[
    (
        "Dear Sir/Madam,\nPlease supply Harbour Cafe with:\na) 400 x Food Tray 500ml\nb) 400 x Tray Lid 500ml\nc) 1000 x Wooden Fork\nDelivery: Thursday 9-12.\nBest regards,\nAnna Lim\nHarbour Cafe",
        "Harbour Cafe: 400 FT500, 400 TL500, 1000 FORK",
    ),
    ("100x 10\" pizza box, 50x 12\" pizza box, 25x 14\" pizza box thx", "-: 100 PB10, 50 PB12, 25 PB14"),
    (
        "hi!! its rosies diner 😊 we r out of 12inch boxes 😭 pls send 300 asap 🙏",
        "Rosie's Diner: 300 PB12 !",
    ),
    (
        "pizza boxes 10\": 200, 12\": 300, 14\": 100 // coffee cups 8oz: 500",
        "-: 200 PB10, 300 PB12, 100 PB14, 500 CC8",
    ),
    (
        "I would like three hundred and fifty small kraft bags and one thousand two hundred white napkins",
        "-: 350 BGS, 1200 NAPW",
    ),
    (
        "bella napoli bedok\n10 inch = 200\n12 inch = 150\npizza boxes",
        "Bella Napoli - Bedok: 200 PB10, 150 PB12",
    ),
    ("can i have 8 oz cups (1000) and matching lids (1000)", "-: 1000 CC8, 1000 CL8"),
    ("Order #1182 - please change nothing, new order: 200 750ml trays", "-: 200 FT750"),
    (
        "please deliver 300 boxes of 12 inch pizza to harbour cafe before noon on friday",
        "Harbour Cafe: 300 PB12",
    ),
    ("500 cups 8oz + 500 cups 12oz + lids for all", "?"),
    (
        "two bundles ten inch, one bundle fourteen inch pizza boxes for bella napoli in tampines",
        "Bella Napoli - Tampines: 200 PB10, 50 PB14",
    ),
    (
        "Outlet - Green Bowl Raffles\nWooden cutlery set - 500\nSauce cup 2oz - 1000\nUrgent - yes",
        "Green Bowl - Raffles: 500 CSET, 1000 SAUCE !",
    ),
    ("I think 200 of the 10 inch pizza boxes, or maybe 250", "?"),
    (
        "we need 100 more 14\" pizza boxes on top of yesterday's order, same outlet harbour cafe",
        "Harbour Cafe: 100 PB14",
    ),
    ("8oz cup lids - 10 sleeves", "-: 1000 CL8"),
    (
        "pizza box 10 inch 2 ctn\npizza box 12 inch 1 ctn\nfood tray 750 ml 2 ctn\ntray lid 750 ml 2 ctn",
        "-: 200 PB10, 100 PB12, 300 FT750, 300 TL750",
    ),
    ("forks 1000, spoons 1000, knives - none this time", "-: 1000 FORK, 1000 SPON"),
    ("Need 1 000 white napkins", "?"),
    ("600 of the 10 inch and the usual lids, asap", "?"),
    (
        "hi there, wanted to check if 14 inch pizza boxes are in stock? if yes send 200 to copper pot bistro",
        "The Copper Pot: 200 PB14",
    ),
    (
        "Copper Pot Bistro – 12oz cups ×300, 12oz lids ×300, large kraft bags ×100",
        "The Copper Pot: 300 CC12, 300 CL12, 100 BGL",
    ),
    ("200 10in, 100 12in boxes and 50 liners 10in", "-: 200 PB10, 100 PB12, 50 LIN10"),
];

const ON_OTHERS_BAKERY: &[(&str, &str)] = &[
    (
        "for the school fair (sunrise primary) we need 200 hot dog rolls and 200 plain burger buns, delivery 29/11",
        "Sunrise Primary School: 200 HDR, 200 BNP",
    ),
    ("4 doz butter croissants, 2 doz pain au chocolat", "-: 48 CRO, 24 PAC"),
    ("6 sourdough loafs, 6 wholemeal loafs", "-: 6 SD800, 6 WW400"),
    ("one cheesecake for sunday, and 12 almond croissants", "-: 1 CHE, 12 ALC"),
    ("blueberry muffins (12), choc chip muffins (12), carrot cake (1)", "-: 12 BLM, 12 CHM, 1 CAR"),
    ("20 rolls", "?"),
];

const ON_OTHERS_CLEANING: &[(&str, &str)] = &[
    ("120L garbage bags 5 packs of 100", "-: 500 GB120"),
    ("6x glass cleaner, 4x pine floor cleaner, 2x toilet bowl cleaner", "-: 6 GLS, 4 FLP5, 2 TBC"),
    ("please send: gloves L 5 boxes, gloves M 5 boxes", "-: 5 NGL, 5 NGM"),
    ("1 ctn of hand soap refill for Green Bowl Raffles", "Green Bowl - Raffles: 4 HND"),
    ("soft broom 2 pcs; dustpan set 2 pcs; mop bucket 1 pc", "-: 2 BRM, 2 DPN, 1 BKT"),
];

const ON_OTHERS_HARDWARE: &[(&str, &str)] = &[
    ("6 rolls of silver duct tape and 3 of masking", "-: 6 DUCT, 3 MASK"),
    ("hex nuts M8 x 200, flat washers M8 x 200, hex bolts M8 x 100", "-: 200 HN8, 200 FW8, 100 HX8"),
    ("20 lengths 20mm PVC pipe, 40 elbows 20mm, 2 wood glue", "-: 20 PV20, 40 EL20, 2 GLUE"),
    ("nails: 2 inch 5kg, 3 inch 2kg", "-: 5 NL2, 2 NL3"),
    ("10 cable ties", "-: 10 CTIE"),
];

const ON_TRAYS: &[(&str, &str)] = &[
    ("100 trays w/ lids for harbour cafe", "Harbour Cafe: 100 TRAY, 100 TLID"),
    ("400 pizza boxes, 200 trays, lids for the trays too", "?"),
    ("50 trays. 50 tray lids. 100 pizza boxes. thanks", "-: 50 TRAY, 50 TLID, 100 BOX10"),
];

#[test]
fn messages_of_the_second_set() {
    let total = report(&[
        ("stationery", STATIONERY, ON_STATIONERY),
        ("coffee", COFFEE, ON_COFFEE),
        ("packaging", PACKAGING, ON_PACKAGING),
        ("bakery", BAKERY, ON_OTHERS_BAKERY),
        ("cleaning", CLEANING, ON_OTHERS_CLEANING),
        ("hardware", HARDWARE, ON_OTHERS_HARDWARE),
        ("trays", TRAYS, ON_TRAYS),
    ]);
    assert_eq!((total.asked, total.wrong), (0, 0));
}
