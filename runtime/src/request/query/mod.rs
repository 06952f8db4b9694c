//! Queries and scans: many entities of one table, as a stream, a list or page by page.

mod members;
mod page;
mod projection;
mod reader;
mod selection;
mod sort;
mod stream;
mod tally;
mod tenant;
mod walk;

pub use members::Members;
pub use page::{Page, ReadPage};
pub use projection::{Conclusive, Hydrated, IndexEntry, Projection, WholeItems};
pub use selection::{InOrder, ParallelScan, Query, Scan, Selection};
pub use stream::Items;

use std::sync::Arc;

use crate::item::key::names::KeyNames;
use crate::schema::entity::{EncryptedItem, IndexDefinition, IndexProjection, IndexScope};
use crate::schema::index::{Index, IndexKey, KeyValue};
use crate::table::{CommonValue, ReadRequest, Table};

use super::Cursors;

impl<T: EncryptedItem, S, J> Selection<T, Query<S>, J> {
    /// The items of an index, or of the table, whose partition key has this value.
    pub(crate) fn of_partition<P>(
        table: &Arc<Table>,
        cursors: &Cursors,
        index: &Index<T, P, S, J>,
        partition_key: KeyValue<P>,
    ) -> Self {
        let partition = index.partition_key().encode(&partition_key.into_inner());
        let requested = partition.map(|partition| ReadRequest { partition: Some(partition), ..read_request(index) });
        let kind = Query::by(index.sort_key().map(IndexKey::stored));
        Self::new(table, cursors, requested, kind).global(is_global(index))
    }
}

impl<T: EncryptedItem> Selection<T, Scan> {
    /// All items of the table.
    pub(crate) fn scan(table: &Arc<Table>, cursors: &Cursors) -> Self {
        Self::new(table, cursors, Ok(read_request(&T::primary_index())), Scan(()))
    }
}

impl<T: EncryptedItem> Selection<T, ParallelScan> {
    /// All items of the table, read in several parts at once.
    pub(crate) fn parallel_scan(table: &Arc<Table>, cursors: &Cursors, segments: u32) -> Self {
        Self::new(table, cursors, Ok(read_request(&T::primary_index())), ParallelScan(())).segments(segments)
    }
}

/// All items of the entity in an index or the table.
fn read_request<T: EncryptedItem, P, S, J>(index: &Index<T, P, S, J>) -> ReadRequest {
    let keys = KeyNames {
        partition_key: index.partition_key().name().to_owned(),
        sort_key: index.sort_key().map(|key| key.name().to_owned()),
    };
    let entity = T::DISCRIMINATOR.map(|discriminator| CommonValue {
        attribute: discriminator.attribute.to_owned(),
        value: discriminator.value.to_owned(),
        is_filtered: keys.contain(discriminator.attribute) || has_attribute(index, discriminator.attribute),
    });
    let template = index.sort_key().and_then(|key| key.stored().template());
    ReadRequest { entity, template, ..ReadRequest::everything(index.name().map(str::to_owned), keys) }
}

fn has_attribute<T: EncryptedItem, P, S, J>(index: &Index<T, P, S, J>, name: &str) -> bool {
    let is_key = T::KEY_SCHEMA.definitions().any(|definition| definition.name == name);
    is_key
        || definition(index).is_none_or(|definition| match definition.projection {
            IndexProjection::All => true,
            IndexProjection::KeysOnly => false,
            IndexProjection::Include(names) => names.contains(&name),
        })
}

fn is_global<T: EncryptedItem, P, S, J>(index: &Index<T, P, S, J>) -> bool {
    definition(index).is_some_and(|definition| definition.scope == IndexScope::Global)
}

fn definition<T: EncryptedItem, P, S, J>(index: &Index<T, P, S, J>) -> Option<&'static IndexDefinition> {
    T::INDEXES.iter().find(|definition| Some(definition.name) == index.name())
}
