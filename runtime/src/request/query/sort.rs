//! What a query asks of the sort key. DynamoDB takes one such condition.

use crate::condition::sort::{Bound, SortCondition, range};
use crate::error::{Error, ErrorKind, Result};
use crate::example::example;
use crate::schema::index::{IntoKeyValue, KeyBeginning, RangeBound, Stored};

use super::selection::{Query, Selection};

/// What is asked of the sort key: one condition, of the type of the sort key.
///
/// The query fails with `Usage` for a second condition, where there is no sort key, and for bounds between which nothing
/// can be; and with `Codec` for a value that no key can have.
impl<T, S, J> Selection<T, Query<S>, J> {
    /// Only items with this sort key. Of a table there is at most one, of an index there can be several. Of a key that a
    /// template makes of several values, the first ones are enough: see [`Parts`](crate::index::Parts).
    ///
    #[doc = example!(readings)]
    /// let found = readings.query("s-1").sort_eq(4).collect().await?;
    /// assert_eq!(times(&found), [4]);
    #[doc = example!(end)]
    pub fn sort_eq(self, value: impl IntoKeyValue<S>) -> Self {
        let value = value.into_key_value().into_inner();
        self.sort(|key| Ok(SortCondition::equals(key.point(&value)?)))
    }

    /// Only items whose sort key is less than this.
    ///
    #[doc = example!(readings)]
    /// let found = readings.query("s-1").sort_lt(2).collect().await?;
    /// assert_eq!(times(&found), [0, 1]);
    #[doc = example!(end)]
    pub fn sort_lt(self, value: impl IntoKeyValue<S> + RangeBound<S>) -> Self {
        let value = value.into_key_value().into_inner();
        self.range(|key| Ok((Bound::Open, Bound::Excluded(key.bound(&value)?))))
    }

    /// Only items whose sort key is this, or less.
    ///
    #[doc = example!(readings)]
    /// let found = readings.query("s-1").sort_le(2).collect().await?;
    /// assert_eq!(times(&found), [0, 1, 2]);
    #[doc = example!(end)]
    pub fn sort_le(self, value: impl IntoKeyValue<S> + RangeBound<S>) -> Self {
        let value = value.into_key_value().into_inner();
        self.range(|key| Ok((Bound::Open, Bound::Included(key.bound(&value)?))))
    }

    /// Only items whose sort key is greater than this.
    ///
    #[doc = example!(readings)]
    /// let found = readings.query("s-1").sort_gt(6).collect().await?;
    /// assert_eq!(times(&found), [7, 8]);
    #[doc = example!(end)]
    pub fn sort_gt(self, value: impl IntoKeyValue<S> + RangeBound<S>) -> Self {
        let value = value.into_key_value().into_inner();
        self.range(|key| Ok((Bound::Excluded(key.bound(&value)?), Bound::Open)))
    }

    /// Only items whose sort key is this, or greater.
    ///
    #[doc = example!(readings)]
    /// let found = readings.query("s-1").sort_ge(6).collect().await?;
    /// assert_eq!(times(&found), [6, 7, 8]);
    #[doc = example!(end)]
    pub fn sort_ge(self, value: impl IntoKeyValue<S> + RangeBound<S>) -> Self {
        let value = value.into_key_value().into_inner();
        self.range(|key| Ok((Bound::Included(key.bound(&value)?), Bound::Open)))
    }

    /// Only items whose sort key is one of these two, or between them.
    ///
    #[doc = example!(readings)]
    /// let found = readings.query("s-1").sort_between(2, 4).collect().await?;
    /// assert_eq!(times(&found), [2, 3, 4]);
    #[doc = example!(end)]
    pub fn sort_between(
        self,
        low: impl IntoKeyValue<S> + RangeBound<S>,
        high: impl IntoKeyValue<S> + RangeBound<S>,
    ) -> Self {
        let (low, high) = (low.into_key_value().into_inner(), high.into_key_value().into_inner());
        self.range(|key| Ok((Bound::Included(key.bound(&low)?), Bound::Included(key.bound(&high)?))))
    }

    /// Only items whose sort key begins with this. It has to be text or bytes; in a key that a template makes, the text at its
    /// end, as in `VISIT#{day}`: see [`Trailing`](crate::index::Trailing).
    ///
    /// ```no_run
    /// # use dynaseal::{EncryptedItem, Repository};
    /// #[derive(EncryptedItem)]
    /// struct Visit {
    ///     #[partition_key]
    ///     patient: String,
    ///     #[sort_key]
    ///     day: String,
    ///     notes: String,
    /// }
    ///
    /// # async fn may(visits: Repository<Visit>) -> dynaseal::Result<()> {
    /// let may = visits.query("p-1").sort_begins_with("2026-05-").collect().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn sort_begins_with(self, prefix: impl KeyBeginning<S>) -> Self {
        self.sort(|key| Ok(SortCondition::BeginsWith(prefix.beginning(key)?)))
    }

    fn range(self, bounds: impl FnOnce(&Stored<S>) -> Result<(Bound, Bound)>) -> Self {
        self.sort(|key| {
            let (low, high) = bounds(key)?;
            range(key.template().map_or("", |template| template.lead()), low, high)
        })
    }

    fn sort(mut self, condition: impl FnOnce(&Stored<S>) -> Result<SortCondition>) -> Self {
        self.asked = self.asked.and_then(|mut asked| {
            let (key, name) = self.kind.sort_key.zip(asked.keys.sort_key.as_ref()).ok_or_else(no_sort_key)?;
            if asked.sort.is_some() {
                return Err(asked_twice().with_attribute(name));
            }
            asked.sort = Some(condition(&key).map_err(|error| error.with_attribute(name))?);
            Ok(asked)
        });
        self
    }
}

fn no_sort_key() -> Error {
    Error::new(ErrorKind::Usage, "what is queried has no sort key")
}

fn asked_twice() -> Error {
    Error::new(ErrorKind::Usage, "DynamoDB takes one condition on the sort key; for two bounds there is `sort_between`")
}
