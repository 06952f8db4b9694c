//! Two entities of one table.

use dynaseal::EncryptedItem;

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(entity = "customer")]
pub(crate) struct Customer {
    #[partition_key]
    pub(crate) id: String,
    #[sort_key]
    pub(crate) number: u32,
    pub(crate) name: String,
}

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(entity = "order")]
pub(crate) struct Order {
    #[partition_key]
    pub(crate) id: String,
    #[sort_key]
    pub(crate) number: u32,
    #[sign_only]
    pub(crate) article: String,
}
