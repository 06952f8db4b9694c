//! Requests: the results of the calls of a repository and of an encrypted table.

mod builder;
mod cursor;
mod debug;
mod decrypt;
mod delete;
mod get_many;
mod member_tables;
mod query;
mod read;
mod record;
mod stored;
mod transaction;
mod untouched;
mod update;
mod update_in_place;
mod verify;
mod versioned;
mod write;
mod write_many;

pub use builder::{RepositoryBuilder, WantsMaterials, WantsNothing, WantsTable};
pub use cursor::{Cursor, CursorKey, IntoCursor};
pub use decrypt::Decrypt;
pub use delete::{Delete, DeleteReturning, DeleteUnchanged};
pub use get_many::GetMany;
pub use query::{
    Conclusive, Hydrated, InOrder, IndexEntry, Items, Members, Page, ParallelScan, Projection, Query, ReadPage, Scan,
    Selection, WholeItems,
};
pub use read::{Fetch, Get};
pub use record::Record;
pub use stored::{ReadStored, StoredItems, read_stored};
pub use transaction::{Check, CheckUnchanged, Gets, TransactGet, Transaction, TransactionOperation, transact_get};
pub use update::UpdateWith;
pub use update_in_place::{UpdateInPlace, UpdateInPlaceReturning};
pub use versioned::{Revision, Versioned};
pub use write::{Put, PutReturning, Save};
pub use write_many::{Leftovers, WriteMany};

pub(crate) use crate::table::Clock;
pub(crate) use cursor::Cursors;
pub(crate) use record::ItemConversion;
pub(crate) use stored::{Parts, Sealed, key_in};
pub(crate) use verify::{has_key, open};
