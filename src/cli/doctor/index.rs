//! Do the policies read, does the model work, and does the index hold the policies as they are?

use std::sync::Arc;

use super::Finding;
use crate::cli::output::counted;
use crate::cli::setup::model_source;
use crate::config::Config;
use crate::knowledge::chunk::Texts;
use crate::knowledge::{Embedder, LiveIndex, LoadError, generation, policies};

pub(super) fn policies_model_and_index(config: &Config) -> Vec<Finding> {
    let (mut findings, texts) = read_policies(config);
    let (finding, embedder) = model(config);
    findings.push(finding);
    if let (Some(texts), Some(embedder)) = (texts, embedder) {
        findings.push(index(config, &texts, &*embedder));
    }
    findings
}

fn read_policies(config: &Config) -> (Vec<Finding>, Option<Texts>) {
    const CHECK: &str = "policies";
    let folder = config.policies_dir.display();
    let fail = |detail: String, action: &str| (vec![Finding::fail(CHECK, detail, action)], None);
    let files = match policies::read(&config.policies_dir) {
        Ok(files) => files,
        Err(e) => {
            return fail(format!("{folder}: {e}"), "put Markdown files there, or set TRIA_POLICIES_DIR");
        }
    };
    match policies::texts(&files, &config.placeholders()) {
        Err(faults) => {
            let line = |fault| {
                Finding::fail(CHECK, format!("{fault}"), "correct it; until then the old index stays")
            };
            (faults.iter().map(line).collect(), None)
        }
        Ok(texts) if texts.chunks.is_empty() => fail(
            format!("{folder} says nothing to customers"),
            "put Markdown files there, or set TRIA_POLICIES_DIR",
        ),
        Ok(texts) => {
            let detail = format!(
                "{}, {} in {folder}",
                counted(files.len(), "file"),
                counted(texts.chunks.len(), "chunk")
            );
            (vec![Finding::ok(CHECK, detail)], Some(texts))
        }
    }
}

fn model(config: &Config) -> (Finding, Option<Arc<dyn Embedder>>) {
    const CHECK: &str = "model";
    match model_source(config).load() {
        Ok(model) => {
            let info = model.model();
            let hash = info.hash.get(..12).unwrap_or(&info.hash);
            let detail = format!("{} ({} dimensions, {hash}) works", info.name, info.dimensions);
            (Finding::ok(CHECK, detail), Some(model))
        }
        Err(e) => {
            let action = "correct TRIA_MODEL_DIR, or take it out for the built-in model";
            (Finding::fail(CHECK, e.to_string(), action), None)
        }
    }
}

fn index(config: &Config, texts: &Texts, embedder: &dyn Embedder) -> Finding {
    const CHECK: &str = "index";
    let (live, fault) = LiveIndex::open(&config.data_dir, embedder.model());
    match fault {
        Some(LoadError::Missing) => {
            return Finding::warning(CHECK, "there is none yet", "tria serve or tria index makes it");
        }
        Some(fault) => return Finding::warning(CHECK, fault.to_string(), "run tria index"),
        None => {}
    }
    let wanted = serde_json::to_vec(texts).map(|json| generation::version(&json, embedder.model()));
    let current = live.current();
    if wanted.is_ok_and(|wanted| wanted == current.version()) {
        Finding::ok(CHECK, format!("{}, as the policies say", counted(current.chunk_count(), "chunk")))
    } else {
        Finding::warning(CHECK, "it was made from other policies or settings", "run tria index")
    }
}
