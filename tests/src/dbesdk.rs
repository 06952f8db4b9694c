//! The encryption of items of the AWS Database Encryption SDK, configured by JSON that its Java client and dynaseal
//! both understand.

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

/// dynaseal in the configuration of the Java client.
#[derive(Debug)]
pub struct OursDbesdk {
    encryptor: ItemEncryptor,
    actions: AttributeActions,
    context: ItemContext,
    runtime: Runtime,
}

impl OursDbesdk {
    /// Creates a client from a configuration; `None` if this build has no keyring of its kind.
    ///
    /// # Errors
    /// Fails if the configuration is invalid.
    pub fn new(config: &Value) -> Result<Option<Self>, BoxError> {
        let Some(keyring) = keyring(&config["keyring"])? else { return Ok(None) };
        Self::with_keyring(config, keyring).map(Some)
    }

    /// Creates a client with this keyring instead of the configured one.
    ///
    /// # Errors
    /// Fails if the configuration is invalid.
    pub fn with_keyring(config: &Value, keyring: Arc<dyn Keyring>) -> Result<Self, BoxError> {
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
        let runtime = Builder::new_current_thread().enable_all().build()?;
        Ok(Self { encryptor: ItemEncryptor::new(format), actions, context, runtime })
    }

    /// Encrypts an item.
    ///
    /// # Errors
    /// Returns the errors of dynaseal.
    pub fn encrypt(&self, item: Item) -> dynaseal::Result<Item> {
        self.runtime.block_on(self.encryptor.encrypt(item, &self.actions, &self.context))
    }

    /// Verifies and decrypts an item.
    ///
    /// # Errors
    /// Returns the errors of dynaseal.
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
        #[cfg(all(feature = "peers", feature = "aws-lc"))]
        "hierarchy" => {
            use dynaseal::keyrings::HierarchicalKeyring;

            let keyring =
                HierarchicalKeyring::new(key_store(&config["keyStore"])?, std::time::Duration::from_secs(600))?;
            Some(Arc::new(keyring.branch_key(text(&config["branchKeyId"])?)))
        }
        #[cfg(all(feature = "kms", feature = "aws-lc"))]
        kms if kms.starts_with("kms") => {
            let region = config["region"].as_str().unwrap_or(crate::kms::REGION);
            Some(kms_keyring(kms, config, crate::kms::kms()?.client(region))?)
        }
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
    use dynaseal::keyrings::{EcdhPrivateKey, EcdhPublicKey, RawEcdhKeyring};

    let curve = curve(config)?;
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

/// Creates a KMS keyring of this kind with this client.
///
/// # Errors
/// Fails if the configuration is invalid.
#[cfg(all(feature = "kms", feature = "aws-lc"))]
pub fn kms_keyring(kind: &str, config: &Value, client: aws_sdk_kms::Client) -> Result<Arc<dyn Keyring>, BoxError> {
    use dynaseal::keyrings::{
        DiscoveryFilter, EcdhPublicKey, KmsDiscoveryKeyring, KmsEcdhKeyring, KmsKeyring, KmsMrkDiscoveryKeyring,
        KmsMrkKeyring, KmsRsaAlgorithm, KmsRsaKeyring,
    };

    let key = || text(&config["keyId"]);
    let filter = || -> Result<_, BoxError> {
        let accounts: Result<Vec<_>, _> = config["accounts"].as_array().into_iter().flatten().map(text).collect();
        Ok(DiscoveryFilter::new("aws", accounts?))
    };
    Ok(match kind {
        "kms" => Arc::new(KmsKeyring::new(client, key()?)),
        "kms-mrk" => Arc::new(KmsMrkKeyring::new(client, key()?)),
        "kms-discovery" => Arc::new(KmsDiscoveryKeyring::new(client, filter()?)),
        "kms-mrk-discovery" => Arc::new(KmsMrkDiscoveryKeyring::new(client, text(&config["region"])?, filter()?)),
        "kms-rsa" => {
            let algorithm = match text(&config["algorithm"])? {
                "RSAES_OAEP_SHA_1" => KmsRsaAlgorithm::OaepSha1,
                _ => KmsRsaAlgorithm::OaepSha256,
            };
            Arc::new(KmsRsaKeyring::from_public_key_pem(client, key()?, algorithm, text(&config["publicPem"])?)?)
        }
        "kms-ecdh" => {
            let is_static = text(&config["scheme"])? == "static";
            let key = text(&config[if is_static { "senderKeyId" } else { "recipientKeyId" }])?;
            let runtime = Builder::new_current_thread().enable_time().build()?;
            let ours = runtime.block_on(KmsEcdhKeyring::fetch_public_key(&client, key))?;
            if is_static {
                let peer = STANDARD.decode(text(&config["recipientPublicDer"])?)?;
                let peer = EcdhPublicKey::from_public_key_der(curve(config)?, &peer)?;
                Arc::new(KmsEcdhKeyring::static_public_key(client, key, ours, peer)?)
            } else {
                Arc::new(KmsEcdhKeyring::discovery(client, key, ours)?)
            }
        }
        other => return Err(format!("a keyring {other}").into()),
    })
}

/// Returns the key store of a hierarchical keyring, under a key of [`crate::kms`] in this process.
///
/// # Errors
/// Fails if the configuration is invalid.
#[cfg(all(feature = "peers", feature = "aws-lc"))]
pub fn key_store(config: &Value) -> Result<dynaseal::keyrings::KeyStore, BoxError> {
    use dynaseal::keyrings::{KeyStore, KmsConfiguration};

    let endpoint = crate::setup::Endpoint {
        url: text(&config["endpoint"])?.to_owned(),
        region: text(&config["region"])?.to_owned(),
    };
    let kms = crate::kms::kms()?.client(crate::kms::REGION);
    let kms = KmsConfiguration::key(kms, text(config.pointer("/kms/keyArn").unwrap_or(&Value::Null))?)?;
    let store = KeyStore::new(crate::ours::dynamodb_client(&endpoint), text(&config["table"])?, kms);
    Ok(store.logical_name(text(&config["logicalName"])?))
}

#[cfg(feature = "aws-lc")]
fn curve(config: &Value) -> Result<dynaseal::keyrings::EcdhCurve, BoxError> {
    use dynaseal::keyrings::EcdhCurve;

    match text(&config["curve"])? {
        "ECC_NIST_P256" => Ok(EcdhCurve::P256),
        "ECC_NIST_P384" => Ok(EcdhCurve::P384),
        "ECC_NIST_P521" => Ok(EcdhCurve::P521),
        other => Err(format!("a curve {other}").into()),
    }
}

/// A key as PEM, or the name of a file in `runtime/test-keys` that contains it.
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
