//! Conditions on a stored item, as a tree.

use std::fmt;

use crate::error::{Error, ErrorKind, Result};
use crate::item::{AttributeValue, Item};

use super::limits::{MAX_OPERATORS, too_long};

/// "Expression parameters" in the Amazon DynamoDB developer guide, "Service, account, and table quotas".
pub(crate) const MAX_IN_VALUES: usize = 100;

/// A condition on the attributes of one item.
#[derive(Clone, PartialEq)]
pub(crate) enum ConditionTree {
    Exists(String),
    Missing(String),
    Compares(Operand, Comparator, AttributeValue),
    Between(Operand, AttributeValue, AttributeValue),
    IsIn(String, Vec<AttributeValue>),
    BeginsWith(String, AttributeValue),
    Contains(String, AttributeValue),
    Not(Box<Self>),
    /// All of the conditions hold. Without conditions, it always holds.
    All(Vec<Self>),
    /// At least one of the conditions holds.
    Any(Vec<Self>),
    /// The program lets the server evaluate it on unverified attributes; see `danger::unverified`.
    Unverified(Box<Self>),
}

/// The state of a condition after an item was verified.
pub(crate) enum Evaluated {
    Known(bool),
    /// The part that the server still has to evaluate.
    Open(ConditionTree),
}

