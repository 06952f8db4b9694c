//! Ways around a promise of this crate. Each says which promise it weakens, and a reviewer finds them all by searching for
//! `danger::`.

use crate::request::{ReadStored, Record, StoredItems};
use crate::table::schema_version::SchemaVersion;

pub use crate::migration::{DualGet, DualRead, ImportPlaintext, MaybeVerified, import_plaintext};

/// A host that may be reached without TLS; made by [`allow_http`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedHost(String);

impl AllowedHost {
    pub(crate) fn is(&self, host: &str) -> bool {
        self.0.eq_ignore_ascii_case(host)
    }
}

/// Allows plain HTTP to one host, which otherwise is refused for every host but the machine itself.
///
/// `host` is the name or address exactly as in the endpoint's URL, without scheme and port: `dynamodb.internal`, not
/// `http://dynamodb.internal:8000`. Upper and lower case are the same; names below it are other hosts.
///
/// **Weakens:** nobody on the way can read keys, sign-only and do-nothing attributes, or drop and replay requests and
/// answers. Encrypted attributes stay encrypted, and changed items are still refused.
#[must_use]
pub fn allow_http(host: impl AsRef<str>) -> AllowedHost {
    AllowedHost(without_brackets(host.as_ref()).to_owned())
}

/// An IPv6 address in a URL stands in brackets.
pub(crate) fn without_brackets(host: &str) -> &str {
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
}

/// Reads items of a version in which attributes were not signed that are signed now.
///
/// **Weakens:** whoever could write to the table while those attributes were not signed, or still can, chooses their values,
/// and they are read as verified ones. Re-encrypting such items signs whatever is there.
#[must_use]
pub fn accept_unsigned(version: SchemaVersion) -> SchemaVersion {
    version.accept_unsigned()
}

/// Reads an item as it is stored, of a [`Repository`](crate::Repository) or an [`EncryptedTable`](crate::EncryptedTable): to
/// look into what does not verify.
///
/// **Weakens:** nothing of it is verified. Whoever can write to the table chooses what is returned, down to another key than
/// was asked for; what is encrypted stays so.
///
/// # Errors
/// `Codec` or `Usage` for a key that cannot be one of the table's, and what the service fails with.
pub fn read_stored<S: StoredItems>(items: &S, key: impl Into<<S::Record as Record>::Key>) -> ReadStored {
    ReadStored::new(items, &key.into())
}

/// Makes a provider read items of every KMS key; made by [`any_kms_key`].
#[cfg(feature = "kms")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AnyKmsKey(());

/// Makes a [`DirectKmsProvider`](crate::materials::DirectKmsProvider) read items of whatever key KMS lets its credentials
/// use: for a migration that does not know its keys.
///
/// **Weakens:** the signing key comes out of the data key, so whoever can write to the table and grants these credentials
/// the use of a KMS key of their own can forge items.
#[cfg(feature = "kms")]
#[must_use]
pub fn any_kms_key() -> AnyKmsKey {
    AnyKmsKey(())
}
