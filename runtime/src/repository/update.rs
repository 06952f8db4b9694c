//! Requests that read an item, change it, and write it back unless somebody else did meanwhile.

use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

use crate::condition::Condition;
use crate::error::{Error, ErrorKind, Result};
use crate::item::Item;
use crate::table::{Action, Demands, Existence, Operation, Table, UnsignedUpdate};

use super::clock::Clock;
use super::{Record, Versioned, read, write};

/// How often `update_with` reads and writes before it gives up.
const DEFAULT_ATTEMPTS: u32 = 20;

/// A request that changes an entity; made by [`Repository::update_with`](super::Repository::update_with) and [`Repository::try_update_with`](super::Repository::try_update_with).
#[must_use = "nothing is changed until the request is awaited"]
pub struct UpdateWith<T, E = Error> {
    table: Arc<Table>,
    clock: Clock,
    key: Result<Item>,
    change: Change<T, E>,
    max_attempts: u32,
}

/// What the program does to the entity.
type Change<T, E> = Box<dyn FnMut(&mut T) -> Result<(), E> + Send>;

impl<T: Record, E> UpdateWith<T, E> {
    pub(crate) fn new(table: &Arc<Table>, clock: &Clock, key: Result<Item>, change: Change<T, E>) -> Self {
        Self { table: Arc::clone(table), clock: clock.clone(), key, change, max_attempts: DEFAULT_ATTEMPTS }
    }

    /// How often to read, change and write before the answer is `Conflict`; 20 by default. Between attempts there is a random
    /// pause of up to 640 milliseconds.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts;
        self
    }
}

impl<T: Record, E: From<Error>> UpdateWith<T, E> {
    async fn run(mut self) -> Result<Versioned<T>, E> {
        let key = self.key?;
        for attempt in 0..self.max_attempts {
            self.table.pause(attempt).await;
            let Some(mut versioned) = read::fetch::<T>(&self.table, &key, true).await? else {
                return Err(
                    Error::new(ErrorKind::NotFound, "there is no item with this key; nothing was written").into()
                );
            };
            (self.change)(&mut versioned)?;
            let item = versioned.to_item()?;
            if !versioned.is_changed(&item) {
                return Ok(versioned);
            }
            match write::save(&self.table, &self.clock, versioned, item).await {
                Err(error) if is_lost_race(&error) => continue,
                settled => return Ok(settled?),
            }
        }
        Err(gave_up(self.max_attempts).into())
    }
}

impl<T: Record, E: From<Error> + 'static> IntoFuture for UpdateWith<T, E> {
    type Output = Result<Versioned<T>, E>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        let span = self.table.span("update_with");
        Box::pin(span.run(self.run()))
    }
}

impl<T, E> fmt::Debug for UpdateWith<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UpdateWith").field("table", &self.table.name).finish_non_exhaustive()
    }
}

/// A request that lets the server change unsigned attributes; made by [`Repository::update_in_place`](super::Repository::update_in_place).
#[must_use = "nothing is changed until the request is awaited"]
pub struct UpdateInPlace<T> {
    table: Arc<Table>,
    key: Result<Item>,
    changes: Result<UnsignedUpdate>,
    demands: Result<Demands>,
    record: PhantomData<fn() -> T>,
}

impl<T: Record> UpdateInPlace<T> {
    pub(crate) fn new(table: &Arc<Table>, key: Result<Item>, changes: Result<UnsignedUpdate>) -> Self {
        let demands = Ok(Demands::existence(Existence::MustExist));
        Self { table: Arc::clone(table), key, changes, demands, record: PhantomData }
    }

    /// Changes the item only if this holds of it, or else fails with `ConditionFailed`.
    pub fn when(mut self, condition: Condition<T>) -> Self {
        self.demands = self.demands.and_then(|mut demands| {
            demands.and(condition.into_untyped()?)?;
            Ok(demands)
        });
        self
    }

    /// The same as an operation of a transaction.
    pub(super) fn into_operation(self) -> Result<Operation> {
        let action = Action::Update(self.key?, self.changes?);
        Ok(Operation { table: self.table, action, demands: self.demands? })
    }
}

impl<T: Record> IntoFuture for UpdateInPlace<T> {
    type Output = Result<()>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        let span = self.table.span("update_in_place");
        Box::pin(span.run(async move { self.table.update_unsigned(self.key?, self.changes?, &self.demands?).await }))
    }
}

impl<T> fmt::Debug for UpdateInPlace<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UpdateInPlace").field("table", &self.table.name).finish_non_exhaustive()
    }
}

/// Somebody else wrote or deleted the item between our read and our write. If it is gone, the next read says so.
fn is_lost_race(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Conflict | ErrorKind::NotFound) && error.operation().is_some()
}

fn gave_up(attempts: u32) -> Error {
    match attempts {
        0 => Error::new(ErrorKind::Usage, "an update needs at least one attempt; raise `max_attempts`"),
        _ => Error::new(
            ErrorKind::Conflict,
            format!("another writer was faster in each of {attempts} attempts; nothing was written"),
        ),
    }
}
