//! The round trip that the programs about keys demonstrate.

use anstream::println;
use aws_sdk_dynamodb::Client;
use dynaseal::materials::CryptographicMaterialsProvider;
use dynaseal::{AttributeValue, EncryptedItem, Repository};

use crate::side_by_side;

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
struct Note {
    #[partition_key]
    note_id: String,
    #[sign_only]
    author: String,
    text: String,
}

/// Encrypts a note with the keys of `provider`, shows the stored item, and reads the note back.
///
/// # Errors
/// Fails like the repository, and if another note is read.
pub async fn round_trip(
    client: &Client,
    provider: impl CryptographicMaterialsProvider + 'static,
) -> Result<(), Box<dyn std::error::Error>> {
    let notes: Repository<Note> = Repository::builder(client.clone()).table("notes").materials(provider).build();
    notes.create_table().await?;
    let note = Note { note_id: "n-1".into(), author: "Ada".into(), text: "Poetical science.".into() };
    notes.put(&note).await?;

    let key = Some([("note_id".to_owned(), AttributeValue::S("n-1".into()))].into());
    let stored = client.get_item().table_name("notes").set_key(key).send().await?.item;
    side_by_side(&note, &stored.ok_or("the note is gone")?)?;
    if notes.get("n-1").consistent().await? != Some(note) {
        return Err("the note is not the same".into());
    }
    println!("Read it back: verified, decrypted, equal.");
    Ok(())
}
