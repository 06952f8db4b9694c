//! Several entities of one table, as one type.

use std::time::SystemTime;

use crate::error::Result;
use crate::item::Item;
use crate::schema::action::AttributeActions;
use crate::schema::beacon::BeaconSchema;
use crate::schema::entity::{
    Discriminator, EncryptedItem, ExpectedVersion, IndexDefinition, IndexProjection, IntoItemKey, KeyDefinition,
    KeySchema, UnknownAttributes,
};
use crate::schema::group_key::GroupKey;

/// Entities that share a table, as an enum: declared with [`entities!`](crate::entities), and queried with
/// [`any_of`](crate::repository::query::Selection::any_of).
///
/// Implemented by the macro; do not implement it manually.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a group of entities",
    label = "not declared by `dynaseal::entities!`",
    note = "a query for several entities reads each item as the one that a signed attribute of it names",
    note = "declare the enum inside of `dynaseal::entities! {{ enum {Self} {{ Team(Team), Employee(Employee) }} }}`"
)]
pub trait EntityGroup: Sized + Send + Sync + 'static {
    /// The entities, in the order of the enum.
    #[doc(hidden)]
    const MEMBERS: &'static [Member<Self>];

    /// Returns the entity of this value, with its description.
    #[doc(hidden)]
    fn member(&self) -> (&'static Member<Self>, &dyn GroupEntity);

    /// Returns the key of an item of the entity `E` of this group, for a batch of several entities:
    /// [`get_many_of`](crate::Repository::get_many_of).
    fn key_of<E: EncryptedItem + Into<Self>>(key: impl IntoItemKey<E, E::KeyParts>) -> GroupKey<Self> {
        GroupKey::new(key)
    }
}

/// An entity in a batch that does not know its type.
pub trait GroupEntity {
    /// Returns the item to write at this time.
    ///
    /// # Errors
    /// See [`EncryptedItem::to_written`].
    fn written_at(&self, now: SystemTime) -> Result<Item>;

    /// Returns the version that a write expects.
    ///
    /// # Errors
    /// See [`EncryptedItem::expected_version`].
    fn stored_version(&self) -> Result<Option<ExpectedVersion>>;
}

impl<T: EncryptedItem> GroupEntity for T {
    fn written_at(&self, now: SystemTime) -> Result<Item> {
        self.to_written(now).map(|(item, _)| item)
    }

    fn stored_version(&self) -> Result<Option<ExpectedVersion>> {
        self.expected_version()
    }
}

/// An entity with `#[item(entity = "..")]`.
#[diagnostic::on_unimplemented(
    message = "items of `{Self}` do not name their entity",
    label = "has no `#[item(entity = \"..\")]`",
    note = "a query for several entities reads each item as the one that a signed attribute of it names",
    note = "write `#[item(entity = \"..\")]` above the struct, with a name that no other entity of the table has"
)]
pub trait Discriminated {}

/// The description of an entity of the group `G`.
#[derive(Debug)]
pub struct Member<G> {
    discriminator: Option<Discriminator>,
    key_schema: KeySchema,
    logical_table_name: Option<&'static str>,
    tenant: Option<&'static str>,
    pub(crate) rejects_unknown: bool,
    pub(crate) indexes: &'static [IndexDefinition],
    pub(crate) time_to_live: Option<&'static str>,
    pub(crate) actions: fn() -> AttributeActions,
    pub(crate) field_actions: fn() -> AttributeActions,
    pub(crate) beacons: fn() -> Option<BeaconSchema>,
    pub(crate) from_attributes: fn(Item) -> Result<G>,
}

impl<G> Member<G> {
    /// Creates the description of this entity.
    pub const fn of<T: EncryptedItem + Discriminated + Into<G>>() -> Self {
        Self {
            discriminator: T::DISCRIMINATOR,
            key_schema: T::KEY_SCHEMA,
            logical_table_name: T::LOGICAL_TABLE_NAME,
            tenant: T::TENANT,
            indexes: T::INDEXES,
            time_to_live: T::TIME_TO_LIVE,
            rejects_unknown: matches!(T::UNKNOWN, UnknownAttributes::Reject),
            actions: AttributeActions::of::<T>,
            field_actions: AttributeActions::of_fields::<T>,
            beacons: T::beacons,
            from_attributes: |mut item| T::from_item(&mut item).map(Into::into),
        }
    }

