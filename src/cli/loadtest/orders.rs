//! Orders of the chaos test: each is one of a kind, so that afterwards the server's own list tells how often it
//! exists.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use reqwest::Method;
use serde::Serialize;
use serde_json::{Value, json};

use super::client::{Failure, Target, Whole};

/// Where orders go.
pub const PATH: &str = "/api/process_order_enhanced";
/// Orders of one run; a ledger is no histogram. A full chaos run at its pace comes near 600.
const MOST_ORDERS: usize = 2_000;
/// Only products with at least so many in stock, so that orders are not refused for want of goods.
const ENOUGH: i64 = 1_000;
/// How often the server is asked for what it does not tell.
const TRIES: u32 = 3;
/// Numbers of orders in a result.
const MOST_NAMED: usize = 50;
/// Pages of a listing that are read before it counts as endless.
const MOST_PAGES: usize = 200;

/// What can be ordered from the server under test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Goods {
    outlets: Vec<String>,
    products: Vec<Product>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Product {
    sku: String,
    name: String,
    least: u64,
}

impl Goods {
    /// As the server lists them. `Err` says in a sentence why nothing can be ordered.
    pub async fn of(target: &Target) -> Result<Self, String> {
        let read = async |path: &str| {
            target.get(path).await.map_err(|fault| {
                let hint = match fault {
                    Failure::Status(401 | 403, _) => " (give a --token of role channel, staff or admin)",
                    _ => "",
                };
                format!("GET {path}: {}{hint}", fault.sentence())
            })
        };
        let goods =
            Self::read(&read("/api/products?limit=200").await?, &read("/api/outlets?limit=200").await?);
        if goods.outlets.is_empty() || goods.products.is_empty() {
            return Err("the server lists no outlet, or no product with enough stock".to_owned());
        }
        Ok(goods)
    }

    fn read(products: &Value, outlets: &Value) -> Self {
        let text = |row: &Value, name: &str| Some(row.get(name)?.as_str()?.to_owned());
        let product = |row: &Value| {
            let sold = row.get("active") != Some(&Value::Bool(false));
            let stocked = row.get("stock").and_then(Value::as_i64).is_none_or(|stock| stock >= ENOUGH);
            let least = row.get("min_order_qty").and_then(Value::as_u64).unwrap_or(1).max(1);
            (sold && stocked).then_some(Product { sku: text(row, "sku")?, name: text(row, "name")?, least })
        };
        Self {
            outlets: list(outlets, "outlets").iter().filter_map(|row| text(row, "name")).collect(),
            products: list(products, "products").iter().filter_map(product).collect(),
        }
    }

    /// The name of something that is sold.
    pub fn a_product(&self) -> Option<&str> {
        self.products.first().map(|product| product.name.as_str())
    }

    /// The nth order: no other has this outlet, product and quantity together.
    fn nth(&self, n: usize) -> Thing {
        let (outlets, products) = (self.outlets.len(), self.products.len());
        let product = &self.products[n / outlets % products];
        Thing {
            outlet: self.outlets[n % outlets].clone(),
            sku: product.sku.clone(),
            quantity: product.least + (n / (outlets * products)) as u64,
        }
    }
}

fn list<'a>(body: &'a Value, name: &str) -> &'a [Value] {
    body.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// What is ordered, and by this told apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Thing {
    outlet: String,
    sku: String,
    quantity: u64,
}

impl Thing {
    fn body(&self) -> String {
        let message = format!("Please send {} x {}", self.quantity, self.sku);
        // A second run on the same server orders the same again.
        json!({ "whatsapp_message": message, "outlet_name": self.outlet, "allow_duplicate": true })
            .to_string()
    }

    /// Of an order as it is listed; `None` when it has other than one line.
    fn of(order: &Value, lines: &str) -> Option<Self> {
        let [line] = list(order, lines) else { return None };
        Some(Self {
            outlet: order.get("outlet_name")?.as_str()?.to_owned(),
            sku: line.get("sku")?.as_str()?.to_owned(),
            quantity: line.get("quantity")?.as_u64()?,
        })
    }
}

/// An order to send.
#[derive(Debug, Clone)]
pub struct Wanted {
    number: usize,
    /// The Idempotency-Key.
    pub key: String,
    /// The JSON body.
    pub body: String,
}

/// All orders of a run.
#[derive(Debug)]
pub struct Ledger {
    run: String,
    goods: Goods,
    /// The newest order before the run.
    before: i64,
    /// The numbers under which each order was acknowledged: one, if all is well.
    acknowledged: Mutex<Vec<BTreeSet<i64>>>,
}

