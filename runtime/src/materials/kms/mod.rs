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

/// The description's entry for the data key as KMS encrypted it, in base64.
const ENCRYPTED_KEY: &str = "amzn-ddb-env-key";

/// The description's entry for what encrypted the data key.
const WRAP_ALGORITHM: &str = "amzn-ddb-wrap-alg";

/// KMS itself did.
const KMS: &str = "kms";

/// The description's entry that says that the key attributes are in the encryption context.
const CONTEXT_MARKER: (&str, &str) = ("aws-kms-ec-attr", "*keys*");

/// Asks AWS KMS for a new data key for every item, and derives the content key and the signing key from it.
///
/// KMS binds the data key to the item's primary key and to the table's name: they are in the encryption context, and so, in
/// clear, in CloudTrail. This is the one provider under which an item commits to its keys.
///
/// Every item costs one call to KMS, `GenerateDataKey` or `Decrypt`; where that is too slow or too dear, put a
/// [`MostRecentProvider`](super::MostRecentProvider) between. Each use of a key is a `tracing` event at level `INFO` with
/// the target `dynaseal::audit`.
///
/// A data key has 32 bytes; the content key and the signing key are made of it by HKDF with SHA-256 (RFC 5869). That is how
/// AWS's [Direct KMS Materials Provider][direct-kms] does it, whose items are read here and whose clients read ours:
/// observed of versions 2.0.3 (Java) and 3.3.0 (Python).
///
/// # Which keys are accepted
/// Decrypting names the key to KMS, which refuses an item of any other. Otherwise somebody with a KMS key of their own could
/// forge items, because the signing key comes out of the data key. Accepted are the key that the provider was made with (or,
/// instead of it, the one that [`select_key`](Self::select_key) chooses), its related multi-Region keys, and those named by
/// [`also_decrypt_with`](Self::also_decrypt_with). An alias stands for the key that it points to when the item is read: after
/// it was pointed to another key, name the former one with `also_decrypt_with`.
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
/// What needs a key fails with `Materials` if KMS refuses (no such key, no permission, disabled, another key than the
/// accepted ones) or the item was not written by such a provider; with `Throttled` and `Unavailable` as KMS is; with
/// `Codec` or `Usage` for a primary key that DynamoDB cannot have; and with `Usage` for plain HTTP. An item whose data key
/// was changed, or belongs to another primary key or table, fails verification with `Integrity`.
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
    /// Encrypts and decrypts with a symmetric KMS key, given by key id, key ARN, alias name or alias ARN.
    ///
    /// An ARN is asked for in its own Region: with `client` if that is its Region, and otherwise with a copy of it for that
    /// Region, unless one was given with [`regional_client`](Self::regional_client).
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
    /// An item does not say which key it was written under, so the keys are asked in turn, this one after those that were
    /// named before it. An item of the first one costs one call; each key that is asked in vain costs one more.
    #[must_use]
    pub fn also_decrypt_with(mut self, key: impl Into<KmsKeyId>) -> Self {
        self.former_keys.push(key.into());
        self
    }

    /// Chooses the key for each item; `None` means the one that the provider was made with.
    ///
    /// When an item is read, the choice is made anew, and accepted are the chosen key, its related multi-Region keys, and
    /// those of [`also_decrypt_with`](Self::also_decrypt_with); not the key that the provider was made with, unless the choice
    /// is `None`. A party that may use one tenant's key can so make no items of another tenant. Of an item that is read, only
    /// what is stored in plain is known, and none of it is verified yet; choose by the primary key or the table name.
    #[must_use]
    pub fn select_key(
        mut self,
        selector: impl Fn(&MaterialsRequest<'_>) -> Option<KmsKeyId> + Send + Sync + 'static,
    ) -> Self {
        self.selector = Some(Arc::new(selector));
        self
    }

    /// Reads items of whatever key KMS lets these credentials use: see
    /// [`danger::any_kms_key`](crate::danger::any_kms_key).
    #[must_use]
    pub fn decrypt_with(mut self, _: AnyKmsKey) -> Self {
        self.any_key = true;
        self
    }

    /// Sends a grant token with every call. Several may be added; KMS takes
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

    /// Signs with this algorithm, instead of HMAC-SHA-256, and a key as long as its hash. Items of every algorithm are read.
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
        Ok(EncryptionMaterials::new(signing_key).with_content_key(content_key).with_description(description))
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
        // Of another key nothing verifies; and that takes as long as if it were the right one.
        let data_key = data_key.map_or_else(random_data_key, Ok)?;
        let (content_key, signing_key) = algorithms.derive(&data_key)?;
        Ok(DecryptionMaterials::new(signing_key).with_content_key(content_key))
    }

    /// Asks the accepted keys until one of them is the item's; `None` if that one refuses the ciphertext.
    async fn decrypt_in_turn(
        &self,
        request: &MaterialsRequest<'_>,
        encrypted_key: &Blob,
        context: KmsContext,
    ) -> Result<Option<DataKey>> {
        let mut refusal = None;
        for key in self.accepted_keys(request) {
            match self.decrypt(&key, encrypted_key, context.clone(), request.table_name()).await {
                Err(error) if error.aws_code() == Some(INCORRECT_KEY) => {
                    refusal.get_or_insert(error);
                }
                answer => return answer,
            }
        }
        Err(refusal.unwrap_or_else(DecryptionMaterials::refused))
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

    /// The keys that the item may have been written under, the likeliest first, none twice.
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
    fn encryption_materials<'a>(&'a self, request: MaterialsRequest<'a>) -> MaterialsFuture<'a, EncryptionMaterials> {
        Box::pin(self.generate(request))
    }

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

/// A description that lacks what this provider always writes was changed: to say so needs no key.
fn encrypted_key(description: &MaterialDescription) -> Result<Blob> {
    match description.entry(WRAP_ALGORITHM) {
        Some(KMS) => {}
        Some(_) => return Err(foreign(WRAP_ALGORITHM, "is not kms")),
        None => return Err(DecryptionMaterials::refused()),
    }
    let text = description.entry(ENCRYPTED_KEY).ok_or_else(DecryptionMaterials::refused)?;
    let bytes = base64::decode(text).ok_or_else(DecryptionMaterials::refused)?;
    if bytes.is_empty() || bytes.len() > MAX_CIPHERTEXT {
        return Err(DecryptionMaterials::refused()); // KMS made none of that length
    }
    Ok(Blob::new(bytes))
}

fn foreign(key: &str, how: &str) -> Error {
    Error::new(
        ErrorKind::Materials,
        format!("the item was not written by this provider: `{key}` in its material description {how}"),
    )
}
