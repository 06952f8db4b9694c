//! Items in DynamoDB JSON.

use dynaseal::Item;
use serde_json::Value;

/// Parses items: one item, a list of items, or the output of `aws dynamodb get-item`, `query` or `scan`.
///
/// # Errors
/// Fails with a description of the error.
pub fn items_of(text: &str) -> Result<Vec<Item>, String> {
    let items = match serde_json::from_str(text).map_err(|error| format!("not JSON: {error}"))? {
        Value::Array(items) => items,
        Value::Object(mut object) => match (object.remove("Items"), object.remove("Item")) {
            (Some(Value::Array(items)), _) => items,
            (None, Some(item @ Value::Object(_))) => vec![item],
            // Other JSON is an item; its attributes may have these names.
            (items, item) => {
                object.extend(items.map(|value| ("Items".to_owned(), value)));
                object.extend(item.map(|value| ("Item".to_owned(), value)));
                vec![Value::Object(object)]
            }
        },
        _ => return Err("neither an item nor a list of items".to_owned()),
    };
    items.into_iter().map(item_of).collect()
}

/// Parses one item.
///
/// # Errors
/// Fails if the JSON is not an item.
pub fn item_of(json: Value) -> Result<Item, String> {
    let item: serde_dynamo::Item =
        serde_json::from_value(json).map_err(|_| "not an item in DynamoDB JSON, such as {\"id\": {\"S\": \"e-1\"}}")?;
    Ok(item.into())
}
