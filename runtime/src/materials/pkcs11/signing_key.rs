//! Signing and verifying in the token.

use std::fmt;

use cryptoki::error::Result as TokenResult;
use cryptoki::mechanism::Mechanism;
use cryptoki::object::{KeyType, ObjectClass};
use der::asn1::UintRef;
use der::{Decode, Encode};

use crate::crypto::curve::Curve;
use crate::crypto::hmac::HmacAlgorithm;
use crate::crypto::signature_algorithm::{EcdsaAlgorithm, RsaSignatureAlgorithm};
use crate::error::Result;
use crate::format::ddbec::provider::MaterialsFuture;
use crate::format::ddbec::signing_key::SigningKey;

use super::Pkcs11Token;
use super::sessions::{KeyName, KeySession, found_wrong};

/// The algorithm of a [`Pkcs11SigningKey`]; converted with `into()` from any of the three kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Pkcs11SignatureAlgorithm {
    /// A symmetric key.
    Hmac(HmacAlgorithm),
    /// An RSA key, with PKCS#1 v1.5 padding.
    Rsa(RsaSignatureAlgorithm),
    /// An elliptic-curve key.
    Ecdsa(EcdsaAlgorithm),
}

impl Pkcs11SignatureAlgorithm {
    /// Returns the name in [Java's Cryptography Architecture][jca], which is recorded in items.
    ///
    /// [jca]: https://docs.oracle.com/en/java/javase/21/docs/specs/security/standard-names.html
    pub fn name(self) -> &'static str {
        match self {
            Self::Hmac(algorithm) => algorithm.name(),
            Self::Rsa(algorithm) => algorithm.name(),
            Self::Ecdsa(algorithm) => algorithm.name(),
        }
    }
}

impl From<HmacAlgorithm> for Pkcs11SignatureAlgorithm {
    fn from(algorithm: HmacAlgorithm) -> Self {
        Self::Hmac(algorithm)
    }
}

impl From<RsaSignatureAlgorithm> for Pkcs11SignatureAlgorithm {
    fn from(algorithm: RsaSignatureAlgorithm) -> Self {
        Self::Rsa(algorithm)
    }
}

impl From<EcdsaAlgorithm> for Pkcs11SignatureAlgorithm {
    fn from(algorithm: EcdsaAlgorithm) -> Self {
        Self::Ecdsa(algorithm)
    }
}

/// A key in a PKCS#11 token that signs items; see [`Pkcs11Token::signing_key`].
///
/// Items are interchangeable with those of a key with the same bytes in this process.
#[derive(Clone)]
pub struct Pkcs11SigningKey {
    token: Pkcs11Token,
    label: String,
    algorithm: Pkcs11SignatureAlgorithm,
    signing_key: Option<KeyName>,
    verification_key: Option<KeyName>,
}

impl Pkcs11SigningKey {
    pub(super) async fn find(token: Pkcs11Token, label: String, algorithm: Pkcs11SignatureAlgorithm) -> Result<Self> {
        let (signing_key, verification_key) = match algorithm {
            Pkcs11SignatureAlgorithm::Hmac(_) => {
                let key = token.key(ObjectClass::SECRET_KEY, None, &label).await?;
                (key.clone(), key)
            }
            Pkcs11SignatureAlgorithm::Rsa(_) => find_pair(&token, KeyType::RSA, &label).await?,
            Pkcs11SignatureAlgorithm::Ecdsa(_) => find_pair(&token, KeyType::EC, &label).await?,
        };
        if signing_key.is_none() && verification_key.is_none() {
            return Err(token.missing("signing key", &label));
        }
        Ok(Self { token, label, algorithm, signing_key, verification_key })
    }
}

impl SigningKey for Pkcs11SigningKey {
    fn algorithm(&self) -> &str {
        self.algorithm.name()
    }

    #[inline]
    fn sign<'a>(&'a self, string_to_sign: &'a [u8]) -> MaterialsFuture<'a, Vec<u8>> {
        Box::pin(async move {
            let key = self.signing_key.clone().ok_or_else(|| self.token.missing("private key", &self.label))?;
            let (algorithm, string_to_sign) = (self.algorithm, string_to_sign.to_vec());
            self.token.run(move |session| sign(session, &key, algorithm, &string_to_sign)).await
        })
    }

    #[inline]
    fn verify<'a>(&'a self, string_to_sign: &'a [u8], signature: &'a [u8]) -> MaterialsFuture<'a, bool> {
        Box::pin(async move {
            let key = self.verification_key.clone().ok_or_else(|| self.token.missing("public key", &self.label))?;
            let (algorithm, string_to_sign, signature) = (self.algorithm, string_to_sign.to_vec(), signature.to_vec());
            self.token.run(move |session| verify(session, &key, algorithm, &string_to_sign, &signature)).await
        })
    }
}

