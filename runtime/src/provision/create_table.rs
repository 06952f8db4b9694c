//! Creates the table of an entity.

use std::future::IntoFuture;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_dynamodb::operation::create_table::builders::CreateTableFluentBuilder;
use aws_sdk_dynamodb::types::{
    GlobalSecondaryIndex, LocalSecondaryIndex, PointInTimeRecoverySpecification, Projection, ProjectionType,
    ProvisionedThroughput, TimeToLiveSpecification,
};

use crate::aws::new_table;
use crate::aws::sdk_error::from_sdk;
use crate::error::{Error, ErrorKind, Result};
use crate::example::example;
use crate::schema::entity::{EncryptedItem, IndexDefinition, IndexProjection, IndexScope};
use crate::schema::group::EntityGroup;
use crate::table::Table;

use super::check_table::{self, Severity};
use super::settings::{ServerSideEncryption, TableSettings, setters};
use super::table_schema::TableSchema;

/// A request that creates the repository's table; created by
/// [`Repository::create_table`](crate::Repository::create_table).
///
/// ```no_run
/// # use dynaseal::{EncryptedItem, Repository};
/// # #[derive(EncryptedItem)]
/// # struct Employee { #[partition_key] employee_id: String, salary: u64 }
/// # async fn create(employees: Repository<Employee>) -> dynaseal::Result<()> {
/// employees.create_table().point_in_time_recovery(true).tag("team", "payroll").tag("stage", "production").await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "no table is created until the request is awaited"]
pub struct CreateTable {
    table: Arc<Table>,
    schema: TableSchema,
    settings: TableSettings,
    if_missing: bool,
    group: Result<()>,
}

setters! {
    CreateTable,
    "Sets the billing mode. The default is on-demand.",
    "Enables point-in-time recovery, with a recovery period of 35 days. Off by default.",
    "Enables deletion protection. Off by default.",
    "Sets the key of encryption at rest. The default is a key owned by AWS.",
    "Adds a tag to the table, for cost allocation and permissions: at most 50, each with a key of up to 128 characters and a \
     value of up to 256. Needs the permission `dynamodb:TagResource`."
}

impl CreateTable {
    #[inline]
    pub(crate) fn new<T: EncryptedItem>(table: &Arc<Table>) -> Self {
        Self {
            table: Arc::clone(table),
            schema: TableSchema::of::<T>(),
            settings: TableSettings::default(),
            if_missing: false,
            group: Ok(()),
        }
    }

    /// Creates the table for all entities of a group that includes the repository's: with the indexes of all, and the
    /// time to live of those that have one.
    ///
    #[doc = example!(pets)]
    /// dynaseal::entities! {
    ///     enum Pet {
    ///         Cat(Cat),
    ///         Dog(Dog),
    ///     }
    /// }
    ///
    /// cats.create_table().entities::<Pet>().if_missing().await?;
    /// assert!(dogs.check_table().entities::<Pet>().await?.is_ok());
    #[doc = example!(end)]
    ///
    /// # Errors
    /// `Usage` if the repository's entity does not belong to the group and contradicts it. The compiler checks that the
    /// entities of a group agree with each other.
    #[inline]
    pub fn entities<G: EntityGroup>(mut self) -> Self {
        self.group = self.group.and(self.schema.and_group::<G>());
        self
    }

    /// Accepts an existing table, after comparing it with the definitions of the entities.
    ///
    #[doc = example!(employees)]
    /// employees.create_table().if_missing().await?; // it was created before
    #[doc = example!(end)]
    ///
    /// `AlreadyExists` if a table of that name exists that the entities cannot use because its key or indexes differ.
    /// Other differences are reported by [`check_table`](crate::Repository::check_table).
    #[inline]
    pub fn if_missing(mut self) -> Self {
        self.if_missing = true;
        self
    }

    #[inline]
    async fn send(mut self) -> Result<()> {
        std::mem::replace(&mut self.group, Ok(()))?;
        let request = self.request()?;
        match new_table::create(&self.table.client, &self.table.name, request).await {
            Ok(()) => {}
            Err(error) if self.if_missing && error.kind() == ErrorKind::AlreadyExists => return self.check().await,
            Err(error) => return Err(self.explain(error)),
        }
        if let Some(attribute) = self.schema.time_to_live {
            self.enable_time_to_live(attribute).await.map_err(incomplete)?;
        }
        if self.settings.point_in_time_recovery == Some(true) {
            self.enable_point_in_time_recovery().await.map_err(incomplete)?;
        }
        Ok(())
    }

    /// Waits for the existing table, and rejects one that the entities cannot use.
    #[inline]
    async fn check(self) -> Result<()> {
        new_table::wait(&self.table.client, &self.table.name).await?;
        let report = check_table::compare(&self.table, &self.schema, &TableSettings::default()).await?;
        match report.differences().iter().find(|difference| difference.severity == Severity::Error) {
            None => Ok(()),
            Some(difference) => Err(Error::new(
                ErrorKind::AlreadyExists,
                format!("there is a table of this name that cannot be used: {difference}"),
            )),
        }
    }

