//! How items of the AWS Database Encryption SDK are encrypted, as JSON that its Java client and dynaseal both understand.

use std::error::Error;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dynaseal::format::Dbesdk;
use dynaseal::keyrings::{AesKey, Keyring, MultiKeyring, RawAesKeyring};
use dynaseal::{AttributeAction, AttributeActions, Item, ItemContext, ItemEncryptor};
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

type BoxError = Box<dyn Error + Send + Sync>;

/// dynaseal, configured as the Java client would be.
#[derive(Debug)]
pub struct OursDbesdk {
    encryptor: ItemEncryptor,
    actions: AttributeActions,
    context: ItemContext,
    runtime: Runtime,
}

impl OursDbesdk {
    /// Of a configuration; `None` if this build has no keyring of its kind.
    ///
    /// # Errors
    /// If the configuration cannot be understood.
    pub fn new(config: &Value) -> Result<Option<Self>, BoxError> {
        let Some(keyring) = keyring(&config["keyring"])? else { return Ok(None) };
        let mut actions = AttributeActions::new(AttributeAction::EncryptAndSign);
        for (name, action) in config["actions"].as_object().ok_or("no actions")? {
            actions = actions.with(name, self::action(action)?);
        }
        for name in config["unsigned"].as_array().into_iter().flatten() {
            actions = actions.with(text(name)?, AttributeAction::DoNothing);
        }
        if let Some(prefix) = config["unsignedPrefix"].as_str() {
            actions = actions.unsigned_prefix(prefix);
        }
        let mut context = ItemContext::new(text(&config["table"])?).partition_key(text(&config["partition"])?);
        if let Some(sort_key) = config["sort"].as_str() {
            context = context.sort_key(sort_key);
        }
        let format = Dbesdk::new(keyring).digital_signature(config["suite"] == "6701");
        let runtime = Builder::new_current_thread().build()?;
        Ok(Some(Self { encryptor: ItemEncryptor::new(format), actions, context, runtime }))
    }

    /// Encrypts an item.
    ///
    /// # Errors
    /// Those of dynaseal.
    pub fn encrypt(&self, item: Item) -> dynaseal::Result<Item> {
        self.runtime.block_on(self.encryptor.encrypt(item, &self.actions, &self.context))
    }

    /// Verifies and decrypts an item.
    ///
    /// # Errors
    /// Those of dynaseal.
    pub fn decrypt(&self, stored: Item) -> dynaseal::Result<Item> {
        self.runtime.block_on(self.encryptor.decrypt(stored, &self.actions, &self.context))
    }
}

fn action(action: &Value) -> Result<AttributeAction, BoxError> {
    match text(action)? {
        "e" => Ok(AttributeAction::EncryptAndSign),
        "s" => Ok(AttributeAction::SignOnly),
        "c" => Ok(AttributeAction::SignAndIncludeInEncryptionContext),
        "n" => Ok(AttributeAction::DoNothing),
        other => Err(format!("an action {other}").into()),
    }
}

fn keyring(config: &Value) -> Result<Option<Arc<dyn Keyring>>, BoxError> {
    Ok(match text(&config["type"])? {
        "raw-aes" => {
            let key = AesKey::from_bytes(&STANDARD.decode(text(&config["key"])?)?)?;
            Some(Arc::new(RawAesKeyring::new(text(&config["namespace"])?, text(&config["name"])?, &key)?))
        }
        #[cfg(feature = "rsa")]
        "raw-rsa" => Some(Arc::new(raw_rsa(config)?)),
        #[cfg(feature = "aws-lc")]
        "raw-ecdh" => Some(Arc::new(raw_ecdh(config)?)),
        "multi" => {
            let Some(generator) = keyring(&config["generator"])? else { return Ok(None) };
            let mut multi = MultiKeyring::new(generator);
            for child in config["children"].as_array().into_iter().flatten() {
                let Some(child) = keyring(child)? else { return Ok(None) };
                multi = multi.child(child);
            }
            Some(Arc::new(multi))
        }
        _ => None,
    })
}

#[cfg(feature = "rsa")]
fn raw_rsa(config: &Value) -> Result<dynaseal::keyrings::RawRsaKeyring, BoxError> {
    use dynaseal::keyrings::{RawRsaKeyring, RsaPadding};

    let (namespace, name) = (text(&config["namespace"])?, text(&config["name"])?);
    let padding = match text(&config["padding"])? {
        "PKCS1" => RsaPadding::Pkcs1V15,
        "OAEP_SHA1_MGF1" => RsaPadding::OaepSha1,
        "OAEP_SHA256_MGF1" => RsaPadding::OaepSha256,
        "OAEP_SHA384_MGF1" => RsaPadding::OaepSha384,
        "OAEP_SHA512_MGF1" => RsaPadding::OaepSha512,
        other => return Err(format!("a padding {other}").into()),
    };
    Ok(match config["privatePem"].as_str() {
        Some(key) => RawRsaKeyring::from_pkcs8_pem(namespace, name, padding, &pem(key)?)?,
        None => RawRsaKeyring::from_public_key_pem(namespace, name, padding, text(&config["publicPem"])?)?,
    })
}

#[cfg(feature = "aws-lc")]
fn raw_ecdh(config: &Value) -> Result<dynaseal::keyrings::RawEcdhKeyring, BoxError> {
    use dynaseal::keyrings::{EcdhCurve, EcdhPrivateKey, EcdhPublicKey, RawEcdhKeyring};

    let curve = match text(&config["curve"])? {
        "ECC_NIST_P256" => EcdhCurve::P256,
        "ECC_NIST_P384" => EcdhCurve::P384,
        "ECC_NIST_P521" => EcdhCurve::P521,
        other => return Err(format!("a curve {other}").into()),
    };
    let private_key =
        |key: &Value| -> Result<_, BoxError> { Ok(EcdhPrivateKey::from_pkcs8_pem(curve, &pem(text(key)?)?)?) };
    let recipient = || -> Result<_, BoxError> {
        let der = STANDARD.decode(text(&config["recipientPublicDer"])?)?;
        Ok(EcdhPublicKey::from_public_key_der(curve, &der)?)
    };
    Ok(match text(&config["scheme"])? {
        "static" => RawEcdhKeyring::static_public_key(private_key(&config["senderPrivatePem"])?, recipient()?)?,
        "ephemeral" => RawEcdhKeyring::ephemeral(recipient()?),
        _ => RawEcdhKeyring::discovery(private_key(&config["recipientPrivatePem"])?),
    })
}

/// A key as PEM, or the name of a file that has it: keys that fixtures are read with are in `runtime/test-keys`.
#[cfg(any(feature = "rsa", feature = "aws-lc"))]
fn pem(key: &str) -> Result<String, BoxError> {
    if key.starts_with("-----BEGIN") {
        return Ok(key.to_owned());
    }
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../runtime").join(key);
    Ok(std::fs::read_to_string(path)?)
}

fn text(value: &Value) -> Result<&str, BoxError> {
    value.as_str().ok_or_else(|| "a text is missing".into())
}
