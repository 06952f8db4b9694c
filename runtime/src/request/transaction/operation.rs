//! Requests as operations of a transaction.

use std::marker::PhantomData;
use std::sync::Arc;

use crate::condition::tree::ConditionTree;
use crate::error::Result;
use crate::item::Item;
use crate::request::debug::debug_by_table;
use crate::request::{Delete, DeleteUnchanged, Put, Record, Save, UpdateInPlace, Versioned};
use crate::table::{Action, Operation, Precondition, Snapshot, Table};

mod sealed {
    pub trait Sealed {}
}

/// An operation of a [`Transaction`](super::Transaction): the requests [`Put`], [`Save`], [`Delete`],
/// [`DeleteUnchanged`] and [`UpdateInPlace`], and the checks [`Check`] and [`CheckUnchanged`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be part of a transaction",
    label = "not an operation of a transaction",
    note = "a transaction takes the requests of `create`, `put`, `replace`, `save`, `delete`, `delete_unchanged`, `update_in_place` \
            `check` and `check_unchanged`"
)]
pub trait TransactionOperation: sealed::Sealed {
    #[doc(hidden)]
    fn into_operation(self) -> TransactionPart;
}

/// One operation, or the reason why it is invalid.
#[derive(Debug)]
pub struct TransactionPart(pub(super) Result<Operation>);

/// A condition on an item as part of a transaction; created by [`Repository::check`](crate::Repository::check).
#[must_use = "a check does nothing until it is part of a transaction"]
pub struct Check<T> {
    table: Arc<Table>,
    key: Result<Item>,
    condition: Result<ConditionTree>,
    record: PhantomData<fn() -> T>,
}

impl<T: Record> Check<T> {
    pub(crate) fn new(table: &Arc<Table>, key: Result<Item>, condition: Result<ConditionTree>) -> Self {
        Self { table: Arc::clone(table), key, condition, record: PhantomData }
    }
}

/// A check that an item is unchanged since it was read, as part of a transaction; created by
/// [`Repository::check_unchanged`](crate::Repository::check_unchanged).
#[must_use = "a check does nothing until it is part of a transaction"]
pub struct CheckUnchanged<T> {
    table: Arc<Table>,
    key: Result<Item>,
    snapshot: Snapshot,
    record: PhantomData<fn() -> T>,
}

impl<T: Record> CheckUnchanged<T> {
    pub(crate) fn new(table: &Arc<Table>, versioned: &Versioned<T>) -> Self {
        Self {
            key: versioned.unchanged_key(table),
            table: Arc::clone(table),
            snapshot: versioned.snapshot().clone(),
            record: PhantomData,
        }
    }
}

impl<T> sealed::Sealed for CheckUnchanged<T> {}
impl<T: Record> TransactionOperation for CheckUnchanged<T> {
    fn into_operation(self) -> TransactionPart {
        let Self { table, key, snapshot, .. } = self;
        TransactionPart(key.map(|key| Operation::check_unchanged(table, snapshot, key)))
    }
}

impl<T> sealed::Sealed for Check<T> {}
impl<T: Record> TransactionOperation for Check<T> {
    fn into_operation(self) -> TransactionPart {
        let Self { table, key, condition, .. } = self;
        TransactionPart((|| {
            let precondition = Precondition::default().and(&table, condition)?;
            Ok(Operation { action: Action::Check(key?), table, precondition })
        })())
    }
}

macro_rules! operations {
    ($($request:ident),*) => {$(
        impl<T: Record> sealed::Sealed for $request<T> {}
        impl<T: Record> TransactionOperation for $request<T> {
            fn into_operation(self) -> TransactionPart {
                TransactionPart($request::into_operation(self))
            }
        }
    )*};
}

operations!(Put, Save, Delete, DeleteUnchanged, UpdateInPlace);

debug_by_table!(Check: table, CheckUnchanged: table);
