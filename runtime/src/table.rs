//! One DynamoDB table whose items are encrypted and signed on the way in, verified and decrypted on the way out.

use aws_sdk_dynamodb::Client;

use crate::action::AttributeActions;
use crate::context::EncryptionContext;
use crate::encryptor::ItemEncryptor;
use crate::error::{Error, ErrorKind, Result};
use crate::item::{Item, MAX_ITEM_SIZE, item_size};
use crate::sdk_error::from_sdk;

/// The operations on plain attribute maps that a typed repository is made of.
#[derive(Debug)]
pub(crate) struct EncryptedTable {
    pub(crate) client: Client,
    pub(crate) name: String,
    pub(crate) encryptor: ItemEncryptor,
    pub(crate) actions: AttributeActions,
    pub(crate) context: EncryptionContext,
}

/// What a write demands of the item that is stored under its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Existence {
    Any,
    MustNotExist,
    MustExist,
}

impl EncryptedTable {
    /// Writes the whole item.
    pub(crate) async fn put(&self, item: Item, partition_key: &str, existence: Existence) -> Result<()> {
        let stored = self.encrypt(item).await?;
        let mut request = self.client.put_item().table_name(&self.name).set_item(Some(stored));
        if let Some(condition) = existence.condition() {
            request = request.condition_expression(condition).expression_attribute_names("#pk", partition_key);
        }
        match request.send().await {
            Ok(_) => Ok(()),
            Err(error) => Err(existence.explain(from_sdk("PutItem", error))),
        }
    }

    /// The stored item of this key, neither verified nor decrypted.
    pub(crate) async fn read_stored(&self, key: Item, consistent: bool) -> Result<Option<Item>> {
        let request = self.client.get_item().table_name(&self.name).set_key(Some(key)).consistent_read(consistent);
        let answer = request.send().await.map_err(|error| from_sdk("GetItem", error))?;
        Ok(answer.item)
    }

    /// Deletes the item of this key, if there is one.
    pub(crate) async fn delete(&self, key: Item) -> Result<()> {
        let request = self.client.delete_item().table_name(&self.name).set_key(Some(key));
        request.send().await.map_err(|error| from_sdk("DeleteItem", error))?;
        Ok(())
    }

    /// Encrypts an item, and refuses what DynamoDB would refuse for its size.
    pub(crate) async fn encrypt(&self, item: Item) -> Result<Item> {
        let plain_size = item_size(&item);
        let stored = self.encryptor.encrypt(item, &self.actions, &self.context).await?;
        let size = item_size(&stored);
        if size <= MAX_ITEM_SIZE {
            return Ok(stored);
        }
        Err(Error::new(
            ErrorKind::TooLarge,
            format!(
                "the item has {size} bytes after encryption ({plain_size} before), DynamoDB stores at most {MAX_ITEM_SIZE}"
            ),
        ))
    }

    /// Verifies and decrypts an item of this table.
    pub(crate) async fn decrypt(&self, stored: Item) -> Result<Item> {
        self.encryptor.decrypt(stored, &self.actions, &self.context).await
    }
}

impl Existence {
    fn condition(self) -> Option<&'static str> {
        match self {
            Self::Any => None,
            Self::MustNotExist => Some("attribute_not_exists(#pk)"),
            Self::MustExist => Some("attribute_exists(#pk)"),
        }
    }

    /// A failed condition in the words of the call.
    fn explain(self, error: Error) -> Error {
        match self {
            Self::MustNotExist if error.kind() == ErrorKind::ConditionFailed => {
                error.recast(ErrorKind::AlreadyExists, "there is an item with this key already; nothing was written")
            }
            Self::MustExist if error.kind() == ErrorKind::ConditionFailed => {
                error.recast(ErrorKind::NotFound, "there is no item with this key; nothing was written")
            }
            _ => error,
        }
    }
}
