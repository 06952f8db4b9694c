//! Items of several entities.

use std::marker::PhantomData;

use crate::error::Result;
use crate::example::example;
use crate::item::Item;
use crate::request::member_tables::MemberTables;
use crate::schema::entity::EncryptedItem;
use crate::schema::group::{EntityGroup, GroupOf, Member};
use crate::schema::group_checks::check_is_beside;
use crate::schema::index::AllAttributes;
use crate::table::ReadRequest;

use super::projection::{Conclusive, Projection, WholeItems, sealed};
use super::reader::{Decode, Reading};
use super::selection::Selection;

/// Complete items of any entity of the group `G`.
#[derive(Debug)]
pub struct Members<G>(PhantomData<fn() -> G>);

impl<T: EncryptedItem, K> Selection<T, K, AllAttributes> {
    /// Reads every entity of the group, not only the repository's own: see [`entities!`](crate::entities).
    ///
    /// Each item is verified as the entity that it identifies. An item of no entity of the group yields the error
    /// `Schema` in its position. A condition on the sort key is that of the repository's own entity, and finds items
    /// whose keys have its form. Older versions of the repository belong to its own entity, and do not apply.
    ///
    #[doc = example!(pets)]
    /// dynaseal::entities! {
    ///     enum Pet {
    ///         Cat(Cat),
    ///         Dog(Dog),
    ///     }
    /// }
    ///
    /// // Any of the repositories can be used.
    /// for pet in cats.query("ada").any_of::<Pet>().collect().await? {
    ///     match pet {
    ///         Pet::Cat(cat) => println!("a cat called {}", cat.name),
    ///         Pet::Dog(dog) => println!("a dog with {} tricks", dog.tricks),
    ///     }
    /// }
    #[doc = example!(end)]
    pub fn any_of<G: GroupOf<T::Table>>(mut self) -> Selection<T, K, Members<G::Group>> {
        const { check_is_beside::<T, G>() };
        let group = G::MEMBERS.iter().filter_map(Member::name).collect();
        self.requested =
            self.requested.map(|requested| ReadRequest { entity: None, template: None, group, ..requested });
        self.with_projection()
    }
}

impl<G> sealed::Sealed for Members<G> {}
impl<G> WholeItems for Members<G> {}
impl<G> Conclusive for Members<G> {}

impl<T: EncryptedItem, G: EntityGroup> Projection<T> for Members<G> {
    type Output = G;
    type Decoder = AnyMember<G>;
}

/// Verifies each item as the entity that it identifies.
pub struct AnyMember<G: EntityGroup>(MemberTables<G>);

impl<G: EntityGroup> Default for AnyMember<G> {
    fn default() -> Self {
        Self(MemberTables::default())
    }
}

impl<G: EntityGroup> Decode for AnyMember<G> {
    type Output = G;

    async fn decode(&self, reading: Reading<'_>, stored: Item) -> Result<Option<G>> {
        let is_found = reading.is_found(&stored);
        let (member, item) = self.0.verify(reading.table, stored).await?;
        if !reading.wants(is_found, &item)? {
            return Ok(None);
        }
        (member.from_attributes)(item).map(Some)
    }
}
