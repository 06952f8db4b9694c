//! Versions are checked by every write: deletes, batches, and upserts.

use dynaseal::{EncryptedItem, ErrorKind, Repository, Transaction};

use dynaseal_tests::entity_store::Store;

#[derive(Clone, Debug, Default, PartialEq, EncryptedItem)]
struct Note {
    #[partition_key]
    id: String,
    text: String,
    #[item(version)]
    version: u64,
}

fn note(id: &str, text: &str) -> Note {
    Note { id: id.to_owned(), text: text.to_owned(), version: 0 }
}

async fn notes() -> Repository<Note> {
    Store::of::<Note>().await.unwrap().repository()
}

#[tokio::test]
async fn a_stale_entity_does_not_delete_a_newer_item() {
    let notes = notes().await;
    let stale = notes.create(&note("1", "a")).await.unwrap();
    let newer = notes.put(&Note { text: "b".to_owned(), ..stale.clone() }).await.unwrap();
    let error = notes.delete(&stale).await.unwrap_err();
    assert_eq!((error.kind(), error.is_conflict()), (ErrorKind::Conflict, true));
    assert_eq!(notes.delete(&stale).returning().await.unwrap_err().kind(), ErrorKind::Conflict);
    let rejected = Transaction::new().with(notes.delete(&stale)).await.unwrap_err();
    assert_eq!(rejected.cancellation_reasons()[0].as_ref().unwrap().kind(), ErrorKind::Conflict);
    // An entity that was never written does not match the stored one either.
    assert_eq!(notes.delete(&note("1", "")).await.unwrap_err().kind(), ErrorKind::Conflict);
    assert_eq!(notes.get("1").await.unwrap().as_ref(), Some(&newer));

    notes.delete(&newer).await.unwrap();
    assert_eq!(notes.get("1").await.unwrap(), None);
    notes.delete(&newer).await.unwrap(); // is gone already
    notes.delete(&stale).await.unwrap();
}

#[tokio::test]
async fn deletion_by_key_is_unconditional() {
    let notes = notes().await;
    let stale = notes.create(&note("1", "a")).await.unwrap();
    notes.put(&Note { text: "b".to_owned(), ..stale.clone() }).await.unwrap();
    notes.delete(NoteKey::from(&stale)).await.unwrap();
    assert_eq!(notes.get("1").await.unwrap(), None);
    notes.create(&note("1", "c")).await.unwrap();
    notes.delete("1").await.unwrap();
    assert_eq!(notes.get("1").await.unwrap(), None);
}

#[tokio::test]
async fn reading_by_a_stale_entity_returns_the_current_item() {
    let notes = notes().await;
    let stale = notes.create(&note("1", "a")).await.unwrap();
    let newer = notes.put(&Note { text: "b".to_owned(), ..stale.clone() }).await.unwrap();
    assert_eq!(notes.get(&stale).await.unwrap(), Some(newer));
}

#[tokio::test]
async fn a_batch_checks_versions() {
    let notes = notes().await;
    let first: Vec<Note> = (0..30).map(|number| note(&number.to_string(), "a")).collect();
    notes.write_many(first.clone()).await.unwrap();
    assert_eq!(notes.get("7").await.unwrap().unwrap().version, 1);
    // All of them are outdated now, except for a new one.
    let mut again = first;
    again.push(note("new", "a"));
    let left = notes.write_many(again).await.unwrap_err();
    assert_eq!(left.puts.len(), 30);
    assert!(left.errors().all(|error| error.kind() == ErrorKind::Conflict));
    assert!(notes.get("new").await.unwrap().is_some());

    let read = notes.get("7").await.unwrap().unwrap();
    notes.put(&read).await.unwrap();
    let none: [Note; 0] = [];
    let left = notes.write_many(none.clone()).delete([&read]).await.unwrap_err();
    assert_eq!((left.deletes.len(), left.errors().next().unwrap().kind()), (1, ErrorKind::Conflict));
    notes.write_many(none).delete(["7"]).await.unwrap();
    assert_eq!(notes.get("7").await.unwrap(), None);
}

#[tokio::test]
async fn upsert_creates_and_updates() {
    let notes = notes().await;
    for expected in 1..=3_u64 {
        let written = notes.upsert_with("1", || note("1", ""), |note| note.text.push('x')).await.unwrap();
        assert_eq!((written.version, written.text.len() as u64), (expected, expected));
    }
    // The result can be saved.
    let mut written = notes.upsert_with("2", || note("2", ""), |note| note.text.push('x')).await.unwrap();
    written.text.push('y');
    assert_eq!(notes.save(written).await.unwrap().version, 2);

    let error = notes.upsert_with("3", || note("other", ""), |_| ()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert_eq!(notes.get("other").await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_upserts_lose_nothing() {
    let notes = notes().await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..24 {
        let upsert = notes.upsert_with("1", || note("1", ""), |note| note.text.push('x')).max_attempts(10_000);
        tasks.spawn(async move { upsert.await.unwrap().version });
    }
    tasks.join_all().await;
    let read = notes.get("1").await.unwrap().unwrap();
    assert_eq!((read.version, read.text.len()), (24, 24));
}
