//! Invented catalogues of four trades, and a fifth with variants and aliases. `sku; name; unit; bundle; aliases`.

pub const OUTLETS: &[&str] = &[
    "Bella Napoli - Tampines",
    "Bella Napoli - Bedok",
    "Rosie's Diner",
    "Harbour Cafe",
    "Kopi & Crumb - Katong",
    "Kopi & Crumb - One North",
    "The Copper Pot | copper pot bistro",
    "Sunrise Primary School",
    "Green Bowl - Raffles",
];

pub const PACKAGING: &str = "
PB10; Pizza Box 10 inch; piece; 100;
PB12; Pizza Box 12 inch; piece; 100;
PB14; Pizza Box 14 inch; piece; 50;
LIN10; Pizza Box Liner 10 inch; piece; 500;
FT500; Food Tray 500ml; piece; 200;
FT750; Food Tray 750ml; piece; 150;
TL500; Tray Lid 500ml; piece; 200;
TL750; Tray Lid 750ml; piece; 150;
CC8; Coffee Cup 8oz; piece; 50; takeaway cup 8oz
CC12; Coffee Cup 12oz; piece; 50; takeaway cup 12oz
CL8; Coffee Cup Lid 8oz; piece; 100;
CL12; Coffee Cup Lid 12oz; piece; 100;
BGS; Kraft Paper Bag Small; piece; 250;
BGM; Kraft Paper Bag Medium; piece; 250;
BGL; Kraft Paper Bag Large; piece; 250;
NAPW; Napkin White 2-ply; piece; 1000; serviette white
NAPB; Napkin Brown 1-ply; piece; 1000;
FORK; Wooden Fork; piece; 1000;
KNIF; Wooden Knife; piece; 1000;
SPON; Wooden Spoon; piece; 1000;
CSET; Wooden Cutlery Set; set; 250;
STR6; Paper Straw 6mm; piece; 500;
STR12; Paper Straw 12mm; piece; 250; boba straw|bubble tea straw
CLING; Cling Film 300mm x 100m; roll; 6; cling wrap
GLM; Vinyl Gloves Medium; box; 10;
GLL; Vinyl Gloves Large; box; 10;
SAUCE; Sauce Cup 2oz with Lid; piece; 500;";

pub const VARIANTS: &str = "
PIZ-010-KR; Pizza Box 10\" Kraft; piece; 100; 10 inch pizza box|ten inch box
PIZ-010-WH; Pizza Box 10\" White; piece; 100;
PIZ-012-KR; Pizza Box 12\" Kraft; piece; 100; 12 inch pizza box
PIZ-012-WH; Pizza Box 12\" White; piece; 100;
PIZ-014-KR; Pizza Box 14\" Kraft; piece; 50; 14 inch pizza box
TRA-750-S; Food Tray 750 ml Single Compartment; piece; 150; 750ml single tray
TRA-750-D; Food Tray 750 ml 2 Compartments; piece; 150; bento tray 2 compartments
LID-750-P; Tray Lid 750 ml; piece; 150;
CUP-008-S; Paper Cup 8 oz Single Wall; piece; 50; coffee cup 8oz
CUP-008-D; Paper Cup 8 oz Double Wall; piece; 25; insulated cup 8oz
BAG-MED-B; Paper Bag Brown Medium; piece; 250; brown bag medium
BAG-MED-W; Paper Bag White Medium; piece; 250;
BAG-DEL; Insulated Delivery Bag; piece; 1; thermal bag";

/// Products as in `(c)` of the issue: one tray, one lid.
pub const TRAYS: &str = "
TRAY; Food Tray 750ml; piece; 150;
TLID; Tray Lid 750ml; piece; 150;
BOX10; Pizza Box 10 inch; piece; 100;
CUP8; Paper Cup 8oz; piece; 50;
CLID8; Cup Lid 8oz; piece; 50;";

pub const BAKERY: &str = "
SD800; Sourdough Loaf 800g; loaf; 1;
WW400; Wholemeal Loaf 400g; loaf; 1;
WT600; White Sandwich Loaf 600g; loaf; 1; sandwich bread
BAGT; Baguette; piece; 1; french stick
CRO; Butter Croissant; piece; 12;
ALC; Almond Croissant; piece; 12;
PAC; Pain au Chocolat; piece; 12; chocolate croissant
BLM; Blueberry Muffin; piece; 6;
CHM; Chocolate Chip Muffin; piece; 6; choc chip muffin
BNS; Burger Bun Sesame 4 inch; piece; 48;
BNP; Burger Bun Plain 4 inch; piece; 48;
HDR; Hot Dog Roll 6 inch; piece; 36;
DNR; Dinner Roll; piece; 24;
CIA; Ciabatta; piece; 10;
FOC; Focaccia Rosemary; piece; 4;
BGP; Plain Bagel; piece; 6;
BGE; Sesame Bagel; piece; 6;
CHE; Cheesecake 9 inch; cake; 1;
CAR; Carrot Cake 9 inch; cake; 1;
BRO; Brownie Tray; tray; 1;
FL25; Bread Flour 25kg; sack; 1;
FL10; Bread Flour 10kg; sack; 1;
YST; Instant Yeast 500g; pack; 20;
BUT; Unsalted Butter 5kg; block; 4;";

