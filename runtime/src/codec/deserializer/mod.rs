//! Deserializes attribute values with serde.

mod access;
mod key;
mod number;

use serde::de::value::StringDeserializer;
use serde::de::{Deserializer, IntoDeserializer as _, Visitor};

use super::value_error::ValueError;
use crate::item::AttributeValue;
use crate::item::number::NEWTYPE_NAME;
use access::{Binaries, Elements, Entries, Numbers, Texts, Variant};

/// The deserializer of a field. It accepts the same forms as serde_dynamo 4.3, but numbers keep every digit.
pub struct Field(pub(super) AttributeValue);

macro_rules! numbers {
    ($($method:ident => $parse:ident, $visit:ident;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
            match self.0 {
                AttributeValue::N(text) => visitor.$visit(number::$parse(&text)?),
                _ => Err(ValueError::OTHER),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for Field {
    type Error = ValueError;

    numbers! {
        deserialize_i8 => integer, visit_i8;
        deserialize_i16 => integer, visit_i16;
        deserialize_i32 => integer, visit_i32;
        deserialize_i64 => integer, visit_i64;
        deserialize_i128 => integer, visit_i128;
        deserialize_u8 => integer, visit_u8;
        deserialize_u16 => integer, visit_u16;
        deserialize_u32 => integer, visit_u32;
        deserialize_u64 => integer, visit_u64;
        deserialize_u128 => integer, visit_u128;
        deserialize_f32 => float, visit_f32;
        deserialize_f64 => float, visit_f64;
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        match self.0 {
            AttributeValue::N(text) => number::visit(text, visitor),
            AttributeValue::S(text) => visitor.visit_string(text),
            AttributeValue::Bool(truth) => visitor.visit_bool(truth),
            AttributeValue::B(_) => self.deserialize_byte_buf(visitor),
            AttributeValue::Null(_) => visitor.visit_unit(),
            AttributeValue::M(_) => self.deserialize_map(visitor),
            _ => self.deserialize_seq(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        match self.0 {
            AttributeValue::Bool(truth) => visitor.visit_bool(truth),
            _ => Err(ValueError::OTHER),
        }
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        self.deserialize_string(visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        self.deserialize_string(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        match self.0 {
            AttributeValue::S(text) => visitor.visit_string(text),
            _ => Err(ValueError::OTHER),
        }
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        self.deserialize_string(visitor)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        self.deserialize_byte_buf(visitor)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        match self.0 {
            AttributeValue::B(blob) => visitor.visit_byte_buf(blob.into_inner()),
            _ => Err(ValueError::OTHER),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        match self.0 {
            AttributeValue::Null(true) => visitor.visit_none(),
            value => visitor.visit_some(Self(value)),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        match self.0 {
            AttributeValue::Null(true) => visitor.visit_unit(),
            _ => Err(ValueError::OTHER),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, ValueError> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        match self.0 {
            AttributeValue::N(text) if name == NEWTYPE_NAME => {
                visitor.visit_newtype_struct(StringDeserializer::new(text))
            }
            value => visitor.visit_newtype_struct(Self(value)),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        match self.0 {
            AttributeValue::L(elements) => visitor.visit_seq(Elements::new(elements)),
            AttributeValue::Ss(texts) => visitor.visit_seq(Texts::new(texts)),
            AttributeValue::Ns(numbers) => visitor.visit_seq(Numbers::new(numbers)),
            AttributeValue::Bs(blobs) => visitor.visit_seq(Binaries::new(blobs)),
            _ => Err(ValueError::OTHER),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, ValueError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        match self.0 {
            AttributeValue::M(map) => visitor.visit_map(Entries::new(map)),
            _ => Err(ValueError::OTHER),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        match self.0 {
            AttributeValue::L(elements) => visitor.visit_seq(Elements::new(elements)),
            value => Self(value).deserialize_map(visitor),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        match self.0 {
            AttributeValue::S(variant) => visitor.visit_enum(variant.into_deserializer()),
            AttributeValue::M(map) => visitor.visit_enum(Variant::new(map)?),
            _ => Err(ValueError::OTHER),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_unit()
    }
}
