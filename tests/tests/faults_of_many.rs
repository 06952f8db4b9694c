//! Queries, scans and batches under every fault of the network, and given up at every point where they wait: what is read
//! is all there is or an error, and what is stored is what the caller of a batch was told.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use std::collections::HashMap;
use std::iter::repeat_n;
use std::pin::pin;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use dynaseal::embedded::Database;
use dynaseal::materials::{AesKey, HmacKey, WrappedProvider};
use dynaseal::testing::{Fault, Faults};
use dynaseal::{EncryptedItem, Error, ErrorKind, Repository};
use dynaseal_tests::given_up::GivenUp;

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
struct Reading {
    #[partition_key]
    sensor: String,
    #[sort_key]
    time: u32,
    value: i64,
}

const FAULTS: [Fault; 7] = [
    Fault::DropResponse,
    Fault::Reset,
    Fault::HalfResponse,
    Fault::FailBefore,
    Fault::Throttle,
    Fault::InternalServerError,
    Fault::Unprocessed,
];

/// More than fit into one batch of writes.
const COUNT: u32 = 30;

fn readings(value: i64) -> Vec<Reading> {
    (0..COUNT).map(|time| Reading { sensor: "s-1".to_owned(), time, value }).collect()
}

fn keys() -> Vec<(String, u32)> {
    (0..COUNT).map(|time| ("s-1".to_owned(), time)).collect()
}

struct Setup {
    client: Client,
    keys: WrappedProvider,
    sound: Repository<Reading>,
}

impl Setup {
    /// A table in which every reading has the value 1.
    async fn new() -> Self {
        let client = Database::in_memory().unwrap().client();
        let keys = WrappedProvider::new(AesKey::generate().unwrap(), HmacKey::generate().unwrap());
        let sound: Repository<Reading> =
            Repository::builder(client.clone()).table("readings").materials(keys.clone()).build();
        sound.create_table().await.unwrap();
        sound.write_many(readings(1)).await.unwrap();
        Self { client, keys, sound }
    }

    fn behind(&self, faults: &Faults) -> Repository<Reading> {
        let client = faults.beneath(&self.client).unwrap();
        Repository::builder(client).table("readings").materials(self.keys.clone()).build()
    }

    /// The values that are stored, by time.
    async fn stored(&self) -> HashMap<u32, i64> {
        let all = self.sound.query("s-1").consistent().collect().await.unwrap();
        all.into_iter().map(|reading| (reading.time, reading.value)).collect()
    }
}

fn check_error(case: &str, error: &Error) {
    let clear = [ErrorKind::Throttled, ErrorKind::Unavailable, ErrorKind::OutcomeUnknown];
    assert!(clear.contains(&error.kind()), "{case}: {error:?}");
}

#[tokio::test(start_paused = true)]
async fn many_are_read_whole_or_the_fault_is_told() {
    let setup = Setup::new().await;
    let (mut whole, mut told) = (0, 0);
    for fault in FAULTS {
        for place in 0..5 {
            let case = format!("{fault:?} after {place}");
            let behind = || setup.behind(&Faults::script(repeat_n(Fault::None, place).chain([fault])));
            let mut scanned = behind().scan().page_size(7).collect().await;
            if let Ok(scanned) = &mut scanned {
                scanned.sort_by_key(|reading| reading.time);
            }
            let queried = behind().query("s-1").page_size(7).collect().await;
            for outcome in [scanned, queried] {
                match outcome {
                    Ok(read) => {
                        assert_eq!(read, readings(1), "{case}");
                        whole += 1;
                    }
                    Err(error) => {
                        check_error(&case, &error);
                        told += 1;
                    }
                }
            }
            for (expected, outcome) in readings(1).into_iter().zip(behind().get_many(keys()).await) {
                match outcome {
                    Ok(read) => assert_eq!(read, Some(expected), "{case}"),
                    Err(error) => check_error(&case, &error),
                }
            }
        }
    }
    println!("faults: {whole} queries and scans read everything, {told} failed, 0 read a part and said it was all");
    assert!(whole > 0 && told > 0);
}

#[tokio::test(start_paused = true)]
async fn what_a_batch_gives_back_is_what_was_not_written() {
    let (mut written, mut left_over) = (0, 0);
    for fault in FAULTS {
        for (place, times) in (0..3).flat_map(|place| [1, 2, 50].map(|times| (place, times))) {
            let setup = Setup::new().await;
            let case = format!("{fault:?} {times} times after {place}");
            let faulty = setup.behind(&Faults::script(repeat_n(Fault::None, place).chain(repeat_n(fault, times))));
            let mut puts = readings(2);
            let deletes: Vec<Reading> = puts.split_off(COUNT as usize - 5);
            let outcome = faulty
                .write_many(puts.clone())
                .delete(deletes.iter().map(|reading| (reading.sensor.clone(), reading.time)));
            let mut reasons: HashMap<u32, Error> = HashMap::new();
            if let Err(left) = outcome.await {
                reasons.extend(left.puts.into_iter().map(|(reading, error)| (reading.time, error)));
                reasons.extend(left.deletes.into_iter().map(|(key, error)| (key.time, error)));
            }

            let stored = setup.stored().await;
            let wanted = puts.iter().map(|put| (put.time, Some(2))).chain(deletes.iter().map(|gone| (gone.time, None)));
            for (time, after) in wanted {
                let now = stored.get(&time).copied();
                match reasons.get(&time) {
                    None => {
                        assert_eq!(now, after, "{case}: {time}");
                        written += 1;
                    }
                    Some(error) => {
                        check_error(&case, error);
                        // Without an answer, a write that is given back may have happened.
                        let may_have_happened =
                            !matches!(fault, Fault::FailBefore | Fault::Throttle | Fault::Unprocessed);
                        assert!(now == Some(1) || may_have_happened && now == after, "{case}: {time}: {now:?}");
                        left_over += 1;
                    }
                }
            }
        }
    }
    println!("faults: {written} writes of batches done, {left_over} given back, 0 lost");
    assert!(written > 0 && left_over > 0);
}

#[tokio::test]
async fn a_batch_that_is_given_up_anywhere_wrote_whole_items_or_none() {
    let mut points = 0;
    for polls in 0.. {
        let setup = Setup::new().await;
        let delays = [Fault::Delay(Duration::from_millis(1)), Fault::Unprocessed].repeat(4);
        let faulty = setup.behind(&Faults::script(delays));
        let batch = faulty.write_many(readings(2)).into_future();
        let done = GivenUp::after(polls, pin!(batch)).await;
        points += 1;
        // Every item can be read, and is the old or the new one.
        let stored = setup.stored().await;
        assert_eq!(stored.len(), COUNT as usize);
        assert!(stored.values().all(|value| [1, 2].contains(value)), "given up after {polls} polls");
        if let Some(outcome) = done {
            outcome.unwrap();
            assert!(stored.values().all(|value| *value == 2));
            break;
        }
        assert!(polls < 1000, "never ends");
    }
    println!("faults: batches given up at {points} points, 0 items torn");
}
