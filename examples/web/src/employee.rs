//! The stored entity and its protection.

use dynaseal::EncryptedItem;

/// A person in the directory of a company. The company is the tenant: its branch key encrypts the item, and its beacon key
/// hashes the e-mail address.
///
/// It does not implement `Serialize`, so it cannot be returned by accident: `dto.rs` defines the responses.
#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(
    logical_table_name = "staff",
    index(name = "by-department", partition = company, sort = department),
    index(name = "by-email", partition = company, sort = email)
)]
pub struct Employee {
    /// The company.
    #[partition_key]
    #[item(tenant)]
    pub company: String,
    /// The employee's id within the company.
    #[sort_key]
    pub employee_id: String,
    /// The full name.
    #[encrypt]
    pub name: String,
    /// Searchable by its beacon, a hash of 12 bits: a search in a company of 40,000 people reads about ten others, which the
    /// repository discards.
    #[encrypt]
    #[item(beacon(bits = 12, lowercase))]
    pub email: Option<String>,
    /// In whole units of the company's currency.
    #[encrypt]
    pub salary: u64,
    /// Free text.
    #[encrypt]
    pub notes: Option<String>,
    /// Readable for reports and searches, and changes are detected.
    #[sign_only]
    pub department: String,
    /// The number of views, which the server increments.
    #[do_nothing]
    #[item(default)]
    pub views: u64,
}
