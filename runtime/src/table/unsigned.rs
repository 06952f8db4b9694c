//! Changes that the server makes to attributes that are not signed.

use std::borrow::Cow;

use aws_sdk_dynamodb::types::ReturnValue;

use crate::error::{Error, ErrorKind, Result};
use crate::item::{AttributeValue, Item};

use super::Table;
use super::attempts::Repeat;
use super::demands::Demands;
use super::expression::{Expression, Placeholders};

/// What to set, add to and remove. That none of it is signed is for the caller to see to.
#[derive(Debug, Default)]
pub(crate) struct UnsignedUpdate {
    pub(crate) set: Vec<(Cow<'static, str>, AttributeValue)>,
    pub(crate) add: Vec<(Cow<'static, str>, AttributeValue)>,
    pub(crate) remove: Vec<Cow<'static, str>>,
}

impl UnsignedUpdate {
    /// Both updates. DynamoDB refuses two changes of one attribute.
    pub(crate) fn join(mut self, other: Self) -> Result<Self> {
        if let Some(name) = other.names().find(|name| self.names().any(|known| known == *name)) {
            return Err(
                Error::new(ErrorKind::Usage, "an update can change an attribute only once").with_attribute(name)
            );
        }
        self.set.extend(other.set);
        self.add.extend(other.add);
        self.remove.extend(other.remove);
        Ok(self)
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.set.iter().chain(&self.add).map(|(name, _)| name).chain(&self.remove).map(AsRef::as_ref)
    }
}

impl Table {
    /// Changes unsigned attributes of the item of this key, and returns what was asked for of it, as it is stored.
    pub(crate) async fn update_unsigned(
        &self,
        key: Item,
        update: UnsignedUpdate,
        demands: &Demands,
        returned: Option<ReturnValue>,
    ) -> Result<Option<Item>> {
        let mut placeholders = Placeholders::default();
        let update = Expression::update_unsigned(update, &mut placeholders);
        let condition = demands.expression(self, &mut placeholders)?;
        if !update.fits() {
            return Err(Expression::too_long("update"));
        }
        let sent = self.send_update(key, update, condition, placeholders, Repeat::Never, returned).await;
        sent.map_err(|failure| demands.explain(failure))
    }
}
