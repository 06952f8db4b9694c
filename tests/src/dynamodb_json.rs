//! Converts between DynamoDB JSON, such as `{"a": {"N": "1"}, "b": {"B": "AAE="}}`, and the values of the AWS SDK.

use std::fmt;

use aws_sdk_dynamodb::primitives::Blob;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dynaseal::{AttributeValue, Item};
use serde_json::{Map, Value, json};

/// The input is not DynamoDB JSON.
#[derive(Debug)]
pub struct Malformed(String);

/// Converts an item to a JSON object.
pub fn item_to_json(item: &Item) -> Value {
    Value::Object(item.iter().map(|(name, value)| (name.clone(), value_to_json(value))).collect())
}

/// Converts a JSON object to an item.
///
/// # Errors
/// Fails if the JSON is not an item.
pub fn item_from_json(json: &Value) -> Result<Item, Malformed> {
    let attributes = json.as_object().ok_or_else(|| malformed("an item that is no object", json))?;
    attributes.iter().map(|(name, value)| Ok((name.clone(), value_from_json(value)?))).collect()
}

/// Converts a value to a JSON object with one field. A type that this SDK does not know becomes `{}`, which every
/// reader rejects.
pub fn value_to_json(value: &AttributeValue) -> Value {
    match value {
        AttributeValue::S(text) => json!({ "S": text }),
        AttributeValue::N(number) => json!({ "N": number }),
        AttributeValue::B(blob) => json!({ "B": STANDARD.encode(blob) }),
        AttributeValue::Bool(flag) => json!({ "BOOL": flag }),
        AttributeValue::Null(flag) => json!({ "NULL": flag }),
        AttributeValue::Ss(members) => json!({ "SS": members }),
        AttributeValue::Ns(members) => json!({ "NS": members }),
        AttributeValue::Bs(members) => {
            json!({ "BS": members.iter().map(|blob| STANDARD.encode(blob)).collect::<Vec<_>>() })
        }
        AttributeValue::L(members) => json!({ "L": members.iter().map(value_to_json).collect::<Vec<_>>() }),
        AttributeValue::M(entries) => json!({ "M": item_to_json(entries) }),
        _ => json!({}),
    }
}

/// Converts a JSON object with one field to a value.
///
/// # Errors
/// Fails if the JSON is not a value.
pub fn value_from_json(json: &Value) -> Result<AttributeValue, Malformed> {
    let (tag, content) = only_field(json).ok_or_else(|| malformed("a value that is no object of one field", json))?;
    let value = match tag {
        "S" => AttributeValue::S(text(content)?),
        "N" => AttributeValue::N(text(content)?),
        "B" => AttributeValue::B(binary(content)?),
        "BOOL" => AttributeValue::Bool(flag(content)?),
        "NULL" => AttributeValue::Null(flag(content)?),
        "SS" => AttributeValue::Ss(members(content, text)?),
        "NS" => AttributeValue::Ns(members(content, text)?),
        "BS" => AttributeValue::Bs(members(content, binary)?),
        "L" => AttributeValue::L(members(content, value_from_json)?),
        "M" => AttributeValue::M(item_from_json(content)?),
        _ => return Err(malformed("a value of an unknown type", json)),
    };
    Ok(value)
}

fn only_field(json: &Value) -> Option<(&str, &Value)> {
    let mut fields = json.as_object().map(Map::iter)?;
    let (tag, content) = fields.next()?;
    fields.next().is_none().then_some((tag, content))
}

fn members<T>(json: &Value, convert: fn(&Value) -> Result<T, Malformed>) -> Result<Vec<T>, Malformed> {
    json.as_array().ok_or_else(|| malformed("a list or set that is no array", json))?.iter().map(convert).collect()
}

fn text(json: &Value) -> Result<String, Malformed> {
    json.as_str().map(str::to_owned).ok_or_else(|| malformed("a text that is no string", json))
}

fn flag(json: &Value) -> Result<bool, Malformed> {
    json.as_bool().ok_or_else(|| malformed("a flag that is no boolean", json))
}

fn binary(json: &Value) -> Result<Blob, Malformed> {
    let decoded = json.as_str().and_then(|text| STANDARD.decode(text).ok());
    decoded.map(Blob::new).ok_or_else(|| malformed("a binary that is no base64", json))
}

fn malformed(what: &str, json: &Value) -> Malformed {
    Malformed(format!("{what}: {json}"))
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Malformed {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_round_trips() {
        let json = json!({
            "s": {"S": "\u{1f600}"}, "n": {"N": "1.50"}, "b": {"B": "/w=="}, "true": {"BOOL": true}, "null": {"NULL": true},
            "ss": {"SS": ["b", "a"]}, "ns": {"NS": ["10", "9"]}, "bs": {"BS": ["", "AA=="]},
            "l": {"L": [{"L": []}, {"S": ""}]}, "m": {"M": {"": {"M": {}}}},
        });
        assert_eq!(item_to_json(&item_from_json(&json).unwrap()), json);
    }

    #[test]
    fn invalid_dynamodb_json_is_rejected() {
        for value in [
            json!(null),
            json!("a"),
            json!({}),
            json!({"S": "a", "N": "1"}),
            json!({"S": 1}),
            json!({"N": 1}),
            json!({"B": "not base64"}),
            json!({"BOOL": "true"}),
            json!({"SS": "a"}),
            json!({"NS": [1]}),
            json!({"L": [1]}),
            json!({"M": []}),
            json!({"X": ""}),
        ] {
            assert!(value_from_json(&value).is_err(), "{value}");
        }
    }
}
