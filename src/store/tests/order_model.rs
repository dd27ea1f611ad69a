//! The life of orders against a model that fits a page: whatever is asked of the store in whatever order, status,
//! lines, stock and fee are those of the model, and what is illegal changes nothing.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::harness::{BOXES, LABELS, LIDS, TestStore, order, plain, silent};
use crate::domain::ids::{OrderId, ProductId};
use crate::domain::money::Money;
use crate::domain::order::{HoldReason, OrderStatus, OrderStatus::*};
use crate::store::*;

type Lines = Vec<(ProductId, u32)>;

#[derive(Debug, Clone)]
enum Op {
    Place(Lines, OrderStatus),
    Change(usize, OrderStatus),
    /// With the fee; `true`: the order is taken for what it was before.
    Cancel(usize, i64, bool),
    /// The first flag as above; the second: a person must look at it.
    Revise(usize, Lines, bool, bool),
}

#[derive(Debug, Clone, PartialEq)]
struct Modelled {
    status: OrderStatus,
    lines: Lines,
    fee: i64,
}

/// Labels are not counted.
#[derive(Debug, Clone, PartialEq)]
struct Model {
    stock: BTreeMap<i64, u32>,
    orders: Vec<Modelled>,
}

impl Model {
    fn new() -> Self {
        Self { stock: BTreeMap::from([(BOXES.0, 100), (LIDS.0, 1000)]), orders: Vec::new() }
    }

    fn give_back(&mut self, lines: &Lines) {
        for (product, units) in lines {
            self.stock.entry(product.0).and_modify(|left| *left += units);
        }
    }

    /// All or nothing.
    fn take(&mut self, lines: &Lines) -> bool {
        let mut after = self.stock.clone();
        for (product, units) in lines {
            if let Some(left) = after.get_mut(&product.0) {
                let Some(rest) = left.checked_sub(*units) else { return false };
                *left = rest;
            }
        }
        self.stock = after;
        true
    }

    /// Whether it is done; otherwise nothing has changed.
    fn apply(&mut self, op: &Op) -> bool {
        let before = self.clone();
        let done = self.try_apply(op);
        if !done {
            *self = before;
        }
        done
    }

    fn try_apply(&mut self, op: &Op) -> bool {
        match op {
            Op::Place(lines, asked) => {
                let fits = *asked != Confirmed || self.take(lines);
                let status = if fits { *asked } else { Held };
                self.orders.push(Modelled { status, lines: lines.clone(), fee: 0 });
                true
            }
            Op::Change(which, to) => self.change(*which, *to),
            Op::Cancel(which, fee, stale) => {
                let done = !stale && self.change(*which, Cancelled);
                if done {
                    self.orders[*which].fee = *fee;
                }
                done
            }
            Op::Revise(which, lines, stale, looks) => {
                let old = self.orders[*which].clone();
                if *stale || !matches!(old.status, Held | PendingReview | Confirmed) {
                    return false;
                }
                let status = if old.status == Confirmed && *looks { Held } else { old.status };
                if old.status.reserves_stock() {
                    self.give_back(&old.lines);
                }
                self.orders[*which] = Modelled { status, lines: lines.clone(), fee: 0 };
                !status.reserves_stock() || self.take(lines)
            }
        }
    }

    fn change(&mut self, which: usize, to: OrderStatus) -> bool {
        let old = self.orders[which].clone();
        if !old.status.may_become(to) {
            return false;
        }
        self.orders[which].status = to;
        match (old.status.reserves_stock(), to.reserves_stock()) {
            (true, false) => self.give_back(&old.lines),
            (false, true) => return self.take(&old.lines),
            _ => {}
        }
        true
    }
}

/// Asks the same of the store; whether it did it.
async fn ask(s: &TestStore, op: &Op) -> bool {
    let id = |which: &usize| OrderId(i64::try_from(*which).unwrap() + 1);
    let effect = match op {
        Op::Place(lines, status) => {
            Effect::PlaceOrder { order: order(lines, *status), ticket: None, checks: PlaceChecks::default() }
        }
        Op::Change(which, to) => {
            Effect::ChangeOrder { id: id(which), to: *to, by: String::new(), note: String::new() }
        }
        Op::Cancel(which, fee, stale) => Effect::CancelOrder(Cancellation {
            id: id(which),
            seen: seen(s, id(which), *stale).await,
            fee: Money::from_minor(*fee),
            by: String::new(),
            note: String::new(),
        }),
        Op::Revise(which, lines, stale, looks) => {
            let new = order(lines, Confirmed);
            Effect::ReviseOrder(Revision {
                id: id(which),
                seen: seen(s, id(which), *stale).await,
                lines: new.lines,
                totals: new.totals,
                delivery_date: new.delivery_date,
                holds: if *looks { vec![HoldReason::LargeOrder] } else { Vec::new() },
                credit: None,
                review_by: jiff::Timestamp::now(),
                by: String::new(),
            })
        }
    };
    s.commit(plain(effect), silent()).await.is_ok()
}