/// What the server had of the acknowledged orders.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct OrdersChecked {
    /// Orders that were sent, each several times.
    pub sent: u64,
    /// Orders that the server said it has.
    pub acknowledged: u64,
    /// Of these: there exactly once, as ordered.
    pub exactly_once: u64,
    /// Of these: not there.
    pub missing: u64,
    /// There more than once, acknowledged or not.
    pub duplicated: u64,
    /// Of these: there with another outlet, product or quantity.
    pub different: u64,
    /// Cancelled after the check, so that nobody delivers them.
    pub cancelled: u64,
    /// Numbers of orders that look like ours and were not acknowledged: duplicates, and orders whose answer was lost.
    pub alike: Vec<i64>,
    /// Why the check could not be made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unchecked: Option<String>,
}

impl Ledger {
    /// Empty. Looks up where the server's orders end.
    pub async fn open(target: &Target, run: &str) -> Result<Self, String> {
        let goods = Goods::of(target).await?;
        let newest = target.get("/api/orders?limit=1").await;
        let newest = newest.map_err(|fault| format!("GET /api/orders: {}", fault.sentence()))?;
        let before = list(&newest, "orders").iter().filter_map(number).max().unwrap_or_default();
        Ok(Self { run: run.to_owned(), goods, before, acknowledged: Mutex::default() })
    }

    /// The next order, unless there have been enough.
    pub fn next(&self) -> Option<Wanted> {
        let mut all = self.acknowledged.lock().unwrap_or_else(PoisonError::into_inner);
        let number = all.len();
        if number >= MOST_ORDERS {
            return None;
        }
        all.push(BTreeSet::new());
        let key = format!("{}-{number}", self.run);
        Some(Wanted { number, key, body: self.goods.nth(number).body() })
    }

    /// Sends an order and notes what the server says.
    pub async fn send(&self, target: &Target, wanted: &Wanted) -> Result<(), Failure> {
        let request = target
            .request(Method::POST, PATH)
            .header("Idempotency-Key", &wanted.key)
            .header("Content-Type", "application/json")
            .body(wanted.body.clone());
        let reply = target.send(request).await?.ok()?;
        self.note(wanted, &reply).map_err(Failure::BadReply)
    }

    fn note(&self, wanted: &Wanted, reply: &Whole) -> Result<(), String> {
        let body = reply.json();
        let id = number(&body).filter(|_| body.get("success") == Some(&Value::Bool(true)));
        let id = id.ok_or_else(|| format!("there is no order_id: {}", reply.excerpt()))?;
        let mut all = self.acknowledged.lock().unwrap_or_else(PoisonError::into_inner);
        let ids = &mut all[wanted.number];
        ids.insert(id);
        if ids.len() > 1 {
            return Err(format!("the same key and body were acknowledged as orders {ids:?}"));
        }
        drop(all);
        let parsed = body.pointer("/details/parsed_order").cloned().unwrap_or_default();
        if Thing::of(&parsed, "line_items") == Some(self.goods.nth(wanted.number)) {
            Ok(())
        } else {
            Err(format!("order {id} is not what was ordered: {}", reply.excerpt()))
        }
    }

    /// Looks up every order, and cancels what is there unless `keep`.
    pub async fn check(&self, target: &Target, keep: bool) -> OrdersChecked {
        let acknowledged =
            std::mem::take(&mut *self.acknowledged.lock().unwrap_or_else(PoisonError::into_inner));
        let mut found = OrdersChecked { sent: acknowledged.len() as u64, ..OrdersChecked::default() };
        // What was sent on connections that are gone may still be under way.
        tokio::time::sleep(Duration::from_secs(1)).await;
        let listed = match self.listed(target).await {
            Ok(listed) => listed,
            Err(fault) => {
                found.unchecked = Some(format!("the orders cannot be listed: {fault}"));
                return found;
            }
        };
        for (n, ids) in acknowledged.iter().enumerate() {
            let thing = self.goods.nth(n);
            let there: &[i64] = listed.get(&thing).map_or(&[], Vec::as_slice);
            found.duplicated += u64::from(there.len() > 1 || ids.len() > 1);
            let Some(id) = ids.first() else { continue };
            found.acknowledged += 1;
            match look_up(target, *id).await {
                Ok(order) if Thing::of(&order, "lines") == Some(thing) => {
                    found.missing += u64::from(there.is_empty());
                    found.exactly_once += u64::from(there == [*id] && ids.len() == 1);
                }
                Ok(_) => found.different += 1,
                Err(Failure::Status(404, _)) => found.missing += 1,
                Err(fault) => {
                    found.unchecked = Some(format!("order {id} cannot be looked up: {}", fault.sentence()));
                    // What does not answer three times will not answer hundreds of times.
                    break;
                }
            }
        }
        let numbers: BTreeSet<i64> = acknowledged.iter().flatten().copied().collect();
        let alike = (0..acknowledged.len()).filter_map(|n| listed.get(&self.goods.nth(n))).flatten();
        found.alike = alike.filter(|id| !numbers.contains(id)).copied().take(MOST_NAMED).collect();
        if !keep {
            // Only what the server said is ours: what merely looks like it may be a customer's.
            let mut refused = 0;
            for id in numbers {
                if cancel(target, id, &self.run).await {
                    found.cancelled += 1;
                } else {
                    refused += 1;
                }
                if refused == TRIES {
                    break;
                }
            }
        }
        found
    }

