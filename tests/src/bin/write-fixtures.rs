//! Has the real clients write the files in `tests/fixtures/`:
//! `cargo run -p dynaseal-tests --features peers --bin write-fixtures`.

use std::error::Error;
use std::fs;

use dynaseal::Item;
use dynaseal_tests::fixtures::{self, Fixture, Pair};
use dynaseal_tests::peers::{Peer, Prepared};
use dynaseal_tests::random_items::{Options, seeded_generator};
use dynaseal_tests::setup::Setup;
use dynaseal_tests::setups::{self, Named};
use rand::rngs::StdRng;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// Over all files, every type occurs with every action many times.
const ITEMS: usize = 8;

fn main() -> Result<()> {
    let mut rng = seeded_generator()?;
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
            let path = folder.join(file_name(&named.name));
            fs::write(&path, serde_json::to_string(&fixture(&mut peer, &named, &mut rng)?)? + "\n")?;
            println!("{}", path.display());
        }
    }
    Ok(())
}

fn fixture(peer: &mut Peer, named: &Named, rng: &mut StdRng) -> Result<Fixture> {
    let (setup, schema) = named.with_schema(Options::COMMON, rng);
    let plaintexts: Vec<Item> = (0..ITEMS).map(|_| schema.item(rng)).collect();
    let items = pairs(peer, &setup, &plaintexts)?;
    Ok(Fixture { written_by: peer.describe()?, name: named.name.clone(), setup, items })
}

fn pairs(peer: &mut Peer, setup: &Setup, plaintexts: &[Item]) -> Result<Vec<Pair>> {
    let stored = peer.encrypt(setup, plaintexts)?.into_iter();
    plaintexts.iter().zip(stored).map(|(plaintext, stored)| Ok(Pair::new(plaintext, &stored?))).collect()
}

fn file_name(name: &str) -> String {
    let words: Vec<&str> = name.split(|character: char| !character.is_ascii_alphanumeric()).collect();
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    words.join("-").to_ascii_lowercase() + ".json"
}
