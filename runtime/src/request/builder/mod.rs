//! The builder of a repository, which requires one step after the other.

mod assemble;

use std::marker::PhantomData;
use std::time::{Duration, SystemTime};

use aws_sdk_dynamodb::Client;

use crate::aws::transit::AllowedHost;
use crate::example::example;
use crate::format::dbesdk::keyring::Keyring;
use crate::format::ddbec::provider::CryptographicMaterialsProvider;
use crate::format::encryptor::ItemEncryptor;
use crate::keyrings::{BeaconKeys, TakesKeyring};
use crate::schema::beacon::BeaconSchema;
use crate::schema::ddbec_entity::DdbecEntity;
use crate::schema::tenant::Tenancy;
use crate::table::Clock;
use crate::table::schema_version::SchemaVersion;

use super::cursor::{self, CursorKey};

/// The builder of a repository, see [`Repository::builder`](crate::Repository::builder), or of an
/// [`EncryptedTable`](crate::EncryptedTable) of plain items.
#[derive(Debug)]
#[must_use = "a repository is created by `.build()`, an encrypted table by `.connect(..)`"]
pub struct RepositoryBuilder<T, State> {
    client: Client,
    allowed_hosts: Vec<AllowedHost>,
    state: State,
    entity: PhantomData<fn() -> T>,
}

/// The next step is [`table`](RepositoryBuilder::table).
#[derive(Debug)]
pub struct WantsTable(());

/// The next step is [`materials`](RepositoryBuilder::materials), [`keyring`](RepositoryBuilder::keyring) or
/// [`encryptor`](RepositoryBuilder::encryptor).
#[derive(Debug)]
pub struct WantsMaterials {
    table: String,
}

/// All required settings are present: call [`build`](RepositoryBuilder::build) or
/// [`connect`](RepositoryBuilder::connect).
#[derive(Debug)]
pub struct WantsNothing {
    table: String,
    logical_table_name: Option<String>,
    encryptor: ItemEncryptor,
    /// Whether the keyring was bound to the tenant of the entity, if that has one.
    is_of_tenants: bool,
    clock: Clock,
    older_versions: Vec<SchemaVersion>,
    /// Whether `until` was called before `also_reads`.
    has_stray_deadline: bool,
    cursor_keys: Vec<CursorKey>,
    cursor_lifetime: Duration,
    beacon_schema: Option<BeaconSchema>,
    beacon_keys: Option<BeaconKeys>,
}

impl<T, State> RepositoryBuilder<T, State> {
    /// Allows plain HTTP to a host other than this machine: see [`danger::allow_http`](crate::danger::allow_http).
    ///
    #[doc = example!(builder)]
    /// use dynaseal::danger::allow_http;
    ///
    /// let employees: Repository<Employee> = Repository::builder(client)
    ///     .allow_http(allow_http("dynamodb.internal")) // as in `http://dynamodb.internal:8000`
    ///     .table("employees")
    ///     .materials(provider)
    ///     .build();
    #[doc = example!(end)]
    pub fn allow_http(mut self, host: AllowedHost) -> Self {
        self.allowed_hosts.push(host);
        self
    }

    fn next<Next>(self, transition: impl FnOnce(State) -> Next) -> RepositoryBuilder<T, Next> {
        let Self { client, allowed_hosts, state, entity } = self;
        RepositoryBuilder { client, allowed_hosts, state: transition(state), entity }
    }
}

impl<T> RepositoryBuilder<T, WantsTable> {
    pub(crate) fn new(client: Client) -> Self {
        Self { client, allowed_hosts: Vec::new(), state: WantsTable(()), entity: PhantomData }
    }

    /// Sets the name of the DynamoDB table, or its ARN for a table of another account. An ARN requires a
    /// [`logical_table_name`](RepositoryBuilder::logical_table_name); without one, every request fails with `Usage`.
    ///
    #[doc = example!(builder)]
    /// let of_another_account = "arn:aws:dynamodb:eu-central-1:123456789012:table/employees";
    /// let employees: Repository<Employee> = Repository::builder(client)
    ///     .table(of_another_account)
    ///     .materials(provider)
    ///     .logical_table_name("employees")
    ///     .build();
    #[doc = example!(end)]
    pub fn table(self, name: impl Into<String>) -> RepositoryBuilder<T, WantsMaterials> {
        self.next(|_| WantsMaterials { table: name.into() })
    }
}

