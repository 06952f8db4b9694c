//! Which entities the older of the two formats can store.

use crate::item::Item;

/// An entity that the item format of the DynamoDB Encryption Client can store: one that a repository takes with
/// [`.materials(..)`](crate::repository::RepositoryBuilder::materials).
///
/// `#[derive(EncryptedItem)]` implements it for every entity but those that need the format of the AWS Database Encryption SDK, which
/// are those with a field in the encryption context, and those with a tenant. Functions that are generic over entities and take a provider name it as a
/// bound: `T: EncryptedItem + DdbecEntity`.
#[diagnostic::on_unimplemented(
    message = "items of the DynamoDB Encryption Client cannot hold `{Self}`",
    label = "needs `.keyring(..)`",
    note = "`{Self}` uses what only the AWS Database Encryption SDK has: `#[sign_and_include_in_encryption_context]` and `#[item(tenant)]` need an encryption context, and the items that `.materials(..)` writes have none",
    note = "use `.keyring(..)` with one of `dynaseal::keyrings`, or `#[sign_only]` above the field, or remove `tenant`",
    note = "a function that is generic over entities needs the bound `T: DdbecEntity`"
)]
pub trait DdbecEntity {}

/// An [`EncryptedTable`](crate::EncryptedTable), whose actions are only known at run time: it fails with `Usage`.
#[diagnostic::do_not_recommend]
impl DdbecEntity for Item {}
