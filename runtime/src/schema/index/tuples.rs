//! Conversions from tuples to partition keys of several values, with text accepted for a `String`.

use super::KeyValue;

macro_rules! text_in_tuples {
    ($(<$($generic:ident),*> ($($given:ty),*) => ($($part:ty),*), |$($value:ident),*| ($($made:expr),*);)*) => {$(
        impl<$($generic),*> From<($($given,)*)> for KeyValue<($($part,)*)> {
            fn from(($($value,)*): ($($given,)*)) -> Self {
                Self(($($made,)*))
            }
        }
    )*};
}

text_in_tuples! {
    <A> (&str, A) => (String, A), |a, b| (a.to_owned(), b);
    <A> (A, &str) => (A, String), |a, b| (a, b.to_owned());
    <> (&str, &str) => (String, String), |a, b| (a.to_owned(), b.to_owned());
    <A, B> (&str, A, B) => (String, A, B), |a, b, c| (a.to_owned(), b, c);
    <A, B> (A, &str, B) => (A, String, B), |a, b, c| (a, b.to_owned(), c);
    <A, B> (A, B, &str) => (A, B, String), |a, b, c| (a, b, c.to_owned());
    <A> (&str, &str, A) => (String, String, A), |a, b, c| (a.to_owned(), b.to_owned(), c);
    <A> (&str, A, &str) => (String, A, String), |a, b, c| (a.to_owned(), b, c.to_owned());
    <A> (A, &str, &str) => (A, String, String), |a, b, c| (a, b.to_owned(), c.to_owned());
    <> (&str, &str, &str) => (String, String, String), |a, b, c| (a.to_owned(), b.to_owned(), c.to_owned());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_accepted_for_strings() {
        let pair = || ("a".to_owned(), "b".to_owned());
        assert_eq!(KeyValue::<(String, String)>::from(("a", "b")).into_inner(), pair());
        assert_eq!(KeyValue::<(String, String)>::from(pair()).into_inner(), pair());
        assert_eq!(KeyValue::<(String, u32)>::from(("a", 1)).into_inner(), ("a".to_owned(), 1));
        assert_eq!(KeyValue::<(u32, String, u8)>::from((1, "a", 2)).into_inner(), (1, "a".to_owned(), 2));
    }
}
