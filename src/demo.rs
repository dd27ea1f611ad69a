//! The demo company: catalogue and outlets out of the executable, and six months of made-up orders.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use crate::cli::import::read::{read_outlets, read_products};
use crate::domain::catalogue::ProductDetails;
use crate::domain::outlet::OutletDetails;
use crate::domain::policy::BusinessRules;
use crate::store::{HistoryLine, HistoryOrder, Store};

const PRODUCTS: &[u8] = include_bytes!("../assets/demo/products.csv");
const OUTLETS: &[u8] = include_bytes!("../assets/demo/outlets.csv");

/// The demo's policies by file name, so that the demo runs from the executable alone.
pub const POLICIES: [(&str, &str); 4] = [
    ("rules_and_policies.md", include_str!("../policies/rules_and_policies.md")),
    ("product_faq.md", include_str!("../policies/product_faq.md")),
    ("escalation_guide.md", include_str!("../policies/escalation_guide.md")),
    ("tone_guide.md", include_str!("../policies/tone_guide.md")),
];

/// Weeks of past orders.
const HISTORY_WEEKS: i32 = 26;

/// Fills an empty database with the demo company; one that has products already is left as it is.
pub async fn load(store: &Store, rules: &BusinessRules, now: Timestamp) -> anyhow::Result<()> {
    if !store.products().await?.is_empty() {
        return Ok(());
    }
    let products =
        read_products(PRODUCTS).map_err(|faults| anyhow::anyhow!("demo products: {faults:?}"))?.rows;
    let outlets = read_outlets(OUTLETS).map_err(|faults| anyhow::anyhow!("demo outlets: {faults:?}"))?.rows;
    let today = now.to_zoned(rules.calendar.time_zone.clone()).date();
    let history = history(&products, &outlets, today, &rules.calendar.time_zone);
    store.import_products(products).await?;
    store.import_outlets(outlets).await?;
    store.import_history(history).await?;
    Ok(())
}

/// Six months of orders: each outlet has a usual basket, orders it on its usual days, and varies a little.
fn history(
    products: &[ProductDetails],
    outlets: &[OutletDetails],
    today: Date,
    zone: &jiff::tz::TimeZone,
) -> Vec<HistoryOrder> {
    // A fixed seed: the demo looks the same on every machine, only its dates move.
    let mut random = SplitMix64(0x0074_7269_6100);
    let sold: Vec<&ProductDetails> = products.iter().filter(|p| p.active).collect();
    let mut orders = Vec::new();
    for (number, outlet) in outlets.iter().enumerate() {
        let basket: Vec<(&ProductDetails, u32)> = (0..3 + random.below(3))
            .filter_map(|_| {
                sold.get(random.below(sold.len().max(1))).map(|p| (*p, 1 + random.below(4) as u32))
            })
            .collect();
        for day in (1..=HISTORY_WEEKS * 7).rev() {
            let Ok(date) = today.checked_sub(day.days()) else { continue };
            if !outlet.usual_order_days.contains(&date.weekday()) {
                continue;
            }
            let minute = i8::try_from(random.below(60)).unwrap_or(0);
            let Ok(at) = date.at(9, minute, 0, 0).to_zoned(zone.clone()) else { continue };
            orders.push(HistoryOrder {
                order_ref: format!("DEMO-{}-{date}", number + 1),
                outlet: outlet.name.clone(),
                ordered_at: at.timestamp(),
                lines: lines(&basket, &mut random),
            });
        }
    }
    orders
}

fn lines(basket: &[(&ProductDetails, u32)], random: &mut SplitMix64) -> Vec<HistoryLine> {
    let mut lines: Vec<HistoryLine> = Vec::new();
    for (product, bundles) in basket {
        // One line in eight is left out, and the number of bundles goes up or down by one.
        if random.below(8) == 0 || lines.iter().any(|l| l.sku == product.sku) {
            continue;
        }
        let bundles = (*bundles + random.below(3) as u32).max(2) - 1;
        let pack = if product.bundle_size > 1 { product.bundle_size } else { 50 };
        lines.push(HistoryLine {
            sku: product.sku.clone(),
            quantity: (bundles * pack).max(product.min_order_qty),
            unit_price: product.unit_price,
        });
    }
    if let (true, Some((product, _))) = (lines.is_empty(), basket.first()) {
        let quantity = product.bundle_size.max(product.min_order_qty);
        lines.push(HistoryLine { sku: product.sku.clone(), quantity, unit_price: product.unit_price });
    }
    lines
}

/// A small generator of numbers that look random (Steele, Lea, Flood 2014): the demo needs no better one.
struct SplitMix64(u64);

impl SplitMix64 {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `n`, which must not be zero.
    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }
}
