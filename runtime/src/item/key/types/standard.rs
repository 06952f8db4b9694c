//! Types of the standard library.

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::num::NonZero;
use std::sync::Arc;

use aws_sdk_dynamodb::primitives::Blob;

use super::text_key;
use crate::error::{Error, ErrorKind, Result};
use crate::item::AttributeValue;
use crate::item::key::{KeyAttribute, KeyType, wrong_type};

text_key! {
    IpAddr: |address| Some(address.to_string()), |text| text.parse().ok();
    Ipv4Addr: |address| Some(address.to_string()), |text| text.parse().ok();
    Ipv6Addr: |address| Some(address.to_string()), |text| text.parse().ok();
    SocketAddr: |address| Some(address.to_string()), |text| text.parse().ok();
    SocketAddrV4: |address| Some(address.to_string()), |text| text.parse().ok();
    SocketAddrV6: |address| Some(address.to_string()), |text| text.parse().ok();
    char: |character| Some(character.to_string()), |text| text.parse().ok();
}

macro_rules! other_strings {
    ($($text:ty)*) => {$(
        #[diagnostic::do_not_recommend]
        impl KeyAttribute for $text {
            const TYPE: KeyType = KeyType::String;

            fn encode(&self) -> Result<AttributeValue> {
                KeyAttribute::encode(&String::from(&**self))
            }

            fn decode(value: AttributeValue) -> Result<Self> {
                String::decode(value).map(Self::from)
            }
        }
    )*};
}

other_strings!(Box<str> Arc<str> Cow<'static, str>);

#[diagnostic::do_not_recommend]
impl<const N: usize> KeyAttribute for [u8; N] {
    const TYPE: KeyType = KeyType::Binary;

    fn encode(&self) -> Result<AttributeValue> {
        if self.is_empty() {
            return Err(Error::new(ErrorKind::Codec, "a key cannot be an empty binary"));
        }
        Ok(AttributeValue::B(Blob::new(self.as_slice())))
    }

    fn decode(value: AttributeValue) -> Result<Self> {
        Vec::<u8>::decode(value)?.try_into().map_err(|_| wrong_type("a binary (B) of the array's length"))
    }
}

macro_rules! non_zero_keys {
    ($($integer:ty)*) => {$(
        #[diagnostic::do_not_recommend]
        impl KeyAttribute for NonZero<$integer> {
            const TYPE: KeyType = KeyType::Number;

            fn encode(&self) -> Result<AttributeValue> {
                self.get().encode()
            }

            fn decode(value: AttributeValue) -> Result<Self> {
                Self::new(<$integer>::decode(value)?).ok_or_else(|| wrong_type("a number other than zero"))
            }
        }
    )*};
}

non_zero_keys!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);

macro_rules! wide_integer_keys {
    ($($integer:ty)*) => {$(
        /// At most 38 significant digits, the maximum that DynamoDB keeps.
        #[diagnostic::do_not_recommend]
        impl KeyAttribute for $integer {
            const TYPE: KeyType = KeyType::Number;

            fn encode(&self) -> Result<AttributeValue> {
                let text = self.to_string();
                let significant = text.trim_start_matches('-').trim_end_matches('0').len();
                if significant > 38 {
                    let what = "the number has more than the 38 significant digits that DynamoDB keeps";
                    return Err(Error::new(ErrorKind::Codec, what));
                }
                Ok(AttributeValue::N(text))
            }

            fn decode(value: AttributeValue) -> Result<Self> {
                let AttributeValue::N(text) = value else {
                    return Err(wrong_type("a number (N)"));
                };
                text.parse().map_err(|_| wrong_type(concat!("a number that fits ", stringify!($integer))))
            }
        }
    )*};
}

wide_integer_keys!(u128 i128);
