//! A process that forks, as a server with several workers does.

use std::fs;

use dynaseal::embedded::Database;
use dynaseal::keyrings::RawAesKeyring;
use dynaseal::materials::{AesKey, HmacKey, StaticProvider, WrappedProvider};
use dynaseal::repository::query::CursorKey;
use dynaseal::repository::transaction::Transaction;
use dynaseal::{
    AttributeAction, AttributeActions, AttributeValue, EncryptedItem, Item, ItemContext, ItemEncryptor, Repository,
};
use dynaseal_tests::answers::Answers;
use dynaseal_tests::own_process::is_own;
use fork::Fork;
use rand::Rng as _;

#[derive(Clone, Debug, EncryptedItem)]
struct Note {
    #[partition_key]
    id: String,
    #[sort_key]
    line: u32,
    text: String,
}

/// What a service has when it forks.
struct Service {
    notes: Repository<Note>,
    responses: Answers,
    encryptors: Vec<(&'static str, ItemEncryptor)>,
}

impl Service {
    async fn start() -> Self {
        let key = || AesKey::generate().unwrap();
        let mac = || HmacKey::generate().unwrap();
        let shared = ItemEncryptor::new(StaticProvider::new(key(), mac()));
        let wrapped = ItemEncryptor::new(WrappedProvider::new(key(), mac()));
        let keyring = ItemEncryptor::with_keyring(RawAesKeyring::new("tests", "key", &key()).unwrap());
        let responses = Answers::default();
        let client = responses.client(&Database::in_memory().unwrap().client());
        let notes = Repository::builder(client).table("notes").encryptor(shared.clone());
        let notes: Repository<Note> = notes.cursor_key(CursorKey::generate().unwrap()).build();
        notes.create_table().await.unwrap();
        notes.write_many((1..=3).map(note)).await.unwrap();
        let encryptors = vec![("shared content key", shared), ("wrapped content key", wrapped), ("keyring", keyring)];
        let service = Self { notes, responses, encryptors };
        // Each generator has been used.
        service.draw().await;
        service
    }

    /// Returns what no other process may have, a line for each.
    async fn draw(&self) -> Vec<String> {
        let page = self.notes.query("n").limit(1).page(None).await.unwrap();
        let cursor = page.cursor.unwrap().to_token().unwrap();
        Transaction::new().with(self.notes.put(&note(1))).with(self.notes.put(&note(2))).await.unwrap();
        let (_, request) = self.responses.requests().pop().unwrap();
        let request: serde_json::Value = serde_json::from_str(&request).unwrap();
        let token = request["ClientRequestToken"].as_str().unwrap();
        let mut drawn = vec![format!("cursor {cursor}"), format!("token {token}")];
        let actions = AttributeActions::new(AttributeAction::EncryptAndSign).with("id", AttributeAction::SignOnly);
        let context = ItemContext::new("notes").partition_key("id");
        for (name, encryptor) in &self.encryptors {
            let plain = ["id", "text"].map(|name| (name.to_owned(), AttributeValue::S("n".to_owned())));
            let stored = encryptor.encrypt(Item::from(plain), &actions, &context).await.unwrap();
            let text = stored["text"].as_b().unwrap();
            // It begins with its initialization vector, or follows from the key of the item.
            drawn.push(format!("{name} {:?}", text.as_ref()));
        }
        drawn
    }
}

fn note(line: u32) -> Note {
    Note { id: "n".to_owned(), line, text: "text".to_owned() }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// A process that forks has the same memory twice, with the state of each generator in it.
#[test]
fn a_forked_process_draws_other_numbers() {
    if !is_own("forked::a_forked_process_draws_other_numbers") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("drawn");
    let service = block_on(Service::start());
    let mut generator = rand::rng();
    generator.next_u64();

    let fork = fork::fork().unwrap();
    let drawn = block_on(service.draw()).join("\n");
    let repeated = generator.next_u64().to_string();
    let Fork::Parent(child) = fork else {
        fs::write(&file, format!("{repeated}\n{drawn}")).unwrap();
        // No test harness is left to return to.
        std::process::exit(0);
    };
    assert_eq!(fork::waitpid(child).unwrap(), 0, "the child failed");
    let other = fs::read_to_string(&file).unwrap();
    let (other_repeated, other) = other.split_once('\n').unwrap();
    assert_eq!(repeated, other_repeated, "a generator of the process no longer repeats itself, so this shows nothing");
    assert_eq!(drawn.lines().count(), other.lines().count());
    for (here, there) in drawn.lines().zip(other.lines()) {
        assert_ne!(here, there);
    }
}
