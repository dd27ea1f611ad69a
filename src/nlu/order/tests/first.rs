//! Messages written while the parser was made.

use super::catalogues::{BAKERY, CLEANING, HARDWARE, PACKAGING, TRAYS, VARIANTS};
use super::report;

const ON_PACKAGING: &[(&str, &str)] = &[
    (
        "Please send 400 10-inch, 200 12-inch and 300 14-inch pizza boxes to Bella Napoli Tampines.",
        "Bella Napoli - Tampines: 400 PB10, 200 PB12, 300 PB14",
    ),
    (
        "Need piza boxs for Bella Napoli Bedok: ten inch: 100 pcs, twelv inch: 50 pcs",
        "Bella Napoli - Bedok: 100 PB10, 50 PB12",
    ),
    (
        "Outlet: Harbour Cafe\nItems:\n- Pizza box 12\": 100\n- 8oz coffee cups x 500",
        "Harbour Cafe: 100 PB12, 500 CC8",
    ),
    ("1. 10 inch pizza box x 100\n2. Tray lid 750ml - 50", "-: 100 PB10, 50 TL750"),
    ("1) 100 x 10in pizza boxes\n2) 50 x 12in pizza boxes\n3) 20 forks", "-: 100 PB10, 50 PB12, 20 FORK"),
    ("Pizza boxes:\n10\" - 200\n14\" - 50", "-: 200 PB10, 50 PB14"),
    ("PB12 x 100, CC8 50 pcs", "-: 100 PB12, 50 CC8"),
    ("hi can i get 2 bundles of the 12 inch pizza boxes", "-: 200 PB12"),
    ("two hundred 750ml trays please", "-: 200 FT750"),
    ("100 brown napkins and 200 white ones", "-: 100 NAPB, 200 NAPW"),
    ("200 each of the 10 and 12 inch pizza boxes", "-: 200 PB10, 200 PB12"),
    ("10 inch and 12 inch pizza boxes, 100 each", "-: 100 PB10, 100 PB12"),
    ("200, no make that 300, of the 750ml tray lids", "-: 300 TL750"),
    ("300 12oz coffee cups without lids", "-: 300 CC12"),
    ("500 white serviettes by 24 Nov, call 81234567", "-: 500 NAPW"),
    ("100 pizzabox 10in", "-: 100 PB10"),
    ("lids for the 8oz coffee cups, 200 pcs", "-: 200 CL8"),
    ("200 pizza boxes", "?"),
    ("100 of the 16 inch pizza boxes", "?"),
    ("50 balloons", "?"),
    ("some 8oz coffee cups", "?"),
    ("Bella Napoli wants 100 14 inch boxes", "?"),
    ("200 750ml trays with lids for Rosies Diner", "Rosie's Diner: 200 FT750, 200 TL750"),
    ("200 trays and lids 500ml", "-: 200 FT500, 200 TL500"),
    ("rosie's diner here. pls send 3 cartons of large gloves, asap!!", "Rosie's Diner: 30 GLL !"),
    ("5 boxes gloves medium", "-: 5 GLM"),
    (
        "Hi, this is Harbour Cafe. We'd like to order 1,000 6mm paper straws and 500 boba straws. Thanks!",
        "Harbour Cafe: 1000 STR6, 500 STR12",
    ),
    ("1.5k napkins white, 2k brown", "-: 1500 NAPW, 2000 NAPB"),
    ("four hundred ten inch pizza boxes and a hundred twelve inch", "-: 400 PB10, 100 PB12"),
    ("12\" x 50, 10\" x 100 pizza boxes", "-: 50 PB12, 100 PB10"),
    ("pizza boxes 12 inch 200-300", "?"),
    ("kraft bags: 250 small, 500 medium, 100 large", "-: 250 BGS, 500 BGM, 100 BGL"),
    (
        "can you send 250 large kraft bags to kopi and crumb katong before 3pm on 24 Nov? leave at the back door",
        "Kopi & Crumb - Katong: 250 BGL",
    ),
    (
        "200 forks, 200 knives and 200 spoons for Harbour cafe pls. not urgent",
        "Harbour Cafe: 200 FORK, 200 KNIF, 200 SPON",
    ),
    ("forks, knives and spoons 500 each", "-: 500 FORK, 500 KNIF, 500 SPON"),
    ("500 each: forks, knives, spoons", "-: 500 FORK, 500 KNIF, 500 SPON"),
    ("300 sauce cups", "-: 300 SAUCE"),
    ("300 sauce cups with lids", "-: 300 SAUCE"),
    ("6 rolls of cling wrap and 2 ctn of cling film", "-: 18 CLING"),
    ("Same as last time please for Rosie's Diner", "Rosie's Diner:  usual"),
    ("I need 10 inch boxes - 100, sorry I mean 12 inch not 10", "-: 100 PB12"),
    ("100 10 inch pizza boxes, 50 12 inch pizza boxes, actually make the 12 inch 80", "-: 100 PB10, 80 PB12"),
    ("500 liners 10 inch", "-: 500 LIN10"),
    ("10 inch pizza box liners x 500 and 10 inch pizza boxes x 500", "-: 500 LIN10, 500 PB10"),
    (
        "Order for Bella Napoli (Tampines): 12 inch pizza box 300pcs; 8oz cups 400; 8 oz cup lids 400",
        "Bella Napoli - Tampines: 300 PB12, 400 CC8, 400 CL8",
    ),
    (
        "Dear team, kindly arrange the following for Harbour Cafe:\n\n• Food tray 500ml – 400 nos\n• Tray lid 500ml – 400 nos\n• Wooden cutlery set – 250 nos\n\nRegards,\nSerena\n+65 8123 4567",
        "Harbour Cafe: 400 FT500, 400 TL500, 250 CSET",
    ),
    ("Item | Qty\nPizza Box 10 inch | 200\nCoffee Cup 8oz | 300", "-: 200 PB10, 300 CC8"),
    ("Pizza Box 10 inch\t200\nCoffee Cup 8oz\t300", "-: 200 PB10, 300 CC8"),
    ("need a dozen medium glove boxes", "-: 12 GLM"),
    ("half a carton of 10 inch pizza boxes", "?"),
    ("no lids this time, just 300 8oz coffee cups", "-: 300 CC8"),
    ("300 8oz coffee cups and the same quantity of lids", "-: 300 CC8, 300 CL8"),
    (
        "ok so for tampines we need 100 ten inch and 100 twelve inch boxes and about 50 fourteen inch",
        "Bella Napoli - Tampines: 100 PB10, 100 PB12, 50 PB14",
    ),
    ("URGENT!!! 100 14 inch pizza boxes TODAY harbour cafe", "Harbour Cafe: 100 PB14 !"),
    ("need it today: 5 bundles 14 inch pizza boxes, copper pot", "The Copper Pot: 250 PB14 !"),
    ("green bowl raffles: 200 small kraft bags", "Green Bowl - Raffles: 200 BGS"),
    ("hello, 300 of the 10 inch", "?"),
];

