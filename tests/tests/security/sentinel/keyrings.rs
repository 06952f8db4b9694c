//! Keyrings with their input and output.

use std::fmt;

use dynaseal::format::{Dbesdk, ItemDescription};
use dynaseal::keyrings::{
    AesKey, AlgorithmSuite, EcdhCurve, EcdhPrivateKey, EncryptedDataKey, EncryptionContext, IntermediateKey,
    KeyFileKeyring, Keyring, KeyringFuture, MultiKeyring, RawAesKeyring, RawEcdhKeyring, RawRsaKeyring, RsaPadding,
};
use dynaseal::{AttributeAction, AttributeActions, EncryptedItem as _, ItemContext, ItemEncryptor};

use super::WRAPPING_KEY;
use super::others::{ECDSA, RSA};
use super::patient::patient;
use super::said::Said;

/// A keyring that prints its input and output.
struct Talkative(RawAesKeyring, Said);

impl fmt::Debug for Talkative {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Talkative")
    }
}

impl Keyring for Talkative {
    fn wrap<'a>(
        &'a self,
        context: &'a EncryptionContext,
        suite: AlgorithmSuite,
    ) -> KeyringFuture<'a, Vec<(IntermediateKey, EncryptedDataKey)>> {
        Box::pin(async move {
            let wrapped = self.0.wrap(context, suite).await?;
            let mut said = self.1.clone();
            said.debug(context);
            for (key, encrypted) in &wrapped {
                said.debug(key);
                said.debug(encrypted);
            }
            Ok(wrapped)
        })
    }

    dynaseal_tests::read_as!(0);
}

/// The keys are those of `others`, which are among the secrets.
pub(crate) async fn every_type(said: &mut Said) {
    let raw_aes = || RawAesKeyring::new("wards", "north", &AesKey::from_bytes(&WRAPPING_KEY).unwrap()).unwrap();
    said.debug(&raw_aes());
    said.debug(&RawRsaKeyring::from_pkcs8_pem("wards", "north", RsaPadding::OaepSha256, RSA).unwrap());
    let private_key = EcdhPrivateKey::from_pkcs8_pem(EcdhCurve::P256, ECDSA).unwrap();
    said.debug(&private_key);
    said.debug(private_key.public_key());
    said.debug(&RawEcdhKeyring::discovery(private_key));
    said.debug(&MultiKeyring::new(raw_aes()));
    let folder = tempfile::tempdir().unwrap();
    said.debug(&KeyFileKeyring::create(folder.path().join("keys")).unwrap());

    let format = Dbesdk::new(Talkative(raw_aes(), said.clone()));
    said.debug(&format);
    let encryptor = ItemEncryptor::new(format);
    let actions = AttributeActions::new(AttributeAction::EncryptAndSign).with("id", AttributeAction::SignOnly);
    let context = ItemContext::new("patients").partition_key("id");
    let stored = encryptor.encrypt(patient().to_item().unwrap(), &actions, &context).await.unwrap();
    let description = ItemDescription::of(&stored).unwrap();
    said.debug(&description);
    said.debug(&description.recipients()[0]);
    encryptor.decrypt(stored, &actions, &context).await.unwrap();
}
