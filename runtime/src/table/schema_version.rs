//! Older forms in which items were written: their actions, keys and table name.

use std::sync::Arc;
use std::time::SystemTime;

use crate::error::{Error, ErrorKind, Result};
use crate::format::FormatKind;
use crate::format::context::ItemContext;
use crate::format::dbesdk::keyring::Keyring;
use crate::format::ddbec::provider::CryptographicMaterialsProvider;
use crate::format::encryptor::ItemEncryptor;
use crate::item::Item;
use crate::schema::action::{AttributeAction, AttributeActions, is_of_replication};
use crate::schema::entity::EncryptedItem;
use crate::table::{Clock, Table};

/// A form in which items of a table were written earlier, other than the current one.
///
/// An item can only be verified with the attribute actions, the keys and the table name with which it was written. If
/// one of these changes, the stored items still need to be read in their older form. A version describes that form:
/// start from the current one, and set what was different.
///
/// ```
/// use dynaseal::{AttributeAction, EncryptedItem, SchemaVersion};
///
/// #[derive(EncryptedItem)]
/// struct Employee {
///     #[partition_key]
///     employee_id: String,
///     salary: u64, // was sign-only until 2025
/// }
///
/// let until_2025 = SchemaVersion::of::<Employee>("until 2025").with("salary", AttributeAction::SignOnly);
/// assert_eq!(until_2025.name(), "until 2025");
/// ```
///
/// The beacons of a table are those of its older versions, too: items of the DynamoDB Encryption Client may have them even if the older
/// encryptor lacks [`unsigned_beacons`](crate::format::Ddbec::unsigned_beacons).
///
/// A repository [reads older versions](crate::repository::RepositoryBuilder::also_reads) in addition to the current
/// one, and [`reencrypt`](crate::Repository::reencrypt) moves items from them to the current one.
#[derive(Clone, Debug)]
pub struct SchemaVersion {
    name: String,
    actions: AttributeActions,
    encryptor: Option<ItemEncryptor>,
    logical_table_name: Option<String>,
    unsigned: bool,
    /// From when its items are rejected.
    until: Option<SystemTime>,
}

impl SchemaVersion {
    /// Starts from the current form of the entity, to be changed to the older form. The name is for reports and errors.
    pub fn of<T: EncryptedItem>(name: impl Into<String>) -> Self {
        Self::new(name, AttributeActions::of::<T>())
    }

    /// Creates a version with these actions.
    pub fn new(name: impl Into<String>, actions: AttributeActions) -> Self {
        Self { name: name.into(), actions, encryptor: None, logical_table_name: None, unsigned: false, until: None }
    }

    /// Sets the earlier action of an attribute.
    #[must_use]
    pub fn with(mut self, attribute: impl Into<String>, action: AttributeAction) -> Self {
        self.actions = self.actions.with(attribute, action);
        self
    }

    /// Sets the earlier source of keys; the current provider by default.
    #[must_use]
    pub fn materials(self, provider: impl CryptographicMaterialsProvider + 'static) -> Self {
        self.encryptor(ItemEncryptor::new(provider))
    }

    /// Sets the earlier source of keys, for items of the AWS Database Encryption SDK.
    #[must_use]
    pub fn keyring(self, keyring: impl Keyring + 'static) -> Self {
        self.encryptor(ItemEncryptor::with_keyring(keyring))
    }

    /// Sets an encryptor with its own settings, instead of [`materials`](Self::materials) or
    /// [`keyring`](Self::keyring).
    #[must_use]
    pub fn encryptor(mut self, encryptor: ItemEncryptor) -> Self {
        self.encryptor = Some(encryptor);
        self
    }

    /// Sets the table name to which signatures were bound; the current one by default.
    #[must_use]
    pub fn logical_table_name(mut self, name: impl Into<String>) -> Self {
        self.logical_table_name = Some(name.into());
        self
    }

    /// Rejects items of this version from a time on.
    pub(crate) fn until(self, time: SystemTime) -> Self {
        Self { until: Some(time), ..self }
    }

    /// Returns the name of the version.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn actions(&self) -> &AttributeActions {
        &self.actions
    }

    /// Returns the format of its items; `None` if it has no separate keys.
    pub(crate) fn format(&self) -> Option<FormatKind> {
        self.encryptor.as_ref().map(ItemEncryptor::written_kind)
    }

    /// Returns whether items of the version can have beacons.
    pub(crate) fn has_beacons(&self) -> bool {
        self.encryptor.as_ref().is_some_and(ItemEncryptor::writes_beacons)
    }

    /// Returns the table name of signatures, if it has its own.
    pub(crate) fn table_name(&self) -> Option<&str> {
        self.logical_table_name.as_deref()
    }

    /// Returns the older version with everything that a table needs to read its items.
    pub(crate) fn reader(&self, table: &Table) -> OlderVersion {
        // As in the table itself, the primary key is sign-only by default, unless nothing is signed at all.
        let signs = !self.actions.protect_nothing();
        let encryptor = self.encryptor.as_ref().unwrap_or(&table.encryptor);
        let encryptor = if table.beacons.are_any() { encryptor.with_unsigned_beacons() } else { encryptor.clone() };
        let key_action = encryptor.key_action(&self.actions);
        let keys = table.key.iter().map(|name| (name, key_action));
        // Its items may have the readable beacons of the table, which are signed as in the table itself.
        let beacons = table.beacons.signed(&table.key).map(|name| (name, AttributeAction::SignOnly));
        let unnamed = keys.chain(beacons).filter(|(name, _)| signs && !self.actions.declares(name));
        let actions = unnamed.fold(self.actions.clone(), |actions, (name, action)| actions.with(name, action));
        OlderVersion {
            unsigned: unsigned_attribute(&actions, &table.actions).filter(|_| !self.unsigned),
            actions,
            encryptor,
            context: match &self.logical_table_name {
                Some(name) => table.context.renamed(name),
                None => table.context.clone(),
            },
            name: self.name.clone(),
            clock: table.clock.clone(),
            version: self.clone(),
        }
    }
}

