//! A parallel scan of a table that processes every item.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::future::BoxFuture;
use tokio::sync::Semaphore;
use tokio::task::{JoinError, JoinSet};

use crate::error::{Error, ErrorKind, Result};
use crate::format::encryptor::ItemEncryptor;
use crate::item::{AttributeValue, Item};
use crate::schema::action::AttributeActions;
use crate::schema::entity::Discriminator;
use crate::table::{Order, PagedRead, ReadRequest, StoredPage, Table, follow, tokio_runtime};

use super::checkpoint::Position;
use super::journal::Journal;
use super::pace::Pace;
use super::progress::{Meter, Pass};
use super::report::{Counts, Outcome};
use super::settings::Settings;

/// The number of attempts for an item or a page, with pauses of about five seconds in total, besides the SDK's own
/// retries.
const ATTEMPTS: u32 = 16;

/// The processing of an item.
pub(super) trait Visit: Send + Sync + 'static {
    /// Processes an item once. `Err` is the reason for a failure; the walk decides whether to retry.
    fn visit<'a>(&'a self, walk: &'a Walk, stored: Item) -> BoxFuture<'a, Result<Outcome>>;
}

/// The table, and how to go through it.
pub(super) struct Walk {
    pub(super) table: Arc<Table>,
    discriminator: Option<Discriminator>,
    settings: Settings,
    pace: Pace,
    busy: Arc<Semaphore>,
    meter: Meter,
    visited: AtomicU64,
}

impl Walk {
    #[inline]
    pub(super) async fn new(
        table: Arc<Table>,
        discriminator: Option<Discriminator>,
        settings: &Settings,
        pass: Pass,
    ) -> Arc<Self> {
        let expected = match settings.progress {
            Some(_) => expected_items(&table, settings).await,
            None => None,
        };
        Arc::new(Self {
            pace: Pace::new(settings.requests_per_second),
            busy: Arc::new(Semaphore::new(settings.concurrency)),
            meter: Meter::new(pass, expected),
            visited: AtomicU64::new(0),
            settings: settings.clone(),
            discriminator,
            table,
        })
    }

    /// Visits every item that the journal does not list as done.
    #[inline]
    pub(super) async fn run(self: Arc<Self>, visitor: Arc<dyn Visit>, journal: &Journal) -> Result<Counts> {
        let (runtime, mut segments) = (tokio_runtime()?, JoinSet::new());
        for number in self.settings.numbers() {
            let segment =
                Segment { number, walk: Arc::clone(&self), visitor: Arc::clone(&visitor), journal: journal.clone() };
            segments.spawn_on(follow(segment.run()), &runtime);
        }
        let walked = add_up(&mut segments).await;
        // The next run repeats the unrecorded work of the other segments, so the checkpoint must be unlocked.
        segments.shutdown().await;
        journal.settle().await;
        walked
    }

    /// Waits until another request may be sent.
    #[inline]
    pub(super) async fn turn(&self) {
        self.pace.turn().await;
    }

    /// Reports an item that cannot be processed.
    #[inline]
    pub(super) fn left(&self, stored: &Item, error: &Error) {
        self.settings.left(&self.table.key.of(stored), error);
    }

    #[inline]
    async fn visit(&self, visitor: &dyn Visit, stored: Item) -> Result<Outcome> {
        let outcome = self.settle(visitor, stored).await;
        let visited = self.visited.fetch_add(1, Ordering::Relaxed).saturating_add(1);
        if let Some(progress) = &self.settings.progress {
            progress.update(&self.meter.status(visited));
        }
        outcome
    }

