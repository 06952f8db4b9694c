//! Queries and scans, page by page.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::aws::sdk_error::from_sdk;
use crate::condition::render::{Expression, Placeholders};
use crate::condition::sort::SortCondition;
use crate::condition::tree::ConditionTree;
use crate::crypto::digest::{Digest, sha256};
use crate::error::{Error, ErrorKind, Result};
use crate::item::key::names as key;
use crate::item::key::names::KeyNames;
use crate::item::key::template::Template;
use crate::item::{AttributeValue, Item, canonical, sort_entries};

use super::Table;

/// The items to read, and how to read them.
#[derive(Clone)]
pub(crate) struct ReadRequest {
    /// The secondary index; `None` for the table itself.
    pub(crate) index: Option<String>,
    /// The keys of the index, or of the table.
    pub(crate) keys: KeyNames,
    /// The value of the partition key. Without one, everything is read.
    pub(crate) partition: Option<AttributeValue>,
    pub(crate) sort: Option<SortCondition>,
    /// The template of the sort key, if all requested items have keys of this form.
    pub(crate) template: Option<Template>,
    pub(crate) entity: Option<CommonValue>,
    /// The tenant, if only one tenant's items are requested.
    pub(crate) tenant: Option<CommonValue>,
    /// The names of several entities, instead of one. They are not part of the request.
    pub(crate) group: Vec<&'static str>,
    pub(crate) filter: Option<ConditionTree>,
    pub(crate) descending: bool,
    pub(crate) consistent: bool,
    /// One part of a scan: its number, and the number of parts.
    pub(crate) segment: Option<(i32, i32)>,
}

/// A readable attribute that has the same value in all requested items.
#[derive(Clone)]
pub(crate) struct CommonValue {
    pub(crate) attribute: String,
    pub(crate) value: String,
    /// Whether the server filters by it: not if the index lacks the attribute.
    pub(crate) is_filtered: bool,
}

impl CommonValue {
    fn is_that_of(&self, item: &Item) -> bool {
        item.get(&self.attribute).is_some_and(|stored| stored.as_s() == Ok(&self.value))
    }
}

impl ReadRequest {
    /// All items of an index, or of the table.
    pub(crate) fn everything(index: Option<String>, keys: KeyNames) -> Self {
        Self {
            index,
            keys,
            partition: None,
            sort: None,
            template: None,
            entity: None,
            tenant: None,
            group: Vec::new(),
            filter: None,
            descending: false,
            consistent: false,
            segment: None,
        }
    }

    /// Returns whether the filter holds for an item, stored or verified.
    pub(crate) fn filter_holds_for(&self, item: &Item) -> bool {
        self.filter.as_ref().is_none_or(|filter| filter.holds_for(item))
    }

    /// Returns whether an item that satisfies the filter as stored can fail it after verification: an older version, or
    /// another entity of a group, may have encrypted an attribute of the filter.
    pub(crate) fn can_lose_items(&self, table: &Table) -> bool {
        self.filter.is_some() && !(table.older.is_empty() && self.group.is_empty())
    }

    /// Returns whether a verified item, without the attributes that encryption adds, satisfies the filter.
    pub(crate) fn keeps(&self, table: &Table, item: &Item) -> bool {
        let filter = self.filter.as_ref().filter(|filter| !filter.names().into_iter().any(|name| table.is_added(name)));
        filter.is_none_or(|filter| filter.holds_for(item))
    }

    /// Returns whether an item was requested, apart from the filter.
    pub(crate) fn includes(&self, item: &Item) -> bool {
        self.entity.iter().chain(&self.tenant).all(|common| common.is_that_of(item)) && self.includes_key_of(item)
    }

    /// Returns whether an item is one of the requested tenant.
    pub(crate) fn includes_tenant_of(&self, item: &Item) -> bool {
        self.tenant.as_ref().is_none_or(|tenant| tenant.is_that_of(item))
    }

