//! An attacker who can write to the table.

mod flip;

use std::fmt;

use aws_sdk_dynamodb::Client;

use crate::aws::sdk_error::from_sdk;
use crate::error::{Error, ErrorKind, Result};
use crate::item::Item;
use crate::repository::Repository;
use crate::request::StoredItems as _;
use crate::schema::entity::{EncryptedItem, ItemKey};

/// An attacker who can read and write a table but has no keys: for tests that a program rejects tampered items, and of
/// what it does then.
///
/// Created with [`of`](Self::of) a repository, its methods take the repository's keys; [`new`](Self::new) is for any
/// table behind any SDK client, with key attributes as stored. Every write replaces a whole stored item
/// unconditionally.
///
/// The outcome of each attack follows from the format: changes to signed attributes are rejected with
/// [`ErrorKind::Integrity`]; an item that was rolled back **verifies**, because signatures do not include a time; and
/// anyone can change `#[do_nothing]` attributes.
///
#[cfg_attr(feature = "embedded", doc = "```")]
#[cfg_attr(not(feature = "embedded"), doc = "```ignore")]
/// # use dynaseal::embedded::Database;
/// # use dynaseal::materials::{AesKey, HmacKey, WrappedProvider};
/// use dynaseal::testing::Attacker;
/// use dynaseal::{EncryptedItem, ErrorKind, Repository};
///
/// #[derive(EncryptedItem)]
/// struct Employee {
///     #[partition_key]
///     employee_id: String,
///     salary: u64,
/// }
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// # let keys = WrappedProvider::new(AesKey::generate()?, HmacKey::generate()?);
/// # let client = Database::in_memory()?.client();
/// # let employees: Repository<Employee> = Repository::builder(client).table("employees").materials(keys).build();
/// # employees.create_table().await?;
/// # employees.put(&Employee { employee_id: "e-1".into(), salary: 4200 }).await?;
/// let attacker = Attacker::of(&employees);
/// let older = attacker.read("e-1").await?;
/// employees.update_with("e-1", |employee| employee.salary = 100).await?;
///
/// attacker.tamper("e-1", "salary").await?;
/// assert_eq!(employees.get("e-1").await.err().map(|error| error.kind()), Some(ErrorKind::Integrity));
///
/// attacker.rollback(older).await?; // not noticed
/// assert_eq!(employees.get("e-1").await?.map(|employee| employee.salary), Some(4200));
/// # Ok::<(), dynaseal::Error>(())
/// # }).unwrap();
/// ```
pub struct Attacker<K = Item> {
    client: Client,
    table_name: String,
    to_item: fn(&K) -> Result<Item>,
}

impl Attacker {
    /// Attacks this table through this client. Keys are the key attributes as stored.
    pub fn new(client: Client, table_name: impl Into<String>) -> Self {
        Self { client, table_name: table_name.into(), to_item: |key| Ok(key.clone()) }
    }
}

impl<K> Attacker<K> {
    /// Attacks a repository's table through its client: faults injected beneath that client also affect the attacker.
    pub fn of<T: EncryptedItem<Key = K>>(repository: &Repository<T>) -> Self
    where
        K: ItemKey,
    {
        let table = repository.parts().table;
        Self { client: table.client.clone(), table_name: table.name.clone(), to_item: K::to_item }
    }

    /// Returns the item as stored, with a consistent read.
    ///
    /// # Errors
    /// `NotFound` if there is no such item, and the errors of the service.
    pub async fn read(&self, key: impl Into<K>) -> Result<Item> {
        self.read_item((self.to_item)(&key.into())?).await
    }

    /// Stores the item after an arbitrary change. Changing a key attribute creates another item beside the one that was
    /// read.
    ///
    /// # Errors
    /// `NotFound` if there is no such item, and the errors of the service.
    pub async fn change(&self, key: impl Into<K>, change: impl FnOnce(&mut Item)) -> Result<()> {
        let mut item = self.read(key).await?;
        change(&mut item);
        self.write(item).await
    }

