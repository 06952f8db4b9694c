//! The patient, whose values are the secrets.

use aws_sdk_dynamodb::Client;
use dynaseal::materials::CryptographicMaterialsProvider;
use dynaseal::{EncryptedItem, ItemEncryptor, Repository};

pub(crate) const TEXT: &str = "sentinel-of-a-text";
pub(crate) const NUMBER: u64 = 1_234_509_876_123_450_987;
pub(crate) const BYTES: &[u8] = b"sentinel-of-bytes";
pub(crate) const ELEMENT: &str = "sentinel-of-an-element";
pub(crate) const LATER: &str = "sentinel-of-a-change";

#[derive(Clone, EncryptedItem)]
#[item(debug, entity = "patient")]
#[item(index(name = "by-ward", partition = ward))]
#[item(index(name = "keys-by-ward", partition = ward, projection = keys_only))]
pub(crate) struct Patient {
    #[partition_key]
    pub(crate) id: String,
    pub(crate) text: String,
    pub(crate) number: u64,
    #[item(bytes)]
    pub(crate) bytes: Vec<u8>,
    pub(crate) list: Vec<String>,
    #[sign_only]
    pub(crate) ward: String,
    #[do_nothing]
    pub(crate) visits: u64,
}

/// The same table with a struct that does not match the items.
#[derive(Clone, EncryptedItem)]
#[item(entity = "patient")]
pub(crate) struct Misfit {
    #[partition_key]
    id: String,
    text: u64,
    number: String,
    bytes: String,
    list: u64,
    #[sign_only]
    ward: String,
    #[do_nothing]
    visits: u64,
}

pub(crate) fn patient() -> Patient {
    Patient {
        id: "p-1".to_owned(),
        text: TEXT.to_owned(),
        number: NUMBER,
        bytes: BYTES.to_vec(),
        list: vec![ELEMENT.to_owned()],
        ward: "north".to_owned(),
        visits: 0,
    }
}

pub(crate) fn patient_of(number: usize) -> Patient {
    Patient { id: format!("p-{number}"), ..patient() }
}

pub(crate) fn repository<T: EncryptedItem>(
    client: &Client,
    provider: impl CryptographicMaterialsProvider + 'static,
) -> Repository<T> {
    Repository::builder(client.clone()).table("patients").encryptor(ItemEncryptor::new(provider)).build()
}