pub const CLEANING: &str = "
BLC5; Bleach 5L; bottle; 4;
DSH5; Dishwashing Liquid 5L; bottle; 4; dish soap 5L
DSH1; Dishwashing Liquid 1L; bottle; 12; dish soap 1L
FLC5; Floor Cleaner Lemon 5L; bottle; 4;
FLP5; Floor Cleaner Pine 5L; bottle; 4;
GLS; Glass Cleaner Spray 500ml; bottle; 12; window cleaner
HND; Hand Soap Refill 5L; bottle; 4;
SAN; Hand Sanitiser Gel 500ml; bottle; 24; hand sanitizer
MFB; Microfibre Cloth Blue; piece; 10; microfiber cloth blue
MFR; Microfibre Cloth Red; piece; 10; microfiber cloth red
SPG; Sponge Scourer; piece; 10; scrub sponge
MOP; Cotton Mop Head; piece; 12;
MPH; Mop Handle Aluminium; piece; 6;
BKT; Mop Bucket 20L; piece; 1;
TOI; Toilet Roll 2-ply; roll; 48; toilet paper|loo roll
PTW; Paper Towel Roll; roll; 6; kitchen towel
GB120; Garbage Bag Black 120L; piece; 100; bin liner 120L|trash bag 120L
GB60; Garbage Bag Black 60L; piece; 200; bin liner 60L|trash bag 60L
NGM; Nitrile Gloves Medium; box; 10;
NGL; Nitrile Gloves Large; box; 10;
BRM; Soft Broom; piece; 1;
DPN; Dustpan Set; set; 1;
TBC; Toilet Bowl Cleaner 750ml; bottle; 12;
BTL; Trigger Spray Bottle 750ml; piece; 12;";

pub const HARDWARE: &str = "
HX6; Hex Bolt M6 x 30mm Zinc; piece; 100;
HX8; Hex Bolt M8 x 40mm Zinc; piece; 100;
HX10; Hex Bolt M10 x 50mm Zinc; piece; 50;
HN6; Hex Nut M6; piece; 200;
HN8; Hex Nut M8; piece; 200;
FW6; Flat Washer M6; piece; 500;
FW8; Flat Washer M8; piece; 500;
WS4; Wood Screw 4 x 40mm; piece; 200;
WS5; Wood Screw 5 x 60mm; piece; 200;
NL2; Wire Nail 2 inch; kg; 1;
NL3; Wire Nail 3 inch; kg; 1;
TAPE5; Measuring Tape 5m; piece; 1;
HAM; Claw Hammer 16oz; piece; 1;
SDP; Phillips Screwdriver; piece; 1;
SDF; Flat Screwdriver 6mm; piece; 1;
PV20; PVC Pipe 20mm x 3m; length; 10;
PV25; PVC Pipe 25mm x 3m; length; 10;
EL20; PVC Elbow 20mm; piece; 50;
EL25; PVC Elbow 25mm; piece; 50;
DUCT; Duct Tape Silver 48mm; roll; 24;
MASK; Masking Tape 24mm; roll; 36;
SP80; Sandpaper 80 Grit; sheet; 50;
SP120; Sandpaper 120 Grit; sheet; 50;
PNT5; White Emulsion Paint 5L; tin; 1;
PBR2; Paint Brush 2 inch; piece; 12;
PBR3; Paint Brush 3 inch; piece; 12;
CTIE; Cable Tie 200mm Black; pack; 20; zip tie
SIL; Clear Silicone Sealant 300ml; tube; 12;
GLUE; Wood Glue 500ml; bottle; 12;";

