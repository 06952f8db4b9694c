//! Rewrites conditions on encrypted attributes into those that the server can evaluate.
//!
//! The rewritten condition is implied by the original one: every matching item is found, and some others, for which the
//! original condition is evaluated again after verification.

use crate::error::Result;
use crate::format::dbesdk::beacon::{BeaconKeySet, Beacons, Comparison, Searched};
use crate::item::AttributeValue;

use super::sort::SortCondition;
use super::tree::{Comparator, ConditionTree, MAX_IN_VALUES, Operand};

/// The inputs of a rewriting: beacons, their keys, and the partitions of the searched items.
pub(crate) struct Search<'a> {
    pub(crate) beacons: &'a Beacons,
    pub(crate) keys: &'a BeaconKeySet,
    pub(crate) partitions: &'a [u8],
}

impl Search<'_> {
    /// Returns the condition for the server that is implied by this one; `None` if the server cannot evaluate any part
    /// of it.
    ///
    /// # Errors
    /// `Usage` if a beacon does not support the condition.
    pub(crate) fn implied(&self, condition: &ConditionTree) -> Result<Option<ConditionTree>> {
        match condition {
            ConditionTree::All(conditions) => self.all(conditions, Self::implied),
            ConditionTree::Any(conditions) => self.any(conditions, Self::implied),
            ConditionTree::Not(condition) => self.implied_by_opposite(condition),
            ConditionTree::Unverified(_) => Ok(Some(condition.clone())),
            leaf => match self.searched(leaf) {
                Some((beacon, name)) => self.leaf(leaf, beacon, name),
                None => Ok(Some(leaf.clone())),
            },
        }
    }

    /// Returns the condition for the server that is implied by the negation. Equal hashes do not imply equal values.
    fn implied_by_opposite(&self, condition: &ConditionTree) -> Result<Option<ConditionTree>> {
        match condition {
            ConditionTree::All(conditions) => self.any(conditions, Self::implied_by_opposite),
            ConditionTree::Any(conditions) => self.all(conditions, Self::implied_by_opposite),
            ConditionTree::Not(condition) => self.implied(condition),
            leaf => match self.searched(leaf) {
                Some((beacon, name)) => self.leaf(leaf, beacon, name).map(|_| None),
                None => Ok(Some(ConditionTree::Not(Box::new(leaf.clone())))),
            },
        }
    }

    fn all(
        &self,
        conditions: &[ConditionTree],
        implied: fn(&Self, &ConditionTree) -> Result<Option<ConditionTree>>,
    ) -> Result<Option<ConditionTree>> {
        let mut all = Vec::with_capacity(conditions.len());
        for condition in conditions {
            all.extend(implied(self, condition)?);
        }
        Ok(joined(all, ConditionTree::All))
    }

    fn any(
        &self,
        conditions: &[ConditionTree],
        implied: fn(&Self, &ConditionTree) -> Result<Option<ConditionTree>>,
    ) -> Result<Option<ConditionTree>> {
        let mut any = Vec::with_capacity(conditions.len());
        let mut is_open = conditions.is_empty();
        for condition in conditions {
            match implied(self, condition)? {
                Some(condition) => any.push(condition),
                None => is_open = true,
            }
        }
        Ok(if is_open { None } else { joined(any, ConditionTree::Any) })
    }

    /// Returns the beacon that a condition on one attribute refers to.
    fn searched<'c>(&self, leaf: &'c ConditionTree) -> Option<(Searched<'_>, &'c str)> {
        let name = leaf.names().into_iter().next()?;
        self.beacons.searched(name).map(|beacon| (beacon, name))
    }

    fn leaf(&self, leaf: &ConditionTree, beacon: Searched<'_>, name: &str) -> Result<Option<ConditionTree>> {
        if let Some(condition) = self.extension(leaf, beacon)? {
            return Ok(Some(condition));
        }
        let attribute = || beacon.attribute().to_owned();
        Ok(match leaf {
            // The existence of an attribute is visible, and the name of a virtual attribute is only available after
            // reading.
            ConditionTree::Exists(_) | ConditionTree::Missing(_) => self.beacons.is_made_of(name).then(|| leaf.clone()),
            ConditionTree::Compares(Operand::Attribute(_), Comparator::Equal, value) => {
                is_in(&attribute(), self.hashes(beacon, Comparison::Equality, value)?)
            }
            ConditionTree::Compares(Operand::Attribute(_), Comparator::NotEqual, _) => {
                return Err(beacon.unanswered(
                    "other values can have the same beacon, which `<>` would drop; negate `=`, which is evaluated after reading",
                ));
            }
            ConditionTree::Compares(Operand::Attribute(_), comparator, value) => {
                let bounds = self.hashes(beacon, Comparison::Order, value)?.into_iter();
                let compares = |bound| ConditionTree::Compares(Operand::Attribute(attribute()), *comparator, bound);
                joined(bounds.map(compares).collect(), ConditionTree::Any)
            }
            ConditionTree::Between(Operand::Attribute(_), low, high) => {
                let ranges = beacon.hashed_range(low, high, self.keys, self.partitions)?.into_iter();
                let between = |(low, high)| ConditionTree::Between(Operand::Attribute(attribute()), low, high);
                joined(ranges.map(between).collect(), ConditionTree::Any)
            }
            ConditionTree::IsIn(_, values) => {
                let mut hashes = Vec::with_capacity(values.len());
                for value in values {
                    hashes.extend(self.hashes(beacon, Comparison::Equality, value)?);
                }
                is_in(&attribute(), hashes)
            }
            ConditionTree::BeginsWith(_, prefix) => {
                let prefixes = self.hashes(beacon, Comparison::Beginning, prefix)?.into_iter();
                let begins = |prefix| ConditionTree::BeginsWith(attribute(), prefix);
                joined(prefixes.map(begins).collect(), ConditionTree::Any)
            }
            ConditionTree::Contains(_, element) => {
                let members = self.hashes(beacon, Comparison::Membership, element)?.into_iter();
                let contains = |member| ConditionTree::Contains(attribute(), member);
                joined(members.map(contains).collect(), ConditionTree::Any)
            }
            _ => return Err(beacon.unanswered("the server sees no size of an encrypted value; compare after reading")),
        })
    }

    /// Does the same for the questions that only beacons of terms and of buckets answer; `None` for other questions.
    fn extension(&self, leaf: &ConditionTree, beacon: Searched<'_>) -> Result<Option<ConditionTree>> {
        let attribute = beacon.attribute();
        let terms = |requested, value| beacon.term_hashes(requested, value, self.keys, self.partitions);
        let found = match leaf {
            ConditionTree::BeginsWith(_, prefix) => terms(Comparison::Beginning, prefix)?,
            ConditionTree::Contains(_, piece) => terms(Comparison::Membership, piece)?,
            ConditionTree::Between(Operand::Attribute(_), low, high) => {
                let hashes = beacon.bucket_hashes(low, high, self.keys, self.partitions)?;
                return Ok(hashes.and_then(|hashes| is_in(attribute, hashes)));
            }
            _ => None,
        };
        let contains = |hash| ConditionTree::Contains(attribute.to_owned(), hash);
        let all = |hashes: Vec<AttributeValue>| joined(hashes.into_iter().map(contains).collect(), ConditionTree::All);
        Ok(found.and_then(|partitions| joined(partitions.into_iter().filter_map(all).collect(), ConditionTree::Any)))
    }

    fn hashes(
        &self,
        beacon: Searched<'_>,
        requested: Comparison,
        value: &AttributeValue,
    ) -> Result<Vec<AttributeValue>> {
        beacon.hashes(requested, value, self.keys, self.partitions)
    }

    /// Returns the condition on a sort key, rewritten if it is the beacon of this attribute, for items of one
    /// partition.
    pub(crate) fn sort(&self, attribute: &str, sort: SortCondition) -> Result<SortCondition> {
        let Some(beacon) = self.beacons.searched(attribute) else { return Ok(sort) };
        let one = |requested, value: &AttributeValue| {
            let hash = self.hashes(beacon, requested, value)?.into_iter().next();
            hash.ok_or_else(|| beacon.unanswered("there is no partition to search"))
        };
        Ok(match sort {
            SortCondition::Compares(Comparator::Equal, value) => {
                SortCondition::Compares(Comparator::Equal, one(Comparison::Equality, &value)?)
            }
            SortCondition::Compares(comparator, value) => {
                SortCondition::Compares(comparator, one(Comparison::Order, &value)?)
            }
            SortCondition::Between(low, high) => {
                let range = beacon.hashed_range(&low, &high, self.keys, self.partitions)?.into_iter().next();
                let (low, high) = range.ok_or_else(|| beacon.unanswered("there is no partition to search"))?;
                SortCondition::Between(low, high)
            }
            SortCondition::BeginsWith(prefix) => SortCondition::BeginsWith(one(Comparison::Beginning, &prefix)?),
        })
    }
}