    /// Does the same for the keys of the index alone.
    pub(crate) fn includes_key_of(&self, item: &Item) -> bool {
        let holds = |name: &str, accepts: &dyn Fn(&AttributeValue) -> bool| item.get(name).is_some_and(accepts);
        let KeyNames { partition_key, sort_key } = &self.keys;
        let sort_key = sort_key.as_deref().unwrap_or_default();
        self.partition.as_ref().is_none_or(|value| holds(partition_key, &|stored| key::same(stored, value)))
            && self.sort().is_none_or(|sort| holds(sort_key, &|stored| sort.holds_for(stored)))
    }

    /// Returns whether a stored item has a sort key that does not match the template, because it belongs to another
    /// entity.
    pub(crate) fn is_foreign(&self, stored: &Item) -> bool {
        let sort_key = self.keys.sort_key.as_ref().and_then(|name| stored.get(name));
        self.template.as_ref().is_some_and(|template| !template.fits(sort_key))
    }

    /// Returns the condition on the sort key. The template bounds it if the program does not.
    fn sort(&self) -> Option<Cow<'_, SortCondition>> {
        match &self.sort {
            Some(sort) => Some(Cow::Borrowed(sort)),
            None => {
                let template = self.template.as_ref().filter(|_| self.partition.is_some());
                template.and_then(SortCondition::of_template).map(Cow::Owned)
            }
        }
    }

    fn key_conditions(&self) -> Vec<ConditionTree> {
        let KeyNames { partition_key, sort_key } = &self.keys;
        let partition = self.partition.clone().map(|value| ConditionTree::equals(partition_key, value));
        let sort = self.sort().zip(sort_key.clone()).map(|(sort, name)| sort.into_owned().on(name));
        partition.into_iter().chain(sort).collect()
    }

    fn filters(&self) -> Vec<ConditionTree> {
        let common = self.entity.iter().chain(&self.tenant).filter(|common| common.is_filtered);
        let common = common.map(|it| ConditionTree::equals(&it.attribute, AttributeValue::S(it.value.clone())));
        common.chain(self.filter.clone()).collect()
    }

    /// DynamoDB evaluates the filter after the key condition, and requires both separately.
    fn check_filter(&self) -> Result<()> {
        let names = self.filter.iter().flat_map(ConditionTree::names);
        match names.into_iter().find(|name| self.partition.is_some() && self.keys.contain(name)) {
            None => Ok(()),
            Some(name) => Err(Error::new(
                ErrorKind::Usage,
                "the filter of a query cannot contain a key of the table or index that is queried; use `sort_eq` and \
                 similar methods",
            )
            .with_attribute(name)),
        }
    }
}

/// Returns the request as sent to DynamoDB.
#[derive(Clone)]
pub(crate) struct PagedRead {
    index: Option<String>,
    /// The order of a query; a scan has none.
    key_condition: Option<String>,
    filter: Option<String>,
    names: Option<HashMap<String, String>>,
    values: Option<Item>,
    descending: bool,
    consistent: bool,
    segment: Option<(i32, i32)>,
}

/// Stored items, and the start of the next page, if there is one.
pub(crate) struct StoredPage {
    pub(crate) items: Vec<Item>,
    pub(crate) next: Option<Item>,
}

impl PagedRead {
    pub(crate) fn new(requested: &ReadRequest) -> Result<Self> {
        requested.check_filter()?;
        let mut placeholders = Placeholders::default();
        let key_condition = Expression::all(requested.key_conditions(), &mut placeholders);
        let filter = Expression::all(requested.filters(), &mut placeholders);
        if !filter.fits() {
            return Err(Expression::too_long("filter"));
        }
        let (names, values) = placeholders.into_parts();
        Ok(Self {
            index: requested.index.clone(),
            key_condition: key_condition.into_text(),
            filter: filter.into_text(),
            names,
            values,
            descending: requested.descending,
            consistent: requested.consistent,
            segment: requested.segment,
        })
    }

