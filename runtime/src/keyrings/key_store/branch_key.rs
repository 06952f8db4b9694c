//! The plaintext keys of a key store.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::uuid::Uuid;

/// The bytes of a branch key or a beacon key. They are not moved, because a copy that was moved out of a future would
/// not be zeroized.
pub(super) type KeyBytes = Arc<Zeroizing<[u8; 32]>>;

/// One version of a branch key. The key itself is zeroized on drop and never printed.
#[derive(Clone)]
pub struct BranchKey {
    pub(super) id: String,
    pub(super) version: Uuid,
    pub(super) encryption_context: BTreeMap<String, String>,
    pub(super) key: KeyBytes,
}

impl BranchKey {
    /// The branch key's identifier.
    #[inline]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the version: a UUID, as text.
    #[inline]
    pub fn version(&self) -> String {
        self.version.to_string()
    }

    /// Returns the encryption context that the branch key was created with.
    #[inline]
    pub fn encryption_context(&self) -> &BTreeMap<String, String> {
        &self.encryption_context
    }

    /// Returns the key. Zeroize every copy.
    #[inline]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.key
    }

    #[inline]
    pub(crate) fn version_id(&self) -> Uuid {
        self.version
    }
}

impl fmt::Debug for BranchKey {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BranchKey").field("id", &self.id).field("version", &self.version).finish_non_exhaustive()
    }
}

/// The beacon key of a branch key, which stays the same for all versions. The key itself is zeroized on drop and never
/// printed.
#[derive(Clone)]
pub struct BeaconKey {
    pub(super) id: String,
    pub(super) encryption_context: BTreeMap<String, String>,
    pub(super) key: KeyBytes,
}

impl BeaconKey {
    /// Returns the identifier of its branch key.
    #[inline]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the encryption context that the branch key was created with.
    #[inline]
    pub fn encryption_context(&self) -> &BTreeMap<String, String> {
        &self.encryption_context
    }

    /// Returns the key. Zeroize every copy.
    #[inline]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.key
    }
}

impl fmt::Debug for BeaconKey {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BeaconKey").field("id", &self.id).finish_non_exhaustive()
    }
}
