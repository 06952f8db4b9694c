//! A new data key from AWS KMS for every item.

mod algorithms;
mod context;

use std::fmt;
use std::sync::Arc;

use ::base64::Engine as _;
use ::base64::engine::general_purpose::STANDARD as BASE64;
use aws_sdk_kms::Client;
use aws_sdk_kms::primitives::Blob;

use crate::aws::kms::any_key::AnyKmsKey;
use crate::aws::kms::error::INCORRECT_KEY;
use crate::aws::kms::{DataKey, KmsContext, MAX_CIPHERTEXT, Service, another_key};
use crate::aws::transit::AllowedHost;
use crate::crypto::base64;
use crate::crypto::hmac::HmacAlgorithm;
use crate::crypto::random;
use crate::error::{Error, ErrorKind, Result};
use crate::format::ddbec::material_description::MaterialDescription;
use crate::format::ddbec::provider::{
    CryptographicMaterialsProvider, DecryptionMaterials, EncryptionMaterials, MaterialsFuture, MaterialsRequest,
};

use self::algorithms::{Algorithms, CONTENT_ALGORITHM, SIGNING_ALGORITHM};

pub use self::algorithms::AesKeySize;
pub use crate::aws::kms::key_id::KmsKeyId;

/// The material description's entry for the data key as encrypted by KMS, in base64.
const ENCRYPTED_KEY: &str = "amzn-ddb-env-key";

/// The material description's entry for how the data key was encrypted.
const WRAP_ALGORITHM: &str = "amzn-ddb-wrap-alg";

/// The data key was encrypted by KMS.
const KMS: &str = "kms";

/// The material description's entry that records that the key attributes are in the encryption context.
const CONTEXT_MARKER: (&str, &str) = ("aws-kms-ec-attr", "*keys*");

/// Requests a new data key from AWS KMS for every item, and derives the content key and the signing key from it.
///
/// KMS binds the data key to the item's primary key and the table name: both are in the encryption context, and therefore
/// appear in plaintext in CloudTrail. This is the only provider under which an item commits to its keys.
///
/// Every item costs one KMS call, `GenerateDataKey` or `Decrypt`. Where that is too slow or too expensive, use a
/// [`MostRecentProvider`](super::MostRecentProvider) with a metastore instead. Each use of a key emits a `tracing` event at
/// level `INFO` with the target `dynaseal::audit`.
///
/// A data key has 32 bytes. HKDF with SHA-256 (RFC 5869) derives the content key and the signing key from it. Items are
/// interchangeable with those of AWS's [Direct KMS Materials Provider][direct-kms], in both directions; tested with versions
/// 2.0.3 (Java) and 3.3.0 (Python) of the clients.
///
/// # Which keys are accepted
/// Every `Decrypt` call names the key, and KMS rejects an item encrypted under any other key. Otherwise an attacker with a
/// KMS key of their own could forge items, because the signing key is derived from the data key. The accepted keys are the
/// one given to [`new`](Self::new) (or, instead of it, the one that [`select_key`](Self::select_key) chooses), its related
/// multi-Region keys, and those given to [`also_decrypt_with`](Self::also_decrypt_with). An alias means the key that it
/// points to when the item is read: after pointing it to another key, pass the former key to `also_decrypt_with`.
///
/// ```
/// use dynaseal::materials::DirectKmsProvider;
///
/// # fn example(client: aws_sdk_kms::Client) -> DirectKmsProvider {
/// DirectKmsProvider::new(client, "alias/employees")
///     .also_decrypt_with("arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab")
/// # }
/// ```
///
/// # Errors
/// Operations that need a key fail with `Materials` if KMS rejects the request (no such key, no permission, a disabled key,
/// a key that is not accepted) or if the item was not written by a provider of this kind; with `Throttled` or `Unavailable`
/// if KMS is; with `Codec` or `Usage` if DynamoDB does not allow the primary key; and with `Usage` over plain HTTP. An item
/// whose data key was changed, or belongs to another primary key or table, fails verification with `Integrity`.
///
/// [direct-kms]: https://docs.aws.amazon.com/database-encryption-sdk/latest/devguide/direct-kms-provider.html
#[derive(Clone)]
pub struct DirectKmsProvider {
    key: KmsKeyId,
    former_keys: Vec<KmsKeyId>,
    selector: Option<KeySelector>,
    algorithms: Algorithms,
    /// Whether KMS may decrypt with keys that were not named.
    any_key: bool,
    service: Service,
}

/// The name under which uses of keys are recorded.
const PROVIDER: &str = "DirectKmsProvider";

