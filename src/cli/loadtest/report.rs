//! The report: one HTML file with everything in it, that opens without a network and prints well.

use std::fmt::Write as _;

use super::chart::{Chart, Kind, Series, escape};
use super::recorder::{ErrorCount, FaultCount, Slice};
use super::result::{SuiteInfo, TestResult, percent, time};
use super::times::Figures;

const STYLE: &str = include_str!("report.css");
/// From here on response times are drawn in seconds.
const LONG: f64 = 2.0;

/// The whole page.
pub fn page(info: &SuiteInfo<'_>, results: &[TestResult]) -> String {
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <title>Load tests of {url}</title><style>{STYLE}</style></head><body>\
         <h1>Load tests of {url}</h1>\
         <p>{verdict}</p><p class=\"soft\">{mode} run of {at}{version}. Response times count from when a message was \
         due, not from when it could be sent (corrected for coordinated omission).</p>",
        url = escape(info.url),
        verdict = verdict(
            info.failed_tests == 0,
            &format!("{} of {} tests passed", info.passed_tests, info.total_tests)
        ),
        mode = escape(info.mode),
        at = escape(&info.timestamp),
        version = info.server_version.map(|v| format!(", Tria {}", escape(v))).unwrap_or_default(),
    );
    out.push_str(&summary(results));
    results.iter().for_each(|result| section(&mut out, result));
    out.push_str("</body></html>\n");
    out
}

/// Never by colour alone.
fn verdict(passed: bool, text: &str) -> String {
    let (class, mark) = if passed { ("ok", "✓ passed") } else { ("bad", "✗ failed") };
    format!("<span class=\"{class}\">{mark}</span> {}", escape(text))
}

/// A table; cells are HTML. Columns from `numbers` on stand right.
fn table(caption: &str, head: &[&str], numbers: usize, rows: &[Vec<String>]) -> String {
    let mut out = format!("<div class=\"wide\"><table><caption>{}</caption><thead><tr>", escape(caption));
    let class = |place: usize| if place >= numbers { " class=\"n\"" } else { "" };
    // Writing to a string does not fail.
    for (place, name) in head.iter().enumerate() {
        let _ = write!(out, "<th scope=\"col\"{}>{}</th>", class(place), escape(name));
    }
    out.push_str("</tr></thead><tbody>");
    for row in rows {
        out.push_str("<tr>");
        for (place, cell) in row.iter().enumerate() {
            let _ = match place {
                0 => write!(out, "<th scope=\"row\">{cell}</th>"),
                _ => write!(out, "<td{}>{cell}</td>", class(place)),
            };
        }
        out.push_str("</tr>");
    }
    out.push_str("</tbody></table></div>");
    out
}

fn summary(results: &[TestResult]) -> String {
    let rows: Vec<Vec<String>> = results
        .iter()
        .map(|result| {
            let (m, name) = (&result.metrics, result.test.name());
            vec![
                format!("<a href=\"#{name}\">{name}</a>"),
                verdict(result.passed, ""),
                result.parameters.users.to_string(),
                format!("{:.0} s", m.duration_seconds),
                m.total_requests.to_string(),
                percent(m.error_rate),
                time(m.response_time.median),
                time(m.response_time.p95),
                time(m.response_time.p99),
            ]
        })
        .collect();
    let head = ["Test", "Result", "Users", "Time", "Requests", "Errors", "P50", "P95", "P99"];
    table("All tests", &head, 2, &rows)
}

fn section(out: &mut String, result: &TestResult) {
    let name = result.test.name();
    let _ = write!(out, "<section><h2 id=\"{name}\">{name}</h2><p>{}</p><ul>", verdict(result.passed, ""));
    for (passed, sentences) in [(false, &result.criteria_failed), (true, &result.criteria_passed)] {
        for sentence in sentences {
            let _ = write!(out, "<li>{}</li>", verdict(passed, sentence));
        }
    }
    out.push_str("</ul>");
    for note in &result.notes {
        let _ = write!(out, "<p>{}</p>", escape(note));
    }
    for chart in charts(result) {
        let _ =
            write!(out, "<figure>{}<figcaption>{}</figcaption></figure>", chart.svg(), escape(&chart.title));
    }
    out.push_str(&figures(result));
    out.push_str("</section>");
}

