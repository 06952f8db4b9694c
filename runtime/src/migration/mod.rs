//! Moves the items of a table while services keep running: to another format, other keys, actions or another table name,
//! or from plaintext.
//!
//! | task | use |
//! |---|---|
//! | know what to deploy, and in which order | [`plan`](plan()) |
//! | move items to new keys, actions or a new logical table name | [`Repository::reencrypt`](crate::Repository::reencrypt) |
//! | write the beacons of items that were stored without them | [`Repository::rebuild_beacons`](crate::Repository::rebuild_beacons) |
//! | check whether all items are found by their beacons | [`Repository::check_beacons`](crate::Repository::check_beacons) |
//! | check which versions of a struct can read which items | [`Repository::check_items`](crate::Repository::check_items) |
//! | encrypt a table that was never encrypted | [`danger::import_plaintext`](crate::danger::import_plaintext) |
//! | read such a table during the import | [`danger::DualRead`](crate::danger::DualRead) |
//!
//! All of them read the table with parallel scans, at a configurable rate, and need a Tokio runtime. Those that write
//! keep a checkpoint: they can be killed at any time and run again. Each write is conditional on the item that was
//! read, so concurrent writes of a service are never overwritten. An [`EncryptedTable`](crate::EncryptedTable) moves in
//! the same way.

mod beacons;
mod check;
mod checkpoint;
mod dual_read;
mod import;
mod journal;
mod obstacles;
mod pace;
mod plan;
mod progress;
mod reencrypt;
mod report;
mod run;
mod scope;
mod settings;
mod walk;

pub use beacons::{BeaconCheck, CheckBeacons, RebuildBeacons};
pub use check::{BranchKeyCheck, CheckItems, ItemCheck, LockedOut, Obstacle, Unwritable, VersionCheck};
pub use plan::{Deployment, Plan, plan};
pub use progress::{Progress, Status};
pub use reencrypt::Reencrypt;
pub use report::Report;
pub use scope::ScopeChange;

#[doc(hidden)]
pub use dual_read::{DualGet, DualRead, MaybeVerified};
#[doc(hidden)]
pub use import::{ImportPlaintext, import_plaintext};
