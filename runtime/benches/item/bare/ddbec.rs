//! The cryptography of one item of the DynamoDB Encryption Client with the wrapped provider: a content key from the
//! operating system, wrapped; one key schedule; one draw of initialization vectors; CBC for every encrypted value; SHA-256
//! of every value; one HMAC. All buffers exist, the hashes of names and markers are known, and the key schedules of the
//! wrapping key and the signing key are set up.

use aes_kw::KwAes256;
use aes_kw::cipher::KeyInit as _;
use aws_lc_rs::cipher::{
    AES_256, DecryptionContext, EncryptingKey, EncryptionContext, PaddedBlockDecryptingKey, UnboundCipherKey,
};
use aws_lc_rs::iv::FixedLength;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use dynaseal::materials::{AesKey, HmacAlgorithm, HmacKey, WrappedProvider};
use dynaseal::{AttributeAction, AttributeValue, Item, ItemEncryptor};
use hmac::{Hmac, Mac as _};
use rand::rngs::SysRng;
use rand::{Rng as _, TryRng as _};
use sha2::{Digest as _, Sha256};

use crate::shape::Shape;

use super::{Primitives, WRAPPING_KEY};

pub(crate) const SIGNING_KEY: [u8; 32] = [2; 32];

const BLOCK: usize = 16;
const DIGEST: usize = 32;

/// The length of the tag and length prefix of a serialized value, which is hashed with it.
const HEADER: usize = 6;

pub(crate) struct Ddbec {
    wrapping_key: KwAes256,
    mac: Hmac<Sha256>,
    buffers: Buffers,
}

/// The input of an item's cryptography, in the order of the attribute names.
#[derive(Clone)]
pub(crate) struct Buffers {
    content_key: [u8; 32],
    wrapped_key: [u8; 40],
    ivs: Vec<u8>,
    values: Vec<Value>,
    /// Contains the parts that do not depend on values.
    string_to_sign: Vec<u8>,
    signature: [u8; DIGEST],
}

#[derive(Clone)]
struct Value {
    encrypted: bool,
    /// Tag and length, the optional initialization vector, and the padded or plain value.
    bytes: Vec<u8>,
}

impl Primitives for Ddbec {
    type Buffers = Buffers;

    fn new(shape: &Shape) -> Self {
        let mut names: Vec<&String> = shape.item.keys().collect();
        names.sort();
        let mut values = Vec::new();
        let mut string_to_sign = Sha256::digest(format!("TABLE>{}<TABLE", shape.context.table_name())).to_vec();
        for name in names {
            let encrypted = shape.actions.action(name) == AttributeAction::EncryptAndSign;
            values.push(Value::new(&shape.item[name], encrypted));
            string_to_sign.extend(Sha256::digest(name));
            string_to_sign.extend(Sha256::digest(if encrypted { "ENCRYPTED" } else { "PLAINTEXT" }));
            string_to_sign.extend([0; DIGEST]);
        }
        let buffers = Buffers {
            content_key: [0; 32],
            wrapped_key: [0; 40],
            ivs: vec![0; BLOCK * values.iter().filter(|value| value.encrypted).count()],
            values,
            string_to_sign,
            signature: [0; DIGEST],
        };
        Self {
            wrapping_key: KwAes256::new(&WRAPPING_KEY.into()),
            mac: Hmac::new_from_slice(&SIGNING_KEY).unwrap(),
            buffers,
        }
    }

    fn encryptor() -> ItemEncryptor {
        let wrapping_key = AesKey::from_bytes(&WRAPPING_KEY).unwrap();
        let signing_key = HmacKey::from_bytes(HmacAlgorithm::HmacSha256, &SIGNING_KEY).unwrap();
        ItemEncryptor::new(WrappedProvider::new(wrapping_key, signing_key))
    }

    fn buffers(&self) -> &Buffers {
        &self.buffers
    }

