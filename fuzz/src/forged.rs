//! Correctly signed items with a plaintext that no client writes.

use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{BlockModeEncrypt as _, KeyIvInit as _};
use dynaseal::materials::StaticProvider;
use dynaseal::{AttributeActions, AttributeValue, Item, ItemContext, ItemEncryptor, Result};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use crate::samples::{self, AES_KEY, DESCRIPTION, SIGNATURE, SIGNING_KEY};

/// The only attribute.
pub const NAME: &str = "forged";

/// Returns an item whose only attribute is encrypted, and has these bytes as its plaintext.
pub fn forge(plaintext: &[u8]) -> Item {
    let iv = [7; 16];
    let encryptor = cbc::Encryptor::<aes::Aes256>::new(&AES_KEY.into(), &iv.into());
    let mut stored = iv.to_vec();
    let mut buffer = [plaintext, &[0; 16]].concat();
    stored.extend(encryptor.encrypt_padded::<Pkcs7>(&mut buffer, plaintext.len()).unwrap());

    let mut serialized = b"\0b".to_vec();
    serialized.extend((stored.len() as u32).to_be_bytes());
    serialized.extend(&stored);
    let hashed = [&b"TABLE>wards<TABLE"[..], NAME.as_bytes(), b"ENCRYPTED", &serialized];
    let string_to_sign: Vec<u8> = hashed.iter().flat_map(Sha256::digest).collect();
    let signature = Hmac::<Sha256>::new_from_slice(&SIGNING_KEY).unwrap().chain_update(string_to_sign).finalize();

    Item::from([
        (NAME.to_owned(), AttributeValue::B(stored.into())),
        (SIGNATURE.to_owned(), AttributeValue::B(signature.into_bytes().to_vec().into())),
        (DESCRIPTION.to_owned(), samples::description_of([("amzn-ddb-map-sym-mode", "/CBC/PKCS5Padding")])),
    ])
}

/// Returns the encryptor that reads it.
pub fn encryptor() -> ItemEncryptor {
    ItemEncryptor::new(StaticProvider::new(samples::aes_key().unwrap(), samples::signing_key().unwrap()))
}

/// Encrypts and decrypts the attribute.
pub fn round_trip(encryptor: &ItemEncryptor, value: AttributeValue) -> Result<AttributeValue> {
    let stored = crate::wait(encryptor.encrypt(Item::from([(NAME.to_owned(), value)]), &actions(), &context()))?;
    let mut read = read(encryptor, stored).expect("what was written is read");
    Ok(read.remove(NAME).expect("every attribute comes back"))
}

/// Verifies and decrypts an item.
pub fn read(encryptor: &ItemEncryptor, stored: Item) -> Result<Item> {
    crate::wait(encryptor.decrypt(stored, &actions(), &context()))
}

fn actions() -> AttributeActions {
    samples::actions()
}

fn context() -> ItemContext {
    samples::context()
}
