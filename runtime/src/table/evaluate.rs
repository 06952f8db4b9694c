//! Conditions on signed attributes. The server would evaluate them on unverified stored values: an attacker who can
//! write to the table would decide, and the write would erase the evidence. Therefore they are evaluated here on the
//! verified item, and the write only requires that the item is unchanged.

use crate::condition::tree::{ConditionTree, Evaluated};
use crate::error::{Error, ErrorKind, Result};
use crate::item::Item;
use crate::item::key::names as key;
use crate::schema::action::AttributeAction;

use super::Table;
use super::outcome::Failure;
use super::precondition::Precondition;

/// The maximum number of attempts to read and write an item.
const ATTEMPTS: u32 = 20;

impl Table {
    /// Returns whether the program's condition needs a verified item.
    pub(super) fn must_evaluate(&self, precondition: &Precondition) -> bool {
        precondition.when.as_ref().is_some_and(|when| when.is_about(&self.signed_attributes()))
    }

    /// Reads and verifies the item of this key. Returns the condition for the server: that the item is unchanged, and
    /// the conditions on unsigned attributes.
    ///
    /// # Errors
    /// `Integrity` if the item does not verify, the error of an unmet condition, and `Conflict` after too many
    /// attempts.
    pub(super) async fn evaluate(
        &self,
        key_item: &Item,
        precondition: &Precondition,
        attempt: u32,
    ) -> Result<Precondition> {
        let Some(when) = precondition.when.as_ref().filter(|_| self.must_evaluate(precondition)) else {
            return Ok(precondition.clone());
        };
        if attempt == ATTEMPTS {
            let message = "others wrote the item between the read that the condition needs and the write, in each of 20 \
                           attempts; nothing was written";
            return Err(Error::new(ErrorKind::Conflict, message));
        }
        self.pause(attempt).await;
        let (found, read) = match self.read_stored(self.key.of(key_item), true).await? {
            None => (None, vec![ConditionTree::Missing(self.key.partition_key.clone())]),
            Some(stored) => {
                let (item, snapshot) = self.open(stored).await?;
                let is_same = |(name, value)| item.get(name).is_some_and(|stored| key::same(stored, value));
                if !self.key.of(key_item).iter().all(is_same) {
                    return Err(Error::integrity());
                }
                let read = snapshot.identity(self);
                (Some(item), read)
            }
        };
        let nothing = Item::new();
        let when = match when.evaluate(&self.signed_attributes(), found.as_ref().unwrap_or(&nothing)) {
            Evaluated::Known(true) => None,
            Evaluated::Open(left) => Some(left),
            Evaluated::Known(false) => {
                let (kind, message) = precondition.unmet(found.as_ref());
                return Err(Error::new(kind, message));
            }
        };
        Ok(Precondition { when, read, ..precondition.clone() })
    }

    /// Rejects a condition that needs a verified item, where none can be read.
    pub(super) fn reject_unverified(&self, precondition: &Precondition) -> Result<()> {
        let is_signed = self.signed_attributes();
        let Some(when) = precondition.when.as_ref().filter(|when| when.is_about(&is_signed)) else { return Ok(()) };
        let names = when.names();
        let name = names.into_iter().find(|name| is_signed(name)).unwrap_or_default();
        Err(Error::new(
            ErrorKind::Usage,
            "in a transaction the server would evaluate this signed attribute on the stored, unverified item; fetch \
             the item, check it, and add `check_unchanged`, or use `danger::unverified(condition)`",
        )
        .with_attribute(name))
    }

    fn signed_attributes(&self) -> impl Fn(&str) -> bool {
        |name| !self.is_key(name) && self.actions.action(name) != AttributeAction::DoNothing
    }
}

impl Precondition {
    /// Returns whether a write failed because the item is no longer the one on which the condition was evaluated.
    pub(super) fn lost_race(&self, failure: &Failure) -> bool {
        let nothing = Item::new();
        let found = failure.found().unwrap_or(&nothing);
        failure.is_rejected() && !self.read.iter().all(|condition| condition.holds_for(found))
    }
}
