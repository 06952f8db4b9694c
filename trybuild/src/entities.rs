//! Entities with every option.

use std::collections::{BTreeSet, HashMap};
use std::time::SystemTime;

use dynaseal::{EncryptedItem, Expiry, Number};

/// Every option of a field.
#[derive(EncryptedItem)]
#[item(logical_table_name = "employees", rename_all = "camelCase", require_explicit, debug)]
#[item(unknown = do_nothing, other("badge", action = do_nothing), other("grade", action = sign_only))]
#[item(entity(value = "employee", attribute = "type"), crate = ::dynaseal)]
#[item(index(name = "by-department", partition = department, sort = hired, projection = include(name)))]
#[item(index(name = "by-logins", local, sort = logins))]
pub struct Employee {
    /// The partition key.
    #[partition_key]
    #[item(rename = "id")]
    pub employee_id: String,
    /// The sort key.
    #[sort_key]
    #[sign_only]
    #[item(template = "YEAR#{hired:04}")]
    pub hired: u32,
    /// Encrypted.
    #[encrypt]
    #[item(default, skip_if = String::is_empty, alias = "fullName", alias = "full_name")]
    pub name: String,
    /// Encrypted.
    #[encrypt]
    pub salary: Number,
    /// A key of an index.
    #[sign_only]
    pub department: Option<String>,
    /// Changed by the server.
    #[do_nothing]
    #[item(default = no_logins)]
    pub logins: u64,
    /// A set.
    #[sign_only]
    #[item(set)]
    pub skills: BTreeSet<String>,
    /// A binary.
    #[encrypt]
    #[item(bytes)]
    pub photo: Option<Vec<u8>>,
    /// Encoded by a module.
    #[encrypt]
    #[item(with = dynaseal::codec::java::json)]
    pub settings: HashMap<String, u8>,
    /// The time of deletion.
    #[do_nothing]
    #[item(ttl)]
    pub expires: Option<Expiry>,
    /// Counts writes.
    #[item(version)]
    pub version: u32,
    /// The time of the first write.
    #[sign_only]
    #[item(created_at)]
    pub created: SystemTime,
    /// The time of the last write.
    #[encrypt]
    #[item(updated_at)]
    pub updated: Option<i64>,
    /// Not stored.
    #[item(skip)]
    pub label: String,
}

const fn no_logins() -> u64 {
    0
}

/// Time to live in another type.
#[derive(Clone, Debug, PartialEq, Eq, EncryptedItem)]
#[item(entity = "session")]
pub struct Session {
    /// The key.
    #[partition_key]
    pub id: String,
    /// Stored as seconds.
    #[sign_only]
    #[item(ttl)]
    pub expires: SystemTime,
}

/// Another entity of the same table.
#[derive(Clone, Debug, PartialEq, Eq, EncryptedItem)]
#[item(entity = "account")]
pub struct Account {
    /// The key.
    #[partition_key]
    pub id: String,
    /// A field with a custom type.
    #[item(skip)]
    pub parents: Vec<Self>,
}

dynaseal::entities! {
    /// A group of both entities.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum Member {
        /// A session.
        Session(Session),
        /// An account.
        Account(Account),
    }
}

/// The key type of entities of one kind.
pub trait Kind: Clone + Send + Sync + 'static {
    /// The key.
    type Id: dynaseal::KeyAttribute + Clone + std::fmt::Debug + PartialEq + Send + Sync;
}

/// An entity whose key is an associated type, and with a const parameter that has the name of a variable.
#[derive(Clone, Debug, PartialEq, Eq, EncryptedItem)]
pub struct Thing<K: Kind, T, const ITEM: usize>
where
    T: Clone + serde::Serialize + serde::de::DeserializeOwned + Send + Sync + 'static,
{
    /// The key.
    #[partition_key]
    pub id: K::Id,
    /// A value of the parameter's type.
    pub value: Option<T>,
    /// An array.
    #[item(bytes)]
    pub bytes: [u8; ITEM],
}

/// A deprecated entity: the generated code may use it.
#[deprecated(note = "for the test")]
#[derive(EncryptedItem)]
pub struct Old {
    /// The key.
    #[partition_key]
    pub id: String,
    /// A deprecated field.
    #[deprecated(note = "for the test")]
    pub fax: Option<String>,
}

/// An entity that is used only by itself.
#[must_use]
pub fn private() -> usize {
    #[derive(EncryptedItem)]
    #[item(index(name = "by-name", partition = name))]
    struct Private {
        #[partition_key]
        id: String,
        #[sign_only]
        name: String,
    }
    let private = Private { id: String::new(), name: String::new() };
    private.id.len() + private.name.len()
}