pub const STATIONERY: &str = "
PAP-A4-80; A4 Copy Paper 80gsm White; ream; 5; a4 paper|printer paper a4
PAP-A3-80; A3 Copy Paper 80gsm White; ream; 5; a3 paper
PEN-BLU; Ballpoint Pen Blue; piece; 12; blue pen|blue biro
PEN-BLK; Ballpoint Pen Black; piece; 12; black pen|black biro
PCL-HB; HB Pencil; piece; 12;
HIL-YEL; Highlighter Yellow; piece; 10;
HIL-PNK; Highlighter Pink; piece; 10;
STK-76; Sticky Notes 76 x 76 mm Yellow; pad; 12; post-it notes
ENV-DL; Envelope DL White; piece; 500; dl envelope
ENV-C5; Envelope C5 Brown; piece; 250; c5 envelope
FLD-A4; Ring Binder A4 Black; piece; 10; a4 folder|lever arch file
STP-FUL; Full Strip Stapler; piece; 1;
STP-26; Staples 26/6; box; 20;
TAP-CLR; Clear Adhesive Tape 18 mm x 33 m; roll; 8; sellotape
SCI-17; Scissors 17 cm; pair; 1;
MRK-WB; Whiteboard Marker Black; piece; 10;
MRK-PM; Permanent Marker Black; piece; 10;
NBK-A5; Notebook A5 Ruled; piece; 10;
CLP-33; Paper Clips 33 mm; box; 10;
GLU-40; Glue Stick 40 g; piece; 12;";

pub const COFFEE: &str = "
ESP-1K; House Espresso Blend 1 kg; bag; 6; espresso beans|house blend
DEC-1K; Decaf Blend 1 kg; bag; 6; decaf beans
ETH-250; Ethiopia Yirgacheffe 250 g; bag; 12; ethiopian beans 250g
ETH-1K; Ethiopia Yirgacheffe 1 kg; bag; 6; ethiopian beans 1kg
COL-1K; Colombia Supremo 1 kg; bag; 6; colombian beans
OAT-1L; Barista Oat Milk 1 L; carton; 6; oat milk
SOY-1L; Barista Soy Milk 1 L; carton; 6; soy milk
ALM-1L; Barista Almond Milk 1 L; carton; 6; almond milk
VAN-750; Vanilla Syrup 750 ml; bottle; 6;
CAR-750; Caramel Syrup 750 ml; bottle; 6;
HAZ-750; Hazelnut Syrup 750 ml; bottle; 6;
CHO-2K; Hot Chocolate Powder 2 kg; tub; 4; drinking chocolate
CHAI-1K; Chai Powder 1 kg; tub; 6; chai latte mix
TEA-EB; English Breakfast Tea Bags; box; 10; breakfast tea
TEA-GR; Green Tea Bags; box; 10;
SUG-W; White Sugar Sticks; box; 10; sugar sachets
SUG-B; Brown Sugar Sticks; box; 10;
CLN-900; Espresso Machine Cleaner 900 g; tub; 12; machine cleaning powder
FIL-V60; V60 Paper Filter Size 02; pack; 20; v60 filters
CUP-KEEP; Reusable Cup 12 oz; piece; 1; keep cup";

pub const GARDEN: &str = "
COM-50; Multipurpose Compost 50 L; bag; 1;
TOP-25; Screened Topsoil 25 kg; bag; 1;
POT-15; Terracotta Pot 15 cm; piece; 12;
POT-20; Terracotta Pot 20 cm; piece; 12;
POT-30; Terracotta Pot 30 cm; piece; 6;
CAN-10; Watering Can 10 L Green; piece; 1;
TRW; Hand Trowel Stainless Steel; piece; 1;
LAV; Lavender Plant 9 cm Pot; plant; 12;
ROS; Rosemary Plant 9 cm Pot; plant; 12;
BAS; Basil Plant 9 cm Pot; plant; 12;
HOSE-15; Garden Hose 15 m; piece; 1;
HOSE-30; Garden Hose 30 m; piece; 1;
HCON; Hose Connector 1/2 inch; piece; 10;
SEED-TOM; Tomato Seeds Moneymaker; pack; 20;
SEED-LET; Lettuce Seeds Mixed; pack; 20;
GLV-M; Gardening Gloves Medium; pair; 10;
GLV-L; Gardening Gloves Large; pair; 10;
PAV-GR; Paving Slab Grey 450 x 450 mm; slab; 40;
PAV-SA; Paving Slab Sandstone 450 x 450 mm; slab; 40;
WBAR; Wheelbarrow 85 L; piece; 1;
SLUG; Slug Pellets 800 g; tub; 6;
FEED; Tomato Feed Liquid 1 L; bottle; 6;";

