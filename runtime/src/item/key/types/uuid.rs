//! The crate `uuid`: 36 characters with hyphens, in lower case.

use uuid::Uuid;

use super::text_key;

text_key! {
    Uuid: |id| Some(id.hyphenated().to_string()), |text| Uuid::parse_str(text).ok();
}