const ON_TRAYS: &[(&str, &str)] = &[
    ("Rosie's Diner 200 trays and 200 lids, Urgent!", "Rosie's Diner: 200 TRAY, 200 TLID !"),
    ("Harbour cafe - trays 100 lids 100", "Harbour Cafe: 100 TRAY, 100 TLID"),
    ("300 cups with lids", "-: 300 CUP8, 300 CLID8"),
    ("200 lids", "?"),
    ("600 of the 10 inch and the usual lids, asap", "?"),
    ("300 of the 10 inch", "-: 300 BOX10"),
];

const ON_VARIANTS: &[(&str, &str)] = &[
    (
        "400 10-inch and 200 12-inch pizza boxes for bella napoli bedok",
        "Bella Napoli - Bedok: 400 PIZ-010-KR, 200 PIZ-012-KR",
    ),
    ("100 white 10 inch pizza boxes", "-: 100 PIZ-010-WH"),
    ("10 inch pizza boxes: 100 kraft, 50 white", "-: 100 PIZ-010-KR, 50 PIZ-010-WH"),
    ("200 750ml trays", "?"),
    ("200 2 compartment trays", "-: 200 TRA-750-D"),
    ("200 single compartment trays and 100 double wall 8oz cups", "-: 200 TRA-750-S, 100 CUP-008-D"),
    ("500 medium paper bags", "?"),
    ("2 delivery bags", "-: 2 BAG-DEL"),
    ("piz-010-wh 100pcs", "-: 100 PIZ-010-WH"),
    ("100 red 10 inch pizza boxes", "?"),
];

const ON_BAKERY: &[(&str, &str)] = &[
    (
        "Morning! For Harbour Cafe tomorrow: 24 butter croissants, 12 almond croissants, 6 baguettes and 3 sourdough",
        "Harbour Cafe: 24 CRO, 12 ALC, 6 BAGT, 3 SD800",
    ),
    ("2 dozen blueberry muffins + 1 dozen choc chip muffins", "-: 24 BLM, 12 CHM"),
    ("burger buns sesame 96, plain 48", "-: 96 BNS, 48 BNP"),
    ("two sacks of the 25kg bread flour and 1 pack yeast", "-: 2 FL25, 1 YST"),
    ("need a cheesecake and two carrot cakes for rosies diner", "Rosie's Diner: 1 CHE, 2 CAR"),
    ("croisants x 30", "?"),
    ("10 loaves of wholemeal and 5 white sandwich loaves", "-: 10 WW400, 5 WT600"),
    ("chocolate croissants 24 / plain bagels 12 / sesame bagels 12", "-: 24 PAC, 12 BGP, 12 BGE"),
    ("hot dog rolls 72, dinner rolls 48. Kopi & Crumb one north", "Kopi & Crumb - One North: 72 HDR, 48 DNR"),
    ("3 trays of brownies please", "-: 3 BRO"),
    ("ciabata 20, focacia 4", "-: 20 CIA, 4 FOC"),
    (
        "sunrise primary school: 100 dinner rolls, 100 muffins (50 blueberry, 50 choc chip)",
        "Sunrise Primary School: 100 DNR, 50 BLM, 50 CHM",
    ),
    ("4 inch burger buns 100", "?"),
    ("sesame buns 48, sesame bagels 12", "-: 48 BNS, 12 BGE"),
    ("bread flour 10kg - 3 bags", "-: 3 FL10"),
    (
        "can we have fifty dinner rolls, twenty french sticks and a dozen plain bagels",
        "-: 50 DNR, 20 BAGT, 12 BGP",
    ),
    ("60 croissants, half butter half almond", "?"),
    ("5 x 500g yeast", "-: 5 YST"),
];

