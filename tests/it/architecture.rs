//! The house stands as drawn: who may use whom, which crate is used where, how long a file may be.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Below everything else: values, understanding, and what hides one outside thing each. The adapters are
/// siblings and do not know each other.
const DOMAIN: &[&str] = &["domain"];
const UNDERSTANDING: &[&str] = &["domain", "nlu"];
const ADAPTERS: &[&str] = &["domain", "nlu", "telemetry", "store", "knowledge"];
const DESK: &[&str] = &["domain", "nlu", "telemetry", "store", "knowledge", "llm", "orders"];
const ENGINE: &[&str] = &["domain", "nlu", "telemetry", "store", "knowledge", "llm", "orders", "chat"];

/// Every module at the root of `src` and the others that it may use.
const HOUSE: &[(&str, &[&str], &[&str])] = &[
    ("domain", &[], &[]),
    ("nlu", DOMAIN, &[]),
    ("telemetry", DOMAIN, &[]),
    ("store", DOMAIN, &[]),
    ("knowledge", UNDERSTANDING, &[]),
    ("llm", DOMAIN, &[]),
    ("orders", ADAPTERS, &[]),
    ("chat", DESK, &[]),
    // The configuration is a value that knows nobody above the adapters: faces read it, the engine gets rules.
    ("http", ENGINE, &["config"]),
    ("workers", ENGINE, &[]),
    ("config", DOMAIN, &["telemetry", "llm"]),
    ("cli", ENGINE, &["config", "demo", "app"]),
    ("demo", ENGINE, &["config", "cli"]),
    ("app", ENGINE, &["http", "workers", "config", "demo", "cli"]),
    ("main", &[], &["cli"]),
];

/// Crates that stay where they are hidden.
const CRATES: &[(&str, &[&str])] = &[
    ("rusqlite", &["store/"]),
    ("usearch", &["knowledge/"]),
    ("fastembed", &["knowledge/"]),
    ("ort", &["knowledge/"]),
    ("ort_tract", &["knowledge/"]),
    ("actix_web", &["http/", "app.rs", "app/"]),
    ("clap", &["cli/"]),
    ("reqwest", &["llm/", "cli/loadtest/"]),
    ("rustls", &["llm/"]),
    ("comfy_table", &["cli/"]),
    ("rustix", &["cli/"]),
    ("prometheus_client", &["telemetry/"]),
    ("tracing_subscriber", &["telemetry/"]),
];

/// What has no place in the domain: it is plain values and pure functions.
const NOT_IN_DOMAIN: &[&str] = &[
    "async fn",
    "serde::",
    "tokio::",
    "std::fs",
    "std::net",
    "Timestamp::now",
    "SystemTime",
    "Instant::now",
];

const MOST_LINES_OF_CODE: usize = 400;
const NAMES_THAT_SAY_NOTHING: &[&str] = &["utils", "util", "helpers", "helper", "common", "misc"];

struct Source {
    /// Relative to `src`.
    path: PathBuf,
    text: String,
}

impl Source {
    /// `chat/engine.rs` → `["chat", "engine"]`, `chat/mod.rs` → `["chat"]`, `lib.rs` → `[]`.
    fn module(&self) -> Vec<String> {
        let mut parts: Vec<String> =
            self.path.with_extension("").iter().map(|p| p.to_string_lossy().into_owned()).collect();
        if parts.last().is_some_and(|last| last == "mod" || last == "lib") {
            parts.pop();
        }
        parts
    }

    fn is_test(&self) -> bool {
        self.module().iter().skip(1).any(|part| part == "tests")
    }

    /// The code that is shipped: no comments, no tests at the file's end.
    fn shipped(&self) -> String {
        let mut code = String::new();
        let mut lines = self.text.lines().peekable();
        while let Some(line) = lines.next() {
            let opens_tests = line.trim() == "#[cfg(test)]"
                && lines.peek().is_some_and(|next| next.starts_with("mod ") && next.ends_with('{'));
            if opens_tests {
                break;
            }
            code.push_str(line.split("//").next().unwrap_or_default());
            code.push('\n');
        }
        code
    }
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![root.clone()];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push(Source { path: path.strip_prefix(&root).unwrap().to_owned(), text });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(found.len() > 40, "the walk through src finds the files");
    found
}

