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
    /// Needs the permissions `dynamodb:CreateTable` and `dynamodb:DescribeTable`, and for what is asked for
    /// `dynamodb:UpdateTimeToLive`, `dynamodb:UpdateContinuousBackups` and `dynamodb:TagResource`.
    ///
    /// # Errors
    /// `AlreadyExists` if there is a table of that name, `Unavailable` if it is not seen to become usable in this time, and what
    /// the service fails with. An error of a setting that follows the creation says that the table was created.
    pub fn create_table(&self) -> CreateTable {
        CreateTable::new::<T>(&self.table)
    }

    /// Describes the table as it is, and reports every way in which it differs from what the entity calls for and from what
    /// is said of the request, each with what to do. Nothing is changed.
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
    /// `dynamodb:DescribeContinuousBackups` and, if tags are asked for, `dynamodb:ListTagsOfResource`, the report says what is
    /// not known.
    ///
    /// # Errors
    /// `NotFound` if there is no such table, and what the service fails with.
    pub fn check_table(&self) -> CheckTable {
        CheckTable::new::<T>(&self.table)
    }
}
