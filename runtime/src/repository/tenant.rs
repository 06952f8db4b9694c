//! Reads of one tenant's entities.

use std::fmt;

use crate::request::{ParallelScan, Query, Scan, Selection};
use crate::schema::entity::EncryptedItem;
use crate::schema::index::{Index, IntoKeyValue};
use crate::schema::tenant::{Tenancy, WithTenant};

use super::Repository;

/// Queries and scans of one tenant's entities; created by [`Repository::tenant`].
pub struct TenantScope<'a, T> {
    repository: &'a Repository<T>,
    tenant: String,
}

impl<T: EncryptedItem + Tenancy<Kind = WithTenant<T>>> Repository<T> {
    /// Limits queries and scans to the entities of one tenant, given as the text of the field with `#[item(tenant)]` as it is
    /// stored.
    ///
    /// A search by beacons needs it, unless the tenant is the partition key of the query or part of its filter: each tenant has
    /// its own beacon key, so equal values of two tenants have different beacons, and one request cannot find both. A query by
    /// the key of another tenant is rejected with `Usage`.
    ///
    #[cfg_attr(feature = "kms", doc = "```no_run")]
    #[cfg_attr(not(feature = "kms"), doc = "```ignore")]
    /// use dynaseal::keyrings::{BeaconKeys, HierarchicalKeyring, KeyStore};
    /// use dynaseal::{EncryptedItem, Repository};
    ///
    /// #[derive(EncryptedItem)]
    /// #[item(index(name = "by-email", partition = email))]
    /// struct Customer {
    ///     #[partition_key]
    ///     id: String,
    ///     #[sign_and_include_in_encryption_context]
    ///     #[item(tenant)]
    ///     shop: String,
    ///     #[item(beacon(bits = 16))]
    ///     email: String,
    /// }
    ///
    /// # async fn example(client: aws_sdk_dynamodb::Client, keyring: HierarchicalKeyring, key_store: KeyStore) -> dynaseal::Result<()> {
    /// let customers = Repository::<Customer>::builder(client)
    ///     .table("customers")
    ///     .keyring(keyring)
    ///     .beacons(BeaconKeys::per_tenant(key_store))
    ///     .build();
    /// let acme = customers.tenant("acme");
    /// let found = acme.query_index(Customer::indexes().by_email, "ann@example.com").collect().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn tenant(&self, tenant: impl Into<String>) -> TenantScope<'_, T> {
        TenantScope { repository: self, tenant: tenant.into() }
    }
}

impl<T: EncryptedItem> TenantScope<'_, T> {
    /// As [`Repository::query`].
    pub fn query(&self, partition_key: impl IntoKeyValue<T::PartitionKey>) -> Selection<T, Query<T::SortKey>> {
        self.query_index(T::primary_index(), partition_key)
    }

    /// As [`Repository::query_index`]. If the index does not project the tenant's attribute, the tenant of an entry is
    /// unknown: entries fail with `Usage`, and `hydrate` omits the items of other tenants.
    pub fn query_index<P, S, J>(
        &self,
        index: Index<T, P, S, J>,
        partition_key: impl IntoKeyValue<P>,
    ) -> Selection<T, Query<S>, J> {
        self.repository.query_index(index, partition_key).of_tenant(&index, self.tenant.clone())
    }

    /// As [`Repository::scan`].
    pub fn scan(&self) -> Selection<T, Scan> {
        self.repository.scan().of_tenant(&T::primary_index(), self.tenant.clone())
    }

    /// As [`Repository::parallel_scan`].
    pub fn parallel_scan(&self, segments: u32) -> Selection<T, ParallelScan> {
        self.repository.parallel_scan(segments).of_tenant(&T::primary_index(), self.tenant.clone())
    }
}

/// Omits the tenant, which can be personal data.
impl<T> fmt::Debug for TenantScope<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TenantScope").field("repository", self.repository).finish_non_exhaustive()
    }
}
