//! An entity as it was read, with everything that a later write needs.

use std::fmt;
use std::ops::{Deref, DerefMut};

use sha2::{Digest as _, Sha256};

use crate::codec::derived::rename_aliases;
use crate::error::{Error, ErrorKind, Result};
use crate::example::example;
use crate::item::plaintext::PlaintextItem;
use crate::item::{Item, value};
use crate::table::{Snapshot, Table, WrittenAs};

use super::untouched::Untouched;
use super::{Record, verify};

/// An entity together with its revision, and the stored attributes that the struct does not declare.
///
/// Change the entity through it and pass it to [`Repository::save`](crate::Repository::save): concurrent changes are
/// not lost, and neither are attributes stored by a newer or older version of the struct.
#[derive(Clone)]
pub struct Versioned<T> {
    entity: T,
    unknown: PlaintextItem,
    /// The item as the program would have written it right after reading.
    read: PlaintextItem,
    /// The stored values whose form differs from `read`.
    untouched: Untouched,
    snapshot: Snapshot,
}

/// The state in which an item was read. No two writes of an item have the same revision, unless nothing in it is
/// encrypted and both stored the same signed values.
#[derive(Clone, PartialEq, Eq)]
pub struct Revision(Vec<u8>);

impl Revision {
    pub(crate) fn of(snapshot: &Snapshot) -> Self {
        let signature = snapshot.identity.as_ref().and_then(|identity| identity.value.as_b().ok());
        Self(signature.map(|signature| signature.as_ref().to_vec()).unwrap_or_default())
    }

    /// Returns the revision as a strong HTTP entity tag (RFC 9110, section 8.8.3): 32 hexadecimal digits in quotes. It
    /// is a hash, so it does not reveal stored values.
    ///
    #[doc = example!(employees)]
    /// employees.create(&ada).await?;
    /// let (one, other) = (employees.fetch("e-1").await?, employees.fetch("e-1").await?);
    /// let etag = |read: Option<dynaseal::Versioned<Employee>>| read.map(|read| read.revision().to_etag());
    /// assert_eq!(etag(one), etag(other));
    #[doc = example!(end)]
    pub fn to_etag(&self) -> String {
        let hash = Sha256::new().chain_update(b"dynaseal revision").chain_update(&self.0).finalize();
        let hex: String = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        format!("\"{hex}\"")
    }
}

impl<T> Versioned<T> {
    /// Returns the entity alone.
    ///
    #[doc = example!(employees)]
    /// employees.create(&ada).await?;
    /// let read = employees.fetch("e-1").await?.expect("she was written");
    /// assert_eq!(read.into_inner(), ada);
    #[doc = example!(end)]
    pub fn into_inner(self) -> T {
        self.entity
    }

    /// Returns the stored attributes that the struct does not declare, decrypted.
    ///
    #[doc = example!(employees)]
    /// employees.create(&ada).await?;
    /// let read = employees.fetch("e-1").await?.expect("she was written");
    /// assert!(read.unknown_attributes().is_empty());
    #[doc = example!(end)]
    pub fn unknown_attributes(&self) -> &Item {
        &self.unknown
    }

    /// Returns the revision of the item.
    ///
    #[doc = example!(employees)]
    /// employees.create(&ada).await?;
    /// let read = employees.fetch("e-1").await?.expect("she was written");
    /// employees.update_with("e-1", |employee| employee.salary += 300).await?;
    /// let now = employees.fetch("e-1").await?.expect("she is still there");
    /// assert!(now.revision() != read.revision());
    #[doc = example!(end)]
    pub fn revision(&self) -> Revision {
        Revision::of(&self.snapshot)
    }

    /// Returns the [name](crate::SchemaVersion::name) of the older version that verified the item; `None` if it was
    /// written in the repository's current form. Saving it writes the current version.
    ///
    #[doc = example!(employees)]
    /// employees.create(&ada).await?;
    /// let read = employees.fetch("e-1").await?.expect("she was written");
    /// assert_eq!(read.schema_version(), None); // as the repository writes now
    #[doc = example!(end)]
    pub fn schema_version(&self) -> Option<&str> {
        match &self.snapshot.written {
            WrittenAs::Older(version) => Some(&version.name),
            WrittenAs::Current | WrittenAs::Plaintext => None,
        }
    }

    pub(super) fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    pub(super) fn into_snapshot(self) -> Snapshot {
        self.snapshot
    }
}

