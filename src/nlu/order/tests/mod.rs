pub mod catalogues;
mod fifth;
mod first;
mod fourth;
mod second;
mod seventh;
mod sixth;
mod third;
mod unseen;

use super::*;
use crate::domain::catalogue::{Product, ProductDetails};
use crate::domain::ids::{OutletId, Sku};
use crate::domain::money::UnitPrice;
use crate::domain::outlet::{Outlet, OutletDetails, Terms};

pub struct Shop {
    pub products: Vec<Product>,
    pub index: ProductIndex,
    pub outlets: OutletIndex,
    names: Vec<String>,
}

pub fn shop(rows: &str) -> Shop {
    let products: Vec<Product> =
        rows.lines().filter(|l| !l.trim().is_empty()).enumerate().map(product).collect();
    let (names, outlets) = outlets(catalogues::OUTLETS);
    Shop { index: ProductIndex::new(&products), outlets: OutletIndex::new(&outlets), products, names }
}

fn product((i, row): (usize, &str)) -> Product {
    let cells: Vec<&str> = row.split(';').map(str::trim).collect();
    Product {
        id: ProductId(i as i64 + 1),
        details: ProductDetails {
            sku: Sku::parse(cells[0]).unwrap(),
            name: cells[1].into(),
            description: String::new(),
            category: String::new(),
            unit_price: UnitPrice::parse("1").unwrap(),
            unit: cells[2].into(),
            bundle_size: cells[3].parse().unwrap(),
            stock: None,
            min_order_qty: 1,
            active: true,
            aliases: cells[4].split('|').filter(|a| !a.is_empty()).map(str::to_owned).collect(),
        },
    }
}

fn outlets(rows: &[&str]) -> (Vec<String>, Vec<Outlet>) {
    let outlet = |(i, row): (usize, &&str)| {
        let mut names = row.split('|').map(|n| n.trim().to_owned());
        Outlet {
            id: OutletId(i as i64 + 1),
            details: OutletDetails {
                name: names.next().unwrap(),
                address: String::new(),
                contact_person: String::new(),
                contact_number: String::new(),
                whatsapp: String::new(),
                usual_order_days: vec![],
                terms: Terms::Prepaid,
                credit_limit: None,
                aliases: names.collect(),
            },
        }
    };
    let outlets: Vec<Outlet> = rows.iter().enumerate().map(outlet).collect();
    (outlets.iter().map(|o| o.details.name.clone()).collect(), outlets)
}

/// What would be placed: `outlet: quantity SKU, … !`, sorted; with `?…` for whatever is asked about.
pub fn read(shop: &Shop, text: &str) -> String {
    read_with(shop, text, &ParseOptions::default())
}

pub fn read_with(shop: &Shop, text: &str, options: &ParseOptions) -> String {
    let order = parse(text, &shop.index, &shop.outlets, options);
    let outlet = match &order.outlet {
        OutletMention::Outlet(id) => shop.names[id.0 as usize - 1].clone(),
        OutletMention::None => "-".to_owned(),
        OutletMention::Ambiguous(_) => "?".to_owned(),
        OutletMention::Unknown(name) => format!("?{name}"),
    };
    let mut sums: std::collections::BTreeMap<String, u32> = std::collections::BTreeMap::new();
    let mut open: Vec<String> = Vec::new();
    for item in &order.items {
        let details = match &item.resolution {
            Resolution::Product(id) => Some(&shop.products[id.0 as usize - 1].details),
            _ => None,
        };
        match (details, item.quantity.as_ref().and_then(|q| q.units(details?))) {
            (Some(details), Some(n)) => *sums.entry(details.sku.to_string()).or_default() += n,
            (Some(details), None) => open.push(format!("?qty {}", details.sku)),
            (None, _) => {
                let names: Vec<String> = match &item.resolution {
                    Resolution::Ambiguous(ids) => ids
                        .iter()
                        .map(|id| shop.products[id.0 as usize - 1].details.sku.to_string())
                        .collect(),
                    _ => vec![],
                };
                open.push(format!("?{}{names:?}", item.text));
            }
        }
    }
    open.extend(order.unexplained_numbers.iter().map(|n| format!("?#{n}")));
    let mut items: Vec<String> = sums.into_iter().map(|(sku, n)| format!("{n} {sku}")).collect();
    items.extend(open);
    let usual = if order.wants_usual { " usual" } else { "" };
    format!("{outlet}: {}{usual}{}", items.join(", "), if order.is_urgent { " !" } else { "" })
}

