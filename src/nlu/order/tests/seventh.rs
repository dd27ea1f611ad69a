//! A seventh set, about what must not be asked: everyday words beside a thing, numbers of notes, sizes and packs
//! that the catalogue writes otherwise; with what looks alike and must be asked.

use super::{Table, report};

const STORE: &str = "
LQ-5; Dish Liquid Lime 5L; bottle; 4; washing-up soap
LQ-20; Dish Liquid Lime 20L; drum; 1;
DEG-750; Degreaser Spray 750ml; bottle; 12;
DEG-5; Degreaser 5L; bottle; 4;
TWL-Z; Hand Towel Zigzag; carton; 1; Z-fold hand towel
GLV-M; Nitrile Gloves M; box; 10;
ROLL-J; Jumbo Toilet Roll; carton; 1;
ROLL-S; Toilet Roll Small Core; carton; 1;
SCR-P; Scouring Pad; pack; 10;
CRM-D; Whipping Cream Dairy 35% 1L; pack; 12;
CRM-N; Whipping Cream Non-Dairy 1L; pack; 12;
MLK-U; UHT Milk 1L; pack; 12;
CHO-D; Dark Chocolate 1 kg; pack; 10;
CHO-W; White Chocolate 1 kg; pack; 10;
SUG-D; Dark Sugar 1 kg; pack; 10;
CHO-M; Milk Chocolate 1 kg; pack; 10;
OIL-5W30; Engine Oil 5W-30 4 L; bottle; 4;
OIL-10W40; Engine Oil 10W-40 4 L; bottle; 4;
";

const ON_STORE: &Table = &[
    ("forgot jumbo toilet rolls, 2 cartons", "-: 2 ROLL-J"),
    ("can deliver today? scouring pad 4 packs, chef shouting", "-: 4 SCR-P !"),
    ("scouring pad 3 pks", "-: 3 SCR-P"),
    ("scouring machines 3", "?"),
    ("we gave back 2 scouring pads. Send 3 scouring pads", "?"),
    ("5 birthday scouring pads", "?"),
    ("DATE 23.11.2026\nDEGREASER 5L    4 BTL\nDELIVERY WED 25.11.2026 07:00-09:00", "-: 4 DEG-5"),
    ("PURCHASE ORDER 7731\nDegreaser 5L 8. Slot 25/11 05:30-06:30. acc no 70012", "-: 8 DEG-5"),
    ("2 scouring pads. Leave with the butcher at no. 4 if we're shut", "-: 2 SCR-P"),
    ("4 scouring pads for ward 3", "-: 4 SCR-P"),
    ("1 carton degreaser spray 750", "-: 12 DEG-750"),
    ("degreaser 5L one carton", "-: 4 DEG-5"),
    ("degreaser 5L x 5", "-: 5 DEG-5"),
    ("washing-up soap 20L, 1 drum", "-: 1 LQ-20"),
    ("washing-up soap 10L, 1 drum", "?"),
    ("Z-fold 3 cartons", "-: 3 TWL-Z"),
    ("2 cartons dairy whipping cream", "-: 24 CRM-D"),
    ("2 cartons whipping cream", "?"),
    ("12 non-dairy cream", "-: 12 CRM-N"),
    ("milk 3 cartons UHT", "-: 36 MLK-U"),
    ("milk 3 cartons", "?"),
    ("2 packs each of the dark, milk and white chocolate", "-: 2 CHO-D, 2 CHO-M, 2 CHO-W"),
    ("2 packs each of the dark and milk", "?"),
    ("chocolate, white, 1 kg - 6 packs", "-: 6 CHO-W"),
    ("gloves, nitrile, M, 3 boxes", "-: 3 GLV-M"),
    ("degreaser 5L 2 btls, buzzer 12", "-: 2 DEG-5"),
    ("12 engine oil 5w30", "-: 12 OIL-5W30"),
    ("12 engine oil", "?"),
    ("no more jumbo toilet rolls!! 3 cartons asap", "-: 3 ROLL-J !"),
    ("no more jumbo toilet rolls please. 3 cartons", "?"),
    ("wanted 20 scouring pads but found some so 10 will do", "-: 10 SCR-P"),
    ("six scouring pads (nope, ten please - just checked)", "-: 10 SCR-P"),
    ("2 scouring pads. Also what's the lead time on a degreaser pump?", "-: 2 SCR-P"),
    ("2 scouring pads. Can I get a degreaser pump?", "?"),
    ("gloves M 4 boxes (powdered)", "?"),
    ("Cost centre 4410: 6 scouring pads for the Year 6 exams", "-: 6 SCR-P"),
    ("wanted 5 scouring pads, 3 will be enough", "-: 3 SCR-P"),
    ("4 scouring pads. Please pack Joan's in room 4", "-: 4 SCR-P"),
];

#[test]
fn messages_of_the_seventh_set() {
    let score = report(&[("store", STORE, ON_STORE)]);
    assert_eq!((score.asked, score.wrong), (0, 0), "{:#?}", score.lines);
}
