//! Rules about secondary indexes.

use std::collections::{HashMap, HashSet};

use proc_macro2::Ident;
use syn::ext::IdentExt;

use crate::ast::{Container, Field};
use crate::attr::{Action, Bare, FieldOption, Index};
use crate::ctxt::{Ctxt, mistake};
use crate::names;

use super::templates::no_such_field;

/// The length of an index name:
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GlobalSecondaryIndex.html>.
const NAME_LENGTHS: std::ops::RangeInclusive<usize> = 3..=255;

/// A query names its index, so every index needs a name.
pub(super) fn check_index_has_a_name(ctxt: &Ctxt, index: &Index, word: &Ident) {
    if index.name().is_none() {
        ctxt.report(mistake(
            word.span(),
            "an index needs a name",
            "queries and the table's definition name the index",
            format_args!("add `{} = \"..\"`", names::NAME),
        ));
    }
}

/// DynamoDB rejects other names of indexes.
pub(super) fn check_index_name_is_valid(ctxt: &Ctxt, index: &Index) {
    let Some(name) = index.name() else { return };
    let text = name.value();
    let is_valid = |character: char| character.is_ascii_alphanumeric() || "_-.".contains(character);
    if !text.chars().all(is_valid) || !NAME_LENGTHS.contains(&text.len()) {
        ctxt.report(mistake(
            name.span(),
            format_args!("`{text}` cannot be the name of an index"),
            "DynamoDB's index names have 3 to 255 characters out of `a-z`, `A-Z`, `0-9`, `_`, `-` and `.`",
            "choose another name",
        ));
    }
}

/// Two indexes with one name could not be distinguished, and neither could two handles.
pub(super) fn check_index_names_are_unique(ctxt: &Ctxt, container: &Container) {
    let mut seen = HashMap::new();
    for (index, _) in container.indexes() {
        let (Some(name), Some(handle)) = (index.name(), index.handle()) else { continue };
        let Some(first) = seen.insert(handle.to_string(), name.value()) else { continue };
        if first == name.value() {
            ctxt.report(mistake(
                name.span(),
                format_args!("a second index `{first}`"),
                "the indexes of a table have different names",
                "choose another name, or remove one of the two",
            ));
        } else {
            ctxt.report(mistake(
                name.span(),
                format_args!("the indexes `{first}` and `{}` would both be `indexes().{handle}`", name.value()),
                "the handle of an index has the index's name as an identifier in snake case",
                "choose another name",
            ));
        }
    }
}

/// DynamoDB finds the items of an index by its partition key, which is implicit only for a local index.
pub(super) fn check_index_has_a_partition_key(ctxt: &Ctxt, index: &Index, word: &Ident) {
    if index.partition().is_none() && index.composite_partition().is_none() && index.local().is_none() {
        ctxt.report(mistake(
            word.span(),
            "an index needs a partition key",
            "DynamoDB finds the items of an index by its partition key; only a local index has that of the table",
            format_args!("add `{} = field`, or `{}`", names::PARTITION, names::LOCAL),
        ));
    }
}

/// A local index only provides another order for the items of each of the table's partition keys.
pub(super) fn check_local_index_is_sorted(ctxt: &Ctxt, container: &Container, index: &Index) {
    let Some(local) = index.local() else { return };
    let mut fields = container.fields.iter().flatten();
    if let Some(partition) = index.partition()
        && let Some(field) = container.stored_field(partition)
        && field.bare(Bare::PartitionKey).is_none()
    {
        ctxt.report(mistake(
            partition.span(),
            format_args!("`{partition}` is not the partition key of the table"),
            "a local index has the partition key of the table, and another sort key",
            format_args!("remove `{} = {partition}`, or `{}`", names::PARTITION, names::LOCAL),
        ));
    }
    if let Some((_, word)) = index.composite_partition() {
        ctxt.report(mistake(
            word.span(),
            format_args!("a local index with its own `{word}`"),
            "a local index has the partition key of the table, and another sort key",
            format_args!("remove `{word}(..)`, or `{}`", names::LOCAL),
        ));
    }
    if index.sort().is_none() && index.composite_sort().is_none() {
        ctxt.report(mistake(
            local.span(),
            "a local index needs a sort key",
            "it has the partition key of the table, so only its sort key makes it another index",
            format_args!("add `{} = field`, or remove `{local}`", names::SORT),
        ));
    }
    if container.sort_composite().is_none() && !fields.any(|field| field.bare(Bare::SortKey).is_some()) {
        ctxt.report(mistake(
            local.span(),
            format_args!("`{}` has no sort key, so its table can have no local index", container.ident),
            "without one, the table has one item for each partition key, and nothing to sort",
            format_args!("give the entity a `#[sort_key]`, or remove `{local}` for a global index"),
        ));
    }
}

/// The keys of an index are attributes of fields.
pub(super) fn check_index_names_fields(ctxt: &Ctxt, container: &Container, index: &Index) {
    for name in index.keys().chain(index.included()) {
        let is_beacon = container.named_beacon(name).is_some() || container.index_compound(name).is_some();
        if is_beacon && index.keys().any(|key| key == name) {
            continue;
        }
        let text = name.unraw().to_string();
        if let Some(mistake) = no_such_field(container, &text, name.span(), "an index is of the attributes of fields") {
            ctxt.report(mistake);
        }
    }
}

