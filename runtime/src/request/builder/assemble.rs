//! Makes the table of a builder that has all settings.

use std::sync::Arc;

use aws_sdk_dynamodb::Client;

use crate::aws::rejection::{reject, reject_arn};
use crate::format::context::ItemContext;
use crate::format::encryptor::ItemEncryptor;
use crate::item::key::names::KeyNames;
use crate::keyrings::{BeaconKeys, unless_tenant};
use crate::request::cursor::Cursors;
use crate::schema::action::AttributeActions;
use crate::schema::beacon::BeaconSchema;
use crate::table::{self, Clock, Table, TableBeacons};

use super::{RepositoryBuilder, WantsNothing};

impl<T> RepositoryBuilder<T, WantsNothing> {
    pub(crate) fn encryptor_ref(&self) -> &ItemEncryptor {
        &self.state.encryptor
    }

    /// Returns the client, which rejects requests that must not be sent.
    pub(crate) fn guarded_client(&self) -> Client {
        let client = table::client(&self.client, self.allowed_hosts.clone());
        if self.state.has_stray_deadline {
            return reject(
                &client,
                "`.until(..)` bounds the version that `.also_reads(..)` has added, and there is none",
            );
        }
        match self.state.logical_table_name {
            Some(_) => client,
            None => reject_arn(client, &self.state.table),
        }
    }

    /// Returns the name of the table.
    pub(crate) fn table_name(&self) -> &str {
        &self.state.table
    }

    /// Rejects everything but keys that are known to be the tenant's, if the entity has a tenant.
    pub(crate) fn with_keys_of_tenant(mut self, tenant: Option<&'static str>) -> Self {
        if !self.state.is_of_tenants {
            self.state.encryptor = unless_tenant(self.state.encryptor, tenant);
        }
        self
    }

    /// Sets the logical table name, unless the program has set one.
    pub(crate) fn or_logical_table_name(mut self, name: Option<&str>) -> Self {
        let given = self.state.logical_table_name.take();
        self.state.logical_table_name = given.or_else(|| name.map(str::to_owned));
        self
    }

    /// The beacons of the items, with their keys.
    pub(crate) fn with_beacon_schema(mut self, schema: Option<BeaconSchema>) -> Self {
        self.state.beacon_schema = schema;
        self
    }

    pub(crate) fn beacon_keys(mut self, keys: BeaconKeys) -> Self {
        self.state.beacon_keys = Some(keys);
        self
    }

    /// The beacons of items with these actions.
    pub(crate) fn table_beacons(&mut self, actions: &AttributeActions) -> TableBeacons {
        let schema = self.state.beacon_schema.take().map(Arc::new);
        TableBeacons::new(schema, self.state.beacon_keys.take(), actions, &self.state.encryptor)
    }

    pub(crate) fn assemble(
        self,
        actions: AttributeActions,
        key: KeyNames,
        beacons: TableBeacons,
    ) -> (Arc<Table>, Clock, Cursors) {
        let client = self.guarded_client();
        let WantsNothing {
            table,
            logical_table_name,
            encryptor,
            clock,
            older_versions,
            cursor_keys,
            cursor_lifetime,
            ..
        } = self.state;
        let context = context(logical_table_name.as_deref().unwrap_or(&table), &key);
        let mut table = Table {
            older: Vec::new(),
            clock: clock.clone(),
            client,
            context,
            actions,
            key,
            name: table,
            encryptor,
            beacons,
        };
        table.older = older_versions.iter().map(|version| Arc::new(version.reader(&table))).collect();
        table.warn_of_endless_versions();
        let cursors = Cursors { keys: cursor_keys.into(), lifetime: cursor_lifetime, clock: clock.clone() };
        (Arc::new(table), clock, cursors)
    }
}

fn context(table_name: &str, key: &KeyNames) -> ItemContext {
    let context = ItemContext::new(table_name).partition_key(&key.partition_key);
    match &key.sort_key {
        Some(sort_key) => context.sort_key(sort_key),
        None => context,
    }
}
