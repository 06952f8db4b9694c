//! Queries, scans and batches.

use std::iter::repeat_n;
use std::pin::pin;
use std::time::Duration;

use dynaseal::testing::Fault;
use dynaseal_tests::given_up::GivenUp;
use dynaseal_tests::network::FAULTS;

use super::readings::{COUNT, Reading, Search, readings};
use super::setup::{Kind, Setup, check_error};

/// Returns the faults; in a batch, items can also stay unprocessed.
fn faults() -> impl Iterator<Item = Fault> {
    FAULTS.into_iter().chain([Fault::Unprocessed])
}

#[tokio::test(start_paused = true)]
async fn lists_are_complete_or_the_fault_is_reported() {
    let setup = Setup::with_readings().await;
    let (mut whole, mut told) = (0, 0);
    for (kind, fault) in Kind::BOTH.into_iter().flat_map(|kind| faults().map(move |fault| (kind, fault))) {
        for place in 0..5 {
            let case = format!("{kind:?} {fault:?} after {place}");
            let script = || kind.faults(repeat_n(Fault::None, place).chain([fault]));
            for search in Search::ALL {
                match setup.behind(kind, &script()).await.find(search).await {
                    Ok(read) => {
                        assert_eq!(read, readings(1), "{case}: {search:?}");
                        whole += 1;
                    }
                    Err(error) => {
                        check_error(&case, &error);
                        told += 1;
                    }
                }
            }
            let responses = setup.behind(kind, &script()).await.get_many().await;
            for (expected, outcome) in readings(1).into_iter().zip(responses) {
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
async fn a_batch_returns_the_unwritten_items() {
    let (mut written, mut left_over) = (0, 0);
    for (kind, fault) in Kind::BOTH.into_iter().flat_map(|kind| faults().map(move |fault| (kind, fault))) {
        for (place, times) in (0..3).flat_map(|place| [1, 2, 50].map(|times| (place, times))) {
            let setup = Setup::with_readings().await;
            let case = format!("{kind:?} {fault:?} {times} times after {place}");
            let script = repeat_n(Fault::None, place).chain(repeat_n(fault, times));
            let mut puts = readings(2);
            let deletes: Vec<u32> = puts.split_off(COUNT as usize - 5).iter().map(|reading| reading.time).collect();
            let reasons = setup.behind(kind, &kind.faults(script)).await.write_many(&puts, &deletes).await;

            let stored = setup.stored().await;
            let wanted = puts.iter().map(|put| (put.time, Some(2))).chain(deletes.iter().map(|time| (*time, None)));
            for (time, after) in wanted {
                let now = stored.get(&time).copied();
                match reasons.get(&time) {
                    None => {
                        assert_eq!(now, after, "{case}: {time}");
                        written += 1;
                    }
                    Some(error) => {
                        check_error(&case, error);
                        // Without a response, a returned write may have been applied.
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
async fn a_cancelled_batch_wrote_complete_items_or_none() {
    let mut points = 0;
    for kind in Kind::BOTH {
        for polls in 0.. {
            let setup: Setup<Reading> = Setup::with_readings().await;
            let delays = [Fault::Delay(Duration::from_millis(1)), Fault::Unprocessed].repeat(4);
            let faulty = setup.behind(kind, &kind.faults(delays)).await;
            let done = GivenUp::after(polls, pin!(faulty.write_many(&readings(2), &[]))).await;
            points += 1;
            // Every item is readable, and is the old or the new one.
            let stored = setup.stored().await;
            assert_eq!(stored.len(), COUNT as usize);
            assert!(stored.values().all(|value| [1, 2].contains(value)), "{kind:?}, given up after {polls} polls");
            if let Some(left) = done {
                assert!(left.is_empty() && stored.values().all(|value| *value == 2), "{kind:?}: {left:?}");
                break;
            }
            assert!(polls < 1000, "{kind:?} never ends");
        }
    }
    println!("faults: batches given up at {points} points, 0 items torn");
}
