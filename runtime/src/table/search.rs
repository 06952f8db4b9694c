//! Queries by beacons: the requests that are sent, and the evaluation after reading.

use std::sync::Arc;

use crate::condition::search::{Search, exact};
use crate::condition::sort::SortCondition;
use crate::condition::tree::{Comparator, ConditionTree, Operand};
use crate::error::{Error, ErrorKind, Result};
use crate::format::dbesdk::beacon::BeaconKeySet;
use crate::item::key::names::KeyNames;
use crate::item::{AttributeValue, Item};
use crate::schema::action::AttributeAction;

use super::beacons::ReadyBeacons;
use super::{ReadRequest, Table};

/// A read as it is sent and as it is evaluated.
pub(crate) struct PreparedRead {
    /// The requests to send: one for each partition that is queried, at least one.
    pub(crate) sent: Vec<ReadRequest>,
    /// The request that a verified item is compared with, if it differs from the one that was sent.
    exact: Option<Exact>,
}

/// What the items of a search are compared with once they are verified.
struct Exact {
    requested: ReadRequest,
    /// The attributes of the beacons that the search names.
    attributes: Vec<String>,
    keys: Arc<BeaconKeySet>,
}

impl PreparedRead {
    /// Returns the request of this number.
    pub(crate) fn part(&self, part: usize) -> Result<&ReadRequest> {
        self.sent.get(part).ok_or_else(Error::invalid_cursor)
    }

    /// Returns whether a verified item matches the request, and not only its beacons. `None` if the request names no beacon.
    pub(crate) fn is_exact(&self, table: &Table, item: &Item) -> Result<Option<bool>> {
        let Some((exact, beacons)) = self.exact.as_ref().zip(table.beacons.ready()?) else { return Ok(None) };
        let view = beacons.beacons.view(item)?;
        Ok(Some(exact.requested.includes_key_of(&view) && exact.requested.filter_holds_for(&view)))
    }

    /// Returns the stored values of the beacons that a search names.
    pub(crate) fn beacons_of(&self, stored: &Item) -> Item {
        let names = self.exact.iter().flat_map(|exact| &exact.attributes);
        names.filter_map(|name| stored.get(name).map(|value| (name.clone(), value.clone()))).collect()
    }

    /// Returns whether one of these beacons is that of the verified item in no partition.
    pub(crate) fn are_stale(&self, table: &Table, stored: &Item, item: &Item) -> bool {
        let Some((exact, Ok(Some(ready)))) = self.exact.as_ref().map(|exact| (exact, table.beacons.ready())) else {
            return false;
        };
        let beacons = &ready.beacons;
        let own = exact.keys.partition_of(item, &table.key, beacons.partitions()).unwrap_or_default();
        // Other clients choose the partition at random.
        let mut partitions = std::iter::once(own).chain(0..beacons.partitions());
        !stored.is_empty() && !partitions.any(|partition| beacons.are_those_of(stored, item, &exact.keys, partition))
    }
}

impl Table {
    /// Prepares the requests to send.
    pub(crate) async fn prepare_read(&self, requested: &ReadRequest) -> Result<PreparedRead> {
        match self.beacons.ready() {
            Ok(Some(beacons)) if beacons.is_requested(requested) => beacons.prepare(requested).await,
            Err(error) if self.beacons.is_requested(requested) => Err(error),
            _ => Ok(PreparedRead { sent: vec![requested.clone()], exact: None }),
        }
    }

    /// Returns whether the request searches by beacons, so that some of the items read do not match it.
    pub(crate) fn is_searched(&self, requested: &ReadRequest) -> bool {
        self.beacons.ready().is_ok_and(|beacons| beacons.is_some_and(|beacons| beacons.is_requested(requested)))
    }

    /// Returns the condition if the server or a beacon can evaluate it.
    pub(crate) fn searchable(&self, condition: ConditionTree) -> Result<ConditionTree> {
        match self.beacons.ready() {
            Ok(Some(beacons)) => {
                let names = condition.compared();
                let unreadable = names.into_iter().find(|name| {
                    beacons.beacons.searched(name).is_none()
                        && self.actions.action(name) == AttributeAction::EncryptAndSign
                });
                match unreadable.map(str::to_owned) {
                    None => Ok(condition),
                    Some(name) => Err(Error::new(
                        ErrorKind::Usage,
                        "the server sees this attribute only encrypted and there is no beacon for it: add one to the schema, or \
                         compare after reading",
                    )
                    .with_attribute(name)),
                }
            }
            _ => self.readable(condition),
        }
    }
}

