//! APIs that weaken a promise of this crate. Each states which promise it weakens. Reviewers find all uses by searching
//! for `danger::`.

#[cfg(feature = "kms")]
pub use crate::aws::kms::any_key::{AnyKmsKey, any_kms_key};
pub use crate::aws::transit::{AllowedHost, allow_http};
pub use crate::condition::expression::unverified;
#[cfg(feature = "kms")]
pub use crate::keyrings::key_store::shred;
pub use crate::migration::{DualGet, DualRead, ImportPlaintext, MaybeVerified, import_plaintext};
pub use crate::request::read_stored;
pub use crate::table::schema_version::accept_unsigned;
