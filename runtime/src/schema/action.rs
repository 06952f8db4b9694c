//! The protection of each attribute of an item.

use std::collections::HashMap;

use super::derived::Derived;

/// How an attribute is protected before its item leaves the process, from the strongest protection to none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum AttributeAction {
    /// The value is encrypted and signed. The default.
    EncryptAndSign,
    /// The value is readable and signed: changes are detected.
    SignOnly,
    /// The value is readable, signed, and part of the encryption context, which AWS KMS logs.
    ///
    /// Only items of the AWS Database Encryption SDK support this action. The attribute must be present in every item,
    /// and its value must not exceed 65,535 bytes. If any attribute has this action, the primary key has it, too.
    SignAndIncludeInEncryptionContext,
    /// The value is readable and not signed: anyone who can write to the table can change it.
    DoNothing,
}

/// The attribute action of every attribute of an item: a default, and overrides by name.
///
/// Names are those of top-level attributes; an action covers a value with everything nested in it. The action is part
/// of the signed data, so an item can only be read with the actions with which it was written.
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
    /// An attacker does not choose these names, so the hash need not resist collisions.
    overrides: HashMap<String, AttributeAction, foldhash::fast::RandomState>,
    derived: Derived,
}

/// Returns whether DynamoDB itself adds the attribute to items of global tables (version 2017.11.29), after the client
/// has signed them. Any other name with the same prefix is an ordinary attribute.
pub(crate) fn is_of_replication(name: &str) -> bool {
    matches!(name, "aws:rep:deleting" | "aws:rep:updatetime" | "aws:rep:updateregion")
}

impl AttributeActions {
    /// Gives the same action to every attribute that is not named with [`with`](Self::with). The attributes that
    /// DynamoDB adds to items of global tables of version 2017.11.29 (`aws:rep:deleting`, `aws:rep:updatetime`,
    /// `aws:rep:updateregion`) are `DoNothing` unless named.
    pub fn new(default: AttributeAction) -> Self {
        Self { default, unsigned_prefix: None, overrides: HashMap::default(), derived: Derived::default() }
    }

    /// Sets the action of one attribute. The last call for a name takes effect.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, action: AttributeAction) -> Self {
        self.overrides.insert(name.into(), action);
        self.derived = Derived::default();
        self
    }

    /// Gives `DoNothing` to every attribute whose name begins with `prefix` and that is not named with
    /// [`with`](Self::with).
    ///
    /// In items of the AWS Database Encryption SDK, an attribute can only become signed or unsigned by changing its
    /// name. A prefix chosen early, such as `:`, allows adding unsigned attributes later.
    #[must_use]
    pub fn unsigned_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.unsigned_prefix = Some(prefix.into());
        self.derived = Derived::default();
        self
    }

    /// Returns the action of the attribute with this name.
    pub fn action(&self, name: &str) -> AttributeAction {
        self.overrides.get(name).copied().unwrap_or_else(|| self.undeclared_action(name))
    }

    /// Returns whether the attribute has its own action.
    pub(crate) fn declares(&self, name: &str) -> bool {
        self.overrides.contains_key(name)
    }

    /// Returns the attributes with their own action, in no particular order.
    pub(crate) fn declared(&self) -> impl Iterator<Item = (&str, AttributeAction)> {
        self.overrides.iter().map(|(name, action)| (name.as_str(), *action))
    }

    /// Returns the action of all other attributes.
    pub(crate) fn default_action(&self) -> AttributeAction {
        self.default
    }

    /// Returns whether no attribute would be encrypted or signed.
    pub(crate) fn protect_nothing(&self) -> bool {
        self.all().all(|action| action == AttributeAction::DoNothing)
    }

    /// Returns whether every attribute is signed that DynamoDB itself does not add.
    pub(crate) fn sign_everything(&self) -> bool {
        self.unsigned_prefix.is_none() && self.all().all(|action| action != AttributeAction::DoNothing)
    }

    /// Returns whether any attribute could be encrypted, whether or not a given item has it.
    pub(crate) fn encrypt_something(&self) -> bool {
        self.all().any(|action| action == AttributeAction::EncryptAndSign)
    }

    /// Returns the values that formats have derived from these actions.
    pub(crate) fn derived(&self) -> &Derived {
        &self.derived
    }

    /// Returns whether every attribute has the same action as under `other`.
    pub(crate) fn is_same_as(&self, other: &Self) -> bool {
        self.default == other.default
            && self.unsigned_prefix == other.unsigned_prefix
            && self.overrides == other.overrides
    }

    /// Returns the prefix of unsigned attributes.
    pub(crate) fn prefix(&self) -> Option<&str> {
        self.unsigned_prefix.as_deref()
    }

    /// Returns whether the prefix of unsigned attributes covers the name.
    pub(crate) fn has_unsigned_prefix(&self, name: &str) -> bool {
        self.unsigned_prefix.as_ref().is_some_and(|prefix| name.starts_with(prefix))
    }

    /// Returns the action of an attribute without its own action.
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
