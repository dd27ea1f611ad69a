//! An index on disk: a folder that is written whole, checked, and only then named as the current one.
//!
//! ```text
//! index/CURRENT           name of the generation in use
//! index/gen-0007/         manifest.json  texts.json  vectors.f32  (chunks.usearch  lines.usearch)
//! ```

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::chunk::{CHUNKER_VERSION, Texts};
use super::embedder::{ModelInfo, hex};
use super::index::{Index, Vectors};
use super::matrix::Matrix;
use super::near::{FROM_CHUNKS, Near};

/// Grows when the files change their form.
const FORMAT: u32 = 1;
/// Generations kept: the current one, and the one before for whoever is just reading it.
const KEPT: usize = 2;

/// What is written beside texts and vectors, so that they are never misread.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Form of the files.
    pub format: u32,
    /// Version of the chunker.
    pub chunker: u32,
    /// The embedding model's name.
    pub model: String,
    /// The embedding model's hash.
    pub model_hash: String,
    /// Components of a vector.
    pub dimensions: usize,
    /// Chunks in the index.
    pub chunks: usize,
    /// Numbers of vectors in `vectors.f32`, one kind after the other.
    pub rows: [usize; 5],
    /// SHA-256 of `texts.json`.
    pub texts_hash: String,
    /// SHA-256 of `vectors.f32`.
    pub vectors_hash: String,
    /// Names the content.
    pub version: String,
    /// When it was built (RFC 3339).
    pub built_at: String,
}

/// Why a generation can not be used.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// There is none yet.
    #[error("there is no index yet")]
    Missing,
    /// It was made by another model, chunker or program: it has to be made anew.
    #[error("the index is of another make: {0}")]
    Foreign(String),
    /// Files are missing or changed: it has to be made anew.
    #[error("the index is damaged: {0}")]
    Damaged(String),
}

/// Names the content of an index: texts (placeholders filled in), model and chunker.
pub fn version(texts_json: &[u8], model: &ModelInfo) -> String {
    let mut hash = Sha256::new();
    hash.update(FORMAT.to_le_bytes());
    hash.update(CHUNKER_VERSION.to_le_bytes());
    hash.update(model.hash.as_bytes());
    hash.update(include_str!("topics.txt").as_bytes());
    hash.update(texts_json);
    hex(&hash.finalize()[..6])
}

/// Name of the generation in use.
pub fn current(root: &Path) -> Result<String, LoadError> {
    let name = match fs::read_to_string(root.join("CURRENT")) {
        Ok(name) => name.trim().to_owned(),
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => return Err(LoadError::Missing),
        Err(fault) => return Err(LoadError::Damaged(fault.to_string())),
    };
    if number(&name).is_none() {
        return Err(LoadError::Damaged(format!("CURRENT names {name:?}")));
    }
    Ok(name)
}

fn number(name: &str) -> Option<u64> {
    name.strip_prefix("gen-")?.parse().ok()
}

/// Reads a generation and checks it against the model in use.
pub fn load(folder: &Path, model: &ModelInfo) -> Result<(Index, Manifest), LoadError> {
    let damaged = |what: &str| LoadError::Damaged(what.to_owned());
    let read =
        |name: &str| fs::read(folder.join(name)).map_err(|e| LoadError::Damaged(format!("{name}: {e}")));
    let manifest: Manifest = serde_json::from_slice(&read("manifest.json")?)
        .map_err(|fault| LoadError::Foreign(format!("manifest.json: {fault}")))?;
    if manifest.format != FORMAT || manifest.chunker != CHUNKER_VERSION {
        return Err(LoadError::Foreign("it was made by another version of the program".to_owned()));
    }
    if manifest.model_hash != model.hash || manifest.dimensions != model.dimensions {
        return Err(LoadError::Foreign(format!("it was made with the model {}", manifest.model)));
    }
    let (texts_json, bytes) = (read("texts.json")?, read("vectors.f32")?);
    if hex(&Sha256::digest(&texts_json)) != manifest.texts_hash {
        return Err(damaged("texts.json is not what was written"));
    }
    if hex(&Sha256::digest(&bytes)) != manifest.vectors_hash {
        return Err(damaged("vectors.f32 is not what was written"));
    }
    let texts: Texts = serde_json::from_slice(&texts_json).map_err(|fault| damaged(&fault.to_string()))?;
    let vectors = split(&manifest, &bytes).ok_or_else(|| damaged("vectors.f32 has another length"))?;
    let near = if texts.chunks.len() >= FROM_CHUNKS {
        Some(
            Near::load(folder, &vectors.chunks, &vectors.lines)
                .map_err(|fault| damaged(&fault.to_string()))?,
        )
    } else {
        None
    };
    let index = Index::new(texts, vectors, near, manifest.version.clone())
        .map_err(|fault| damaged(&fault.to_string()))?;
    probe(&index).map_err(damaged)?;
    Ok((index, manifest))
}