impl ReadyBeacons {
    /// Returns whether a read names a beacon.
    fn is_requested(&self, requested: &ReadRequest) -> bool {
        let is_beacon = |name: &str| self.beacons.searched(name).is_some() || self.beacons.is_signed(name);
        let keys = requested.keys.iter().filter(|_| requested.partition.is_some());
        let filter = requested.filter.iter().flat_map(ConditionTree::names);
        keys.chain(filter).any(is_beacon)
    }

    async fn prepare(&self, requested: &ReadRequest) -> Result<PreparedRead> {
        let tenant = self.beacons.tenant().and_then(|name| tenant_of(requested, name));
        let keys = self.keys(tenant.as_deref()).await?;
        let requested = &self.question(requested)?;
        let all = self.beacons.partitions();
        let queries = self.queries(requested)?;
        let search_for = |partitions: &[u8]| {
            let search = Search { beacons: &self.beacons, keys: &keys, partitions };
            search_for(&search, requested)
        };
        // The hashes of a value in two partitions can be equal, and then one request finds the items of both.
        let mut found: Vec<(ReadRequest, Vec<u8>)> = Vec::with_capacity(usize::from(queries));
        for query in 0..queries {
            let partitions: Vec<u8> = (query..all).step_by(usize::from(queries)).collect();
            let request = search_for(&partitions)?;
            let is_same = |known: &ReadRequest| known.partition == request.partition && known.sort == request.sort;
            match found.iter_mut().find(|(known, _)| is_same(known)) {
                Some((_, known)) => known.extend(partitions),
                None => found.push((request, partitions)),
            }
        }
        let sent = found.iter().map(|(_, partitions)| search_for(partitions)).collect::<Result<_>>()?;
        let attributes = self.attributes_of(requested);
        Ok(PreparedRead { sent, exact: Some(Exact { requested: self.exact(requested)?, attributes, keys }) })
    }

    /// Returns the request with its values in the form from which beacons are computed.
    fn question(&self, requested: &ReadRequest) -> Result<ReadRequest> {
        let KeyNames { partition_key, sort_key } = &requested.keys;
        let partition =
            requested.partition.clone().map(|value| self.beacons.question(partition_key, value)).transpose()?;
        let sort = match (requested.sort.clone(), sort_key) {
            (Some(sort), Some(name)) => Some(sort.try_map(|value| self.beacons.question(name, value))?),
            (sort, _) => sort,
        };
        let filter = requested.filter.clone().map(|filter| self.question_of(filter)).transpose()?;
        Ok(ReadRequest { partition, sort, filter, ..requested.clone() })
    }

    fn question_of(&self, condition: ConditionTree) -> Result<ConditionTree> {
        let each = |conditions: Vec<ConditionTree>| -> Result<Vec<ConditionTree>> {
            conditions.into_iter().map(|condition| self.question_of(condition)).collect()
        };
        Ok(match condition {
            ConditionTree::Not(condition) => ConditionTree::Not(Box::new(self.question_of(*condition)?)),
            ConditionTree::Unverified(condition) => ConditionTree::Unverified(Box::new(self.question_of(*condition)?)),
            ConditionTree::All(conditions) => ConditionTree::All(each(conditions)?),
            ConditionTree::Any(conditions) => ConditionTree::Any(each(conditions)?),
            ConditionTree::Compares(Operand::Attribute(name), comparator, value) => {
                let value = self.beacons.question(&name, value)?;
                ConditionTree::Compares(Operand::Attribute(name), comparator, value)
            }
            ConditionTree::IsIn(name, values) => {
                let values = values.into_iter().map(|value| self.beacons.question(&name, value));
                ConditionTree::IsIn(name.clone(), values.collect::<Result<_>>()?)
            }
            ConditionTree::Between(Operand::Attribute(name), low, high) => {
                let (low, high) = (self.beacons.question(&name, low)?, self.beacons.question(&name, high)?);
                ConditionTree::Between(Operand::Attribute(name), low, high)
            }
            ConditionTree::BeginsWith(name, prefix) => {
                let prefix = self.beacons.question(&name, prefix)?;
                ConditionTree::BeginsWith(name, prefix)
            }
            ConditionTree::Contains(name, element) => {
                let element = self.beacons.question(&name, element)?;
                ConditionTree::Contains(name, element)
            }
            other => other,
        })
    }

