//! How long to wait before trying again.

use std::time::Duration;

/// Exponential back-off with full jitter: a random share of `base × 2^attempt`, never above `cap`.
/// `unit_random` is in `[0, 1)`; at least a tenth of the step is waited, so that a retry is never at once.
/// Source: M. Brooker, "Exponential Backoff And Jitter" (2015).
pub fn delay(attempt: u32, base: Duration, cap: Duration, unit_random: f64) -> Duration {
    let step = base.saturating_mul(2_u32.saturating_pow(attempt.min(31))).min(cap);
    step.mul_f64(unit_random.clamp(0.1, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grows_to_the_cap() {
        let (base, cap) = (Duration::from_secs(1), Duration::from_mins(1));
        assert_eq!(delay(0, base, cap, 1.0), Duration::from_secs(1));
        assert_eq!(delay(3, base, cap, 1.0), Duration::from_secs(8));
        assert_eq!(delay(400, base, cap, 1.0), cap);
        assert_eq!(delay(3, base, cap, 0.0), Duration::from_millis(800));
    }
}
