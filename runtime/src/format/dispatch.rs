//! The dispatch to one of the formats.

use std::fmt;

use crate::error::Result;
use crate::item::Item;
use crate::schema::action::{AttributeAction, AttributeActions};

use super::branch_key::BranchKeyVersion;
use super::context::ItemContext;
use super::dbesdk::{self, Dbesdk};
use super::ddbec::provider::CryptographicMaterialsProvider;
use super::ddbec::{self, Ddbec};
use super::identity::{EncryptedNumbers, Identity};

/// A format of stored items, with the source of its keys.
///
/// A [provider](CryptographicMaterialsProvider) can be used in its place, for items of the DynamoDB Encryption Client.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Format {
    /// The format of the DynamoDB Encryption Client.
    Ddbec(Ddbec),
    /// The format of the AWS Database Encryption SDK for DynamoDB.
    Dbesdk(Dbesdk),
}

/// The kind of format of an item, regardless of settings and keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum FormatKind {
    /// The format of the DynamoDB Encryption Client.
    Ddbec,
    /// The format of the AWS Database Encryption SDK for DynamoDB.
    Dbesdk,
}

/// The maximum number of attributes whose names are compared instead of looked up.
const FEW: usize = 24;

impl FormatKind {
    const ALL: [Self; 2] = [Self::Ddbec, Self::Dbesdk];

    /// Returns the kinds whose marks a stored item has, under the default names.
    pub(crate) fn of(stored: &Item) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|kind| kind.marks(stored))
    }

    /// Returns whether a stored item has a mark of this kind, under the default names.
    fn marks(self, stored: &Item) -> bool {
        let marks = self.default_marks();
        // Comparing a few names takes less time than hashing two.
        if stored.len() <= FEW {
            return stored.keys().any(|name| marks.contains(&name.as_str()));
        }
        marks.iter().any(|name| stored.contains_key(*name))
    }

    fn default_marks(self) -> [&'static str; 2] {
        match self {
            Self::Ddbec => [ddbec::SIGNATURE, ddbec::DESCRIPTION],
            Self::Dbesdk => Dbesdk::MARKS,
        }
    }
}

impl fmt::Display for FormatKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ddbec => "DynamoDB Encryption Client",
            Self::Dbesdk => "AWS Database Encryption SDK",
        })
    }
}

/// The recorded attributes of an item: the action with which each was written.
pub(crate) type RecordedActions = Vec<(String, AttributeAction)>;

impl Format {
    pub(crate) fn kind(&self) -> FormatKind {
        match self {
            Self::Ddbec(_) => FormatKind::Ddbec,
            Self::Dbesdk(_) => FormatKind::Dbesdk,
        }
    }

    /// Returns the same format for one item, whose keys are requested once for any number of attempts.
    pub(crate) fn for_one_item(&self) -> Self {
        match self {
            Self::Ddbec(ddbec) => Self::Ddbec(ddbec.for_one_item()),
            // Its items record their actions, so nothing has to be tried.
            Self::Dbesdk(dbesdk) => Self::Dbesdk(dbesdk.clone()),
        }
    }

    /// Returns the same format for items that may have unsigned beacons.
    pub(crate) fn with_unsigned_beacons(&self) -> Self {
        match self {
            Self::Ddbec(ddbec) => Self::Ddbec(ddbec.clone().unsigned_beacons()),
            // Its items always may.
            Self::Dbesdk(dbesdk) => Self::Dbesdk(dbesdk.clone()),
        }
    }

    /// Returns whether the item has a mark of this format, so that no other format may read it.
    pub(crate) fn detect(&self, stored: &Item) -> bool {
        self.marks().iter().any(|name| stored.contains_key(*name))
    }

    /// Returns whether the item has a mark of another format, under the default names.
    pub(crate) fn detects_another(&self, stored: &Item) -> bool {
        FormatKind::ALL.into_iter().any(|kind| kind != self.kind() && kind.marks(stored))
    }

    /// Returns the names of the attributes that identify items of this format.
    pub(crate) fn marks(&self) -> [&str; 2] {
        match self {
            Self::Ddbec(ddbec) => ddbec.marks(),
            Self::Dbesdk(_) => Dbesdk::MARKS,
        }
    }

    /// Returns whether items can have beacons.
    pub(crate) fn has_beacons(&self) -> bool {
        match self {
            Self::Ddbec(ddbec) => ddbec.has_beacons(),
            Self::Dbesdk(_) => true,
        }
    }

    /// Returns whether the format reserves the name.
    pub(crate) fn owns(&self, name: &str) -> bool {
        match self {
            Self::Ddbec(ddbec) => ddbec.owns(name),
            Self::Dbesdk(_) => Dbesdk::owns(name),
        }
    }

