//! How many units a quantity in the customer's packs is.

use crate::domain::catalogue::ProductDetails;
use crate::nlu::text::stem;

/// How many, and of what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Quantity {
    /// Single units.
    Units(u32),
    /// Packs of the product's bundle size; with the customer's word for them.
    Packs(u32, String),
}

/// Packs that hold several of what is sold, whatever that is.
const LARGE: &[&str] = &["carton", "case", "bundle", "crate", "bale", "pallet", "master", "outer"];

/// What holds the stuff of one: of goods sold one by one, a bottle is one of them and never a bundle.
const ONE: &[&str] = &[
    "bottle",
    "tin",
    "jar",
    "tube",
    "jerrycan",
    "drum",
    "pail",
    "bucket",
    "cartridge",
    "barrel",
    "tub",
    "loaf",
];

/// Shapes that goods come in, one or several of them: of goods sold otherwise they say nothing certain.
const SHAPES: &[&str] = &[
    "roll", "reel", "coil", "spool", "sheet", "length", "pair", "block", "slab", "pad", "kit", "wheel",
    "punnet",
];

/// Measures that goods are sold by: only a large pack is a bundle of them.
const MEASURES: &[&str] = &["kg", "g", "l", "ml", "m", "cm", "ft", "lb", "oz", "yard"];

impl Quantity {
    /// How many units of a product this is. `None` when the catalogue does not say how many are in such a pack.
    pub fn units(&self, product: &ProductDetails) -> Option<u32> {
        self.units_in(&stem(&product.unit.to_lowercase()), product.bundle_size)
    }

    /// As [`Self::units`], of a product sold by `unit` (stemmed) in bundles of `bundle_size`.
    pub(in crate::nlu) fn units_in(&self, unit: &str, bundle_size: u32) -> Option<u32> {
        let (n, pack) = match self {
            Self::Units(n) => return Some(*n),
            Self::Packs(n, pack) => (*n, same_pack(pack)),
        };
        let unit = same_pack(unit);
        // A packet of powder that is sold by the bag is that bag.
        let soft = |word: &str| matches!(word, "bag" | "pack" | "pouch");
        if unit == pack || (soft(unit) && soft(pack)) {
            return Some(n);
        }
        let single = matches!(unit, "" | "piece" | "pc" | "each" | "unit" | "ea");
        if MEASURES.contains(&pack) {
            return None;
        }
        let holds_one = ONE.contains(&pack) || SHAPES.contains(&pack);
        match (bundle_size, single) {
            (_, true) if ONE.contains(&pack) => Some(n),
            // Sold by a container, one at a time: a bag is as good a word for it as a sack.
            (..=1, false) if !MEASURES.contains(&unit) => Some(n),
            (..=1, _) => None,
            _ if holds_one => None,
            (size, true) => n.checked_mul(size),
            (size, false) if LARGE.contains(&pack) => n.checked_mul(size),
            (size, false) if pack == "box" && !matches!(unit, "pack" | "bag") => n.checked_mul(size),
            (size, false) if !container(unit) && !MEASURES.contains(&unit) => n.checked_mul(size),
            _ => None,
        }
    }
}

/// Whether a unit (stemmed) is a pack of many.
pub(in crate::nlu) fn holds_many(unit: &str) -> bool {
    matches!(same_pack(unit), "box" | "pack" | "sleeve" | "ream" | "tray") || LARGE.contains(&same_pack(unit))
}

fn same_pack(word: &str) -> &str {
    match word {
        "ctn" | "cartoon" => "carton",
        "bx" | "bxs" => "box",
        "pkt" | "packet" | "pk" | "pks" | "pck" | "pkg" | "package" => "pack",
        "bdl" | "bndl" => "bundle",
        "can" => "tin",
        "sack" => "bag",
        "btl" => "bottle",
        other => other,
    }
}

/// Units that are packs themselves, so that another pack's name for them leaves a doubt.
fn container(unit: &str) -> bool {
    matches!(unit, "box" | "pack" | "bag" | "tub" | "tray" | "set" | "roll" | "sleeve")
}
