//! Beacons, their keys and their migrations, and the planner of their lengths.

use dynaseal::beacon::{
    BeaconSchema, BeaconStyle, CompoundBeacon, Constructor, EncryptedPart, SignedPart, StandardBeacon, Terms,
    Transform, VirtualField, VirtualPart,
};
use dynaseal::embedded::Database;
use dynaseal::keyrings::{AesKey, BeaconKeys, BeaconRoot, RawAesKeyring};
use dynaseal::{EncryptedItem, EntityGroup as _, Repository, plan};

use super::patient::{LATER, TEXT};
use super::said::Said;
use super::{SIGNING_KEY, WRAPPING_KEY};

/// A patient with searchable encrypted attributes.
#[derive(Clone, EncryptedItem)]
#[item(
    debug,
    entity = "searched",
    index(name = "by-text", partition = text),
    index(name = "by-ward", partition = ward, sort = ward_text),
    compound(name = ward_text, split = '^', signed(ward = "W-"), encrypted(later = "L-"))
)]
struct Searched {
    #[partition_key]
    id: String,
    #[sign_only]
    ward: String,
    #[item(beacon(bits = 20))]
    text: String,
    #[item(beacon(bits = 20, part_only))]
    later: String,
}

dynaseal::entities! {
    enum Group {
        Searched(Searched),
    }
}

pub(crate) async fn every_type(said: &mut Said) {
    every_setting(said);
    let plan = plan::from_sample([TEXT, TEXT, LATER]).items(1_000);
    said.debug(&plan);
    said.debug(&plan.calculate().unwrap());

    let root = BeaconRoot::from_bytes(&SIGNING_KEY).unwrap();
    said.debug(&root);
    let keys = BeaconKeys::fixed(root);
    said.debug(&keys);
    let keyring = RawAesKeyring::new("wards", "north", &AesKey::from_bytes(&WRAPPING_KEY).unwrap()).unwrap();
    let client = Database::in_memory().unwrap().client();
    let searched: Repository<Searched> =
        Repository::builder(client).table("searched").keyring(keyring).beacons(keys).build();
    searched.create_table().await.unwrap();
    let patient =
        Searched { id: "p-1".to_owned(), ward: "north".to_owned(), text: TEXT.to_owned(), later: LATER.to_owned() };
    searched.create(&patient).await.unwrap();

    let by_text = searched.query_index(Searched::indexes().by_text, TEXT);
    said.debug(&by_text);
    assert_eq!(by_text.collect().await.unwrap().len(), 1);
    let whole = Searched::ward_text().ward("north").later(LATER);
    said.debug(&whole);
    let beginning = Searched::ward_text().ward("north").later(LATER).prefix();
    said.debug(&beginning);
    let by_ward = || searched.query_index(Searched::indexes().by_ward, "north");
    assert_eq!(by_ward().sort_eq(whole).collect().await.unwrap().len(), 1);
    assert_eq!(by_ward().sort_begins_with(beginning).collect().await.unwrap().len(), 1);
    let filter = Searched::fields().text.eq(TEXT);
    said.debug(&filter);
    assert_eq!(searched.scan().filter(filter).collect().await.unwrap().len(), 1);
    said.debug(&Group::key_of::<Searched>("p-1"));

    let check = searched.check_beacons();
    said.debug(&check);
    said.debug(&check.await.unwrap());
    let rebuild = searched.rebuild_beacons();
    said.debug(&rebuild);
    said.debug(&rebuild.await.unwrap());
}

/// Prints the configuration of an untyped table.
fn every_setting(said: &mut Said) {
    let part = VirtualPart::new("text").transform(Transform::Suffix(4));
    said.debug(&Transform::Suffix(4));
    said.debug(&part);
    let field = VirtualField::new("last4").part(part);
    said.debug(&field);
    let standard = StandardBeacon::new("text", 20);
    said.debug(&standard);
    said.debug(&BeaconStyle::PartOnly);
    said.debug(&Terms::Words);
    let (signed, encrypted) = (SignedPart::new("ward", "W-"), EncryptedPart::new("text", "T-"));
    said.debug(&signed);
    said.debug(&encrypted);
    let constructor = Constructor::new().required("ward").required("text");
    said.debug(&constructor);
    let compound = CompoundBeacon::new("ward_text", '^').signed(signed).encrypted(encrypted).constructor(constructor);
    said.debug(&compound);
    said.debug(&BeaconSchema::new().standard(standard).virtual_field(field).compound(compound));
}
