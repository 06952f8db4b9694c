//! A table as each entity of a group sees it.

use std::sync::{Arc, OnceLock};

use crate::error::{Error, ErrorKind, Result};
use crate::item::Item;
use crate::request::verify;
use crate::schema::group::{EntityGroup, Member};
use crate::table::Table;

/// The table as each member sees it, made when the first item is there.
pub(super) struct MemberTables<G: EntityGroup> {
    tables: OnceLock<Vec<(&'static Member<G>, Arc<Table>)>>,
}

impl<G: EntityGroup> Default for MemberTables<G> {
    fn default() -> Self {
        Self { tables: OnceLock::new() }
    }
}

impl<G: EntityGroup> MemberTables<G> {
    /// Returns the entity that a stored item names, and that entity's view of the table.
    pub(super) fn claimed(&self, table: &Table, stored: &Item) -> Result<&(&'static Member<G>, Arc<Table>)> {
        self.tables(table).iter().find(|(member, _)| member.claims(stored)).ok_or_else(|| {
            Error::new(
                ErrorKind::Schema,
                "the stored item belongs to none of the requested entities; `entities!` must name all that a query \
                 finds",
            )
        })
    }

    /// The table as this member sees it.
    pub(super) fn of(&self, table: &Table, member: &Member<G>) -> Arc<Table> {
        let found = self.tables(table).iter().find(|(known, _)| known.name() == member.name());
        found.map_or_else(|| Arc::new(seen_by(table, member)), |(_, table)| Arc::clone(table))
    }

    /// Verifies and decrypts an item as the entity that it names.
    pub(super) async fn verify(&self, table: &Table, stored: Item) -> Result<(&'static Member<G>, Item)> {
        let (member, table) = self.claimed(table, &stored)?;
        let item = verify::decrypt_as(table, stored, member.rejects_unknown).await?;
        if member.claims(&item) { Ok((member, item)) } else { Err(Error::integrity()) }
    }

    fn tables(&self, table: &Table) -> &[(&'static Member<G>, Arc<Table>)] {
        let of_member = |member: &'static Member<G>| (member, Arc::new(seen_by(table, member)));
        self.tables.get_or_init(|| G::MEMBERS.iter().map(of_member).collect())
    }
}

fn seen_by<G>(table: &Table, member: &Member<G>) -> Table {
    let beacons = table.beacons.of_entity((member.beacons)(), &(member.field_actions)(), &table.encryptor);
    let mut seen = Table { actions: (member.actions)(), older: Vec::new(), beacons, ..table.clone() };
    seen.older = table.older.iter().filter_map(|version| version.for_entity(table, &seen)).map(Arc::new).collect();
    seen
}
