//! Requests that write or delete whole items.

use std::future::IntoFuture;
use std::pin::Pin;
use std::sync::Arc;

use crate::condition::{Condition, Decisive};
use crate::error::{Error, ErrorKind, Result};
use crate::example::example;
use crate::item::Item;
use crate::item::key::names;
use crate::item::plaintext::PlaintextItem;
use crate::table::{Action, Clock, Existence, Operation, Precondition, Table};

use super::debug::debug_by_table;
use super::{Record, Versioned, verify};

/// A request that writes an entity; created by [`Repository::create`](crate::Repository::create),
/// [`put`](crate::Repository::put) and [`replace`](crate::Repository::replace).
#[must_use = "nothing is written until the request is awaited"]
pub struct Put<T: Record> {
    table: Arc<Table>,
    operation: &'static str,
    write: Result<Write<T>>,
}

struct Write<T: Record> {
    item: Item,
    written: T::Written,
    precondition: Precondition,
}

/// A request that writes a changed entity; created by [`Repository::save`](crate::Repository::save).
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

    /// The same, failing with this error, if there is one.
    pub(crate) fn unless(mut self, rejected: Result<()>) -> Self {
        self.write = rejected.and(self.write);
        self
    }

    /// Writes only if this condition holds for the stored item, and otherwise fails with `ConditionFailed`.
    ///
    #[doc = example!(employees)]
    /// employees.create(&ada).await?;
    /// let raised = Employee { salary: 4500, ..ada };
    /// let is_legal = Employee::fields().department.eq("Legal");
    /// employees.put(&raised).when(is_legal.clone()).await?;
    ///
    /// let rejected = employees.put(&raised).when(!is_legal).await.unwrap_err();
    /// assert_eq!(rejected.kind(), ErrorKind::ConditionFailed);
    #[doc = example!(end)]
    ///
    /// Conditions on signed attributes are evaluated on the verified item, which is read first: one more request,
    /// repeated up to 20 times if other writers change the item. If it does not verify, the error is `Integrity`.
    /// Conditions on unsigned attributes and on the key cost no further request; with
    /// [`danger::unverified`](crate::danger::unverified), the server evaluates all of them.
    pub fn when<X: Decisive>(mut self, condition: Condition<T, X>) -> Self {
        self.write = self.write.and_then(|write| {
            let precondition = write.precondition.and(&self.table, condition.into_untyped())?;
            Ok(Write { precondition, ..write })
        });
        self
    }

    /// Returns the entity that is replaced, verified and decrypted; `None` if there was none.
    ///
    #[doc = example!(employees)]
    /// employees.create(&ada).await?;
    /// let raised = Employee { salary: 4500, ..ada.clone() };
    /// assert_eq!(employees.put(&raised).returning().await?, Some(ada));
    #[doc = example!(end)]
    ///
    /// If writing sets a version or a timestamp, this returns the former entity instead of the written one. If the
    /// former item does not verify, it is replaced nevertheless, and the error is `Integrity`. If the item was written
    /// but the response was lost, the error is `OutcomeUnknown`.
    pub fn returning(self) -> PutReturning<T> {
        PutReturning(self)
    }

    /// Converts the request to an operation of a transaction.
    pub(super) fn into_operation(self) -> Result<Operation> {
        let Write { item, precondition, .. } = self.write?;
        Ok(Operation { table: self.table, action: Action::Put(item), precondition })
    }
}

impl<T: Record> Write<T> {
    fn new(record: &T, clock: &Clock, existence: Existence) -> Result<Self> {
        let (item, written) = record.written_at(clock.now())?;
        // If no item may exist, no version can be required.
        let version = if existence == Existence::MustNotExist { None } else { record.stored_version()? };
        Ok(Self { item, written, precondition: Precondition { version, ..Precondition::existence(existence) } })
    }
}

impl<T: Record> IntoFuture for Put<T> {
    type Output = Result<T::Written>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        let span = self.table.span(self.operation);
        Box::pin(span.run(async move {
            let Write { item, written, precondition } = self.write?;
            self.table.put(item, &precondition).await?;
            Ok(written)
        }))
    }
}

/// A request that writes an entity and returns the replaced one; created by [`Put::returning`].
#[must_use = "nothing is written until the request is awaited"]
pub struct PutReturning<T: Record>(Put<T>);

impl<T: Record> IntoFuture for PutReturning<T> {
    type Output = Result<Option<T>>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        let Put { table, operation, write } = self.0;
        let span = table.span(operation);
        Box::pin(span.run(async move {
            let Write { item, precondition, .. } = write?;
            let key = table.key.of(&item);
            match table.put_returning_old(item, &precondition).await? {
                Some(stored) => {
                    let opened = verify::open::<T>(&table, &key, stored).await;
                    opened
                        .map(Some)
                        .map_err(|error| error.after("the item was written, and this is about the one before"))
                }
                None => Ok(None),
            }
        }))
    }
}

impl<T: Record> Save<T> {
    pub(crate) fn new(table: &Arc<Table>, clock: &Clock, versioned: Versioned<T>) -> Self {
        Self { table: Arc::clone(table), clock: clock.clone(), versioned }
    }

    /// Converts the request to an operation of a transaction.
    pub(super) fn into_operation(mut self) -> Result<Operation> {
        let item = self.versioned.to_item()?;
        let (_, item) = prepare(&self.table, &self.clock, &mut self.versioned, item)?;
        Ok(Operation::change(self.table, self.versioned.into_snapshot(), item.into_inner()))
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

/// Writes a changed entity with this item, on the condition that it was not written since it was read.
pub(super) async fn save<T: Record>(
    table: &Table,
    clock: &Clock,
    mut versioned: Versioned<T>,
    item: PlaintextItem,
) -> Result<Versioned<T>> {
    let (read, item) = prepare(table, clock, &mut versioned, item)?;
    let snapshot = table.change(versioned.snapshot(), item.into_inner()).await?;
    Ok(versioned.written(read, snapshot))
}

/// Writes a new record of this key, unless an item exists.
pub(super) async fn create<T: Record>(table: &Table, clock: &Clock, key: &Item, mut record: T) -> Result<Versioned<T>> {
    record.set_managed(clock.now())?;
    let item = PlaintextItem::from(record.to_attributes()?);
    if !key.iter().all(|(name, value)| item.get(name).is_some_and(|own| names::same(own, value))) {
        return Err(Error::new(
            ErrorKind::Usage,
            "the new entity has another key than the requested one; nothing was written",
        ));
    }
    let snapshot = table.create(item.clone().into_inner()).await?;
    Ok(Versioned::created(record, item, snapshot))
}

/// Returns the item of a changed entity as the program would write it later, and as it is written.
fn prepare<T: Record>(
    table: &Table,
    clock: &Clock,
    versioned: &mut Versioned<T>,
    mut item: PlaintextItem,
) -> Result<(PlaintextItem, PlaintextItem)> {
    versioned.unchanged_key(table)?;
    versioned.check_version_is_unchanged()?;
    versioned.check_tenant_is_unchanged(&item)?;
    if !T::MANAGED.is_empty() {
        versioned.set_managed(clock.now())?;
        item = versioned.to_item()?;
    }
    let read = item.clone();
    versioned.restore_untouched(&mut item);
    Ok((read, item))
}

debug_by_table!(Put: table, PutReturning: 0.table, Save: table);
