//! An account with a key, an encrypted value, and one that nobody signs.

use dynaseal::EncryptedItem;

/// An account.
#[derive(Clone, Debug, PartialEq, EncryptedItem)]
pub struct Account {
    /// The key.
    #[partition_key]
    pub id: String,
    /// Encrypted and signed.
    pub balance: i64,
    /// Neither.
    #[do_nothing]
    pub visits: Option<u64>,
}

/// The account of this key, which nobody has visited.
pub fn account(id: &str, balance: i64) -> Account {
    Account { id: id.to_owned(), balance, visits: None }
}
