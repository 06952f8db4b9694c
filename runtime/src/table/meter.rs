//! Measures the cost of requests for their spans.

use aws_sdk_dynamodb::operation::batch_get_item::{BatchGetItemInput, BatchGetItemOutput};
use aws_sdk_dynamodb::operation::batch_write_item::{BatchWriteItemInput, BatchWriteItemOutput};
use aws_sdk_dynamodb::operation::delete_item::{DeleteItemInput, DeleteItemOutput};
use aws_sdk_dynamodb::operation::get_item::{GetItemInput, GetItemOutput};
use aws_sdk_dynamodb::operation::put_item::{PutItemInput, PutItemOutput};
use aws_sdk_dynamodb::operation::query::{QueryInput, QueryOutput};
use aws_sdk_dynamodb::operation::scan::{ScanInput, ScanOutput};
use aws_sdk_dynamodb::operation::transact_get_items::{TransactGetItemsInput, TransactGetItemsOutput};
use aws_sdk_dynamodb::operation::transact_write_items::{TransactWriteItemsInput, TransactWriteItemsOutput};
use aws_sdk_dynamodb::operation::update_item::{UpdateItemInput, UpdateItemOutput};
use aws_sdk_dynamodb::types::{ConsumedCapacity, ReturnConsumedCapacity};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeSerializationInterceptorContextMut, BeforeTransmitInterceptorContextRef, FinalizerInterceptorContextRef,
    Input, Output,
};
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::{ConfigBag, Storable, StoreReplace};

use super::span;

/// Reports to the span of the request that runs in this task. Requests the consumed capacity from DynamoDB only if the
/// span has a subscriber.
#[derive(Debug)]
pub(super) struct Meter;

/// How many items a request is to write.
#[derive(Clone, Copy, Debug)]
struct ToWrite(usize);

impl Storable for ToWrite {
    type Storer = StoreReplace<Self>;
}

#[dyn_dispatch_hint]
impl Intercept for Meter {
    fn name(&self) -> &'static str {
        "Meter"
    }

    fn modify_before_serialization(
        &self,
        context: &mut BeforeSerializationInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if span::is_observed() {
            let to_write = ask_for_capacity(context.input_mut());
            config.interceptor_state().store_put(ToWrite(to_write));
        }
        Ok(())
    }

    fn read_before_attempt(
        &self,
        _context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        span::update(|totals| totals.attempts += 1);
        Ok(())
    }

    fn read_after_execution(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let (Some(Ok(output)), Some(ToWrite(to_write))) = (context.output_or_error(), config.load::<ToWrite>()) {
            let taken = Taken::of(output, *to_write);
            span::update(|totals| {
                totals.items += taken.items as u64;
                if let Some(capacity) = taken.capacity {
                    *totals.consumed_capacity.get_or_insert_default() += capacity;
                }
            });
        }
        Ok(())
    }
}

/// Returns how many items the request is to write.
fn ask_for_capacity(input: &mut Input) -> usize {
    macro_rules! ask {
        ($($Input:ty: $to_write:expr,)*) => {$(
            if let Some(input) = input.downcast_mut::<$Input>() {
                input.return_consumed_capacity.get_or_insert(ReturnConsumedCapacity::Total);
                let to_write: fn(&$Input) -> usize = $to_write;
                return to_write(input);
            }
        )*};
    }
    ask! {
        GetItemInput: |_| 0,
        PutItemInput: |_| 1,
        UpdateItemInput: |_| 1,
        DeleteItemInput: |_| 1,
        QueryInput: |_| 0,
        ScanInput: |_| 0,
        BatchGetItemInput: |_| 0,
        BatchWriteItemInput: |input| input.request_items().into_iter().flat_map(|tables| tables.values()).map(Vec::len).sum(),
        TransactGetItemsInput: |_| 0,
        TransactWriteItemsInput: |input| input.transact_items().len(),
    }
    0
}

/// The measurements of one response.
struct Taken {
    items: usize,
    capacity: Option<f64>,
}

impl Taken {
    fn of(output: &Output, to_write: usize) -> Self {
        macro_rules! read {
            ($($Output:ty: $items:expr, $capacity:expr;)*) => {$(
                if let Some(output) = output.downcast_ref::<$Output>() {
                    let items: fn(&$Output, usize) -> usize = $items;
                    let capacity: fn(&$Output) -> Option<f64> = $capacity;
                    return Self { items: items(output, to_write), capacity: capacity(output) };
                }
            )*};
        }
        read! {
            GetItemOutput: |output, _| output.item().map_or(0, |_| 1), |output| one(output.consumed_capacity());
            PutItemOutput: |_, written| written, |output| one(output.consumed_capacity());
            UpdateItemOutput: |_, written| written, |output| one(output.consumed_capacity());
            DeleteItemOutput: |_, written| written, |output| one(output.consumed_capacity());
            QueryOutput: |output, _| output.items().len(), |output| one(output.consumed_capacity());
            ScanOutput: |output, _| output.items().len(), |output| one(output.consumed_capacity());
            BatchGetItemOutput: |output, _| {
                output.responses().into_iter().flat_map(|tables| tables.values()).map(Vec::len).sum()
            }, |output| sum(output.consumed_capacity());
            BatchWriteItemOutput: |output, to_write| {
                let left = output.unprocessed_items().into_iter().flat_map(|tables| tables.values()).map(Vec::len);
                to_write.saturating_sub(left.sum())
            }, |output| sum(output.consumed_capacity());
            TransactGetItemsOutput: |output, _| {
                output.responses().iter().filter(|response| response.item().is_some()).count()
            }, |output| sum(output.consumed_capacity());
            TransactWriteItemsOutput: |_, written| written, |output| sum(output.consumed_capacity());
        }
        Self { items: 0, capacity: None }
    }
}

fn one(consumed: Option<&ConsumedCapacity>) -> Option<f64> {
    consumed?.capacity_units()
}

fn sum(consumed: &[ConsumedCapacity]) -> Option<f64> {
    consumed.iter().filter_map(ConsumedCapacity::capacity_units).reduce(|sum, units| sum + units)
}
