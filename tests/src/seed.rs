//! The seed of random tests.

/// The environment variable that sets another seed.
pub const VARIABLE: &str = "DYNASEAL_SEED";

/// Returns and prints the seed: the value of `DYNASEAL_SEED`, or a fixed default, so that tests are deterministic.
///
/// # Panics
///
/// Panics if the variable is not a number.
#[must_use]
#[expect(clippy::unwrap_used, reason = "helpers of tests")]
pub fn seed() -> u64 {
    let seed = std::env::var(VARIABLE).map_or(20_261_129, |seed| seed.parse().unwrap());
    println!("{VARIABLE}={seed}");
    seed
}