fn identifier(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    &text[..end]
}

/// The first names of `{a::b, c, d::{e, f}}`, or of `a::b`.
fn first_names(text: &str) -> Vec<String> {
    let Some(group) = text.strip_prefix('{') else {
        return vec![identifier(text).to_owned()];
    };
    let mut names = Vec::new();
    let (mut depth, mut at_start) = (1, true);
    for (place, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => at_start = true,
            c if at_start && depth == 1 && !c.is_whitespace() => {
                names.push(identifier(&group[place..]).to_owned());
                at_start = false;
            }
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    names
}

/// The modules at the root that a piece of code names, by `crate::` or by climbing with `super::`.
fn roots_named(code: &str, depth: usize) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (place, _) in code.match_indices("crate::") {
        names.extend(first_names(&code[place + "crate::".len()..]));
    }
    let climb = "super::".repeat(depth.max(1));
    for (place, _) in code.match_indices(&climb) {
        let before = &code[..place];
        let after = &code[place + climb.len()..];
        if depth > 0 && !before.ends_with("super::") && !after.starts_with("super::") {
            names.extend(first_names(after));
        }
    }
    // What a macro or the crate itself offers at its root is no module.
    names.retain(|name| name.chars().next().is_some_and(|c| c.is_ascii_lowercase()));
    names
}

#[test]
fn nobody_uses_a_floor_above() {
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|s| !s.is_test()) {
        let module = source.module();
        // lib.rs lists the modules and shows them to a newcomer.
        let Some(room) = module.first() else { continue };
        let Some((_, floors, others)) = HOUSE.iter().find(|(name, ..)| name == room) else {
            wrong.push(format!("src/{room} stands in no floor of this test"));
            continue;
        };
        // `main.rs` names the library by its own name.
        let code = source.shipped().replace("tria::cli", "crate::cli");
        for used in roots_named(&code, module.len()) {
            let allowed = used == *room || floors.contains(&used.as_str()) || others.contains(&used.as_str());
            if !allowed {
                wrong.push(format!("src/{} uses {used}", source.path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn crates_stay_where_they_are_hidden() {
    let mut wrong = Vec::new();
    for source in sources() {
        let path = source.path.to_string_lossy();
        let code = source.shipped();
        for (name, places) in CRATES {
            let uses = code.match_indices(&format!("{name}::")).any(|(place, _)| {
                !code[..place].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':')
            });
            if uses && !places.iter().any(|place| path.starts_with(place)) {
                wrong.push(format!("src/{path} uses {name}, which belongs to {}", places.join(", ")));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_domain_is_pure() {
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|s| s.path.starts_with("domain")) {
        let code = source.shipped();
        let found = NOT_IN_DOMAIN.iter().filter(|word| code.contains(**word));
        wrong.extend(found.map(|word| format!("src/{} has {word}", source.path.display())));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn files_fit_a_head() {
    let mut wrong = Vec::new();
    for source in sources() {
        let is_code = |line: &&str| !line.trim().is_empty() && !line.trim().starts_with("//");
        let lines = source.text.lines().filter(is_code).count();
        if lines > MOST_LINES_OF_CODE {
            wrong.push(format!("src/{} has {lines} lines of code", source.path.display()));
        }
        for part in source.module() {
            if NAMES_THAT_SAY_NOTHING.contains(&part.as_str()) {
                wrong.push(format!("src/{}: `{part}` says nothing", source.path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_test_itself_sees_what_it_should() {
    let names = |code: &str, depth| roots_named(code, depth).into_iter().collect::<Vec<_>>();
    assert_eq!(names("use crate::store::Store;", 1), ["store"]);
    assert_eq!(names("use crate::{chat::Engine, domain::{ids, money}, Top};", 1), ["chat", "domain"]);
    assert_eq!(names("use super::super::store::Store; use super::near;", 2), ["store"]);
    assert_eq!(names("let x = crate::http::serve();", 3), ["http"]);
    let source = |text: &str| Source { path: "a/b.rs".into(), text: text.to_owned() }.shipped();
    assert!(!source("// crate::app\n#[cfg(test)]\nmod tests {\n use crate::app;\n}\n").contains("app"));
}
