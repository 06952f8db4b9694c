//! Random queries and scans of random readings, compared with a sorted map, through a network with random faults.

use std::collections::BTreeMap;

use dynaseal::repository::query::{Query, Selection};
use dynaseal::testing::{Fault, Faults};
use dynaseal::{ErrorKind, Repository};
use dynaseal_tests::format::StoredFormat;
use dynaseal_tests::seed::seed;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};

use super::setup::{Reading, Store, reading};

const ROUNDS: usize = 250;
const SENSORS: [&str; 3] = ["s-1", "s-2", "s-3"];
const TIMES: std::ops::Range<i64> = -20..20;

type Model = BTreeMap<(String, i64), Reading>;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_result_matches_a_sorted_map() {
    let (seed, rounds) = (seed(), StoredFormat::rounds(ROUNDS));
    let mut random = StdRng::seed_from_u64(seed);
    let store = Store::with_readings(&[], 0..0).await;
    let kinds = [Fault::Throttle, Fault::InternalServerError, Fault::DropResponse, Fault::Reset, Fault::FailBefore];
    let faults = Faults::random(seed, 0.03, kinds);
    let unsteady = store.repository("readings", faults.beneath(&store.client).unwrap());
    let (steady, mut model, mut failures) = (store.readings(), Model::new(), 0);
    for _ in 0..rounds {
        write(&mut random, &steady, &mut model).await;
        let question = Question::draw(&mut random);
        let expected = question.respond(&model);
        match question.ask(&unsteady, &mut random).await {
            Ok(found) => assert_eq!(found, expected, "{question:?}"),
            Err(error) => {
                assert!(matches!(error.kind(), ErrorKind::Throttled | ErrorKind::Unavailable), "{error:?}");
                failures += 1;
            }
        }
    }
    println!("{rounds} questions, {failures} of them without an answer, {} requests", faults.injected().len());
    assert!((1..rounds / 2).contains(&failures), "the run was not much of a test");
}

async fn write(random: &mut StdRng, readings: &Repository<Reading>, model: &mut Model) {
    for _ in 0..5 {
        let (sensor, time) = (*SENSORS.choose(random).unwrap(), random.random_range(TIMES));
        if random.random_ratio(1, 4) {
            readings.delete((sensor, time)).await.unwrap();
            model.remove(&(sensor.to_owned(), time));
        } else {
            readings.put(&reading(sensor, time)).await.unwrap();
            model.insert((sensor.to_owned(), time), reading(sensor, time));
        }
    }
}

/// The request; a scan has no sensor.
#[derive(Debug)]
struct Question {
    sensor: Option<&'static str>,
    sort: Sort,
    filtered: bool,
    descending: bool,
    limit: Option<usize>,
    page_size: Option<u32>,
    how: How,
}

#[derive(Debug)]
enum Sort {
    Any,
    Eq(i64),
    Lt(i64),
    Le(i64),
    Gt(i64),
    Ge(i64),
    Between(i64, i64),
}

#[derive(Debug)]
enum How {
    Collect,
    Stream,
    Pages,
    Segments(u32),
}

impl Question {
    fn draw(random: &mut StdRng) -> Self {
        let time = random.random_range(TIMES);
        let sort = match random.random_range(0..7) {
            0 => Sort::Any,
            1 => Sort::Eq(time),
            2 => Sort::Lt(time),
            3 => Sort::Le(time),
            4 => Sort::Gt(time),
            5 => Sort::Ge(time),
            _ => Sort::Between(time, time + random.random_range(0..10)),
        };
        let sensor = random.random_ratio(3, 4).then(|| *SENSORS.choose(random).unwrap());
        let how = match random.random_range(0..4) {
            0 => How::Collect,
            1 => How::Stream,
            2 => How::Pages,
            _ if sensor.is_none() => How::Segments(random.random_range(1..5)),
            _ => How::Collect,
        };
        Self {
            sensor,
            sort: if sensor.is_some() { sort } else { Sort::Any },
            filtered: random.random(),
            descending: sensor.is_some() && random.random(),
            // The store determines the first items of a scan.
            limit: (sensor.is_some() && random.random()).then(|| random.random_range(1..30)),
            page_size: random.random::<bool>().then(|| random.random_range(1..15)),
            how,
        }
    }

