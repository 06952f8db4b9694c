//! Arbitrary attribute values.

use arbitrary::Arbitrary;
use dynaseal::{AttributeValue, Item};

/// An arbitrary value of any type.
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

/// Returns an item of these attributes. If two have the same name, the last one is used.
pub fn item(attributes: Vec<(String, Value)>) -> Item {
    attributes.into_iter().map(|(name, value)| (name, value.into())).collect()
}
