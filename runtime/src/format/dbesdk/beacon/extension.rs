//! Questions to beacons that AWS's clients do not have: to those of the terms of a text, and of the buckets of numbers.

use crate::error::{Error, ErrorKind, Result};
use crate::item::AttributeValue;
use crate::schema::beacon::Terms;

use super::hash::BeaconKeySet;
use super::query::{Comparison, Searched};
use super::{Standard, Stored, terms};

impl Searched<'_> {
    /// Returns, for each of the partitions, the hashes that the beacon of every text contains for which the question holds.
    /// `None` if the beacon has no terms, or answers another question.
    ///
    /// # Errors
    /// `Usage` for a text that has no term.
    pub(crate) fn term_hashes(
        self,
        comparison: Comparison,
        value: &AttributeValue,
        keys: &BeaconKeySet,
        partitions: &[u8],
    ) -> Result<Option<Vec<Vec<AttributeValue>>>> {
        let Self::Standard(beacon @ Standard { stored: Stored::HashOfEachTerm(kind), .. }) = self else {
            return Ok(None);
        };
        let answered = match kind {
            Terms::Prefixes { .. } => Comparison::Beginning,
            Terms::Words | Terms::Ngrams(_) => Comparison::Membership,
        };
        if comparison != answered {
            return Ok(None);
        }
        let AttributeValue::S(text) = value else { return Err(self.unanswered("the terms of a text are text")) };
        let found = terms::of_question(*kind, text).map_err(|error| error.with_attribute(&beacon.name))?;
        let key = keys.key(beacon.key)?;
        let hashes = |partition: &u8| {
            let hash = |term: &String| AttributeValue::S(beacon.hash(key, term.as_bytes(), *partition));
            found.iter().map(hash).collect::<Vec<_>>()
        };
        let mut all: Vec<Vec<AttributeValue>> = Vec::new();
        for hashes in partitions.iter().map(hashes) {
            if !all.contains(&hashes) {
                all.push(hashes);
            }
        }
        Ok(Some(all))
    }

    /// Returns the hashes of the buckets of a range in these partitions. `None` if the beacon has no buckets.
    ///
    /// # Errors
    /// `Usage` for a range of too many buckets, or of none.
    pub(crate) fn bucket_hashes(
        self,
        low: &AttributeValue,
        high: &AttributeValue,
        keys: &BeaconKeySet,
        partitions: &[u8],
    ) -> Result<Option<Vec<AttributeValue>>> {
        let Self::Standard(beacon @ Standard { stored: Stored::HashOfBucket(width), .. }) = self else {
            return Ok(None);
        };
        let (AttributeValue::N(low), AttributeValue::N(high)) = (low, high) else {
            return Err(Error::new(ErrorKind::Usage, "only numbers have buckets").with_attribute(&beacon.name));
        };
        let buckets = terms::buckets(*width, low, high).map_err(|error| error.with_attribute(&beacon.name))?;
        let key = keys.key(beacon.key)?;
        let mut hashes: Vec<String> = Vec::new();
        for bucket in buckets {
            let bucket = bucket.to_string();
            hashes.extend(partitions.iter().map(|partition| beacon.hash(key, bucket.as_bytes(), *partition)));
        }
        hashes.sort_unstable();
        hashes.dedup();
        Ok(Some(hashes.into_iter().map(AttributeValue::S).collect()))
    }
}
