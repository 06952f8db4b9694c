//! The preconditions of a write, and the meaning of their failure.

use crate::condition::render::{Expression, Placeholders};
use crate::condition::tree::ConditionTree;
use crate::error::{Error, ErrorKind, Result};
use crate::item::Item;
use crate::schema::action::AttributeAction;
use crate::schema::entity::ExpectedVersion;

use super::Table;
use super::outcome::Failure;

/// Whether an item must exist.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Existence {
    #[default]
    Any,
    MustNotExist,
    MustExist,
}

/// The precondition of a write.
#[derive(Clone, Debug, Default)]
pub(crate) struct Precondition {
    pub(crate) existence: Existence,
    pub(crate) version: Option<ExpectedVersion>,
    /// Whether the version is only required of an existing item.
    pub(crate) if_present: bool,
    /// The program's own condition.
    pub(crate) when: Option<ConditionTree>,
    /// That the item is unchanged since it was read; the reader determines how this is checked.
    pub(crate) is_unchanged: bool,
    /// The identity of the item that was read to evaluate the program's condition.
    pub(crate) read: Vec<ConditionTree>,
}

impl Precondition {
    pub(crate) fn existence(existence: Existence) -> Self {
        Self { existence, ..Self::default() }
    }

    /// Requires that the item that was read still exists unchanged.
    pub(super) fn unchanged() -> Self {
        Self { is_unchanged: true, ..Self::default() }
    }

    /// The same with this condition of the program.
    pub(crate) fn and(self, table: &Table, condition: Result<ConditionTree>) -> Result<Self> {
        let condition = table.readable(condition?)?;
        let when = match self.when {
            Some(known) => known.and(condition)?,
            None => condition,
        };
        Ok(Self { when: Some(when), ..self })
    }

    /// Returns all of them as one expression.
    pub(super) fn expression(&self, table: &Table, placeholders: &mut Placeholders) -> Result<Expression> {
        let partition_key = || table.key.partition_key.clone();
        let existence = match self.existence {
            Existence::Any => None,
            Existence::MustNotExist => Some(ConditionTree::Missing(partition_key())),
            Existence::MustExist => Some(ConditionTree::Exists(partition_key())),
        };
        let version = self.version.as_ref().map(|(name, value)| match value {
            Some(value) => ConditionTree::equals(*name, value.clone()),
            None => ConditionTree::Missing((*name).to_owned()),
        });
        let version = version.map(|version| match self.if_present {
            true => ConditionTree::Any(vec![version, ConditionTree::Missing(partition_key())]),
            false => version,
        });
        let conditions =
            existence.into_iter().chain(version).chain(self.read.clone()).chain(self.when.clone()).collect();
        let expression = Expression::all(conditions, placeholders);
        if expression.fits() { Ok(expression) } else { Err(Expression::too_long("condition")) }
    }

    /// Returns which of them failed for the item that was found.
    pub(super) fn unmet(&self, found: Option<&Item>) -> (ErrorKind, &'static str) {
        if self.is_unchanged {
            return match found {
                None => (ErrorKind::NotFound, "the item was deleted since it was read; nothing was written"),
                Some(_) => (ErrorKind::Conflict, CHANGED),
            };
        }
        match (self.existence, found) {
            (Existence::MustNotExist, Some(_)) => {
                (ErrorKind::AlreadyExists, "there is an item with this key already; nothing was written")
            }
            (Existence::MustExist, None) => {
                (ErrorKind::NotFound, "there is no item with this key; nothing was written")
            }
            _ if self.is_other_version(found) => (ErrorKind::Conflict, CHANGED),
            _ => (ErrorKind::ConditionFailed, "the condition did not hold; nothing was written"),
        }
    }

    pub(super) fn explain(&self, failure: Failure) -> Error {
        let (kind, message) = self.unmet(failure.found());
        failure.explain(kind, message)
    }

    fn is_other_version(&self, found: Option<&Item>) -> bool {
        let stored = |name: &str| found.and_then(|found| found.get(name));
        let is_demanded = found.is_some() || !self.if_present;
        is_demanded && self.version.as_ref().is_some_and(|(name, value)| stored(name) != value.as_ref())
    }
}

const CHANGED: &str = "the item was changed since it was read; nothing was written";

impl Table {
    /// Returns the same condition, unless the server would have to read ciphertext. For the attributes of an entity,
    /// the compiler has already checked this.
    pub(crate) fn readable(&self, condition: ConditionTree) -> Result<ConditionTree> {
        if let Some(name) = condition.names().into_iter().find(|name| self.beacons.is_signed(name)).map(str::to_owned) {
            return Err(Error::new(
                ErrorKind::Usage,
                "this attribute is a beacon, which is not an attribute of the item; compare its source",
            )
            .with_attribute(name));
        }
        let is_encrypted = |name: &&str| self.actions.action(name) == AttributeAction::EncryptAndSign;
        let encrypted = condition.compared().into_iter().find(is_encrypted).map(str::to_owned);
        match encrypted {
            None => Ok(condition),
            Some(name) => Err(Error::new(
                ErrorKind::Usage,
                "the server sees this attribute only encrypted and cannot compare it; test whether it exists, or \
                 compare after reading",
            )
            .with_attribute(name)),
        }
    }
}
