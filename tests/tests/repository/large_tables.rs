//! A table in a file with many more items than fit into the memory of its readers: written in batches, and streamed by
//! one scan and by four segments in parallel.
//!
//! Long run: `DYNASEAL_ITEMS=1000000 DYNASEAL_BYTES=100 cargo test --release -p dynaseal-tests --test repository --
//! --nocapture large_tables::`.

use std::time::Instant;

use dynaseal::embedded::Database;
use dynaseal::repository::query::Items;
use dynaseal::{EncryptedItem, Repository};
use dynaseal_tests::memory::resident;
use dynaseal_tests::own_process::is_own;
use dynaseal_tests::store::keys;

/// The additional memory, in bytes, that is allowed after the first quarter of the items, when all caches are filled.
/// The remaining items take more.
const MOST: u64 = 16 << 20;

#[derive(EncryptedItem)]
struct Event {
    #[partition_key]
    id: u64,
    message: String,
}

/// The maximum of the sampled memory.
struct Peak {
    start: Option<u64>,
    of_a_quarter: Option<u64>,
    most: Option<u64>,
}

impl Peak {
    fn new() -> Self {
        let start = resident();
        Self { start, of_a_quarter: start, most: start }
    }

    fn look(&mut self, done: u64, count: u64) {
        self.most = self.most.max(resident());
        if done <= count / 4 {
            self.of_a_quarter = self.most;
        }
    }

    fn check(&self, call: &str) {
        let (Some(start), Some(quarter), Some(most)) = (self.start, self.of_a_quarter, self.most) else { return };
        let more = |bytes: u64| (bytes.saturating_sub(start)) >> 20;
        println!(
            "streams: {call}: {} MiB resident at the start, {} more at most for a quarter of the items, {} for all of them, {} \
             at the end",
            start >> 20,
            more(quarter),
            more(most),
            more(resident().unwrap_or_default())
        );
        assert!(most < quarter + MOST, "{call} keeps more than the pages in flight");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memory_use_does_not_depend_on_the_number_of_items() {
    if !is_own("large_tables::memory_use_does_not_depend_on_the_number_of_items") {
        return;
    }
    let number = |name, default: u64| std::env::var(name).map_or(default, |value| value.parse().unwrap());
    let (count, bytes) = (number("DYNASEAL_ITEMS", 4_000), number("DYNASEAL_BYTES", 8_000));
    // Slightly less than one megabyte, which is the page limit of DynamoDB. With a limit on the number of items, the
    // store itself takes less memory.
    let page = (800_000 / (bytes + 300)) as u32;
    let folder = tempfile::tempdir().unwrap();
    let client = Database::open(folder.path().join("events.db")).unwrap().client();
    let keys = keys();
    let events: Repository<Event> = Repository::builder(client).table("events").encryptor(keys).build();
    events.create_table().await.unwrap();

    let event = |id: u64| Event { id, message: format!("{id:0width$}", width = bytes as usize) };
    let (start, mut peak) = (Instant::now(), Peak::new());
    // As many items as are in flight.
    for first in (0..count).step_by(200) {
        events.write_many((first..count.min(first + 200)).map(event)).await.unwrap();
        peak.look(first, count);
    }
    println!("streams: {count} items of {bytes} bytes written in {:.1?}", start.elapsed());
    peak.check("write_many");
    check_stream("scan", events.scan().page_size(page).stream(), count).await;
    check_stream("parallel_scan(4)", events.parallel_scan(4).page_size(page).stream(), count).await;
}

async fn check_stream(call: &str, mut stream: Items<Event>, count: u64) {
    let (start, mut peak) = (Instant::now(), Peak::new());
    let (mut found, mut sum) = (0, 0);
    while let Some(event) = stream.next().await {
        let event = event.unwrap();
        assert_eq!(event.message.parse(), Ok(event.id));
        (found, sum) = (found + 1, sum + event.id);
        if found % 50 == 0 {
            peak.look(found, count);
        }
    }
    println!("streams: {call}: {found} items in {:.1?}", start.elapsed());
    assert_eq!((found, sum), (count, count * (count - 1) / 2), "each of them once");
    peak.check(call);
}
