//! The cryptography of one item of the AWS Database Encryption SDK alone, with a raw AES keyring and without a digital
//! signature: keys from the operating system in one draw; two HKDF-SHA-512, each with two keys; two AES-256-GCM of a key;
//! one HMAC-SHA-512 of the header; for every encrypted value three blocks of key stream, one key schedule and one AES-256-GCM;
//! one SHA-384 of the item; one HMAC-SHA-384. All buffers exist, what does not depend on values is in them, and the wrapping
//! key's schedule is set up.

use aes::Aes256;
use aes::cipher::array::Array;
use aes::cipher::{BlockCipherEncrypt as _, KeyInit as _};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use dynaseal::keyrings::{AesKey, RawAesKeyring};
use dynaseal::{AttributeAction, AttributeValue, Item, ItemEncryptor};
use hkdf::Hkdf;
use hmac::{Hmac, Mac as _};
use rand::TryRng as _;
use rand::rngs::SysRng;
use sha2::{Digest as _, Sha384, Sha512};

use crate::shape::{PARTITION_KEY, Shape};

use super::{Primitives, WRAPPING_KEY};

const NAMESPACE: &str = "dynaseal";
const KEY_NAME: &str = "benchmark";

const KEY: usize = 32;
const NONCE: usize = 12;
const TAG: usize = 16;
const SEALED_KEY: usize = KEY + TAG;

/// The type of a value, which precedes it.
const TYPE: usize = 2;

/// Where the message identifier is in the header.
const MESSAGE_ID: usize = 2;

/// The blocks of key stream for one value, of which the first 44 bytes are its key and its nonce.
const STREAM: usize = 48;

pub(crate) struct Dbesdk {
    wrapping_key: LessSafeKey,
    /// With its length.
    context: Vec<u8>,
    buffers: Buffers,
}

/// The buffers of an item's cryptography, in canonical order.
#[derive(Clone)]
pub(crate) struct Buffers {
    /// The parts that do not depend on the item are filled in. It ends with a nonce, a length, two sealed keys and the
    /// commitment.
    header: Vec<u8>,
    stream: Vec<u8>,
    values: Vec<Value>,
    tag: [u8; 48],
}

#[derive(Clone)]
struct Value {
    encrypted: bool,
    path: Vec<u8>,
    /// The path, the length and the marker, which are hashed before the value.
    prefix: Vec<u8>,
    /// The type and the value, with space for a tag if it is encrypted.
    bytes: Vec<u8>,
}

pub(crate) fn raw_aes_keyring() -> RawAesKeyring {
    RawAesKeyring::new(NAMESPACE, KEY_NAME, &AesKey::from_bytes(&WRAPPING_KEY).unwrap()).unwrap()
}

impl Primitives for Dbesdk {
    type Buffers = Buffers;

    fn new(shape: &Shape) -> Self {
        let mut names: Vec<&String> = shape.item.keys().collect();
        names.sort_by_key(|name| (name.len(), *name));
        let values: Vec<Value> = names.iter().map(|name| Value::new(shape, name)).collect();
        let encrypted = values.iter().filter(|value| value.encrypted).count();
        let context = context(shape);
        let buffers = Buffers { header: header(&values), stream: vec![0; STREAM * encrypted], values, tag: [0; 48] };
        Self {
            wrapping_key: gcm(&WRAPPING_KEY),
            context: [&(context.len() as u64).to_be_bytes()[..], &context].concat(),
            buffers,
        }
    }

    fn encryptor() -> ItemEncryptor {
        ItemEncryptor::with_keyring(raw_aes_keyring())
    }

    fn buffers(&self) -> &Buffers {
        &self.buffers
    }

