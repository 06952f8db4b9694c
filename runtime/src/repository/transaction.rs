//! Transactions.

use crate::condition::{Condition, Decisive};
use crate::example::example;
use crate::request::Versioned;
use crate::schema::entity::{EncryptedItem, IntoItemKey, ItemKey as _};

use super::Repository;

pub use crate::request::{Check, CheckUnchanged, Gets, TransactGet, Transaction, TransactionOperation, transact_get};

impl<T: EncryptedItem> Repository<T> {
    /// Returns an empty [`Transaction`], to which operations of this and other repositories are added.
    ///
    #[doc = example!(employees)]
    /// let bob = Employee { employee_id: "e-2".into(), ..ada.clone() };
    /// employees.transaction().with(employees.create(&ada)).with(employees.create(&bob)).await?;
    /// assert_eq!(employees.get("e-2").await?, Some(bob));
    #[doc = example!(end)]
    pub fn transaction(&self) -> Transaction {
        Transaction::new()
    }

    /// Checks a condition on the item of this key as part of a [`Transaction`].
    ///
    #[doc = example!(employees)]
    /// employees.create(&ada).await?;
    /// let bob = Employee { employee_id: "e-2".into(), ..ada };
    /// let is_active = Employee::fields().logins.gt(3);
    /// Transaction::new().with(employees.check("e-1", is_active)).with(employees.create(&bob)).await?;
    #[doc = example!(end)]
    ///
    /// The server evaluates the condition on the stored item, so a condition on a signed attribute fails with `Usage`:
    /// use [`check_unchanged`](Self::check_unchanged), or mark it with
    /// [`danger::unverified`](crate::danger::unverified). If the condition does not hold, its entry in the
    /// transaction's [`cancellation_reasons`](crate::Error::cancellation_reasons) is `ConditionFailed`. A missing item
    /// is treated as one without attributes.
    pub fn check<X: Decisive>(&self, key: impl IntoItemKey<T, T::KeyParts>, condition: Condition<T, X>) -> Check<T> {
        Check::new(&self.table, key.into_item_key().to_item(), condition.into_untyped())
    }

    /// Checks that the signed attributes of an item are unchanged since it was read, as part of a [`Transaction`].
    ///
    #[doc = example!(employees)]
    /// employees.create(&ada).await?;
    /// let bob = Employee { employee_id: "e-2".into(), ..ada };
    /// let read = employees.fetch("e-1").await?.expect("she was written");
    /// assert_eq!(read.department, "Legal"); // verified
    /// Transaction::new().with(employees.check_unchanged(&read)).with(employees.create(&bob)).await?;
    #[doc = example!(end)]
    ///
    /// If they are not, the entry in the transaction's [`cancellation_reasons`](crate::Error::cancellation_reasons) is
    /// `Conflict`, or `NotFound` if the item was deleted.
    pub fn check_unchanged(&self, versioned: &Versioned<T>) -> CheckUnchanged<T> {
        CheckUnchanged::new(&self.table, versioned)
    }
}
