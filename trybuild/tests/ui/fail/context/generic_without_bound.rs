use dynaseal::materials::KeyFileProvider;
use dynaseal::repository::{RepositoryBuilder, WantsMaterials};
use dynaseal::{EncryptedItem, Repository};

fn open<T: EncryptedItem>(builder: RepositoryBuilder<T, WantsMaterials>, provider: KeyFileProvider) -> Repository<T> {
    builder.materials(provider).build()
}

fn main() {}