/// An index finds its own first chunk, or something is wrong with it.
fn probe(index: &Index) -> Result<(), &'static str> {
    let vector = index.vectors.chunks.row(0);
    let query =
        super::query::Query { text: String::new(), parts: Vec::new(), several: false, words: Vec::new() };
    let length = super::matrix::dot(vector, vector);
    if index.chunk_count() > 0 && (length - 1.0).abs() > 0.01 {
        return Err("vectors are not of length 1");
    }
    if index.chunk_count() > 0 && index.search(query, &[vector], None).hits.is_empty() {
        return Err("a probe found nothing");
    }
    Ok(())
}

fn parts(vectors: &Vectors) -> [&Matrix; 5] {
    let v = vectors;
    [&v.chunks, &v.headings, &v.lines, &v.words, &v.topics]
}

fn split(manifest: &Manifest, bytes: &[u8]) -> Option<Vectors> {
    let mut rest = bytes;
    let mut matrices = Vec::with_capacity(manifest.rows.len());
    for rows in manifest.rows {
        let (part, after) = rest.split_at_checked(rows.checked_mul(manifest.dimensions)?.checked_mul(4)?)?;
        matrices.push(Matrix::from_bytes(manifest.dimensions, part)?);
        rest = after;
    }
    let mut matrices = matrices.into_iter();
    let mut next = || matrices.next();
    let (chunks, headings, lines) = (next()?, next()?, next()?);
    let (words, topics) = (next()?, next()?);
    rest.is_empty().then_some(Vectors { chunks, headings, lines, words, topics })
}

/// Writes a generation, reads it back, and makes it the current one. Gives its name and the index as read.
pub fn write(
    root: &Path,
    texts: &Texts,
    texts_json: &[u8],
    vectors: &Vectors,
    model: &ModelInfo,
) -> Result<(String, Index), WriteError> {
    fs::create_dir_all(root)?;
    let name = format!("gen-{:04}", generations(root)?.last().map_or(1, |(n, _)| n + 1));
    let beside = root.join(format!(".{name}"));
    let _ = fs::remove_dir_all(&beside);
    fs::create_dir(&beside)?;
    let bytes: Vec<u8> = parts(vectors).into_iter().flat_map(Matrix::to_bytes).collect();
    let manifest = Manifest {
        format: FORMAT,
        chunker: CHUNKER_VERSION,
        model: model.name.clone(),
        model_hash: model.hash.clone(),
        dimensions: model.dimensions,
        chunks: texts.chunks.len(),
        rows: parts(vectors).map(Matrix::len),
        texts_hash: hex(&Sha256::digest(texts_json)),
        vectors_hash: hex(&Sha256::digest(&bytes)),
        version: version(texts_json, model),
        built_at: jiff::Timestamp::now().to_string(),
    };
    write_synced(&beside.join("texts.json"), texts_json)?;
    write_synced(&beside.join("vectors.f32"), &bytes)?;
    if texts.chunks.len() >= FROM_CHUNKS {
        let near = Near::build(&vectors.chunks, &vectors.lines).map_err(io::Error::other)?;
        near.save(&beside).map_err(io::Error::other)?;
        for file in ["chunks.usearch", "lines.usearch"] {
            File::open(beside.join(file))?.sync_all()?;
        }
    }
    let manifest_json = serde_json::to_vec_pretty(&manifest).map_err(io::Error::other)?;
    write_synced(&beside.join("manifest.json"), &manifest_json)?;
    sync_folder(&beside)?;
    let (index, _) = load(&beside, model)?;
    let folder = root.join(&name);
    fs::rename(&beside, &folder)?;
    sync_folder(root)?;
    set_current(root, &name)?;
    remove_old(root, &name);
    Ok((name, index))
}

/// Why a generation was not written; the one before stays.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The disk said no.
    #[error("the index can not be written: {0}")]
    Io(#[from] io::Error),
    /// What was written does not read back.
    #[error("the index does not read back: {0}")]
    ReadBack(#[from] LoadError),
}

fn set_current(root: &Path, name: &str) -> io::Result<()> {
    let beside = root.join(".CURRENT");
    write_synced(&beside, format!("{name}\n").as_bytes())?;
    fs::rename(&beside, root.join("CURRENT"))?;
    sync_folder(root)
}

/// Removes all but the newest; what can not be removed is tried again at the next build.
fn remove_old(root: &Path, current: &str) {
    let Ok(found) = generations(root) else { return };
    let old = found.len().saturating_sub(KEPT);
    for (_, folder) in found.into_iter().take(old) {
        if folder.file_name().is_some_and(|name| name != current) {
            let _ = fs::remove_dir_all(folder);
        }
    }
}

/// Generations by number, oldest first.
fn generations(root: &Path) -> io::Result<Vec<(u64, PathBuf)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(root)? {
        let path = entry?.path();
        if let Some(n) = path.file_name().and_then(|name| number(&name.to_string_lossy())) {
            found.push((n, path));
        }
    }
    found.sort();
    Ok(found)
}

fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}