/// How well a table of `message => expected` is read.
#[derive(Debug, Default)]
pub struct Score {
    pub exact: usize,
    pub asked: usize,
    pub wrong: usize,
    pub lines: Vec<String>,
}

/// `expected`: as [`read`] gives it, items in any order; a lone `?` wants a question.
pub fn score(rows: &str, table: &[(&str, &str)]) -> Score {
    let shop = shop(rows);
    let mut score = Score::default();
    for (text, expected) in table {
        let found = read(&shop, text);
        let asks = found.contains('?');
        if (*expected == "?" && asks) || sorted(&found) == sorted(expected) {
            score.exact += 1;
        } else if asks {
            score.asked += 1;
            score.lines.push(format!("asked  {text:?}\n   want {expected}\n   got  {found}"));
        } else {
            score.wrong += 1;
            score.lines.push(format!("WRONG  {text:?}\n   want {expected}\n   got  {found}"));
        }
    }
    score
}

fn sorted(line: &str) -> (String, Vec<String>, bool) {
    let urgent = line.ends_with(" !");
    let line = line.trim_end_matches(" !");
    let (outlet, items) = line.split_once(':').unwrap_or((line, ""));
    let mut items: Vec<String> = items.split(", ").map(|i| i.trim().to_owned()).collect();
    items.sort();
    (outlet.to_owned(), items, urgent)
}

/// Messages with what they should give.
pub type Table = [(&'static str, &'static str)];

pub fn report(tables: &[(&str, &str, &Table)]) -> Score {
    let mut total = Score::default();
    for (name, rows, table) in tables {
        let s = score(rows, table);
        println!("{name}: {} exact, {} asked, {} wrong", s.exact, s.asked, s.wrong);
        s.lines.iter().for_each(|l| println!("{l}"));
        total.exact += s.exact;
        total.asked += s.asked;
        total.wrong += s.wrong;
    }
    println!("TOTAL {} exact, {} asked, {} wrong", total.exact, total.asked, total.wrong);
    total
}

proptest::proptest! {
    #[test]
    fn never_panics(text in "\\PC{0,300}") {
        read(&shop(catalogues::PACKAGING), &text);
    }

    #[test]
    fn never_panics_on_what_looks_like_an_order(
        text in "([0-9]{1,4}|x|-|/|\\(|\\)|:|\n|,|\\.|\"|'| |inch|ml|boxes|trays|lids|and|with|no|each|half|a|dozen|harbour|cafe|½|é|PB10|make that|not){0,60}"
    ) {
        let shop = shop(catalogues::PACKAGING);
        read(&shop, &text);
        crate::nlu::edit::changes(&text, &[ProductId(1), ProductId(2)], &shop.index);
        crate::nlu::edit::choose(&text, &[ProductId(1), ProductId(2)], &shop.index);
    }
}

/// A thousand products and five thousand characters: the work grows with their sum, not with their product.
#[test]
fn long_messages_are_bounded() {
    let words = ["alder", "birch", "cedar", "dogwood", "elm", "fir", "ginkgo", "hazel", "ivy", "juniper"];
    let row =
        |i: usize| format!("S{i:04}; {} {} Plank {i} mm; piece; 10;", words[i % 10], words[(i / 10) % 10]);
    let rows: Vec<String> = (0..1000).map(row).collect();
    let shop = shop(&rows.join("\n"));
    let garbage =
        ["qwertz ", "10 x ", "alder ", "plank, ", "77 mm ", "planc ", "1x", "not ", "(", "\n", "and "];
    let text: String = (0..)
        .map(|i| garbage[(i * 7 + i / 11) % garbage.len()])
        .scan(0, |used, piece| {
            *used += piece.len();
            (*used <= 5000).then_some(piece)
        })
        .collect();
    let reader = shop.index.reader();
    for token in crate::nlu::text::tokens(&text) {
        reader.look_up(&token.text);
    }
    assert!(reader.compared() < 5_000, "{} comparisons of spelling", reader.compared());
    let order = parse(&text, &shop.index, &shop.outlets, &ParseOptions::default());
    assert!(order.candidates_looked_at < 4_000_000, "{} products looked at", order.candidates_looked_at);
}
