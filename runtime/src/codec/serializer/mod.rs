//! Serializes values to attribute values with serde.
//!
//! The stored forms are those of serde_dynamo 4.3, with three exceptions: a nested [`Number`](crate::Number) is stored
//! as a number, as are integers of 128 bits and numbers of serde_json, regardless of the features of that crate.

mod elements;
mod key;

use aws_sdk_dynamodb::primitives::Blob;
use serde::ser::{Serialize, Serializer};

use crate::item::number;
use crate::item::number::decimal::NumberError;
use crate::item::{AttributeValue, Item};

use super::value_error::ValueError;
use elements::{Elements, Entries, Fields};

/// The name of the struct of a number of serde_json, and of its only field, with the feature `arbitrary_precision`.
pub(super) const JSON_NUMBER: &str = "$serde_json::private::Number";

/// The names of the newtypes with which `serde_dynamo::string_set`, `number_set` and `binary_set` mark a set.
const STRING_SET: &str = "\u{037E}STRINGSET\u{037E}";
const NUMBER_SET: &str = "\u{037E}NUMBERSET\u{037E}";
const BINARY_SET: &str = "\u{037E}BYTESSET\u{037E}";

/// Serializes a field's value.
#[derive(Clone, Copy, Debug)]
pub struct ValueSerializer;

/// Calls a macro with the methods of all integer types.
macro_rules! for_integers {
    ($macro:ident) => {
        $macro! {
            serialize_i8(i8);
            serialize_i16(i16);
            serialize_i32(i32);
            serialize_i64(i64);
            serialize_i128(i128);
            serialize_u8(u8);
            serialize_u16(u16);
            serialize_u32(u32);
            serialize_u64(u64);
            serialize_u128(u128);
        }
    };
}
use for_integers;

macro_rules! integers {
    ($($method:ident($integer:ty);)*) => {$(
        fn $method(self, value: $integer) -> Result<AttributeValue, ValueError> {
            Ok(AttributeValue::N(value.to_string()))
        }
    )*};
}

/// Whether DynamoDB supports the number depends on whether the attribute is encrypted, and is checked with the whole
/// item. Infinities and NaN are always rejected.
fn fraction(is_finite: bool, text: String) -> Result<AttributeValue, ValueError> {
    match is_finite {
        true => Ok(AttributeValue::N(text)),
        false => Err(NumberError::NotANumber.into()),
    }
}

impl Serializer for ValueSerializer {
    type Ok = AttributeValue;
    type Error = ValueError;
    type SerializeSeq = Elements;
    type SerializeTuple = Elements;
    type SerializeTupleStruct = Elements;
    type SerializeTupleVariant = Elements;
    type SerializeMap = Entries;
    type SerializeStruct = Fields;
    type SerializeStructVariant = Entries;

    for_integers!(integers);

    fn serialize_f32(self, value: f32) -> Result<AttributeValue, ValueError> {
        fraction(value.is_finite(), value.to_string())
    }

    fn serialize_f64(self, value: f64) -> Result<AttributeValue, ValueError> {
        fraction(value.is_finite(), value.to_string())
    }

    fn serialize_bool(self, value: bool) -> Result<AttributeValue, ValueError> {
        Ok(AttributeValue::Bool(value))
    }

    fn serialize_char(self, value: char) -> Result<AttributeValue, ValueError> {
        Ok(AttributeValue::S(value.to_string()))
    }

    fn serialize_str(self, value: &str) -> Result<AttributeValue, ValueError> {
        Ok(AttributeValue::S(value.to_owned()))
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<AttributeValue, ValueError> {
        Ok(AttributeValue::B(Blob::new(value)))
    }

    fn serialize_none(self) -> Result<AttributeValue, ValueError> {
        Ok(AttributeValue::Null(true))
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<AttributeValue, ValueError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<AttributeValue, ValueError> {
        Ok(AttributeValue::Null(true))
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<AttributeValue, ValueError> {
        Ok(AttributeValue::Null(true))
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<AttributeValue, ValueError> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<AttributeValue, ValueError> {
        let value = value.serialize(self)?;
        match (name, value) {
            (number::NEWTYPE_NAME, AttributeValue::S(text)) => Ok(AttributeValue::N(text)),
            (STRING_SET | NUMBER_SET | BINARY_SET, AttributeValue::L(elements)) => set_of(name, elements),
            (STRING_SET | NUMBER_SET | BINARY_SET, _) => Err(ValueError::OTHER),
            (_, value) => Ok(value),
        }
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<AttributeValue, ValueError> {
        Ok(variant_of(variant, value.serialize(self)?))
    }

    fn serialize_seq(self, len: Option<usize>) -> Result<Elements, ValueError> {
        Ok(Elements::new(len, None))
    }

    fn serialize_tuple(self, len: usize) -> Result<Elements, ValueError> {
        Ok(Elements::new(Some(len), None))
    }

    fn serialize_tuple_struct(self, _: &'static str, len: usize) -> Result<Elements, ValueError> {
        Ok(Elements::new(Some(len), None))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<Elements, ValueError> {
        Ok(Elements::new(Some(len), Some(variant)))
    }

    fn serialize_map(self, len: Option<usize>) -> Result<Entries, ValueError> {
        Ok(Entries::new(len, None))
    }

    fn serialize_struct(self, name: &'static str, len: usize) -> Result<Fields, ValueError> {
        match name {
            JSON_NUMBER => Ok(Fields::JsonNumber(None)),
            _ => Ok(Fields::Entries(Entries::new(Some(len), None))),
        }
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<Entries, ValueError> {
        Ok(Entries::new(Some(len), Some(variant)))
    }
}

/// Returns the stored form of a variant with content.
fn variant_of(variant: &'static str, content: AttributeValue) -> AttributeValue {
    AttributeValue::M(Item::from([(variant.to_owned(), content)]))
}

/// Converts a list to the set that its marker requests.
fn set_of(name: &str, elements: Vec<AttributeValue>) -> Result<AttributeValue, ValueError> {
    let elements = elements.into_iter();
    let set = match name {
        STRING_SET => elements
            .map(|element| match element {
                AttributeValue::S(text) => Some(text),
                _ => None,
            })
            .collect::<Option<Vec<_>>>()
            .map(AttributeValue::Ss),
        NUMBER_SET => elements
            .map(|element| match element {
                AttributeValue::N(number) => Some(number),
                _ => None,
            })
            .collect::<Option<Vec<_>>>()
            .map(AttributeValue::Ns),
        _ => elements
            .map(|element| match element {
                AttributeValue::B(blob) => Some(blob),
                _ => None,
            })
            .collect::<Option<Vec<_>>>()
            .map(AttributeValue::Bs),
    };
    set.ok_or(ValueError::OTHER)
}
