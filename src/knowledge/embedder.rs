//! Texts into vectors: the model in the executable, or one in a folder.

use std::ffi::c_char;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use fastembed::{InitOptionsUserDefined, Pooling, TextEmbedding, TokenizerFiles, UserDefinedEmbeddingModel};
use sha2::{Digest, Sha256};

/// SHA-256 of the built-in `model.onnx`; checked by a test, so that a start does not pay for it.
pub const BUILT_IN_SHA256: &str = "d4edd0fd0ca562af05859023419b60e51141dd66512f98446474093bceb75551";
/// Components of a vector of the built-in model.
pub const BUILT_IN_DIMENSIONS: usize = 384;
/// Texts longer than this many tokens are cut: the model was trained on up to 256.
const MAX_TOKENS: usize = 256;
/// Characters given to the tokenizer; 256 tokens never need more, and what is longer costs time for nothing.
const MAX_CHARS: usize = 4096;
/// Texts handed over at once.
pub const BATCH: usize = 8;

static ONNX: &[u8] = include_bytes!("../../assets/model/model.onnx");
pub(super) static TOKENIZER: &[u8] = include_bytes!("../../assets/model/tokenizer.json");
const CONFIG: &[u8] = include_bytes!("../../assets/model/config.json");
const SPECIAL_TOKENS: &[u8] = include_bytes!("../../assets/model/special_tokens_map.json");
const TOKENIZER_CONFIG: &[u8] = include_bytes!("../../assets/model/tokenizer_config.json");

/// Why there is no vector.
#[derive(Debug, Clone, thiserror::Error)]
pub enum EmbedError {
    /// The model's files can not be read or do not fit: nothing works until they are replaced.
    #[error("the embedding model can not be loaded: {0}")]
    Model(String),
    /// Too many texts wait: try again shortly.
    #[error("too many texts wait to be embedded")]
    Busy,
    /// The pool was shut down.
    #[error("the embedding threads have stopped")]
    Closed,
    /// The model failed on this text.
    #[error("the embedding model failed: {0}")]
    Failed(String),
}

/// What an index remembers of the model it was made with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelInfo {
    /// For people.
    pub name: String,
    /// Components of a vector.
    pub dimensions: usize,
    /// SHA-256 of the weights, hexadecimal.
    pub hash: String,
}

/// Turns texts into vectors of length 1, so that a dot product is the cosine.
pub trait Embedder: Send + Sync {
    /// Which model.
    fn model(&self) -> &ModelInfo;
    /// One vector a text, in order. Blocks; call it from a thread that may.
    fn embed(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, EmbedError>;
}

/// Where the model comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum ModelSource {
    /// The English model in the executable.
    #[default]
    BuiltIn,
    /// A folder with `model.onnx` (or `onnx/model.onnx`) and the tokenizer's four JSON files.
    Folder(PathBuf),
}

impl ModelSource {
    /// Loads an instance: about 0.3 s and 140 MB for the built-in one.
    pub fn load(&self) -> Result<Arc<dyn Embedder>, EmbedError> {
        match self {
            Self::BuiltIn => BuiltInModel::load().map(|m| Arc::new(m) as Arc<dyn Embedder>),
            Self::Folder(path) => FolderModel::load(path).map(|m| Arc::new(m) as Arc<dyn Embedder>),
        }
    }
}

/// all-MiniLM-L6-v2, inside the executable.
pub struct BuiltInModel(Loaded);

impl BuiltInModel {
    /// Loads the model and embeds a word, to see that it works.
    pub fn load() -> Result<Self, EmbedError> {
        let files = TokenizerFiles {
            tokenizer_file: TOKENIZER.to_vec(),
            config_file: CONFIG.to_vec(),
            special_tokens_map_file: SPECIAL_TOKENS.to_vec(),
            tokenizer_config_file: TOKENIZER_CONFIG.to_vec(),
        };
        let name = "all-MiniLM-L6-v2".to_owned();
        let loaded = Loaded::new(name, BUILT_IN_SHA256.to_owned(), ONNX.to_vec(), files, Pooling::Mean)?;
        if loaded.info.dimensions != BUILT_IN_DIMENSIONS {
            return Err(EmbedError::Model(format!("{} dimensions", loaded.info.dimensions)));
        }
        Ok(Self(loaded))
    }
}

impl Embedder for BuiltInModel {
    fn model(&self) -> &ModelInfo {
        &self.0.info
    }

    fn embed(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, EmbedError> {
        self.0.embed(texts)
    }
}

/// A model in a folder, such as a multilingual one.
pub struct FolderModel(Loaded);

impl FolderModel {
    /// Loads the model; its vectors are the mean over the tokens unless `1_Pooling/config.json` asks for the
    /// first token's.
    pub fn load(folder: &Path) -> Result<Self, EmbedError> {
        let read = |name: &str| {
            std::fs::read(folder.join(name))
                .map_err(|fault| EmbedError::Model(format!("{}: {fault}", folder.join(name).display())))
        };
        let onnx = read("model.onnx").or_else(|_| read("onnx/model.onnx"))?;
        let files = TokenizerFiles {
            tokenizer_file: read("tokenizer.json")?,
            config_file: read("config.json")?,
            special_tokens_map_file: read("special_tokens_map.json")?,
            tokenizer_config_file: read("tokenizer_config.json")?,
        };
        let mut hash = Sha256::new();
        hash.update(&onnx);
        hash.update(&files.tokenizer_file);
        let name = folder.file_name().map_or_else(|| "model".into(), |n| n.to_string_lossy().into_owned());
        Loaded::new(name, hex(&hash.finalize()), onnx, files, pooling(folder)).map(Self)
    }
}

impl Embedder for FolderModel {
    fn model(&self) -> &ModelInfo {
        &self.0.info
    }

