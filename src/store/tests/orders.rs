//! Orders and stock.

use super::harness::{BOXES, LABELS, LIDS, TestStore, order, plain, product, silent};
use crate::domain::escalation::{EscalationReason, NewTicket, TicketStatus, Tier};
use crate::domain::ids::{OrderId, OutletId};
use crate::domain::order::HoldReason;
use crate::domain::order::OrderStatus::*;
use crate::store::*;

#[tokio::test]
async fn an_order_is_read_as_it_was_written() {
    let s = TestStore::new().await;
    let mut new = order(&[(BOXES, 60), (LABELS, 7)], Held);
    new.holds = vec![HoldReason::LargeOrder, HoldReason::UnusualQuantity];
    new.is_urgent = true;
    let placed = s.place(new.clone()).await.order.unwrap();
    assert_eq!(placed.order, new);
    assert_eq!(s.order(placed.id).await.unwrap(), Some(placed.clone()));
    let s = s.restart().await;
    assert_eq!(s.order(placed.id).await.unwrap(), Some(placed));
    assert_eq!(s.order(OrderId(99)).await.unwrap(), None);
}

#[tokio::test]
async fn a_confirmed_order_takes_stock_and_a_short_one_is_held() {
    let s = TestStore::new().await;
    let first = s.place(order(&[(BOXES, 60), (LIDS, 60), (LABELS, 9)], Confirmed)).await;
    assert_eq!(first.order.unwrap().order.status, Confirmed);
    assert_eq!(first.ticket, None);
    assert_eq!(
        (s.stock(BOXES).await, s.stock(LIDS).await, s.stock(LABELS).await),
        (Some(40), Some(940), None)
    );

    let short = s.place(order(&[(LIDS, 10), (BOXES, 41)], Confirmed)).await;
    let held = short.order.unwrap();
    assert_eq!((held.order.status, held.order.holds.as_slice()), (Held, [HoldReason::StockShort].as_slice()));
    assert_eq!(s.order(held.id).await.unwrap().as_ref(), Some(&held));
    // Nothing of it is set aside, not even the line that would have been there.
    assert_eq!((s.stock(BOXES).await, s.stock(LIDS).await), (Some(40), Some(940)));
    let ticket = short.ticket.unwrap();
    assert_eq!((ticket.ticket.order, ticket.ticket.reason), (Some(held.id), EscalationReason::OrderReview));
    assert_eq!((ticket.ticket.tier, ticket.status), (Tier::Agent, TicketStatus::Open));
    assert_eq!(ticket.ticket.due_at.duration_since(held.placed_at).as_secs(), 7200);

    // One that is held anyway takes nothing.
    s.place(order(&[(BOXES, 10)], Held)).await;
    assert_eq!(s.stock(BOXES).await, Some(40));
}

#[tokio::test]
async fn stock_comes_back_once() {
    let s = TestStore::new().await;
    let id = s.place(order(&[(BOXES, 60), (LABELS, 5)], Confirmed)).await.order.unwrap().id;
    // Labels begin to be counted while the order is open: it never took any of these.
    s.import_products(vec![product("LAB-001", "Label", "0.02", Some(500))]).await.unwrap();
    let change = |to| s.change_order(id, to, "token:9".to_owned(), "why".to_owned());
    assert_eq!(change(Picked).await.unwrap().order.status, Picked);
    assert_eq!(s.stock(BOXES).await, Some(40));
    assert_eq!(change(Cancelled).await.unwrap().order.status, Cancelled);
    assert_eq!((s.stock(BOXES).await, s.stock(LABELS).await), (Some(100), Some(500)));
    assert_eq!(change(Cancelled).await, Err(StoreError::IllegalChange { from: Cancelled, to: Cancelled }));
    assert_eq!(s.stock(BOXES).await, Some(100));
    let events = s.order_events(id).await.unwrap();
    let events: Vec<_> = events.iter().map(|e| (e.status, e.by.as_str(), e.note.as_str())).collect();
    assert_eq!(
        events,
        [(Confirmed, "token:1", ""), (Picked, "token:9", "why"), (Cancelled, "token:9", "why")]
    );
}

