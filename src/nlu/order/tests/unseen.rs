//! Messages written after the parser, to estimate how it does on unseen ones.

use super::catalogues::{BAKERY, CLEANING, HARDWARE, PACKAGING, VARIANTS};
use super::report;

const ON_PACKAGING: &[(&str, &str)] = &[
    (
        "Hi team, could we please get 300 x 12\" pizza boxes and 150 x 14\" pizza boxes delivered to Bella Napoli Bedok? Thanks, Marco",
        "Bella Napoli - Bedok: 300 PB12, 150 PB14",
    ),
    (
        "order pls\n12inch box 100\n14inch box 50\n10inch box 200\nHarbour cafe",
        "Harbour Cafe: 100 PB12, 50 PB14, 200 PB10",
    ),
    (
        "Good morning! Rosie's here. Running low on 8oz cups - can I get 1000 of them plus 1000 lids to match?",
        "Rosie's Diner: 1000 CC8, 1000 CL8",
    ),
    ("we need: 500ml trays x 600, 750ml trays x 300, lids for both (same qty)", "?"),
    (
        "pls deliver tmr 9am 2 ctns 10\" pizza box, 1 ctn 12\" pizza box - bella napoli tampines",
        "Bella Napoli - Tampines: 200 PB10, 100 PB12",
    ),
    (
        "Kopi & Crumb Katong\n- 8oz coffee cups: 2000\n- 8oz lids: 2000\n- white napkins: 3000\nThanks!",
        "Kopi & Crumb - Katong: 2000 CC8, 2000 CL8, 3000 NAPW",
    ),
    (
        "I'd like to place an order for five hundred wooden forks, five hundred wooden knives, and a thousand brown napkins.",
        "-: 500 FORK, 500 KNIF, 1000 NAPB",
    ),
    (
        "Can I order 200 10 inch pizza boxes for Rosie's Diner? Call me on 9123 4567 when you arrive.",
        "Rosie's Diner: 200 PB10",
    ),
    ("250 med kraft bags, 250 lge kraft bags", "-: 250 BGM, 250 BGL"),
    ("Same 10 inch boxes as usual, 400", "-: 400 PB10"),
    ("400 12 inch pizza boxes. Actually make it 500. For Harbour Cafe.", "Harbour Cafe: 500 PB12"),
    ("2 bundles 14 inch pizza boxes + 3 bundles 12 inch", "-: 100 PB14, 300 PB12"),
    ("hello u have 12oz cups? need 500 w lids, copper pot", "The Copper Pot: 500 CC12, 500 CL12"),
    ("need 12oz coffee cups 500 with lids for the copper pot", "The Copper Pot: 500 CC12, 500 CL12"),
    ("pizza boxes - 10in (200), 12in (100), 14in (50)", "-: 200 PB10, 100 PB12, 50 PB14"),
    ("Qty 300 - Pizza Box 12 inch\nQty 200 - Food Tray 750ml", "-: 300 PB12, 200 FT750"),
    ("300 nos. of 10 inch pizza boxes, 100 nos. of 12 inch pizza boxes", "-: 300 PB10, 100 PB12"),
    (
        "cutlery sets x250, boba straws x500. To: Green Bowl Raffles. ASAP please",
        "Green Bowl - Raffles: 250 CSET, 500 STR12 !",
    ),
    ("I want 100 pizza boxes of 10 inch and 50 of 12 inch", "-: 100 PB10, 50 PB12"),
    (
        "Deliver to Sunrise Primary School: spoons 400, forks 400. no knives please",
        "Sunrise Primary School: 400 SPON, 400 FORK",
    ),
    ("Please add 6 rolls cling film to our order", "-: 6 CLING"),
    (
        "We are Bella Napoli Tampines at 12 Quayline Walk. 150 pcs 14 inch pizza boxes.",
        "Bella Napoli - Tampines: 150 PB14",
    ),
    ("PO 4471: 800 6mm straws, 2 boxes medium vinyl gloves", "-: 800 STR6, 2 GLM"),
    ("twenty five 14-inch pizza boxes", "-: 25 PB14"),
    ("1k napkins (white), 1k napkins (brown), 500 sauce cups", "-: 1000 NAPW, 1000 NAPB, 500 SAUCE"),
    (
        "We need trays: 500ml 400, 750ml 200. And lids: 500ml 400, 750ml 200",
        "-: 400 FT500, 200 FT750, 400 TL500, 200 TL750",
    ),
    ("200 ten-inch pizza boxes & 200 liners", "-: 200 PB10, 200 LIN10"),
    ("Pizza box 12\" - 2 bundles\nPizza box 14\" - 4 bundles", "-: 200 PB12, 200 PB14"),
    ("how much for 500 8oz cups?", "-: 500 CC8"),
    (
        "Urgent order!! need 100 10inch pizza boxs by 5pm today at harbour cafe pls pls",
        "Harbour Cafe: 100 PB10 !",
    ),
    ("paper straws 6mm: 5 packs", "-: 2500 STR6"),
    ("3 hundred 12 inch pizza boxes", "-: 300 PB12"),
];

