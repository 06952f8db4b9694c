//! Types of the standard library and of other crates as keys, in the form in which serde also stores them.

#[cfg(feature = "chrono")]
mod chrono;
mod standard;
#[cfg(feature = "time")]
mod time;
#[cfg(feature = "ulid")]
mod ulid;
#[cfg(feature = "uuid")]
mod uuid;

/// Implements `KeyAttribute` for a type that is stored as text.
///
/// Only the canonical text is read: a key in another notation would be written back as another item.
macro_rules! text_key {
    ($($type:ty: $format:expr, $parse:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl $crate::KeyAttribute for $type {
            const TYPE: $crate::KeyType = $crate::KeyType::String;

            fn encode(&self) -> $crate::Result<$crate::AttributeValue> {
                let format: fn(&Self) -> Option<String> = $format;
                let text = format(self).ok_or_else($crate::item::key::types::no_such_year)?;
                $crate::KeyAttribute::encode(&text)
            }

            fn decode(value: $crate::AttributeValue) -> $crate::Result<Self> {
                let format: fn(&Self) -> Option<String> = $format;
                let parse: fn(&str) -> Option<Self> = $parse;
                let text = <String as $crate::KeyAttribute>::decode(value)?;
                let parsed = parse(&text).filter(|parsed| format(parsed).is_some_and(|written| written == text));
                parsed.ok_or_else(|| $crate::item::key::wrong_type(concat!("text of a `", stringify!($type), "`")))
            }
        }
    )*};
}
use text_key;

/// Years have four digits in stored dates, so that the text of dates sorts as they do.
fn no_such_year() -> crate::Error {
    crate::Error::new(crate::ErrorKind::Codec, "the year of a date in a key is one from 0 to 9999")
}

#[cfg(test)]
mod tests;
