//! Types that can be a partition key, a sort key or an index key.

pub(crate) mod names;
pub(crate) mod template;
mod types;

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::ScalarAttributeType;

use crate::error::{Error, ErrorKind, Result};
use crate::item::AttributeValue;

/// A type that can be a key: strings, integers and bytes, identifiers and dates, and custom types.
///
/// DynamoDB's keys are strings, numbers or binaries, and never absent or empty. For a newtype or a fieldless enum, use
/// [`#[derive(KeyAttribute)]`](derive@crate::KeyAttribute); for another type with `Display` and `FromStr`, use
/// [`key_attribute!`](crate::key_attribute).
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a key",
    label = "not a key type",
    note = "DynamoDB keys are strings, numbers or binaries, and those of a table are never absent; an item whose index key is `None` is not in the index",
    note = "for a newtype or a fieldless enum of yours, write `#[derive(dynaseal::KeyAttribute)]`; for another type of yours with `Display` and `FromStr`, `dynaseal::key_attribute!(TypeName as String);`",
    note = "wrap a type that is not yours in a newtype; types of `uuid`, `chrono`, `time` and `ulid` are keys with the feature of that name"
)]
pub trait KeyAttribute: Sized {
    /// The DynamoDB type in which keys of this type are stored.
    const TYPE: KeyType;

    /// Returns the stored value.
    ///
    /// # Errors
    /// `Codec` for an invalid key value, such as an empty string.
    fn encode(&self) -> Result<AttributeValue>;

    /// Returns the stored value of a member of a set, which can be empty in DynamoDB.
    ///
    /// # Errors
    /// As [`encode`](Self::encode), which the default implementation calls.
    fn encode_member(&self) -> Result<AttributeValue> {
        self.encode()
    }

    /// Converts the stored value back.
    ///
    /// # Errors
    /// `Schema` if the stored value has another type or does not parse.
    fn decode(value: AttributeValue) -> Result<Self>;

    /// Returns the value as a bound of a range under a template, where empty text is allowed.
    #[doc(hidden)]
    fn __encode_bound(&self) -> Result<AttributeValue> {
        self.encode()
    }
}

/// The DynamoDB type of a key attribute, with DynamoDB's [limits].
///
/// [limits]: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-partition-sort-keys
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyType {
    /// A string (`S`), of 1 to 2,048 bytes of UTF-8 as a partition key and 1 to 1,024 as a sort key.
    String,
    /// A number (`N`), of up to 38 significant digits.
    Number,
    /// A binary (`B`), with the limits of a string.
    Binary,
}

impl From<KeyType> for ScalarAttributeType {
    fn from(key_type: KeyType) -> Self {
        match key_type {
            KeyType::String => Self::S,
            KeyType::Number => Self::N,
            KeyType::Binary => Self::B,
        }
    }
}

#[diagnostic::do_not_recommend]
impl KeyAttribute for String {
    const TYPE: KeyType = KeyType::String;

    fn encode(&self) -> Result<AttributeValue> {
        if self.is_empty() {
            return Err(Error::new(ErrorKind::Codec, "a key cannot be an empty string, nor have an empty part"));
        }
        self.encode_member()
    }

    fn encode_member(&self) -> Result<AttributeValue> {
        Ok(AttributeValue::S(self.clone()))
    }

    fn __encode_bound(&self) -> Result<AttributeValue> {
        Ok(AttributeValue::S(self.clone()))
    }

    fn decode(value: AttributeValue) -> Result<Self> {
        match value {
            AttributeValue::S(text) => Ok(text),
            _ => Err(wrong_type("a string (S)")),
        }
    }
}

#[diagnostic::do_not_recommend]
impl KeyAttribute for Vec<u8> {
    const TYPE: KeyType = KeyType::Binary;

    fn encode(&self) -> Result<AttributeValue> {
        if self.is_empty() {
            return Err(Error::new(ErrorKind::Codec, "a key cannot be an empty binary"));
        }
        self.encode_member()
    }

