use dynaseal::keyrings::RawAesKeyring;
use dynaseal::repository::{RepositoryBuilder, WantsMaterials};
use dynaseal::{EncryptedItem, Repository};

fn open<T: EncryptedItem>(builder: RepositoryBuilder<T, WantsMaterials>, keyring: RawAesKeyring) -> Repository<T> {
    builder.keyring(keyring).build()
}

fn main() {}