/// Names as a wholesaler's list has them: brands, counts in brackets, properties after the thing.
pub const WHOLESALE: &str = "
W1001; Copperfield Basmati Rice 5kg; bag; 4;
W1002; Copperfield Basmati Rice 20kg; bag; 1;
W1003; Copperfield Jasmine Rice 5kg; bag; 4;
W1010; Sunpress Sunflower Oil 5L; bottle; 4; cooking oil 5l
W1011; Sunpress Sunflower Oil 20L; drum; 1; cooking oil 20l
W1012; Sunpress Olive Oil Extra Virgin 1L; bottle; 12; evoo
W1020; Tomato Ketchup Sachets (box of 200); box; 1; ketchup packets
W1021; Tomato Ketchup Squeeze Bottle 1kg; bottle; 12;
W1022; Mayonnaise Bucket 5kg; bucket; 2; mayo
W1030; Plain Flour 16kg; sack; 1;
W1031; Self-Raising Flour 16kg; sack; 1;
W1040; Table Salt 1kg; pack; 12;
W1041; Sea Salt Flakes 250g; tub; 12; flaky salt
W1050; Chopped Tomatoes 2.5kg Tin; tin; 6; tinned tomatoes
W1051; Chickpeas 2.5kg Tin; tin; 6;
W1060; Semi-Skimmed Milk 2L; bottle; 6; green top milk
W1061; Whole Milk 2L; bottle; 6; blue top milk
W1062; Double Cream 2L; bottle; 6;
W1070; Free Range Eggs Medium (tray of 30); tray; 12; eggs medium
W1071; Free Range Eggs Large (tray of 30); tray; 12; eggs large
W1080; Blue Roll 2-Ply 150m; roll; 6; centrefeed
W1081; Greaseproof Paper 450mm x 75m; roll; 6; baking paper
W1082; Black Bin Bags Heavy Duty 90L (200); box; 1; bin bags
W1083; Pizza Box 12in Brown (100); pack; 1;
W1084; Pizza Box 16in Brown (50); pack; 1;";

pub const SALON: &str = "
SHM-1L; Argan Shampoo 1 L; bottle; 6;
SHM-5L; Argan Shampoo 5 L; jerrycan; 2; shampoo refill
CND-1L; Argan Conditioner 1 L; bottle; 6;
CND-5L; Argan Conditioner 5 L; jerrycan; 2; conditioner refill
DEV-20; Developer 20 Vol 1 L; bottle; 12; 20 vol peroxide
DEV-30; Developer 30 Vol 1 L; bottle; 12; 30 vol peroxide
DEV-40; Developer 40 Vol 1 L; bottle; 12; 40 vol peroxide
BLP-500; Bleach Powder Blue 500 g; tub; 12; lightener
BLP-W5; Bleach Powder White 500 g; tub; 12;
FOI-100; Hair Foil Roll 100 m; roll; 10; highlighting foil
FOI-SHT; Hair Foil Sheets Pre-cut 500; box; 10;
BRU-T; Tint Brush; piece; 12; colour brush
BOW-T; Tint Bowl; piece; 12; colour bowl
CAP-D; Disposable Shower Cap; piece; 100;
TOW-B; Towel Black 50 x 90 cm; piece; 12;
TOW-W; Towel White 50 x 90 cm; piece; 12;
TOW-D; Disposable Towel 40 x 80 cm; piece; 100;
GLV-S; Nitrile Gloves Black Small; box; 10;
GLV-M; Nitrile Gloves Black Medium; box; 10;
GLV-L; Nitrile Gloves Black Large; box; 10;
NCK-5; Neck Strips; roll; 5; neck paper
WAX-H; Hot Wax Pellets 1 kg; bag; 10; hard wax
WAX-S; Strip Wax 800 ml; tin; 12; soft wax
WXS-100; Wax Strips 100; pack; 20;
SPT-L; Spatula Large; piece; 100;
SPT-S; Spatula Small; piece; 100;
POL-RED; Nail Polish Red 15 ml; bottle; 12;
POL-NUD; Nail Polish Nude 15 ml; bottle; 12;
POL-TOP; Nail Top Coat 15 ml; bottle; 12; top coat
ACE-1L; Acetone 1 L; bottle; 12; nail polish remover
FIL-100; Nail File 100/180 Grit; piece; 50; emery board
COT-R; Cotton Rounds; pack; 24; cotton pads
COT-W; Cotton Wool 500 g; roll; 12;
SPR-H; Hair Spray Strong Hold 500 ml; can; 12;
SPR-F; Hair Spray Flexible Hold 500 ml; can; 12;
CLI-S; Sectioning Clips; pack; 12;
CPE-B; Cutting Cape Black; piece; 1; gown
SAN-5; Surface Sanitiser 5 L; jerrycan; 4; barbicide refill";

