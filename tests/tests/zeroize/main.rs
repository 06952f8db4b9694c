//! What an allocator sees: no keys and no plaintext remain in freed memory, and moves keep no items.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "helpers of tests")]

mod allocator;
mod asymmetric;
mod keyrings;
mod moves;
#[cfg(feature = "pkcs11")]
mod pkcs11;
mod plaintext;
#[cfg(feature = "kms")]
mod services;

use std::fs;
use std::mem::ManuallyDrop;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use dynaseal::materials::{
    AesKey, HmacAlgorithm, HmacKey, KeyFileProvider, MaterialsFuture, StaticProvider, WrappedProvider, WrappingKey,
};
use dynaseal::{AttributeAction, AttributeActions, AttributeValue, Item, ItemContext, ItemEncryptor};
use hmac::{Hmac, KeyInit as _};
use sha2::Sha256;
use sha2::block_api::compress256;

use allocator::Checking;

#[global_allocator]
static ALLOCATOR: Checking = Checking;

/// Serializes the tests, because they share one allocator.
fn alone() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    clear_stack();
    Checking::reset();
    turn
}

/// Overwrites the stack that the test will use. It may be that of an earlier thread, and what is on the stack gets into
/// the heap as the padding of values.
#[inline(never)]
fn clear_stack() {
    std::hint::black_box(&mut [0_u8; 1 << 20]);
}

/// Returns a key that is only on the stack.
fn bytes(seed: u8) -> [u8; 32] {
    std::array::from_fn(|i| (i as u8).wrapping_mul(37).wrapping_add(seed) ^ 0xa5)
}

fn aes_key(seed: u8) -> AesKey {
    Checking::look_for(&bytes(seed));
    AesKey::from_bytes(&bytes(seed)).unwrap()
}

/// Returns an HMAC key. The crate keeps the hash states after it was absorbed, which suffice to sign.
fn hmac_key(seed: u8) -> HmacKey {
    Checking::look_for(&bytes(seed));
    for pad in [0x36, 0x5c] {
        let mut block = [pad; 64];
        block.iter_mut().zip(bytes(seed)).for_each(|(pad, key)| *pad ^= key);
        let mut state =
            [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];
        compress256(&mut state, &[block]);
        let state: [[u8; 4]; 8] = state.map(u32::to_ne_bytes);
        Checking::look_for(state.as_flattened());
    }
    HmacKey::from_bytes(HmacAlgorithm::HmacSha256, &bytes(seed)).unwrap()
}

#[test]
fn a_key_that_is_not_zeroized_is_found() {
    let _turn = alone();
    Checking::look_for(&bytes(1));
    drop(std::hint::black_box([&[0; 5][..], &bytes(1)].concat()));
    assert_eq!(Checking::found(), 1);
    // The kept states of an HMAC key are searched for.
    drop(hmac_key(2));
    let kept = Box::new(ManuallyDrop::new(Hmac::<Sha256>::new_from_slice(&bytes(2)).unwrap()));
    drop(std::hint::black_box(kept));
    assert_eq!(Checking::found(), 2);
}

#[test]
fn keys_are_zeroized() {
    let _turn = alone();
    let key = Box::new(aes_key(1));
    drop((key.clone(), key));
    assert_eq!(Checking::found(), 0);
    let drawn = AesKey::generate().unwrap();
    Checking::look_for(drawn.as_bytes());
    drop(drawn);
    assert_eq!(Checking::found(), 0);
    let key = hmac_key(2);
    drop((key.clone(), key));
    assert_eq!(Checking::found(), 0);
}

#[test]
fn the_text_of_key_files_is_zeroized() {
    let _turn = alone();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    KeyFileProvider::create(&path).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    for line in text.lines().skip(1) {
        let key = line.split(' ').next_back().unwrap();
        Checking::look_for(key.as_bytes());
        Checking::look_for(&BASE64.decode(key).unwrap());
    }
    std::mem::forget(text); // it is the test's own
    let found = Checking::found(); // and so are the decoded keys above
    let provider = KeyFileProvider::open(&path).unwrap();
    let (stored, encryptor) = write(provider);
    read(stored, encryptor);
    assert_eq!(Checking::found(), found);
}

#[test]
fn the_keys_of_a_static_provider_are_zeroized() {
    let _turn = alone();
    let provider = StaticProvider::new(aes_key(1), hmac_key(2));
    overwrite_stack();
    let (stored, encryptor) = write(provider);
    read(stored, encryptor);
    assert_eq!(Checking::found(), 0);
}

/// Overwrites the remains of the created keys on the stack: a value that is moved from there to the heap includes the
/// padding between its parts.
#[inline(never)]
fn overwrite_stack() {
    std::hint::black_box([0_u8; 64 << 10]);
}

/// Registers every generated content key with the allocator.
#[derive(Debug)]
struct Watched(AesKey);

impl WrappingKey for Watched {
    fn algorithm(&self) -> &str {
        self.0.algorithm()
    }

    fn wrap<'a>(&'a self, content_key: &'a AesKey) -> MaterialsFuture<'a, Vec<u8>> {
        Checking::look_for(content_key.as_bytes());
        self.0.wrap(content_key)
    }

    fn unwrap<'a>(&'a self, wrapped: &'a [u8]) -> MaterialsFuture<'a, Option<AesKey>> {
        self.0.unwrap(wrapped)
    }
}

#[test]
fn content_keys_are_zeroized_after_wrapping_and_unwrapping() {
    let _turn = alone();
    let (stored, encryptor) = write(WrappedProvider::new(Watched(aes_key(1)), hmac_key(2)));
    let mut swapped = stored.clone();
    swapped.insert("salary".to_owned(), AttributeValue::B([0; 32].as_slice().into()));
    wait(encryptor.decrypt(swapped, &actions(), &context())).unwrap_err();
    read(stored, encryptor);
    assert_eq!(Checking::found(), 0);
}

fn actions() -> AttributeActions {
    AttributeActions::new(AttributeAction::EncryptAndSign).with("id", AttributeAction::SignOnly)
}

fn context() -> ItemContext {
    ItemContext::new("employees")
}

fn item() -> Item {
    let attribute = |name: &str, value: &str| (name.to_owned(), AttributeValue::S(value.to_owned()));
    Item::from([attribute("id", "e-1"), attribute("salary", "4200")])
}

fn write(provider: impl dynaseal::materials::CryptographicMaterialsProvider + 'static) -> (Item, ItemEncryptor) {
    let encryptor = ItemEncryptor::new(provider);
    (wait(encryptor.encrypt(item(), &actions(), &context())).unwrap(), encryptor)
}

/// Reads the item and drops the encryptor with its keys.
fn read(stored: Item, encryptor: ItemEncryptor) {
    assert_eq!(wait(encryptor.decrypt(stored, &actions(), &context())).unwrap(), item());
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}
