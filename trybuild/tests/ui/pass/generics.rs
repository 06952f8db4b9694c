use std::collections::HashMap;
use std::fmt::Debug;
use std::marker::PhantomData;

use dynaseal::{EncryptedItem, KeyAttribute};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The key does not mention a parameter, so its struct has none.
#[derive(EncryptedItem)]
struct Envelope<T> {
    #[partition_key]
    id: String,
    #[sort_key]
    part: u32,
    content: T,
    more: Vec<HashMap<String, T>>,
    #[item(default)]
    or_default: T,
    #[item(skip)]
    marker: PhantomData<fn() -> T>,
}

/// The key mentions one of two parameters, in one of its two fields.
#[derive(EncryptedItem)]
struct Document<Id, Body: From<Id> = String>
where
    Id: Clone + Debug + PartialEq,
    Body: Debug,
{
    #[partition_key]
    id: Id,
    #[sort_key]
    version: u64,
    body: Body,
}

#[derive(EncryptedItem)]
struct Keyed<K> {
    #[partition_key]
    id: K,
}

/// Managed attributes can have any type that supports it.
#[derive(EncryptedItem)]
struct Stamped<T> {
    #[partition_key]
    id: String,
    #[item(version)]
    version: u64,
    #[item(created_at)]
    created: T,
    #[item(updated_at)]
    updated: Option<T>,
}

#[derive(EncryptedItem)]
struct Fixed<const N: usize> {
    #[partition_key]
    id: String,
    #[item(bytes)]
    digest: [u8; N],
}

/// A path to a generic type is not a projection.
#[derive(EncryptedItem)]
struct Tagged<T> {
    #[partition_key]
    id: tags::Tag<T>,
}

mod tags {
    #[derive(Clone, Debug, PartialEq)]
    pub struct Tag<T>(pub T);

    impl<T: ToString> std::fmt::Display for Tag<T> {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str(&self.0.to_string())
        }
    }

    impl std::str::FromStr for Tag<u8> {
        type Err = std::num::ParseIntError;

        fn from_str(text: &str) -> Result<Self, Self::Err> {
            text.parse().map(Self)
        }
    }

    dynaseal::key_attribute!(Tag<u8> as String);
}

trait Model {
    type Id;
}

#[derive(EncryptedItem)]
struct Row<M: Model> {
    #[partition_key]
    id: M::Id,
    #[item(skip)]
    model: PhantomData<fn() -> M>,
}

fn is_entity<T: EncryptedItem>() {}

fn generic<T, K>()
where
    T: Serialize + DeserializeOwned + Default + Send + Sync + 'static,
    K: KeyAttribute + Clone + Send + Sync + 'static,
{
    is_entity::<Envelope<T>>();
    is_entity::<Keyed<K>>();
    let _ = Envelope::<T>::fields();
}

struct Person;

impl Model for Person {
    type Id = u64;
}

fn main() {
    generic::<u8, String>();
    is_entity::<Document<String>>();
    is_entity::<Fixed<32>>();
    is_entity::<Stamped<i64>>();
    is_entity::<Tagged<u8>>();
    is_entity::<Row<Person>>();
    let _: EnvelopeKey = ("e-1", 1).into();
    let _: DocumentKey<String> = ("d-1".to_owned(), 1).into();
    let _: KeyedKey<u32> = 7.into();
    let _: TaggedKey<u8> = tags::Tag(1).into();
    let _: FixedKey = "f-1".into();
    // `M::Id` could be the key itself, so there is no `From` implementation for it.
    let key = RowKey::<Person> { id: 7 };
    // The parameter itself implements none of these traits.
    assert_eq!(key.clone(), key);
}