    /// Retries until the outcome is known. A failure of one item does not delay the others; a failure of the service
    /// does.
    #[inline]
    async fn settle(&self, visitor: &dyn Visit, stored: Item) -> Result<Outcome> {
        if !self.is_of_entity(&stored) {
            return Ok(Outcome::OtherEntity);
        }
        let key = self.table.key.of(&stored);
        let mut next = Some(stored);
        let mut failure = None;
        for attempt in 0..ATTEMPTS {
            self.table.pause(attempt).await;
            let stored = match next.take() {
                Some(stored) => stored,
                None => match self.read_again(&key).await {
                    Ok(Some(stored)) => stored,
                    Ok(None) => return Ok(Outcome::Deleted),
                    Err(error) if error.is_retryable() => {
                        failure = Some(error);
                        continue;
                    }
                    Err(error) => return Err(error),
                },
            };
            match visitor.visit(self, stored).await {
                Err(error) if is_worth_another_attempt(&error) => failure = Some(error),
                Err(error) if is_about_the_item(&error) => {
                    self.settings.left(&key, &error);
                    return Ok(Outcome::Left);
                }
                settled => return settled,
            }
        }
        match failure {
            // The service or the key provider has been failing for a while: no other item would succeed.
            Some(error) if error.is_retryable() => Err(error),
            Some(error) => {
                self.settings.left(&key, &error);
                Ok(Outcome::Left)
            }
            None => Ok(Outcome::Left),
        }
    }

    #[inline]
    async fn read_again(&self, key: &Item) -> Result<Option<Item>> {
        self.turn().await;
        self.table.read_stored(key.clone(), true).await
    }

    /// Returns whether the item belongs to the entity of the walk, or items do not record their entity.
    #[inline]
    fn is_of_entity(&self, stored: &Item) -> bool {
        let Some(Discriminator { attribute, value }) = self.discriminator else { return true };
        matches!(stored.get(attribute), Some(AttributeValue::S(found)) if found == value)
    }
}

/// One segment of a walk.
struct Segment {
    number: u32,
    walk: Arc<Walk>,
    visitor: Arc<dyn Visit>,
    journal: Journal,
}

impl Segment {
    /// Processes page after page: the next page is read when all items of the previous one are done and recorded.
    #[inline]
    async fn run(self) -> Result<Counts> {
        let number = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
        let segment = Some((number(self.number), number(self.walk.settings.segments)));
        let everything = ReadRequest::everything(None, self.walk.table.key.clone());
        let requested = ReadRequest { consistent: true, segment, ..everything };
        let read = PagedRead::new(&requested)?;
        let mut all = Counts::default();
        let mut order: Option<Order> = None;
        while let Some(start) = self.journal.start(self.number).await {
            let order = order.get_or_insert_with(|| Order::new(&requested, start.as_ref()));
            let page = self.read_page(&read, start).await?;
            order.follow(&requested, &page).map_err(|error| error.with_operation("Scan"))?;
            let counts = self.visit_all(page.items).await?;
            all += counts;
            let position = Position::after(page.next)?;
            self.journal.advance(self.number, position, counts).await?;
        }
        Ok(all)
    }

    #[inline]
    async fn read_page(&self, read: &PagedRead, start: Option<Item>) -> Result<StoredPage> {
        let table = &self.walk.table;
        let mut failure = None;
        for attempt in 0..ATTEMPTS {
            table.pause(attempt).await;
            self.walk.turn().await;
            match table.read_page(read, start.clone(), None).await {
                Err(error) if error.is_retryable() => failure = Some(error),
                settled => return settled,
            }
        }
        Err(failure.unwrap_or_else(|| Error::new(ErrorKind::Unavailable, "the table could not be read")))
    }

    #[inline]
    async fn visit_all(&self, items: Vec<Item>) -> Result<Counts> {
        let mut visits = JoinSet::new();
        let mut counts = Counts::default();
        for item in items {
            let permit = Arc::clone(&self.walk.busy).acquire_owned().await;
            let (walk, visitor) = (Arc::clone(&self.walk), Arc::clone(&self.visitor));
            visits.spawn(follow(async move {
                let outcome = walk.visit(&*visitor, item).await;
                drop(permit);
                outcome
            }));
            while let Some(done) = visits.try_join_next() {
                counts.count(done.map_err(interrupted)??);
            }
        }
        while let Some(done) = visits.join_next().await {
            counts.count(done.map_err(interrupted)??);
        }
        Ok(counts)
    }
}