/// The part of an attribute that is compared.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Operand {
    Attribute(String),
    SizeOf(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl ConditionTree {
    pub(crate) fn equals(name: impl Into<String>, value: AttributeValue) -> Self {
        Self::Compares(Operand::Attribute(name.into()), Comparator::Equal, value)
    }

    /// One of the values.
    pub(crate) fn is_in(name: &str, values: Vec<AttributeValue>) -> Result<Self> {
        let message = match values.len() {
            0 => "nothing is in an empty list; `is_in` needs at least one value",
            1..=MAX_IN_VALUES => return Ok(Self::IsIn(name.to_owned(), values)),
            _ => "DynamoDB compares with at most 100 values at once; join several `is_in` with `|`",
        };
        Err(Error::new(ErrorKind::Usage, message).with_attribute(name))
    }

    /// Both conditions. Conditions that are combined one by one become one list.
    pub(crate) fn and(self, other: Self) -> Result<Self> {
        let mut conditions = match self {
            Self::All(conditions) => conditions,
            single => vec![single],
        };
        match other {
            Self::All(more) => conditions.extend(more),
            single => conditions.push(single),
        }
        Self::All(conditions).limited()
    }

    /// At least one of both conditions.
    pub(crate) fn or(self, other: Self) -> Result<Self> {
        let mut conditions = match self {
            Self::Any(conditions) => conditions,
            single => vec![single],
        };
        match other {
            Self::Any(more) => conditions.extend(more),
            single => conditions.push(single),
        }
        Self::Any(conditions).limited()
    }

    /// The negation.
    pub(crate) fn not(self) -> Result<Self> {
        match self {
            Self::Not(condition) => Ok(*condition),
            condition => Self::Not(Box::new(condition)).limited(),
        }
    }

    /// Returns whether the condition contains such an attribute outside of parts that the server evaluates in any case.
    pub(crate) fn is_about(&self, is_signed: &impl Fn(&str) -> bool) -> bool {
        match self {
            Self::Unverified(_) => false,
            Self::Not(condition) => condition.is_about(is_signed),
            Self::All(conditions) | Self::Any(conditions) => {
                conditions.iter().any(|condition| condition.is_about(is_signed))
            }
            leaf => leaf.names().into_iter().any(is_signed),
        }
    }

    /// Replaces the parts on signed attributes by their truth value for a verified item.
    pub(crate) fn evaluate(&self, is_signed: &impl Fn(&str) -> bool, item: &Item) -> Evaluated {
        match self {
            Self::Not(condition) => match condition.evaluate(is_signed, item) {
                Evaluated::Known(holds) => Evaluated::Known(!holds),
                Evaluated::Open(left) => Evaluated::Open(Self::Not(Box::new(left))),
            },
            Self::All(conditions) => Self::evaluate_list(conditions, false, is_signed, item),
            Self::Any(conditions) => Self::evaluate_list(conditions, true, is_signed, item),
            leaf if leaf.is_about(is_signed) => Evaluated::Known(leaf.holds_for(item)),
            other => Evaluated::Open(other.clone()),
        }
    }

    /// Combines a list that one member can decide: with `true` if one is sufficient, with `false` if all have to hold.
    fn evaluate_list(list: &[Self], decides: bool, is_signed: &impl Fn(&str) -> bool, item: &Item) -> Evaluated {
        let mut left = Vec::new();
        for condition in list {
            match condition.evaluate(is_signed, item) {
                Evaluated::Known(holds) if holds == decides => return Evaluated::Known(decides),
                Evaluated::Known(_) => {}
                Evaluated::Open(condition) => left.push(condition),
            }
        }
        match left.len() {
            0 => Evaluated::Known(!decides),
            _ if decides => Evaluated::Open(Self::Any(left)),
            _ => Evaluated::Open(Self::All(left)),
        }
    }

    /// Returns the names of all attributes in the condition.
    pub(crate) fn names(&self) -> Vec<&str> {
        match self {
            Self::Exists(name)
            | Self::Missing(name)
            | Self::Compares(Operand::Attribute(name) | Operand::SizeOf(name), ..)
            | Self::Between(Operand::Attribute(name) | Operand::SizeOf(name), ..)
            | Self::IsIn(name, _)
            | Self::BeginsWith(name, _)
            | Self::Contains(name, _) => vec![name],
            Self::Not(condition) | Self::Unverified(condition) => condition.names(),
            Self::All(conditions) | Self::Any(conditions) => conditions.iter().flat_map(Self::names).collect(),
        }
    }

    /// Returns the names of the attributes whose values are compared.
    pub(crate) fn compared(&self) -> Vec<&str> {
        match self {
            Self::Exists(_) | Self::Missing(_) => Vec::new(),
            Self::Not(condition) | Self::Unverified(condition) => condition.compared(),
            Self::All(conditions) | Self::Any(conditions) => conditions.iter().flat_map(Self::compared).collect(),
            _ => self.names(),
        }
    }

    /// Returns the number of operators and functions as DynamoDB counts them.
    pub(crate) fn operators(&self) -> usize {
        match self {
            Self::Compares(Operand::SizeOf(_), ..) | Self::Between(Operand::SizeOf(_), ..) => 2,
            Self::Not(condition) => 1 + condition.operators(),
            Self::Unverified(condition) => condition.operators(),
            Self::All(conditions) | Self::Any(conditions) => {
                conditions.iter().map(Self::operators).sum::<usize>() + conditions.len().saturating_sub(1)
            }
            _ => 1,
        }
    }

    pub(super) fn is_list(&self) -> bool {
        match self {
            Self::All(list) | Self::Any(list) => list.len() > 1,
            Self::Unverified(condition) => condition.is_list(),
            _ => false,
        }
    }

    /// Rejects conditions above DynamoDB's limits, before trees get deep enough to exhaust the stack.
    fn limited(self) -> Result<Self> {
        if self.operators() <= MAX_OPERATORS { Ok(self) } else { Err(too_long("condition")) }
    }
}

/// Shows only names: values may be secret.
impl fmt::Debug for ConditionTree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ConditionTree").field(&self.names()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::condition::render::Placeholders;

    fn number(value: usize) -> AttributeValue {
        AttributeValue::N(value.to_string())
    }

    fn equals(value: usize) -> ConditionTree {
        ConditionTree::equals("a", number(value))
    }

    fn text(condition: ConditionTree) -> String {
        condition.render(&mut Placeholders::default())
    }

    #[test]
    fn only_nested_lists_are_parenthesized() {
        let either = equals(0).or(equals(1)).unwrap();
        assert_eq!(text(either.clone()), "#0 = :0 OR #1 = :1");
        assert_eq!(text(either.clone().not().unwrap()), "NOT (#0 = :0 OR #1 = :1)");
        assert_eq!(text(either.clone().and(equals(2)).unwrap()), "(#0 = :0 OR #1 = :1) AND #2 = :2");
        assert_eq!(text(either.clone().or(either).unwrap()), "#0 = :0 OR #1 = :1 OR #2 = :2 OR #3 = :3");
        assert_eq!(text(ConditionTree::All(vec![ConditionTree::All(vec![equals(0)])])), "#0 = :0");
    }

    #[test]
    fn double_negation_cancels_out() {
        assert_eq!(equals(0).not().unwrap().not().unwrap(), equals(0));
    }

    #[test]
    fn the_301st_operator_is_rejected() {
        let joined = (1..150).try_fold(equals(0), |all, next| all.or(equals(next))).unwrap();
        assert_eq!(joined.operators(), 299);
        let negated = joined.not().unwrap();
        assert_eq!(negated.operators(), 300);
        let error = negated.and(equals(150)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
    }

    #[test]
    fn a_list_has_one_to_a_hundred_values() {
        let is_in = |count| ConditionTree::is_in("a", (0..count).map(number).collect());
        for count in [0, 101] {
            let error = is_in(count).unwrap_err();
            assert_eq!((error.kind(), error.attribute()), (ErrorKind::Usage, Some("a")));
        }
        for count in [1, 100] {
            assert!(text(is_in(count).unwrap()).starts_with("#0 IN (:0"));
        }
    }

    #[test]
    fn debug_shows_names_and_no_values() {
        let condition =
            ConditionTree::equals("note", AttributeValue::S("SECRET".to_owned())).and(equals(4711)).unwrap();
        assert_eq!(format!("{condition:?}"), r#"ConditionTree(["note", "a"])"#);
    }
}
