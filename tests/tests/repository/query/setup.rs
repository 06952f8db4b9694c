//! A table of readings and its readers.

use aws_sdk_dynamodb::Client;
use dynaseal::embedded::Database;
use dynaseal::repository::RepositoryBuilder;
use dynaseal::testing::{Attacker, Fault, Faults};
use dynaseal::{AttributeValue, EncryptedItem, Item, ItemEncryptor, Repository};
use dynaseal_tests::store::keys;

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
pub(crate) struct Reading {
    #[partition_key]
    pub(crate) sensor: String,
    #[sort_key]
    pub(crate) time: i64,
    pub(crate) value: String,
    #[sign_only]
    pub(crate) unit: String,
    #[do_nothing]
    pub(crate) seen: bool,
}

/// A table in memory and its keys.
pub(crate) struct Store {
    pub(crate) client: Client,
    keys: ItemEncryptor,
}

impl Store {
    pub(crate) fn new() -> Self {
        let keys = keys();
        Self { client: Database::in_memory().unwrap().client(), keys }
    }

    /// Creates a table with readings of these times for each of these sensors.
    pub(crate) async fn with_readings(sensors: &[&str], times: impl Iterator<Item = i64> + Clone) -> Self {
        let store = Self::new();
        let readings = store.readings();
        readings.create_table().await.unwrap();
        for sensor in sensors {
            for time in times.clone() {
                readings.put(&reading(sensor, time)).await.unwrap();
            }
        }
        store
    }

    pub(crate) fn readings(&self) -> Repository<Reading> {
        self.repository("readings", self.client.clone())
    }

    /// Returns the readings behind these faults, and the faults, which count the requests.
    pub(crate) fn behind(&self, script: impl IntoIterator<Item = Fault>) -> (Repository<Reading>, Faults) {
        let faults = Faults::script(script);
        (self.repository("readings", faults.beneath(&self.client).unwrap()), faults)
    }

    pub(crate) fn repository<T: EncryptedItem>(&self, table: &str, client: Client) -> Repository<T> {
        self.builder(table, client).build()
    }

    pub(crate) fn builder<T: EncryptedItem>(
        &self,
        table: &str,
        client: Client,
    ) -> RepositoryBuilder<T, dynaseal::repository::WantsNothing> {
        Repository::builder(client).table(table).encryptor(self.keys.clone())
    }

    /// Changes the stored item under this key directly.
    pub(crate) async fn tamper(&self, sensor: &str, time: i64, change: impl FnOnce(&mut Item)) {
        Attacker::new(self.client.clone(), "readings").change(key(sensor, time), change).await.unwrap();
    }
}

pub(crate) fn reading(sensor: &str, time: i64) -> Reading {
    let unit = if time % 2 == 0 { "K" } else { "Pa" };
    Reading {
        sensor: sensor.to_owned(),
        time,
        value: format!("value {time}"),
        unit: unit.to_owned(),
        seen: time % 3 == 0,
    }
}

pub(crate) fn key(sensor: &str, time: i64) -> Item {
    Item::from([
        ("sensor".to_owned(), AttributeValue::S(sensor.to_owned())),
        ("time".to_owned(), AttributeValue::N(time.to_string())),
    ])
}

pub(crate) fn times(readings: &[Reading]) -> Vec<i64> {
    readings.iter().map(|reading| reading.time).collect()
}
