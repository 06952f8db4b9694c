//! What random tests begin with.

/// The environment variable that says another seed.
pub const VARIABLE: &str = "DYNASEAL_SEED";

/// The seed that `DYNASEAL_SEED` says, or else the same one each time, so that a test does not depend on chance. Prints it.
///
/// # Panics
///
/// If the variable is no number.
#[must_use]
#[expect(clippy::unwrap_used, reason = "helpers of tests")]
pub fn seed() -> u64 {
    let seed = std::env::var(VARIABLE).map_or(20_261_129, |seed| seed.parse().unwrap());
    println!("{VARIABLE}={seed}");
    seed
}
