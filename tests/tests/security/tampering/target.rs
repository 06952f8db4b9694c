//! A stored item under attack.

use std::error::Error as _;

use dynaseal::{AttributeAction, AttributeActions, AttributeValue, Error, ErrorKind, Item, ItemEncryptor, Result};
use dynaseal_tests::samples::{
    AES_KEY, SIGNING_KEY, actions, contents, context, encryptors, item, leak, written_forms,
};

/// The text of every integrity failure, regardless of its cause.
const INTEGRITY: &str = "the item failed verification: it was not written with these keys, attribute actions and table \
                         name, or it was changed since; nothing of it is returned";

/// The owner of the item under attack.
const VICTIM: &str = "patient-1";

pub(super) struct Target {
    /// The name of its provider.
    pub(super) name: &'static str,
    pub(super) encryptor: ItemEncryptor,
    /// The plaintext, which the unchanged item decrypts to.
    pub(super) plain: Item,
    pub(super) stored: Item,
    actions: AttributeActions,
    secrets: Vec<String>,
}

impl Target {
    /// Returns a target with a static and one with a wrapped provider.
    pub(super) async fn all() -> Vec<Self> {
        let mut targets = Vec::new();
        for (name, encryptor) in encryptors().unwrap() {
            let stored = encryptor.encrypt(item(VICTIM), &actions(), &context()).await.unwrap();
            let plain = encryptor.decrypt(stored.clone(), &actions(), &context()).await.unwrap();
            assert_eq!(plain, item(VICTIM));
            let secrets = secrets(&[&plain, &stored]);
            targets.push(Self { name, encryptor, plain, stored, actions: actions(), secrets });
        }
        targets
    }

    /// Returns another item of the same table, under the same keys.
    pub(super) async fn another(&self) -> Item {
        self.encryptor.encrypt(item("visitor-27"), &actions(), &context()).await.unwrap()
    }

    pub(super) async fn decrypt(&self, stored: Item) -> Result<Item> {
        self.encryptor.decrypt(stored, &self.actions, &context()).await
    }

    /// Asserts that a changed item is rejected with this kind of error.
    pub(super) async fn rejects(&self, what: &str, stored: Item, kind: ErrorKind) {
        let error = self.error(what, self.decrypt(stored).await);
        assert_eq!(error.kind(), kind, "{}: {what}: {error}", self.name);
    }

    /// Asserts that a changed item is accepted and equal to the original.
    pub(super) async fn is_not_misled_by(&self, what: &str, stored: Item) {
        let read = self.decrypt(stored).await.unwrap_or_else(|error| panic!("{}: {what}: {error}", self.name));
        assert_eq!(read, self.plain, "{}: {what}", self.name);
    }

    /// Returns the error of a call, which must not show a secret.
    pub(super) fn error(&self, what: &str, result: Result<Item>) -> Error {
        let error = result.err().unwrap_or_else(|| panic!("{}: accepted: {what}", self.name));
        check_text(&error, &self.secrets);
        error
    }

    /// Returns the stored item with another value of one attribute.
    pub(super) fn with(&self, name: &str, value: AttributeValue) -> Item {
        let mut stored = self.stored.clone();
        stored.insert(name.to_owned(), value);
        stored
    }

    /// Returns the stored item without one attribute.
    pub(super) fn without(&self, name: &str) -> Item {
        let mut stored = self.stored.clone();
        stored.remove(name).unwrap();
        stored
    }

    /// Returns the names of the signed attributes in order.
    pub(super) fn signed_names(&self) -> Vec<&str> {
        let mut names: Vec<_> = self.plain.keys().map(String::as_str).filter(|name| self.signs(name)).collect();
        names.sort_unstable();
        names
    }

    /// Returns true if the attribute of this name is signed.
    pub(super) fn signs(&self, name: &str) -> bool {
        self.actions.action(name) != AttributeAction::DoNothing
    }
}

/// The data that no error may show: keys, plaintext and ciphertext.
pub(super) fn secrets(items: &[&Item]) -> Vec<String> {
    let keys = [AES_KEY.to_vec(), SIGNING_KEY.to_vec()];
    let contents = items.iter().flat_map(|item| contents(item));
    keys.into_iter().chain(contents).flat_map(|secret| written_forms(&secret)).collect()
}

/// Asserts that an error does not show any of the secrets.
pub(super) fn check_text(error: &Error, secrets: &[String]) {
    assert_eq!(leak(error, secrets), None, "{error:?}");
    if error.kind() == ErrorKind::Integrity {
        assert_eq!(error.to_string(), INTEGRITY);
        assert_eq!(format!("{error:?}"), format!("Error(Integrity: {INTEGRITY})"));
        assert!(error.attribute().is_none() && error.source().is_none());
    }
}