    fn encrypt(&self, buffers: &mut Buffers) {
        let mut drawn = [0; 3 * KEY + NONCE];
        SysRng.try_fill_bytes(&mut drawn).unwrap();
        let (keys, nonce) = drawn.split_at(3 * KEY);
        let [data_key, intermediate_key, message_id] = *keys.as_chunks::<KEY>().0 else { unreachable!() };
        let context = self.context();
        let recipient = RecipientKeys::derive(&intermediate_key);
        let sealed_data_key = seal_key(&gcm(&recipient.key_encryption_key), [0; NONCE], context, data_key);
        let nonce = nonce.try_into().unwrap();
        let sealed_intermediate_key = seal_key(&self.wrapping_key, nonce, context, intermediate_key);

        buffers.header[MESSAGE_ID..][..KEY].copy_from_slice(&message_id);
        let item = ItemKeys::derive(&data_key, &message_id);
        let parts = Parts::of(&mut buffers.header);
        parts.nonce.copy_from_slice(&nonce);
        parts.data_key.copy_from_slice(&sealed_data_key);
        parts.intermediate_key.copy_from_slice(&sealed_intermediate_key);
        let (committed, commitment) = buffers.header.split_last_chunk_mut::<KEY>().unwrap();
        commitment.copy_from_slice(&commit(&item.commit_key, committed));

        buffers.fill_stream(&item.root_key);
        let encrypted = buffers.values.iter_mut().filter(|value| value.encrypted);
        for (value, stream) in encrypted.zip(buffers.stream.as_chunks::<STREAM>().0) {
            let (text, tag) = value.bytes[TYPE..].split_last_chunk_mut::<TAG>().unwrap();
            let (key, nonce) = field_key(stream);
            let sealed = key.seal_in_place_separate_tag(nonce, Aad::from(&value.path), text).unwrap();
            tag.copy_from_slice(sealed.as_ref());
        }
        let digest = self.digest(buffers);
        buffers.tag = mac(&recipient.mac_key).chain_update(digest).finalize().into_bytes().into();
    }

    fn decrypt(&self, buffers: &mut Buffers) {
        let context = self.context();
        let message_id: [u8; KEY] = buffers.header[MESSAGE_ID..][..KEY].try_into().unwrap();
        let parts = Parts::of(&mut buffers.header);
        let nonce = (&*parts.nonce).try_into().unwrap();
        let intermediate_key = open_key(&self.wrapping_key, nonce, context, parts.intermediate_key);
        let recipient = RecipientKeys::derive(&intermediate_key);
        let data_key = open_key(&gcm(&recipient.key_encryption_key), [0; NONCE], context, parts.data_key);
        let item = ItemKeys::derive(&data_key, &message_id);
        let (committed, commitment) = buffers.header.split_last_chunk::<KEY>().unwrap();
        let mac_of_header = Hmac::<Sha512>::new_from_slice(&item.commit_key).unwrap().chain_update(committed);
        mac_of_header.verify_truncated_left(commitment).unwrap();
        let digest = self.digest(buffers);
        mac(&recipient.mac_key).chain_update(digest).verify_slice(&buffers.tag).unwrap();
        buffers.fill_stream(&item.root_key);
        let encrypted = buffers.values.iter_mut().filter(|value| value.encrypted);
        for (value, stream) in encrypted.zip(buffers.stream.as_chunks::<STREAM>().0) {
            let (key, nonce) = field_key(stream);
            key.open_in_place(nonce, Aad::from(&value.path), &mut value.bytes[TYPE..]).unwrap();
        }
    }

    fn stored_item(&self, shape: &Shape, buffers: &Buffers) -> Item {
        let mut item = shape.item.clone();
        let mut names: Vec<&String> = shape.item.keys().collect();
        names.sort_by_key(|name| (name.len(), *name));
        for (name, value) in names.into_iter().zip(&buffers.values).filter(|(_, value)| value.encrypted) {
            item.insert(name.clone(), AttributeValue::B(value.bytes.clone().into()));
        }
        item.insert("aws_dbe_head".to_owned(), AttributeValue::B(buffers.header.clone().into()));
        item.insert("aws_dbe_foot".to_owned(), AttributeValue::B(buffers.tag.to_vec().into()));
        item
    }
}