async fn seen(s: &TestStore, id: OrderId, stale: bool) -> jiff::Timestamp {
    let now = s.order(id).await.unwrap().unwrap().updated_at;
    if stale { now - jiff::SignedDuration::from_secs(1) } else { now }
}

fn lines() -> impl Strategy<Value = Lines> {
    let line = (prop_oneof![Just(BOXES), Just(LIDS), Just(LABELS)], 1_u32..80);
    prop::collection::btree_map(line.clone().prop_map(|(p, _)| p.0), line.prop_map(|(_, n)| n), 1..3)
        .prop_map(|lines| lines.into_iter().map(|(p, n)| (ProductId(p), n)).collect())
}

fn op() -> impl Strategy<Value = Op> {
    let which = 0_usize..6;
    let status = prop::sample::select(OrderStatus::ALL.to_vec());
    let placed = prop::sample::select(vec![Held, PendingReview, Confirmed, Confirmed, Confirmed]);
    prop_oneof![
        3 => (lines(), placed).prop_map(|(lines, status)| Op::Place(lines, status)),
        4 => (which.clone(), status).prop_map(|(which, to)| Op::Change(which, to)),
        2 => (which.clone(), 0_i64..10_000, prop::bool::weighted(0.2))
            .prop_map(|(which, fee, stale)| Op::Cancel(which, fee, stale)),
        4 => (which, lines(), prop::bool::weighted(0.2), prop::bool::weighted(0.2))
            .prop_map(|(which, lines, stale, looks)| Op::Revise(which, lines, stale, looks)),
    ]
}

async fn agree(ops: Vec<Op>) -> Result<(), TestCaseError> {
    let s = TestStore::new().await;
    let mut model = Model::new();
    for op in ops {
        let about = match &op {
            Op::Place(..) => None,
            Op::Change(which, _) | Op::Cancel(which, ..) | Op::Revise(which, ..) => Some(*which),
        };
        if about.is_some_and(|which| which >= model.orders.len()) {
            continue;
        }
        let events = events(&s, about).await;
        let (expected, done) = (model.apply(&op), ask(&s, &op).await);
        prop_assert_eq!(done, expected, "{:?}", &op);
        prop_assert_eq!(stored(&s, model.orders.len()).await, model.clone(), "after {:?}", &op);
        // Each change is told once more, and nothing is told of what did not happen.
        if let Some((before, which)) = events.zip(about) {
            let after = self::events(&s, Some(which)).await.unwrap();
            prop_assert_eq!(after, before + usize::from(done), "events after {:?}", &op);
        }
    }
    Ok(())
}

async fn events(s: &TestStore, which: Option<usize>) -> Option<usize> {
    let id = OrderId(i64::try_from(which?).unwrap() + 1);
    Some(s.order_events(id).await.unwrap().len())
}

/// What the store holds, as a model.
async fn stored(s: &TestStore, orders: usize) -> Model {
    let mut found = Model { stock: BTreeMap::new(), orders: Vec::new() };
    for product in [BOXES, LIDS] {
        found.stock.insert(product.0, s.stock(product).await.unwrap());
    }
    for number in 1..=orders {
        let order = s.order(OrderId(i64::try_from(number).unwrap())).await.unwrap().unwrap();
        let lines = order.order.lines.iter().map(|line| (line.product, line.quantity)).collect();
        found.orders.push(Modelled { status: order.order.status, lines, fee: order.fee.minor() });
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
    #[test]
    fn any_sequence_goes_as_the_model_says(ops in prop::collection::vec(op(), 1..30)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(agree(ops))?;
    }
}

/// Changes of many orders at once: what is set aside and what is left are always all there was.
#[tokio::test(flavor = "multi_thread")]
async fn changes_at_once_never_sell_what_is_not_there() {
    let s = TestStore::new().await;
    for _ in 0..10 {
        s.place(order(&[(BOXES, 5)], Confirmed)).await;
    }
    let tasks: Vec<_> = (0..64_usize)
        .map(|n| {
            let store = s.store.clone();
            tokio::spawn(async move {
                let id = OrderId(i64::try_from(n % 10).unwrap() + 1);
                let seen = store.order(id).await.unwrap().unwrap().updated_at;
                let new = order(&[(BOXES, u32::try_from(n % 17).unwrap() + 1)], Confirmed);
                let revision = Revision {
                    id,
                    seen,
                    lines: new.lines,
                    totals: new.totals,
                    delivery_date: new.delivery_date,
                    holds: Vec::new(),
                    credit: None,
                    review_by: seen,
                    by: String::new(),
                };
                store.commit(plain(Effect::ReviseOrder(revision)), silent()).await.map(|_| ())
            })
        })
        .collect();
    let mut done = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(()) => done += 1,
            Err(StoreError::Moved | StoreError::StockShort { .. }) => {}
            Err(fault) => panic!("{fault}"),
        }
    }
    assert!(done >= 10, "each order can be changed at least once: {done}");
    let orders = s.orders(OrderFilter::default()).await.unwrap();
    let taken: u32 = orders.iter().flat_map(|o| &o.order.lines).map(|line| line.quantity).sum();
    assert_eq!(s.stock(BOXES).await, Some(100 - taken));
}
