//! How a table differs from what a type calls for.

use std::borrow::Cow;
use std::fmt;

use crate::example::example;

/// What [`check_table`](crate::Repository::check_table) found. Its text is for people, line by line.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a report that nobody reads changes nothing"]
pub struct TableReport {
    table: String,
    differences: Vec<Difference>,
}

/// One way in which a table differs from what is called for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// How bad it is.
    pub severity: Severity,
    /// What of the table differs.
    pub aspect: Aspect,
    /// What is called for.
    pub expected: String,
    /// What there is.
    pub found: String,
    /// What to do.
    pub advice: Cow<'static, str>,
}

/// How bad a difference is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// Worth knowing. Nothing was asked for, or it cannot be told here.
    Notice,
    /// Requests succeed, but the table is not as it should be.
    Warning,
    /// Requests fail, or do not find what they should.
    Error,
}

/// What of a table differs.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Aspect {
    /// Whether it can be used at all.
    Status,
    /// The primary key.
    KeySchema,
    /// The secondary index of this name.
    Index(String),
    /// The attribute that says when items may be deleted.
    TimeToLive,
    /// How its capacity is paid for.
    Billing,
    /// Whether every second of the last days, up to 35, can be restored.
    PointInTimeRecovery,
    /// Whether it refuses to be deleted.
    DeletionProtection,
    /// The key of the encryption on DynamoDB's disks.
    ServerSideEncryption,
    /// The tag of this key.
    Tag(String),
}

impl TableReport {
    pub(super) fn new(table: String, mut differences: Vec<Difference>) -> Self {
        differences.sort_by_key(|difference| std::cmp::Reverse(difference.severity));
        Self { table, differences }
    }

    /// The name of the table.
    ///
    #[doc = example!(employees)]
    /// assert_eq!(employees.check_table().await?.table_name(), "employees");
    #[doc = example!(end)]
    pub fn table_name(&self) -> &str {
        &self.table
    }

    /// What differs, the worst first.
    ///
    #[doc = example!(employees)]
    /// for difference in employees.check_table().await?.differences() {
    ///     println!("{difference}");
    /// }
    #[doc = example!(end)]
    pub fn differences(&self) -> &[Difference] {
        &self.differences
    }

    /// The worst of the differences; `None` if there is none.
    ///
    #[doc = example!(employees)]
    /// use dynaseal::repository::provision::Severity;
    ///
    /// let report = employees.check_table().await?;
    /// assert!(report.severity() < Some(Severity::Error));
    #[doc = example!(end)]
    pub fn severity(&self) -> Option<Severity> {
        self.differences.first().map(|difference| difference.severity)
    }

    /// True if there is nothing but notices.
    ///
    #[doc = example!(employees)]
    /// let report = employees.check_table().await?;
    /// assert!(report.is_ok(), "{report}");
    #[doc = example!(end)]
    pub fn is_ok(&self) -> bool {
        self.severity() <= Some(Severity::Notice)
    }
}

impl fmt::Display for TableReport {
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
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { severity, aspect, expected, found, advice } = self;
        write!(f, "{severity}: {aspect}: expected {expected}, found {found}; {advice}")
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Notice => "notice",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

impl fmt::Display for Aspect {
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
