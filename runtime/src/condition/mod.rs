//! Typed handles of attributes, and the expressions composed of them.
//!
//! The protection of an attribute, which is known at compile time, determines what the server can do with it:
//!
//! | | compared | `exists`, `missing` | changed by the server |
//! |---|---|---|---|
//! | a key, `#[sign_only]` | yes | yes | no: the signature would break |
//! | `#[encrypt]` | no: the server sees ciphertext | yes | no |
//! | `#[encrypt]` with a beacon | `eq`, `is_in`; of a set, `contains`; as an extension, `begins_with`, `contains_word`, `contains`, `between` | yes | no |
//! | `#[do_nothing]` | yes | yes | yes |
//!
//! Comparisons by order also depend on the type: see [`ServerOrdered`].

mod attr;
pub(crate) mod changes;
mod checked;
mod compare;
pub(crate) mod evaluate;
pub(crate) mod expression;
mod extension;
mod kinds;
mod limits;
mod operand;
mod plain;
mod protection;
pub(crate) mod render;
pub(crate) mod search;
mod searchable;
mod size;
pub(crate) mod sort;
pub(crate) mod tree;
mod update;

pub use attr::Attr;
pub use expression::Condition;
pub use extension::{BeaconNumber, BucketsBeacon, HasWords, NgramsBeacon, PrefixesBeacon, Word, WordsBeacon};
pub use kinds::{AsNumber, Defaulted, DoNothing, Encrypted, InSet, Key, SignOnly, WithModule};
pub use operand::{Comparable, ServerCollection, ServerList, ServerNumber, ServerOrdered, ServerText};
pub use protection::{
    OrderedByType, Removable, ServerReadable, ServerWritable, StoredAsItsType, StoredAsSet, StoredInOrder,
};
pub use searchable::{
    Answers, Approximate, BeaconValue, Beginning, Content, Decisive, Difference, Equality, EqualityBeacon, Exact,
    Gives, JoinedWith, Membership, MembershipBeacon, OfAttribute, PartOnlyBeacon, Precision, Range, Searchable,
    Unstored,
};
pub use size::Size;
pub use update::Update;
