#![deny(warnings)]

use dynaseal::keyrings::{HierarchicalKeyring, Keyring};
use dynaseal::repository::{RepositoryBuilder, WantsMaterials};
use dynaseal::{EncryptedItem, NoTenant, Repository, Tenancy};

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

pub fn open(builder: RepositoryBuilder<Order, WantsMaterials>, keyring: HierarchicalKeyring) -> Repository<Order> {
    builder.keyring(keyring).build()
}

pub fn open_tickets(
    builder: RepositoryBuilder<Ticket<u8>, WantsMaterials>,
    keyring: HierarchicalKeyring,
) -> Repository<Ticket<u8>> {
    builder.keyring(keyring.clone()).build().with_keyring(keyring)
}

pub fn open_any<T: EncryptedItem + Tenancy<Kind = NoTenant>>(
    builder: RepositoryBuilder<T, WantsMaterials>,
    keyring: impl Keyring + 'static,
) -> Repository<T> {
    builder.keyring(keyring).build()
}

pub fn open_plain(builder: RepositoryBuilder<Plain, WantsMaterials>, keyring: HierarchicalKeyring) -> Repository<Plain> {
    open_any(builder, keyring.branch_key("all"))
}

fn main() {
    let tenants = [Order::TENANT, Ticket::<u8>::TENANT, Till::TENANT, Numbered::TENANT, Plain::TENANT];
    assert_eq!(tenants, [Some("s"), Some("organizer"), Some("shop"), Some("tenant"), None]);
}
