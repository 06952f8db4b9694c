//! One table, and the same table behind a network, accessed by a repository or by an encrypted table.

use aws_sdk_dynamodb::Client;
use dynaseal::embedded::Database;
use dynaseal::testing::{Fault, Faults};
use dynaseal::{
    AttributeActions, AttributeValue, EncryptedItem, EncryptedTable, Error, ErrorKind, Item, ItemEncryptor, Repository,
};
pub(crate) use dynaseal_tests::account::{Account, account};
pub(crate) use dynaseal_tests::network::ATTEMPTS;
use dynaseal_tests::network::retrying;
use dynaseal_tests::store::keys;

pub(crate) const TABLE: &str = "table";

pub(crate) fn key(id: &str) -> Item {
    Item::from([("id".to_owned(), AttributeValue::S(id.to_owned()))])
}

/// The kind of access: entities of a repository, or items of an encrypted table.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    Typed,
    Plain,
}

/// The table in one of the two kinds.
pub(crate) enum Behind<T> {
    Typed(Repository<T>),
    Plain(EncryptedTable),
}

impl Kind {
    pub(crate) const BOTH: [Self; 2] = [Self::Typed, Self::Plain];

    /// Applies these faults to the requests after the first description.
    pub(crate) fn faults(self, script: impl IntoIterator<Item = Fault>) -> Faults {
        let description = matches!(self, Self::Plain).then_some(Fault::None);
        Faults::script(description.into_iter().chain(script))
    }
}

pub(crate) struct Setup<T> {
    pub(crate) client: Client,
    keys: ItemEncryptor,
    pub(crate) sound: Repository<T>,
    pub(crate) cases: usize,
}

impl<T: EncryptedItem> Setup<T> {
    pub(crate) async fn new() -> Self {
        let client = Database::in_memory().unwrap().client();
        let keys = keys();
        let sound = Repository::builder(client.clone()).table(TABLE).encryptor(keys.clone()).build();
        sound.create_table().await.unwrap();
        Self { client, keys, sound, cases: 0 }
    }

    /// Returns the table behind these faults, with a client that does not retry.
    pub(crate) async fn behind(&self, kind: Kind, faults: &Faults) -> Behind<T> {
        self.with(kind, faults.beneath(&self.client).unwrap()).await
    }

    /// Returns the table behind these faults, with a client that sends each request up to [`ATTEMPTS`] times.
    pub(crate) async fn retrying(&self, kind: Kind, faults: &Faults) -> Behind<T> {
        self.with(kind, faults.beneath(&retrying(&self.client)).unwrap()).await
    }

    /// Returns the table through this client.
    pub(crate) async fn with(&self, kind: Kind, client: Client) -> Behind<T> {
        match kind {
            Kind::Typed => Behind::Typed(Repository::builder(client).table(TABLE).encryptor(self.keys.clone()).build()),
            Kind::Plain => Behind::Plain(self.connect(client).await.unwrap()),
        }
    }

    pub(crate) async fn connect(&self, client: Client) -> Result<EncryptedTable, Error> {
        let table = EncryptedTable::builder(client).table(TABLE).encryptor(self.keys.clone());
        table.connect(AttributeActions::of::<T>()).await
    }
}

impl Setup<Account> {
    /// Returns a key that no other case uses, with or without an account.
    pub(crate) async fn key(&mut self, exists: bool) -> (String, Option<Account>) {
        self.cases += 1;
        let id = format!("case-{}", self.cases);
        let before = exists.then(|| account(&id, 1));
        if let Some(account) = &before {
            self.sound.create(account).await.unwrap();
        }
        (id, before)
    }
}

/// Checks that the error is one that a network can cause.
pub(crate) fn check_error(case: &str, error: &Error) {
    let clear = [ErrorKind::Throttled, ErrorKind::Unavailable, ErrorKind::OutcomeUnknown];
    assert!(clear.contains(&error.kind()), "{case}: {error:?}");
}
