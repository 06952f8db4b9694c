//! Calls that create and check the table.

use crate::example::example;
use crate::schema::entity::EncryptedItem;

use super::Repository;

pub use crate::provision::{
    Aspect, Billing, CheckTable, CreateTable, Difference, ServerSideEncryption, Severity, TableReport,
};

impl<T: EncryptedItem> Repository<T> {
    /// Creates the table that the entity calls for, with its keys, indexes and time to live, and waits until it can be
    /// used, for up to five minutes.
    ///
    #[cfg_attr(feature = "embedded", doc = "```")]
    #[cfg_attr(not(feature = "embedded"), doc = "```ignore")]
    /// # use dynaseal::materials::{AesKey, HmacKey, WrappedProvider};
    /// # use dynaseal::{EncryptedItem, Repository};
    /// use dynaseal::repository::provision::{Billing, ServerSideEncryption};
    ///
    /// # #[derive(EncryptedItem)]
    /// # struct Employee { #[partition_key] employee_id: String, salary: u64 }
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// # let client = dynaseal::embedded::Database::in_memory()?.client();
    /// # let provider = WrappedProvider::new(AesKey::generate()?, HmacKey::generate()?);
    /// # let employees: Repository<Employee> = Repository::builder(client).table("employees").materials(provider).build();
    /// employees
    ///     .create_table()
    ///     .billing(Billing::Provisioned { read_capacity_units: 5, write_capacity_units: 5 })
    ///     .deletion_protection(true)
    ///     .server_side_encryption(ServerSideEncryption::AwsManaged)
    ///     .await?;
    /// # Ok::<(), dynaseal::Error>(())
    /// # }).unwrap();
    /// ```
    ///
    /// Needs the permissions `dynamodb:CreateTable` and `dynamodb:DescribeTable`, and for the corresponding settings
    /// `dynamodb:UpdateTimeToLive`, `dynamodb:UpdateContinuousBackups` and `dynamodb:TagResource`.
    ///
    /// # Errors
    /// `AlreadyExists` if a table of that name exists, `Unavailable` if the table does not become active in this time,
    /// and the errors of the service. An error of a setting that follows the creation states that the table was
    /// created.
    pub fn create_table(&self) -> CreateTable {
        CreateTable::new::<T>(&self.table)
    }

    /// Describes the table, and reports every difference from the definition of the entity and from the settings of the
    /// request, each with a remedy. Changes nothing.
    ///
    #[doc = example!(employees)]
    /// let report = employees.check_table().deletion_protection(true).await?;
    /// if !report.is_ok() {
    ///     println!("{report}"); // warning: deletion protection: expected on, found off; switch it on with ..
    /// }
    /// # assert!(!report.is_ok());
    #[doc = example!(end)]
    ///
    /// Needs the permission `dynamodb:DescribeTable`. Without `dynamodb:DescribeTimeToLive`,
    /// `dynamodb:DescribeContinuousBackups` and, if tags are expected, `dynamodb:ListTagsOfResource`, the report lists
    /// these aspects as unknown.
    ///
    /// # Errors
    /// `NotFound` if there is no such table, and the errors of the service.
    pub fn check_table(&self) -> CheckTable {
        CheckTable::new::<T>(&self.table)
    }
}