const ON_VARIANTS: &[(&str, &str)] = &[
    (
        "Bella Napoli Tampines: 200 10\" kraft boxes, 100 12\" white boxes",
        "Bella Napoli - Tampines: 200 PIZ-010-KR, 100 PIZ-012-WH",
    ),
    ("100 ten inch boxes", "-: 100 PIZ-010-KR"),
    ("500 8oz cups", "?"),
    ("500 8oz double wall cups and 500 8oz single wall", "-: 500 CUP-008-D, 500 CUP-008-S"),
    ("medium bags 250 brown 250 white", "-: 250 BAG-MED-B, 250 BAG-MED-W"),
    ("PIZ-014-KR x 3 bundles for rosies", "Rosie's Diner: 150 PIZ-014-KR"),
    ("14\" pizza box 100pcs white", "?"),
    ("200 bento trays with 2 compartments and lids 200", "-: 200 TRA-750-D, 200 LID-750-P"),
];

const ON_BAKERY: &[(&str, &str)] = &[
    (
        "hey can u send harbour cafe 10 sourdoughs and 5 ciabattas for tomorrow morning",
        "Harbour Cafe: 10 SD800, 5 CIA",
    ),
    (
        "Order for Saturday:\n36 butter croissants\n24 almond croissants\n12 pain au chocolat\nCheers, Kopi & Crumb (One North)",
        "Kopi & Crumb - One North: 36 CRO, 24 ALC, 12 PAC",
    ),
    ("sesame burger buns x 4 packs", "-: 192 BNS"),
    ("a dozen baguettes and half a dozen focaccias", "-: 12 BAGT, 6 FOC"),
    ("1 carrot cake, 1 cheesecake. Leave with reception please.", "-: 1 CAR, 1 CHE"),
    ("30 hotdog rolls", "-: 30 HDR"),
    ("bagels: plain 24, sesame 12", "-: 24 BGP, 12 BGE"),
    ("25kg bread flour x 3, 5kg unsalted butter x 2", "-: 3 FL25, 2 BUT"),
    ("20 muffins please", "?"),
    ("12 chocolate muffins", "-: 12 CHM"),
    (
        "Could you do 40 plain burger buns, 40 sesame? For Rosies, no later than 7am.",
        "Rosie's Diner: 40 BNP, 40 BNS",
    ),
    ("15 white sandwich loaf 600g and 10 wholemeal loaf 400g", "-: 15 WT600, 10 WW400"),
    ("six french sticks n 2 choc croissants", "-: 6 BAGT, 2 PAC"),
    ("need 3 bags flour", "?"),
];

const ON_CLEANING: &[(&str, &str)] = &[
    (
        "Hi, the copper pot needs 2 x 5L bleach, 3 x floor cleaner pine, 1 mop bucket",
        "The Copper Pot: 2 BLC5, 3 FLP5, 1 BKT",
    ),
    ("black garbage bags 120L - 200 pcs\nblack garbage bags 60L - 400 pcs", "-: 200 GB120, 400 GB60"),
    ("10 boxes nitrile gloves, 5 medium and 5 large", "-: 5 NGM, 5 NGL"),
    ("6 bottles of window cleaner and 12 scrub sponges", "-: 6 GLS, 12 SPG"),
    ("toilet paper 96 rolls, paper towels 12 rolls", "-: 96 TOI, 12 PTW"),
    ("blue microfibre cloth x10, red x10", "-: 10 MFB, 10 MFR"),
    ("4 toilet cleaners", "-: 4 TBC"),
    ("dish soap 5L, 2 bottles; dish soap 1L, 6 bottles", "-: 2 DSH5, 6 DSH1"),
    ("send 3 mop handles, 3 mop heads, asap!!", "-: 3 MPH, 3 MOP !"),
    ("I'd like one carton of hand sanitiser and two cartons of bleach", "-: 24 SAN, 8 BLC5"),
    ("20 floor cleaner", "?"),
    ("5 lemon, 5 pine floor cleaner", "-: 5 FLC5, 5 FLP5"),
    ("trash bags: 120 litre x 100; 60 litre x 200", "-: 100 GB120, 200 GB60"),
    ("nitrile gloves large 10 bx", "-: 10 NGL"),
];

const ON_HARDWARE: &[(&str, &str)] = &[
    ("M6 bolts 200, M8 bolts 100, M10 bolts 50", "-: 200 HX6, 100 HX8, 50 HX10"),
    ("10 lengths of 25mm pvc pipe and 20 25mm elbows", "-: 10 PV25, 20 EL25"),
    ("2kg 2 inch nails and 3kg 3 inch nails", "-: 2 NL2, 3 NL3"),
    ("paint brush 2\" x 6, paint brush 3\" x 6", "-: 6 PBR2, 6 PBR3"),
    ("5 tins of paint, 12 rolls of masking tape", "-: 5 PNT5, 12 MASK"),
    ("can i get 4 screwdrivers, 2 flat and 2 phillips", "-: 2 SDF, 2 SDP"),
    ("120 grit sandpaper 100 sheets", "-: 100 SP120"),
    ("box of zip ties and 3 tubes sealant", "?"),
    ("100 washers M6, 100 washers M8", "-: 100 FW6, 100 FW8"),
    ("200 pcs wood screws 5 x 60mm", "-: 200 WS5"),
    ("one claw hammer, one 5m measuring tape", "-: 1 HAM, 1 TAPE5"),
    ("drywall screws 500", "?"),
];

#[test]
fn messages_written_after() {
    let total = report(&[
        ("packaging", PACKAGING, ON_PACKAGING),
        ("variants", VARIANTS, ON_VARIANTS),
        ("bakery", BAKERY, ON_BAKERY),
        ("cleaning", CLEANING, ON_CLEANING),
        ("hardware", HARDWARE, ON_HARDWARE),
    ]);
    assert_eq!((total.asked, total.wrong), (0, 0));
}