impl<T> RepositoryBuilder<T, WantsMaterials> {
    /// Sets the source of keys for items of the DynamoDB Encryption Client. An entity with a field in the encryption
    /// context requires a [`keyring`](Self::keyring).
    ///
    #[doc = example!(builder)]
    /// let employees: Repository<Employee> = Repository::builder(client).table("employees").materials(provider).build();
    #[doc = example!(end)]
    pub fn materials(
        self,
        provider: impl CryptographicMaterialsProvider + 'static,
    ) -> RepositoryBuilder<T, WantsNothing>
    where
        T: DdbecEntity,
    {
        self.with_encryptor(ItemEncryptor::new(provider), false)
    }

    /// Sets the source of keys for items of the AWS Database Encryption SDK. An entity with `#[item(tenant)]` takes a
    /// `HierarchicalKeyring`, which then needs no `branch_key`.
    ///
    #[doc = example!(builder)]
    /// use dynaseal::keyrings::{AesKey, RawAesKeyring};
    ///
    /// let keyring = RawAesKeyring::new("payroll", "2026", &AesKey::generate()?)?;
    /// let employees: Repository<Employee> = Repository::builder(client).table("employees").keyring(keyring).build();
    #[doc = example!(end)]
    pub fn keyring<K>(self, keyring: K) -> RepositoryBuilder<T, WantsNothing>
    where
        K: Keyring + 'static,
        T: Tenancy,
        T::Kind: TakesKeyring<K>,
    {
        self.with_encryptor(ItemEncryptor::with_keyring(T::Kind::bind(keyring)), true)
    }

    /// Sets an encryptor with its own settings, instead of [`materials`](Self::materials) or
    /// [`keyring`](Self::keyring). An entity with `#[item(tenant)]` takes none: every item fails with `Usage`.
    ///
    #[doc = example!(builder)]
    /// use dynaseal::ItemEncryptor;
    /// use dynaseal::format::Ddbec;
    ///
    /// let encryptor = ItemEncryptor::new(Ddbec::new(provider).accept_python_numbers());
    /// let employees: Repository<Employee> = Repository::builder(client).table("employees").encryptor(encryptor).build();
    #[doc = example!(end)]
    pub fn encryptor(self, encryptor: ItemEncryptor) -> RepositoryBuilder<T, WantsNothing> {
        self.with_encryptor(encryptor, false)
    }

    fn with_encryptor(self, encryptor: ItemEncryptor, is_of_tenants: bool) -> RepositoryBuilder<T, WantsNothing> {
        self.next(|WantsMaterials { table }| WantsNothing {
            table,
            logical_table_name: None,
            encryptor,
            is_of_tenants,
            clock: Clock::default(),
            older_versions: Vec::new(),
            has_stray_deadline: false,
            cursor_keys: Vec::new(),
            cursor_lifetime: cursor::DEFAULT_LIFETIME,
            beacon_schema: None,
            beacon_keys: None,
        })
    }
}

impl<T> RepositoryBuilder<T, WantsNothing> {
    /// Sets the table name that signatures are bound to, if it is not the name of the real table: for a table that was
    /// restored from a backup under another name, its original name.
    ///
    /// It takes precedence over `#[item(logical_table_name = "..")]`. If several tables share a logical name and keys,
    /// a party that can write to them can move items between them.
    ///
    #[doc = example!(builder)]
    /// let restored: Repository<Employee> = Repository::builder(client)
    ///     .table("employees-restored")
    ///     .materials(provider)
    ///     .logical_table_name("employees")
    ///     .build();
    #[doc = example!(end)]
    pub fn logical_table_name(mut self, name: impl Into<String>) -> Self {
        self.state.logical_table_name = Some(name.into());
        self
    }

