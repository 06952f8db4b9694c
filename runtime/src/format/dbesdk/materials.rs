//! The keys of an item, all derived from its data key or from the intermediate keys of its recipients.

use zeroize::Zeroizing;

use crate::crypto::gcm::{GcmKey, NONCE};
use crate::crypto::kdf::{DerivedKey, HkdfSha512, hmac_sha384, verify_hmac_sha384};

use super::canonical::RecordDigest;
use super::keyring::IntermediateKey;

/// The random identifier of an item.
pub(super) type MessageId = [u8; 32];

/// The commitment of a header to the data key.
pub(super) type Commitment = [u8; 32];

/// The data key encrypted for a recipient.
pub(super) type WrappedDataKey = [u8; 48];

/// The data key, on which all of an item depends.
pub(super) type DataKey = Zeroizing<[u8; 32]>;

/// A recipient's tag, which authenticates an item.
pub(super) type RecipientTag = [u8; 48];

/// The purposes of a recipient's intermediate key.
pub(super) struct RecipientKeys {
    mac_key: DerivedKey,
    key_encryption_key: DerivedKey,
}

impl RecipientKeys {
    pub(super) fn derive(key: &IntermediateKey) -> Option<Self> {
        let key = HkdfSha512::new(key.as_bytes());
        Some(Self {
            mac_key: key.expand(&[b"AWS_MPL_INTERMEDIATE_KEYWRAP_MAC"])?,
            key_encryption_key: key.expand(&[b"AWS_MPL_INTERMEDIATE_KEYWRAP_ENC"])?,
        })
    }

    /// The nonce is always zero: the intermediate key is generated for one item and one recipient.
    pub(super) fn wrap(&self, data_key: &DataKey, authenticated_data: &[u8]) -> Option<WrappedDataKey> {
        let mut text = **data_key;
        let key = GcmKey::new(self.key_encryption_key.as_slice())?;
        let tag = key.seal_in_place([0; NONCE], authenticated_data, &mut text)?;
        let mut wrapped = [0; size_of::<WrappedDataKey>()];
        let (place, place_of_tag) = wrapped.split_at_mut(text.len());
        place.copy_from_slice(&text);
        place_of_tag.copy_from_slice(&tag);
        Some(wrapped)
    }

    pub(super) fn unwrap(&self, wrapped: &WrappedDataKey, authenticated_data: &[u8]) -> Option<DataKey> {
        let mut wrapped = Zeroizing::new(*wrapped);
        let key = GcmKey::new(self.key_encryption_key.as_slice())?;
        let text = key.open_in_place([0; NONCE], authenticated_data, wrapped.as_mut_slice())?;
        let mut data_key = Zeroizing::new([0; 32]);
        data_key.copy_from_slice(text.get(..32)?);
        Some(data_key)
    }

    #[cfg(test)]
    pub(super) fn parts(&self) -> (&DerivedKey, &DerivedKey) {
        (&self.mac_key, &self.key_encryption_key)
    }

    pub(super) fn tag(&self, digest: &RecordDigest) -> Option<RecipientTag> {
        hmac_sha384(&self.mac_key, digest)
    }

    pub(super) fn verify(&self, digest: &RecordDigest, tag: &RecipientTag) -> bool {
        verify_hmac_sha384(&self.mac_key, digest, tag)
    }
}

/// The purposes of the data key.
pub(super) struct ItemKeys {
    pub(super) commit_key: DerivedKey,
    pub(super) root_key: DerivedKey,
}

impl ItemKeys {
    pub(super) fn derive(data_key: &DataKey, message_id: &MessageId) -> Option<Self> {
        let key = HkdfSha512::new(data_key);
        Some(Self {
            commit_key: key.expand(&[b"AWS_DBE_COMMIT_KEY", message_id])?,
            root_key: key.expand(&[b"AWS_DBE_DERIVE_KEY", message_id])?,
        })
    }
}
