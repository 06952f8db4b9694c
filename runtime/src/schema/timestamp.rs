//! Types of fields that contain a time.

use std::time::{SystemTime, UNIX_EPOCH};

/// A type that `#[item(created_at)]` and `#[item(updated_at)]` can set.
///
/// `u64` and `i64` contain whole seconds since the Unix epoch; 0 means unset. [`SystemTime`], with the feature `chrono`
/// `DateTime<Utc>` and `NaiveDateTime`, and with the feature `time` `OffsetDateTime`, `UtcDateTime` and
/// `PrimitiveDateTime` contain the time in UTC; the Unix epoch means unset. An `Option` of any of them is unset if it
/// is `None`.
/// Implement it for a custom type to store times in another form:
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
    note = "times are kept in a `u64` or `i64` as seconds since the Unix epoch, in a `SystemTime`, in a type of `chrono` or `time` with the feature of that name, or in an `Option` of one",
    note = "for a type of your own, implement `dynaseal::Timestamp`"
)]
pub trait Timestamp: Sized {
    /// Converts from this time, as precisely as the type allows.
    fn from_system_time(time: SystemTime) -> Self;

    /// Returns whether no time is set yet, so that the first write sets `created_at`.
    fn is_unset(&self) -> bool;
}

/// A time before the epoch is unset.
#[diagnostic::do_not_recommend]
impl Timestamp for u64 {
    fn from_system_time(time: SystemTime) -> Self {
        time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
    }

    fn is_unset(&self) -> bool {
        *self == 0
    }
}

/// A time before the epoch is negative.
#[diagnostic::do_not_recommend]
impl Timestamp for i64 {
    fn from_system_time(time: SystemTime) -> Self {
        match time.duration_since(UNIX_EPOCH) {
            Ok(since) => Self::try_from(since.as_secs()).unwrap_or(Self::MAX),
            Err(before) => {
                let before = before.duration();
                // Rounds down, as after the epoch.
                let seconds = before.as_secs().saturating_add(u64::from(before.subsec_nanos() > 0));
                Self::try_from(seconds).map_or(Self::MIN, |seconds| -seconds)
            }
        }
    }

    fn is_unset(&self) -> bool {
        *self == 0
    }
}

#[diagnostic::do_not_recommend]
impl Timestamp for SystemTime {
    fn from_system_time(time: SystemTime) -> Self {
        time
    }

    fn is_unset(&self) -> bool {
        *self == UNIX_EPOCH
    }
}

#[cfg(feature = "chrono")]
#[diagnostic::do_not_recommend]
impl Timestamp for chrono::DateTime<chrono::Utc> {
    fn from_system_time(time: SystemTime) -> Self {
        let (seconds, nanoseconds) = since_epoch(time);
        Self::from_timestamp(seconds, nanoseconds).unwrap_or_default()
    }

    fn is_unset(&self) -> bool {
        *self == Self::UNIX_EPOCH
    }
}

#[cfg(feature = "chrono")]
#[diagnostic::do_not_recommend]
impl Timestamp for chrono::NaiveDateTime {
    fn from_system_time(time: SystemTime) -> Self {
        chrono::DateTime::from_system_time(time).naive_utc()
    }

    fn is_unset(&self) -> bool {
        self.and_utc().is_unset()
    }
}

#[cfg(feature = "time")]
#[diagnostic::do_not_recommend]
impl Timestamp for time::OffsetDateTime {
    fn from_system_time(time: SystemTime) -> Self {
        let (seconds, nanoseconds) = since_epoch(time);
        let whole = Self::from_unix_timestamp(seconds).unwrap_or(Self::UNIX_EPOCH);
        whole.checked_add(time::Duration::nanoseconds(nanoseconds.into())).unwrap_or(whole)
    }

    fn is_unset(&self) -> bool {
        *self == Self::UNIX_EPOCH
    }
}

#[cfg(feature = "time")]
#[diagnostic::do_not_recommend]
impl Timestamp for time::UtcDateTime {
    fn from_system_time(time: SystemTime) -> Self {
        time::PrimitiveDateTime::from_system_time(time).as_utc()
    }

    fn is_unset(&self) -> bool {
        *self == Self::UNIX_EPOCH
    }
}

#[cfg(feature = "time")]
#[diagnostic::do_not_recommend]
impl Timestamp for time::PrimitiveDateTime {
    fn from_system_time(time: SystemTime) -> Self {
        let time = time::OffsetDateTime::from_system_time(time);
        Self::new(time.date(), time.time())
    }

    fn is_unset(&self) -> bool {
        self.assume_utc().is_unset()
    }
}

/// Returns whole seconds, rounded down, and the remaining nanoseconds.
#[cfg(any(feature = "chrono", feature = "time"))]
fn since_epoch(time: SystemTime) -> (i64, u32) {
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => (i64::try_from(after.as_secs()).unwrap_or(i64::MAX), after.subsec_nanos()),
        Err(before) => {
            let nanoseconds = before.duration().subsec_nanos();
            let fraction = if nanoseconds == 0 { 0 } else { 1_000_000_000 - nanoseconds };
            (i64::from_system_time(time), fraction)
        }
    }
}

#[diagnostic::do_not_recommend]
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
    fn types_of_other_crates_hold_the_exact_time() {
        for seconds in [0.0, 1.25, -0.25, -1.0, 253_402_300_799.5] {
            let time = at(seconds);
            assert_eq!(SystemTime::from_system_time(time), time);
            assert_eq!(SystemTime::from_system_time(time).is_unset(), seconds == 0.0);
            #[cfg(feature = "chrono")]
            {
                let chrono = chrono::DateTime::from_system_time(time);
                assert_eq!(chrono.timestamp_millis() as f64 / 1000.0, seconds);
                assert_eq!(chrono::NaiveDateTime::from_system_time(time), chrono.naive_utc());
                assert_eq!(chrono.is_unset(), seconds == 0.0);
            }
            #[cfg(feature = "time")]
            {
                let offset = time::OffsetDateTime::from_system_time(time);
                assert_eq!(offset.unix_timestamp_nanos() as f64 / 1e9, seconds);
                assert_eq!(time::PrimitiveDateTime::from_system_time(time).assume_utc(), offset);
                assert_eq!(offset.is_unset(), seconds == 0.0);
            }
        }
    }

    #[test]
    fn values_without_a_time_are_unset() {
        assert!(0_u64.is_unset() && 0_i64.is_unset() && None::<u64>.is_unset() && Some(0_u64).is_unset());
        assert!(!1_u64.is_unset() && !(-1_i64).is_unset() && !Some(1_u64).is_unset());
    }
}
