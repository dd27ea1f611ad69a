//! What `DEPLOYMENT_SIZE` means in numbers.

/// How large the machine is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeploymentSize {
    /// 2 GB of memory, one or two cores.
    Small,
    /// 4 GB of memory, two to four cores.
    Medium,
}

/// Cache sizes, thread counts and queue limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capacity {
    /// Threads that serve HTTP.
    pub http_workers: usize,
    /// Connections open at once; more wait in the system's queue.
    pub max_connections: usize,
    /// Threads that embed. Each holds its own copy of the model's working memory (about 60 MB).
    pub embed_threads: usize,
    /// Texts that may wait to be embedded before 503.
    pub embed_queue: usize,
    /// Answers kept.
    pub answer_cache: u64,
    /// Connections that read the database.
    pub store_readers: usize,
    /// Operations that may wait for the database before 503.
    pub store_queue: usize,
}

impl DeploymentSize {
    /// The name as written in a setting.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Medium => "medium",
        }
    }

    /// The numbers. An answer with its citations takes about 4 KB, so the caches hold 8 and 80 MB at most.
    pub const fn capacity(self) -> Capacity {
        match self {
            Self::Small => Capacity {
                http_workers: 2,
                max_connections: 512,
                embed_threads: 1,
                embed_queue: 256,
                answer_cache: 2_000,
                store_readers: 2,
                store_queue: 512,
            },
            Self::Medium => Capacity {
                http_workers: 4,
                max_connections: 2_048,
                embed_threads: 2,
                embed_queue: 512,
                answer_cache: 20_000,
                store_readers: 4,
                store_queue: 1_024,
            },
        }
    }
}