impl Dbesdk {
    fn context(&self) -> &[u8] {
        &self.context[size_of::<u64>()..]
    }

    fn digest(&self, buffers: &Buffers) -> [u8; 48] {
        let mut hash = Sha384::new_with_prefix(&buffers.header).chain_update(&self.context);
        for value in &buffers.values {
            hash.update(&value.prefix);
            hash.update(&value.bytes);
        }
        hash.finalize().into()
    }
}

impl Buffers {
    fn fill_stream(&mut self, root_key: &[u8; KEY]) {
        const COUNTER: u128 = u128::from_be_bytes(*b"AwsDbeField\x2c\0\0\0\0");

        let blocks = self.stream.as_chunks_mut::<16>().0;
        for (block, index) in blocks.iter_mut().zip(0..) {
            *block = (COUNTER + index).to_be_bytes();
        }
        Aes256::new(&(*root_key).into()).encrypt_blocks(Array::cast_slice_from_core_mut(blocks));
    }
}

impl Value {
    fn new(shape: &Shape, name: &str) -> Self {
        let encrypted = shape.actions.action(name) == AttributeAction::EncryptAndSign;
        let (type_id, value) = match &shape.item[name] {
            AttributeValue::S(text) => ([0x00, 0x01], text.as_bytes()),
            AttributeValue::B(blob) => ([0xff, 0xff], blob.as_ref()),
            other => panic!("no shape has {other:?}"),
        };
        let tag = if encrypted { TAG } else { 0 };
        let bytes = [&type_id[..], value, &vec![0; tag]].concat();
        let table = shape.context.table_name().as_bytes();
        let length = (name.len() as u64).to_be_bytes();
        let path = [table, &1_u64.to_be_bytes(), b"$", &length, name.as_bytes()].concat();
        let marker = if encrypted { b"ENCRYPTED" } else { b"PLAINTEXT" };
        let prefix = [&path[..], &((bytes.len() - TYPE) as u64).to_be_bytes(), marker].concat();
        Self { encrypted, path, prefix, bytes }
    }
}

/// Parts of the header.
struct Parts<'a> {
    nonce: &'a mut [u8],
    data_key: &'a mut [u8],
    intermediate_key: &'a mut [u8],
}

impl<'a> Parts<'a> {
    fn of(header: &'a mut [u8]) -> Self {
        let (rest, _commitment) = header.split_last_chunk_mut::<KEY>().unwrap();
        let (rest, intermediate_key) = rest.split_last_chunk_mut::<SEALED_KEY>().unwrap();
        let (rest, data_key) = rest.split_last_chunk_mut::<SEALED_KEY>().unwrap();
        let (rest, _length) = rest.split_last_chunk_mut::<2>().unwrap();
        let (_, nonce) = rest.split_last_chunk_mut::<NONCE>().unwrap();
        Self { nonce, data_key, intermediate_key }
    }
}

struct RecipientKeys {
    mac_key: [u8; KEY],
    key_encryption_key: [u8; KEY],
}

impl RecipientKeys {
    fn derive(intermediate_key: &[u8; KEY]) -> Self {
        let key = Hkdf::<Sha512>::new(None, intermediate_key);
        Self {
            mac_key: expand(&key, &[b"AWS_MPL_INTERMEDIATE_KEYWRAP_MAC"]),
            key_encryption_key: expand(&key, &[b"AWS_MPL_INTERMEDIATE_KEYWRAP_ENC"]),
        }
    }
}

struct ItemKeys {
    commit_key: [u8; KEY],
    root_key: [u8; KEY],
}

impl ItemKeys {
    fn derive(data_key: &[u8; KEY], message_id: &[u8; KEY]) -> Self {
        let key = Hkdf::<Sha512>::new(None, data_key);
        Self {
            commit_key: expand(&key, &[b"AWS_DBE_COMMIT_KEY", message_id]),
            root_key: expand(&key, &[b"AWS_DBE_DERIVE_KEY", message_id]),
        }
    }
}

