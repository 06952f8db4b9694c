//! Every order in which threads can use one entry.
//!
//! The cache has one lock, and reads the clock before each of its sections. A scheduler lets one thread run at a time and may
//! change to another at each reading of the clock and at each step of a load, so it tries all orders of these sections, with
//! the code of production and the real `Shared` future. Loom and shuttle would replace the lock by a type of theirs, and try the
//! same orders. A thread without a runtime drives the load itself, as the spawned task does.

use std::cell::Cell;
use std::sync::Condvar;
use std::sync::atomic::AtomicU32;
use std::task::Wake;
use std::thread;

use super::*;

thread_local! {
    static THREAD: Cell<Option<usize>> = const { Cell::new(None) };
}

/// Lets one thread run at a time.
struct Scheduler {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    running: Option<usize>,
    threads: Vec<Status>,
}

#[derive(Clone, Copy, PartialEq)]
enum Status {
    Ready,
    /// It was woken while it ran.
    Woken,
    Waiting,
    Done,
}

/// The choices of one run, each with the number of threads that could run; the next run makes the next ones.
#[derive(Default)]
struct Choices {
    made: Vec<(usize, usize)>,
    depth: usize,
}

impl Choices {
    fn next(&mut self, number: usize) -> usize {
        if self.depth == self.made.len() {
            self.made.push((0, number));
        }
        let (choice, of) = self.made[self.depth];
        assert_eq!(of, number, "a run is the same up to its first other choice");
        self.depth += 1;
        choice
    }

    /// Returns false after the last run.
    fn advance(&mut self) -> bool {
        self.depth = 0;
        while let Some((choice, of)) = self.made.pop() {
            if choice + 1 < of {
                self.made.push((choice + 1, of));
                return true;
            }
        }
        false
    }
}

impl Scheduler {
    fn new(threads: usize) -> Arc<Self> {
        let state = State { running: None, threads: vec![Status::Ready; threads] };
        Arc::new(Self { state: Mutex::new(state), changed: Condvar::new() })
    }

    /// Runs the threads in the order of the choices. Fails if all that are left wait for each other.
    fn run(&self, choices: &mut Choices) {
        loop {
            let mut state = self.changed.wait_while(lock(&self.state), |state| state.running.is_some()).unwrap();
            let can_run = |status: &Status| matches!(status, Status::Ready | Status::Woken);
            let ready: Vec<usize> =
                (0..state.threads.len()).filter(|thread| can_run(&state.threads[*thread])).collect();
            if ready.is_empty() {
                assert!(state.threads.iter().all(|status| *status == Status::Done), "nobody was woken");
                return;
            }
            let next = ready[choices.next(ready.len())];
            state.threads[next] = Status::Ready;
            state.running = Some(next);
            self.changed.notify_all();
        }
    }

    /// Lets others run, if the caller is one of the threads.
    fn pass(&self) {
        if let Some(thread) = THREAD.get() {
            self.stop(thread, Status::Ready);
            self.wait_for_turn(thread);
        }
    }

    fn stop(&self, thread: usize, status: Status) {
        let mut state = lock(&self.state);
        if state.threads[thread] != Status::Woken || status == Status::Done {
            state.threads[thread] = status;
        }
        state.running = None;
        self.changed.notify_all();
    }

    fn wait_for_turn(&self, thread: usize) {
        drop(self.changed.wait_while(lock(&self.state), |state| state.running != Some(thread)).unwrap());
    }

    fn wake(&self, thread: usize) {
        let mut state = lock(&self.state);
        if state.threads[thread] != Status::Done {
            state.threads[thread] = Status::Woken;
        }
    }

    /// Runs a body as one of the threads.
    fn begin(&self, thread: usize, body: impl FnOnce()) {
        THREAD.set(Some(thread));
        self.wait_for_turn(thread);
        let _end = End(self, thread);
        body();
    }
}

/// The end of a thread, also by a panic.
struct End<'a>(&'a Scheduler, usize);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.stop(self.1, Status::Done);
    }
}

struct WakeThread(Arc<Scheduler>, usize);

impl Wake for WakeThread {
    fn wake(self: Arc<Self>) {
        self.0.wake(self.1);
    }
}

/// What the threads of one run share.
struct World {
    scheduler: Arc<Scheduler>,
    user: CacheUser<u32>,
    hands: Hands,
    /// What a load finds.
    service: AtomicU32,
    loads: AtomicUsize,
}

/// The value of the service that is an outage.
const OUTAGE: u32 = 0;

impl World {
    fn new(threads: usize) -> Arc<Self> {
        let (scheduler, hands) = (Scheduler::new(threads), Hands::new());
        let clock = {
            let (scheduler, hands) = (Arc::clone(&scheduler), hands.clone());
            Arc::new(move || {
                scheduler.pass();
                hands.now()
            })
        };
        let user = Cache::new(100, clock).user(None, Lifetime::with_grace_before(TTL, GRACE));
        Arc::new(Self { scheduler, user, hands, service: AtomicU32::new(1), loads: AtomicUsize::new(0) })
    }

    /// One call that takes two polls.
    async fn call(self: Arc<Self>) -> Result<u32> {
        self.loads.fetch_add(1, Ordering::SeqCst);
        self.scheduler.pass();
        let mut is_first = true;
        std::future::poll_fn(|context| {
            context.waker().wake_by_ref();
            if std::mem::take(&mut is_first) { Poll::Pending } else { Poll::Ready(()) }
        })
        .await;
        match self.service.load(Ordering::SeqCst) {
            OUTAGE => Err(error(ErrorKind::Throttled)),
            value => Ok(value),
        }
    }

