//! Changes that the server makes to attributes that are not signed.

use aws_sdk_dynamodb::types::ReturnValue;

use crate::condition::changes::UnsignedUpdate;
use crate::condition::render::{Expression, Placeholders};
use crate::error::Result;
use crate::item::Item;

use super::Table;
use super::attempts::Repeat;
use super::precondition::Precondition;

impl Table {
    /// Changes unsigned attributes of the item of this key, and returns what was asked for of it, as it is stored.
    pub(crate) async fn update_unsigned(
        &self,
        key: Item,
        update: UnsignedUpdate,
        demands: &Precondition,
        returned: Option<ReturnValue>,
    ) -> Result<Option<Item>> {
        self.key.check_lengths(&key)?;
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