const ON_CLEANING: &[(&str, &str)] = &[
    ("Harbour Cafe: 4 bleach 5L, 10 boxes of large nitrile gloves", "Harbour Cafe: 4 BLC5, 10 NGL"),
    ("need 20 trash bags 120l and 3 cotton mop heads asap", "-: 20 GB120, 3 MOP !"),
    ("12 dish soap 1 litre", "-: 12 DSH1"),
    ("gloves - medium 5, large 10", "-: 5 NGM, 10 NGL"),
    ("2 cartons bleach, 1 carton toilet rolls, 3 kitchen towels", "-: 8 BLC5, 48 TOI, 3 PTW"),
    ("floor cleaner: 2 lemon 3 pine", "-: 2 FLC5, 3 FLP5"),
    ("5 lemon floor cleaner and 5 pine", "-: 5 FLC5, 5 FLP5"),
    ("blue cloths 20, red cloths 20", "-: 20 MFB, 20 MFR"),
    ("microfiber cloths 20 blue 20 red", "-: 20 MFB, 20 MFR"),
    ("one mop bucket, two mop handles and six mop heads", "-: 1 BKT, 2 MPH, 6 MOP"),
    ("10 mops", "?"),
    ("hand sanitizer 500ml x 24, hand soap x 4", "-: 24 SAN, 4 HND"),
    ("we ran out of loo roll!! send 2 packs to the copper pot today", "?"),
    ("dishwashing liquid 5L 4 bottles, 1L 12 bottles", "-: 4 DSH5, 12 DSH1"),
    ("15 spray bottles and 6 bottles of glass cleaner", "-: 15 BTL, 6 GLS"),
    ("100 bin liners", "?"),
    ("bin liners 60L 200, 120L 100", "-: 200 GB60, 100 GB120"),
    ("a broom and dustpan set for the copper pot", "The Copper Pot: 1 BRM, 1 DPN"),
];

const ON_HARDWARE: &[(&str, &str)] = &[
    ("100 M8 hex bolts, 200 M8 nuts and 200 M8 washers", "-: 100 HX8, 200 HN8, 200 FW8"),
    ("wood screws 4x40 - 200 pcs, 5x60 - 400 pcs", "-: 200 WS4, 400 WS5"),
    ("3 kg of 2 inch nails", "-: 3 NL2"),
    ("20mm PVC pipe 10 lengths, 20mm elbows 40", "-: 10 PV20, 40 EL20"),
    ("sandpaper 80 grit 50 sheets and 120 grit 50 sheets", "-: 50 SP80, 50 SP120"),
    ("2 tins white paint, 3 2-inch brushes", "-: 2 PNT5, 3 PBR2"),
    ("5 rolls duct tape, 12 masking tape, 10 packs zip ties", "-: 5 DUCT, 12 MASK, 10 CTIE"),
    ("claw hammer 2, phillips screwdriver 3, measuring tape 4", "-: 2 HAM, 3 SDP, 4 TAPE5"),
    ("one box of sealant", "-: 12 SIL"),
    ("6 bottles wood glue and 6 clear silicone", "-: 6 GLUE, 6 SIL"),
    ("M6: bolts 100, nuts 100, washers 200", "-: 100 HX6, 100 HN6, 200 FW6"),
    ("100 M12 bolts", "?"),
    ("hex bolts M6x30 x 100", "-: 100 HX6"),
];

#[test]
fn messages_written_first() {
    let total = report(&[
        ("packaging", PACKAGING, ON_PACKAGING),
        ("trays", TRAYS, ON_TRAYS),
        ("variants", VARIANTS, ON_VARIANTS),
        ("bakery", BAKERY, ON_BAKERY),
        ("cleaning", CLEANING, ON_CLEANING),
        ("hardware", HARDWARE, ON_HARDWARE),
    ]);
    assert_eq!((total.asked, total.wrong), (0, 0));
}
