//! Compares the beacons of stored items with the expected ones, and writes them without the other attributes of the
//! item.

use std::collections::BTreeSet;

use crate::condition::render::{Expression, Placeholders};
use crate::error::{Error, ErrorKind, Result};
use crate::item::Item;
use crate::item::value::same;
use crate::schema::beacon::PREFIX;

use super::attempts::Repeat;
use super::beacons::{Computed, ReadyBeacons};
use super::precondition::Precondition;
use super::snapshot::Snapshot;
use super::{Table, WrittenAs};

/// The differences of the beacons of an item.
#[derive(Debug)]
pub(crate) struct BeaconRepair {
    /// The item, if one of its readable beacons is wrong: they are signed, so it is written as a whole.
    rewritten: Option<Item>,
    snapshot: Snapshot,
    key: Item,
    set: Item,
    /// Beacons that the item should not have.
    stale: Vec<String>,
    /// Beacons that the schema does not have.
    unknown: Vec<String>,
    /// The number of missing beacons.
    pub(crate) missing: usize,
    /// The number of wrong beacons.
    pub(crate) wrong: usize,
}

impl BeaconRepair {
    /// Returns true if every beacon of the schema is correct.
    pub(crate) fn is_unneeded(&self) -> bool {
        self.missing == 0 && self.wrong == 0
    }

    /// Returns true if the item has a beacon that the schema does not have.
    pub(crate) fn has_unknown(&self) -> bool {
        !self.unknown.is_empty()
    }
}

impl Table {
    /// Fails if the items have no beacons, or there are no keys for them.
    pub(crate) fn check_beacons(&self) -> Result<()> {
        self.beacons.ready()?.map(drop).ok_or_else(no_beacons)
    }

    /// Verifies an item and compares its beacons with the expected ones.
    ///
    /// # Errors
    /// `Usage` for an item of an older version, and without beacons; and the errors of [`open`](Self::open).
    pub(crate) async fn inspect_beacons(&self, stored: Item) -> Result<BeaconRepair> {
        let beacons = self.beacons.ready()?.ok_or_else(no_beacons)?;
        let found = stored.clone();
        let (item, snapshot) = self.open(stored).await?;
        if !matches!(snapshot.written, WrittenAs::Current) {
            return Err(Error::new(
                ErrorKind::Usage,
                "the item was written in an older version; move it with `reencrypt`, which writes its beacons, too",
            ));
        }
        let mut complete = item.clone();
        let expected = beacons.expected(&mut complete, &found, self).await?;
        let is_wrong = |name: &&str| complete.get(*name) != found.get(*name);
        let wrong_signed = self.beacons.signed(&self.key).filter(is_wrong).count();
        let mut repair = BeaconRepair {
            rewritten: (wrong_signed > 0).then_some(item),
            snapshot,
            key: self.key.of(&found),
            set: Item::new(),
            stale: Vec::new(),
            unknown: Vec::new(),
            missing: 0,
            wrong: wrong_signed,
        };
        repair.compare(&found, expected, &self.beacons.hashed_attributes().collect());
        Ok(repair)
    }

    /// Writes the beacons, and with `all` also removes those that the schema does not have. Other attributes are not
    /// written, and the item must be unchanged since it was read.
    pub(crate) async fn repair_beacons(&self, repair: BeaconRepair, all: bool) -> Result<()> {
        let BeaconRepair { rewritten, snapshot, key, mut set, mut stale, unknown, .. } = repair;
        if let Some(item) = rewritten {
            return self.rewrite(&snapshot, item).await;
        }
        if all {
            stale.extend(unknown);
        }
        let mut placeholders = Placeholders::default();
        let condition = Expression::all(snapshot.identity(self), &mut placeholders);
        let names: Vec<String> = set.keys().cloned().collect();
        let update = Expression::update(&names, &stale, &mut placeholders);
        if !update.fits() {
            return Err(Expression::too_long("update of the beacons"));
        }
        placeholders.set_values(&names, &mut set);
        let repeat = Repeat::conditioned_on(&snapshot);
        let sent = self.send_update(key, update, condition, placeholders, repeat, None).await;
        sent.map(drop).map_err(|failure| Precondition::unchanged().explain(failure))
    }
}

impl BeaconRepair {
    fn compare(&mut self, found: &Item, expected: Computed, known: &BTreeSet<&str>) {
        let expected: Item = expected.into_iter().collect();
        for name in found.keys().filter(|name| name.starts_with(PREFIX) && !expected.contains_key(*name)) {
            if known.contains(name.as_str()) {
                self.wrong += 1;
                self.stale.push(name.clone());
            } else {
                self.unknown.push(name.clone());
            }
        }
        for (name, value) in expected {
            match found.get(&name) {
                Some(stored) if same(stored, &value) => {}
                Some(_) => {
                    self.wrong += 1;
                    self.set.insert(name, value);
                }
                None => {
                    self.missing += 1;
                    self.set.insert(name, value);
                }
            }
        }
    }
}

impl ReadyBeacons {
    /// Returns the expected beacons of an item. Other clients choose its partition at random, so those of any partition
    /// are accepted if all stored ones belong to it.
    async fn expected(&self, item: &mut Item, found: &Item, table: &Table) -> Result<Computed> {
        let computed = self.compute(item, &table.key).await?;
        let fits = |computed: &Computed| {
            computed.iter().all(|(name, value)| found.get(name).is_none_or(|stored| same(stored, value)))
        };
        if fits(&computed) || self.beacons.partitions() == 1 {
            return Ok(computed);
        }
        let keys = self.keys_of(item).await?;
        for partition in 0..self.beacons.partitions() {
            let other = self.beacons.hashed(item, &keys, partition)?;
            if fits(&other) {
                return Ok(other);
            }
        }
        Ok(computed)
    }
}

fn no_beacons() -> Error {
    Error::new(ErrorKind::Usage, "the items of the table have no beacons")
}
