//! Operations of transactions.

use crate::condition::Condition;
use crate::example::example;
use crate::item::Item;
use crate::request::{Check, CheckUnchanged, Transaction, Versioned};

use super::EncryptedTable;

impl EncryptedTable {
    /// Returns an empty [`Transaction`], to which operations of this table and of repositories are added.
    ///
    #[doc = example!(table)]
    /// employees.transaction().with(employees.create(&ada)).await?;
    /// assert_eq!(employees.get(key).await?, Some(ada));
    #[doc = example!(end)]
    pub fn transaction(&self) -> Transaction {
        Transaction::new()
    }

    /// Checks a condition on the item of this key as part of a [`Transaction`].
    ///
    #[doc = example!(table)]
    /// use dynaseal::{Condition, danger};
    ///
    /// employees.create(&ada).await?;
    /// let is_legal = employees.check(key, danger::unverified(Condition::eq("department", text("Legal"))));
    /// let badge = Item::from([("employee_id".to_owned(), text("e-2"))]);
    /// Transaction::new().with(is_legal).with(employees.create(&badge)).await?;
    #[doc = example!(end)]
    ///
    /// The server evaluates the condition on the stored item, so a condition on a signed attribute fails with `Usage`:
    /// use [`check_unchanged`](Self::check_unchanged), or mark it with
    /// [`danger::unverified`](crate::danger::unverified). In the transaction's
    /// [`cancellation_reasons`](crate::Error::cancellation_reasons) it is `ConditionFailed`. A missing item is treated
    /// as one without attributes.
    pub fn check(&self, key: impl Into<Item>, condition: Condition<Item>) -> Check<Item> {
        Check::new(&self.table, self.key(key), condition.into_untyped())
    }

    /// Checks that the signed attributes of an item are unchanged since it was read, as part of a [`Transaction`]: see
    /// [`Repository::check_unchanged`](crate::Repository::check_unchanged).
    pub fn check_unchanged(&self, versioned: &Versioned<Item>) -> CheckUnchanged<Item> {
        CheckUnchanged::new(&self.table, versioned)
    }
}
