//! What goes into transactions.

use crate::condition::Condition;
use crate::example::example;
use crate::item::Item;
use crate::request::{Check, CheckUnchanged, Transaction, Versioned};

use super::EncryptedTable;

impl EncryptedTable {
    /// An empty [`Transaction`], to which operations of this table and of repositories are added.
    ///
    #[doc = example!(table)]
    /// employees.transaction().with(employees.create(&ada)).await?;
    /// assert_eq!(employees.get(key).await?, Some(ada));
    #[doc = example!(end)]
    pub fn transaction(&self) -> Transaction {
        Transaction::new()
    }

    /// Something that must hold of the item of this key for a [`Transaction`] to happen.
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
    /// The server judges it by what is stored, so a condition on a signed attribute is refused with `Usage`: use
    /// [`check_unchanged`](Self::check_unchanged), or say [`danger::unverified`](crate::danger::unverified). In the
    /// transaction's [`cancellation_reasons`](crate::Error::cancellation_reasons) it is `ConditionFailed`. An item that is not
    /// there is checked as one without attributes.
    pub fn check(&self, key: impl Into<Item>, condition: Condition<Item>) -> Check<Item> {
        Check::new(&self.table, self.key(key), condition.into_untyped())
    }

    /// That what is signed of an item is as it was when it was read, for a [`Transaction`] to happen: see
    /// [`Repository::check_unchanged`](crate::Repository::check_unchanged).
    pub fn check_unchanged(&self, versioned: &Versioned<Item>) -> CheckUnchanged<Item> {
        CheckUnchanged::new(&self.table, versioned)
    }
}
