//! Conditions on an attribute.

use crate::condition::tree::{self, Comparator, Operand};
use crate::error::Result;
use crate::item::AttributeValue;
use crate::schema::index::{CompoundOf, CompoundPrefix, CompoundValue};

use super::attr::Attr;
use super::checked::{ordered, usage};
use super::expression::Condition;
use super::extension::HasWords;
use super::operand::{Comparable, ServerCollection, ServerText};
use super::protection::{OrderedByType, ServerReadable, StoredInOrder};
use super::searchable::{
    Answers, Approximate, Beginning, Difference, Equality, EqualityBeacon, Membership, OfAttribute, Range, Unstored,
};
use super::size::Size;

/// Conditions on the existence of an attribute, which are available for every attribute.
impl<E, V, P: OfAttribute> Attr<E, V, P> {
    /// The item has the attribute. If the field is an `Option`: it is `Some`.
    pub fn exists(self) -> Condition<E> {
        Condition::new(Ok(tree::ConditionTree::Exists(self.name().to_owned())))
    }

    /// The item does not have the attribute. If the field is an `Option`: it is `None`.
    pub fn missing(self) -> Condition<E> {
        Condition::new(Ok(tree::ConditionTree::Missing(self.name().to_owned())))
    }
}

/// Comparisons with the stored value: numbers numerically, strings and binaries byte by byte. If the attribute is
/// missing, only [`ne`](Attr::ne) holds.
///
/// Comparisons by order require a type that is stored in the order of its values: see
/// [`ServerOrdered`](super::ServerOrdered). `None` has no order, and fails the request with `Usage`.
///
/// An encrypted attribute with a [beacon](crate::beacon) supports [`eq`](Attr::eq) and [`is_in`](Attr::is_in), and one
/// with a beacon of a set [`contains`](Attr::contains). As extensions, beacons of prefixes support
/// [`begins_with`](Attr::begins_with), those of words [`contains_word`](Attr::contains_word), those of n-grams
/// [`contains`](Attr::contains), and those of buckets [`between`](Attr::between). Such a condition is
/// [`Approximate`](super::Approximate): it is only for reads, which evaluate it again on the decrypted items.
///
/// Equality compares the stored forms. If a type has several forms of one value, such as the text of a decimal (`1.5`
/// and `1.50`), only the same form is equal: `#[item(number)]` stores decimals as numbers, which are equal by value. A
/// `HashSet` is a list in any order unless it has `#[item(set)]`.
impl<E, V, P> Attr<E, V, P> {
    /// The attribute has this value. `None` means that it is missing.
    pub fn eq<X>(self, value: impl Comparable<V>) -> Condition<E, X>
    where
        P: Answers<Equality, Precision = X>,
    {
        Condition::new(self.encode(&value.into_value()).map(|value| match value {
            Some(value) => tree::ConditionTree::equals(self.compared(), value),
            None => tree::ConditionTree::Missing(self.name().to_owned()),
        }))
    }

    /// The attribute has another value, or is missing. `None` means that it exists.
    pub fn ne<X>(self, value: impl Comparable<V>) -> Condition<E, X>
    where
        P: Answers<Difference, Precision = X>,
    {
        Condition::new(self.encode(&value.into_value()).map(|value| match value {
            Some(value) => tree::ConditionTree::Compares(self.operand(), Comparator::NotEqual, value),
            None => tree::ConditionTree::Exists(self.name().to_owned()),
        }))
    }

    /// The attribute is less than this value.
    pub fn lt(self, value: impl Comparable<V>) -> Condition<E>
    where
        P: ServerReadable + OrderedByType + StoredInOrder<V>,
    {
        self.compare(Comparator::Less, value)
    }

    /// The attribute is less than or equal to this value.
    pub fn le(self, value: impl Comparable<V>) -> Condition<E>
    where
        P: ServerReadable + OrderedByType + StoredInOrder<V>,
    {
        self.compare(Comparator::LessOrEqual, value)
    }

    /// The attribute is greater than this value.
    pub fn gt(self, value: impl Comparable<V>) -> Condition<E>
    where
        P: ServerReadable + OrderedByType + StoredInOrder<V>,
    {
        self.compare(Comparator::Greater, value)
    }

    /// The attribute is greater than or equal to this value.
    pub fn ge(self, value: impl Comparable<V>) -> Condition<E>
    where
        P: ServerReadable + OrderedByType + StoredInOrder<V>,
    {
        self.compare(Comparator::GreaterOrEqual, value)
    }

    /// The attribute is between these values, inclusive. With a beacon of buckets, the request fails with `Usage` for a
    /// range of more than 100 buckets, or whose lower bound is above the upper one.
    pub fn between<X>(self, low: impl Comparable<V>, high: impl Comparable<V>) -> Condition<E, X>
    where
        P: Answers<Range, Precision = X> + OrderedByType + StoredInOrder<V>,
    {
        let bounds = self.ordered(low).and_then(|low| Ok((low, self.ordered(high)?)));
        Condition::new(bounds.map(|(low, high)| tree::ConditionTree::Between(self.operand(), low, high)))
    }