impl fmt::Debug for Pkcs11SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pkcs11SigningKey")
            .field("token", &self.token)
            .field("label", &self.label)
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}

async fn find_pair(token: &Pkcs11Token, key_type: KeyType, label: &str) -> Result<(Option<KeyName>, Option<KeyName>)> {
    let private = token.key(ObjectClass::PRIVATE_KEY, Some(key_type), label).await?;
    let public = token.key(ObjectClass::PUBLIC_KEY, Some(key_type), label).await?;
    Ok((private, public))
}

fn sign(
    session: &mut KeySession,
    key: &KeyName,
    algorithm: Pkcs11SignatureAlgorithm,
    message: &[u8],
) -> TokenResult<Vec<u8>> {
    let (session, key) = session.with_key(key)?;
    match algorithm {
        Pkcs11SignatureAlgorithm::Ecdsa(algorithm) => {
            // Not every token computes the hash for ECDSA.
            let pair = session.sign(&Mechanism::Ecdsa, key, &algorithm.hash(message))?;
            to_der(&pair).ok_or(cryptoki::error::Error::InvalidValue)
        }
        Pkcs11SignatureAlgorithm::Rsa(algorithm) => session.sign(&rsa_mechanism(algorithm), key, message),
        Pkcs11SignatureAlgorithm::Hmac(algorithm) => session.sign(&hmac_mechanism(algorithm), key, message),
    }
}

fn verify(
    session: &mut KeySession,
    key: &KeyName,
    algorithm: Pkcs11SignatureAlgorithm,
    message: &[u8],
    signature: &[u8],
) -> TokenResult<bool> {
    let (session, key) = session.with_key(key)?;
    let response = match algorithm {
        Pkcs11SignatureAlgorithm::Ecdsa(algorithm) => {
            let Some(pair) = from_der(signature, scalar_length(algorithm.curve())) else {
                return Ok(false);
            };
            session.verify(&Mechanism::Ecdsa, key, &algorithm.hash(message), &pair)
        }
        Pkcs11SignatureAlgorithm::Rsa(algorithm) => session.verify(&rsa_mechanism(algorithm), key, message, signature),
        Pkcs11SignatureAlgorithm::Hmac(algorithm) => {
            session.verify(&hmac_mechanism(algorithm), key, message, signature)
        }
    };
    Ok(found_wrong(response)?.is_some())
}

fn rsa_mechanism(algorithm: RsaSignatureAlgorithm) -> Mechanism<'static> {
    match algorithm {
        RsaSignatureAlgorithm::Sha224 => Mechanism::Sha224RsaPkcs,
        RsaSignatureAlgorithm::Sha256 => Mechanism::Sha256RsaPkcs,
        RsaSignatureAlgorithm::Sha384 => Mechanism::Sha384RsaPkcs,
        RsaSignatureAlgorithm::Sha512 => Mechanism::Sha512RsaPkcs,
    }
}

fn hmac_mechanism(algorithm: HmacAlgorithm) -> Mechanism<'static> {
    match algorithm {
        HmacAlgorithm::HmacSha224 => Mechanism::Sha224Hmac,
        HmacAlgorithm::HmacSha256 => Mechanism::Sha256Hmac,
        HmacAlgorithm::HmacSha384 => Mechanism::Sha384Hmac,
        HmacAlgorithm::HmacSha512 => Mechanism::Sha512Hmac,
    }
}

/// Returns the length in bytes of each of the two integers of a signature.
fn scalar_length(curve: Curve) -> usize {
    match curve {
        Curve::P256 => 32,
        Curve::P384 => 48,
        Curve::P521 => 66,
    }
}

/// Encodes a signature in DER, as stored in items, from the two concatenated integers that a token returns.
fn to_der(pair: &[u8]) -> Option<Vec<u8>> {
    let (r, s) = pair.split_at_checked(pair.len() / 2)?;
    [UintRef::new(r).ok()?, UintRef::new(s).ok()?].to_der().ok()
}

fn from_der(signature: &[u8], scalar_length: usize) -> Option<Vec<u8>> {
    let numbers: [UintRef<'_>; 2] = Vec::from_der(signature).ok()?.try_into().ok()?;
    let mut pair = Vec::with_capacity(2 * scalar_length);
    for number in numbers {
        pair.resize(pair.len() + scalar_length.checked_sub(number.as_bytes().len())?, 0);
        pair.extend(number.as_bytes());
    }
    Some(pair)
}
