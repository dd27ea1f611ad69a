//! Settings: raw texts from flags, environment and file, checked once into one immutable [`Config`].
//!
//! Flags win over the environment, the environment over the file, the file over the defaults. Every fault is
//! found in one go, so that an operator mends a file once and not line by line.

mod check;
mod faults;
mod file;
mod placeholders;
mod settings;
mod size;
mod sources;
mod values;

use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

pub use faults::{ConfigFault, ConfigFaults, Notice};
pub use settings::{Effect, SETTINGS, Setting};
pub use size::{Capacity, DeploymentSize};
pub use sources::{DEFAULT_FILE, FileSource, Secret, Sources};
pub use values::{CorsOrigins, weekday};

use crate::domain::document::Issuer;
use crate::domain::policy::BusinessRules;
use crate::llm::LlmConfig;
use crate::telemetry::LogFormat;

/// What kind of installation this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Environment {
    /// Somebody's own machine.
    Development,
    /// Automatic tests.
    Test,
    /// A rehearsal.
    Staging,
    /// Customers: logs are JSON unless told otherwise, and `CORS_ORIGINS=*` is refused.
    Production,
}

impl Environment {
    /// The name as written in a setting.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Test => "test",
            Self::Staging => "staging",
            Self::Production => "production",
        }
    }
}

/// How to reach a language model.
#[derive(Debug, Clone)]
pub struct LlmSettings {
    /// Server, key, model and limits.
    pub client: LlmConfig,
    /// 0 is always the likeliest word, 2 the wildest.
    pub temperature: f32,
    /// Length of an answer, in tokens.
    pub max_tokens: u32,
}

/// The checked configuration. An immutable value: a reload makes a new one and swaps it whole.
#[derive(Debug, Clone)]
pub struct Config {
    /// What kind of installation this is.
    pub environment: Environment,
    /// Everything Tria keeps: database, index, lock.
    pub data_dir: PathBuf,
    /// The database file, when it is not `tria.db` in [`Config::data_dir`].
    pub database_file: Option<PathBuf>,
    /// The Markdown files that answers stand on.
    pub policies_dir: PathBuf,
    /// A TOML file with phrases of the operator's own; `None` for the built-in ones only.
    pub phrases_file: Option<PathBuf>,
    /// A TOML file with answers of the operator's own.
    pub answers_file: Option<PathBuf>,
    /// A JSON Lines file with more examples of the intents, and classes of the operator's own.
    pub intents_file: Option<PathBuf>,
    /// A folder with another embedding model; `None` for the built-in one.
    pub model_dir: Option<PathBuf>,
    /// Address to listen on.
    pub host: IpAddr,
    /// Port to listen on; 0 lets the system choose.
    pub port: u16,
    /// Origins whose pages may call the API.
    pub cors: CorsOrigins,
    /// Requests a client may make in a minute; `None` for no limit.
    pub rate_limit_per_minute: Option<NonZeroU32>,
    /// Whether the address of a client is taken from the last `X-Forwarded-For` entry.
    pub trust_proxy: bool,
    /// Largest accepted request body, in bytes.
    pub max_body_bytes: usize,
    /// Whether `/metrics` exists.
    pub enable_metrics: bool,
    /// Which log lines are written: directives as `tracing_subscriber::EnvFilter` reads them.
    pub log_filter: String,
    /// How log lines are written.
    pub log_format: LogFormat,
    /// For how large a machine this is.
    pub deployment_size: DeploymentSize,
    /// Days that conversations are kept.
    pub chat_retention_days: u32,
    /// Years that orders are kept.
    pub order_retention_years: u32,
    /// The language model that words answers; `None`: they are composed from the policies.
    pub llm: Option<LlmSettings>,
    /// How long a customer waits for an answer at most; then the offline one is given.
    pub answer_deadline: Duration,
    /// How long a channel's message waits for the next of the same conversation; zero: not at all.
    pub merge_window: Duration,
    /// The company's rules.
    pub rules: BusinessRules,
    /// What delivery orders and invoices say of the company, beside its name.
    pub issuer: Issuer,
    /// What is worth telling the operator, though it stops nothing.
    pub notices: Vec<Notice>,
}

impl Config {
    /// Checks all settings. The error names every fault, not only the first.
    pub fn load(sources: &Sources) -> Result<Self, ConfigFaults> {
        check::load(sources)
    }

    /// Cache sizes, thread counts and queue limits for the size of the machine.
    pub fn capacity(&self) -> Capacity {
        self.deployment_size.capacity()
    }

    /// The numbers of the policies that settings own, as a text reads them: `{{cutoff_time}}` → `2:00 pm`.
    pub fn placeholders(&self) -> HashMap<String, String> {
        placeholders::all(self)
    }
}
