//! The beacons of a table's items.

use std::sync::Arc;

use crate::error::{Error, ErrorKind, Result};
use crate::format::dbesdk::beacon::{BeaconKeySet, Beacons};
use crate::format::dbesdk::description::ItemDescription;
use crate::format::encryptor::ItemEncryptor;
use crate::item::key::names::KeyNames;
use crate::item::{AttributeValue, Item};
use crate::keyrings::{BeaconKeys, NamedBeaconKeys};
use crate::schema::action::{AttributeAction, AttributeActions};
use crate::schema::beacon::{BeaconSchema, PREFIX};

use super::ReadRequest;

/// The beacons of a table, if it has any.
#[derive(Clone, Debug, Default)]
pub(crate) struct TableBeacons {
    schema: Option<Arc<BeaconSchema>>,
    keys: Option<BeaconKeys>,
    /// The readable beacons, which are attributes of items and not of entities.
    signed: Arc<[String]>,
    state: State,
}

#[derive(Clone, Debug, Default)]
enum State {
    #[default]
    Absent,
    Ready(Arc<ReadyBeacons>),
    /// The error of every request that needs beacons.
    Unusable(Arc<Error>),
}

/// Beacons with their keys.
#[derive(Debug)]
pub(crate) struct ReadyBeacons {
    pub(crate) beacons: Beacons,
    keys: NamedBeaconKeys,
}

/// The computed attributes of an item.
pub(super) type Computed = Vec<(String, AttributeValue)>;

impl TableBeacons {
    /// Creates the beacons of items with these actions, which do not name them.
    pub(crate) fn new(
        schema: Option<Arc<BeaconSchema>>,
        keys: Option<BeaconKeys>,
        actions: &AttributeActions,
        encryptor: &ItemEncryptor,
    ) -> Self {
        let Some(schema) = schema else {
            let state = if keys.is_some() { State::unusable(no_beacons()) } else { State::Absent };
            return Self { schema: None, keys, signed: Arc::default(), state };
        };
        let state = match ReadyBeacons::new(&schema, keys.as_ref(), actions, encryptor) {
            Ok(ready) => State::Ready(Arc::new(ready)),
            Err(error) => State::unusable(error),
        };
        let signed = schema.signed_beacons().map(str::to_owned).collect();
        Self { schema: Some(schema), keys, signed, state }
    }

    /// Does the same for other actions.
    pub(crate) fn with_actions(&self, actions: &AttributeActions, encryptor: &ItemEncryptor) -> Self {
        Self::new(self.schema.clone(), self.keys.clone(), actions, encryptor)
    }

    /// Returns the beacons of another entity of the table, with the same keys.
    pub(crate) fn of_entity(
        &self,
        schema: Option<BeaconSchema>,
        actions: &AttributeActions,
        encryptor: &ItemEncryptor,
    ) -> Self {
        let keys = self.keys.clone().filter(|_| schema.is_some());
        Self::new(schema.map(Arc::new), keys, actions, encryptor)
    }

    /// Adds the actions of the beacons that are attributes of items.
    pub(crate) fn actions(&self, actions: AttributeActions) -> AttributeActions {
        self.signed.iter().fold(actions, |actions, name| actions.with(name, AttributeAction::SignOnly))
    }

    /// Returns whether the items have beacons.
    pub(crate) fn are_any(&self) -> bool {
        self.schema.is_some()
    }

    /// Returns the beacons with their keys, if there are any.
    pub(crate) fn ready(&self) -> Result<Option<&Arc<ReadyBeacons>>> {
        match &self.state {
            State::Absent => Ok(None),
            State::Ready(ready) => Ok(Some(ready)),
            State::Unusable(error) => Err(error.for_another_caller()),
        }
    }

    /// Returns whether a read names a beacon that is stored as an attribute.
    pub(crate) fn is_requested(&self, requested: &ReadRequest) -> bool {
        requested.partition.is_some() && requested.keys.iter().any(|name| name.starts_with(PREFIX))
    }

    /// Removes the readable beacons from an item, except for those in its key.
    pub(super) fn strip(&self, item: &mut Item, key: &KeyNames) {
        self.signed(key).for_each(|name| drop(item.remove(name)));
    }

    /// Returns the attributes of beacons that are not signed, whether or not an item has them.
    pub(super) fn hashed_attributes(&self) -> impl Iterator<Item = &str> {
        let ready = if let State::Ready(ready) = &self.state { Some(ready) } else { None };
        ready.into_iter().flat_map(|ready| ready.beacons.hashed_attributes())
    }

