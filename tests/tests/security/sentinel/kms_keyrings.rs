//! Keyrings of AWS KMS.

use dynaseal::keyrings::{
    DiscoveryFilter, EcdhCurve, EcdhPrivateKey, KmsDiscoveryKeyring, KmsEcdhKeyring, KmsKeyring,
    KmsMrkDiscoveryKeyring, KmsMrkKeyring, KmsRsaAlgorithm, KmsRsaKeyring,
};
use dynaseal::testing::kms::Kms;

use super::said::Said;

const REGION: &str = "us-east-1";
const RSA: &str = include_str!("../../../../runtime/test-keys/rsa2048.public.pem");
const P256: &str = include_str!("../../../../runtime/test-keys/p256.pem");

pub(crate) fn every_type(kms: &Kms, said: &mut Said) {
    let key = kms.create_key(REGION);
    let client = || kms.client(REGION);
    let filter = DiscoveryFilter::new("aws", ["111122223333"]);
    said.debug(&filter);
    said.debug(&KmsKeyring::new(client(), &*key).grant_token("sentinel-of-a-grant"));
    said.debug(&KmsMrkKeyring::new(client(), &*key));
    said.debug(&KmsDiscoveryKeyring::new(client(), filter.clone()));
    said.debug(&KmsMrkDiscoveryKeyring::new(client(), REGION, filter));
    said.debug(&KmsRsaKeyring::from_public_key_pem(client(), &key, KmsRsaAlgorithm::OaepSha256, RSA).unwrap());
    let public_key = EcdhPrivateKey::from_pkcs8_pem(EcdhCurve::P256, P256).unwrap().public_key().clone();
    said.debug(&KmsEcdhKeyring::discovery(client(), &key, public_key).unwrap());
}
