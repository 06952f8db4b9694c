//! Typed handles for attributes, and the expressions that are made of them.

mod attr;
mod update;

pub use attr::{Attr, DoNothing, Encrypted, Key, ServerNumber, ServerWritable, SignOnly};
pub use update::Update;