impl<T: Record> Versioned<T> {
    /// Verifies and decrypts the item with this key.
    pub(super) async fn open(table: &Table, key: &Item, stored: Item) -> Result<Self> {
        let (mut item, snapshot) = verify::verify_to_change::<T>(table, key, stored).await?;
        rename_aliases(&mut item, T::ALIASES);
        let stored = PlaintextItem::from(item.clone());
        let (entity, unknown) = T::from_attributes(item)?;
        let unknown = PlaintextItem::from(unknown);
        let read = PlaintextItem::from(whole_item(&entity, &unknown)?);
        let untouched = Untouched::between(stored, &read);
        Ok(Self { entity, unknown, read, untouched, snapshot })
    }

    /// Returns a created record with this item.
    pub(super) fn created(entity: T, read: PlaintextItem, snapshot: Snapshot) -> Self {
        Self { entity, unknown: Item::new().into(), read, untouched: Untouched::default(), snapshot }
    }

    /// Returns the entity's attributes and those that it does not declare.
    pub(super) fn to_item(&self) -> Result<PlaintextItem> {
        whole_item(&self.entity, &self.unknown).map(PlaintextItem::from)
    }

    /// Returns whether the program changed anything except managed attributes. `item` is the result of
    /// [`to_item`](Self::to_item).
    pub(super) fn is_changed(&self, item: &Item) -> bool {
        let is_significant = |name: &String| !T::MANAGED.contains(&name.as_str());
        let is_changed = |name, value| !value::same_if_present(Some(value), self.read.get(name));
        let is_removed = |name: &String| !item.contains_key(name);
        item.iter().any(|(name, value)| is_significant(name) && is_changed(name, value))
            || self.read.keys().any(|name| is_significant(name) && is_removed(name))
    }

    /// Returns the entity if nothing is written: managed attributes are as they were read. `item` is the result of
    /// [`to_item`](Self::to_item).
    pub(super) fn unchanged(mut self, item: &Item) -> Result<Self> {
        self.check_version_is_unchanged()?;
        if T::MANAGED.iter().any(|name| item.get(*name) != self.read.get(*name)) {
            (self.entity, _) = T::from_attributes(self.read.clone().into_inner())?;
        }
        Ok(self)
    }

    /// Restores the stored values of attributes that the program did not change.
    pub(super) fn restore_untouched(&mut self, item: &mut Item) {
        self.untouched.restore(&self.read, item);
    }

    /// The same after `read` was written.
    pub(super) fn written(self, read: PlaintextItem, snapshot: Snapshot) -> Self {
        Self { read, snapshot, ..self }
    }

    /// Rejects a version that the program changed: resetting it would let outdated writes succeed.
    pub(super) fn check_version_is_unchanged(&self) -> Result<()> {
        match self.entity.stored_version()? {
            Some((name, version)) if self.read.get(name) != version.as_ref() => Err(Error::new(
                ErrorKind::Usage,
                "the version is set by writing and cannot be changed otherwise; nothing was written",
            )
            .with_attribute(name)),
            _ => Ok(()),
        }
    }

    /// Returns the key that was read, unless the program changed it.
    pub(super) fn unchanged_key(&self, table: &Table) -> Result<Item> {
        let key = self.entity.primary_key(&table.key.iter().collect::<Vec<_>>())?;
        if key.iter().all(|(name, value)| self.read.get(name) == Some(value)) {
            return Ok(key);
        }
        Err(Error::new(
            ErrorKind::Usage,
            "the key of an item cannot be changed; create the entity under its new key and delete the old one",
        ))
    }

    /// Rejects a changed tenant: the item would be encrypted with the key of another tenant.
    pub(super) fn check_tenant_is_unchanged(&self, item: &Item) -> Result<()> {
        match T::TENANT {
            Some(name) if item.get(name) != self.read.get(name) => Err(Error::new(
                ErrorKind::Usage,
                "the tenant of an item cannot be changed; create the entity for the other tenant and delete the old one",
            )
            .with_attribute(name)),
            _ => Ok(()),
        }
    }
}

impl<T> Deref for Versioned<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.entity
    }
}

impl<T> DerefMut for Versioned<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.entity
    }
}

impl<T: fmt::Debug> fmt::Debug for Versioned<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Versioned")
            .field("entity", &self.entity)
            .field("revision", &self.revision())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Revision({})", self.to_etag())
    }
}

/// Returns the entity's attributes and those that it does not declare.
fn whole_item<T: Record>(entity: &T, unknown: &Item) -> Result<Item> {
    let attributes = entity.to_attributes()?;
    if unknown.is_empty() {
        return Ok(attributes);
    }
    let mut item = unknown.clone();
    item.extend(attributes);
    Ok(item)
}
