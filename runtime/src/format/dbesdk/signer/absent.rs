//! For builds without elliptic curves.

use crate::error::{Error, ErrorKind, Result};
use crate::format::dbesdk::canonical::RecordDigest;

/// Signatures are not available.
pub(in crate::format::dbesdk) enum Signer {}

impl Signer {
    pub(in crate::format::dbesdk) fn generate() -> Result<Self> {
        Err(unavailable())
    }

    pub(in crate::format::dbesdk) fn public_key(&self) -> Result<String> {
        match *self {}
    }

    pub(in crate::format::dbesdk) fn sign(&self, _: &RecordDigest) -> Result<Vec<u8>> {
        match *self {}
    }
}

pub(in crate::format::dbesdk) fn verify(_: &str, _: &RecordDigest, _: &[u8]) -> Result<bool> {
    Err(unavailable())
}

fn unavailable() -> Error {
    Error::new(
        ErrorKind::Usage,
        "the item's algorithm suite has a digital signature, which this build has no elliptic curve for; enable the \
         feature `ecdsa` or `aws-lc`",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With the feature `kms` alone, KMS keyrings sign by default: the error says which feature is missing.
    #[test]
    fn a_build_without_elliptic_curves_names_the_features_that_have_them() {
        let errors = [Signer::generate().err(), verify("key", &[0; 48], &[]).err()];
        for error in errors.map(Option::unwrap) {
            assert_eq!(error.kind(), ErrorKind::Usage);
            assert!(["`ecdsa`", "`aws-lc`"].iter().all(|feature| error.to_string().contains(feature)), "{error}");
        }
    }
}
