//! The time after which an item may be deleted.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::item::AttributeValue;
use crate::item::key::{KeyAttribute, KeyType};

/// The time after which DynamoDB may delete an item, for a field with `#[item(ttl)]`: whole seconds since the Unix
/// epoch, stored as a number.
///
/// DynamoDB deletes items within a few days after that time, so an item that is read may have expired. It never deletes
/// an item whose time is more than five years in the past. Source: [Using time to
/// live](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html).
///
/// ```
/// use std::time::{Duration, SystemTime};
///
/// use dynaseal::{EncryptedItem, Expiry};
///
/// #[derive(EncryptedItem)]
/// struct Session {
///     #[partition_key]
///     session_id: String,
///     #[sign_only]
///     #[item(ttl)]
///     expires: Option<Expiry>, // `None` lives forever
/// }
///
/// assert_eq!(Session::TIME_TO_LIVE, Some("expires"));
///
/// let now = SystemTime::now();
/// let expires = Expiry::from(now + Duration::from_secs(3600));
/// assert!(!expires.has_passed(now));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Expiry(u64);

impl Expiry {
    /// Creates a time this many seconds after the Unix epoch.
    pub const fn from_seconds(seconds: u64) -> Self {
        Self(seconds)
    }

    /// Returns the seconds since the Unix epoch.
    pub const fn seconds(self) -> u64 {
        self.0
    }

    /// Returns whether the item has expired at this time, whether or not DynamoDB has already deleted it.
    pub fn has_passed(self, now: SystemTime) -> bool {
        now.duration_since(UNIX_EPOCH).is_ok_and(|since| since >= Duration::from_secs(self.0))
    }
}

/// Rounds up, so that nothing is deleted early. A time before the Unix epoch becomes the epoch.
impl From<SystemTime> for Expiry {
    fn from(time: SystemTime) -> Self {
        let since_epoch = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        Self(since_epoch.as_secs().saturating_add(u64::from(since_epoch.subsec_nanos() > 0)))
    }
}

/// For an index whose sort key it is.
#[diagnostic::do_not_recommend]
impl KeyAttribute for Expiry {
    const TYPE: KeyType = u64::TYPE;

    fn encode(&self) -> Result<AttributeValue> {
        self.0.encode()
    }

    fn decode(value: AttributeValue) -> Result<Self> {
        u64::decode(value).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_rounded_up_to_whole_seconds() {
        let at = |milliseconds| Expiry::from(UNIX_EPOCH + Duration::from_millis(milliseconds)).seconds();
        assert_eq!([at(0), at(1), at(1000), at(1001)], [0, 1, 1, 2]);
        assert_eq!(Expiry::from(UNIX_EPOCH - Duration::from_secs(1)).seconds(), 0);
    }

    #[test]
    fn an_expiry_has_passed_from_its_second_on() {
        let expiry = Expiry::from_seconds(10);
        for (milliseconds, passed) in [(9_999, false), (10_000, true), (10_001, true)] {
            assert_eq!(expiry.has_passed(UNIX_EPOCH + Duration::from_millis(milliseconds)), passed);
        }
        assert!(!expiry.has_passed(UNIX_EPOCH - Duration::from_secs(1)));
        assert!(!Expiry::from_seconds(u64::MAX).has_passed(SystemTime::now()));
    }
}