type KeySelector = Arc<dyn Fn(&MaterialsRequest<'_>) -> Option<KmsKeyId> + Send + Sync>;

impl DirectKmsProvider {
    /// Encrypts and decrypts with a symmetric KMS key, given by key ID, key ARN, alias name or alias ARN.
    ///
    /// A key given by its ARN is called in its own Region: with the client given to
    /// [`regional_client`](Self::regional_client) for that Region, or else with `client`, copied for that Region if its own
    /// differs.
    pub fn new(client: Client, key: impl Into<KmsKeyId>) -> Self {
        Self {
            key: key.into(),
            former_keys: Vec::new(),
            selector: None,
            algorithms: Algorithms::default(),
            any_key: false,
            service: Service::new(client, PROVIDER),
        }
    }

    /// Also reads items that were written under this key.
    ///
    /// An item does not record which key it was written under, so the keys are tried in the order in which they were given.
    /// An item of the first key costs one call; each further key that is tried costs one more.
    #[must_use]
    pub fn also_decrypt_with(mut self, key: impl Into<KmsKeyId>) -> Self {
        self.former_keys.push(key.into());
        self
    }

    /// Chooses the key for each item; `None` means the one given to [`new`](Self::new).
    ///
    /// The choice is repeated when an item is read. The accepted keys are then the chosen key, its related multi-Region keys,
    /// and those of [`also_decrypt_with`](Self::also_decrypt_with), but not the key given to `new`, unless the choice is
    /// `None`. A party that may use one tenant's key therefore cannot forge items of another tenant. When an item is read,
    /// only its unencrypted attributes are available, and none of them is verified yet: choose by the primary key or the
    /// table name.
    #[must_use]
    pub fn select_key(
        mut self,
        selector: impl Fn(&MaterialsRequest<'_>) -> Option<KmsKeyId> + Send + Sync + 'static,
    ) -> Self {
        self.selector = Some(Arc::new(selector));
        self
    }

    /// Reads items under any KMS key that the credentials may use: see
    /// [`danger::any_kms_key`](crate::danger::any_kms_key).
    #[must_use]
    pub fn decrypt_with(mut self, _: AnyKmsKey) -> Self {
        self.any_key = true;
        self
    }

    /// Sends a grant token with every call. Several may be added; KMS accepts
    /// [at most 10](https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html).
    #[must_use]
    pub fn grant_token(mut self, token: impl Into<String>) -> Self {
        self.service.grant_tokens.push(token.into());
        self
    }

    /// Uses this client for key ARNs of this Region.
    #[must_use]
    pub fn regional_client(mut self, region: impl Into<String>, client: Client) -> Self {
        self.service.clients.give(region.into(), client);
        self
    }

    /// Writes items with content keys of this length, instead of 256 bits. Items of every length are read.
    #[must_use]
    pub fn content_key(mut self, size: AesKeySize) -> Self {
        self.algorithms.set_content_key(size);
        self
    }

    /// Signs with this algorithm instead of HMAC-SHA-256, with a key as long as its hash. Items of every algorithm are read.
    #[must_use]
    pub fn signing_key(mut self, algorithm: HmacAlgorithm) -> Self {
        self.algorithms.set_signing_key(algorithm);
        self
    }

    /// Allows plain HTTP to a host other than this machine: see [`danger::allow_http`](crate::danger::allow_http).
    #[must_use]
    pub fn allow_http(mut self, host: AllowedHost) -> Self {
        self.service.clients.allow_http(host);
        self
    }

    async fn generate(&self, request: MaterialsRequest<'_>) -> Result<EncryptionMaterials> {
        let key = self.selected_key(&request);
        let context = context::of_item(&request, &self.algorithms)?;
        let data_key = self.service.generate_data_key(&key, context, request.table_name()).await?;
        let (content_key, signing_key) = self.algorithms.derive(&data_key.plaintext)?;
        let description = MaterialDescription::from_iter([
            CONTEXT_MARKER,
            (WRAP_ALGORITHM, KMS),
            (CONTENT_ALGORITHM, &self.algorithms.content),
            (SIGNING_ALGORITHM, &self.algorithms.signing),
            (ENCRYPTED_KEY, &BASE64.encode(data_key.encrypted)),
        ]);
        Ok(EncryptionMaterials::new(signing_key).with_fresh_content_key(content_key).with_description(description))
    }

    async fn recover(
        &self,
        request: MaterialsRequest<'_>,
        description: &MaterialDescription,
    ) -> Result<DecryptionMaterials> {
        let algorithms = Algorithms::of(description)?;
        let encrypted_key = encrypted_key(description)?;
        let context = context::of_item(&request, &algorithms)?;
        let mut data_key = self.decrypt_in_turn(&request, &encrypted_key, context).await?;
        if let (None, Some(context)) = (&data_key, context::as_stored(&request, &algorithms)?) {
            data_key = self.decrypt_in_turn(&request, &encrypted_key, context).await?;
        }
        // With another key verification fails, and takes as long as with the right one.
        let data_key = data_key.map_or_else(random_data_key, Ok)?;
        let (content_key, signing_key) = algorithms.derive(&data_key)?;
        Ok(DecryptionMaterials::new(signing_key).with_content_key(content_key))
    }

    /// Tries the accepted keys until one of them is the item's. Returns `None` if KMS rejects the ciphertext under that key.
    async fn decrypt_in_turn(
        &self,
        request: &MaterialsRequest<'_>,
        encrypted_key: &Blob,
        context: KmsContext,
    ) -> Result<Option<DataKey>> {
        let mut rejection = None;
        for key in self.accepted_keys(request) {
            match self.decrypt(&key, encrypted_key, context.clone(), request.table_name()).await {
                Err(error) if error.aws_code() == Some(INCORRECT_KEY) => {
                    rejection.get_or_insert(error);
                }
                response => return response,
            }
        }
        Err(rejection.unwrap_or_else(DecryptionMaterials::rejected))
    }

    async fn decrypt(
        &self,
        key: &KmsKeyId,
        encrypted_key: &Blob,
        context: KmsContext,
        table: &str,
    ) -> Result<Option<DataKey>> {
        let opened = self.service.decrypt((key, !self.any_key), encrypted_key, context, table).await?;
        match opened {
            Some(opened) if !self.any_key && !key.agrees_with(&opened.used) => Err(another_key(key, &opened.used)),
            opened => Ok(opened.map(|opened| opened.plaintext)),
        }
    }

    fn selected_key(&self, request: &MaterialsRequest<'_>) -> KmsKeyId {
        let selected = self.selector.as_ref().and_then(|selector| selector(request));
        selected.unwrap_or_else(|| self.key.clone())
    }

    /// Returns the keys that the item may have been written under, without duplicates, the likeliest first.
    fn accepted_keys(&self, request: &MaterialsRequest<'_>) -> Vec<KmsKeyId> {
        let mut keys = vec![self.selected_key(request)];
        if self.any_key {
            return keys; // only its Region matters
        }
        for key in &self.former_keys {
            if !keys.contains(key) {
                keys.push(key.clone());
            }
        }
        keys
    }
}

impl CryptographicMaterialsProvider for DirectKmsProvider {
    #[inline]
    fn encryption_materials<'a>(&'a self, request: MaterialsRequest<'a>) -> MaterialsFuture<'a, EncryptionMaterials> {
        Box::pin(self.generate(request))
    }

    #[inline]
    fn decryption_materials<'a>(
        &'a self,
        request: MaterialsRequest<'a>,
        description: &'a MaterialDescription,
    ) -> MaterialsFuture<'a, DecryptionMaterials> {
        Box::pin(self.recover(request, description))
    }
}

