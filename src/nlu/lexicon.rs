//! Words of customers and of trade in general; nothing of one company's catalogue. The lists are in
//! `assets/nlu/words.txt`.

use std::collections::HashSet;
use std::sync::LazyLock;

/// A list of words or phrases.
#[derive(Debug)]
pub struct Words {
    list: Vec<&'static str>,
    set: HashSet<&'static str>,
}

impl Words {
    /// Whether a word is one of them.
    pub fn contains(&self, word: &str) -> bool {
        self.set.contains(word)
    }

    /// All of them, as listed.
    pub fn iter(&self) -> impl Iterator<Item = &'static str> {
        self.list.iter().copied()
    }
}

/// The lists, as they stand in the executable.
const SOURCE: &str = include_str!("../../assets/nlu/words.txt");

/// One list of the file; empty when it has none of that name, which a test rules out.
fn list(name: &str) -> Words {
    let begins = |line: &&str| line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) == Some(name);
    let lines = SOURCE.lines().map(str::trim).skip_while(|line| !begins(line)).skip(1);
    let own = lines.take_while(|line| !line.starts_with('[')).filter(|line| !line.starts_with('#'));
    let list: Vec<&str> =
        own.flat_map(|line| line.split(',')).map(str::trim).filter(|w| !w.is_empty()).collect();
    Words { set: list.iter().copied().collect(), list }
}

