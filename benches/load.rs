//! Requests from clients that keep their connections, and a real server in its own process.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;

/// What a run of requests took.
pub struct Timing {
    /// Requests a second.
    pub per_second: f64,
    /// Milliseconds.
    pub median: f64,
    /// Milliseconds.
    pub p99: f64,
}

/// Sends `total` requests from `clients` at once; `body(n)` makes the n-th.
pub async fn post<F>(url: &str, clients: usize, total: usize, body: F) -> anyhow::Result<Timing>
where
    F: Fn(usize) -> (String, Option<String>) + Send + Sync + 'static,
{
    let (next, body) = (Arc::new(AtomicUsize::new(0)), Arc::new(body));
    let started = Instant::now();
    let mut running = Vec::new();
    for _ in 0..clients {
        let (next, body, url) = (next.clone(), body.clone(), url.to_owned());
        running.push(tokio::spawn(async move {
            let http = reqwest::Client::builder().timeout(Duration::from_mins(1)).build()?;
            let mut times = Histogram::<u64>::new(3)?;
            loop {
                let n = next.fetch_add(1, Ordering::SeqCst);
                if n >= total {
                    return anyhow::Ok(times);
                }
                let (text, key) = body(n);
                let mut request = http.post(&url).header("Content-Type", "application/json").body(text);
                if let Some(key) = key {
                    request = request.header("Idempotency-Key", key);
                }
                let sent = Instant::now();
                let response = request.send().await?;
                anyhow::ensure!(
                    response.status().is_success(),
                    "{}: {}",
                    response.status(),
                    response.text().await?
                );
                response.bytes().await?;
                times.record(u64::try_from(sent.elapsed().as_micros())?)?;
            }
        }));
    }
    let mut all = Histogram::<u64>::new(3)?;
    for client in running {
        all.add(client.await??)?;
    }
    let seconds = started.elapsed().as_secs_f64();
    Ok(Timing {
        per_second: total as f64 / seconds,
        median: all.value_at_quantile(0.5) as f64 / 1000.0,
        p99: all.value_at_quantile(0.99) as f64 / 1000.0,
    })
}

/// A real server in its own process, so that memory and start are its own.
pub struct Server {
    child: Child,
    /// `http://127.0.0.1:PORT`
    pub base: String,
    /// From the start of the process until it printed its address, which it does once it serves.
    pub ready_after: Duration,
}

impl Server {
    /// The demo on a free port.
    pub fn demo(dir: &Path) -> anyhow::Result<Self> {
        let started = Instant::now();
        let mut child = Command::new(env!("CARGO_BIN_EXE_tria"))
            .args(["serve", "--demo", "--port", "0", "--data-dir"])
            .arg(dir)
            .env("RATE_LIMIT_PER_MINUTE", "0")
            .env("MAX_ORDER_TOTAL", "100000000")
            .env("LOG_LEVEL", "error")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let stdout = child.stdout.take().ok_or_else(|| anyhow::anyhow!("no standard output"))?;
        let mut lines = BufReader::new(stdout).lines();
        let base = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| line.split_whitespace().find(|w| w.starts_with("http://")).map(str::to_owned))
            .ok_or_else(|| anyhow::anyhow!("the server did not print its address"))?;
        std::thread::spawn(move || lines.for_each(drop));
        Ok(Self { child, base: base.trim_end_matches('/').to_owned(), ready_after: started.elapsed() })
    }

    /// Resident memory, MiB.
    pub fn memory(&self) -> anyhow::Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find(|l| l.starts_with("VmRSS:")).unwrap_or_default();
        let kib: f64 = line.split_whitespace().nth(1).unwrap_or("0").parse()?;
        Ok(kib / 1024.0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
