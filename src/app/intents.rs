//! The intent classifier of the settings: the built-in one, or one that learnt from the operator's examples as well.

use std::path::Path;

use anyhow::Context as _;

use crate::config::Config;
use crate::knowledge::Embedder;
use crate::knowledge::embedder::BATCH;
use crate::nlu::intent::{self, EXAMPLES, Example, IntentModel, OwnExamples, parse_examples};

/// The operator's examples, if there is a file of them.
pub fn own_examples(config: &Config) -> anyhow::Result<Option<OwnExamples>> {
    let Some(file) = &config.intents_file else { return Ok(None) };
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("TRIA_INTENTS_FILE: {} can not be read", file.display()))?;
    let own = OwnExamples::parse(&text).with_context(|| format!("TRIA_INTENTS_FILE: {}", file.display()))?;
    Ok(Some(own))
}

/// The built-in classifier, or one trained for another embedding model or on more examples. A trained one is kept
/// with the data, because training takes seconds.
pub fn classifier(
    data_dir: &Path,
    embedder: &dyn Embedder,
    own: Option<&OwnExamples>,
) -> anyhow::Result<IntentModel> {
    let hash = &embedder.model().hash;
    if own.is_none()
        && let Ok(model) = IntentModel::built_in(hash)
    {
        return Ok(model);
    }
    let own = own.map_or(&[][..], |own| own.examples.as_slice());
    let file = data_dir.join("intents.model");
    let made_from = intent::fingerprint(hash, &format!("{EXAMPLES}{own:?}"));
    let kept = std::fs::read(&file).ok().and_then(|bytes| IntentModel::from_bytes(&bytes, &made_from).ok());
    if let Some(model) = kept {
        return Ok(model);
    }
    tracing::info!(own_examples = own.len(), "training the intent classifier");
    let model = train(embedder, own)?;
    // Only a saving of time at the next start.
    if let Err(fault) = std::fs::write(&file, model.to_bytes(&made_from)) {
        tracing::warn!(%fault, "the trained intent classifier could not be kept");
    }
    Ok(model)
}

fn train(embedder: &dyn Embedder, own: &[(String, String)]) -> anyhow::Result<IntentModel> {
    let built_in = parse_examples(EXAMPLES)?;
    let (mut texts, mut labels) = (Vec::new(), Vec::new());
    for (text, intent) in built_in {
        texts.push(text);
        labels.push(intent.as_str().to_owned());
    }
    for (text, label) in own {
        texts.push(text.clone());
        labels.push(label.clone());
    }
    let mut vectors = Vec::with_capacity(texts.len());
    for batch in texts.chunks(BATCH) {
        vectors.extend(embedder.embed(batch)?);
    }
    let examples: Vec<Example<'_>> = texts
        .iter()
        .zip(&labels)
        .zip(&vectors)
        .map(|((text, label), vector)| Example { text, vector, label })
        .collect();
    Ok(IntentModel::train(&examples)?)
}