    /// Returns the stored attributes of the beacons that a request names.
    fn attributes_of(&self, requested: &ReadRequest) -> Vec<String> {
        let keys = requested.keys.iter().filter(|_| requested.partition.is_some());
        let names = keys.chain(requested.filter.iter().flat_map(ConditionTree::names));
        let mut attributes: Vec<String> =
            names.filter_map(|name| self.beacons.searched(name)).map(|beacon| beacon.attribute().to_owned()).collect();
        attributes.sort_unstable();
        attributes.dedup();
        attributes
    }

    /// Returns the number of requests that find the items of all partitions: the number of combinations of the
    /// partitions of the beacons that the key condition compares.
    fn queries(&self, requested: &ReadRequest) -> Result<u8> {
        let mut queries: u64 = 1;
        for (name, value) in compared_keys(requested) {
            let Some(beacon) = self.beacons.searched(name) else { continue };
            for partitions in beacon.partitions(value)? {
                queries = least_common_multiple(queries, u64::from(partitions));
            }
        }
        Ok(u8::try_from(queries).unwrap_or(u8::MAX).min(self.beacons.partitions()))
    }

    /// Returns the request that a verified item is compared with.
    fn exact(&self, requested: &ReadRequest) -> Result<ReadRequest> {
        let mut conditions: Vec<ConditionTree> = requested.filter.clone().into_iter().collect();
        let sort = requested.sort.clone().zip(requested.keys.sort_key.clone());
        conditions.extend(sort.map(|(sort, name)| sort.on(name)));
        let filter = exact(&self.beacons, &ConditionTree::All(conditions))?;
        Ok(ReadRequest { filter: Some(filter), sort: None, ..requested.clone() })
    }
}

/// Returns the request that finds the items of the partitions of a search.
fn search_for(search: &Search<'_>, requested: &ReadRequest) -> Result<ReadRequest> {
    let mut sent = requested.clone();
    if let Some(value) = &requested.partition {
        let equals = SortCondition::Compares(Comparator::Equal, value.clone());
        if let SortCondition::Compares(_, value) = search.sort(&requested.keys.partition_key, equals)? {
            sent.partition = Some(value);
        }
    }
    if let Some((sort, name)) = requested.sort.clone().zip(requested.keys.sort_key.as_ref()) {
        sent.sort = Some(search.sort(name, sort)?);
    }
    sent.filter = match &requested.filter {
        Some(filter) => search.implied(filter)?,
        None => None,
    };
    Ok(sent)
}

/// Returns the values of the key condition, with the names of their attributes.
fn compared_keys(requested: &ReadRequest) -> Vec<(&str, &AttributeValue)> {
    let mut compared = Vec::new();
    compared.extend(requested.partition.as_ref().map(|value| (requested.keys.partition_key.as_str(), value)));
    if let Some((sort, name)) = requested.sort.as_ref().zip(requested.keys.sort_key.as_deref()) {
        match sort {
            SortCondition::Compares(_, value) | SortCondition::BeginsWith(value) => compared.push((name, value)),
            SortCondition::Between(low, high) => compared.extend([(name, low), (name, high)]),
        }
    }
    compared
}

/// Returns the tenant that the request names, if it holds for every item.
fn tenant_of(requested: &ReadRequest, name: &str) -> Option<String> {
    if let Some(tenant) = &requested.tenant {
        return Some(tenant.value.clone());
    }
    let of_key = requested.partition.as_ref().filter(|_| requested.keys.partition_key == name);
    let conditions = match &requested.filter {
        Some(ConditionTree::All(conditions)) => conditions.as_slice(),
        Some(condition) => std::slice::from_ref(condition),
        None => &[],
    };
    let of_filter = conditions.iter().find_map(|condition| match condition {
        ConditionTree::Compares(Operand::Attribute(attribute), Comparator::Equal, value) if attribute == name => {
            Some(value)
        }
        _ => None,
    });
    match of_key.or(of_filter) {
        Some(AttributeValue::S(tenant)) => Some(tenant.clone()),
        _ => None,
    }
}

fn least_common_multiple(one: u64, other: u64) -> u64 {
    let (mut a, mut b) = (one, other);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    one.checked_div(a).and_then(|part| part.checked_mul(other)).unwrap_or(u64::MAX)
}
