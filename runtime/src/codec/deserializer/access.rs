//! Values with elements: lists, sets, maps, and variants of enums.

use std::collections::hash_map;
use std::vec;

use aws_sdk_dynamodb::primitives::Blob;
use serde::de::value::StringDeserializer;
use serde::de::{DeserializeSeed, Deserializer as _, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor};

use super::key::Key;
use super::{Field, ValueError};
use crate::item::{AttributeValue, Item};

macro_rules! sequences {
    ($($(#[$doc:meta])* $name:ident($element:ty) => $variant:expr;)*) => {$(
        $(#[$doc])*
        pub(super) struct $name(vec::IntoIter<$element>);

        impl $name {
            pub(super) fn new(elements: Vec<$element>) -> Self {
                Self(elements.into_iter())
            }
        }

        impl<'de> SeqAccess<'de> for $name {
            type Error = ValueError;

            fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, ValueError> {
                self.0.next().map(|element| seed.deserialize(Field($variant(element)))).transpose()
            }

            fn size_hint(&self) -> Option<usize> {
                Some(self.0.len())
            }
        }
    )*};
}

sequences! {
    /// The elements of a list.
    Elements(AttributeValue) => std::convert::identity;
    /// The members of a string set.
    Texts(String) => AttributeValue::S;
    /// The members of a number set.
    Numbers(String) => AttributeValue::N;
    /// The members of a binary set.
    Binaries(Blob) => AttributeValue::B;
}

/// The entries of a map.
pub(super) struct Entries {
    entries: hash_map::IntoIter<String, AttributeValue>,
    value: Option<AttributeValue>,
}

impl Entries {
    pub(super) fn new(map: Item) -> Self {
        Self { entries: map.into_iter(), value: None }
    }
}

impl<'de> MapAccess<'de> for Entries {
    type Error = ValueError;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, ValueError> {
        let Some((key, value)) = self.entries.next() else { return Ok(None) };
        self.value = Some(value);
        seed.deserialize(Key(key)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, ValueError> {
        seed.deserialize(Field(self.value.take().ok_or(ValueError::OTHER)?))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.entries.len())
    }
}

/// A variant with content: a map of one entry.
pub(super) struct Variant {
    name: String,
    content: AttributeValue,
}

impl Variant {
    pub(super) fn new(map: Item) -> Result<Self, ValueError> {
        let mut entries = map.into_iter();
        match (entries.next(), entries.next()) {
            (Some((name, content)), None) => Ok(Self { name, content }),
            _ => Err(ValueError::OTHER),
        }
    }
}

impl<'de> EnumAccess<'de> for Variant {
    type Error = ValueError;
    type Variant = Content;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Content), ValueError> {
        let variant = seed.deserialize(StringDeserializer::<ValueError>::new(self.name))?;
        Ok((variant, Content(self.content)))
    }
}

/// The content of a variant.
pub(super) struct Content(AttributeValue);

impl<'de> VariantAccess<'de> for Content {
    type Error = ValueError;

    fn unit_variant(self) -> Result<(), ValueError> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, ValueError> {
        seed.deserialize(Field(self.0))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, ValueError> {
        Field(self.0).deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, ValueError> {
        Field(self.0).deserialize_map(visitor)
    }
}
