//! Refuses map keys at which serde_dynamo panics, and makes numbers of decimals.
//!
//! In DynamoDB the keys of a map are strings. serde_dynamo 4.3 writes numbers and the like as text and refuses tuples and
//! structs, but meets a list, a map or bytes as a key with `unreachable!()`.

use serde::ser::{
    Error as _, Impossible, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant,
    SerializeTuple, SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

use crate::item::number;

/// How serde_dynamo's names of newtypes begin that are stored as sets.
const SET_MARK: char = '\u{037E}';

/// Serializes as the value does, except that such a map key is an error.
struct Guarded<'a, T: ?Sized>(&'a T);

impl<T: Serialize + ?Sized> Serialize for Guarded<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(Guard { serializer, number: std::convert::identity })
    }
}

/// Passes everything on to the serializer inside, and guards what is nested.
pub struct Guard<S: Serializer> {
    serializer: S,
    /// What becomes of the text of a [`Number`](crate::Number).
    number: fn(S::Ok) -> S::Ok,
}

impl Guard<serde_dynamo::Serializer> {
    /// For a field, where a [`Number`](crate::Number) is a number. Nested, serde_dynamo has no way to make it one.
    pub(super) fn of_field() -> Self {
        let number = |text| match text {
            serde_dynamo::AttributeValue::S(text) => serde_dynamo::AttributeValue::N(text),
            other => other,
        };
        Self { serializer: serde_dynamo::Serializer, number }
    }
}

/// The same for what has elements.
pub struct GuardElements<C>(C);

macro_rules! pass_on {
    ($($method:ident($($argument:ident: $type:ty),*) -> $output:ident;)*) => {$(
        fn $method(self $(, $argument: $type)*) -> Result<Self::$output, S::Error> {
            self.serializer.$method($($argument),*).map(pass_on!(@wrap $output))
        }
    )*};
    (@wrap Ok) => { std::convert::identity };
    (@wrap $compound:ident) => { GuardElements };
}

impl<S: Serializer> Serializer for Guard<S> {
    type Ok = S::Ok;
    type Error = S::Error;
    type SerializeSeq = GuardElements<S::SerializeSeq>;
    type SerializeTuple = GuardElements<S::SerializeTuple>;
    type SerializeTupleStruct = GuardElements<S::SerializeTupleStruct>;
    type SerializeTupleVariant = GuardElements<S::SerializeTupleVariant>;
    type SerializeMap = GuardElements<S::SerializeMap>;
    type SerializeStruct = GuardElements<S::SerializeStruct>;
    type SerializeStructVariant = GuardElements<S::SerializeStructVariant>;