macro_rules! lists {
    ($($(#[$doc:meta])* $name:ident = $list:literal;)*) => {
        $($(#[$doc])* pub static $name: LazyLock<Words> = LazyLock::new(|| list($list));)*

        #[cfg(test)]
        fn all() -> Vec<(&'static str, &'static Words)> {
            vec![$(($list, &*$name)),*]
        }
    };
}

lists! {
    /// Words after `in` that show it is no unit: "100 in total".
    FOLLOWS_IN = "follows_in";
    /// Units that are counted one by one.
    PIECES = "pieces";
    /// Packs of several units, stemmed.
    PACKS = "packs";
    /// Words that name nothing that can be ordered, as written or stemmed.
    FILLERS = "fillers";
    /// Words that ask for haste.
    URGENT = "urgent";
    /// Words before those that turn them around.
    NOT_URGENT = "not_urgent";
    /// Words that leave the product after them out.
    WITHOUT = "without";
    /// A number after one of these is corrected, not added.
    CORRECTION = "correction";
    /// Words that a date or time stands beside.
    MONTHS = "months";
    /// A number after one of these is an address, a telephone number or a reference.
    REFERENCES = "references";
    /// Ends of a street's name: a number before such a name belongs to an address.
    STREETS = "streets";
    /// Words after a number that says how long, how often or when: not how many.
    TIMES = "times";
    /// Words after a number that counts people or orders, not goods.
    PEOPLE = "people";
    /// Beginnings of an instruction to whoever delivers.
    NOTE_STARTS = "note_starts";
    /// Words that may stand before such a beginning.
    NOTE_LEADS = "note_leads";
    /// Colours, materials and make: words that stand after the thing they describe.
    ADJECTIVES = "adjectives";
    /// Words by which one variant is told from another: a colour or make that a product does not have is a contradiction, even when the catalogue never uses the word.
    TELLING = "telling";
    /// Words that praise goods and tell no variant.
    PRAISE = "praise";
    /// Everyday words that are no goods and describe none.
    TALK = "talk";
    /// Phrases that tell of what is or was: a number beside them orders nothing by itself.
    TOLD = "told";
    /// Phrases of somebody who has not decided yet.
    HEDGES = "hedges";
    /// Variants that nobody means without saying so.
    MARKED = "marked";
    /// Words by which wishes begin again after such a phrase.
    WISHES = "wishes";
    /// What "no" may stand before and refuse nothing.
    NO_MATTER = "no_matter";
    /// Money: a number after one of these is a price.
    CURRENCIES = "currencies";
    /// Things that go with another thing and are not a kind of it: a cup lid is no cup.
    PARTS = "parts";
    /// Words that make a place of business: by themselves they name no outlet.
    PLACES = "places";
    /// Words of somebody unhappy.
    NEGATIVE = "negative";
    /// Words of somebody pleased.
    POSITIVE = "positive";
    /// Words of somebody angry.
    ANGRY = "angry";
    /// Words that turn the next around.
    TURNS = "turns";
    /// Asks for a person.
    PERSON = "person";
    /// Asks for somebody in charge.
    MANAGER = "manager";
    /// Health or food safety.
    SAFETY = "safety";
    /// Lawyers, courts, authorities.
    LEGAL = "legal";
    /// Press or public posts.
    MEDIA = "media";
    /// Words that a consent may consist of.
    YES = "yes";
    /// Words of which a consent has one.
    YES_CORE = "yes_core";
    /// Words that a refusal may consist of.
    NO = "no";
    /// Words of which a refusal has one.
    NO_CORE = "no_core";
    /// Phrases that drop an order.
    CANCEL = "cancel";
    /// The whole order as before; "the usual lids" is not.
    USUAL = "usual";
    /// Instructions that run on without a comma.
    NOTE_INSIDE = "note_inside";
    /// Words for days and hours.
    DAYS = "days";
    /// Words that may stand beside a phrase that drops an order.
    CANCEL_REST = "cancel_rest";
    /// Words that show that a message adds rather than changes.
    AGAIN = "again";
    /// Words that show that a message changes what was said.
    CHANGES = "changes";
    /// Words and phrases that take a product out.
    REMOVES = "removes";
    /// Colours and sizes: alone they name no product.
    PLAIN_VARIANTS = "plain_variants";
    /// Words that lead to a day or an hour.
    BEFORE_TIMES = "before_times";
}

/// The unit of measure that a word stands for.
pub fn size_unit(word: &str) -> Option<&'static str> {
    Some(match word {
        "inch" | "inches" | "inchs" | "inche" | "ins" | "incg" | "ich" | "inces" => "inch",
        "ml" | "mls" | "millilitre" | "millilitres" | "milliliter" | "milliliters" | "mil" => "ml",
        "cl" => "cl",
        "l" | "lt" | "litre" | "litres" | "liter" | "liters" | "ltr" | "ltrs" | "lit" => "l",
        "g" | "gm" | "gms" | "gram" | "grams" | "gr" | "grm" => "g",
        "kg" | "kgs" | "kilo" | "kilos" | "kilogram" | "kilograms" => "kg",
        "oz" | "ozs" | "ounce" | "ounces" => "oz",
        "cm" | "cms" | "centimetre" | "centimetres" | "centimeter" | "centimeters" => "cm",
        "mm" | "mms" | "millimetre" | "millimetres" | "millimeter" | "millimeters" => "mm",
        "m" | "mtr" | "mtrs" | "metre" | "metres" | "meter" | "meters" => "m",
        "gsm" => "gsm",
        "ft" | "feet" | "foot" => "ft",
        "lb" | "lbs" | "pound" | "pounds" => "lb",
        "compartment" | "compartments" | "comp" => "compartment",
        "ply" => "ply",
        "grit" => "grit",
        "micron" | "microns" => "micron",
        "w" | "watt" | "watts" => "w",
        "v" | "volt" | "volts" => "v",
        "gauge" => "gauge",
        "gallon" | "gallons" | "gal" => "gal",
        _ => return None,
    })
}

/// Whether a word is a colour, material or make.
pub fn describes(word: &str) -> bool {
    ADJECTIVES.contains(word) || TELLING.contains(word)
}

/// A letter for a size of clothes: what it stands for.
pub fn letter_size(word: &str) -> Option<&'static str> {
    match word {
        "s" => Some("small"),
        "m" => Some("medium"),
        "l" => Some("large"),
        _ => None,
    }
}

/// Plurals that no rule gives.
pub const IRREGULAR: &[(&str, &str)] = &[
    ("knives", "knife"),
    ("loaves", "loaf"),
    ("leaves", "leaf"),
    ("shelves", "shelf"),
    ("halves", "half"),
    ("scarves", "scarf"),
    ("calves", "calf"),
    ("brushes", "brush"),
    ("dishes", "dish"),
    ("potatoes", "potato"),
    ("tomatoes", "tomato"),
    ("mangoes", "mango"),
    ("pies", "pie"),
    ("ties", "tie"),
    ("cookies", "cookie"),
    ("brownies", "brownie"),
    ("smoothies", "smoothie"),
    ("geese", "goose"),
    ("patties", "patty"),
    ("gas", "gas"),
    ("always", "always"),
    ("pls", "pls"),
    ("thanks", "thanks"),
    ("plus", "plus"),
    ("pcs", "pcs"),
    ("nos", "nos"),
    ("bus", "bus"),
    ("moulds", "mould"),
    ("molds", "mould"),
    ("mold", "mould"),
    ("fibers", "fibre"),
    ("fiber", "fibre"),
];

/// Short forms of sizes in words.
pub const SHORT: &[(&str, &str)] = &[
    ("sml", "small"),
    ("sm", "small"),
    ("med", "medium"),
    ("mediums", "medium"),
    ("lge", "large"),
    ("lg", "large"),
    ("lrg", "large"),
    ("larges", "large"),
    ("blk", "black"),
    ("wht", "white"),
    ("brn", "brown"),
    ("choc", "chocolate"),
    ("alu", "aluminium"),
    ("big", "large"),
    ("tiny", "small"),
    ("wood", "wooden"),
    ("gray", "grey"),
    ("veg", "vegetable"),
    ("ss", "stainless"),
    ("aluminum", "aluminium"),
    ("sanitizer", "sanitiser"),
    ("volume", "vol"),
    ("tire", "tyre"),
    ("tires", "tyre"),
    ("fiber", "fibre"),
    ("windshield", "windscreen"),
    ("colored", "coloured"),
    ("flavored", "flavoured"),
    ("hotdog", "hotdog"),
    ("serviettes", "serviette"),
    ("whole-meal", "wholemeal"),
    ("mixed", "mix"),
    ("minced", "mince"),
    ("diced", "dice"),
    ("grated", "grate"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_has_words() {
        for (name, words) in all() {
            assert!(words.iter().count() > 2, "{name}");
            assert!(words.iter().all(|w| w == w.to_lowercase()), "{name}");
        }
        let headings = SOURCE.lines().filter(|l| l.starts_with('[')).count();
        assert_eq!(headings, all().len(), "a list that nothing reads");
    }
}
