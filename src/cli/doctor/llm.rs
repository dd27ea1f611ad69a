//! Whether the language model can be reached with this key. It is never needed: without it answers are composed
//! from the policies, so nothing here is a no-go.

use std::time::Duration;

use super::Finding;
use crate::cli::setup::block_on;
use crate::config::Config;
use crate::llm::{ChatClient, LlmError, Rejection};

/// A customer waits no longer either.
const PATIENCE: Duration = Duration::from_secs(8);

pub(super) fn language_model(config: &Config) -> anyhow::Result<Finding> {
    const CHECK: &str = "language model";
    let Some(llm) = &config.llm else {
        return Ok(Finding::ok(CHECK, "not configured: answers are composed from the policies"));
    };
    let client = ChatClient::new(llm.client.clone())?;
    let (model, server) = (client.model().to_owned(), llm.client.base_url.to_string());
    let probed = block_on(async { Ok(client.probe(PATIENCE).await) })?;
    Ok(match probed {
        Ok(probe) if probe.model_listed == Some(false) => Finding::warning(
            CHECK,
            format!("{server} does not list the model {model}"),
            "check OPENAI_MODEL; until then answers are composed from the policies",
        ),
        Ok(probe) => {
            Finding::ok(CHECK, format!("{model} at {server} answered in {} ms", probe.latency.as_millis()))
        }
        Err(fault) => Finding::warning(CHECK, format!("{server}: {fault}"), action(&fault)),
    })
}

fn action(fault: &LlmError) -> &'static str {
    match fault {
        LlmError::Rejected { why: Rejection::BadKey, .. } => {
            "check OPENAI_API_KEY; until then answers are composed from the policies"
        }
        LlmError::Rejected { why: Rejection::NoCredit, .. } => {
            "top up the account; until then answers are composed from the policies"
        }
        _ => "check OPENAI_BASE_URL and the network; until then answers are composed from the policies",
    }
}