    /// Returns whether the server evaluates more items than it returns.
    pub(crate) fn is_filtered(&self) -> bool {
        self.filter.is_some()
    }

    /// Returns what identifies this read: the table, the index, the conditions with their values, and the requested
    /// entities, which may not be part of the request.
    pub(crate) fn digest(&self, table: &Table, requested: &ReadRequest) -> Result<Digest> {
        let mut digested = Vec::new();
        let mut add = |bytes: &[u8]| {
            digested.extend((bytes.len() as u64).to_be_bytes());
            digested.extend(bytes);
        };
        let direction: &str = if self.descending { "descending" } else { "ascending" };
        let texts = [&self.index, &self.key_condition, &self.filter].map(|text| text.as_deref().unwrap_or_default());
        let common = [&requested.entity, &requested.tenant];
        let common = common.map(|it| it.as_ref().map_or(["", ""], |it| [&it.attribute, &it.value]));
        let names = ["dynaseal read", &table.name, table.context.table_name(), direction];
        for text in names.into_iter().chain(texts).chain(common.into_iter().flatten()) {
            add(text.as_bytes());
        }
        add(&(requested.group.len() as u64).to_be_bytes());
        for name in &requested.group {
            add(name.as_bytes());
        }
        let mut names: Vec<_> = self.names.iter().flatten().collect();
        names.sort_unstable();
        for (placeholder, name) in names {
            add(placeholder.as_bytes());
            add(name.as_bytes());
        }
        let mut values: Vec<_> = self.values.iter().flatten().collect();
        sort_entries(&mut values);
        for (placeholder, value) in values {
            add(placeholder.as_bytes());
            add(&canonical::encode(value)?);
        }
        Ok(sha256(&digested))
    }
}

impl Table {
    /// Reads the page that begins after `start`, neither verified nor decrypted. The server evaluates at most `limit`
    /// items.
    pub(crate) async fn read_page(
        &self,
        read: &PagedRead,
        start: Option<Item>,
        limit: Option<i32>,
    ) -> Result<StoredPage> {
        if read.key_condition.is_some() {
            self.send_query(read, start, limit).await
        } else {
            self.send_scan(read, start, limit).await
        }
    }

    async fn send_query(&self, read: &PagedRead, start: Option<Item>, limit: Option<i32>) -> Result<StoredPage> {
        let request = self
            .client
            .query()
            .table_name(&self.name)
            .set_index_name(read.index.clone())
            .set_key_condition_expression(read.key_condition.clone())
            .set_filter_expression(read.filter.clone())
            .set_expression_attribute_names(read.names.clone())
            .set_expression_attribute_values(read.values.clone())
            .scan_index_forward(!read.descending)
            .consistent_read(read.consistent)
            .set_exclusive_start_key(start)
            .set_limit(limit);
        let response = request.send().await.map_err(|error| from_sdk("Query", error))?;
        Ok(StoredPage::new(response.items, response.last_evaluated_key))
    }

    async fn send_scan(&self, read: &PagedRead, start: Option<Item>, limit: Option<i32>) -> Result<StoredPage> {
        let request = self
            .client
            .scan()
            .table_name(&self.name)
            .set_index_name(read.index.clone())
            .set_filter_expression(read.filter.clone())
            .set_expression_attribute_names(read.names.clone())
            .set_expression_attribute_values(read.values.clone())
            .consistent_read(read.consistent)
            .set_segment(read.segment.map(|(number, _)| number))
            .set_total_segments(read.segment.map(|(_, total)| total))
            .set_exclusive_start_key(start)
            .set_limit(limit);
        let response = request.send().await.map_err(|error| from_sdk("Scan", error))?;
        Ok(StoredPage::new(response.items, response.last_evaluated_key))
    }
}

impl StoredPage {
    fn new(items: Option<Vec<Item>>, last_evaluated_key: Option<Item>) -> Self {
        Self { items: items.unwrap_or_default(), next: last_evaluated_key.filter(|key| !key.is_empty()) }
    }
}
