//! The crate `ulid`: 26 characters in upper case.

use ulid::Ulid;

use super::text_key;

text_key! {
    Ulid: |id| Some(id.to_string()), |text| Ulid::from_string(text).ok();
}
