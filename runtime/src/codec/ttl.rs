//! The field with `#[item(ttl)]`.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::value::SerdeField;
use super::{missing, optional, unexpected};
use crate::error::Result;
use crate::item::Item;
use crate::item::key::KeyType;
use crate::schema::expiry::Expiry;

/// A type that is stored as a number of seconds since the Unix epoch, or as an absent attribute.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a time to live",
    label = "not stored as seconds since the Unix epoch",
    note = "DynamoDB deletes an item once a number of seconds since the Unix epoch has passed",
    note = "use `dynaseal::Expiry`, a `u64` or `i64` of seconds, a `SystemTime`, a time in UTC of `chrono` or `time` with the feature of that name, or an `Option` of one"
)]
pub trait TimeToLive: Sized {
    /// Puts the time into the item as a number of seconds, rounded up.
    ///
    /// # Errors
    /// Never fails: it is fallible like [`SerdeField::put`], so that generated code can call both alike.
    fn put(&self, item: &mut Item, name: &'static str) -> Result<()>;

    /// Takes the time out of the item.
    ///
    /// # Errors
    /// `Schema` if the attribute is missing, or is not a number of seconds that the type can hold.
    fn take(item: &mut Item, name: &'static str) -> Result<Self>;
}

macro_rules! numbers_of_seconds {
    ($($number:ty)*) => {$(
        #[diagnostic::do_not_recommend]
        impl TimeToLive for $number {
            fn put(&self, item: &mut Item, name: &'static str) -> Result<()> {
                <Self as SerdeField>::put(self, item, name)
            }

            fn take(item: &mut Item, name: &'static str) -> Result<Self> {
                <Self as SerdeField>::take(item, name)
            }
        }
    )*};
}

numbers_of_seconds!(Expiry u64 i64);

macro_rules! times {
    ($($(#[$feature:meta])* $time:ty: |$value:ident| $to_system_time:expr, |$seconds:ident| $from_seconds:expr;)*) => {$(
        $(#[$feature])*
        #[diagnostic::do_not_recommend]
        impl TimeToLive for $time {
            fn put(&self, item: &mut Item, name: &'static str) -> Result<()> {
                let $value = *self;
                <Expiry as SerdeField>::put(&Expiry::from($to_system_time), item, name)
            }

            fn take(item: &mut Item, name: &'static str) -> Result<Self> {
                if !item.contains_key(name) {
                    return Err(missing(name));
                }
                let $seconds = <Expiry as SerdeField>::take(item, name)?.seconds();
                $from_seconds.ok_or_else(|| unexpected::<Self>(name))
            }
        }
    )*};
}

times! {
    SystemTime: |time| time, |seconds| UNIX_EPOCH.checked_add(Duration::from_secs(seconds));
    #[cfg(feature = "chrono")]
    chrono::DateTime<chrono::Utc>: |time| {
        let whole = u64::try_from(time.timestamp()).unwrap_or_default();
        let fraction = if time.timestamp() < 0 { 0 } else { time.timestamp_subsec_nanos() };
        UNIX_EPOCH + Duration::new(whole, fraction)
    }, |seconds| i64::try_from(seconds).ok().and_then(|seconds| Self::from_timestamp(seconds, 0));
    #[cfg(feature = "time")]
    time::OffsetDateTime: |time| {
        let whole = u64::try_from(time.unix_timestamp()).unwrap_or_default();
        let fraction = if time.unix_timestamp() < 0 { 0 } else { time.nanosecond() };
        UNIX_EPOCH + Duration::new(whole, fraction)
    }, |seconds| i64::try_from(seconds).ok().and_then(|seconds| Self::from_unix_timestamp(seconds).ok());
    #[cfg(feature = "time")]
    time::UtcDateTime: |time| {
        let whole = u64::try_from(time.unix_timestamp()).unwrap_or_default();
        let fraction = if time.unix_timestamp() < 0 { 0 } else { time.nanosecond() };
        UNIX_EPOCH + Duration::new(whole, fraction)
    }, |seconds| i64::try_from(seconds).ok().and_then(|seconds| Self::from_unix_timestamp(seconds).ok());
}

#[diagnostic::do_not_recommend]
impl<T: TimeToLive> TimeToLive for Option<T> {
    fn put(&self, item: &mut Item, name: &'static str) -> Result<()> {
        self.as_ref().map_or(Ok(()), |time| time.put(item, name))
    }

    fn take(item: &mut Item, name: &'static str) -> Result<Self> {
        optional::take(item, name, T::take)
    }
}

/// Returns the attribute name of a field of this type; `None` if the type has no time to live.
pub const fn time_to_live<T: TimeToLive>(name: &'static str) -> Option<&'static str> {
    Some(name)
}

/// The same for a key, which is stored as its type determines. The compiler's message points to the field's type.
///
/// # Panics
/// At compile time, if the key is not stored as a number.
#[track_caller]
pub const fn time_to_live_of_a_key<T: TimeToLive>(name: &'static str, stored_as: KeyType) -> Option<&'static str> {
    assert!(
        matches!(stored_as, KeyType::Number),
        "a time to live that is a key must be stored as a number of seconds: use `dynaseal::Expiry`, `u64` or `i64`"
    );
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::item::AttributeValue;

    fn stored<T: TimeToLive>(time: &T) -> Option<String> {
        let mut item = Item::new();
        time.put(&mut item, "expires").unwrap();
        item.remove("expires").map(|value| value.as_n().unwrap().clone())
    }

    fn read<T: TimeToLive>(seconds: &str) -> Result<T> {
        T::take(&mut Item::from([("expires".to_owned(), AttributeValue::N(seconds.to_owned()))]), "expires")
    }

    #[test]
    fn a_time_is_stored_as_seconds_and_rounded_up() {
        let at = |milliseconds| UNIX_EPOCH + Duration::from_millis(milliseconds);
        for (milliseconds, seconds) in [(0, "0"), (1, "1"), (1000, "1"), (1001, "2")] {
            assert_eq!(stored(&at(milliseconds)).as_deref(), Some(seconds));
            assert_eq!(stored(&Some(at(milliseconds))).as_deref(), Some(seconds));
            #[cfg(feature = "chrono")]
            {
                let time = chrono::DateTime::from_timestamp_millis(milliseconds.try_into().unwrap()).unwrap();
                assert_eq!(stored(&time).as_deref(), Some(seconds));
            }
            #[cfg(feature = "time")]
            {
                let nanoseconds = i128::from(milliseconds) * 1_000_000;
                let time = time::OffsetDateTime::from_unix_timestamp_nanos(nanoseconds).unwrap();
                assert_eq!(stored(&time).as_deref(), Some(seconds));
            }
        }
        assert_eq!(stored(&(UNIX_EPOCH - Duration::from_millis(1))).as_deref(), Some("0"));
        assert_eq!(stored(&None::<SystemTime>), None);
        assert_eq!(read::<SystemTime>("5").unwrap(), at(5000));
        assert!(read::<SystemTime>("-1").is_err());
        assert_eq!(<Option<SystemTime> as TimeToLive>::take(&mut Item::new(), "expires").unwrap(), None);
        assert!(<SystemTime as TimeToLive>::take(&mut Item::new(), "expires").is_err());
    }

    #[cfg(feature = "chrono")]
    #[test]
    fn a_time_that_chrono_cannot_hold_is_an_error() {
        use chrono::{DateTime, Utc};

        assert_eq!(read::<DateTime<Utc>>("5").unwrap().timestamp(), 5);
        assert!(read::<DateTime<Utc>>("18446744073709551615").is_err());
        assert_eq!(stored(&DateTime::<Utc>::MIN_UTC).as_deref(), Some("0"));
    }

    #[cfg(feature = "time")]
    #[test]
    fn a_time_that_time_cannot_hold_is_an_error() {
        assert_eq!(read::<time::OffsetDateTime>("5").unwrap().unix_timestamp(), 5);
        assert!(read::<time::OffsetDateTime>("18446744073709551615").is_err());
    }
}
