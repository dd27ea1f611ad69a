//! Speed and memory, each against a peer in the same run: `cargo bench`, or `cargo bench -- orders` for one part.
//!
//! Every figure is a ratio to something real: a bare actix-web handler, the embedding alone, SQLite alone at the
//! same durability, an empty process. Absolute numbers are printed beside, but they are this machine's.

mod load;
mod parts;

fn main() -> anyhow::Result<()> {
    // `cargo bench` passes `--bench`; `cargo test --benches` would run this too, and needs no measurements.
    let args: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    if std::env::args().any(|a| a == "--test") {
        return Ok(());
    }
    let wanted = |name: &str| args.is_empty() || args.iter().any(|a| name.contains(a.as_str()));
    tria::llm::use_ring();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    println!("| what | Tria | peer | ratio |");
    println!("|---|---|---|---|");
    runtime.block_on(async {
        if wanted("cached") {
            parts::cached().await?;
        }
        if wanted("first") {
            parts::first().await?;
        }
        if wanted("orders") {
            parts::orders(1).await?;
            parts::orders(64).await?;
        }
        if wanted("index") {
            parts::index()?;
        }
        if wanted("start") {
            parts::start().await?;
        }
        anyhow::Ok(())
    })
}