/// Runs until one fails, or all are done.
#[inline]
async fn add_up(segments: &mut JoinSet<Result<Counts>>) -> Result<Counts> {
    let mut counts = Counts::default();
    while let Some(done) = segments.join_next().await {
        counts += done.map_err(interrupted)??;
    }
    Ok(counts)
}

/// The item changed, or the service failed: the item is read again.
#[inline]
fn is_worth_another_attempt(error: &Error) -> bool {
    error.is_retryable()
        || matches!(error.kind(), ErrorKind::Conflict | ErrorKind::NotFound | ErrorKind::OutcomeUnknown)
}

/// Other items may succeed.
#[inline]
fn is_about_the_item(error: &Error) -> bool {
    use ErrorKind::{Codec, Integrity, Materials, Schema, TooLarge, Usage};

    matches!(error.kind(), Integrity | Materials | Schema | Codec | TooLarge | Usage) || error.is_rejected_value()
}

/// A task only ends early if the runtime does, or if a callback of the program panics.
#[inline]
fn interrupted(error: JoinError) -> Error {
    Error::new(ErrorKind::Unavailable, "the walk through the table was interrupted; run it again").with_source(error)
}

/// A missing table is reported before there is a checkpoint, which would then prevent a run with the correct table. The
/// walk reports all other failures.
#[inline]
pub(super) async fn check_exists(table: &Table) -> Result<()> {
    let read = PagedRead::new(&ReadRequest::everything(None, table.key.clone()))?;
    match table.read_page(&read, None, Some(1)).await {
        Err(error) if error.kind() == ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Returns the share of the segments in the table's item count. It is only for display, so it may be missing.
#[inline]
async fn expected_items(table: &Table, settings: &Settings) -> Option<u64> {
    let answer = table.client.describe_table().table_name(&table.name).send().await.ok()?;
    let items = u64::try_from(answer.table?.item_count?).ok()?;
    let share = u64::try_from(settings.numbers().len()).ok()?;
    Some(items.saturating_mul(share) / u64::from(settings.segments.max(1)))
}

/// Returns what identifies a migration of this table: another one cannot continue from its checkpoint.
#[inline]
pub(super) fn parameters(
    kind: &str,
    table: &Table,
    discriminator: Option<Discriminator>,
    settings: &Settings,
) -> BTreeMap<String, String> {
    let numbers = settings.numbers();
    let entity = discriminator.map_or_else(String::new, |entity| format!("{}={}", entity.attribute, entity.value));
    let versions = table.older.iter().map(|version| {
        let formats = formats(&version.encryptor);
        format!("{:?}: {:?}, {}, {formats}", version.name, version.context.table_name(), describe(&version.actions))
    });
    BTreeMap::from([
        ("kind".to_owned(), kind.to_owned()),
        ("table".to_owned(), table.name.clone()),
        ("logical table name".to_owned(), table.context.table_name().to_owned()),
        ("attribute actions".to_owned(), describe(&table.actions)),
        ("format".to_owned(), table.encryptor.written_kind().to_string()),
        ("entity".to_owned(), entity),
        ("older versions".to_owned(), versions.collect::<Vec<_>>().join("; ")),
        ("segments".to_owned(), format!("{}..{} of {}", numbers.start, numbers.end, settings.segments)),
    ])
}

#[inline]
fn formats(encryptor: &ItemEncryptor) -> String {
    encryptor.kinds().map(|kind| kind.to_string()).collect::<Vec<_>>().join(" and ")
}

#[inline]
fn describe(actions: &AttributeActions) -> String {
    let mut declared: Vec<String> = actions.declared().map(|(name, action)| format!("{name}={action:?}")).collect();
    declared.sort_unstable();
    declared.push(format!("*={:?}", actions.default_action()));
    declared.join(",")
}

impl fmt::Debug for Walk {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Walk")
            .field("table", &self.table.name)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
