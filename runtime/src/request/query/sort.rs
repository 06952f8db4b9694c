//! Conditions of a query on the sort key, of which DynamoDB accepts one.

use crate::condition::sort::{Bound, SortCondition, range};
use crate::error::{Error, ErrorKind, Result};
use crate::example::example;
use crate::item::key::template::Point;
use crate::schema::index::{CompoundOf, CompoundPrefix, CompoundValue, IntoKeyValue, KeyBeginning, RangeBound, Stored};

use super::selection::{Query, Selection};

/// Selects a condition on the sort key, of the type of the sort key.
///
/// The query fails with `Usage` for a second condition, without a sort key, and for bounds that contain no value; and
/// with `Codec` for an invalid key value.
impl<T, S, J> Selection<T, Query<S>, J> {
    /// Only items with this sort key: at most one in a table, possibly several in an index. For a template of several
    /// values, the first values are sufficient: see [`Parts`](crate::index::Parts).
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

    /// Only items whose sort key is less than or equal to this.
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

    /// Only items whose sort key is greater than or equal to this.
    ///
    #[doc = example!(readings)]
    /// let found = readings.query("s-1").sort_ge(6).collect().await?;
    /// assert_eq!(times(&found), [6, 7, 8]);
    #[doc = example!(end)]
    pub fn sort_ge(self, value: impl IntoKeyValue<S> + RangeBound<S>) -> Self {
        let value = value.into_key_value().into_inner();
        self.range(|key| Ok((Bound::Included(key.bound(&value)?), Bound::Open)))
    }

    /// Only items whose sort key is between these two, inclusive.
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

    /// Only items whose sort key begins with this. The key has to be text or bytes, or a template that ends with text,
    /// as in `VISIT#{day}`: see [`Trailing`](crate::index::Trailing).
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
        self.requested = self.requested.and_then(|mut requested| {
            let (key, name) = self.kind.sort_key.zip(requested.keys.sort_key.as_ref()).ok_or_else(no_sort_key)?;
            if requested.sort.is_some() {
                return Err(requested_twice().with_attribute(name));
            }
            requested.sort = Some(condition(&key).map_err(|error| error.with_attribute(name))?);
            Ok(requested)
        });
        self
    }
}

impl<T, V: CompoundValue, J> Selection<T, Query<CompoundOf<V>>, J> {
    /// Only items whose sort key, a compound beacon, is between these two beginnings, inclusive, compared as text. They have their
    /// leading parts in common and differ in one readable part: a hash has no order. An item whose beacon goes on after all of the
    /// upper bound is above it.
    ///
    /// ```no_run
    /// # use dynaseal::{EncryptedItem, Repository};
    /// #[derive(EncryptedItem)]
    /// #[item(
    ///     index(name = "by-team", partition = team, sort = day_email),
    ///     compound(name = day_email, split = '^', signed(day = "D-"), encrypted(email = "E-"))
    /// )]
    /// struct Visit {
    ///     #[partition_key]
    ///     id: String,
    ///     #[sign_only]
    ///     team: String,
    ///     #[sign_only]
    ///     day: String,
    ///     #[item(beacon(bits = 16))]
    ///     email: String,
    /// }
    ///
    /// # async fn may(visits: Repository<Visit>) -> dynaseal::Result<()> {
    /// let from = |day: &str| Visit::day_email().day(day).prefix();
    /// let by_team = visits.query_index(Visit::indexes().by_team, "core");
    /// let may = by_team.sort_between_parts(from("2026-05-01"), from("2026-06-01")).collect().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn sort_between_parts(self, low: CompoundPrefix<V>, high: CompoundPrefix<V>) -> Self {
        self.range(|_| {
            let (low, high) = (low.encode()?, high.encode()?);
            Ok((Bound::Included(Point::Key(low)), Bound::Included(Point::Key(high))))
        })
    }
}

fn no_sort_key() -> Error {
    Error::new(ErrorKind::Usage, "the queried table or index has no sort key")
}

fn requested_twice() -> Error {
    Error::new(ErrorKind::Usage, "DynamoDB takes one condition on the sort key; for two bounds there is `sort_between`")
}
