//! The order of the items that a query returns, page after page.

use std::cmp::Ordering;

use crate::error::{Error, Result};
use crate::item::key::names as key;
use crate::item::{AttributeValue, Item};

use super::page::{ReadRequest, StoredPage};

/// Checks the pages of one read, and rejects pages that no honest server returns.
///
/// A query of the table itself returns items with different sort keys, in order. A query of an index can return several
/// items with one sort key, whose relative order is undefined. A scan has no order. In all cases every page ends after
/// the previous one, so that a read terminates. Omitted items cannot be detected.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    sorted: Option<Sorted>,
    /// The end of an earlier page. If the pages form a cycle, one of them ends there again.
    earlier: Option<Item>,
    /// The number of pages until another end is recorded, and the number so far.
    pages: (u64, u64),
}

/// The order of the items.
#[derive(Clone, Debug)]
struct Sorted {
    /// The sort attribute. Without a sort key there is at most one item, ordered by its partition key.
    attribute: String,
    wanted: Ordering,
    /// Whether no two items have the same key.
    strictly: bool,
    last: Option<AttributeValue>,
}

impl Order {
    /// Returns the order of a read that begins after `start`.
    pub(crate) fn new(requested: &ReadRequest, start: Option<&Item>) -> Self {
        let keys = &requested.keys;
        let attribute = match (&keys.sort_key, &requested.index) {
            (Some(sort_key), _) => Some(sort_key),
            (None, None) => Some(&keys.partition_key),
            (None, Some(_)) => None,
        };
        let sorted = attribute.filter(|_| requested.partition.is_some()).map(|attribute| Sorted {
            attribute: attribute.clone(),
            wanted: if requested.descending { Ordering::Less } else { Ordering::Greater },
            strictly: requested.index.is_none(),
            last: start.and_then(|start| start.get(attribute)).cloned(),
        });
        Self { sorted, earlier: start.cloned(), pages: (1, 1) }
    }

    /// Checks the next page.
    ///
    /// # Errors
    /// `Integrity` if it cannot follow the previous pages.
    pub(crate) fn follow(&mut self, requested: &ReadRequest, page: &StoredPage) -> Result<()> {
        if let Some(sorted) = &mut self.sorted {
            sorted.follow(page)?;
        }
        let Some(end) = &page.next else { return Ok(()) };
        let in_partition = |value| end.get(&requested.keys.partition_key).is_some_and(|found| key::same(found, value));
        if !requested.partition.as_ref().is_none_or(in_partition) {
            return Err(Error::integrity());
        }
        self.advance(end)
    }

    /// Brent's algorithm: a cycle of any length is detected within a few rounds.
    fn advance(&mut self, end: &Item) -> Result<()> {
        if self.earlier.as_ref().is_some_and(|earlier| same(earlier, end)) {
            return Err(Error::integrity());
        }
        let (left, of) = self.pages;
        self.pages = match left.saturating_sub(1) {
            0 => {
                self.earlier = Some(end.clone());
                (of.saturating_mul(2), of.saturating_mul(2))
            }
            left => (left, of),
        };
        Ok(())
    }
}

impl Sorted {
    fn follow(&mut self, page: &StoredPage) -> Result<()> {
        let start = self.last.as_ref();
        let mut last = start;
        for item in &page.items {
            let value = self.value(item)?;
            self.check(last, value, self.strictly)?;
            last = Some(value);
        }
        if let Some(end) = &page.next {
            let value = self.value(end)?;
            self.check(start, value, self.strictly)?;
            // Most pages end with their last item.
            self.check(last, value, false)?;
            last = Some(value);
        }
        self.last = last.cloned();
        Ok(())
    }

    fn value<'a>(&self, item: &'a Item) -> Result<&'a AttributeValue> {
        item.get(&self.attribute).ok_or_else(Error::integrity)
    }

    fn check(&self, before: Option<&AttributeValue>, after: &AttributeValue, strictly: bool) -> Result<()> {
        let Some(before) = before else { return Ok(()) };
        match key::compare(after, before) {
            Some(order) if order == self.wanted || !strictly && order.is_eq() => Ok(()),
            _ => Err(Error::integrity()),
        }
    }
}

