//! The three write operations of DynamoDB, each with its conditions and a record of its attempts.

use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::ReturnValue;
use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure::AllOld;

use crate::condition::render::{Expression, Placeholders};
use crate::item::Item;

use super::Table;
use super::attempts::{Attempts, Repeat};
use super::outcome::Failure;
use super::snapshot::Snapshot;

impl Repeat {
    /// For a write conditional on the signature of the snapshot.
    pub(super) fn conditioned_on(before: &Snapshot) -> Self {
        if before.is_unique { Self::Freely } else { Self::Never }
    }
}

/// Sends the request, and records the outcome of its attempts.
macro_rules! send {
    ($request:expr, $repeat:expr, $operation:literal, $condition_failed:path) => {{
        let attempts = Attempts::new($repeat);
        // Boxed, because it has thousands of bytes, and the surrounding futures are moved.
        attempts.of(Box::pin($request.send())).await.map_err(|error| {
            let found = match error.as_service_error() {
                Some($condition_failed(failed)) => failed.item.clone(),
                _ => None,
            };
            Failure::new($operation, error, found, &attempts)
        })
    }};
}

impl Table {
    /// Returns the requested item, as it was stored.
    pub(super) async fn send_put(
        &self,
        stored: Item,
        condition: Expression,
        placeholders: Placeholders,
        repeat: Repeat,
        returned: Option<ReturnValue>,
    ) -> Result<Option<Item>, Failure> {
        let (names, values) = placeholders.into_parts();
        let condition = condition.into_text();
        let request = self
            .client
            .put_item()
            .table_name(&self.name)
            .set_item(Some(stored))
            // Without a condition, none can fail.
            .set_return_values_on_condition_check_failure(condition.is_some().then_some(AllOld))
            .set_condition_expression(condition)
            .set_expression_attribute_names(names)
            .set_expression_attribute_values(values)
            .set_return_values(returned);
        send!(request, repeat, "PutItem", PutItemError::ConditionalCheckFailedException)
            .map(|response| response.attributes)
    }

    /// Returns the requested item, as it is stored.
    pub(super) async fn send_update(
        &self,
        key: Item,
        update: Expression,
        condition: Expression,
        placeholders: Placeholders,
        repeat: Repeat,
        returned: Option<ReturnValue>,
    ) -> Result<Option<Item>, Failure> {
        let (names, values) = placeholders.into_parts();
        let request = self
            .client
            .update_item()
            .table_name(&self.name)
            .set_key(Some(key))
            .set_update_expression(update.into_text())
            .set_condition_expression(condition.into_text())
            .set_expression_attribute_names(names)
            .set_expression_attribute_values(values)
            .set_return_values(returned)
            .return_values_on_condition_check_failure(AllOld);
        send!(request, repeat, "UpdateItem", UpdateItemError::ConditionalCheckFailedException)
            .map(|response| response.attributes)
    }

    /// Returns the item as it was stored, if there was one.
    pub(super) async fn send_delete(
        &self,
        key: Item,
        condition: Expression,
        placeholders: Placeholders,
        repeat: Repeat,
    ) -> Result<Option<Item>, Failure> {
        let (names, values) = placeholders.into_parts();
        let request = self
            .client
            .delete_item()
            .table_name(&self.name)
            .set_key(Some(key))
            .set_condition_expression(condition.into_text())
            .set_expression_attribute_names(names)
            .set_expression_attribute_values(values)
            .return_values(ReturnValue::AllOld)
            .return_values_on_condition_check_failure(AllOld);
        send!(request, repeat, "DeleteItem", DeleteItemError::ConditionalCheckFailedException)
            .map(|response| response.attributes)
    }
}
