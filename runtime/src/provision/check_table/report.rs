//! The differences between a table and the definition of its entity.

use std::borrow::Cow;
use std::fmt;

use crate::example::example;

/// The result of [`check_table`](crate::Repository::check_table). Its `Display` is for people, one difference a line.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a report has no effect unless it is read"]
pub struct TableReport {
    table: String,
    differences: Vec<Difference>,
}

/// One difference between a table and its definition.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// How serious the difference is.
    pub severity: Severity,
    /// The aspect of the table that differs.
    pub aspect: Aspect,
    /// The expected state.
    pub expected: String,
    /// The actual state.
    pub found: String,
    /// How to resolve the difference.
    pub advice: Cow<'static, str>,
}

/// How serious a difference is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// Worth knowing: no expectation was given, or it cannot be checked here.
    Notice,
    /// Requests succeed, but the table does not have the expected state.
    Warning,
    /// Requests fail, or do not find all items.
    Error,
}

/// An aspect of a table.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Aspect {
    /// Whether the table is active.
    Status,
    /// The primary key.
    KeySchema,
    /// The secondary index of this name.
    Index(String),
    /// The attribute that determines when items may be deleted.
    TimeToLive,
    /// The billing mode of its capacity.
    Billing,
    /// Whether the table can be restored to any second within its recovery period of up to 35 days.
    PointInTimeRecovery,
    /// Whether the table rejects its deletion.
    DeletionProtection,
    /// The key of encryption at rest by DynamoDB.
    ServerSideEncryption,
    /// The tag of this key.
    Tag(String),
}

impl TableReport {
    #[inline]
    pub(super) fn new(table: String, mut differences: Vec<Difference>) -> Self {
        differences.sort_by_key(|difference| std::cmp::Reverse(difference.severity));
        Self { table, differences }
    }

    /// Returns the name of the table.
    ///
    #[doc = example!(employees)]
    /// assert_eq!(employees.check_table().await?.table_name(), "employees");
    #[doc = example!(end)]
    #[inline]
    pub fn table_name(&self) -> &str {
        &self.table
    }

    /// Returns the differences, the most serious first.
    ///
    #[doc = example!(employees)]
    /// for difference in employees.check_table().await?.differences() {
    ///     println!("{difference}");
    /// }
    #[doc = example!(end)]
    #[inline]
    pub fn differences(&self) -> &[Difference] {
        &self.differences
    }

    /// Returns the highest severity of the differences; `None` if there are none.
    ///
    #[doc = example!(employees)]
    /// use dynaseal::repository::provision::Severity;
    ///
    /// let report = employees.check_table().await?;
    /// assert!(report.severity() < Some(Severity::Error));
    #[doc = example!(end)]
    #[inline]
    pub fn severity(&self) -> Option<Severity> {
        self.differences.first().map(|difference| difference.severity)
    }

    /// Returns whether there are no differences except notices.
    ///
    #[doc = example!(employees)]
    /// let report = employees.check_table().await?;
    /// assert!(report.is_ok(), "{report}");
    #[doc = example!(end)]
    #[inline]
    pub fn is_ok(&self) -> bool {
        self.severity() <= Some(Severity::Notice)
    }
}

impl fmt::Display for TableReport {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { table, differences } = self;
        match differences.len() {
            0 => return write!(f, "table {table:?} is as it should be"),
            1 => write!(f, "table {table:?}: one difference")?,
            count => write!(f, "table {table:?}: {count} differences")?,
        }
        differences.iter().try_for_each(|difference| write!(f, "\n{difference}"))
    }
}

impl fmt::Display for Difference {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { severity, aspect, expected, found, advice } = self;
        write!(f, "{severity}: {aspect}: expected {expected}, found {found}; {advice}")
    }
}

impl fmt::Display for Severity {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Notice => "notice",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

impl fmt::Display for Aspect {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status => f.write_str("status"),
            Self::KeySchema => f.write_str("primary key"),
            Self::Index(name) => write!(f, "index {name:?}"),
            Self::TimeToLive => f.write_str("time to live"),
            Self::Billing => f.write_str("billing"),
            Self::PointInTimeRecovery => f.write_str("point-in-time recovery"),
            Self::DeletionProtection => f.write_str("deletion protection"),
            Self::ServerSideEncryption => f.write_str("server-side encryption"),
            Self::Tag(key) => write!(f, "tag {key:?}"),
        }
    }
}

#[inline]
pub(super) fn difference(
    severity: Severity,
    aspect: Aspect,
    expected: &str,
    found: &str,
    advice: impl Into<Cow<'static, str>>,
) -> Difference {
    Difference { severity, aspect, expected: expected.to_owned(), found: found.to_owned(), advice: advice.into() }
}
