//! Arbitrary attribute values.

use arbitrary::Arbitrary;
use dynaseal::{AttributeValue, Item};

/// A value of any type, of which the fuzzer makes what it likes.
#[derive(Arbitrary, Clone, Debug)]
pub enum Value {
    S(String),
    N(Number),
    B(Vec<u8>),
    Ss(Vec<String>),
    Ns(Vec<Number>),
    Bs(Vec<Vec<u8>>),
    Bool(bool),
    Null(bool),
    L(Vec<Value>),
    M(Vec<(String, Value)>),
}

/// Text that is often a number.
#[derive(Arbitrary, Clone, Debug)]
pub enum Number {
    Integer(i64),
    Scientific(i64, i16),
    Text(String),
}

impl From<Value> for AttributeValue {
    fn from(value: Value) -> Self {
        match value {
            Value::S(text) => Self::S(text),
            Value::N(number) => Self::N(number.into()),
            Value::B(bytes) => Self::B(bytes.into()),
            Value::Ss(members) => Self::Ss(members),
            Value::Ns(members) => Self::Ns(members.into_iter().map(Into::into).collect()),
            Value::Bs(members) => Self::Bs(members.into_iter().map(Into::into).collect()),
            Value::Bool(flag) => Self::Bool(flag),
            Value::Null(flag) => Self::Null(flag),
            Value::L(members) => Self::L(members.into_iter().map(Into::into).collect()),
            Value::M(entries) => Self::M(item(entries)),
        }
    }
}

impl From<Number> for String {
    fn from(number: Number) -> Self {
        match number {
            Number::Integer(integer) => integer.to_string(),
            Number::Scientific(coefficient, exponent) => format!("{coefficient}E{exponent}"),
            Number::Text(text) => text,
        }
    }
}

/// An item of these attributes; of two with one name, the last.
pub fn item(attributes: Vec<(String, Value)>) -> Item {
    attributes.into_iter().map(|(name, value)| (name, value.into())).collect()
}
