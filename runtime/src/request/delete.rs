//! Requests that delete items.

use std::future::IntoFuture;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

use crate::condition::{Condition, Decisive};
use crate::error::Result;
use crate::example::example;
use crate::item::Item;
use crate::schema::entity::ExpectedVersion;
use crate::table::{Action, Operation, Precondition, Table};

use super::debug::debug_by_table;
use super::{Record, Versioned, verify};

/// A request that deletes an item; created by [`Repository::delete`](crate::Repository::delete).
#[must_use = "nothing is deleted until the request is awaited"]
pub struct Delete<T> {
    table: Arc<Table>,
    key: Result<Item>,
    precondition: Result<Precondition>,
    entity: PhantomData<fn() -> T>,
}

/// A request that deletes an item and returns it; created by [`Delete::returning`].
#[must_use = "nothing is deleted until the request is awaited"]
pub struct DeleteReturning<T>(Delete<T>);

/// A request that deletes an item unless it was changed; created by
/// [`Repository::delete_unchanged`](crate::Repository::delete_unchanged).
#[must_use = "nothing is deleted until the request is awaited"]
pub struct DeleteUnchanged<T> {
    table: Arc<Table>,
    versioned: Versioned<T>,
}

impl<T: Record> Delete<T> {
    pub(crate) fn new(table: &Arc<Table>, key: Result<Item>) -> Self {
        Self { table: Arc::clone(table), key, precondition: Ok(Precondition::default()), entity: PhantomData }
    }

    /// Deletes the item only if it has this version.
    pub(crate) fn of_version(mut self, version: Result<Option<ExpectedVersion>>) -> Self {
        self.precondition = self
            .precondition
            .and_then(|precondition| Ok(Precondition { version: version?, if_present: true, ..precondition }));
        self
    }

    /// Deletes only if this condition holds for the stored item, and otherwise fails with `ConditionFailed`.
    ///
    #[doc = example!(employees)]
    /// employees.create(&ada).await?;
    /// let is_retired = Employee::fields().department.eq("Retired");
    /// assert_eq!(employees.delete("e-1").when(is_retired).await.unwrap_err().kind(), ErrorKind::ConditionFailed);
    #[doc = example!(end)]
    ///
    /// Conditions on signed attributes are evaluated on the verified item, which is read first: one more request,
    /// repeated up to 20 times if other writers change the item. If it does not verify, the error is `Integrity`.
    /// Conditions on unsigned attributes and on the key cost no further request; with
    /// [`danger::unverified`](crate::danger::unverified), the server evaluates all of them.
    pub fn when<X: Decisive>(mut self, condition: Condition<T, X>) -> Self {
        self.precondition =
            self.precondition.and_then(|precondition| precondition.and(&self.table, condition.into_untyped()));
        self
    }

    /// Converts the request to an operation of a transaction.
    pub(super) fn into_operation(self) -> Result<Operation> {
        Ok(Operation { table: self.table, action: Action::Delete(self.key?), precondition: self.precondition? })
    }

    /// Returns the deleted entity, verified and decrypted; `None` if there was none.
    ///
    /// An item that does not verify is deleted nevertheless, and the error is `Integrity`; likewise `Schema` for an
    /// item that does not fit the entity.
    ///
    #[doc = example!(employees)]
    /// employees.create(&ada).await?;
    /// assert_eq!(employees.delete("e-1").returning().await?, Some(ada));
    /// assert_eq!(employees.delete("e-1").returning().await?, None);
    #[doc = example!(end)]
    pub fn returning(self) -> DeleteReturning<T> {
        DeleteReturning(self)
    }
}

impl<T: Record> IntoFuture for Delete<T> {
    type Output = Result<()>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        let span = self.table.span("delete");
        Box::pin(span.run(async move { self.table.delete(self.key?, &self.precondition?).await.map(drop) }))
    }
}

impl<T: Record> IntoFuture for DeleteReturning<T> {
    type Output = Result<Option<T>>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        let Delete { table, key, precondition, .. } = self.0;
        let span = table.span("delete");
        Box::pin(span.run(async move {
            let key = key?;
            match table.delete(key.clone(), &precondition?).await? {
                Some(stored) => {
                    let opened = verify::open::<T>(&table, &key, stored).await;
                    opened.map(Some).map_err(|error| error.after("the item was deleted"))
                }
                None => Ok(None),
            }
        }))
    }
}

impl<T: Record> DeleteUnchanged<T> {
    pub(crate) fn new(table: &Arc<Table>, versioned: Versioned<T>) -> Self {
        Self { table: Arc::clone(table), versioned }
    }

    /// Converts the request to an operation of a transaction.
    pub(super) fn into_operation(self) -> Result<Operation> {
        let key = self.versioned.unchanged_key(&self.table)?;
        Ok(Operation::delete_unchanged(self.table, self.versioned.into_snapshot(), key))
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

debug_by_table!(Delete: table, DeleteReturning: 0.table, DeleteUnchanged: table);
