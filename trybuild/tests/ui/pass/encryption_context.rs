#![deny(warnings)]

use dynaseal::AttributeAction::{DoNothing, EncryptAndSign, SignAndIncludeInEncryptionContext, SignOnly};
use dynaseal::keyrings::RawAesKeyring;
use dynaseal::materials::KeyFileProvider;
use dynaseal::repository::{RepositoryBuilder, WantsMaterials};
use dynaseal::{AttributeActions, DdbecEntity, EncryptedItem, Expiry, Repository};

#[derive(EncryptedItem)]
#[item(unsigned_prefix = ":", unknown = encrypt, other(":note", action = do_nothing))]
#[item(index(name = "by-customer", partition = customer, sort(name = "SK", template = "PAID#{paid}")))]
pub struct Invoice<Total> {
    #[partition_key]
    #[sign_and_include_in_encryption_context]
    invoice_id: String,
    #[sort_key]
    #[sign_only]
    #[item(template = "YEAR#{year:04}")]
    year: u32,
    #[sign_and_include_in_encryption_context]
    customer: String,
    #[sign_and_include_in_encryption_context]
    paid: bool,
    #[sign_and_include_in_encryption_context]
    #[item(default, bytes)]
    seal: Vec<u8>,
    #[sign_and_include_in_encryption_context]
    #[item(ttl)]
    expires: Expiry,
    total: Total,
    #[do_nothing]
    #[item(rename = ":views")]
    views: u64,
}

pub fn open(builder: RepositoryBuilder<Invoice<u64>, WantsMaterials>, keyring: RawAesKeyring) -> Repository<Invoice<u64>> {
    builder.keyring(keyring).build()
}

#[derive(EncryptedItem)]
pub struct Note<T: Send + Sync + Clone + serde::Serialize + serde::de::DeserializeOwned + 'static> {
    #[partition_key]
    id: String,
    text: T,
}

pub fn open_either<T: EncryptedItem + DdbecEntity>(
    builder: RepositoryBuilder<T, WantsMaterials>,
    provider: KeyFileProvider,
) -> Repository<T> {
    builder.materials(provider).build()
}

pub fn open_notes(builder: RepositoryBuilder<Note<u8>, WantsMaterials>, provider: KeyFileProvider) -> Repository<Note<u8>> {
    open_either(builder, provider)
}

fn main() {
    let actions = AttributeActions::of::<Invoice<u64>>();
    for name in ["invoice_id", "year", "customer", "paid", "seal", "expires"] {
        assert_eq!(actions.action(name), SignAndIncludeInEncryptionContext, "{name}");
    }
    let others = ["SK", "total", ":views", ":note", ":whatever", "whatever"].map(|name| actions.action(name));
    assert_eq!(others, [SignOnly, EncryptAndSign, DoNothing, DoNothing, DoNothing, EncryptAndSign]);
    assert_eq!(AttributeActions::of::<Note<u8>>().action("id"), SignOnly);
}