    /// Gets the value in the current thread.
    fn get(self: &Arc<Self>) -> Result<u32> {
        let thread = THREAD.get();
        let mut load = Box::pin(self.user.load("k", || Arc::clone(self).call()));
        let waker = thread.map_or_else(
            || Waker::noop().clone(),
            |thread| Waker::from(Arc::new(WakeThread(Arc::clone(&self.scheduler), thread))),
        );
        loop {
            if let Poll::Ready(outcome) = load.as_mut().poll(&mut Context::from_waker(&waker)) {
                return outcome;
            }
            if let Some(thread) = thread {
                self.scheduler.stop(thread, Status::Waiting);
                self.scheduler.wait_for_turn(thread);
            }
        }
    }

    /// Begins to get the value, and gives up.
    fn give_up(self: &Arc<Self>) {
        let mut load = Box::pin(self.user.load("k", || Arc::clone(self).call()));
        let _ = poll_once(&mut load);
        self.scheduler.pass();
    }

    fn loads(&self) -> usize {
        self.loads.load(Ordering::SeqCst)
    }

    fn set_service(&self, value: u32) {
        self.service.store(value, Ordering::SeqCst);
        self.scheduler.pass();
    }
}

type Body = fn(&Arc<World>) -> Option<Result<u32>>;

/// Runs the bodies in every order after `before`, and `check`s what they returned.
fn in_every_order(before: fn(&Arc<World>), bodies: &[Body], check: fn(&Arc<World>, Vec<Option<Result<u32>>>)) {
    let mut choices = Choices::default();
    let mut runs = 0_u32;
    loop {
        let world = World::new(bodies.len());
        before(&world);
        let outcomes = thread::scope(|scope| {
            let threads: Vec<_> = bodies
                .iter()
                .enumerate()
                .map(|(number, body)| {
                    let world = &world;
                    scope.spawn(move || {
                        let mut outcome = None;
                        world.scheduler.begin(number, || outcome = body(world));
                        outcome
                    })
                })
                .collect();
            world.scheduler.run(&mut choices);
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        check(&world, outcomes);
        runs += 1;
        if !choices.advance() {
            break;
        }
    }
    println!("{runs} orders");
    assert!(runs > 10, "the threads hardly met");
}

const GET: Body = |world| Some(world.get());

fn values(outcomes: Vec<Option<Result<u32>>>) -> Vec<u32> {
    outcomes.into_iter().flatten().map(Result::unwrap).collect()
}

#[test]
fn two_callers_share_one_load_in_every_order() {
    in_every_order(
        |_| {},
        &[GET, GET],
        |world, outcomes| {
            assert_eq!(values(outcomes), [1, 1]);
            assert_eq!(world.loads(), 1);
        },
    );
}

#[test]
fn a_caller_that_gives_up_stops_nobody_in_any_order() {
    let gives_up: Body = |world| {
        world.give_up();
        None
    };
    in_every_order(
        |_| {},
        &[gives_up, GET],
        |world, outcomes| {
            assert_eq!(values(outcomes), [1]);
            assert_eq!(world.loads(), 1);
            assert_eq!(world.get().unwrap(), 1);
            assert_eq!(world.loads(), 1);
        },
    );
}

/// What was loaded before is not used after the keys have changed and the cache knows it.
#[test]
fn no_load_brings_back_what_was_cleared_in_any_order() {
    let rotates: Body = |world| {
        world.set_service(2);
        world.user.clear();
        None
    };
    in_every_order(|_| {}, &[GET, rotates], |world, _| assert_eq!(world.get().unwrap(), 2));
}

#[test]
fn no_load_overwrites_what_was_put_in_in_any_order() {
    let puts_in: Body = |world| {
        world.set_service(2);
        world.user.insert("k", 2, world.hands.now());
        None
    };
    in_every_order(|_| {}, &[GET, puts_in], |world, _| assert_eq!(world.get().unwrap(), 2));
}

#[test]
fn one_caller_renews_and_the_others_have_the_old_value_in_every_order() {
    let becomes_stale = |world: &Arc<World>| {
        assert_eq!(world.get().unwrap(), 1);
        world.hands.advance(TTL - GRACE + MOMENT);
        world.service.store(2, Ordering::SeqCst);
    };
    in_every_order(becomes_stale, &[GET, GET], |world, outcomes| {
        let values = values(outcomes);
        assert!(values.contains(&2) && values.iter().all(|value| [1, 2].contains(value)), "{values:?}");
        assert_eq!(world.loads(), 2);
        assert_eq!(world.get().unwrap(), 2);
    });
}

/// If a load fails, every task that waits for it fails, and the next task loads again.
#[test]
fn a_failure_is_that_of_those_who_waited_in_every_order() {
    let fails = |world: &Arc<World>| world.service.store(OUTAGE, Ordering::SeqCst);
    in_every_order(fails, &[GET, GET], |world, outcomes| {
        let errors: Vec<_> = outcomes.into_iter().flatten().map(Result::unwrap_err).collect();
        assert!(errors.iter().all(|error| error.kind() == ErrorKind::Throttled));
        let causes = errors.iter().filter(|error| std::error::Error::source(*error).is_some()).count();
        assert_eq!(causes, world.loads());
        world.service.store(3, Ordering::SeqCst);
        assert_eq!(world.get().unwrap(), 3);
    });
}