pub const FISH: &str = "
SAL-FIL; Salmon Fillet Skin On; kg; 10;
SAL-SMK; Smoked Salmon Sliced 200 g; pack; 20;
COD-FIL; Cod Fillet; kg; 10;
COD-SLT; Salt Cod; kg; 5; bacalao
TUN-LOI; Tuna Loin; kg; 5; yellowfin
SEA-WHL; Sea Bass Whole; kg; 10; branzino
SEA-FIL; Sea Bass Fillet; kg; 5;
MAC-WHL; Mackerel Whole; kg; 10;
PRW-RAW; King Prawns Raw Shell On 16/20; box; 6; raw prawns
PRW-CKD; King Prawns Cooked Peeled 31/40; bag; 10; cooked prawns
MUS-LIV; Live Mussels; kg; 10;
OYS-ROK; Rock Oysters; piece; 100; oysters
CRB-DRS; Dressed Crab; piece; 12;
LOB-LIV; Live Lobster; piece; 6;
SQU-TUB; Squid Tubes; kg; 10; calamari
SQU-RNG; Squid Rings Breaded 1 kg; bag; 10; breaded calamari
SCA-KNG; King Scallops; kg; 2;
FSH-FNG; Fish Fingers; box; 12;
FSH-CAK; Fish Cakes; box; 12;
CHP-10; Chunky Chips 2.5 kg; bag; 4;
CHP-SKN; Skinny Fries 2.5 kg; bag; 4;
PEA-MSH; Mushy Peas 2.6 kg; tin; 6;
TAR-SAU; Tartare Sauce 1 L; tub; 6;
BAT-MIX; Batter Mix 10 kg; sack; 1;
OIL-RAP; Rapeseed Oil 20 L; drum; 1; frying oil
ICE-FLK; Flaked Ice 10 kg; bag; 1;
LEM-CRT; Lemons; case; 1;
SAM-FSH; Samphire 250 g; punnet; 8;";

pub const PAINT: &str = "
EMU-WH-5; Emulsion Paint White 5 L; tin; 4; white emulsion 5l
EMU-WH-20; Emulsion Paint White 20 L; pail; 1; white emulsion 20l
EMU-MG-5; Emulsion Paint Magnolia 5 L; tin; 4; magnolia emulsion
GLO-WH-1; Gloss Paint White 1 L; tin; 6; white gloss
GLO-BK-1; Gloss Paint Black 1 L; tin; 6; black gloss
PRI-MTL; Metal Primer Red Oxide 1 L; tin; 6; red oxide
PRI-WD; Wood Primer 1 L; tin; 6;
VAR-CLR; Clear Varnish 2.5 L; tin; 4;
THN-5; Paint Thinner 5 L; tin; 4; turpentine
RLR-9; Paint Roller 9 inch; piece; 20; 9 inch roller
RLR-4; Mini Roller 4 inch; piece; 20;
RLS-9; Roller Sleeve 9 inch; piece; 40; roller refill 9 inch
BRS-1; Paint Brush 1 inch; piece; 24;
BRS-2; Paint Brush 2 inch; piece; 24;
BRS-4; Paint Brush 4 inch; piece; 12;
TRY-9; Paint Tray 9 inch; piece; 20;
MSK-24; Masking Tape 24 mm x 50 m; roll; 36;
MSK-48; Masking Tape 48 mm x 50 m; roll; 24;
DST-34; Dust Sheet 3 x 4 m; piece; 10; drop cloth
FIL-INT; Interior Filler 2 kg; tub; 8; wall putty
SAN-60; Sandpaper 60 Grit; sheet; 50;
SAN-120; Sandpaper 120 Grit; sheet; 50;
SAN-240; Sandpaper 240 Grit; sheet; 50;
SCR-3; Scraper 3 inch; piece; 12;
LAD-6; Step Ladder 6 Step; piece; 1;
LAD-8; Step Ladder 8 Step; piece; 1;
CLK-WH; Decorators Caulk White 380 ml; tube; 24; acrylic sealant
SIL-CLR; Silicone Sealant Clear 300 ml; tube; 12;
SIL-WH; Silicone Sealant White 300 ml; tube; 12;
COV-ALL-L; Disposable Coverall L; piece; 25;
COV-ALL-XL; Disposable Coverall XL; piece; 25;
MSK-N95; N95 Respirator Mask; box; 10; n95
GOG-CLR; Safety Goggles; piece; 10;
GLV-NIT; Nitrile Gloves 100 pcs L; box; 10;
SPR-BLK; Spray Paint Matt Black 400 ml; can; 12;
SPR-WHT; Spray Paint Gloss White 400 ml; can; 12;";