    pass_on! {
        serialize_bool(value: bool) -> Ok;
        serialize_i8(value: i8) -> Ok;
        serialize_i16(value: i16) -> Ok;
        serialize_i32(value: i32) -> Ok;
        serialize_i64(value: i64) -> Ok;
        serialize_i128(value: i128) -> Ok;
        serialize_u8(value: u8) -> Ok;
        serialize_u16(value: u16) -> Ok;
        serialize_u32(value: u32) -> Ok;
        serialize_u64(value: u64) -> Ok;
        serialize_u128(value: u128) -> Ok;
        serialize_f32(value: f32) -> Ok;
        serialize_f64(value: f64) -> Ok;
        serialize_char(value: char) -> Ok;
        serialize_str(value: &str) -> Ok;
        serialize_bytes(value: &[u8]) -> Ok;
        serialize_none() -> Ok;
        serialize_unit() -> Ok;
        serialize_unit_struct(name: &'static str) -> Ok;
        serialize_unit_variant(name: &'static str, index: u32, variant: &'static str) -> Ok;
        serialize_seq(len: Option<usize>) -> SerializeSeq;
        serialize_tuple(len: usize) -> SerializeTuple;
        serialize_tuple_struct(name: &'static str, len: usize) -> SerializeTupleStruct;
        serialize_tuple_variant(name: &'static str, index: u32, variant: &'static str, len: usize) -> SerializeTupleVariant;
        serialize_map(len: Option<usize>) -> SerializeMap;
        serialize_struct(name: &'static str, len: usize) -> SerializeStruct;
        serialize_struct_variant(name: &'static str, index: u32, variant: &'static str, len: usize) -> SerializeStructVariant;
    }

    // Both are what serde_dynamo does, too: an option or a newtype is what it holds, wherever that is a number.
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<S::Ok, S::Error> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, value: &T) -> Result<S::Ok, S::Error> {
        if name == number::NEWTYPE_NAME {
            value.serialize(self.serializer).map(self.number)
        } else if name.starts_with(SET_MARK) {
            self.serializer.serialize_newtype_struct(name, &Guarded(value))
        } else {
            value.serialize(self)
        }
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<S::Ok, S::Error> {
        self.serializer.serialize_newtype_variant(name, index, variant, &Guarded(value))
    }

    fn is_human_readable(&self) -> bool {
        self.serializer.is_human_readable()
    }
}

impl<C: SerializeMap> SerializeMap for GuardElements<C> {
    type Ok = C::Ok;
    type Error = C::Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), C::Error> {
        key.serialize(KeyCheck).map_err(C::Error::custom)?;
        self.0.serialize_key(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), C::Error> {
        self.0.serialize_value(&Guarded(value))
    }

    fn end(self) -> Result<C::Ok, C::Error> {
        self.0.end()
    }
}

macro_rules! guard_elements {
    ($($compound:ident::$method:ident($($name:ident)?);)*) => {$(
        impl<C: $compound> $compound for GuardElements<C> {
            type Ok = C::Ok;
            type Error = C::Error;

            fn $method<T: Serialize + ?Sized>(&mut self, $($name: &'static str,)? value: &T) -> Result<(), C::Error> {
                self.0.$method($($name,)? &Guarded(value))
            }

            fn end(self) -> Result<C::Ok, C::Error> {
                self.0.end()
            }
        }
    )*};
}

guard_elements! {
    SerializeSeq::serialize_element();
    SerializeTuple::serialize_element();
    SerializeTupleStruct::serialize_field();
    SerializeTupleVariant::serialize_field();
    SerializeStruct::serialize_field(name);
    SerializeStructVariant::serialize_field(name);
}

/// Succeeds for what serde_dynamo either writes as a key or refuses by itself.
struct KeyCheck;

macro_rules! accept {
    ($($method:ident($($type:ty),*);)*) => {$(
        fn $method(self $(, _: $type)*) -> Result<(), std::fmt::Error> {
            Ok(())
        }
    )*};
}

macro_rules! refuse {
    ($($method:ident($($type:ty),*) -> $compound:ident;)*) => {$(
        fn $method(self $(, _: $type)*) -> Result<Self::$compound, std::fmt::Error> {
            Err(std::fmt::Error)
        }
    )*};
}

impl Serializer for KeyCheck {
    type Ok = ();
    type Error = std::fmt::Error;
    type SerializeSeq = Impossible<(), std::fmt::Error>;
    type SerializeTuple = Impossible<(), std::fmt::Error>;
    type SerializeTupleStruct = Impossible<(), std::fmt::Error>;
    type SerializeTupleVariant = Impossible<(), std::fmt::Error>;
    type SerializeMap = Impossible<(), std::fmt::Error>;
    type SerializeStruct = Impossible<(), std::fmt::Error>;
    type SerializeStructVariant = Impossible<(), std::fmt::Error>;

    accept! {
        serialize_bool(bool);
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
        serialize_f32(f32);
        serialize_f64(f64);
        serialize_char(char);
        serialize_str(&str);
        serialize_none();
        serialize_unit();
        serialize_unit_struct(&'static str);
        serialize_unit_variant(&'static str, u32, &'static str);
    }

    refuse! {
        serialize_bytes(&[u8]) -> Ok;
        serialize_seq(Option<usize>) -> SerializeSeq;
        serialize_tuple(usize) -> SerializeTuple;
        serialize_tuple_struct(&'static str, usize) -> SerializeTupleStruct;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> SerializeTupleVariant;
        serialize_map(Option<usize>) -> SerializeMap;
        serialize_struct(&'static str, usize) -> SerializeStruct;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> SerializeStructVariant;
    }

    fn serialize_some<T: Serialize + ?Sized>(self, _: &T) -> Result<(), std::fmt::Error> {
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), std::fmt::Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), std::fmt::Error> {
        Ok(())
    }
}
