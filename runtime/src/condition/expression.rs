//! Conditions on an item that the server evaluates.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{BitAnd, BitOr, Not};

use crate::condition::tree;
use crate::error::Result;

use super::searchable::{Approximate, Exact, JoinedWith, Precision};

/// A condition on an item of entity `E` that the server evaluates: for a write, or as the filter of a query.
///
/// Created by the methods of [`Attr`](super::Attr) or, for plain items, by name; and combined with `&`, `|` and `!`.
///
/// `X` is the precision with which the server evaluates it: [`Exact`], or [`Approximate`] with beacons, which is for
/// reads only.
///
/// The request that uses an invalid condition fails before anything is sent: with `Codec` for a value that DynamoDB
/// cannot represent; with `Usage` for a value without an order, and above DynamoDB's [limits] of 4,096 bytes and 300
/// operators.
///
/// ```
/// use dynaseal::condition::Condition;
/// # use dynaseal::EncryptedItem;
///
/// #[derive(EncryptedItem)]
/// struct Employee {
///     #[partition_key]
///     employee_id: String,
///     salary: u64,
///     #[sign_only]
///     department: String,
///     #[do_nothing]
///     logins: u64,
/// }
///
/// let fields = Employee::fields();
/// let idle: Condition<Employee> = fields.department.eq("Legal") & !fields.logins.gt(3) & fields.salary.exists();
/// ```
///
/// [limits]: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-expression-parameters
#[must_use = "a condition has no effect until it is passed to a request"]
pub struct Condition<E, X = Exact> {
    condition: Result<tree::ConditionTree>,
    types: PhantomData<fn() -> (E, X)>,
}

impl<E, X> Condition<E, X> {
    pub(super) fn new(condition: Result<tree::ConditionTree>) -> Self {
        Self { condition, types: PhantomData }
    }

    /// The condition without its type, or the error of its values or its size.
    pub(crate) fn into_untyped(self) -> Result<tree::ConditionTree> {
        self.condition
    }

    /// The same, marked to be evaluated by the server on unverified attributes.
    pub(crate) fn unverified(self) -> Self {
        Self::new(self.condition.map(|condition| tree::ConditionTree::Unverified(Box::new(condition))))
    }

    fn join<Y, Z>(
        self,
        other: Condition<E, Y>,
        join: fn(tree::ConditionTree, tree::ConditionTree) -> Result<tree::ConditionTree>,
    ) -> Condition<E, Z> {
        Condition::new(self.condition.and_then(|condition| join(condition, other.condition?)))
    }
}

/// Both conditions.
impl<E, X: JoinedWith<Y>, Y: Precision> BitAnd<Condition<E, Y>> for Condition<E, X> {
    type Output = Condition<E, X::Joined>;

    fn bitand(self, other: Condition<E, Y>) -> Self::Output {
        self.join(other, tree::ConditionTree::and)
    }
}

/// At least one of the conditions.
impl<E, X: JoinedWith<Y>, Y: Precision> BitOr<Condition<E, Y>> for Condition<E, X> {
    type Output = Condition<E, X::Joined>;

    fn bitor(self, other: Condition<E, Y>) -> Self::Output {
        self.join(other, tree::ConditionTree::or)
    }
}

/// The negation of the condition.
impl<E, X> Not for Condition<E, X> {
    type Output = Self;

    fn not(self) -> Self {
        Self::new(self.condition.and_then(tree::ConditionTree::not))
    }
}

impl<E, X> Clone for Condition<E, X> {
    fn clone(&self) -> Self {
        Self::new(self.condition.as_ref().map(Clone::clone).map_err(|error| error.for_another_caller()))
    }
}

/// An exact condition can be used where an approximate one is accepted.
impl<E> From<Condition<E>> for Condition<E, Approximate> {
    fn from(condition: Condition<E>) -> Self {
        Self::new(condition.condition)
    }
}

/// Shows only names: values may be secret.
impl<E, X> fmt::Debug for Condition<E, X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.condition {
            Ok(condition) => condition.fmt(f),
            Err(error) => f.debug_tuple("Condition").field(error).finish(),
        }
    }
}

/// Lets the server evaluate a condition on signed attributes, in one request, and in transactions.
///
/// Otherwise the item is read and verified first, because the server compares unverified stored values, which an
/// attacker who can write to the table may have changed; see [`Put::when`](crate::repository::Put::when).
///
/// **Weakens:** an attacker who can write to the table decides whether the condition holds. The write then replaces the
/// values that they stored, and with them the evidence.
pub fn unverified<E>(condition: Condition<E>) -> Condition<E> {
    condition.unverified()
}
