//! Peers that access a table themselves.

use std::collections::HashMap;

use dynaseal::{AttributeValue, Item};
use serde_json::{Map, Value, json};

use super::{ClientError, Dynamodb, Peer, PeerError};
use crate::dynamodb_json::{item_from_json, item_to_json};
use crate::setup::Setup;

/// A table, and the interface of the client that accesses it.
#[derive(Clone, Copy, Debug)]
pub struct Table<'a> {
    /// The server of the table.
    pub dynamodb: &'a Dynamodb,
    /// Provider, actions and the name of the table.
    pub setup: &'a Setup,
    /// `client` or `table` in Python, the name of a modeled class in Java.
    pub interface: &'a str,
}

impl Table<'_> {
    fn request(&self, operation: &str, more: Value) -> Value {
        let mut request = Map::from_iter([
            ("operation".to_owned(), json!(operation)),
            ("setup".to_owned(), json!(self.setup)),
            ("endpoint".to_owned(), json!(self.dynamodb.endpoint())),
            ("interface".to_owned(), json!(self.interface)),
        ]);
        if let Value::Object(more) = more {
            request.extend(more);
        }
        Value::Object(request)
    }
}

impl Peer {
    /// Lets the client write an item.
    ///
    /// # Errors
    /// Fails if the peer violates the protocol or rejects the setup. Errors of the client are in the inner result.
    pub fn put(&mut self, table: Table<'_>, item: &Item) -> Result<Result<(), ClientError>, PeerError> {
        let request = table.request("put", json!({ "items": [item_to_json(item)] }));
        let written = self.results(&request, Some(1), |item| item.is_null().then_some(()))?;
        Ok(written.into_iter().collect())
    }

    /// Lets the client read the item with this key.
    ///
    /// # Errors
    /// Fails like [`put`](Self::put).
    pub fn get(&mut self, table: Table<'_>, key: &Item) -> Result<Result<Option<Item>, ClientError>, PeerError> {
        let request = table.request("get", json!({ "keys": [item_to_json(key)] }));
        let found = self.results(&request, Some(1), optional)?;
        Ok(found.into_iter().collect::<Result<Vec<_>, _>>().map(|found| found.into_iter().flatten().next()))
    }

    /// Lets the client read all items of a partition.
    ///
    /// # Errors
    /// Fails like [`put`](Self::put). An item that the client cannot read fails the whole request.
    pub fn query(&mut self, table: Table<'_>, name: &str, value: AttributeValue) -> Result<Vec<Item>, PeerError> {
        let partition = item_to_json(&HashMap::from([(name.to_owned(), value)]));
        self.found(&table.request("query", json!({ "partition": partition })))
    }

    /// Lets the client read all items of the table.
    ///
    /// # Errors
    /// Fails like [`query`](Self::query).
    pub fn scan(&mut self, table: Table<'_>) -> Result<Vec<Item>, PeerError> {
        self.found(&table.request("scan", Value::Null))
    }

    fn found(&mut self, request: &Value) -> Result<Vec<Item>, PeerError> {
        let results = self.results(request, None, |item| item_from_json(item).ok())?;
        results.into_iter().collect::<Result<_, _>>().map_err(PeerError::Rejected)
    }
}

fn optional(item: &Value) -> Option<Option<Item>> {
    if item.is_null() { Some(None) } else { item_from_json(item).ok().map(Some) }
}
