//! The walk of a read through its items: one request after another, or several whose items are merged.

use std::cmp::Ordering;
use std::collections::VecDeque;

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};

use crate::error::{Error, Result};
use crate::item::key::names as key;
use crate::item::{AttributeValue, Item};
use crate::request::cursor::{Position, Start};
use crate::table::Order;

use super::reader::{Decode, Located, PageReader};

/// The maximum number of concurrent requests of one read.
const REQUESTS_AT_ONCE: usize = 16;

/// How far a read is. A query over partitions of beacons sends a request for each, and returns their items in the order of the sort
/// key. At most one page of each request is in memory.
pub(super) struct Walk {
    lanes: Vec<Lane>,
    sort_key: Option<String>,
    /// Which of two sort keys comes first.
    first: Ordering,
}

/// How far one request is.
struct Lane {
    order: Order,
    /// Items that were read and not returned yet.
    read: VecDeque<Item>,
    /// Where the next page begins.
    next: Start,
    /// Where the request continues if the read ends here.
    resume: Start,
}

impl Walk {
    /// Begins to read, or continues at a position.
    ///
    /// # Errors
    /// `InvalidCursor` for a position in other requests.
    pub(super) async fn begin<D: Decode>(reader: &PageReader<D>, position: Option<Position>) -> Result<Self> {
        let sent = reader.sent().await?;
        let starts = match position {
            None => vec![Start::Beginning; sent.len()],
            Some(Position(starts)) if starts.len() == sent.len() => starts,
            Some(_) => return Err(Error::invalid_cursor()),
        };
        let lanes = sent.iter().zip(starts).map(|(sent, start)| Lane {
            order: Order::new(sent, start.key()),
            read: VecDeque::new(),
            next: start.clone(),
            resume: start,
        });
        let is_descending = sent.first().is_some_and(|sent| sent.descending);
        Ok(Self {
            lanes: lanes.collect(),
            sort_key: sent.first().filter(|sent| sent.partition.is_some()).and_then(|sent| sent.keys.sort_key.clone()),
            first: if is_descending { Ordering::Greater } else { Ordering::Less },
        })
    }

    /// Returns the next items, at most `wanted` of them. Sends at most one request for each part, so that there may be none although
    /// the walk is not over.
    pub(super) async fn next<D: Decode>(
        &mut self,
        reader: &PageReader<D>,
        wanted: Option<usize>,
    ) -> Result<Vec<Located>> {
        let waiting = self.lanes.iter_mut().enumerate().filter(|(_, lane)| lane.is_waiting());
        let pages: Vec<_> = waiting.map(|(part, lane)| lane.fill(reader, part, wanted)).collect();
        stream::iter(pages).buffer_unordered(REQUESTS_AT_ONCE).try_collect::<Vec<()>>().await?;
        let mut items = Vec::new();
        while wanted.is_none_or(|wanted| items.len() < wanted) {
            let Some(part) = self.foremost()? else { break };
            let item = self.lanes.get_mut(part).and_then(|lane| lane.read.pop_front());
            items.extend(item.map(|item| Located { part, item }));
        }
        for (part, lane) in self.lanes.iter_mut().enumerate() {
            if lane.read.is_empty() {
                lane.resume = lane.next.clone();
            } else if let Some(last) = items.iter().rev().find(|located| located.part == part) {
                lane.resume = Start::After(reader.key(&last.item));
            }
        }
        Ok(items)
    }

    /// Returns where the read continues after the items that were returned; `None` at the end.
    pub(super) fn position(&self) -> Option<Position> {
        let starts: Vec<Start> = self.lanes.iter().map(|lane| lane.resume.clone()).collect();
        if starts.iter().all(|start| *start == Start::End) { None } else { Some(Position(starts)) }
    }

    /// Returns whether all items were returned.
    pub(super) fn is_over(&self) -> bool {
        self.lanes.iter().all(|lane| lane.resume == Start::End)
    }

    /// Returns the part whose next item comes first. `None` if no item is left, or if a page has to be read to know.
    fn foremost(&self) -> Result<Option<usize>> {
        let mut left = self.lanes.iter().enumerate().filter_map(|(part, lane)| Some((part, lane.read.front()?)));
        let (Some(sort_key), 2..) = (&self.sort_key, self.lanes.len()) else {
            return Ok(left.next().map(|(part, _)| part));
        };
        if self.lanes.iter().any(Lane::is_waiting) {
            return Ok(None);
        }
        let mut foremost: Option<(usize, &AttributeValue)> = None;
        for (part, item) in left {
            let value = item.get(sort_key).ok_or_else(Error::integrity)?;
            let is_before = |(_, other)| key::compare(value, other) == Some(self.first);
            if foremost.is_none_or(is_before) {
                foremost = Some((part, value));
            }
        }
        Ok(foremost.map(|(part, _)| part))
    }
}

impl Lane {
    /// Returns whether the next item of the request is not known before another page is read.
    fn is_waiting(&self) -> bool {
        self.read.is_empty() && self.next != Start::End
    }

    async fn fill<D: Decode>(&mut self, reader: &PageReader<D>, part: usize, wanted: Option<usize>) -> Result<()> {
        let page = reader.page(part, self.next.key().cloned(), wanted, &mut self.order).await?;
        self.read = page.items.into();
        self.next = Start::after_page(page.next);
        Ok(())
    }
}
