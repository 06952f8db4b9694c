//! The keys of beacons, and their hashes.

use std::fmt;

use crate::crypto::hmac::{HmacAlgorithm, HmacKey};
use crate::crypto::kdf::hkdf_sha512_64;
use crate::error::{Error, Result};
use crate::item::key::names::KeyNames;
use crate::item::{Item, canonical};

/// The label from which the key of each beacon is derived, together with its name.
const BEACON_KEY: &[u8] = b"AWS_DBE_SCAN_BEACON";

/// The label of the key that determines the partition of an item.
const PARTITION_KEY: &[u8] = b"dynaseal partition";

/// The key of one beacon. It is zeroized on drop and never printed.
#[derive(Clone)]
pub(crate) struct HashKey(HmacKey);

/// The keys of all beacons of a table, in the order of their names, and the key that determines the partition of an
/// item.
#[derive(Clone)]
pub(crate) struct BeaconKeySet {
    keys: Vec<HashKey>,
    partition: HashKey,
}

impl HashKey {
    /// Returns the key of the beacon with this name.
    pub(crate) fn of_beacon(root: &[u8], name: &str) -> Result<Self> {
        Self::derive(root, &[BEACON_KEY, name.as_bytes()])
    }

    fn derive(root: &[u8], info: &[&[u8]]) -> Result<Self> {
        let key =
            hkdf_sha512_64(root, info).ok_or_else(|| Error::materials("the key of a beacon cannot be derived"))?;
        HmacKey::from_bytes(HmacAlgorithm::HmacSha384, key.as_slice()).map(Self)
    }

    /// Returns the last `bits` bits of the first eight bytes of the tag, as lowercase hexadecimal digits. Partition 0
    /// is that of items without partitions.
    pub(crate) fn hash(&self, data: &[u8], bits: u8, partition: u8) -> String {
        truncated(self.first_eight(data, partition), bits)
    }

    pub(super) fn first_eight(&self, data: &[u8], partition: u8) -> [u8; 8] {
        match partition {
            0 => self.0.first_eight(&[data]),
            _ => self.0.first_eight(&[data, &[partition]]),
        }
    }

    #[cfg(test)]
    pub(super) fn of_bytes(key: &[u8]) -> Self {
        Self(HmacKey::from_bytes(HmacAlgorithm::HmacSha384, key).unwrap())
    }
}

impl BeaconKeySet {
    /// Derives the keys of the beacons of these names.
    pub(crate) fn derive(root: &[u8], names: &[String]) -> Result<Self> {
        let keys = names.iter().map(|name| HashKey::of_beacon(root, name)).collect::<Result<_>>()?;
        Ok(Self { keys, partition: HashKey::derive(root, &[PARTITION_KEY])? })
    }

    /// Returns the key at this position of the names.
    pub(super) fn key(&self, index: usize) -> Result<&HashKey> {
        self.keys.get(index).ok_or_else(|| Error::materials("the key of a beacon is missing"))
    }

    /// Returns the partition of an item, which depends on its primary key alone: an item that is rewritten stays in its
    /// partition, so its beacons only change with its values.
    pub(crate) fn partition_of(&self, item: &Item, key: &KeyNames, partitions: u8) -> Result<u8> {
        if partitions <= 1 {
            return Ok(0);
        }
        let mut encoded = Vec::new();
        for name in key.iter() {
            let value = item.get(name).map(canonical::encode).transpose()?.unwrap_or_default();
            encoded.extend((value.len() as u64).to_be_bytes());
            encoded.extend(value);
        }
        let drawn = u64::from_be_bytes(self.partition.0.first_eight(&[&encoded])) % u64::from(partitions);
        Ok(u8::try_from(drawn).unwrap_or_default())
    }
}

impl fmt::Debug for BeaconKeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BeaconKeySet").finish_non_exhaustive()
    }
}

/// Returns the last bits of the bytes in as many hexadecimal digits as they need.
pub(super) fn truncated(bytes: [u8; 8], bits: u8) -> String {
    let mask = 1_u64.checked_shl(u32::from(bits)).map_or(u64::MAX, |bit| bit - 1);
    let width = usize::from(bits).div_ceil(4);
    format!("{:0width$x}", u64::from_be_bytes(bytes) & mask)
}
