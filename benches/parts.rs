//! The parts that are measured.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::{App, HttpResponse, HttpServer, web};
use rusqlite::{Connection, params};
use serde_json::json;
use tria::knowledge::{BuiltInModel, Embedder as _};

use crate::load::{Server, Timing, post};

const QUESTION: &str = "What is your refund policy?";
const ORDER: &str = "Bella Napoli Tampines: 100 x 12 inch kraft pizza box and 100 x Sip Lid 80 mm";

fn row(what: &str, tria: &str, peer: &str, ratio: f64) {
    println!("| {what} | {tria} | {peer} | {ratio:.2} |");
}

fn rate(timing: &Timing) -> String {
    format!("{:.0}/s, median {:.2} ms, p99 {:.2} ms", timing.per_second, timing.median, timing.p99)
}

fn question(text: &str) -> String {
    json!({ "message": text }).to_string()
}

/// A cached answer against a bare handler that returns the same bytes.
pub async fn cached() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let server = Server::demo(dir.path())?;
    let url = format!("{}/api/chatbot", server.base);
    let warm =
        reqwest::Client::new().post(&url).header("Content-Type", "application/json").body(question(QUESTION));
    let bytes = warm.send().await?.bytes().await?;

    let body = web::Bytes::from(bytes.to_vec());
    let bare = HttpServer::new(move || {
        let body = body.clone();
        App::new().route(
            "/api/chatbot",
            web::post().to(move |_: web::Json<serde_json::Value>| {
                let body = body.clone();
                async move { HttpResponse::Ok().content_type("application/json").body(body) }
            }),
        )
    })
    .workers(2)
    .bind(("127.0.0.1", 0))?;
    let address = bare.addrs()[0];
    let running = bare.run();
    let handle = running.handle();
    tokio::spawn(running);

    for clients in [1, 16] {
        let total = 3000 * if clients == 1 { 1 } else { 3 };
        let tria = post(&url, clients, total, |_| (question(QUESTION), None)).await?;
        let peer =
            post(&format!("http://{address}/api/chatbot"), clients, total, |_| (question(QUESTION), None))
                .await?;
        row(
            &format!(
                "cached answer, {clients} client(s), against a bare actix-web handler with the same bytes"
            ),
            &rate(&tria),
            &rate(&peer),
            tria.per_second / peer.per_second,
        );
    }
    handle.stop(true).await;
    Ok(())
}

/// A first answer against the embedding alone.
pub async fn first() -> anyhow::Result<()> {
    const N: usize = 300;
    let texts: Vec<String> = (0..N).map(|n| format!("Do you deliver to block {n} on Saturdays?")).collect();
    let dir = tempfile::tempdir()?;
    let server = Server::demo(dir.path())?;
    let asked = texts.clone();
    let tria =
        post(&format!("{}/api/chatbot", server.base), 1, N, move |n| (question(&asked[n]), None)).await?;
    drop(server);

    let model = BuiltInModel::load()?;
    model.embed(&texts[..5])?;
    let mut times: Vec<f64> = Vec::new();
    for text in &texts {
        let started = Instant::now();
        model.embed(std::slice::from_ref(text))?;
        times.push(started.elapsed().as_secs_f64() * 1000.0);
    }
    times.sort_by(f64::total_cmp);
    let (median, p99) = (times[N / 2], times[N * 99 / 100]);
    row(
        "first answer over HTTP, against the embedding of the question alone",
        &format!("median {:.2} ms, p99 {:.2} ms", tria.median, tria.p99),
        &format!("median {median:.2} ms, p99 {p99:.2} ms"),
        tria.median / median,
    );
    Ok(())
}

/// Orders a second against SQLite alone at the same durability.
pub async fn orders(clients: usize) -> anyhow::Result<()> {
    let total = if clients == 1 { 500 } else { 4000 };
    let dir = tempfile::tempdir()?;
    let server = Server::demo(dir.path())?;
    let body = json!({ "whatsapp_message": ORDER, "allow_duplicate": true }).to_string();
    let url = format!("{}/api/process_order_enhanced", server.base);
    let tria =
        post(&url, clients, total, move |n| (body.clone(), Some(format!("bench-{clients}-{n}")))).await?;
    drop(server);
    let peer = sqlite_orders(dir.path(), total)?;
    row(
        &format!(
            "orders, {clients} client(s), against SQLite alone (one transaction each, WAL, synchronous=FULL)"
        ),
        &rate(&tria),
        &format!("{peer:.0}/s"),
        tria.per_second / peer,
    );
    Ok(())
}

