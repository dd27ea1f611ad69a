//! The command line as a user meets it: help, exit status, what goes where.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use tempfile::TempDir;

/// `tria` with nothing of this machine's environment, in an empty folder of its own.
fn tria(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tria"));
    command.env_clear().current_dir(folder).args(args);
    command
}

struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

fn run(folder: &Path, args: &[&str]) -> Ran {
    run_with(tria(folder, args))
}

fn run_with(mut command: Command) -> Ran {
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

const PRODUCTS: &str = "sku,name,unit_price,stock\nPZB-012,Pizza Box 12,0.65,500\nLID-001,Lid,0.05,\n";
const OUTLETS: &str = "name,terms,aliases\nBella Napoli - Tampines,credit,BN Tampines\n";

fn with_catalogue() -> TempDir {
    let folder = folder();
    for (name, text) in [("products", PRODUCTS), ("outlets", OUTLETS)] {
        let file = format!("{name}.csv");
        fs::write(folder.path().join(&file), text).unwrap();
        let ran = run(folder.path(), &["import", name, &file]);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
    }
    folder
}

#[test]
fn every_help_page() {
    let folder = folder();
    let pages: &[&[&str]] = &[
        &[],
        &["serve"],
        &["ask"],
        &["chat"],
        &["index"],
        &["eval"],
        &["import"],
        &["orders"],
        &["orders", "list"],
        &["orders", "show"],
        &["orders", "document"],
        &["orders", "export"],
        &["escalations"],
        &["escalations", "list"],
        &["escalations", "resolve"],
        &["token"],
        &["token", "create"],
        &["doctor"],
        &["backup"],
        &["restore"],
        &["completions"],
        &["man"],
    ];
    for page in pages {
        let ran = run(folder.path(), &[page, &["--help"][..]].concat());
        assert_eq!(ran.code, Some(0), "{page:?}");
        let name = if page.is_empty() { "tria".to_owned() } else { page.join("_") };
        insta::assert_snapshot!(format!("help_{name}"), ran.out);
    }
}

#[test]
fn wrong_usage_is_2() {
    let folder = folder();
    let check = |args: &[&str], expected: &str| {
        let ran = run(folder.path(), args);
        assert_eq!(ran.code, Some(2), "{args:?}");
        assert!(ran.out.is_empty() && ran.err.contains(expected), "{args:?}: {}", ran.err);
    };
    check(&[], "Usage");
    check(&["frobnicate"], "unrecognized subcommand");
    check(&["orders", "list", "--status", "lost"], "out_for_delivery");
    check(&["token", "create", "--name", "x", "--role", "outlet"], "--outlet");
}

#[test]
fn all_faults_at_once_and_no_secret() {
    let folder = folder();
    let mut command = tria(folder.path(), &["orders", "list"]);
    command.env("TAX_RATE", "9").env("CUTOFF_TIME", "2pm").env("DATABASE_URL", "postgresql://u:hunter2@db/x");
    let ran = run_with(command);
    assert_eq!(ran.code, Some(2));
    insta::assert_snapshot!(ran.err, @"
    error: 3 settings cannot be used:
      DATABASE_URL (environment): must be sqlite:///FILE (in the data directory) or sqlite:////PATH; this version keeps its data in SQLite
      TAX_RATE=9 (environment): must be a share from 0 to 1, such as 0.09 for 9 %
      CUTOFF_TIME=2pm (environment): must be a time of day, such as 14:00
    ");
}

#[test]
fn a_bad_file_changes_nothing() {
    let folder = folder();
    let text = "sku,name,unit_price,stock\nA-1,Lid,0.05,10\nA-2,,free,-1\nA-1,Lid,0.05,10\n";
    fs::write(folder.path().join("bad.csv"), text).unwrap();
    let ran = run(folder.path(), &["import", "products", "bad.csv"]);
    assert_eq!(ran.code, Some(1));
    assert_eq!(ran.out, "");
    insta::assert_snapshot!(ran.err, @"
    bad.csv: line 3, name: is empty
    bad.csv: line 3, unit_price: `free` is not an amount: write digits with a decimal point, such as 0.45
    bad.csv: line 3, stock: `-1` is not a whole number from 0 to 1000000000
    bad.csv: line 4, sku: A-1 stands in line 2 already
    4 faults; nothing was imported
    ");
    assert!(!folder.path().join("tria-data").exists(), "not even an empty database");
}

#[test]
fn importing_again_updates() {
    let folder = with_catalogue();
    let dry = run(folder.path(), &["import", "products", "products.csv", "--dry-run"]);
    assert_eq!(dry.out, "2 products read, all good; nothing was changed (dry run)\n");
    fs::write(folder.path().join("products.csv"), PRODUCTS.replace("0.65", "0.70")).unwrap();
    let ran = run(folder.path(), &["import", "products", "products.csv"]);
    assert_eq!(ran.out, "2 products: 0 added, 1 updated, 1 unchanged\n");
}

#[test]
fn past_orders_must_name_what_is_there() {
    let folder = with_catalogue();
    let text = "order_ref,outlet,ordered_at,sku,quantity,unit_price\n\
                1,Bella Napoli - Tampines,2026-03-31T09:30:00+08:00,PZB-012,100,0.65\n\
                2,Nowhere,2026-03-31T09:30:00+08:00,PZB-012,100,0.65\n";
    fs::write(folder.path().join("orders.csv"), text).unwrap();
    let ran = run(folder.path(), &["import", "orders", "orders.csv"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("line 3, outlet: no outlet is called `Nowhere`"), "{}", ran.err);
    let good: Vec<&str> = text.lines().take(2).collect();
    fs::write(folder.path().join("orders.csv"), good.join("\n")).unwrap();
    let ran = run(folder.path(), &["import", "orders", "orders.csv", "--json"]);
    let counts: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((&counts["added"], &counts["rows"]), (&1.into(), &1.into()));

    let listed = run(folder.path(), &["orders", "list", "--json", "--outlet", "bn tampines"]);
    let orders: serde_json::Value = serde_json::from_str(&listed.out).unwrap();
    assert_eq!(orders[0]["lines"][0]["quantity"], 100);
    assert_eq!(orders[0]["total"], 65.0);
    let exported = run(folder.path(), &["orders", "export"]);
    assert_eq!(exported.out.lines().count(), 2);
    assert!(exported.out.contains(",delivered,Bella Napoli - Tampines,2026-03-31T01:30:00Z,"));
    assert_eq!(run(folder.path(), &["orders", "show", "999"]).code, Some(1));
}

#[test]
fn what_cancelling_cost_is_shown() {
    let folder = with_catalogue();
    let text = "order_ref,outlet,ordered_at,sku,quantity,unit_price\n\
                R-1,Bella Napoli - Tampines,2026-03-31T09:30:00+08:00,PZB-012,100,0.65\n";
    fs::write(folder.path().join("orders.csv"), text).unwrap();
    let ran = run(folder.path(), &["import", "orders", "orders.csv"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let database = rusqlite::Connection::open(folder.path().join("tria-data/tria.db")).unwrap();
    database.execute("UPDATE orders SET status = 'cancelled', fee = 1625 WHERE id = 1", []).unwrap();
    drop(database);
    let shown = run(folder.path(), &["orders", "show", "1"]);
    assert!(shown.out.contains("Cancellation fee") && shown.out.contains("16.25"), "{}", shown.out);
    let shown = run(folder.path(), &["orders", "show", "1", "--json"]);
    let shown: serde_json::Value = serde_json::from_str(&shown.out).unwrap();
    assert_eq!(shown["cancellation_fee"], 16.25);
}

#[test]
fn a_token_is_shown_once() {
    let folder = with_catalogue();
    let made = run(folder.path(), &["token", "create", "--name", "bridge", "--role", "channel", "--json"]);
    let made: serde_json::Value = serde_json::from_str(&made.out).unwrap();
    let secret = made["token"].as_str().unwrap();
    assert_eq!((&made["name"], &made["role"]), (&"bridge".into(), &"channel".into()));
    let listed = run(folder.path(), &["token", "list"]);
    assert!(listed.out.contains("bridge") && !listed.out.contains(secret));
    assert_eq!(run(folder.path(), &["token", "revoke", "bridge"]).code, Some(0));
    assert_eq!(run(folder.path(), &["token", "revoke", "bridge"]).code, Some(1));
    let unknown =
        run(folder.path(), &["token", "create", "--name", "o", "--role", "outlet", "--outlet", "Tampnes"]);
    assert_eq!(unknown.code, Some(1));
    assert!(unknown.err.contains("did you mean"), "{}", unknown.err);
}

#[test]
fn a_backup_comes_back() {
    let folder = with_catalogue();
    assert_eq!(run(folder.path(), &["backup", "b.db"]).code, Some(0));
    assert_eq!(run(folder.path(), &["backup", "b.db"]).code, Some(1), "nothing is overwritten");
    assert_eq!(run(folder.path(), &["backup", "verify", "b.db"]).code, Some(0));
    fs::write(folder.path().join("more.csv"), PRODUCTS.replace("PZB", "XXX")).unwrap();
    run(folder.path(), &["import", "products", "more.csv"]);
    let restored = run(folder.path(), &["restore", "b.db"]);
    assert_eq!(restored.code, Some(0), "{}", restored.err);
    assert!(restored.out.contains("is kept as"), "{}", restored.out);
    let again = run(folder.path(), &["import", "products", "products.csv"]);
    assert_eq!(again.out, "2 products: 0 added, 0 updated, 2 unchanged\n");

    let mut bytes = fs::read(folder.path().join("b.db")).unwrap();
    bytes.truncate(bytes.len() / 2);
    fs::write(folder.path().join("half.db"), bytes).unwrap();
    let refused = run(folder.path(), &["restore", "half.db"]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.err.contains("nothing has changed"), "{}", refused.err);
}

#[test]
fn without_a_database_a_listing_says_so() {
    let folder = folder();
    let ran = run(folder.path(), &["orders", "list"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("there is no database at"), "{}", ran.err);
    assert!(!folder.path().join("tria-data").exists());
}

#[test]
fn doctor_names_what_is_wrong() {
    let folder = with_catalogue();
    fs::create_dir(folder.path().join("policies")).unwrap();
    fs::write(folder.path().join("policies/rules.md"), "# Refunds\n\nWithin 24 hours.\n").unwrap();
    let mut command = tria(folder.path(), &["doctor", "--json"]);
    command.env("TRIA_PROT", "1").env("SENTRY_DSN", "sk-hunter2");
    command.env("OPENAI_API_KEY", "sk-hunter3").env("OPENAI_BASE_URL", "http://127.0.0.1:9/v1");
    let ran = run_with(command);
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let find = |detail: &str| {
        let checks = report["checks"].as_array().unwrap();
        checks.iter().find(|c| c["detail"].as_str().unwrap().contains(detail)).cloned()
    };
    assert_eq!(find("did you mean TRIA_PORT").unwrap()["state"], "warning");
    assert_eq!(find("SENTRY_DSN").unwrap()["state"], "warning");
    assert_eq!(find("http://127.0.0.1:9/v1: the language model").unwrap()["state"], "warning");
    assert!(!ran.out.contains("hunter"));
    assert_eq!(find("is whole").unwrap()["check"], "database");
    assert_eq!(find("2 products, 1 outlet").unwrap()["state"], "ok");

    fs::write(folder.path().join("tria-data/tria.db"), "not a database, but long enough to be read as one")
        .unwrap();
    let ran = run(folder.path(), &["doctor"]);
    assert_eq!(ran.code, Some(1), "{}", ran.out);
    assert!(ran.out.contains("NO-GO"), "{}", ran.out);
}

#[test]
fn completions_and_manual() {
    let folder = folder();
    assert!(run(folder.path(), &["completions", "bash"]).out.contains("_tria()"));
    assert!(run(folder.path(), &["man"]).out.contains(".TH"));
    run(folder.path(), &["man", "--out", "pages"]);
    assert!(folder.path().join("pages/tria-orders-list.1").exists());
}

#[test]
fn documents_are_written_to_files() {
    let folder = with_catalogue();
    let past = "order_ref,outlet,ordered_at,sku,quantity,unit_price\n\
                R-1,Bella Napoli - Tampines,2026-05-01T09:00:00+08:00,PZB-012,400,0.65\n";
    fs::write(folder.path().join("orders.csv"), past).unwrap();
    assert_eq!(run(folder.path(), &["import", "orders", "orders.csv"]).code, Some(0));
    let write = |args: &[&str]| run(folder.path(), &[&["orders", "document"], args].concat());

    let invoice = write(&["1", "--kind", "invoice"]);
    let name = invoice.out.trim();
    assert!(name.starts_with("INV-") && name.ends_with("-00001.pdf"), "{name}: {}", invoice.err);
    let again = write(&["1", "--kind", "invoice", "--out", "again.pdf"]);
    assert_eq!((again.code, again.out.as_str()), (Some(0), "again.pdf\n"));
    let read = |name: &str| fs::read(folder.path().join(name)).unwrap();
    assert!(read(name).starts_with(b"%PDF-") && read(name) == read("again.pdf"));
    let delivery = write(&["1", "--kind", "do"]);
    assert!(read(delivery.out.trim()).starts_with(b"PK"), "{}", delivery.err);

    assert_eq!(write(&["1"]).code, Some(2));
    let missing = write(&["99", "--kind", "do"]);
    assert!(missing.code == Some(1) && missing.err.contains("there is no order 99"), "{}", missing.err);
    fs::write(folder.path().join("logo.png"), b"\x89PNG\r\n\x1a\n and no picture").unwrap();
    let mut with_logo = tria(folder.path(), &["orders", "document", "1", "--kind", "do"]);
    with_logo.env("TRIA_LOGO", "logo.png");
    let refused = run_with(with_logo);
    assert!(refused.code == Some(1) && refused.err.contains("TRIA_LOGO"), "{}", refused.err);
}
