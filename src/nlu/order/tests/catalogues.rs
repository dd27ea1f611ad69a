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
