//! The key pairs of the double.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};

#[cfg(any(feature = "aws-lc", feature = "rsa"))]
use crate::crypto::oaep::{OaepHash, OaepPrivateKey, OaepPublicKey};
#[cfg(any(feature = "aws-lc", feature = "rsa"))]
use crate::error::Error;
#[cfg(any(feature = "aws-lc", feature = "ecdsa"))]
use crate::keyrings::{EcdhCurve, EcdhPrivateKey, EcdhPublicKey};

use super::Kms;
use super::keys::Material;
use super::operations::{Service, decode};
#[cfg(any(feature = "aws-lc", feature = "rsa"))]
use super::rejection::invalid_ciphertext;
use super::rejection::{Rejection, invalid};

impl Kms {
    /// Creates an RSA key for encryption with this id and this private key (PKCS#8, at least 2048 bits), and returns
    /// its ARN.
    ///
    /// # Errors
    /// `Materials` if the bytes are invalid.
    #[cfg(any(feature = "aws-lc", feature = "rsa"))]
    pub fn import_rsa_key(&self, region: &str, id: &str, pkcs8_der: &[u8]) -> crate::Result<String> {
        let key = OaepPrivateKey::from_pkcs8_der(pkcs8_der)
            .ok_or_else(|| Error::materials("the bytes are not the PKCS#8 private key of an RSA key"))?;
        Ok(self.lock().keys.add(region, id.to_owned(), Material::Rsa(std::sync::Arc::new(key))))
    }

    /// Creates a key for key agreement with this id and this private key, and returns its ARN.
    #[cfg(any(feature = "aws-lc", feature = "ecdsa"))]
    pub fn import_agreement_key(&self, region: &str, id: &str, key: EcdhPrivateKey) -> String {
        self.lock().keys.add(region, id.to_owned(), Material::KeyAgreement(key))
    }
}

impl Service<'_> {
    /// `Encrypt` and `Decrypt` with an RSA key, which must be named.
    #[cfg(any(feature = "aws-lc", feature = "rsa"))]
    pub(super) fn use_rsa_key(&self, operation: &str) -> Result<Value, Rejection> {
        let algorithm = self.request.encryption_algorithm.as_deref().unwrap_or_default();
        let hash = match algorithm {
            "RSAES_OAEP_SHA_1" => OaepHash::Sha1,
            "RSAES_OAEP_SHA_256" => OaepHash::Sha256,
            _ => return Err(invalid("there is no such encryption algorithm")),
        };
        let key = self.usable_key(self.request.key_id.as_deref(), operation)?;
        let Material::Rsa(private_key) = &key.material else { return Err(key.wrong_usage()) };
        if !self.request.encryption_context.is_empty() {
            return Err(invalid("an encryption context is for symmetric keys"));
        }
        if operation == "Encrypt" {
            let plaintext = zeroize::Zeroizing::new(decode(self.request.plaintext.as_deref())?);
            let public_key = private_key.public_key_der().and_then(|der| OaepPublicKey::from_der(&der));
            let encrypted = public_key.and_then(|key| key.encrypt(hash, &plaintext));
            let encrypted = BASE64.encode(encrypted.ok_or_else(|| invalid("the plaintext is too long"))?);
            return Ok(json!({ "KeyId": key.arn, "CiphertextBlob": encrypted, "EncryptionAlgorithm": algorithm }));
        }
        let ciphertext = decode(self.request.ciphertext_blob.as_deref())?;
        let plaintext = private_key.decrypt(hash, &ciphertext).ok_or_else(invalid_ciphertext)?;
        Ok(json!({ "KeyId": key.arn, "Plaintext": BASE64.encode(&plaintext), "EncryptionAlgorithm": algorithm }))
    }

    #[cfg(any(feature = "aws-lc", feature = "ecdsa"))]
    pub(super) fn derive_shared_secret(&self) -> Result<Value, Rejection> {
        let key = self.usable_key(self.request.key_id.as_deref(), "DeriveSharedSecret")?;
        let Material::KeyAgreement(private_key) = &key.material else { return Err(key.wrong_usage()) };
        if self.request.key_agreement_algorithm.as_deref() != Some("ECDH") {
            return Err(invalid("the key agreement algorithm is ECDH"));
        }
        let peer = decode(self.request.public_key.as_deref())?;
        let peer = EcdhPublicKey::from_public_key_der(private_key.public_key().curve(), &peer);
        let secret = peer.ok().and_then(|peer| private_key.agree(&peer));
        let secret = BASE64.encode(secret.ok_or_else(|| invalid("the public key is not one of the key's curve"))?);
        let (algorithm, origin) = ("ECDH", "AWS_KMS");
        Ok(json!({ "KeyId": key.arn, "SharedSecret": secret, "KeyAgreementAlgorithm": algorithm, "KeyOrigin": origin }))
    }

    pub(super) fn public_key(&self) -> Result<Value, Rejection> {
        let key = self.usable_key(self.request.key_id.as_deref(), "GetPublicKey")?;
        let (public_key, kind, usage) = match &key.material {
            Material::Symmetric(_) => {
                return Err(Rejection::bad("UnsupportedOperationException", "the key is symmetric"));
            }
            #[cfg(any(feature = "aws-lc", feature = "rsa"))]
            Material::Rsa(key) => (key.public_key_der(), format!("RSA_{}", key.bits()), "ENCRYPT_DECRYPT"),
            #[cfg(any(feature = "aws-lc", feature = "ecdsa"))]
            Material::KeyAgreement(key) => {
                let curve = match key.public_key().curve() {
                    EcdhCurve::P256 => "ECC_NIST_P256",
                    EcdhCurve::P384 => "ECC_NIST_P384",
                    EcdhCurve::P521 => "ECC_NIST_P521",
                };
                (key.public_key().to_der(), curve.to_owned(), "KEY_AGREEMENT")
            }
        };
        let public_key = BASE64.encode(public_key.unwrap_or_default());
        Ok(json!({ "KeyId": key.arn, "PublicKey": public_key, "KeySpec": kind, "KeyUsage": usage }))
    }
}
