//! Settings of a selection: its filter, index, order and limits.

use crate::condition::{Approximate, Condition};
use crate::example::example;
use crate::request::query::projection::Hydrated;
use crate::request::query::{self, ParallelScan, Query, Scan, Selection};
use crate::schema::entity::EncryptedItem;
use crate::schema::index::{Entries, Index};
use crate::table::ReadRequest;

impl<T, K, J> Selection<T, K, J> {
    /// Returns only items for which this condition holds. The server still reads the others, and charges for them. A
    /// filter of a query that contains a key attribute of the queried table or index fails with `Usage`: use
    /// [`sort_eq`](Selection::sort_eq) and the other key conditions.
    ///
    #[doc = example!(readings)]
    /// let in_kelvin = readings.query("s-1").filter(Reading::fields().unit.eq("K")).collect().await?;
    /// assert_eq!(in_kelvin.len(), 9);
    #[doc = example!(end)]
    pub fn filter(mut self, condition: impl Into<Condition<T, Approximate>>) -> Self {
        let condition = condition.into();
        self.requested = self.requested.and_then(|mut requested| {
            let condition = self.table.searchable(condition.into_untyped()?)?;
            requested.filter = Some(match requested.filter {
                Some(others) => others.and(condition)?,
                None => condition,
            });
            Ok(requested)
        });
        self
    }

    /// Reads consistently: sees every write that was acknowledged before, for twice the read capacity. Fails with
    /// `Usage` on a global index.
    ///
    #[doc = example!(readings)]
    /// assert_eq!(readings.query("s-1").consistent().count().await?, 9);
    #[doc = example!(end)]
    pub fn consistent(mut self) -> Self {
        self.requested = self.requested.map(|requested| ReadRequest { consistent: true, ..requested });
        self
    }

    /// Sets the maximum number of items of the result, of a stream or of a page. 0 fails with `Usage`.
    ///
    #[doc = example!(readings)]
    /// let two = readings.query("s-1").limit(2).collect().await?;
    /// assert_eq!(times(&two), [0, 1]);
    #[doc = example!(end)]
    pub fn limit(self, items: usize) -> Self {
        Self { limit: Some(items), ..self }
    }

    /// Sets the maximum number of items that the server evaluates for each request; by default, a page has up to 1 MB.
    /// Smaller pages take less memory and more requests. [`limit`](Self::limit) sets the number of returned items.
    /// Numbers other than 1 to 2,147,483,647 fail with `Usage`.
    ///
    #[doc = example!(readings)]
    /// // Five requests, each of which returns at most two readings.
    /// assert_eq!(readings.query("s-1").page_size(2).collect().await?.len(), 9);
    #[doc = example!(end)]
    pub fn page_size(self, items: u32) -> Self {
        Self { page_size: Some(items), ..self }
    }
}

impl<T, S, J> Selection<T, Query<S>, J> {
    /// Sorts in descending order of the sort key.
    ///
    #[doc = example!(readings)]
    /// let last = readings.query("s-1").descending().limit(1).collect().await?;
    /// assert_eq!(times(&last), [8]);
    #[doc = example!(end)]
    pub fn descending(mut self) -> Self {
        self.requested = self.requested.map(|requested| ReadRequest { descending: true, ..requested });
        self
    }
}

impl<T: EncryptedItem, J> Selection<T, Scan, J> {
    /// Reads an index instead of the table: only items that have its keys.
    ///
    #[doc = example!(readings)]
    /// let by_unit = Reading::indexes().by_unit;
    /// assert_eq!(readings.scan().index(by_unit).count().await?, 9);
    #[doc = example!(end)]
    pub fn index<P, S, Other>(self, index: Index<T, P, S, Other>) -> Selection<T, Scan, Other> {
        self.through(&index)
    }
}

impl<T: EncryptedItem, J> Selection<T, ParallelScan, J> {
    /// Reads an index instead of the table: only items that have its keys.
    ///
    #[doc = example!(readings)]
    /// let by_unit = Reading::indexes().by_unit;
    /// assert_eq!(readings.parallel_scan(4).index(by_unit).count().await?, 9);
    #[doc = example!(end)]
    pub fn index<P, S, Other>(self, index: Index<T, P, S, Other>) -> Selection<T, ParallelScan, Other> {
        self.through(&index)
    }
}

impl<T: EncryptedItem, K, J> Selection<T, K, J> {
    /// Reads only the items of this tenant, through this index.
    ///
    /// Fails with `Usage` if the key condition is that of another tenant.
    pub(crate) fn of_tenant<P, S, Other>(mut self, index: &Index<T, P, S, Other>, tenant: String) -> Self {
        self.requested = self.requested.and_then(|requested| query::tenant::limited(requested, index, tenant));
        self
    }

    fn through<P, S, Other>(mut self, index: &Index<T, P, S, Other>) -> Selection<T, K, Other> {
        self.requested = self.requested.and_then(|requested| {
            let ReadRequest { filter, consistent, tenant, .. } = requested;
            let requested = ReadRequest { filter, consistent, ..query::read_request(index) };
            match tenant {
                Some(tenant) => query::tenant::limited(requested, index, tenant.value),
                None => Ok(requested),
            }
        });
        self.global(query::is_global(index)).with_projection()
    }
}

impl<T, K, J: Entries> Selection<T, K, J> {
    /// Reads the complete items of the keys that the index returns, 100 with each request, and verifies them.
    ///
    /// An index lags behind its table: items that no longer exist, or no longer match, are omitted.
    ///
    /// ```no_run
    /// # use dynaseal::{EncryptedItem, Repository};
    /// #[derive(EncryptedItem)]
    /// #[item(index(name = "by-city", partition = city, projection = keys_only))]
    /// struct Shop {
    ///     #[partition_key]
    ///     id: String,
    ///     #[sign_only]
    ///     city: String,
    ///     revenue: u64,
    /// }
    ///
    /// # async fn shops(shops: Repository<Shop>) -> dynaseal::Result<()> {
    /// let by_city = Shop::indexes().by_city;
    /// let ids = shops.query_index(by_city, "Paris").collect().await?;
    /// println!("perhaps {:?}", ids.iter().map(|entry| &entry.key().id).collect::<Vec<_>>());
    ///
    /// let verified: Vec<Shop> = shops.query_index(by_city, "Paris").hydrate().collect().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn hydrate(self) -> Selection<T, K, Hydrated> {
        self.with_projection()
    }
}