    fn encode_member(&self) -> Result<AttributeValue> {
        Ok(AttributeValue::B(Blob::new(self.as_slice())))
    }

    fn decode(value: AttributeValue) -> Result<Self> {
        match value {
            AttributeValue::B(blob) => Ok(blob.into_inner()),
            _ => Err(wrong_type("a binary (B)")),
        }
    }
}

macro_rules! integer_keys {
    ($($integer:ty)*) => {$(
        #[diagnostic::do_not_recommend]
        impl KeyAttribute for $integer {
            const TYPE: KeyType = KeyType::Number;

            fn encode(&self) -> Result<AttributeValue> {
                Ok(AttributeValue::N(self.to_string()))
            }

            fn decode(value: AttributeValue) -> Result<Self> {
                let AttributeValue::N(text) = value else {
                    return Err(wrong_type("a number (N)"));
                };
                text.parse().map_err(|_| wrong_type(concat!("a number that fits ", stringify!($integer))))
            }
        }
    )*};
}

integer_keys!(u8 u16 u32 u64 usize i8 i16 i32 i64 isize);

/// Implements [`KeyAttribute`](trait@crate::KeyAttribute) for a type with `Display` and `FromStr`, which is stored as a
/// string.
///
/// The output of `Display` must parse to the same value.
///
/// ```
/// #[derive(Clone, Debug, PartialEq)]
/// enum Department { Legal, Sales }
///
/// impl std::fmt::Display for Department {
///     fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
///         f.write_str(match self { Self::Legal => "legal", Self::Sales => "sales" })
///     }
/// }
///
/// impl std::str::FromStr for Department {
///     type Err = String;
///
///     fn from_str(text: &str) -> Result<Self, String> {
///         match text {
///             "legal" => Ok(Self::Legal),
///             "sales" => Ok(Self::Sales),
///             _ => Err("unknown department".to_owned()),
///         }
///     }
/// }
///
/// dynaseal::key_attribute!(Department as String);
///
/// use dynaseal::KeyAttribute;
/// let stored = Department::Legal.encode()?;
/// assert_eq!(Department::decode(stored)?, Department::Legal);
/// # Ok::<(), dynaseal::Error>(())
/// ```
#[macro_export]
macro_rules! key_attribute {
    ($type:ty as String) => {
        #[diagnostic::do_not_recommend]
        impl $crate::KeyAttribute for $type {
            const TYPE: $crate::KeyType = $crate::KeyType::String;

            fn encode(&self) -> $crate::Result<$crate::AttributeValue> {
                $crate::KeyAttribute::encode(&::std::string::ToString::to_string(self))
            }

            fn encode_member(&self) -> $crate::Result<$crate::AttributeValue> {
                $crate::KeyAttribute::encode_member(&::std::string::ToString::to_string(self))
            }

            fn decode(value: $crate::AttributeValue) -> $crate::Result<Self> {
                let text = <::std::string::String as $crate::KeyAttribute>::decode(value)?;
                $crate::__private::parse_key(&text)
            }
        }
    };
    ($($other:tt)*) => {
        ::core::compile_error!(
            "`key_attribute!` takes a type and how it is stored, which is as text\n\
             note: the type is one of this crate, with `Display` and `FromStr`\n\
             help: write `dynaseal::key_attribute!(TypeName as String);`, or `#[derive(dynaseal::KeyAttribute)]` above a newtype \
             or a fieldless enum"
        );
    };
}

/// A newtype with `#[derive(KeyAttribute)]`, whose keys behave like those of the inner type.
pub trait KeyNewtype: KeyAttribute {
    /// The inner type.
    type Inner;

    /// Returns the inner value.
    fn inner(&self) -> &Self::Inner;

    /// Creates the newtype from a value.
    fn from_inner(inner: Self::Inner) -> Self;
}

pub(crate) fn wrong_type(expected: &'static str) -> Error {
    Error::new(ErrorKind::Schema, format!("the stored value is not {expected}"))
}
