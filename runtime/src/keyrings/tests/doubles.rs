//! Keyrings whose service responses are recorded.

use std::collections::{BTreeMap, HashMap};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::Hmac;
use serde::Deserialize;
use sha2::{Digest as _, Sha256, Sha384};

use crate::crypto::counter_mode::counter_mode;
use crate::crypto::gcm::GcmKey;
use crate::error::{Error, Result};
use crate::keyrings::{AlgorithmSuite, EncryptedDataKey, EncryptionContext, IntermediateKey, Keyring, KeyringFuture};

/// The recorded response of AWS KMS when the item was read.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "call", rename_all = "PascalCase")]
pub(super) enum Answer {
    #[serde(rename_all = "PascalCase")]
    Decrypt {
        ciphertext_blob: String,
        encryption_context: Option<BTreeMap<String, String>>,
        plaintext: String,
    },
    #[serde(rename_all = "PascalCase")]
    DeriveSharedSecret {
        shared_secret: String,
    },
    GetPublicKey {},
}

/// A keyring of AWS KMS.
#[derive(Debug)]
pub(super) struct Recorded {
    pub(super) answers: Vec<Answer>,
    #[cfg(any(feature = "aws-lc", feature = "ecdsa"))]
    pub(super) curve: Option<crate::keyrings::EcdhCurve>,
}

impl Recorded {
    fn open(&self, context: &EncryptionContext, recipient: &EncryptedDataKey) -> Option<IntermediateKey> {
        self.answers.iter().find_map(|answer| match answer {
            Answer::Decrypt { ciphertext_blob, encryption_context, plaintext } => {
                if BASE64.encode(&recipient.ciphertext) != *ciphertext_blob {
                    return None;
                }
                let plaintext = BASE64.decode(plaintext).unwrap();
                if recipient.provider_id == "aws-kms-rsa" {
                    let (digest, key) = plaintext.split_at(48);
                    assert_eq!(digest, Sha384::digest(context.authenticated_data()).as_slice());
                    return IntermediateKey::from_bytes(key).ok();
                }
                let expected: BTreeMap<_, _> = context.iter().map(|(key, value)| (key.into(), value.into())).collect();
                assert_eq!(encryption_context.as_ref(), Some(&expected));
                IntermediateKey::from_bytes(&plaintext).ok()
            }
            #[cfg(any(feature = "aws-lc", feature = "ecdsa"))]
            Answer::DeriveSharedSecret { shared_secret } => {
                let parties = crate::keyrings::ecdh::Parties::parse(self.curve?, &recipient.provider_info)?;
                parties.unwrap(&BASE64.decode(shared_secret).unwrap(), context, &recipient.ciphertext)
            }
            _ => None,
        })
    }
}

/// Branch keys by the version that is stored in items.
#[derive(Debug)]
pub(super) struct BranchKeys(pub(super) HashMap<(String, [u8; 16]), Vec<u8>>);

impl BranchKeys {
    fn open(&self, context: &EncryptionContext, recipient: &EncryptedDataKey) -> Option<IntermediateKey> {
        const LABEL: &[u8] = b"aws-kms-hierarchy";

        let id = String::from_utf8(recipient.provider_info.clone()).unwrap();
        let (salt, rest) = recipient.ciphertext.split_at(16);
        let (nonce, rest) = rest.split_first_chunk::<12>()?;
        let (version, sealed) = rest.split_first_chunk::<16>()?;
        let branch_key = self.0.get(&(id, *version))?;
        let mut key = [0; 32];
        counter_mode::<Hmac<Sha256>>(branch_key, LABEL, salt, &mut key)?;
        let associated = [LABEL, &recipient.provider_info, version, context.authenticated_data()].concat();
        let mut sealed = sealed.to_vec();
        IntermediateKey::from_bytes(GcmKey::new(&key)?.open_in_place(*nonce, &associated, &mut sealed)?).ok()
    }
}

macro_rules! only_reads {
    ($keyring:ty, $provider:literal) => {
        impl Keyring for $keyring {
            fn wrap<'a>(
                &'a self,
                _: &'a EncryptionContext,
                _: AlgorithmSuite,
            ) -> KeyringFuture<'a, Vec<(IntermediateKey, EncryptedDataKey)>> {
                Box::pin(async { Err(Error::materials("this keyring only reads")) })
            }

            fn candidates(&self, _: &EncryptionContext, recipients: &[EncryptedDataKey]) -> Vec<usize> {
                let fits = |index: &usize| recipients[*index].provider_id.starts_with($provider);
                (0..recipients.len()).filter(fits).collect()
            }

            fn unwrap<'a>(
                &'a self,
                context: &'a EncryptionContext,
                _: AlgorithmSuite,
                recipient: &'a EncryptedDataKey,
            ) -> KeyringFuture<'a, IntermediateKey> {
                Box::pin(async move { self.open(context, recipient).ok_or_else(IntermediateKey::rejected) })
            }

            fn key_names(&self) -> Vec<String> {
                Vec::new()
            }
        }
    };
}

only_reads!(Recorded, "aws-kms");
only_reads!(BranchKeys, "aws-kms-hierarchy");

/// Returns the 16 bytes of a UUID in its usual text form.
pub(super) fn uuid(text: &str) -> Result<[u8; 16]> {
    let digits = text.replace('-', "");
    let bytes = crate::format::dbesdk::tests::unhex(&digits);
    bytes.try_into().map_err(|_| Error::materials("no UUID"))
}
