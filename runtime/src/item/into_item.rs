//! Items of other crates: the images of DynamoDB Streams and of Lambda events, and the lines of exports.

use std::collections::HashMap;

use aws_sdk_dynamodb::primitives::Blob;

use crate::error::{Error, Result};
use crate::item::limits::{MAX_NESTING, ValueError};
use crate::item::{AttributeValue, Item};

/// An item of this or another crate, to be [decrypted](crate::Repository::decrypt).
///
/// | from | as |
/// |---|---|
/// | a Lambda event of `aws_lambda_events` | [`serde_dynamo::Item`] |
/// | an export to S3 in DynamoDB JSON | [`serde_dynamo::Item`], which serde reads |
/// | DynamoDB Streams, with the feature `streams` | a map of `aws_sdk_dynamodbstreams::types::AttributeValue` |
/// | the DynamoDB SDK | [`Item`] |
///
/// The conversion verifies nothing:
///
/// ```
/// use dynaseal::{AttributeValue, IntoItem};
///
/// // A line of an export.
/// #[derive(serde::Deserialize)]
/// #[serde(rename_all = "PascalCase")]
/// struct Line {
///     item: serde_dynamo::Item,
/// }
///
/// let line: Line = serde_json::from_str(r#"{"Item": {"employee_id": {"S": "e-1"}, "logins": {"N": "7"}}}"#)?;
/// let item: dynaseal::Item = line.item.into_item()?;
/// assert_eq!(item["logins"], AttributeValue::N("7".to_owned()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait IntoItem: sealed::Sealed {
    /// Returns the same item in the types of the DynamoDB SDK.
    ///
    /// # Errors
    /// `Codec` for a value of an unknown type, and for lists and maps nested more than 128 levels deep, which stored
    /// items never have; both name the attribute.
    fn into_item(self) -> Result<Item>;
}

impl<V: IntoAttributeValue> IntoItem for HashMap<String, V> {
    fn into_item(self) -> Result<Item> {
        let convert = |(name, value): (String, V)| match convert(value, 0) {
            Ok(value) => Ok((name, value)),
            Err(error) => Err(Error::from(error).with_attribute(name)),
        };
        self.into_iter().map(convert).collect()
    }
}

impl IntoItem for serde_dynamo::Item {
    fn into_item(self) -> Result<Item> {
        HashMap::<String, serde_dynamo::AttributeValue>::from(self).into_item()
    }
}

/// A value of this or another crate.
///
/// Implemented for every supported type; there is nothing to implement.
pub trait IntoAttributeValue: sealed::Sealed + Sized {
    #[doc(hidden)]
    fn into_node(self) -> Node<Self>;

    /// Returns the same value in the types of the DynamoDB SDK.
    ///
    /// # Errors
    /// `Codec` for a value of an unknown type, and for lists and maps nested more than 128 levels deep.
    fn into_attribute_value(self) -> Result<AttributeValue> {
        Ok(convert(self, 0)?)
    }
}

/// The outermost layer of a value.
pub enum Node<V> {
    Leaf(AttributeValue),
    List(Vec<V>),
    Map(HashMap<String, V>),
    Unknown,
}

fn convert<V: IntoAttributeValue>(value: V, depth: usize) -> Result<AttributeValue, ValueError> {
    if depth > MAX_NESTING {
        return Err(ValueError::NestedTooDeep);
    }
    let deeper = |value| convert(value, depth + 1);
    match value.into_node() {
        Node::Leaf(value) => Ok(value),
        Node::List(elements) => Ok(AttributeValue::L(elements.into_iter().map(deeper).collect::<Result<_, _>>()?)),
        Node::Map(entries) => {
            let entries = entries.into_iter().map(|(key, value)| Ok((key, deeper(value)?)));
            Ok(AttributeValue::M(entries.collect::<Result<_, ValueError>>()?))
        }
        Node::Unknown => Err(ValueError::UnknownType),
    }
}

/// The value types of the SDKs have the same variants, and new ones can be added.
macro_rules! values_of_sdks {
    ($($value:ty),+) => {$(
        impl IntoAttributeValue for $value {
            fn into_node(self) -> Node<Self> {
                Node::Leaf(match self {
                    Self::L(elements) => return Node::List(elements),
                    Self::M(entries) => return Node::Map(entries),
                    Self::S(text) => AttributeValue::S(text),
                    Self::N(number) => AttributeValue::N(number),
                    Self::B(blob) => AttributeValue::B(blob),
                    Self::Ss(members) => AttributeValue::Ss(members),
                    Self::Ns(members) => AttributeValue::Ns(members),
                    Self::Bs(members) => AttributeValue::Bs(members),
                    Self::Bool(truth) => AttributeValue::Bool(truth),
                    Self::Null(null) => AttributeValue::Null(null),
                    _ => return Node::Unknown,
                })
            }
        }
    )+};
}

values_of_sdks!(AttributeValue);
#[cfg(feature = "streams")]
values_of_sdks!(aws_sdk_dynamodbstreams::types::AttributeValue);

impl IntoAttributeValue for serde_dynamo::AttributeValue {
    fn into_node(self) -> Node<Self> {
        Node::Leaf(match self {
            Self::L(elements) => return Node::List(elements),
            Self::M(entries) => return Node::Map(entries),
            Self::S(text) => AttributeValue::S(text),
            Self::N(number) => AttributeValue::N(number),
            Self::B(bytes) => AttributeValue::B(Blob::new(bytes)),
            Self::Ss(members) => AttributeValue::Ss(members),
            Self::Ns(members) => AttributeValue::Ns(members),
            Self::Bs(members) => AttributeValue::Bs(members.into_iter().map(Blob::new).collect()),
            Self::Bool(truth) => AttributeValue::Bool(truth),
            Self::Null(null) => AttributeValue::Null(null),
        })
    }
}

mod sealed {
    use std::collections::HashMap;

    use super::{AttributeValue, IntoAttributeValue};

    pub trait Sealed {}
    impl<V: IntoAttributeValue> Sealed for HashMap<String, V> {}
    impl Sealed for serde_dynamo::Item {}
    impl Sealed for serde_dynamo::AttributeValue {}
    impl Sealed for AttributeValue {}
    #[cfg(feature = "streams")]
    impl Sealed for aws_sdk_dynamodbstreams::types::AttributeValue {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    fn nested(lists: usize) -> serde_dynamo::AttributeValue {
        let text = serde_dynamo::AttributeValue::S("text".to_owned());
        (0..lists).fold(text, |value, _| serde_dynamo::AttributeValue::L(vec![value]))
    }

    #[test]
    fn excessive_nesting_is_rejected() {
        assert!(nested(MAX_NESTING).into_attribute_value().is_ok());
        let item = HashMap::from([("note".to_owned(), nested(MAX_NESTING + 1))]);
        let error = serde_dynamo::Item::from(item).into_item().unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Codec, Some("note")));
    }
}
