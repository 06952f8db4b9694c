//! What is stored of an employee, and what protects it.

use dynaseal::EncryptedItem;

/// One person in one company's directory.
///
/// It does not implement `Serialize`, so it cannot end up in an answer by accident: `dto.rs` says what clients see.
#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(logical_table_name = "staff")]
pub struct Employee {
    /// Whose directory it is.
    #[partition_key]
    pub company: String,
    /// Which of the company's employees.
    #[sort_key]
    pub employee_id: String,
    /// The full name.
    #[encrypt]
    pub name: String,
    /// In whole units of the company's currency.
    #[encrypt]
    pub salary: u64,
    /// Whatever else is known.
    #[encrypt]
    pub notes: Option<String>,
    /// Readable for reports, and cannot be changed unnoticed.
    #[sign_only]
    pub department: String,
    /// How often the record was opened: counted by the server, without reading it.
    #[do_nothing]
    #[item(default)]
    pub views: u64,
}