fn charts(result: &TestResult) -> Vec<Chart> {
    let name = result.test.name();
    let m = &result.metrics;
    let slowest = m.response_time.max;
    let (unit, scale) = if slowest >= LONG { ("s", 1.0) } else { ("ms", 1e3) };
    let events: Vec<(f64, &'static str)> = match result.parameters.phases.as_slice() {
        [_] => Vec::new(),
        phases => phases.iter().map(|phase| (phase.start_seconds, phase.name)).collect(),
    };
    let over_time = |value: fn(&Slice) -> Option<f64>, scale: f64| {
        // No number makes a gap: nothing answered is not answered in no time.
        let point = |slice: &Slice| (slice.at, value(slice).map_or(f64::NAN, |value| value * scale));
        result.timeline.iter().map(point).collect::<Vec<_>>()
    };
    let line = |name, class, points| Series { name, class, kind: Kind::Line, points };
    let bars = |name, class, points| Series { name, class, kind: Kind::Bars, points };
    let base = Chart {
        id: String::new(),
        title: String::new(),
        description: String::new(),
        across: "seconds from the start",
        until: result.parameters.duration_seconds,
        marks: Vec::new(),
        unit: "",
        series: Vec::new(),
        events,
    };

    let latency = Chart {
        id: format!("{name}-latency"),
        title: "Response time over time".to_owned(),
        description: format!(
            "Half of the requests were faster than {}, 95 % faster than {}, 99 % faster than {}.",
            time(m.response_time.median),
            time(m.response_time.p95),
            time(m.response_time.p99)
        ),
        unit,
        series: vec![
            line("P50", "s1", over_time(|s| s.p50, scale)),
            line("P95", "s2", over_time(|s| s.p95, scale)),
            line("P99", "s3", over_time(|s| s.p99, scale)),
        ],
        ..base.clone()
    };
    // One step for each point, whatever lies between: the interesting ones are close to 100 %.
    let curve = |curve: &[(f64, f64)]| {
        curve
            .iter()
            .enumerate()
            .map(|(place, (_, seconds))| (place as f64, seconds * scale))
            .collect::<Vec<_>>()
    };
    let mark = |(place, (percent, _)): (usize, &(f64, f64))| (place as f64, format!("{percent}"));
    let percentiles = Chart {
        id: format!("{name}-percentiles"),
        title: "Response time by percentile".to_owned(),
        description: format!(
            "The slowest took {} from when it was due, {} from when it was sent.",
            time(m.response_time.max),
            time(m.service_time.max)
        ),
        across: "percent of the requests that were faster",
        until: 0.0,
        marks: result.curves[0].iter().enumerate().map(mark).collect(),
        unit,
        series: vec![
            line("from due (corrected)", "s1", curve(&result.curves[0])),
            line("from sent", "s2", curve(&result.curves[1])),
        ],
        events: Vec::new(),
    };
    let errors = Chart {
        id: format!("{name}-errors"),
        title: "Requests and errors over time".to_owned(),
        description: format!("{} requests, of which {} failed.", m.total_requests, m.failed_requests),
        unit: "count",
        series: vec![
            bars("requests", "s1", over_time(|s| Some(s.requests as f64), 1.0)),
            bars("failed", "s2", over_time(|s| Some(s.failed as f64), 1.0)),
        ],
        ..base.clone()
    };
    let mut charts = vec![latency, percentiles, errors];
    if m.server_memory.samples.len() > 1 {
        let points = m.server_memory.samples.iter().map(|sample| (sample.at, sample.bytes / 1e6)).collect();
        charts.push(Chart {
            id: format!("{name}-memory"),
            title: "Memory of the server over time".to_owned(),
            description: match m.server_memory.growth {
                Some(growth) => format!("It changed by {}.", percent(growth)),
                None => "Too few samples to tell a trend.".to_owned(),
            },
            unit: "MB",
            series: vec![line("resident memory", "s1", points)],
            ..base
        });
    }
    charts
}

fn figures(result: &TestResult) -> String {
    let m = &result.metrics;
    let row = |name: &str, requests: String, errors: String, f: &Figures| {
        let mut row = vec![escape(name), requests, errors];
        row.extend([f.mean, f.median, f.p95, f.p99, f.min, f.max].map(time));
        row
    };
    let none = String::new;
    let mut rows = vec![
        row("all, from due", m.total_requests.to_string(), percent(m.error_rate), &m.response_time),
        row("all, from sent", none(), none(), &m.service_time),
    ];
    if m.phases.len() > 1 {
        rows.extend(
            m.phases
                .iter()
                .map(|p| row(p.name, p.requests.to_string(), percent(p.error_rate), &p.response_time)),
        );
    }
    let head = ["Response time", "Requests", "Errors", "Mean", "P50", "P95", "P99", "Min", "Max"];
    let mut out = table("Figures", &head, 1, &rows);

    let mut rows = vec![
        vec!["requests that the pace allows".to_owned(), m.expected_requests.to_string()],
        vec!["requests in a second".to_owned(), format!("{:.1}", m.requests_per_second)],
        vec!["answers from the cache".to_owned(), percent(m.cache_hit_rate)],
        vec!["answers worded by a language model".to_owned(), percent(m.llm_rate)],
        vec!["timeouts".to_owned(), m.timeouts.to_string()],
    ];
    for (name, bytes) in [("at the start", m.server_memory.first), ("at most", m.server_memory.most)] {
        let bytes = bytes.map_or("not known".to_owned(), |bytes| format!("{:.0} MB", bytes / 1e6));
        rows.push(vec![format!("memory of the server {name}"), bytes]);
    }
    if let Some(o) = &m.orders {
        rows.push(vec!["orders acknowledged".to_owned(), o.acknowledged.to_string()]);
        rows.push(vec!["of these there exactly once".to_owned(), o.exactly_once.to_string()]);
    }
    out.push_str(&table("More", &["Figure", "Value"], 1, &rows));
    if !m.faults.is_empty() {
        let fault = |(name, f): (&&str, &FaultCount)| {
            vec![escape(name), f.made.to_string(), f.handled.to_string(), f.recovered.to_string()]
        };
        let rows: Vec<_> = m.faults.iter().map(fault).collect();
        let head = ["Fault", "Made", "Met as it should be", "Next message answered"];
        out.push_str(&table("Faults made on purpose", &head, 1, &rows));
    }
    if !result.errors.is_empty() {
        let error = |e: &ErrorCount| vec![escape(&e.kind), e.count.to_string(), escape(&e.example)];
        let rows: Vec<_> = result.errors.iter().map(error).collect();
        out.push_str(&table("Errors", &["Kind", "Count", "The first one"], 9, &rows));
    }
    out
}
