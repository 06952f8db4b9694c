//! Types that no operation prints by itself: keys, materials, builders, handles, and untyped requests with secrets.

use std::fmt;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dynaseal::danger::allow_http;
use dynaseal::embedded::Database;
use dynaseal::format::{Ddbec, Format};
use dynaseal::materials::{
    AesKey, CryptographicMaterialsProvider, DecryptionMaterials, EcdsaAlgorithm, EcdsaSigningKey, EncryptionMaterials,
    HmacAlgorithm, HmacKey, ItemSigningKey, KmsKeyId, MaterialDescription, MaterialsFuture, MaterialsRequest,
    RsaSignatureAlgorithm, RsaSigningKey, RsaWrapAlgorithm, RsaWrappingKey, StaticProvider,
};
use dynaseal::repository::provision::ServerSideEncryption;
use dynaseal::repository::query::{Cursor, CursorKey};
use dynaseal::testing::kms::Kms;
use dynaseal::testing::{Fault, Faults};
use dynaseal::{
    AttributeAction, AttributeActions, AttributeValue, Condition, EncryptedItem as _, Item, ItemContext, ItemEncryptor,
    Repository, SchemaVersion, Update,
};

use super::patient::{Patient, TEXT, patient, repository};
use super::said::Said;
use super::secrets::Secrets;
use super::{SIGNING_KEY, WRAPPING_KEY};

pub(crate) const RSA: &str = include_str!("../../../../runtime/test-keys/rsa2048.pem");
pub(crate) const ECDSA: &str = include_str!("../../../../runtime/test-keys/p256.pem");

pub(crate) async fn every_type(kms: &Kms, said: &mut Said, secrets: &mut Secrets) {
    keys(said, secrets);
    materials(said).await;
    builders(said);
    requests(said).await;
    of_the_compiler(said);
    said.debug(&kms.calls()[0]);
}

fn keys(said: &mut Said, secrets: &mut Secrets) {
    // For an elliptic-curve key, the scalar, which precedes the public key; for an RSA key, the private exponent and
    // the first prime.
    for (pem, parts) in [(RSA, &[4, 2][..]), (ECDSA, &[4])] {
        let base64: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        let der = STANDARD.decode(base64).unwrap();
        for part in parts {
            let start = der.len() / part;
            secrets.add(&der[start..start + 32]);
        }
    }
    said.debug(&RsaSigningKey::from_pkcs8_pem(RsaSignatureAlgorithm::Sha256, RSA).unwrap());
    said.debug(&RsaWrappingKey::from_pkcs8_pem(RsaWrapAlgorithm::OaepSha256, RSA).unwrap());
    said.debug(&EcdsaSigningKey::from_pkcs8_pem(EcdsaAlgorithm::P256Sha256, ECDSA).unwrap());
    said.debug(&CursorKey::from_bytes(&WRAPPING_KEY).unwrap());
    said.debug(&ItemSigningKey::from(HmacKey::from_bytes(HmacAlgorithm::HmacSha256, &SIGNING_KEY).unwrap()));
    said.debug(&KmsKeyId::from("alias/patients"));
}

/// A provider that prints its input and output.
struct Talkative(StaticProvider, Said);

impl fmt::Debug for Talkative {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Talkative")
    }
}

impl CryptographicMaterialsProvider for Talkative {
    fn encryption_materials<'a>(&'a self, request: MaterialsRequest<'a>) -> MaterialsFuture<'a, EncryptionMaterials> {
        Box::pin(async move {
            let materials = self.0.encryption_materials(request).await?;
            let mut said = self.1.clone();
            said.debug(&request);
            said.debug(&materials);
            said.debug(&materials.description);
            Ok(materials)
        })
    }

    fn decryption_materials<'a>(
        &'a self,
        request: MaterialsRequest<'a>,
        description: &'a MaterialDescription,
    ) -> MaterialsFuture<'a, DecryptionMaterials> {
        Box::pin(async move {
            let materials = self.0.decryption_materials(request, description).await?;
            let mut said = self.1.clone();
            said.debug(&request);
            said.debug(&materials);
            Ok(materials)
        })
    }
}