fn expand(key: &Hkdf<Sha512>, info: &[&[u8]]) -> [u8; KEY] {
    let mut derived = [0; KEY];
    key.expand_multi_info(info, &mut derived).unwrap();
    derived
}

fn commit(key: &[u8; KEY], header: &[u8]) -> [u8; KEY] {
    let tag = Hmac::<Sha512>::new_from_slice(key).unwrap().chain_update(header).finalize().into_bytes();
    *tag.first_chunk().unwrap()
}

fn mac(key: &[u8; KEY]) -> Hmac<Sha384> {
    Hmac::new_from_slice(key).unwrap()
}

fn gcm(key: &[u8]) -> LessSafeKey {
    LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).unwrap())
}

fn field_key(stream: &[u8; STREAM]) -> (LessSafeKey, Nonce) {
    let (key, nonce) = stream.split_at(KEY);
    (gcm(key), Nonce::assume_unique_for_key(*nonce.first_chunk().unwrap()))
}

fn seal_key(key: &LessSafeKey, nonce: [u8; NONCE], context: &[u8], mut sealed: [u8; KEY]) -> [u8; SEALED_KEY] {
    let nonce = Nonce::assume_unique_for_key(nonce);
    let tag = key.seal_in_place_separate_tag(nonce, Aad::from(context), &mut sealed).unwrap();
    let mut whole = [0; SEALED_KEY];
    whole[..KEY].copy_from_slice(&sealed);
    whole[KEY..].copy_from_slice(tag.as_ref());
    whole
}

fn open_key(key: &LessSafeKey, nonce: [u8; NONCE], context: &[u8], sealed: &[u8]) -> [u8; KEY] {
    let mut sealed: [u8; SEALED_KEY] = sealed.try_into().unwrap();
    let opened = key.open_in_place(Nonce::assume_unique_for_key(nonce), Aad::from(context), &mut sealed).unwrap();
    (&*opened).try_into().unwrap()
}

/// The encryption context, serialized: the value of the partition key and its name, and the table's name.
fn context(shape: &Shape) -> Vec<u8> {
    let AttributeValue::S(key) = &shape.item[PARTITION_KEY] else { panic!("the partition key is not text") };
    let value = BASE64.encode([&[0x00, 0x01], key.as_bytes()].concat());
    let pairs = [
        (format!("aws-crypto-attr.{PARTITION_KEY}"), value),
        ("aws-crypto-partition-name".to_owned(), PARTITION_KEY.to_owned()),
        ("aws-crypto-table-name".to_owned(), shape.context.table_name().to_owned()),
    ];
    let mut context = (pairs.len() as u16).to_be_bytes().to_vec();
    for text in pairs.into_iter().flat_map(|(key, value)| [key, value]) {
        context.extend((text.len() as u16).to_be_bytes());
        context.extend(text.as_bytes());
    }
    context
}

/// Returns a header with zeros in place of the nonce, the keys and the commitment.
fn header(values: &[Value]) -> Vec<u8> {
    let short = |bytes: &[u8]| [&(bytes.len() as u16).to_be_bytes(), bytes].concat();
    let legend: Vec<u8> = values.iter().map(|value| if value.encrypted { b'e' } else { b's' }).collect();
    let info = [KEY_NAME.as_bytes(), &[0, 0, 0, 128, 0, 0, 0, NONCE as u8], &[0; NONCE]].concat();
    let (version_and_suite, no_stored_context, one_recipient) = ([1, 0], [0, 0], [1]);
    [
        &version_and_suite[..],
        &[0; KEY],
        &short(&legend),
        &no_stored_context,
        &one_recipient,
        &short(NAMESPACE.as_bytes()),
        &short(&info),
        &short(&[0; 2 * SEALED_KEY]),
        &[0; KEY],
    ]
    .concat()
}
