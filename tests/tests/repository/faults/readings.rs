//! Many items of one partition, read and written by either kind of table.

use std::collections::HashMap;

use dynaseal::repository::query::{Cursor, Items};
use dynaseal::{AttributeValue, EncryptedItem, Error, Item, Result};

use super::setup::{Behind, Setup};

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
pub(crate) struct Reading {
    #[partition_key]
    pub(crate) sensor: String,
    #[sort_key]
    pub(crate) time: u32,
    pub(crate) value: i64,
}

/// More items than one batch of writes can hold.
pub(crate) const COUNT: u32 = 30;

const SENSOR: &str = "s-1";

pub(crate) fn readings(value: i64) -> Vec<Reading> {
    (0..COUNT).map(|time| Reading { sensor: SENSOR.to_owned(), time, value }).collect()
}

fn key(time: u32) -> Item {
    let key = [("sensor", AttributeValue::S(SENSOR.to_owned())), ("time", AttributeValue::N(time.to_string()))];
    key.map(|(name, value)| (name.to_owned(), value)).into()
}

fn typed(mut item: Item) -> Result<Reading> {
    Reading::from_item(&mut item)
}

impl Setup<Reading> {
    /// Creates a table in which every reading has the value 1.
    pub(crate) async fn with_readings() -> Self {
        let setup = Self::new().await;
        setup.sound.write_many(readings(1)).await.unwrap();
        setup
    }

    /// Returns the stored values by time.
    pub(crate) async fn stored(&self) -> HashMap<u32, i64> {
        let all = self.sound.query(SENSOR).consistent().collect().await.unwrap();
        all.into_iter().map(|reading| (reading.time, reading.value)).collect()
    }
}

/// The requests that find all readings.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Search {
    Query,
    Scan,
    ParallelScan,
}

impl Search {
    pub(crate) const ALL: [Self; 3] = [Self::Query, Self::Scan, Self::ParallelScan];
}

impl Behind<Reading> {
    /// Returns all of them in order, in pages of seven.
    pub(crate) async fn find(&self, search: Search) -> Result<Vec<Reading>> {
        let (mut stream, mut found) = (self.stream(search), Vec::new());
        while let Some(reading) = stream.next().await {
            found.push(reading?);
        }
        found.sort_by_key(|reading| reading.time);
        Ok(found)
    }

    pub(crate) fn stream(&self, search: Search) -> Found {
        match (self, search) {
            (Self::Typed(table), Search::Query) => Found::Typed(table.query(SENSOR).page_size(7).stream()),
            (Self::Typed(table), Search::Scan) => Found::Typed(table.scan().page_size(7).stream()),
            (Self::Typed(table), Search::ParallelScan) => Found::Typed(table.parallel_scan(3).page_size(7).stream()),
            (Self::Plain(table), Search::Query) => {
                Found::Plain(table.query(AttributeValue::S(SENSOR.to_owned())).page_size(7).stream())
            }
            (Self::Plain(table), Search::Scan) => Found::Plain(table.scan().page_size(7).stream()),
            (Self::Plain(table), Search::ParallelScan) => Found::Plain(table.parallel_scan(3).page_size(7).stream()),
        }
    }

    /// Returns a page of ten, which takes two requests.
    pub(crate) async fn page(&self, cursor: Option<Cursor>) -> Result<(Vec<Reading>, Option<Cursor>)> {
        match self {
            Self::Typed(table) => {
                let page = table.query(SENSOR).limit(10).page_size(7).page(cursor).await?;
                Ok((page.items, page.cursor))
            }
            Self::Plain(table) => {
                let query = table.query(AttributeValue::S(SENSOR.to_owned()));
                let page = query.limit(10).page_size(7).page(cursor).await?;
                Ok((page.items.into_iter().map(typed).collect::<Result<_>>()?, page.cursor))
            }
        }
    }

    /// Returns all of them by their keys.
    pub(crate) async fn get_many(&self) -> Vec<Result<Option<Reading>>> {
        match self {
            Self::Typed(table) => table.get_many((0..COUNT).map(|time| (SENSOR, time))).await,
            Self::Plain(table) => {
                let responses = table.get_many((0..COUNT).map(key)).await;
                responses.into_iter().map(|response| response?.map(typed).transpose()).collect()
            }
        }
    }

    /// Writes these readings and deletes those of these times. Returns the errors of the returned ones, by time.
    pub(crate) async fn write_many(&self, puts: &[Reading], deletes: &[u32]) -> HashMap<u32, Error> {
        match self {
            Self::Typed(table) => {
                let write = table.write_many(puts.to_vec()).delete(deletes.iter().map(|&time| (SENSOR, time)));
                let Err(left) = write.await else { return HashMap::new() };
                let puts = left.puts.into_iter().map(|(reading, error)| (reading.time, error));
                puts.chain(left.deletes.into_iter().map(|(key, error)| (key.time, error))).collect()
            }
            Self::Plain(table) => {
                let puts = puts.iter().map(|reading| reading.to_item().unwrap());
                let write = table.write_many(puts).delete(deletes.iter().map(|&time| key(time)));
                let Err(left) = write.await else { return HashMap::new() };
                let time = |item: &Item| item["time"].as_n().unwrap().parse().unwrap();
                let puts = left.puts.into_iter().map(|(item, error)| (time(&item), error));
                puts.chain(left.deletes.into_iter().map(|(key, error)| (time(&key), error))).collect()
            }
        }
    }
}

/// A stream of either kind of table.
pub(crate) enum Found {
    Typed(Items<Reading>),
    Plain(Items<Item>),
}

impl Found {
    pub(crate) async fn next(&mut self) -> Option<Result<Reading>> {
        match self {
            Self::Typed(items) => items.next().await,
            Self::Plain(items) => items.next().await.map(|item| typed(item?)),
        }
    }
}
