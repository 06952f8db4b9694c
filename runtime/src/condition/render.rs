//! Expressions with placeholders, within DynamoDB's limits.

use std::collections::HashMap;

use crate::condition::changes::{Edit, UnsignedUpdate};
use crate::error::Error;
use crate::item::{AttributeValue, Item};

use super::limits;
use super::tree::{Comparator, ConditionTree, Operand};

/// An update or condition expression, as text.
#[derive(Debug, Default)]
pub(crate) struct Expression {
    text: String,
    operators: usize,
}

/// The values of the placeholders in the expressions of a request.
#[derive(Debug, Default)]
pub(crate) struct Placeholders {
    names: HashMap<String, String>,
    values: Item,
}

impl Expression {
    /// All the conditions.
    pub(crate) fn all(conditions: Vec<ConditionTree>, placeholders: &mut Placeholders) -> Self {
        let all = ConditionTree::All(conditions);
        Self { operators: all.operators(), text: all.render(placeholders) }
    }

    /// Sets and removes attributes. [`Placeholders::set_values`] adds the values to set.
    pub(crate) fn update(set: &[String], remove: &[String], placeholders: &mut Placeholders) -> Self {
        placeholders.names.reserve(set.len() + remove.len());
        let mut sets = Self::default();
        for (position, name) in set.iter().enumerate() {
            sets.join(", ", &[&placeholders.name(name), " = ", &set_placeholder(position)]);
        }
        let mut removes = Self::default();
        for name in remove {
            removes.join(", ", &[&placeholders.name(name)]);
        }
        Self::clauses([("SET ", sets), ("REMOVE ", removes)])
    }

    /// Sets, adds to and removes attributes, with their values.
    pub(crate) fn update_unsigned(update: UnsignedUpdate, placeholders: &mut Placeholders) -> Self {
        let (mut sets, mut adds, mut removes) = (Self::default(), Self::default(), Self::default());
        for (name, value) in update.set {
            sets.join(", ", &[&placeholders.name(name), " = ", &placeholders.value(value)]);
        }
        for (name, amount) in update.add {
            adds.join(", ", &[&placeholders.name(name), " ", &placeholders.value(amount)]);
        }
        for name in update.remove {
            removes.join(", ", &[&placeholders.name(name)]);
        }
        let mut deletes = Self::default();
        for (name, edit, value) in update.edits {
            let (name, value) = (placeholders.name(name), placeholders.value(value));
            // A missing list counts as empty.
            let mut list = || format!("if_not_exists({name}, {})", placeholders.value(AttributeValue::L(Vec::new())));
            match edit {
                Edit::SetIfMissing => sets.join_call(&format!("{name} = if_not_exists({name}, {value})"), 1),
                Edit::Append => sets.join_call(&format!("{name} = list_append({}, {value})", list()), 2),
                Edit::Prepend => sets.join_call(&format!("{name} = list_append({value}, {})", list()), 2),
                Edit::DeleteMembers => deletes.join(", ", &[&name, " ", &value]),
            }
        }
        Self::clauses([("SET ", sets), ("ADD ", adds), ("REMOVE ", removes), ("DELETE ", deletes)])
    }

    /// Returns the nonempty clauses, each after its keyword.
    fn clauses<const N: usize>(clauses: [(&str, Self); N]) -> Self {
        let mut expression = Self::default();
        for (keyword, list) in clauses.into_iter().filter(|(_, list)| !list.text.is_empty()) {
            expression.text.extend([keyword, &list.text, " "]);
            expression.operators += list.operators;
        }
        expression
    }

    /// Returns whether DynamoDB accepts an expression of this length with this many operators.
    pub(crate) fn fits(&self) -> bool {
        self.text.len() <= limits::MAX_LENGTH && self.operators <= limits::MAX_OPERATORS
    }

    /// Returns the error of an expression, a `what`, that exceeds the limits.
    pub(crate) fn too_long(what: &str) -> Error {
        limits::too_long(what)
    }

