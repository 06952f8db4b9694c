//! Fields with `#[item(set)]`.

use std::collections::{BTreeSet, HashSet};
use std::hash::{BuildHasher, Hash};

use aws_sdk_dynamodb::primitives::Blob;

use crate::error::{Error, ErrorKind, Result};
use crate::item::key::{KeyAttribute, KeyType};
use crate::item::{AttributeValue, Item};

use super::unexpected;

/// A type that can be stored as a set of strings (`SS`), numbers (`NS`) or binaries (`BS`).
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be stored as a set",
    label = "`#[item(set)]` is not for this type",
    note = "`set` is for `HashSet`, `BTreeSet` and `Vec` of strings, integers, bytes, and other types that can be keys",
    note = "an empty set is stored as no attribute at all, so no `Option` is needed"
)]
pub trait SetField: Sized {
    /// Puts the elements into the item, unless there are none.
    ///
    /// # Errors
    /// `Codec` for an invalid element, and for a duplicate.
    fn put(&self, item: &mut Item, name: &'static str) -> Result<()>;

    /// Takes the elements out of the item; returns none if the attribute is absent.
    ///
    /// # Errors
    /// `Schema` if the attribute is not a set of this kind, or an element is not of the type.
    fn take(item: &mut Item, name: &'static str) -> Result<Self>;
}

#[diagnostic::do_not_recommend]
impl<T: KeyAttribute + Eq + Hash, S: BuildHasher + Default> SetField for HashSet<T, S> {
    fn put(&self, item: &mut Item, name: &'static str) -> Result<()> {
        put_set(self, item, name)
    }

    fn take(item: &mut Item, name: &'static str) -> Result<Self> {
        take_set(item, name)
    }
}

#[diagnostic::do_not_recommend]
impl<T: KeyAttribute + Ord> SetField for BTreeSet<T> {
    fn put(&self, item: &mut Item, name: &'static str) -> Result<()> {
        put_set(self, item, name)
    }

    fn take(item: &mut Item, name: &'static str) -> Result<Self> {
        take_set(item, name)
    }
}

#[diagnostic::do_not_recommend]
impl<T: KeyAttribute> SetField for Vec<T> {
    fn put(&self, item: &mut Item, name: &'static str) -> Result<()> {
        put_set(self, item, name)
    }

    fn take(item: &mut Item, name: &'static str) -> Result<Self> {
        take_set(item, name)
    }
}

fn put_set<'a, T>(elements: impl IntoIterator<Item = &'a T>, item: &mut Item, name: &'static str) -> Result<()>
where
    T: KeyAttribute + 'a,
{
    let mut set = Set::default();
    for element in elements {
        set.push(element.encode_member().map_err(|error| error.with_attribute(name))?);
    }
    if let Some(value) = set.into_value().map_err(|what| invalid(name, what))? {
        item.insert(name.to_owned(), value);
    }
    Ok(())
}

fn take_set<T: KeyAttribute, C: FromIterator<T>>(item: &mut Item, name: &'static str) -> Result<C> {
    let decode = |value| T::decode(value).map_err(|_| unexpected::<C>(name));
    match (item.remove(name), T::TYPE) {
        (None | Some(AttributeValue::Null(true)), _) => Ok(std::iter::empty().collect()),
        (Some(AttributeValue::Ss(texts)), KeyType::String) => {
            texts.into_iter().map(|text| decode(AttributeValue::S(text))).collect()
        }
        (Some(AttributeValue::Ns(numbers)), KeyType::Number) => {
            numbers.into_iter().map(|number| decode(AttributeValue::N(number))).collect()
        }
        (Some(AttributeValue::Bs(blobs)), KeyType::Binary) => {
            blobs.into_iter().map(|blob| decode(AttributeValue::B(blob))).collect()
        }
        (Some(_), _) => Err(unexpected::<C>(name)),
    }
}

/// The elements of a set by their type; only one type should have any.
#[derive(Default)]
struct Set {
    texts: Vec<String>,
    numbers: Vec<String>,
    binaries: Vec<Vec<u8>>,
    others: bool,
}

impl Set {
    fn push(&mut self, element: AttributeValue) {
        match element {
            AttributeValue::S(text) => self.texts.push(text),
            AttributeValue::N(number) => self.numbers.push(number),
            AttributeValue::B(blob) => self.binaries.push(blob.into_inner()),
            _ => self.others = true,
        }
    }

    /// Sorts the elements, so that equal sets give equal items, independently of their order in memory.
    fn into_value(self) -> Result<Option<AttributeValue>, &'static str> {
        let Self { texts, numbers, binaries, others } = self;
        match (texts.is_empty(), numbers.is_empty(), binaries.is_empty(), others) {
            (true, true, true, false) => Ok(None),
            (false, true, true, false) => Ok(Some(AttributeValue::Ss(distinct(texts)?))),
            (true, false, true, false) => Ok(Some(AttributeValue::Ns(distinct(numbers)?))),
            (true, true, false, false) => {
                Ok(Some(AttributeValue::Bs(distinct(binaries)?.into_iter().map(Blob::new).collect())))
            }
            _ => Err("the elements of a set are all strings, or all numbers, or all binaries"),
        }
    }
}

/// Rejects duplicates, as DynamoDB does.
fn distinct<T: Ord>(mut elements: Vec<T>) -> Result<Vec<T>, &'static str> {
    elements.sort_unstable();
    match elements.windows(2).any(|pair| matches!(pair, [a, b] if a == b)) {
        true => Err("a set has no element twice"),
        false => Ok(elements),
    }
}

fn invalid(name: &str, what: &'static str) -> Error {
    Error::new(ErrorKind::Codec, what).with_attribute(name)
}
