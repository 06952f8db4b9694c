//! Items of several entities.

use std::marker::PhantomData;
use std::sync::OnceLock;

use crate::error::{Error, ErrorKind, Result};
use crate::example::example;
use crate::item::Item;
use crate::request::read;
use crate::schema::entity::EncryptedItem;
use crate::schema::group::{self, EntityGroup, Member};
use crate::schema::index::AllAttributes;
use crate::table::{ReadRequest, Table};

use super::projection::{Projection, WholeItems, sealed};
use super::reader::{Decode, Reading};
use super::selection::Selection;

/// Whole items of any entity of the group `G`.
#[derive(Debug)]
pub struct Members<G>(PhantomData<fn() -> G>);

impl<T: EncryptedItem, K> Selection<T, K, AllAttributes> {
    /// Every entity of the group, not only the repository's own: see [`entities!`](crate::entities).
    ///
    /// Each item is verified as the entity that it says it is. One that is of no entity of the group is an error with `Schema`,
    /// in its place. A condition on the sort key is that of the repository's own entity, and finds what has keys of its form. Older
    /// versions that the repository reads are those of its own entity, and do not apply.
    ///
    #[doc = example!(pets)]
    /// dynaseal::entities! {
    ///     enum Pet {
    ///         Cat(Cat),
    ///         Dog(Dog),
    ///     }
    /// }
    ///
    /// // Whichever of the repositories is asked.
    /// for pet in cats.query("ada").any_of::<Pet>().collect().await? {
    ///     match pet {
    ///         Pet::Cat(cat) => println!("a cat called {}", cat.name),
    ///         Pet::Dog(dog) => println!("a dog with {} tricks", dog.tricks),
    ///     }
    /// }
    #[doc = example!(end)]
    pub fn any_of<G: EntityGroup>(mut self) -> Selection<T, K, Members<G>> {
        const { group::check_is_beside::<T, G>() };
        let group = G::MEMBERS.iter().filter_map(Member::name).collect();
        self.asked = self.asked.map(|asked| ReadRequest { entity: None, template: None, group, ..asked });
        self.with_projection()
    }
}

impl<G> sealed::Sealed for Members<G> {}
impl<G> WholeItems for Members<G> {}

impl<T: EncryptedItem, G: EntityGroup> Projection<T> for Members<G> {
    type Output = G;
    type Decoder = AnyMember<G>;
}

/// Verifies each item as the entity that it says it is.
pub struct AnyMember<G: EntityGroup> {
    /// The table as each member sees it, made when the first item is there.
    tables: OnceLock<Vec<(&'static Member<G>, Table)>>,
}

impl<G: EntityGroup> Default for AnyMember<G> {
    fn default() -> Self {
        Self { tables: OnceLock::new() }
    }
}

impl<G: EntityGroup> AnyMember<G> {
    /// The entity that a stored item says it is, and the table as that sees it.
    fn claimed(&self, table: &Table, stored: &Item) -> Result<&(&'static Member<G>, Table)> {
        let of_member = |member: &'static Member<G>| {
            (member, Table { actions: (member.actions)(), older: Vec::new(), ..table.clone() })
        };
        let tables = self.tables.get_or_init(|| G::MEMBERS.iter().map(of_member).collect());
        tables.iter().find(|(member, _)| member.claims(stored)).ok_or_else(|| {
            Error::new(
                ErrorKind::Schema,
                "the stored item is of none of the entities that were asked for; `entities!` has to name all that a query finds",
            )
        })
    }
}

impl<G: EntityGroup> Decode for AnyMember<G> {
    type Output = G;

    async fn decode(&self, reading: Reading<'_>, stored: Item) -> Result<Option<G>> {
        let Reading { table, asked } = reading;
        let (member, table) = self.claimed(table, &stored)?;
        let is_found = asked.filter_holds_for(&stored);
        let item = read::decrypt_as(table, stored, member.rejects_unknown).await?;
        if !is_found || !asked.includes(&item) || !member.claims(&item) {
            return Err(Error::integrity());
        }
        if !asked.keeps(table, &item) {
            return Ok(None);
        }
        (member.from_attributes)(item).map(Some)
    }
}
