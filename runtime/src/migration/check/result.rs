//! The result of a check.

use std::collections::BTreeMap;

use crate::error::ErrorKind;
use crate::format::FormatKind;
use crate::format::branch_key::BranchKeyVersion;
use crate::migration::obstacles::Named;
use crate::migration::scope::ScopeChange;
use crate::schema::action::AttributeAction;

/// How many items of a table each version can read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ItemCheck {
    /// The current version, and then the older ones. Several versions can read the same item.
    pub versions: Vec<VersionCheck>,
    /// The number of items that were read.
    pub items: u64,
    /// The number of items without a signature and a material description, which no version can read.
    pub plaintext: u64,
    /// The number of items with a signature that no version can read.
    pub unreadable: u64,
    /// The number of items of other entities in the same table, which are not included in the other counts.
    pub other_entities: u64,
    /// The number of items in each format, readable or not. Items with the marks of several formats, which no client
    /// writes, are not included.
    pub formats: BTreeMap<FormatKind, u64>,
    /// The number of items with the marks of several formats, which no version can read.
    pub mixed: u64,
    /// What prevents items of an older version from being written in the current one. [`reencrypt`] leaves these items
    /// unchanged, and `on_left` receives their keys.
    ///
    /// [`reencrypt`]: crate::Repository::reencrypt
    pub unwritable: Vec<Unwritable>,
    /// The branch keys of the items that the current version reads, with the number of items of each version, by identifier;
    /// at most 10,000 are listed.
    pub branch_keys: Vec<BranchKeyCheck>,
    /// The number of items that the current version reads and that were written with an older version of their branch key.
    /// [`Reencrypt::to_active_keys`](crate::migration::Reencrypt::to_active_keys) moves them.
    pub outdated: u64,
    /// The attributes that are signed in an older version and not in the current one, or the reverse.
    pub scope_changes: Vec<ScopeChange>,
}

/// How many items one version can read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct VersionCheck {
    /// The name of the version; `current` for the current one.
    pub name: String,
    /// The number of items that it can read.
    pub readable: u64,
    /// The same, by format.
    pub formats: BTreeMap<FormatKind, u64>,
    /// The attributes that prevent reading some of the others.
    pub obstacles: Vec<Obstacle>,
    /// The version's attributes that have another recorded action in readable items, which only items of the AWS
    /// Database Encryption SDK record: an attribute that is encrypted now may be readable there. Writing the item again
    /// changes it.
    pub written_otherwise: Vec<Obstacle>,
    /// Recipients, given by their keys, that cannot read items which another recipient can: their tag in the footer was damaged,
    /// or their key is another one of the same name. Only those are checked whose keys the version holds, as a
    /// [`MultiKeyring`](crate::keyrings::MultiKeyring) does; for these, each costs one use of its key more.
    pub locked_out: Vec<LockedOut>,
    /// The number of examined items for which no attribute was found: they were written with other keys or another
    /// table name, or were changed since.
    pub unexplained: u64,
}

/// An attribute that was written with another action than that of a version.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Obstacle {
    /// The name of the attribute.
    pub attribute: String,
    /// The action with which it was written, if that is certain: with it, the items verify.
    pub written_as: Option<AttributeAction>,
    /// The number of items; for an obstacle, the number of examined items.
    pub items: u64,
}

/// How many items were written with one version of a branch key.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BranchKeyCheck {
    /// The identifier of the branch key.
    pub branch_key: String,
    /// The version.
    pub version: String,
    /// Whether new items are written with this version; `None` if the active version cannot be read.
    pub is_active: Option<bool>,
    /// The number of items.
    pub items: u64,
}

/// A recipient that cannot read items that another recipient can read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LockedOut {
    /// The kind of keyring and its key, such as `aws-kms` and an ARN.
    pub recipient: String,
    /// How many items. Writing them again, with all recipients, repairs them.
    pub items: u64,
}

/// Why items of an older version cannot be written in the current one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unwritable {
    /// The attribute that cannot be written; `None` if it is the item as a whole, which is too large, or the configuration.
    pub attribute: Option<String>,
    /// The kind of error with which the write would fail.
    pub kind: ErrorKind,
    /// The reason, as the error of the first such item states it.
    pub reason: String,
    /// The number of items.
    pub items: u64,
}

impl BranchKeyCheck {
    #[inline]
    pub(super) fn new(key: &BranchKeyVersion, items: u64) -> Self {
        Self { branch_key: key.id.clone(), version: key.version.clone(), is_active: key.is_active, items }
    }
}

impl LockedOut {
    #[inline]
    pub(super) fn new(recipient: &str, items: u64) -> Self {
        Self { recipient: recipient.to_owned(), items }
    }
}

impl Obstacle {
    #[inline]
    pub(super) fn new((attribute, written): &Named, items: u64) -> Self {
        Self { attribute: attribute.clone(), written_as: *written, items }
    }
}
