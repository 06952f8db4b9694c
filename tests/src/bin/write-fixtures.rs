//! Regenerates the files in `tests/fixtures/` with the real clients: `cargo run -p dynaseal-tests --features peers
//! --bin write-fixtures`.

use std::error::Error;
use std::fs;
use std::path::Path;

use dynaseal::materials::{AesKey, HmacKey, MetaStore, WrappedProvider};
use dynaseal::{Item, ItemEncryptor, Repository};
use dynaseal_tests::fixtures::{self, Fixture, Pair};
use dynaseal_tests::peers::{Dynamodb, Peer, Prepared, Table};
use dynaseal_tests::person::{self, Person};
use dynaseal_tests::random_items::{Options, seeded_generator};
use dynaseal_tests::setup::{Provider, Setup};
use dynaseal_tests::setups::{self, Named};
use rand::RngExt as _;
use rand::rngs::StdRng;
use tokio::runtime::{Builder, Runtime};

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// Over all files, every type occurs with every action many times.
const ITEMS: usize = 8;

/// The name of the metastore's table.
const STORE: &str = "keys";

fn main() -> Result<()> {
    let mut rng = seeded_generator();
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let dynamodb = Dynamodb::start()?;
    for (language, peer) in [("python", Peer::python()?), ("java", Peer::java()?)] {
        let mut peer = match peer {
            Prepared::Ready(peer) => peer,
            Prepared::Skip(reason) => return Err(reason.into()),
        };
        let folder = fixtures::folder().join(language);
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        for named in setups::all(&mut rng)? {
            if named.python || language == "java" {
                write(&folder, &fixture(&mut peer, &named, &mut rng)?)?;
            }
        }
        write(&folder, &most_recent(&mut peer, &dynamodb, &runtime, &mut rng)?)?;
        let staff = match language {
            "java" => mapper(&mut peer, &dynamodb, &runtime, &mut rng)?,
            _ => staff(&mut peer, &mut rng)?,
        };
        write(&folder, &staff)?;
    }
    Ok(())
}

fn write(folder: &Path, fixture: &Fixture) -> Result<()> {
    let path = folder.join(file_name(&fixture.name));
    fs::write(&path, serde_json::to_string(fixture)? + "\n")?;
    println!("{}", path.display());
    Ok(())
}

fn fixture(peer: &mut Peer, named: &Named, rng: &mut StdRng) -> Result<Fixture> {
    let (setup, schema) = named.with_schema(Options::COMMON, rng);
    let plaintexts: Vec<Item> = (0..ITEMS).map(|_| schema.item(rng)).collect();
    let items = pairs(peer, &setup, &plaintexts)?;
    Ok(Fixture::new(peer.describe()?, &named.name, setup, items))
}

fn pairs(peer: &mut Peer, setup: &Setup, plaintexts: &[Item]) -> Result<Vec<Pair>> {
    let stored = peer.encrypt(setup, plaintexts)?.into_iter();
    plaintexts.iter().zip(stored).map(|(plaintext, stored)| Ok(Pair::new(plaintext, &stored?))).collect()
}

/// Lets the client create the first version of a key in an empty table, which becomes part of the fixture.
fn most_recent(peer: &mut Peer, dynamodb: &Dynamodb, runtime: &Runtime, rng: &mut StdRng) -> Result<Fixture> {
    let client = dynamodb.client();
    // The table does not depend on the provider of the records.
    let records = ItemEncryptor::new(WrappedProvider::new(AesKey::generate()?, HmacKey::generate()?));
    runtime.block_on(MetaStore::new(client.clone(), STORE, records).create_table())?;
    let keys = Person::setup(&rng.random::<[u8; 32]>(), &rng.random::<[u8; 32]>()).provider;
    let provider = Provider::MostRecent {
        material_name: "employees".to_owned(),
        store_table: STORE.to_owned(),
        store_provider: Box::new(keys),
        ttl_seconds: 600.0,
        endpoint: dynamodb.endpoint(),
    };
    let named = Named { name: "most recent of a store".to_owned(), provider, python: true };
    let fixture = fixture(peer, &named, rng)?;
    let found = runtime.block_on(client.scan().table_name(STORE).send())?;
    runtime.block_on(client.delete_table().table_name(STORE).send())?;
    Ok(fixture.with_store(found.items()))
}

/// Returns the item that the mapper writes for an object.
fn mapper(peer: &mut Peer, dynamodb: &Dynamodb, runtime: &Runtime, rng: &mut StdRng) -> Result<Fixture> {
    let client = dynamodb.client();
    // The repository only creates the table.
    let keys = WrappedProvider::new(AesKey::generate()?, HmacKey::generate()?);
    let staff: Repository<Person> = Repository::builder(client.clone()).table(person::TABLE).materials(keys).build();
    runtime.block_on(staff.create_table().into_future())?;

    let setup = Person::setup(&rng.random::<[u8; 32]>(), &rng.random::<[u8; 32]>());
    let mut new = Person::example_item();
    // The mapper sets the first version itself, and treats an object with a version as an update.
    new.remove("version");
    peer.put(Table { dynamodb, setup: &setup, interface: "Person" }, &new)??;
    let found = runtime.block_on(client.scan().table_name(person::TABLE).send())?;
    let pairs = found.items().iter().map(|stored| Pair::new(&Person::example_item(), stored)).collect();
    Ok(Fixture::new(peer.describe()?, person::FIXTURE, setup, pairs))
}

/// Returns the item that a client without a mapper writes for the same object.
fn staff(peer: &mut Peer, rng: &mut StdRng) -> Result<Fixture> {
    let setup = Person::setup(&rng.random::<[u8; 32]>(), &rng.random::<[u8; 32]>());
    let pairs = pairs(peer, &setup, &[Person::example_item()])?;
    Ok(Fixture::new(peer.describe()?, "table, Person", setup, pairs))
}

fn file_name(name: &str) -> String {
    let words: Vec<&str> = name.split(|character: char| !character.is_ascii_alphanumeric()).collect();
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    words.join("-").to_ascii_lowercase() + ".json"
}
