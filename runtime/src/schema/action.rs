//! What happens to each attribute of an item.

use std::collections::HashMap;

use super::derived::Derived;

/// What happens to an attribute before its item leaves the process, from the strongest protection to none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum AttributeAction {
    /// The value is encrypted, and the result signed. The default.
    EncryptAndSign,
    /// The value stays readable, and is signed: it cannot be changed unnoticed.
    SignOnly,
    /// The value stays readable, is signed, and is part of the encryption context, which AWS KMS logs.
    ///
    /// Only items of the AWS Database Encryption SDK have this action. The attribute must be in every item, and its value has
    /// at most 65,535 bytes there. If an attribute has it, the primary key has it, too.
    SignAndIncludeInEncryptionContext,
    /// The value stays readable and can be changed by anyone who can write to the table.
    DoNothing,
}

/// The action of every attribute of an item: a default, and overrides by name.
///
/// Names are those of top-level attributes; an action covers a value with all that is nested in it. The action is part of
/// what is signed, so an item can only be read with the actions that it was written with.
///
/// ```
/// use dynaseal::{AttributeAction, AttributeActions};
///
/// let actions = AttributeActions::new(AttributeAction::EncryptAndSign)
///     .with("employee_id", AttributeAction::SignOnly)
///     .with("logins", AttributeAction::DoNothing);
/// assert_eq!(actions.action("salary"), AttributeAction::EncryptAndSign);
/// ```
#[derive(Clone, Debug)]
pub struct AttributeActions {
    default: AttributeAction,
    unsigned_prefix: Option<String>,
    /// Whoever chooses what is stored does not choose these names, so the hash need not withstand an attack.
    overrides: HashMap<String, AttributeAction, foldhash::fast::RandomState>,
    derived: Derived,
}

/// True for the attributes that DynamoDB itself adds to items of global tables (version 2017.11.29), after the client signed
/// them. Any other name with the same prefix is an attribute like every other.
pub(crate) fn is_of_replication(name: &str) -> bool {
    matches!(name, "aws:rep:deleting" | "aws:rep:updatetime" | "aws:rep:updateregion")
}

impl AttributeActions {
    /// The same action for every attribute that is not named by [`with`](Self::with). What DynamoDB itself adds to items of
    /// global tables of version 2017.11.29 (`aws:rep:deleting`, `aws:rep:updatetime`, `aws:rep:updateregion`) is `DoNothing`
    /// without being named.
    pub fn new(default: AttributeAction) -> Self {
        Self { default, unsigned_prefix: None, overrides: HashMap::default(), derived: Derived::default() }
    }

    /// Sets the action of one attribute. Of several for the same name, the last one counts.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, action: AttributeAction) -> Self {
        self.overrides.insert(name.into(), action);
        self.derived = Derived::default();
        self
    }

    /// Gives `DoNothing` to every attribute whose name begins with `prefix` and that is not named by [`with`](Self::with).
    ///
    /// In items of the AWS Database Encryption SDK an attribute can only become signed, or cease to be, by changing its name. A
    /// prefix that is decided on early, such as `:`, leaves room for unsigned attributes that nobody thought of yet.
    #[must_use]
    pub fn unsigned_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.unsigned_prefix = Some(prefix.into());
        self.derived = Derived::default();
        self
    }

    /// The action of the attribute of this name.
    pub fn action(&self, name: &str) -> AttributeAction {
        self.overrides.get(name).copied().unwrap_or_else(|| self.undeclared_action(name))
    }

    /// True if the attribute has an action of its own.
    pub(crate) fn declares(&self, name: &str) -> bool {
        self.overrides.contains_key(name)
    }

    /// The attributes that have an action of their own, in no particular order.
    pub(crate) fn declared(&self) -> impl Iterator<Item = (&str, AttributeAction)> {
        self.overrides.iter().map(|(name, action)| (name.as_str(), *action))
    }

    /// The action of attributes that have none of their own.
    pub(crate) fn default_action(&self) -> AttributeAction {
        self.default
    }

    /// True if no attribute whatsoever would be encrypted or signed.
    pub(crate) fn protect_nothing(&self) -> bool {
        self.all().all(|action| action == AttributeAction::DoNothing)
    }

    /// True if an attribute could be encrypted, whether or not a given item has it.
    pub(crate) fn encrypt_something(&self) -> bool {
        self.all().any(|action| action == AttributeAction::EncryptAndSign)
    }

    /// What formats have worked out of these actions.
    pub(crate) fn derived(&self) -> &Derived {
        &self.derived
    }

    /// True if the prefix of unsigned attributes covers the name.
    pub(crate) fn has_unsigned_prefix(&self, name: &str) -> bool {
        self.unsigned_prefix.as_ref().is_some_and(|prefix| name.starts_with(prefix))
    }

    /// The action of an attribute that has none of its own.
    pub(crate) fn undeclared_action(&self, name: &str) -> AttributeAction {
        if is_of_replication(name) || self.has_unsigned_prefix(name) {
            AttributeAction::DoNothing
        } else {
            self.default
        }
    }

    fn all(&self) -> impl Iterator<Item = AttributeAction> {
        [self.default].into_iter().chain(self.overrides.values().copied())
    }
}
