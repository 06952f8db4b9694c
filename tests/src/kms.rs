//! A KMS with fixed keys, so that items of other programs can be read later.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dynaseal::Result;
use dynaseal::keyrings::{EcdhCurve, EcdhPrivateKey};
use dynaseal::testing::kms::Kms;

/// The Region of all keys.
pub const REGION: &str = "us-west-2";

/// The other Region of the multi-Region key.
pub const OTHER_REGION: &str = "us-east-1";

/// A symmetric key.
pub const KEY: &str = "arn:aws:kms:us-west-2:111122223333:key/11111111-2222-3333-4444-555555555555";

/// A multi-Region key.
pub const MULTI_REGION_KEY: &str = "arn:aws:kms:us-west-2:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab";

/// The replica of that key in the other Region.
pub const REPLICA: &str = "arn:aws:kms:us-east-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab";

/// An RSA key.
pub const RSA_KEY: &str = "arn:aws:kms:us-west-2:111122223333:key/rsa";

/// Its public key.
pub const RSA_PUBLIC_KEY: &str = include_str!("../../runtime/test-keys/rsa2048.public.pem");

/// The ARN of the key for key agreement on a curve.
pub fn agreement_key(curve: EcdhCurve) -> String {
    format!("arn:aws:kms:us-west-2:111122223333:key/{}", id(curve))
}

/// Returns the KMS with these keys.
///
/// # Errors
/// Fails only if the keys of this repository are damaged.
pub fn kms() -> Result<Kms> {
    let kms = Kms::new();
    let resource = |arn: &str| arn.rsplit('/').next().unwrap_or_default().to_owned();
    kms.import_key(REGION, &resource(KEY), [0x11; 32]);
    for region in [REGION, OTHER_REGION] {
        kms.import_key(region, &resource(MULTI_REGION_KEY), [0x22; 32]);
    }
    let rsa = include_str!("../../runtime/test-keys/rsa2048.pem");
    let rsa: String = rsa.lines().filter(|line| !line.starts_with('-')).collect();
    kms.import_rsa_key(REGION, &resource(RSA_KEY), &STANDARD.decode(rsa).unwrap_or_default())?;
    for (curve, key) in [
        (EcdhCurve::P256, include_str!("../../runtime/test-keys/p256.pem")),
        (EcdhCurve::P384, include_str!("../../runtime/test-keys/p384.pem")),
        (EcdhCurve::P521, include_str!("../../runtime/test-keys/p521.pem")),
    ] {
        kms.import_agreement_key(REGION, id(curve), EcdhPrivateKey::from_pkcs8_pem(curve, key)?);
    }
    Ok(kms)
}

fn id(curve: EcdhCurve) -> &'static str {
    match curve {
        EcdhCurve::P256 => "p256",
        EcdhCurve::P384 => "p384",
        _ => "p521",
    }
}