#[tokio::test]
async fn confirming_a_held_order_takes_stock_or_says_what_is_short() {
    let s = TestStore::new().await;
    let held = s.place(order(&[(LIDS, 5), (BOXES, 101)], Confirmed)).await;
    let (id, ticket) = (held.order.unwrap().id, held.ticket.unwrap().id);
    let change = |to| s.change_order(id, to, "token:9".to_owned(), String::new());
    let short = StoreError::StockShort { sku: "BOX-010".to_owned(), wanted: 101, available: 100 };
    assert_eq!(change(Confirmed).await, Err(short));
    assert_eq!(s.order(id).await.unwrap().unwrap().order.status, Held);
    assert_eq!(s.stock(LIDS).await, Some(1000));
    assert_eq!(s.ticket(ticket).await.unwrap().unwrap().status, TicketStatus::Open);

    s.import_products(vec![product("BOX-010", "Box", "0.45", Some(300))]).await.unwrap();
    change(Confirmed).await.unwrap();
    assert_eq!((s.stock(BOXES).await, s.stock(LIDS).await), (Some(199), Some(995)));
    // Somebody has looked at it: the ticket that asked for that is closed.
    assert_eq!(s.ticket(ticket).await.unwrap().unwrap().status, TicketStatus::Resolved);
    // Back on hold: what it took is there again, and it may be confirmed once more.
    change(Held).await.unwrap();
    assert_eq!(s.stock(BOXES).await, Some(300));
    change(Confirmed).await.unwrap();
    assert_eq!(s.stock(BOXES).await, Some(199));
    let missing = s.change_order(OrderId(99), Confirmed, String::new(), String::new()).await;
    assert_eq!(missing, Err(StoreError::NotFound));
}

/// The same product on two lines: each line alone would be there, both together are not.
#[tokio::test]
async fn lines_of_one_product_count_together() {
    let s = TestStore::new().await;
    let placed = s.place(order(&[(BOXES, 60), (BOXES, 60)], Confirmed)).await.order.unwrap();
    assert_eq!((placed.order.status, s.stock(BOXES).await), (Held, Some(100)));
    let placed = s.place(order(&[(BOXES, 60), (BOXES, 40)], Confirmed)).await.order.unwrap();
    assert_eq!((placed.order.status, s.stock(BOXES).await), (Confirmed, Some(0)));
    s.change_order(placed.id, Cancelled, String::new(), String::new()).await.unwrap();
    assert_eq!(s.stock(BOXES).await, Some(100));
}

