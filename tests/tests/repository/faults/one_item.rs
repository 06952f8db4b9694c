//! Operations on one item.

use std::pin::pin;
use std::time::Duration;

use dynaseal::testing::Fault;
use dynaseal::{Error, ErrorKind};
use dynaseal_tests::given_up::GivenUp;
use dynaseal_tests::network::FAULTS;

use super::operations::Operation;
use super::setup::{ATTEMPTS, Kind, Setup};

fn cases_of_all() -> impl Iterator<Item = (Kind, Operation)> {
    Kind::BOTH.into_iter().flat_map(|kind| Operation::ALL.map(|operation| (kind, operation)))
}

#[tokio::test]
async fn the_stored_item_matches_the_reported_outcome() {
    let mut setup = Setup::new().await;
    let (mut cases, mut injected, mut failed, mut unknown) = (0, 0, 0, 0);
    for (kind, operation) in cases_of_all() {
        for exists in [false, true] {
            for fault in FAULTS {
                // Injects the fault at each request of the operation, as often as the client tolerates it, and once
                // more.
                for (place, times) in (0..3).flat_map(|place| (1..=ATTEMPTS).map(move |times| (place, times))) {
                    let (id, before) = setup.key(exists).await;
                    let script = std::iter::repeat_n(Fault::None, place).chain(std::iter::repeat_n(fault, times));
                    let faults = kind.faults(script);
                    let outcome = operation.run(&setup.retrying(kind, &faults).await, &id).await;

                    let stored = setup.sound.get(id.as_str()).consistent().await.unwrap();
                    let after = operation.model(&id, before.clone());
                    let case =
                        format!("{kind:?} {operation:?}, exists: {exists}, {fault:?} {times} times after {place}");
                    match outcome.as_ref().map_err(Error::kind) {
                        Ok(()) => assert_eq!(stored, after, "{case}: succeeded"),
                        Err(ErrorKind::OutcomeUnknown) => {
                            assert!(stored == before || stored == after, "{case}: unknown, {stored:?}");
                            unknown += 1;
                        }
                        Err(kind) => {
                            let clear = [
                                ErrorKind::AlreadyExists,
                                ErrorKind::NotFound,
                                ErrorKind::Conflict,
                                ErrorKind::ConditionFailed,
                                ErrorKind::Throttled,
                                ErrorKind::Unavailable,
                            ];
                            assert!(clear.contains(&kind), "{case}: {outcome:?}");
                            assert_eq!(stored, before, "{case}: {outcome:?}");
                            failed += 1;
                        }
                    }
                    cases += 1;
                    injected += faults.injected().iter().filter(|fault| **fault != Fault::None).count();
                }
            }
        }
    }
    println!(
        "faults: {cases} operations, {injected} faults injected, {failed} failed and changed nothing, \
         {unknown} said that their outcome is unknown, 0 lost"
    );
    assert!(unknown > 0 && injected > cases / 2);
}

#[tokio::test]
async fn a_cancelled_operation_is_atomic() {
    let mut setup = Setup::new().await;
    let mut points = 0;
    for (kind, operation) in cases_of_all() {
        for exists in [false, true] {
            // A lost response makes the operation wait for another attempt, too.
            for lost in [Fault::None, Fault::DropResponse, Fault::Throttle] {
                for polls in 0.. {
                    let (id, before) = setup.key(exists).await;
                    let delay = Fault::Delay(Duration::from_millis(1));
                    let faults = kind.faults([delay, lost, delay, delay, delay, delay]);
                    let faulty = setup.retrying(kind, &faults).await;
                    let done = GivenUp::after(polls, pin!(operation.run(&faulty, &id))).await;

                    let stored = setup.sound.get(id.as_str()).consistent().await.unwrap();
                    let after = operation.model(&id, before.clone());
                    let case =
                        format!("{kind:?} {operation:?}, exists: {exists}, given up after {polls} polls, {lost:?}");
                    assert!(stored == before || stored == after, "{case}: {stored:?}");
                    points += 1;

                    // The next operation is not affected.
                    let again = operation.run(&setup.retrying(kind, &kind.faults([])).await, &id).await;
                    let clear = [ErrorKind::AlreadyExists, ErrorKind::NotFound, ErrorKind::ConditionFailed];
                    assert!(again.as_ref().map_or_else(|error| clear.contains(&error.kind()), |()| true), "{case}");
                    if done.is_some() {
                        break;
                    }
                    assert!(polls < 1000, "{case}: never ends");
                }
            }
        }
    }
    println!("faults: operations given up at {points} points, 0 lost");
}
