//! Compares a table with the definition of its entity.

mod compare;
mod indexes;
mod live;
mod report;

use std::future::IntoFuture;
use std::pin::Pin;
use std::sync::Arc;

pub use report::{Aspect, Difference, Severity, TableReport};

use crate::error::Result;
use crate::schema::entity::EncryptedItem;
use crate::schema::group::EntityGroup;
use crate::table::Table;

use super::settings::{TableSettings, setters};
use super::table_schema::TableSchema;
use live::Live;

/// A request that compares the repository's table with the definition of its entity; created by
/// [`Repository::check_table`](crate::Repository::check_table).
///
/// ```no_run
/// # use dynaseal::{EncryptedItem, Repository};
/// use dynaseal::repository::provision::{Billing, ServerSideEncryption};
///
/// # #[derive(EncryptedItem)]
/// # struct Employee { #[partition_key] employee_id: String, salary: u64 }
/// # async fn check(employees: Repository<Employee>) -> dynaseal::Result<()> {
/// let report = employees
///     .check_table()
///     .billing(Billing::OnDemand)
///     .point_in_time_recovery(true)
///     .deletion_protection(true)
///     .server_side_encryption(ServerSideEncryption::AwsManaged)
///     .tag("team", "payroll")
///     .await?;
/// assert!(report.is_ok(), "{report}");
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "nothing is checked until the request is awaited"]
pub struct CheckTable {
    table: Arc<Table>,
    schema: TableSchema,
    settings: TableSettings,
    group: Result<()>,
}

setters! {
    CheckTable,
    "Sets the expected billing mode. Not checked by default.",
    "Sets whether point-in-time recovery is expected. By default, a notice recommends it where it is off.",
    "Sets whether deletion protection is expected. By default, a notice recommends it where it is off.",
    "Sets the expected key of encryption at rest. By default, only the key's usability is checked.",
    "Adds a tag that is expected. Other tags are ignored."
}

impl CheckTable {
    #[inline]
    pub(crate) fn new<T: EncryptedItem>(table: &Arc<Table>) -> Self {
        Self {
            table: Arc::clone(table),
            schema: TableSchema::of::<T>(),
            settings: TableSettings::default(),
            group: Ok(()),
        }
    }

    /// Compares the table with the definitions of all entities of a group that includes the repository's: see
    /// [`CreateTable::entities`](super::CreateTable::entities), which has the same errors.
    #[inline]
    pub fn entities<G: EntityGroup>(mut self) -> Self {
        self.group = self.group.and(self.schema.and_group::<G>());
        self
    }

    #[inline]
    async fn send(self) -> Result<TableReport> {
        self.group?;
        compare(&self.table, &self.schema, &self.settings).await
    }
}

#[inline]
pub(super) async fn compare(table: &Table, schema: &TableSchema, settings: &TableSettings) -> Result<TableReport> {
    let live = Live::of(table, !settings.tags.is_empty()).await?;
    let differences = compare::all(schema, settings, &live);
    Ok(TableReport::new(table.name.clone(), differences))
}

impl IntoFuture for CheckTable {
    type Output = Result<TableReport>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    #[inline]
    fn into_future(self) -> Self::IntoFuture {
        let span = self.table.span("check_table");
        Box::pin(span.run(self.send()))
    }
}
