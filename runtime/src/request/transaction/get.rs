//! Atomic reads of several items.

use std::future::IntoFuture;
use std::pin::Pin;
use std::sync::Arc;
use std::{fmt, vec};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{Get as SdkGet, TransactGetItem};
use futures_util::future::join_all;

use crate::error::{Error, ErrorKind, Result};
use crate::item::Item;
use crate::request::{Get, Record, verify};
use crate::table::{ConcurrencyLimit, MAX_OPERATIONS, Table, all_or_reasons, explain_cancelled_reads};

/// Reads up to 100 items, of up to 4 MB together, of any entities and tables atomically: no write happens between the
/// reads. Takes a tuple or a `Vec` of [`Get`] requests, and returns the entities in the same form. It costs twice the
/// read capacity of consistent reads.
///
/// ```no_run
/// # use dynaseal::{EncryptedItem, Repository, transact_get};
/// # #[derive(EncryptedItem)]
/// # struct Employee { #[partition_key] employee_id: String }
/// # #[derive(EncryptedItem)]
/// # struct Team { #[partition_key] name: String }
/// # async fn example(employees: Repository<Employee>, teams: Repository<Team>) -> dynaseal::Result<()> {
/// let (ada, legal): (Option<Employee>, Option<Team>) =
///     transact_get((employees.get("e-1"), teams.get("legal"))).await?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// Those of [`Repository::get`](crate::Repository::get); `Conflict` if an item is being written, in which case retrying
/// helps; `Usage` for more than 100. [`Error::cancellation_reasons`] tells which item caused it.
pub fn transact_get<G: Gets>(gets: G) -> TransactGet<G> {
    TransactGet(gets)
}

/// A request that reads several items atomically; created by [`transact_get`].
#[must_use = "nothing is read until the request is awaited"]
pub struct TransactGet<G>(G);

/// One read, and how its item is verified.
pub struct PendingRead {
    table: Arc<Table>,
    key: Result<Item>,
    verify: Verify,
}

/// The same with a valid key.
struct Read {
    table: Arc<Table>,
    key: Item,
    verify: Verify,
}

type Verify = for<'a> fn(&'a Table, &'a Item, Item) -> Pin<Box<dyn Future<Output = Result<Item>> + Send + 'a>>;

mod sealed {
    pub trait Sealed {}
}

/// Tuples of up to eight [`Get`] requests, and a `Vec` of them.
pub trait Gets: sealed::Sealed + Sized + Send + 'static {
    /// The entities, in the positions of their requests.
    type Output;

    #[doc(hidden)]
    fn into_reads(self) -> Vec<PendingRead>;

    #[doc(hidden)]
    fn records(found: vec::IntoIter<Option<Item>>) -> Result<Self::Output>;
}

impl<G: Gets> TransactGet<G> {
    async fn send(self) -> Result<G::Output> {
        let reads = self.0.into_reads();
        let Some(table) = reads.first().map(|first| Arc::clone(&first.table)) else {
            return G::records(Vec::new().into_iter());
        };
        if reads.len() > MAX_OPERATIONS {
            return Err(Error::new(
                ErrorKind::Usage,
                format!("a transaction of {} reads; DynamoDB takes at most {MAX_OPERATIONS}", reads.len()),
            ));
        }
        let found = table.span("transact_get").run(read_all(&table.client, reads)).await?;
        G::records(found.into_iter())
    }
}

/// Returns the stored items, verified and decrypted.
async fn read_all(client: &Client, reads: Vec<PendingRead>) -> Result<Vec<Option<Item>>> {
    let (parts, keys): (Vec<_>, Vec<_>) = reads.into_iter().map(|read| ((read.table, read.verify), read.key)).unzip();
    let reads: Vec<Read> = parts
        .into_iter()
        .zip(all_or_reasons(keys)?)
        .map(|((table, verify), key)| Read { table, key, verify })
        .collect();
    let gets = reads.iter().map(|read| describe(&read.table, &read.key)).collect::<Result<_>>()?;
    let response = client.transact_get_items().set_transact_items(Some(gets)).send().await;
    let found = response.map_err(explain_cancelled_reads)?.responses.unwrap_or_default();
    if found.len() != reads.len() {
        return Err(Error::integrity());
    }
    let turns = ConcurrencyLimit::default();
    let verify = async |(read, stored): (&Read, Option<Item>)| match stored {
        Some(stored) => {
            let _turn = turns.next().await;
            (read.verify)(&read.table, &read.key, stored).await.map(Some)
        }
        None => Ok(None),
    };
    let stored = found.into_iter().map(|response| response.item);
    all_or_reasons(join_all(reads.iter().zip(stored).map(verify)).await)
}

fn describe(table: &Table, key: &Item) -> Result<TransactGetItem> {
    let get = SdkGet::builder().table_name(&table.name).set_key(Some(key.clone())).build();
    let get = get.map_err(|error| Error::new(ErrorKind::Usage, "the key is invalid").with_source(error))?;
    Ok(TransactGetItem::builder().get(get).build())
}

fn pending<T: Record>(get: Get<T>) -> PendingRead {
    let (table, key) = get.into_parts();
    PendingRead { table, key, verify: |table, key, stored| Box::pin(verify::verify::<T>(table, key, stored)) }
}

fn record<T: Record>(found: &mut vec::IntoIter<Option<Item>>) -> Result<Option<T>> {
    found.next().flatten().map(|item| Ok(T::from_attributes(item)?.0)).transpose()
}

impl<T: Record> sealed::Sealed for Vec<Get<T>> {}
impl<T: Record> Gets for Vec<Get<T>> {
    type Output = Vec<Option<T>>;

    fn into_reads(self) -> Vec<PendingRead> {
        self.into_iter().map(pending).collect()
    }

    fn records(mut found: vec::IntoIter<Option<Item>>) -> Result<Self::Output> {
        (0..found.len()).map(|_| record(&mut found)).collect()
    }
}

macro_rules! tuples {
    ($($($name:ident)+;)+) => {$(
        impl<$($name: Record),+> sealed::Sealed for ($(Get<$name>,)+) {}
        impl<$($name: Record),+> Gets for ($(Get<$name>,)+) {
            type Output = ($(Option<$name>,)+);

            #[expect(non_snake_case, reason = "types and values share their names")]
            fn into_reads(self) -> Vec<PendingRead> {
                let ($($name,)+) = self;
                vec![$(pending($name)),+]
            }

            fn records(mut found: vec::IntoIter<Option<Item>>) -> Result<Self::Output> {
                Ok(($(record::<$name>(&mut found)?,)+))
            }
        }
    )+};
}

tuples! {
    A;
    A B;
    A B C;
    A B C D;
    A B C D E;
    A B C D E F;
    A B C D E F G;
    A B C D E F G H;
}

impl<G: Gets> IntoFuture for TransactGet<G> {
    type Output = Result<G::Output>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl<G> fmt::Debug for TransactGet<G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransactGet").finish_non_exhaustive()
    }
}
