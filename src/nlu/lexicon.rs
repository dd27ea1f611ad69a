//! Words of customers and of trade in general; nothing of one company's catalogue.

use std::collections::HashSet;
use std::sync::LazyLock;

/// The unit of measure that a word stands for.
pub fn size_unit(word: &str) -> Option<&'static str> {
    Some(match word {
        "inch" | "inches" | "inchs" | "inche" | "ins" => "inch",
        "ml" | "mls" | "millilitre" | "millilitres" | "milliliter" | "milliliters" => "ml",
        "l" | "litre" | "litres" | "liter" | "liters" | "ltr" | "ltrs" => "l",
        "g" | "gm" | "gms" | "gram" | "grams" | "gr" => "g",
        "kg" | "kgs" | "kilo" | "kilos" | "kilogram" | "kilograms" => "kg",
        "oz" | "ounce" | "ounces" => "oz",
        "cm" | "cms" | "centimetre" | "centimetres" => "cm",
        "mm" | "millimetre" | "millimetres" => "mm",
        "gsm" => "gsm",
        "ft" | "feet" | "foot" => "ft",
        "lb" | "lbs" => "lb",
        "compartment" | "compartments" => "compartment",
        "ply" => "ply",
        _ => return None,
    })
}

/// Words after `in` that show it is no unit: "100 in total".
pub const FOLLOWS_IN: &[&str] = &[
    "total", "all", "the", "a", "an", "stock", "each", "one", "two", "time", "our", "my", "bulk", "case",
    "addition", "this",
];

/// Units that are counted one by one.
pub const PIECES: &[&str] =
    &["pc", "pcs", "piece", "nos", "no", "unit", "ea", "each", "qty", "quantity", "pce"];

/// Packs of several units, stemmed.
pub const PACKS: &[&str] = &[
    "bundle", "pack", "packet", "pkt", "carton", "ctn", "case", "sleeve", "roll", "crate", "bale", "pallet",
    "box", "bag", "tray", "set", "ream", "drum", "bottle", "tin", "can", "tub", "sack", "dozen",
];

static FILLERS: LazyLock<HashSet<&str>> = LazyLock::new(|| FILLER_WORDS.split_whitespace().collect());
const FILLER_WORDS: &str = "\
    a an the of for to and with in on at by from please pls plz kindly i we us me my our you your it \
    that this these those is are be was will would like want need order ordering get give send deliver \
    delivery can could may have also some hi hello hey dear good morning afternoon evening thank thanks \
    tks thx regards cheer ok okay yes no not but plus add another more x each pc pcs piece nos unit ea \
    qty quantity item product outlet branch shop store as usual same last time new size inch here there \
    there's just only about around so then d ll m s i'd i'll we'd we'll i'm let let's make place put \
    take stock up do if possible asap urgent urgently rush today tomorrow now soon quick quickly \
    emergency soonest next week monday tuesday wednesday thursday friday saturday sunday mon tue wed thu \
    fri sat sun before after pm am noon day team sir madam bro boss lah hor ah one ones type kind any \
    all both its they them out run running low help too re following below total list ty u r n b tq hv \
    thru via per po which what how much when where who does did has had were than or off buy purchase \
    reorder restock required require requirement needed wanted looking going gonna wanna use using sorry \
    actually instead mean meant really very bit lot quite normal regular standard fresh again back well \
    right sure great fine etc everything anything thing stuff \
";

/// Whether a stemmed word names nothing that can be ordered.
pub fn is_filler(word: &str) -> bool {
    FILLERS.contains(word)
}

/// Words that ask for haste.
pub const URGENT: &[&str] = &[
    "urgent",
    "urgently",
    "asap",
    "rush",
    "emergency",
    "immediately",
    "same-day",
    "same day",
    "as soon as possible",
    "right away",
    "need it today",
    "need them today",
    "by today",
    "this afternoon itself",
    "soonest",
    "super fast",
    "express",
    "a.s.a.p",
    "critical",
];
/// Words before those that turn them around.
pub const NOT_URGENT: &[&str] =
    &["not", "no", "isn't", "isnt", "nothing", "non", "don't", "dont", "without", "never"];

/// Words that leave the product after them out.
pub const WITHOUT: &[&str] =
    &["no", "without", "minus", "except", "skip", "excluding", "exclude", "remove", "drop", "cancel", "not"];

/// A number after one of these is corrected, not added.
pub const CORRECTION: &[&str] =
    &["make", "sorry", "actually", "rather", "instead", "correction", "oops", "wait", "meant", "mean"];

/// Words that a date or time stands beside.
pub const MONTHS: &[&str] = &[
    "jan",
    "january",
    "feb",
    "february",
    "mar",
    "march",
    "apr",
    "april",
    "may",
    "jun",
    "june",
    "jul",
    "july",
    "aug",
    "august",
    "sep",
    "sept",
    "september",
    "oct",
    "october",
    "nov",
    "november",
    "dec",
    "december",
];

/// A number after one of these is an address, a telephone number or a reference.
pub const REFERENCES: &[&str] = &[
    "blk",
    "block",
    "street",
    "st",
    "road",
    "rd",
    "ave",
    "avenue",
    "unit",
    "postal",
    "singapore",
    "tel",
    "phone",
    "call",
    "mobile",
    "hp",
    "contact",
    "whatsapp",
    "invoice",
    "inv",
    "po",
    "ref",
    "reference",
    "lane",
    "drive",
    "level",
    "floor",
    "#",
];

/// Beginnings of an instruction to whoever delivers.
pub const NOTE_STARTS: &[&str] = &[
    "note",
    "notes",
    "remark",
    "remarks",
    "leave",
    "call",
    "ring",
    "contact",
    "deliver before",
    "deliver by",
    "deliver after",
    "delivery before",
    "delivery by",
    "use the back",
    "park",
    "please call",
    "please leave",
    "pls call",
    "pls leave",
    "please ring",
    "drop off",
    "drop it",
    "attn",
    "back door",
    "side door",
    "bring",
    "please bring",
    "send before",
    "must arrive",
    "needs to arrive",
];

/// Colours and materials: words that stand after the thing they describe.
pub const ADJECTIVES: &[&str] = &[
    "kraft",
    "white",
    "brown",
    "black",
    "clear",
    "red",
    "blue",
    "green",
    "yellow",
    "plain",
    "printed",
    "natural",
    "large",
    "small",
    "medium",
    "mini",
    "jumbo",
    "heavy",
    "duty",
    "premium",
    "eco",
    "standard",
    "assorted",
    "hot",
    "cold",
    "double",
    "single",
    "wall",
    "round",
    "square",
    "rectangular",
    "flat",
    "dome",
    "silver",
    "gold",
    "transparent",
    "frosted",
    "biodegradable",
    "compostable",
];