    #[inline]
    fn request(&self) -> Result<CreateTableFluentBuilder> {
        let Self { table, schema, settings, .. } = self;
        let attributes = schema.key_attributes().into_values();
        let attributes = attributes.map(|definition| new_table::attribute(definition.name, definition.key_type.into()));
        let throughput = settings.throughput()?;
        let mut request = table
            .client
            .create_table()
            .set_attribute_definitions(Some(attributes.collect::<Result<_>>()?))
            .set_key_schema(Some(new_table::key(schema.key.definitions().map(|definition| definition.name))?))
            .billing_mode(settings.billing_mode())
            .set_provisioned_throughput(throughput.clone())
            .set_deletion_protection_enabled(settings.deletion_protection)
            .set_sse_specification(settings.sse_specification())
            .set_tags(settings.sdk_tags()?);
        for index in &schema.indexes {
            request = match index.scope {
                IndexScope::Global => request.global_secondary_indexes(global(index, throughput.clone())?),
                IndexScope::Local => request.local_secondary_indexes(local(index)?),
            };
        }
        Ok(request)
    }

    #[inline]
    async fn enable_time_to_live(&self, attribute: &str) -> Result<()> {
        let specification = TimeToLiveSpecification::builder().attribute_name(attribute).enabled(true).build();
        let specification = specification.map_err(|error| {
            Error::new(ErrorKind::Usage, "the time to live cannot be described to DynamoDB")
                .with_attribute(attribute)
                .with_source(error)
        })?;
        let request = self.table.client.update_time_to_live().table_name(&self.table.name);
        let response = request.time_to_live_specification(specification).send().await;
        response.map(drop).map_err(|error| from_sdk("UpdateTimeToLive", error))
    }

    #[inline]
    async fn enable_point_in_time_recovery(&self) -> Result<()> {
        const PAUSE: Duration = Duration::from_secs(5);

        let specification = PointInTimeRecoverySpecification::builder()
            .point_in_time_recovery_enabled(true)
            .build()
            .map_err(|error| {
                Error::new(ErrorKind::Usage, "point-in-time recovery cannot be described to DynamoDB")
                    .with_source(error)
            })?;
        let mut waited = Duration::ZERO;
        loop {
            let request = self.table.client.update_continuous_backups().table_name(&self.table.name);
            let response = request.point_in_time_recovery_specification(specification.clone()).send().await;
            match response.map_err(|error| from_sdk("UpdateContinuousBackups", error)) {
                Ok(_) => return Ok(()),
                // Backups of a new table become available a moment after the table.
                Err(error) if is_being_prepared(&error) && waited < new_table::PATIENCE => {
                    self.table.sleep(PAUSE).await;
                    waited += PAUSE;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Names the KMS key in an error: DynamoDB's own message states little more than that the key is unusable.
    #[inline]
    fn explain(&self, error: Error) -> Error {
        let rejected = matches!(error.kind(), ErrorKind::Sdk | ErrorKind::NotFound);
        match &self.settings.server_side_encryption {
            Some(ServerSideEncryption::CustomerManaged(key)) if rejected => error.recast(
                ErrorKind::Sdk,
                format!(
                    "the table was not created. If that is for the KMS key {key:?}: it has to be enabled, symmetric, and in \
                     the table's Region, and to allow kms:DescribeKey and kms:CreateGrant to these credentials. Otherwise: \
                     allow dynamodb:CreateTable, and see sdk_error()"
                ),
            ),
            _ if error.aws_code() == Some("AccessDeniedException") && !self.settings.tags.is_empty() => error.recast(
                ErrorKind::Sdk,
                "access denied; creating a table with tags needs the permissions dynamodb:CreateTable and \
                 dynamodb:TagResource",
            ),
            _ => error,
        }
    }
}

impl IntoFuture for CreateTable {
    type Output = Result<()>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    #[inline]
    fn into_future(self) -> Self::IntoFuture {
        let span = self.table.span("create_table");
        Box::pin(span.run(self.send()))
    }
}

#[inline]
fn global(index: &IndexDefinition, throughput: Option<ProvisionedThroughput>) -> Result<GlobalSecondaryIndex> {
    let built = GlobalSecondaryIndex::builder()
        .index_name(index.name)
        .set_key_schema(Some(new_table::key(key_names(index))?))
        .projection(projection(index.projection))
        .set_provisioned_throughput(throughput);
    built.build().map_err(|error| indescribable(index, error))
}

#[inline]
fn local(index: &IndexDefinition) -> Result<LocalSecondaryIndex> {
    let built = LocalSecondaryIndex::builder()
        .index_name(index.name)
        .set_key_schema(Some(new_table::key(key_names(index))?))
        .projection(projection(index.projection));
    built.build().map_err(|error| indescribable(index, error))
}

#[inline]
fn key_names(index: &IndexDefinition) -> impl Iterator<Item = &'static str> + use<> {
    [Some(index.partition_key), index.sort_key].into_iter().flatten().map(|definition| definition.name)
}

#[inline]
fn projection(projection: IndexProjection) -> Projection {
    match projection {
        IndexProjection::All => Projection::builder().projection_type(ProjectionType::All),
        IndexProjection::KeysOnly => Projection::builder().projection_type(ProjectionType::KeysOnly),
        IndexProjection::Include(names) => Projection::builder()
            .projection_type(ProjectionType::Include)
            .set_non_key_attributes(Some(names.iter().map(|&name| name.to_owned()).collect())),
    }
    .build()
}

#[inline]
fn indescribable(index: &IndexDefinition, error: impl std::error::Error + Send + Sync + 'static) -> Error {
    let message = format!("the index {:?} cannot be described to DynamoDB", index.name);
    Error::new(ErrorKind::Usage, message).with_source(error)
}

#[inline]
fn is_being_prepared(error: &Error) -> bool {
    error.aws_code() == Some("ContinuousBackupsUnavailableException")
}

/// Explains the failure of a setting that follows the table's creation.
#[inline]
fn incomplete(error: Error) -> Error {
    let message = format!("the table was created, and can be used, but this setting is missing: {}", error.message());
    let kind = error.kind();
    error.recast(kind, message)
}