/// Returns the condition as it is evaluated on a verified item. A prefix of a compound beacon that ends with an
/// encrypted part stands for that whole part, because a hash only matches whole values.
pub(crate) fn exact(beacons: &Beacons, condition: &ConditionTree) -> Result<ConditionTree> {
    let each =
        |conditions: &[ConditionTree]| conditions.iter().map(|it| exact(beacons, it)).collect::<Result<Vec<_>>>();
    Ok(match condition {
        ConditionTree::BeginsWith(name, prefix) => match beacons.searched(name) {
            Some(beacon) => match beacon.whole_beginning(prefix)? {
                Some((whole, longer)) => ConditionTree::Any(vec![
                    ConditionTree::equals(name, whole),
                    ConditionTree::BeginsWith(name.clone(), longer),
                ]),
                None => condition.clone(),
            },
            None => condition.clone(),
        },
        ConditionTree::Not(condition) => ConditionTree::Not(Box::new(exact(beacons, condition)?)),
        ConditionTree::All(conditions) => ConditionTree::All(each(conditions)?),
        ConditionTree::Any(conditions) => ConditionTree::Any(each(conditions)?),
        leaf => leaf.clone(),
    })
}

/// Returns a condition for one of the values, in as many lists as the limit of DynamoDB requires.
fn is_in(attribute: &str, mut values: Vec<AttributeValue>) -> Option<ConditionTree> {
    match (values.len(), values.pop()) {
        (1, Some(value)) => Some(ConditionTree::equals(attribute, value)),
        (_, Some(value)) => {
            values.push(value);
            let lists =
                values.chunks(MAX_IN_VALUES).map(|list| ConditionTree::IsIn(attribute.to_owned(), list.to_vec()));
            joined(lists.collect(), ConditionTree::Any)
        }
        (_, None) => None,
    }
}

fn joined(mut conditions: Vec<ConditionTree>, join: fn(Vec<ConditionTree>) -> ConditionTree) -> Option<ConditionTree> {
    match conditions.len() {
        0 => None,
        1 => conditions.pop(),
        _ => Some(join(conditions)),
    }
}
