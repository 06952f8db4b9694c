//! An account with a key, an encrypted attribute and an unsigned one.

use dynaseal::EncryptedItem;

/// An account.
#[derive(Clone, Debug, PartialEq, EncryptedItem)]
pub struct Account {
    /// The key.
    #[partition_key]
    pub id: String,
    /// Encrypted and signed.
    pub balance: i64,
    /// Neither encrypted nor signed.
    #[do_nothing]
    pub visits: Option<u64>,
}

/// Returns the account with this key and no visits.
pub fn account(id: &str, balance: i64) -> Account {
    Account { id: id.to_owned(), balance, visits: None }
}
