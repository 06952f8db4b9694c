//! The branch keys of items.

/// A branch key with which an item was written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct BranchKeyVersion {
    pub(crate) id: String,
    pub(crate) version: String,
    /// Whether new items are written with this version; `None` if that cannot be found out.
    pub(crate) is_active: Option<bool>,
}