#[tokio::test]
async fn what_is_no_order_is_refused() {
    let s = TestStore::new().await;
    let check = async |order: crate::domain::order::NewOrder| {
        let result = s
            .commit(
                plain(Effect::PlaceOrder { order, ticket: None, checks: PlaceChecks::default() }),
                silent(),
            )
            .await;
        assert!(matches!(result, Err(StoreError::Refused(_))), "{result:?}");
    };
    check(order(&[], Confirmed)).await;
    check(order(&[(BOXES, 1)], Delivered)).await;
    assert_eq!(s.orders(OrderFilter::default()).await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_at_once_never_sell_what_is_not_there() {
    let s = TestStore::new().await;
    let before = s.stats();
    let tasks: Vec<_> = (0..64)
        .map(|_| {
            let store = s.store.clone();
            tokio::spawn(async move {
                let commit = plain(Effect::PlaceOrder {
                    order: order(&[(BOXES, 7)], Confirmed),
                    ticket: None,
                    checks: PlaceChecks::default(),
                });
                store.commit(commit, silent()).await.unwrap().0.order.unwrap().order.status
            })
        })
        .collect();
    let mut confirmed = 0;
    for task in tasks {
        confirmed += u32::from(task.await.unwrap() == Confirmed);
    }
    assert_eq!((confirmed, s.stock(BOXES).await), (14, Some(2)));
    let after = s.stats();
    assert_eq!(after.operations - before.operations, 64);
    assert!(after.batches - before.batches < 64, "{after:?}: each order had a transaction of its own");
}

#[tokio::test]
async fn lists_are_paged_newest_first() {
    let s = TestStore::new().await;
    for n in 1..=5 {
        let mut new = order(&[(LIDS, n)], if n % 2 == 0 { Held } else { Confirmed });
        new.outlet = OutletId(if n > 3 { 2 } else { 1 });
        new.session = (n == 2).then(|| super::harness::session("s-2"));
        s.place(new).await;
    }
    let check = async |filter: OrderFilter, expected: &[i64]| {
        let found = s.orders(filter).await.unwrap();
        assert_eq!(found.iter().map(|o| o.id.0).collect::<Vec<_>>(), expected);
        assert!(found.iter().all(|o| o.order.lines.len() == 1));
    };
    let all = OrderFilter::default;
    check(all(), &[5, 4, 3, 2, 1]).await;
    check(OrderFilter { limit: 2, ..all() }, &[5, 4]).await;
    check(OrderFilter { limit: 2, after_id: Some(OrderId(4)), ..all() }, &[3, 2]).await;
    check(OrderFilter { status: Some(Held), ..all() }, &[4, 2]).await;
    check(OrderFilter { status: Some(Confirmed), outlet: Some(OutletId(1)), ..all() }, &[3, 1]).await;
    check(OrderFilter { session: Some(super::harness::session("s-2")), ..all() }, &[2]).await;
    check(
        OrderFilter { session: Some(super::harness::session("s-2")), status: Some(Confirmed), ..all() },
        &[],
    )
    .await;
}

#[tokio::test]
async fn tickets_are_opened_listed_and_closed_once() {
    let s = TestStore::new().await;
    let new = NewTicket {
        silences: false,
        session: Some(super::harness::session("s-1")),
        tier: Tier::Urgent,
        reason: EscalationReason::Safety,
        summary: "A lid smells of solvent".to_owned(),
        order: None,
        due_at: "2026-11-23T08:15:00Z".parse().unwrap(),
    };
    let ticket = s.commit(plain(Effect::OpenTicket(new.clone())), silent()).await.unwrap().0.ticket.unwrap();
    assert_eq!((&ticket.ticket, ticket.status, &ticket.resolved), (&new, TicketStatus::Open, &None));
    let reviewed = NewTicket { reason: EscalationReason::OrderReview, ..new };
    let effect = Effect::PlaceOrder {
        order: order(&[(BOXES, 1)], PendingReview),
        ticket: Some(reviewed),
        checks: PlaceChecks::default(),
    };
    let outcome = s.commit(plain(effect), silent()).await.unwrap().0;
    let (order, review) = (outcome.order.unwrap(), outcome.ticket.unwrap());
    assert_eq!(review.ticket.order, Some(order.id));

    let check = async |filter: TicketFilter, expected: &[crate::domain::ids::TicketId]| {
        let found = s.tickets(filter).await.unwrap();
        assert_eq!(found.iter().map(|t| t.id).collect::<Vec<_>>(), expected);
    };
    check(TicketFilter::default(), &[review.id, ticket.id]).await;
    check(TicketFilter { order: Some(order.id), ..TicketFilter::default() }, &[review.id]).await;
    check(TicketFilter { after_id: Some(review.id), ..TicketFilter::default() }, &[ticket.id]).await;
    let closed = s.resolve_ticket(ticket.id, "called back".to_owned(), "token:2".to_owned()).await.unwrap();
    assert_eq!(closed.status, TicketStatus::Resolved);
    assert_eq!(closed.resolved.unwrap().1, "called back");
    check(TicketFilter { status: Some(TicketStatus::Open), ..TicketFilter::default() }, &[review.id]).await;
    let again = s.resolve_ticket(ticket.id, "again".to_owned(), "token:2".to_owned()).await;
    assert!(matches!(again, Err(StoreError::Refused(_))));
}