/// Permits reading items of a version in which attributes were not signed that are signed now.
///
/// **Weakens:** a party that could write to the table while those attributes were unsigned, or still can, chooses their
/// values, which are read as verified. Re-encrypting such items signs these values.
#[must_use]
pub fn accept_unsigned(version: SchemaVersion) -> SchemaVersion {
    SchemaVersion { unsigned: true, ..version }
}

/// Returns an attribute that is signed now but was not in an older version: a party that could write to the table chose
/// its value, which would be accepted as verified.
fn unsigned_attribute(older: &AttributeActions, current: &AttributeActions) -> Option<String> {
    let is_signed_only_now = |older: AttributeAction, current: AttributeAction| {
        older == AttributeAction::DoNothing && current != AttributeAction::DoNothing
    };
    let declared = older.declared().chain(current.declared()).map(|(name, _)| name);
    let declared = declared.filter(|name| !is_of_replication(name));
    let first = declared.filter(|name| is_signed_only_now(older.action(name), current.action(name))).min();
    let others = is_signed_only_now(older.default_action(), current.default_action());
    first.map(str::to_owned).or_else(|| others.then(|| "(all attributes without an explicit action)".to_owned()))
}

/// The reader of one version's items.
#[derive(Clone, Debug)]
pub(crate) struct OlderVersion {
    pub(crate) name: String,
    pub(crate) encryptor: ItemEncryptor,
    pub(crate) actions: AttributeActions,
    pub(crate) context: ItemContext,
    /// See [`unsigned_attribute`].
    unsigned: Option<String>,
    clock: Clock,
    version: SchemaVersion,
}

impl OlderVersion {
    /// Returns the same version of another entity of the table, if it differs from the current one by its format, keys or
    /// table name alone. If it has other actions, those of the other entity are not known.
    pub(crate) fn for_entity(&self, table: &Table, entity: &Table) -> Option<Self> {
        let actions = entity.actions.clone();
        let version = SchemaVersion { actions, ..self.version.clone() };
        self.version.actions.is_same_as(&table.actions).then(|| version.reader(entity))
    }

    /// The same version of another table.
    pub(crate) fn for_table(&self, table: &Table) -> Self {
        self.version.reader(table)
    }

    /// Returns the same version for one item, whose keys are requested once for any number of attempts.
    pub(crate) fn for_one_item(&self) -> Self {
        Self { encryptor: self.encryptor.for_one_item(), ..self.clone() }
    }

    /// Returns whether items of this version are rejected from some time on.
    pub(crate) fn has_deadline(&self) -> bool {
        self.version.until.is_some()
    }

    /// Returns whether items of this version are read at this time.
    pub(crate) fn is_read(&self) -> bool {
        self.version.until.is_none_or(|until| self.clock.now() < until)
    }

    /// Verifies and decrypts an item of this version.
    pub(crate) async fn decrypt(&self, stored: Item) -> Result<Item> {
        self.encryptor.decrypt(stored, &self.actions, &self.context).await
    }

    /// Rejects a version that would accept unsigned values as verified.
    pub(crate) fn check(&self) -> Result<()> {
        self.check_protects()?;
        let Some(attribute) = &self.unsigned else { return Ok(()) };
        Err(Error::new(
            ErrorKind::Usage,
            format!(
                "it is signed now and was not in the version {:?}, so anyone who could write to the table may have \
                 chosen its value; if that is acceptable, use `danger::accept_unsigned(version)`",
                self.name
            ),
        )
        .with_attribute(attribute))
    }

    /// Rejects a version in which every possible item verifies.
    pub(crate) fn check_protects(&self) -> Result<()> {
        if !self.actions.protect_nothing() {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Usage,
            format!("the version {:?} protects nothing; for plaintext there is `danger::import_plaintext`", self.name),
        ))
    }
}

/// The versions that a table reads in addition to the current one, in the order in which they are tried.
pub(crate) type OlderVersions = Vec<Arc<OlderVersion>>;

/// Returns whether the error can mean that the item was written in another form. All other errors, such as those of an
/// unavailable key service, do not depend on the item.
pub(crate) fn is_of_another_version(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Integrity | ErrorKind::Materials | ErrorKind::Usage)
}
