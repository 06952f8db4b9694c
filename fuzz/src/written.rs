//! Items of the real Java and Python clients.

use dynaseal::Item;

use crate::canonical;
use crate::fixtures::Fixture;
use crate::ours::Ours;
use crate::setup::{Action, Actions};

/// An item and its encryptor.
pub struct Written {
    pub reader: Ours,
    pub actions: Actions,
    /// The plaintext that the client received.
    pub plain: Item,
    pub stored: Item,
}

impl Written {
    /// Returns items under static and wrapped keys, small and large.
    pub fn all() -> Vec<Self> {
        let files = [
            include_str!("../../tests/fixtures/java/static-aes-256-hmacsha256.json"),
            include_str!("../../tests/fixtures/java/wrapped-aes-256-hmacsha256.json"),
            include_str!("../../tests/fixtures/java/wrapped-aes-128-hmacsha256.json"),
            include_str!("../../tests/fixtures/python/static-aes-256-hmacsha256.json"),
            include_str!("../../tests/fixtures/python/wrapped-aes-256-hmacsha256.json"),
            include_str!("../../tests/fixtures/python/wrapped-aes-192-hmacsha256.json"),
        ];
        let fixtures = files.iter().map(|file| serde_json::from_str::<Fixture>(file).unwrap());
        fixtures.flat_map(|fixture| Self::of(&fixture)).collect()
    }

    fn of(fixture: &Fixture) -> Vec<Self> {
        let written = |pair: &crate::fixtures::Pair| Self {
            reader: Ours::new(&fixture.setup).unwrap(),
            actions: fixture.setup.actions.clone(),
            plain: pair.plaintext().unwrap(),
            stored: pair.stored().unwrap(),
        };
        fixture.items.iter().map(written).collect()
    }

    /// Reads a stored item, if it is accepted.
    pub fn read(&self, stored: Item) -> Option<Item> {
        self.reader.decrypt(&[stored]).remove(0).ok()
    }

    /// Returns whether an accepted item is equal to the original, except for unsigned attributes.
    pub fn is(&self, read: &Item) -> bool {
        let signed = |item: &Item| {
            let mut item = item.clone();
            item.retain(|name, _| self.signs(name));
            canonical::item(&item)
        };
        signed(read) == signed(&self.plain)
    }

    /// Returns whether the attribute of this name is signed.
    pub fn signs(&self, name: &str) -> bool {
        self.actions.action(name) != Action::DoNothing && !name.starts_with("aws:rep:")
    }
}
