//! Fields with `#[item(number)]`.

use crate::error::{Error, Result};
use crate::item::number::Number;
use crate::item::{AttributeValue, Item};

use super::{missing, optional, unexpected};

/// A decimal that can be stored as a number (`N`).
///
/// Text is also read: serde stores most decimals as text, and so did the field before it had `number`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be stored by `#[item(number)]`",
    label = "is not a supported decimal type",
    note = "`number` is for `dynaseal::Number`, and with the features of their names for `rust_decimal::Decimal` and `bigdecimal::BigDecimal`, and their `Option`s",
    note = "integers and floating-point numbers are stored as numbers without it"
)]
pub trait NumberField: Sized {
    /// Puts the value into the item as a number.
    ///
    /// # Errors
    /// `Codec` for a number that DynamoDB does not support.
    fn put(&self, item: &mut Item, name: &'static str) -> Result<()>;

    /// Takes the value out of the item.
    ///
    /// # Errors
    /// `Schema` if the attribute is missing, is neither a number nor the text of one, or has more digits than the type.
    fn take(item: &mut Item, name: &'static str) -> Result<Self>;
}

/// A decimal that is converted into a `Number` and back.
trait Decimal: Sized {
    fn to_number(&self) -> Result<Number>;

    fn from_number(number: Number) -> Result<Self>;
}

impl Decimal for Number {
    fn to_number(&self) -> Result<Number> {
        Ok(*self)
    }

    fn from_number(number: Number) -> Result<Self> {
        Ok(number)
    }
}

#[cfg(feature = "rust_decimal")]
impl Decimal for rust_decimal::Decimal {
    fn to_number(&self) -> Result<Number> {
        Ok((*self).into())
    }

    fn from_number(number: Number) -> Result<Self> {
        number.try_into()
    }
}

#[cfg(feature = "bigdecimal")]
impl Decimal for bigdecimal::BigDecimal {
    fn to_number(&self) -> Result<Number> {
        self.try_into()
    }

    fn from_number(number: Number) -> Result<Self> {
        Ok(number.into())
    }
}

fn put<T: Decimal>(value: &T, item: &mut Item, name: &'static str) -> Result<()> {
    let number = value.to_number().map_err(|error: Error| error.with_attribute(name))?;
    item.insert(name.to_owned(), AttributeValue::N(number.to_string()));
    Ok(())
}

fn take<T: Decimal>(item: &mut Item, name: &'static str) -> Result<T> {
    let text = match item.remove(name) {
        Some(AttributeValue::N(text) | AttributeValue::S(text)) => text,
        Some(_) => return Err(unexpected::<T>(name)),
        None => return Err(missing(name)),
    };
    text.parse().and_then(T::from_number).map_err(|_| unexpected::<T>(name))
}

macro_rules! number_fields {
    ($($(#[$attribute:meta])* $decimal:ty;)*) => {$(
        $(#[$attribute])*
        #[diagnostic::do_not_recommend]
        impl NumberField for $decimal {
            fn put(&self, item: &mut Item, name: &'static str) -> Result<()> {
                put(self, item, name)
            }

            fn take(item: &mut Item, name: &'static str) -> Result<Self> {
                take(item, name)
            }
        }
    )*};
}

number_fields! {
    Number;
    #[cfg(feature = "rust_decimal")]
    rust_decimal::Decimal;
    #[cfg(feature = "bigdecimal")]
    bigdecimal::BigDecimal;
}

#[diagnostic::do_not_recommend]
impl<T: NumberField> NumberField for Option<T> {
    fn put(&self, item: &mut Item, name: &'static str) -> Result<()> {
        self.as_ref().map_or(Ok(()), |value| value.put(item, name))
    }

    fn take(item: &mut Item, name: &'static str) -> Result<Self> {
        optional::take(item, name, T::take)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    fn stored<T: NumberField>(value: &T) -> Option<AttributeValue> {
        let mut item = Item::new();
        value.put(&mut item, "price").unwrap();
        item.remove("price")
    }

    fn read<T: NumberField>(value: AttributeValue) -> Result<T> {
        T::take(&mut Item::from([("price".to_owned(), value)]), "price")
    }

    fn check<T: NumberField + PartialEq + std::fmt::Debug + std::str::FromStr<Err: std::fmt::Debug>>() {
        for (text, number) in [("19.90", "19.9"), ("-0.00", "0"), ("10", "10"), ("1.50", "1.5")] {
            let decimal: T = text.parse().unwrap();
            assert_eq!(stored(&decimal), Some(AttributeValue::N(number.to_owned())));
            assert_eq!(read::<T>(AttributeValue::N(number.to_owned())).unwrap(), decimal);
            assert_eq!(read::<T>(AttributeValue::S(text.to_owned())).unwrap(), decimal, "the text of before");
        }
        for value in [AttributeValue::S("ten".to_owned()), AttributeValue::Bool(true)] {
            let error = read::<T>(value).unwrap_err();
            assert_eq!((error.kind(), error.attribute()), (ErrorKind::Schema, Some("price")));
        }
        assert_eq!(stored(&None::<T>), None);
        assert_eq!(<Option<T> as NumberField>::take(&mut Item::new(), "price").unwrap(), None);
    }

    #[test]
    fn decimals_are_written_as_numbers_and_also_read_from_text() {
        check::<Number>();
        #[cfg(feature = "rust_decimal")]
        check::<rust_decimal::Decimal>();
        #[cfg(feature = "bigdecimal")]
        check::<bigdecimal::BigDecimal>();
    }
}