    /// Returns the attributes of beacons that are signed, except for those in the key.
    pub(super) fn signed<'a>(&'a self, key: &'a KeyNames) -> impl Iterator<Item = &'a str> {
        self.signed.iter().map(String::as_str).filter(|name| !key.contain(name))
    }

    /// Returns true for a signed beacon.
    pub(super) fn is_signed(&self, name: &str) -> bool {
        self.signed.iter().any(|signed| signed == name)
    }

    /// Returns a description of the configuration for checkpoints.
    pub(crate) fn describe(&self) -> String {
        self.schema.as_ref().map(|schema| format!("{schema:?}")).unwrap_or_default()
    }

    /// Returns true for the attribute of a beacon.
    pub(crate) fn has_attribute(&self, name: &str) -> bool {
        self.hashed_attributes().any(|attribute| attribute == name) || self.is_signed(name)
    }
}

impl State {
    fn unusable(error: Error) -> Self {
        Self::Unusable(Arc::new(error))
    }
}

impl ReadyBeacons {
    fn new(
        schema: &BeaconSchema,
        keys: Option<&BeaconKeys>,
        actions: &AttributeActions,
        encryptor: &ItemEncryptor,
    ) -> Result<Self> {
        if !encryptor.writes_beacons() {
            return Err(Error::new(
                ErrorKind::Usage,
                "items of the DynamoDB Encryption Client have no beacons, unless `Ddbec::unsigned_beacons` allows them; write those of \
                 the AWS Database Encryption SDK, with `keyring` in place of `materials`",
            ));
        }
        let beacons = Beacons::new(schema, actions)?;
        if beacons.tenant().is_some() && !encryptor.writes_actions() {
            return Err(Error::new(
                ErrorKind::Usage,
                "items of the DynamoDB Encryption Client have no key for each tenant, so their beacons have none either",
            ));
        }
        let keys = keys.ok_or_else(no_keys)?.of_beacons(beacons.key_names(), beacons.tenant().is_some())?;
        Ok(Self { beacons, keys })
    }

    /// Adds the readable beacons to an item, and returns the others, which are not signed.
    pub(crate) async fn compute(&self, item: &mut Item, key: &KeyNames) -> Result<Computed> {
        self.beacons.add_signed(item)?;
        let keys = self.keys_of(item).await?;
        self.beacons.hashed_by_key(item, &keys, key)
    }

    /// Returns the keys for an item.
    pub(super) async fn keys_of(&self, item: &Item) -> Result<Arc<BeaconKeySet>> {
        self.keys(self.tenant_of(item)?.as_deref()).await
    }

    /// Returns the keys, for this tenant if there are tenants.
    pub(crate) async fn keys(&self, tenant: Option<&str>) -> Result<Arc<BeaconKeySet>> {
        self.keys.load(tenant).await
    }

    /// Checks that an encrypted item has no branch key but that of its tenant. AWS's clients take the tenant from the branch key, and
    /// would not find an item whose attribute names another.
    ///
    /// # Errors
    /// `Usage` for an item with another branch key.
    pub(super) fn check_tenant_of(&self, stored: &Item) -> Result<()> {
        let (Some(tenant), Some(name)) = (self.tenant_of(stored)?, self.beacons.tenant()) else { return Ok(()) };
        let id = self.keys.branch_key_id(&tenant)?;
        let description = ItemDescription::of(stored)?;
        let mut branch_keys = description.recipients().iter().filter_map(|recipient| recipient.branch_key());
        if branch_keys.all(|branch_key| branch_key == id) {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Usage,
            "the keyring encrypts the item with the branch key of another tenant than the one that its beacons are made for; \
             choose the branch key by this attribute, with `branch_key_supplier`",
        )
        .with_attribute(name))
    }

    /// Returns the tenant that an item names, if there are tenants.
    fn tenant_of(&self, item: &Item) -> Result<Option<String>> {
        let Some(name) = self.beacons.tenant() else { return Ok(None) };
        match item.get(name) {
            Some(AttributeValue::S(tenant)) => Ok(Some(tenant.clone())),
            _ => {
                Err(Error::new(ErrorKind::Schema, "the attribute that names the tenant is missing, or is not a string")
                    .with_attribute(name))
            }
        }
    }
}

fn no_keys() -> Error {
    Error::new(ErrorKind::Usage, "the items have beacons, and there are no keys for them: set them on the builder")
}

fn no_beacons() -> Error {
    Error::new(
        ErrorKind::Usage,
        "there are keys for beacons, and the items have none: give a field `beacon(bits = ..)`",
    )
}
