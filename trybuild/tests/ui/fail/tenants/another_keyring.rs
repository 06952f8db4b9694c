use dynaseal::keyrings::RawAesKeyring;
use dynaseal::repository::{RepositoryBuilder, WantsMaterials};
use dynaseal::{EncryptedItem, Repository};

#[derive(EncryptedItem)]
struct Order {
    #[partition_key]
    #[item(tenant)]
    shop: String,
    card: String,
}

fn open(builder: RepositoryBuilder<Order, WantsMaterials>, keyring: RawAesKeyring) -> Repository<Order> {
    builder.keyring(keyring).build()
}

fn main() {}
