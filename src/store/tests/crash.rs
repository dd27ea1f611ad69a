//! What was answered survives `kill -9`, once.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};

use super::harness::{LABELS, fill, open, order, plain};
use crate::domain::ids::{IdempotencyKey, OrderId};
use crate::domain::order::OrderStatus::Confirmed;
use crate::store::*;

/// Where the child finds its directory; without it the child's test does nothing.
const FOLDER: &str = "TRIA_TEST_STORE_FOLDER";
/// Requests that the child has under way at once.
const AT_ONCE: u32 = 8;

fn request(number: u32) -> (Commit, Finish) {
    let mut commit = plain(Effect::PlaceOrder {
        order: order(&[(LABELS, number + 1)], Confirmed),
        ticket: None,
        checks: PlaceChecks::default(),
    });
    commit.idempotency =
        Some(IdempotencyRecord { scope: "token:1".to_owned(), key: key(number), body_hash: [1; 32] });
    let finish: Finish = Box::new(|outcome| Finished {
        reply_json: outcome.order.as_ref().unwrap().id.to_string(),
        ..Finished::default()
    });
    (commit, finish)
}

fn key(number: u32) -> IdempotencyKey {
    IdempotencyKey::parse(&format!("k-{number}")).unwrap()
}

/// The child: places orders until it is killed, and says which were answered.
#[tokio::test(flavor = "multi_thread")]
async fn places_orders_until_it_is_killed() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let store = open(folder.as_ref());
    let tasks: Vec<_> = (0..AT_ONCE)
        .map(|first| {
            let store = store.clone();
            tokio::spawn(async move {
                for number in (first..).step_by(AT_ONCE as usize) {
                    let (commit, finish) = request(number);
                    let id = store.commit(commit, finish).await.unwrap().0.order.unwrap().id;
                    let mut out = std::io::stdout().lock();
                    writeln!(out, "answered {number} {id}").unwrap();
                    out.flush().unwrap();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}

#[tokio::test]
async fn an_answered_order_survives_a_kill_and_is_not_placed_again() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    fill(&store).await;
    store.close().await;
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "store::tests::crash::places_orders_until_it_is_killed", "--nocapture"])
        .env(FOLDER, dir.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut answered = Vec::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok) {
        let words: Vec<_> = line.split(' ').collect();
        if let ["answered", number, id] = words[..] {
            answered.push((number.parse::<u32>().unwrap(), id.parse::<i64>().unwrap()));
            if answered.len() == 40 {
                child.kill().unwrap(); // SIGKILL; what was printed before it is still read.
            }
        }
    }
    child.wait().unwrap();
    assert!(answered.len() >= 40, "the child ended by itself: {answered:?}");

    let store = open(dir.path());
    assert_eq!(store.integrity_check().await, Ok(vec![]));
    for (number, id) in &answered {
        let placed = store.order(OrderId(*id)).await.unwrap().expect("an answered order is there");
        assert_eq!(placed.order.lines[0].quantity, number + 1);
        let kept = store.idempotent_reply("token:1", &key(*number)).await.unwrap().unwrap();
        assert_eq!(kept.reply_json, id.to_string());
    }
    // Every client sends again what it sent last, as after a lost connection: all end with one order each.
    let last = answered.iter().map(|(number, _)| *number).max().unwrap() + 2 * AT_ONCE;
    for number in 0..=last {
        let (commit, finish) = request(number);
        let again = store.commit(commit, finish).await;
        let was_answered = answered.iter().any(|(n, _)| *n == number);
        assert!(matches!(again, Ok(_) | Err(StoreError::AlreadyDone)), "{again:?}");
        assert!(!was_answered || again.is_err(), "request {number} was answered and placed again");
    }
    let sql = "SELECT quantity, count(*) FROM order_lines GROUP BY quantity HAVING count(*) > 1";
    let twice = store.read(|conn| Ok(conn.prepare(sql)?.exists([])?)).await.unwrap();
    assert!(!twice, "a request has two orders");
    let orders =
        store.read(|conn| Ok(conn.query_row("SELECT count(*) FROM orders", [], |r| r.get::<_, u32>(0))?));
    assert_eq!(orders.await.unwrap(), last + 1);
}