    fn encrypt(&self, buffers: &mut Buffers) {
        SysRng.try_fill_bytes(&mut buffers.content_key).unwrap();
        self.wrapping_key.wrap_key(&buffers.content_key, &mut buffers.wrapped_key).unwrap();
        let key = EncryptingKey::cbc(UnboundCipherKey::new(&AES_256, &buffers.content_key).unwrap()).unwrap();
        rand::rng().fill_bytes(&mut buffers.ivs);
        let encrypted = buffers.values.iter_mut().filter(|value| value.encrypted);
        for (value, iv) in encrypted.zip(buffers.ivs.as_chunks::<BLOCK>().0) {
            let (place, blocks) = value.bytes[HEADER..].split_at_mut(BLOCK);
            place.copy_from_slice(iv);
            key.less_safe_encrypt(blocks, EncryptionContext::Iv128(FixedLength::from(iv))).unwrap();
        }
        buffers.hash_values();
        let tag = self.mac.clone().chain_update(&buffers.string_to_sign).finalize();
        buffers.signature.copy_from_slice(&tag.into_bytes());
    }

    fn decrypt(&self, buffers: &mut Buffers) {
        self.wrapping_key.unwrap_key(&buffers.wrapped_key, &mut buffers.content_key).unwrap();
        buffers.hash_values();
        self.mac.clone().chain_update(&buffers.string_to_sign).verify_slice(&buffers.signature).unwrap();
        let key = UnboundCipherKey::new(&AES_256, &buffers.content_key).unwrap();
        let key = PaddedBlockDecryptingKey::cbc_pkcs7(key).unwrap();
        for value in buffers.values.iter_mut().filter(|value| value.encrypted) {
            let (iv, blocks) = value.bytes[HEADER..].split_first_chunk_mut::<BLOCK>().unwrap();
            key.decrypt(blocks, DecryptionContext::Iv128(FixedLength::from(*iv))).unwrap();
        }
    }

    fn stored_item(&self, shape: &Shape, buffers: &Buffers) -> Item {
        let mut item = shape.item.clone();
        let mut names: Vec<&String> = shape.item.keys().collect();
        names.sort();
        for (name, value) in names.into_iter().zip(&buffers.values).filter(|(_, value)| value.encrypted) {
            item.insert(name.clone(), AttributeValue::B(value.bytes[HEADER..].into()));
        }
        let mut description = vec![0; 4];
        for text in [
            "amzn-ddb-env-key",
            &BASE64.encode(buffers.wrapped_key),
            "amzn-ddb-env-alg",
            "AES",
            "amzn-ddb-wrap-alg",
            "AESWrap",
            "amzn-ddb-map-sym-mode",
            "/CBC/PKCS5Padding",
        ] {
            description.extend((text.len() as u32).to_be_bytes());
            description.extend(text.as_bytes());
        }
        item.insert("*amzn-ddb-map-desc*".to_owned(), AttributeValue::B(description.into()));
        item.insert("*amzn-ddb-map-sig*".to_owned(), AttributeValue::B(buffers.signature.to_vec().into()));
        item
    }
}

impl Buffers {
    fn hash_values(&mut self) {
        let (_, attributes) = self.string_to_sign.split_at_mut(DIGEST);
        for (value, hashes) in self.values.iter().zip(attributes.as_chunks_mut::<{ 3 * DIGEST }>().0) {
            hashes[2 * DIGEST..].copy_from_slice(&Sha256::digest(&value.bytes));
        }
    }
}

impl Value {
    fn new(value: &AttributeValue, encrypted: bool) -> Self {
        let serialized = match value {
            AttributeValue::S(text) => serialized(b's', text.as_bytes()),
            AttributeValue::B(blob) => serialized(b'b', blob.as_ref()),
            other => panic!("no shape has {other:?}"),
        };
        if !encrypted {
            return Self { encrypted, bytes: serialized };
        }
        let padding = BLOCK - serialized.len() % BLOCK;
        let stored = [vec![0; BLOCK], serialized, vec![padding as u8; padding]].concat();
        Self { encrypted, bytes: self::serialized(b'b', &stored) }
    }
}

fn serialized(tag: u8, bytes: &[u8]) -> Vec<u8> {
    [&[0, tag], (bytes.len() as u32).to_be_bytes().as_slice(), bytes].concat()
}