    /// Returns the discriminator of this entity.
    pub(crate) fn name(&self) -> Option<&'static str> {
        self.discriminator.map(|discriminator| discriminator.value)
    }

    /// Returns whether an item names this entity. Not trustworthy before the item is verified.
    pub(crate) fn claims(&self, item: &Item) -> bool {
        self.discriminator.is_some_and(|Discriminator { attribute, value }| {
            item.get(attribute).is_some_and(|claim| claim.as_s().is_ok_and(|claim| claim == value))
        })
    }
}

/// Compiles only if the entities can be distinguished, and have the same key attributes under the same logical table
/// name. The compiler's message points to the caller.
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

/// Compiles only if an entity belongs to the table of a group, and the entities of the group accept its keys.
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
/// The same with a tenant, whose items would have the keys of all teams:
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

/// Declares an enum of entities that share a table.
///
/// Each entity has `#[item(entity = "..")]`, the signed discriminator, and all have the same key attributes; the
/// compiler checks both. An item of one entity is never decoded as another, because its discriminator is verified.
///
#[cfg_attr(feature = "embedded", doc = "```")]
#[cfg_attr(not(feature = "embedded"), doc = "```ignore")]
/// use dynaseal::materials::{AesKey, HmacKey, WrappedProvider};
/// use dynaseal::{EncryptedItem, Repository};
///
/// #[derive(Debug, PartialEq, EncryptedItem)]
/// #[item(entity = "team")]
/// struct Team {
///     #[partition_key]
///     team: String,
///     #[sort_key]
///     line: String,
///     budget: u64,
/// }
///
/// #[derive(Debug, PartialEq, EncryptedItem)]
/// #[item(entity = "employee")]
/// struct Employee {
///     #[partition_key]
///     team: String,
///     #[sort_key]
///     line: String,
///     salary: u64,
/// }
///
/// dynaseal::entities! {
///     #[derive(Debug, PartialEq)]
///     enum StaffItem {
///         Team(Team),
///         Employee(Employee),
///     }
/// }
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// # let client = dynaseal::embedded::Database::in_memory()?.client();
/// # let provider = WrappedProvider::new(AesKey::generate()?, HmacKey::generate()?);
/// let teams: Repository<Team> = Repository::builder(client.clone()).table("staff").materials(provider.clone()).build();
/// let employees: Repository<Employee> = Repository::builder(client).table("staff").materials(provider).build();
/// # teams.create_table().await?;
/// teams.create(&Team { team: "legal".into(), line: "#".into(), budget: 9000 }).await?;
/// employees.create(&Employee { team: "legal".into(), line: "e-1".into(), salary: 4200 }).await?;
///
/// let mut budget = 0;
/// let mut salaries = 0;
/// for item in teams.query("legal").any_of::<StaffItem>().collect().await? {
///     match item {
///         StaffItem::Team(team) => budget += team.budget,
///         StaffItem::Employee(employee) => salaries += employee.salary,
///     }
/// }
/// assert_eq!((budget, salaries), (9000, 4200));
/// # Ok::<(), dynaseal::Error>(())
/// # }).unwrap();
/// ```
#[macro_export]
macro_rules! entities {
    (
        $(#[$meta:meta])*
        $vis:vis enum $group:ident {
            $($(#[$member_meta:meta])* $member:ident($entity:ty)),+ $(,)?
        }
    ) => {
        $(#[$meta])*
        $vis enum $group {
            $($(#[$member_meta])* $member($entity)),+
        }

        $(
            impl ::core::convert::From<$entity> for $group {
                fn from(entity: $entity) -> Self {
                    Self::$member(entity)
                }
            }
        )+

        impl $crate::EntityGroup for $group {
            const MEMBERS: &'static [$crate::__private::Member<Self>] = &[$($crate::__private::Member::of::<$entity>()),+];

            fn member(&self) -> (&'static $crate::__private::Member<Self>, &dyn $crate::__private::GroupEntity) {
                match self {
                    $(Self::$member(entity) => (const { &$crate::__private::Member::of::<$entity>() }, entity)),+
                }
            }
        }

        const _: () = $crate::__private::check_group::<$group>();
    };
    ($($other:tt)*) => {
        ::core::compile_error!(
            "`entities!` takes an enum with one entity in each variant\nnote: a signed attribute of an item names one \
             of these entities\nhelp: write `dynaseal::entities! { enum StaffItem { Team(Team), Employee(Employee) } \
             }`"
        );
    };
}
