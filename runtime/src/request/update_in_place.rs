//! Requests that change unsigned attributes on the server.

use std::future::IntoFuture;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

use aws_sdk_dynamodb::types::ReturnValue;

use crate::condition::changes::UnsignedUpdate;
use crate::condition::{Condition, Decisive};
use crate::error::{Error, Result};
use crate::example::example;
use crate::item::Item;
use crate::table::{Action, Existence, Operation, Precondition, Table};

use super::debug::debug_by_table;
use super::{Record, verify};

/// A request that changes unsigned attributes on the server; created by
/// [`Repository::update_in_place`](crate::Repository::update_in_place).
#[must_use = "nothing is changed until the request is awaited"]
pub struct UpdateInPlace<T> {
    table: Arc<Table>,
    key: Result<Item>,
    changes: Result<UnsignedUpdate>,
    precondition: Result<Precondition>,
    record: PhantomData<fn() -> T>,
}

/// A request that changes unsigned attributes on the server and returns the entity; created by
/// [`UpdateInPlace::returning`].
#[must_use = "nothing is changed until the request is awaited"]
pub struct UpdateInPlaceReturning<T>(UpdateInPlace<T>);

impl<T: Record> UpdateInPlace<T> {
    pub(crate) fn new(table: &Arc<Table>, key: Result<Item>, changes: Result<UnsignedUpdate>) -> Self {
        let precondition = Ok(Precondition::existence(Existence::MustExist));
        Self { table: Arc::clone(table), key, changes, precondition, record: PhantomData }
    }

    /// Changes the item only if this condition holds, and otherwise fails with `ConditionFailed`.
    ///
    #[doc = example!(employees)]
    /// employees.create(&ada).await?;
    /// let fields = Employee::fields();
    /// let at_most_ten = employees.update_in_place("e-1", fields.logins.add(1)).when(fields.logins.lt(10));
    /// at_most_ten.await?;
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

    async fn send(self, returned: Option<ReturnValue>) -> Result<(Item, Option<Item>)> {
        let Self { table, key, changes, precondition, .. } = self;
        let key = key?;
        let item = table.update_unsigned(key.clone(), changes?, &precondition?, returned).await?;
        Ok((key, item))
    }

    /// Returns the entity after the change, verified and decrypted.
    ///
    #[doc = example!(employees)]
    /// employees.create(&ada).await?;
    /// let counted = employees.update_in_place("e-1", Employee::fields().logins.add(1)).returning().await?;
    /// assert_eq!(counted.logins, 8);
    #[doc = example!(end)]
    ///
    /// An item that does not verify is changed nevertheless, and the error is `Integrity`; likewise `Schema` for an
    /// item that no longer fits the entity, such as a `u8` to which 300 was added.
    pub fn returning(self) -> UpdateInPlaceReturning<T> {
        UpdateInPlaceReturning(self)
    }

    /// Converts the request to an operation of a transaction.
    pub(super) fn into_operation(self) -> Result<Operation> {
        let action = Action::Update(self.key?, self.changes?);
        Ok(Operation { table: self.table, action, precondition: self.precondition? })
    }
}

impl<T: Record> IntoFuture for UpdateInPlace<T> {
    type Output = Result<()>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        let span = self.table.span("update_in_place");
        Box::pin(span.run(async move { self.send(None).await.map(drop) }))
    }
}

impl<T: Record> IntoFuture for UpdateInPlaceReturning<T> {
    type Output = Result<T>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        let table = Arc::clone(&self.0.table);
        let span = table.span("update_in_place");
        Box::pin(span.run(async move {
            let (key, stored) = self.0.send(Some(ReturnValue::AllNew)).await?;
            let opened = match stored {
                Some(stored) => verify::open::<T>(&table, &key, stored).await,
                None => Err(Error::integrity()),
            };
            opened.map_err(|error| error.after("the item was changed, and this is about reading it afterwards"))
        }))
    }
}

debug_by_table!(UpdateInPlace: table, UpdateInPlaceReturning: 0.table);
