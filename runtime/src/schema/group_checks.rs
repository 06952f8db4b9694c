//! Checks of groups at compile time.

use super::entity::{EncryptedItem, IndexDefinition, IndexProjection, KeyDefinition, KeySchema};
use super::group::{EntityGroup, Member};

/// Compiles only if the entities can be distinguished, and have the same key attributes and tenant under the same logical
/// table name. The compiler's message points to the caller.
///
/// # Panics
/// At compile time, otherwise.
#[track_caller]
pub const fn check_group<G: EntityGroup>() {
    let mut members = G::MEMBERS;
    while let [member, others @ ..] = members {
        let mut others_left = others;
        while let [other, rest @ ..] = others_left {
            check_pair(member, other);
            others_left = rest;
        }
        members = others;
    }
}

#[track_caller]
const fn check_pair<G>(one: &Member<G>, other: &Member<G>) {
    if let (Some(one), Some(other)) = (one.discriminator, other.discriminator) {
        assert!(
            same(one.attribute, other.attribute),
            "the entities of a group must use the same attribute as discriminator"
        );
        assert!(!same(one.value, other.value), "two entities of a group have the same `#[item(entity = \"..\")]`");
    }
    assert!(
        same_keys(one.key_schema, other.key_schema),
        "the entities of a group must have the same key attributes, of the same types"
    );
    assert!(
        same_names(one.logical_table_name, other.logical_table_name),
        "the entities of a group must have the same `logical_table_name`"
    );
    assert!(
        same_names(one.tenant, other.tenant),
        "the entities of a group must have the same attribute with `#[item(tenant)]`, or none of them"
    );
    if let (Some(one), Some(other)) = (one.time_to_live, other.time_to_live) {
        assert!(
            same(one, other),
            "a table has one time to live: the entities of a group must have it in the same attribute"
        );
    }
    check_indexes(one.indexes, other.indexes);
}

/// Compiles only if indexes of the same name, and key attributes of the same name, are identical.
#[track_caller]
const fn check_indexes(mut ones: &'static [IndexDefinition], others: &'static [IndexDefinition]) {
    while let [one, rest @ ..] = ones {
        let mut others = others;
        while let [other, others_left @ ..] = others {
            if same(one.name, other.name) {
                assert!(
                    same_index(one, other),
                    "the entities of a group declare an index of the same name with other keys, scope or projection"
                );
            }
            others = others_left;
        }
        ones = rest;
    }
}

const fn same_index(one: &IndexDefinition, other: &IndexDefinition) -> bool {
    let (keys, other_keys) =
        (KeySchema::new(one.partition_key, one.sort_key), KeySchema::new(other.partition_key, other.sort_key));
    one.scope as u8 == other.scope as u8
        && same_keys(keys, other_keys)
        && match (one.projection, other.projection) {
            (IndexProjection::All, IndexProjection::All) | (IndexProjection::KeysOnly, IndexProjection::KeysOnly) => {
                true
            }
            (IndexProjection::Include(one), IndexProjection::Include(other)) => same_list(one, other),
            _ => false,
        }
}

const fn same_list(mut ones: &[&str], mut others: &[&str]) -> bool {
    while let ([one, rest @ ..], [other, other_rest @ ..]) = (ones, others) {
        if !same(one, other) {
            return false;
        }
        (ones, others) = (rest, other_rest);
    }
    ones.is_empty() && others.is_empty()
}

/// Compiles only if an entity belongs to the table of a group, and the entities of the group accept its keys. `cargo check`
/// compares all names by `GroupOf`; the types of the keys are compared when a program is built.
///
/// ```
/// # use dynaseal::{EncryptedItem, Repository};
/// #[derive(EncryptedItem)]
/// #[item(entity = "team")]
/// struct Team {
///     #[partition_key]
///     id: String,
/// }
///
/// #[derive(EncryptedItem)]
/// #[item(entity = "order")]
/// struct Order {
///     #[partition_key]
///     id: String,
/// }
///
/// dynaseal::entities! {
///     enum Line {
///         Team(Team),
///         Order(Order),
///     }
/// }
///
/// fn write(teams: &Repository<Team>) {
///     drop(teams.write_many_of::<Line>([]));
/// }
/// # std::hint::black_box::<fn(&Repository<Team>)>(write);
/// ```
///
/// The same with a tenant in one of them, whose items would have the keys of all teams:
///
/// ```compile_fail,E0080
/// # use dynaseal::{EncryptedItem, Repository};
/// #[derive(EncryptedItem)]
/// #[item(entity = "team")]
/// struct Team {
///     #[partition_key]
///     id: String,
/// }
///
/// #[derive(EncryptedItem)]
/// #[item(entity = "order")]
/// struct Order {
///     #[partition_key]
///     #[item(tenant)]
///     id: String,
/// }
///
/// dynaseal::entities! {
///     enum Line {
///         Team(Team),
///         Order(Order),
///     }
/// }
///
/// fn write(teams: &Repository<Team>) {
///     drop(teams.write_many_of::<Line>([]));
/// }
/// # std::hint::black_box::<fn(&Repository<Team>)>(write);
/// ```
pub(crate) const fn check_is_beside<T: EncryptedItem, G: EntityGroup>() {
    let mut members = G::MEMBERS;
    while let [member, others @ ..] = members {
        assert!(
            same_keys(T::KEY_SCHEMA, member.key_schema),
            "the entities of the group have other key attributes than the repository's entity"
        );
        assert!(
            same_names(T::LOGICAL_TABLE_NAME, member.logical_table_name),
            "the entities of the group have another `logical_table_name` than the repository's entity"
        );
        assert!(
            same_names(T::TENANT, member.tenant),
            "an entity of the group has another `#[item(tenant)]` than the repository's entity, with whose keys it would be encrypted"
        );
        members = others;
    }
}

const fn same_keys(one: KeySchema, other: KeySchema) -> bool {
    let same_sort_key = match (one.sort_key, other.sort_key) {
        (None, None) => true,
        (Some(one), Some(other)) => same_key(one, other),
        _ => false,
    };
    same_sort_key && same_key(one.partition_key, other.partition_key)
}

const fn same_key(one: KeyDefinition, other: KeyDefinition) -> bool {
    same(one.name, other.name) && one.key_type as u8 == other.key_type as u8
}

const fn same_names(one: Option<&str>, other: Option<&str>) -> bool {
    match (one, other) {
        (None, None) => true,
        (Some(one), Some(other)) => same(one, other),
        _ => false,
    }
}

/// `==` on strings is not available in constant evaluation.
const fn same(one: &str, other: &str) -> bool {
    let (mut one, mut other) = (one.as_bytes(), other.as_bytes());
    while let ([first, rest @ ..], [other_first, other_rest @ ..]) = (one, other) {
        if *first != *other_first {
            return false;
        }
        (one, other) = (rest, other_rest);
    }
    one.is_empty() && other.is_empty()
}
