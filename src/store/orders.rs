//! Orders: placing, changing, reading. Stock is set aside with the order and given back with its end.

use rusqlite::{Connection, OptionalExtension as _, Row, ToSql, named_params, params};

use super::codec::{known, list, list_text, micros, moment, now, parsed, parsed_opt};
use super::error::StoreError;
use super::open::Store;
use super::records::{Amendment, Commit, Effect, Finished, MAX_PAGE, OrderFilter};
use super::{order_changes, tickets};
use crate::domain::ids::{OrderId, OutletId, ProductId, SessionId, Sku};
use crate::domain::money::{Money, UnitPrice};
use crate::domain::order::{HoldReason, NewOrder, Order, OrderEvent, OrderLine, OrderStatus, Totals};

impl Store {
    /// An order.
    pub async fn order(&self, id: OrderId) -> Result<Option<Order>, StoreError> {
        self.read(move |conn| load(conn, id)).await
    }

    /// Orders, newest first.
    pub async fn orders(&self, filter: OrderFilter) -> Result<Vec<Order>, StoreError> {
        self.read(move |conn| select(conn, &filter)).await
    }

    /// What happened to an order, oldest first.
    pub async fn order_events(&self, id: OrderId) -> Result<Vec<OrderEvent>, StoreError> {
        self.read(move |conn| {
            let mut select =
                conn.prepare_cached("SELECT * FROM order_events WHERE order_id = ? ORDER BY id")?;
            Ok(select.query_map([id.0], event)?.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// Takes an order to another status: [`Effect::ChangeOrder`] alone, without a conversation or a key.
    pub async fn change_order(
        &self,
        id: OrderId,
        to: OrderStatus,
        by: String,
        note: String,
    ) -> Result<Order, StoreError> {
        let effect = Effect::ChangeOrder { id, to, by, note };
        let commit = Commit { effect, turn: None, idempotency: None, outbox: Vec::new() };
        let (outcome, _) = self.commit(commit, Box::new(|_| Finished::default())).await?;
        outcome.order.ok_or(StoreError::NotFound)
    }

    /// Changes an order by hand, all of the amendment or nothing. Its notes only while nobody has packed it: later
    /// nobody would read them, and that is [`StoreError::Refused`].
    pub async fn amend_order(&self, id: OrderId, amendment: Amendment) -> Result<Order, StoreError> {
        self.write(move |conn| amend(conn, id, &amendment)).await
    }
}

fn amend(conn: &Connection, id: OrderId, amendment: &Amendment) -> Result<Order, StoreError> {
    use OrderStatus::{Confirmed, Held, PendingReview};
    let old = load(conn, id)?.ok_or(StoreError::NotFound)?;
    let Amendment { status, fee, notes, by, note } = amendment;
    if let Some(notes) = notes {
        let at = old.order.status;
        if !matches!(at, Held | PendingReview | Confirmed) {
            return Err(StoreError::Refused(format!(
                "the notes of an order that is {} stay as they are",
                at.as_str()
            )));
        }
        conn.prepare_cached("UPDATE orders SET notes = ?, updated_at = ? WHERE id = ?")?.execute(params![
            notes,
            micros(now()),
            id.0
        ])?;
        record_event(
            conn,
            id,
            &OrderEvent { at: now(), status: at, by: by.clone(), note: "notes changed".to_owned() },
        )?;
    }
    match status {
        Some(OrderStatus::Cancelled) => order_changes::call_off(conn, id, *fee, by, note),
        Some(to) => change(conn, id, *to, by, note),
        None => load(conn, id)?.ok_or(StoreError::NotFound),
    }
}

/// Stores an order. One that is `Confirmed` gets its stock set aside or, when a line is short, is `Held`.
pub(super) fn place(conn: &Connection, mut order: NewOrder) -> Result<Order, StoreError> {
    if order.lines.is_empty() {
        return Err(StoreError::Refused("an order needs at least one line".to_owned()));
    }
    if !matches!(order.status, OrderStatus::Held | OrderStatus::PendingReview | OrderStatus::Confirmed) {
        return Err(StoreError::Refused(format!("a new order cannot be {}", order.status.as_str())));
    }
    let wants_stock = order.status.reserves_stock();
    let at = now();
    let id = insert(conn, &order, None, at)?;
    if wants_stock && let Err(error) = reserve(conn, id) {
        let StoreError::StockShort { sku, .. } = error else { return Err(error) };
        order.status = OrderStatus::Held;
        if !order.holds.contains(&HoldReason::StockShort) {
            order.holds.push(HoldReason::StockShort);
        }
        conn.prepare_cached("UPDATE orders SET status = ?, holds = ? WHERE id = ?")?.execute(params![
            order.status.as_str(),
            holds_text(&order.holds)?,
            id.0
        ])?;
        record_event(conn, id, &event_of(&order, at, format!("not enough stock of {sku}")))?;
    } else {
        record_event(conn, id, &event_of(&order, at, String::new()))?;
    }
    Ok(Order { id, order, fee: Money::ZERO, placed_at: at, updated_at: at })
}

fn event_of(order: &NewOrder, at: jiff::Timestamp, note: String) -> OrderEvent {
    OrderEvent { at, status: order.status, by: order.placed_by.clone(), note }
}

/// Takes an order to another status, with what follows for stock and tickets.
pub(super) fn change(
    conn: &Connection,
    id: OrderId,
    to: OrderStatus,
    by: &str,
    note: &str,
) -> Result<Order, StoreError> {
    let old = load(conn, id)?.ok_or(StoreError::NotFound)?;
    let from = old.order.status;
    if !from.may_become(to) {
        return Err(StoreError::IllegalChange { from, to });
    }
    match (from.reserves_stock(), to.reserves_stock()) {
        (false, true) => reserve(conn, id)?,
        (true, false) => release(conn, id)?,
        _ => {}
    }
    let at = now();
    conn.prepare_cached("UPDATE orders SET status = ?, updated_at = ? WHERE id = ?")?.execute(params![
        to.as_str(),
        micros(at),
        id.0
    ])?;
    record_event(conn, id, &OrderEvent { at, status: to, by: by.to_owned(), note: note.to_owned() })?;
    if matches!(from, OrderStatus::Held | OrderStatus::PendingReview) {
        tickets::resolve_reviews(conn, id, by, &format!("the order is {} now", to.as_str()))?;
    }
    load(conn, id)?.ok_or(StoreError::NotFound)
}

/// Takes all lines from the stock, or none. What a line took is kept with it: a product that was not tracked
/// then may be tracked when the order is called off.
pub(super) fn reserve(conn: &Connection, id: OrderId) -> Result<(), StoreError> {
    conn.execute_batch("SAVEPOINT reserve")?;
    let result = reserve_lines(conn, id);
    if matches!(result, Err(StoreError::StockShort { .. })) {
        conn.execute_batch("ROLLBACK TO reserve")?;
    }
    if result.is_ok() || matches!(result, Err(StoreError::StockShort { .. })) {
        conn.execute_batch("RELEASE reserve")?;
    }
    result
}

fn reserve_lines(conn: &Connection, id: OrderId) -> Result<(), StoreError> {
    let mut take = conn.prepare_cached(
        "UPDATE products SET stock = stock - :units WHERE id = :id AND (stock IS NULL OR stock >= :units)",
    )?;
    let mut stock = conn.prepare_cached("SELECT stock FROM products WHERE id = ?")?;
    let mut mark =
        conn.prepare_cached("UPDATE order_lines SET reserved = quantity WHERE order_id = ? AND line = ?")?;
    let mut lines = conn.prepare_cached("SELECT * FROM order_lines WHERE order_id = ? ORDER BY line")?;
    let wanted = lines.query_map([id.0], |row| Ok((row.get::<_, i64>("line")?, line(row)?)))?;
    for wanted in wanted.collect::<Result<Vec<_>, _>>()? {
        let (number, OrderLine { product, sku, quantity, .. }) = wanted;
        let taken = take.execute(named_params! { ":units": quantity, ":id": product.0 })?;
        let left: Option<u32> = stock.query_row([product.0], |row| row.get(0))?;
        match left {
            None => {}
            Some(_) if taken == 1 => {
                mark.execute(params![id.0, number])?;
            }
            Some(available) => {
                return Err(StoreError::StockShort { sku: sku.to_string(), wanted: quantity, available });
            }
        }
    }
    Ok(())
}

/// Gives back what the order's lines took.
pub(super) fn release(conn: &Connection, id: OrderId) -> Result<(), StoreError> {
    conn.prepare_cached(
        "UPDATE products SET stock = stock + taken.units
         FROM (SELECT product_id, sum(reserved) AS units FROM order_lines WHERE order_id = ? GROUP BY product_id)
              AS taken
         WHERE products.id = taken.product_id AND stock IS NOT NULL",
    )?
    .execute([id.0])?;
    conn.prepare_cached("UPDATE order_lines SET reserved = 0 WHERE order_id = ?")?.execute([id.0])?;
    Ok(())
}

/// Writes the rows as they are; touches no stock.
pub(super) fn insert(
    conn: &Connection,
    order: &NewOrder,
    order_ref: Option<&str>,
    at: jiff::Timestamp,
) -> Result<OrderId, StoreError> {
    conn.prepare_cached(
        "INSERT INTO orders (order_ref, outlet_id, outlet_name, subtotal, tax, total, delivery_date, is_urgent, notes,
                             status, holds, session_id, placed_by, placed_at, updated_at)
         VALUES (:order_ref, :outlet, :outlet_name, :subtotal, :tax, :total, :delivery_date, :is_urgent, :notes,
                 :status, :holds, :session, :placed_by, :at, :at)",
    )?
    .execute(named_params! {
        ":order_ref": order_ref, ":outlet": order.outlet.0, ":outlet_name": order.outlet_name,
        ":subtotal": order.totals.subtotal.minor(), ":tax": order.totals.tax.minor(),
        ":total": order.totals.total.minor(), ":delivery_date": order.delivery_date.to_string(),
        ":is_urgent": order.is_urgent, ":notes": order.notes, ":status": order.status.as_str(),
        ":holds": holds_text(&order.holds)?, ":session": order.session.as_ref().map(SessionId::as_str),
        ":placed_by": order.placed_by, ":at": micros(at),
    })?;
    let id = OrderId(conn.last_insert_rowid());
    insert_lines(conn, id, &order.lines)?;
    Ok(id)
}

pub(super) fn insert_lines(conn: &Connection, id: OrderId, lines: &[OrderLine]) -> Result<(), StoreError> {
    let mut insert = conn.prepare_cached(
        "INSERT INTO order_lines (order_id, line, product_id, sku, product_name, quantity, unit_price, line_total)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    )?;
    for (number, line) in (1_i64..).zip(lines) {
        insert.execute(params![
            id.0,
            number,
            line.product.0,
            line.sku.as_str(),
            line.product_name,
            line.quantity,
            line.unit_price.ten_thousandths(),
            line.line_total.minor(),
        ])?;
    }
    Ok(())
}

pub(super) fn record_event(conn: &Connection, id: OrderId, event: &OrderEvent) -> Result<(), StoreError> {
    conn.prepare_cached(
        "INSERT INTO order_events (order_id, at, status, by_scope, note) VALUES (?, ?, ?, ?, ?)",
    )?
    .execute(params![id.0, micros(event.at), event.status.as_str(), event.by, event.note])?;
    Ok(())
}

/// An order with its lines.
pub(super) fn load(conn: &Connection, id: OrderId) -> Result<Option<Order>, StoreError> {
    let head =
        conn.prepare_cached("SELECT * FROM orders WHERE id = ?")?.query_row([id.0], head).optional()?;
    head.map(|order| with_lines(conn, order)).transpose()
}

fn select(conn: &Connection, filter: &OrderFilter) -> Result<Vec<Order>, StoreError> {
    let status = filter.status.map(OrderStatus::as_str);
    let outlet = filter.outlet.map(|id| id.0);
    let session = filter.session.as_ref().map(SessionId::as_str);
    let after = filter.after_id.map(|id| id.0);
    // Only the conditions there are, so that each combination can use its index.
    let conditions: [(&str, Option<&dyn ToSql>); 4] = [
        ("status = ?", status.as_ref().map(|v| v as &dyn ToSql)),
        ("outlet_id = ?", outlet.as_ref().map(|v| v as &dyn ToSql)),
        ("session_id = ?", session.as_ref().map(|v| v as &dyn ToSql)),
        ("id < ?", after.as_ref().map(|v| v as &dyn ToSql)),
    ];
    let (sql, values) = listing("orders", &conditions, filter.limit);
    let mut select = conn.prepare_cached(&sql)?;
    let heads = select.query_map(values.as_slice(), head)?.collect::<Result<Vec<_>, _>>()?;
    heads.into_iter().map(|order| with_lines(conn, order)).collect()
}

/// A select of the newest rows that fulfil the conditions whose value is given.
pub(super) fn listing<'a>(
    table: &str,
    conditions: &[(&str, Option<&'a dyn ToSql>)],
    limit: u32,
) -> (String, Vec<&'a dyn ToSql>) {
    let given = conditions.iter().filter_map(|(condition, value)| value.map(|value| (*condition, value)));
    let (wheres, values): (Vec<&str>, Vec<_>) = given.unzip();
    let wheres = if wheres.is_empty() { String::new() } else { format!("WHERE {}", wheres.join(" AND ")) };
    let limit = if limit == 0 { MAX_PAGE } else { limit.min(MAX_PAGE) };
    (format!("SELECT * FROM {table} {wheres} ORDER BY id DESC LIMIT {limit}"), values)
}

fn with_lines(conn: &Connection, mut order: Order) -> Result<Order, StoreError> {
    let mut select = conn.prepare_cached("SELECT * FROM order_lines WHERE order_id = ? ORDER BY line")?;
    order.order.lines = select.query_map([order.id.0], line)?.collect::<Result<_, _>>()?;
    Ok(order)
}

fn head(row: &Row<'_>) -> rusqlite::Result<Order> {
    let holds = list::<String>(row, "holds")?.into_iter();
    let holds = holds.map(|name| known(HoldReason::parse(&name), "holds"));
    Ok(Order {
        id: OrderId(row.get("id")?),
        order: NewOrder {
            outlet: OutletId(row.get("outlet_id")?),
            outlet_name: row.get("outlet_name")?,
            lines: Vec::new(),
            totals: Totals {
                subtotal: Money::from_minor(row.get("subtotal")?),
                tax: Money::from_minor(row.get("tax")?),
                total: Money::from_minor(row.get("total")?),
            },
            delivery_date: parsed(row, "delivery_date", |raw| raw.parse().ok())?,
            is_urgent: row.get("is_urgent")?,
            notes: row.get("notes")?,
            status: parsed(row, "status", OrderStatus::parse)?,
            holds: holds.collect::<Result<_, _>>()?,
            session: parsed_opt(row, "session_id", |raw| SessionId::parse(raw).ok())?,
            placed_by: row.get("placed_by")?,
        },
        fee: Money::from_minor(row.get("fee")?),
        placed_at: moment(row, "placed_at")?,
        updated_at: moment(row, "updated_at")?,
    })
}

fn line(row: &Row<'_>) -> rusqlite::Result<OrderLine> {
    Ok(OrderLine {
        product: ProductId(row.get("product_id")?),
        sku: parsed(row, "sku", |raw| Sku::parse(raw).ok())?,
        product_name: row.get("product_name")?,
        quantity: row.get("quantity")?,
        unit_price: known(UnitPrice::from_ten_thousandths(row.get("unit_price")?), "unit_price")?,
        line_total: Money::from_minor(row.get("line_total")?),
    })
}

fn event(row: &Row<'_>) -> rusqlite::Result<OrderEvent> {
    Ok(OrderEvent {
        at: moment(row, "at")?,
        status: parsed(row, "status", OrderStatus::parse)?,
        by: row.get("by_scope")?,
        note: row.get("note")?,
    })
}

pub(super) fn holds_text(holds: &[HoldReason]) -> Result<String, StoreError> {
    list_text(&holds.iter().map(|hold| hold.as_str()).collect::<Vec<_>>())
}
