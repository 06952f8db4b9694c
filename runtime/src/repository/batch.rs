//! Many items in one call, in batches with retries.

use crate::example::example;
use crate::schema::entity::{EncryptedItem, IntoItemKey, ItemKey as _};
use crate::schema::group::GroupOf;
use crate::schema::group_checks::check_is_beside;

use super::Repository;

pub use crate::request::{GetMany, Leftovers, WriteMany};
pub use crate::schema::group_key::GroupKey;

impl<T: EncryptedItem> Repository<T> {
    /// Reads the entities of any number of keys. The results are in the order of the keys, each with its own error: an
    /// item that does not verify does not affect the others. A key that is given twice is read once.
    ///
    /// Up to eight requests of up to 100 keys are in flight, and unprocessed keys are requested again.
    ///
    #[doc = example!(employees)]
    /// employees.put(&ada).await?;
    ///
    /// let answers = employees.get_many(["e-1", "e-2"]).await;
    /// let found: Vec<Option<Employee>> = answers.into_iter().collect::<dynaseal::Result<_>>()?;
    /// assert_eq!(found, [Some(ada), None]);
    #[doc = example!(end)]
    ///
    /// # Errors
    /// For each key those of [`get`](Self::get), and `Throttled` if the service left it unprocessed in each of
    /// [`max_attempts`](GetMany::max_attempts).
    pub fn get_many(&self, keys: impl IntoIterator<Item = impl IntoItemKey<T, T::KeyParts>>) -> GetMany<T> {
        GetMany::new(&self.table, keys.into_iter().map(|key| key.into_item_key().to_item()).collect())
    }

    /// Reads items of several entities of this table, each as its own entity: see [`entities!`](crate::entities). The
    /// keys are those of any entity of the group.
    ///
    #[doc = example!(pets)]
    /// use dynaseal::EntityGroup;
    ///
    /// dynaseal::entities! {
    ///     enum Pet {
    ///         Cat(Cat),
    ///         Dog(Dog),
    ///     }
    /// }
    ///
    /// let keys = [Pet::key_of::<Cat>(("ada", 1)), Pet::key_of::<Dog>(("ada", 2))];
    /// let pets: Vec<Option<Pet>> = cats.get_many_of(keys).await.into_iter().collect::<dynaseal::Result<_>>()?;
    /// assert!(matches!(&pets[..], [Some(Pet::Cat(_)), Some(Pet::Dog(_))]));
    #[doc = example!(end)]
    ///
    /// Older versions of the repository apply only to its own entity, and are not used here.
    ///
    /// # Errors
    /// For each key the errors of [`get_many`](Self::get_many), and `Schema` for an item of none of these entities.
    pub fn get_many_of<G: GroupOf<T::Table, Group = G>>(
        &self,
        keys: impl IntoIterator<Item = GroupKey<G>>,
    ) -> GetMany<G::Group> {
        const { check_is_beside::<T, G>() };
        GetMany::of_group(&self.table, keys.into_iter().map(GroupKey::into_item).collect())
    }

    /// Writes any number of entities, whether or not items with their keys exist; [`delete`](WriteMany::delete) adds
    /// keys of items to delete in the same batches.
    ///
    /// Up to eight requests of up to 25 entities are in flight, and unprocessed entities are sent again. This is not a
    /// transaction: entities that could not be written are returned with the reason, and all others are written.
    ///
    #[doc = example!(employees)]
    /// let staff = (1..=60).map(|number| Employee { employee_id: format!("e-{number}"), ..ada.clone() });
    /// if let Err(left) = employees.write_many(staff).delete(["e-99"]).await {
    ///     for (employee, reason) in &left.puts {
    ///         eprintln!("{} was not written: {reason}", employee.employee_id);
    ///     }
    /// }
    /// # assert!(employees.get("e-60").await?.is_some());
    #[doc = example!(end)]
    ///
    /// # Errors
    /// For each entity those of [`put`](Self::put), `Throttled` if the service left it unprocessed in each of
    /// [`max_attempts`](WriteMany::max_attempts), and `OutcomeUnknown` if an attempt had no clear response and another
    /// item, or none, is stored. `Usage` for all of them if two writes have the same key. `Conflict` for an entity with
    /// an `#[item(version)]` if another version is stored: each such entity is a separate request, because DynamoDB's
    /// batches cannot check versions.
    pub fn write_many(&self, entities: impl IntoIterator<Item = T>) -> WriteMany<T> {
        WriteMany::new(&self.table, &self.clock, entities.into_iter().collect())
    }

    /// Writes items of several entities of this table in the same requests, each as its own entity: see
    /// [`entities!`](crate::entities). Unwritten items are returned as values and keys of the group.
    ///
    #[doc = example!(pets)]
    /// use dynaseal::EntityGroup;
    ///
    /// dynaseal::entities! {
    ///     enum Pet {
    ///         Cat(Cat),
    ///         Dog(Dog),
    ///     }
    /// }
    ///
    /// let kitten = Cat { owner: "bob".into(), pet: 1, name: "Kit".into() };
    /// let puppy = Dog { owner: "bob".into(), pet: 2, tricks: 0 };
    /// let pets = [Pet::from(kitten), Pet::from(puppy)];
    /// cats.write_many_of(pets).delete([Pet::key_of::<Dog>(("ada", 2))]).await?;
    /// assert!(dogs.get(("bob", 2)).await?.is_some());
    #[doc = example!(end)]
    ///
    /// # Errors
    /// The errors of [`write_many`](Self::write_many).
    pub fn write_many_of<G: GroupOf<T::Table, Group = G>>(
        &self,
        entities: impl IntoIterator<Item = G>,
    ) -> WriteMany<G::Group, GroupKey<G>> {
        const { check_is_beside::<T, G>() };
        WriteMany::of_group(&self.table, &self.clock, entities.into_iter().collect())
    }
}
