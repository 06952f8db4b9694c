//! Server-side changes of unsigned attributes.

use aws_sdk_dynamodb::types::ReturnValue;

use crate::condition::changes::UnsignedUpdate;
use crate::condition::render::{Expression, Placeholders};
use crate::error::Result;
use crate::item::Item;

use super::Table;
use super::attempts::Repeat;
use super::precondition::Precondition;

impl Table {
    /// Changes unsigned attributes of the item of this key, and returns the requested attributes as stored.
    pub(crate) async fn update_unsigned(
        &self,
        key: Item,
        update: UnsignedUpdate,
        precondition: &Precondition,
        returned: Option<ReturnValue>,
    ) -> Result<Option<Item>> {
        self.key.check_lengths(&key)?;
        let mut attempt = 0;
        loop {
            let evaluated = self.evaluate(&key, precondition, attempt).await?;
            let mut placeholders = Placeholders::default();
            let update = Expression::update_unsigned(update.clone(), &mut placeholders);
            let condition = evaluated.expression(self, &mut placeholders)?;
            if !update.fits() {
                return Err(Expression::too_long("update"));
            }
            let (key, returned) = (key.clone(), returned.clone());
            match self.send_update(key, update, condition, placeholders, Repeat::Never, returned).await {
                Err(failure) if evaluated.lost_race(&failure) => attempt += 1,
                sent => return sent.map_err(|failure| precondition.explain(failure)),
            }
        }
    }
}
