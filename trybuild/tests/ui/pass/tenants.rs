#![deny(warnings)]

use dynaseal::keyrings::{Keyring, RawAesKeyring, TakesKeyring};
use dynaseal::repository::{RepositoryBuilder, WantsMaterials};
use dynaseal::{EncryptedItem, NoTenant, Repository, Tenancy, WithTenant};

#[derive(EncryptedItem)]
pub struct Order {
    #[partition_key]
    #[item(tenant, rename = "s")]
    shop: String,
    #[sort_key]
    number: u64,
    card: String,
}

#[derive(EncryptedItem)]
pub struct Ticket<T: Send + Sync + Clone + serde::Serialize + serde::de::DeserializeOwned + 'static> {
    #[partition_key]
    id: String,
    #[sign_and_include_in_encryption_context]
    #[item(tenant)]
    organizer: String,
    seat: T,
}

#[derive(EncryptedItem)]
#[item(partition_key(name = "PK", template = "SHOP#{shop}#TILL#{till}"))]
pub struct Till {
    #[sign_and_include_in_encryption_context]
    #[item(tenant)]
    shop: String,
    #[sign_only]
    till: String,
    balance: u64,
}

#[derive(EncryptedItem)]
pub struct Numbered {
    #[partition_key]
    #[item(tenant, template = "TENANT#{tenant:06}")]
    tenant: u32,
    name: String,
}

#[derive(EncryptedItem)]
pub struct Plain {
    #[partition_key]
    id: String,
    text: String,
}

/// Takes a `HierarchicalKeyring`, which needs the feature `kms`.
pub fn open<K>(builder: RepositoryBuilder<Order, WantsMaterials>, keyring: K) -> Repository<Order>
where
    K: Keyring + Clone + 'static,
    WithTenant<Order>: TakesKeyring<K>,
{
    builder.keyring(keyring.clone()).build().with_keyring(keyring)
}

pub fn open_tickets<K>(builder: RepositoryBuilder<Ticket<u8>, WantsMaterials>, keyring: K) -> Repository<Ticket<u8>>
where
    K: Keyring + 'static,
    WithTenant<Ticket<u8>>: TakesKeyring<K>,
{
    builder.keyring(keyring).build()
}

pub fn open_any<T: EncryptedItem + Tenancy<Kind = NoTenant>>(
    builder: RepositoryBuilder<T, WantsMaterials>,
    keyring: impl Keyring + 'static,
) -> Repository<T> {
    builder.keyring(keyring).build()
}

pub fn open_plain(builder: RepositoryBuilder<Plain, WantsMaterials>, keyring: RawAesKeyring) -> Repository<Plain> {
    open_any(builder, keyring)
}

fn main() {
    let tenants = [Order::TENANT, Ticket::<u8>::TENANT, Till::TENANT, Numbered::TENANT, Plain::TENANT];
    assert_eq!(tenants, [Some("s"), Some("organizer"), Some("shop"), Some("tenant"), None]);
}
