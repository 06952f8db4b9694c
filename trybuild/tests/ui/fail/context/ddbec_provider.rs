use dynaseal::materials::KeyFileProvider;
use dynaseal::repository::{RepositoryBuilder, WantsMaterials};
use dynaseal::{EncryptedItem, Repository};

#[derive(EncryptedItem)]
struct Invoice {
    #[partition_key]
    invoice_id: String,
    #[sign_and_include_in_encryption_context]
    customer: String,
}

fn open(builder: RepositoryBuilder<Invoice, WantsMaterials>, provider: KeyFileProvider) -> Repository<Invoice> {
    builder.materials(provider).build()
}

fn main() {}
