//! The keys of maps, which are strings in DynamoDB.

use serde::ser::{Impossible, Serialize, Serializer};

use super::{ValueError, for_integers};

/// Converts strings, integers, booleans, characters and names of variants to text. Rejects everything else, which could
/// not be read back from text.
pub(super) struct KeySerializer;

macro_rules! as_text {
    ($($method:ident($type:ty);)*) => {$(
        fn $method(self, key: $type) -> Result<String, ValueError> {
            Ok(key.to_string())
        }
    )*};
}

macro_rules! reject {
    ($($method:ident($($type:ty),*) -> $output:ty;)*) => {$(
        fn $method(self $(, _: $type)*) -> Result<$output, ValueError> {
            Err(ValueError::OTHER)
        }
    )*};
}

type Compound = Impossible<String, ValueError>;

impl Serializer for KeySerializer {
    type Ok = String;
    type Error = ValueError;
    type SerializeSeq = Compound;
    type SerializeTuple = Compound;
    type SerializeTupleStruct = Compound;
    type SerializeTupleVariant = Compound;
    type SerializeMap = Compound;
    type SerializeStruct = Compound;
    type SerializeStructVariant = Compound;

    for_integers!(as_text);

    as_text! {
        serialize_bool(bool);
        serialize_char(char);
        serialize_str(&str);
    }

    reject! {
        serialize_f32(f32) -> String;
        serialize_f64(f64) -> String;
        serialize_bytes(&[u8]) -> String;
        serialize_none() -> String;
        serialize_unit() -> String;
        serialize_unit_struct(&'static str) -> String;
        serialize_seq(Option<usize>) -> Compound;
        serialize_tuple(usize) -> Compound;
        serialize_tuple_struct(&'static str, usize) -> Compound;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Compound;
        serialize_map(Option<usize>) -> Compound;
        serialize_struct(&'static str, usize) -> Compound;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Compound;
    }

    fn serialize_some<T: Serialize + ?Sized>(self, _: &T) -> Result<String, ValueError> {
        Err(ValueError::OTHER)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<String, ValueError> {
        Ok(variant.to_owned())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, key: &T) -> Result<String, ValueError> {
        key.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<String, ValueError> {
        Err(ValueError::OTHER)
    }
}
