//! Requests that read an item, change it, and write it back unless another writer was faster.

use std::fmt;
use std::future::IntoFuture;
use std::pin::Pin;
use std::sync::Arc;

use crate::error::{Error, ErrorKind, Result};
use crate::example::example;
use crate::item::Item;
use crate::table::{Clock, Table};

use super::{Record, Versioned, read, write};

/// The default number of attempts of `update_with`.
const DEFAULT_ATTEMPTS: u32 = 20;

/// A request that changes an entity; created by [`Repository::update_with`](crate::Repository::update_with) and
/// [`Repository::try_update_with`](crate::Repository::try_update_with).
#[must_use = "nothing is changed until the request is awaited"]
pub struct UpdateWith<T, E = Error> {
    table: Arc<Table>,
    clock: Clock,
    key: Result<Item>,
    change: Change<T, E>,
    /// Creates the record if it does not exist.
    new: Option<New<T>>,
    max_attempts: u32,
}

/// The function that creates the entity if it does not exist.
type New<T> = Box<dyn FnMut() -> T + Send>;

/// The function that changes the entity.
type Change<T, E> = Box<dyn FnMut(&mut T) -> Result<(), E> + Send>;

impl<T: Record, E> UpdateWith<T, E> {
    pub(crate) fn new(table: &Arc<Table>, clock: &Clock, key: Result<Item>, change: Change<T, E>) -> Self {
        let max_attempts = DEFAULT_ATTEMPTS;
        Self { table: Arc::clone(table), clock: clock.clone(), key, change, new: None, max_attempts }
    }

    pub(crate) fn or_create(mut self, new: impl FnMut() -> T + Send + 'static) -> Self {
        self.new = Some(Box::new(new));
        self
    }

    /// Sets the number of attempts to read, change and write before the error is `Conflict`; 20 by default, and 0 fails
    /// with `Usage`. Between attempts there is a random pause of up to 640 milliseconds.
    ///
    #[doc = example!(employees)]
    /// employees.create(&ada).await?;
    /// employees.update_with("e-1", |employee| employee.salary += 300).max_attempts(3).await?;
    #[doc = example!(end)]
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
                if let Some(new) = &mut self.new {
                    let mut record = new();
                    (self.change)(&mut record)?;
                    match write::create(&self.table, &self.clock, &key, record).await {
                        Err(error) if error.kind() == ErrorKind::AlreadyExists => continue,
                        settled => return Ok(settled?),
                    }
                }
                return Err(
                    Error::new(ErrorKind::NotFound, "there is no item with this key; nothing was written").into()
                );
            };
            (self.change)(&mut versioned)?;
            let item = versioned.to_item()?;
            if !versioned.is_changed(&item) {
                return Ok(versioned.unchanged(&item)?);
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

/// Another writer changed or deleted the item between our read and our write. If it was deleted, the next read reports
/// it.
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
