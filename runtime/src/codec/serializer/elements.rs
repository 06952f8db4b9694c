//! Values with elements: lists, maps, structs, and variants of enums that contain one.

use serde::ser::{
    Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant,
};

use super::key::KeySerializer;
use super::{JSON_NUMBER, ValueError, ValueSerializer, variant_of};
use crate::item::number::text::normalize;
use crate::item::{AttributeValue, Item};

/// The maximum number of elements for which memory is reserved because a type announces them.
const MAX_CLAIM: usize = 1024;

/// A list.
pub struct Elements {
    list: Vec<AttributeValue>,
    variant: Option<&'static str>,
}

/// A map.
pub struct Entries {
    map: Item,
    key: Option<String>,
    variant: Option<&'static str>,
}

/// A struct.
pub enum Fields {
    Entries(Entries),
    /// A number of serde_json, as text.
    JsonNumber(Option<AttributeValue>),
}

impl Elements {
    pub(super) fn new(len: Option<usize>, variant: Option<&'static str>) -> Self {
        Self { list: Vec::with_capacity(len.unwrap_or_default().min(MAX_CLAIM)), variant }
    }

    fn push<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ValueError> {
        self.list.push(value.serialize(ValueSerializer)?);
        Ok(())
    }

    fn into_value(self) -> AttributeValue {
        let list = AttributeValue::L(self.list);
        match self.variant {
            Some(variant) => variant_of(variant, list),
            None => list,
        }
    }
}

impl Entries {
    pub(super) fn new(len: Option<usize>, variant: Option<&'static str>) -> Self {
        Self { map: Item::with_capacity(len.unwrap_or_default().min(MAX_CLAIM)), key: None, variant }
    }

    fn insert<T: Serialize + ?Sized>(&mut self, key: String, value: &T) -> Result<(), ValueError> {
        self.map.insert(key, value.serialize(ValueSerializer)?);
        Ok(())
    }

    fn into_value(self) -> AttributeValue {
        let map = AttributeValue::M(self.map);
        match self.variant {
            Some(variant) => variant_of(variant, map),
            None => map,
        }
    }
}

macro_rules! elements {
    ($($compound:ident::$method:ident;)*) => {$(
        impl $compound for Elements {
            type Ok = AttributeValue;
            type Error = ValueError;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ValueError> {
                self.push(value)
            }

            fn end(self) -> Result<AttributeValue, ValueError> {
                Ok(self.into_value())
            }
        }
    )*};
}

elements! {
    SerializeSeq::serialize_element;
    SerializeTuple::serialize_element;
    SerializeTupleStruct::serialize_field;
    SerializeTupleVariant::serialize_field;
}

impl SerializeMap for Entries {
    type Ok = AttributeValue;
    type Error = ValueError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), ValueError> {
        self.key = Some(key.serialize(KeySerializer)?);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ValueError> {
        let key = self.key.take().ok_or(ValueError::OTHER)?;
        self.insert(key, value)
    }

    fn end(self) -> Result<AttributeValue, ValueError> {
        Ok(self.into_value())
    }
}

impl SerializeStructVariant for Entries {
    type Ok = AttributeValue;
    type Error = ValueError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), ValueError> {
        self.insert(name.to_owned(), value)
    }

    fn end(self) -> Result<AttributeValue, ValueError> {
        Ok(self.into_value())
    }
}

impl SerializeStruct for Fields {
    type Ok = AttributeValue;
    type Error = ValueError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), ValueError> {
        match self {
            Self::Entries(entries) => entries.insert(name.to_owned(), value),
            Self::JsonNumber(text) if name == JSON_NUMBER => {
                *text = Some(value.serialize(ValueSerializer)?);
                Ok(())
            }
            Self::JsonNumber(_) => Err(ValueError::OTHER),
        }
    }

    fn end(self) -> Result<AttributeValue, ValueError> {
        match self {
            Self::Entries(entries) => Ok(entries.into_value()),
            Self::JsonNumber(Some(AttributeValue::S(text))) => Ok(AttributeValue::N(normalize(&text)?.into_owned())),
            Self::JsonNumber(_) => Err(ValueError::OTHER),
        }
    }
}
