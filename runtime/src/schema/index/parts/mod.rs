//! Sort keys composed of several values by a template.

mod places;

use std::fmt;
use std::marker::PhantomData;

use crate::error::Result;
use crate::item::key::template::{PaddedValue, Point, Template, TemplateValue};

use super::sort::{FixedWidthKey, OrderedText};

/// A sort key that a template composes of several values, such as `VISIT#{day}#{id}`, or all keys with the same first
/// values.
///
/// A query takes the whole tuple or its first values: one value means the first place, and a tuple the first places.
/// [`Text`] and [`Padded`] determine how each value is written; `E` whether the last one is at the end.
///
/// | | accepts |
/// |---|---|
/// | [`sort_eq`](crate::repository::query::Selection::sort_eq) | all values, or the first ones: everything that has them |
/// | [`sort_begins_with`](crate::repository::query::Selection::sort_begins_with) | the beginning of the first value, or the first values and the beginning of the next |
/// | [`sort_ge`](crate::repository::query::Selection::sort_ge) and the like | all values, or the first ones, where all but a last one at the end have a fixed width |
///
/// A range needs a fixed width because `VISIT#a b#1` is sorted before `VISIT#a#1`, although `a` sorts before `a b`.
/// Numbers get one with `{year:04}`, and other types by [`FixedWidthKey`]. An upper bound of first values includes all
/// keys with these values.
///
/// ```no_run
/// # use dynaseal::{EncryptedItem, Repository};
/// #[derive(EncryptedItem)]
/// #[item(sort_key(name = "SK", template = "VISIT#{year:04}-{month:02}#{id}"))]
/// struct Visit {
///     #[partition_key]
///     patient: String,
///     #[sign_only]
///     year: u16,
///     #[sign_only]
///     month: u8,
///     #[sign_only]
///     id: String,
///     notes: String,
/// }
///
/// # async fn visits(visits: Repository<Visit>) -> dynaseal::Result<()> {
/// let in_2026 = visits.query("p-1").sort_eq(2026).collect().await?;
/// let in_spring = visits.query("p-1").sort_between((2026, 3), (2026, 5)).collect().await?;
/// let since_may = visits.query("p-1").sort_ge((2026, 5)).collect().await?;
/// let this_one = visits.query("p-1").sort_eq((2026, 5, "v-7")).collect().await?;
/// # Ok(())
/// # }
/// ```
pub struct Parts<P, E = AtEnd> {
    /// The texts as written in the key.
    texts: Result<Vec<String>>,
    types: PhantomData<fn() -> (P, E)>,
}

/// The last value is at the end of the template, and needs no fixed width.
#[derive(Debug)]
pub enum AtEnd {}

/// Text follows the last value in the template.
#[derive(Debug)]
pub enum Enclosed {}

/// A value that is written unchanged.
#[derive(Debug)]
pub struct Text<V>(PhantomData<fn() -> V>);

/// A number with leading zeros up to this width.
#[derive(Debug)]
pub struct Padded<V, const WIDTH: usize>(PhantomData<fn() -> V>);

/// A place in a template: [`Text`] or [`Padded`].
pub trait Part {
    /// The type of the value in this place.
    type Value;

    /// Returns the text of the value in the key.
    ///
    /// # Errors
    /// `Codec` for an invalid value, such as empty text or a number that exceeds the width.
    fn text(value: &Self::Value) -> Result<String>;
}

impl<V: TemplateValue> Part for Text<V> {
    type Value = V;

    fn text(value: &V) -> Result<String> {
        value.format()
    }
}

impl<V: PaddedValue, const WIDTH: usize> Part for Padded<V, WIDTH> {
    type Value = V;

    fn text(value: &V) -> Result<String> {
        value.format_padded(WIDTH)
    }
}

/// A value for a place in a template: one of its type, or a `&str` for a `String`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a value for this place in the key's template",
    label = "of another type",
    note = "the places of the template have the types of its fields, in the order of the template"
)]
pub trait PartValue<P: Part>: Sized {
    /// Returns the text of the value in the key.
    ///
    /// # Errors
    /// See [`Part::text`].
    fn into_text(self) -> Result<String>;
}

impl<V: TemplateValue> PartValue<Text<V>> for V {
    fn into_text(self) -> Result<String> {
        self.format()
    }
}

impl<V: PaddedValue, const WIDTH: usize> PartValue<Padded<V, WIDTH>> for V {
    fn into_text(self) -> Result<String> {
        self.format_padded(WIDTH)
    }
}

#[diagnostic::do_not_recommend]
impl PartValue<Text<String>> for &str {
    fn into_text(self) -> Result<String> {
        self.to_owned().format()
    }
}

#[diagnostic::do_not_recommend]
impl PartValue<Text<String>> for &String {
    fn into_text(self) -> Result<String> {
        self.format()
    }
}

/// A place whose texts all have one length and sort as the values do.
#[diagnostic::on_unimplemented(
    message = "values of `{Self}` have no fixed width in the key, so there are no ranges of the values after them",
    label = "has no fixed width",
    note = "`a b` is stored before `a#`: a range of keys would not be a range of values",
    note = "give a number a width, as in `{{year:04}}`; for a type of your own whose text always has the same length and sorts as its values do, implement `dynaseal::index::FixedWidthKey`"
)]
pub trait FixedPart: Part {}

impl<V: FixedWidthKey + TemplateValue> FixedPart for Text<V> {}
impl<V: PaddedValue, const WIDTH: usize> FixedPart for Padded<V, WIDTH> {}

/// A place at the end of the template whose texts sort as the values do.
#[diagnostic::on_unimplemented(
    message = "values of `{Self}` are not stored in their order",
    label = "is stored in another order",
    note = "a number needs a width, as in `{{year:04}}`; text sorts as its type does by `dynaseal::index::OrderedText`"
)]
pub trait LastPart: Part {}

impl<V: OrderedText + TemplateValue> LastPart for Text<V> {}
impl<V: PaddedValue, const WIDTH: usize> LastPart for Padded<V, WIDTH> {}

/// The beginning of a value's text: text, or a value of the type.
pub trait PartBeginning<V> {
    /// Returns the text.
    ///
    /// # Errors
    /// `Codec` for an invalid value.
    fn into_beginning(self) -> Result<String>;
}

impl<V: TemplateValue> PartBeginning<V> for V {
    fn into_beginning(self) -> Result<String> {
        self.format_bound()
    }
}

#[diagnostic::do_not_recommend]
impl<V> PartBeginning<V> for &str {
    fn into_beginning(self) -> Result<String> {
        Ok(self.to_owned())
    }
}

#[diagnostic::do_not_recommend]
impl<V> PartBeginning<V> for &String {
    fn into_beginning(self) -> Result<String> {
        Ok(self.clone())
    }
}

impl<P, E> Parts<P, E> {
    fn new<const N: usize>(texts: [Result<String>; N]) -> Self {
        Self { texts: texts.into_iter().collect(), types: PhantomData }
    }

    pub(super) fn point(&self, template: &Template) -> Result<Point> {
        match &self.texts {
            Ok(texts) => template.point(texts.clone()),
            Err(error) => Err(error.for_another_caller()),
        }
    }
}

impl<P, E> fmt::Debug for Parts<P, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parts").finish_non_exhaustive()
    }
}
