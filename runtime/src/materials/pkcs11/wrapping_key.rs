//! AES key wrap in the token.

use std::fmt;

use cryptoki::error::{Error as TokenError, Result as TokenResult};
use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass};
use zeroize::{Zeroize, Zeroizing};

use crate::crypto::aes_key::AesKey;
use crate::error::Result;
use crate::format::ddbec::provider::MaterialsFuture;
use crate::materials::wrapping_key::WrappingKey;

use super::Pkcs11Token;
use super::sessions::{KeyName, KeySession, found_wrong};

/// An AES key in a PKCS#11 token that wraps content keys; see [`Pkcs11Token::wrapping_key`].
///
/// Items are interchangeable with those of an [`AesKey`] with the same bytes.
///
/// Reading leaves the item's content key in freed memory of the process: the crate `cryptoki`, version 0.12.1, copies it
/// from a buffer that it does not zeroize. The keyrings with keys in a token do not have this flaw.
#[derive(Clone)]
pub struct Pkcs11WrappingKey {
    token: Pkcs11Token,
    key: KeyName,
}

impl Pkcs11WrappingKey {
    pub(super) async fn find(token: Pkcs11Token, label: String) -> Result<Self> {
        let found = token.key(ObjectClass::SECRET_KEY, Some(KeyType::AES), &label).await?;
        let key = found.ok_or_else(|| token.missing("AES key", &label))?;
        Ok(Self { token, key })
    }
}

impl WrappingKey for Pkcs11WrappingKey {
    fn algorithm(&self) -> &str {
        AesKey::WRAP_ALGORITHM
    }

    #[inline]
    fn wrap<'a>(&'a self, content_key: &'a AesKey) -> MaterialsFuture<'a, Vec<u8>> {
        let (key, content_key) = (self.key.clone(), content_key.clone());
        Box::pin(self.token.run(move |session| wrap(session, &key, &content_key)))
    }

    #[inline]
    fn unwrap<'a>(&'a self, wrapped: &'a [u8]) -> MaterialsFuture<'a, Option<AesKey>> {
        let (key, wrapped) = (self.key.clone(), wrapped.to_vec());
        Box::pin(self.token.run(move |session| unwrap(session, &key, &wrapped)))
    }
}

impl fmt::Debug for Pkcs11WrappingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pkcs11WrappingKey")
            .field("token", &self.token)
            .field("label", &self.key.label)
            .finish_non_exhaustive()
    }
}

/// Wraps the content key, which is imported into the token as a session object.
fn wrap(session: &mut KeySession, key: &KeyName, content_key: &AesKey) -> TokenResult<Vec<u8>> {
    let (session, wrapping_key) = session.with_key(key)?;
    let mut template = passing_key();
    template.push(Attribute::Value(content_key.as_bytes().to_vec()));
    let created = session.create_object(&template);
    for attribute in &mut template {
        if let Attribute::Value(bytes) = attribute {
            bytes.zeroize();
        }
    }
    let object = created?;
    let wrapped = session.wrap_key(&Mechanism::AesKeyWrap, wrapping_key, object);
    session.destroy_object(object)?;
    wrapped
}

fn unwrap(session: &mut KeySession, key: &KeyName, wrapped: &[u8]) -> TokenResult<Option<AesKey>> {
    let (session, wrapping_key) = session.with_key(key)?;
    let unwrapped = session.unwrap_key(&Mechanism::AesKeyWrap, wrapping_key, wrapped, &passing_key());
    let Some(object) = found_wrong(unwrapped)? else {
        return Ok(None);
    };
    let value = session.get_attributes(object, &[AttributeType::Value]);
    session.destroy_object(object)?;
    match value?.pop() {
        Some(Attribute::Value(bytes)) => Ok(AesKey::from_bytes(&Zeroizing::new(bytes)).ok()),
        _ => Err(TokenError::NotSupported),
    }
}

/// Returns the attributes of a content key while it is in the token.
fn passing_key() -> Vec<Attribute> {
    vec![
        Attribute::Class(ObjectClass::SECRET_KEY),
        Attribute::KeyType(KeyType::AES),
        Attribute::Token(false),
        Attribute::Sensitive(false),
        Attribute::Extractable(true),
    ]
}
