//! Secrets of the crate [`secrecy`](https://docs.rs/secrecy) as fields: `#[item(with = dynaseal::codec::secrecy)]`.
//!
//! For `SecretString`, `SecretSlice<u8>`, `SecretBox<T>` of a type `T` that serde encodes, and an `Option` of one of
//! them. They are stored as their content: text, a binary, or the serde encoding of `T`. Feature `secrecy`.
//!
//! In the struct, a secret is zeroized on drop and not shown by `Debug`. Intermediate copies are plaintext: those in an
//! item and a request until encryption, and decrypted ones until the field is created. Encrypt such a field, which is
//! the default action.
//!
//! ```
//! use dynaseal::{AttributeValue, EncryptedItem};
//! use secrecy::{ExposeSecret, SecretString};
//!
//! #[derive(EncryptedItem)]
//! struct Account {
//!     #[partition_key]
//!     account: String,
//!     #[item(with = dynaseal::codec::secrecy)]
//!     token: SecretString, // encrypted
//! }
//!
//! let mut item = Account { account: "a-1".to_owned(), token: "t0ken".into() }.to_item()?;
//! assert_eq!(item["token"], AttributeValue::S("t0ken".to_owned()));
//! assert_eq!(Account::from_item(&mut item)?.token.expose_secret(), "t0ken");
//! # Ok::<(), dynaseal::Error>(())
//! ```

use secrecy::zeroize::Zeroize;
use secrecy::{ExposeSecret as _, SecretBox, SecretSlice, SecretString};
use serde::de::{DeserializeOwned, Deserializer, Error as _, Visitor};
use serde::ser::{Serialize, Serializer};

/// A field type that this module stores.
///
/// Implemented for every supported type; there is nothing to implement.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a secret that can be stored",
    label = "not a type of the crate `secrecy`",
    note = "the module is for `SecretString`, `SecretSlice<u8>`, `SecretBox<T>` of a type that serde encodes, and an `Option` of one"
)]
pub trait Secret: Sized {
    /// Serializes the content.
    ///
    /// # Errors
    /// The errors of the serializer.
    fn expose<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;

    /// Deserializes the content.
    ///
    /// # Errors
    /// The errors of the deserializer.
    fn enclose<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
}

/// Serializes the secret.
///
/// # Errors
/// The errors of the serializer.
pub fn serialize<T: Secret, S: Serializer>(secret: &T, serializer: S) -> Result<S::Ok, S::Error> {
    secret.expose(serializer)
}

/// Deserializes the secret.
///
/// # Errors
/// The errors of the deserializer.
pub fn deserialize<'de, T: Secret, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    T::enclose(deserializer)
}

#[diagnostic::do_not_recommend]
impl Secret for SecretString {
    fn expose<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.expose_secret())
    }

    fn enclose<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <String as serde::Deserialize>::deserialize(deserializer).map(Self::from)
    }
}

#[diagnostic::do_not_recommend]
impl Secret for SecretSlice<u8> {
    fn expose<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.expose_secret())
    }

    fn enclose<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_byte_buf(Bytes).map(Self::from)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Zeroize + Serialize + DeserializeOwned> Secret for SecretBox<T> {
    fn expose<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.expose_secret().serialize(serializer)
    }

    fn enclose<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(|secret| Self::new(Box::new(secret)))
    }
}

#[diagnostic::do_not_recommend]
impl<T: Secret> Secret for Option<T> {
    fn expose<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Some(secret) => secret.expose(serializer),
            None => serializer.serialize_none(),
        }
    }

    fn enclose<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_option(Optional(std::marker::PhantomData))
    }
}

struct Bytes;

impl<'de> Visitor<'de> for Bytes {
    type Value = Vec<u8>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a binary")
    }

    fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
        Ok(bytes.to_vec())
    }

    fn visit_byte_buf<E: serde::de::Error>(self, bytes: Vec<u8>) -> Result<Vec<u8>, E> {
        Ok(bytes)
    }
}

struct Optional<T>(std::marker::PhantomData<T>);

impl<'de, T: Secret> Visitor<'de> for Optional<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a secret, or none")
    }

    fn visit_none<E: serde::de::Error>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
        T::enclose(deserializer).map(Some).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::primitives::Blob;
    use serde::{Deserialize, Serialize};

    use super::*;
    use crate::codec::derived::{put_with, take_with};
    use crate::item::{AttributeValue, Item};

    fn stored<T: Secret>(secret: &T) -> Option<AttributeValue> {
        let mut item = Item::new();
        put_with(secret, &mut item, "secret", |secret, serializer| serialize(secret, serializer)).unwrap();
        item.remove("secret")
    }

    fn read<T: Secret>(stored: Option<AttributeValue>) -> crate::Result<T> {
        let mut item: Item = stored.map(|value| ("secret".to_owned(), value)).into_iter().collect();
        take_with(&mut item, "secret", |deserializer| deserialize(deserializer))
    }

    #[derive(Serialize, Deserialize, Zeroize)]
    struct Login {
        user: String,
    }

    #[test]
    fn a_secret_is_stored_as_its_inner_value() {
        let text = stored(&SecretString::from("s3cret"));
        assert_eq!(text, Some(AttributeValue::S("s3cret".to_owned())));
        assert_eq!(read::<SecretString>(text.clone()).unwrap().expose_secret(), "s3cret");
        assert_eq!(read::<Option<SecretString>>(text).unwrap().unwrap().expose_secret(), "s3cret");

        let bytes = stored(&SecretSlice::from(vec![1_u8, 2]));
        assert_eq!(bytes, Some(AttributeValue::B(Blob::new([1, 2]))));
        assert_eq!(read::<SecretSlice<u8>>(bytes).unwrap().expose_secret(), [1, 2]);

        let map = stored(&SecretBox::new(Box::new(Login { user: "ada".to_owned() })));
        assert!(matches!(map, Some(AttributeValue::M(_))));
        assert_eq!(read::<SecretBox<Login>>(map).unwrap().expose_secret().user, "ada");
    }

    #[test]
    fn none_is_an_absent_attribute() {
        assert_eq!(stored(&None::<SecretString>), None);
        assert!(read::<Option<SecretString>>(None).unwrap().is_none());
        assert!(read::<SecretString>(None).is_err());
    }

    #[test]
    fn an_error_does_not_show_the_secret() {
        let stored = AttributeValue::L(vec![AttributeValue::S("s3cret".to_owned())]);
        let error = read::<SecretString>(Some(stored)).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("s3cret"));
    }
}
