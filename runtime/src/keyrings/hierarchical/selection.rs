//! The choice of an item's branch key.

use std::borrow::Cow;
use std::sync::Arc;

use crate::error::{Error, ErrorKind, Result};
use crate::format::dbesdk::encryption_context::EncryptionContext;
use crate::item::AttributeValue;
use crate::keyrings::key_store::check_id;

type Supplier = Arc<dyn Fn(&EncryptionContext) -> Option<String> + Send + Sync>;
type TenantMap = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// The way in which the branch key of an item is chosen.
#[derive(Clone, Default)]
pub(super) struct Selection {
    rule: Rule,
    /// Maps a tenant to its branch key, if their names differ.
    tenants: Option<TenantMap>,
}

#[derive(Clone, Default)]
enum Rule {
    #[default]
    Unset,
    One(Arc<str>),
    Supplier(Supplier),
    /// The value of this attribute.
    Tenant(&'static str),
    /// Both a tenant of the entity and a choice of the program.
    Contradiction,
}

impl Selection {
    #[inline]
    pub(super) fn use_one(&mut self, id: String) {
        self.rule = Rule::One(id.into());
    }

    #[inline]
    pub(super) fn use_supplier(&mut self, supplier: Supplier) {
        self.rule = Rule::Supplier(supplier);
    }

    /// Uses the tenant of an entity. If the program chose a branch key itself, both are kept, so that the first use
    /// fails.
    #[inline]
    pub(super) fn use_tenants(&mut self, attribute: &'static str) {
        self.rule = match std::mem::take(&mut self.rule) {
            Rule::Unset | Rule::Tenant(_) => Rule::Tenant(attribute),
            Rule::One(_) | Rule::Supplier(_) | Rule::Contradiction => Rule::Contradiction,
        };
    }

    #[inline]
    pub(super) fn map_tenants(&mut self, map: TenantMap) {
        self.tenants = Some(map);
    }

    /// Returns the validated branch key id.
    #[inline]
    pub(super) fn branch_key_id(&self, context: &EncryptionContext) -> Result<Cow<'_, str>> {
        let id = match &self.rule {
            Rule::One(id) => Cow::Borrowed(&**id),
            Rule::Supplier(supplier) => Cow::Owned(supplier(context).ok_or_else(|| {
                Error::materials("the branch key supplier has no branch key for the item; nothing was sent")
            })?),
            Rule::Tenant(attribute) => Cow::Owned(self.of_tenant(attribute, context)?),
            Rule::Contradiction => {
                return Err(Error::new(
                    ErrorKind::Usage,
                    "the entity determines the branch key of an item by `#[item(tenant)]`; remove `.branch_key(..)` \
                     and `.branch_key_supplier(..)` from its keyring. Use `.branch_key_of_tenant(..)` for branch keys \
                     with other names",
                ));
            }
            Rule::Unset => {
                return Err(Error::new(
                    ErrorKind::Usage,
                    "the hierarchical keyring has no branch key: name one with `.branch_key(..)` or \
                     `.branch_key_supplier(..)`, or mark the tenant's field of the entity with `#[item(tenant)]`",
                ));
            }
        };
        check_id(&id)?;
        Ok(id)
    }

    /// Returns the branch key, if there is only one.
    #[inline]
    pub(super) fn only_one(&self) -> Option<&str> {
        match &self.rule {
            Rule::One(id) => Some(id),
            _ => None,
        }
    }

    /// Returns a description for errors and `Debug`.
    #[inline]
    pub(super) fn shown(&self) -> String {
        match &self.rule {
            Rule::One(id) => id.to_string(),
            Rule::Supplier(_) => "(by a supplier)".to_owned(),
            Rule::Tenant(attribute) => format!("(of the tenant in attribute {attribute:?})"),
            Rule::Unset | Rule::Contradiction => "(none)".to_owned(),
        }
    }

    #[inline]
    fn of_tenant(&self, attribute: &str, context: &EncryptionContext) -> Result<String> {
        let tenant = match context.attribute(attribute) {
            Some(AttributeValue::S(tenant)) => tenant,
            Some(_) => {
                return Err(Error::new(ErrorKind::Usage, "the tenant is not a string").with_attribute(attribute));
            }
            None => {
                return Err(Error::new(
                    ErrorKind::Usage,
                    "the tenant is missing in the encryption context; it has to be part of the primary key, or signed and \
                     included in the encryption context",
                )
                .with_attribute(attribute));
            }
        };
        match &self.tenants {
            None => Ok(tenant),
            Some(map) => map(&tenant).ok_or_else(|| {
                Error::materials("`branch_key_of_tenant` returned no branch key for the tenant; nothing was sent")
                    .with_attribute(attribute)
            }),
        }
    }
}
