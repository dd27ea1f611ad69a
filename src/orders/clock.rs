//! What time it is: the system's clock, or a fixed one in tests.

/// Tells the time.
pub trait Clock: Send + Sync {
    /// This moment.
    fn now(&self) -> jiff::Timestamp;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::now()
    }
}
