//! From a folder of policies to an index on disk.

use std::collections::HashMap;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use super::chunk::Texts;
use super::embedder::{BATCH, EmbedError, Embedder};
use super::generation::{self, LoadError, WriteError};
use super::index::{Index, ToEmbed};
use super::placeholders::Placeholders;
use super::policies::{self, PolicyFault, PolicyFile};

/// Builds indexes in a data directory.
#[derive(Debug, Clone)]
pub struct Builder {
    root: PathBuf,
}

/// What a build did.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct BuildReport {
    /// Names the content.
    pub version: String,
    /// Chunks in the index.
    pub chunks: usize,
    /// Files read, those that are not for customers included.
    pub files: usize,
    /// Texts that were embedded.
    pub embedded: usize,
    /// Texts whose vectors were there already.
    pub reused: usize,
    /// Whether a new generation was written.
    pub changed: bool,
    /// Why the index that was there could not be used; `None` when it could, or there was none.
    pub rebuilt_because: Option<String>,
}

/// Why there is no new index; the one before stays in use.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The policies have to be put right: all faults, with file and line.
    #[error("the policies have faults:\n{}", list(.0))]
    Policies(Vec<PolicyFault>),
    /// No policy says anything to customers.
    #[error("there is no policy for customers in {}", .0.display())]
    Nothing(PathBuf),
    /// The folder can not be read.
    #[error("the policies in {} can not be read: {fault}", .folder.display())]
    Unreadable {
        /// The policies' folder.
        folder: PathBuf,
        /// What the system said.
        fault: std::io::Error,
    },
    /// Another build is at work: try again when it is done.
    #[error("another build of the index is at work")]
    Busy,
    /// The embedding model failed.
    #[error(transparent)]
    Embed(#[from] EmbedError),
    /// Nothing could be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

fn list(faults: &[PolicyFault]) -> String {
    faults.iter().map(|fault| format!("  {fault}")).collect::<Vec<_>>().join("\n")
}

impl From<std::io::Error> for BuildError {
    fn from(fault: std::io::Error) -> Self {
        Self::Write(fault.into())
    }
}

impl Builder {
    /// For the indexes of a data directory.
    pub fn new(data_dir: &Path) -> Self {
        Self { root: data_dir.join("index") }
    }

    /// Reads all policies of a folder and brings the index up to date. `progress` hears how many texts are embedded
    /// of how many. Unchanged texts keep their vectors; when nothing changed, nothing is written, unless `force`,
    /// which embeds everything anew. Blocks for seconds.
    pub fn build(
        &self,
        folder: &Path,
        values: &Placeholders,
        embedder: &dyn Embedder,
        progress: &mut dyn FnMut(usize, usize),
        force: bool,
    ) -> Result<BuildReport, BuildError> {
        let files = policies::read(folder)
            .map_err(|fault| BuildError::Unreadable { folder: folder.to_owned(), fault })?;
        match self.build_files(&files, values, embedder, progress, force) {
            Err(BuildError::Nothing(_)) => Err(BuildError::Nothing(folder.to_owned())),
            done => done,
        }
    }

    /// As [`Builder::build`], of files that were read already.
    pub fn build_files(
        &self,
        files: &[PolicyFile],
        values: &Placeholders,
        embedder: &dyn Embedder,
        progress: &mut dyn FnMut(usize, usize),
        force: bool,
    ) -> Result<BuildReport, BuildError> {
        let texts = policies::texts(files, values).map_err(BuildError::Policies)?;
        if texts.chunks.is_empty() {
            return Err(BuildError::Nothing(PathBuf::new()));
        }
        fs::create_dir_all(&self.root)?;
        let _lock = self.lock()?;
        let texts_json = serde_json::to_vec(&texts).map_err(std::io::Error::other)?;
        let version = generation::version(&texts_json, embedder.model());
        let before = self.load(embedder);
        let report = |embedded, reused, changed, rebuilt_because| BuildReport {
            version: version.clone(),
            chunks: texts.chunks.len(),
            files: files.len(),
            embedded,
            reused,
            changed,
            rebuilt_because,
        };
        let wanted = ToEmbed::new(&texts);
        if !force && before.as_ref().is_ok_and(|index| index.version() == version) {
            progress(wanted.texts.len(), wanted.texts.len());
            return Ok(report(0, wanted.texts.len(), false, None));
        }
        let reason = match &before {
            Ok(_) | Err(LoadError::Missing) => None,
            Err(fault) => Some(fault.to_string()),
        };
        let known = before.ok().filter(|_| !force).map(|index| known(&index)).unwrap_or_default();
        let (rows, made) = embed(&wanted.texts, known, embedder, progress)?;
        let reused = wanted.texts.len() - made;
        self.write(&texts, &texts_json, &wanted, &rows, embedder)?;
        Ok(report(made, reused, true, reason))
    }

    fn write(
        &self,
        texts: &Texts,
        texts_json: &[u8],
        wanted: &ToEmbed,
        rows: &[Vec<f32>],
        embedder: &dyn Embedder,
    ) -> Result<(), BuildError> {
        let model = embedder.model();
        let vectors = wanted
            .vectors(model.dimensions, rows)
            .ok_or_else(|| EmbedError::Failed("vectors of another length".to_owned()))?;
        generation::write(&self.root, texts, texts_json, &vectors, model)?;
        Ok(())
    }

    fn load(&self, embedder: &dyn Embedder) -> Result<Index, LoadError> {
        let name = generation::current(&self.root)?;
        generation::load(&self.root.join(name), embedder.model()).map(|(index, _)| index)
    }

    /// Held by the system for this process; let go when it ends, however it ends.
    fn lock(&self) -> Result<File, BuildError> {
        let file = File::options().create(true).truncate(false).write(true).open(self.root.join("lock"))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(BuildError::Busy),
            Err(TryLockError::Error(fault)) => Err(fault.into()),
        }
    }
}

/// Vectors by text of an index.
fn known(index: &Index) -> HashMap<String, Vec<f32>> {
    let texts = ToEmbed::new(index.texts());
    let rows = texts.rows(&index.vectors);
    texts.texts.into_iter().zip(rows).collect()
}

/// Vectors of all texts, and how many had to be embedded.
fn embed(
    texts: &[String],
    mut known: HashMap<String, Vec<f32>>,
    embedder: &dyn Embedder,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<(Vec<Vec<f32>>, usize), EmbedError> {
    let mut rows: Vec<Vec<f32>> = texts.iter().map(|text| known.remove(text).unwrap_or_default()).collect();
    let missing: Vec<usize> = (0..texts.len()).filter(|&i| rows[i].is_empty()).collect();
    let mut done = texts.len() - missing.len();
    progress(done, texts.len());
    for batch in missing.chunks(BATCH) {
        let wanted: Vec<String> = batch.iter().map(|&i| texts[i].clone()).collect();
        for (&i, row) in batch.iter().zip(embedder.embed(&wanted)?) {
            rows[i] = row;
        }
        done += batch.len();
        progress(done, texts.len());
    }
    Ok((rows, missing.len()))
}
