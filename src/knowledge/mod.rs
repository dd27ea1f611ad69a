//! What the company's policies say: from Markdown to the lines that answer a question.
//!
//! ```text
//! Builder::build(folder, placeholders, embedder, …)   Markdown → chunks → vectors → a generation on disk
//! LiveIndex::open(data_dir, model)                    the current generation, swapped when there is a newer one
//! live.current().retrieve(&pool, message, today)      → Retrieval: sections, best first, and whether they answer
//! extract(&retrieval)                                 → Extract: the lines to answer with, and what they stand on
//! ```
//!
//! `usearch`, `fastembed` and `ort` stay in here.

pub mod builder;
pub mod chunk;
pub mod embedder;
pub mod evidence;
pub mod extract;
pub mod front_matter;
pub mod generation;
pub mod index;
pub mod live;
pub mod markdown;
pub mod matrix;
pub mod near;
pub mod placeholders;
pub mod policies;
pub mod pool;
pub mod query;
pub mod retrieve;
mod scenarios;
pub mod sentences;
mod synonyms;
pub mod terms;
pub mod word_index;

pub use builder::{BuildError, BuildReport, Builder};
pub use embedder::{BuiltInModel, EmbedError, Embedder, FolderModel, ModelInfo, ModelSource};
pub use extract::{Extract, Passage, extract};
pub use generation::LoadError;
pub use index::Index;
pub use live::LiveIndex;
pub use placeholders::Placeholders;
pub use policies::{PolicyFault, PolicyFile};
pub use pool::{EmbedPool, PoolOptions};
pub use query::Query;
pub use retrieve::{Hit, Retrieval};
