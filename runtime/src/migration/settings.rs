//! What all walks through a table can be told.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use crate::error::{Error, ErrorKind, Result};
use crate::item::Item;
use crate::table::tokio_runtime;

use super::progress::Progress;

/// More would only make the checkpoint long.
const MAX_SEGMENTS: u32 = 10_000;

const DEFAULT_SEGMENTS: u32 = 4;
const DEFAULT_CONCURRENCY: usize = 16;

/// Is told of items that are left as they were.
pub(super) type OnLeft = Arc<dyn Fn(&Item, &Error) + Send + Sync>;

#[derive(Clone)]
pub(super) struct Settings {
    pub(super) segments: u32,
    pub(super) only: Option<Range<u32>>,
    pub(super) concurrency: usize,
    pub(super) requests_per_second: Option<u32>,
    pub(super) progress: Option<Arc<dyn Progress>>,
    pub(super) on_left: Option<OnLeft>,
}

impl Settings {
    /// The numbers of the segments to walk through.
    pub(super) fn numbers(&self) -> Range<u32> {
        self.only.clone().unwrap_or(0..self.segments)
    }

    /// Before anything is done, so that a checkpoint is not begun by what could not go on.
    pub(super) fn check(&self) -> Result<()> {
        tokio_runtime()?;
        let numbers = self.numbers();
        if !(1..=MAX_SEGMENTS).contains(&self.segments) {
            return Err(Error::new(ErrorKind::Usage, format!("a table is split into 1 to {MAX_SEGMENTS} segments")));
        }
        if numbers.is_empty() || numbers.end > self.segments {
            return Err(Error::new(
                ErrorKind::Usage,
                format!("there are no segments {numbers:?} among {}; they are counted from 0", self.segments),
            ));
        }
        if self.concurrency == 0 || self.requests_per_second == Some(0) {
            return Err(Error::new(ErrorKind::Usage, "without any requests nothing can be done; raise the bound"));
        }
        Ok(())
    }

    pub(super) fn left(&self, key: &Item, error: &Error) {
        if let Some(on_left) = &self.on_left {
            on_left(key, error);
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            segments: DEFAULT_SEGMENTS,
            only: None,
            concurrency: DEFAULT_CONCURRENCY,
            requests_per_second: None,
            progress: None,
            on_left: None,
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("segments", &self.segments)
            .field("only", &self.only)
            .field("concurrency", &self.concurrency)
            .field("requests_per_second", &self.requests_per_second)
            .finish_non_exhaustive()
    }
}

/// The setters of a request that has `settings`.
macro_rules! setters {
    () => {
        /// Into how many segments the table is split, which are worked on in parallel; 4 by default. Other numbers than 1 to
        /// 10,000 are refused with `Usage`.
        pub fn segments(mut self, count: u32) -> Self {
            self.settings.segments = count;
            self
        }

        /// Only these segments, counted from 0: other processes or machines do the others, each with a checkpoint of its
        /// own. None at all, or one that there is not, is refused with `Usage`.
        pub fn only_segments(mut self, numbers: std::ops::Range<u32>) -> Self {
            self.settings.only = Some(numbers);
            self
        }

        /// How many items are worked on at the same time, in all segments together; 16 by default. 0 is refused with
        /// `Usage`.
        pub fn concurrency(mut self, items: usize) -> Self {
            self.settings.concurrency = items;
            self
        }

        /// How many requests are sent to DynamoDB in a second, at most; unbounded by default, which is `None`. 0 is refused
        /// with `Usage`.
        pub fn requests_per_second(mut self, requests: impl Into<Option<u32>>) -> Self {
            self.settings.requests_per_second = requests.into();
            self
        }

        /// Who is told how far it is. How many items there are is known only with the permission `dynamodb:DescribeTable`.
        pub fn progress(mut self, progress: impl $crate::migration::Progress + 'static) -> Self {
            self.settings.progress = Some(std::sync::Arc::new(progress));
            self
        }

        /// Is given the key of every item that is left as it was, and why. A check leaves those that no version reads.
        ///
        /// The key's values are those of the table: mind where you write them.
        pub fn on_left(mut self, on_left: impl Fn(&$crate::Item, &$crate::Error) + Send + Sync + 'static) -> Self {
            self.settings.on_left = Some(std::sync::Arc::new(on_left));
            self
        }
    };
}

pub(super) use setters;