/// DynamoDB sorts and finds by unencrypted values. If an index disabled the encryption of its keys, any party that may
/// add an index could disable encryption.
pub(super) fn check_index_keys_are_not_encrypted(ctxt: &Ctxt, container: &Container, index: &Index) {
    for name in index.keys() {
        let Some(field) = container.stored_field(name) else { continue };
        if !field.is_key() && field.action() == Action::Encrypt && container.named_beacon(name).is_none() {
            ctxt.report(mistake(
                name.span(),
                format_args!("`{name}` is encrypted, so it cannot be a key of an index"),
                "DynamoDB finds items by the stored value, and encrypting the same value twice gives different bytes",
                format_args!(
                    "put `#[{}]` above the field `{name}` if its value may be seen, or give it a beacon, which can be a key: \
                     `#[{}({}({} = 24))]`",
                    names::SIGN_ONLY,
                    names::ITEM,
                    names::BEACON,
                    names::BITS
                ),
            ));
        }
    }
}

/// DynamoDB rejects an index whose two key attributes are the same.
pub(super) fn check_index_keys_differ(ctxt: &Ctxt, container: &Container, index: &Index) {
    let Some((sort, at)) = index.sort_attribute(container) else { return };
    let Some(partition) = index.partition_attribute(container) else { return };
    if partition == sort {
        ctxt.report(mistake(
            at,
            format_args!("`{sort}` is already the index's partition key"),
            "partition key and sort key are two attributes",
            format_args!(
                "choose another field or `{}`, or leave the sort key out: a global index needs none",
                names::NAME
            ),
        ));
    }
}

/// Such an index would be identical to the table.
pub(super) fn check_local_index_is_another(ctxt: &Ctxt, container: &Container, index: &Index) {
    let Some((sort, at)) = index.sort_attribute(container).filter(|_| index.local().is_some()) else { return };
    if container.sort_attribute().is_some_and(|own| own == sort) {
        ctxt.report(mistake(
            at,
            format_args!("`{sort}` is already the sort key of the table"),
            "a local index has the partition key of the table; with its sort key, too, it would be the table itself",
            format_args!("choose another field, or remove the index and query the table"),
        ));
    }
}

/// DynamoDB's limit, which AWS does not raise: <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>.
const MOST_LOCAL_INDEXES: usize = 5;

/// DynamoDB rejects a table with more.
pub(super) fn check_at_most_five_local_indexes(ctxt: &Ctxt, container: &Container) {
    let locals = container.indexes().filter_map(|(index, _)| index.local());
    for word in locals.skip(MOST_LOCAL_INDEXES) {
        ctxt.report(mistake(
            word.span(),
            format_args!("a local index above DynamoDB's limit of {MOST_LOCAL_INDEXES}"),
            "a table can have five local indexes, and AWS does not raise this limit",
            format_args!("remove `{word}` and name a `{}` for a global index, or remove the index", names::PARTITION),
        ));
    }
}

/// DynamoDB's limit for the attributes that are included in all indexes of a table together, from the same page.
const MOST_INCLUDED: usize = 100;

/// DynamoDB rejects a table with more.
pub(super) fn check_at_most_a_hundred_included_fields(ctxt: &Ctxt, container: &Container) {
    let mut included = container.indexes().flat_map(|(index, _)| index.included());
    if let Some(name) = included.nth(MOST_INCLUDED) {
        ctxt.report(mistake(
            name.span(),
            format_args!("`{name}` is above DynamoDB's limit of {MOST_INCLUDED} included attributes"),
            "the limit is for all indexes of a table together, and counts an attribute once for each index that includes it",
            format_args!("include fewer fields, or write `{} = {}` in some of the indexes", names::PROJECTION, names::ALL),
        ));
    }
}

/// The schema of the index determines how a key is stored, and follows from the type.
pub(super) fn check_index_key_has_no_other_form(ctxt: &Ctxt, container: &Container, field: &Field) {
    // Options that a key of the table cannot have are reported separately.
    let is_key = container.indexes().flat_map(|(index, _)| index.keys()).any(|key| key.unraw() == field.ident.unraw());
    if field.is_key() || field.is_skipped() || !is_key {
        return;
    }
    for option in &field.options {
        // The beacon of a set is reported as that.
        let is_set = matches!(option.value, FieldOption::Set) && field.beacons().next().is_none();
        if is_set || matches!(option.value, FieldOption::Bytes | FieldOption::Number | FieldOption::With(_)) {
            ctxt.report(mistake(
                option.word.span(),
                format_args!("a key of an index cannot have `{}`", option.word),
                "how a key is stored is decided by its type alone, through `KeyAttribute`; `Vec<u8>` is stored as a binary",
                format_args!("remove `{}`", option.word),
            ));
        }
    }
}

/// DynamoDB projects the keys of the table and of the index into every index, and rejects listing them.
pub(super) fn check_included_fields_are_no_keys(ctxt: &Ctxt, container: &Container, index: &Index) {
    let mut seen = HashSet::new();
    for name in index.included() {
        let is_key = container.stored_field(name).is_some_and(Field::is_key)
            || index.keys().any(|key| key.unraw() == name.unraw());
        let is_first = seen.insert(name.unraw());
        if is_key || !is_first {
            ctxt.report(mistake(
                name.span(),
                format_args!("`{name}` is in the index already"),
                "an index holds the keys of the table, its own keys, and each included attribute once",
                format_args!("remove `{name}` here"),
            ));
        }
    }
}