/// What one order writes, by hand: order, two lines, an event, two messages, an idempotency record.
fn sqlite_orders(dir: &Path, total: usize) -> anyhow::Result<f64> {
    let db = Connection::open(dir.join("peer.db"))?;
    db.execute_batch(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;
         CREATE TABLE orders(id INTEGER PRIMARY KEY, outlet INTEGER, total INTEGER, at INTEGER);
         CREATE TABLE lines(order_id INTEGER REFERENCES orders(id), sku TEXT, quantity INTEGER, price INTEGER);
         CREATE TABLE events(order_id INTEGER REFERENCES orders(id), status TEXT, at INTEGER);
         CREATE TABLE messages(id INTEGER PRIMARY KEY, session TEXT, role TEXT, text TEXT);
         CREATE TABLE idempotency(scope TEXT, key TEXT, hash BLOB, reply TEXT, PRIMARY KEY(scope, key));",
    )?;
    let reply = "x".repeat(1200);
    let started = Instant::now();
    for n in 0..total {
        let n = i64::try_from(n)?;
        db.execute_batch("BEGIN IMMEDIATE")?;
        db.prepare_cached("INSERT INTO orders(outlet, total, at) VALUES(1, 1000, ?)")?.execute([n])?;
        let order = db.last_insert_rowid();
        for sku in ["A", "B"] {
            db.prepare_cached("INSERT INTO lines VALUES(?, ?, 100, 45)")?.execute(params![order, sku])?;
        }
        db.prepare_cached("INSERT INTO events VALUES(?, 'confirmed', ?)")?.execute([order, n])?;
        for role in ["user", "assistant"] {
            db.prepare_cached("INSERT INTO messages(session, role, text) VALUES('s', ?, ?)")?
                .execute(params![role, "some words of a message"])?;
        }
        db.prepare_cached("INSERT INTO idempotency VALUES('s', ?, x'00', ?)")?
            .execute(params![format!("key-{n}"), reply])?;
        db.execute_batch("COMMIT")?;
    }
    Ok(total as f64 / started.elapsed().as_secs_f64())
}

/// Building the index of the demo's policies against embedding the same number of texts.
pub fn index() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let started = Instant::now();
    let out = std::process::Command::new(env!("CARGO_BIN_EXE_tria"))
        .args(["index", "--json", "--force", "--policies", "policies", "--data-dir"])
        .arg(dir.path())
        .output()?;
    let took = started.elapsed().as_secs_f64();
    anyhow::ensure!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let report: serde_json::Value = serde_json::from_slice(&out.stdout)?;
    let embedded = usize::try_from(report["embedded"].as_u64().unwrap_or(0))?;

    let model = BuiltInModel::load()?;
    let text =
        "Delivery days are Tuesday, Thursday and Saturday, and an order counts from the day it came in.";
    let texts = vec![text.to_owned(); embedded];
    let started = Instant::now();
    for batch in texts.chunks(8) {
        model.embed(batch)?;
    }
    let peer = started.elapsed().as_secs_f64();
    row(
        &format!(
            "index of {} chunks ({embedded} texts embedded), against embedding as many short texts",
            report["chunks"]
        ),
        &format!("{took:.1} s"),
        &format!("{peer:.1} s"),
        took / peer,
    );
    Ok(())
}

/// Start to ready against loading the model alone, and memory after start and after 10,000 requests.
pub async fn start() -> anyhow::Result<()> {
    let started = Instant::now();
    let model = Arc::new(BuiltInModel::load()?);
    model.embed(&["ready".to_owned()])?;
    let load = started.elapsed();
    drop(model);

    let dir = tempfile::tempdir()?;
    drop(Server::demo(dir.path())?);
    let server = Server::demo(dir.path())?;
    let ms = |d: Duration| d.as_secs_f64() * 1000.0;
    row(
        "start to ready with an index on disk, against loading the model alone",
        &format!("{:.0} ms", ms(server.ready_after)),
        &format!("{:.0} ms", ms(load)),
        ms(server.ready_after) / ms(load),
    );
    let before = server.memory()?;
    let texts = [
        "What is your refund policy?",
        "Which days do you deliver?",
        "hello",
        "How much is the 12 inch box?",
    ];
    post(&format!("{}/api/chatbot", server.base), 16, 10_000, move |n| {
        (question(&format!("{} {}", texts[n % 4], n % 997)), None)
    })
    .await?;
    let after = server.memory()?;
    row(
        "memory after 10,000 requests, against memory after the start",
        &format!("{after:.0} MiB"),
        &format!("{before:.0} MiB"),
        after / before,
    );
    Ok(())
}
