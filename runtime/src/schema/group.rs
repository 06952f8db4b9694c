//! Several entities of one table, as one type.

use std::time::SystemTime;

use crate::error::Result;
use crate::item::Item;
use crate::schema::action::AttributeActions;
use crate::schema::beacon::BeaconSchema;
use crate::schema::entity::{
    Discriminator, EncryptedItem, ExpectedVersion, IndexDefinition, IntoItemKey, KeySchema, UnknownAttributes,
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

/// The key attributes, the tenant and the logical table name of an entity, as a type; the number is a hash of their names.
#[derive(Debug)]
pub enum TableOf<const NAMES: u64> {}

/// A group whose entities have this [`Table`](EncryptedItem::Table).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a group of entities of this table",
    label = "not declared by `dynaseal::entities!`, or with entities of another table",
    note = "each item is read as the entity of the group that a signed attribute of it names; all entities of a table have the key attributes, the tenant and the `logical_table_name` of the repository's entity",
    note = "declare the enum inside of `dynaseal::entities! {{ enum {Self} {{ Team(Team), Employee(Employee) }} }}`, with entities of this table; or use a repository of an entity of the group"
)]
pub trait GroupOf<Table>: EntityGroup {
    /// The group. A call that returns it by this name has no type if its argument is no group, so that the calls after it
    /// cause no further errors.
    type Group: EntityGroup;
}

/// The description of an entity of the group `G`.
#[derive(Debug)]
pub struct Member<G> {
    pub(super) discriminator: Option<Discriminator>,
    pub(super) key_schema: KeySchema,
    pub(super) logical_table_name: Option<&'static str>,
    pub(super) tenant: Option<&'static str>,
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

/// Declares an enum of entities that share a table.
///
/// Each entity has `#[item(entity = "..")]`, the signed discriminator, and all have the same key attributes and the same
/// tenant, if any; the compiler checks it. An item of one entity is never decoded as another, because its discriminator is verified.
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

        impl $crate::__private::GroupOf<$crate::entities!(@table $($entity),+)> for $group {
            type Group = Self;
        }

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
    // All of them have the same one, or `check_group` fails.
    (@table $entity:ty $(, $other:ty)*) => { <$entity as $crate::EncryptedItem>::Table };
    ($($other:tt)*) => {
        ::core::compile_error!(
            "`entities!` takes an enum with one entity in each variant\nnote: a signed attribute of an item names one \
             of these entities\nhelp: write `dynaseal::entities! { enum StaffItem { Team(Team), Employee(Employee) } \
             }`"
        );
    };
}