    fn embed(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, EmbedError> {
        self.0.embed(texts)
    }
}

/// As sentence-transformers writes it beside its models.
fn pooling(folder: &Path) -> Pooling {
    let first_token = std::fs::read(folder.join("1_Pooling/config.json"))
        .ok()
        .and_then(|bytes| serde_json::from_slice::<serde_json::Value>(&bytes).ok())
        .and_then(|config| config.get("pooling_mode_cls_token").and_then(serde_json::Value::as_bool))
        .unwrap_or(false);
    if first_token { Pooling::Cls } else { Pooling::Mean }
}

struct Loaded {
    info: ModelInfo,
    /// The model works on one batch at a time.
    session: Mutex<TextEmbedding>,
}

impl Loaded {
    fn new(
        name: String,
        hash: String,
        onnx: Vec<u8>,
        files: TokenizerFiles,
        pooling: Pooling,
    ) -> Result<Self, EmbedError> {
        set_backend();
        let model = UserDefinedEmbeddingModel::new(onnx, files).with_pooling(pooling);
        let options = InitOptionsUserDefined::new().with_max_length(MAX_TOKENS).with_intra_threads(1);
        let mut session = TextEmbedding::try_new_from_user_defined(model, options)
            .map_err(|fault| EmbedError::Model(fault.to_string()))?;
        let probe = session.embed(["probe"], None).map_err(|fault| EmbedError::Model(fault.to_string()))?;
        let dimensions = probe.first().map_or(0, Vec::len);
        if dimensions == 0 {
            return Err(EmbedError::Model("the model gives no vector".to_owned()));
        }
        Ok(Self { info: ModelInfo { name, dimensions, hash }, session: Mutex::new(session) })
    }

    /// One text at a time: on one thread a batch is no faster, and padding would make a text's vector depend, in its
    /// last digits, on who else is asking. The lock is let go in between, so that a customer's question gets in while
    /// an index is built.
    fn embed(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, EmbedError> {
        let mut vectors = Vec::with_capacity(texts.len());
        for text in texts {
            let mut session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
            let found =
                session.embed([head(text)], None).map_err(|fault| EmbedError::Failed(fault.to_string()))?;
            drop(session);
            vectors.extend(found.into_iter().map(normalised));
        }
        if vectors.len() != texts.len() || vectors.iter().any(|v| v.len() != self.info.dimensions) {
            return Err(EmbedError::Failed("another number of vectors than texts".to_owned()));
        }
        Ok(vectors)
    }
}

fn head(text: &str) -> &str {
    text.char_indices().nth(MAX_CHARS).map_or(text, |(end, _)| &text[..end])
}

fn normalised(mut vector: Vec<f32>) -> Vec<f32> {
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    if length > f32::EPSILON {
        for x in &mut vector {
            *x /= length;
        }
    }
    vector
}

/// Hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// ONNX Runtime's table of functions, filled by the pure Rust backend. One entry is missing there and `ort`
/// panics without it; the dimensions' names it would set are of no use here, so it does nothing.
fn set_backend() {
    static ONCE: OnceLock<bool> = OnceLock::new();
    ONCE.get_or_init(|| {
        let mut api = ort_tract::api();
        api.SetSymbolicDimensions = ignore_symbolic_dimensions;
        ort::set_api(api)
    });
}

extern "system" fn ignore_symbolic_dimensions(
    _: *mut ort::sys::OrtTensorTypeAndShapeInfo,
    _: *mut *const c_char,
    _: usize,
) -> ort::sys::OrtStatusPtr {
    ort::sys::OrtStatusPtr::default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weights_are_the_ones_named() {
        assert_eq!(hex(&Sha256::digest(ONNX)), BUILT_IN_SHA256);
    }

    #[test]
    fn near_texts_have_near_vectors() {
        let model = BuiltInModel::load().unwrap();
        let texts =
            ["When do you deliver?", "What are your delivery days?", "My cat is ill", ""].map(String::from);
        let v = model.embed(&texts).unwrap();
        let cosine = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f32>();
        assert!((cosine(&v[0], &v[0]) - 1.0).abs() < 1e-4);
        assert!(cosine(&v[0], &v[1]) > 0.6 && cosine(&v[0], &v[2]) < 0.3);
        let alone = model.embed(&texts[..1]).unwrap();
        assert_eq!(alone[0], v[0], "a vector does not depend on what else is embedded");
    }

    #[test]
    fn a_folder_without_a_model_is_refused() {
        let empty = tempfile::tempdir().unwrap();
        assert!(matches!(FolderModel::load(empty.path()), Err(EmbedError::Model(_))));
    }

    #[test]
    fn a_model_in_a_folder() {
        let dir = tempfile::tempdir().unwrap();
        for (name, bytes) in [
            ("model.onnx", ONNX),
            ("tokenizer.json", TOKENIZER),
            ("config.json", CONFIG),
            ("special_tokens_map.json", SPECIAL_TOKENS),
            ("tokenizer_config.json", TOKENIZER_CONFIG),
        ] {
            std::fs::write(dir.path().join(name), bytes).unwrap();
        }
        let model = FolderModel::load(dir.path()).unwrap();
        assert_eq!(model.model().dimensions, BUILT_IN_DIMENSIONS);
        assert_ne!(model.model().hash, BUILT_IN_SHA256, "the tokenizer belongs to it");
    }
}
