//! Types of fields that hold a time.

use std::time::{SystemTime, UNIX_EPOCH};

/// A type that `#[item(created_at)]` and `#[item(updated_at)]` can set.
///
/// `u64` and `i64` hold whole seconds since the Unix epoch, of which 0 is no time at all, and so does an `Option` of them.
/// Implement it for a type of your own to store times in another form:
///
/// ```
/// use std::time::{SystemTime, UNIX_EPOCH};
///
/// use dynaseal::Timestamp;
///
/// /// Milliseconds since the Unix epoch.
/// #[derive(serde::Serialize, serde::Deserialize)]
/// struct Millis(u64);
///
/// impl Timestamp for Millis {
///     fn from_system_time(time: SystemTime) -> Self {
///         let since_epoch = time.duration_since(UNIX_EPOCH).unwrap_or_default();
///         Self(since_epoch.as_millis().try_into().unwrap_or(u64::MAX))
///     }
///
///     fn is_unset(&self) -> bool {
///         self.0 == 0
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot hold the time of a write",
    label = "not a `Timestamp`",
    note = "times are kept in a `u64` or `i64` as seconds since the Unix epoch, in an `Option` of one, or in a type of your own that implements `dynaseal::Timestamp`"
)]
pub trait Timestamp: Sized {
    /// This time, as precisely as the type holds it.
    fn from_system_time(time: SystemTime) -> Self;

    /// True if it holds no time yet, so that the first write sets `created_at`.
    fn is_unset(&self) -> bool;
}

/// A time before the epoch is unset.
impl Timestamp for u64 {
    fn from_system_time(time: SystemTime) -> Self {
        time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
    }

    fn is_unset(&self) -> bool {
        *self == 0
    }
}

/// A time before the epoch is negative.
impl Timestamp for i64 {
    fn from_system_time(time: SystemTime) -> Self {
        match time.duration_since(UNIX_EPOCH) {
            Ok(since) => Self::try_from(since.as_secs()).unwrap_or(Self::MAX),
            Err(before) => {
                let before = before.duration();
                // Rounded down, as after the epoch.
                let seconds = before.as_secs().saturating_add(u64::from(before.subsec_nanos() > 0));
                Self::try_from(seconds).map_or(Self::MIN, |seconds| -seconds)
            }
        }
    }

    fn is_unset(&self) -> bool {
        *self == 0
    }
}

impl<T: Timestamp> Timestamp for Option<T> {
    fn from_system_time(time: SystemTime) -> Self {
        Some(T::from_system_time(time))
    }

    fn is_unset(&self) -> bool {
        self.as_ref().is_none_or(T::is_unset)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn at(seconds: f64) -> SystemTime {
        if seconds < 0.0 {
            UNIX_EPOCH - Duration::from_secs_f64(-seconds)
        } else {
            UNIX_EPOCH + Duration::from_secs_f64(seconds)
        }
    }

    #[test]
    fn times_are_whole_seconds_rounded_down() {
        for (time, signed) in [(0.0, 0), (1.0, 1), (1.75, 1), (-1.0, -1), (-1.25, -2), (-0.25, -1)] {
            assert_eq!(i64::from_system_time(at(time)), signed);
            assert_eq!(u64::from_system_time(at(time)), u64::try_from(signed).unwrap_or(0));
            assert_eq!(Option::<i64>::from_system_time(at(time)), Some(signed));
        }
    }

    #[test]
    fn what_holds_no_time_is_unset() {
        assert!(0_u64.is_unset() && 0_i64.is_unset() && None::<u64>.is_unset() && Some(0_u64).is_unset());
        assert!(!1_u64.is_unset() && !(-1_i64).is_unset() && !Some(1_u64).is_unset());
    }
}
