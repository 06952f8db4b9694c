use dynaseal::keyrings::{MultiKeyring, RawAesKeyring};
use dynaseal::repository::{RepositoryBuilder, WantsMaterials};
use dynaseal::{EncryptedItem, Repository};

#[derive(EncryptedItem)]
struct Order {
    #[partition_key]
    #[item(tenant)]
    shop: String,
    card: String,
}

fn open(
    builder: RepositoryBuilder<Order, WantsMaterials>,
    keyring: RawAesKeyring,
    escrow: RawAesKeyring,
) -> Repository<Order> {
    let keyring = MultiKeyring::new(keyring).child(escrow);
    builder.keyring(keyring).build()
}

fn main() {}