    /// The orders since the run began.
    async fn listed(&self, target: &Target) -> Result<BTreeMap<Thing, Vec<i64>>, String> {
        let mut things: BTreeMap<Thing, Vec<i64>> = BTreeMap::new();
        let mut after = String::new();
        for _ in 0..MOST_PAGES {
            let page = target.get(&format!("/api/orders?limit=200{after}")).await;
            let page = page.map_err(|fault| fault.sentence())?;
            let orders = list(&page, "orders");
            for order in orders {
                let id = number(order).filter(|id| *id > self.before);
                if let (Some(id), Some(thing)) = (id, Thing::of(order, "lines")) {
                    things.entry(thing).or_default().push(id);
                }
            }
            // The newest come first: what is older than the run is not ours.
            let done = orders.iter().filter_map(number).any(|id| id <= self.before);
            match page.get("next_after").and_then(Value::as_i64) {
                Some(next) if !done => after = format!("&after={next}"),
                _ => return Ok(things),
            }
        }
        Err("the list does not end".to_owned())
    }
}

fn number(order: &Value) -> Option<i64> {
    order.get("order_id")?.as_i64()
}

/// An order by its number; after chaos a server may need a moment.
async fn look_up(target: &Target, id: i64) -> Result<Value, Failure> {
    let mut outcome = target.get(&format!("/api/orders/{id}")).await;
    for _ in 1..TRIES {
        if matches!(outcome, Ok(_) | Err(Failure::Status(404, _))) {
            break;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        outcome = target.get(&format!("/api/orders/{id}")).await;
    }
    outcome
}

async fn cancel(target: &Target, id: i64, run: &str) -> bool {
    let request = target.request(Method::POST, &format!("/api/orders/{id}/cancel"));
    let request = request.json(&json!({ "note": format!("load test {run}") }));
    target.send(request).await.is_ok_and(|reply| reply.status == 200)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn goods() -> Goods {
        let products = json!({"products": [
            {"sku": "A", "name": "Crate", "active": true, "stock": 5_000, "min_order_qty": 50},
            {"sku": "B", "name": "Lid", "stock": null},
            {"sku": "C", "name": "Gone", "active": false, "stock": 5_000},
            {"sku": "D", "name": "Few", "active": true, "stock": 3}]});
        Goods::read(&products, &json!({"outlets": [{"name": "North"}, {"name": "South"}, {}]}))
    }

    #[test]
    fn every_order_is_one_of_a_kind() {
        let goods = goods();
        assert_eq!((goods.outlets.len(), goods.products.len(), goods.a_product()), (2, 2, Some("Crate")));
        let all: BTreeSet<Thing> = (0..MOST_ORDERS).map(|n| goods.nth(n)).collect();
        assert_eq!(all.len(), MOST_ORDERS);
        assert_eq!(goods.nth(4), Thing { outlet: "North".into(), sku: "A".into(), quantity: 51 });
    }

    #[test]
    fn a_listed_order_is_recognised() {
        let thing = goods().nth(1);
        let order = json!({"order_id": 7, "outlet_name": "South", "lines": [{"sku": "A", "quantity": 50}]});
        assert_eq!(Thing::of(&order, "lines"), Some(thing));
        assert_eq!(Thing::of(&json!({"outlet_name": "South", "lines": []}), "lines"), None);
        assert!(goods().nth(1).body().contains("50 x A"));
    }
}