/// Returns whether the keys are equal, with numbers in any spelling.
fn same(one: &Item, other: &Item) -> bool {
    let has_same = |(name, value): (&String, &AttributeValue)| other.get(name).is_some_and(|it| key::same(value, it));
    one.len() == other.len() && one.iter().all(has_same)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::item::key::names::KeyNames;

    fn position(time: i64) -> Item {
        let number = |value: i64| AttributeValue::N(value.to_string());
        Item::from([("sensor".to_owned(), AttributeValue::S("s-1".to_owned())), ("time".to_owned(), number(time))])
    }

    fn query() -> ReadRequest {
        let keys = KeyNames { partition_key: "sensor".to_owned(), sort_key: Some("time".to_owned()) };
        let partition = Some(AttributeValue::S("s-1".to_owned()));
        ReadRequest { partition, ..ReadRequest::everything(None, keys) }
    }

    fn scan() -> ReadRequest {
        ReadRequest { partition: None, ..query() }
    }

    fn page(times: &[i64], next: Option<i64>) -> StoredPage {
        StoredPage { items: times.iter().copied().map(position).collect(), next: next.map(position) }
    }

    /// Returns whether all of the pages are accepted.
    fn accepts(requested: &ReadRequest, start: Option<i64>, pages: &[StoredPage]) -> bool {
        let start = start.map(position);
        let mut order = Order::new(requested, start.as_ref());
        pages.iter().all(|page| order.follow(requested, page).is_ok())
    }

    #[test]
    fn a_query_of_a_table_is_strictly_sorted_across_pages() {
        let down = ReadRequest { descending: true, ..query() };
        assert!(accepts(&query(), None, &[page(&[1, 2], Some(2)), page(&[], Some(5)), page(&[7], None)]));
        assert!(accepts(&down, Some(9), &[page(&[7, 5], Some(4)), page(&[3], None)]));
        for (requested, start, pages) in [
            (query(), None, vec![page(&[2, 1], None)]),
            (query(), None, vec![page(&[1, 1], None)]),
            (query(), None, vec![page(&[1, 2], Some(2)), page(&[2], None)]),
            (query(), None, vec![page(&[1, 2], Some(1))]),
            (query(), None, vec![page(&[], Some(5)), page(&[4], None)]),
            (query(), Some(3), vec![page(&[3], None)]),
            (query(), Some(3), vec![page(&[], Some(3))]),
            (down, Some(3), vec![page(&[4], None)]),
        ] {
            assert!(!accepts(&requested, start, &pages), "after {start:?}");
        }
    }

    #[test]
    fn a_query_of_an_index_may_repeat_a_sort_key_and_never_goes_back() {
        let index = ReadRequest { index: Some("by-unit".to_owned()), ..query() };
        assert!(accepts(&index, Some(1), &[page(&[1, 1, 2], Some(2)), page(&[2, 3], None)]));
        assert!(!accepts(&index, None, &[page(&[1, 2, 1], None)]));
        assert!(!accepts(&index, Some(1), &[page(&[1], Some(1))]), "the end has to be another one");
    }

    #[test]
    fn a_table_without_sort_keys_has_one_item_under_a_key() {
        let keys = KeyNames { partition_key: "sensor".to_owned(), sort_key: None };
        let requested = ReadRequest { keys, ..query() };
        assert!(accepts(&requested, None, &[page(&[1], Some(1)), page(&[], None)]));
        assert!(!accepts(&requested, None, &[page(&[1, 2], None)]));
        assert!(!accepts(&requested, Some(1), &[page(&[1], None)]));
    }

    #[test]
    fn an_end_in_another_partition_is_rejected() {
        let mut end = position(5);
        end.insert("sensor".to_owned(), AttributeValue::S("s-2".to_owned()));
        assert!(!accepts(&query(), None, &[StoredPage { items: Vec::new(), next: Some(end) }]));
    }

    #[test]
    fn cycles_of_any_length_are_detected() {
        for length in [1, 2, 3, 10, 100] {
            for tail in [0, 1, 7] {
                let mut order = Order::new(&scan(), None);
                let ends = (0..tail).chain((0..length).cycle().map(|time| 1000 + time));
                let rounds = ends.take_while(|end| order.follow(&scan(), &page(&[], Some(*end))).is_ok()).count();
                assert!(rounds < 1000, "a circle of {length} after {tail}");
            }
        }
        let mut order = Order::new(&scan(), None);
        assert!((0..1000).all(|end| order.follow(&scan(), &page(&[], Some(end))).is_ok()));
    }
}
