//! Stores of versioned keys.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use crate::error::{Error, ErrorKind, Result};
use crate::format::ddbec::material_description::MaterialDescription;
use crate::format::ddbec::provider::{CryptographicMaterialsProvider, DecryptionMaterials, MaterialsFuture};

/// The material description's entry for the material and its version: `name#version`.
pub(super) const MATERIAL_ID: &str = "amzn-ddb-meta-id";

/// The provider of one version of a material.
pub type VersionProvider = Arc<dyn CryptographicMaterialsProvider>;

/// A store of named materials, each in versions numbered from 0.
///
/// [`MetaStore`](super::MetaStore) stores them in a DynamoDB table; a [`MostRecentProvider`](super::MostRecentProvider)
/// encrypts with the newest version. The providers of a store write the entry `amzn-ddb-meta-id` = `name#version` to the
/// material description, so a name cannot contain `#`.
pub trait ProviderStore: fmt::Debug + Send + Sync {
    /// Returns the newest version of a material, or `None` if it has none.
    ///
    /// # Errors
    /// `Materials`, `Throttled` or `Unavailable` if the store cannot be read, and `Usage` for an invalid name.
    fn newest_version<'a>(&'a self, material_name: &'a str) -> MaterialsFuture<'a, Option<u64>>;

    /// Returns the provider of one version.
    ///
    /// # Errors
    /// `Materials` if there is no such version, and the errors of reading the store.
    fn provider<'a>(&'a self, material_name: &'a str, version: u64) -> MaterialsFuture<'a, VersionProvider>;

    /// Returns the provider of one version, and creates the version if it does not exist.
    ///
    /// If several callers create it at once, in any number of processes, one succeeds and all get its keys. Keys that were not
    /// durably stored are never returned.
    ///
    /// # Errors
    /// The errors of reading and writing the store.
    fn provider_or_create<'a>(&'a self, material_name: &'a str, version: u64) -> MaterialsFuture<'a, VersionProvider>;

    /// Creates the next version, and returns it. Two concurrent calls may create the same version.
    ///
    /// # Errors
    /// `Materials` after version 2⁶⁴ − 1, and the errors of the other methods.
    fn rotate<'a>(&'a self, material_name: &'a str) -> MaterialsFuture<'a, (u64, VersionProvider)> {
        Box::pin(async move {
            let next = match self.newest_version(material_name).await? {
                None => 0,
                Some(newest) => newest
                    .checked_add(1)
                    .ok_or_else(|| Error::new(ErrorKind::Materials, "the material has the last possible version"))?,
            };
            Ok((next, self.provider_or_create(material_name, next).await?))
        })
    }
}

/// Returns `name#version`.
pub(super) fn material_id(material_name: &str, version: u64) -> String {
    format!("{material_name}#{version}")
}

/// Returns the version that an item names, which has to belong to `material_name`, and its [`material_id`]. Neither is
/// secret.
pub(super) fn version_in<'a>(description: &'a MaterialDescription, material_name: &str) -> Result<(u64, Cow<'a, str>)> {
    let rejected = |how: String| {
        Error::new(
            ErrorKind::Materials,
            format!(
                "the item was not written with material {material_name:?}: `{MATERIAL_ID}` in its description {how}"
            ),
        )
    };
    let id = description.entry(MATERIAL_ID).ok_or_else(DecryptionMaterials::rejected)?;
    let (name, version) = id.split_once('#').ok_or_else(|| rejected("is not a name, # and a version".to_owned()))?;
    let digits = !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit());
    let has_zeros = version.len() > 1 && version.starts_with('0');
    let version = version.parse().ok().filter(|_| digits);
    let version = version.ok_or_else(|| rejected("is not a name, # and a version".to_owned()))?;
    if name != material_name {
        return Err(rejected(format!("names {name:?}")));
    }
    // The text of the item is the ID, unless it has superfluous zeros.
    let id = if has_zeros { material_id(name, version).into() } else { Cow::Borrowed(id) };
    Ok((version, id))
}

/// Rejects `#`, which would make `name#version` ambiguous: the Java and Python clients can write such a name but not read
/// it back.
pub(super) fn check_material_name(material_name: &str) -> Result<()> {
    if material_name.is_empty() || material_name.contains('#') {
        return Err(Error::new(
            ErrorKind::Usage,
            format!("{material_name:?} cannot be a material's name: it is empty or contains #"),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Otherwise each spelling would be loaded and cached by itself.
    #[test]
    fn a_version_has_one_id_in_any_spelling() {
        for (text, version) in [("m#0", 0), ("m#00", 0), ("m#7", 7), ("m#007", 7), ("m#10", 10)] {
            let description = MaterialDescription::from_iter([(MATERIAL_ID, text)]);
            assert_eq!(version_in(&description, "m").unwrap(), (version, material_id("m", version).into()), "{text}");
        }
        for text in ["m#", "m#+7", "m#7 ", "m", "n#7", "m#18446744073709551616"] {
            let description = MaterialDescription::from_iter([(MATERIAL_ID, text)]);
            assert_eq!(version_in(&description, "m").unwrap_err().kind(), ErrorKind::Materials, "{text}");
        }
    }
}