async fn materials(said: &mut Said) {
    let content_key = AesKey::from_bytes(&WRAPPING_KEY).unwrap();
    let signing_key = HmacKey::from_bytes(HmacAlgorithm::HmacSha256, &SIGNING_KEY).unwrap();
    let encryptor = ItemEncryptor::new(Talkative(StaticProvider::new(content_key, signing_key), said.clone()));
    let actions = AttributeActions::new(AttributeAction::EncryptAndSign);
    let context = ItemContext::new("patients");
    let stored = encryptor.encrypt(patient().to_item().unwrap(), &actions, &context).await.unwrap();
    encryptor.decrypt(stored, &actions, &context).await.unwrap();
}

fn builders(said: &mut Said) {
    let database = Database::in_memory().unwrap();
    said.debug(&database);
    let host = allow_http("dynamodb.internal");
    said.debug(&host);
    let content_key = AesKey::from_bytes(&WRAPPING_KEY).unwrap();
    let signing_key = HmacKey::from_bytes(HmacAlgorithm::HmacSha256, &SIGNING_KEY).unwrap();
    let builder = Repository::<Patient>::builder(database.client()).allow_http(host);
    said.debug(&builder);
    let builder = builder.table("patients");
    said.debug(&builder);
    let ddbec = Ddbec::new(StaticProvider::new(content_key, signing_key));
    said.debug(&ddbec);
    let format = Format::from(ddbec);
    said.debug(&format);
    let builder = builder
        .encryptor(ItemEncryptor::new(format))
        .cursor_key(CursorKey::from_bytes(&WRAPPING_KEY).unwrap())
        .cursor_lifetime(Duration::from_secs(60));
    said.debug(&builder);
    said.debug(&ServerSideEncryption::CustomerManaged("alias/disks".to_owned()));
    said.debug(&Faults::script([Fault::Throttle]));
}

async fn requests(said: &mut Said) {
    let client = Database::in_memory().unwrap().client();
    let keys = StaticProvider::new(
        AesKey::from_bytes(&WRAPPING_KEY).unwrap(),
        HmacKey::from_bytes(HmacAlgorithm::HmacSha256, &SIGNING_KEY).unwrap(),
    );
    let patients = repository::<Patient>(&client, keys);
    patients.create_table().await.unwrap();
    said.debug(&patients.check_table());
    let fields = Patient::fields();
    said.debug(&patients.create(&patient()).returning());
    said.debug(&patients.delete("p-1").returning());
    said.debug(&patients.update_in_place("p-1", fields.visits.add(1)).returning());
    said.debug(&patients.check("p-1", fields.ward.eq("north")));
    said.debug(&patients.decrypt(patient().to_item().unwrap()));
    let entries = patients.query_index(Patient::indexes().keys_by_ward, "north").collect().await.unwrap();
    assert!(entries.is_empty());
    patients.create(&patient()).await.unwrap();
    said.debug(&patients.check_unchanged(&patients.fetch("p-1").await.unwrap().unwrap()));
    let entries = patients.query_index(Patient::indexes().keys_by_ward, "north").collect().await.unwrap();
    said.debug(&entries[0]);
    let page = patients.scan().limit(1).page(None).await.unwrap();
    said.debug(&page);
    said.debug(&Cursor::from(TEXT));
    let report = patients.check_table().tag("team", "north").await.unwrap();
    said.debug(&report.differences()[0]);
    report.differences().iter().for_each(|difference| said.debug(&difference.aspect));
    let other = SchemaVersion::of::<Patient>("other").with("ward", AttributeAction::EncryptAndSign);
    let check = patients.check_items().also_reads(other).await.unwrap();
    said.debug(&check.versions[1]);
    said.debug(&check.versions[1].obstacles[0]);

    // In untyped requests, every value of a condition or an update can be a secret.
    let secret = || AttributeValue::S(TEXT.to_owned());
    said.debug(&Condition::<Item>::eq("text", secret()));
    said.debug(&(Condition::<Item>::is_in("text", [secret()]) | !Condition::begins_with("text", secret())));
    said.debug(&Update::<Item>::set("text", secret()));
    said.debug(&Condition::<Item>::size("text"));
}

/// Handles of attributes and indexes.
fn of_the_compiler(said: &mut Said) {
    let indexes = Patient::indexes();
    said.debug(&Patient::fields().text);
    said.debug(&indexes.by_ward);
    said.debug(indexes.by_ward.partition_key());
    said.debug(&Patient::INDEXES[1]);
    said.debug(&Patient::INDEXES[1].projection);
}
