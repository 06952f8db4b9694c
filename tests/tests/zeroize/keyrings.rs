//! What is left of the keys of keyrings.

use dynaseal::keyrings::{
    AlgorithmSuite, EncryptedDataKey, EncryptionContext, IntermediateKey, Keyring, KeyringFuture, MultiKeyring,
    RawAesKeyring,
};
#[cfg(any(feature = "aws-lc", not(feature = "rsa")))]
use dynaseal::keyrings::{EcdhCurve, EcdhPrivateKey, EcdhPublicKey, RawEcdhKeyring};
#[cfg(feature = "rsa")]
use dynaseal::keyrings::{RawRsaKeyring, RsaPadding};

use super::*;

/// Tells the allocator of every intermediate key that the keyring makes: reading an item gets the same keys again.
#[derive(Debug)]
struct Watched<K>(K);

impl<K: Keyring> Keyring for Watched<K> {
    fn wrap<'a>(
        &'a self,
        context: &'a EncryptionContext,
        suite: AlgorithmSuite,
    ) -> KeyringFuture<'a, Vec<(IntermediateKey, EncryptedDataKey)>> {
        Box::pin(async move {
            let wrapped = self.0.wrap(context, suite).await?;
            wrapped.iter().for_each(|(key, _)| Checking::look_for(key.as_bytes()));
            Ok(wrapped)
        })
    }

    dynaseal_tests::read_as!(0);
}

pub(super) fn round_trip_watched(keyring: impl Keyring + 'static) {
    round_trip(Watched(keyring));
}

/// Writes an item and reads it, and drops the keyring.
fn round_trip(keyring: impl Keyring + 'static) {
    let context = context().partition_key("id");
    let encryptor = ItemEncryptor::with_keyring(keyring);
    let stored = wait(encryptor.encrypt(item(), &actions(), &context)).unwrap();
    assert_eq!(wait(encryptor.decrypt(stored, &actions(), &context)).unwrap(), item());
}

#[test]
fn raw_aes_keys_and_intermediate_keys_are_zeroized() {
    let _turn = alone();
    let keyring = |seed: u8| RawAesKeyring::new("tests", seed.to_string(), &aes_key(seed)).unwrap();
    round_trip_watched(MultiKeyring::new(keyring(1)).child(keyring(2)));
    assert_eq!(Checking::found(), 0);
}

#[cfg(feature = "rsa")]
#[test]
fn intermediate_keys_of_rsa_are_zeroized() {
    const RSA: &str = include_str!("../../../runtime/test-keys/rsa2048.pem");

    let _turn = alone();
    for padding in [RsaPadding::Pkcs1V15, RsaPadding::OaepSha256] {
        Checking::reset();
        round_trip_watched(RawRsaKeyring::from_pkcs8_pem("tests", "rsa", padding, RSA).unwrap());
        assert_eq!(Checking::found(), 0, "{padding:?}");
    }
}

#[cfg(any(feature = "aws-lc", not(feature = "rsa")))]
#[test]
fn private_keys_and_intermediate_keys_of_key_agreement_are_zeroized() {
    const PRIVATE: &str = include_str!("../../../runtime/test-keys/p256.pem");
    const PUBLIC: &str = include_str!("../../../runtime/test-keys/p256.public.pem");

    let _turn = alone();
    asymmetric::look_for_p256();
    let private = EcdhPrivateKey::from_pkcs8_pem(EcdhCurve::P256, PRIVATE).unwrap();
    let public = EcdhPublicKey::from_public_key_pem(EcdhCurve::P256, PUBLIC).unwrap();
    round_trip_watched(RawEcdhKeyring::static_public_key(private, public).unwrap());
    assert_eq!(Checking::found(), 0);
}

#[cfg(all(feature = "kms", feature = "aws-lc"))]
mod kms {
    use std::mem::forget;

    use aws_sdk_kms::primitives::Blob;
    use aws_sdk_kms::types::KeyAgreementAlgorithmSpec;
    use dynaseal::keyrings::{
        DiscoveryFilter, KmsDiscoveryKeyring, KmsEcdhKeyring, KmsKeyring, KmsMrkKeyring, KmsRsaAlgorithm, KmsRsaKeyring,
    };
    use dynaseal_tests::kms::{KEY, MULTI_REGION_KEY, REGION, RSA_KEY, RSA_PUBLIC_KEY, agreement_key, kms};

    use super::*;

    #[test]
    fn plaintext_data_keys_of_kms_are_zeroized() {
        let _turn = alone();
        let kms = kms().unwrap();
        let client = kms.client(REGION);
        // What KMS gives is known before: also what a keyring leaves behind while it wraps is found.
        kms.replace_plaintext(Some(&bytes(3)));
        Checking::look_for(&bytes(3));
        round_trip(KmsKeyring::new(client.clone(), KEY));
        assert_eq!(Checking::found(), 0, "KmsKeyring");
        round_trip(KmsMrkKeyring::new(client.clone(), MULTI_REGION_KEY));
        assert_eq!(Checking::found(), 0, "KmsMrkKeyring");
        let writer = ItemEncryptor::with_keyring(KmsKeyring::new(client.clone(), KEY));
        let filter = DiscoveryFilter::new("aws", ["111122223333"]);
        let reader = ItemEncryptor::with_keyring(KmsDiscoveryKeyring::new(client, filter));
        let context = context().partition_key("id");
        let stored = wait(writer.encrypt(item(), &actions(), &context)).unwrap();
        drop(wait(reader.decrypt(stored, &actions(), &context)).unwrap());
        assert_eq!(Checking::found(), 0, "KmsDiscoveryKeyring");
        forget(kms); // it knows the key
    }

    /// KMS only decrypts it; it is made here.
    #[test]
    fn intermediate_keys_of_rsa_keys_in_kms_are_zeroized() {
        let _turn = alone();
        let client = kms().unwrap().client(REGION);
        let algorithm = KmsRsaAlgorithm::OaepSha256;
        round_trip_watched(KmsRsaKeyring::from_public_key_pem(client, RSA_KEY, algorithm, RSA_PUBLIC_KEY).unwrap());
        assert_eq!(Checking::found(), 0);
    }

    #[test]
    fn shared_secrets_of_key_agreement_are_zeroized() {
        const PUBLIC: &str = include_str!("../../../runtime/test-keys/p256.public.pem");
        const PRIVATE: &str = include_str!("../../../runtime/test-keys/p256.pem");

        let _turn = alone();
        let curve = EcdhCurve::P256;
        let (kms, key) = (kms().unwrap(), agreement_key(curve));
        let client = kms.client(REGION);
        let public = || EcdhPublicKey::from_public_key_pem(curve, PUBLIC).unwrap();
        let der = wait(client.get_public_key().key_id(&key).send()).unwrap().public_key.unwrap();
        let request = client.derive_shared_secret().key_id(&key).public_key(Blob::new(der.into_inner()));
        let request = request.key_agreement_algorithm(KeyAgreementAlgorithmSpec::Ecdh);
        let secret = wait(request.send()).unwrap().shared_secret.unwrap().into_inner();
        Checking::look_for(&secret);
        forget(secret); // the test's own

        round_trip_watched(KmsEcdhKeyring::static_public_key(client, &*key, public(), public()).unwrap());
        assert_eq!(Checking::found(), 0, "from KMS");
        let private = EcdhPrivateKey::from_pkcs8_pem(curve, PRIVATE).unwrap();
        round_trip(RawEcdhKeyring::static_public_key(private, public()).unwrap());
        assert_eq!(Checking::found(), 0, "computed here");
    }
}
