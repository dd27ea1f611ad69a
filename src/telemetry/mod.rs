//! What Tria tells about itself: log lines to standard error, and numbers for Prometheus.

mod logging;
mod metrics;

pub use logging::{LogFormat, init_logging};
pub use metrics::{CONTENT_TYPE, CacheLevel, LlmOutcome, Metrics, Mode, StoreNumbers};
