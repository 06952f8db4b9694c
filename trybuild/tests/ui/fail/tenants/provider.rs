use dynaseal::materials::KeyFileProvider;
use dynaseal::repository::{RepositoryBuilder, WantsMaterials};
use dynaseal::{EncryptedItem, Repository};

#[derive(EncryptedItem)]
struct Order {
    #[partition_key]
    #[item(tenant)]
    shop: String,
    card: String,
}

fn open(builder: RepositoryBuilder<Order, WantsMaterials>, provider: KeyFileProvider) -> Repository<Order> {
    builder.materials(provider).build()
}

fn main() {}
