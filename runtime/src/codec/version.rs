//! The field with `#[item(version)]`.

use super::value::SerdeField;
use crate::error::{Error, ErrorKind, Result};
use crate::item::Item;
use crate::schema::entity::ExpectedVersion;

/// A type that counts the writes of an item. Zero is the version of an item that was never written, and is stored as an
/// absent attribute.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a version",
    label = "not an integer of 8 to 64 bits",
    note = "a version counts the writes of an item, starting at 1; 0 means that it was never written",
    note = "use an integer, such as `u64`"
)]
pub trait VersionNumber: SerdeField {
    /// Puts the version into the item, unless it is zero.
    ///
    /// # Errors
    /// Never fails: it is fallible like [`SerdeField::put`], so that generated code can call both alike.
    fn put(&self, item: &mut Item, name: &'static str) -> Result<()>;

    /// Takes the version out of the item.
    ///
    /// # Errors
    /// `Schema` if the stored value does not fit the type.
    fn take(item: &mut Item, name: &'static str) -> Result<Self>;

    /// Advances to the version of the next write.
    ///
    /// # Errors
    /// `Usage` if there is no next version.
    fn increment(&mut self, name: &'static str) -> Result<()>;

    /// Returns the stored version that a write of an entity with this version requires.
    ///
    /// # Errors
    /// As [`put`](Self::put).
    fn expected(&self, name: &'static str) -> Result<ExpectedVersion> {
        let mut item = Item::new();
        VersionNumber::put(self, &mut item, name)?;
        Ok((name, item.remove(name)))
    }
}

macro_rules! version_numbers {
    ($($integer:ty)*) => {$(
        #[diagnostic::do_not_recommend]
        impl VersionNumber for $integer {
            fn put(&self, item: &mut Item, name: &'static str) -> Result<()> {
                if *self == 0 { Ok(()) } else { <Self as SerdeField>::put(self, item, name) }
            }

            fn take(item: &mut Item, name: &'static str) -> Result<Self> {
                if item.contains_key(name) { <Self as SerdeField>::take(item, name) } else { Ok(0) }
            }

            // A negative version would reach zero.
            #[allow(unused_comparisons, reason = "half of the types have no negative values")]
            fn increment(&mut self, name: &'static str) -> Result<()> {
                let next = if *self < 0 { None } else { self.checked_add(1) };
                *self = next.ok_or_else(|| exhausted(name))?;
                Ok(())
            }
        }
    )*};
}

version_numbers!(u8 u16 u32 u64 i8 i16 i32 i64);

fn exhausted(name: &str) -> Error {
    Error::new(
        ErrorKind::Usage,
        "the version cannot be incremented: it is negative, or the largest that the field's type holds; nothing was \
         written",
    )
    .with_attribute(name)
}
