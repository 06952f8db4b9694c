#![deny(warnings)]

use dynaseal::index::{Index, NoSortKey, SomeAttributes};
use dynaseal::{EncryptedItem, KeyAttribute};

/// Types of index keys that depend on parameters.
#[derive(EncryptedItem)]
#[item(index(name = "by-owner", partition = owner, sort = level))]
#[item(index(name = "type", partition = r#type, projection = include(text)))]
#[item(index(name = "by-level", local, sort = level, projection = keys_only))]
pub struct Document<Owner, Level>
where
    Owner: KeyAttribute + Send + Sync + 'static,
    Level: Send + Sync + 'static,
{
    #[partition_key]
    id: String,
    #[sort_key]
    page: u32,
    #[sign_only]
    owner: Option<Owner>,
    #[do_nothing]
    level: Level,
    #[sign_only]
    r#type: String,
    text: String,
}

fn main() {
    let indexes = Document::<String, u32>::indexes();
    let _: Index<Document<String, u32>, String, u32> = indexes.by_owner;
    let _: Index<Document<String, u32>, String, NoSortKey, SomeAttributes> = indexes.r#type;
    let _: Index<Document<String, u32>, String, u32, SomeAttributes> = indexes.by_level;
    assert_eq!(Document::<String, u32>::INDEXES.len(), 3);
}
