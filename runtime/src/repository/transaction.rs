//! Transactions.

use crate::condition::Condition;
use crate::example::example;
use crate::schema::entity::{EncryptedItem, IntoItemKey, ItemKey as _};

use super::Repository;

pub use crate::request::{Check, Gets, TransactGet, Transaction, TransactionOperation, transact_get};

impl<T: EncryptedItem> Repository<T> {
    /// An empty [`Transaction`], to which operations of this and other repositories are added.
    ///
    #[doc = example!(employees)]
    /// let bob = Employee { employee_id: "e-2".into(), ..ada.clone() };
    /// employees.transaction().with(employees.create(&ada)).with(employees.create(&bob)).await?;
    /// assert_eq!(employees.get("e-2").await?, Some(bob));
    #[doc = example!(end)]
    pub fn transaction(&self) -> Transaction {
        Transaction::new()
    }

    /// Something that must hold of the item of this key for a [`Transaction`] to happen.
    ///
    #[doc = example!(employees)]
    /// employees.create(&ada).await?;
    /// let bob = Employee { employee_id: "e-2".into(), ..ada };
    /// let is_legal = Employee::fields().department.eq("Legal");
    /// Transaction::new().with(employees.check("e-1", is_legal)).with(employees.create(&bob)).await?;
    #[doc = example!(end)]
    ///
    /// If it does not, the transaction's [`cancellation_reasons`](Error::cancellation_reasons) say `ConditionFailed`. An
    /// item that is not there is checked as one without attributes.
    pub fn check(&self, key: impl IntoItemKey<T, T::KeyParts>, condition: Condition<T>) -> Check<T> {
        Check::new(&self.table, key.into_item_key().to_item(), condition.into_untyped())
    }
}