    pub(crate) async fn encrypt(
        &self,
        item: Item,
        actions: &AttributeActions,
        context: &ItemContext,
        numbers: EncryptedNumbers,
    ) -> Result<Item> {
        match self {
            Self::Ddbec(ddbec) => ddbec.encrypt(item, actions, context, numbers).await,
            // AWS's clients for this format only support DynamoDB's numbers.
            Self::Dbesdk(dbesdk) => dbesdk.encrypt(item, actions, context).await,
        }
    }

    pub(crate) async fn decrypt(&self, item: Item, actions: &AttributeActions, context: &ItemContext) -> Result<Item> {
        match self {
            Self::Ddbec(ddbec) => ddbec.decrypt(item, actions, context).await,
            Self::Dbesdk(dbesdk) => dbesdk.decrypt(item, actions, context).await,
        }
    }

    /// Returns what distinguishes this state of a stored item from all others; `None` if the item lacks it.
    pub(crate) fn identity(&self, stored: &Item, actions: &AttributeActions) -> Option<Identity> {
        match self {
            Self::Ddbec(ddbec) => ddbec.identity(stored, actions),
            Self::Dbesdk(_) => Dbesdk::identity(stored),
        }
    }

    /// Returns the default action of the primary key's attributes.
    pub(crate) fn key_action(&self, actions: &AttributeActions) -> AttributeAction {
        match self {
            Self::Ddbec(_) => AttributeAction::SignOnly,
            Self::Dbesdk(_) => dbesdk::key_action(actions),
        }
    }

    /// Returns whether items of the format record the actions with which they were written.
    pub(crate) fn records_actions(&self) -> bool {
        matches!(self, Self::Dbesdk(_))
    }

    /// Returns the actions with which the signed attributes of the item were written, if the format records them.
    pub(crate) fn recorded_actions(&self, stored: &Item, actions: &AttributeActions) -> Option<RecordedActions> {
        match self {
            Self::Ddbec(_) => None,
            Self::Dbesdk(_) => Dbesdk::recorded_actions(stored, actions),
        }
    }

    /// Returns whether the item has this format, but another suite than the one that is written.
    pub(crate) fn has_another_suite(&self, stored: &Item) -> bool {
        match self {
            Self::Ddbec(_) => false,
            Self::Dbesdk(dbesdk) => dbesdk.has_another_suite(stored),
        }
    }

    /// The recipients that cannot read an item although another one can, if the format has several.
    pub(crate) async fn locked_out(
        &self,
        stored: &Item,
        actions: &AttributeActions,
        context: &ItemContext,
    ) -> Result<Vec<String>> {
        match self {
            Self::Ddbec(_) => Ok(Vec::new()),
            Self::Dbesdk(dbesdk) => dbesdk.locked_out(stored, actions, context).await,
        }
    }

    /// Returns whether a verified item was written with an older version of its key than new items are.
    pub(crate) async fn has_outdated_key(
        &self,
        stored: &Item,
        actions: &AttributeActions,
        context: &ItemContext,
    ) -> Result<bool> {
        match self {
            Self::Ddbec(_) => Ok(false),
            Self::Dbesdk(dbesdk) => dbesdk.has_outdated_key(stored, actions, context).await,
        }
    }

    /// Returns the branch keys with which a verified item was written, if the format has them.
    pub(crate) async fn branch_keys(
        &self,
        stored: &Item,
        actions: &AttributeActions,
        context: &ItemContext,
    ) -> Result<Vec<BranchKeyVersion>> {
        match self {
            Self::Ddbec(_) => Ok(Vec::new()),
            Self::Dbesdk(dbesdk) => dbesdk.branch_keys(stored, actions, context).await,
        }
    }

    /// Clears cached keys.
    pub(crate) async fn refresh(&self) -> Result<()> {
        match self {
            Self::Ddbec(ddbec) => ddbec.provider().refresh().await,
            Self::Dbesdk(dbesdk) => dbesdk.keyring().refresh().await,
        }
    }

    /// Prefetches keys.
    pub(crate) async fn warm_up(&self) -> Result<()> {
        match self {
            Self::Ddbec(ddbec) => ddbec.provider().warm_up().await,
            Self::Dbesdk(dbesdk) => dbesdk.keyring().warm_up().await,
        }
    }
}

impl From<Ddbec> for Format {
    fn from(ddbec: Ddbec) -> Self {
        Self::Ddbec(ddbec)
    }
}

impl From<Dbesdk> for Format {
    fn from(dbesdk: Dbesdk) -> Self {
        Self::Dbesdk(dbesdk)
    }
}

impl<P: CryptographicMaterialsProvider + 'static> From<P> for Format {
    fn from(provider: P) -> Self {
        Self::Ddbec(Ddbec::new(provider))
    }
}
