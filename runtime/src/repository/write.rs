//! Requests that write or delete whole items.

use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

use crate::condition::Condition;
use crate::error::Result;
use crate::item::Item;
use crate::plaintext::PlaintextItem;
use crate::table::{Action, Demands, Existence, Operation, Table};

use super::clock::Clock;
use super::{Record, Versioned, read};

/// A request that writes an entity; made by [`Repository::create`](super::Repository::create), [`put`](super::Repository::put) and
/// [`replace`](super::Repository::replace).
#[must_use = "nothing is written until the request is awaited"]
pub struct Put<T: Record> {
    table: Arc<Table>,
    operation: &'static str,
    write: Result<Write<T>>,
}

struct Write<T: Record> {
    item: Item,
    written: T::Written,
    demands: Demands,
}

/// A request that writes a changed entity; made by [`Repository::save`](super::Repository::save).
#[must_use = "nothing is written until the request is awaited"]
pub struct Save<T> {
    table: Arc<Table>,
    clock: Clock,
    versioned: Versioned<T>,
}

impl<T: Record> Put<T> {
    pub(crate) fn new(table: &Arc<Table>, clock: &Clock, record: &T, existence: Existence) -> Self {
        let operation = match existence {
            Existence::MustNotExist => "create",
            Existence::Any => "put",
            Existence::MustExist => "replace",
        };
        Self { table: Arc::clone(table), operation, write: Write::new(record, clock, existence) }
    }

    /// The same, but it fails with this error, if it is one.
    pub(crate) fn unless(mut self, refused: Result<()>) -> Self {
        self.write = refused.and(self.write);
        self
    }

    /// Writes only if this holds of what is stored, or else fails with `ConditionFailed`.
    pub fn when(mut self, condition: Condition<T>) -> Self {
        self.write = self.write.and_then(|mut write| {
            write.demands.and(condition.into_untyped()?)?;
            Ok(write)
        });
        self
    }

    /// The same as an operation of a transaction.
    pub(super) fn into_operation(self) -> Result<Operation> {
        let Write { item, demands, .. } = self.write?;
        Ok(Operation { table: self.table, action: Action::Put(item), demands })
    }
}

impl<T: Record> Write<T> {
    fn new(record: &T, clock: &Clock, existence: Existence) -> Result<Self> {
        let (item, written) = record.written_at(clock.now())?;
        // Where no item may be, no version can be expected.
        let version = if existence == Existence::MustNotExist { None } else { record.stored_version()? };
        Ok(Self { item, written, demands: Demands { existence, version, when: None } })
    }
}

impl<T: Record> IntoFuture for Put<T> {
    type Output = Result<T::Written>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        let span = self.table.span(self.operation);
        Box::pin(span.run(async move {
            let Write { item, written, demands } = self.write?;
            self.table.put(item, &demands).await?;
            Ok(written)
        }))
    }
}

impl<T: Record> Save<T> {
    pub(crate) fn new(table: &Arc<Table>, clock: &Clock, versioned: Versioned<T>) -> Self {
        Self { table: Arc::clone(table), clock: clock.clone(), versioned }
    }
}

impl<T: Record> IntoFuture for Save<T> {
    type Output = Result<Versioned<T>>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        let span = self.table.span("save");
        Box::pin(span.run(async move {
            let item = self.versioned.to_item()?;
            save(&self.table, &self.clock, self.versioned, item).await
        }))
    }
}

/// Writes a changed entity, whose item this is, on the condition that nobody else did since it was read.
pub(super) async fn save<T: Record>(
    table: &Table,
    clock: &Clock,
    mut versioned: Versioned<T>,
    mut item: PlaintextItem,
) -> Result<Versioned<T>> {
    versioned.unchanged_key(table)?;
    versioned.check_version_is_unchanged()?;
    if !T::STAMPS.is_empty() {
        versioned.set_stamps(clock.now())?;
        item = versioned.to_item()?;
    }
    let read = item.clone();
    versioned.restore_untouched(table, &mut item);
    let snapshot = table.change(versioned.snapshot(), item.into_inner()).await?;
    Ok(versioned.written(read, snapshot))
}

/// A request that deletes an item; made by [`Repository::delete`](super::Repository::delete).
#[must_use = "nothing is deleted until the request is awaited"]
pub struct Delete<T> {
    table: Arc<Table>,
    key: Result<Item>,
    demands: Result<Demands>,
    entity: PhantomData<fn() -> T>,
}

/// A request that deletes an item and returns what it was; made by [`Delete::returning`].
#[must_use = "nothing is deleted until the request is awaited"]
pub struct DeleteReturning<T>(Delete<T>);

/// A request that deletes an item unless it was changed; made by [`Repository::delete_unchanged`](super::Repository::delete_unchanged).
#[must_use = "nothing is deleted until the request is awaited"]
pub struct DeleteUnchanged<T> {
    table: Arc<Table>,
    versioned: Versioned<T>,
}

impl<T: Record> Delete<T> {
    pub(crate) fn new(table: &Arc<Table>, key: Result<Item>) -> Self {
        Self { table: Arc::clone(table), key, demands: Ok(Demands::default()), entity: PhantomData }
    }

    /// Deletes only if this holds of what is stored, or else fails with `ConditionFailed`.
    pub fn when(mut self, condition: Condition<T>) -> Self {
        self.demands = self.demands.and_then(|mut demands| {
            demands.and(condition.into_untyped()?)?;
            Ok(demands)
        });
        self
    }

    /// The same as an operation of a transaction.
    pub(super) fn into_operation(self) -> Result<Operation> {
        Ok(Operation { table: self.table, action: Action::Delete(self.key?), demands: self.demands? })
    }

    /// Returns the entity that was deleted, verified and decrypted; `None` if there was none.
    ///
    /// An item that does not verify is deleted all the same, and `Integrity` says so.
    pub fn returning(self) -> DeleteReturning<T> {
        DeleteReturning(self)
    }
}

impl<T: Record> IntoFuture for Delete<T> {
    type Output = Result<()>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        let span = self.table.span("delete");
        Box::pin(span.run(async move { self.table.delete(self.key?, &self.demands?).await.map(drop) }))
    }
}

impl<T: Record> IntoFuture for DeleteReturning<T> {
    type Output = Result<Option<T>>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        let Delete { table, key, demands, .. } = self.0;
        let span = table.span("delete");
        Box::pin(span.run(async move {
            let key = key?;
            match table.delete(key.clone(), &demands?).await? {
                Some(stored) => read::open::<T>(&table, &key, stored).await.map(Some),
                None => Ok(None),
            }
        }))
    }
}

impl<T: Record> DeleteUnchanged<T> {
    pub(crate) fn new(table: &Arc<Table>, versioned: Versioned<T>) -> Self {
        Self { table: Arc::clone(table), versioned }
    }
}

impl<T: Record> IntoFuture for DeleteUnchanged<T> {
    type Output = Result<()>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        let span = self.table.span("delete_unchanged");
        Box::pin(span.run(async move {
            let key = self.versioned.unchanged_key(&self.table)?;
            self.table.delete_unchanged(key, self.versioned.snapshot()).await
        }))
    }
}

macro_rules! debug_by_table {
    ($($request:ident: $($table:ident).+),*) => {$(
        impl<T: Record> fmt::Debug for $request<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($request)).field("table", &self.$($table).+.name).finish_non_exhaustive()
            }
        }
    )*};
}

debug_by_table!(Put: table, Save: table, Delete: table, DeleteUnchanged: table);

impl<T: Record> fmt::Debug for DeleteReturning<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("DeleteReturning").field(&self.0).finish()
    }
}
