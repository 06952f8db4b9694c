//! Which tuples of values a query takes for a sort key of up to six places.

use crate::error::Result;
use crate::item::AttributeValue;
use crate::item::key::template::{PaddedValue, TemplateValue};

use super::super::sort::{FixedWidthKey, KeyBeginning, OrderedText, RangeBound};
use super::super::{KeyValue, Stored};
use super::{AtEnd, Enclosed, FixedPart, LastPart, Padded, Part, PartBeginning, PartValue, Parts, Text};

/// Implements conversions from the first value, followed by these others.
macro_rules! first {
    ($(($($open:ident)*);)*) => {$(
        impl<V: TemplateValue, $($open,)* E> From<V> for KeyValue<Parts<(Text<V>, $($open,)*), E>> {
            fn from(value: V) -> Self {
                Self(Parts::new([value.format()]))
            }
        }

        impl<V: PaddedValue, const WIDTH: usize, $($open,)* E> From<V>
            for KeyValue<Parts<(Padded<V, WIDTH>, $($open,)*), E>>
        {
            fn from(value: V) -> Self {
                Self(Parts::new([value.format_padded(WIDTH)]))
            }
        }

        impl<$($open,)* E> From<&str> for KeyValue<Parts<(Text<String>, $($open,)*), E>> {
            fn from(text: &str) -> Self {
                Self::from(text.to_owned())
            }
        }

        impl<$($open,)* E> From<&String> for KeyValue<Parts<(Text<String>, $($open,)*), E>> {
            fn from(text: &String) -> Self {
                Self::from(text.clone())
            }
        }

        #[diagnostic::do_not_recommend]
        impl<V: FixedWidthKey + TemplateValue, $($open,)* E> RangeBound<Parts<(Text<V>, $($open,)*), E>> for V {}

        #[diagnostic::do_not_recommend]
        impl<V: PaddedValue, const WIDTH: usize, $($open,)* E> RangeBound<Parts<(Padded<V, WIDTH>, $($open,)*), E>> for V {}

        #[diagnostic::do_not_recommend]
        impl<V: OrderedText + TemplateValue, $($open,)* E> KeyBeginning<Parts<(Text<V>, $($open,)*), E>> for V {
            fn beginning(self, stored: &Stored<Parts<(Text<V>, $($open,)*), E>>) -> Result<AttributeValue> {
                stored.beginning(&[], &self.format_bound()?)
            }
        }

        #[diagnostic::do_not_recommend]
        impl<V: OrderedText, $($open,)* E> KeyBeginning<Parts<(Text<V>, $($open,)*), E>> for &str {
            fn beginning(self, stored: &Stored<Parts<(Text<V>, $($open,)*), E>>) -> Result<AttributeValue> {
                stored.beginning(&[], self)
            }
        }

        #[diagnostic::do_not_recommend]
        impl<V: OrderedText, $($open,)* E> KeyBeginning<Parts<(Text<V>, $($open,)*), E>> for &String {
            fn beginning(self, stored: &Stored<Parts<(Text<V>, $($open,)*), E>>) -> Result<AttributeValue> {
                stored.beginning(&[], self)
            }
        }
    )*};
}

first! {
    ();
    (B);
    (B C);
    (B C D);
    (B C D F);
    (B C D F G);
}

/// Implements conversions from the first values, followed by these others.
macro_rules! values {
    ($(($($part:ident $value:ident)*) ($($open:ident)*);)*) => {$(
        impl<$($part: Part, $value: PartValue<$part>,)* $($open,)* E> From<($($value,)*)>
            for KeyValue<Parts<($($part,)* $($open,)*), E>>
        {
            #[expect(non_snake_case, reason = "types and values share their names")]
            fn from(($($value,)*): ($($value,)*)) -> Self {
                Self(Parts::new([$($value.into_text()),*]))
            }
        }
    )*};
}

values! {
    (A T B U) ();
    (A T B U) (C);
    (A T B U) (C D);
    (A T B U) (C D F);
    (A T B U) (C D F G);
    (A T B U C V) ();
    (A T B U C V) (D);
    (A T B U C V) (D F);
    (A T B U C V) (D F G);
    (A T B U C V D W) ();
    (A T B U C V D W) (F);
    (A T B U C V D W) (F G);
    (A T B U C V D W F X) ();
    (A T B U C V D W F X) (G);
    (A T B U C V D W F X G Y) ();
}

/// Implements bounds of a range from the first values, followed by at least one other.
macro_rules! first_bounds {
    ($(($($part:ident $value:ident)*) ($($open:ident)*);)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($part: FixedPart, $value: PartValue<$part>,)* $($open,)* E> RangeBound<Parts<($($part,)* $($open,)*), E>>
            for ($($value,)*)
        {
        }
    )*};
}

first_bounds! {
    (A T B U) (C);
    (A T B U) (C D);
    (A T B U) (C D F);
    (A T B U) (C D F G);
    (A T B U C V) (D);
    (A T B U C V) (D F);
    (A T B U C V) (D F G);
    (A T B U C V D W) (F);
    (A T B U C V D W) (F G);
    (A T B U C V D W F X) (G);
}

/// Implements bounds of a range from all values.
macro_rules! whole_bounds {
    ($(($($part:ident $value:ident)*) $last:ident;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($part: FixedPart, $value: PartValue<$part>,)* L: LastPart, $last: PartValue<L>>
            RangeBound<Parts<($($part,)* L,), AtEnd>> for ($($value,)* $last,)
        {
        }

        #[diagnostic::do_not_recommend]
        impl<$($part: FixedPart, $value: PartValue<$part>,)* L: FixedPart, $last: PartValue<L>>
            RangeBound<Parts<($($part,)* L,), Enclosed>> for ($($value,)* $last,)
        {
        }
    )*};
}

whole_bounds! {
    (A T) U;
    (A T B U) V;
    (A T B U C V) W;
    (A T B U C V D W) X;
    (A T B U C V D W F X) Y;
}

/// Implements beginnings from the first values and the beginning of the next, followed by these others.
macro_rules! beginnings {
    ($(($($part:ident $value:ident)*) ($($open:ident)*);)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($part: Part, $value: PartValue<$part>,)* N: OrderedText, P: PartBeginning<N>, $($open,)* E>
            KeyBeginning<Parts<($($part,)* Text<N>, $($open,)*), E>> for ($($value,)* P,)
        {
            #[expect(non_snake_case, reason = "types and values share their names")]
            fn beginning(
                self,
                stored: &Stored<Parts<($($part,)* Text<N>, $($open,)*), E>>,
            ) -> Result<AttributeValue> {
                let ($($value,)* next,) = self;
                stored.beginning(&[$($value.into_text()?),*], &next.into_beginning()?)
            }
        }
    )*};
}

beginnings! {
    (A T) ();
    (A T) (C);
    (A T) (C D);
    (A T) (C D F);
    (A T) (C D F G);
    (A T B U) ();
    (A T B U) (D);
    (A T B U) (D F);
    (A T B U) (D F G);
    (A T B U C V) ();
    (A T B U C V) (F);
    (A T B U C V) (F G);
    (A T B U C V D W) ();
    (A T B U C V D W) (G);
    (A T B U C V D W F X) ();
}
