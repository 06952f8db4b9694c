//! Settings of all walks through a table.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use crate::error::{Error, ErrorKind, Result};
use crate::item::Item;
use crate::table::tokio_runtime;

use super::progress::Progress;

/// More segments would only lengthen the checkpoint.
const MAX_SEGMENTS: u32 = 10_000;

const DEFAULT_SEGMENTS: u32 = 4;
const DEFAULT_CONCURRENCY: usize = 16;

/// Called for items that are left unchanged.
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
    #[inline]
    pub(super) fn numbers(&self) -> Range<u32> {
        self.only.clone().unwrap_or(0..self.segments)
    }

    /// Checked first, so that an invalid request does not create a checkpoint.
    #[inline]
    pub(super) fn check(&self) -> Result<()> {
        tokio_runtime()?;
        let numbers = self.numbers();
        if !(1..=MAX_SEGMENTS).contains(&self.segments) {
            return Err(Error::new(ErrorKind::Usage, format!("a table is split into 1 to {MAX_SEGMENTS} segments")));
        }
        if numbers.is_empty() || numbers.end > self.segments {
            return Err(Error::new(
                ErrorKind::Usage,
                format!("segments {numbers:?} do not exist among {}; they are counted from 0", self.segments),
            ));
        }
        if self.concurrency == 0 || self.requests_per_second == Some(0) {
            return Err(Error::new(ErrorKind::Usage, "without any requests nothing can be done; raise the bound"));
        }
        Ok(())
    }

    #[inline]
    pub(super) fn left(&self, key: &Item, error: &Error) {
        if let Some(on_left) = &self.on_left {
            on_left(key, error);
        }
    }
}

impl Default for Settings {
    #[inline]
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
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("segments", &self.segments)
            .field("only", &self.only)
            .field("concurrency", &self.concurrency)
            .field("requests_per_second", &self.requests_per_second)
            .finish_non_exhaustive()
    }
}

/// Defines the setters of a request that has `settings`.
macro_rules! setters {
    () => {
        /// Sets the number of segments into which the table is split, which are processed in parallel; 4 by default.
        /// Numbers other than 1 to 10,000 fail with `Usage`.
        #[inline]
        pub fn segments(mut self, count: u32) -> Self {
            self.settings.segments = count;
            self
        }

        /// Processes only these segments, counted from 0: other processes or machines process the others, each with its
        /// own checkpoint. An empty list and nonexistent segments fail with `Usage`.
        #[inline]
        pub fn only_segments(mut self, numbers: std::ops::Range<u32>) -> Self {
            self.settings.only = Some(numbers);
            self
        }

        /// Sets how many items are processed concurrently, in all segments together; 16 by default. 0 fails with
        /// `Usage`.
        #[inline]
        pub fn concurrency(mut self, items: usize) -> Self {
            self.settings.concurrency = items;
            self
        }

        /// Sets the maximum number of requests per second to DynamoDB; `None`, the default, means no limit. 0 fails
        /// with `Usage`.
        #[inline]
        pub fn requests_per_second(mut self, requests: impl Into<Option<u32>>) -> Self {
            self.settings.requests_per_second = requests.into();
            self
        }

        /// Sets the receiver of progress reports. The total number of items requires the permission
        /// `dynamodb:DescribeTable`.
        #[inline]
        pub fn progress(mut self, progress: impl $crate::migration::Progress + 'static) -> Self {
            self.settings.progress = Some(std::sync::Arc::new(progress));
            self
        }

        /// Calls this with the key of every item that is left unchanged, and the reason. A check passes the items that
        /// no version can read, and those that the current version cannot write.
        ///
        /// The key contains values of the table: take care where they are written.
        #[inline]
        pub fn on_left(mut self, on_left: impl Fn(&$crate::Item, &$crate::Error) + Send + Sync + 'static) -> Self {
            self.settings.on_left = Some(std::sync::Arc::new(on_left));
            self
        }
    };
}

pub(super) use setters;
