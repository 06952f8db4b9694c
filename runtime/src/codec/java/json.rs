//! Values as JSON in a string, as Java's mapper stores values annotated with `@DynamoDBTypeConvertedJson`.
//!
//! For every type that implements serde's traits. JSON's `null` is not stored: in Java, too, it is an absent attribute.

use serde::Serialize;
use serde::de::{Deserialize as _, DeserializeOwned, Deserializer, Error as _};
use serde::ser::{Error as _, Serializer};

const NULL: &str = "null";

/// Writes the value as JSON.
///
/// # Errors
/// Fails for a value that JSON cannot represent, and with the errors of the serializer. The error does not contain the
/// value.
pub fn serialize<T: Serialize + ?Sized, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    let text = serde_json::to_string(value).map_err(|_| S::Error::custom("JSON has no form for the value"))?;
    if text == NULL { serializer.serialize_none() } else { serializer.serialize_str(&text) }
}

/// Reads JSON.
///
/// # Errors
/// Fails for text that is not the JSON of such a value. The error does not contain the text.
pub fn deserialize<'de, T: DeserializeOwned, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    serde_json::from_str(text.as_deref().unwrap_or(NULL))
        .map_err(|_| D::Error::custom("not the JSON of a value of this type"))
}
