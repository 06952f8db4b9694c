//! How items were written before: under which actions, keys and table name.

use std::sync::Arc;

use crate::error::{Error, ErrorKind, Result};
use crate::format::context::ItemContext;
use crate::format::dbesdk::keyring::Keyring;
use crate::format::ddbec::provider::CryptographicMaterialsProvider;
use crate::format::encryptor::ItemEncryptor;
use crate::item::Item;
use crate::schema::action::{AttributeAction, AttributeActions, is_of_replication};
use crate::schema::entity::EncryptedItem;
use crate::table::Table;

/// A way in which items of a table were written, other than the way in which they are written now.
///
/// The actions of attributes, the keys and the table name are all part of what an item can be verified with. When one of them
/// changes, the items that are stored already need to be read as they were written. A version says how: start from what is
/// the same, and name what was different.
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
/// A repository [reads older versions](crate::repository::RepositoryBuilder::also_reads) beside the current one, and
/// [`reencrypt`](crate::Repository::reencrypt) moves items from them to the current one.
#[derive(Clone, Debug)]
pub struct SchemaVersion {
    name: String,
    actions: AttributeActions,
    encryptor: Option<ItemEncryptor>,
    logical_table_name: Option<String>,
    unsigned: bool,
}

impl SchemaVersion {
    /// The entity as it is now, to be changed into what it was. The name is for reports and errors.
    pub fn of<T: EncryptedItem>(name: impl Into<String>) -> Self {
        Self::new(name, AttributeActions::of::<T>())
    }

    /// A version with these actions.
    pub fn new(name: impl Into<String>, actions: AttributeActions) -> Self {
        Self { name: name.into(), actions, encryptor: None, logical_table_name: None, unsigned: false }
    }

    /// Sets the action that an attribute had.
    #[must_use]
    pub fn with(mut self, attribute: impl Into<String>, action: AttributeAction) -> Self {
        self.actions = self.actions.with(attribute, action);
        self
    }

    /// Where the keys came from; the current provider by default.
    #[must_use]
    pub fn materials(self, provider: impl CryptographicMaterialsProvider + 'static) -> Self {
        self.encryptor(ItemEncryptor::new(provider))
    }

    /// Where the keys came from, for items of the AWS Database Encryption SDK.
    #[must_use]
    pub fn keyring(self, keyring: impl Keyring + 'static) -> Self {
        self.encryptor(ItemEncryptor::with_keyring(keyring))
    }

    /// An encryptor with settings of its own, instead of [`materials`](Self::materials) or [`keyring`](Self::keyring).
    #[must_use]
    pub fn encryptor(mut self, encryptor: ItemEncryptor) -> Self {
        self.encryptor = Some(encryptor);
        self
    }

    /// The table name that signatures were bound to; the current one by default.
    #[must_use]
    pub fn logical_table_name(mut self, name: impl Into<String>) -> Self {
        self.logical_table_name = Some(name.into());
        self
    }

    /// The name that the version was given.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// With what a table needs to read items of this version.
    pub(crate) fn reader(&self, table: &Table) -> OlderVersion {
        // As in the table itself, the primary key is sign-only without being named; but not where nothing is signed at all.
        let signs = !self.actions.protect_nothing();
        let encryptor = self.encryptor.as_ref().unwrap_or(&table.encryptor).clone();
        let key_action = encryptor.key_action(&self.actions);
        let unnamed = table.key.iter().filter(|name| signs && !self.actions.declares(name));
        let actions = unnamed.fold(self.actions.clone(), |actions, name| actions.with(name, key_action));
        OlderVersion {
            unsigned: unsigned_attribute(&actions, &table.actions).filter(|_| !self.unsigned),
            actions,
            encryptor,
            context: match &self.logical_table_name {
                Some(name) => table.context.renamed(name),
                None => table.context.clone(),
            },
            name: self.name.clone(),
            version: self.clone(),
        }
    }
}

/// Reads items of a version in which attributes were not signed that are signed now.
///
/// **Weakens:** whoever could write to the table while those attributes were not signed, or still can, chooses their values,
/// and they are read as verified ones. Re-encrypting such items signs whatever is there.
#[must_use]
pub fn accept_unsigned(version: SchemaVersion) -> SchemaVersion {
    SchemaVersion { unsigned: true, ..version }
}

/// An attribute that is signed now and was not in an older version: whoever could write to the table chose its value, and it
/// would be taken for a verified one.
fn unsigned_attribute(older: &AttributeActions, current: &AttributeActions) -> Option<String> {
    let is_signed_only_now = |older: AttributeAction, current: AttributeAction| {
        older == AttributeAction::DoNothing && current != AttributeAction::DoNothing
    };
    let declared = older.declared().chain(current.declared()).map(|(name, _)| name);
    let declared = declared.filter(|name| !is_of_replication(name));
    let first = declared.filter(|name| is_signed_only_now(older.action(name), current.action(name))).min();
    let others = is_signed_only_now(older.default_action(), current.default_action());
    first.map(str::to_owned).or_else(|| others.then(|| "(all that have no action of their own)".to_owned()))
}

/// What reads the items of one version.
#[derive(Clone, Debug)]
pub(crate) struct OlderVersion {
    pub(crate) name: String,
    pub(crate) encryptor: ItemEncryptor,
    pub(crate) actions: AttributeActions,
    pub(crate) context: ItemContext,
    /// See [`unsigned_attribute`].
    unsigned: Option<String>,
    version: SchemaVersion,
}

impl OlderVersion {
    /// The same version of another table.
    pub(crate) fn for_table(&self, table: &Table) -> Self {
        self.version.reader(table)
    }

    /// The same version, for one item, whose keys are asked for once however often it is tried.
    pub(crate) fn for_one_item(&self) -> Self {
        Self { encryptor: self.encryptor.for_one_item(), ..self.clone() }
    }

    /// Verifies and decrypts an item of this version.
    pub(crate) async fn decrypt(&self, stored: Item) -> Result<Item> {
        self.encryptor.decrypt(stored, &self.actions, &self.context).await
    }

    /// Refuses a version that would take for verified what nobody signed.
    pub(crate) fn check(&self) -> Result<()> {
        self.check_protects()?;
        let Some(attribute) = &self.unsigned else { return Ok(()) };
        Err(Error::new(
            ErrorKind::Usage,
            format!(
                "it is signed now and was not in the version {:?}, so anyone who could write to the table may have chosen \
                 its value; if that is acceptable, say so with `danger::accept_unsigned(version)`",
                self.name
            ),
        )
        .with_attribute(attribute))
    }

    /// Refuses a version in which every item whatsoever is readable.
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

/// The versions that a table reads beside the current one, in the order in which they are tried.
pub(crate) type OlderVersions = Vec<Arc<OlderVersion>>;

/// True for what an item fails with that was written in another way. Everything else, such as a key service that does not
/// answer, says nothing about the item.
pub(crate) fn is_of_another_version(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Integrity | ErrorKind::Materials | ErrorKind::Usage)
}
