//! Every operation on one item, and its result.

use dynaseal::{
    AttributeValue, EncryptedItem as _, EncryptedTable, Error, Item, Repository, Transaction, Update, transact_get,
};

use super::setup::{Account, Behind, account, key};

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Operation {
    Create,
    Put,
    PutReturning,
    Replace,
    Save,
    SaveInTransaction,
    Update,
    UpdateInPlace,
    UpdateInPlaceReturning,
    Delete,
    DeleteReturning,
    DeleteUnchanged,
    DeleteUnchangedInTransaction,
    Get,
    GetInTransaction,
    Fetch,
}

impl Operation {
    pub(crate) const ALL: [Self; 16] = [
        Self::Create,
        Self::Put,
        Self::PutReturning,
        Self::Replace,
        Self::Save,
        Self::SaveInTransaction,
        Self::Update,
        Self::UpdateInPlace,
        Self::UpdateInPlaceReturning,
        Self::Delete,
        Self::DeleteReturning,
        Self::DeleteUnchanged,
        Self::DeleteUnchangedInTransaction,
        Self::Get,
        Self::GetInTransaction,
        Self::Fetch,
    ];

    pub(crate) async fn run(self, accounts: &Behind<Account>, id: &str) -> Result<(), Error> {
        match accounts {
            Behind::Typed(accounts) => self.run_typed(accounts, id).await,
            Behind::Plain(accounts) => self.run_plain(accounts, id).await,
        }
    }

    async fn run_typed(self, accounts: &Repository<Account>, id: &str) -> Result<(), Error> {
        let count = || accounts.update_in_place(id, Account::fields().visits.add(1));
        match self {
            Self::Create => accounts.create(&account(id, 2)).await,
            Self::Put => accounts.put(&account(id, 2)).await,
            Self::PutReturning => accounts.put(&account(id, 2)).returning().await.map(drop),
            Self::Replace => accounts.replace(&account(id, 2)).await,
            Self::Save | Self::SaveInTransaction => {
                let Some(mut read) = accounts.fetch(id).consistent().await? else { return Ok(()) };
                read.balance += 1;
                match self {
                    Self::Save => accounts.save(read).await.map(drop),
                    _ => Transaction::new().with(accounts.save(read)).await,
                }
            }
            Self::Update => accounts.update_with(id, |account: &mut Account| account.balance += 1).await.map(drop),
            Self::UpdateInPlace => count().await,
            Self::UpdateInPlaceReturning => count().returning().await.map(drop),
            Self::Delete => accounts.delete(id).await,
            Self::DeleteReturning => accounts.delete(id).returning().await.map(drop),
            Self::DeleteUnchanged | Self::DeleteUnchangedInTransaction => {
                let Some(read) = accounts.fetch(id).consistent().await? else { return Ok(()) };
                match self {
                    Self::DeleteUnchanged => accounts.delete_unchanged(read).await,
                    _ => Transaction::new().with(accounts.delete_unchanged(read)).await,
                }
            }
            Self::Get => accounts.get(id).await.map(drop),
            Self::GetInTransaction => transact_get((accounts.get(id),)).await.map(drop),
            Self::Fetch => accounts.fetch(id).await.map(drop),
        }
    }

    async fn run_plain(self, accounts: &EncryptedTable, id: &str) -> Result<(), Error> {
        let new = account(id, 2).to_item()?;
        let count = || accounts.update_in_place(key(id), Update::add("visits", AttributeValue::N("1".to_owned())));
        match self {
            Self::Create => accounts.create(&new).await,
            Self::Put => accounts.put(&new).await,
            Self::PutReturning => accounts.put(&new).returning().await.map(drop),
            Self::Replace => accounts.replace(&new).await,
            Self::Save | Self::SaveInTransaction => {
                let Some(mut read) = accounts.fetch(key(id)).consistent().await? else { return Ok(()) };
                raise(&mut read);
                match self {
                    Self::Save => accounts.save(read).await.map(drop),
                    _ => Transaction::new().with(accounts.save(read)).await,
                }
            }
            Self::Update => accounts.update_with(key(id), raise).await.map(drop),
            Self::UpdateInPlace => count().await,
            Self::UpdateInPlaceReturning => count().returning().await.map(drop),
            Self::Delete => accounts.delete(key(id)).await,
            Self::DeleteReturning => accounts.delete(key(id)).returning().await.map(drop),
            Self::DeleteUnchanged | Self::DeleteUnchangedInTransaction => {
                let Some(read) = accounts.fetch(key(id)).consistent().await? else { return Ok(()) };
                match self {
                    Self::DeleteUnchanged => accounts.delete_unchanged(read).await,
                    _ => Transaction::new().with(accounts.delete_unchanged(read)).await,
                }
            }
            Self::Get => accounts.get(key(id)).await.map(drop),
            Self::GetInTransaction => transact_get((accounts.get(key(id)),)).await.map(drop),
            Self::Fetch => accounts.fetch(key(id)).await.map(drop),
        }
    }

    /// The model: returns the stored account after the operation succeeded. An operation that cannot succeed changes
    /// nothing.
    pub(crate) fn model(self, id: &str, before: Option<Account>) -> Option<Account> {
        match (self, before) {
            (Self::Create, None) | (Self::Put | Self::PutReturning, _) | (Self::Replace, Some(_)) => {
                Some(account(id, 2))
            }
            (Self::Save | Self::SaveInTransaction | Self::Update, Some(old)) => {
                Some(Account { balance: old.balance + 1, ..old })
            }
            (Self::UpdateInPlace | Self::UpdateInPlaceReturning, Some(old)) => {
                Some(Account { visits: Some(old.visits.unwrap_or(0) + 1), ..old })
            }
            (Self::Delete | Self::DeleteReturning, _) => None,
            (Self::DeleteUnchanged | Self::DeleteUnchangedInTransaction, _) => None,
            (_, before) => before,
        }
    }
}

fn raise(account: &mut Item) {
    let Ok(balance) = account["balance"].as_n().map(|balance| balance.parse::<i64>().unwrap()) else { panic!() };
    account.insert("balance".to_owned(), AttributeValue::N((balance + 1).to_string()));
}
