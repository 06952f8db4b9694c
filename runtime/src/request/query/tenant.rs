//! Reads of one tenant's items.

use crate::condition::sort::SortCondition;
use crate::condition::tree::Comparator;
use crate::error::{Error, ErrorKind, Result};
use crate::item::AttributeValue;
use crate::item::key::names as key;
use crate::schema::entity::EncryptedItem;
use crate::schema::index::Index;
use crate::table::{CommonValue, ReadRequest};

/// The request for the items of a tenant that it finds. The tenant is part of the key condition if its attribute is a key.
pub(super) fn limited<T: EncryptedItem, P, S, J>(
    mut requested: ReadRequest,
    index: &Index<T, P, S, J>,
    value: String,
) -> Result<ReadRequest> {
    let Some(attribute) = T::TENANT else { return Ok(requested) };
    let tenant = AttributeValue::S(value.clone());
    let is_query = requested.partition.is_some();
    let is_another = |partition: &AttributeValue| !key::same(partition, &tenant);
    if requested.keys.partition_key == attribute && requested.partition.as_ref().is_some_and(is_another) {
        return Err(of_another(attribute));
    }
    if is_query && requested.keys.sort_key.as_deref() == Some(attribute) {
        if requested.sort.as_ref().is_some_and(|sort| !sort.holds_for(&tenant)) {
            return Err(of_another(attribute));
        }
        requested.sort = Some(SortCondition::Compares(Comparator::Equal, tenant));
    }
    let is_key = is_query && requested.keys.contain(attribute);
    let is_filtered = !is_key && super::has_attribute(index, attribute);
    requested.tenant = Some(CommonValue { attribute: attribute.to_owned(), value, is_filtered });
    Ok(requested)
}

fn of_another(attribute: &str) -> Error {
    Error::new(ErrorKind::Usage, "the query is that of another tenant than the one that the reads are limited to")
        .with_attribute(attribute)
}
