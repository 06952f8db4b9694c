//! The reserved names of the format, which an application can choose.

use std::borrow::Cow;

use crate::error::{Error, ErrorKind, Result};
use crate::item::Item;
use crate::schema::beacon::PREFIX;

use super::{CIPHER_MODE, DESCRIPTION, SIGNATURE, SIGNING_ALGORITHM};

/// The two attributes that encryption adds to an item, and its own entries of the material description.
#[derive(Clone, Debug)]
pub(crate) struct Names {
    pub(crate) signature: Cow<'static, str>,
    pub(crate) description: Cow<'static, str>,
    pub(crate) cipher_mode: Cow<'static, str>,
    pub(crate) signing_algorithm: Cow<'static, str>,
    /// Whether the names of beacons are reserved, too.
    pub(crate) beacons: bool,
}

impl Default for Names {
    fn default() -> Self {
        Self {
            signature: SIGNATURE.into(),
            description: DESCRIPTION.into(),
            cipher_mode: CIPHER_MODE.into(),
            signing_algorithm: SIGNING_ALGORITHM.into(),
            beacons: false,
        }
    }
}

impl Names {
    /// Sets the prefix of the description's entries, instead of `amzn-ddb-map-`.
    pub(crate) fn set_description_prefix(&mut self, prefix: &str) {
        self.cipher_mode = format!("{prefix}sym-mode").into();
        self.signing_algorithm = format!("{prefix}signingAlg").into();
    }

    /// Returns whether an attribute is one of those that encryption adds: the two, and unsigned beacons.
    pub(crate) fn are_of(&self, attribute: &str) -> bool {
        attribute == self.signature || attribute == self.description || self.beacons && attribute.starts_with(PREFIX)
    }

    /// The two attributes must have different, nonempty names.
    pub(crate) fn check(&self) -> Result<()> {
        if self.signature == self.description || self.signature.is_empty() || self.description.is_empty() {
            return Err(Error::new(
                ErrorKind::Usage,
                "the signature and the material description need different names; see `Ddbec`",
            ));
        }
        Ok(())
    }

    /// An application cannot use these attributes: they are overwritten by encryption and removed by decryption.
    pub(crate) fn check_absent_from(&self, item: &Item) -> Result<()> {
        match item.keys().find(|name| self.are_of(name)) {
            Some(name) => Err(Error::new(
                ErrorKind::Usage,
                "the name is reserved for what encryption adds to an item; was the item encrypted already?",
            )
            .with_attribute(name)),
            None => Ok(()),
        }
    }
}