    /// The attribute has one of these 1 to 100 values; other numbers of values fail the request with `Usage`. `None`
    /// means that it is missing.
    pub fn is_in<X>(self, values: impl IntoIterator<Item = impl Comparable<V>>) -> Condition<E, X>
    where
        P: Answers<Equality, Precision = X>,
    {
        let stored: Result<Vec<_>> = values.into_iter().map(|value| self.encode(&value.into_value())).collect();
        Condition::new(stored.and_then(|stored| {
            let missing = || tree::ConditionTree::Missing(self.name().to_owned());
            let can_be_missing = stored.contains(&None);
            let values: Vec<AttributeValue> = stored.into_iter().flatten().collect();
            match (can_be_missing, values.is_empty()) {
                (true, true) => Ok(missing()),
                (true, false) => tree::ConditionTree::is_in(self.compared(), values)?.or(missing()),
                (false, _) => tree::ConditionTree::is_in(self.compared(), values),
            }
        }))
    }

    /// The attribute, a string, begins with this text. It is compared with the stored string. With a beacon of prefixes,
    /// the request fails with `Usage` for a text that is shorter than the shortest prefix.
    pub fn begins_with<X>(self, prefix: impl Into<String>) -> Condition<E, X>
    where
        V: ServerText,
        P: Answers<Beginning, Precision = X>,
    {
        let prefix = AttributeValue::S(prefix.into());
        Condition::new(Ok(tree::ConditionTree::BeginsWith(self.compared().to_owned(), prefix)))
    }

    /// The attribute, an encrypted string with a beacon of its words, has this word: one of its longest sequences of
    /// letters and digits. A text that is not exactly one word fails the request with `Usage`.
    pub fn contains_word(self, word: impl Into<String>) -> Condition<E, Approximate>
    where
        V: ServerText,
        P: HasWords,
    {
        let word = AttributeValue::S(word.into());
        Condition::new(Ok(tree::ConditionTree::Contains(self.compared().to_owned(), word)))
    }

    /// The attribute is a list or set with this element, or a string or binary with this substring. An element that is
    /// not stored, such as `None`, fails the request with `Usage`; so does, with a beacon of n-grams, a shorter text than
    /// they are.
    pub fn contains<X>(self, element: impl Comparable<V::Element>) -> Condition<E, X>
    where
        V: ServerCollection,
        P: Answers<Membership, Precision = X>,
    {
        let alone = self.encode(&V::of(element.into_value()));
        let element = alone.and_then(|alone| {
            let element = alone.and_then(element_of);
            element.ok_or_else(|| usage(self.name(), "no value that is stored contains this one"))
        });
        Condition::new(element.map(|element| tree::ConditionTree::Contains(self.compared().to_owned(), element)))
    }

    /// Returns the size of the attribute for comparisons: the length of a string, the bytes of a binary, the elements
    /// of a list, set or map. The embedded store counts strings in UTF-16 code units; the DynamoDB developer guide does
    /// not state the unit.
    pub fn size(self) -> Size<E>
    where
        P: ServerReadable,
    {
        Size::new(self.name())
    }

    fn compare(self, comparator: Comparator, value: impl Comparable<V>) -> Condition<E> {
        let value = self.ordered(value);
        Condition::new(value.map(|value| tree::ConditionTree::Compares(self.operand(), comparator, value)))
    }

    /// Returns the stored form of a value, if DynamoDB orders it.
    fn ordered(&self, value: impl Comparable<V>) -> Result<AttributeValue> {
        ordered(self.name(), self.encode(&value.into_value())?)
    }

    fn operand(&self) -> Operand {
        Operand::Attribute(self.compared().to_owned())
    }
}

impl<E, V: CompoundValue> Attr<E, CompoundOf<V>, Unstored<EqualityBeacon>> {
    /// The compound beacon begins with these parts: `fields.team_badge.begins_with_parts(Person::team_badge().team("core").prefix())`.
    pub fn begins_with_parts(self, prefix: CompoundPrefix<V>) -> Condition<E, Approximate> {
        let prefix = prefix.encode().map_err(|error| error.with_attribute(self.name()));
        Condition::new(prefix.map(|prefix| tree::ConditionTree::BeginsWith(self.name().to_owned(), prefix)))
    }
}

/// Returns the stored form of the only element of a collection.
fn element_of(collection: AttributeValue) -> Option<AttributeValue> {
    match collection {
        AttributeValue::L(elements) => elements.into_iter().next(),
        AttributeValue::Ss(texts) => texts.into_iter().next().map(AttributeValue::S),
        AttributeValue::Ns(numbers) => numbers.into_iter().next().map(AttributeValue::N),
        AttributeValue::Bs(binaries) => binaries.into_iter().next().map(AttributeValue::B),
        piece @ (AttributeValue::S(_) | AttributeValue::B(_)) => Some(piece),
        _ => None,
    }
}