    /// Flips one bit of an attribute's stored value, so that DynamoDB still accepts it: the last bit of a binary, of
    /// the last character of a string, of the last digit of a number, or of the first element of a list, map or set.
    ///
    /// # Errors
    /// `Usage` if the attribute is part of the key, is not stored, or has no bit; `NotFound` if there is no such item;
    /// and the errors of the service.
    pub async fn tamper(&self, key: impl Into<K>, attribute: &str) -> Result<()> {
        let key = (self.to_item)(&key.into())?;
        let mut item = self.read_item(key.clone()).await?;
        reject_key(&key, attribute)?;
        let value = item.get_mut(attribute).ok_or_else(|| usage(attribute, "the stored item does not have it"))?;
        flip::last_bit(value).ok_or_else(|| usage(attribute, "an empty value has no bit to flip"))?;
        self.write(item).await
    }

    /// Exchanges an attribute's stored values between two items. If one item lacks the attribute, the other loses it.
    ///
    /// # Errors
    /// `Usage` if the attribute is part of the key, or neither item has it; `NotFound` if an item is missing; and the
    /// errors of the service, after which the first item may already be changed.
    pub async fn swap(&self, one: impl Into<K>, other: impl Into<K>, attribute: &str) -> Result<()> {
        let key = (self.to_item)(&one.into())?;
        let (mut one, mut other) = (self.read_item(key.clone()).await?, self.read(other).await?);
        reject_key(&key, attribute)?;
        let (of_one, of_other) = (one.remove(attribute), other.remove(attribute));
        if of_one.is_none() && of_other.is_none() {
            return Err(usage(attribute, "neither of the stored items has it"));
        }
        let named = |value| (attribute.to_owned(), value);
        one.extend(of_other.map(named));
        other.extend(of_one.map(named));
        self.write(one).await?;
        self.write(other).await
    }

    /// Exchanges everything except the keys of two items, signatures and material descriptions included.
    ///
    /// # Errors
    /// `NotFound` if an item is missing; and the errors of the service, after which the first item may already be
    /// changed.
    pub async fn swap_items(&self, one: impl Into<K>, other: impl Into<K>) -> Result<()> {
        let (key, other_key) = ((self.to_item)(&one.into())?, (self.to_item)(&other.into())?);
        let (mut one, mut other) = (self.read_item(key.clone()).await?, self.read_item(other_key.clone()).await?);
        one.extend(other_key);
        other.extend(key);
        self.write(one).await?;
        self.write(other).await
    }

    /// Restores an item as it was [read](Self::read) earlier.
    ///
    /// # Errors
    /// The errors of the service.
    pub async fn rollback(&self, older: Item) -> Result<()> {
        self.write(older).await
    }

    async fn read_item(&self, key: Item) -> Result<Item> {
        let get = self.client.get_item().table_name(&self.table_name).set_key(Some(key)).consistent_read(true);
        let response = get.send().await.map_err(|error| from_sdk("GetItem", error))?;
        response.item.ok_or_else(|| Error::new(ErrorKind::NotFound, "there is no item with this key to attack"))
    }

    async fn write(&self, item: Item) -> Result<()> {
        let put = self.client.put_item().table_name(&self.table_name).set_item(Some(item));
        put.send().await.map(|_| ()).map_err(|error| from_sdk("PutItem", error))
    }
}

fn reject_key(key: &Item, attribute: &str) -> Result<()> {
    if key.contains_key(attribute) {
        return Err(usage(attribute, "another key is another item; use `change` or `swap_items`"));
    }
    Ok(())
}

fn usage(attribute: &str, message: &'static str) -> Error {
    Error::new(ErrorKind::Usage, message).with_attribute(attribute)
}

impl<K> Clone for Attacker<K> {
    fn clone(&self) -> Self {
        Self { client: self.client.clone(), table_name: self.table_name.clone(), to_item: self.to_item }
    }
}

impl<K> fmt::Debug for Attacker<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attacker").field("table_name", &self.table_name).finish_non_exhaustive()
    }
}
