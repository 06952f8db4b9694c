//! Values that are derived from another value once, and kept with it.

use std::any::Any;
use std::fmt;
use std::sync::{Arc, OnceLock};

/// Values that stored formats have derived from the value that this belongs to, each with its own type.
///
/// Formats are above this floor, so this type does not know their purpose. It is ignored in comparisons.
#[derive(Clone, Default)]
pub(crate) struct Derived([OnceLock<Arc<dyn Any + Send + Sync>>; 2]);

impl Derived {
    /// Returns the result of `derive`, which is called once for each value. If there are more than two types, the
    /// others are derived every time.
    pub(crate) fn get<T: Any + Send + Sync>(&self, derive: impl Fn() -> T) -> Arc<T> {
        let kept = self.0.iter().find_map(|slot| {
            let kept = slot.get_or_init(|| Arc::new(derive()));
            Arc::clone(kept).downcast::<T>().ok()
        });
        kept.unwrap_or_else(|| Arc::new(derive()))
    }
}

impl PartialEq for Derived {
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}

impl Eq for Derived {}

impl fmt::Debug for Derived {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Derived")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_is_derived_once_up_to_the_capacity() {
        let derived = Derived::default();
        assert_eq!((*derived.get(|| 1_u8), *derived.get(|| "two"), *derived.get(|| 3_u32)), (1, "two", 3));
        assert_eq!((*derived.get(|| 4_u8), *derived.get(|| "five"), *derived.get(|| 6_u32)), (1, "two", 6));
    }
}
