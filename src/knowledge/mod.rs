//! What the company's policies say: from Markdown to the lines that answer a question.
//!
//! `usearch`, `fastembed` and `ort` stay in here.

pub mod embedder;
pub mod pool;

pub use embedder::{BuiltInModel, EmbedError, Embedder, FolderModel, ModelInfo, ModelSource};
pub use pool::{EmbedPool, PoolOptions};
