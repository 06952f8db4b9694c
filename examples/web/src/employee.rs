//! The stored entity and its protection.

use dynaseal::EncryptedItem;

/// A person in the directory of a company.
///
/// It does not implement `Serialize`, so it cannot be returned by accident: `dto.rs` defines the responses.
#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(logical_table_name = "staff")]
pub struct Employee {
    /// The company.
    #[partition_key]
    pub company: String,
    /// The employee's id within the company.
    #[sort_key]
    pub employee_id: String,
    /// The full name.
    #[encrypt]
    pub name: String,
    /// In whole units of the company's currency.
    #[encrypt]
    pub salary: u64,
    /// Free text.
    #[encrypt]
    pub notes: Option<String>,
    /// Readable for reports, and changes are detected.
    #[sign_only]
    pub department: String,
    /// The number of views, which the server increments.
    #[do_nothing]
    #[item(default)]
    pub views: u64,
}
