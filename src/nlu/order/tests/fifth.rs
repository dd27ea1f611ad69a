//! A fifth set, written after the fourth was mended.

use super::catalogues::{BAKERY, CLEANING, COFFEE, HARDWARE, PACKAGING, STATIONERY, VARIANTS, WHOLESALE};
use super::{Table, report};

const ON_PACKAGING: &Table = &[
    (
        "Good day, kindly deliver to Harbour Cafe the following items: 12\" pizza boxes - 3 bundles; 8oz coffee cups - 10 sleeves; 8oz lids - 5 sleeves.",
        "Harbour Cafe: 300 PB12, 500 CC8, 500 CL8",
    ),
    ("yo need like 400 of those 10 inch pizza boxes for rosies", "Rosie's Diner: 400 PB10"),
    (
        "ORDER: BELLA NAPOLI TAMPINES - 10 INCH PIZZA BOX 300 - 12 INCH PIZZA BOX 200",
        "Bella Napoli - Tampines: 300 PB10, 200 PB12",
    ),
    ("Can you please deliver 2000 coffee cups (1000 8oz and 1000 12oz)?", "-: 1000 CC8, 1000 CC12"),
    ("boxes 10 inch pizza 250 pcs + liners same qty", "-: 250 PB10, 250 LIN10"),
    ("100pcs 14in pizza box, 500pcs 6mm straw, 1000pcs brown napkin", "-: 100 PB14, 500 STR6, 1000 NAPB"),
    ("we'd like six hundred 8 ounce cups and six hundred lids for them", "-: 600 CC8, 600 CL8"),
    (
        "200x 750ml trays\n200x 750ml lids\n500x forks\n\nHarbour Cafe, 48 Seagrape Lane, tel 6123 4567",
        "Harbour Cafe: 200 FT750, 200 TL750, 500 FORK",
    ),
    ("pls send 3 boxes medium & 2 boxes large vinyl gloves", "-: 3 GLM, 2 GLL"),
    ("change of plan: 300 12 inch pizza boxes instead of 200", "-: 300 PB12"),
    (
        "For Bella Napoli Bedok please supply: pizza boxes (10\") qty 150, pizza boxes (12\") qty 100",
        "Bella Napoli - Bedok: 150 PB10, 100 PB12",
    ),
    ("1 bundle of everything in pizza boxes", "?"),
    ("kraft bags small & medium, 250 each, large 500", "-: 250 BGS, 250 BGM, 500 BGL"),
    (
        "spoons: 1000. forks: 1000. knives: 500. harbour cafe. urgent pls.",
        "Harbour Cafe: 1000 SPON, 1000 FORK, 500 KNIF !",
    ),
    (
        "I need 12 inch pizza boxes, 200 of them, delivered to The Copper Pot by 10am Saturday",
        "The Copper Pot: 200 PB12",
    ),
    ("200 food trays, half 500ml half 750ml", "?"),
    ("do u hv 14 inch pizza box? want 150 pcs", "-: 150 PB14"),
    ("150 x PB12; 50 x PB14; 20 x FT750", "-: 150 PB12, 50 PB14, 20 FT750"),
    ("1000 6mm straws, and 12mm ones 500", "-: 1000 STR6, 500 STR12"),
    ("not urgent - 500 white napkins when you next pass by Rosie's Diner", "Rosie's Diner: 500 NAPW"),
    ("3x ctn 10\" pizza box 2x ctn 12\" pizza box 1x ctn 14\" pizza box", "-: 300 PB10, 200 PB12, 50 PB14"),
    ("pizza box 10\" = 100 ; pizza box 12\" = 100 ; coffee cup 8oz = 200", "-: 100 PB10, 100 PB12, 200 CC8"),
];

const ON_OTHERS: &Table = &[
    (
        "24 croissants (butter), 12 baguettes, 4 loaves wholemeal for the copper pot",
        "The Copper Pot: 24 CRO, 12 BAGT, 4 WW400",
    ),
    ("10 x choc chip muffins & 10 x blueberry", "-: 10 CHM, 10 BLM"),
    (
        "we'll have 3 dozen dinner rolls, a dozen hot dog rolls and two cheesecakes",
        "-: 36 DNR, 12 HDR, 2 CHE",
    ),
    ("bagels (sesame) 18, ciabatta 10 pcs", "-: 18 BGE, 10 CIA"),
    ("40 sesame burger buns and 40 bagels", "?"),
];

