//! All three clients applied to one item.

use std::collections::BTreeMap;
use std::error::Error;

use dynaseal::{AttributeValue, Item};
use dynaseal_tests::canonical;
use dynaseal_tests::ours::Ours;
use dynaseal_tests::peers::{Outcome, Peer};
use dynaseal_tests::random_items::{PARTITION_KEY, SORT_KEY};
use dynaseal_tests::setup::{Action, Actions, Key, Provider, Setup};
use dynaseal_tests::setups;

pub(crate) type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// The result of a client for an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It returns the original item.
    Reads,
    /// It returns another item.
    Changes,
    /// It returns an error.
    Rejects,
}

/// The peers that are available on this machine.
pub(crate) struct Peers {
    pub(crate) python: Option<Peer>,
    pub(crate) java: Option<Peer>,
}

impl Peers {
    pub(crate) fn start() -> Result<Self> {
        Ok(Self { python: Peer::python()?.or_skip(), java: Peer::java()?.or_skip() })
    }

    /// Returns the verdicts of each peer for stored items, with its name.
    pub(crate) fn decrypt(&mut self, setup: &Setup, stored: &[Item]) -> Result<Vec<(&'static str, Vec<Outcome>)>> {
        let mut outcomes = Vec::new();
        for (name, peer) in [("Python", &mut self.python), ("Java", &mut self.java)] {
            if let Some(peer) = peer {
                outcomes.push((name, peer.decrypt(setup, stored)?));
            }
        }
        Ok(outcomes)
    }
}

/// Returns the verdict of dynaseal for a stored item.
pub(crate) fn ours(setup: &Setup, stored: &Item, plaintext: &Item) -> Result<Verdict> {
    let mut outcomes = Ours::new(setup)?.decrypt(std::slice::from_ref(stored));
    Ok(verdict(&outcomes.remove(0), plaintext))
}

pub(crate) fn verdict<E>(outcome: &std::result::Result<Item, E>, plaintext: &Item) -> Verdict {
    match outcome {
        Ok(item) if canonical::item(item) == canonical::item(plaintext) => Verdict::Reads,
        Ok(_) => Verdict::Changes,
        Err(_) => Verdict::Rejects,
    }
}

pub(crate) const CONTENT_KEY: [u8; 32] = [1; 32];
pub(crate) const SIGNING_KEY: [u8; 32] = [2; 32];

pub(crate) fn static_provider() -> Provider {
    Provider::Static {
        encryption_key: Some(Key::secret("AES", &CONTENT_KEY)),
        signing_key: Key::secret("HmacSHA256", &SIGNING_KEY),
        material_description: BTreeMap::new(),
    }
}

pub(crate) fn wrapped_provider() -> Provider {
    Provider::Wrapped {
        wrapping_key: Key::secret("AES", &CONTENT_KEY),
        signing_key: Key::secret("HmacSHA256", &SIGNING_KEY),
        material_description: BTreeMap::new(),
    }
}

/// Returns a setup that encrypts every attribute, except for the signed primary key and the named attributes.
pub(crate) fn setup(provider: Provider, overrides: &[(&str, Action)]) -> Setup {
    let keys = [(PARTITION_KEY, Action::SignOnly), (SORT_KEY, Action::SignOnly)];
    let overrides = keys.iter().chain(overrides).map(|(name, action)| ((*name).to_owned(), *action)).collect();
    setups::setup(provider, Actions { default: Action::EncryptAndSign, overrides })
}

/// Returns an item with a primary key and the given attributes.
pub(crate) fn item(attributes: &[(&str, AttributeValue)]) -> Item {
    let keys = [(PARTITION_KEY, text("e-1")), (SORT_KEY, AttributeValue::N("2020".to_owned()))];
    keys.iter().chain(attributes).map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

pub(crate) fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}