    fn respond(&self, model: &Model) -> Vec<Reading> {
        let is_wanted = |time: i64| match self.sort {
            Sort::Any => true,
            Sort::Eq(value) => time == value,
            Sort::Lt(value) => time < value,
            Sort::Le(value) => time <= value,
            Sort::Gt(value) => time > value,
            Sort::Ge(value) => time >= value,
            Sort::Between(low, high) => (low..=high).contains(&time),
        };
        let is_found = |reading: &&Reading| {
            self.sensor.is_none_or(|sensor| sensor == reading.sensor)
                && is_wanted(reading.time)
                && (!self.filtered || reading.seen)
        };
        let mut found: Vec<Reading> = model.values().filter(is_found).cloned().collect();
        if self.descending {
            found.reverse();
        }
        // A limit applies to each page.
        if let (Some(limit), How::Collect | How::Stream) = (self.limit, &self.how) {
            found.truncate(limit);
        }
        found
    }

    async fn ask(&self, readings: &Repository<Reading>, random: &mut StdRng) -> dynaseal::Result<Vec<Reading>> {
        let Some(sensor) = self.sensor else {
            let mut found = match self.how {
                How::Segments(segments) => self.narrow(readings.parallel_scan(segments)).collect().await?,
                How::Pages => walk(|| self.narrow(readings.scan())).await?,
                _ => self.narrow(readings.scan()).collect().await?,
            };
            found.sort_by(|one, other| (&one.sensor, one.time).cmp(&(&other.sensor, other.time)));
            return Ok(found);
        };
        match self.how {
            How::Pages => walk(|| self.query(readings, sensor)).await,
            How::Stream => {
                let (mut stream, mut found) = (self.query(readings, sensor).stream(), Vec::new());
                while let Some(reading) = stream.next().await {
                    found.push(reading?);
                    if random.random() {
                        tokio::task::yield_now().await;
                    }
                }
                Ok(found)
            }
            _ => self.query(readings, sensor).collect().await,
        }
    }

    fn query(&self, readings: &Repository<Reading>, sensor: &str) -> Selection<Reading, Query<i64>> {
        let query = self.narrow(readings.query(sensor));
        let query = if self.descending { query.descending() } else { query };
        match self.sort {
            Sort::Any => query,
            Sort::Eq(value) => query.sort_eq(value),
            Sort::Lt(value) => query.sort_lt(value),
            Sort::Le(value) => query.sort_le(value),
            Sort::Gt(value) => query.sort_gt(value),
            Sort::Ge(value) => query.sort_ge(value),
            Sort::Between(low, high) => query.sort_between(low, high),
        }
    }

    fn narrow<K>(&self, selection: Selection<Reading, K>) -> Selection<Reading, K> {
        let selection = if self.filtered { selection.filter(Reading::fields().seen.eq(true)) } else { selection };
        let selection = match self.limit {
            Some(limit) => selection.limit(limit),
            None => selection,
        };
        match self.page_size {
            Some(items) => selection.page_size(items),
            None => selection,
        }
    }
}

/// Reads every page, and requests it again if it failed.
async fn walk<K: dynaseal::repository::query::InOrder>(
    selection: impl Fn() -> Selection<Reading, K>,
) -> dynaseal::Result<Vec<Reading>> {
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let page = match selection().page(cursor.clone()).await {
            Err(error) if error.is_retryable() => selection().page(cursor).await?,
            settled => settled?,
        };
        found.extend(page.items);
        cursor = page.cursor;
        if cursor.is_none() {
            return Ok(found);
        }
    }
}