impl fmt::Debug for DirectKmsProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DirectKmsProvider")
            .field("key", &self.key)
            .field("former_keys", &self.former_keys)
            .field("any_key", &self.any_key)
            .field("algorithms", &self.algorithms)
            .finish_non_exhaustive()
    }
}

fn random_data_key() -> Result<DataKey> {
    let mut key = DataKey::new(vec![0; 32]);
    random::fill_key(&mut key)?;
    Ok(key)
}

/// Returns the encrypted data key. A description without an entry that this provider always writes was changed, and is
/// rejected without a call to KMS.
fn encrypted_key(description: &MaterialDescription) -> Result<Blob> {
    match description.entry(WRAP_ALGORITHM) {
        Some(KMS) => {}
        Some(_) => return Err(foreign(WRAP_ALGORITHM, "is not kms")),
        None => return Err(DecryptionMaterials::rejected()),
    }
    let text = description.entry(ENCRYPTED_KEY).ok_or_else(DecryptionMaterials::rejected)?;
    let bytes = base64::decode(text).ok_or_else(DecryptionMaterials::rejected)?;
    if bytes.is_empty() || bytes.len() > MAX_CIPHERTEXT {
        return Err(DecryptionMaterials::rejected()); // KMS made none of that length
    }
    Ok(Blob::new(bytes))
}

fn foreign(key: &str, how: &str) -> Error {
    Error::new(
        ErrorKind::Materials,
        format!("the item was not written by this provider: `{key}` in its material description {how}"),
    )
}
