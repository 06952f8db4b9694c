//! Reading a table from one end to the other.

use crate::error::Result;
use crate::item::Item;
use crate::sdk_error::from_sdk;

use super::Table;

impl Table {
    /// One page of a segment, as it is stored: neither verified nor decrypted. `start` is the key that the page before ended
    /// with; that of the last page is `None`.
    pub(crate) async fn scan_segment(
        &self,
        segment: u32,
        segments: u32,
        start: Option<Item>,
    ) -> Result<(Vec<Item>, Option<Item>)> {
        let number = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
        let request = self
            .client
            .scan()
            .table_name(&self.name)
            .segment(number(segment))
            .total_segments(number(segments))
            .set_exclusive_start_key(start)
            .consistent_read(true);
        let page = request.send().await.map_err(|error| from_sdk("Scan", error))?;
        Ok((page.items.unwrap_or_default(), page.last_evaluated_key.filter(|key| !key.is_empty())))
    }
}