    /// Returns the text; `None` for an empty expression.
    pub(crate) fn into_text(self) -> Option<String> {
        Some(self.text).filter(|text| !text.is_empty())
    }

    /// A term that calls functions.
    fn join_call(&mut self, term: &str, functions: usize) {
        self.join(", ", &[term]);
        self.operators += functions;
    }

    /// Each term has one operator or function, and so does each conjunction.
    fn join(&mut self, joint: &str, term: &[&str]) {
        if !self.text.is_empty() {
            self.text.push_str(joint);
            self.operators += 1;
        }
        self.text.extend(term.iter().copied());
        self.operators += 1;
    }
}

impl ConditionTree {
    /// Returns the condition as text.
    pub(crate) fn render(self, placeholders: &mut Placeholders) -> String {
        match self {
            Self::Exists(name) => format!("attribute_exists({})", placeholders.name(name)),
            Self::Missing(name) => format!("attribute_not_exists({})", placeholders.name(name)),
            Self::Compares(operand, comparator, value) => {
                format!("{} {} {}", operand.render(placeholders), comparator.symbol(), placeholders.value(value))
            }
            Self::Between(operand, low, high) => format!(
                "{} BETWEEN {} AND {}",
                operand.render(placeholders),
                placeholders.value(low),
                placeholders.value(high)
            ),
            Self::IsIn(name, values) => {
                let values: Vec<String> = values.into_iter().map(|value| placeholders.value(value)).collect();
                format!("{} IN ({})", placeholders.name(name), values.join(", "))
            }
            Self::BeginsWith(name, prefix) => {
                format!("begins_with({}, {})", placeholders.name(name), placeholders.value(prefix))
            }
            Self::Contains(name, part) => {
                format!("contains({}, {})", placeholders.name(name), placeholders.value(part))
            }
            Self::Not(condition) => format!("NOT ({})", condition.render(placeholders)),
            Self::Unverified(condition) => condition.render(placeholders),
            Self::All(conditions) => render_list(conditions, " AND ", placeholders),
            Self::Any(conditions) => render_list(conditions, " OR ", placeholders),
        }
    }
}

impl Operand {
    fn render(self, placeholders: &mut Placeholders) -> String {
        match self {
            Self::Attribute(name) => placeholders.name(name),
            Self::SizeOf(name) => format!("size({})", placeholders.name(name)),
        }
    }
}

impl Comparator {
    fn symbol(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "<>",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }
}

/// Nested lists get parentheses; DynamoDB rejects redundant ones.
fn render_list(conditions: Vec<ConditionTree>, joint: &str, placeholders: &mut Placeholders) -> String {
    let terms = conditions.into_iter().map(|condition| {
        let is_list = condition.is_list();
        let text = condition.render(placeholders);
        if is_list { format!("({text})") } else { text }
    });
    terms.collect::<Vec<_>>().join(joint)
}

impl Placeholders {
    pub(crate) fn name(&mut self, name: impl Into<String>) -> String {
        let placeholder = format!("#{}", self.names.len());
        self.names.insert(placeholder.clone(), name.into());
        placeholder
    }

    pub(crate) fn value(&mut self, value: AttributeValue) -> String {
        let placeholder = format!(":{}", self.values.len());
        self.values.insert(placeholder.clone(), value);
        placeholder
    }

    /// Moves the values to set out of the item.
    pub(crate) fn set_values(&mut self, set: &[String], item: &mut Item) {
        self.values.reserve(set.len());
        for (position, name) in set.iter().enumerate() {
            self.values.extend(item.remove(name).map(|value| (set_placeholder(position), value)));
        }
    }

    /// Returns the map for the request; DynamoDB rejects empty maps.
    pub(crate) fn into_parts(self) -> (Option<HashMap<String, String>>, Option<Item>) {
        (Some(self.names).filter(|names| !names.is_empty()), Some(self.values).filter(|values| !values.is_empty()))
    }
}

/// Separate from the placeholders of conditions, because these values are added later.
fn set_placeholder(position: usize) -> String {
    format!(":s{position}")
}