const ON_CLEANING: &Table = &[
    ("2 cartons of dish soap 1L and 6 mop heads please", "-: 24 DSH1, 6 MOP"),
    ("Paper towels 24, toilet paper 96, garbage bags 120L 100", "-: 24 PTW, 96 TOI, 100 GB120"),
    (
        "please restock: glass cleaner (6), bleach (4), blue cloths (20). Site: Sunrise Primary School",
        "Sunrise Primary School: 6 GLS, 4 BLC5, 20 MFB",
    ),
    ("4 pine 4 lemon floor cleaner", "-: 4 FLP5, 4 FLC5"),
    ("medium nitrile gloves - 2 cartons", "-: 20 NGM"),
];

const ON_COFFEE: &Table = &[
    (
        "Hi! Kopi & Crumb One North: 4 house blend, 2 decaf, 18 oat milk, 6 almond. Before Wed pls",
        "Kopi & Crumb - One North: 4 ESP-1K, 2 DEC-1K, 18 OAT-1L, 6 ALM-1L",
    ),
    ("vanilla syrup x 3 bottles, caramel x 3", "-: 3 VAN-750, 3 CAR-750"),
    ("1 case oat milk 1 case soy milk", "-: 6 OAT-1L, 6 SOY-1L"),
    ("10 boxes of tea", "?"),
    (
        "chai powder 2 tubs; drinking chocolate 2 tubs; sugar sticks brown 3 boxes",
        "-: 2 CHAI-1K, 2 CHO-2K, 3 SUG-B",
    ),
];

const ON_HARDWARE: &Table = &[
    ("M8 x 40 hex bolts 100 pcs, M8 nuts 100 pcs", "-: 100 HX8, 100 HN8"),
    ("5kg of 3 inch wire nails", "-: 5 NL3"),
    ("sandpaper: 80 grit x 100, 120 grit x 50; masking tape x 12", "-: 100 SP80, 50 SP120, 12 MASK"),
    ("2 x 2\" paint brush and 2 x 3\" paint brush", "-: 2 PBR2, 2 PBR3"),
    ("20mm pipes 10, 25mm pipes 5", "-: 10 PV20, 5 PV25"),
];

const ON_STATIONERY: &Table = &[
    ("5 boxes of A4 paper", "-: 25 PAP-A4-80"),
    ("blue and black pens, 20 each", "-: 20 PEN-BLU, 20 PEN-BLK"),
    ("scissors x 12 pairs and glue sticks x 24", "-: 12 SCI-17, 24 GLU-40"),
];

const ON_VARIANTS: &Table = &[
    ("12 inch pizza boxes x 200 in white", "-: 200 PIZ-012-WH"),
    ("750ml trays single compartment 300 and 2 compartment 150", "-: 300 TRA-750-S, 150 TRA-750-D"),
    ("8oz cups double wall 250, single wall 500", "-: 250 CUP-008-D, 500 CUP-008-S"),
];

const ON_WHOLESALE: &Table = &[
    ("basmati 20kg x2, jasmine 5kg x3, salt 1kg x4", "-: 2 W1002, 3 W1003, 4 W1040"),
    ("eggs: 2 trays medium, 3 trays large", "-: 2 W1070, 3 W1071"),
    ("6 whole milk and 6 semi skimmed milk, 1 bucket mayonnaise", "-: 6 W1061, 6 W1060, 1 W1022"),
    ("W1082 x 2, W1080 x 6", "-: 2 W1082, 6 W1080"),
];

#[test]
fn messages_of_the_fifth_set() {
    let total = report(&[
        ("packaging", PACKAGING, ON_PACKAGING),
        ("bakery", BAKERY, ON_OTHERS),
        ("cleaning", CLEANING, ON_CLEANING),
        ("coffee", COFFEE, ON_COFFEE),
        ("hardware", HARDWARE, ON_HARDWARE),
        ("stationery", STATIONERY, ON_STATIONERY),
        ("variants", VARIANTS, ON_VARIANTS),
        ("wholesale", WHOLESALE, ON_WHOLESALE),
    ]);
    // "24 croissants (butter)" is asked about: butter is sold as well.
    assert_eq!((total.asked, total.wrong), (1, 0));
}
