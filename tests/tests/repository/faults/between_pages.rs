//! Readers that stop between items and pages, and continue later or never.

use std::pin::pin;
use std::time::Duration;

use dynaseal::testing::{Fault, Faults};
use dynaseal_tests::given_up::GivenUp;

use super::readings::{COUNT, Reading, Search, readings};
use super::setup::{Kind, Setup};

const SLOW: Fault = Fault::Delay(Duration::from_millis(1));

fn searches() -> impl Iterator<Item = (Kind, Search)> {
    Kind::BOTH.into_iter().flat_map(|kind| Search::ALL.map(|search| (kind, search)))
}

fn slow(kind: Kind) -> Faults {
    kind.faults([SLOW].repeat(1000))
}

/// Drops `next` whenever it has to wait, as a `select!` does.
#[tokio::test(start_paused = true)]
async fn a_repeatedly_cancelled_stream_loses_nothing() {
    let setup = Setup::with_readings().await;
    for (kind, search) in searches() {
        let table = setup.behind(kind, &slow(kind)).await;
        let (mut stream, mut found, mut given_up) = (table.stream(search), Vec::new(), 0);
        loop {
            match GivenUp::after(1, pin!(stream.next())).await {
                Some(Some(reading)) => found.push(reading.unwrap()),
                Some(None) => break,
                None => {
                    given_up += 1;
                    assert!(given_up < 10_000, "{kind:?} {search:?} never ends");
                    tokio::time::sleep(Duration::from_micros(100)).await;
                }
            }
        }
        found.sort_by_key(|reading| reading.time);
        assert_eq!(found, readings(1), "{kind:?} {search:?}");
        assert!(given_up >= 5, "{kind:?} {search:?} waited {given_up} times, and has five pages");
    }
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_page_is_the_same_when_repeated() {
    let setup = Setup::with_readings().await;
    let mut points = 0;
    for kind in Kind::BOTH {
        for polls in 0.. {
            let table = setup.behind(kind, &slow(kind)).await;
            let (mut found, mut cursor, mut is_done) = (Vec::new(), None, true);
            loop {
                is_done &= GivenUp::after(polls, pin!(table.page(cursor.clone()))).await.is_some();
                let (items, next) = table.page(cursor).await.unwrap();
                found.extend(items);
                cursor = next;
                if cursor.is_none() {
                    break;
                }
            }
            assert_eq!(found, readings(1), "{kind:?}, given up after {polls} polls");
            points += 1;
            if is_done {
                break;
            }
            assert!(polls < 1000, "{kind:?} never ends");
        }
    }
    println!("faults: pages given up at {points} points, 0 items lost or returned twice");
}

#[tokio::test(start_paused = true)]
async fn a_dropped_stream_sends_no_more_requests() {
    let setup: Setup<Reading> = Setup::with_readings().await;
    for (kind, search) in searches() {
        for taken in 0..=COUNT {
            let faults = slow(kind);
            let table = setup.behind(kind, &faults).await;
            let mut stream = table.stream(search);
            for _ in 0..taken {
                stream.next().await.unwrap().unwrap();
            }
            drop(stream);
            let requests = faults.injected().len();
            tokio::time::sleep(Duration::from_secs(3600)).await;
            assert_eq!(faults.injected().len(), requests, "{kind:?} {search:?}, dropped after {taken} items");
        }
    }
}