    /// Adds another form in which stored items may have been written: with other actions, keys or another table name.
    ///
    /// If an item does not verify in the current form, the older versions are tried in the order in which they are
    /// given. [`Versioned::schema_version`](super::Versioned::schema_version) returns which one verified. Writes always
    /// use the current version.
    ///
    /// Every call fails with `Usage` if an attribute is signed now but not in the older version; see
    /// [`danger::accept_unsigned`](crate::danger::accept_unsigned).
    ///
    #[doc = example!(builder)]
    /// use dynaseal::SchemaVersion;
    ///
    /// let until_2025 = SchemaVersion::of::<Employee>("until 2025").materials(old_provider);
    /// let employees: Repository<Employee> = Repository::builder(client)
    ///     .table("employees")
    ///     .materials(provider)
    ///     .also_reads(until_2025)
    ///     .build();
    #[doc = example!(end)]
    pub fn also_reads(mut self, version: SchemaVersion) -> Self {
        self.state.older_versions.push(version);
        self
    }

    /// Sets the time from which items of the version that was added last are rejected with `Integrity`, by the
    /// [clock](Self::clock) of the builder. Without an [`also_reads`](Self::also_reads) before it, every request fails
    /// with `Usage`.
    ///
    /// An attacker who has the older keys, or an old copy of an item, can store an item in the older form, and an
    /// update would write it anew under the current keys. Once all items are moved, no service may accept the older
    /// form. Until then, each item that is read in it causes a warning event (target `dynaseal::audit`) with the table
    /// and the version; later, so does each item that is rejected for its format. A repository that reads two formats
    /// without a deadline emits one warning event when it is built.
    ///
    #[doc = example!(builder)]
    /// use dynaseal::SchemaVersion;
    /// use std::time::{Duration, SystemTime};
    ///
    /// // 2027-06-01
    /// let the_move_is_finished = SystemTime::UNIX_EPOCH + Duration::from_secs(1_811_808_000);
    /// let until_2026 = SchemaVersion::of::<Employee>("until 2026").materials(old_provider);
    /// let employees: Repository<Employee> = Repository::builder(client)
    ///     .table("employees")
    ///     .materials(provider)
    ///     .also_reads(until_2026)
    ///     .until(the_move_is_finished)
    ///     .build();
    #[doc = example!(end)]
    pub fn until(mut self, time: SystemTime) -> Self {
        match self.state.older_versions.pop() {
            Some(version) => self.state.older_versions.push(version.until(time)),
            None => self.state.has_stray_deadline = true,
        }
        self
    }

    /// Sets the key for the text of [`Cursor`](super::Cursor)s, which is not available without one. If called several
    /// times, the first key creates texts and all keys read them, so that a key can be replaced without breaking
    /// existing links.
    ///
    #[doc = example!(builder)]
    /// use dynaseal::repository::query::CursorKey;
    ///
    /// # let (new, old) = ([1; 32], [2; 32]);
    /// let employees: Repository<Employee> = Repository::builder(client)
    ///     .table("employees")
    ///     .materials(provider)
    ///     .cursor_key(CursorKey::from_bytes(&new)?)
    ///     .cursor_key(CursorKey::from_bytes(&old)?) // until the last of its cursors has expired
    ///     .build();
    #[doc = example!(end)]
    pub fn cursor_key(mut self, key: CursorKey) -> Self {
        self.state.cursor_keys.push(key);
        self
    }

    /// Sets the lifetime of a cursor's text, in whole seconds; 24 hours by default.
    ///
    #[doc = example!(builder)]
    /// use dynaseal::repository::query::CursorKey;
    /// use std::time::Duration;
    ///
    /// let employees: Repository<Employee> = Repository::builder(client)
    ///     .table("employees")
    ///     .materials(provider)
    ///     .cursor_key(CursorKey::generate()?)
    ///     .cursor_lifetime(Duration::from_secs(15 * 60))
    ///     .build();
    #[doc = example!(end)]
    pub fn cursor_lifetime(mut self, lifetime: Duration) -> Self {
        self.state.cursor_lifetime = lifetime;
        self
    }

    /// Sets the clock for `created_at`, `updated_at` and the expiry of cursors; the system's by default.
    ///
    #[doc = example!(builder)]
    /// use std::time::{Duration, SystemTime};
    ///
    /// // Of a test, in which it is always noon.
    /// let noon = SystemTime::UNIX_EPOCH + Duration::from_secs(12 * 60 * 60);
    /// let employees: Repository<Employee> =
    ///     Repository::builder(client).table("employees").materials(provider).clock(move || noon).build();
    #[doc = example!(end)]
    pub fn clock(mut self, now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.state.clock = Clock::new(now);
        self
    }
}
